//! Entries as an HTTP Archive 1.2, which browser tools open. Values that the format requires and the
//! journal does not have (sizes of heads, phases of the time) are -1 or 0, as the format prescribes.

use super::show::Shown;
use super::{Entry, Secrets};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The text in front of the archive's entries.
#[must_use]
pub fn before() -> String {
    let creator = json!({"name": "usertwin", "version": env!("CARGO_PKG_VERSION")});
    format!(r#"{{"log":{{"version":"1.2","creator":{creator},"entries":["#)
}

/// The text behind them. The format leaves names with an underscore to programs of their own.
#[must_use]
pub fn behind(dropped: u64) -> String {
    format!(r#"],"_dropped":{dropped}}}}}"#)
}

/// An entry of the archive. `base` is `http://host` with the world's prefix, in front of every path.
#[must_use]
pub fn exchange(entry: &Entry, base: &str, secrets: &Secrets) -> Value {
    let query = entry.shown_query(secrets);
    let mut url = format!("{base}{}", entry.path());
    if let Some(query) = &query {
        url = format!("{url}?{query}");
    }
    let (request, response) = (entry.request().shown(secrets), entry.response().shown(secrets));
    let mut sent = json!({
        "method": entry.method(),
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&request.headers),
        "queryString": query.as_deref().map(parameters).unwrap_or_default(),
        "headersSize": -1,
        "bodySize": request.length,
    });
    if request.length > 0
        && let Some(members) = sent.as_object_mut()
    {
        members.insert("postData".to_owned(), post_data(&request));
    }
    let comment: Vec<String> = entry.advice.iter().map(|note| format!("{}: {}", note.code, note.message)).collect();
    let status = entry.status.unwrap_or(0);
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    json!({
        "startedDateTime": entry.at.round_trip(),
        "time": entry.milliseconds(),
        "request": sent,
        "response": {
            "status": status,
            "statusText": reason.unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": pairs(&response.headers),
            "content": content(&response),
            "redirectURL": header(&response, "location"),
            "headersSize": -1,
            "bodySize": response.length,
        },
        "cache": {},
        "timings": {"send": 0, "wait": entry.milliseconds(), "receive": 0},
        "comment": comment.join("\n"),
    })
}

fn post_data(request: &Shown) -> Value {
    let mime = header(request, "content-type");
    match request.text() {
        Some(text) => json!({"mimeType": mime, "text": text}),
        // The format has no member for a binary request body; browsers use the one of responses.
        None => json!({"mimeType": mime, "text": STANDARD.encode(&request.body), "encoding": "base64",
                       "comment": "The text is base64."}),
    }
}

fn content(response: &Shown) -> Value {
    let mime = header(response, "content-type");
    match response.text() {
        Some(text) => json!({"size": response.length, "mimeType": mime, "text": text}),
        None => json!({"size": response.length, "mimeType": mime, "text": STANDARD.encode(&response.body),
                       "encoding": "base64"}),
    }
}

fn header(message: &Shown, name: &str) -> String {
    message.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn parameters(query: &str) -> Vec<Value> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let split = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    split.map(|(name, value)| json!({"name": name, "value": value})).collect()
}
