//! Which bytes the framework's UTF-8 XML reader takes where, and which names it accepts. Its table works on single
//! bytes: everything above ASCII counts as text and as a name byte, except 0xEF, which may begin U+FFFE or U+FFFF.

/// May begin a name.
pub const FIRST_NAME: u8 = 0x01;
/// May continue a name.
pub const NAME: u8 = 0x02;
/// White space inside tags.
pub const WHITESPACE: u8 = 0x04;
/// Plain character data.
pub const TEXT: u8 = 0x08;
/// Plain attribute text.
pub const ATTRIBUTE_TEXT: u8 = 0x10;
/// White space between elements; a carriage return is not in it, because it is normalised on its own.
pub const SPECIAL_WHITESPACE: u8 = 0x20;
/// Allowed in a comment.
pub const COMMENT: u8 = 0x40;

const TABLE: [u8; 256] = table();

const fn class_of(byte: u8) -> u8 {
    match byte {
        b'\t' | b'\n' => WHITESPACE | TEXT | SPECIAL_WHITESPACE | COMMENT,
        b'\r' => WHITESPACE | COMMENT,
        b' ' => WHITESPACE | TEXT | ATTRIBUTE_TEXT | SPECIAL_WHITESPACE | COMMENT,
        0..b' ' => 0,
        b'&' | b'<' => COMMENT,
        b'"' | b'\'' => COMMENT | TEXT,
        b']' => COMMENT | ATTRIBUTE_TEXT,
        b'A'..=b'Z' | b'a'..=b'z' | b'_' => COMMENT | FIRST_NAME | NAME | TEXT | ATTRIBUTE_TEXT,
        b'0'..=b'9' | b'-' | b'.' => COMMENT | NAME | TEXT | ATTRIBUTE_TEXT,
        0xEF => FIRST_NAME | NAME,
        0x80.. => COMMENT | FIRST_NAME | NAME | TEXT | ATTRIBUTE_TEXT,
        _ => COMMENT | TEXT | ATTRIBUTE_TEXT,
    }
}

#[allow(clippy::indexing_slicing, reason = "the index stays below the table's length")]
const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8);
        byte += 1;
    }
    table
}

/// Whether a byte is in a class.
#[inline]
#[must_use]
pub fn is(byte: u8, class: u8) -> bool {
    TABLE.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// Whether all of a text is XML white space.
#[must_use]
pub fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| is(*byte, WHITESPACE))
}

/// XML white space taken off both ends, as `XmlConvert` does before it converts.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Whether a character may begin a name without colon (XML 1.0, fifth edition; the framework's older tables differ
/// only for letters newer than Unicode 2).
#[must_use]
pub fn begins_name(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}')
}

/// Whether a character may continue a name without colon.
#[must_use]
pub fn continues_name(letter: char) -> bool {
    begins_name(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The framework's error about a name, or `None` when it is an NCName.
#[must_use]
pub fn name_fault(name: &str) -> Option<String> {
    // Quirk: NUL is shown as a full stop, so that no text ends early in native code (oracle: D-nul-char).
    let shown = |letter: char| if letter == '\0' { '.' } else { letter };
    let first = name.chars().next()?;
    if !begins_name(first) {
        let (first, code) = (shown(first), u32::from(first));
        return Some(format!("Name cannot begin with the '{first}' character, hexadecimal value 0x{code:02X}."));
    }
    let bad = name.chars().find(|letter| !continues_name(*letter))?;
    let (bad, code) = (shown(bad), u32::from(bad));
    Some(format!("The '{bad}' character, hexadecimal value 0x{code:02X}, cannot be included in a name."))
}
