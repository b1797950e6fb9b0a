//! Where the objects of an answer belong: to users, to items of lists, or to groups of these. Members of the wire and of a
//! state document are the same where their names are, case aside; the few that differ are below.

use super::draft::{Draft, User};
use super::stored::{json, member};
use crate::apis::Api;
use crate::contract::{ApiList, Kind, Record, StoredKind, StoredMember, Value};
use crate::drift::route::Route;
use serde_json::{Map, Value as Json, json as literal};

/// Members of users that documents call otherwise, in lower case (docs/spec/control.md §3).
const RENAMED: [(&str, &str); 3] =
    [("emailaddress", "email"), ("datecreated", "createdAt"), ("datemodified", "modifiedAt")];

/// Members that every user has, whatever the API.
const SHARED: [(&str, StoredKind); 8] = [
    ("id", StoredKind::Guid),
    ("username", StoredKind::Text),
    ("email", StoredKind::Text),
    ("displayName", StoredKind::Text),
    ("password", StoredKind::Text),
    ("enabled", StoredKind::Bool),
    ("createdAt", StoredKind::Date),
    ("modifiedAt", StoredKind::Date),
];

/// Places what one answer shows.
pub(super) struct Placing<'a> {
    api: &'static Api,
    /// Parameters of the path, by their names in lower case.
    parameters: Vec<(String, String)>,
    /// The query, in lower case.
    query: String,
    draft: &'a mut Draft,
    /// Users in the order of the answer.
    users: Vec<usize>,
    /// How many objects were placed.
    pub found: usize,
    /// Whether the answer shows nothing, as an empty list does.
    pub is_empty: bool,
}

impl<'a> Placing<'a> {
    pub(super) fn new(api: &'static Api, route: &Route, target: &str, draft: &'a mut Draft) -> Placing<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.to_ascii_lowercase();
        let template: Vec<&str> = route.name.split(' ').nth(1).unwrap_or_default().split('/').collect();
        let segments: Vec<&str> = path.split('/').collect();
        let offset = segments.len().saturating_sub(template.len());
        let pairs = template.iter().zip(segments.iter().skip(offset));
        let parameters = pairs
            .filter(|(name, _)| name.starts_with('{'))
            .map(|(name, value)| (name.trim_matches(['{', '}']).to_ascii_lowercase(), (*value).to_owned()))
            .collect();
        Placing { api, parameters, query, draft, users: Vec::new(), found: 0, is_empty: true }
    }

    /// Places an answer.
    pub(super) fn place(&mut self, value: &Value, kind: &Kind) {
        if self.is_success(value) {
            self.containers();
            self.walk(value, kind.underlying());
            self.draft.order(std::mem::take(&mut self.users));
        }
    }

    /// Envelopes say by themselves that something was not carried out.
    fn is_success(&self, value: &Value) -> bool {
        let Value::Object(record) = value else { return true };
        !matches!(member(record, "Success"), Some(Value::Bool(false)))
    }

    fn walk(&mut self, value: &Value, kind: &Kind) {
        match (value, kind) {
            (Value::List(items), Kind::List(list)) => {
                items.iter().for_each(|item| self.walk(item, list.item.underlying()));
            }
            (Value::Object(record), _) => {
                if self.object(record) {
                    self.found += 1;
                    self.is_empty = false;
                }
                for (value, member) in record.slots.iter().zip(&record.class.plan().members) {
                    self.walk(value, member.kind.underlying());
                }
            }
            (Value::Null | Value::Absent, _) => {}
            _ => {}
        }
    }

    /// Places an object by its members; whether it has a place.
    fn object(&mut self, record: &Record) -> bool {
        let has = |name: &str| member(record, name).is_some();
        let is_user = has("username") || (has("id") && (has("email") && has("displayName")));
        if is_user {
            return self.user(record);
        }
        if let Some(list) = self.list(record) {
            return self.item(list, record);
        }
        self.language(record);
        self.part_of_user(record) || self.group(record)
    }

    /// The list whose items an object is one of: its class is named after one.
    fn list(&self, record: &Record) -> Option<&'static ApiList> {
        member(record, "id")?;
        let class = record.class.clr_name.rsplit(['.', '+']).next().unwrap_or_default().to_ascii_lowercase();
        let named = |list: &&&'static ApiList| class.contains(&list.noun.replace(' ', ""));
        let fits = self.api.lists.iter().filter(named).max_by_key(|list| list.noun.len()).copied();
        fits.filter(|list| list.members.iter().filter(|known| member(record, known.name).is_some()).count() > 1)
            .or_else(|| fits.filter(|list| list.members.len() == 1))
    }

    fn user(&mut self, record: &Record) -> bool {
        let mut user = User::default();
        let mut facet = Map::new();
        let keyed = self.api.facet.key.len() == 2;
        self.members_of_user(record, (&mut user.shared, &mut facet), keyed);
        if keyed && let Some(id) = member(record, "id").and_then(|id| json(id, &StoredKind::Int)) {
            // The number in its account is what the API calls the id.
            let place = self.api.facet.key.last().and_then(|place| self.api.facet.members.get(*place));
            facet.extend(place.map(|place| (place.name.to_owned(), id)));
        }
        self.language(record);
        self.membership(record, &mut facet);
        self.on_request(&mut facet);
        user.facets.insert(self.api.name.to_owned(), Json::Object(facet));
        let place = self.draft.user(user, self.api.facet);
        self.users.push(place);
        true
    }

    fn members_of_user(
        &mut self,
        record: &Record,
        (shared, facet): (&mut Map<String, Json>, &mut Map<String, Json>),
        keyed: bool,
    ) {
        for (value, wire) in record.slots.iter().zip(&record.class.plan().members) {
            let lower = wire.name.to_ascii_lowercase();
            let name = RENAMED.iter().find(|(known, _)| *known == lower).map_or(wire.name, |(_, name)| *name);
            let stored = self.api.facet.members.iter().find(|known| known.name.eq_ignore_ascii_case(name));
            let of_all = SHARED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            match (stored, of_all, value) {
                (Some(known), _, value) if !matches!(known.kind, StoredKind::List(StoredKind::Group(_))) => {
                    facet.extend(json(value, &known.kind).map(|value| (known.name.to_owned(), value)));
                }
                (None, Some((known, kind)), value) if !(keyed && *known == "id") => {
                    // A null in one API may only mean that it does not show the member.
                    shared.extend(json(value, kind).map(|value| ((*known).to_owned(), value)));
                }
                // Of an object in the user the members count as the user's.
                (_, _, Value::Object(inner)) if !inner.class.members.is_empty() => {
                    self.members_of_user(inner, (&mut *shared, &mut *facet), true);
                }
                (_, _, Value::Null) => {
                    if let Kind::Object(class) = wire.kind.underlying() {
                        let inner = class.plan().members.iter();
                        let named = |name: &str| {
                            self.api.facet.members.iter().find(|known| known.name.eq_ignore_ascii_case(name))
                        };
                        let nullable = |known: &&StoredMember| matches!(known.kind, StoredKind::Nullable(_));
                        let nulls = inner.filter_map(|inner| named(inner.name)).filter(nullable);
                        facet.extend(nulls.map(|known| (known.name.to_owned(), Json::Null)));
                    }
                }
                (_, _, Value::Text(text)) if lower == "status" && text == "Locked" => {
                    facet.insert("locked".to_owned(), literal!(true));
                }
                (_, _, Value::Text(_) | Value::Bool(true) | Value::Guid(_))
                    if !matches!(lower.as_str(), "status" | "roles" | "language") =>
                {
                    let class = record.class.clr_name.rsplit('.').next().unwrap_or_default();
                    self.draft.note(format!(
                        "{} {class}.{}: a state document has no member for it",
                        self.api.name, wire.name
                    ));
                }
                _ => {}
            }
        }
    }

    /// Where users are members of several containers, the path names the one, and the answer perhaps the roles there.
    fn membership(&mut self, record: &Record, facet: &mut Map<String, Json>) {
        let of_groups = |known: &&StoredMember| matches!(known.kind, StoredKind::List(StoredKind::Group(_)));
        let Some(known) = self.api.facet.members.iter().find(of_groups) else { return };
        let Some((_, tenant)) = self.parameters.iter().rfind(|(name, _)| name.contains("tenant")) else { return };
        let mut entry = Map::from_iter([("tenant".to_owned(), literal!(tenant.to_ascii_lowercase()))]);
        match member(record, "roles").and_then(|roles| json(roles, &StoredKind::List(&StoredKind::Text))) {
            Some(roles) => {
                entry.insert("roles".to_owned(), roles);
            }
            None => self.draft.note(format!(
                "{}: a list of users shows no roles; users of which no other answer shows them have none",
                self.api.name
            )),
        }
        facet.insert(known.name.to_owned(), literal!([entry]));
    }

    /// A flag of users that only a query such as `IncludeSuperUsers=true` shows: whoever is seen without it has it not.
    fn on_request(&self, facet: &mut Map<String, Json>) {
        for known in self.api.facet.members.iter().filter(|known| matches!(known.kind, StoredKind::Bool)) {
            let parameter = format!("include{}s", known.name.to_ascii_lowercase());
            let declared = self.api.operations.iter().flat_map(|operation| operation.action.parameters);
            if declared.into_iter().any(|declared| declared.name.eq_ignore_ascii_case(&parameter)) {
                facet.insert(known.name.to_owned(), literal!(self.query.contains(&format!("{parameter}=true"))));
            }
        }
    }

    fn item(&mut self, list: &'static ApiList, record: &Record) -> bool {
        let mut item = Map::new();
        for known in list.members {
            // What the wire calls the account is the one above, where the list calls that its parent.
            let names = [known.name, if known.name == "parentId" { "accountId" } else { known.name }];
            let value = names.iter().find_map(|name| member(record, name));
            let value = value.and_then(|value| json(value, &known.kind));
            item.extend(value.map(|value| (known.name.to_owned(), value)));
        }
        let id = list.members.get(list.id).map_or("id", |known| known.name);
        self.language(record);
        self.draft.item((list.api, list.name), id, item);
        true
    }

    /// An id with a name beside it, of a list that the API has.
    fn language(&mut self, record: &Record) {
        for list in self.api.lists {
            let noun = list.noun;
            let id = member(record, &format!("{noun}id")).and_then(|id| json(id, &StoredKind::Guid));
            let name = member(record, &format!("{noun}name")).or_else(|| member(record, noun));
            let name = name.and_then(|name| json(name, &StoredKind::Text));
            if let (Some(id), Some(name)) = (id, name) {
                let item = Map::from_iter([("id".to_owned(), id), ("name".to_owned(), name)]);
                self.draft.item((list.api, list.name), "id", item);
            }
        }
    }

    /// An object that names a user by its key and says something of it.
    fn part_of_user(&mut self, record: &Record) -> bool {
        let facet = self.api.facet;
        let mut known = Map::new();
        for stored in facet.members {
            let value = member(record, stored.name).and_then(|value| json(value, &stored.kind));
            known.extend(value.map(|value| (stored.name.to_owned(), value)));
        }
        let key: Vec<&StoredMember> = facet.key.iter().filter_map(|place| facet.members.get(*place)).collect();
        for part in &key {
            if !known.contains_key(part.name) {
                known.extend(self.in_path(part).map(|value| (part.name.to_owned(), value)));
            }
        }
        if key.is_empty() || key.iter().any(|part| !known.contains_key(part.name)) || known.len() <= key.len() {
            return false;
        }
        let facets = Map::from_iter([(self.api.name.to_owned(), Json::Object(known))]);
        self.draft.user(User { facets, ..User::default() }, facet);
        true
    }

    /// A member of a key that the path holds: `accId` is `accountId`, shortened.
    fn in_path(&self, part: &StoredMember) -> Option<Json> {
        let short: String = part.name.chars().take(3).collect();
        let (_, value) = self.parameters.iter().find(|(name, _)| name.starts_with(&short))?;
        value.parse::<i32>().ok().map(|number| literal!(number))
    }

    /// An object that is a group of members, or flags, of an item that it names.
    fn group(&mut self, record: &Record) -> bool {
        for list in self.api.lists {
            let id = member(record, &format!("{}id", list.noun)).and_then(|id| json(id, &StoredKind::Int));
            let Some(id) = id else { continue };
            for known in list.members {
                let value = match &known.kind {
                    StoredKind::Group(members) => {
                        let inner = |inner: &StoredMember| {
                            Some((inner.name.to_owned(), json(member(record, inner.name)?, &inner.kind)?))
                        };
                        members.iter().map(inner).collect::<Option<Map<String, Json>>>().map(Json::Object)
                    }
                    StoredKind::Flags(names) => {
                        let names = names();
                        let is_on = |name: &&str| matches!(member(record, name), Some(Value::Bool(true)));
                        let all = names.iter().all(|name| member(record, name).is_some());
                        all.then(|| names.into_iter().filter(|name| is_on(name)).collect())
                    }
                    _ => None,
                };
                if let Some(value) = value {
                    let item = Map::from_iter([("id".to_owned(), id), (known.name.to_owned(), value)]);
                    self.draft.item((list.api, list.name), "id", item);
                    return true;
                }
            }
        }
        false
    }

    /// Accounts that the path names exist.
    fn containers(&mut self) {
        let mut above: Option<String> = None;
        for (name, value) in self.parameters.clone() {
            let of_name = |list: &&&'static ApiList| {
                let short: String = list.noun.chars().take(3).collect();
                name.starts_with(&short)
                    && !list.noun.contains(' ')
                    && (name.contains(list.noun) || name.len() <= short.len() + 2)
            };
            let Some(list) = self.api.lists.iter().find(of_name) else { continue };
            let Some(known) = list.members.get(list.id) else { continue };
            let value = value.to_ascii_lowercase();
            let id = match known.kind {
                StoredKind::Int => value.parse::<i32>().ok().map(|number| literal!(number)),
                _ => Some(literal!(value)),
            };
            let Some(id) = id else { continue };
            let mut item = Map::from_iter([(known.name.to_owned(), id)]);
            let container = list.container.and_then(|place| list.members.get(place));
            if let (Some(above), Some(container)) = (&above, container) {
                item.insert(container.name.to_owned(), literal!(above));
            }
            self.draft.item((list.api, list.name), known.name, item);
            above = Some(value);
        }
    }
}
