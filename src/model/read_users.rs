//! From a document to its users: shared members and facets, and the check of names, ids and keys that are unique.

use super::members::{Members, Problems};
use super::problem::Path;
use super::read_record::{ReadRecord, Reading, References, read_record};
use super::tree::Node;
use super::{DEFAULT_DATE, FacetRecord, Schema, User, UserRecord, folded};
use crate::contract::{Container, DefaultValue, FacetType, Key, StoredKind, StoredMember, Value};
use md5::{Digest, Md5};
use std::collections::HashSet;
use uuid::Uuid;

/// Users while they are read, with what must be unique among them.
pub(super) struct Users<'s> {
    schema: &'s Schema,
    references: References,
    /// Whether names, ids and keys are unique without being looked up in the following.
    trusts_names: bool,
    /// Places of users by their names, without regard to case.
    usernames: foldhash::HashMap<String, usize>,
    ids: foldhash::HashMap<Uuid, usize>,
    /// Keys that were given, by API.
    keys: foldhash::HashMap<(&'static str, Key), usize>,
    /// The largest number of each API and the parts of the key before it.
    largest: foldhash::HashMap<(&'static str, Key), i32>,
    /// Users whose number an API gives, because the document left it out, with their places and these facets.
    unnumbered: Vec<(usize, UserRecord, Vec<&'static FacetType>)>,
    /// Those of the user that was read last.
    left_out: LeftOut,
}

/// Users with the numbers that they were given, and their places.
pub(super) type Numbered = std::vec::IntoIter<(usize, UserRecord)>;

/// Members that a document left out of a user and that a world determines itself, see [`NewUser`](super::NewUser).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LeftOut {
    pub id: bool,
    pub created_at: bool,
    pub modified_at: bool,
    /// Members of facets: the API's name and the member's place.
    pub members: Vec<(&'static str, usize)>,
}

impl<'s> Users<'s> {
    pub(super) fn new(schema: &'s Schema, references: References) -> Users<'s> {
        Users {
            schema,
            references,
            trusts_names: false,
            usernames: foldhash::HashMap::default(),
            ids: foldhash::HashMap::default(),
            keys: foldhash::HashMap::default(),
            largest: foldhash::HashMap::default(),
            unnumbered: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    /// The members that the document left out of the user that was read last.
    pub(super) fn left_out(&mut self) -> LeftOut {
        std::mem::take(&mut self.left_out)
    }

    /// Takes names, ids and keys to be unique.
    pub(super) fn trust_names(&mut self) {
        self.trusts_names = true;
    }

    /// The users without a number of their own, once all were read: they get the next one, in order (chosen).
    pub(super) fn numbered(&mut self) -> Numbered {
        let mut numbered = Vec::with_capacity(self.unnumbered.len());
        for (place, mut user, facets) in std::mem::take(&mut self.unnumbered) {
            for facet in facets {
                let Some(record) = user.facets.iter_mut().find(|record| record.facet.api == facet.api) else {
                    continue;
                };
                let Some((container, _)) = numbered_key(record) else { continue };
                let next = self.largest.entry((facet.api, container)).or_default();
                *next = next.saturating_add(1);
                if let Some(slot) = facet.key.last().and_then(|place| record.values.get_mut(*place)) {
                    *slot = Value::Int(*next);
                }
            }
            numbered.push((place, user));
        }
        numbered.into_iter()
    }

    /// Reads the user at a place; one with problems is read as far as it can be. `None` when there is none, and when it
    /// is among those that [`Users::numbered`] gives.
    pub(super) fn read(
        &mut self,
        place: usize,
        problems: &mut Problems,
        path: &Path<'_>,
        node: &Node<'_>,
    ) -> Option<UserRecord> {
        let mut members = Members::new(path, node, problems)?;
        let id = members.take("id", Problems::guid);
        let mut user = User::new(Uuid::nil(), DEFAULT_DATE);
        user.username = members.nullable("username", Problems::text);
        user.email = members.nullable("email", Problems::text);
        user.display_name = members.nullable("displayName", Problems::text);
        user.password = members.nullable("password", Problems::text);
        let enabled = members.take("enabled", Problems::flag);
        let (created_at, modified_at) =
            (members.take("createdAt", Problems::date), members.take("modifiedAt", Problems::date));
        user.created_at = created_at.unwrap_or(DEFAULT_DATE);
        user.modified_at = modified_at.unwrap_or(user.created_at);
        self.left_out = LeftOut {
            id: id.is_none(),
            created_at: created_at.is_none(),
            modified_at: modified_at.is_none(),
            members: Vec::new(),
        };
        user.id = id.unwrap_or_else(|| derived_id(&user, place));
        user.enabled = enabled.unwrap_or(true);

        let mut record = UserRecord::from(user);
        let mut unnumbered = Vec::new();
        record.facets.reserve_exact(self.schema.parts().len());
        for facet in self.schema.facets() {
            let read = members.nullable(facet.api, |problems, path, node| {
                self.facet(facet, (place, record.shared.id, enabled), problems, path, node)
            });
            let Some(read) = read else { continue };
            if let (None, Some(says)) = (enabled, said_enabled(facet, &read)) {
                record.shared.enabled = says;
            }
            for (at, member) in facet.members.iter().enumerate() {
                let worlds = matches!(member.default, DefaultValue::UserId | DefaultValue::NextNumber);
                if worlds && !read.given(at) {
                    self.left_out.members.push((facet.api, at));
                }
            }
            if lacks_number(facet, &read) {
                unnumbered.push(facet);
            }
            let facet_record = FacetRecord { facet, values: read.values };
            if let Some((container, number)) = numbered_key(&facet_record) {
                let largest = self.largest.entry((facet.api, container)).or_default();
                *largest = (*largest).max(number);
            }
            record.facets.push(facet_record);
        }
        let user = &record.shared;
        let needs = record.facets.iter().rfind(|record| record.facet.needs_username);
        if let (true, Some(needs)) = (user.username.as_ref().is_none_or(|name| name.trim().is_empty()), needs) {
            let api = needs.facet.api;
            members.wrong("username", format!("A user with the facet {api} needs a username."));
        }
        if !self.trusts_names {
            let named = user.username.as_ref().and_then(|name| self.usernames.insert(folded(name), place));
            if let Some(first) = named {
                members.wrong("username", format!("The username is that of users[{first}]; case makes no difference."));
            }
            // A derived id is the same only where the username is, which has been reported.
            if let Some(first) = self.ids.insert(user.id, place).filter(|_| id.is_some()) {
                members.wrong("id", format!("The id is that of users[{first}]."));
            }
        }
        members.finish();
        if unnumbered.is_empty() {
            return Some(record);
        }
        self.unnumbered.push((place, record, unnumbered));
        None
    }

    fn facet(
        &mut self,
        facet: &'static FacetType,
        (at, user, enabled): (usize, Uuid, Option<bool>),
        problems: &mut Problems,
        path: &Path<'_>,
        node: &Node<'_>,
    ) -> Option<ReadRecord> {
        let reading = Reading { references: &self.references, user: Some(user), facet: Some(facet) };
        let mut read = read_record(facet.members, &reading, problems, path, node)?;
        put_into_first_container(facet, &mut read);
        contradictions(facet, &read, enabled, problems, path);
        repeated_containers(facet, &read, problems, path);
        let Some(last) = facet.key.last() else { return Some(read) };
        let member = facet.members.get(*last)?;
        if self.trusts_names || lacks_number(facet, &read) {
            return Some(read);
        }
        if let Some(first) = self.keys.insert((facet.api, facet.key_of(user, &read.values)), at) {
            let message = format!("The {} is that of users[{first}] in the same place.", member.name);
            problems.add(&Path::Member(path, member.name), read.line_of(*last), message);
        }
        Some(read)
    }
}

/// Whether the API gives the facet its number.
fn lacks_number(facet: &FacetType, read: &ReadRecord) -> bool {
    facet.key.last().is_some_and(|last| {
        let default = facet.members.get(*last).map(|member| member.default);
        !read.given(*last) && matches!(default, Some(DefaultValue::NextNumber))
    })
}

/// Whether a facet itself says that the user is enabled; `None` when the document leaves that member out.
fn said_enabled(facet: &FacetType, read: &ReadRecord) -> Option<bool> {
    let place = facet.members.iter().position(|member| member.mirrors_enabled)?;
    read.given(place).then_some(read.says_enabled)
}

fn contradictions(
    facet: &FacetType,
    read: &ReadRecord,
    enabled: Option<bool>,
    problems: &mut Problems,
    path: &Path<'_>,
) {
    let Some((place, member)) = facet.members.iter().enumerate().find(|(_, member)| member.mirrors_enabled) else {
        return;
    };
    if let (Some(enabled), Some(says)) = (enabled, said_enabled(facet, read))
        && enabled != says
    {
        let message = format!("The {} contradicts the user's `enabled`; leave one of them out.", member.name);
        problems.add(&Path::Member(path, member.name), read.line_of(place), message);
    }
}

/// A facet that says nothing of its containers is in the one that it names as its first, so that `{}` makes a user whom
/// the API shows, whichever API it is (chosen). An empty list is a list.
fn put_into_first_container(facet: &FacetType, read: &mut ReadRecord) {
    let Container::Each(list, inner) = facet.container else { return };
    let first = |member: &StoredMember| matches!(member.default, DefaultValue::FirstContainerOr(_));
    let first = facet.members.iter().position(first).and_then(|place| read.values.get(place)).cloned();
    let Some(StoredKind::List(StoredKind::Group(group))) = facet.members.get(list).map(|member| member.kind) else {
        return;
    };
    let mut record: Vec<Value> = group.iter().map(StoredMember::usual).collect();
    if let (false, Some(first), Some(slot)) = (read.given(list), first, record.get_mut(inner)) {
        *slot = first;
        if let Some(slot) = read.values.get_mut(list) {
            *slot = Value::List(vec![Value::List(record)]);
        }
    }
}

/// Notes two records of a list that name the same container.
fn repeated_containers(facet: &FacetType, read: &ReadRecord, problems: &mut Problems, path: &Path<'_>) {
    let Container::Each(list, inner) = facet.container else { return };
    let names = facet.members.get(list).map(|member| (member.name, member.kind));
    let Some((list_name, StoredKind::List(StoredKind::Group(group)))) = names else {
        return;
    };
    let name = group.get(inner).map_or("", |member| member.name);
    let mut seen = HashSet::new();
    let list_path = Path::Member(path, list_name);
    for (index, container) in facet.containers(&read.values).enumerate() {
        if !seen.insert(Key::default().with_value(container)) {
            let item = Path::Item(&list_path, index);
            let message = format!("The user has another of these in the same {name}.");
            problems.add(&Path::Member(&item, name), read.line_of(list), message);
        }
    }
}

/// The key of a facet whose last part is a number: the parts before it, and the number.
fn numbered_key(record: &FacetRecord) -> Option<(Key, i32)> {
    let (last, before) = record.facet.key.split_last()?;
    let Some(Value::Int(number)) = record.values.get(*last) else { return None };
    let parts = before.iter().filter_map(|place| record.values.get(*place));
    Some((parts.fold(Key::default(), |key, value| key.with_value(value)), *number))
}

/// An id for a user that has none in the document: always the same for the same username, so that the ids of a seed
/// do not change from run to run (chosen).
fn derived_id(user: &User, place: usize) -> Uuid {
    let source = match (&user.username, &user.email) {
        (Some(name), _) => format!("username {}", folded(name).to_lowercase()),
        (None, Some(email)) => format!("email {email}"),
        (None, None) => format!("place {place}"),
    };
    uuid::Builder::from_md5_bytes(Md5::digest(source.as_bytes()).into()).into_uuid()
}
