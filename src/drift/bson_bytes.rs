//! The last level of a binary format: two BSON documents with one tree, value by value as they are written. Lengths
//! follow from the values, so they need no comparison of their own.

use super::node::{DEEPEST, Node, of_bson};
use bson::raw::{RawBsonRef, RawDocument};

/// A value with what stands in front of it.
struct Written {
    /// Its member, or its place in a list.
    name: String,
    /// The number of its type.
    kind: u8,
    /// Bytes have a type within their type.
    subtype: Option<u8>,
    /// The value as bytes; none for documents and lists, whose values follow.
    value: Vec<u8>,
    /// The value as trees show it.
    shown: String,
}

/// A member, what differs in it, and both sides.
type Found = (String, &'static str, (String, String));

/// Where two documents are written differently, other than by values that may.
#[must_use]
pub fn differing(recorded: &[u8], own: &[u8], pairs: &[(String, String)]) -> Option<Found> {
    if recorded == own {
        return None;
    }
    let whole = || ("(body)".to_owned(), "are other bytes", (String::new(), String::new()));
    let (Some(there), Some(here)) = (written(recorded), written(own)) else { return Some(whole()) };
    for (a, b) in there.iter().zip(&here) {
        if a.name != b.name {
            return Some((a.name.clone(), "stands in another place", (a.name.clone(), b.name.clone())));
        }
        if a.kind != b.kind || a.subtype != b.subtype {
            let type_of = |value: &Written| match value.subtype {
                Some(subtype) => format!("type {:#04x}, subtype {subtype:#04x}", value.kind),
                None => format!("type {:#04x}", value.kind),
            };
            return Some((a.name.clone(), "is of another BSON type", (type_of(a), type_of(b))));
        }
        let may = || pairs.iter().any(|(recorded, own)| *recorded == a.shown && *own == b.shown);
        if a.value != b.value && !may() {
            return Some((a.name.clone(), "are other bytes", (a.shown.clone(), b.shown.clone())));
        }
    }
    (there.len() != here.len()).then(whole)
}

fn written(body: &[u8]) -> Option<Vec<Written>> {
    let mut values = Vec::new();
    within(RawDocument::from_bytes(body).ok()?, DEEPEST, &mut values)?;
    Some(values)
}

fn within(document: &RawDocument, depth: usize, values: &mut Vec<Written>) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    for element in document.iter() {
        let (name, raw) = element.ok()?;
        let (subtype, value, inner) = match raw {
            RawBsonRef::Document(inner) => (None, Vec::new(), Some(inner)),
            // A list is a document whose names are numbers.
            RawBsonRef::Array(list) => (None, Vec::new(), Some(RawDocument::from_bytes(list.as_bytes()).ok()?)),
            RawBsonRef::Binary(binary) => (Some(u8::from(binary.subtype)), binary.bytes.to_vec(), None),
            RawBsonRef::String(text) => (None, text.as_bytes().to_vec(), None),
            RawBsonRef::Double(number) => (None, number.to_le_bytes().to_vec(), None),
            RawBsonRef::DateTime(moment) => (None, moment.timestamp_millis().to_le_bytes().to_vec(), None),
            other => (None, format!("{other:?}").into_bytes(), None),
        };
        let shown = if inner.is_some() { String::new() } else { plain(raw)? };
        values.push(Written { name: name.to_string(), kind: raw.element_type() as u8, subtype, value, shown });
        if let Some(inner) = inner {
            within(inner, depth, values)?;
        }
    }
    // Behind the values of one document begin those of the next.
    values.push(Written { name: String::new(), kind: 0, subtype: None, value: Vec::new(), shown: String::new() });
    Some(())
}

/// As pairs of values that differ by rule hold it.
fn plain(raw: RawBsonRef<'_>) -> Option<String> {
    Some(match of_bson(raw, 1)? {
        Node::Text(text) => text,
        other => other.shown(),
    })
}
