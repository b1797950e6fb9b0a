//! A secret in a request is shown by nothing that shows requests: not by a list, an archive, a command, the stream,
//! advice or metrics, and not by the log. The fuzz target `secrets` makes the same claim of inputs without end.

use crate::support::planted::{SECRET, leaks, planted, shows};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::runtime::Runtime;
use tracing_subscriber::fmt::MakeWriter;
use usertwin::{Apis, App, Config};

/// A server in this process that keeps what it logs.
struct Logged {
    runtime: Runtime,
    router: Router,
}

static SERVER: LazyLock<Mutex<Logged>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = App::open(Apis::four(), Config::from_flags(&["--journal-limit", "8"]).unwrap());
    let router = usertwin::router(runtime.block_on(app).unwrap());
    Mutex::new(Logged { runtime, router })
});

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// Who shows the secret of a request that these bytes choose.
fn shown_by(data: &[u8]) -> Vec<String> {
    let planted = planted(data);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_max_level(tracing::Level::TRACE).finish();
    let Logged { runtime, router } = &*SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut found = runtime.block_on(leaks(router, &planted));
    let log = log.0.lock().unwrap();
    if shows(&log) {
        found.push(format!("the log: {}", String::from_utf8_lossy(&log)));
    }
    if !found.is_empty() {
        found.push(format!("of {} {} {:?}", planted.method, planted.path, planted.headers));
        found.push(String::from_utf8_lossy(&planted.body).into_owned());
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_reader_of_requests_sees_a_secret(data in proptest::collection::vec(any::<u8>(), 16)) {
        let found = shown_by(&data);
        prop_assert!(found.is_empty(), "{data:?}: {}", found.join("\n"));
    }
}

/// The search itself: what it must find, it finds.
#[test]
fn a_secret_is_found_in_every_form_in_which_it_may_be_shown() {
    let wide: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(shows(SECRET.as_bytes()) && shows(&wide) && !shows(b"***"));
    for front in ["", "a", "ab", "abc"] {
        assert!(shows(STANDARD.encode(format!("{front}{SECRET}\"}}")).as_bytes()), "{front}");
        assert!(shows(STANDARD.encode([front.as_bytes(), &wide].concat()).as_bytes()), "{front}");
    }
    // The requests hold it, and the server takes some of them.
    let holding = (0..=255_u8).filter(|byte| {
        let planted = planted(&[*byte, *byte, *byte, 0, *byte, *byte, 0, 0, 0, 0]);
        shows(&planted.body)
    });
    assert!(holding.count() > 200);
}
