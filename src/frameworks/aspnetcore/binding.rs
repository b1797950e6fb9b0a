//! Path and query values into arguments, with the binder's own texts (spec/reseller.md §12): what cannot be converted
//! is "not valid", a blank where null is impossible is "invalid".

use super::{BindingError, Refusal, body};
use crate::codec::convert::{date, enums, guid, number};
use crate::contract::{Kind, Value};
use crate::frameworks::webapi::{From, Parameter, Request, Routed, unescaped};

/// One value per parameter, the body's text in its place.
pub(super) fn bind(request: &Request, routed: &Routed, parameters: &[Parameter]) -> Result<Vec<Value>, Refusal> {
    // The filter that turns an unread body into 415 runs before the one that refuses an invalid model state, so a
    // wrong content type beats a malformed id (spec/reseller.md §12).
    let takes_body = parameters.iter().any(|parameter| parameter.from == From::Body);
    let received = if takes_body { Some(body::of(request)?) } else { None };
    let (mut arguments, mut errors) = (Vec::new(), Vec::new());
    for parameter in parameters {
        let argument = match sent(request, routed, parameter.name) {
            _ if parameter.from == From::Body => Ok(Value::Absent),
            Some(text) => convert(&text, &parameter.kind),
            None => Ok(parameter.kind.default_value()),
        };
        match argument {
            Ok(value) => arguments.push(value),
            Err(message) => errors.push(BindingError { key: parameter.name.to_owned(), message }),
        }
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    // chosen (spec/reseller.md §15, row 22): the framework would list the body's error first; the vendor shows one.
    if let Some(received) = received {
        let text = body::text(received)?;
        let place = arguments.iter().position(|value| *value == Value::Absent);
        if let Some(argument) = place.and_then(|place| arguments.get_mut(place)) {
            *argument = Value::Text(text);
        }
    }
    Ok(arguments)
}

/// The text of a parameter: the path before the query, unlike Web API.
fn sent(request: &Request, routed: &Routed, name: &str) -> Option<String> {
    let in_path = routed.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    in_path
        .map(|(_, value)| value.clone())
        .or_else(|| request.query.as_deref().and_then(|query| query_value(query, name)))
}

/// The first value of a query parameter, names compared without case; `name` without `=` has an empty value.
fn query_value(query: &str, name: &str) -> Option<String> {
    let decoded = |text: &str| unescaped(&text.replace('+', " "), |_| true).into_owned();
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decoded(key).eq_ignore_ascii_case(name).then(|| decoded(value))
    })
}

fn convert(text: &str, kind: &Kind) -> Result<Value, String> {
    if text.trim().is_empty() {
        let invalid = || format!("The value '{text}' is invalid.");
        return if kind.is_non_nullable_value() { Err(invalid()) } else { Ok(Value::Null) };
    }
    let trimmed = text.trim();
    let value = match kind.underlying() {
        Kind::String => Some(Value::Text(text.to_owned())),
        Kind::Guid => guid::parse(text).map(Value::Guid),
        Kind::Int32 => number::int32_converter(text).ok().map(Value::Int),
        Kind::Bool if trimmed.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Kind::Bool if trimmed.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Kind::DateTime => date::parse_invariant(text).map(Value::DateTime),
        Kind::Enum(of) => enums::parse(text, of).map(Value::Enum),
        // Bodies are read, not converted.
        Kind::Bool | Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_) | Kind::Nullable(_) => None,
    };
    value.ok_or_else(|| format!("The value '{text}' is not valid."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";

    #[test]
    fn guids_are_read_in_every_form() {
        let expected = guid::parse(GUID).map(Value::Guid).ok_or_else(String::new);
        for text in [GUID.to_uppercase(), GUID.replace('-', ""), format!("{{{GUID}}}"), format!(" ({GUID}) ")] {
            assert_eq!(convert(&text, &Kind::Guid), expected, "{text}");
        }
    }

    #[test]
    fn malformed_values_are_quoted_as_received() {
        let message = |text: &str| convert(text, &Kind::Guid).unwrap_err();
        assert_eq!(message(" It's not a Guid"), "The value ' It's not a Guid' is not valid.");
        assert_eq!(message(" "), "The value ' ' is invalid.");
        assert_eq!(convert("yes", &Kind::Bool).unwrap_err(), "The value 'yes' is not valid.");
    }

    #[test]
    fn blanks_are_null_where_null_is_possible() {
        assert_eq!(convert(" ", &Kind::String), Ok(Value::Null));
        assert_eq!(convert("", &Kind::Nullable(&Kind::Guid)), Ok(Value::Null));
    }

    #[test]
    fn query_names_ignore_case_and_the_first_value_counts() {
        assert_eq!(query_value("a=1&Page%49ndex=2+%2F&pageIndex=3", "pageindex").as_deref(), Some("2 /"));
        assert_eq!(query_value("flag", "flag").as_deref(), Some(""));
        assert_eq!(query_value("a=1", "b"), None);
    }
}
