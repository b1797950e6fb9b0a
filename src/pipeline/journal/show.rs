//! An entry as the control API shows it (docs/spec/control.md §5): headers and bodies with their secrets masked, text
//! as text and everything else as base64.

use super::{Entry, Message, Secrets};
use crate::codec::bson::extended_json;
use crate::codec::form::pairs;
use crate::frameworks::webapi;
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
    /// The media type in lower case, without parameters.
    media_type: String,
}

impl Message<'_> {
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
        let media_type = self.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Shown { headers, body, length: self.length, cut: self.cut(), media_type }
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

    /// The body as the journal shows it: null, `{"text"}` or `{"base64"}`, with `cut` and `bytes` when it was cut. What no
    /// reader sees in it stands beside it: BSON `decoded`, the `fields` of a form.
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
        } else if self.media_type == "application/bson" {
            shown.extend(extended_json(&self.body).map(|decoded| ("decoded".to_owned(), decoded)));
        } else if self.media_type == "application/x-www-form-urlencoded" {
            let fields: Vec<[String; 2]> = pairs::parse(&self.body).into_iter().map(<[String; 2]>::from).collect();
            shown.insert("fields".to_owned(), json!(fields));
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
        let query = self.query()?;
        Some(match secrets {
            Secrets::Masked(names) => names.mask_query(query),
            Secrets::Shown => query.to_owned(),
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
            "method": self.method(),
            "path": self.path(),
            "query": self.shown_query(secrets),
            "status": self.status,
            "durationMs": self.milliseconds(),
            "request": self.request().shown(secrets).whole(),
            "response": self.response().shown(secrets).whole(),
            "fault": self.fault.as_deref(),
            "advice": advice,
            "negotiation": self.negotiation(),
        })
    }

    /// The format of the answer, and why it is this one. Found when it is read, by what was sent and received: a request
    /// pays nothing for it. Null without a body, and for one that a fault made up.
    fn negotiation(&self) -> Value {
        let made_up =
            self.fault.as_ref().is_some_and(|fault| fault.pointer("/effect/body").is_some_and(|body| !body.is_null()));
        let chosen = self.response().header("content-type").filter(|_| self.api.is_some() && !made_up);
        let Some(chosen) = chosen else { return Value::Null };
        let chosen = chosen.split(';').next().unwrap_or_default().trim();
        let request = self.request();
        let sent = |wanted: &str| -> Vec<String> {
            request.headers().filter(|(name, _)| name == wanted).map(|(_, value)| value).collect()
        };
        let [accept, content_type, script] = ["accept", "content-type", "x-requested-with"].map(sent);
        json!({"chosen": chosen, "because": webapi::reason(chosen, &accept, &content_type, &script)})
    }

    /// The duration in milliseconds, to a microsecond.
    #[must_use]
    pub fn milliseconds(&self) -> f64 {
        (self.duration.as_secs_f64() * 1e6).round() / 1e3
    }
}
