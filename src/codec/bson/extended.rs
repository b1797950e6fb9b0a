//! A BSON document as canonical Extended JSON, for people: the types stand beside the values. Nothing that .NET reads or
//! writes depends on it.

use bson::Bson;
use bson::raw::{RawArray, RawBsonRef, RawDocument};
use serde_json::{Map, Value};

/// chosen: how deep a document is shown, so that no body makes a reader's stack grow.
const DEEPEST: usize = 100;

/// The document; `None` for bytes that are none, that nest deeper than is shown, or that hold code.
#[must_use]
pub fn extended_json(bytes: &[u8]) -> Option<Value> {
    document(RawDocument::from_bytes(bytes).ok()?, DEEPEST)
}

fn document(raw: &RawDocument, depth: usize) -> Option<Value> {
    let mut members = Map::new();
    for element in raw.iter() {
        let (name, element) = element.ok()?;
        members.insert(name.to_string(), value(element, depth)?);
    }
    Some(Value::Object(members))
}

fn array(raw: &RawArray, depth: usize) -> Option<Value> {
    raw.into_iter().map(|element| value(element.ok()?, depth)).collect()
}

fn value(raw: RawBsonRef<'_>, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match raw {
        RawBsonRef::Document(raw) => document(raw, depth),
        RawBsonRef::Array(raw) => array(raw, depth),
        // Its scope is one more document, which the crate would descend into by itself.
        RawBsonRef::JavaScriptCodeWithScope(_) => None,
        scalar => Some(Bson::try_from(scalar).ok()?.into_canonical_extjson()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_stand_beside_values_and_broken_or_bottomless_documents_are_none() {
        let bytes = b"\x18\0\0\0\x10a\0\x01\0\0\0\x02b\0\x02\0\0\0x\0\x0an\0\0";
        assert_eq!(extended_json(bytes), Some(json!({"a": {"$numberInt": "1"}, "b": "x", "n": null})));
        assert_eq!(extended_json(b"\x05\0\0\0\0"), Some(json!({})));
        for broken in [&b""[..], b"{}", &bytes[..20], b"\x0c\0\0\0\x10a\0\x01\0\0"] {
            assert_eq!(extended_json(broken), None, "{broken:?}");
        }
        let nested = |levels: usize| {
            let mut document = b"\x05\0\0\0\0".to_vec();
            for _ in 0..levels {
                let length = i32::try_from(document.len() + 8).unwrap();
                document = [&length.to_le_bytes(), &b"\x03a\0"[..], &document, b"\0"].concat();
            }
            document
        };
        assert!(extended_json(&nested(DEEPEST)).is_some());
        assert_eq!(extended_json(&nested(8000)), None);
    }
}
