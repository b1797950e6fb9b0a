//! Reading by kind. The serializer treats an empty element as a start and an end that it has to step through; the
//! framework keeps a flag for that, and so does this reader.

use super::attributes::Attributes;
use super::references::References;
use crate::codec::xml::fault::Fault;
use crate::codec::xml::notes::Notes;
use crate::codec::xml::reader::{Node, Reader};
use crate::codec::xml::scalar;
use crate::contract::{Kind, Value};
use chrono::NaiveDate;
use std::borrow::Cow;

/// A reader of contracts over a document.
pub struct ContractReader<'a> {
    pub(super) xml: Reader<'a>,
    pub(super) notes: Notes,
    /// Whether the reader stands on an empty element as if on its end.
    pub(super) at_end_of_empty: bool,
    references: References,
    today: NaiveDate,
}

impl<'a> ContractReader<'a> {
    pub(super) fn new(document: &'a [u8], max_depth: usize, today: NaiveDate) -> Self {
        ContractReader {
            xml: Reader::new(document, max_depth),
            notes: Notes::default(),
            at_end_of_empty: false,
            references: References::within(document.len()),
            today,
        }
    }

    /// The whole document. One node after the root is looked at, no more: what stands behind it is never read
    /// (oracle: xm-extra-text, xm-extra-root).
    pub(super) fn root(&mut self, kind: &Kind) -> Result<Value, Fault> {
        let (name, namespace) = (kind.data_contract_name(), kind.data_contract_namespace());
        let (name, namespace) = match kind {
            // A built-in type at the root takes the serialization namespace.
            Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime => {
                (name, crate::contract::SERIALIZATION)
            }
            _ => (name, namespace),
        };
        let at_element = matches!(self.xml.move_to_content()?, Node::Element { .. });
        if !at_element || !self.xml.is_named(&name, namespace) {
            let expected = format!("Expecting element '{name}' from namespace '{namespace}'.");
            return Err(self.unexpected(&expected));
        }
        let attributes = Attributes::of(&self.xml)?;
        if attributes.nil {
            self.xml.skip()?;
            return Ok(Value::Null);
        }
        if let Some(id) = attributes.reference {
            return Err(Fault::serializer(format!(
                "Cannot deserialize since root element references unrecognized object with id '{id}'."
            )));
        }
        self.typed(kind, &attributes)
    }

    /// The value of a member or an item, its element being the current one.
    pub(super) fn value(&mut self, kind: &Kind) -> Result<Value, Fault> {
        let attributes = Attributes::of(&self.xml)?;
        let value_type = kind.underlying().is_non_nullable_value();
        let complaint =
            |what: &str| Fault::serializer(format!("ValueType '{}' cannot {what}.", kind.underlying().clr_name()));
        if let Some(id) = attributes.reference {
            if value_type {
                self.xml.skip()?;
                return Err(complaint("have ref to another object"));
            }
            let value = self.references.resolve(&id, kind)?;
            self.xml.skip()?;
            return Ok(value);
        }
        if attributes.nil {
            self.xml.skip()?;
            return if kind.is_non_nullable_value() { Err(complaint("be null")) } else { Ok(Value::Null) };
        }
        if attributes.id.is_some() && value_type {
            return Err(complaint("have id"));
        }
        self.typed(kind, &attributes)
    }

    /// The value of an element that is neither nil nor a reference.
    fn typed(&mut self, kind: &Kind, attributes: &Attributes) -> Result<Value, Fault> {
        let Some(id) = &attributes.id else { return self.content(kind, attributes) };
        self.references.define(id)?;
        let value = self.content(kind, attributes)?;
        self.references.complete(id.clone(), kind, &value);
        Ok(value)
    }

    fn content(&mut self, kind: &Kind, attributes: &Attributes) -> Result<Value, Fault> {
        let kind = kind.underlying();
        match kind {
            Kind::Object(class) => self.nested(kind, attributes, |reader| reader.object(class).map(Value::Object)),
            Kind::List(list) => self.nested(kind, attributes, |reader| reader.list(list).map(Value::List)),
            Kind::Dictionary(dictionary) => {
                self.nested(kind, attributes, |reader| reader.dictionary(dictionary).map(Value::Dictionary))
            }
            Kind::Enum(_) => {
                self.check_type(kind, attributes)?;
                let content = self.xml.element_content()?;
                scalar::parse(kind, content, self.today)
            }
            // Built-in types do not look at `i:type`.
            _ => self.simple(kind),
        }
    }

    /// What stands between the tags of an element.
    fn nested(
        &mut self,
        kind: &Kind,
        attributes: &Attributes,
        read: impl FnOnce(&mut Self) -> Result<Value, Fault>,
    ) -> Result<Value, Fault> {
        self.check_type(kind, attributes)?;
        self.enter()?;
        let value = read(self)?;
        self.leave()?;
        Ok(value)
    }

    /// Booleans, numbers and dates are converted before the end of their element is looked at, Guids after it.
    fn simple(&mut self, kind: &Kind) -> Result<Value, Fault> {
        if matches!(kind, Kind::String | Kind::Guid) || self.xml.node() == (Node::Element { empty: true }) {
            let content = self.xml.element_content()?;
            return scalar::parse(kind, content, self.today);
        }
        let content = self.xml.open_content()?;
        let value = scalar::parse(kind, content, self.today)?;
        self.xml.close_content()?;
        Ok(value)
    }

    /// Steps into the current element.
    pub(super) fn enter(&mut self) -> Result<(), Fault> {
        if self.xml.node() == (Node::Element { empty: true }) {
            self.at_end_of_empty = true;
        } else {
            self.xml.read()?;
        }
        Ok(())
    }

    /// Steps out of the element that was entered.
    pub(super) fn leave(&mut self) -> Result<(), Fault> {
        if std::mem::take(&mut self.at_end_of_empty) {
            self.xml.read()?;
            return Ok(());
        }
        self.xml.read_end_element()
    }

    /// Moves to the next child; `false` at the end of the parent. A text is no child and is refused.
    pub(super) fn next_child(&mut self) -> Result<bool, Fault> {
        if self.at_end_of_empty {
            return Ok(false);
        }
        match self.xml.move_to_content()? {
            Node::EndElement => Ok(false),
            Node::Element { .. } => Ok(true),
            _ => Err(self.unexpected("Expecting state 'Element'.")),
        }
    }

    /// Passes a child that nothing was expected of.
    pub(super) fn skip_unknown(&mut self) -> Result<(), Fault> {
        Attributes::of(&self.xml)?;
        self.xml.skip()
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let (kind, name, namespace) = self.current();
        self.located(&format!("{expected}. Encountered '{kind}'  with name '{name}', namespace '{namespace}'."))
    }

    /// A complaint of the serializer with line and position.
    pub(super) fn located(&self, message: &str) -> Fault {
        let (line, position) = self.xml.position();
        Fault::serializer(format!("Error in line {line} position {position}. {message}"))
    }

    /// Node type, local name and namespace as error texts print them.
    pub(super) fn current(&self) -> (&'static str, Cow<'_, str>, Cow<'_, str>) {
        let kind = match self.xml.node() {
            Node::Element { .. } if !self.at_end_of_empty => "Element",
            Node::Element { .. } | Node::EndElement => "EndElement",
            Node::Text(_) => "Text",
            Node::CData(_) => "CDATA",
            Node::Whitespace(_) => "Whitespace",
            Node::Comment(_) => "Comment",
            Node::Declaration => "XmlDeclaration",
            Node::Initial | Node::EndOfFile => "None",
        };
        if !kind.ends_with("Element") {
            return (kind, Cow::Borrowed(""), Cow::Borrowed(""));
        }
        (kind, String::from_utf8_lossy(self.xml.local_name()), String::from_utf8_lossy(self.xml.namespace()))
    }
}
