//! Mails that the real services would have sent from a world, oldest first: a test follows an activation link without
//! a mail server.

use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};

use super::call::{Answer, Call};
use super::extract::World;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::store::Mail;

/// The mails, oldest first.
pub const LIST: Call = Call {
    path: "/worlds/{world}/outbox",
    id: "listMails",
    tag: "outbox",
    summary: "Mails that the real services would have sent, oldest first",
    answer: Answer::Json(200, "Outbox"),
    refusals: &[507],
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>, World(world): World) -> Result<axum::Json<Value>, Refusal> {
    let mails = app.store().read(&world).await?.outbox()?;
    let shown = |mail: &Mail| {
        json!({
            "at": mail.at.round_trip(), "api": mail.api, "kind": mail.kind, "to": mail.to, "link": mail.link,
        })
    };
    Ok(axum::Json(json!({ "mails": mails.iter().map(shown).collect::<Value>() })))
}
