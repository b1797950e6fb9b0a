//! Reading and writing by format, and the checks of every reading: its value is of its kind, its errors have texts and
//! name places, its memory is bounded, and what was read without an error can be written in every format of its API and
//! read again to the same value.

use crate::contracts::{self, Contract};
use crate::{losses, memory, values};
use chrono::NaiveDate;
use usertwin::codec::view::Layout;
use usertwin::codec::{Advice, BSON, Body, Charset, Codec, FORM, Reading};
use usertwin::contract::{Kind, Value};

/// The charset that the bit above the contract chooses.
#[must_use]
pub fn charset(byte: u8) -> Charset {
    if byte & 0x80 == 0 { Charset::Utf8 } else { Charset::Utf16 }
}

/// Reads a body. Dates without a day fall on a fixed one.
#[must_use]
pub fn read(codec: &Codec, body: Body<'_>, kind: &Kind) -> Reading {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    codec.read(Body { today, ..body }, kind)
}

/// Checks a body read into a contract.
///
/// # Panics
/// When something does not hold.
pub fn check(contract: &Contract, charset: Charset, bytes: &[u8]) {
    let Contract { api, codec, kind } = contract;
    let reading = memory::bounded(bytes, || read(codec, Body::new(bytes, charset), kind));
    values::check(&reading.value, kind);
    for error in &reading.errors {
        assert!(!error.message.trim().is_empty(), "an error at '{}' says nothing", error.path);
        // A name may be escaped in a path, each byte to six at most.
        assert!(error.path.len() <= 64 + 6 * bytes.len(), "'{}' is no place in {} bytes", error.path, bytes.len());
    }
    for note in &reading.notes {
        assert!(!note.message.is_empty() && note.code.as_str().contains('.'), "{note:?}");
    }
    if charset == Charset::Utf8 {
        check_text(contract, bytes, &reading);
    }
    let whole = reading.errors.is_empty() && reading.value != Value::Null && !losses::is_partial(&reading.value);
    if whole {
        for codec in contracts::codecs(api) {
            check_round_trip(codec, &reading.value, kind);
        }
    }
}

/// A text means the same in the other charset, and a strict parser's JSON needs no leniency.
fn check_text(contract: &Contract, bytes: &[u8], reading: &Reading) {
    let Contract { codec, kind, .. } = contract;
    // Forms and BSON have no charset, a mark or a declaration contradicts another one, and four bytes are sniffed.
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.starts_with(['\u{feff}', '\0']));
    let Some(text) = text else { return };
    let is_json = matches!(codec.view().layout, Layout::Tree) && codec.view().binary.is_none();
    let strict = is_json && serde_json::from_str::<serde_json::Value>(text).is_ok();
    let lenient = reading.notes.iter().find(|note| note.code == Advice::JsonLenientSyntax);
    assert!(!strict || lenient.is_none(), "{lenient:?}");
    let plain = text.len() >= 4 && text.starts_with('<') && !text.starts_with("<?") && !text.starts_with("<\0");
    let sniffed = losses::is_xml(codec) && !plain;
    if **codec == FORM || **codec == BSON || sniffed {
        return;
    }
    let wide = Charset::Utf16.encode(text.to_owned());
    let again = read(codec, Body::new(&wide, Charset::Utf16), kind);
    assert_eq!((&again.value, &again.errors, &again.notes), (&reading.value, &reading.errors, &reading.notes));
}

fn check_round_trip(codec: &Codec, value: &Value, kind: &Kind) {
    let Some(writer) = codec.writer() else { return };
    let bytes = match (writer.value)(value.into(), kind, Charset::Utf8) {
        Ok(bytes) => bytes,
        Err(error) => {
            assert!(losses::is_unwritable(codec, value, kind), "{codec:?} refuses {value:?}: {error}");
            return;
        }
    };
    assert!(!losses::is_unwritable(codec, value, kind), "{codec:?} writes {value:?}");
    let again = read(codec, Body::new(&bytes, Charset::Utf8), kind);
    let shown = String::from_utf8_lossy(&bytes);
    assert!(again.errors.is_empty(), "{codec:?} does not read what it wrote: {:?}\n{shown}", again.errors);
    let expected = losses::after(codec, value);
    assert_eq!(again.value, expected, "{codec:?} reads something else than it wrote\n{shown}");
}
