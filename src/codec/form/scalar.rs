//! A simple value from text as the value providers convert it (`ValueProviderResult.ConvertTo`): forms, paths and
//! queries agree on it.

use crate::codec::convert::number::NotAnInt32;
use crate::codec::convert::{date, enums, guid, number};
use crate::contract::{EnumType, Kind, Value};
use chrono::NaiveDate;

/// Why a text does not convert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconvertible {
    /// A `FormatException`: the client reads `The value … is not valid for …`.
    Format,
    /// Another exception, whose text only shows with error details on: see [`exception_text`].
    Exception,
}

/// The value of a text; text of blanks only is null, whatever the kind, and a time without a date falls on `today`.
///
/// # Errors
/// When the text does not convert.
pub fn convert(text: &str, kind: &Kind, today: NaiveDate) -> Result<Value, Unconvertible> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let converted = match kind.underlying() {
        Kind::String => Some(Value::Text(text.to_owned())),
        Kind::Bool => boolean(text).map(Value::Bool),
        Kind::Guid => guid::parse(text).map(Value::Guid),
        Kind::DateTime => date::parse_invariant(text.trim(), today).map(Value::DateTime),
        Kind::Enum(of) => enumeration(text, of).map(Value::Enum),
        Kind::Int32 => match number::int32_converter(text) {
            Ok(number) => Some(Value::Int(number)),
            Err(NotAnInt32::Format) => None,
            Err(NotAnInt32::Overflow) => return Err(Unconvertible::Exception),
        },
        // No converter leads from text to these.
        Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_) | Kind::Nullable(_) => {
            return Err(Unconvertible::Exception);
        }
    };
    converted.ok_or(Unconvertible::Format)
}

/// The text of a conversion exception.
#[must_use]
pub fn exception_text(kind: &Kind) -> String {
    // Quirk: the text names the nullable type itself (oracle: F-other).
    let to = kind.clr_name();
    format!(
        "The parameter conversion from type 'System.String' to type '{to}' failed. \
         See the inner exception for more information."
    )
}

/// `Type.Name`: the name, in texts, of a value that is not a member.
#[must_use]
pub fn type_name(kind: &Kind) -> String {
    kind.clr_short_name()
}

/// `bool.Parse`: any case, blanks and zero bytes around.
fn boolean(text: &str) -> Option<bool> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    is("true").then_some(true).or_else(|| is("false").then_some(false))
}

/// `EnumConverter`. Quirk: it splits at commas itself, so unlike in JSON a list may contain numbers.
fn enumeration(text: &str, of: &EnumType) -> Option<i32> {
    text.split(',').try_fold(0, |sum, part| Some(sum | enums::parse(part, of)?))
}

#[cfg(test)]
mod tests {
    use super::Unconvertible;
    use crate::contract::{EnumType, Kind, Value};

    fn convert(text: &str, kind: &Kind) -> Result<Value, Unconvertible> {
        super::convert(text, kind, chrono::NaiveDate::default())
    }

    #[test]
    fn each_kind_has_its_own_leniency() {
        static BITS: EnumType =
            EnumType { clr_name: "T.Bits", name: "Bits", namespace: "", members: &[("A", 1), ("B", 2)] };
        assert_eq!(convert(" True ", &Kind::Bool), Ok(Value::Bool(true)));
        assert_eq!(convert("1", &Kind::Bool), Err(Unconvertible::Format));
        assert_eq!(convert(" \t", &Kind::Bool), Ok(Value::Null));
        assert_eq!(convert(" x ", &Kind::String), Ok(Value::Text(" x ".to_owned())));
        assert_eq!(convert("b,4", &Kind::Enum(&BITS)), Ok(Value::Enum(6)));
        assert_eq!(convert("C", &Kind::Enum(&BITS)), Err(Unconvertible::Format));
        assert_eq!(convert("99999999999", &Kind::Nullable(&Kind::Int32)), Err(Unconvertible::Exception));
    }
}
