//! The tokenizer for readers without a contract: tokens one by one, comments left out after the first, and the byte
//! offset at which each ends.

use super::token::Token;
use super::tokenizer::Tokenizer;
use crate::codec::{Advice, Body, Charset, MAX_ITEMS, Note, Runtime};
use std::borrow::Cow;

/// The tokens of a text, and how many more may be returned: chosen, as [`MAX_ITEMS`] is.
pub(crate) struct Tokens<'a>(Tokenizer<'a>, usize);

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Tokens<'a> {
        let body = Body { runtime: Runtime::Core, ..Body::new(text.as_bytes(), Charset::Utf8) };
        Tokens(Tokenizer::new(text, body), MAX_ITEMS)
    }

    /// The next token, perhaps a comment; `None` at the end of the text.
    ///
    /// # Errors
    /// Json.NET's text with path, line and position.
    pub(crate) fn next_or_comment(&mut self) -> Result<Option<Token<'a>>, String> {
        if self.1 == 0 {
            self.0.end();
        }
        self.1 = self.1.saturating_sub(1);
        match self.0.read() {
            Ok(true) => Ok(Some(self.0.token.clone())),
            Ok(false) => Ok(None),
            Err(thrown) => Err(thrown.text),
        }
    }

    /// The next token that is not a comment; `None` at the end of the text.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, String> {
        loop {
            match self.next_or_comment()? {
                Some(Token::Comment) => {}
                other => return Ok(other),
            }
        }
    }

    /// The name of the property at hand.
    pub(crate) fn name(&self) -> Cow<'a, str> {
        self.0.current.name.clone()
    }

    /// Notes that the member at hand was there before.
    pub(crate) fn note_duplicate(&mut self) {
        self.0.note(Advice::JsonDuplicateMember, |path| format!("'{path}' comes more than once; the last one wins."));
    }

    /// The notes so far.
    pub(crate) fn into_notes(self) -> Vec<Note> {
        self.0.notes.into_vec()
    }

    /// Byte offset after the last token.
    pub(crate) fn offset(&self) -> usize {
        self.0.at
    }
}
