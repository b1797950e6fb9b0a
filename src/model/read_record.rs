//! From a document to the values of a declared record: every member by its kind, its default where it is absent, and
//! its references looked up.

use super::Document;
use super::members::{Members, Problems, listed, none_of};
use super::problem::Path;
use super::tree::{Node, Tree};
use crate::contract::{DefaultValue, FacetType, Key, StoredKind, StoredMember, Value, unmirrored};
use std::fmt::Display;
use uuid::Uuid;

/// The ids that users may refer to, by the path of their list.
#[derive(Debug, Default)]
pub(super) struct References(foldhash::HashMap<&'static str, Known>);

#[derive(Debug)]
struct Known {
    noun: &'static str,
    ids: foldhash::HashSet<Key>,
    first: Option<Value>,
}

impl References {
    /// The ids of a document's lists.
    pub(super) fn for_document(document: &Document) -> References {
        let known = document.lists.iter().map(|records| {
            let ids: Vec<&Value> = records.items.iter().filter_map(|item| item.get(records.list.id)).collect();
            let first = ids.first().map(|id| Value::clone(id));
            let ids = ids.into_iter().map(|id| Key::default().with_value(id)).collect();
            (records.list.path, Known { noun: records.list.noun, ids, first })
        });
        References(known.collect())
    }

    /// The first id of a list.
    fn first(&self, list: &str) -> Option<Value> {
        self.0.get(list)?.first.clone()
    }

    /// A sentence about a value that no item of the lists has as its id.
    fn problem(&self, lists: &[&str], value: &Value) -> Option<String> {
        let shown: &dyn Display = match value {
            Value::Int(number) => number,
            Value::Guid(guid) => guid,
            // Null refers to nothing.
            _ => return None,
        };
        let known = || lists.iter().filter_map(|list| self.0.get(list));
        let id = Key::default().with_value(value);
        if known().next().is_none() || known().any(|known| known.ids.contains(&id)) {
            return None;
        }
        let nouns: Vec<&str> = known().map(|known| known.noun).collect();
        Some(format!("No {} {shown} is listed in {}.", nouns.join(" or "), lists.join(" or ")))
    }
}

/// The context in which a record is read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r> {
    pub references: &'r References,
    /// The id of the user whose facet is read.
    pub user: Option<Uuid>,
    /// The facet that is read; none for an item of a list and for a record inside a record.
    pub facet: Option<&'static FacetType>,
}

/// A record that was read, as far as it could be.
pub(super) struct ReadRecord {
    /// One value per member.
    pub values: Vec<Value>,
    /// The line of each member that was given with a value that could be read.
    lines: Vec<Option<usize>>,
    /// The line of the record.
    line: usize,
    /// Whether the member that mirrors `enabled` says that the user is.
    pub says_enabled: bool,
}

impl ReadRecord {
    /// Whether the member at a place was given and could be read.
    pub(super) fn given(&self, place: usize) -> bool {
        self.lines.get(place).is_some_and(Option::is_some)
    }

    /// The line of a member, or of the record when the member is absent.
    pub(super) fn line_of(&self, place: usize) -> usize {
        self.lines.get(place).copied().flatten().unwrap_or(self.line)
    }
}

/// Reads a record; `None`, with a problem noted, when the node is not an object.
pub(super) fn read_record(
    declared: &'static [StoredMember],
    reading: &Reading<'_>,
    problems: &mut Problems,
    path: &Path<'_>,
    node: &Node<'_>,
) -> Option<ReadRecord> {
    let mut members = Members::new(path, node, problems)?;
    let (mut values, mut lines) = (Vec::with_capacity(declared.len()), Vec::with_capacity(declared.len()));
    // Defaults that look at other members of the record come once those are read.
    let mut later = Vec::with_capacity(declared.len());
    let mut says_enabled = true;
    for (place, member) in declared.iter().enumerate() {
        let value = members.take(member.name, |problems, path, node| {
            let value = read_value(member.kind, reading, problems, path, node)?;
            refer(member, reading, problems, path, node, &value);
            Some((value, node.line))
        });
        let (value, line) = value.unzip();
        lines.push(line);
        let value = value.unwrap_or_else(|| {
            later.push(place);
            member.usual()
        });
        values.push(match value {
            Value::Enum(number) if member.mirrors_enabled => {
                says_enabled = number == 0;
                Value::Enum(unmirrored(number))
            }
            value => value,
        });
    }
    for place in later {
        let Some(member) = declared.get(place) else { continue };
        let Some(value) = default_of(member, reading, &values, &mut members) else { continue };
        if let Some(slot) = values.get_mut(place) {
            *slot = value;
        }
    }
    let line = members.line;
    members.finish();
    Some(ReadRecord { values, lines, line, says_enabled })
}

/// A default that the declaration alone does not know.
fn default_of(
    member: &'static StoredMember,
    reading: &Reading<'_>,
    values: &[Value],
    members: &mut Members<'_, '_, '_>,
) -> Option<Value> {
    let (found, list) = match member.default {
        DefaultValue::Required => {
            if members.node(member.name).is_none() {
                members.wrong(member.name, "The member is required.");
            }
            return None;
        }
        DefaultValue::UserId => return reading.user.map(Value::Guid),
        DefaultValue::FirstOf(list) => (reading.references.first(list), list),
        DefaultValue::FirstContainerOr(list) => {
            let container = reading.facet.and_then(|facet| facet.containers(values).next().cloned());
            (container.or_else(|| reading.references.first(list)), list)
        }
        DefaultValue::Zero | DefaultValue::Value(_) | DefaultValue::NextNumber => return None,
    };
    if found.is_none() && members.node(member.name).is_none() {
        let message = format!("The member is required, because {list} lists nothing to take by default.");
        members.wrong(member.name, message);
    }
    found
}

/// Notes a reference to an item that none of its lists contains.
fn refer(
    member: &StoredMember,
    reading: &Reading<'_>,
    problems: &mut Problems,
    path: &Path<'_>,
    node: &Node<'_>,
    value: &Value,
) {
    let lists = member.refers;
    if lists.is_empty() {
        return;
    }
    let (Value::List(_), Tree::Array(nodes)) = (value, &node.value) else {
        if let Some(message) = reading.references.problem(lists, value) {
            problems.add(path, node.line, message);
        }
        return;
    };
    // Looked up by the nodes, because items that could not be read have no value.
    for (index, node) in nodes.iter().enumerate() {
        let value = match &node.value {
            Tree::String(text) => Uuid::try_parse(text).ok().map(Value::Guid),
            Tree::Number(text) => text.parse().ok().map(Value::Int),
            _ => None,
        };
        if let Some(message) = value.and_then(|value| reading.references.problem(lists, &value)) {
            problems.add(&Path::Item(path, index), node.line, message);
        }
    }
}

fn read_value(
    kind: StoredKind,
    reading: &Reading<'_>,
    problems: &mut Problems,
    path: &Path<'_>,
    node: &Node<'_>,
) -> Option<Value> {
    Some(match kind {
        StoredKind::Nullable(_) if matches!(node.value, Tree::Null) => Value::Null,
        StoredKind::Nullable(kind) => return read_value(*kind, reading, problems, path, node),
        StoredKind::Bool => Value::Bool(problems.flag(path, node)?),
        StoredKind::Int => Value::Int(problems.int(path, node)?),
        StoredKind::Text => Value::Text(problems.text(path, node)?),
        StoredKind::Guid => Value::Guid(problems.guid(path, node)?),
        StoredKind::Date => Value::DateTime(problems.date(path, node)?),
        StoredKind::Enum(names) => Value::Enum(problems.number_of(path, node, names)?),
        StoredKind::NamedEnum(names) => {
            Value::Enum(problems.one_of(path, node, || listed(names), |name| names.number_of(name))?)
        }
        StoredKind::Flags(names) => {
            let (mut bits, names) = (0, names());
            for (index, item) in problems.items(path, node)?.iter().enumerate() {
                let place = |name: &str| names.iter().position(|known| *known == name);
                let flag = problems.one_of(&Path::Item(path, index), item, || names.clone(), place);
                bits |= flag.map_or(0, |place| 1 << place);
            }
            Value::Int(bits)
        }
        StoredKind::List(kind) => {
            let mut items = Vec::new();
            for (index, item) in problems.items(path, node)?.iter().enumerate() {
                items.extend(read_value(*kind, reading, problems, &Path::Item(path, index), item));
            }
            Value::List(items)
        }
        StoredKind::Map(..) if matches!(node.value, Tree::Null) => Value::Dictionary(Vec::new()),
        StoredKind::Map(names, kind) => {
            let mut entries = Vec::new();
            for (name, line, value) in problems.members(path, node)? {
                let place = Path::Member(path, name);
                // A number without a name stands as itself, as in a list of the enum.
                let unnamed = || name.parse().ok().filter(|number| names.name_of(*number).is_none());
                let key = names.number_of(name).or_else(unnamed);
                if key.is_none() {
                    problems.add(&place, *line, none_of(name, &listed(names)));
                }
                let value = read_value(*kind, reading, problems, &place, value);
                entries.extend(key.zip(value));
            }
            Value::Dictionary(entries)
        }
        StoredKind::Group(declared) => {
            let reading = Reading { facet: None, ..*reading };
            let record = read_record(declared, &reading, problems, path, node)?;
            // A record without a required member cannot be kept; the problem is noted.
            let mut required = declared.iter().enumerate().filter(|(_, m)| matches!(m.default, DefaultValue::Required));
            if !required.all(|(place, _)| record.given(place)) {
                return None;
            }
            Value::List(record.values)
        }
    })
}
