//! A secret in a request, in any place and spelling, is shown by no list, archive, command, stream, advice or metric.

use crate::planted::{leaks, planted};
use axum::Router;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use usertwin::apis::Apis;
use usertwin::config::Config;
use usertwin::pipeline::app::App;

static SERVER: LazyLock<(Runtime, Router)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = App::open(Apis::four(), Config::from_flags(&["--journal-limit", "8", "--ids-seed", "1"]).unwrap());
    let router = usertwin::router(runtime.block_on(app).unwrap());
    (runtime, router)
});

/// Sends the request that an input makes.
///
/// # Panics
/// When something shows the secret.
pub fn check(data: &[u8]) {
    let (runtime, router) = &*SERVER;
    let planted = planted(data);
    let found = runtime.block_on(leaks(router, &planted));
    assert!(found.is_empty(), "{planted:?} is shown by {found:?}");
}
