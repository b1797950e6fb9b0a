//! An entry as the control API shows it (docs/spec/control.md §5): headers and bodies with their secrets masked, text
//! as text and everything else as base64.

use super::{Entry, Message, Secrets};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A message as readers see it.
#[derive(Debug)]
pub struct Shown {
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, perhaps cut.
    pub body: Vec<u8>,
    /// How long the body was.
    pub length: usize,
    /// Whether it was cut.
    pub cut: bool,
}

impl Message {
    /// The message as readers see it.
    #[must_use]
    pub fn shown(&self, secrets: &Secrets) -> Shown {
        let mut headers: Vec<(String, String)> = self.headers().collect();
        let mut body = self.body.to_vec();
        if let Secrets::Masked(names) = secrets {
            let content_type = self.header("content-type");
            body = match self.header("authtoken") {
                Some(_) => names.mask_signed_in(content_type.as_deref(), body),
                None => names.mask_body(content_type.as_deref(), body),
            };
            for (name, value) in &mut headers {
                names.mask_header(name, value);
            }
        }
        Shown { headers, body, length: self.length, cut: self.cut() }
    }
}

impl Shown {
    /// The body as text, if it is text that is readable in JSON.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let text = match std::str::from_utf8(&self.body) {
            Ok(text) => text,
            // A cut inside a letter does not make a text binary.
            Err(error) if self.cut && error.error_len().is_none() => {
                std::str::from_utf8(self.body.get(..error.valid_up_to())?).ok()?
            }
            Err(_) => return None,
        };
        let readable = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
        text.chars().all(readable).then_some(text)
    }

    /// The body as the journal shows it: null, `{"text"}` or `{"base64"}`, with `cut` and `bytes` when it was cut.
    #[must_use]
    pub fn body(&self) -> Value {
        if self.length == 0 {
            return Value::Null;
        }
        let mut shown = Map::new();
        match self.text() {
            Some(text) => shown.insert("text".to_owned(), text.into()),
            None => shown.insert("base64".to_owned(), STANDARD.encode(&self.body).into()),
        };
        if self.cut {
            shown.insert("cut".to_owned(), true.into());
            shown.insert("bytes".to_owned(), self.length.into());
        }
        Value::Object(shown)
    }

    fn whole(&self) -> Value {
        json!({"headers": self.headers, "body": self.body()})
    }
}

impl Entry {
    /// The query as readers see it.
    #[must_use]
    pub fn shown_query(&self, secrets: &Secrets) -> Option<String> {
        let query = self.query.clone()?;
        Some(match secrets {
            Secrets::Masked(names) => names.mask_query(&query),
            Secrets::Shown => query,
        })
    }

    /// The whole entry.
    #[must_use]
    pub fn show(&self, secrets: &Secrets) -> Value {
        let advice: Vec<Value> =
            self.advice.iter().map(|note| json!({"code": note.code, "message": note.message})).collect();
        json!({
            "id": self.id.to_string(),
            "at": self.at.round_trip(),
            "world": self.world.as_str(),
            "api": self.api,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.shown_query(secrets),
            "status": self.status,
            "durationMs": self.milliseconds(),
            "request": self.request.shown(secrets).whole(),
            "response": self.response.shown(secrets).whole(),
            "fault": self.fault.as_deref(),
            "advice": advice,
        })
    }

    /// The duration in milliseconds, to a microsecond.
    #[must_use]
    pub fn milliseconds(&self) -> f64 {
        (self.duration.as_secs_f64() * 1e6).round() / 1e3
    }
}
