//! Integers from text: .NET's number converter, which paths, queries and forms use (spec/pbnb.md §10).

/// Why a text is no `Int32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnInt32 {
    /// Not a number at all: the client sees which value was wrong.
    Format,
    /// A number beyond 32 bits: the framework logs an exception instead.
    Overflow,
}

/// `Int32Converter`: blanks around, a sign, `0x`, `&h` and `#` for hexadecimal.
///
/// # Errors
/// When the text is no number, or one beyond 32 bits.
pub fn int32_converter(_text: &str) -> Result<i32, NotAnInt32> {
    Err(NotAnInt32::Format)
}
