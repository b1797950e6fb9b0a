//! Character data, CDATA and comments, in the pieces in which the framework hands them out.

use super::chars::{self, SPECIAL_WHITESPACE, TEXT};
use super::fault::Fault;
use super::reader::{Node, Piece, Reader};

/// The longest piece of text handed out at once.
const TEXT_CHUNK: usize = 2048;

impl Reader<'_> {
    pub(super) fn comment(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let second = self.must_peek()?;
        if second != b'-' {
            return Err(self.token_expected("--", &char::from(second).to_string()));
        }
        self.at += 1;
        let start = self.at;
        loop {
            match self.must_peek()? {
                b'-' => match self.ahead(3)? {
                    b"-->" => break,
                    [b'-', b'-', _] => {
                        return Err(self.fault("XML comments cannot contain '--' or end with '-'."));
                    }
                    _ => self.at += 1,
                },
                0xEF => self.skip_three()?,
                byte if chars::is(byte, chars::COMMENT) => self.at += 1,
                byte => return Err(self.invalid_byte(byte)),
            }
        }
        self.node = Node::Comment(Piece::Run(start, self.at));
        self.at += 3;
        Ok(())
    }

    pub(super) fn cdata(&mut self) -> Result<(), Fault> {
        let head = self.ahead(7)?;
        if head != b"[CDATA[" {
            let found = String::from_utf8_lossy(head).into_owned();
            return Err(self.token_expected("[CDATA[", &found));
        }
        self.at += 7;
        let start = self.at;
        loop {
            match self.must_peek()? {
                b']' if self.ahead(3)? == b"]]>" => break,
                0xEF => self.skip_three()?,
                _ => self.at += 1,
            }
        }
        self.node = Node::CData(Piece::Run(start, self.at));
        self.at += 3;
        Ok(())
    }

    pub(super) fn whitespace(&mut self) {
        let run = self.rest().iter().take(TEXT_CHUNK).take_while(|byte| chars::is(**byte, SPECIAL_WHITESPACE)).count();
        self.node = Node::Whitespace(Piece::Run(self.at, self.at + run));
        self.at += run;
    }

    /// A run of text, `watched` when it begins with the byte that may begin U+FFFE or U+FFFF.
    pub(super) fn text(&mut self, watched: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let mut run = 0;
        while let Some(byte) = rest.get(run).filter(|_| run < TEXT_CHUNK) {
            if *byte == 0xEF && watched {
                match rest.get(run..run + 3) {
                    Some([_, 0xBF, 0xBE | 0xBF]) => return Err(self.no_characters()),
                    Some(_) => run += 3,
                    None if run > 0 => break,
                    None => return Err(self.end_of_file()),
                }
            } else if chars::is(*byte, TEXT) {
                run += 1;
            } else {
                break;
            }
        }
        let run = unbroken(rest, run);
        self.node = Node::Text(Piece::Run(self.at, self.at + run));
        self.at += run;
        Ok(())
    }
}

/// Shortens a run that would end inside a UTF-8 sequence. One that cannot be shortened is no UTF-8 and stays whole.
fn unbroken(rest: &[u8], run: usize) -> usize {
    let byte = |at: usize| rest.get(at).copied().unwrap_or_default();
    if run == 0 || byte(run - 1) < 0x80 {
        return run;
    }
    let lead = (1..run).rev().find(|at| byte(*at) & 0xC0 == 0xC0);
    match lead {
        Some(lead) => match byte(lead).leading_ones() as usize {
            2..=4 => {
                if lead + byte(lead).leading_ones() as usize == run {
                    run
                } else {
                    lead
                }
            }
            _ => run,
        },
        None => run,
    }
}
