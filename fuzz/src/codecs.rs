//! Reading and writing by format, and what must hold of every reading: its value is of its kind, its errors have texts
//! and name places, its memory is bounded, and what was read without an error can be written in every format of its
//! API and read again to the same value.

use crate::contracts::{self, Contract};
use crate::{losses, memory, values};
use chrono::NaiveDate;
use usertwin::codec::{Body, Charset, Reading, WriteError, bson, data_contract, form, json, xml_serializer};
use usertwin::contract::{Kind, Value};
use usertwin::frameworks::webapi::Format;

/// The charset that the bit above the contract chooses.
#[must_use]
pub fn charset(byte: u8) -> Charset {
    if byte & 0x80 == 0 { Charset::Utf8 } else { Charset::Utf16 }
}

/// Reads a body. Dates without a day fall on a fixed one.
#[must_use]
pub fn read(format: Format, body: Body<'_>, kind: &Kind) -> Reading {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    match format {
        Format::Json(enums) => json::read(body, kind, enums),
        Format::DataContractXml => data_contract::read_on(body, kind, today),
        Format::XmlSerializerXml => xml_serializer::read_on(body, kind, today),
        Format::Form => form::read(body, kind),
        Format::Bson => bson::read(body, kind),
    }
}

/// Writes a value; `None` for forms, which have no writer.
#[must_use]
pub fn write(format: Format, value: &Value, kind: &Kind) -> Option<Result<Vec<u8>, WriteError>> {
    let mut text = String::new();
    let written = match format {
        Format::Json(enums) => json::write(value, kind, enums, &mut text),
        Format::DataContractXml => data_contract::write(value, kind, &mut text),
        Format::XmlSerializerXml => xml_serializer::write(value, kind, &mut text),
        Format::Bson => {
            let mut bytes = Vec::new();
            return Some(bson::write(value, kind, &mut bytes).map(|()| bytes));
        }
        Format::Form => return None,
    };
    Some(written.map(|()| text.into_bytes()))
}

/// Everything that must hold of a body read into a contract.
///
/// # Panics
/// When something does not hold.
pub fn check(contract: &Contract, charset: Charset, bytes: &[u8]) {
    let Contract { api, format, kind } = contract;
    let reading = memory::bounded(bytes, || read(*format, Body::new(bytes, charset), kind));
    values::check(&reading.value, kind);
    for error in &reading.errors {
        assert!(!error.message.trim().is_empty(), "an error at '{}' says nothing", error.path);
        // A name may be escaped in a path, each byte to six at most.
        assert!(error.path.len() <= 64 + 6 * bytes.len(), "'{}' is no place in {} bytes", error.path, bytes.len());
    }
    for note in &reading.notes {
        assert!(!note.message.is_empty() && note.code.contains('.'), "{note:?}");
    }
    if charset == Charset::Utf8 {
        check_text(contract, bytes, &reading);
    }
    let whole = reading.errors.is_empty() && reading.value != Value::Null && !losses::is_partial(&reading.value);
    if whole {
        for format in contracts::formats(api) {
            check_round_trip(format, &reading.value, kind);
        }
    }
}

/// A text means the same in the other charset, and a strict parser's JSON needs no leniency.
fn check_text(contract: &Contract, bytes: &[u8], reading: &Reading) {
    let Contract { format, kind, .. } = contract;
    // A form and BSON know no charset, a mark or a declaration contradicts another one, and four bytes are sniffed.
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.starts_with(['\u{feff}', '\0']));
    let Some(text) = text else { return };
    let strict = matches!(format, Format::Json(_)) && serde_json::from_str::<serde_json::Value>(text).is_ok();
    let lenient = reading.notes.iter().find(|note| note.code == "json.lenient-syntax");
    assert!(!strict || lenient.is_none(), "{lenient:?}");
    let plain = text.len() >= 4 && text.starts_with('<') && !text.starts_with("<?") && !text.starts_with("<\0");
    let sniffed = losses::is_xml(*format) && !plain;
    if matches!(format, Format::Form | Format::Bson) || sniffed {
        return;
    }
    let wide = Charset::Utf16.encode(text.to_owned());
    let again = read(*format, Body::new(&wide, Charset::Utf16), kind);
    assert_eq!((&again.value, &again.errors, &again.notes), (&reading.value, &reading.errors, &reading.notes));
}

fn check_round_trip(format: Format, value: &Value, kind: &Kind) {
    let Some(written) = write(format, value, kind) else { return };
    let bytes = match written {
        Ok(bytes) => bytes,
        Err(error) => {
            assert!(losses::is_unwritable(format, value, kind), "{format:?} refuses {value:?}: {error}");
            return;
        }
    };
    assert!(!losses::is_unwritable(format, value, kind), "{format:?} writes {value:?}");
    let again = read(format, Body::new(&bytes, Charset::Utf8), kind);
    let shown = String::from_utf8_lossy(&bytes);
    assert!(again.errors.is_empty(), "{format:?} does not read what it wrote: {:?}\n{shown}", again.errors);
    let expected = losses::after(format, value);
    assert_eq!(again.value, expected, "{format:?} reads something else than it wrote\n{shown}");
}
