//! An exchange as it went over the wire, and as a recording shows it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A request and its answer.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// When the request came, as `2024-03-28T08:12:49.3595132Z`.
    pub at: String,
    /// How long it took until the answer was whole.
    pub milliseconds: f64,
    /// The method.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// The request.
    pub request: Message,
    /// The status.
    pub status: u16,
    /// Its words.
    pub reason: String,
    /// The answer.
    pub response: Message,
}

/// Headers and a body.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Names in lower case; a letter of a value stands for a byte.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// The value of the first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as an archive holds one: text where it is UTF-8, or else base64.
    fn content(&self) -> Value {
        let mime = self.header("content-type");
        match std::str::from_utf8(&self.body) {
            Ok(text) if !text.contains('\0') && !text.starts_with('\u{feff}') => {
                json!({"mimeType": mime, "text": text})
            }
            _ => json!({"mimeType": mime, "text": STANDARD.encode(&self.body), "encoding": "base64"}),
        }
    }

    fn pairs(&self) -> Vec<Value> {
        self.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
    }
}

impl Exchange {
    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The entry of an HTTP Archive; `origin` is the scheme and authority of the service.
    #[must_use]
    pub fn entry(&self, origin: &str) -> Value {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let fields = query.split('&').filter(|field| !field.is_empty());
        let fields = fields.map(|field| field.split_once('=').unwrap_or((field, "")));
        let fields: Vec<Value> = fields.map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut request = json!({
            "method": self.method,
            "url": format!("{origin}{}", self.target),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": self.request.pairs(),
            "queryString": fields,
            "headersSize": -1,
            "bodySize": self.request.body.len(),
        });
        if !self.request.body.is_empty()
            && let Some(members) = request.as_object_mut()
        {
            members.insert("postData".to_owned(), self.request.content());
        }
        let mut content = self.response.content();
        if let Some(members) = content.as_object_mut() {
            members.insert("size".to_owned(), self.response.body.len().into());
        }
        json!({
            "startedDateTime": self.at,
            "time": self.milliseconds,
            "request": request,
            "response": {
                "status": self.status,
                "statusText": self.reason,
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": self.response.pairs(),
                "content": content,
                "redirectURL": self.response.header("location"),
                "headersSize": -1,
                "bodySize": self.response.body.len(),
            },
            "cache": {},
            "timings": {"send": 0, "wait": self.milliseconds, "receive": 0},
        })
    }
}
