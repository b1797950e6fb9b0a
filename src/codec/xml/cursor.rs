//! The bytes ahead, and the position that error texts print. The framework drops what it has consumed and keeps the
//! start tags of the open elements in front of the current token; line and column count in that buffer, not in the
//! document (quirk: spec/admin-users.md §8.2).

use super::chars::{self, WHITESPACE};
use super::fault::Fault;
use super::reader::Reader;

impl<'a> Reader<'a> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn must_peek(&self) -> Result<u8, Fault> {
        self.peek().ok_or_else(|| self.end_of_file())
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The next bytes, all of them.
    pub(super) fn ahead(&self, count: usize) -> Result<&'a [u8], Fault> {
        self.rest().get(..count).ok_or_else(|| self.end_of_file())
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| chars::is(byte, WHITESPACE)) {
            self.at += 1;
        }
    }

    /// Passes a character that begins with 0xEF.
    pub(super) fn skip_three(&mut self) -> Result<(), Fault> {
        if matches!(self.ahead(3)?, [_, 0xBF, 0xBE | 0xBF]) {
            return Err(self.no_characters());
        }
        self.at += 3;
        Ok(())
    }

    pub(super) fn expect(&self, wanted: u8) -> Result<(), Fault> {
        let found = self.must_peek()?;
        if found == wanted {
            return Ok(());
        }
        Err(self.token_expected(&char::from(wanted).to_string(), &char::from(found).to_string()))
    }

    /// A complaint with line and position.
    pub fn fault(&self, message: &str) -> Fault {
        let (line, position) = self.position();
        Fault::reader(format!("{message} Line {line}, position {position}."))
    }

    pub(super) fn token_expected(&self, wanted: &str, found: &str) -> Fault {
        self.fault(&format!("The token '{wanted}' was expected but found '{found}'."))
    }

    pub(super) fn no_characters(&self) -> Fault {
        self.fault("Characters with hexadecimal values 0xFFFE and 0xFFFF are not valid.")
    }

    pub(super) fn invalid_byte(&self, byte: u8) -> Fault {
        self.fault(&format!("The byte 0x{byte:02X} is not valid at this location."))
    }

    pub(super) fn end_of_file(&self) -> Fault {
        let names: Vec<_> = self.open.iter().rev().map(|open| self.text_of(open.local)).collect();
        let names = names.join(", ");
        self.fault(&format!("Unexpected end of file. Following elements are not closed: {names}."))
    }

    pub(super) fn text_of(&self, (from, to): (usize, usize)) -> String {
        String::from_utf8_lossy(self.slice(from, to)).into_owned()
    }

    /// Line and column in the framework's buffer, both from 1.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        // The start tag being read is the token itself.
        let inside = usize::from(self.open.last().is_some_and(|open| open.tag.0 == self.token));
        let above = self.open.iter().take(self.open.len().saturating_sub(inside));
        let mut window: Vec<u8> = above.flat_map(|open| self.slice(open.tag.0, open.tag.1)).copied().collect();
        window.extend_from_slice(self.slice(self.token, self.at));
        let (mut line, mut start, mut at) = (1, 0, 0);
        while let Some(byte) = window.get(at) {
            at += 1;
            if matches!(byte, b'\r' | b'\n') {
                if window.get(at) == Some(&b'\n') {
                    at += 1;
                }
                if at < window.len() {
                    line += 1;
                    start = at;
                }
            }
        }
        (line, window.len() - start + 1)
    }
}
