//! The types that `i:type` may name: the built-in ones, the declared contract, the document's own, and the items of a
//! list at the root. The serializer reads the element as that type first and only then finds that it does not fit
//! (oracle: X-itype-xsd).

use crate::codec::xml::chars::trim;
use crate::contract::{Kind, SERIALIZATION};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Namespace of the XML Schema types.
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

/// The type of a value that is never of a declared contract.
#[derive(Debug, Clone, Copy)]
pub(super) enum BuiltIn {
    /// A type that contracts know as well.
    Kind(Kind),
    /// Any other simple type: its .NET name and whether a text is a value of it.
    Text(&'static str, fn(&str) -> bool),
    /// `object`, which has no content.
    Object,
}

/// Whether a kind is a built-in type.
pub(super) fn is_built_in(kind: &Kind) -> bool {
    matches!(kind, Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime)
}

/// The built-in type of a name.
pub(super) fn built_in(name: &str, namespace: &str) -> Option<BuiltIn> {
    Some(match (namespace, name) {
        (SCHEMA, "boolean") => BuiltIn::Kind(Kind::Bool),
        (SCHEMA, "int") => BuiltIn::Kind(Kind::Int32),
        (SCHEMA, "dateTime") => BuiltIn::Kind(Kind::DateTime),
        (SERIALIZATION, "guid") => BuiltIn::Kind(Kind::Guid),
        (SCHEMA, "byte") => BuiltIn::Text("SByte", |text| is_integer(text, i8::MIN, i8::MAX)),
        (SCHEMA, "unsignedByte") => BuiltIn::Text("Byte", |text| is_integer(text, u8::MIN, u8::MAX)),
        (SCHEMA, "short") => BuiltIn::Text("Int16", |text| is_integer(text, i16::MIN, i16::MAX)),
        (SCHEMA, "unsignedShort") => BuiltIn::Text("UInt16", |text| is_integer(text, u16::MIN, u16::MAX)),
        (SCHEMA, "unsignedInt") => BuiltIn::Text("UInt32", |text| is_integer(text, u32::MIN, u32::MAX)),
        (
            SCHEMA,
            "long" | "integer" | "positiveInteger" | "negativeInteger" | "nonPositiveInteger" | "nonNegativeInteger",
        ) => BuiltIn::Text("Int64", |text| is_integer(text, i64::MIN, i64::MAX)),
        (SCHEMA, "unsignedLong") => BuiltIn::Text("UInt64", |text| is_integer(text, u64::MIN, u64::MAX)),
        (SERIALIZATION, "char") => BuiltIn::Text("Char", |text| is_integer(text, u16::MIN, u16::MAX)),
        (SCHEMA, "float") => BuiltIn::Text("Single", is_number),
        (SCHEMA, "double") => BuiltIn::Text("Double", is_number),
        (SCHEMA, "decimal") => BuiltIn::Text("Decimal", is_decimal),
        (SCHEMA, "base64Binary") => BuiltIn::Text("Byte[]", is_base64),
        (SERIALIZATION, "duration") => BuiltIn::Text("TimeSpan", is_duration),
        (SCHEMA, "anyType") => BuiltIn::Object,
        (
            SCHEMA,
            "string" | "time" | "date" | "hexBinary" | "gYearMonth" | "gYear" | "gMonthDay" | "gDay" | "gMonth"
            | "normalizedString" | "token" | "language" | "Name" | "NCName" | "ID" | "IDREF" | "IDREFS" | "ENTITY"
            | "ENTITIES" | "NMTOKEN" | "NMTOKENS" | "anyURI" | "QName",
        ) => BuiltIn::Kind(Kind::String),
        _ => return None,
    })
}

/// The contract of a name, seen from an element that is declared as one.
pub(super) fn contract(name: &str, namespace: &str, declared: &Kind, root: Option<Kind>) -> Option<Kind> {
    let named = |kind: &Kind| kind.data_contract_name() == name && kind.data_contract_namespace() == namespace;
    let within = std::iter::successors(root, |kind| match kind {
        Kind::List(list) => Some(list.item),
        _ => None,
    });
    std::iter::once(*declared).chain(within).find(named)
}

fn is_integer(text: &str, from: impl Into<i128>, to: impl Into<i128>) -> bool {
    trim(text).parse::<i128>().is_ok_and(|number| (from.into()..=to.into()).contains(&number))
}

fn is_number(text: &str) -> bool {
    let text = trim(text);
    matches!(text, "INF" | "-INF" | "NaN") || (!has_letters(text, "eE") && text.parse::<f64>().is_ok())
}

fn is_decimal(text: &str) -> bool {
    let text = trim(text);
    !has_letters(text, "") && text.parse::<f64>().is_ok_and(|number| number.abs() < 7.93e28)
}

/// Whether a text has letters, as `inf` and `nan` do, other than these.
fn has_letters(text: &str, allowed: &str) -> bool {
    text.chars().any(|letter| letter.is_alphabetic() && !allowed.contains(letter))
}

fn is_base64(text: &str) -> bool {
    let digits: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(digits).is_ok()
}

fn is_duration(text: &str) -> bool {
    let text = trim(text);
    text.strip_prefix('-').unwrap_or(text).strip_prefix('P').is_some_and(|rest| !rest.is_empty())
}
