//! Walking: what the serializers ask of the reader. The steps are the framework's, one node at a time, because some
//! of its oddities (an element inside a text ends the parent early in XmlSerializer) follow from nothing else.

use super::chars;
use super::fault::Fault;
use super::reader::{Node, Reader};
use super::text::{Piece, TextBuilder, bad_utf8};
use std::borrow::Cow;

/// The text of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content<'a> {
    /// The text; U+FFFD stands for a lone surrogate.
    pub text: Cow<'a, str>,
    /// Whether it contains a lone surrogate.
    pub ill_formed: bool,
}

impl<'a> Reader<'a> {
    /// Passes white space and comments up to a tag or a text that is not blank.
    ///
    /// # Errors
    /// On anything that is not well-formed.
    pub fn move_to_content(&mut self) -> Result<Node, Fault> {
        loop {
            match self.node {
                Node::Element { .. } | Node::EndElement => break,
                Node::Text(piece) | Node::CData(piece) if !self.is_blank(piece) => break,
                _ => {}
            }
            if !self.read()? {
                break;
            }
        }
        Ok(self.node)
    }

    fn is_blank(&self, piece: Piece) -> bool {
        match piece {
            Piece::Run(from, to) => chars::is_blank(self.slice(from, to)),
            Piece::Code(code) => u8::try_from(code).is_ok_and(|byte| chars::is(byte, chars::WHITESPACE)),
        }
    }

    /// Passes the current element with its content.
    ///
    /// # Errors
    /// On anything that is not well-formed.
    pub fn skip(&mut self) -> Result<(), Fault> {
        if self.node == (Node::Element { empty: false }) {
            let depth = self.open.len();
            while self.read()? {
                if self.node == Node::EndElement && self.open.len() == depth {
                    break;
                }
            }
        }
        self.read()?;
        Ok(())
    }

    /// Passes an end tag, and blanks and comments before it.
    ///
    /// # Errors
    /// When something else follows.
    pub fn read_end_element(&mut self) -> Result<(), Fault> {
        if self.move_to_content()? != Node::EndElement {
            return Err(self.end_element_expected());
        }
        self.read()?;
        Ok(())
    }

    fn end_element_expected(&self) -> Fault {
        let inside = usize::from(matches!(self.node, Node::Element { .. }));
        let parent = self.open.len().checked_sub(inside + 1).and_then(|at| self.open.get(at));
        let Some(parent) = parent else { return Fault::serializer("No corresponding start element is open.") };
        let quoted = |piece| {
            let mut text = TextBuilder::default();
            let pushed = text.push(self.bytes, piece);
            pushed.map(|()| text.finish().unwrap_or_else(|lossy| lossy)).unwrap_or_default()
        };
        let found = match self.node {
            Node::Element { .. } => {
                let namespace = String::from_utf8_lossy(self.namespace());
                format!("element '{}' from namespace '{namespace}'", self.written_name())
            }
            Node::CData(piece) => format!("cdata '{}'", quoted(piece)),
            Node::Text(piece) | Node::Whitespace(piece) => format!("text '{}'", quoted(piece)),
            _ => "end of file".to_owned(),
        };
        let (name, namespace) = (self.text_of(parent.local), String::from_utf8_lossy(self.uri(parent.namespace)));
        self.fault(&format!("End element '{name}' from namespace '{namespace}' expected. Found {found}."))
    }

    /// The text of the current element, comments left out, and moves past its end.
    ///
    /// # Errors
    /// On a child element, on bytes that are not UTF-8, and on anything that is not well-formed.
    pub fn element_content(&mut self) -> Result<Content<'a>, Fault> {
        if self.node == (Node::Element { empty: true }) {
            self.read()?;
            return Ok(Content { text: Cow::Borrowed(""), ill_formed: false });
        }
        self.read()?;
        let content = self.content(true)?;
        self.read_end_element()?;
        Ok(content)
    }

    /// The text of the current element, which stays open: the reader stops where the text ends. A text that the end tag
    /// follows is returned before that tag is looked at, so that a conversion fails first; being converted straight
    /// from its bytes, it is quoted whole when they are not UTF-8.
    ///
    /// # Errors
    /// On bytes that are not UTF-8, and on anything that is not well-formed.
    pub fn open_content(&mut self) -> Result<Content<'a>, Fault> {
        self.read()?;
        if let (Node::Text(Piece::Run(from, to)), [b'<', next, ..]) = (self.node, self.rest())
            && *next != b'!'
        {
            let bytes = self.slice(from, to);
            let text = std::str::from_utf8(bytes).map_err(|_| bad_utf8(bytes))?;
            return Ok(Content { text: Cow::Borrowed(text), ill_formed: false });
        }
        self.content(true)
    }

    /// Passes the rest of a text and the end tag of its element.
    ///
    /// # Errors
    /// When something else follows.
    pub fn close_content(&mut self) -> Result<(), Fault> {
        if matches!(self.node, Node::Text(_)) {
            self.read()?;
        }
        self.read_end_element()
    }

    /// The text of the current element up to the first comment or child. Quirk: a child that comes first is entered,
    /// and its end tag taken for the element's own (framework source: XmlReader.ReadString).
    ///
    /// # Errors
    /// As [`Reader::element_content`], and on a comment that more text follows (oracle: vx-comment-str).
    pub fn element_string(&mut self) -> Result<Content<'a>, Fault> {
        let nothing = Content { text: Cow::Borrowed(""), ill_formed: false };
        if self.node == (Node::Element { empty: true }) {
            self.read()?;
            return Ok(nothing);
        }
        self.read()?;
        let content = match self.node {
            Node::Element { empty: true } => nothing,
            Node::Element { empty: false } => {
                self.read()?;
                self.content(false)?
            }
            _ => self.content(false)?,
        };
        self.read_end_element()?;
        Ok(content)
    }

    /// The text from here on; borrowed when it is one run.
    fn content(&mut self, past_comments: bool) -> Result<Content<'a>, Fault> {
        let mut single: &'a str = "";
        let mut several: Option<TextBuilder> = None;
        loop {
            match self.node {
                Node::Text(piece) | Node::Whitespace(piece) | Node::CData(piece) => match (piece, &mut several) {
                    (Piece::Run(from, to), None) if single.is_empty() => single = self.text_run(from, to)?,
                    (_, None) => {
                        let mut text = TextBuilder::from(single);
                        text.push(self.bytes, piece)?;
                        several = Some(text);
                    }
                    (_, Some(text)) => text.push(self.bytes, piece)?,
                },
                Node::Comment(_) if past_comments => {}
                _ => break,
            }
            self.read()?;
        }
        Ok(match several.map(TextBuilder::finish) {
            None => Content { text: Cow::Borrowed(single), ill_formed: false },
            Some(Ok(text)) => Content { text: Cow::Owned(text), ill_formed: false },
            Some(Err(lossy)) => Content { text: Cow::Owned(lossy), ill_formed: true },
        })
    }
}
