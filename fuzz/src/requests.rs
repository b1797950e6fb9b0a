//! Requests as text, so that a corpus can be read and mutated: a request line, headers, a blank line and the body; a
//! line `%%%` begins the next request.

use bytes::Bytes;
use chrono::NaiveDate;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

/// The line between two requests.
pub const SEPARATOR: &[u8] = b"\n%%%\n";

/// A request taken apart.
#[derive(Debug)]
pub struct Sent {
    /// Any token.
    pub method: Method,
    /// The address, perhaps with a host.
    pub uri: Uri,
    /// Headers in order.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The first requests of an input; what HTTP itself cannot carry is left out.
#[must_use]
pub fn split(data: &[u8], most: usize) -> Vec<Sent> {
    let mut rest = Some(data);
    let mut found = Vec::new();
    while let (Some(text), true) = (rest, found.len() < most) {
        let end = text.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
        rest = end.map(|end| &text[end + SEPARATOR.len()..]);
        found.extend(parse(&text[..end.unwrap_or(text.len())]));
    }
    found
}

/// One request; `None` when no client could have sent it.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Sent> {
    let (line, mut rest) = cut_line(text);
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let method = Method::from_bytes(words.next()?).ok()?;
    let uri = Uri::try_from(words.next()?).ok()?;
    let mut headers = HeaderMap::new();
    while !rest.is_empty() {
        let (line, after) = cut_line(rest);
        rest = after;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        headers.append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    Some(Sent { method, uri, headers, body: Bytes::copy_from_slice(rest) })
}

fn cut_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let line = &text[..end];
    (line.strip_suffix(b"\r").unwrap_or(line), text.get(end + 1..).unwrap_or_default())
}

impl Sent {
    /// As a connection hands it over: with a host, and with the length that the body has.
    #[must_use]
    pub fn framed(mut self) -> http::Request<axum::body::Body> {
        self.headers.entry(HOST).or_insert(HeaderValue::from_static("localhost"));
        if self.headers.remove(TRANSFER_ENCODING).is_some() {
            self.headers.remove(CONTENT_LENGTH);
            self.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        } else if self.body.is_empty() {
            self.headers.remove(CONTENT_LENGTH);
        } else {
            self.headers.insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        }
        let mut request = http::Request::new(axum::body::Body::from(self.body));
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (self.method, self.uri, self.headers);
        request
    }

    /// As the emulated frameworks see it, below a virtual directory; the headers stay as they were sent.
    #[must_use]
    pub fn buffered(&self, path: &str, origin: String) -> usertwin::frameworks::webapi::Request {
        usertwin::frameworks::webapi::Request {
            method: self.method.as_str().to_owned(),
            path: path.to_owned(),
            query: self.uri.query().map(str::to_owned),
            origin,
            headers: self.headers.clone(),
            today: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
            body: self.body.clone(),
        }
    }
}
