//! Binding of simple parameters from path and query (`ModelBinderParameterBinding` with `TypeConverterModelBinder`;
//! docs/spec/pbnb.md §10, docs/spec/admin-users.md §6). The query wins over the path; names ignore case.

use super::model_state::{ModelError, ModelState};
use super::{BindFrom, Parameter};
use crate::codec::form::pairs;
use crate::codec::form::scalar::{self, Unconvertible};
use crate::codec::{Advice, Note};
use crate::contract::Value;
use chrono::NaiveDate;

/// The query's names and values, names with jQuery's brackets taken off as in forms. A name with an unclosed bracket,
/// which routing refuses, stays as it is.
pub(super) fn parse_query(query: Option<&str>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    if query.trim().is_empty() {
        return Vec::new();
    }
    let dotted = |(name, value): (String, String)| (pairs::dotted(&name).unwrap_or(name), value);
    pairs::parse(query.as_bytes()).into_iter().map(dotted).collect()
}

/// The most parameters of a query that are noted.
const MAX_NOTES: usize = 20;

/// Notes names of a query that no parameter of the operation has: frameworks ignore them silently.
pub fn note_unknown(query: Option<&str>, parameters: &[Parameter], notes: &mut Vec<Note>) {
    let Some(query) = query else { return };
    let known = |name: &str| {
        let name = name.split('.').next().unwrap_or(name);
        let simple = parameters.iter().filter(|parameter| parameter.from != BindFrom::Body);
        name.is_empty() || simple.into_iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name))
    };
    let unknown = parse_query(Some(query)).into_iter().filter(|(name, _)| !known(name)).take(MAX_NOTES);
    notes.extend(unknown.map(|(name, _)| Note {
        code: Advice::QueryUnknownParameter,
        message: format!("The operation takes no '{name}' from the query; it was ignored."),
    }));
}

/// Binds one parameter. A parameter that did not bind has its default; that, or an empty value, is null for a parameter
/// that cannot be null, and the caller answers 400. A time without a date falls on `today`.
pub(super) fn bind(
    parameter: &Parameter,
    route_values: &[(&str, String)],
    query: &[(String, String)],
    today: NaiveDate,
    state: &mut ModelState,
) -> Value {
    let first = |name: &str| values_of(name, query).next().or_else(|| values_of(name, route_values).next());
    let all = |name: &str| match values_of(name, query).next() {
        Some(_) => values_of(name, query).collect::<Vec<_>>(),
        None => values_of(name, route_values).collect(),
    };
    // Quirk: a parameter that does not bind under its own name is tried again under the empty name, which a stray `&`
    // in the query provides with an empty value (`CompositeModelBinder`, fallback to the empty prefix).
    let bound = [parameter.name, ""].into_iter().find_map(|name| {
        let converted = scalar::convert(first(name)?, &parameter.kind, today);
        converted.map_err(|why| state.add(name, unbound(why, parameter, || all(name)))).ok()
    });
    let Some(value) = bound else {
        return match parameter.from {
            BindFrom::OptionalUri => parameter.kind.default_value(),
            BindFrom::Uri | BindFrom::Body => Value::Null,
        };
    };
    if matches!(value, Value::Null) && !has_errors(state, parameter.name) {
        // Quirk: nothing but a null root can reach this check, hence the type name in the key (oracle:
        // rt-get-query-noval, rt-get-space).
        let key = format!("{}.{}", parameter.name, scalar::type_name(&parameter.kind));
        let message = "A value is required but was not present in the request.".to_owned();
        state.add(&key, ModelError { message, exception: false });
    }
    value
}

/// The error of a parameter whose values do not convert.
fn unbound<'v>(why: Unconvertible, parameter: &Parameter, values: impl FnOnce() -> Vec<&'v str>) -> ModelError {
    match why {
        Unconvertible::Format => {
            let kind = scalar::type_name(&parameter.kind);
            let message = format!("The value '{}' is not valid for {kind}.", values().join(","));
            ModelError { message, exception: false }
        }
        Unconvertible::Exception => ModelError { message: scalar::exception_text(&parameter.kind), exception: true },
    }
}

fn values_of<'a>(name: &str, source: &'a [(impl AsRef<str>, String)]) -> impl Iterator<Item = &'a str> {
    let named = source.iter().filter(move |(key, _)| key.as_ref().eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.as_str())
}

/// Whether the key or one below it has an error already.
fn has_errors(state: &ModelState, name: &str) -> bool {
    state.entries().any(|(key, _)| {
        let below = key.get(name.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        below && key.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Kind;

    const USER_ID: Parameter =
        Parameter { name: "usrId", kind: Kind::Int32, from: BindFrom::Uri, doc: "", example: None };
    const EXPAND: Parameter =
        Parameter { name: "expand", kind: Kind::String, from: BindFrom::OptionalUri, doc: "", example: None };

    /// The bound value, and the model state as `key: text` lines, exceptions marked with `!`.
    fn bound(parameter: &Parameter, route: &[(&str, &str)], query: &str) -> (Value, Vec<String>) {
        let route: Vec<_> = route.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut state = ModelState::default();
        let value = bind(parameter, &route, &parse_query(Some(query)), NaiveDate::default(), &mut state);
        let line = |key: &str, error: &ModelError| {
            format!("{key}: {}{}", if error.exception { "!" } else { "" }, error.message)
        };
        let lines = state.entries().flat_map(|(key, errors)| errors.iter().map(move |error| line(key, error)));
        (value, lines.collect())
    }

    fn user_id(segment: &str) -> (Value, Vec<String>) {
        bound(&USER_ID, &[("usrId", segment)], "")
    }

    #[test]
    fn query_overrides_path_and_the_first_value_wins() {
        assert_eq!(bound(&USER_ID, &[("usrId", "1")], "USRID=4&usrId=5"), (Value::Int(4), vec![]));
        assert_eq!(bound(&USER_ID, &[("usrid", "1")], "x=4"), (Value::Int(1), vec![]));
        assert_eq!(bound(&EXPAND, &[], "expand=x&expand=y").0, Value::Text("x".to_owned()));
        assert_eq!(bound(&EXPAND, &[], "&&expand=x&&"), (Value::Text("x".to_owned()), vec![]));
        assert_eq!(bound(&EXPAND, &[], "expand[]=x%20y").0, Value::Text("x y".to_owned()));
    }

    #[test]
    fn a_conversion_error_is_shown_and_an_overflow_is_an_exception() {
        let (value, errors) = user_id("abc");
        assert_eq!(value, Value::Null);
        assert_eq!(errors, ["usrId: The value 'abc' is not valid for Int32."]);
        let (_, errors) = bound(&USER_ID, &[], "usrId=x&usrId=y");
        assert_eq!(errors, ["usrId: The value 'x,y' is not valid for Int32."]);
        let (value, errors) = user_id("2147483648");
        assert_eq!(value, Value::Null);
        assert_eq!(
            errors,
            ["usrId: !The parameter conversion from type 'System.String' to type 'System.Int32' failed. \
              See the inner exception for more information."]
        );
    }

    #[test]
    fn an_empty_value_is_missing_under_the_type_name() {
        let missing = "A value is required but was not present in the request.";
        assert_eq!(user_id(" "), (Value::Null, vec![format!("usrId.Int32: {missing}")]));
        for query in ["expand", "expand=", "expand=+", "x=1&"] {
            assert_eq!(bound(&EXPAND, &[], query), (Value::Null, vec![format!("expand.String: {missing}")]), "{query}");
        }
        let nullable = Parameter {
            name: "i",
            kind: Kind::Nullable(&Kind::Int32),
            from: BindFrom::OptionalUri,
            doc: "",
            example: None,
        };
        assert_eq!(bound(&nullable, &[], "i="), (Value::Null, vec![format!("i.Nullable`1: {missing}")]));
    }

    #[test]
    fn an_absent_or_unconvertible_optional_parameter_keeps_its_default() {
        let flag = Parameter { name: "All", kind: Kind::Bool, from: BindFrom::OptionalUri, doc: "", example: None };
        assert_eq!(bound(&flag, &[], ""), (Value::Bool(false), vec![]));
        assert_eq!(bound(&flag, &[], "all=TRUE"), (Value::Bool(true), vec![]));
        let (value, errors) = bound(&flag, &[], "all=yes");
        assert_eq!(value, Value::Bool(false));
        assert_eq!(errors, ["All: The value 'yes' is not valid for Boolean."]);
        assert_eq!(bound(&EXPAND, &[], ""), (Value::Null, vec![]));
    }

    #[test]
    fn guids_are_read_in_every_form() {
        let id = Parameter { name: "id", kind: Kind::Guid, from: BindFrom::Uri, doc: "", example: None };
        let (value, errors) = bound(&id, &[("id", "{a2d8b2d2-1673-4f2d-a9ec-b02947160b10}")], "");
        assert!(matches!(value, Value::Guid(_)) && errors.is_empty());
        let (value, errors) = bound(&id, &[("id", "a2d8b2d2")], "");
        assert_eq!((value, errors), (Value::Null, vec!["id: The value 'a2d8b2d2' is not valid for Guid.".to_owned()]));
    }
}
