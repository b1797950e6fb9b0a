//! Writing by kind: declared order, null texts, objects and lists left out, null value types as `xsi:nil`
//! (oracle: go-admin-02-xml, go-admin-04-xml).

use crate::codec::WriteError;
use crate::codec::xml::SCHEMA_INSTANCE;
use crate::codec::xml::writer::XmlText;
use crate::contract::{Kind, ValueRef};

/// Writes a document.
pub(super) fn document(value: ValueRef<'_>, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    let before = out.len();
    let mut xml = XmlText::after(out);
    let name = kind.xml_serializer_name();
    let declarations = format!(" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"{SCHEMA_INSTANCE}\"");
    let written = element(value, kind, &name, &declarations, &mut xml);
    *out = xml.finish()?;
    if written.is_err() {
        out.truncate(before);
    }
    written
}

fn element(
    value: ValueRef<'_>,
    kind: &Kind,
    name: &str,
    declarations: &str,
    xml: &mut XmlText,
) -> Result<(), WriteError> {
    match (value, kind) {
        (ValueRef::Null | ValueRef::Absent, _) => xml.pieces(&["<", name, declarations, " xsi:nil=\"true\" />"]),
        (ValueRef::Object(object), _) => {
            let members = object.class().plan().members.iter().enumerate();
            let members = members.map(|(slot, member)| (member, object.slot(slot)));
            let mut written = members.filter(|(member, value)| {
                !matches!(value, ValueRef::Null | ValueRef::Absent) || matches!(member.kind, Kind::Nullable(_))
            });
            let Some(first) = written.next() else {
                xml.pieces(&["<", name, declarations, " />"]);
                return Ok(());
            };
            xml.pieces(&["<", name, declarations, ">"]);
            for (member, value) in std::iter::once(first).chain(written) {
                element(value, &member.kind, member.name, "", xml)?;
            }
            xml.end(name);
        }
        (ValueRef::List(items), Kind::List(list)) => {
            if items.length() == 0 {
                xml.pieces(&["<", name, declarations, " />"]);
                return Ok(());
            }
            xml.pieces(&["<", name, declarations, ">"]);
            let item = list.item.xml_serializer_name();
            for value in items.iter() {
                element(value, &list.item, &item, "", xml)?;
            }
            xml.end(name);
        }
        (ValueRef::Text("") | ValueRef::List(_) | ValueRef::Dictionary(_), _) => {
            xml.pieces(&["<", name, declarations, " />"]);
        }
        (value, kind) => {
            xml.pieces(&["<", name, declarations, ">"]);
            xml.scalar(value, kind)?;
            xml.end(name);
        }
    }
    Ok(())
}
