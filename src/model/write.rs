//! From [`Document`] to JSON, in the shape and member order of docs/spec/control.md §4. Every member of the published
//! shape is written; members declared `quiet`, and most of tokens and clients, only where they hold more than the default.

use super::{Client, ClockState, Document, ListRecords, Token, User, UserRecord};
use crate::contract::{ApiList, EnumType, StoredKind, StoredMember, Value as Stored, mirrored};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

impl ClockState {
    /// The clock as it stands in a document; null for real time.
    #[must_use]
    pub(crate) fn to_json(state: Option<ClockState>) -> Value {
        state.map(|clock| json!({ "now": clock.now.round_trip(), "frozen": clock.frozen })).unwrap_or_default()
    }
}

impl Document {
    /// The document as JSON in the shape it is read in.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut document = Map::new();
        document.insert("clock".to_owned(), ClockState::to_json(self.clock));
        document.insert("users".to_owned(), self.users.iter().map(UserRecord::to_json).collect());
        for records in &self.lists {
            let lists = document.entry(records.list.api).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(lists) = lists {
                lists.insert(records.list.name.to_owned(), list(records));
            }
        }
        document.insert("tokens".to_owned(), self.tokens.iter().map(token).collect());
        document.insert("clients".to_owned(), self.clients.iter().map(client).collect());
        Value::Object(document)
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// The text of a document behind its users, written item by item: lists in the order of the schema, tokens, clients.
#[derive(Debug, Default)]
pub(crate) struct RestOfDocument {
    text: Vec<u8>,
    /// The API whose lists are being written.
    api: Option<&'static str>,
}

impl RestOfDocument {
    pub(crate) fn begin_list(&mut self, list: &ApiList) {
        match self.api {
            Some(api) if api == list.api => self.text.extend(b"],"),
            Some(_) => self.text.extend(b"]},"),
            None => self.text.push(b','),
        }
        if self.api != Some(list.api) {
            self.api = Some(list.api);
            self.name(list.api);
            self.text.push(b'{');
        }
        self.name(list.name);
        self.text.push(b'[');
    }

    pub(crate) fn item(&mut self, list: &ApiList, values: &[Stored]) {
        self.add(&record_to_json(list.members, values, true));
    }

    pub(crate) fn begin_tokens(&mut self) {
        self.text.extend(if self.api.is_some() { &b"]},"[..] } else { b"," });
        self.text.extend(b"\"tokens\":[");
    }

    pub(crate) fn token(&mut self, given: &Token) {
        self.add(&token(given));
    }

    pub(crate) fn begin_clients(&mut self) {
        self.text.extend(b"],\"clients\":[");
    }

    pub(crate) fn client(&mut self, given: &Client) {
        self.add(&client(given));
    }

    /// All of it.
    pub(crate) fn whole(mut self) -> Vec<u8> {
        self.text.extend(b"]}");
        self.text.shrink_to_fit();
        self.text
    }

    fn name(&mut self, name: &str) {
        self.text.extend(format!("{}:", Value::from(name)).bytes());
    }

    fn add(&mut self, item: &Value) {
        if self.text.last() != Some(&b'[') {
            self.text.push(b',');
        }
        self.text.extend(item.to_string().bytes());
    }
}

impl UserRecord {
    /// The user as it stands in a document; facets the user does not have are left out.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn to_json(&self) -> Value {
        let mut members = shared(&self.shared);
        for record in &self.facets {
            let facet = record_to_json(record.facet.members, &record.values, self.shared.enabled);
            members.insert(record.facet.api.to_owned(), facet);
        }
        Value::Object(members)
    }
}

fn shared(user: &User) -> Map<String, Value> {
    let members = [
        ("id", user.id.to_string().into()),
        ("username", json!(user.username)),
        ("email", json!(user.email)),
        ("displayName", json!(user.display_name)),
        ("password", json!(user.password)),
        ("enabled", user.enabled.into()),
        ("createdAt", user.created_at.round_trip().into()),
        ("modifiedAt", user.modified_at.round_trip().into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn list(records: &ListRecords) -> Value {
    records.items.iter().map(|values| record_to_json(records.list.members, values, true)).collect()
}

/// A record by its members; `enabled` is the user's.
fn record_to_json(members: &[StoredMember], values: &[Stored], enabled: bool) -> Value {
    let shown = members.iter().zip(values).filter(|(member, value)| !member.quiet || **value != member.usual());
    let shown = shown.map(|(member, value)| {
        let value = match value {
            Stored::Enum(number) if member.mirrors_enabled => {
                to_json(member.kind, &Stored::Enum(mirrored(enabled, *number)))
            }
            value => to_json(member.kind, value),
        };
        (member.name.to_owned(), value)
    });
    Value::Object(shown.collect())
}

/// A stored value as documents show it.
pub(super) fn to_json(kind: StoredKind, value: &Stored) -> Value {
    match (kind, value) {
        (StoredKind::Nullable(kind), value) if *value != Stored::Null => to_json(*kind, value),
        (_, Stored::Bool(flag)) => (*flag).into(),
        (StoredKind::Flags(names), Stored::Int(bits)) => {
            let is_on = |place: usize| bits >> place & 1 == 1;
            let names = names();
            let on = names.iter().enumerate().filter(|(place, _)| is_on(*place));
            on.map(|(_, name)| Value::from(*name)).collect()
        }
        (_, Stored::Int(number)) => (*number).into(),
        (_, Stored::Text(text)) => text.as_str().into(),
        (_, Stored::Guid(guid)) => guid.to_string().into(),
        (_, Stored::DateTime(date)) => date.round_trip().into(),
        (StoredKind::Enum(names) | StoredKind::NamedEnum(names), Stored::Enum(number)) => {
            names.name_of(*number).map_or_else(|| (*number).into(), Value::from)
        }
        (StoredKind::Group(members), Stored::List(values)) => record_to_json(members, values, true),
        (StoredKind::List(kind), Stored::List(items)) => items.iter().map(|item| to_json(*kind, item)).collect(),
        (StoredKind::Map(names, kind), Stored::Dictionary(entries)) => {
            Value::Object(entries.iter().map(|(key, value)| (key_name(names, *key), to_json(*kind, value))).collect())
        }
        _ => Value::Null,
    }
}

fn key_name(names: &EnumType, number: i32) -> String {
    names.name_of(number).map_or_else(|| number.to_string(), str::to_owned)
}

fn token(token: &Token) -> Value {
    let mut value = json!({ "token": token.token, "state": token.state.name() });
    let members = [
        ("apis", token.apis.as_ref().map(|apis| json!(apis))),
        ("expiresAt", token.expires_at.map(|at| at.round_trip().into())),
        ("client", token.client.as_deref().map(Value::from)),
        ("user", token.user.map(|id| id.to_string().into())),
        ("passwordFingerprint", token.password.as_deref().map(Value::from)),
        ("scope", token.scope.as_deref().map(Value::from)),
    ];
    if let Value::Object(token) = &mut value {
        token.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    value
}

fn client(client: &Client) -> Value {
    let mut value = json!({ "api": client.api, "clientId": client.client_id, "clientSecret": client.client_secret });
    if let (true, Value::Object(client)) = (client.read_only, &mut value) {
        client.insert("readOnly".to_owned(), true.into());
    }
    value
}
