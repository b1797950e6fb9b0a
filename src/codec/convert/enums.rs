//! `Enum.Parse` without regard to case: names, numbers as text, comma lists that are OR-ed, blanks around each part.

use crate::contract::EnumType;

/// The number behind a text, or `None` when a part is neither a name nor an integer.
#[must_use]
pub fn parse(text: &str, of: &EnumType) -> Option<i32> {
    let text = text.trim();
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return text.parse::<i32>().ok();
    }
    text.split(',').try_fold(0, |sum, part| {
        let part = part.trim();
        let found = of.members.iter().find(|(name, _)| name.eq_ignore_ascii_case(part));
        found.map(|(_, number)| sum | number)
    })
}
