//! Integers from text: .NET's number converter, which paths, queries and forms use (docs/spec/pbnb.md §10).

/// Why a text is not an `Int32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnInt32 {
    /// Not a number at all: the client sees which value was wrong.
    Format,
    /// A number beyond 32 bits, or a hexadecimal prefix followed by nothing or by a minus: the framework logs an
    /// exception instead.
    Overflow,
}

/// `Int32Converter`: blanks around, a sign, `0x`, `&h` and `#` for hexadecimal.
///
/// # Errors
/// When the text is not a number, or is a number beyond 32 bits.
pub fn int32_converter(text: &str) -> Result<i32, NotAnInt32> {
    // Most are a few digits.
    if (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return int32(text);
    }
    let text = text.trim();
    match ["#", "0x", "0X", "&h", "&H"].iter().find_map(|prefix| text.strip_prefix(prefix)) {
        Some(digits) => hexadecimal(digits),
        None => int32_parse(text),
    }
}

/// `Int32.Parse`: blanks around and a sign. The form is judged before the size; zero bytes at the end count as blanks.
///
/// # Errors
/// When the text is not a number, or is a number beyond 32 bits.
pub fn int32_parse(text: &str) -> Result<i32, NotAnInt32> {
    let text = text.trim_end_matches('\0').trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAnInt32::Format);
    }
    int32(text)
}

fn int32(digits: &str) -> Result<i32, NotAnInt32> {
    digits.parse().map_err(|_| NotAnInt32::Overflow)
}

/// `Convert.ToInt32(text, 16)`: 32 bits without regard to the sign bit, size judged digit by digit. Quirk: a plus
/// and a second `0x` may follow the prefix, and a minus is an argument error rather than a format error.
fn hexadecimal(text: &str) -> Result<i32, NotAnInt32> {
    if text.is_empty() || text.starts_with('-') {
        return Err(NotAnInt32::Overflow);
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut number: u32 = 0;
    for letter in text.chars() {
        let digit = letter.to_digit(16).ok_or(NotAnInt32::Format)?;
        number = number.checked_mul(16).ok_or(NotAnInt32::Overflow)? | digit;
    }
    if text.is_empty() { Err(NotAnInt32::Format) } else { Ok(number.cast_signed()) }
}

#[cfg(test)]
mod tests {
    use super::NotAnInt32::{Format, Overflow};
    use super::int32_converter;

    #[test]
    fn decimal_and_hexadecimal_forms_are_read() {
        for (text, number) in [
            ("1", 1),
            (" +7\t", 7),
            ("-2147483648", i32::MIN),
            ("007", 7),
            ("0x1F", 31),
            ("0X1f", 31),
            ("&h1F", 31),
            ("&H1F", 31),
            ("#1F", 31),
            ("0xFFFFFFFF", -1),
            ("#+0x10", 16),
            ("5\0\0", 5),
        ] {
            assert_eq!(int32_converter(text), Ok(number), "{text}");
        }
    }

    #[test]
    fn form_errors_differ_from_numbers_too_big() {
        for text in ["abc", "1e0", "1.5", "1,000", "- 1", "+", "--1", "99999999999x", "0xZZ", "0x0x", "1;a=b", "٣"] {
            assert_eq!(int32_converter(text), Err(Format), "{text}");
        }
        for text in ["2147483648", "-2147483649", "99999999999999999999999", "0x100000000", "#", "0x", "#-1"] {
            assert_eq!(int32_converter(text), Err(Overflow), "{text}");
        }
    }
}
