//! Words, numbers and texts of the lenient reader.

use super::{Fault, Json, Reader, date};

/// Json.NET refuses longer integers, so that nobody makes it multiply for minutes.
const MAX_BIG_LENGTH: usize = 380;

impl Reader<'_> {
    /// A value that is no container.
    pub(super) fn scalar(&mut self) -> Result<Json, Fault> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                let text = self.text(quote)?;
                Ok(date::parse(&text).map_or_else(|| Json::Text(text), Json::Date))
            }
            Some('t') => self.word("true", "Error parsing boolean value.").map(|()| Json::Bool(true)),
            Some('f') => self.word("false", "Error parsing boolean value.").map(|()| Json::Bool(false)),
            Some('n') => self.null(),
            Some('u') => self.word("undefined", "Error parsing undefined value.").map(|()| Json::Null),
            Some('N') => self.word("NaN", "Error parsing NaN value.").map(|()| Json::Double(f64::NAN)),
            Some('I') => self.word("Infinity", "Error parsing Infinity value.").map(|()| Json::Double(f64::INFINITY)),
            Some('-') if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("-I")) => {
                let negative = self.word("-Infinity", "Error parsing -Infinity value.");
                negative.map(|()| Json::Double(f64::NEG_INFINITY))
            }
            Some('-' | '.') => self.number(),
            Some(digit) if digit.is_numeric() => self.number(),
            _ => self.unexpected(),
        }
    }

    fn null(&mut self) -> Result<Json, Fault> {
        let second = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
        match second {
            Some('u') => self.word("null", "Error parsing null value.").map(|()| Json::Null),
            None => {
                self.next();
                self.fault("Unexpected end when reading JSON.")
            }
            Some(_) => self.unexpected(),
        }
    }

    /// A word that a separator or the end must follow.
    fn word(&mut self, word: &str, message: &str) -> Result<(), Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.chars().take(word.len()).count() < word.len() {
            self.at = self.text.len();
            return self.fault("Unexpected end when reading JSON.");
        }
        self.at += rest.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
        let separated = self.peek().is_none_or(|letter| {
            matches!(letter, '}' | ']' | ',' | '\0') || letter.is_whitespace() || self.at_comment()
        });
        if rest.starts_with(word) && separated { Ok(()) } else { self.fault(message) }
    }

    fn at_comment(&self) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with("/*") || rest.starts_with("//"))
    }

    fn number(&mut self) -> Result<Json, Fault> {
        let from = self.at;
        while self.peek().is_some_and(|c| matches!(c, '-' | '+' | '.' | 'x' | 'X') || c.is_ascii_hexdigit()) {
            self.next();
        }
        if let Some(letter) = self.peek()
            && !(letter.is_whitespace() || matches!(letter, ',' | '}' | ']' | ')' | '/'))
        {
            return self.fault(format!("Unexpected character encountered while parsing number: {letter}."));
        }
        let text = self.text.get(from..self.at).unwrap_or_default();
        match number(text) {
            Some(json) => Ok(json),
            None if text.len() > MAX_BIG_LENGTH && text.bytes().skip(1).all(|byte| byte.is_ascii_digit()) => {
                self.fault(format!("JSON integer {text} is too large to parse."))
            }
            None => self.fault(format!("Input string '{text}' is not a valid number.")),
        }
    }

    /// A quoted text. Escaped surrogates without their partner become U+FFFD.
    pub(super) fn text(&mut self, quote: char) -> Result<String, Fault> {
        self.next();
        let mut text = String::new();
        let mut high: Option<u16> = None;
        loop {
            let Some(letter) = self.next() else {
                return self.fault(format!("Unterminated string. Expected delimiter: {quote}."));
            };
            let unit = if letter == '\\' { self.escape(quote)? } else { Escaped::Letter(letter) };
            if letter != '\\' && letter == quote {
                flush(&mut high, &mut text);
                return Ok(text);
            }
            match (unit, high) {
                (Escaped::Unit(low @ 0xDC00..=0xDFFF), Some(first)) => {
                    text.extend(char::decode_utf16([first, low]).flatten());
                    high = None;
                }
                (Escaped::Unit(first @ 0xD800..=0xDBFF), _) => {
                    flush(&mut high, &mut text);
                    high = Some(first);
                }
                (Escaped::Unit(unit), _) => {
                    flush(&mut high, &mut text);
                    text.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                (Escaped::Letter(letter), _) => {
                    flush(&mut high, &mut text);
                    text.push(letter);
                }
            }
        }
    }

    fn escape(&mut self, quote: char) -> Result<Escaped, Fault> {
        let letter = match self.next() {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some(itself @ ('\\' | '"' | '\'' | '/')) => itself,
            Some('u') => return self.unit().map(Escaped::Unit),
            Some(other) => return self.fault(format!("Bad JSON escape sequence: \\{other}.")),
            None => return self.fault(format!("Unterminated string. Expected delimiter: {quote}.")),
        };
        Ok(Escaped::Letter(letter))
    }

    fn unit(&mut self) -> Result<u16, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let digits: String = rest.chars().take(4).collect();
        // quirk: a fifth character has to be there, too (oracle js-esc-shortu).
        if rest.encode_utf16().take(5).count() < 5 {
            return self.fault("Unexpected end while parsing Unicode escape sequence.");
        }
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u16::from_str_radix(&digits, 16) {
            Ok(unit) if plain => {
                self.at += 4;
                Ok(unit)
            }
            _ => self.fault(format!("Invalid Unicode escape sequence: \\u{digits}.")),
        }
    }
}

enum Escaped {
    Letter(char),
    Unit(u16),
}

fn flush(high: &mut Option<u16>, text: &mut String) {
    if high.take().is_some() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
}

/// A number's text: `0x` hexadecimal, a leading zero octal (both in two's complement), 64 bits, any integer, a double.
fn number(text: &str) -> Option<Json> {
    if let Some(rest) = text.strip_prefix('0')
        && !rest.is_empty()
        && !rest.starts_with(['.', 'e', 'E'])
    {
        let hexadecimal = rest.strip_prefix(['x', 'X']);
        let (digits, radix) = hexadecimal.map_or((rest, 8), |digits| (digits, 16));
        // The sign test keeps out `0x-1`, which Rust's parser would take.
        let plain = !digits.starts_with(['+', '-']);
        return u64::from_str_radix(digits, radix).ok().filter(|_| plain).map(|bits| Json::Integer(bits.cast_signed()));
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Json::Integer(integer));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let significant = digits.trim_start_matches('0');
        if text.len() > MAX_BIG_LENGTH {
            return None;
        }
        let sign = if digits.len() < text.len() { "-" } else { "" };
        return Some(Json::Big(format!("{sign}{significant}")));
    }
    text.parse().ok().map(Json::Double)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> Result<Json, Fault> {
        Reader { text, at: 0 }.scalar()
    }

    #[test]
    fn numbers_are_decimal_hexadecimal_or_octal() {
        for (text, expected) in [
            ("-0", Json::Integer(0)),
            ("0x1F", Json::Integer(31)),
            ("0xFFFFFFFFFFFFFFFF", Json::Integer(-1)),
            ("010", Json::Integer(8)),
            ("99999999999999999999", Json::Big("99999999999999999999".to_owned())),
            ("1.50", Json::Double(1.5)),
            (".5", Json::Double(0.5)),
            ("1e3", Json::Double(1000.0)),
            ("-Infinity", Json::Double(f64::NEG_INFINITY)),
        ] {
            assert_eq!(scalar(text), Ok(expected), "{text}");
        }
        assert!(scalar(&"9".repeat(380)).is_ok() && scalar(&"9".repeat(381)).is_err());
        for text in ["08", "0x", "0x-1", "-", ".", "1-2", "1e"] {
            assert!(scalar(text).is_err(), "{text}");
        }
    }

    #[test]
    fn texts_take_either_quote_and_lone_surrogates_are_replaced() {
        let text = |text: &str| scalar(text).unwrap();
        assert_eq!(text(r#"'a"\'\u0041\n'"#), Json::Text("a\"'A\n".to_owned()));
        assert_eq!(text(r#""\ud83d\ude00 \ud83d \ude00\ud83d\ud83d\ude00""#), Json::Text("😀 � ��😀".to_owned()));
        assert_eq!(text("\"a\nb\0\""), Json::Text("a\nb\0".to_owned()));
        assert!(scalar(r#""\x""#).is_err() && scalar(r#""\u12""#).is_err());
    }
}
