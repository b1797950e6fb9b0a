//! How an API shows a user, in each of its formats: the answers of its own read, without a token, faults, advice or an
//! entry in the journal.

use super::app::App;
use super::host::ApiHost;
use super::{Exchange, on_blocking_thread};
use crate::apis::{Api, Framework};
use crate::frameworks::webapi::Request;
use crate::pipeline::journal::{Message, Secrets};
use crate::store::{StoreError, WorldName};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The answers of an API to `GET path`. `base` is the server's address with the world's prefix.
///
/// # Errors
/// Faults of the database.
pub async fn face(
    app: &App,
    api: &'static Api,
    world: &WorldName,
    path: String,
    base: &str,
) -> Result<Value, StoreError> {
    let (app, world, base) = (app.clone(), world.clone(), base.to_owned());
    let now = app.store().clock(&world).await?.now();
    let work = async move {
        let host = ApiHost::new(api, app.config());
        let mount = api.mount_of(&path);
        let (below, directory) = mount.map_or((&*path, ""), |mount| (mount.below_directory(&path), mount.directory));
        let (mut formats, mut operation, mut status) = (Map::new(), None, None);
        for media_type in media_types(api) {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(media_type));
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            let request = Arc::new(Request {
                method: "GET".to_owned(),
                path: below.to_owned(),
                query: None,
                origin: format!("{base}{directory}"),
                headers,
                today: now.date(),
                body: Bytes::new(),
            });
            let (app, world) = (app.clone(), world.clone());
            let mut exchange = Exchange { shown: true, ..Exchange::new(Uuid::nil(), app, world, now, request) };
            let routed = host.route(&exchange);
            operation = routed.as_ref().ok().map(|(operation, _)| operation.id);
            let reply = host.reply(routed, &mut exchange).await;
            let answer = host.formatted(reply, &mut exchange);
            status.get_or_insert(answer.status().as_u16());
            let message = Message::new(answer.headers(), answer.body());
            formats.insert(media_type.to_owned(), message.shown(&Secrets::Shown).body());
        }
        json!({"operation": operation, "method": "GET", "path": path, "status": status, "formats": formats})
    };
    // A read that lists every user is long work in a large world.
    Ok(on_blocking_thread(Box::pin(work)).await.unwrap_or_default())
}

/// The first media type of each format that an API writes.
fn media_types(api: &Api) -> Vec<&'static str> {
    match api.framework {
        Framework::AspNetCore(_) => vec!["application/json"],
        Framework::WebApi(formatters) => {
            let writers = formatters.iter().filter(|formatter| formatter.codec.writer.is_some());
            writers.filter_map(|formatter| formatter.media_types.first().copied()).collect()
        }
    }
}
