//! JSON as Json.NET reads and writes it under Web API's settings. `reader` and its companions are the tokenizer,
//! `deserializer` and its companions turn tokens into values of a [`Kind`], `writer` is the way back.

mod conversion;
mod deserializer;
mod dictionary;
mod escape;
mod list;
mod metadata;
mod number;
mod object;
mod position;
mod reader;
mod scalar;
mod scan;
mod token;
mod tokens;
mod value;
mod writer;

use super::untyped::Untyped;
use super::{Body, EnumStyle, ReadError, Reading, WriteError};
use crate::contract::{Kind, Value};
use deserializer::Deserializer;
pub(crate) use token::{Integer, Token};
pub(crate) use tokens::Tokens;

/// What .NET throws: an exception's text, path, line and position included.
#[derive(Debug)]
struct Thrown(String);

/// Reads a body. [`EnumStyle::Names`] stands for the `StringEnumConverter`, which refuses booleans where a bare
/// Json.NET takes them; both read names and numbers.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind, enums: EnumStyle) -> Reading {
    match body.charset.decode(body.bytes) {
        Ok(text) => Deserializer::new(&text, enums, body.depth).read(kind),
        Err(error) => {
            Reading { errors: vec![ReadError::exception("", undecodable(body.bytes, error.at))], ..Reading::default() }
        }
    }
}

/// Writes a value, compact.
///
/// # Errors
/// On text that no encoding can carry.
pub fn write(value: &Value, kind: &Kind, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    writer::write(value, kind, enums, out)
}

/// Writes a dictionary without a contract.
pub fn write_untyped(dictionary: &Untyped, out: &mut String) {
    writer::write_untyped(dictionary, out);
}

/// The decoder's text for the bytes that are not text. A surrogate in UTF-8 is reported with its second byte, other
/// sequences up to where they go wrong (oracle: js-overlong, js-surr-utf8).
fn undecodable(bytes: &[u8], at: usize) -> String {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = match (rest, std::str::from_utf8(rest)) {
        ([0xED, 0xA0..=0xBF, ..], _) => 2,
        (_, Err(error)) => error.error_len().unwrap_or(rest.len()),
        (_, Ok(_)) => 1,
    };
    let shown: String = rest.iter().take(length).map(|byte| format!("[{byte:02X}]")).collect();
    format!("Unable to translate bytes {shown} at index {at} from specified code page to Unicode.")
}
