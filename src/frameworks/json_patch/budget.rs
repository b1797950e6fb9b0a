//! How much a document may read, move and make while it is applied. chosen: the library has no bound, and a body of a
//! megabyte could copy one long text into a list thousands of times. What a body sends is paid for by its length; what
//! operations do with stored values is counted here before it is done.

use super::PatchError;
use serde_json::Value;

/// Bytes that any document may read and move, however short: stored values come from other requests too.
const BASE: usize = 1024 * 1024;

/// The multiple of the body that comes on top.
const FACTOR: usize = 4;

/// What is left.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn for_body(length: usize) -> Budget {
        Budget(length.saturating_mul(FACTOR).saturating_add(BASE))
    }

    /// Takes an amount.
    ///
    /// # Errors
    /// With a sentence for the client when there is not as much left.
    pub(super) fn spend(&mut self, amount: usize) -> Result<(), PatchError> {
        let refused = || {
            PatchError::Refused(
                "The JSON patch document copies and moves more than a document of its size may.".to_owned(),
            )
        };
        self.0 = self.0.checked_sub(amount).ok_or_else(refused)?;
        Ok(())
    }
}

/// The memory that a stored value takes, in rough bytes.
pub(super) fn weight(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}
