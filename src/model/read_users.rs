//! From a document to its users: shared members and facets, and the check of names, ids and keys that are unique.

use super::members::{Members, Problems};
use super::problem::Path;
use super::read_record::{ReadRecord, Reading, References, read_record};
use super::tree::Node;
use super::{DEFAULT_DATE, FacetRecord, Schema, User, UserRecord, folded};
use crate::contract::{Container, DefaultValue, FacetType, Key, StoredKind, StoredMember, Value};
use md5::{Digest, Md5};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Users while they are read.
pub(super) struct Users<'s> {
    schema: &'s Schema,
    references: References,
    users: Vec<UserRecord>,
    usernames: HashMap<String, usize>,
    ids: HashMap<Uuid, usize>,
    /// Keys that were given, by API.
    keys: HashMap<(&'static str, Key), usize>,
    /// Places in `users` of those whose number an API gives, because the document left it out.
    unnumbered: Vec<(usize, &'static FacetType)>,
    /// Those of the user that was read last.
    left_out: LeftOut,
}

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
            users: Vec::new(),
            usernames: HashMap::new(),
            ids: HashMap::new(),
            keys: HashMap::new(),
            unnumbered: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    /// The members that the document left out of the user that was read last.
    pub(super) fn left_out(&mut self) -> LeftOut {
        std::mem::take(&mut self.left_out)
    }

    /// The users, those without a number of their own getting the next one, in order (chosen).
    pub(super) fn finish(mut self) -> Vec<UserRecord> {
        let mut largest: HashMap<(&'static str, Key), i32> = HashMap::new();
        for user in &self.users {
            for record in &user.facets {
                if let Some((container, number)) = numbered(record) {
                    let known = largest.entry((record.facet.api, container)).or_default();
                    *known = (*known).max(number);
                }
            }
        }
        for (at, facet) in self.unnumbered {
            let Some(record) = self.users.get_mut(at).and_then(|user| facet_mut(user, facet)) else { continue };
            let Some((container, _)) = numbered(record) else { continue };
            let next = largest.entry((facet.api, container)).or_default();
            *next = next.saturating_add(1);
            if let Some(slot) = facet.key.last().and_then(|place| record.values.get_mut(*place)) {
                *slot = Value::Int(*next);
            }
        }
        self.users
    }

    /// Reads one user; a user with problems is kept as far as it could be read.
    pub(super) fn read(&mut self, problems: &mut Problems, path: &Path<'_>, node: &Node) {
        let Some(mut members) = Members::new(path, node, problems) else { return };
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
        user.id = id.unwrap_or_else(|| derived_id(&user, self.users.len()));
        user.enabled = enabled.unwrap_or(true);

        let id_given = id.is_some();
        let mut record = UserRecord::from(user);
        for facet in self.schema.facets() {
            let read = members.nullable(facet.api, |problems, path, node| {
                self.facet(facet, record.shared.id, enabled, problems, path, node)
            });
            let Some(read) = read else { continue };
            if let (None, Some(says)) = (enabled, said_enabled(facet, &read)) {
                record.shared.enabled = says;
            }
            let worlds =
                |member: &StoredMember| matches!(member.default, DefaultValue::UserId | DefaultValue::NextNumber);
            let worlds = facet.members.iter().enumerate().filter(|(_, member)| worlds(member)).map(|(place, _)| place);
            let absent = worlds.filter(|place| !read.given(*place)).map(|place| (facet.api, place));
            self.left_out.members.extend(absent);
            record.facets.push(FacetRecord { facet, values: read.values });
        }
        let user = &record.shared;
        let needs = record.facets.iter().rfind(|record| record.facet.needs_username);
        if let (true, Some(needs)) = (user.username.as_ref().is_none_or(|name| name.trim().is_empty()), needs) {
            let api = needs.facet.api;
            members.wrong("username", format!("A user with the facet {api} needs a username."));
        }
        if let Some(name) = &user.username
            && let Some(first) = self.usernames.insert(folded(name), self.users.len())
        {
            members.wrong("username", format!("The username is that of users[{first}]; case makes no difference."));
        }
        // A derived id is the same only where the username is, which has been reported.
        if let Some(first) = self.ids.insert(user.id, self.users.len()).filter(|_| id_given) {
            members.wrong("id", format!("The id is that of users[{first}]."));
        }
        members.finish();
        self.users.push(record);
    }

    fn facet(
        &mut self,
        facet: &'static FacetType,
        user: Uuid,
        enabled: Option<bool>,
        problems: &mut Problems,
        path: &Path<'_>,
        node: &Node,
    ) -> Option<ReadRecord> {
        let reading = Reading { references: &self.references, user: Some(user), facet: Some(facet) };
        let mut read = read_record(facet.members, &reading, problems, path, node)?;
        put_into_first_container(facet, &mut read);
        contradictions(facet, &read, enabled, problems, path);
        repeated_containers(facet, &read, problems, path);
        let Some(last) = facet.key.last() else { return Some(read) };
        let member = facet.members.get(*last)?;
        if !read.given(*last) && matches!(member.default, DefaultValue::NextNumber) {
            self.unnumbered.push((self.users.len(), facet));
        } else if let Some(first) = self.keys.insert((facet.api, facet.key_of(user, &read.values)), self.users.len()) {
            let message = format!("The {} is that of users[{first}] in the same place.", member.name);
            problems.add(&Path::Member(path, member.name), read.line_of(*last), message);
        }
        Some(read)
    }
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
fn numbered(record: &FacetRecord) -> Option<(Key, i32)> {
    let (last, before) = record.facet.key.split_last()?;
    let Some(Value::Int(number)) = record.values.get(*last) else { return None };
    let parts = before.iter().filter_map(|place| record.values.get(*place));
    Some((parts.fold(Key::default(), |key, value| key.with_value(value)), *number))
}

fn facet_mut<'u>(user: &'u mut UserRecord, facet: &FacetType) -> Option<&'u mut FacetRecord> {
    user.facets.iter_mut().find(|record| record.facet.api == facet.api)
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
