//! A place in the text, and the pieces at it: numbers, words, separators and offsets. Letters that are not ASCII mean
//! nothing to the grammar except the signs of East Asian dates, so the text is read as bytes in which one byte stands
//! for each such character.

use super::Zone;
use std::borrow::Cow;

/// A letter without a meaning.
const LETTER: u8 = 0x80;
/// The signs for year, month, day, hour, minute and second, in this order; letters as well.
const SIGNS: std::ops::RangeInclusive<u8> = 0x81..=0x86;
/// Anything else.
const OTHER: u8 = 0xFF;

/// Longer numbers are refused.
const MAX_DIGITS: usize = 8;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// A word or number where a part may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    End,
    /// One or two digits.
    Number(i32),
    /// Three to eight digits.
    Year(i32),
    /// More digits than a number may have.
    TooLong,
    Month(i32),
    /// Days since Sunday.
    Weekday(u32),
    /// `AM` or `PM` away from a number.
    Half(Half),
    /// `GMT` or `Z`.
    Utc,
    Era,
    /// A comma or a point.
    Ignored,
}

/// A half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

/// What follows a number or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    End,
    Space,
    /// `/`.
    Date,
    /// `-`: of a date, or the sign of an offset.
    DateOrOffset,
    Time,
    Half(Half),
    Suffix(Suffix),
    /// `T`.
    TimeMark,
}

/// The sign of an East Asian date after its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suffix {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// A place in the text.
pub(super) struct Cursor<'a> {
    text: Cow<'a, [u8]>,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        let bytes = if text.is_ascii() { Cow::Borrowed(text.as_bytes()) } else { Cow::Owned(simplified(text)) };
        Cursor { text: bytes, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes one byte, if it is the wanted one.
    pub(super) fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Whether more than one character is left.
    pub(super) fn has_two(&self) -> bool {
        self.at + 1 < self.text.len()
    }

    pub(super) fn pass_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// Digits at hand, as many as there are up to a number.
    fn digits(&self, most: usize) -> &[u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        rest.get(..length).unwrap_or_default()
    }

    /// A number of exactly two digits.
    pub(super) fn two_digits(&mut self) -> Option<i32> {
        let value = number(self.digits(2));
        let found = self.digits(2).len() == 2;
        self.at += if found { 2 } else { 0 };
        found.then_some(value)
    }

    /// A fraction of a second after its point. Quirk: the digits are added up as binary fractions, so that a result
    /// may lie a little beside the decimal one before it is rounded (oracle: J-date).
    pub(super) fn fraction(&mut self) -> Option<f64> {
        let (mut sum, mut weight) = (0.0, 0.1);
        let digits = self.digits(usize::MAX);
        for digit in digits {
            sum += f64::from(digit - b'0') * weight;
            weight *= 0.1;
        }
        let length = digits.len();
        self.at += length;
        (length > 0).then_some(sum)
    }

    /// An offset from its sign on: `+8`, `+08`, `+8:0`, `+08:00`, `+800` or `+0800`.
    pub(super) fn offset(&mut self) -> Option<Zone> {
        let negative = match self.peek()? {
            b'+' => false,
            b'-' => true,
            _ => return None,
        };
        self.at += 1;
        let (length, value) = (self.digits(usize::MAX).len(), number(self.digits(4)));
        let (hours, minutes) = match length {
            1 | 2 => {
                self.at += length;
                let minutes = if self.eat(b':') {
                    let length = self.digits(usize::MAX).len();
                    let minutes = number(self.digits(2));
                    self.at += length;
                    matches!(length, 1 | 2).then_some(minutes)?
                } else {
                    0
                };
                (value, minutes)
            }
            3 | 4 => {
                self.at += length;
                (value / 100, value % 100)
            }
            _ => return None,
        };
        let east = hours * 60 + minutes;
        (minutes < 60).then_some(Zone::Offset(if negative { -east } else { east }))
    }

    /// The piece at hand after blanks; `None` leaves the place at what is none.
    pub(super) fn piece(&mut self) -> Option<Piece> {
        self.pass_blanks();
        let Some(first) = self.peek() else { return Some(Piece::End) };
        if first.is_ascii_digit() {
            let (length, value) = (self.digits(usize::MAX).len(), number(self.digits(MAX_DIGITS)));
            self.at += length;
            return match length {
                1 | 2 => Some(Piece::Number(value)),
                3..=MAX_DIGITS => Some(Piece::Year(value)),
                _ => Some(Piece::TooLong),
            };
        }
        let piece = match first {
            b',' | b'.' => return self.eat(first).then_some(Piece::Ignored),
            b'a' | b'A' if self.word("a.d.") || self.word("ad") => Piece::Era,
            b'g' | b'G' if self.word("gmt") => Piece::Utc,
            b'z' | b'Z' if self.word("z") => Piece::Utc,
            _ => match self.half() {
                Some(half) => Piece::Half(half),
                None => self.name()?,
            },
        };
        Some(piece)
    }

    /// The name of a month or of a day of the week, in full or its first three letters.
    fn name(&mut self) -> Option<Piece> {
        let mut named = |names: &[&str]| {
            names.iter().position(|name| self.word(name) || name.get(..3).is_some_and(|name| self.word(name)))
        };
        if let Some(month) = named(&MONTHS) {
            return i32::try_from(month + 1).ok().map(Piece::Month);
        }
        named(&WEEKDAYS).and_then(|day| u32::try_from(day).ok()).map(Piece::Weekday)
    }

    /// The separator at hand, after blanks.
    pub(super) fn separator(&mut self) -> Separator {
        self.pass_blanks();
        let Some(first) = self.peek() else { return Separator::End };
        let separator = match first {
            b':' => Separator::Time,
            b'/' => Separator::Date,
            b'-' => Separator::DateOrOffset,
            b't' | b'T' => return if self.word("t") { Separator::TimeMark } else { Separator::Space },
            _ if SIGNS.contains(&first) && !self.follows_letter(1) => Separator::Suffix(match first - SIGNS.start() {
                0 => Suffix::Year,
                1 => Suffix::Month,
                2 => Suffix::Day,
                3 => Suffix::Hour,
                4 => Suffix::Minute,
                _ => Suffix::Second,
            }),
            _ => return self.half().map_or(Separator::Space, Separator::Half),
        };
        self.at += 1;
        separator
    }

    fn half(&mut self) -> Option<Half> {
        if self.word("am") {
            return Some(Half::Morning);
        }
        self.word("pm").then_some(Half::Afternoon)
    }

    /// Passes a word in any case, when no letter follows it.
    fn word(&mut self, word: &str) -> bool {
        let here = self.text.get(self.at..self.at + word.len());
        let found =
            here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes())) && !self.follows_letter(word.len());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn follows_letter(&self, distance: usize) -> bool {
        self.text.get(self.at + distance).is_some_and(|byte| is_letter(*byte))
    }

    /// Passes punctuation that Visual Basic puts around dates, and NULs at the end: `#…#`.
    pub(super) fn punctuation(&mut self) -> bool {
        match self.peek() {
            Some(b'#') if self.is_between_hashes() => {
                self.at += 1;
                true
            }
            Some(0) if self.text.iter().skip(self.at).all(|byte| *byte == 0) => {
                self.at = self.text.len();
                true
            }
            _ => false,
        }
    }

    /// Whether the whole text stands between two `#`, with blanks around and NULs only behind them.
    fn is_between_hashes(&self) -> bool {
        let mut hashes = 0;
        for byte in self.text.iter() {
            match (*byte, hashes) {
                (b'#', 0 | 1) => hashes += 1,
                (b'#', _) | (0, 0 | 1) => return false,
                (0, _) | (_, 1) => {}
                (byte, _) if is_blank(byte) => {}
                _ => return false,
            }
        }
        hashes == 2
    }
}

/// One byte for each character, two for those that take two in .NET.
fn simplified(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        bytes.push(match letter {
            '\0'..='\x7F' => u8::try_from(letter).unwrap_or(OTHER),
            '年' | '년' => 0x81,
            '月' | '월' => 0x82,
            '日' | '일' => 0x83,
            '時' | '时' => 0x84,
            '分' => 0x85,
            '秒' => 0x86,
            _ if letter.is_whitespace() => b' ',
            _ if letter.len_utf16() == 1 && letter.is_alphabetic() => LETTER,
            _ => OTHER,
        });
        if letter.len_utf16() == 2 {
            bytes.push(OTHER);
        }
    }
    bytes
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == LETTER || SIGNS.contains(&byte)
}

/// At most eight digits as a number.
fn number(digits: &[u8]) -> i32 {
    digits.iter().take(MAX_DIGITS).fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'))
}
