//! Lists and dictionaries. Items with another name or namespace are dropped (oracle: xm-list-wrongname); an entry
//! of a dictionary is a class of its own whose Key and Value are both required (oracle: xm-dict-order, xm-dict-noval).

use super::read::ContractReader;
use crate::codec::xml::fault::Fault;
use crate::contract::{ARRAYS, DictionaryType, Kind, ListType, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// The element name of a list's items.
pub(super) fn item_name(item: &Kind) -> Cow<'static, str> {
    match item {
        Kind::Object(class) => Cow::Borrowed(&class.plan().data_contract_name),
        Kind::Enum(of) => Cow::Borrowed(of.name),
        other => Cow::Owned(other.data_contract_name()),
    }
}

/// The namespace of a list's items: that of the list itself.
pub(super) fn item_namespace(item: &Kind) -> &'static str {
    match item.underlying() {
        Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime => ARRAYS,
        other => other.data_contract_namespace(),
    }
}

impl ContractReader<'_> {
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
}
