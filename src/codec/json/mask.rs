//! Masks JSON as lenient as Json.NET reads it: either quote, names without quotes, comments.

use crate::codec::mask::{IsSecret, MASK};
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
    /// Whether the next value belongs to a secret member.
    next_is_secret: bool,
    is_secret: IsSecret<'a>,
}

pub(super) fn hide(text: &str, is_secret: IsSecret<'_>) -> String {
    let mut scanner = Scanner {
        text,
        letters: text.char_indices().peekable(),
        out: String::with_capacity(text.len()),
        depth: 0,
        secret_from: None,
        next_is_secret: false,
        is_secret,
    };
    while let Some((at, letter)) = scanner.letters.next() {
        scanner.step(at, letter);
    }
    scanner.out
}

impl<'a> Scanner<'a> {
    fn step(&mut self, at: usize, letter: char) {
        match letter {
            '"' | '\'' => self.quoted(at, letter),
            '/' => self.comment(at),
            '{' | '[' => {
                self.depth += 1;
                if std::mem::take(&mut self.next_is_secret) && self.secret_from.is_none() {
                    self.secret_from = Some(self.depth);
                }
                self.out.push(letter);
            }
            '}' | ']' => {
                if self.secret_from == Some(self.depth) {
                    self.secret_from = None;
                }
                self.depth = self.depth.saturating_sub(1);
                self.next_is_secret = false;
                self.out.push(letter);
            }
            ',' => {
                self.next_is_secret = false;
                self.out.push(letter);
            }
            letter if letter == ':' || letter.is_whitespace() => self.out.push(letter),
            _ => self.word(at),
        }
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
            self.next_is_secret = (self.is_secret)(&plain(token.trim_matches(quote)));
            self.out.push_str(token);
        } else if self.hidden() {
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
        let ends = |letter: char| letter.is_whitespace() || ",:{}[]\"'/".contains(letter);
        while self.letters.next_if(|(_, letter)| !ends(*letter)).is_some() {}
        let token = self.since(at);
        if self.is_name() {
            self.next_is_secret = (self.is_secret)(token);
            self.out.push_str(token);
        } else if self.hidden() && !matches!(token, "null" | "true" | "false") {
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
            while self.letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
        }
        let token = self.since(at);
        self.out.push_str(token);
    }

    /// Whether a colon follows, comments and blanks aside.
    fn is_name(&mut self) -> bool {
        let at = self.letters.peek().map_or(self.text.len(), |(at, _)| *at);
        let mut rest = self.text.get(at..).unwrap_or_default().trim_start();
        // Bounded: no real request has a name followed by many comments.
        for _ in 0..4 {
            match rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
                Some((_, after)) => rest = after.trim_start(),
                None => break,
            }
        }
        rest.starts_with(':')
    }

    fn hidden(&mut self) -> bool {
        std::mem::take(&mut self.next_is_secret) || self.secret_from.is_some()
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
