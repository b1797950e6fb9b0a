//! Where in a document something stands. Kept as links on the stack and written out only for a problem, so a good
//! document of any size costs no path at all.

use std::fmt;

/// A place: `users[0].pbnb.accountId`.
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
