//! Namespace declarations in force, the names resolved against them, and the attributes that may not stand twice.

use super::fault::Fault;
use super::reader::Reader;
use super::tag::{Attribute, Range};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Namespace declarations that may be in force at once. Chosen: the framework has no limit, but looks through all
/// of them for every prefix, which a hostile document turns into quadratic work.
const MAX_BINDINGS: usize = 256;
/// chosen: attributes of an element.
const MAX_ATTRIBUTES: usize = 1_000;

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
    prefix: &'a [u8],
    uri: Cow<'a, [u8]>,
}

impl Reader<'_> {
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
                self.attributes.push(Attribute { prefix, local, value, namespace: Scope::None });
                return Ok(());
            }
        };
        let uri = self.slice(value.0, value.1);
        let uri = if escaped { Cow::Owned(self.attribute_text(value)?.into_bytes()) } else { Cow::Borrowed(uri) };
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
