//! Stand-in until the binder of path and query is merged.

use super::{ModelState, Parameter};
use crate::contract::Value;

pub(super) fn bind(
    parameter: &Parameter,
    route_values: &[(String, String)],
    query: &[(String, String)],
    _state: &mut ModelState,
) -> Value {
    let mut known = query.iter().chain(route_values);
    let text = known.find(|(name, _)| name.eq_ignore_ascii_case(parameter.name)).map(|(_, value)| value);
    match parameter.kind {
        crate::contract::Kind::Int32 => text.and_then(|text| text.parse().ok()).map_or(Value::Null, Value::Int),
        crate::contract::Kind::Guid => {
            text.and_then(|text| crate::codec::convert::guid::parse(text)).map_or(Value::Null, Value::Guid)
        }
        _ => text.map_or(Value::Null, |text| Value::Text(text.clone())),
    }
}

pub(super) fn parse_query(query: Option<&str>) -> Vec<(String, String)> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}
