//! Reading by kind, step by step as the code does that XmlSerializer generates for a type.

use crate::codec::Note;
use crate::codec::note::{Advice, Notes};
use crate::codec::xml::SCHEMA_INSTANCE;
use crate::codec::xml::chars::trim;
use crate::codec::xml::fault::Fault;
use crate::codec::xml::reader::{Node, Reader};
use crate::codec::xml::scalar;
use crate::contract::{Kind, ListType, ObjectType, Record, Value};
use chrono::NaiveDate;

/// A reader of XmlSerializer's types over a document.
pub(super) struct SerializerReader<'a> {
    xml: Reader<'a>,
    notes: Notes,
    today: NaiveDate,
}

impl<'a> SerializerReader<'a> {
    pub fn new(document: &'a [u8], max_depth: usize, today: NaiveDate) -> Self {
        SerializerReader { xml: Reader::new(document, max_depth), notes: Notes::default(), today }
    }

    /// The reader's line and column.
    pub fn position(&self) -> (usize, usize) {
        self.xml.position()
    }

    pub fn into_notes(self) -> Vec<Note> {
        self.notes.into_vec()
    }

    pub fn root(&mut self, kind: &Kind) -> Result<Value, Fault> {
        match self.xml.move_to_content()? {
            Node::Element { .. } if self.xml.is_named(&kind.xml_serializer_name(), "") => self.item(kind),
            Node::Element { .. } => Err(Fault::serializer("The root element was not expected.")),
            _ => Ok(Value::Null),
        }
    }

    /// A root or an item: here an object, a list and a text may be nil.
    fn item(&mut self, kind: &Kind) -> Result<Value, Fault> {
        match kind {
            Kind::Object(class) => {
                // A nil element is passed before its type is refused.
                let known = self.check_type(class);
                let nil = self.nil()?;
                known?;
                if nil { Ok(Value::Null) } else { self.object(class) }
            }
            Kind::List(_) | Kind::String | Kind::Nullable(_) if self.nil()? => Ok(Value::Null),
            other => self.value(other),
        }
    }

    /// A member's value, its element being the current one.
    fn value(&mut self, kind: &Kind) -> Result<Value, Fault> {
        match kind {
            Kind::Object(class) => {
                self.check_type(class)?;
                self.object(class)
            }
            Kind::List(list) => {
                if self.nil()? {
                    return Ok(Value::Null);
                }
                self.list(list).map(Value::List)
            }
            Kind::Nullable(inner) => {
                if self.nil()? {
                    return Ok(Value::Null);
                }
                self.value(inner)
            }
            // XmlSerializer refuses dictionaries altogether.
            Kind::Dictionary(_) => self.xml.skip().map(|()| Value::Null),
            simple => {
                let content = self.xml.element_string()?;
                scalar::parse(simple, content, self.today)
            }
        }
    }

    fn object(&mut self, class: &'static ObjectType) -> Result<Value, Fault> {
        let mut record = Record::empty(class);
        if self.xml.node() == (Node::Element { empty: true }) {
            self.xml.skip()?;
            return Ok(Value::Object(record));
        }
        self.xml.read()?;
        let plan = class.plan();
        let mut seen = vec![false; plan.members.len()];
        loop {
            match self.xml.move_to_content()? {
                Node::EndElement | Node::EndOfFile => break,
                Node::Element { .. } => {}
                _ => {
                    // Stray text is passed over (oracle: vx-text).
                    self.xml.read()?;
                    continue;
                }
            }
            let found = plan.members.iter().position(|member| self.xml.is_named(member.name, ""));
            let member = found.and_then(|slot| Some((slot, plan.members.get(slot)?, seen.get_mut(slot)?)));
            match member {
                None => self.skip_noted(Advice::XmlUnknownMember, "is not a member and was ignored")?,
                Some((slot, member, _)) if matches!(member.kind, Kind::List(_)) => {
                    let value = self.value(&member.kind)?;
                    let value = appended(record.take(slot), value);
                    record.set(slot, value);
                }
                Some((_, _, true)) => {
                    self.skip_noted(Advice::XmlDuplicateMember, "is repeated; the first one counts")?;
                }
                Some((slot, member, seen)) => {
                    *seen = true;
                    let value = self.value(&member.kind)?;
                    record.set(slot, value);
                }
            }
        }
        self.xml.read_end_element()?;
        Ok(Value::Object(record))
    }

    fn skip_noted(&mut self, code: Advice, what: &str) -> Result<(), Fault> {
        if !self.notes.is_full() {
            let name = String::from_utf8_lossy(self.xml.local_name());
            let message = format!("The element '{name}' {what}.");
            self.notes.add(code, || message);
        }
        self.xml.skip()
    }

    fn list(&mut self, list: &'static ListType) -> Result<Vec<Value>, Fault> {
        let mut items = Vec::new();
        if self.xml.node() == (Node::Element { empty: true }) {
            self.xml.skip()?;
            return Ok(items);
        }
        let name = list.item.xml_serializer_name();
        self.xml.read()?;
        loop {
            match self.xml.move_to_content()? {
                Node::EndElement | Node::EndOfFile => break,
                Node::Element { .. } if self.xml.is_named(&name, "") => {
                    self.xml.count_item()?;
                    items.push(self.item(&list.item)?);
                }
                Node::Element { .. } => self.skip_noted(Advice::XmlUnknownMember, "is not an item and was ignored")?,
                _ => {
                    self.xml.read()?;
                }
            }
        }
        self.xml.read_end_element()?;
        Ok(items)
    }

    /// Whether `xsi:nil` is set; a nil element is passed.
    fn nil(&mut self) -> Result<bool, Fault> {
        let nil = self.nil_attribute()?;
        if nil {
            self.xml.skip()?;
        }
        Ok(nil)
    }

    fn nil_attribute(&self) -> Result<bool, Fault> {
        if !self.xml.has_attributes() {
            return Ok(false);
        }
        match self.xml.attribute("nil", SCHEMA_INSTANCE)?.as_deref().map(trim) {
            Some("true" | "1") => Ok(true),
            None | Some("false" | "0") => Ok(false),
            Some(other) => Err(Fault::serializer(format!("The string '{other}' is not a valid Boolean value."))),
        }
    }

    /// `xsi:type` must name the type itself (oracle: vx-xsitype, vx-xsitype-bad).
    fn check_type(&self, class: &'static ObjectType) -> Result<(), Fault> {
        if !self.xml.has_attributes() {
            return Ok(());
        }
        let Some(name) = self.xml.attribute("type", SCHEMA_INSTANCE)? else { return Ok(()) };
        let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
        let known = local == class.plan().xml_serializer_name && self.xml.namespace_of(prefix).as_deref() == Some("");
        if known { Ok(()) } else { Err(Fault::serializer(format!("The specified type was not recognized: '{name}'."))) }
    }
}

/// The items of a repeated list are added to the first ones.
fn appended(before: Value, after: Value) -> Value {
    match (before, after) {
        (Value::List(mut items), Value::List(more)) => {
            items.extend(more);
            Value::List(items)
        }
        (before, Value::Null) => before,
        (_, after) => after,
    }
}
