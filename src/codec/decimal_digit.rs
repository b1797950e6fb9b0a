//! .NET's decimal digits: `Char.IsDigit`, which is also `\d` in its regular expressions. They are those of the basic
//! plane, because it looks at sixteen bits at a time.

/// First digits of the basic plane's decades, each followed by nine more.
const DECADES: [u16; 37] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// Whether a letter is one.
#[must_use]
pub fn is(letter: char) -> bool {
    let Ok(unit) = u16::try_from(u32::from(letter)) else { return false };
    let decade = DECADES.partition_point(|first| *first <= unit);
    decade.checked_sub(1).and_then(|index| DECADES.get(index)).is_some_and(|first| unit - first < 10)
}
