//! Json.NET's texts about contracts, and the CLR names in them.

use crate::contract::{Collection, Kind};

/// `Type.ToString()` of a kind.
pub(super) fn clr_name(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "System.Boolean".to_owned(),
        Kind::Int32 => "System.Int32".to_owned(),
        Kind::String => "System.String".to_owned(),
        Kind::Guid => "System.Guid".to_owned(),
        Kind::DateTime => "System.DateTime".to_owned(),
        Kind::Enum(of) => of.clr.to_owned(),
        Kind::Object(of) => of.clr.to_owned(),
        Kind::Nullable(inner) => format!("System.Nullable`1[{}]", clr_name(inner)),
        Kind::List(of) => {
            let item = clr_name(&of.item);
            match of.collection {
                Collection::List => format!("System.Collections.Generic.List`1[{item}]"),
                Collection::Enumerable => format!("System.Collections.Generic.IEnumerable`1[{item}]"),
                Collection::Array => format!("{item}[]"),
            }
        }
        Kind::Dictionary(of) => {
            let value = clr_name(&of.value);
            format!("System.Collections.Generic.Dictionary`2[{},{value}]", of.key.clr)
        }
    }
}

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
    let (name, expected) = (clr_name(kind), expected(kind));
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
    let (name, expected) = (clr_name(kind), expected(kind));
    format!(
        "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{name}' because the type \
         requires a {expected} to deserialize correctly.\r\nTo fix this error either change the JSON to a {expected} \
         or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not \
         a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute \
         can also be added to the type to force it to deserialize from a JSON object.\r\n"
    )
}
