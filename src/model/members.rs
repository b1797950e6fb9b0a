//! Members of an object, taken by name and kind. A value that does not fit becomes a problem and the member's default,
//! so that reading goes on and finds the next one; a member that no reader took is unknown.

use chrono::DateTime as Instant;
use std::collections::HashSet;
use uuid::Uuid;

use super::nearest;
use super::problem::{Path, Problem};
use super::tree::{Items, Member, Node, Tree};
use crate::contract::{DateTime, DateTimeKind, EnumType};

/// Bytes of a text that a request or a document may bring. chosen: the vendors name no limit for most members, and a name
/// of the size of a body would be held by the world, its caches and every answer. Longer ones are none of a directory.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// The members of an object of which each is compared with those before it, without a set of them.
const FEW: usize = 16;

/// The largest number of problems that are reported for one document.
const MOST_PROBLEMS: usize = 10_000;

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub(super) fn add(&mut self, path: &Path<'_>, line: usize, message: impl Into<String>) {
        if self.0.len() >= MOST_PROBLEMS {
            return;
        }
        self.0.push(Problem { line, path: path.to_string(), message: message.into() });
    }

    fn mismatch(&mut self, path: &Path<'_>, node: &Node<'_>, wanted: &str) {
        self.add(path, node.line, format!("Expected {wanted}, found {}.", node.value.noun()));
    }

    /// A string.
    pub(super) fn text(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<String> {
        match &node.value {
            Tree::String(text) if text.len() > LONGEST_TEXT => {
                self.add(path, node.line, "The text is longer than 1 MiB.");
                None
            }
            Tree::String(text) => Some(text.as_ref().to_owned()),
            _ => {
                self.mismatch(path, node, "a string");
                None
            }
        }
    }

    /// A 32-bit whole number.
    pub(super) fn int(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<i32> {
        let Tree::Number(text) = &node.value else {
            self.mismatch(path, node, "a whole number");
            return None;
        };
        let number = text.parse().ok();
        if number.is_none() {
            self.add(path, node.line, format!("{text} is not a whole number of 32 bits."));
        }
        number
    }

    /// A boolean.
    pub(super) fn flag(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<bool> {
        match node.value {
            Tree::Bool(flag) => Some(flag),
            _ => {
                self.mismatch(path, node, "true or false");
                None
            }
        }
    }

    /// A guid in its 36-character form.
    pub(super) fn guid(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<Uuid> {
        let Tree::String(text) = &node.value else {
            self.mismatch(path, node, "a guid in quotes");
            return None;
        };
        let guid = Some(text).filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok());
        if guid.is_none() {
            self.add(path, node.line, format!("{text:?} is not a guid such as f4237dd3-01ff-48d8-8d90-16c06605724f."));
        }
        guid
    }

    /// A date with its zone; kept in UTC to 100 ns.
    pub(super) fn date(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<DateTime> {
        let Tree::String(text) = &node.value else {
            self.mismatch(path, node, "a date in quotes");
            return None;
        };
        let instant = Instant::parse_from_rfc3339(text).ok();
        let date = instant.and_then(|instant| DateTime::from_civil(instant.naive_utc(), DateTimeKind::Utc));
        if date.is_none() {
            self.add(path, node.line, format!("{text:?} is not a date such as 2024-03-28T08:12:49.3595132Z."));
        }
        date
    }

    /// One of some names, looked up exactly.
    pub(super) fn one_of<T>(
        &mut self,
        path: &Path<'_>,
        node: &Node<'_>,
        known: impl Fn() -> Vec<&'static str>,
        find: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Tree::String(text) = &node.value else {
            self.mismatch(path, node, &format!("one of {}", known().join(", ")));
            return None;
        };
        let found = find(text);
        if found.is_none() {
            self.add(path, node.line, none_of(text, &known()));
        }
        found
    }

    /// A wire enum by name. A number is taken if it has no name, because the framework lets clients store those.
    pub(super) fn number_of(&mut self, path: &Path<'_>, node: &Node<'_>, names: &EnumType) -> Option<i32> {
        if let Tree::Number(text) = &node.value {
            let number = text.parse().ok().filter(|number| names.name_of(*number).is_none());
            if number.is_none() {
                let known = listed(names).join(", ");
                self.add(path, node.line, format!("Write the name instead of {text}: one of {known}."));
            }
            return number;
        }
        self.one_of(path, node, || listed(names), |name| names.number_of(name))
    }

    /// The items of a list.
    pub(super) fn items<'n, 't>(&mut self, path: &Path<'_>, node: &'n Node<'t>) -> Option<&'n [Node<'t>]> {
        match &node.value {
            Tree::Array(items) => Some(items),
            _ => {
                self.mismatch(path, node, "a list");
                None
            }
        }
    }

    /// The items of a list that was left for later.
    pub(super) fn later<'t>(&mut self, path: &Path<'_>, node: &Node<'t>) -> Option<Items<'t>> {
        match &node.value {
            Tree::Later(items) => Some(Items::clone(items)),
            _ => {
                self.mismatch(path, node, "a list");
                None
            }
        }
    }

    /// The members of an object. One that is given twice is a problem.
    pub(super) fn members<'n, 't>(&mut self, path: &Path<'_>, node: &'n Node<'t>) -> Option<&'n [Member<'t>]> {
        let Tree::Object(members) = &node.value else {
            self.mismatch(path, node, "an object");
            return None;
        };
        let twice = |name: &str, line: usize, problems: &mut Problems| {
            problems.add(&Path::Member(path, name), line, "The member is given twice.");
        };
        if members.len() <= FEW {
            for (place, (name, line, _)) in members.iter().enumerate() {
                if members.iter().take(place).any(|(known, _, _)| known == name) {
                    twice(name, *line, self);
                }
            }
        } else {
            let mut seen = HashSet::with_capacity(members.len());
            for (name, line, _) in members {
                if !seen.insert(name) {
                    twice(name, *line, self);
                }
            }
        }
        Some(members)
    }
}

/// The names of an enum.
pub(super) fn listed(names: &EnumType) -> Vec<&'static str> {
    names.members.iter().map(|(name, _)| *name).collect()
}

/// A sentence about a text that is none of the known names.
pub(super) fn none_of(text: &str, known: &[&str]) -> String {
    match nearest::meant(text, known.iter().copied()) {
        Some(meant) => format!("{text:?} is none of {}; did you mean {meant}?", known.join(", ")),
        None => format!("{text:?} is none of {}.", known.join(", ")),
    }
}

/// The members of one object while they are taken.
pub(super) struct Members<'a, 'n, 't> {
    /// The path of the object.
    pub path: &'a Path<'a>,
    /// The line it starts on.
    pub line: usize,
    /// The problems so far.
    pub problems: &'a mut Problems,
    members: &'n [Member<'t>],
    /// The names that were asked for, some of them more than once.
    asked: Vec<&'static str>,
    /// A bit for each of the first members that was found.
    found: u64,
    /// The place behind the member that was found last: most documents have members in the order in which they are read.
    next: usize,
}

impl<'a, 'n, 't> Members<'a, 'n, 't> {
    /// The members of `node`; `None`, with a problem noted, when it is not an object.
    pub(super) fn new(
        path: &'a Path<'a>,
        node: &'n Node<'t>,
        problems: &'a mut Problems,
    ) -> Option<Members<'a, 'n, 't>> {
        let members = problems.members(path, node)?;
        Some(Members { path, line: node.line, problems, members, asked: Vec::with_capacity(FEW), found: 0, next: 0 })
    }

    /// The node of a member, if there is one.
    pub(super) fn node(&mut self, name: &'static str) -> Option<&'n Node<'t>> {
        self.asked.push(name);
        let members = || self.members.iter().enumerate();
        let mut in_turn = members().skip(self.next).chain(members().take(self.next));
        let (place, (_, _, node)) = in_turn.find(|(_, (known, _, _))| known == name)?;
        self.found |= u32::try_from(place).ok().and_then(|place| 1u64.checked_shl(place)).unwrap_or_default();
        self.next = place + 1;
        Some(node)
    }

    /// The line of a member, or of the object when the member is absent.
    pub(super) fn line_of(&self, name: &str) -> usize {
        self.members.iter().find(|(known, _, _)| known == name).map_or(self.line, |(_, _, node)| node.line)
    }

    /// A member read by one of the methods of [`Problems`]; `None` when absent or wrong.
    pub(super) fn take<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Problems, &Path<'_>, &'n Node<'t>) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(name)?;
        read(self.problems, &Path::Member(self.path, name), node)
    }

    /// The same for a member that may be null: null and absent both give `None`.
    pub(super) fn nullable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Problems, &Path<'_>, &'n Node<'t>) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(name).filter(|node| !matches!(node.value, Tree::Null))?;
        read(self.problems, &Path::Member(self.path, name), node)
    }

    /// The same for a member that has no default.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Problems, &Path<'_>, &'n Node<'t>) -> Option<T>,
    ) -> Option<T> {
        if self.node(name).is_none() {
            self.wrong(name, "The member is required.");
            return None;
        }
        self.take(name, read)
    }

    /// Reads every item of a list member.
    pub(super) fn each(&mut self, name: &'static str, mut read: impl FnMut(&mut Problems, &Path<'_>, &'n Node<'t>)) {
        let Some(node) = self.node(name) else { return };
        let path = Path::Member(self.path, name);
        for (index, item) in self.problems.items(&path, node).unwrap_or_default().iter().enumerate() {
            read(self.problems, &Path::Item(&path, index), item);
        }
    }

    /// Notes a problem with a member.
    pub(super) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let line = self.line_of(name);
        self.problems.add(&Path::Member(self.path, name), line, message);
    }

    /// Notes the members that no reader asked for.
    pub(super) fn finish(mut self) {
        if self.found.count_ones() as usize == self.members.len() {
            return;
        }
        let mut named = HashSet::new();
        self.asked.retain(|name| named.insert(*name));
        for (name, line, _) in self.members {
            if !named.contains(&**name) {
                let known = self.asked.join(", ");
                let message = match nearest::meant(name, self.asked.iter().copied()) {
                    Some(meant) => format!("Unknown member; did you mean {meant}? Known here are {known}."),
                    None => format!("Unknown member; known here are {known}."),
                };
                self.problems.add(&Path::Member(self.path, name), *line, message);
            }
        }
    }
}
