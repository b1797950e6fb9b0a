//! Stored state as data. An API declares its facet of a user once with `facet!`, and the lists that it owns with
//! `list!`; state documents (read, written, compared, JSON Schema), the store's bodies, keys and containers, and the
//! masking of secrets interpret the declaration. Nothing here knows a vendor or a store.

use super::{DateTime, EnumType, MemberSink, MemberSource, Storable, Value};
use uuid::Uuid;

/// The kind of values of a stored member. Null is possible only inside [`StoredKind::Nullable`].
#[derive(Debug, Clone, Copy)]
pub enum StoredKind {
    /// True or false.
    Bool,
    /// A 32-bit whole number.
    Int,
    /// A string.
    Text,
    /// A guid.
    Guid,
    /// A moment, UTC, to 100 ns.
    Date,
    /// A wire enum. Documents spell its names; a number without a name stands as itself, because the emulated
    /// framework lets clients store those.
    Enum(&'static EnumType),
    /// An enum of which documents take the names only.
    NamedEnum(&'static EnumType),
    /// Flags, a bit each, the first name the lowest; documents list the names of those that
    /// are on. A function gives the names, so that they may be those of another declaration's members.
    Flags(fn() -> Vec<&'static str>),
    /// A list.
    List(&'static StoredKind),
    /// Values by the names of an enum, in order; documents show an object. Null reads as an empty one.
    Map(&'static EnumType, &'static StoredKind),
    /// A record inside a record, e.g. a membership.
    Group(&'static [StoredMember]),
    /// The kind inside, or null.
    Nullable(&'static StoredKind),
}

/// The value of a member that a document leaves out.
#[derive(Debug, Clone, Copy)]
pub enum DefaultValue {
    /// None: a document has to give it.
    Required,
    /// False, zero, an empty text or list, or null.
    Zero,
    /// This value.
    Value(fn() -> Value),
    /// The id of the first item of a list, e.g. `pbnb.accounts`; a document that leaves both out is wrong.
    FirstOf(&'static str),
    /// The facet's first container, else as [`DefaultValue::FirstOf`].
    FirstContainerOr(&'static str),
    /// The user's id.
    UserId,
    /// For the last part of a key of numbers: one more than the largest in use with the same parts before it.
    NextNumber,
}

/// One stored member.
#[derive(Debug)]
pub struct StoredMember {
    /// The Rust field, by which keys and containers name it.
    pub field: &'static str,
    /// The name in state documents.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: StoredKind,
    /// Its value when a document leaves it out.
    pub default: DefaultValue,
    /// The lists, e.g. `pbnb.accounts`, of which one has to contain the item that it names; none when it names no item.
    pub refers: &'static [&'static str],
    /// Whether it also shows if the user is enabled: the enum's number 0 for an enabled user, another for a disabled
    /// one.
    pub mirrors_enabled: bool,
    /// Whether documents leave it out where it holds its default.
    pub quiet: bool,
    /// Whether it is masked wherever secrets are.
    pub secret: bool,
    /// A sentence for the JSON Schema.
    pub doc: &'static str,
}

impl StoredMember {
    /// A member with no attribute.
    #[must_use]
    pub const fn new(field: &'static str, name: &'static str, kind: StoredKind, doc: &'static str) -> StoredMember {
        let (mirrors_enabled, quiet, secret) = (false, false, false);
        StoredMember {
            field,
            name,
            kind,
            default: DefaultValue::Zero,
            refers: &[],
            mirrors_enabled,
            quiet,
            secret,
            doc,
        }
    }
}

/// The members by which the users of an API are listed, e.g. the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// The API lists all its users together.
    None,
    /// The member at this place holds the container's id.
    Member(usize),
    /// Each record of the list at the first place holds one at the second.
    Each(usize, usize),
}

/// An API's facet of a user.
#[derive(Debug)]
pub struct FacetType {
    /// The API's name, under which documents hold the facet.
    pub api: &'static str,
    /// Its members, in the order of documents and of the stored body. New ones come last: a body that was stored before
    /// ends early, and its reader gives missing members their defaults.
    pub members: &'static [StoredMember],
    /// Places of the members that make the key of a user in this API; none when the user's id is the key.
    pub key: &'static [usize],
    /// How the API lists its users.
    pub container: Container,
    /// Whether a user with this facet has to have a username.
    pub needs_username: bool,
    /// Whether the API refuses a user without an e-mail address, so that no other API may take it away.
    pub needs_email: bool,
    /// A sentence for the JSON Schema.
    pub doc: &'static str,
}

/// A list that an API owns and users may refer to.
#[derive(Debug)]
pub struct ApiList {
    /// The API's name.
    pub api: &'static str,
    /// The name in documents, e.g. `accounts`.
    pub name: &'static str,
    /// Both, as references write it: `pbnb.accounts`.
    pub path: &'static str,
    /// One of its items in a sentence, e.g. `account`.
    pub noun: &'static str,
    /// The members of an item; the one named `id` is its key.
    pub members: &'static [StoredMember],
    /// The place of the id.
    pub id: usize,
    /// The place of the flag that hides an item from lists, while users may go on to name it.
    pub hidden: Option<usize>,
    /// The place of the member that holds the id of the container by which the API lists the items, e.g. the account;
    /// null is none. It counts from the time an item is stored: a list that has been stored without one keeps it so.
    pub container: Option<usize>,
    /// A sentence for the JSON Schema.
    pub doc: &'static str,
}

/// The place of a member by its Rust field.
///
/// # Panics
/// When there is none: at compile time, where facets are declared.
#[must_use]
pub const fn place_of(members: &[StoredMember], field: &str) -> usize {
    let mut rest = members;
    let mut place = 0;
    while let [first, others @ ..] = rest {
        if same(first.field.as_bytes(), field.as_bytes()) {
            return place;
        }
        rest = others;
        place += 1;
    }
    panic!("a key or container names a field that the declaration does not have")
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([a, rest @ ..], [b, others @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

/// The name of an API, checked.
///
/// # Panics
/// When it contains anything but ASCII letters, because it is part of a column's name in the store: at compile time,
/// where facets are declared.
#[must_use]
pub const fn api_name(name: &'static str) -> &'static str {
    let mut rest = name.as_bytes();
    while let [first, others @ ..] = rest {
        assert!(first.is_ascii_alphabetic(), "the name of an API is made of ASCII letters");
        rest = others;
    }
    name
}

/// A record declared with `facet!`, `list!` or `group!`.
pub trait StoredRecord: Sized {
    /// Its members.
    const MEMBERS: &'static [StoredMember];
    /// One value per member.
    fn to_values(&self) -> Vec<Value>;
    /// The inverse; a value that is missing or of another kind gives the kind's zero.
    fn from_values(values: Vec<Value>) -> Self;
    /// The record that a source holds; members that it ends before have their defaults.
    ///
    /// # Errors
    /// The source's.
    fn read<S: MemberSource>(source: &mut S) -> Result<Self, S::Error>;
    /// Writes the record.
    fn write<S: MemberSink>(&self, sink: &mut S);
}

/// A record declared with `facet!`.
pub trait Facet: StoredRecord + Clone + PartialEq + Send + 'static {
    /// The declaration.
    const TYPE: &'static FacetType;
    /// The key by which a user is found.
    type Key: KeyPart;
}

/// A record declared with `list!`.
pub trait ListItem: StoredRecord + Clone + Send + Sync + 'static {
    /// The declaration.
    const TYPE: &'static ApiList;
    /// Its id.
    type Id: KeyPart;
}

/// The largest number of bytes of a key.
pub const KEY_BYTES: usize = 16;

/// A key in the store: bytes that sort as the values do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Key {
    bytes: [u8; KEY_BYTES],
    length: u8,
}

impl Key {
    /// The bytes.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The first key that sorts after every key that starts with this one; `None` when there is none.
    #[must_use]
    pub(crate) fn end_of_range(&self) -> Option<Key> {
        let mut end = *self;
        let length = usize::from(self.length);
        let place = end.bytes.get(..length)?.iter().rposition(|byte| *byte != u8::MAX)?;
        let byte = end.bytes.get_mut(place)?;
        *byte += 1;
        end.bytes.get_mut(place + 1..)?.fill(0);
        end.length = u8::try_from(place + 1).ok()?;
        Some(end)
    }

    /// Adds a part after the others. Parts beyond `KEY_BYTES` are dropped; declarations have none, see [`KeyPart`].
    #[must_use]
    pub fn with(mut self, part: &[u8]) -> Key {
        let start = usize::from(self.length);
        if let Some(place) = self.bytes.get_mut(start..start + part.len()) {
            place.copy_from_slice(part);
            self.length = u8::try_from(start + part.len()).unwrap_or(self.length);
        }
        self
    }

    /// Adds the value of a key's member.
    #[must_use]
    pub(crate) fn with_value(self, value: &Value) -> Key {
        match value {
            Value::Int(number) => number.add_to(self),
            Value::Guid(guid) => guid.add_to(self),
            _ => self,
        }
    }
}

/// A Rust type whose values are keys, or parts of one.
pub trait KeyPart: Copy + Send {
    /// Adds the value to a key.
    fn add_to(self, key: Key) -> Key;
    /// The value as a key of its own.
    fn to_key(self) -> Key {
        self.add_to(Key::default())
    }
}

impl KeyPart for i32 {
    fn add_to(self, key: Key) -> Key {
        // With the sign bit inverted, bytes sort as numbers do.
        key.with(&(self.cast_unsigned() ^ (1 << 31)).to_be_bytes())
    }
}

impl KeyPart for Uuid {
    fn add_to(self, key: Key) -> Key {
        key.with(self.as_bytes())
    }
}

impl<A: KeyPart, B: KeyPart> KeyPart for (A, B) {
    fn add_to(self, key: Key) -> Key {
        self.1.add_to(self.0.add_to(key))
    }
}

impl FacetType {
    /// The key of a user: the members that make it, or the user's id.
    #[must_use]
    pub(crate) fn key_of(&self, id: Uuid, values: &[Value]) -> Key {
        if self.key.is_empty() {
            return id.to_key();
        }
        let parts = self.key.iter().filter_map(|place| values.get(*place));
        parts.fold(Key::default(), |key, value| key.with_value(value))
    }

    /// The containers that list a user, in order.
    pub(crate) fn containers<'v>(&self, values: &'v [Value]) -> impl Iterator<Item = &'v Value> + use<'v> {
        let (list, member, inner) = match self.container {
            Container::None => (None, None, 0),
            Container::Member(place) => (None, values.get(place), 0),
            Container::Each(list, inner) => (values.get(list), None, inner),
        };
        let records = match list {
            Some(Value::List(records)) => records.as_slice(),
            _ => &[],
        };
        let each = records.iter().filter_map(move |record| match record {
            Value::List(members) => members.get(inner),
            _ => None,
        });
        member.into_iter().chain(each)
    }

    /// Whether the container is the first part of the key, so that keys alone list its users in order.
    #[must_use]
    pub(crate) fn lists_by_key(&self) -> bool {
        matches!((self.container, self.key.first()), (Container::Member(place), Some(first)) if place == *first)
    }
}

impl StoredKind {
    /// The value of a member of this kind that is not set: false, zero, an empty text or list, or null.
    #[must_use]
    pub(crate) fn zero(&self) -> Value {
        match self {
            StoredKind::Bool => Value::Bool(false),
            StoredKind::Int | StoredKind::Flags(_) => Value::Int(0),
            StoredKind::Text => Value::Text(String::new()),
            StoredKind::Guid => Value::Guid(Uuid::nil()),
            StoredKind::Date => Value::DateTime(DateTime::from_value(Value::Null)),
            StoredKind::Enum(_) | StoredKind::NamedEnum(_) => Value::Enum(0),
            StoredKind::List(_) => Value::List(Vec::new()),
            StoredKind::Map(..) => Value::Dictionary(Vec::new()),
            StoredKind::Group(members) => Value::List(members.iter().map(StoredMember::usual).collect()),
            StoredKind::Nullable(_) => Value::Null,
        }
    }
}

impl StoredMember {
    /// The default as far as the declaration alone gives it: zero where it depends on other data.
    #[must_use]
    pub(crate) fn usual(&self) -> Value {
        match self.default {
            DefaultValue::Value(value) => value(),
            _ => self.kind.zero(),
        }
    }
}

/// The number that a member that mirrors `enabled` shows of a user: 0 while the user is enabled, else the stored number,
/// or 1 where that is 0.
#[must_use]
pub const fn mirrored(enabled: bool, stored: i32) -> i32 {
    match (enabled, stored) {
        (true, _) => 0,
        (false, 0) => 1,
        (false, other) => other,
    }
}

/// The number to store of one that is shown: the inverse of [`mirrored`], with one form for each.
#[must_use]
pub const fn unmirrored(shown: i32) -> i32 {
    if shown == 1 { 0 } else { shown }
}

/// Declares a record inside a record: the struct, its members and the conversions.
#[macro_export]
macro_rules! group {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident {
            $(
                $(#[doc = $member_doc:literal])*
                $field:ident : $field_type:ty = $name:literal $({ $($attribute:ident : $setting:expr),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $crate::declare_record! {
            $(#[doc = $doc])*
            pub struct $type {
                $($(#[doc = $member_doc])* $field : $field_type = $name $({ $($attribute : $setting),* })?,)*
            }
        }

        impl $crate::__macros::Storable for $type {
            const KIND: $crate::__macros::StoredKind =
                $crate::__macros::StoredKind::Group(<$type as $crate::__macros::StoredRecord>::MEMBERS);
            fn to_value(&self) -> $crate::__macros::Value {
                $crate::__macros::Value::List($crate::__macros::StoredRecord::to_values(self))
            }
            fn from_value(value: $crate::__macros::Value) -> Self {
                let values = if let $crate::__macros::Value::List(values) = value { values } else { Vec::new() };
                $crate::__macros::StoredRecord::from_values(values)
            }
            fn read<S: $crate::__macros::MemberSource>(source: &mut S) -> Result<Self, S::Error> {
                <Self as $crate::__macros::StoredRecord>::read(&mut source.group()?)
            }
            fn write<S: $crate::__macros::MemberSink>(&self, sink: &mut S) {
                sink.put_group(|sink| $crate::__macros::StoredRecord::write(self, sink));
            }
        }
    };
}

/// Declares an API's facet of a user.
///
/// ```text
/// facet! {
///     /// Documentation of the facet.
///     pub struct PbnbFacet of "pbnb", key (account_id: i32, user_id: i32), in account_id, needs username {
///         /// Documentation of the member.
///         account_id: i32 = "accountId" { refers: &["pbnb.accounts"], default: DefaultValue::FirstOf("pbnb.accounts") },
///     }
/// }
/// ```
///
/// `needs` names the shared members, `username` and `email` in this order, that every user of the API has.
///
/// Without `key` the user's id is the key; `in memberships.tenant` lists a user in the container of each record of a
/// list. Attributes in braces are fields of [`StoredMember`].
#[macro_export]
macro_rules! facet {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident of $api:literal
            $(, key ($($key:ident : $key_type:ty),+))?
            $(, in $container:ident $(. $inner:ident of $group:ident)?)?
            $(, needs $($needs:ident)+)?
        {
            $(
                $(#[doc = $member_doc:literal])*
                $field:ident : $field_type:ty = $name:literal $({ $($attribute:ident : $setting:expr),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $crate::declare_record! {
            $(#[doc = $doc])*
            pub struct $type {
                $($(#[doc = $member_doc])* $field : $field_type = $name $({ $($attribute : $setting),* })?,)*
            }
        }

        impl $crate::__macros::Facet for $type {
            const TYPE: &'static $crate::__macros::FacetType = {
                const MEMBERS: &[$crate::__macros::StoredMember] =
                    <$type as $crate::__macros::StoredRecord>::MEMBERS;
                static TYPE: $crate::__macros::FacetType = $crate::__macros::FacetType {
                    api: $crate::__macros::api_name($api),
                    members: MEMBERS,
                    key: &[$($($crate::__macros::place_of(MEMBERS, stringify!($key))),+)?],
                    container: $crate::facet!(@container MEMBERS $(, $container $(, $inner, $group)?)?),
                    needs_username: $crate::facet!(@needs_username $($($needs)+)?),
                    needs_email: $crate::facet!(@needs_email $($($needs)+)?),
                    doc: concat!($($doc, "\n"),*),
                };
                &TYPE
            };
            type Key = $crate::facet!(@key $($($key_type),+)?);
        }
    };
    (@key) => { $crate::__macros::Uuid };
    (@key $one:ty) => { $one };
    (@key $one:ty, $other:ty) => { ($one, $other) };
    (@needs_username $(email)?) => { false };
    (@needs_username username $(email)?) => { true };
    (@needs_email $(username)?) => { false };
    (@needs_email $(username)? email) => { true };
    (@container $members:expr) => { $crate::__macros::Container::None };
    (@container $members:expr, $container:ident) => {
        $crate::__macros::Container::Member($crate::__macros::place_of($members, stringify!($container)))
    };
    (@container $members:expr, $container:ident, $inner:ident, $group:ident) => {
        $crate::__macros::Container::Each(
            $crate::__macros::place_of($members, stringify!($container)),
            $crate::__macros::place_of(<$group as $crate::__macros::StoredRecord>::MEMBERS, stringify!($inner)),
        )
    };
}

/// Declares a list that an API owns: the item, its members and the conversions.
///
/// ```text
/// list! {
///     /// Documentation of an item.
///     pub struct Group in "pbnb"."groups", each "group", id id: i32, hidden deleted, in account_id { … }
/// }
/// ```
///
/// `hidden` names the flag that hides an item, `in` the member that holds the container by which items are listed.
#[macro_export]
macro_rules! list {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident in $api:literal . $list:literal, each $noun:literal, id $id:ident : $id_type:ty
            $(, hidden $hidden:ident)?
            $(, in $container:ident)?
        {
            $(
                $(#[doc = $member_doc:literal])*
                $field:ident : $field_type:ty = $name:literal $({ $($attribute:ident : $setting:expr),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $crate::declare_record! {
            $(#[doc = $doc])*
            pub struct $type {
                $($(#[doc = $member_doc])* $field : $field_type = $name $({ $($attribute : $setting),* })?,)*
            }
        }

        impl $crate::__macros::ListItem for $type {
            const TYPE: &'static $crate::__macros::ApiList = {
                const MEMBERS: &[$crate::__macros::StoredMember] =
                    <$type as $crate::__macros::StoredRecord>::MEMBERS;
                static TYPE: $crate::__macros::ApiList = $crate::__macros::ApiList {
                    api: $api,
                    name: $list,
                    path: concat!($api, ".", $list),
                    noun: $noun,
                    members: MEMBERS,
                    id: $crate::__macros::place_of(MEMBERS, stringify!($id)),
                    hidden: $crate::list!(@place MEMBERS $(, $hidden)?),
                    container: $crate::list!(@place MEMBERS $(, $container)?),
                    doc: concat!($($doc, "\n"),*),
                };
                &TYPE
            };
            type Id = $id_type;
        }
    };
    (@place $members:expr) => { None };
    (@place $members:expr, $field:ident) => {
        Some($crate::__macros::place_of($members, stringify!($field)))
    };
}

/// The part that `facet!`, `list!` and `group!` share.
#[doc(hidden)]
#[macro_export]
macro_rules! declare_record {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident {
            $(
                $(#[doc = $member_doc:literal])*
                $field:ident : $field_type:ty = $name:literal $({ $($attribute:ident : $setting:expr),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $type {
            $($(#[doc = $member_doc])* pub $field: $field_type,)*
        }

        impl $crate::__macros::StoredRecord for $type {
            const MEMBERS: &'static [$crate::__macros::StoredMember] = {
                static MEMBERS: &[$crate::__macros::StoredMember] = &[$(
                    $crate::__macros::StoredMember {
                        $($($attribute: $setting,)*)?
                        ..$crate::__macros::StoredMember::new(
                            stringify!($field),
                            $name,
                            <$field_type as $crate::__macros::Storable>::KIND,
                            concat!($($member_doc, "\n"),*),
                        )
                    },
                )*];
                MEMBERS
            };
            fn to_values(&self) -> Vec<$crate::__macros::Value> {
                vec![$($crate::__macros::Storable::to_value(&self.$field),)*]
            }
            fn from_values(values: Vec<$crate::__macros::Value>) -> Self {
                let mut values = values.into_iter();
                Self {
                    $($field: $crate::__macros::Storable::from_value(
                        values.next().unwrap_or($crate::__macros::Value::Null),
                    ),)*
                }
            }
            fn read<S: $crate::__macros::MemberSource>(source: &mut S) -> Result<Self, S::Error> {
                let mut members = Self::MEMBERS.iter();
                Ok(Self { $($field: $crate::__macros::next_member(source, &mut members)?,)* })
            }
            fn write<S: $crate::__macros::MemberSink>(&self, sink: &mut S) {
                $($crate::__macros::Storable::write(&self.$field, sink);)*
            }
        }

        impl Default for $type {
            fn default() -> Self {
                $crate::__macros::StoredRecord::from_values(Vec::new())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_values_do() {
        let mut numbers = [(2, 7), (-1, 5), (2, -7), (i32::MIN, 0), (i32::MAX, 1), (0, i32::MAX)];
        let mut keys = numbers.map(KeyPart::to_key);
        numbers.sort_unstable();
        keys.sort_unstable();
        assert_eq!(keys, numbers.map(KeyPart::to_key));
    }

    #[test]
    fn a_range_ends_after_its_last_key() {
        for account in [-1, 0, 2, 255, i32::MAX - 1] {
            let end = account.to_key().end_of_range().unwrap();
            assert!((account, i32::MAX).to_key().bytes() < end.bytes());
            assert!((account + 1, i32::MIN).to_key().bytes() >= end.bytes());
        }
        assert_eq!(i32::MAX.to_key().end_of_range(), None);
    }
}
