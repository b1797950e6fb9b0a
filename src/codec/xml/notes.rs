//! What a reading dropped without an error. The list is bounded: a long body out of order repeats itself.

use crate::codec::Note;

/// How many notes a reading keeps.
const LIMIT: usize = 100;

/// Notes of one reading.
#[derive(Debug, Default)]
pub struct Notes(Vec<Note>);

impl Notes {
    /// Adds a note while there is room; the sentence is only made then.
    pub fn add(&mut self, code: &'static str, message: impl FnOnce() -> String) {
        if !self.is_full() {
            self.0.push(Note { code, message: message() });
        }
    }

    /// Whether no further note is kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.len() >= LIMIT
    }

    /// The notes, in the order in which they were met.
    #[must_use]
    pub fn into_notes(self) -> Vec<Note> {
        self.0
    }
}
