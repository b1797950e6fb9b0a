//! The difference between two states of a world: users added, users removed, and each changed member of the others with
//! its value before and after. Values are compared as documents show them, so a reader finds the paths there.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::UserRecord;

/// The difference between two lists of users.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diff {
    /// Users only the second list has, in its order.
    pub added: Vec<UserRecord>,
    /// Users only the first list has, in its order.
    pub removed: Vec<UserRecord>,
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
    /// Its path in the user, e.g. `pbnb.status`. Lists are compared as a whole.
    pub path: String,
    /// Its value before; null where there was none.
    pub before: Value,
    /// Its value afterwards; null where there is none.
    pub after: Value,
}

impl Diff {
    /// Compares users by id; their order does not count.
    #[must_use]
    pub fn between(before: &[UserRecord], after: &[UserRecord]) -> Diff {
        let known: HashMap<Uuid, &UserRecord> = before.iter().map(|record| (record.shared.id, record)).collect();
        let kept: HashSet<Uuid> = after.iter().map(|record| record.shared.id).collect();
        let mut diff = Diff::default();
        for record in after {
            match known.get(&record.shared.id) {
                None => diff.added.push(record.clone()),
                // Two stored forms may show the same document, e.g. the status that an enabled user had before.
                Some(old) if *old != record => {
                    diff.changed.extend(Some(Change::between(old, record)).filter(|change| !change.members.is_empty()));
                }
                Some(_) => {}
            }
        }
        diff.removed = before.iter().filter(|record| !kept.contains(&record.shared.id)).cloned().collect();
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
        let users = |users: &[UserRecord]| users.iter().map(UserRecord::to_json).collect::<Value>();
        json!({
            "added": users(&self.added),
            "removed": users(&self.removed),
            "changed": self.changed.iter().map(Change::to_json).collect::<Value>(),
        })
    }
}

impl Change {
    /// The members that differ between two states of a user.
    #[must_use]
    pub(crate) fn between(before: &UserRecord, after: &UserRecord) -> Change {
        let mut members = Vec::new();
        compare("", &before.to_json(), &after.to_json(), &mut members);
        Change { id: after.shared.id, username: after.shared.username.clone(), members }
    }

    /// The change as JSON.
    #[must_use]
    pub(crate) fn to_json(&self) -> Value {
        let member = |member: &Member| json!({ "path": member.path, "before": member.before, "after": member.after });
        json!({
            "id": self.id.to_string(),
            "username": self.username,
            "members": self.members.iter().map(member).collect::<Value>(),
        })
    }
}

/// Notes the members that differ. As deep as a user's document, which is a few levels.
fn compare(path: &str, before: &Value, after: &Value, members: &mut Vec<Member>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            members.push(Member { path: path.to_owned(), before: before.clone(), after: after.clone() });
        }
        return;
    };
    let value_of = |object: &Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or_default();
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    for name in new.keys().chain(gone) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        compare(&path, &value_of(old, name), &value_of(new, name), members);
    }
}
