//! What changed between two states of a world: users that came, users that went, and each member of those that stayed
//! with its value before and after. Values are compared as documents show them, so a reader finds the paths there.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::User;

/// The difference between two lists of users.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diff {
    /// Users only the second list has, in its order.
    pub added: Vec<User>,
    /// Users only the first list has, in its order.
    pub removed: Vec<User>,
    /// Users that both have with different members, in the order of the second.
    pub changed: Vec<Change>,
}

/// A user that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The user's id.
    pub id: Uuid,
    /// Its username afterwards.
    pub username: Option<String>,
    /// Its members that differ, in the order of the document.
    pub members: Vec<Member>,
}

/// A member that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Where it stands in the user, e.g. `pbnb.status`. Lists are compared as a whole.
    pub path: String,
    /// Its value before; null where there was none.
    pub before: Value,
    /// Its value afterwards; null where there is none.
    pub after: Value,
}

impl Diff {
    /// Compares users by id; their order does not count.
    #[must_use]
    pub fn between(before: &[User], after: &[User]) -> Diff {
        let known: HashMap<Uuid, &User> = before.iter().map(|user| (user.id, user)).collect();
        let kept: HashSet<Uuid> = after.iter().map(|user| user.id).collect();
        let mut diff = Diff::default();
        for user in after {
            match known.get(&user.id) {
                None => diff.added.push(user.clone()),
                Some(old) if *old != user => diff.changed.push(Change::between(old, user)),
                Some(_) => {}
            }
        }
        diff.removed = before.iter().filter(|user| !kept.contains(&user.id)).cloned().collect();
        diff
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// `added`, `removed`, `changed` as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let users = |users: &[User]| users.iter().map(User::to_json).collect::<Value>();
        json!({
            "added": users(&self.added),
            "removed": users(&self.removed),
            "changed": self.changed.iter().map(Change::to_json).collect::<Value>(),
        })
    }
}

impl Change {
    fn between(before: &User, after: &User) -> Change {
        let mut members = Vec::new();
        compare("", &before.to_json(), &after.to_json(), &mut members);
        Change { id: after.id, username: after.username.clone(), members }
    }

    fn to_json(&self) -> Value {
        let member = |member: &Member| json!({ "path": member.path, "before": member.before, "after": member.after });
        json!({
            "id": self.id.to_string(),
            "username": self.username,
            "members": self.members.iter().map(member).collect::<Value>(),
        })
    }
}

/// Notes what differs. As deep as a user's document, which is a few levels.
fn compare(path: &str, before: &Value, after: &Value, members: &mut Vec<Member>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            members.push(Member { path: path.to_owned(), before: before.clone(), after: after.clone() });
        }
        return;
    };
    let of = |object: &Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or_default();
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    for name in new.keys().chain(gone) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        compare(&path, &of(old, name), &of(new, name), members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Api, Document};

    #[test]
    fn users_that_came_went_and_changed_are_told_apart() {
        let before = Document::demo().users;
        let mut after = before.clone();
        let gone = after.pop().unwrap();
        let mut new = User::new(Uuid::nil(), before[0].created_at);
        new.username = Some("new".into());
        after.push(new.clone());
        after[0].set_status(1);
        after[0].expoints = None;
        assert!(after[0].is_in(Api::Pbnb));
        let diff = Diff::between(&before, &after);
        assert_eq!((diff.added, diff.removed), (vec![new], vec![gone]));
        let members: Vec<&str> = diff.changed[0].members.iter().map(|member| member.path.as_str()).collect();
        assert_eq!((diff.changed.len(), members), (1, vec!["enabled", "pbnb.status", "expoints"]));
        assert_eq!(diff.changed[0].members[1].before, "Enabled");
        assert!(diff.changed[0].members[2].after.is_null());
    }

    #[test]
    fn order_alone_is_no_difference() {
        let before = Document::demo().users;
        let after: Vec<User> = before.iter().rev().cloned().collect();
        assert!(Diff::between(&before, &after).is_empty());
    }
}
