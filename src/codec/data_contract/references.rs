//! `z:Id` and `z:Ref`: a later element may stand for an earlier value. No client of these APIs writes them, but the
//! serializer reads them in any contract (oracle: xm-zid).

use crate::codec::xml::fault::Fault;
use crate::contract::{Kind, Value};
use std::collections::HashMap;

/// How much references may copy for each byte of a document, in values and bytes of text. Chosen: the framework shares
/// one object, a copy would let a small body grow without bound.
const COPIED: usize = 4;

/// The values that carry an id.
#[derive(Debug)]
pub(super) struct References {
    known: HashMap<String, Option<(String, Value)>>,
    left: usize,
}

impl References {
    /// The references of a document with the given length in bytes.
    pub fn within(length: usize) -> References {
        References { known: HashMap::new(), left: length.saturating_mul(COPIED) }
    }

    /// Records an id when its element is entered.
    pub fn define(&mut self, id: &str) -> Result<(), Fault> {
        if self.known.insert(id.to_owned(), None).is_some() {
            return Err(Fault::serializer(format!(
                "Invalid XML encountered. The same Id value '{id}' is defined more than once. Multiple objects cannot \
                 be deserialized using the same Id."
            )));
        }
        Ok(())
    }

    /// Keeps the value of an id.
    pub fn complete(&mut self, id: String, kind: &Kind, value: &Value) {
        if has_room(&mut self.left, value) {
            self.known.insert(id, Some((kind.clr_name(), value.clone())));
        }
    }

    /// The value that an id stands for. Inside its own element an id is not found (chosen: a tree has no cycles).
    pub fn resolve(&mut self, id: &str, kind: &Kind) -> Result<Value, Fault> {
        let wanted = kind.clr_name();
        let Some(Some((found, value))) = self.known.get(id) else {
            return Err(not_found(id));
        };
        if *found != wanted {
            return Err(Fault::serializer(format!("Unable to cast object of type '{found}' to type '{wanted}'.")));
        }
        if has_room(&mut self.left, value) { Ok(value.clone()) } else { Err(not_found(id)) }
    }
}

/// Whether there is room left for a copy of the value, which then is taken.
fn has_room(left: &mut usize, value: &Value) -> bool {
    let rest = left.checked_sub(weight(value));
    *left = rest.unwrap_or(0);
    rest.is_some()
}

fn not_found(id: &str) -> Fault {
    Fault::serializer(format!("Deserialized object with reference id '{id}' not found in stream."))
}

/// Values and bytes of text inside a value.
fn weight(value: &Value) -> usize {
    1 + match value {
        Value::Text(text) => text.len(),
        Value::Object(record) => record.slots.iter().map(weight).sum(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Dictionary(entries) => entries.iter().map(|(_, value)| weight(value)).sum(),
        _ => 0,
    }
}
