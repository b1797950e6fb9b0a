//! A dictionary without a contract as XML: the framework's `HttpError` writes itself this way, with no namespace at
//! all and names encoded so that any key can be an element (oracle: ve-missing-all-asxml, cn-err400admin-xml).

use super::chars::{begins_name, continues_name};
use super::writer::XmlText;
use crate::codec::untyped::{Entry, Untyped};

/// Writes a dictionary without a contract under a root without namespace; names are encoded as
/// `XmlConvert.EncodeLocalName` does, texts of a list are joined by one space.
pub fn write_untyped(root: &str, dictionary: &Untyped, out: &mut String) {
    let mut xml = XmlText::after(out);
    nested(&encode_local_name(root), dictionary, &mut xml, 0);
    // Only text was written, so there is text to take back.
    *out = xml.finish().unwrap_or_default();
}

fn nested(name: &str, dictionary: &Untyped, xml: &mut XmlText, depth: usize) {
    if dictionary.0.is_empty() || depth > crate::codec::MAX_DEPTH {
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

/// `XmlConvert.EncodeLocalName`: what cannot stand in a name becomes `_xHHHH_`, and so does an underscore that would
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
