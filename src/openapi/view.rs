//! The ways in which a value crosses the wire, and which of them look the same to a schema.

use crate::codec::EnumStyle;
use crate::contract::{Kind, ObjectType};
use crate::frameworks::webapi::Format;

/// How a value crosses the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// The codec.
    pub format: Format,
    /// Whether a client sends it.
    pub request: bool,
}

impl View {
    /// The view whose component stands for this one: to a schema BSON is JSON with enum numbers, and for a class without
    /// enums both styles of JSON are one.
    pub(super) fn family(self, object: &'static ObjectType, main_style: EnumStyle) -> View {
        let style = match self.format {
            Format::Json(style) => style,
            Format::Bson => EnumStyle::Numbers,
            _ => return self,
        };
        let style = if holds_enum(object, DEPTH) { style } else { main_style };
        View { format: Format::Json(style), ..self }
    }
}

/// The limit on nesting; contracts are shallow, and a class that holds itself must not hang the generator.
pub(super) const DEPTH: usize = 16;

fn holds_enum(object: &'static ObjectType, depth: usize) -> bool {
    depth > 0 && object.plan().members.iter().any(|member| member.in_json && kind_holds_enum(&member.kind, depth))
}

fn kind_holds_enum(kind: &Kind, depth: usize) -> bool {
    match kind.underlying() {
        Kind::Enum(_) => true,
        Kind::Object(object) => holds_enum(object, depth.saturating_sub(1)),
        Kind::List(list) => kind_holds_enum(&list.item, depth),
        Kind::Dictionary(dictionary) => kind_holds_enum(&dictionary.value, depth),
        _ => false,
    }
}
