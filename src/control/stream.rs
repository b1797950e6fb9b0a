//! `GET /worlds/{w}/requests/stream`: entries as they are recorded, as server-sent events. An event is written once for
//! all readers, on a thread for blocking work. A reader that falls behind receives `reload` instead of an endless queue.

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::on;
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::call::{Answer, Call};
use super::extract::World;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::{Entry, Live, Secrets};
use crate::store::WorldName;

/// How long a stream may be silent before a comment shows that it is alive.
const SILENCE: Duration = Duration::from_secs(15);

/// Events `request`, each with its entry as data and id, and `reload` after entries were missed.
pub const STREAM: Call = Call {
    path: "/worlds/{world}/requests/stream",
    id: "streamRequests",
    tag: "journal",
    summary: "Entries as they are recorded, as server-sent events",
    answer: Answer::Text("text/event-stream"),
    refusals: &[503],
    handler: |method| on(method, stream),
    ..Call::NEW
};

async fn stream(State(app): State<App>, World(world): World) -> Result<impl IntoResponse, Refusal> {
    let Some(receiver) = app.journal().subscribe() else {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is stopping."));
    };
    let secrets = app.journal().secrets().clone();
    // Only what is needed is moved in: the app would keep the sender, and with it the stream, alive.
    drop(app);
    let events = stream::unfold((receiver, world, secrets), |(mut receiver, world, secrets)| async {
        let event = match timeout(SILENCE, next(&mut receiver, &world, &secrets)).await {
            Ok(event) => event?,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((Ok::<Bytes, Infallible>(event), (receiver, world, secrets)))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache")];
    Ok((headers, Body::from_stream(events)))
}

/// The next event of a world; `None` once the server stops.
async fn next(receiver: &mut Receiver<Arc<Live>>, world: &WorldName, secrets: &Secrets) -> Option<Bytes> {
    loop {
        match receiver.recv().await {
            Ok(live) if live.entry.world == *world => {
                let secrets = secrets.clone();
                return live.written(move |entry| event(entry, &secrets)).await;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => return Some(format!("event: reload\ndata: {missed}\n\n").into()),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// JSON has no line feeds outside its texts, where they are escaped: it is one line of data.
fn event(entry: &Entry, secrets: &Secrets) -> Bytes {
    format!("event: request\nid: {}\ndata: {}\n\n", entry.id, entry.show(secrets)).into()
}
