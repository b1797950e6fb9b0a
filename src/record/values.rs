//! The values that a recording must not show, and where else they stand: a name that one answer has as a member is also
//! in paths, in queries and in sentences of other exchanges.

use super::stand_in::{StandIns, folded, is_of_a_word};
use std::collections::{HashMap, HashSet};

/// Values with fewer letters than this are hidden where they were found and nowhere else: they are words of anything.
const SHORTEST: usize = 3;
/// The same for numbers.
const SHORTEST_NUMBER: usize = 5;

/// What was learnt.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Values by their first words, both without case: what stands in front of the word, and the whole.
    by_word: HashMap<String, Vec<(usize, Vec<char>)>>,
    known: HashSet<String>,
    /// How often something was learnt.
    pub learnt: usize,
}

impl Values {
    /// Learns a value, unless it is a word of the services' own.
    pub(super) fn learn(&mut self, value: &str, is_common: impl Fn(&str) -> bool) {
        let whole: Vec<char> = value.chars().map(folded).collect();
        let text: String = whole.iter().collect();
        let words = whole.iter().filter(|letter| is_of_a_word(**letter)).count();
        let number = whole.iter().filter(|letter| is_of_a_word(**letter)).all(char::is_ascii_digit);
        let least = if number { SHORTEST_NUMBER } else { SHORTEST };
        if words < least || is_common(&text) || !self.known.insert(text) {
            return;
        }
        let front = whole.iter().take_while(|letter| !is_of_a_word(**letter)).count();
        let word: String = whole.iter().skip(front).take_while(|letter| is_of_a_word(**letter)).collect();
        self.by_word.entry(word).or_default().push((front, whole));
        self.learnt += 1;
    }

    /// A text with stand-ins in the places of known values and, `by_shape`, of e-mail addresses and signed tokens; `None`
    /// without any.
    pub(super) fn hidden(&self, text: &str, stand_ins: &StandIns, by_shape: bool) -> Option<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut out: Vec<char> = Vec::with_capacity(letters.len());
        let mut at = 0;
        let mut changed = false;
        while at < letters.len() {
            let begins = letters.get(at).is_some_and(|letter| is_of_a_word(*letter))
                && !(at > 0 && letters.get(at - 1).is_some_and(|letter| is_of_a_word(*letter)));
            let found = if begins { self.at_word(&letters, at, by_shape) } else { None };
            match found {
                Some((from, to)) => {
                    let value: String = letters.get(from..to).unwrap_or_default().iter().collect();
                    out.truncate(from);
                    out.extend(stand_ins.of(&value).chars());
                    changed = true;
                    at = to;
                }
                None => {
                    out.extend(letters.get(at));
                    at += 1;
                }
            }
        }
        // Stand-ins have as many letters as values, so places in both texts are the same.
        (changed && out.len() == letters.len()).then(|| out.into_iter().collect())
    }

    /// The value whose first word begins here.
    fn at_word(&self, letters: &[char], at: usize, by_shape: bool) -> Option<(usize, usize)> {
        let word: String =
            letters.iter().skip(at).take_while(|letter| is_of_a_word(**letter)).map(|letter| folded(*letter)).collect();
        let known = self.by_word.get(&word).into_iter().flatten().filter_map(|(front, whole)| {
            let from = at.checked_sub(*front)?;
            let to = from + whole.len();
            let same = letters.get(from..to)?.iter().map(|letter| folded(*letter)).eq(whole.iter().copied());
            let ends = |place: Option<&char>| place.is_none_or(|letter| !is_of_a_word(*letter));
            let last_is_word = whole.last().is_some_and(|letter| is_of_a_word(*letter));
            (same && (!last_is_word || ends(letters.get(to)))).then_some((from, to))
        });
        let known = known.max_by_key(|(_, to)| *to);
        let shaped = || [address(letters, at), token(letters, at)];
        let shaped = if by_shape { shaped() } else { [None, None] };
        shaped.into_iter().chain([known]).flatten().max_by_key(|(_, to)| *to)
    }
}

/// An e-mail address that begins at a place.
fn address(letters: &[char], at: usize) -> Option<(usize, usize)> {
    let local = |letter: char| is_of_a_word(letter) || ".!#$&*+-_~".contains(letter);
    let host = |letter: char| is_of_a_word(letter) || ".-".contains(letter);
    let length =
        |from: usize, of: &dyn Fn(char) -> bool| letters.iter().skip(from).take_while(|letter| of(**letter)).count();
    let sign = at + length(at, &local);
    if letters.get(sign) != Some(&'@') {
        return None;
    }
    let mut end = sign + 1 + length(sign + 1, &host);
    while letters.get(end - 1).is_some_and(|letter| ".-".contains(*letter)) {
        end -= 1;
    }
    let has_dot = letters.get(sign + 1..end)?.contains(&'.');
    has_dot.then_some((at, end))
}

/// A signed token in three parts.
fn token(letters: &[char], at: usize) -> Option<(usize, usize)> {
    if !letters.get(at..at + 3)?.iter().eq(['e', 'y', 'J'].iter()) {
        return None;
    }
    let part = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let length = letters.iter().skip(at).take_while(|letter| part(**letter)).count();
    let dots = letters.get(at..at + length)?.iter().filter(|letter| **letter == '.').count();
    (length >= 30 && dots >= 2).then_some((at, at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_value_is_hidden_wherever_it_is_a_whole_word() {
        let stand_ins = StandIns::new(b"key");
        let mut values = Values::default();
        for value in ["ada", "Ada Lovelace", "+44 7700 900123", "true", "7"] {
            values.learn(value, |word| word == "true");
        }
        let hidden = |text: &str| values.hidden(text, &stand_ins, true).unwrap_or_else(|| text.to_owned());
        assert_eq!(hidden("user ADA, adam"), format!("user {}, adam", stand_ins.of("ADA")));
        assert_eq!(
            hidden("'Ada Lovelace' +44 7700 900123."),
            format!("'{}' {}.", stand_ins.of("Ada Lovelace"), stand_ins.of("+44 7700 900123"))
        );
        assert_eq!(hidden("true 7 nothing"), "true 7 nothing");
        let mail = "x.y@mail.example.com";
        assert_eq!(hidden(&format!("<{mail}>.")), format!("<{}>.", stand_ins.of(mail)));
    }
}
