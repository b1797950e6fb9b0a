//! XML as XmlSerializer reads and writes it (docs/spec/admin-users.md §8). Members come in any order, the first of two
//! counts, and what is unknown is passed over.

mod read;
mod write;

use super::mask::Mask;
use super::view::{Layout, Nulls, View, XmlNames};
use super::xml::fault::Origin;
use super::xml::{input, recognises, write_untyped};
use super::{Body, Codec, EnumStyle, ReadError, Reading, WriteError, Writer, text_in};
use crate::contract::{Kind, Value, ValueRef};

/// XML of XmlSerializer. Its names have no namespace.
pub static XML_SERIALIZER_XML: Codec = Codec {
    name: "xml-serializer",
    read,
    writer: Some(Writer {
        value: |value, kind, charset| text_in(charset, |out| write(value, kind, out)),
        error: |error, charset| text_in(charset, |out| write_untyped("Error", error, out)),
    }),
    view: View {
        layout: Layout::Xml(XmlNames {
            root: |kind| (kind.xml_serializer_name(), ""),
            item: |kind| (kind.xml_serializer_name(), ""),
            members: |_| "",
            entries: false,
            remark: |_, request| {
                let remark = match request {
                    true => " Elements may stand in any order.",
                    false => {
                        " Elements stand in this order; null texts and objects are left out, other nulls are \
                         `xsi:nil=\"true\"`."
                    }
                };
                remark.to_owned()
            },
        }),
        enums: EnumStyle::Names,
        members: |plan| (0..plan.members.len()).collect(),
        nulls: Nulls::ValueTypes,
        defaults_count: true,
        binary: None,
    },
    mask: Mask::Text { recognises, hide: super::xml::mask::hide },
};

/// Reads a body; the root element must be the kind's XmlSerializer name in no namespace.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    let failed =
        |message| Reading { value: Value::Null, errors: vec![ReadError::exception("", message)], notes: Vec::new() };
    let document = match input::open(body) {
        Ok(document) => document,
        Err(fault) => return failed(fault.message),
    };
    let mut reader = read::SerializerReader::new(&document, body.depth, body.today);
    let outcome = reader.root(kind);
    let (line, position) = reader.position();
    let notes = reader.into_notes();
    match outcome {
        Ok(value) => Reading { value, errors: Vec::new(), notes },
        Err(fault) if fault.origin == Origin::Opening => Reading { notes, ..failed(fault.message) },
        Err(_) => Reading { notes, ..failed(format!("There is an error in XML document ({line}, {position}).")) },
    }
}

/// Writes a value: no declaration, no indentation.
///
/// # Errors
/// On an enum number without a name, and on text that no encoding can carry.
pub fn write<'v>(value: impl Into<ValueRef<'v>>, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    // The text of the exception that wraps the cause; the cause shows nowhere.
    write::document(value.into(), kind, out)
        .map_err(|_| WriteError("There was an error generating the XML document.".to_owned()))
}
