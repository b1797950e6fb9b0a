//! One exchange as it is kept: compact copies, because a slice of a connection's read buffer would keep the whole
//! buffer alive. Bodies above 64 KiB are cut, and only here.

use super::matching::RequestView;
use crate::codec::Note;
use crate::contract::DateTime;
use crate::store::{Changes, WorldName};
use http::HeaderMap;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Bytes of a body that are kept.
const BODY_LIMIT: usize = 64 * 1024;
/// The approximate memory of an entry in addition to its texts, in bytes.
const OVERHEAD: usize = 512;

/// One exchange.
#[derive(Debug)]
pub struct Entry {
    /// Its identifier.
    pub id: Uuid,
    /// When the request arrived, by the world's clock.
    pub at: DateTime,
    /// The world it addressed.
    pub world: WorldName,
    /// The API; `None` when the path belongs to none.
    pub api: Option<&'static str>,
    /// The operation; `None` when routing found none.
    pub operation: Option<&'static str>,
    /// The method as sent.
    pub method: String,
    /// The path as sent, without the world's prefix.
    pub path: String,
    /// The query as sent.
    pub query: Option<String>,
    /// The status; `None` when the connection was cut before one was sent.
    pub status: Option<u16>,
    /// From the request's head to the answer, delays included.
    pub duration: Duration,
    /// The request.
    pub request: Message,
    /// The answer.
    pub response: Message,
    /// The fault that was applied, as the journal shows it.
    pub fault: Option<Arc<Value>>,
    /// Notes of the things that the real service does silently.
    pub advice: Vec<Note>,
    /// The users that it changed; `None` is nobody.
    pub changes: Option<Box<Changes>>,
}

/// Headers and body of one direction.
#[derive(Debug, Default)]
pub struct Message {
    /// One `name:value` line each, in one piece: no header holds a line feed, no name a colon.
    headers: Box<[u8]>,
    /// The body, perhaps cut.
    pub body: Box<[u8]>,
    /// The length of the whole body, in bytes.
    pub length: usize,
}

impl Message {
    /// A copy of headers and a body.
    #[must_use]
    pub fn new(headers: &HeaderMap, body: &[u8]) -> Message {
        Message { headers: packed(headers), ..Message::default() }.with_body(body)
    }

    /// The same headers with another body.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Message {
        let kept = body.get(..BODY_LIMIT).unwrap_or(body);
        Message { body: Box::from(kept), length: body.len(), ..self }
    }

    /// Whether only a part of the body is kept.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.length > self.body.len()
    }

    /// Names and values in the order of sending; bytes beyond ASCII are read as Latin-1, as HTTP once meant them.
    pub fn headers(&self) -> impl Iterator<Item = (String, String)> {
        self.headers.split(|byte| *byte == b'\n').filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
            Some((latin(name), latin(value.get(1..)?)))
        })
    }

    /// The first value of a header, its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Entry {
    /// How many of the journal's bytes the entry takes.
    pub(super) fn bytes(&self) -> usize {
        let message = |message: &Message| message.headers.len() + message.body.len();
        let advice: usize = self.advice.iter().map(|note| size_of::<Note>() + note.message.len()).sum();
        let address = self.path.len() + self.query.as_ref().map_or(0, String::len);
        let changes = self.changes.as_ref().map_or(0, |changes| changes.bytes());
        OVERHEAD + changes + address + message(&self.request) + message(&self.response) + advice
    }

    /// One with a path of this length and nothing else.
    #[cfg(test)]
    pub(crate) fn of_length(length: usize) -> Entry {
        Entry {
            id: Uuid::nil(),
            at: DateTime::MIN,
            world: WorldName::main(),
            api: None,
            operation: None,
            method: String::new(),
            path: "/".repeat(length),
            query: None,
            status: None,
            duration: Duration::ZERO,
            request: Message::default(),
            response: Message::default(),
            fault: None,
            advice: Vec::new(),
            changes: None,
        }
    }

    /// The entry as a filter sees it.
    #[must_use]
    pub fn view(&self) -> RequestView<'_> {
        RequestView {
            api: self.api,
            operation: self.operation,
            method: &self.method,
            path: &self.path,
            status: self.status,
            body: &self.request.body,
            length: self.request.length,
        }
    }
}

fn packed(headers: &HeaderMap) -> Box<[u8]> {
    let length = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
    let mut lines = Vec::with_capacity(length);
    for (name, value) in headers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.push(b':');
        lines.extend_from_slice(value.as_bytes());
        lines.push(b'\n');
    }
    lines.into_boxed_slice()
}
