//! Path and query values and the body into arguments, with the binder's own texts (docs/spec/reseller.md §12): what
//! cannot be converted is "not valid", a blank where null is impossible is "invalid".

use super::{BindingError, Refusal, body};
use crate::codec::Note;
use crate::codec::convert::{date, enums, guid, number};
use crate::codec::percent;
use crate::contract::{Kind, Value};
use crate::frameworks::PATCH_OPERATION;
use crate::frameworks::webapi::{BindFrom, Parameter, Request, Routed};
use chrono::NaiveDate;

/// One value per parameter. `notes` takes what the body's reader did silently, also of a body that is refused.
pub(super) fn bind(
    request: &Request,
    routed: &Routed,
    parameters: &[Parameter],
    depth: usize,
    notes: &mut Vec<Note>,
) -> Result<Vec<Value>, Refusal> {
    // The filter that turns an unread body into 415 runs before the one that refuses an invalid model state, so a wrong
    // content type beats a malformed id (docs/spec/reseller.md §12).
    let takes_body = parameters.iter().any(|parameter| parameter.from == BindFrom::Body);
    let received = if takes_body { Some(body::received(request, depth)?) } else { None };
    let (mut arguments, mut errors) = (Vec::new(), Vec::new());
    for parameter in parameters {
        let argument = match sent(request, routed, parameter.name) {
            _ if parameter.from == BindFrom::Body => Ok(Value::Absent),
            Some(text) => convert(&text, &parameter.kind, request.today),
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
    // chosen (docs/spec/reseller.md §15 #22): the framework would list the body's error first; the vendor shows one.
    if let Some(received) = received {
        let text = body::text(received)?;
        let place = parameters.iter().position(|parameter| parameter.from == BindFrom::Body);
        let place = place.and_then(|place| Some((arguments.get_mut(place)?, parameters.get(place)?.kind)));
        if let Some((argument, kind)) = place {
            *argument = match is_json_patch(&kind) {
                true => Value::Text(text.into_owned()),
                false => body::typed(&text, received, &kind, notes).map_err(|error| Refusal::Invalid(vec![error]))?,
            };
        }
    }
    Ok(arguments)
}

/// Whether the body is a JSON Patch document, which has a reader of its own: it is bound as its text.
fn is_json_patch(kind: &Kind) -> bool {
    matches!(kind, Kind::List(list) if matches!(list.item, Kind::Object(item) if item.clr_name == PATCH_OPERATION))
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
    let decoded = |text: &str| percent::decoded(&text.replace('+', " "), |_| true).into_owned();
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decoded(key).eq_ignore_ascii_case(name).then(|| decoded(value))
    })
}

fn convert(text: &str, kind: &Kind, today: NaiveDate) -> Result<Value, String> {
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
        Kind::DateTime => date::parse_invariant(text, today).map(Value::DateTime),
        Kind::Enum(of) => enums::parse(text, of).map(Value::Enum),
        // Bodies are read, not converted.
        Kind::Bool | Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_) | Kind::Nullable(_) => None,
    };
    value.ok_or_else(|| format!("The value '{text}' is not valid."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(text: &str, kind: &Kind) -> Result<Value, String> {
        super::convert(text, kind, NaiveDate::default())
    }

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
