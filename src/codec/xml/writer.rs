//! The framework's XML text writer as both serializers use it: no declaration, no indentation, a blank before `/>`,
//! quotes bare in text, line ends as CR LF, characters that XML cannot contain as references (oracle: go-pbnb-4-xml,
//! go-pbnb-6-xml, go-pbnb-10-xml). The framework's `HttpError` writes itself with it, without namespace and with names
//! encoded so that any key can be an element (oracle: ve-missing-all-asxml, cn-err400admin-xml).

use super::names::{begins_name, continues_name};
use crate::codec::untyped::{Entry, Untyped};
use crate::codec::{MAX_DEPTH, WriteError};
use crate::contract::{EnumType, Kind, ValueRef};
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use uuid::Uuid;

/// Writes elements to a text. Names and attributes come ready: they are the contracts' own.
pub struct XmlText {
    writer: Writer<Vec<u8>>,
}

impl XmlText {
    /// A writer that continues where a text ends.
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

    /// A start tag: the name with its attributes, as written between the brackets.
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

    /// The text of a simple value; nothing for null and for anything but a simple value.
    ///
    /// # Errors
    /// On an enum number without a name, and on text that no encoding can carry.
    pub fn scalar(&mut self, value: ValueRef<'_>, kind: &Kind) -> Result<(), WriteError> {
        match value {
            ValueRef::Bool(flag) => self.plain(if flag { "true" } else { "false" }),
            ValueRef::Int(number) => self.plain(itoa::Buffer::new().format(number)),
            ValueRef::Text(text) => self.text(text),
            ValueRef::Guid(guid) => self.plain(guid.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
            ValueRef::DateTime(date) => self.plain(&date.round_trip()),
            ValueRef::Enum(number) => {
                let Kind::Enum(of) = kind.underlying() else { return Ok(()) };
                self.plain(of.name_of(number).ok_or_else(|| unnamed(number, of))?);
            }
            ValueRef::IllFormedText(_) => {
                let message = "The surrogate pair is invalid: a high or low surrogate stands alone.";
                return Err(WriteError(message.to_owned()));
            }
            _ => {}
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing to memory cannot fail.
        let _ = self.writer.write_event(event);
    }
}

fn unnamed(number: i32, of: &EnumType) -> WriteError {
    WriteError(format!(
        "Enum value '{number}' is invalid for type '{}' and cannot be serialized. Ensure that the necessary enum values \
         are present and are marked with EnumMemberAttribute attribute if the type has DataContractAttribute attribute.",
        of.clr_name
    ))
}

/// The position of the first letter that needs an escape. U+FFFE and U+FFFF begin with EF, like others that need none.
fn first_to_escape(text: &str) -> Option<usize> {
    let suspect = |byte: &u8| SUSPECT.get(usize::from(*byte)).copied().unwrap_or(true);
    match text.as_bytes().iter().position(suspect) {
        Some(at) if text.as_bytes().get(at) == Some(&0xEF) => text.find(needs_escape),
        found => found,
    }
}

/// The bytes that may begin something to escape. A table, because every byte of every text is looked up.
#[allow(clippy::indexing_slicing, reason = "worked out by the compiler")]
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'&' | b'<' | b'>' | 0..=8 | b'\n'..=0x1F | 0xEF);
        byte += 1;
    }
    table
};

fn needs_escape(letter: char) -> bool {
    matches!(letter, '&' | '<' | '>' | '\0'..='\u{8}' | '\n'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Writes a dictionary without a contract under a root without namespace; names are encoded as
/// `XmlConvert.EncodeLocalName` does, texts of a list are joined by one space. Quirk: it cannot encode the empty name,
/// which model state may have, so the answer fails (oracle: D-empty-key-xml).
///
/// # Errors
/// When a name is empty.
pub fn write_untyped(root: &str, dictionary: &Untyped, out: &mut String) -> Result<(), WriteError> {
    if has_empty_name(dictionary, 0) {
        return Err(WriteError("The empty string '' is not a valid local name.".to_owned()));
    }
    let mut xml = XmlText::after(out);
    nested(&encode_local_name(root), dictionary, &mut xml, 0);
    *out = xml.finish()?;
    Ok(())
}

fn has_empty_name(dictionary: &Untyped, depth: usize) -> bool {
    let inner = |entry: &Entry| matches!(entry, Entry::Nested(inner) if has_empty_name(inner, depth + 1));
    depth <= MAX_DEPTH && dictionary.0.iter().any(|(name, entry)| name.is_empty() || inner(entry))
}

fn nested(name: &str, dictionary: &Untyped, xml: &mut XmlText, depth: usize) {
    if dictionary.0.is_empty() || depth > MAX_DEPTH {
        xml.empty(name);
        return;
    }
    xml.start(name);
    for (key, entry) in &dictionary.0 {
        let key = encode_local_name(key);
        match entry {
            Entry::Null => xml.empty(&key),
            Entry::Text(text) => leaf(&key, text, xml),
            Entry::Texts(texts) => leaf(&key, &texts.join(" "), xml),
            Entry::Nested(inner) => nested(&key, inner, xml, depth + 1),
        }
    }
    xml.end(name);
}

fn leaf(name: &str, text: &str, xml: &mut XmlText) {
    xml.start(name);
    xml.text(text);
    xml.end(name);
}

/// `XmlConvert.EncodeLocalName`: what a name cannot contain becomes `_xHHHH_`, and so does an underscore that would
/// read as the beginning of such an escape.
#[must_use]
pub fn encode_local_name(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    let mut rest = name.chars();
    while let Some(letter) = rest.next() {
        let first = encoded.is_empty();
        let allowed = if first { begins_name(letter) } else { continues_name(letter) };
        if allowed && !(letter == '_' && looks_escaped(rest.as_str())) {
            encoded.push(letter);
        } else if u32::from(letter) > 0xFFFF {
            encoded.push_str(&format!("_x{:08X}_", u32::from(letter)));
        } else {
            encoded.push_str(&format!("_x{:04X}_", u32::from(letter)));
        }
    }
    encoded
}

/// Whether what follows an underscore makes it an escape: `x`, four or eight hexadecimal digits, `_`.
fn looks_escaped(rest: &str) -> bool {
    let Some(digits) = rest.strip_prefix('x') else { return false };
    [4, 8].into_iter().any(|count| {
        let (head, tail) = digits.split_at_checked(count).unwrap_or_default();
        !head.is_empty() && head.bytes().all(|byte| byte.is_ascii_hexdigit()) && tail.starts_with('_')
    })
}
