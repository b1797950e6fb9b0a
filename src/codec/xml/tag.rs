//! Start tags: names, attributes and the namespaces in force. Names and values stay ranges of the document; only a
//! namespace that contains references is copied.

use super::chars::{self, ATTRIBUTE_TEXT, FIRST_NAME, NAME, WHITESPACE};
use super::fault::Fault;
use super::reader::{Attribute, Binding, Open, Range, Reader, Scope};
use super::text::{Piece, TextBuilder, bad_utf8};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

const XML: &str = "http://www.w3.org/XML/1998/namespace";

const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Namespace declarations that may be in force at once. Chosen: the framework has no limit, but looks through all
/// of them for every prefix, which a hostile document turns into quadratic work.
const MAX_BINDINGS: usize = 256;

/// chosen: attributes of an element.
const MAX_ATTRIBUTES: usize = 1_000;

impl<'a> Reader<'a> {
    /// Reads a start tag after its `<`; whether it closes itself.
    pub(super) fn start_tag(&mut self) -> Result<bool, Fault> {
        let start = self.at;
        let empty = (start, start);
        let bindings = self.bindings.len();
        self.open.push(Open {
            tag: (self.token, start),
            name: empty,
            prefix: empty,
            local: empty,
            namespace: Scope::None,
            bindings,
        });
        self.attributes.clear();
        let (prefix, local) = self.qualified_name()?;
        let end = self.at;
        self.amend(|open| (open.name, open.prefix, open.local) = ((start, end), prefix, local));
        self.skip_blanks();
        if !matches!(self.must_peek()?, b'>' | b'/') {
            self.attributes()?;
        }
        let namespace = self.lookup(prefix, true)?;
        let closes = self.must_peek()? == b'/';
        self.at += usize::from(closes);
        self.expect(b'>')?;
        self.at += 1;
        let tag = (self.token, self.at);
        self.amend(|open| (open.tag, open.namespace) = (tag, namespace));
        Ok(closes)
    }

    fn amend(&mut self, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.open.last_mut() {
            change(open);
        }
    }

    /// A name with or without prefix. Quirk: a first byte that cannot begin a name is taken along, so that the error
    /// about it quotes the whole name (framework source: ReadQualifiedName).
    fn qualified_name(&mut self) -> Result<(Range, Range), Fault> {
        self.qualified_name_within(self.bytes.len())
    }

    /// A name that ends at an index at the latest.
    pub(super) fn qualified_name_within(&mut self, end: usize) -> Result<(Range, Range), Fault> {
        let first = self.name_at(self.at, end);
        let split = first.1 < end && self.bytes.get(first.1) == Some(&b':');
        let (prefix, local) =
            if split { ((self.at, first.1), self.name_at(first.1 + 1, end)) } else { ((self.at, self.at), first) };
        for (range, present) in [(prefix, split), (local, true)] {
            let name = self.slice(range.0, range.1);
            let plain = name.is_ascii() && name.first().is_some_and(|byte| chars::is(*byte, FIRST_NAME));
            if present && name.is_empty() {
                // Not an XML exception in the framework, so no position is added to it (oracle: D-parameter-name).
                let message = "The empty string '' is not a valid local name.\r\nParameter name: name";
                return Err(Fault::serializer(message));
            }
            if present && !plain {
                let text = std::str::from_utf8(name).map_err(|_| bad_utf8(name))?;
                if let Some(complaint) = chars::name_fault(text) {
                    return Err(self.fault(&complaint));
                }
            }
        }
        self.at = local.1;
        Ok((prefix, local))
    }

    fn name_at(&self, start: usize, end: usize) -> Range {
        let rest = self.slice(start, end);
        let further = rest.iter().skip(1).take_while(|byte| chars::is(**byte, NAME)).count();
        (start, start + rest.len().min(1) + further)
    }

    /// Attributes up to `>`, `/` or `?`.
    pub(super) fn attributes(&mut self) -> Result<(), Fault> {
        self.attributes.clear();
        let before = self.bindings.len();
        loop {
            let (prefix, local) = self.qualified_name()?;
            let (value, escaped) = self.attribute_value()?;
            self.register(prefix, local, value, escaped)?;
            self.at += 1;
            let blank = chars::is(self.must_peek()?, WHITESPACE);
            self.skip_blanks();
            if matches!(self.must_peek()?, b'>' | b'/' | b'?') {
                break;
            }
            if !blank {
                return Err(self.fault("Whitespace must appear between attributes."));
            }
        }
        self.resolve()?;
        self.check_unique(before)
    }

    /// A value up to its closing quote, and whether it contains anything to decode.
    fn attribute_value(&mut self) -> Result<(Range, bool), Fault> {
        if self.must_peek()? != b'=' {
            self.skip_blanks();
            self.expect(b'=')?;
        }
        self.at += 1;
        if !matches!(self.must_peek()?, b'"' | b'\'') {
            self.skip_blanks();
            if self.must_peek()? != b'\'' {
                self.expect(b'"')?;
            }
        }
        let quote = self.must_peek()?;
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at += self.rest().iter().take_while(|byte| chars::is(**byte, ATTRIBUTE_TEXT)).count();
            match self.must_peek()? {
                byte if byte == quote => return Ok(((start, self.at), escaped)),
                // What it says matters only where the value does (framework source: ReadCharRef).
                b'&' => {
                    self.skip_reference()?;
                    escaped = true;
                }
                b'"' | b'\'' => self.at += 1,
                b'\n' | b'\r' | b'\t' => {
                    self.at += 1;
                    escaped = true;
                }
                0xEF => self.skip_three()?,
                byte => {
                    return Err(self.token_expected(&char::from(quote).to_string(), &char::from(byte).to_string()));
                }
            }
        }
    }

    pub(super) fn qualified(&self, prefix: Range, local: Range) -> String {
        let (prefix, local) = (self.text_of(prefix), self.text_of(local));
        if prefix.is_empty() { local } else { format!("{prefix}:{local}") }
    }

    /// The local name of the current element.
    #[must_use]
    pub fn local_name(&self) -> &'a [u8] {
        self.open.last().map_or(b"", |open| self.slice(open.local.0, open.local.1))
    }

    /// The name of the current element as written.
    #[must_use]
    pub fn written_name(&self) -> String {
        self.open.last().map(|open| self.qualified(open.prefix, open.local)).unwrap_or_default()
    }

    /// The namespace of the current element.
    #[must_use]
    pub fn namespace(&self) -> &[u8] {
        self.uri(self.open.last().map_or(Scope::None, |open| open.namespace))
    }

    /// Whether the current element has this name.
    #[inline]
    #[must_use]
    pub fn is_named(&self, local: &str, namespace: &str) -> bool {
        self.local_name() == local.as_bytes() && self.namespace() == namespace.as_bytes()
    }

    /// Whether the current element has attributes other than namespace declarations.
    #[must_use]
    pub fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// The value of an attribute of the current element.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn attribute(&self, local: &str, namespace: &str) -> Result<Option<String>, Fault> {
        let named = |attribute: &&Attribute| {
            self.slice(attribute.local.0, attribute.local.1) == local.as_bytes()
                && self.uri(attribute.namespace) == namespace.as_bytes()
        };
        let found = self.attributes.iter().find(named).map(|attribute| attribute.value);
        found.map(|value| self.attribute_text(value)).transpose()
    }

    /// An attribute's value: references decoded, line ends and tabs become blanks.
    pub(super) fn attribute_text(&self, value: Range) -> Result<String, Fault> {
        let mut text = TextBuilder::default();
        let mut at = value.0;
        while at < value.1 {
            let rest = self.slice(at, value.1);
            let run = rest.iter().take_while(|byte| !matches!(byte, b'&' | b'\n' | b'\r' | b'\t')).count();
            text.push(self.bytes, Piece::Run(at, at + run))?;
            at += run;
            match self.slice(at, value.1) {
                [b'&', name @ ..] => {
                    let length = name.iter().position(|byte| *byte == b';').unwrap_or(name.len());
                    let end = at + length + 2;
                    text.push(self.bytes, Piece::Code(self.code_of(at, end)?))?;
                    at = end;
                }
                [b'\r', b'\n', ..] => {
                    text.push(self.bytes, Piece::Code(u32::from(b' ')))?;
                    at += 2;
                }
                [_, ..] => {
                    text.push(self.bytes, Piece::Code(u32::from(b' ')))?;
                    at += 1;
                }
                [] => {}
            }
        }
        Ok(text.finish().unwrap_or_else(|lossy| lossy))
    }

    /// The attributes of an XML declaration, whose first name begins at `start`: `version` is 1.0, `encoding` and
    /// `standalone` may follow in this order. The encoding was compared before (framework source: MoveToDeclaration).
    pub(super) fn check_declaration(&self, start: usize, namespaces: usize) -> Result<(), Fault> {
        const MALFORMED: &str = "Malformed XML declaration.";
        const NO_VERSION: &str = "Version not found in XML declaration.";
        let named = |attribute: &Attribute, name: &[u8]| {
            if attribute.prefix.0 < attribute.prefix.1 {
                return Err(self.fault(MALFORMED));
            }
            Ok(self.slice(attribute.local.0, attribute.local.1) == name)
        };
        let standalone = |attribute: &Attribute| {
            let named = named(attribute, b"standalone")?;
            if named && !matches!(self.attribute_text(attribute.value)?.as_str(), "yes" | "no") {
                return Err(self.fault("'standalone' value in declaration must be 'yes' or 'no'."));
            }
            Ok(named)
        };
        let attributes = self.attributes.as_slice();
        if attributes.len() + namespaces > 3 {
            return Err(self.fault(MALFORMED));
        }
        let (version, further) = match attributes.split_first() {
            // A namespace declaration in front of it takes its place.
            Some((version, further)) if version.prefix.0 == start => (version, further),
            _ => return Err(self.fault(NO_VERSION)),
        };
        if !named(version, b"version")? {
            return Err(self.fault(NO_VERSION));
        }
        if self.attribute_text(version.value)? != "1.0" {
            return Err(self.fault("XML version must be '1.0'."));
        }
        let in_order = match further {
            _ if namespaces > 0 => false,
            [] => true,
            [encoding] if named(encoding, b"encoding")? => true,
            [encoding, last] if named(encoding, b"encoding")? => standalone(last)?,
            [first, rest @ ..] => standalone(first)? && rest.is_empty(),
        };
        if in_order { Ok(()) } else { Err(self.fault(MALFORMED)) }
    }

    pub(super) fn register(&mut self, prefix: Range, local: Range, value: Range, escaped: bool) -> Result<(), Fault> {
        let written = self.slice(prefix.0, prefix.1);
        let name = self.slice(local.0, local.1);
        let declared = match (written, name) {
            (b"xmlns", declared) => declared,
            (b"", b"xmlns") => b"",
            _ if self.attributes.len() >= MAX_ATTRIBUTES => {
                return Err(self.fault("The element has too many attributes."));
            }
            _ => {
                if escaped && written == b"xml" && matches!(name, b"lang" | b"space") {
                    self.attribute_text(value)?;
                }
                self.attributes.push(Attribute { prefix, local, value, namespace: Scope::None });
                return Ok(());
            }
        };
        let uri = self.slice(value.0, value.1);
        let decoded = if escaped { self.attribute_text(value).ok() } else { None };
        // A bad reference is an error where the namespace is compared; chosen: a namespace that nothing has.
        let uri = decoded.map_or(Cow::Borrowed(uri), |text| Cow::Owned(text.into_bytes()));
        if !declared.is_empty() && uri.is_empty() {
            return Err(self.fault("The empty namespace requires a null or empty prefix."));
        }
        for (reserved, namespace) in [("xml", XML), ("xmlns", XMLNS)] {
            if declared == reserved.as_bytes() && *uri != *namespace.as_bytes() {
                return Err(
                    self.fault(&format!("The prefix '{reserved}' can only be bound to the namespace '{namespace}'."))
                );
            }
        }
        if self.bindings.len() >= MAX_BINDINGS {
            return Err(self.fault("Too many namespace declarations are in force."));
        }
        self.bindings.push(Binding { prefix: declared, uri });
        Ok(())
    }

    pub(super) fn resolve(&mut self) -> Result<(), Fault> {
        for at in 0..self.attributes.len() {
            let Some(prefix) = self.attributes.get(at).map(|attribute| attribute.prefix) else { continue };
            let namespace = self.lookup(prefix, false)?;
            if let Some(attribute) = self.attributes.get_mut(at) {
                attribute.namespace = namespace;
            }
        }
        Ok(())
    }

    pub(super) fn check_unique(&self, before: usize) -> Result<(), Fault> {
        let declared = self.bindings.get(before..).unwrap_or_default();
        if declared.len() > 1 {
            let mut seen = HashSet::new();
            if let Some(twice) = declared.iter().find(|binding| !seen.insert(binding.prefix)) {
                let name = format!("xmlns:{}", String::from_utf8_lossy(twice.prefix));
                return Err(self.duplicate(&name, &name, XMLNS));
            }
        }
        if self.attributes.len() > 1 {
            let mut seen = HashMap::new();
            for attribute in &self.attributes {
                let name = (self.slice(attribute.local.0, attribute.local.1), self.uri(attribute.namespace));
                if let Some(first) = seen.insert(name, attribute.prefix) {
                    let first = self.qualified(first, attribute.local);
                    let second = self.qualified(attribute.prefix, attribute.local);
                    return Err(self.duplicate(&first, &second, &String::from_utf8_lossy(name.1)));
                }
            }
        }
        Ok(())
    }

    fn duplicate(&self, first: &str, second: &str, namespace: &str) -> Fault {
        self.fault(&format!(
            "Duplicate attribute found. Both '{first}' and '{second}' are from the namespace '{namespace}'."
        ))
    }

    /// The namespace of a prefix; no prefix means the default one on elements and none on attributes.
    pub(super) fn lookup(&self, prefix: Range, element: bool) -> Result<Scope, Fault> {
        let written = self.slice(prefix.0, prefix.1);
        if written.is_empty() && !element {
            return Ok(Scope::None);
        }
        let found = self.bindings.iter().rposition(|binding| binding.prefix == written);
        match found {
            Some(index) => Ok(Scope::Bound(index)),
            None if written.is_empty() => Ok(Scope::None),
            None if written == b"xml" => Ok(Scope::Xml),
            None => Err(self.fault(&format!("The prefix '{}' is not defined.", self.text_of(prefix)))),
        }
    }

    pub(super) fn uri(&self, namespace: Scope) -> &[u8] {
        match namespace {
            Scope::None => b"",
            Scope::Xml => XML.as_bytes(),
            Scope::Bound(index) => self.bindings.get(index).map_or(b"", |binding| &binding.uri),
        }
    }

    /// The namespace that a prefix stands for here, for names inside values.
    #[must_use]
    pub fn namespace_of(&self, prefix: &str) -> Option<String> {
        let found = self.bindings.iter().rev().find(|binding| binding.prefix == prefix.as_bytes());
        match found {
            Some(binding) => Some(String::from_utf8_lossy(&binding.uri).into_owned()),
            None if prefix.is_empty() => Some(String::new()),
            None => None,
        }
    }
}
