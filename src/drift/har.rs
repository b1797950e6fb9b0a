//! Recordings: HTTP Archives 1.2, as browsers, mitmproxy and the control API's `requests.har` write them.

use super::exchange::{Answer, Exchange};
use crate::codec::mask::MASK;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use serde_json::Value;

/// The headers in which the APIs take tokens.
pub(super) const CREDENTIALS: [&str; 2] = ["authorization", "authtoken"];

/// What a recording holds.
#[derive(Debug, Default)]
pub struct Recording {
    /// What can be compared, in the order in which it was sent.
    pub exchanges: Vec<Exchange>,
    /// What cannot, with the reason.
    pub left_out: Vec<String>,
    /// Whether names and the like are stand-ins, as in what `usertwin record` writes.
    pub masked: bool,
}

impl Recording {
    /// Adds the exchanges of an archive; their numbers go on.
    ///
    /// # Errors
    /// A sentence about a text that is no archive.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        // Archives of some browsers begin with a mark.
        let archive: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("it is no HTTP Archive: {error}"))?;
        self.add_archive(&archive)
    }

    /// Adds the exchanges of an archive that was read.
    ///
    /// # Errors
    /// A sentence about a value that is no archive.
    pub fn add_archive(&mut self, archive: &Value) -> Result<(), String> {
        let entries = archive.pointer("/log/entries").and_then(Value::as_array);
        let entries = entries.ok_or("it is no HTTP Archive: it has no log.entries")?;
        if !entries.iter().all(Value::is_object) {
            return Err("it is no HTTP Archive: log.entries holds something that is no entry".to_owned());
        }
        self.masked |= archive.pointer("/log/_usertwin").is_some();
        let mut entries: Vec<&Value> = entries.iter().collect();
        // Some programs write an entry when its answer is there; the order of sending is that of the times.
        if entries.iter().all(|entry| started(entry).is_some()) {
            entries.sort_by_key(|entry| started(entry));
        }
        let first = self.exchanges.len();
        for entry in entries {
            let number = self.exchanges.len() + self.left_out.len() + 1;
            match exchange(entry, number) {
                Ok(exchange) => self.exchanges.push(exchange),
                Err(reason) => self.left_out.push(format!("#{number} {reason}")),
            }
        }
        // Browsers leave credentials out of what they export, unless they are told otherwise.
        let added = self.exchanges.get_mut(first..).unwrap_or_default();
        let has = |exchange: &Exchange| exchange.headers.iter().any(|(name, _)| CREDENTIALS.contains(&name.as_str()));
        if !added.iter().any(has) {
            for exchange in added.iter_mut().filter(|exchange| ![401, 403].contains(&exchange.answer.status)) {
                exchange.headers.push(("authorization".to_owned(), format!("Bearer {MASK}")));
            }
        }
        Ok(())
    }
}

fn started(entry: &Value) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(entry.get("startedDateTime")?.as_str()?).ok()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn exchange(entry: &Value, number: usize) -> Result<Exchange, String> {
    let method = text(entry, "/request/method").to_owned();
    let url = text(entry, "/request/url");
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("has no address: '{url}'"))?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let status = entry.pointer("/response/status").and_then(Value::as_u64).unwrap_or(0);
    let status = u16::try_from(status).unwrap_or(0);
    let shown = format!("{method} {}", target.split('?').next().unwrap_or_default());
    if method.eq_ignore_ascii_case("OPTIONS") {
        return Err(format!("{shown} is a browser's question before a request"));
    }
    if status < 200 {
        return Err(format!("{shown} has no answer"));
    }
    if status == 304 || entry.get("_fromCache").is_some() {
        return Err(format!("{shown} was answered from a cache"));
    }
    let content = entry.pointer("/response/content").unwrap_or(&Value::Null);
    let answer = Answer {
        status,
        headers: headers(entry.pointer("/response/headers")),
        body: if_kept(content, entry),
        as_text: text(content, "/encoding") != "base64",
    };
    let posted = entry.pointer("/request/postData").unwrap_or(&Value::Null);
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_owned());
    let headers = headers(entry.pointer("/request/headers"));
    let body = request_body(posted).ok_or_else(|| format!("{shown} has a body that is no base64"))?;
    Ok(Exchange { number, method, scheme, authority, target, headers, body, answer })
}

/// Names in lower case. HTTP/2's own fields begin with a colon and are the request line.
fn headers(list: Option<&Value>) -> Vec<(String, String)> {
    let pairs = list.and_then(Value::as_array).into_iter().flatten();
    let pairs = pairs.map(|pair| (text(pair, "/name").to_ascii_lowercase(), text(pair, "/value").to_owned()));
    pairs.filter(|(name, _)| !name.is_empty() && !name.starts_with(':')).collect()
}

fn bytes(holder: &Value) -> Option<Vec<u8>> {
    let text = text(holder, "/text");
    match holder.get("encoding").and_then(Value::as_str) {
        Some("base64") => STANDARD.decode(text).ok(),
        _ => Some(text.as_bytes().to_vec()),
    }
}

/// The body of an answer, unless the recorder dropped it.
fn if_kept(content: &Value, entry: &Value) -> Option<Vec<u8>> {
    let body = bytes(content)?;
    let length = |pointer: &str| entry.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let size = length("/response/content/size");
    let dropped = content.get("text").is_none() && (size > 0 || length("/response/bodySize") > 0);
    // An archive of the journal cuts long bodies; those end before their size.
    let cut = content.get("encoding").is_none() && size > 65_536 && body.len() as u64 <= 65_536;
    (!dropped && !cut).then_some(body)
}

/// The body of a request: as text or base64, or as the fields of a form, which is all that some programs keep.
fn request_body(posted: &Value) -> Option<Vec<u8>> {
    if posted.get("text").is_some_and(|text| text.as_str().is_some_and(|text| !text.is_empty())) {
        return bytes(posted);
    }
    let fields = posted.get("params").and_then(Value::as_array).into_iter().flatten();
    let fields: Vec<String> =
        fields.map(|field| format!("{}={}", text(field, "/name"), text(field, "/value"))).collect();
    Some(fields.join("&").into_bytes())
}
