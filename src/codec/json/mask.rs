//! Masks JSON as lenient as Json.NET reads it: either quote, names without quotes, comments.

use crate::codec::mask::{IsSecret, MASK, Shape};
use std::borrow::Cow;
use std::iter::Peekable;
use std::str::CharIndices;

struct Scanner<'a> {
    text: &'a str,
    letters: Peekable<CharIndices<'a>>,
    out: String,
    /// Depth of brackets, and the depth at which a secret's own brackets began.
    depth: usize,
    secret_from: Option<usize>,
    /// Whether the value of the current member is a secret, and whether it is one if it is a text.
    next_is_secret: bool,
    next_text_is_secret: bool,
    /// Whether the current member is a `path`.
    in_path: bool,
    /// Whether a JSON Pointer to a secret was found.
    points_at_secret: bool,
    is_secret: IsSecret<'a>,
}

pub(super) fn hide(text: &str, is_secret: IsSecret<'_>) -> String {
    let (masked, points_at_secret) = scan(text, is_secret);
    if !points_at_secret {
        return masked;
    }
    // A JSON Patch names its target in one member, and the secret stands in another, perhaps before it.
    scan(text, &|name, shape| name.eq_ignore_ascii_case("value") || is_secret(name, shape)).0
}

fn scan(text: &str, is_secret: IsSecret<'_>) -> (String, bool) {
    let mut scanner = Scanner {
        text,
        letters: text.char_indices().peekable(),
        out: String::with_capacity(text.len()),
        depth: 0,
        secret_from: None,
        next_is_secret: false,
        next_text_is_secret: false,
        in_path: false,
        points_at_secret: false,
        is_secret,
    };
    while let Some((at, letter)) = scanner.letters.next() {
        scanner.step(at, letter);
    }
    (scanner.out, scanner.points_at_secret)
}

impl<'a> Scanner<'a> {
    fn step(&mut self, at: usize, letter: char) {
        match letter {
            '"' | '\'' => self.quoted(at, letter),
            '/' => self.comment(at),
            // A constructor has brackets as well: `new Name("…")`.
            '{' | '[' | '(' => {
                self.depth += 1;
                if self.next_is_secret && self.secret_from.is_none() {
                    self.secret_from = Some(self.depth);
                }
                self.value_ended();
                self.out.push(letter);
            }
            '}' | ']' | ')' => {
                if self.secret_from == Some(self.depth) {
                    self.secret_from = None;
                }
                self.depth = self.depth.saturating_sub(1);
                self.value_ended();
                self.out.push(letter);
            }
            ',' => {
                self.value_ended();
                self.out.push(letter);
            }
            letter if letter == ':' || letter.is_whitespace() => self.out.push(letter),
            _ => self.word(at),
        }
    }

    fn value_ended(&mut self) {
        (self.next_is_secret, self.next_text_is_secret, self.in_path) = (false, false, false);
    }

    /// A member's name.
    fn named(&mut self, name: &str) {
        self.next_is_secret = (self.is_secret)(name, Shape::Any);
        self.next_text_is_secret = (self.is_secret)(name, Shape::Text);
        self.in_path = name.eq_ignore_ascii_case("path");
    }

    /// The text from a place to where the scanner is.
    fn since(&mut self, at: usize) -> &'a str {
        let end = self.letters.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text.get(at..end).unwrap_or_default()
    }

    fn quoted(&mut self, at: usize, quote: char) {
        let mut closed = false;
        while let Some((_, letter)) = self.letters.next() {
            if letter == '\\' {
                self.letters.next();
            } else if letter == quote {
                closed = true;
                break;
            }
        }
        let token = self.since(at);
        if closed && self.is_name() {
            self.named(&plain(token.trim_matches(quote)));
            self.out.push_str(token);
            return;
        }
        let text = plain(token.trim_matches(quote));
        if (self.in_path || text.starts_with('/')) && text.split('/').any(|part| (self.is_secret)(part, Shape::Text)) {
            self.points_at_secret = true;
        }
        if self.hidden() || self.next_text_is_secret {
            self.out.push(quote);
            self.out.push_str(MASK);
            if closed {
                self.out.push(quote);
            }
        } else {
            self.out.push_str(token);
        }
    }

    /// A bare name, number or literal.
    fn word(&mut self, at: usize) {
        let ends = |letter: char| letter.is_whitespace() || ",:{}[]()\"'/".contains(letter);
        while self.letters.next_if(|(_, letter)| !ends(*letter)).is_some() {}
        let token = self.since(at);
        if self.is_name() {
            // The reader refuses an escape in a bare name; whoever reads the journal does not.
            self.named(&plain(token));
            self.out.push_str(token);
        } else if self.hidden() && !matches!(token, "null" | "true" | "false" | "new") {
            self.out.push('0');
        } else {
            self.out.push_str(token);
        }
    }

    fn comment(&mut self, at: usize) {
        if self.letters.next_if(|(_, letter)| *letter == '*').is_some() {
            let mut star = false;
            for (_, letter) in self.letters.by_ref() {
                if star && letter == '/' {
                    break;
                }
                star = letter == '*';
            }
        } else if self.letters.next_if(|(_, letter)| *letter == '/').is_some() {
            while self.letters.next_if(|(_, letter)| !matches!(letter, '\n' | '\r')).is_some() {}
        }
        let token = self.since(at);
        self.out.push_str(token);
    }

    /// Whether a colon follows, comments and blanks aside.
    fn is_name(&mut self) -> bool {
        let at = self.letters.peek().map_or(self.text.len(), |(at, _)| *at);
        let mut rest = self.text.get(at..).unwrap_or_default().trim_start();
        loop {
            let behind = match rest.strip_prefix("/*") {
                Some(comment) => comment.split_once("*/"),
                None => rest.strip_prefix("//").and_then(|comment| comment.split_once(['\n', '\r'])),
            };
            match behind {
                Some((_, after)) => rest = after.trim_start(),
                None => break,
            }
        }
        rest.starts_with(':')
    }

    fn hidden(&self) -> bool {
        self.next_is_secret || self.secret_from.is_some()
    }
}

/// A name with its escapes undone, as far as letters can hide behind them.
fn plain(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') {
        return Cow::Borrowed(name);
    }
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("\\u") {
        plain.push_str(before);
        let letter = after.get(..4).and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        plain.extend(letter);
        rest = after.get(4..).unwrap_or_default();
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}
