//! The ways in which a value crosses the wire, and which of them look the same to a schema.

use crate::codec::view::{self, Layout};
use crate::codec::{Codec, EnumStyle};
use crate::contract::{Kind, ObjectType};

/// How a value crosses the wire.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// How its format shows it.
    pub shown: &'static view::View,
    /// How enum values are written.
    pub enums: EnumStyle,
    /// Whether a client sends it.
    pub request: bool,
}

impl View {
    /// A request in a format.
    pub(super) fn request(codec: &'static Codec) -> View {
        View { shown: &codec.view, enums: codec.view.enums, request: true }
    }

    /// An answer in a format.
    pub(super) fn answer(codec: &'static Codec) -> View {
        View { request: false, ..View::request(codec) }
    }

    /// The view whose component stands for this one: for a class without enums all trees look alike.
    pub(super) fn family(self, object: &'static ObjectType, main_style: EnumStyle) -> View {
        match self.shown.layout {
            Layout::Tree if !contains_enum(object, DEPTH) => View { enums: main_style, ..self },
            _ => self,
        }
    }
}

/// The limit on nesting; contracts are shallow, and a class that contains itself must not hang the generator.
pub(super) const DEPTH: usize = 16;

fn contains_enum(object: &'static ObjectType, depth: usize) -> bool {
    depth > 0 && object.plan().members.iter().any(|member| member.in_json && kind_contains_enum(&member.kind, depth))
}

fn kind_contains_enum(kind: &Kind, depth: usize) -> bool {
    match kind.underlying() {
        Kind::Enum(_) => true,
        Kind::Object(object) => contains_enum(object, depth.saturating_sub(1)),
        Kind::List(list) => kind_contains_enum(&list.item, depth),
        Kind::Dictionary(dictionary) => kind_contains_enum(&dictionary.value, depth),
        _ => false,
    }
}
