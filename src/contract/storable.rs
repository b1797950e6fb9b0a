//! Rust types of stored members: as values, which interpreters of declarations take, and straight from and into the place
//! where a record is stored.

use super::{DateTime, DateTimeKind, Enumeration, StoredKind, StoredMember, Value};
use uuid::Uuid;

/// A Rust type of a stored member.
pub trait Storable: Sized {
    /// Its kind in a declaration.
    const KIND: StoredKind;
    /// The value that interpreters take.
    fn to_value(&self) -> Value;
    /// The inverse; a value of another kind gives zero.
    fn from_value(value: Value) -> Self;
    /// The value that a source holds. Types that are read with most requests have a shorter way than this one.
    ///
    /// # Errors
    /// The source's.
    fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error> {
        source.value(Self::KIND).map(Self::from_value)
    }
    /// Writes the value. Types that are written with most changes have a shorter way than this one.
    fn write<S: MemberSink>(&self, sink: &mut S) {
        sink.put_value(Self::KIND, &self.to_value());
    }
}

macro_rules! storable {
    ($($type:ty: $kind:ident, $value:ident, $zero:expr $(, $read:ident, $write:ident($($by:tt)?))?;)*) => {$(
        impl Storable for $type {
            const KIND: StoredKind = StoredKind::$kind;
            fn to_value(&self) -> Value {
                Value::$value(self.clone())
            }
            fn from_value(value: Value) -> Self {
                if let Value::$value(inner) = value { inner } else { $zero }
            }
            $(fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error> {
                source.$read()
            }
            fn write<S: MemberSink>(&self, sink: &mut S) {
                sink.$write($($by)? self);
            })?
        }
    )*};
}

storable! {
    bool: Bool, Bool, false, flag, put_flag(*);
    i32: Int, Int, 0, number, put_number(*);
    String: Text, Text, String::new(), text, put_text();
    Uuid: Guid, Guid, Uuid::nil();
    DateTime: Date, DateTime, DateTime { ticks: 0, kind: DateTimeKind::Utc };
}

impl<T: Storable> Storable for Option<T> {
    const KIND: StoredKind = StoredKind::Nullable(&T::KIND);
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
    fn from_value(value: Value) -> Self {
        (!matches!(value, Value::Null | Value::Absent)).then(|| T::from_value(value))
    }
    fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error> {
        if source.flag()? { T::read(source).map(Some) } else { Ok(None) }
    }
    fn write<S: MemberSink>(&self, sink: &mut S) {
        sink.put_flag(self.is_some());
        if let Some(value) = self {
            value.write(sink);
        }
    }
}

impl<T: Storable> Storable for Vec<T> {
    const KIND: StoredKind = StoredKind::List(&T::KIND);
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }
    fn from_value(value: Value) -> Self {
        if let Value::List(items) = value { items.into_iter().map(T::from_value).collect() } else { Vec::new() }
    }
    fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error> {
        (0..source.length()?).map(|_| T::read(source)).collect()
    }
    fn write<S: MemberSink>(&self, sink: &mut S) {
        sink.put_length(self.len());
        self.iter().for_each(|item| item.write(sink));
    }
}

/// Values by the names of an enum, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumMap<K, V>(pub Vec<(K, V)>);

impl<K, V> Default for EnumMap<K, V> {
    fn default() -> Self {
        EnumMap(Vec::new())
    }
}

impl<K: Enumeration, V: Storable> Storable for EnumMap<K, V> {
    const KIND: StoredKind = StoredKind::Map(K::TYPE, &V::KIND);
    fn to_value(&self) -> Value {
        Value::Dictionary(self.0.iter().map(|(key, value)| (key.number(), value.to_value())).collect())
    }
    fn from_value(value: Value) -> Self {
        let Value::Dictionary(entries) = value else { return EnumMap::default() };
        EnumMap(entries.into_iter().map(|(key, value)| (K::from_number(key), V::from_value(value))).collect())
    }
    fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error> {
        let length = source.length()?;
        let entry = |_| Ok((K::from_number(source.number()?), V::read(source)?));
        (0..length).map(entry).collect::<Result<_, _>>().map(EnumMap)
    }
    fn write<S: MemberSink>(&self, sink: &mut S) {
        sink.put_length(self.0.len());
        for (key, value) in &self.0 {
            sink.put_number(key.number());
            value.write(sink);
        }
    }
}

/// A stored record that is read member by member. Reading straight into Rust types spares the record of values in
/// between, which cost a request as much as its look-up.
pub trait MemberSource: Sized {
    /// Why reading fails.
    type Error;
    /// Whether no member is left.
    fn is_at_end(&self) -> bool;
    /// A value of a kind.
    ///
    /// # Errors
    /// When the source holds none, as in every other method.
    fn value(&mut self, kind: StoredKind) -> Result<Value, Self::Error>;
    /// True or false; before a value that may be null, whether it is there.
    ///
    /// # Errors
    /// As [`MemberSource::value`].
    fn flag(&mut self) -> Result<bool, Self::Error>;
    /// A whole number, or an enum's.
    ///
    /// # Errors
    /// As [`MemberSource::value`].
    fn number(&mut self) -> Result<i32, Self::Error>;
    /// A string.
    ///
    /// # Errors
    /// As [`MemberSource::value`].
    fn text(&mut self) -> Result<String, Self::Error>;
    /// The number of items that follow.
    ///
    /// # Errors
    /// As [`MemberSource::value`].
    fn length(&mut self) -> Result<usize, Self::Error>;
    /// The members of a record inside.
    ///
    /// # Errors
    /// As [`MemberSource::value`].
    fn group(&mut self) -> Result<Self, Self::Error>;
}

/// Where a stored record is written member by member, straight from Rust types, as [`MemberSource`] reads it.
pub trait MemberSink: Sized {
    /// Writes a value of a kind.
    fn put_value(&mut self, kind: StoredKind, value: &Value);
    /// Writes true or false; before a value that may be null, whether it is there.
    fn put_flag(&mut self, flag: bool);
    /// Writes a whole number, or an enum's.
    fn put_number(&mut self, number: i32);
    /// Writes a string.
    fn put_text(&mut self, text: &str);
    /// Writes the number of items that follow.
    fn put_length(&mut self, length: usize);
    /// Writes a record inside, whose members `write` writes.
    fn put_group(&mut self, write: impl FnOnce(&mut Self));
}

/// The next member of a record: its default where the source ends before it.
///
/// # Errors
/// The source's.
#[doc(hidden)]
pub fn next_member<T: Storable, S: MemberSource>(
    source: &mut S,
    members: &mut std::slice::Iter<'static, StoredMember>,
) -> Result<T, S::Error> {
    match members.next() {
        Some(member) if source.is_at_end() => Ok(T::from_value(member.usual())),
        _ => T::read(source),
    }
}
