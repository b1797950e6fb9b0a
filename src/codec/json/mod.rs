//! JSON as Json.NET reads and writes it under Web API's settings. `tokenizer` (with its `token`s and `lexeme`s) splits
//! a text, `deserializer` (with `conversion` and `metadata`) turns tokens into values of a [`Kind`], `writer` is the
//! way back.

mod conversion;
mod deserializer;
mod escape;
mod lexeme;
mod mask;
mod metadata;
mod token;
mod tokenizer;
mod tokens;
mod writer;

use super::charset::bad_sequence;
use super::mask::Mask;
use super::untyped::Untyped;
use super::view::{Layout, Nulls, View};
use super::{Body, Charset, Codec, EnumStyle, ReadError, Reading, WriteError, Writer, text_in};
use crate::contract::{Kind, ValueRef};
use deserializer::Deserializer;
pub(crate) use token::{Integer, Token};
pub(crate) use tokens::Tokens;

/// JSON whose enum values are names (`StringEnumConverter`).
pub static JSON_ENUM_NAMES: Codec = Codec {
    name: "json-enum-names",
    read: |body, kind| read(body, kind, EnumStyle::Names),
    writer: Some(Writer {
        value: |value, kind, charset| text_in(charset, |out| write(value, kind, EnumStyle::Names, out)),
        error: WRITE_ERROR,
    }),
    view: View { enums: EnumStyle::Names, ..VIEW },
    mask: MASK,
};

/// JSON whose enum values are numbers, Json.NET's default.
pub static JSON_ENUM_NUMBERS: Codec = Codec {
    name: "json-enum-numbers",
    read: |body, kind| read(body, kind, EnumStyle::Numbers),
    writer: Some(Writer {
        value: |value, kind, charset| text_in(charset, |out| write(value, kind, EnumStyle::Numbers, out)),
        error: WRITE_ERROR,
    }),
    view: View { enums: EnumStyle::Numbers, ..VIEW },
    mask: MASK,
};

const WRITE_ERROR: fn(&Untyped, Charset) -> Result<Vec<u8>, WriteError> = |error, charset| {
    text_in(charset, |out| {
        write_untyped(error, out);
        Ok(())
    })
};

const VIEW: View = View {
    layout: Layout::Tree,
    enums: EnumStyle::Names,
    members: |plan| plan.json.clone(),
    nulls: Nulls::Any,
    defaults_count: false,
    binary: None,
};

/// Whatever nothing else recognises is searched as JSON.
const MASK: Mask = Mask::Text { recognises: |_, _| true, hide: mask::hide };

/// An exception of .NET: its text, path, line and position included.
#[derive(Debug)]
struct Thrown {
    text: String,
    /// Whether the text prints half a surrogate pair, here as U+FFFD.
    ill_formed: bool,
}

impl Thrown {
    fn new(text: impl Into<String>) -> Thrown {
        Thrown { text: text.into(), ill_formed: false }
    }
}

/// Reads a body. [`EnumStyle::Names`] stands for the `StringEnumConverter`, which refuses booleans where a bare
/// Json.NET takes them; both read names and numbers.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind, enums: EnumStyle) -> Reading {
    match body.charset.decode(body.bytes) {
        Ok(text) => Deserializer::new(&text, enums, body).read(kind),
        Err(error) => {
            Reading { errors: vec![ReadError::exception("", undecodable(body.bytes, error.at))], ..Reading::default() }
        }
    }
}

/// Writes a value, compact.
///
/// # Errors
/// On text that no encoding can carry.
pub fn write<'v>(
    value: impl Into<ValueRef<'v>>,
    kind: &Kind,
    enums: EnumStyle,
    out: &mut String,
) -> Result<(), WriteError> {
    writer::write(value.into(), kind, enums, out)
}

/// Writes a dictionary without a contract.
pub fn write_untyped(dictionary: &Untyped, out: &mut String) {
    writer::write_untyped(dictionary, out);
}

/// The decoder's text for the bytes that are not text.
fn undecodable(bytes: &[u8], at: usize) -> String {
    let rest = bytes.get(at..).unwrap_or_default();
    let shown: String = rest.iter().take(bad_sequence(rest)).map(|byte| format!("[{byte:02X}]")).collect();
    format!("Unable to translate bytes {shown} at index {at} from specified code page to Unicode.")
}
