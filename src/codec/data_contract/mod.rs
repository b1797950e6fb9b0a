//! XML as DataContractSerializer reads and writes it (docs/spec/pbnb.md §11, docs/spec/expoints.md §4.2). Reading
//! matches members forward only and drops silently what it does not expect; the notes list what was dropped.

mod known_types;
mod read;
mod references;
mod write;

use super::mask::Mask;
use super::view::{Layout, Nulls, View, XmlNames};
use super::xml::fault::{Fault, Origin};
use super::xml::{input, recognises, write_untyped};
use super::{Body, Codec, EnumStyle, ReadError, Reading, WriteError, Writer, text_in};
use crate::contract::{ARRAYS, Kind, ObjectType, Partial, Value, ValueRef};
use std::borrow::Cow;

/// XML of DataContractSerializer.
pub static DATA_CONTRACT_XML: Codec = Codec {
    name: "data-contract-xml",
    read,
    writer: Some(Writer {
        value: |value, kind, charset| text_in(charset, |out| write(value, kind, out)),
        error: |error, charset| text_in(charset, |out| write_untyped("Error", error, out)),
    }),
    view: View {
        layout: Layout::Xml(XmlNames {
            root: |kind| (kind.data_contract_name(), kind.data_contract_namespace()),
            item: |kind| (kind.data_contract_name(), item_namespace(kind)),
            members: |class| class.namespace,
            entries: true,
            remark,
        }),
        enums: EnumStyle::Names,
        members: |plan| plan.data_contract.clone(),
        nulls: Nulls::Any,
        defaults_count: true,
        binary: None,
    },
    mask: Mask::Text { recognises, hide: super::xml::mask::hide },
};

/// The meaning of order and null in a class.
fn remark(class: &ObjectType, request: bool) -> String {
    let remark = match (request, class.partial) {
        (true, Some(_)) => " Elements may stand in any order; null is `i:nil=\"true\"`.",
        (true, None) => " Elements count only in this order, others are dropped silently; null is `i:nil=\"true\"`.",
        (false, _) => " Elements stand in this order; null is `i:nil=\"true\"`.",
    };
    match class.partial {
        Some(Partial::AnyOrder { also }) => format!("{remark} They may also stand in the namespace `{also}`."),
        _ => remark.to_owned(),
    }
}

/// Reads a body; the root element must be the kind's data-contract name.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    let document = match input::open(body) {
        Ok(document) => document,
        Err(fault) => return failed(&fault, kind),
    };
    let mut reader = read::ContractReader::new(&document, body.depth, body.today);
    match reader.root(kind) {
        Ok(value) => Reading { value, errors: Vec::new(), notes: reader.notes.into_vec() },
        Err(fault) => Reading { notes: reader.notes.into_vec(), ..failed(&fault, kind) },
    }
}

/// One error for the whole body, and no value.
fn failed(fault: &Fault, kind: &Kind) -> Reading {
    let message = match fault.origin {
        Origin::Reader => {
            format!("There was an error deserializing the object of type {}. {}", kind.clr_name(), fault.message)
        }
        Origin::Opening | Origin::Serializer => fault.message.clone(),
    };
    Reading { value: Value::Null, errors: vec![ReadError::exception("", message)], notes: Vec::new() }
}

/// Writes a value: no declaration, no indentation.
///
/// # Errors
/// On an enum number without a name, and on text that no encoding can carry.
pub fn write<'v>(value: impl Into<ValueRef<'v>>, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    write::document(value.into(), kind, out)
}

/// The element name of a list's items.
fn item_name(item: &Kind) -> Cow<'static, str> {
    match item {
        Kind::Object(class) => Cow::Borrowed(&class.plan().data_contract_name),
        Kind::Enum(of) => Cow::Borrowed(of.name),
        other => Cow::Owned(other.data_contract_name()),
    }
}

/// The namespace of a list's items: that of the list itself.
fn item_namespace(item: &Kind) -> &'static str {
    match item.underlying() {
        Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime => ARRAYS,
        other => other.data_contract_namespace(),
    }
}
