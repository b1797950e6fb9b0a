//! `GET /worlds/{w}/requests/stream`, and `GET /requests/stream` over all worlds: entries as they are recorded, as
//! server-sent events. An event is written once for
//! all readers, on a thread for blocking work. A reader that falls behind receives `reload` instead of an endless queue.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::call::{Answer, Call, Parameter};
use super::extract::{Query, World};
use super::question;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::{Entry, Live, Match, Secrets};
use crate::store::WorldName;

/// How long a stream may be silent before a comment shows that it is alive.
const SILENCE: Duration = Duration::from_secs(15);

/// The entries that a reader wants.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    world: Option<String>,
    api: Option<String>,
    advice: Option<bool>,
}

/// The parameters that both streams take.
const OF_ONE: &[Parameter] = &[API, ADVICE];
const API: Parameter = Parameter::new("api", "ApiName", "The API that was called");
const ADVICE: Parameter = Parameter::new("advice", "Flag", "Only requests with advice, or only those without");

/// Events `request`, each with its entry as data and id, and `reload` after entries were missed.
pub const STREAM: Call = Call {
    path: "/worlds/{world}/requests/stream",
    id: "streamRequests",
    tag: "journal",
    summary: "Entries as they are recorded, as server-sent events",
    query: OF_ONE,
    answer: Answer::Text("text/event-stream"),
    refusals: &[503],
    handler: |method| on(method, of_one),
    ..Call::NEW
};

/// The same events of every world.
pub const STREAM_ALL: Call = Call {
    path: "/requests/stream",
    id: "streamAllRequests",
    tag: "journal",
    summary: "Entries of every world as they are recorded, as server-sent events",
    query: &[Parameter::new("world", "WorldName", "The world"), API, ADVICE],
    answer: Answer::Text("text/event-stream"),
    refusals: &[503],
    handler: |method| on(method, of_all),
    ..Call::NEW
};

async fn of_one(
    State(app): State<App>,
    World(world): World,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Refusal> {
    if wanted.world.is_some() {
        return Err(Refusal::bad("The address names the world already."));
    }
    stream(&app, Wanted { world: Some(world.as_str().to_owned()), ..wanted })
}

async fn of_all(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Response, Refusal> {
    if let Some(world) = &wanted.world {
        world.parse::<WorldName>()?;
    }
    stream(&app, wanted)
}

fn stream(app: &App, wanted: Wanted) -> Result<Response, Refusal> {
    question::check(app.apis(), &Match { api: wanted.api.clone(), ..Match::default() })?;
    let Some(receiver) = app.journal().subscribe() else {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is stopping."));
    };
    // Only what is needed is moved in: the app would keep the sender, and with it the stream, alive.
    let secrets = app.journal().secrets().clone();
    let events = stream::unfold((receiver, wanted, secrets), |(mut receiver, wanted, secrets)| async {
        let event = match timeout(SILENCE, next(&mut receiver, &wanted, &secrets)).await {
            Ok(event) => event?,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((Ok::<Bytes, Infallible>(event), (receiver, wanted, secrets)))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache")];
    Ok((headers, Body::from_stream(events)).into_response())
}

/// The next event that is wanted; `None` once the server stops.
async fn next(receiver: &mut Receiver<Arc<Live>>, wanted: &Wanted, secrets: &Secrets) -> Option<Bytes> {
    loop {
        match receiver.recv().await {
            Ok(live) if wanted.includes(&live.entry) => {
                let secrets = secrets.clone();
                return live.written(move |entry| event(entry, &secrets)).await;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => return Some(format!("event: reload\ndata: {missed}\n\n").into()),
            Err(RecvError::Closed) => return None,
        }
    }
}

impl Wanted {
    fn includes(&self, entry: &Entry) -> bool {
        self.world.as_deref().is_none_or(|world| world == entry.world.as_str())
            && self.api.as_deref().is_none_or(|api| entry.api == Some(api))
            && self.advice.is_none_or(|wanted| wanted != entry.advice.is_empty())
    }
}

/// JSON has no line feeds outside its texts, where they are escaped: it is one line of data.
fn event(entry: &Entry, secrets: &Secrets) -> Bytes {
    format!("event: request\nid: {}\ndata: {}\n\n", entry.id, entry.show(secrets)).into()
}
