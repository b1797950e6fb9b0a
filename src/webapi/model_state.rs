//! Model state: what binding and validation found, by key. Keys ignore case; a key met again appends.

use std::collections::{HashMap, HashSet};

/// What a remote caller reads instead of an exception's text.
pub const HIDDEN: &str = "An error has occurred.";

/// Below this many keys a scan is cheaper than a map.
const SCANNED: usize = 16;

/// One error of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError {
    /// The text.
    pub message: String,
    /// Whether it came as an exception, whose text only shows with error details on.
    pub exception: bool,
}

impl ModelError {
    /// The text that a client reads.
    #[must_use]
    pub fn shown(&self, detail: bool) -> &str {
        if (self.exception && !detail) || self.message.is_empty() { HIDDEN } else { &self.message }
    }
}

/// Errors by key, in the order in which keys first had one.
#[derive(Debug, Clone, Default)]
pub struct ModelState {
    entries: Vec<(String, Vec<ModelError>)>,
    /// Folded keys with their places, filled once there are more than a few.
    places: HashMap<String, usize>,
}

/// Keys that have an error at or below them.
#[derive(Debug)]
pub(super) struct Reported(HashSet<String>);

impl ModelState {
    /// Adds an error under a key.
    pub fn add(&mut self, key: &str, error: ModelError) {
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

    /// Whether nothing was found.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys with their errors.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &[ModelError])> {
        self.entries.iter().map(|(key, errors)| (key.as_str(), errors.as_slice()))
    }

    /// The keys so far and everything above them.
    pub(super) fn reported(&self) -> Reported {
        let mut above = HashSet::new();
        for (key, _) in &self.entries {
            let key = folded(key);
            let ends = key.match_indices(['.', '[']).filter_map(|(at, _)| key.get(..at));
            // From the whole key upwards, until a prefix is known: a deep path must not cost its square.
            if !above.contains(key.as_str()) {
                let ends: Vec<String> = ends.map(str::to_owned).collect();
                above.insert(key);
                for end in ends.into_iter().rev() {
                    if !above.insert(end) {
                        break;
                    }
                }
            }
        }
        Reported(above)
    }
}

impl Reported {
    /// Whether an error stands at this key or below it.
    pub(super) fn covers(&self, key: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&folded(key))
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

    #[test]
    fn an_error_below_a_key_is_reported_at_it_but_not_beside_it() {
        let mut state = ModelState::default();
        state.add("users[0].Roles[1].Id", error("x"));
        let reported = state.reported();
        for above in ["users", "Users[0]", "users[0].roles", "users[0].Roles[1]", "users[0].Roles[1].Id"] {
            assert!(reported.covers(above), "{above}");
        }
        for beside in ["users[1]", "users[0].Role", "users[0].Roles[1].Id.X", "user"] {
            assert!(!reported.covers(beside), "{beside}");
        }
    }
}
