//! The framework's XML text writer as both serializers use it: no declaration, no indentation, a blank before `/>`,
//! quotes bare in text, line ends as CR LF, characters that XML cannot hold as references (oracle: go-pbnb-4-xml,
//! go-pbnb-6-xml, go-pbnb-10-xml).

use crate::codec::WriteError;
use crate::contract::{Kind, Value};
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::borrow::Cow;
use uuid::Uuid;

/// Writes elements to a text. Names and attributes come ready: they are the contracts' own.
pub struct XmlText {
    writer: Writer<Vec<u8>>,
}

impl XmlText {
    /// A writer that goes on where a text ends.
    #[must_use]
    pub fn after(text: &mut String) -> XmlText {
        let mut writer = Writer::new(std::mem::take(text).into_bytes());
        writer.config_mut().add_space_before_slash_in_empty_elements = true;
        XmlText { writer }
    }

    /// The text with what was written.
    ///
    /// # Errors
    /// Never in practice: only text is written.
    pub fn finish(self) -> Result<String, WriteError> {
        String::from_utf8(self.writer.into_inner()).map_err(|error| WriteError(error.to_string()))
    }

    /// A start tag: the name with its attributes, as it stands between the brackets.
    pub fn start(&mut self, tag: &str) {
        self.event(Event::Start(BytesStart::from_content(tag, tag.len())));
    }

    /// An element without content, `<X />`.
    pub fn empty(&mut self, tag: &str) {
        self.event(Event::Empty(BytesStart::from_content(tag, tag.len())));
    }

    /// An end tag.
    pub fn end(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Pieces of what is XML already: tags of names that contracts give. Events would take several times as long, and a
    /// member is two tags.
    pub fn pieces(&mut self, pieces: &[&str]) {
        let out = self.writer.get_mut();
        pieces.iter().for_each(|piece| out.extend_from_slice(piece.as_bytes()));
    }

    /// Text that needs no escape.
    pub fn plain(&mut self, text: &str) {
        self.pieces(&[text]);
    }

    /// Any text.
    pub fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = first_to_escape(rest) {
            let (plain, from) = rest.split_at_checked(at).unwrap_or_default();
            self.plain(plain);
            let length = from.strip_prefix("\r\n").map_or_else(|| from.chars().next().map_or(1, char::len_utf8), |_| 2);
            let (special, after) = from.split_at_checked(length).unwrap_or_default();
            match special {
                "&" => self.plain("&amp;"),
                "<" => self.plain("&lt;"),
                ">" => self.plain("&gt;"),
                "\r\n" | "\r" | "\n" => self.plain("\r\n"),
                other => {
                    let code = other.chars().next().map_or(0, u32::from);
                    self.plain(&format!("&#x{code:X};"));
                }
            }
            rest = after;
        }
        self.plain(rest);
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing to memory cannot fail.
        let _ = self.writer.write_event(event);
    }
}

/// Where the first letter stands that needs an escape. U+FFFE and U+FFFF begin with EF, like others that need none.
fn first_to_escape(text: &str) -> Option<usize> {
    let suspect = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | 0..=8 | b'\n'..=0x1F | 0xEF);
    match text.bytes().position(suspect) {
        Some(at) if text.as_bytes().get(at) == Some(&0xEF) => text.find(needs_escape),
        found => found,
    }
}

fn needs_escape(letter: char) -> bool {
    matches!(letter, '&' | '<' | '>' | '\0'..='\u{8}' | '\n'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The text of a simple value; `None` for null and for what is no simple value.
///
/// # Errors
/// On an enum number without a name, and on text that no encoding can carry.
pub fn scalar<'a>(value: &'a Value, kind: &Kind) -> Result<Option<Cow<'a, str>>, WriteError> {
    Ok(Some(match (value, kind.underlying()) {
        (Value::Bool(flag), _) => if *flag { "true" } else { "false" }.into(),
        (Value::Int(number), _) => itoa::Buffer::new().format(*number).to_owned().into(),
        (Value::Text(text), _) => text.as_str().into(),
        (Value::Guid(guid), _) => guid.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned().into(),
        (Value::DateTime(date), _) => date.round_trip().into(),
        (Value::Enum(number), Kind::Enum(of)) => match of.name_of(*number) {
            Some(name) => name.into(),
            None => {
                return Err(WriteError(format!(
                    "Enum value '{number}' is invalid for type '{}' and cannot be serialized. Ensure that the \
                     necessary enum values are present and are marked with EnumMemberAttribute attribute if the type \
                     has DataContractAttribute attribute.",
                    of.clr
                )));
            }
        },
        (Value::IllFormedText(_), _) => {
            return Err(WriteError("The surrogate pair is invalid: a high or low surrogate stands alone.".to_owned()));
        }
        _ => return Ok(None),
    }))
}
