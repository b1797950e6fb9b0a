//! Whether this twin answers as a recording says (docs/spec/control.md §9): for the console and for programs that have an
//! archive at hand. The recording is replayed into a world of its own, on the seed of this server.

use axum::extract::State;
use axum::routing::on;
use axum::{Extension, Json as Answered};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;

use super::call::{Answer, Body, Call, Method};
use super::extract::Json;
use super::refusal::Refusal;
use crate::drift::{Accepted, Recording, Report, Serve, compared};
use crate::model::clock::Clock;
use crate::pipeline::app::App;

/// One replay at a time, whatever servers run in this process: it is as much work as all requests of the recording, up to
/// eight times. It takes no turn of other long work, as the requests that are replayed wait for turns themselves.
static TURN: Semaphore = Semaphore::const_new(1);

/// An archive, and what is accepted.
#[derive(Debug, Deserialize)]
struct Asked {
    log: Value,
    accepted: Option<Value>,
}

/// Replays an HTTP Archive and groups what differs by cause.
pub const REPLAY: Call = Call {
    method: Method::Post,
    path: "/drift",
    id: "replayRecording",
    tag: "drift",
    summary: "Replay an HTTP Archive 1.2 of the real service on this server's seed and group what differs by cause; `accepted` lists accepted causes",
    body: Body::Json("Recording"),
    example: r#"{"log": {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": [{"startedDateTime": "2027-01-31T12:00:00Z", "request": {"method": "GET", "url": "https://api.vendor.example/v1/core/Accounts/2", "headers": []}, "response": {"status": 401, "headers": [], "content": {"size": 0, "mimeType": ""}}}]}}"#,
    answer: Answer::Json(200, "Drift"),
    handler: |method| on(method, replay),
    ..Call::NEW
};

async fn replay(
    State(app): State<App>,
    Extension(serve): Extension<Serve>,
    Json(asked): Json<Asked>,
) -> Result<Answered<Value>, Refusal> {
    let turn = TURN.acquire().await.ok();
    let runtime = Handle::current();
    // A client that hangs up drops this future, and with it the receiver: the replay ends, and the next one has its turn.
    let (mut hung_up, _waiting) = oneshot::channel::<()>();
    let done = spawn_blocking(move || {
        let report = runtime.block_on(async {
            tokio::select! {
                report = report(&app, serve, asked) => report,
                () = hung_up.closed() => Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Nobody waits for this replay.")),
            }
        });
        drop(turn);
        report
    });
    let report = done.await.map_err(|error| {
        tracing::error!(%error, "a replay failed");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The replay failed; the server's log has the reason.")
    })?;
    report.map(Answered)
}

async fn report(app: &App, serve: Serve, asked: Asked) -> Result<Value, Refusal> {
    let accepted = match asked.accepted {
        Some(list) => Accepted::read(list).map_err(|reason| Refusal::bad(format!("accepted: {reason}.")))?,
        None => Accepted::default(),
    };
    let mut recording = Recording::default();
    let archive = json!({ "log": asked.log });
    recording
        .add_archive(&archive)
        .map_err(|reason| Refusal::bad(format!("The body is not what this call takes: {reason}.")))?;
    drop(archive);
    let outcome = compared(app.apis(), &recording, &app.config().seed, serve).await.map_err(Refusal::bad)?;
    let today = Clock::Real.now().civil().format("%Y-%m-%d").to_string();
    Ok(Report::new(outcome, &accepted, &today).json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apis::Apis;
    use crate::config::Config;
    use axum::Router;
    use std::future::pending;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_hangs_up_ends_its_replay_and_the_next_has_its_turn() {
        let app = App::open(Apis::four(), Config::from_flags(&[]).unwrap()).await.unwrap();
        let asked = || {
            let body: Value = serde_json::from_str(REPLAY.example).unwrap();
            Json(serde_json::from_value::<Asked>(body).unwrap())
        };
        let never: Serve = |_| Router::new().fallback(pending::<()>);
        let at_once: Serve = |_| Router::new().fallback(|| async { StatusCode::UNAUTHORIZED });
        let cut = timeout(Duration::from_millis(200), replay(State(app.clone()), Extension(never), asked())).await;
        assert!(cut.is_err());
        let next = timeout(Duration::from_secs(30), replay(State(app), Extension(at_once), asked())).await;
        let told = next.expect("the next replay has its turn").unwrap().0;
        assert_eq!(told["same"], json!(1), "{told}");
    }
}
