//! `StringComparer.OrdinalIgnoreCase`, by which .NET compares names: character by character, each in its one upper-case
//! form, whatever the language.

/// A text in the form in which two that differ in case are the same.
///
/// Quirk: the framework keeps out what Unicode's simple mapping would mix with ASCII: `ı` and `ſ` are their own upper
/// case; and it maps units of UTF-16, so that letters beyond the basic plane have no case (framework source:
/// OrdinalCasing).
#[must_use]
pub fn ignoring_case(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_uppercase(),
        false => text.chars().map(upper).collect(),
    }
}

fn upper(letter: char) -> char {
    match letter {
        'ı' | 'ſ' | '\u{10000}'.. => letter,
        // Their full mapping is two letters, the simple one is the title case.
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => offset(letter, 8),
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => offset(letter, 9),
        _ => {
            let mut mapped = letter.to_uppercase();
            // A letter that becomes several, as `ß` does, has no simple mapping.
            match (mapped.next(), mapped.next()) {
                (Some(upper), None) => upper,
                _ => letter,
            }
        }
    }
}

fn offset(letter: char, by: u32) -> char {
    char::from_u32(u32::from(letter) + by).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::ignoring_case;

    #[test]
    fn texts_are_the_same_where_each_letter_has_the_same_upper_case() {
        for (one, other) in [
            ("ada", "ADA"),
            ("Ada_1@x", "aDA_1@X"),
            ("νικος.α", "ΝΙΚΟΣ.Α"),
            ("νικοσ", "νικος"),
            ("straße", "STRAßE"),
            ("äöüé", "ÄÖÜÉ"),
            ("ÿ", "Ÿ"),
            ("µ", "Μ"),
            ("µ", "μ"),
            ("ǆ", "Ǆ"),
            ("ǅ", "Ǆ"),
            ("жук", "ЖУК"),
            ("ᾳ", "ᾼ"),
            ("ᾀ", "ᾈ"),
            ("ⅷ", "Ⅷ"),
            ("ⓐ", "Ⓐ"),
            ("ａ", "Ａ"),
            ("ᲀ", "В"),
            ("ͅ", "Ι"),
        ] {
            assert_eq!(ignoring_case(one), ignoring_case(other), "{one} {other}");
        }
    }

    #[test]
    fn texts_differ_where_only_a_language_or_a_longer_mapping_would_join_them() {
        for (one, other) in [
            ("ı", "i"),
            ("ı", "I"),
            ("İ", "i"),
            ("İ", "I"),
            ("i\u{307}", "İ"),
            ("ß", "ss"),
            ("ß", "SS"),
            ("ß", "ẞ"),
            ("\u{212A}", "k"),
            ("\u{212A}", "K"),
            ("\u{212B}", "å"),
            ("\u{2126}", "ω"),
            ("ſ", "s"),
            ("ſ", "S"),
            ("ﬁ", "FI"),
            ("ŉ", "ʼN"),
            ("ǰ", "J\u{30C}"),
            ("é", "e\u{301}"),
            ("é", "e"),
            ("ａ", "a"),
            ("ada ", "ada"),
            ("𐐨", "𐐀"),
        ] {
            assert_ne!(ignoring_case(one), ignoring_case(other), "{one} {other}");
        }
    }
}
