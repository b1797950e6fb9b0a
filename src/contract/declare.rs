//! The declarations: `contract!` gives a Rust struct, its [`ObjectType`](super::ObjectType) and the conversions
//! between the two; `enumeration!` does the same for an enum. A declaration is the only place where a wire type's
//! members are listed.

use super::value_ref::Dictionary;
use super::{Collection, DateTime, DictionaryType, Kind, ListType, ObjectType, Record, Value, ValueRef};
use std::fmt::Debug;
use uuid::Uuid;

/// A Rust type with a contract. Readers only hand over values of the declared kind, so `from_value` is total:
/// a value of another kind gives the CLR default.
pub trait Contracted: Debug + Sized + Send + Sync + 'static {
    /// The contract.
    const KIND: Kind;
    /// The value that writers take.
    fn value(&self) -> ValueRef<'_>;
    /// From a value that a reader produced.
    fn from_value(value: Value) -> Self;
    /// The value as a reader would produce it.
    fn into_value(self) -> Value {
        self.value().into()
    }
}

/// A member of a partial document: sent (perhaps as null) or not.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Patched<T> {
    /// The client did not send the member.
    #[default]
    Absent,
    /// The client sent this value.
    Sent(T),
}

impl<T: Contracted> Contracted for Patched<T> {
    const KIND: Kind = T::KIND;
    fn value(&self) -> ValueRef<'_> {
        match self {
            Patched::Absent => ValueRef::Absent,
            Patched::Sent(value) => value.value(),
        }
    }
    fn from_value(value: Value) -> Self {
        match value {
            Value::Absent => Patched::Absent,
            value => Patched::Sent(T::from_value(value)),
        }
    }
}

macro_rules! value_type {
    ($type:ty, $variant:ident, $kind:ident, $default:expr) => {
        impl Contracted for $type {
            const KIND: Kind = Kind::$kind;
            fn value(&self) -> ValueRef<'_> {
                ValueRef::$variant(*self)
            }
            fn from_value(value: Value) -> Self {
                if let Value::$variant(inner) = value { inner } else { $default }
            }
        }
        impl Contracted for Option<$type> {
            const KIND: Kind = Kind::Nullable(&Kind::$kind);
            fn value(&self) -> ValueRef<'_> {
                self.map_or(ValueRef::Null, ValueRef::$variant)
            }
            fn from_value(value: Value) -> Self {
                if let Value::$variant(inner) = value { Some(inner) } else { None }
            }
        }
    };
}

value_type!(bool, Bool, Bool, false);
value_type!(i32, Int, Int32, 0);
value_type!(Uuid, Guid, Guid, Uuid::nil());
value_type!(DateTime, DateTime, DateTime, DateTime::MIN);

impl Contracted for Option<String> {
    const KIND: Kind = Kind::String;
    fn value(&self) -> ValueRef<'_> {
        self.as_deref().map_or(ValueRef::Null, ValueRef::Text)
    }
    fn from_value(value: Value) -> Self {
        match value {
            // chosen: half a surrogate pair is stored as U+FFFD, as the JSON reader has it.
            Value::Text(text) | Value::IllFormedText(text) => Some(text),
            _ => None,
        }
    }
}

/// A Rust type declared with `contract!`.
pub trait Class: Sized {
    /// The declaration, which the struct also has as `CLASS`.
    const DECLARATION: &'static ObjectType;
    /// The value in a slot: base class first; null where there is none.
    fn slot(&self, slot: usize) -> ValueRef<'_>;
    /// From one value per slot; missing values count as null.
    fn from_slots(slots: &mut dyn Iterator<Item = Value>) -> Self;
}

/// An object from a value that a reader produced; anything but an object gives an empty one.
pub fn object_from_value<T: Class>(value: Value) -> T {
    let record = if let Value::Object(record) = value { record } else { Record::empty(T::DECLARATION) };
    T::from_slots(&mut record.slots.into_iter())
}

impl<T: Class + Contracted> Contracted for Option<T> {
    const KIND: Kind = Kind::Object(T::DECLARATION);
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, |object| ValueRef::Object(object))
    }
    fn from_value(value: Value) -> Self {
        matches!(value, Value::Object(_)).then(|| object_from_value(value))
    }
}

/// Objects may be null inside a list, so the item type decides.
impl<T: Contracted> Contracted for Option<Vec<T>> {
    const KIND: Kind = Kind::List(&ListType { item: T::KIND, collection: Collection::List });
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, |items| ValueRef::List(items))
    }
    fn from_value(value: Value) -> Self {
        if let Value::List(items) = value { Some(items.into_iter().map(T::from_value).collect()) } else { None }
    }
}

/// An enum declared with `enumeration!`, which may be the key of a dictionary.
pub trait Enumeration: Contracted {
    /// The declaration.
    const TYPE: &'static super::EnumType;
    /// The number behind it.
    fn number(&self) -> i32;
    /// From any number, with a name or not.
    fn from_number(number: i32) -> Self;
}

impl<K: Enumeration, V: Contracted> Contracted for Option<Vec<(K, V)>> {
    const KIND: Kind = Kind::Dictionary(&DictionaryType { key: K::TYPE, value: V::KIND });
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, |entries| ValueRef::Dictionary(entries))
    }
    fn from_value(value: Value) -> Self {
        let Value::Dictionary(entries) = value else { return None };
        Some(entries.into_iter().map(|(key, value)| (K::from_number(key), V::from_value(value))).collect())
    }
}

impl<K: Enumeration, V: Contracted> Dictionary for Vec<(K, V)> {
    fn length(&self) -> usize {
        self.len()
    }
    fn entry(&self, index: usize) -> (i32, ValueRef<'_>) {
        self.get(index).map_or((0, ValueRef::Null), |(key, value)| (key.number(), value.value()))
    }
}

/// Declares a class: the struct, its contract and the conversions.
///
/// ```text
/// contract! {
///     /// Documentation of the type.
///     pub struct User: "pbnb_models.User" as TypeName::Plain("User") in MODELS {
///         /// Documentation of the member.
///         username: Option<String> = "Username" { required: true },
///     }
/// }
/// ```
///
/// `extends Base` after the struct's name puts a field `base: Base` in front; `partial EXPR` before the brace marks a
/// partial document. Attributes in braces are fields of [`Member`](crate::contract::Member).
#[macro_export]
macro_rules! contract {
    ($(
        $(#[doc = $doc:literal])*
        pub struct $type:ident $(extends $base:ident)? : $clr:literal as $name:expr, in $namespace:expr, $(partial $partial:expr,)? {
            $(
                $(#[doc = $member_doc:literal])*
                $field:ident : $field_type:ty = $wire:literal $({ $($attribute:ident : $setting:expr),* $(,)? })?
            ),* $(,)?
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $type {
            $(#[doc = "The base class's members."] pub base: $base,)?
            $($(#[doc = $member_doc])* pub $field: $field_type,)*
        }

        impl $type {
            /// The declaration.
            pub const CLASS: &'static $crate::__macros::ObjectType = {
                static MEMBERS: &[$crate::__macros::Member] = &[$(
                    $crate::__macros::Member {
                        $($($attribute: $setting,)*)?
                        ..$crate::__macros::Member::new(
                            $wire,
                            <$field_type as $crate::__macros::Contracted>::KIND,
                            concat!($($member_doc, "\n"),*),
                        )
                    },
                )*];
                static CLASS: $crate::__macros::ObjectType = $crate::__macros::ObjectType {
                    clr_name: $clr,
                    name: $name,
                    namespace: $namespace,
                    base: $crate::contract!(@base $($base)?),
                    members: MEMBERS,
                    partial: $crate::contract!(@partial $($partial)?),
                    doc: concat!($($doc, "\n"),*),
                    plan: std::sync::OnceLock::new(),
                };
                &CLASS
            };
        }

        impl $crate::__macros::Class for $type {
            const DECLARATION: &'static $crate::__macros::ObjectType = Self::CLASS;
            fn slot(&self, slot: usize) -> $crate::__macros::ValueRef<'_> {
                $(
                    let of_base = <$base>::CLASS.plan().members.len();
                    let Some(slot) = slot.checked_sub(of_base) else { return $crate::__macros::Class::slot(&self.base, slot) };
                )?
                let own: &[fn(&Self) -> $crate::__macros::ValueRef<'_>] =
                    &[$(|object| $crate::__macros::Contracted::value(&object.$field)),*];
                own.get(slot).map_or($crate::__macros::ValueRef::Null, |value| value(self))
            }
            fn from_slots(slots: &mut dyn Iterator<Item = $crate::__macros::Value>) -> Self {
                Self {
                    $(base: <$base as $crate::__macros::Class>::from_slots(slots),)?
                    $($field: $crate::__macros::Contracted::from_value(
                        slots.next().unwrap_or($crate::__macros::Value::Null),
                    ),)*
                }
            }
        }

        impl $crate::__macros::Contracted for $type {
            const KIND: $crate::__macros::Kind = $crate::__macros::Kind::Object(Self::CLASS);
            fn value(&self) -> $crate::__macros::ValueRef<'_> {
                $crate::__macros::ValueRef::Object(self)
            }
            fn from_value(value: $crate::__macros::Value) -> Self {
                $crate::__macros::object_from_value(value)
            }
        }
    )*};
    (@base) => { None };
    (@base $base:ident) => { Some($base::CLASS) };
    (@partial) => { None };
    (@partial $partial:expr) => { Some($partial) };
}

/// Declares an enum: a newtype over its number (undefined numbers are possible), its names and the conversions.
///
/// ```text
/// enumeration! {
///     /// Documentation of the type.
///     pub enum Status: "pbnb_models.Status" as "Status", in MODELS { Enabled = 0, Disabled = 1 }
/// }
/// ```
#[macro_export]
macro_rules! enumeration {
    ($(
        $(#[doc = $doc:literal])*
        pub enum $type:ident : $clr:literal as $name:literal, in $namespace:expr, {
            $($member:ident = $number:literal),* $(,)?
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $type(pub i32);

        #[allow(non_upper_case_globals, missing_docs, dead_code)]
        impl $type {
            $(pub const $member: Self = Self($number);)*
            /// The declaration.
            pub const TYPE: &'static $crate::__macros::EnumType = {
                static TYPE: $crate::__macros::EnumType = $crate::__macros::EnumType {
                    clr_name: $clr,
                    name: $name,
                    namespace: $namespace,
                    members: &[$((stringify!($member), $number)),*],
                };
                &TYPE
            };
            /// The name, when the number has one.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                Self::TYPE.name_of(self.0)
            }
        }

        impl $crate::__macros::Enumeration for $type {
            const TYPE: &'static $crate::__macros::EnumType = Self::TYPE;
            fn number(&self) -> i32 {
                self.0
            }
            fn from_number(number: i32) -> Self {
                Self(number)
            }
        }

        impl $crate::__macros::Storable for $type {
            const KIND: $crate::__macros::StoredKind = $crate::__macros::StoredKind::Enum(Self::TYPE);
            fn to_value(&self) -> $crate::__macros::Value {
                $crate::__macros::Value::Enum(self.0)
            }
            fn from_value(value: $crate::__macros::Value) -> Self {
                $crate::__macros::Contracted::from_value(value)
            }
            fn read<S: $crate::__macros::MemberSource>(source: &mut S) -> Result<Self, S::Error> {
                source.number().map(Self)
            }
            fn write<S: $crate::__macros::MemberSink>(&self, sink: &mut S) {
                sink.put_number(self.0);
            }
        }

        impl $crate::__macros::Contracted for $type {
            const KIND: $crate::__macros::Kind = $crate::__macros::Kind::Enum(Self::TYPE);
            fn value(&self) -> $crate::__macros::ValueRef<'_> {
                $crate::__macros::ValueRef::Enum(self.0)
            }
            fn from_value(value: $crate::__macros::Value) -> Self {
                if let $crate::__macros::Value::Enum(number) = value { Self(number) } else { Self(0) }
            }
        }
    )*};
}
