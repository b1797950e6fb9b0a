//! How a format shows a class, as far as a document about its bodies has to say: which members, in which order, which
//! nulls, which names. Data, so that the generator of documents is independent of formats.

use super::EnumStyle;
use crate::contract::{Kind, ObjectType, Plan};

/// How values look in a format.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The shape of a body.
    pub layout: Layout,
    /// How enum values are written.
    pub enums: EnumStyle,
    /// The slots of the members that the format shows, in its order.
    pub members: fn(&Plan) -> Vec<usize>,
    /// Which nulls can be written.
    pub nulls: Nulls,
    /// Whether a missing `[Required]` value type passes, because its default counts as sent (oracle: vx-no-enabled).
    pub defaults_count: bool,
    /// For bytes that are not text, a sentence about them.
    pub binary: Option<&'static str>,
}

/// The shape of a body.
#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// A tree that JSON Schema describes as it is.
    Tree,
    /// Elements, with their names.
    Xml(XmlNames),
    /// Fields, flat: members of members after a dot.
    Fields,
}

/// Which nulls a format can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Any.
    Any,
    /// Those of value types; null texts, objects and lists are left out.
    ValueTypes,
    /// None.
    None,
}

/// The names of a format's elements. Each name comes with its namespace, "" for none.
#[derive(Debug, Clone, Copy)]
pub struct XmlNames {
    /// Of a whole document.
    pub root: fn(&Kind) -> (String, &'static str),
    /// Of a list's item.
    pub item: fn(&Kind) -> (String, &'static str),
    /// The namespace of a class's members.
    pub members: fn(&ObjectType) -> &'static str,
    /// Whether a dictionary is a list of entries, each with a `Key` and a `Value`.
    pub entries: bool,
    /// The meaning of order and null in a class, in a request (`true`) or an answer: sentences with a blank in front.
    pub remark: fn(&ObjectType, bool) -> String,
}
