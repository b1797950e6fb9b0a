//! `Enum.Parse` without regard to case: names, numbers as text, comma lists that are OR-ed, blanks around each part.

use crate::contract::EnumType;

/// The number behind a text, or `None` when a part is neither a name nor an integer. A number must be alone: in a list
/// every part is a name.
#[must_use]
pub fn parse(text: &str, of: &EnumType) -> Option<i32> {
    let text = text.trim();
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return text.parse::<i32>().ok();
    }
    text.split(',').try_fold(0, |sum, part| Some(sum | name(part.trim(), of)?))
}

/// The exact name wins over one that differs in case.
fn name(text: &str, of: &EnumType) -> Option<i32> {
    let ignoring_case = || of.members.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, n)| *n);
    of.number_of(text).or_else(ignoring_case)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::contract::EnumType;

    static LEVEL: EnumType = EnumType {
        clr_name: "Test.Level",
        name: "Level",
        namespace: "",
        members: &[("None", 0), ("Low", 1), ("High", 4), ("low", 2)],
    };

    #[test]
    fn names_numbers_and_lists_of_names_are_read() {
        for (text, number) in
            [("High", 4), (" hIGH ", 4), ("low", 2), ("LOW", 1), ("Low, High", 5), ("99", 99), (" -1 ", -1), ("+4", 4)]
        {
            assert_eq!(parse(text, &LEVEL), Some(number), "{text}");
        }
        for text in ["", " ", "Lo", "Low,", ",Low", "1,Low", "Low,1", "1.5", "0x1", "99999999999", "true"] {
            assert_eq!(parse(text, &LEVEL), None, "{text}");
        }
    }
}
