//! Model state: what binding and validation found, by key. Keys ignore case; a key met again appends.

/// What a remote caller reads instead of an exception's text.
pub const HIDDEN: &str = "An error has occurred.";

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
        if self.exception && !detail { HIDDEN } else { &self.message }
    }
}

/// Errors by key, in the order in which keys first had one.
#[derive(Debug, Clone, Default)]
pub struct ModelState(Vec<(String, Vec<ModelError>)>);

impl ModelState {
    /// Adds an error under a key.
    pub fn add(&mut self, key: &str, error: ModelError) {
        // Batches report in order, so the key is nearly always the last or a new one; a map comes when that is measured.
        match self.0.iter_mut().rev().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, errors)) => errors.push(error),
            None => self.0.push((key.to_owned(), vec![error])),
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys with their errors.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &[ModelError])> {
        self.0.iter().map(|(key, errors)| (key.as_str(), errors.as_slice()))
    }
}
