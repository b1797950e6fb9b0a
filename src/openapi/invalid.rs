//! One invalid model state as an example: what the framework says when a member that must be there is missing, or else
//! when a value of the address cannot be read.

use crate::contract::{Kind, Member, ObjectType};
use crate::frameworks::webapi::{From, HttpError, ModelError, ModelState, Parameter};

/// The example for an action with these parameters; `None` when nothing of the kind can happen.
pub(super) fn example(parameters: &[Parameter]) -> Option<HttpError> {
    let (key, message) = parameters.iter().find_map(missing).or_else(|| parameters.iter().find_map(unreadable))?;
    let mut state = ModelState::default();
    state.add(&key, ModelError { message, exception: false });
    Some(HttpError::invalid(&state, false))
}

fn missing(parameter: &Parameter) -> Option<(String, String)> {
    if parameter.from != From::Body {
        return None;
    }
    let (object, item) = object_of(&parameter.kind)?;
    if object.partial.is_some() {
        return None;
    }
    let plan = object.plan();
    // Only reference types: a missing value type is an error of the JSON reader, under another key.
    let must = |member: &&&Member| member.required && !member.kind.is_non_nullable_value();
    let member = plan.validation.iter().filter_map(|slot| plan.members.get(*slot)).find(must)?;
    Some((format!("{}{item}.{}", parameter.name, member.name), format!("The {} field is required.", member.name)))
}

/// The class of a body, and the index of its first item when it is a list.
fn object_of(kind: &Kind) -> Option<(&'static ObjectType, &'static str)> {
    match kind.underlying() {
        Kind::Object(object) => Some((object, "")),
        Kind::List(list) => object_of(&list.item).map(|(object, _)| (object, "[0]")),
        _ => None,
    }
}

fn unreadable(parameter: &Parameter) -> Option<(String, String)> {
    let value_type = parameter.from == From::Uri && parameter.kind.is_non_nullable_value();
    let message = || format!("The value 'abc' is not valid for {}.", parameter.kind.clr_short_name());
    value_type.then(|| (parameter.name.to_owned(), message()))
}
