//! A wire type as data. Each type that crosses the wire is declared once with `contract!` or `enumeration!`;
//! codecs, validation and the OpenAPI documents interpret the declaration. Nothing here knows a vendor, a
//! format's bytes or a store.

mod datetime;
mod declare;
mod name;
mod storable;
mod stored;
mod value;
mod value_ref;

pub use datetime::{DateTime, DateTimeKind, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
pub use declare::{Class, Contracted, Enumeration, Patched, object_from_value};
pub use storable::{EnumMap, MemberSink, MemberSource, Storable, next_member};
pub use stored::{
    ApiList, Container, DefaultValue, Facet, FacetType, KEY_BYTES, Key, KeyPart, ListItem, StoredKind, StoredMember,
    StoredRecord, api_name, mirrored, place_of, unmirrored,
};
pub use value::{Record, Value};
pub use value_ref::{Dictionary, List, Object, ValueRef, Written};

use std::fmt;
use std::sync::OnceLock;

/// The namespace of CLR primitives in data-contract XML; arguments from it carry no digest.
pub const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
/// The namespace of arrays and dictionary entries in data-contract XML.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

/// The kind of values of a member, an item or a whole body.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// CLR `bool`.
    Bool,
    /// CLR `int`.
    Int32,
    /// CLR `string`; null is always possible.
    String,
    /// CLR `Guid`.
    Guid,
    /// CLR `DateTime`.
    DateTime,
    /// A CLR enum over `int`; numbers without a member are possible.
    Enum(&'static EnumType),
    /// A CLR class; null is always possible.
    Object(&'static ObjectType),
    /// A CLR list; null is always possible.
    List(&'static ListType),
    /// A CLR dictionary with enum keys; null is always possible.
    Dictionary(&'static DictionaryType),
    /// `Nullable<T>` of a value type.
    Nullable(&'static Kind),
}

impl Kind {
    /// The kind inside `Nullable<T>`, or the kind itself.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn underlying(&self) -> &Kind {
        match self {
            Kind::Nullable(inner) => inner.underlying(),
            other => other,
        }
    }

    /// Whether the CLR type is a value type that cannot be null.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn is_non_nullable_value(&self) -> bool {
        matches!(self, Kind::Bool | Kind::Int32 | Kind::Guid | Kind::DateTime | Kind::Enum(_))
    }

    /// The CLR's value of a member that is not set: zero, false, the empty Guid, or null.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn default_value(&self) -> Value {
        match self {
            Kind::Bool => Value::Bool(false),
            Kind::Int32 => Value::Int(0),
            Kind::Guid => Value::Guid(uuid::Uuid::nil()),
            Kind::DateTime => Value::DateTime(DateTime::MIN),
            Kind::Enum(_) => Value::Enum(0),
            _ => Value::Null,
        }
    }
}

/// An enum: its names and the numbers behind them.
#[derive(Debug)]
pub struct EnumType {
    /// Full CLR name, e.g. `pbnb_models.User+ClientAccessTypes`.
    pub clr_name: &'static str,
    /// Data-contract name, e.g. `User.ClientAccessTypes`.
    pub name: &'static str,
    /// Data-contract namespace.
    pub namespace: &'static str,
    /// Names with their numbers, in declaration order.
    pub members: &'static [(&'static str, i32)],
}

impl EnumType {
    /// The name of a number; `None` when the number has no member.
    #[must_use]
    pub fn name_of(&self, number: i32) -> Option<&'static str> {
        self.members.iter().find(|(_, n)| *n == number).map(|(name, _)| *name)
    }

    /// The number of a name, compared exactly.
    #[must_use]
    pub fn number_of(&self, name: &str) -> Option<i32> {
        self.members.iter().find(|(n, _)| *n == name).map(|(_, number)| *number)
    }
}

/// A list and the CLR collection behind it.
#[derive(Debug)]
pub struct ListType {
    /// The kind of the items.
    pub item: Kind,
    /// The CLR collection, which shows in type names and decides what a form can fill.
    pub collection: Collection,
}

/// The CLR collection of a [`ListType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// ``System.Collections.Generic.List`1``
    List,
    /// ``System.Collections.Generic.IEnumerable`1``
    Enumerable,
    /// ``System.Collections.ObjectModel.Collection`1``, which forms leave empty.
    Collection,
    /// `T[]`
    Array,
}

/// A dictionary with enum keys.
#[derive(Debug)]
pub struct DictionaryType {
    /// The enum of the keys.
    pub key: &'static EnumType,
    /// The kind of the values.
    pub value: Kind,
}

/// A class: its names and members.
pub struct ObjectType {
    /// Full CLR name as error texts print it, e.g. `pbnb_models.User`.
    pub clr_name: &'static str,
    /// The name XML gives it.
    pub name: TypeName,
    /// Data-contract namespace.
    pub namespace: &'static str,
    /// The base class, whose members come first in every slot list and in XML.
    pub base: Option<&'static ObjectType>,
    /// Its own members in declaration order.
    pub members: &'static [Member],
    /// Set when the type stands for a partial document: absent members stay [`Value::Absent`].
    pub partial: Option<Partial>,
    /// One sentence for the OpenAPI document.
    pub doc: &'static str,
    /// Orders and names worked out once, on first use.
    pub plan: OnceLock<Plan>,
}

/// How a class is named in XML.
#[derive(Debug)]
pub enum TypeName {
    /// A plain class.
    Plain(&'static str),
    /// A closed generic class, e.g. `PBNBReturn` of `User`: its XML names follow the framework's rule and are computed
    /// (docs/spec/pbnb.md §4, "Hash rule").
    Generic(&'static str, &'static [Kind]),
}

/// How a partial document ("delta") is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// JSON and BSON members only, names compared with case; XML elements and form fields set nothing.
    NoDataMembers,
    /// As above, and XML members count too, in any order, in the type's own namespace or in this one; form fields count.
    AnyOrder {
        /// The second namespace whose elements count.
        also: &'static str,
    },
}

/// One member of a class.
#[derive(Debug)]
pub struct Member {
    /// The CLR and wire name.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// `[Required]`.
    pub required: bool,
    /// Rules checked after reading, in order, after `[Required]`.
    pub rules: &'static [Rule],
    /// `false` for `[JsonIgnore]`: neither read nor written as JSON or BSON.
    pub in_json: bool,
    /// `[JsonProperty(Order = …)]`; members without one count as -1.
    pub json_order: i32,
    /// The vendor says the member is read-only: it is parsed, then ignored.
    pub read_only: bool,
    /// `NullValueHandling.Ignore`: JSON leaves the member out when it is null.
    pub omit_null: bool,
    /// One sentence for the OpenAPI document.
    pub doc: &'static str,
}

impl Member {
    /// A member with no attribute at all.
    ///
    /// # Panics
    /// When the name contains a character that a format would have to escape: at compile time, where contracts are
    /// declared.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        assert!(is_plain(name.as_bytes()), "a member's name is letters, digits and signs that no format escapes");
        let (required, in_json, read_only, omit_null) = (false, true, false, false);
        Member { name, kind, required, rules: &[], in_json, json_order: -1, read_only, omit_null, doc }
    }
}

const fn is_plain(mut name: &[u8]) -> bool {
    while let [first, rest @ ..] = name {
        if !first.is_ascii_graphic() || matches!(first, b'"' | b'\\' | b'\'' | b'&' | b'<' | b'>') {
            return false;
        }
        name = rest;
    }
    true
}

/// A validation attribute other than `[Required]`.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// `[RegularExpression]`: the published pattern and a predicate with .NET's meaning of it. Skips null and "".
    Pattern {
        /// The pattern as the vendor prints it.
        text: &'static str,
        /// Whether a value matches as a whole.
        matches: fn(&str) -> bool,
    },
    /// `[EmailAddress]`.
    EmailAddress,
    /// `[DataType(DataType.EmailAddress)]`: shows in documents and validates nothing.
    EmailDataType,
    /// A rule that an endpoint checks in its own words: keywords of JSON Schema, as JSON, for the documents. Validation
    /// knows nothing of it.
    DocumentedOnly(&'static str),
}

/// Orders of a class's slots, worked out once. A slot is an index into [`Record::slots`]: base members first,
/// then own members, in declaration order.
#[derive(Debug)]
pub struct Plan {
    /// Every member by slot.
    pub members: Vec<&'static Member>,
    /// For each slot, the class that declares it (its namespace is the member's).
    pub owners: Vec<&'static ObjectType>,
    /// Slots in Json.NET's order: derived class first, then by `json_order`; without `[JsonIgnore]` members.
    pub json: Vec<usize>,
    /// Their names as they are written in front of a value that is not the first, `,"Name":`, and what they are.
    pub json_keys: Vec<(String, &'static Member)>,
    /// Slots in DataContractSerializer order: base class first, then ordinal by name.
    pub data_contract: Vec<usize>,
    /// Slots in validation order: derived class before base, each in declaration order.
    pub validation: Vec<usize>,
    /// The data-contract name of the type, with digest where generic.
    pub data_contract_name: String,
    /// The XmlSerializer name of the type.
    pub xml_serializer_name: String,
}

/// By its name: the plan leads back to the class itself, so that printing all of it would never end.
impl fmt::Debug for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.clr_name)
    }
}

impl ObjectType {
    /// The orders and names of this type.
    pub fn plan(&'static self) -> &'static Plan {
        self.plan.get_or_init(|| Plan::new(self))
    }
}

impl Plan {
    fn new(object: &'static ObjectType) -> Plan {
        // From the root of the hierarchy down to the class itself.
        let mut lineage = vec![object];
        let mut next = object.base;
        while let Some(base) = next {
            lineage.insert(0, base);
            next = base.base;
        }
        let mut members = Vec::new();
        let mut owners = Vec::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for class in lineage {
            let mut group = Vec::new();
            for member in class.members {
                group.push(members.len());
                members.push(member);
                owners.push(class);
            }
            groups.push(group);
        }
        let order_of = |slot: &usize| members.get(*slot).map_or(-1, |m: &&Member| m.json_order);
        let in_json = |slot: &usize| members.get(*slot).is_some_and(|m: &&Member| m.in_json);
        let validation: Vec<usize> = groups.iter().rev().flatten().copied().collect();
        let mut json: Vec<usize> = validation.iter().copied().filter(in_json).collect();
        json.sort_by_key(order_of);
        let mut data_contract = Vec::new();
        for group in &groups {
            let mut sorted = group.clone();
            sorted.sort_by_key(|slot| members.get(*slot).map_or("", |m: &&Member| m.name));
            data_contract.extend(sorted);
        }
        // Names contain nothing to escape, see `Member::new`.
        let key = |member: &&'static Member| (format!(",\"{}\":", member.name), *member);
        Plan {
            json_keys: json.iter().filter_map(|slot| members.get(*slot)).map(key).collect(),
            json,
            data_contract,
            validation,
            data_contract_name: name::data_contract_type_name(object),
            xml_serializer_name: name::xml_serializer_type_name(object),
            members,
            owners,
        }
    }
}
