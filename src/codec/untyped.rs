//! A dictionary without a contract: names in order with texts, lists of texts or further dictionaries. The
//! framework's `HttpError` is one, and every format can write it.

/// A dictionary; names keep the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untyped(pub Vec<(String, Entry)>);

/// The value of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Null.
    Null,
    /// A text.
    Text(String),
    /// Texts: a JSON or BSON array; XML joins them with one space.
    Texts(Vec<String>),
    /// A dictionary.
    Nested(Untyped),
}

impl Untyped {
    /// Adds a name at the end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, entry: Entry) -> Self {
        self.0.push((name.into(), entry));
        self
    }
}
