//! The reason why reading stopped. The framework wraps an exception's text differently depending on who threw it, so a
//! fault remembers that; both serializers stop at the first one.

/// Who reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The reader while it was being opened: no serializer wraps its text.
    Opening,
    /// The reader or a conversion (`XmlException`): a serializer wraps its text.
    Reader,
    /// The serializer itself.
    Serializer,
}

/// A fault with the text that a caller with error details sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Who reported it.
    pub origin: Origin,
    /// The text, with line and position where the framework adds them.
    pub message: String,
}

impl Fault {
    /// An error before the first token.
    pub fn opening(message: impl Into<String>) -> Fault {
        Fault { origin: Origin::Opening, message: message.into() }
    }

    /// An error of the reader or of a conversion.
    pub fn reader(message: impl Into<String>) -> Fault {
        Fault { origin: Origin::Reader, message: message.into() }
    }

    /// An error of the serializer.
    pub fn serializer(message: impl Into<String>) -> Fault {
        Fault { origin: Origin::Serializer, message: message.into() }
    }

    /// A text that is not a value of the named type.
    #[must_use]
    pub fn conversion(text: &str, type_name: &str) -> Fault {
        Fault::reader(format!("The value '{text}' cannot be parsed as the type '{type_name}'."))
    }
}
