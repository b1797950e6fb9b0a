//! What a text looks like: an identifier, a moment, something that was masked.

/// Whether a value is hidden by a recorder: nothing but stars.
#[must_use]
pub fn is_masked(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Whether a text is a GUID, with or without dashes.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    match text.len() {
        32 => text.bytes().all(|byte| byte.is_ascii_hexdigit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic()),
        36 => text.bytes().enumerate().all(|(at, byte)| match dashes.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        }),
        _ => false,
    }
}

/// How a moment is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its form without the fraction, each digit a zero: `0000-00-00T00:00:00Z`.
    pub form: String,
    /// Its digits, and the fraction without trailing zeros: equal moments of one form have equal digits.
    pub digits: String,
    /// How many digits the fraction has, without trailing zeros.
    pub fraction: usize,
}

/// A text that is a moment in ISO 8601 or as HTTP writes it.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    let length = moment_at_front(text)?;
    (length == text.len()).then(|| parts(text))
}

fn parts(text: &str) -> Moment {
    let (front, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let (fraction, zone) = rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len()));
    let (fraction, zone) = if front.len() == text.len() { ("", "") } else { (fraction, zone) };
    let fraction = fraction.trim_end_matches('0');
    // The sign and the hours of a zone are a value; that there is one is the form.
    let form: String =
        format!("{front}{zone}").chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    Moment {
        form: form.replace("-00:00", "+00:00"),
        digits: format!("{front}.{fraction}{zone}"),
        fraction: fraction.len(),
    }
}

/// The length of the moment that a text begins with: `0000-00-00T00:00:00`, a fraction, and a zone if there is one.
fn moment_at_front(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let pattern = b"0000-00-00T00:00:00";
    let fits = |(byte, wanted): (&u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b' '),
        wanted => byte == wanted,
    };
    let mut length = pattern.len();
    if bytes.len() < length || !bytes.iter().zip(pattern).all(fits) {
        return None;
    }
    let digits =
        |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    match bytes.get(length) {
        Some(b'Z') => length += 1,
        Some(b'+' | b'-')
            if digits(length + 1) == 2 && bytes.get(length + 3) == Some(&b':') && digits(length + 4) == 2 =>
        {
            length += 6;
        }
        _ => {}
    }
    Some(length)
}

/// A text in which GUIDs and moments are replaced by words: what is left is wording.
#[must_use]
pub fn wording(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let begins = !before.is_ascii_alphanumeric();
        let guid = || rest.get(..36).is_some_and(is_guid);
        let step = match letter.is_ascii_hexdigit() && begins {
            true if guid() => Some((36, "{id}")),
            true => moment_at_front(rest).map(|length| (length, "{time}")),
            false => None,
        };
        match step {
            Some((length, word)) => {
                out.push_str(word);
                rest = rest.get(length..).unwrap_or_default();
                before = 'x';
            }
            None => {
                out.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                before = letter;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_form_and_digits_without_trailing_zeros() {
        let seen = |text: &str| moment(text).map(|moment| (moment.form, moment.digits, moment.fraction));
        let form = "0000-00-00T00:00:00";
        let digits = |text: &str| format!("2024-03-28T08:12:49.{text}");
        assert_eq!(seen("2024-03-28T08:12:49.3500Z"), Some((format!("{form}Z"), digits("35Z"), 2)));
        assert_eq!(
            seen("2024-03-28T08:12:49+02:00"),
            Some((format!("{form}+00:00"), "2024-03-28T08:12:49+02:00.".to_owned(), 0))
        );
        assert_eq!(seen("2024-03-28T08:12:49"), Some((form.to_owned(), digits(""), 0)));
        assert_eq!(seen("2024-03-28"), None);
        assert_eq!(seen("2024-03-28T08:12:49Z!"), None);
    }

    #[test]
    fn wording_is_a_text_without_its_identifiers_and_moments() {
        let text = "User f4237dd3-01ff-48d8-8d90-16c06605724f was gone at 2024-03-28T08:12:49.35Z, é";
        assert_eq!(wording(text), "User {id} was gone at {time}, é");
    }
}
