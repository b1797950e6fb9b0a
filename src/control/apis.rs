//! `GET /apis`: what this server emulates, as the table of APIs has it. The console asks here, so that a fifth API
//! appears in it by itself.

use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};

use super::call::{Answer, Call};
use crate::apis::Api;
use crate::pipeline::app::App;

/// The APIs, in the order of the table.
pub const LIST: Call = Call {
    path: "/apis",
    id: "listApis",
    tag: "documents",
    summary: "The APIs that this server emulates, with their base addresses and documents",
    answer: Answer::Json(200, "Apis"),
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>) -> axum::Json<Value> {
    let shown = |api: &'static Api| {
        let bases: Vec<&str> = api.mounts.iter().map(|mount| mount.directory).collect();
        json!({"name": api.name, "title": api.title, "document": api.document, "bases": bases})
    };
    axum::Json(json!({ "apis": app.apis().iter().map(shown).collect::<Value>() }))
}
