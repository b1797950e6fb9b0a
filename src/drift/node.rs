//! The body of an answer as a tree, whatever its format: members in their order, with types as far as the format has
//! them. Written for comparing answers: it knows no contract, and refuses what is not well formed.

use bson::raw::{RawArray, RawBsonRef, RawDocument};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value. A name may occur more than once among members.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Null: JSON's, BSON's, or `xsi:nil`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number with the name of its type, which is `number` in JSON.
    Number(&'static str, String),
    /// Text, and whatever XML holds.
    Text(String),
    /// A value that is shown as text, with the name of its type: BSON's dates and bytes.
    Other(&'static str, String),
    /// Items.
    Items(Vec<Node>),
    /// Names and values.
    Members(Vec<(String, Node)>),
    /// What an XML element contains: members or items, which XML does not tell apart.
    Content(Vec<(String, Node)>),
}

impl Node {
    /// The word for its type.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "true or false",
            Node::Number(kind, _) | Node::Other(kind, _) => kind,
            Node::Text(_) => "text",
            Node::Items(_) => "list",
            Node::Members(_) => "object",
            Node::Content(_) => "elements",
        }
    }

    /// The value in one line, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Node::Null => "null".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Number(_, text) | Node::Other(_, text) => text.clone(),
            Node::Text(text) => format!("\"{text}\""),
            Node::Items(items) => format!("[{} items]", items.len()),
            Node::Members(members) | Node::Content(members) => {
                let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
                format!("{{{}}}", names.join(", "))
            }
        }
    }
}

/// How deep a tree may be, so that no recording makes the stack grow.
pub const DEEPEST: usize = 100;

/// Reads a body in the format that its media type names; `None` for no structure that is known here, or a broken one.
#[must_use]
pub fn read(media_type: &str, body: &[u8]) -> Option<Node> {
    if media_type.contains("bson") {
        return document(RawDocument::from_bytes(body).ok()?, DEEPEST);
    }
    let text = text_of(body)?;
    match media_type.contains("xml") {
        true => xml(&text),
        false if media_type.contains("json") || media_type.contains("javascript") => serde_json::from_str(&text).ok(),
        false => None,
    }
}

/// A body as text: UTF-8, or UTF-16 with a mark.
#[must_use]
pub fn text_of(body: &[u8]) -> Option<String> {
    crate::codec::Charset::Utf8.decode(body).ok().map(std::borrow::Cow::into_owned)
}

struct JsonVisitor;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number("number", value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number("number", value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number("number", value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element()? {
            read.push(item);
        }
        Ok(Node::Items(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut read = Vec::new();
        while let Some(member) = members.next_entry()? {
            read.push(member);
        }
        Ok(Node::Members(read))
    }
}

fn document(raw: &RawDocument, depth: usize) -> Option<Node> {
    let mut members = Vec::new();
    for element in raw.iter() {
        let (name, element) = element.ok()?;
        members.push((name.to_string(), of_bson(element, depth)?));
    }
    Some(Node::Members(members))
}

fn array(raw: &RawArray, depth: usize) -> Option<Node> {
    let items: Option<Vec<Node>> = raw.into_iter().map(|element| of_bson(element.ok()?, depth)).collect();
    items.map(Node::Items)
}

/// A value of BSON.
#[must_use]
pub fn of_bson(raw: RawBsonRef<'_>, depth: usize) -> Option<Node> {
    let depth = depth.checked_sub(1)?;
    Some(match raw {
        RawBsonRef::Document(raw) => document(raw, depth)?,
        RawBsonRef::Array(raw) => array(raw, depth)?,
        RawBsonRef::Null => Node::Null,
        RawBsonRef::Boolean(value) => Node::Bool(value),
        RawBsonRef::Int32(value) => Node::Number("int32", value.to_string()),
        RawBsonRef::Int64(value) => Node::Number("int64", value.to_string()),
        RawBsonRef::Double(value) => Node::Number("double", value.to_string()),
        RawBsonRef::String(text) => Node::Text(text.to_owned()),
        RawBsonRef::DateTime(value) => Node::Other("date", value.try_to_rfc3339_string().ok()?),
        RawBsonRef::Binary(value) => {
            Node::Other("bytes", value.bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        other => Node::Other("value", format!("{other:?}")),
    })
}

/// An element that is being read.
#[derive(Default)]
struct Open {
    name: String,
    members: Vec<(String, Node)>,
    text: String,
    is_null: bool,
}

fn xml(text: &str) -> Option<Node> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open = vec![Open::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if open.len() <= DEEPEST => open.push(begun(&tag)?),
            Event::Start(_) => return None,
            Event::Empty(tag) => closed(begun(&tag)?, open.last_mut()?),
            Event::End(_) => closed(open.pop()?, open.last_mut()?),
            Event::Text(piece) => open.last_mut()?.text.push_str(&piece),
            Event::CData(piece) => open.last_mut()?.text.push_str(&piece),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &*name);
                open.last_mut()?.text.push_str(&unescape(&reference).ok()?);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let whole = open.pop().filter(|_| open.is_empty())?;
    // The root's name is the member of a tree around it.
    (whole.members.len() == 1).then_some(Node::Content(whole.members))
}

fn begun(tag: &BytesStart<'_>) -> Option<Open> {
    let local = |name: &str| Some(name.rsplit(':').next()?.to_owned());
    let mut element = Open { name: local(tag.name().as_ref())?, ..Open::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref();
        let value = unescape(&attribute.value).ok()?.into_owned();
        // Declared namespaces are compared as bytes.
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        match local(name)?.as_str() {
            "nil" => element.is_null = value == "true" || value == "1",
            name => element.members.push((format!("@{name}"), Node::Text(value))),
        }
    }
    Some(element)
}

fn closed(element: Open, parent: &mut Open) {
    let node = match element {
        Open { is_null: true, .. } => Node::Null,
        Open { members, text, .. } if members.is_empty() => Node::Text(text),
        Open { members, .. } => Node::Content(members),
    };
    parent.members.push((element.name, node));
}
