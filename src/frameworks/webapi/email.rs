//! `[EmailAddress]` of .NET 4.5 and later: the published expression written as a scanner (oracle: em-*). It refuses
//! `a@b` and address literals, and takes letters beyond ASCII, quoted local parts and one trailing newline.

/// Whether the attribute accepts a text.
pub(super) fn is_address(text: &str) -> bool {
    // Quirk: `$` also matches before one final newline (oracle: em-nl).
    let text = text.strip_suffix('\n').unwrap_or(text);
    let domain = if text.starts_with('"') { after_quoted(text) } else { after_atoms(text) };
    domain.and_then(|rest| rest.strip_prefix('@')).is_some_and(is_domain)
}

/// The rest after a local part of atoms joined by single dots.
fn after_atoms(text: &str) -> Option<&str> {
    let (local, _) = text.split_once('@')?;
    let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom));
    if atoms { text.get(local.len()..) } else { None }
}

/// The rest after a quoted local part.
fn after_quoted(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix('"')?;
    loop {
        rest = after_folding(rest)?;
        let mut letters = rest.chars();
        match letters.next()? {
            '"' => return Some(letters.as_str()),
            '\\' => {
                letters
                    .next()
                    .filter(|letter| is_beyond(*letter) || matches!(letter, '\x01'..='\x09' | '\x0b'..='\x7f'))?;
            }
            letter if is_quoted(letter) => {}
            _ => return None,
        }
        rest = letters.as_str();
    }
}

/// Skips blanks with at most one line break among them, which a blank must follow.
fn after_folding(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t']);
    match rest.strip_prefix("\r\n") {
        None => Some(rest),
        Some(folded) => Some(folded.trim_start_matches([' ', '\t'])).filter(|after| after.len() < folded.len()),
    }
}

/// Labels with at least one dot between them; the last part begins and ends with a letter.
fn is_domain(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let inside = |letter: char| is_label(letter) || matches!(letter, '-' | '.' | '_' | '~');
    let mut letters = text.chars();
    let ends = letters.next().is_some_and(is_label) && letters.next_back().is_some_and(is_letter);
    if !ends || !text.chars().all(inside) {
        return false;
    }
    // The expression lets dots stand anywhere inside a label, so one good dot is enough.
    let mut before = None;
    let mut dotted = false;
    for letter in text.chars() {
        if dotted && is_letter(letter) {
            return true;
        }
        dotted = letter == '.' && before.is_some_and(is_label);
        before = Some(letter);
    }
    false
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || is_beyond(letter)
}

fn is_label(letter: char) -> bool {
    letter.is_ascii_digit() || is_letter(letter)
}

fn is_atom(letter: char) -> bool {
    is_label(letter) || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}

fn is_quoted(letter: char) -> bool {
    let control = matches!(letter, '\x01'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f');
    control || matches!(letter, '!' | '#'..='[' | ']'..='~') || is_beyond(letter)
}

/// The letters beyond ASCII that the expression lists; none outside the basic plane.
fn is_beyond(letter: char) -> bool {
    matches!(letter, '\u{A0}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFEF}')
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_get_the_verdicts_of_the_published_expression() {
        for good in [
            "a@b.c",
            "a.b@c.d",
            "\u{e9}@\u{fc}.de",
            "\"a b\"@c.d",
            "\"a\\\"@b\"@c.d",
            "a@b.c\n",
            "a@b.c.",
            "a@1.c",
            "a@b-c.d",
            "a@b..x.c",
            "+@x.y",
        ] {
            assert!(is_address(good), "{good:?}");
        }
        for bad in [
            "",
            "@b",
            "a b@c.d",
            "a@[1.2.3.4]",
            "a@b",
            "a@b.1",
            ".a@b.c",
            "a.@b.c",
            "a@.b.c",
            "a@-b.c",
            "a@b.c\n\n",
            "\"a@c.d",
            "\"a\r\nb\"@c.d",
            "a@b.c..",
            "a@\u{1F600}.c",
            "a@b@c.d",
            "a@b..c",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
    }
}
