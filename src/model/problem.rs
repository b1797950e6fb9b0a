//! A problem in a state document and the place where it stands, so that an editor can jump to it and a person can
//! repair it.

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

/// A place in a document: `users[0].pbnb.accountId`. Kept as links on the stack and written out only for a problem, so
/// that a valid document of any size costs no path at all.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    /// The document.
    Root,
    /// A member of the place before.
    Member(&'p Path<'p>, &'p str),
    /// An item of the place before, from 0.
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Member(Path::Root, name) => f.write_str(name),
            Path::Member(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
