//! A value of some [`Kind`](super::Kind), which readers produce and writers consume. The tree is untyped so that one
//! interpreter per format serves every contract; `Contracted` turns it into the Rust type and back.

use super::{DateTime, Kind, ObjectType};
use uuid::Uuid;

/// A value of a contract.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// A member of a partial document that the client did not send.
    Absent,
    /// Null.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A 32-bit integer.
    Int(i32),
    /// Text.
    Text(String),
    /// Text that contains a lone surrogate, with U+FFFD in its place. .NET can store such text; the JSON and XML
    /// encoders throw at it (a 500), the BSON one replaces it.
    IllFormedText(String),
    /// A Guid.
    Guid(Uuid),
    /// A date with its kind.
    DateTime(DateTime),
    /// An enum number, with or without a name.
    Enum(i32),
    /// An object.
    Object(Record),
    /// A list.
    List(Vec<Value>),
    /// A dictionary with enum keys, in insertion order.
    Dictionary(Vec<(i32, Value)>),
}

impl Value {
    /// Whether a variable of the kind can hold the value.
    #[must_use]
    pub(crate) fn is_of(&self, kind: &Kind) -> bool {
        match (self, kind.underlying()) {
            (Value::Absent | Value::Null, _)
            | (Value::Bool(_), Kind::Bool)
            | (Value::Int(_), Kind::Int32)
            | (Value::Text(_) | Value::IllFormedText(_), Kind::String)
            | (Value::Guid(_), Kind::Guid)
            | (Value::DateTime(_), Kind::DateTime)
            | (Value::Enum(_), Kind::Enum(_))
            | (Value::List(_), Kind::List(_))
            | (Value::Dictionary(_), Kind::Dictionary(_)) => true,
            (Value::Object(record), Kind::Object(class)) => std::ptr::eq(record.class, *class),
            _ => false,
        }
    }

    /// The CLR type of the value, as far as it is known without a contract.
    #[must_use]
    pub(crate) fn clr_name(&self) -> &'static str {
        match self {
            Value::Absent | Value::Null => "System.Object",
            Value::Bool(_) => "System.Boolean",
            Value::Int(_) => "System.Int32",
            Value::Text(_) | Value::IllFormedText(_) => "System.String",
            Value::Guid(_) => "System.Guid",
            Value::DateTime(_) => "System.DateTime",
            Value::Enum(_) => "System.Enum",
            Value::Object(record) => record.class.clr_name,
            Value::List(_) => "System.Collections.IList",
            Value::Dictionary(_) => "System.Collections.IDictionary",
        }
    }
}

/// An object: its class and one value per slot (see [`Plan`](super::Plan)).
#[derive(Debug, Clone)]
pub struct Record {
    /// The class.
    pub class: &'static ObjectType,
    /// One value per member, base class first.
    pub slots: Vec<Value>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.class, other.class) && self.slots == other.slots
    }
}

impl Record {
    /// A record as the class's constructor leaves it; for a partial document, nothing sent.
    #[must_use]
    pub fn empty(class: &'static ObjectType) -> Record {
        let slots = class.plan().members.iter();
        let slots = match class.partial {
            Some(_) => slots.map(|_| Value::Absent).collect(),
            None => slots.map(|member| member.kind.default_value()).collect(),
        };
        Record { class, slots }
    }

    /// The value in a slot; `Null` when the slot does not exist.
    #[must_use]
    pub fn slot(&self, slot: usize) -> &Value {
        self.slots.get(slot).unwrap_or(&Value::Null)
    }

    /// Puts a value into a slot.
    pub fn set(&mut self, slot: usize, value: Value) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Takes a value out of a slot, leaving `Null`.
    pub fn take(&mut self, slot: usize) -> Value {
        self.slots.get_mut(slot).map_or(Value::Null, |place| std::mem::replace(place, Value::Null))
    }
}
