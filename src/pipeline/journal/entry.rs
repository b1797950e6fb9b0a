//! One exchange as it is kept: compact copies, because a slice of a connection's read buffer would keep the whole
//! buffer alive. Bodies above 64 KiB are cut, and only here.
//!
//! All texts of an entry are one piece of memory. A journal of ten thousand exchanges is in no cache of a processor, and of
//! separate texts each would be missed there when it is written and once more when it is let go.

use super::matching::RequestView;
use crate::codec::Note;
use crate::contract::DateTime;
use crate::store::{Changes, WorldName};
use http::HeaderMap;
use serde_json::Value;
use std::borrow::Cow;
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
    /// The status; `None` when the connection was cut before one was sent.
    pub status: Option<u16>,
    /// From the request's head to the answer, delays included.
    pub duration: Duration,
    /// The fault that was applied, as the journal shows it.
    pub fault: Option<Arc<Value>>,
    /// Notes of the things that the real service does silently.
    pub advice: Vec<Note>,
    /// The users that it changed.
    pub changes: Changes,
    texts: Texts,
    /// The lengths of the bodies as they were sent, in bytes.
    request_length: usize,
    response_length: usize,
}

/// The texts of an entry, one behind the other.
#[derive(Debug)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each one ends, by [`Part`].
    ends: [u32; 7],
}

/// A text of an entry, in the order in which they come in.
#[derive(Debug, Clone, Copy)]
enum Part {
    Method,
    Path,
    Query,
    RequestHeaders,
    RequestBody,
    ResponseHeaders,
    ResponseBody,
}

/// The memory for the texts of an exchange in progress, in bytes: those of a usual one.
const USUAL: usize = 2048;

/// Headers and body of one direction.
#[derive(Debug)]
pub struct Message<'m> {
    /// One `name:value` line each, in one piece: no header holds a line feed, no name a colon.
    headers: Cow<'m, [u8]>,
    /// The body, perhaps cut.
    pub body: &'m [u8],
    /// The length of the whole body, in bytes.
    pub length: usize,
}

impl<'m> Message<'m> {
    /// Headers and a body that are not in the journal.
    #[must_use]
    pub fn new(headers: &HeaderMap, body: &'m [u8]) -> Message<'m> {
        let mut lines = Vec::new();
        pack(headers, &mut lines);
        Message { headers: lines.into(), body: kept(body), length: body.len() }
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

impl Texts {
    fn get(&self, part: Part) -> &[u8] {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let start = (part as usize).checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(part as usize)).unwrap_or_default()
    }

    fn text(&self, part: Part) -> &str {
        str::from_utf8(self.get(part)).unwrap_or_default()
    }

    /// Writes a text behind those before it; those behind it are gone.
    fn set(&mut self, part: Part, write: impl FnOnce(&mut Vec<u8>)) {
        let start = (part as usize).checked_sub(1).and_then(|before| self.ends.get(before));
        self.bytes.truncate(start.map_or(0, |end| *end as usize));
        write(&mut self.bytes);
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.ends.get_mut(part as usize..).unwrap_or_default().fill(end);
    }
}

impl Entry {
    /// One that has just begun.
    pub(super) fn begun(id: Uuid, at: DateTime, world: WorldName) -> Entry {
        Entry {
            id,
            at,
            world,
            api: None,
            operation: None,
            status: None,
            duration: Duration::ZERO,
            fault: None,
            advice: Vec::new(),
            changes: Changes::default(),
            texts: Texts { bytes: Vec::with_capacity(USUAL), ends: [0; 7] },
            request_length: 0,
            response_length: 0,
        }
    }

    /// The method as sent.
    #[must_use]
    pub fn method(&self) -> &str {
        self.texts.text(Part::Method)
    }

    /// The path as sent, without the world's prefix.
    #[must_use]
    pub fn path(&self) -> &str {
        self.texts.text(Part::Path)
    }

    /// The query as sent.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        // It is kept with its question mark, which an empty one has too.
        self.texts.text(Part::Query).strip_prefix('?')
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> Message<'_> {
        self.message(Part::RequestHeaders, Part::RequestBody, self.request_length)
    }

    /// The answer.
    #[must_use]
    pub fn response(&self) -> Message<'_> {
        self.message(Part::ResponseHeaders, Part::ResponseBody, self.response_length)
    }

    fn message(&self, headers: Part, body: Part, length: usize) -> Message<'_> {
        Message { headers: self.texts.get(headers).into(), body: self.texts.get(body), length }
    }

    /// Adds the head of the request, `path` without the world's prefix.
    pub(super) fn set_head(&mut self, method: &str, path: &str, query: Option<&str>, headers: &HeaderMap) {
        self.texts.set(Part::Method, |bytes| bytes.extend_from_slice(method.as_bytes()));
        self.texts.set(Part::Path, |bytes| bytes.extend_from_slice(path.as_bytes()));
        if let Some(query) = query {
            self.texts.set(Part::Query, |bytes| {
                bytes.push(b'?');
                bytes.extend_from_slice(query.as_bytes());
            });
        }
        self.texts.set(Part::RequestHeaders, |bytes| pack(headers, bytes));
    }

    /// Adds the body of the request.
    pub(super) fn set_request_body(&mut self, body: &[u8]) {
        self.request_length = body.len();
        self.texts.set(Part::RequestBody, |bytes| bytes.extend_from_slice(kept(body)));
    }

    /// Adds the answer, in the place of one that was added before.
    pub(super) fn set_response(&mut self, headers: &HeaderMap, body: &[u8]) {
        self.response_length = body.len();
        self.texts.set(Part::ResponseHeaders, |bytes| pack(headers, bytes));
        self.texts.set(Part::ResponseBody, |bytes| bytes.extend_from_slice(kept(body)));
    }

    /// Ends it: no answer was sent if there is no status, and its texts take no more memory than they need.
    pub(super) fn end(&mut self) {
        if self.status.is_none() {
            self.set_response(&HeaderMap::new(), &[]);
        }
        // A copy: memory that is too large for the texts could not be used for others, and the next exchange can use it
        // while it is still in the cache.
        self.texts.bytes = self.texts.bytes.as_slice().to_vec();
    }

    /// How many of the journal's bytes the entry takes.
    pub(super) fn bytes(&self) -> usize {
        let advice: usize = self.advice.iter().map(|note| size_of::<Note>() + note.message.len()).sum();
        OVERHEAD + self.changes.bytes() + self.texts.bytes.len() + advice
    }

    /// One with a path of this length and nothing else.
    #[cfg(test)]
    pub(crate) fn of_length(length: usize) -> Entry {
        let mut entry = Entry::begun(Uuid::nil(), DateTime::MIN, WorldName::main());
        entry.texts.set(Part::Path, |bytes| bytes.resize(length, b'/'));
        entry
    }

    /// The entry as a filter sees it.
    #[must_use]
    pub fn view(&self) -> RequestView<'_> {
        RequestView {
            api: self.api,
            operation: self.operation,
            method: self.method(),
            path: self.path(),
            status: self.status,
            body: self.texts.get(Part::RequestBody),
            length: self.request_length,
        }
    }
}

/// The part of a body that is kept.
fn kept(body: &[u8]) -> &[u8] {
    body.get(..BODY_LIMIT).unwrap_or(body)
}

fn pack(headers: &HeaderMap, lines: &mut Vec<u8>) {
    for (name, value) in headers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.push(b':');
        lines.extend_from_slice(value.as_bytes());
        lines.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{ACCEPT, ETAG};

    #[test]
    fn texts_come_back_as_they_came_in_and_a_second_answer_takes_the_place_of_the_first() {
        let headers = |name, value| HeaderMap::from_iter([(name, http::HeaderValue::from_static(value))]);
        let mut entry = Entry::begun(Uuid::nil(), DateTime::MIN, WorldName::main());
        assert_eq!((entry.method(), entry.path(), entry.query(), entry.response().body), ("", "", None, &[][..]));
        entry.set_head("PUT", "/a", Some(""), &headers(ACCEPT, "b"));
        entry.set_request_body(b"sent");
        for answer in ["a longer answer", "short"] {
            entry.status = Some(200);
            entry.set_response(&headers(ETAG, "\"1\""), answer.as_bytes());
            assert_eq!(entry.response().body, answer.as_bytes());
        }
        entry.end();
        assert_eq!((entry.method(), entry.path(), entry.query()), ("PUT", "/a", Some("")));
        assert_eq!(entry.request().headers().collect::<Vec<_>>(), [("accept".to_owned(), "b".to_owned())]);
        assert_eq!((entry.request().body, entry.response().body), (&b"sent"[..], &b"short"[..]));
        assert_eq!(entry.response().header("etag").as_deref(), Some("\"1\""));
        assert_eq!(entry.texts.bytes.capacity(), entry.texts.bytes.len());
        entry.status = None;
        entry.end();
        assert_eq!((entry.request().length, entry.response().length, entry.response().body), (4, 0, &[][..]));
    }

    #[test]
    fn a_long_body_is_cut_and_its_length_is_known() {
        let mut entry = Entry::of_length(1);
        entry.set_request_body(&vec![b'x'; BODY_LIMIT + 1]);
        let request = entry.request();
        assert_eq!((request.body.len(), request.length, request.cut()), (BODY_LIMIT, BODY_LIMIT + 1, true));
        assert_eq!((entry.path(), entry.view().body.len()), ("/", BODY_LIMIT));
    }
}
