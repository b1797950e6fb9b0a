//! A value as writers see it: borrowed, its parts looked up one after the other. An answer goes from its Rust type to the
//! bytes without a tree of values in between, which would cost as much as the writing.

use super::{Class, Contracted, DateTime, ObjectType, Record, Value};
use std::fmt::Debug;
use uuid::Uuid;

/// A borrowed [`Value`], or the value of a Rust type with a contract.
#[derive(Clone, Copy)]
pub enum ValueRef<'v> {
    /// A member of a partial document that the client did not send.
    Absent,
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A 32-bit integer.
    Int(i32),
    /// Text.
    Text(&'v str),
    /// Text that contains a lone surrogate, see [`Value::IllFormedText`].
    IllFormedText(&'v str),
    /// A Guid.
    Guid(Uuid),
    /// A date with its kind.
    DateTime(DateTime),
    /// An enum number, with or without a name.
    Enum(i32),
    /// An object.
    Object(&'v dyn Object),
    /// A list.
    List(&'v dyn List),
    /// A dictionary with enum keys.
    Dictionary(&'v dyn Dictionary),
}

/// An object as writers see it.
pub trait Object {
    /// The class.
    fn class(&self) -> &'static ObjectType;
    /// The value in a slot (see [`Plan`](super::Plan)); null where there is none.
    fn slot(&self, slot: usize) -> ValueRef<'_>;
}

/// A list as writers see it.
pub trait List {
    /// The number of its items.
    fn length(&self) -> usize;
    /// An item; null where there is none.
    fn item(&self, index: usize) -> ValueRef<'_>;
}

/// A dictionary as writers see it.
pub trait Dictionary {
    /// The number of its entries.
    fn length(&self) -> usize;
    /// An entry; one of 0 and null where there is none.
    fn entry(&self, index: usize) -> (i32, ValueRef<'_>);
}

/// What an answer contains, until it is written in the format that is negotiated.
pub trait Written: Debug + Send + Sync {
    /// The value that writers take.
    fn written(&self) -> ValueRef<'_>;
}

impl<T: Contracted> Written for T {
    fn written(&self) -> ValueRef<'_> {
        self.value()
    }
}

impl Written for Value {
    fn written(&self) -> ValueRef<'_> {
        self.into()
    }
}

impl<'v> dyn List + 'v {
    /// The items in order.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.length()).map(|index| self.item(index))
    }
}

impl<'v> dyn Dictionary + 'v {
    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (i32, ValueRef<'_>)> {
        (0..self.length()).map(|index| self.entry(index))
    }
}

impl<T: Class> Object for T {
    fn class(&self) -> &'static ObjectType {
        T::DECLARATION
    }
    fn slot(&self, slot: usize) -> ValueRef<'_> {
        Class::slot(self, slot)
    }
}

impl<T: Contracted> List for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }
    fn item(&self, index: usize) -> ValueRef<'_> {
        self.get(index).map_or(ValueRef::Null, T::value)
    }
}

impl Object for Record {
    fn class(&self) -> &'static ObjectType {
        self.class
    }
    fn slot(&self, slot: usize) -> ValueRef<'_> {
        self.slot(slot).into()
    }
}

impl List for Value {
    fn length(&self) -> usize {
        if let Value::List(items) = self { items.len() } else { 0 }
    }
    fn item(&self, index: usize) -> ValueRef<'_> {
        let item = if let Value::List(items) = self { items.get(index) } else { None };
        item.map_or(ValueRef::Null, ValueRef::from)
    }
}

impl Dictionary for Value {
    fn length(&self) -> usize {
        if let Value::Dictionary(entries) = self { entries.len() } else { 0 }
    }
    fn entry(&self, index: usize) -> (i32, ValueRef<'_>) {
        let entry = if let Value::Dictionary(entries) = self { entries.get(index) } else { None };
        entry.map_or((0, ValueRef::Null), |(key, value)| (*key, value.into()))
    }
}

impl<'v> From<&'v Value> for ValueRef<'v> {
    fn from(value: &'v Value) -> ValueRef<'v> {
        match value {
            Value::Absent => ValueRef::Absent,
            Value::Null => ValueRef::Null,
            Value::Bool(flag) => ValueRef::Bool(*flag),
            Value::Int(number) => ValueRef::Int(*number),
            Value::Text(text) => ValueRef::Text(text),
            Value::IllFormedText(text) => ValueRef::IllFormedText(text),
            Value::Guid(guid) => ValueRef::Guid(*guid),
            Value::DateTime(date) => ValueRef::DateTime(*date),
            Value::Enum(number) => ValueRef::Enum(*number),
            Value::Object(record) => ValueRef::Object(record),
            Value::List(_) => ValueRef::List(value),
            Value::Dictionary(_) => ValueRef::Dictionary(value),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Value {
        match value {
            ValueRef::Absent => Value::Absent,
            ValueRef::Null => Value::Null,
            ValueRef::Bool(flag) => Value::Bool(flag),
            ValueRef::Int(number) => Value::Int(number),
            ValueRef::Text(text) => Value::Text(text.to_owned()),
            ValueRef::IllFormedText(text) => Value::IllFormedText(text.to_owned()),
            ValueRef::Guid(guid) => Value::Guid(guid),
            ValueRef::DateTime(date) => Value::DateTime(date),
            ValueRef::Enum(number) => Value::Enum(number),
            ValueRef::Object(object) => {
                let class = object.class();
                let slots = (0..class.plan().members.len()).map(|slot| object.slot(slot).into()).collect();
                Value::Object(Record { class, slots })
            }
            ValueRef::List(list) => Value::List(list.iter().map(Value::from).collect()),
            ValueRef::Dictionary(dictionary) => {
                Value::Dictionary(dictionary.iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}
