//! Mails that the real services would have sent from a world, oldest first: a test follows an activation link without
//! a mail server.

use axum::extract::State;
use serde_json::{Value, json};

use super::extract::World;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::store::Mail;

/// `GET /worlds/{world}/outbox`
pub async fn list(State(app): State<App>, World(world): World) -> Result<axum::Json<Value>, Refusal> {
    let mails = app.store().read(&world).await?.outbox()?;
    let shown = |mail: &Mail| {
        json!({
            "at": mail.at.round_trip(), "api": mail.api.name(), "kind": mail.kind, "to": mail.to, "link": mail.link,
        })
    };
    Ok(axum::Json(json!({ "mails": mails.iter().map(shown).collect::<Value>() })))
}
