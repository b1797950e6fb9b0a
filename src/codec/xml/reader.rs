//! The framework's forward-only XML reader (`XmlUTF8TextReader` as Web API configures it): nesting up to a limit, no
//! document types, no processing instructions. It returns the same nodes in the same pieces, because the serializers'
//! oddities and the positions in their texts follow from them.
//!
//! Quirk: the framework drops what it has consumed and keeps the start tags of the open elements in front of the
//! current token; the line and column of an error count in that buffer, not in the document
//! (docs/spec/admin-users.md §8.2).

use super::chars::{self, SPECIAL_WHITESPACE, TEXT, WHITESPACE};
use super::fault::Fault;
use super::text::{Piece, code_of, utf8};
use crate::codec::MAX_ITEMS;
use std::borrow::Cow;

/// The node that the reader is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Before the first node.
    Initial,
    /// The XML declaration.
    Declaration,
    /// A start tag; `empty` when it closes itself.
    Element {
        /// Whether it closes itself.
        empty: bool,
    },
    /// An end tag.
    EndElement,
    /// A piece of character data.
    Text(Piece),
    /// A piece of white space.
    Whitespace(Piece),
    /// A CDATA section.
    CData(Piece),
    /// A comment.
    Comment(Piece),
    /// After the last node.
    EndOfFile,
}

/// A range of the document.
pub type Range = (usize, usize);

/// An element whose end has not been passed.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    /// The start tag with its brackets.
    pub tag: Range,
    /// The name as written.
    pub name: Range,
    /// The prefix.
    pub prefix: Range,
    /// The name without prefix.
    pub local: Range,
    /// The namespace: an index of the bindings, or `None` for no namespace.
    pub namespace: Scope,
    /// How many bindings were in force before it.
    pub bindings: usize,
}

/// An attribute of the current element, namespace declarations aside.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub(super) prefix: Range,
    pub(super) local: Range,
    pub(super) value: Range,
    pub(super) namespace: Scope,
}

/// The namespace of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// No namespace.
    None,
    /// The namespace of the prefix `xml`.
    Xml,
    /// A declared one.
    Bound(usize),
}

/// A namespace declaration in force.
#[derive(Debug)]
pub struct Binding<'a> {
    pub(super) prefix: &'a [u8],
    pub(super) uri: Cow<'a, [u8]>,
}

/// The reader over a document in UTF-8.
pub struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) token: usize,
    pub(super) node: Node,
    pub(super) open: Vec<Open>,
    pub(super) bindings: Vec<Binding<'a>>,
    pub(super) attributes: Vec<Attribute>,
    /// Where the last start tag or declaration began, and how far the last text made the framework look ahead.
    tag_from: usize,
    text_to: usize,
    seen_root: bool,
    leaving: bool,
    max_depth: usize,
    items_left: usize,
}

/// The longest piece of text returned at once, in bytes.
const TEXT_CHUNK: usize = 2048;

/// The framework reads a tag from the network in blocks of this many bytes.
const TAG_BLOCK: usize = 128;

impl<'a> Reader<'a> {
    /// A reader before the first node.
    #[must_use]
    pub fn new(bytes: &'a [u8], max_depth: usize) -> Reader<'a> {
        Reader {
            bytes,
            at: 0,
            token: 0,
            node: Node::Initial,
            open: Vec::new(),
            bindings: Vec::new(),
            attributes: Vec::new(),
            tag_from: 0,
            text_to: 0,
            seen_root: false,
            leaving: false,
            max_depth,
            items_left: MAX_ITEMS,
        }
    }

    /// The node that the reader is on.
    #[must_use]
    pub fn node(&self) -> Node {
        self.node
    }

    /// Counts an item of a list.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn count_item(&mut self) -> Result<(), Fault> {
        let too_many = || Fault::serializer(format!("The lists of the body hold more than {MAX_ITEMS} items."));
        self.items_left = self.items_left.checked_sub(1).ok_or_else(too_many)?;
        Ok(())
    }

    /// Moves to the next node; `false` at the end.
    ///
    /// # Errors
    /// On anything that is not well-formed.
    pub fn read(&mut self) -> Result<bool, Fault> {
        if std::mem::take(&mut self.leaving) {
            self.leave();
        }
        self.token = self.at;
        let Some(byte) = self.peek() else {
            if !self.open.is_empty() {
                return Err(self.end_of_file());
            }
            self.node = Node::EndOfFile;
            return Ok(false);
        };
        match byte {
            b'<' => {
                self.at += 1;
                self.markup()?;
            }
            _ if chars::is(byte, SPECIAL_WHITESPACE) => self.whitespace(),
            b'\r' => {
                self.at += 1;
                if self.peek() == Some(b'\n') {
                    self.whitespace();
                } else {
                    self.node = Node::Text(Piece::Code(u32::from(b'\n')));
                }
            }
            _ if self.open.is_empty() => return Err(self.fault("The data at the root level is invalid.")),
            _ if chars::is(byte, TEXT) => self.text(false)?,
            b'&' => {
                let code = self.reference()?;
                let blank = u8::try_from(code).is_ok_and(|byte| chars::is(byte, WHITESPACE));
                self.node = if blank { Node::Whitespace(Piece::Code(code)) } else { Node::Text(Piece::Code(code)) };
            }
            b']' => {
                if self.ahead(3)? == b"]]>" {
                    return Err(self.fault("']]>' not valid in text node content."));
                }
                self.at += 1;
                self.node = Node::Text(Piece::Code(u32::from(b']')));
            }
            0xEF => self.text(true)?,
            _ => return Err(self.invalid_byte(byte)),
        }
        Ok(true)
    }

    /// The markup after `<`.
    fn markup(&mut self) -> Result<(), Fault> {
        match self.must_peek()? {
            b'/' => self.end_tag(),
            b'!' => {
                self.at += 1;
                if self.must_peek()? == b'-' {
                    return self.comment();
                }
                if self.open.is_empty() {
                    return Err(self.fault("CData elements not valid at top level of an XML document."));
                }
                self.cdata()
            }
            b'?' => self.declaration(),
            _ => self.start_element(),
        }
    }

    fn start_element(&mut self) -> Result<(), Fault> {
        if self.open.is_empty() && std::mem::replace(&mut self.seen_root, true) {
            return Err(self.fault("There are multiple root elements."));
        }
        if self.open.len() >= self.max_depth {
            return Err(self.fault(&format!(
                "The maximum read depth ({}) has been exceeded because XML data being read has more levels of \
                 nesting than is allowed by the quota. This quota may be increased by changing the MaxDepth property \
                 on the XmlDictionaryReaderQuotas object used when creating the XML reader.",
                self.max_depth
            )));
        }
        self.node = Node::Element { empty: false };
        self.tag_from = self.at;
        self.leaving = self.start_tag()?;
        self.node = Node::Element { empty: self.leaving };
        Ok(())
    }

    fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            self.bindings.truncate(open.bindings);
        }
    }

    fn end_tag(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let (from, to) = self.open.last().map_or((0, 0), |open| open.name);
        let expected = self.slice(from, to);
        if self.ahead(expected.len())? != expected {
            // Quirk: the framework takes only what it has buffered for the name, so the text may quote a part of it
            // (oracle: D-xml-text).
            let buffered = self.buffered().max(self.at + expected.len());
            let (prefix, local) = self.qualified_name_within(buffered)?;
            let found = self.qualified(prefix, local);
            let expected = self.open.last().map(|open| self.qualified(open.prefix, open.local)).unwrap_or_default();
            return Err(self.fault(&format!("Start element '{expected}' does not match end element '{found}'.")));
        }
        self.at += expected.len();
        if self.must_peek()? != b'>' {
            self.skip_blanks();
            self.expect(b'>')?;
        }
        self.at += 1;
        if self.open.is_empty() {
            return Err(self.fault("The input source is not correctly formatted."));
        }
        self.node = Node::EndElement;
        self.leaving = true;
        Ok(())
    }

    /// How far the framework has read ahead: to the end of the block in which the last tag ends, or a chunk from the
    /// beginning of the last text.
    fn buffered(&self) -> usize {
        let rest = self.bytes.get(self.tag_from..).unwrap_or_default();
        let mut quote = None;
        let end = rest.iter().position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(*byte);
                false
            }
            (Some(open), close) if open == *close => {
                quote = None;
                false
            }
            _ => false,
        });
        let blocks = end.map_or(rest.len(), |end| (end / TAG_BLOCK + 1) * TAG_BLOCK);
        (self.tag_from + blocks).max(self.text_to).min(self.bytes.len())
    }

    fn declaration(&mut self) -> Result<(), Fault> {
        self.tag_from = self.at;
        let head = self.ahead(5)?;
        if !head.starts_with(b"?xml") || !head.last().is_some_and(|byte| chars::is(*byte, WHITESPACE)) {
            return Err(
                self.fault("Processing instructions (other than the XML declaration) and DTDs are not supported.")
            );
        }
        if self.node != Node::Initial {
            return Err(self.fault("No characters can appear before the XML declaration."));
        }
        self.at += 5;
        self.skip_blanks();
        let start = self.at;
        self.attributes()?;
        let end = self.ahead(2)?;
        if end != b"?>" {
            let found = String::from_utf8_lossy(end).into_owned();
            return Err(self.token_expected("?>", &found));
        }
        self.at += 2;
        self.check_declaration(start, self.bindings.len())?;
        self.node = Node::Declaration;
        Ok(())
    }

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
        self.text_to = self.at + TEXT_CHUNK;
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
        self.text_to = self.at + TEXT_CHUNK;
        self.node = Node::Text(Piece::Run(self.at, self.at + run));
        self.at += run;
        Ok(())
    }

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

    /// An error with line and position.
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

    pub(super) fn text_run(&self, from: usize, to: usize) -> Result<&'a str, Fault> {
        utf8(self.slice(from, to))
    }

    /// Passes a reference that begins here and returns its code point.
    fn reference(&mut self) -> Result<u32, Fault> {
        let start = self.at;
        self.skip_reference()?;
        let end = std::mem::replace(&mut self.at, start);
        let code = self.code_of(start, end)?;
        self.at = end;
        Ok(code)
    }

    /// Passes a reference that begins here, whatever it says.
    pub(super) fn skip_reference(&mut self) -> Result<(), Fault> {
        let length = self.rest().iter().position(|byte| *byte == b';');
        self.at = length.map_or(self.bytes.len(), |length| self.at + length + 1);
        if length.is_none() { Err(self.end_of_file()) } else { Ok(()) }
    }

    /// The code point of the reference from `&` to the index after its `;`.
    pub(super) fn code_of(&self, start: usize, end: usize) -> Result<u32, Fault> {
        let name = self.slice(start + 1, end.saturating_sub(1));
        code_of(name).ok_or_else(|| self.fault("Character reference not valid."))
    }
}

/// Shortens a run that would end inside a UTF-8 sequence. One that cannot be shortened is not UTF-8 and stays whole.
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
