//! Stand-ins: what is written in the place of a value that others should not see. Each word of a value becomes another of
//! the same shape: letters stay letters of their case, digits digits, everything between words stays, and no length
//! changes, in letters or in bytes. A keyed permutation of all words of a shape gives them, so that the same value always
//! has the same stand-in, two values never share one, and no word stands in for itself; without the key nobody finds the
//! way back. Case does not count: names that differ in it alone have stand-ins that differ in it alone.

use ring::hmac;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Rounds of the network that mixes a word.
const ROUNDS: u8 = 8;

/// Letters that stand for one another: first and last. All of a range take the same number of bytes, in UTF-8 and UTF-16.
const RANGES: [(u32, u32); 28] = [
    (0x100, 0x17F),
    (0x180, 0x24F),
    (0x391, 0x3A1),
    (0x3A3, 0x3A9),
    (0x3B1, 0x3C9),
    (0x400, 0x40F),
    (0x450, 0x45F),
    (0x48A, 0x52F),
    (0x531, 0x556),
    (0x561, 0x586),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x641, 0x64A),
    (0x904, 0x939),
    (0xE01, 0xE2E),
    (0x10D0, 0x10F0),
    (0x1E00, 0x1E95),
    (0x1EA0, 0x1EF9),
    (0x3041, 0x3094),
    (0x30A1, 0x30FA),
    (0x3400, 0x4DB5),
    (0x4E00, 0x9FA5),
    (0xAC00, 0xD7A3),
    (0x1F300, 0x1F320),
    (0x1F330, 0x1F37C),
    (0x1F600, 0x1F64F),
    (0x1F680, 0x1F6C5),
    (0x20000, 0x2A6D6),
];

/// A letter of a word: which of how many it is, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    /// The set that it belongs to, by its first member.
    set: u32,
    /// How many the set has.
    radix: u32,
    /// Its place in the set.
    index: u32,
    /// Whether it is a capital of a set that has both.
    capital: bool,
}

impl Letter {
    fn of(letter: char) -> Option<Letter> {
        let code = u32::from(letter);
        let new = |set, radix, index, capital| Some(Letter { set, radix, index, capital });
        match letter {
            'a'..='z' => new(0x61, 26, code - 0x61, false),
            'A'..='Z' => new(0x61, 26, code - 0x41, true),
            '0'..='9' => new(0x30, 10, code - 0x30, false),
            // Latin 1 without the two signs in its midst; the last letter of each row has no partner.
            'à'..='ö' => new(0xE0, 23, code - 0xE0, false),
            'À'..='Ö' => new(0xE0, 23, code - 0xC0, true),
            'ø'..='þ' => new(0xF8, 7, code - 0xF8, false),
            'Ø'..='Þ' => new(0xF8, 7, code - 0xD8, true),
            'а'..='я' => new(0x430, 32, code - 0x430, false),
            'А'..='Я' => new(0x430, 32, code - 0x410, true),
            _ => {
                let (first, last) = RANGES.iter().find(|(first, last)| (*first..=*last).contains(&code))?;
                new(*first, last - first + 1, code - first, false)
            }
        }
    }

    fn written(self) -> Option<char> {
        let above = if self.set < 0x430 { 0x20 } else { 0x20 * u32::from(self.set == 0x430) };
        char::from_u32(self.set + self.index - if self.capital { above } else { 0 })
    }
}

/// Whether a letter is part of a word.
#[must_use]
pub(super) fn is_of_a_word(letter: char) -> bool {
    Letter::of(letter).is_some()
}

/// A letter without its case, as far as stand-ins keep that.
#[must_use]
pub(super) fn folded(letter: char) -> char {
    Letter::of(letter).and_then(|known| Letter { capital: false, ..known }.written()).unwrap_or(letter)
}

/// Gives stand-ins by a key.
#[derive(Debug)]
pub struct StandIns {
    key: hmac::Key,
    /// Words that were asked for, folded.
    known: Mutex<HashMap<String, Vec<u32>>>,
}

impl StandIns {
    /// By a secret key.
    #[must_use]
    pub fn new(key: &[u8]) -> StandIns {
        StandIns { key: hmac::Key::new(hmac::HMAC_SHA256, key), known: Mutex::default() }
    }

    /// The stand-in for a value. Of an e-mail address the end behind the last dot stays, so that it still looks like one.
    #[must_use]
    pub fn of(&self, value: &str) -> String {
        let kept = match value.rsplit_once('@').and_then(|(_, host)| host.rsplit_once('.')) {
            Some((_, end)) if end.chars().all(|letter| letter.is_ascii_alphabetic()) && end.len() >= 2 => end.len(),
            _ => 0,
        };
        let (front, end) = value.split_at_checked(value.len() - kept).unwrap_or((value, ""));
        let mut out = String::with_capacity(value.len());
        let mut word = Vec::new();
        for letter in front.chars() {
            match Letter::of(letter) {
                Some(known) => word.push(known),
                None => {
                    self.push_word(&mut out, &word);
                    word.clear();
                    out.push(letter);
                }
            }
        }
        self.push_word(&mut out, &word);
        out + end
    }

    fn push_word(&self, out: &mut String, word: &[Letter]) {
        if word.is_empty() {
            return;
        }
        // A number keeps whether it begins with a zero, so that it stays a number.
        let number = word.iter().all(|letter| letter.set == 0x30);
        let radices: Vec<u32> = word
            .iter()
            .enumerate()
            .map(|(at, letter)| match (number && at == 0, letter.index) {
                (true, 0) => 1,
                (true, 1..) => 9,
                _ => letter.radix,
            })
            .collect();
        let offset = u32::from(radices.first() == Some(&9) && number);
        let plain: Vec<u32> =
            word.iter().enumerate().map(|(at, letter)| letter.index - if at == 0 { offset } else { 0 }).collect();
        let sets: Vec<u32> = word.iter().map(|letter| letter.set).collect();
        let folded: String = word.iter().filter_map(|letter| Letter { capital: false, ..*letter }.written()).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mixed = known.entry(folded).or_insert_with(|| self.other(&plain, &radices, &sets));
        for (at, (letter, index)) in word.iter().zip(mixed.iter()).enumerate() {
            let index = index + if at == 0 { offset } else { 0 };
            out.extend(Letter { index, ..*letter }.written());
        }
    }

    /// Another word of the same shape: one step along a cycle through all of them, in an order that only the key knows.
    fn other(&self, plain: &[u32], radices: &[u32], sets: &[u32]) -> Vec<u32> {
        let mut word = plain.to_vec();
        if let ([index], [radix]) = (word.as_mut_slice(), radices) {
            let mut shift = vec![0];
            self.stream(0, &[], (radices, sets), &mut shift);
            let step = if *radix > 1 { 1 + shift.first().copied().unwrap_or_default() % (radix - 1) } else { 0 };
            *index = (*index + step) % radix;
            return word;
        }
        for round in 0..ROUNDS {
            self.round(round, &mut word, (radices, sets), false);
        }
        for (index, radix) in word.iter_mut().zip(radices) {
            *index += 1;
            if *index < *radix {
                break;
            }
            *index = 0;
        }
        for round in (0..ROUNDS).rev() {
            self.round(round, &mut word, (radices, sets), true);
        }
        word
    }

    /// Shifts one half of a word by amounts that follow from the other.
    fn round(&self, round: u8, word: &mut [u32], (radices, sets): (&[u32], &[u32]), back: bool) {
        let middle = word.len() / 2;
        let (left, right) = word.split_at_mut(middle);
        let (left_radices, right_radices) = radices.split_at(middle.min(radices.len()));
        let (half, other, half_radices) = match round % 2 {
            0 => (left, right, left_radices),
            _ => (right, left, right_radices),
        };
        let mut shifts = vec![0; half.len()];
        self.stream(round + 1, other, (radices, sets), &mut shifts);
        for ((index, shift), radix) in half.iter_mut().zip(shifts).zip(half_radices) {
            let shift = shift % radix;
            *index = (*index + if back { radix - shift } else { shift }) % radix;
        }
    }

    /// Numbers that only the key knows.
    fn stream(&self, round: u8, other: &[u32], (radices, sets): (&[u32], &[u32]), out: &mut [u32]) {
        for (block, chunk) in out.chunks_mut(8).enumerate() {
            let mut context = hmac::Context::with_key(&self.key);
            context.update(&[round]);
            let length = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let head = [length(block), length(radices.len()), length(other.len())];
            for number in head.iter().chain(radices).chain(sets).chain(other) {
                context.update(&number.to_be_bytes());
            }
            let tag = context.sign();
            for (place, bytes) in chunk.iter_mut().zip(tag.as_ref().chunks(4)) {
                *place = bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_stand_in_has_the_shape_and_the_lengths_of_its_value_and_no_word_of_it() {
        let stand_ins = StandIns::new(b"key");
        for value in [
            "ada",
            "Ada Lovelace",
            "ada@example.com",
            "+44 7700 900123",
            "Zoë Müller-Łukasik 山田 🚀",
            "Пароль2024",
            "7",
        ] {
            let other = stand_ins.of(value);
            assert_eq!((other.len(), other.chars().count()), (value.len(), value.chars().count()), "{value} {other}");
            for (a, b) in value.split([' ', '@', '.', '-']).zip(other.split([' ', '@', '.', '-'])) {
                assert!(a != b || a == "com" || a == "+", "{value} {other}");
            }
            let classes = |text: &str| {
                text.chars().map(|letter| (letter.is_uppercase(), letter.is_ascii_digit())).collect::<Vec<_>>()
            };
            if value.is_ascii() {
                assert_eq!(classes(value), classes(&other));
            }
            assert_eq!(other, StandIns::new(b"key").of(value));
        }
        assert_eq!(stand_ins.of("ADA").to_lowercase(), stand_ins.of("ada"));
        assert!(stand_ins.of("a@b.example").ends_with(".example"));
        assert!(!stand_ins.of("1024").starts_with('0'));
    }

    #[test]
    fn no_two_values_of_a_shape_share_a_stand_in_and_none_is_its_own() {
        let stand_ins = StandIns::new(b"key");
        let mut seen = HashSet::new();
        for number in 0..10_000 {
            let value = format!("{number:04}");
            let other = stand_ins.of(&value);
            assert_ne!(value, other);
            assert!(seen.insert(other));
        }
        for a in 'a'..='z' {
            for b in 'a'..='z' {
                let value = format!("{a}{b}");
                assert_ne!(stand_ins.of(&value), value);
                assert!(seen.insert(stand_ins.of(&value)));
            }
        }
    }
}
