//! The framework's forward-only XML reader (`XmlUTF8TextReader` as Web API configures it): nesting up to a limit, no
//! document types, no processing instructions. It hands out the same nodes in the same pieces, because the serializers'
//! oddities and the positions in their texts follow from them.

use super::chars::{self, SPECIAL_WHITESPACE, TEXT, WHITESPACE};
use super::fault::Fault;
use super::namespaces::Binding;
use super::tag::{Attribute, Open};
use crate::codec::MAX_ITEMS;

/// The node that the reader stands on.
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

/// The content of a text node: a run of bytes of the document, or one UTF-16 unit or code point of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// From one index to another.
    Run(usize, usize),
    /// A code point, perhaps half a surrogate pair.
    Code(u32),
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
    seen_root: bool,
    leaving: bool,
    max_depth: usize,
    items_left: usize,
}

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
            seen_root: false,
            leaving: false,
            max_depth,
            items_left: MAX_ITEMS,
        }
    }

    /// The node that the reader stands on.
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

    /// What follows `<`.
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
            let (prefix, local) = self.qualified_name()?;
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

    fn declaration(&mut self) -> Result<(), Fault> {
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
        self.attributes()?;
        let end = self.ahead(2)?;
        if end != b"?>" {
            let found = String::from_utf8_lossy(end).into_owned();
            return Err(self.token_expected("?>", &found));
        }
        self.at += 2;
        self.node = Node::Declaration;
        Ok(())
    }
}
