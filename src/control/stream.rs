//! `GET /worlds/{w}/requests/stream`: entries as they are recorded, as server-sent events. A reader that falls behind
//! receives `reload` instead of an endless queue. An entry is written on the thread that serves: it is bounded in size.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::on;
use futures_util::stream;
use http::StatusCode;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::call::{Answer, Call};
use super::extract::World;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::{Entry, Secrets};
use crate::store::WorldName;

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
        let event = next(&mut receiver, &world, &secrets).await?;
        Some((Ok::<Event, Infallible>(event), (receiver, world, secrets)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The next event of a world; `None` once the server stops.
async fn next(receiver: &mut Receiver<Arc<Entry>>, world: &WorldName, secrets: &Secrets) -> Option<Event> {
    loop {
        match receiver.recv().await {
            Ok(entry) if entry.world == *world => {
                let id = entry.id.to_string();
                return Some(Event::default().event("request").id(id).data(entry.show(secrets).to_string()));
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => {
                return Some(Event::default().event("reload").data(missed.to_string()));
            }
            Err(RecvError::Closed) => return None,
        }
    }
}
