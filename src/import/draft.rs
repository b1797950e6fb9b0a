//! The state document as it grows: users with what is known of them, items of lists, tokens.

use crate::apis::Apis;
use crate::contract::FacetType;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Members that all APIs share, of which two users with different ones cannot be one.
const DECIDING: [&str; 2] = ["id", "username"];

/// A user.
#[derive(Debug, Default, Clone)]
pub(super) struct User {
    /// What the APIs share.
    pub shared: Map<String, Json>,
    /// Facets by API.
    pub facets: Map<String, Json>,
}

impl User {
    fn text(&self, name: &str) -> Option<String> {
        self.shared.get(name).and_then(Json::as_str).map(str::to_lowercase)
    }

    fn facet(&self, api: &str) -> Option<&Map<String, Json>> {
        self.facets.get(api).and_then(Json::as_object)
    }

    /// Whether both may be one user: nothing that decides differs, and no facet is another one.
    fn fits(&self, other: &User, facet: &FacetType) -> bool {
        let same = |name: &&str| match (self.text(name), other.text(name)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        DECIDING.iter().all(same) && !self.is_another(other, facet)
    }

    /// Whether both have keys in an API, and different ones.
    fn is_another(&self, other: &User, facet: &FacetType) -> bool {
        match (self.key(facet), other.key(facet)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    }

    /// The key in an API, where that is not the id.
    fn key(&self, facet: &FacetType) -> Option<Vec<Json>> {
        let known = self.facet(facet.api)?;
        let names = facet.key.iter().filter_map(|place| facet.members.get(*place)).map(|member| member.name);
        let key: Option<Vec<Json>> = names.map(|name| known.get(name).cloned()).collect();
        key.filter(|key| !key.is_empty())
    }
}

/// A state document that grows.
#[derive(Debug, Default)]
pub(super) struct Draft {
    users: Vec<User>,
    /// Users as answers list them, by their places in `users`.
    orders: Vec<Vec<usize>>,
    /// Items by API and list.
    lists: Map<String, Json>,
    tokens: Vec<Json>,
    notes: Vec<String>,
}

impl Draft {
    /// Adds a user as one API shows it, to the one that it is if that is known. What was seen first stays.
    pub(super) fn user(&mut self, user: User, facet: &FacetType) -> usize {
        let same = |name: &str, known: &User| user.text(name).is_some() && user.text(name) == known.text(name);
        let by_key = |known: &User| user.key(facet).is_some() && known.key(facet) == user.key(facet);
        let find =
            |fits: &dyn Fn(&User) -> bool| self.users.iter().position(|known| fits(known) && known.fits(&user, facet));
        let by_mail = || {
            let all: Vec<usize> =
                self.users.iter().enumerate().filter(|(_, known)| same("email", known)).map(|(at, _)| at).collect();
            // Two users of one address: nobody knows which.
            let [at] = all.as_slice() else { return None };
            self.users.get(*at).filter(|known| known.fits(&user, facet)).map(|_| *at)
        };
        let found = find(&|known| same("id", known))
            .or_else(|| find(&by_key))
            .or_else(|| find(&|known| same("username", known)))
            .or_else(by_mail);
        let at = found.unwrap_or(self.users.len());
        match self.users.get_mut(at) {
            Some(known) => merge(known, user, &mut self.notes),
            None => self.users.push(user),
        }
        at
    }

    /// Notes in which order one answer lists users.
    pub(super) fn order(&mut self, users: Vec<usize>) {
        self.orders.push(users);
    }

    /// The users in an order that agrees with all answers, as far as these agree with one another.
    fn sorted(&mut self) -> Vec<User> {
        let mut behind: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.users.len()];
        for order in &self.orders {
            for (first, second) in order.iter().zip(order.iter().skip(1)).filter(|(first, second)| first != second) {
                behind.get_mut(*second).into_iter().for_each(|known| {
                    known.insert(*first);
                });
            }
        }
        let mut left: BTreeSet<usize> = (0..self.users.len()).collect();
        let mut sorted = Vec::with_capacity(left.len());
        while let Some(first) = left.first().copied() {
            let is_free = |at: &usize| behind.get(*at).is_none_or(|known| known.is_disjoint(&left));
            let next = left.iter().copied().find(|at| is_free(at)).unwrap_or(first);
            left.remove(&next);
            sorted.extend(self.users.get(next).cloned());
        }
        sorted
    }

    /// Adds an item of a list, to the one with its id if that is known.
    pub(super) fn item(&mut self, (api, list): (&str, &str), id: &str, item: Map<String, Json>) {
        let lists = self.lists.entry(api).or_insert_with(|| json!({}));
        let Some(lists) = lists.as_object_mut() else { return };
        let items = lists.entry(list).or_insert_with(|| json!([]));
        let Some(items) = items.as_array_mut() else { return };
        // Some lists number their items in each account anew.
        let is_same = |known: &Json| {
            let same =
                |name: &str| item.get(name).is_none() || known.get(name).is_none() || known.get(name) == item.get(name);
            known.get(id) == item.get(id) && same("accountId")
        };
        match items.iter_mut().find(|known| is_same(known)).and_then(Json::as_object_mut) {
            Some(known) => fill(known, item),
            None => items.push(Json::Object(item)),
        }
    }

    /// Adds a token.
    pub(super) fn token(&mut self, api: &str, token: &str, state: &str) {
        self.tokens.push(json!({"token": token, "state": state, "apis": [api]}));
    }

    /// A remark about what found no place; the same once.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The document. Users that miss what an API needs of them are left out of it.
    pub(super) fn document(mut self, apis: &Apis, left_out: &mut Vec<String>) -> Json {
        let schema = apis.schema();
        let mut names: Vec<String> = Vec::new();
        let mut users = Vec::new();
        for mut user in self.sorted() {
            for facet in schema.facets() {
                let misses = |name: &str| user.shared.get(name).is_none_or(Json::is_null);
                let missing = match facet {
                    facet if facet.needs_username && misses("username") => "username",
                    facet if facet.needs_email && misses("email") => "e-mail address",
                    _ => continue,
                };
                if user.facets.remove(facet.api).is_some() {
                    self.notes.push(format!("a user of {}: no answer shows its {missing}", facet.api));
                }
            }
            // A name that is taken is another user's.
            if let Some(name) = user.text("username") {
                if names.contains(&name) {
                    self.notes.push(format!("user '{name}': two users have this username and cannot be one"));
                    continue;
                }
                names.push(name);
            }
            if !user.facets.is_empty() {
                settle(&mut user, &mut self.notes);
                users.push(user);
            }
        }
        self.refer(apis, &mut users);
        left_out.extend(self.notes);
        let mut document = Map::new();
        let users: Vec<Json> =
            users.into_iter().map(|user| user.shared.into_iter().chain(user.facets).collect()).collect();
        document.insert("users".to_owned(), users.into());
        document.extend(self.lists);
        if !self.tokens.is_empty() {
            document.insert("tokens".to_owned(), self.tokens.into());
        }
        Json::Object(document)
    }

    /// Adds items that users refer to and no answer showed.
    fn refer(&mut self, apis: &Apis, users: &mut [User]) {
        for facet in apis.schema().facets() {
            for member in facet.members {
                let Some(first) = member.refers.first() else { continue };
                for user in users.iter_mut() {
                    let Some(value) = user.facet(facet.api).and_then(|known| known.get(member.name)).cloned() else {
                        continue;
                    };
                    for id in value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]) {
                        self.refer_to(&id, member.refers, first);
                    }
                }
            }
        }
    }

    fn refer_to(&mut self, id: &Json, lists: &[&str], first: &str) {
        let has = |path: &&str| {
            let items = path.split_once('.').and_then(|(api, list)| self.lists.get(api)?.get(list)?.as_array());
            items.is_some_and(|items| items.iter().any(|item| item.get("id") == Some(id)))
        };
        if id.is_null() || lists.iter().any(has) {
            return;
        }
        if let Some((api, list)) = first.split_once('.') {
            self.note(format!("{first} {id}: users name it and no answer shows it, so nothing but its id is known"));
            self.item((api, list), "id", Map::from_iter([("id".to_owned(), id.clone())]));
        }
    }
}

/// What both APIs say of one thing has to be the same, or one of them is wrong.
fn settle(user: &mut User, notes: &mut Vec<String>) {
    let enabled = user.shared.get("enabled").and_then(Json::as_bool);
    for (api, facet) in &mut user.facets {
        let Some(facet) = facet.as_object_mut() else { continue };
        let status = facet.get("status").and_then(Json::as_str).map(|status| status == "Enabled");
        if let (Some(enabled), Some(status)) = (enabled, status)
            && enabled != status
        {
            facet.remove("status");
            notes.push(format!("a user's status in {api}: another API says otherwise, and both are one fact here"));
        }
    }
}

fn merge(known: &mut User, user: User, notes: &mut Vec<String>) {
    for (name, value) in &user.shared {
        if let Some(other) =
            known.shared.get(name).filter(|other| *other != value && !other.is_null() && !value.is_null())
            && !matches!(name.as_str(), "createdAt" | "modifiedAt")
        {
            let who = known.shared.get("username").or_else(|| known.shared.get("id")).unwrap_or(&Json::Null);
            let note =
                format!("{name} {value} of user {who}: another answer has {other}, and both are one member here");
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    fill(&mut known.shared, user.shared);
    for (api, facet) in user.facets {
        match (known.facets.get_mut(&api), facet) {
            (Some(Json::Object(known)), Json::Object(facet)) => fill(known, facet),
            (_, facet) => {
                known.facets.insert(api, facet);
            }
        }
    }
}

/// Adds members that are not known yet; lists of memberships are joined.
fn fill(known: &mut Map<String, Json>, more: Map<String, Json>) {
    for (name, value) in more {
        match (known.get_mut(&name), value) {
            (Some(Json::Array(known)), Json::Array(items)) if items.iter().all(Json::is_object) => {
                for item in items {
                    let same = |known: &&mut Json| known.get("tenant") == item.get("tenant");
                    match (known.iter_mut().find(same).and_then(Json::as_object_mut), item) {
                        (Some(known), Json::Object(item)) => fill(known, item),
                        (_, item) => known.push(item),
                    }
                }
            }
            (Some(known), value) if known.is_null() => *known = value,
            // A flag that some answers leave open is not set where one says so.
            (Some(known @ Json::Bool(true)), Json::Bool(false)) if name == "superUser" => *known = Json::Bool(false),
            (Some(_), _) => {}
            (None, value) => {
                known.insert(name, value);
            }
        }
    }
}
