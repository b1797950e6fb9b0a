//! The request body before any reader: which content types the JSON formatters take, in which charset, and the refusal
//! of an empty one (docs/spec/reseller.md §12).

use super::{BindingError, Refusal};
use crate::codec::{Body, Charset, EnumStyle, Note, Runtime, json};
use crate::contract::{Kind, Value};
use crate::frameworks::EMPTY_BODY;
use crate::frameworks::webapi::Request;
use http::header;
use std::borrow::Cow;

/// The body with its charset.
pub(super) fn received(request: &Request, depth: usize) -> Result<Body<'_>, Refusal> {
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let charset = content_type.and_then(charset_of).ok_or(Refusal::UnsupportedMediaType)?;
    Ok(Body { bytes: &request.body, charset, depth, today: request.today, runtime: Runtime::Core })
}

/// The body's text; refuses a blank one and bytes that are not text.
pub(super) fn text(body: Body<'_>) -> Result<Cow<'_, str>, Refusal> {
    let refused = |message: String| Refusal::Invalid(vec![BindingError::body(message)]);
    match body.charset.decode(body.bytes) {
        Ok(text) if text.trim().is_empty() => Err(refused(EMPTY_BODY.to_owned())),
        Ok(text) => Ok(text),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// Reads the text of a received body into a kind: Json.NET's texts reach the client, and of several errors the first counts. `notes`
/// receives what the reader did silently, even when the body is refused.
///
/// # Errors
/// With the first error of the reader, or the text for a body that is null.
pub(super) fn typed(text: &str, received: Body<'_>, kind: &Kind, notes: &mut Vec<Note>) -> Result<Value, BindingError> {
    let body = Body { bytes: text.as_bytes(), charset: Charset::Utf8, ..received };
    let reading = json::read(body, kind, EnumStyle::Names);
    notes.extend(reading.notes);
    match reading.errors.into_iter().next() {
        Some(error) => Err(BindingError { key: error.path, message: error.message }),
        None if reading.value == Value::Null => Err(BindingError::body(EMPTY_BODY)),
        None => Ok(reading.value),
    }
}

/// The charset of a content type the formatters read: `application/json`, `text/json` or `application/*+json` with any
/// parameters. `None` for another type, and for a charset other than the two they know.
fn charset_of(content_type: &str) -> Option<Charset> {
    let mut parts = content_type.split(';');
    let media_type = parts.next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = media_type.split_once('/')?;
    let readable = match kind {
        "application" => subtype == "json" || subtype.strip_suffix("+json").is_some_and(|name| !name.is_empty()),
        "text" => subtype == "json",
        _ => false,
    };
    let named = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    // Quirk: a charset that the formatters do not support makes the type unreadable, as .NET's alias table has it.
    let charset = match named.as_deref() {
        None | Some("" | "utf-8" | "unicode-1-1-utf-8" | "unicode-2-0-utf-8") => Charset::Utf8,
        Some("utf-16" | "utf-16le" | "unicode" | "ucs-2" | "iso-10646-ucs-2") => Charset::Utf16,
        Some(_) => return None,
    };
    readable.then_some(charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_body_still_notes_what_was_read_silently() {
        use crate::contract::Contracted;
        let mut notes = Vec::new();
        assert!(
            typed("['a',x]", Body::new(b"", Charset::Utf8), &<Option<Vec<Option<String>>>>::KIND, &mut notes).is_err()
        );
        assert_eq!(notes.first().map(|note| note.code.as_str()), Some("json.lenient-syntax"));
    }

    #[test]
    fn json_types_are_read_with_any_parameters() {
        for readable in [
            "application/json",
            "APPLICATION/JSON ; charset=\"UTF-8\"",
            "text/json; x=y",
            "application/json-patch+json",
            "application/vnd.some+json",
        ] {
            assert_eq!(charset_of(readable), Some(Charset::Utf8), "{readable}");
        }
        assert_eq!(charset_of("application/json;charset=utf-16"), Some(Charset::Utf16));
    }

    #[test]
    fn other_types_and_charsets_are_not_read() {
        for other in ["", "json", "*/*", "application/xml", "text/x+json", "application/json;charset=latin1", "+json"] {
            assert_eq!(charset_of(other), None, "{other}");
        }
    }
}
