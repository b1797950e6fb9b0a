//! Model state: what binding and validation found, by key. Keys ignore case; a key met again appends.

use crate::codec::MAX_ERRORS;
use std::collections::HashMap;

/// The text for a remote caller in place of an exception's.
pub const HIDDEN: &str = "An error has occurred.";

/// Below this many keys a scan is cheaper than a map.
const SCANNED: usize = 16;

/// One error of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError {
    /// The text.
    pub message: String,
    /// Whether it was an exception, whose text is only shown with error details on.
    pub exception: bool,
}

impl ModelError {
    /// The text that a client reads.
    #[must_use]
    pub(crate) fn shown(&self, detail: bool) -> &str {
        if (self.exception && !detail) || self.message.is_empty() { HIDDEN } else { &self.message }
    }
}

/// Errors by key, in the order in which keys first had one.
#[derive(Debug, Clone, Default)]
pub struct ModelState {
    entries: Vec<(String, Vec<ModelError>)>,
    /// Folded keys with their places, filled once there are more than a few.
    places: HashMap<String, usize>,
    errors: usize,
    ill_formed: bool,
}

impl ModelState {
    /// Adds an error under a key, unless `MAX_ERRORS` are recorded already.
    pub fn add(&mut self, key: &str, error: ModelError) {
        if self.errors >= MAX_ERRORS {
            return;
        }
        self.errors += 1;
        match self.place(key) {
            Some((_, errors)) => errors.push(error),
            None => {
                if self.entries.len() >= SCANNED {
                    self.index_from(self.places.len());
                    self.places.insert(folded(key), self.entries.len());
                }
                self.entries.push((key.to_owned(), vec![error]));
            }
        }
    }

    fn place(&mut self, key: &str) -> Option<&mut (String, Vec<ModelError>)> {
        let at = if self.entries.len() <= SCANNED {
            self.entries.iter().position(|(known, _)| known.eq_ignore_ascii_case(key))
        } else {
            self.places.get(&folded(key)).copied()
        };
        self.entries.get_mut(at?)
    }

    fn index_from(&mut self, first: usize) {
        for (place, (key, _)) in self.entries.iter().enumerate().skip(first) {
            self.places.insert(folded(key), place);
        }
    }

    /// Notes that an exception's text cannot be written as text.
    pub(crate) fn mark_ill_formed(&mut self) {
        self.ill_formed = true;
    }

    /// Whether the text of an exception cannot be written as text.
    pub(crate) fn is_ill_formed(&self) -> bool {
        self.ill_formed
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys with their errors.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &[ModelError])> {
        self.entries.iter().map(|(key, errors)| (key.as_str(), errors.as_slice()))
    }
}

fn folded(key: &str) -> String {
    key.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str) -> ModelError {
        ModelError { message: message.to_owned(), exception: false }
    }

    #[test]
    fn keys_ignore_case_with_few_and_with_many() {
        let mut state = ModelState::default();
        for round in ["a", "b"] {
            for number in 0..200 {
                let key = format!("user[{number}].Name");
                state.add(&if round == "a" { key } else { key.to_uppercase() }, error(round));
            }
        }
        let entries: Vec<_> = state.entries().collect();
        assert_eq!(entries.len(), 200);
        for (number, (key, errors)) in entries.into_iter().enumerate() {
            assert_eq!((key, errors), (format!("user[{number}].Name").as_str(), &[error("a"), error("b")][..]));
        }
    }
}
