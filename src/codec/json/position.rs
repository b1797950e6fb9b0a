//! Where the tokenizer is inside the document: one position per open container, and the path they make, which is
//! the key of an error and stands in its text.

use std::borrow::Cow;

/// The container a position is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    None,
    Object,
    Array,
    Constructor,
}

impl Container {
    /// The name that error texts print.
    pub(super) fn name(self) -> &'static str {
        match self {
            Container::None => "None",
            Container::Object => "Object",
            Container::Array => "Array",
            Container::Constructor => "Constructor",
        }
    }
}

/// A place in one container: the last property name of an object, the last index of an array.
#[derive(Debug, Clone)]
pub(super) struct Position<'a> {
    pub(super) container: Container,
    /// -1 before the first item.
    pub(super) index: i64,
    pub(super) name: Cow<'a, str>,
}

impl Position<'_> {
    pub(super) fn new(container: Container) -> Self {
        Position { container, index: -1, name: Cow::Borrowed("") }
    }

    /// Adds this place to a path: `.Name`, `['odd name']` or `[3]`.
    pub(super) fn append_to(&self, path: &mut String) {
        match self.container {
            Container::None => {}
            Container::Array | Container::Constructor => {
                path.push('[');
                path.push_str(&self.index.to_string());
                path.push(']');
            }
            Container::Object if self.name.contains(is_special) => {
                path.push_str("['");
                super::escape::push_escaped(&self.name, '\'', path);
                path.push_str("']");
            }
            Container::Object => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&self.name);
            }
        }
    }
}

/// Characters that put a name between brackets and quotes.
fn is_special(letter: char) -> bool {
    matches!(
        letter,
        '.' | ' '
            | '\''
            | '/'
            | '"'
            | '['
            | ']'
            | '('
            | ')'
            | '\t'
            | '\n'
            | '\r'
            | '\u{c}'
            | '\u{8}'
            | '\\'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
    )
}
