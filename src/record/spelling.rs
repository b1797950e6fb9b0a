//! Text as a format spells it: each letter with the way in which it was written, so that a letter can be replaced and
//! nothing else changes.

use crate::codec::percent;

/// How a format writes letters other than as themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Every letter is itself.
    Plain,
    /// Escapes with a backslash.
    Json,
    /// References with an ampersand.
    Xml,
    /// Percent signs; in forms and queries a plus is a blank.
    Percent,
}

/// A text with its spelling.
pub(super) struct Spelled<'a> {
    spelling: Spelling,
    /// Each letter with what stands for it.
    letters: Vec<(char, &'a str)>,
}

impl<'a> Spelled<'a> {
    /// Reads a text; what is no escape is itself.
    pub(super) fn read(spelling: Spelling, source: &'a str) -> Spelled<'a> {
        let mut letters = Vec::with_capacity(source.len());
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            let found = match (spelling, first) {
                (Spelling::Json, '\\') => json(rest),
                (Spelling::Xml, '&') => xml(rest),
                (Spelling::Percent, '%') => percent(rest),
                (Spelling::Percent, '+') => Some((' ', 1)),
                _ => None,
            };
            let (letter, length) = found.unwrap_or((first, first.len_utf8()));
            let (written, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            letters.push((letter, written));
            rest = after;
        }
        Spelled { spelling, letters }
    }

    /// The text that is meant.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|(letter, _)| *letter).collect()
    }

    /// Another text of as many letters, written in the same way. One of another length is written anew.
    pub(super) fn with(&self, other: &str) -> String {
        let mut out = String::new();
        let count = other.chars().count();
        if count != self.letters.len() {
            return other.chars().map(|letter| self.necessary(letter)).collect();
        }
        for (letter, (was, written)) in other.chars().zip(&self.letters) {
            match letter == *was {
                true => out.push_str(written),
                false => out.push_str(&self.spelled(letter, written)),
            }
        }
        out
    }

    /// A letter in the manner of another.
    fn spelled(&self, letter: char, written: &str) -> String {
        let capitals = written.chars().any(|letter| letter.is_ascii_uppercase());
        let mut units = [0; 2];
        match (self.spelling, written.as_bytes()) {
            (Spelling::Json, [b'\\', b'u', ..]) => letter
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| if capitals { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") })
                .collect(),
            (Spelling::Xml, [b'&', b'#', b'x', ..]) if capitals => format!("&#x{:X};", u32::from(letter)),
            (Spelling::Xml, [b'&', b'#', b'x', ..]) => format!("&#x{:x};", u32::from(letter)),
            (Spelling::Xml, [b'&', b'#', ..]) => format!("&#{};", u32::from(letter)),
            (Spelling::Percent, [b'%', ..]) => {
                let lower = written.chars().any(|letter| letter.is_ascii_lowercase());
                let bytes = letter.to_string().into_bytes();
                bytes.iter().map(|byte| if lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") }).collect()
            }
            _ => self.necessary(letter),
        }
    }

    /// A letter, escaped where it has to be.
    fn necessary(&self, letter: char) -> String {
        match (self.spelling, letter) {
            (Spelling::Json, '"' | '\\') => format!("\\{letter}"),
            (Spelling::Json, '\0'..='\u{1f}' | '\'') => format!("\\u{:04x}", u32::from(letter)),
            (Spelling::Xml, '<') => "&lt;".to_owned(),
            (Spelling::Xml, '>') => "&gt;".to_owned(),
            (Spelling::Xml, '&') => "&amp;".to_owned(),
            (Spelling::Xml, '"') => "&quot;".to_owned(),
            (Spelling::Percent, letter) if !letter.is_alphanumeric() => {
                let mut out = String::new();
                percent::push_encoded(&mut out, &letter.to_string());
                out
            }
            _ => letter.to_string(),
        }
    }
}

fn json(rest: &str) -> Option<(char, usize)> {
    let plain = |letter: char| Some((letter, 2));
    match rest.chars().nth(1)? {
        'u' => {
            let unit = |at: usize| u16::from_str_radix(rest.get(at..at + 4)?, 16).ok();
            let first = unit(2)?;
            if let Some(letter) = char::from_u32(u32::from(first)) {
                return Some((letter, 6));
            }
            let second = rest.get(6..8).filter(|escape| *escape == "\\u").and_then(|_| unit(8))?;
            let letter = char::decode_utf16([first, second]).next()?.ok()?;
            Some((letter, 12))
        }
        'n' => plain('\n'),
        't' => plain('\t'),
        'r' => plain('\r'),
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        letter if letter.is_ascii() => plain(letter),
        _ => None,
    }
}

fn xml(rest: &str) -> Option<(char, usize)> {
    let end = rest.get(..rest.len().min(12)).or_else(|| rest.get(..8)).unwrap_or(rest).find(';')?;
    let name = rest.get(1..end)?;
    let letter = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((letter, end + 1))
}

/// A letter of one to four escaped bytes.
fn percent(rest: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::new();
    let mut tail = rest;
    while let Some((byte, after)) = percent::escape(tail) {
        bytes.push(byte);
        tail = after;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return Some((text.chars().next()?, 3 * bytes.len()));
        }
        if bytes.len() == 4 {
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_replaced_in_the_manner_in_which_it_was_written() {
        for (spelling, source, text, other, expected) in [
            (Spelling::Json, r"a\u00e9\/\n", "aé/\n", "bü/\n", r"b\u00fc\/\n"),
            (Spelling::Json, r"\ud83d\ude80", "🚀", "🚁", r"\ud83d\ude81"),
            (Spelling::Xml, "a&#233;&#xE9;&amp;", "aéé&", "büü&", "b&#252;&#xFC;&amp;"),
            (Spelling::Percent, "a%40%c3%a9+%", "a@é %", "b@ü %", "b%40%c3%bc+%"),
        ] {
            let spelled = Spelled::read(spelling, source);
            assert_eq!(spelled.text(), text);
            let written = spelled.with(other);
            assert_eq!(written, expected);
            assert_eq!(Spelled::read(spelling, &written).text(), other);
            assert_eq!(spelled.with(text), source);
        }
    }
}
