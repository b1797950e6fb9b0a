//! Work that takes long, off the threads that serve requests: two clients that export large worlds would otherwise keep
//! everybody else waiting. It ends with the bytes of the answer, because writing large JSON takes as long as collecting
//! it.

use super::refusal::Refusal;
use crate::long_work::long_work;
use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Does work on a thread for blocking work when its turn comes.
///
/// # Errors
/// When the work panics.
pub(super) async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    long_work(work).await.map_err(|error| {
        tracing::error!(%error, "a control call failed");
        Refusal::failed()
    })
}

/// JSON that is collected and written on a thread for blocking work.
///
/// # Errors
/// When the work panics.
pub(super) async fn json_on_blocking_thread(
    work: impl FnOnce() -> Value + Send + 'static,
) -> Result<Response, Refusal> {
    on_blocking_thread(move || Json(work()).into_response()).await
}
