//! Json.NET's texts about contracts, and the CLR names in them.

use crate::contract::Kind;

/// What Json.NET wants instead of what it met.
fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Object(_) | Kind::Dictionary(_) => "JSON object (e.g. {\"name\":\"value\"})",
        Kind::List(_) => "JSON array (e.g. [1,2,3])",
        _ => "JSON primitive value (e.g. string, number, boolean, null)",
    }
}

/// An array where the contract is none.
pub(super) fn not_an_array(kind: &Kind) -> String {
    let (name, expected) = (kind.clr_name(), expected(kind));
    format!(
        "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{name}' because the type requires a \
         {expected} to deserialize correctly.\r\nTo fix this error either change the JSON to a {expected} or change \
         the deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) \
         like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to \
         force it to deserialize from a JSON array.\r\n"
    )
}

/// An object where the contract is none.
pub(super) fn not_an_object(kind: &Kind) -> String {
    let (name, expected) = (kind.clr_name(), expected(kind));
    format!(
        "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{name}' because the type \
         requires a {expected} to deserialize correctly.\r\nTo fix this error either change the JSON to a {expected} \
         or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not \
         a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute \
         can also be added to the type to force it to deserialize from a JSON object.\r\n"
    )
}
