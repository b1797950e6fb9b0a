//! Writing by kind. A member whose content lives in another namespace than the one in force gets a generated prefix,
//! `d` depth `p1`; one that is itself in another namespace redeclares the default (oracle: go-pbnb-2-xml,
//! go-expo-2-xml; docs/spec/pbnb.md §5.4).

use super::{item_name, item_namespace};
use crate::codec::WriteError;
use crate::codec::xml::SCHEMA_INSTANCE;
use crate::codec::xml::writer::XmlText;
use crate::contract::{ARRAYS, Dictionary, DictionaryType, Kind, Object, Partial, SERIALIZATION, ValueRef};

/// The prefix and the namespaces in force where an element is written.
#[derive(Clone, Copy)]
struct Scope<'s> {
    /// The default namespace.
    default: &'s str,
    /// The nearest generated prefix, colon included, with its namespace.
    prefixed: Option<(&'s str, &'s str)>,
    /// Open elements, the next one included.
    depth: usize,
}

/// A name as it is written, in two pieces: its prefix with a colon, or nothing, and the local name.
#[derive(Clone, Copy)]
struct Name<'n>(&'n str, &'n str);

impl<'s> Scope<'s> {
    /// A name in a namespace, and the declaration that it needs. Most names need neither a prefix nor a declaration.
    fn name<'n>(&self, local: &'n str, namespace: &str) -> (Name<'n>, String)
    where
        's: 'n,
    {
        match self.prefixed {
            Some((prefix, bound)) if bound == namespace => (Name(prefix, local), String::new()),
            _ if self.default == namespace => (Name("", local), String::new()),
            _ => (Name("", local), format!(" xmlns=\"{namespace}\"")),
        }
    }
}

/// Writes a document.
pub(super) fn document(value: ValueRef<'_>, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    let namespace = match kind {
        Kind::Bool | Kind::Int32 | Kind::String | Kind::Guid | Kind::DateTime => SERIALIZATION,
        other => other.data_contract_namespace(),
    };
    let before = out.len();
    let mut xml = XmlText::after(out);
    let name = kind.data_contract_name();
    let name = Name("", &name);
    let scope = Scope { default: namespace, prefixed: None, depth: 1 };
    let declarations = [" xmlns:i=\"", SCHEMA_INSTANCE, "\" xmlns=\"", namespace, "\""].concat();
    let written = if is_nil(value) {
        // Quirk: at a nil root `i:nil` comes before both declarations (oracle: go-pbnb-92-xml, go-expo-6-xml).
        empty(name, &[" i:nil=\"true\"", &declarations], &mut xml);
        Ok(())
    } else {
        content(value, kind, name, &[&declarations], scope, &mut xml)
    };
    *out = xml.finish()?;
    if written.is_err() {
        out.truncate(before);
    }
    written
}

fn is_nil(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Null | ValueRef::Absent)
}

fn start(Name(prefix, local): Name<'_>, attributes: &[&str], xml: &mut XmlText) {
    xml.pieces(&["<", prefix, local]);
    xml.pieces(attributes);
    xml.pieces(&[">"]);
}

fn empty(Name(prefix, local): Name<'_>, attributes: &[&str], xml: &mut XmlText) {
    xml.pieces(&["<", prefix, local]);
    xml.pieces(attributes);
    xml.pieces(&[" />"]);
}

fn end(Name(prefix, local): Name<'_>, xml: &mut XmlText) {
    xml.pieces(&["</", prefix, local, ">"]);
}

/// An element of a name in a namespace, with its content.
fn element(
    value: ValueRef<'_>,
    kind: &Kind,
    local: &str,
    namespace: &str,
    scope: Scope<'_>,
    xml: &mut XmlText,
) -> Result<(), WriteError> {
    let (name, declared) = scope.name(local, namespace);
    let Some(inner) = content_namespace(kind) else { return leaf(value, kind, name, &declared, xml) };
    let default = if declared.is_empty() { scope.default } else { namespace };
    let inner =
        Some(inner).filter(|inner| *inner != default && scope.prefixed.is_none_or(|(_, bound)| bound != *inner));
    let prefix = inner.map(|_| format!("d{}p1:", scope.depth)).unwrap_or_default();
    let generated = inner.map(|inner| format!(" xmlns:d{}p1=\"{inner}\"", scope.depth)).unwrap_or_default();
    if is_nil(value) {
        // Quirk: the content's namespace is declared before `i:nil` and the element's own after it
        // (oracle: go-pbnb-2-xml, go-expo-2-xml).
        empty(name, &[&generated, " i:nil=\"true\"", &declared], xml);
        return Ok(());
    }
    let scope =
        Scope { default, prefixed: inner.map(|inner| (prefix.as_str(), inner)).or(scope.prefixed), depth: scope.depth };
    content(value, kind, name, &[&generated, &declared], scope, xml)
}

/// An element with text, or none. What every answer has dozens of is written with as few steps as possible.
fn leaf(
    value: ValueRef<'_>,
    kind: &Kind,
    Name(prefix, local): Name<'_>,
    declared: &str,
    xml: &mut XmlText,
) -> Result<(), WriteError> {
    if is_nil(value) {
        xml.pieces(&["<", prefix, local, " i:nil=\"true\"", declared, " />"]);
        return Ok(());
    }
    xml.pieces(&["<", prefix, local, declared, ">"]);
    xml.scalar(value, kind)?;
    xml.pieces(&["</", prefix, local, ">"]);
    Ok(())
}

/// The namespace that the children of a value of this kind live in; `None` for text.
fn content_namespace(kind: &Kind) -> Option<&'static str> {
    match kind.underlying() {
        Kind::Object(class) => Some(class.namespace),
        Kind::List(list) => Some(item_namespace(&list.item)),
        Kind::Dictionary(_) => Some(ARRAYS),
        _ => None,
    }
}

fn content(
    value: ValueRef<'_>,
    kind: &Kind,
    name: Name<'_>,
    attributes: &[&str],
    scope: Scope<'_>,
    xml: &mut XmlText,
) -> Result<(), WriteError> {
    let scope = Scope { depth: scope.depth + 1, ..scope };
    let is_empty = match value {
        ValueRef::Object(object) => {
            let class = object.class();
            class.plan().members.is_empty() || class.partial == Some(Partial::NoDataMembers)
        }
        ValueRef::List(items) => items.length() == 0,
        ValueRef::Dictionary(entries) => entries.length() == 0,
        _ => false,
    };
    if is_empty {
        empty(name, attributes, xml);
        return Ok(());
    }
    start(name, attributes, xml);
    match (value, kind.underlying()) {
        (ValueRef::Object(object), _) => members(object, scope, xml)?,
        (ValueRef::List(items), Kind::List(list)) => {
            let (item, namespace) = (item_name(&list.item), item_namespace(&list.item));
            for value in items.iter() {
                element(value, &list.item, &item, namespace, scope, xml)?;
            }
        }
        (ValueRef::Dictionary(entries), Kind::Dictionary(of)) => dictionary(entries, of, scope, xml)?,
        (value, kind) => xml.scalar(value, kind)?,
    }
    end(name, xml);
    Ok(())
}

fn members(object: &dyn Object, scope: Scope<'_>, xml: &mut XmlText) -> Result<(), WriteError> {
    let plan = object.class().plan();
    for slot in &plan.data_contract {
        let (Some(member), Some(owner)) = (plan.members.get(*slot), plan.owners.get(*slot)) else { continue };
        element(object.slot(*slot), &member.kind, member.name, owner.namespace, scope, xml)?;
    }
    Ok(())
}

fn dictionary(
    entries: &dyn Dictionary,
    of: &'static DictionaryType,
    scope: Scope<'_>,
    xml: &mut XmlText,
) -> Result<(), WriteError> {
    let entry = of.entry_name();
    let (name, declared) = scope.name(&entry, ARRAYS);
    let inner = Scope { depth: scope.depth + 1, ..scope };
    for (key, value) in entries.iter() {
        start(name, &[&declared], xml);
        element(ValueRef::Enum(key), &Kind::Enum(of.key), "Key", ARRAYS, inner, xml)?;
        element(value, &of.value, "Value", ARRAYS, inner, xml)?;
        end(name, xml);
    }
    Ok(())
}
