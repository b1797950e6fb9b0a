//! Reading by kind. The serializer treats an empty element as a start and an end that it has to step through; the
//! framework keeps a flag for that, and so does this reader.
//!
//! Members are matched forward only: after a member only later ones are looked for, so an element out of order,
//! repeated, mis-cased or in another namespace is dropped (oracle: xm-order-json, xm-order-dup2, xm-case,
//! ve-x-derived-first). Items with another name or namespace are dropped (oracle: xm-list-wrongname); an entry of a
//! dictionary is a class of its own whose Key and Value are both required (oracle: xm-dict-order, xm-dict-noval). Of
//! the attributes only `i:nil`, `i:type` and the references of the serialization namespace count (oracle: xm-unk-attr).

use super::known_types::{self, BuiltIn, is_built_in};
use super::references::References;
use super::{item_name, item_namespace};
use crate::codec::note::{Advice, Notes};
use crate::codec::xml::SCHEMA_INSTANCE;
use crate::codec::xml::content::Content;
use crate::codec::xml::fault::Fault;
use crate::codec::xml::reader::{Node, Reader};
use crate::codec::xml::scalar;
use crate::contract::{
    ARRAYS, DictionaryType, Kind, ListType, ObjectType, Partial, Plan, Record, SERIALIZATION, Value,
};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::HashSet;

/// A reader of contracts over a document.
pub struct ContractReader<'a> {
    pub(super) xml: Reader<'a>,
    pub(super) notes: Notes,
    /// Whether the reader is on an empty element as if at its end.
    pub(super) at_end_of_empty: bool,
    references: References,
    /// The kind of the whole document.
    root: Option<Kind>,
    today: NaiveDate,
}

/// The attributes of an element that count.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `i:nil`.
    pub nil: bool,
    /// `i:type` as name and namespace.
    pub type_name: Option<(String, Option<String>)>,
    /// `z:Id`.
    pub id: Option<String>,
    /// `z:Ref`.
    pub reference: Option<String>,
}

impl Attributes {
    /// The attributes of the current element.
    fn of_element(xml: &Reader<'_>) -> Result<Attributes, Fault> {
        if !xml.has_attributes() {
            return Ok(Attributes::default());
        }
        let mut found = Attributes::default();
        if let Some(id) = xml.attribute("Id", SERIALIZATION)? {
            if id.is_empty() {
                return Err(Fault::serializer("Invalid Id ''. Must not be null or empty."));
            }
            found.id = Some(id);
        }
        if let Some(reference) = xml.attribute("Ref", SERIALIZATION)? {
            if reference.is_empty() {
                return Err(Fault::serializer("Invalid Ref ''. Must not be null or empty."));
            }
            found.reference = Some(reference);
        }
        if let Some(nil) = xml.attribute("nil", SCHEMA_INSTANCE)? {
            let content = Content { text: nil.into(), ill_formed: false };
            found.nil = scalar::parse(&Kind::Bool, content, NaiveDate::default())? == Value::Bool(true);
        }
        if let Some(name) = xml.attribute("type", SCHEMA_INSTANCE)?.filter(|name| !name.is_empty()) {
            let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
            found.type_name = Some((local.to_owned(), xml.namespace_of(prefix)));
        }
        Ok(found)
    }
}

impl<'a> ContractReader<'a> {
    pub(super) fn new(document: &'a [u8], max_depth: usize, today: NaiveDate) -> Self {
        ContractReader {
            xml: Reader::new(document, max_depth),
            notes: Notes::default(),
            at_end_of_empty: false,
            references: References::within(document.len()),
            root: None,
            today,
        }
    }

    /// The whole document. One node after the root is read, the rest never (oracle: xm-extra-text, xm-extra-root).
    pub(super) fn root(&mut self, kind: &Kind) -> Result<Value, Fault> {
        self.root = Some(*kind);
        let (name, namespace) = (kind.data_contract_name(), kind.data_contract_namespace());
        let (name, namespace) = match kind {
            // A built-in type at the root takes the serialization namespace.
            Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime => {
                (name, crate::contract::SERIALIZATION)
            }
            _ => (name, namespace),
        };
        let at_element = matches!(self.xml.move_to_content()?, Node::Element { .. });
        if !at_element || !(self.xml.is_named(&name, namespace) || self.is_root_of_base(kind)) {
            let expected = format!("Expecting element '{name}' from namespace '{namespace}'.");
            return Err(self.unexpected(&expected));
        }
        let attributes = Attributes::of_element(&self.xml)?;
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

    /// Whether the root is named after a base class, or after `object`, the base of all (oracle: X-anyType).
    fn is_root_of_base(&self, kind: &Kind) -> bool {
        let mut base = match kind {
            Kind::Object(class) => class.base,
            _ => None,
        };
        while let Some(class) = base {
            if self.xml.is_named(&class.plan().data_contract_name, class.namespace) {
                return true;
            }
            base = class.base;
        }
        self.xml.is_named("anyType", SERIALIZATION)
    }

    /// The value of a member or an item, its element being the current one.
    pub(super) fn value(&mut self, kind: &Kind) -> Result<Value, Fault> {
        let attributes = Attributes::of_element(&self.xml)?;
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
        let value = self.typed(kind, &attributes)?;
        if attributes.type_name.is_some() && !value.is_of(kind) {
            let (found, wanted) = (value.clr_name(), kind.clr_name());
            return Err(Fault::serializer(format!("Unable to cast object of type '{found}' to type '{wanted}'.")));
        }
        Ok(value)
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
        // Built-in types do not look at `i:type`.
        let named = attributes.type_name.as_ref().filter(|_| !is_built_in(kind));
        let Some((name, namespace)) = named else { return self.contract(kind) };
        let namespace = namespace.as_deref().unwrap_or_default();
        if let Some(built_in) = known_types::built_in(name, namespace) {
            return self.built_in(built_in);
        }
        match known_types::contract(name, namespace, kind, self.root) {
            Some(found) => self.contract(&found),
            None => Err(self.unknown_type(name, namespace)),
        }
    }

    /// The value of a kind between the tags of an element.
    fn contract(&mut self, kind: &Kind) -> Result<Value, Fault> {
        match kind {
            Kind::Object(class) => self.nested(|reader| reader.object(class).map(Value::Object)),
            Kind::List(list) => self.nested(|reader| reader.list(list).map(Value::List)),
            Kind::Dictionary(of) => self.nested(|reader| reader.dictionary(of).map(Value::Dictionary)),
            Kind::Enum(_) => {
                let content = self.xml.element_content()?;
                scalar::parse(kind, content, self.today)
            }
            _ => self.simple(kind),
        }
    }

    /// The value of a built-in type that `i:type` names in place of a contract.
    fn built_in(&mut self, of: BuiltIn) -> Result<Value, Fault> {
        match of {
            BuiltIn::Kind(kind) => self.simple(&kind),
            BuiltIn::Text(type_name, is_valid) => {
                let content = self.xml.element_content()?;
                if !is_valid(&content.text) {
                    return Err(Fault::conversion(&content.text, type_name));
                }
                Ok(Value::Text(content.text.into_owned()))
            }
            BuiltIn::Object => {
                self.enter()?;
                self.leave()?;
                Ok(Value::Text(String::new()))
            }
        }
    }

    /// The content between the tags of an element.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        self.enter()?;
        let value = read(self)?;
        self.leave()?;
        Ok(value)
    }

    /// Booleans, numbers and dates are converted before the end of their element is checked, Guids after it.
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

    /// Moves to the next child; `false` at the end of the parent. A text is not a child and is refused.
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

    /// Passes an unknown child.
    pub(super) fn skip_unknown(&mut self) -> Result<(), Fault> {
        Attributes::of_element(&self.xml)?;
        self.xml.skip()
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let (kind, name, namespace) = self.current();
        self.located(&format!("{expected}. Encountered '{kind}'  with name '{name}', namespace '{namespace}'."))
    }

    /// An error of the serializer with line and position.
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

    /// The members of the entered element.
    pub(super) fn object(&mut self, class: &'static ObjectType) -> Result<Record, Fault> {
        let mut record = Record::empty(class);
        match class.partial {
            None => self.members_in_order(class.plan(), &mut record)?,
            Some(Partial::NoDataMembers) => {
                while self.next_child()? {
                    self.note_unknown();
                    self.skip_unknown()?;
                }
            }
            Some(Partial::AnyOrder { also }) => self.members_in_any_order(class.plan(), also, &mut record)?,
        }
        Ok(record)
    }

    fn members_in_order(&mut self, plan: &'static Plan, record: &mut Record) -> Result<(), Fault> {
        let mut next = 0;
        while self.next_child()? {
            let found = (next..plan.data_contract.len()).find(|at| self.is_member(plan, *at));
            let Some(at) = found else {
                self.note_dropped(plan, next);
                self.skip_unknown()?;
                continue;
            };
            next = at + 1;
            let Some(slot) = plan.data_contract.get(at).copied() else { continue };
            let Some(member) = plan.members.get(slot) else { continue };
            let value = self.value(&member.kind)?;
            record.set(slot, value);
        }
        Ok(())
    }

    /// Whether the current element is the member at this place of the order.
    fn is_member(&self, plan: &Plan, at: usize) -> bool {
        let Some(slot) = plan.data_contract.get(at) else { return false };
        let (Some(member), Some(owner)) = (plan.members.get(*slot), plan.owners.get(*slot)) else { return false };
        self.xml.is_named(member.name, owner.namespace)
    }

    fn members_in_any_order(&mut self, plan: &'static Plan, also: &str, record: &mut Record) -> Result<(), Fault> {
        while self.next_child()? {
            let named = |slot: &usize| {
                let (Some(member), Some(owner)) = (plan.members.get(*slot), plan.owners.get(*slot)) else {
                    return false;
                };
                self.xml.is_named(member.name, owner.namespace) || self.xml.is_named(member.name, also)
            };
            let found = (0..plan.members.len()).find(named);
            let Some((slot, member)) = found.and_then(|slot| Some((slot, plan.members.get(slot)?))) else {
                self.note_unknown();
                self.skip_unknown()?;
                continue;
            };
            let value = self.value(&member.kind)?;
            record.set(slot, value);
        }
        Ok(())
    }

    pub(super) fn note_unknown(&mut self) {
        let (_, name, namespace) = self.current();
        let message = format!("The element '{name}' in namespace '{namespace}' is not a member and was ignored.");
        self.notes.add(Advice::XmlUnknownMember, || message);
    }

    /// Notes why an element was dropped; `next` is the place of the order that was reached.
    fn note_dropped(&mut self, plan: &Plan, next: usize) {
        if self.notes.is_full() {
            return;
        }
        let Some(at) = (0..next).find(|at| self.is_member(plan, *at)) else { return self.note_unknown() };
        let (_, name, _) = self.current();
        if at + 1 == next {
            let message = format!("The element '{name}' is repeated; the first one counts.");
            self.notes.add(Advice::XmlDuplicateMember, || message);
            return;
        }
        let previous = next.checked_sub(1).and_then(|at| plan.data_contract.get(at));
        let previous = previous.and_then(|slot| plan.members.get(*slot)).map_or("", |member| member.name);
        let message = format!("The element '{name}' comes after '{previous}' but belongs before it, and was ignored.");
        self.notes.add(Advice::XmlMemberOutOfOrder, || message);
    }

    /// The items of the entered element.
    pub(super) fn list(&mut self, list: &'static ListType) -> Result<Vec<Value>, Fault> {
        let (name, namespace) = (item_name(&list.item), item_namespace(&list.item));
        let mut items = Vec::new();
        while self.next_child()? {
            if self.xml.is_named(&name, namespace) {
                self.xml.count_item()?;
                items.push(self.value(&list.item)?);
            } else {
                self.note_unknown();
                self.skip_unknown()?;
            }
        }
        Ok(items)
    }

    /// The entries of the entered element.
    pub(super) fn dictionary(&mut self, of: &'static DictionaryType) -> Result<Vec<(i32, Value)>, Fault> {
        let name = of.entry_name();
        let (mut entries, mut keys) = (Vec::new(), HashSet::new());
        while self.next_child()? {
            if !self.xml.is_named(&name, ARRAYS) {
                self.note_unknown();
                self.skip_unknown()?;
                continue;
            }
            self.enter()?;
            let entry = self.entry(of)?;
            self.leave()?;
            if !keys.insert(entry.0) {
                return Err(Fault::serializer("An item with the same key has already been added."));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    fn entry(&mut self, of: &'static DictionaryType) -> Result<(i32, Value), Fault> {
        let (mut key, mut value) = (None, None);
        while self.next_child()? {
            let at_key = key.is_none() && value.is_none() && self.xml.is_named("Key", ARRAYS);
            let at_value = value.is_none() && self.xml.is_named("Value", ARRAYS);
            if at_key {
                key = Some(self.value(&Kind::Enum(of.key))?);
            } else if at_value && key.is_none() {
                return Err(self.missing("Key"));
            } else if at_value {
                value = Some(self.value(&of.value)?);
            } else {
                self.note_unknown();
                self.skip_unknown()?;
            }
        }
        match (key, value) {
            (Some(Value::Enum(key)), Some(value)) => Ok((key, value)),
            (Some(_), _) => Err(self.missing("Value")),
            (None, _) => Err(self.missing("Key")),
        }
    }

    fn missing(&self, member: &str) -> Fault {
        let (kind, name, namespace) = self.current();
        self.located(&format!(
            "'{kind}' '{name}' from namespace '{namespace}' is not expected. Expecting element '{member}'."
        ))
    }

    /// The error about an `i:type` that names no contract in reach: none of the models has a derived type.
    fn unknown_type(&self, name: &str, namespace: &str) -> Fault {
        let (_, element, element_namespace) = self.current();
        self.located(&format!(
            "Element '{element_namespace}:{element}' contains data of the '{namespace}:{name}' data contract. The \
             deserializer has no knowledge of any type that maps to this contract. Add the type corresponding to \
             '{name}' to the list of known types - for example, by using the KnownTypeAttribute attribute or by adding \
             it to the list of known types passed to DataContractSerializer."
        ))
    }
}
