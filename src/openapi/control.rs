//! The control API's own document.

/// The document as JSON text, with a newline at the end.
#[must_use]
pub fn text() -> String {
    String::new()
}
