//! Simple values from text by `XmlConvert`'s rules, which both serializers share: XSD booleans, 32-bit integers,
//! Guids and dates with blanks around; strings and enum names as they stand.

use super::chars::trim;
use super::content::Content;
use super::datetime;
use super::fault::Fault;
use crate::codec::convert::guid;
use crate::contract::{EnumType, Kind, Value};
use chrono::NaiveDate;

/// The value of a text, for every kind that is written as text; `today` completes a time without a date.
///
/// # Errors
/// When the text is no value of the kind.
pub fn parse(kind: &Kind, content: Content<'_>, today: NaiveDate) -> Result<Value, Fault> {
    let text = content.text.as_ref();
    match kind {
        Kind::String if content.ill_formed => Ok(Value::IllFormedText(content.text.into_owned())),
        Kind::String => Ok(Value::Text(content.text.into_owned())),
        Kind::Bool => match trim(text) {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(Fault::conversion(text, "Boolean")),
        },
        Kind::Int32 => int32(text).map(Value::Int).ok_or_else(|| Fault::conversion(text, "Int32")),
        Kind::Guid => guid::parse(text).map(Value::Guid).ok_or_else(|| Fault::conversion(text, "Guid")),
        Kind::DateTime => {
            datetime::parse(text, today).map(Value::DateTime).ok_or_else(|| Fault::conversion(text, "DateTime"))
        }
        Kind::Enum(of) => enumeration(of, text),
        Kind::Nullable(inner) => parse(inner, content, today),
        Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_) => Ok(Value::Null),
    }
}

/// An exact member name; neither case nor blanks are forgiven (oracle: xm-ws-enum, xm-enum-case).
fn enumeration(of: &EnumType, text: &str) -> Result<Value, Fault> {
    of.number_of(text).map(Value::Enum).ok_or_else(|| {
        Fault::serializer(format!(
            "Invalid enum value '{text}' cannot be deserialized into type '{}'. Ensure that the necessary enum values \
             are present and are marked with EnumMemberAttribute attribute if the type has DataContractAttribute \
             attribute.",
            of.clr
        ))
    })
}

/// `Int32.Parse` with a sign and blanks around. Quirk: trailing NULs are passed over, as the framework does.
fn int32(text: &str) -> Option<i32> {
    let blank = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    let text = text.trim_end_matches('\0').trim_matches(blank);
    text.parse().ok()
}
