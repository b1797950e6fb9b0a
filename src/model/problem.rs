//! What is wrong in a state document, told so that an editor can jump to it and a person can mend it.

use std::fmt;

/// One problem in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Where in the document, e.g. `users[0].pbnb.accountId`; empty for the document itself.
    pub path: String,
    /// One sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    /// `line: path: sentence`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "document" } else { &self.path };
        write!(f, "{}: {path}: {}", self.line, self.message)
    }
}
