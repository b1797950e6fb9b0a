//! `HttpError`: the dictionary in which the framework reports every failure (docs/spec/pbnb.md §9).

use super::ModelState;
use crate::codec::untyped::{Entry, Untyped};

/// The framework's error dictionary, keys in the order in which the framework adds them.
#[derive(Debug, Clone, Default)]
pub struct HttpError(pub(crate) Untyped);

impl HttpError {
    /// `{"Message": …}`.
    #[must_use]
    pub fn message(text: impl Into<String>) -> HttpError {
        HttpError(Untyped::default().with("Message", Entry::Text(text.into())))
    }

    /// The same with `MessageDetail`, which only shows with error details on.
    #[must_use]
    pub(crate) fn with_detail(self, detail: impl Into<String>, shown: bool) -> HttpError {
        if shown { HttpError(self.0.with("MessageDetail", Entry::Text(detail.into()))) } else { self }
    }

    /// `The request is invalid.` with the model state.
    #[must_use]
    pub fn invalid(model_state: &ModelState, detail: bool) -> HttpError {
        let mut entries = Untyped::default();
        for (key, errors) in model_state.entries() {
            let texts = errors.iter().map(|error| error.shown(detail).to_owned()).collect();
            entries = entries.with(key, Entry::Texts(texts));
        }
        let error = HttpError::message("The request is invalid.");
        HttpError(error.0.with("ModelState", Entry::Nested(entries)))
    }
    /// Adds what the framework shows of an exception with error details on. Stack traces are never invented: the key is
    /// null (chosen).
    #[must_use]
    pub fn with_exception(self, text: impl Into<String>, exception_type: &str) -> HttpError {
        let entries = self.0.with("ExceptionMessage", Entry::Text(text.into()));
        HttpError(entries.with("ExceptionType", Entry::Text(exception_type.to_owned())).with("StackTrace", Entry::Null))
    }
}
