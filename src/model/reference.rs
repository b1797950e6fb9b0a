//! The reference of state documents, `docs/state.md`: every member with its type, its default and an example, from the
//! declarations that read and write documents.

use super::Schema;
use super::write::to_json;
use crate::contract::{Container, DefaultValue, EnumType, StoredKind, StoredMember};
use serde_json::Value;
use std::fmt::Write;

const INTRODUCTION: &str = "\
<!-- Written by `usertwin schema --markdown`; do not edit. -->
# State documents

What a world starts from (`--seed FILE`), what `usertwin export` and `GET /_usertwin/worlds/{world}/state` answer, and what
`PUT` on it takes. Absent members take their defaults; unknown ones are errors, which `usertwin check FILE` reports with line
and path. `usertwin export > seed.json` prints a document to start from; `usertwin schema` prints the JSON Schema, and a
document that names one in `$schema` is completed by editors. Examples are from the demo seed.
";

/// Members whose shape no API declares, by heading: name, type, default, meaning.
type Rows = &'static [[&'static str; 4]];

const DOCUMENT: Rows = &[
    ["$schema", "text", "none", "Where the JSON Schema is, for editors; ignored."],
    ["clock", "object or null", "null", "The world's time; null is real time."],
    ["users", "list of users", "`[]`", "The users, in order."],
];

const CLOCK: Rows = &[
    ["now", "date", "required", "The world's time when it starts."],
    ["frozen", "true or false", "`false`", "Whether it stands still."],
];

const USER: Rows = &[
    ["id", "guid", "follows from the username", "The id in every API that shows one."],
    [
        "username",
        "text or null",
        "null",
        "Unique in the world, without regard to case; PBNB, Expoints and Admin users need one.",
    ],
    ["email", "text or null", "null", "The e-mail address; Reseller needs one."],
    ["displayName", "text or null", "null", "The name to show."],
    ["password", "text or null", "null", "The password, in plain text."],
    ["enabled", "true or false", "`true`", "Whether the user may sign in."],
    ["createdAt", "date", "`\"2024-01-01T00:00:00Z\"`", "When the user was made."],
    ["modifiedAt", "date", "`createdAt`", "When it was changed last."],
];

const TOKEN: Rows = &[
    ["token", "text", "required", "The token itself."],
    ["state", "", "`\"valid\"`", "What an API makes of it."],
    ["apis", "list of APIs or null", "null", "The APIs that know it; null is all of them."],
    ["expiresAt", "date or null", "null", "When it ends, by the clock of its world."],
    ["client", "text or null", "null", "The client that it was issued to."],
    ["user", "guid or null", "null", "The user that it belongs to, and with whom it ends."],
    [
        "passwordFingerprint",
        "text or null",
        "null",
        "Written by exports: the token ends when the user gets another password.",
    ],
    ["scope", "text or null", "null", "Its scopes, with blanks between them."],
];

const CLIENT: Rows = &[
    ["api", "an API", "required", "The API at whose token endpoint the client signs in."],
    ["clientId", "text", "required", "Its name."],
    ["clientSecret", "text", "required", "Its secret, in plain text."],
    ["readOnly", "true or false", "`false`", "Whether its tokens only read."],
];

impl Schema {
    /// The reference as Markdown, with examples from a document.
    #[must_use]
    pub fn reference(&self, example: &Value) -> String {
        let mut text = INTRODUCTION.to_owned();
        let users = example.get("users").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        heading(&mut text, "The document", "");
        rows(&mut text, DOCUMENT, std::slice::from_ref(example));
        for part in self.parts().iter().filter(|part| !part.lists.is_empty()) {
            let names: Vec<String> = part.lists.iter().map(|list| format!("`{}`", list.name)).collect();
            row(&mut text, part.api, "object", "`{}`", "", &format!("Holds {}.", names.join(", ")));
        }
        row(&mut text, "tokens", "list of tokens", "`[]`", "", "Tokens that are known when the world starts.");
        row(&mut text, "clients", "list of clients", "`[]`", "", "Clients that may sign in at token endpoints.");
        heading(&mut text, "`clock`", "");
        rows(&mut text, CLOCK, &[]);
        heading(
            &mut text,
            "`users[]`",
            "A user as all APIs share it; an API shows it exactly when it has that API's facet.",
        );
        rows(&mut text, USER, users);
        for facet in self.facets() {
            let meaning = format!("The user in {}; `{{}}` takes every default.", facet.api);
            row(&mut text, facet.api, "object or null", "null", "", &meaning);
        }
        for facet in self.facets() {
            heading(&mut text, &format!("`users[].{}`", facet.api), facet.doc);
            let holders: Vec<Value> = users.iter().filter_map(|user| user.get(facet.api)).cloned().collect();
            members(&mut text, "", facet.members, &holders);
            if let Container::Each(list, inner) = facet.container
                && let Some(member) = facet.members.get(list)
                && let StoredKind::List(StoredKind::Group(group)) = member.kind
                && let Some(place) = group.get(inner)
            {
                let _ = write!(
                    text,
                    "\nWhere `{}` is left out, the user has one, in the `{}` that is the first by default.\n",
                    member.name, place.name
                );
            }
        }
        for list in self.lists() {
            heading(&mut text, &format!("`{}[]`", list.path), list.doc);
            let pointer = format!("/{}", list.path.replace('.', "/"));
            let items = example.pointer(&pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            members(&mut text, "", list.members, items);
        }
        let apis = one_of(self.api_names());
        let states = one_of(super::TokenState::ALL.iter().map(|state| state.name()));
        heading(&mut text, "`tokens[]`", &format!("A token's `state` is {states}; an API is {apis}."));
        rows(&mut text, TOKEN, items(example, "tokens"));
        heading(&mut text, "`clients[]`", &format!("An API is {apis}."));
        rows(&mut text, CLIENT, items(example, "clients"));
        text
    }
}

fn items<'e>(example: &'e Value, name: &str) -> &'e [Value] {
    example.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn heading(text: &mut String, title: &str, doc: &str) {
    let doc = sentence(doc);
    let doc = if doc.is_empty() { doc } else { format!("{doc}\n\n") };
    // Writing to a String cannot fail, here and below.
    let _ =
        write!(text, "\n## {title}\n\n{doc}| member | type | default | example | meaning |\n|---|---|---|---|---|\n");
}

fn row(text: &mut String, name: &str, kind: &str, default: &str, example: &str, meaning: &str) {
    let escaped = |cell: &str| cell.replace('|', "\\|");
    let [kind, default, example, meaning] = [kind, default, example, meaning].map(escaped);
    let _ = writeln!(text, "| `{name}` | {kind} | {default} | {example} | {meaning} |");
}

fn rows(text: &mut String, rows: Rows, holders: &[Value]) {
    for [name, kind, default, meaning] in rows {
        let kind = if *name == "state" { "one of the states above" } else { kind };
        let example = if *name == "users" { String::new() } else { example(name, holders) };
        row(text, name, kind, default, &example, meaning);
    }
}

fn members(text: &mut String, front: &str, declared: &[StoredMember], holders: &[Value]) {
    for member in declared {
        let name = format!("{front}{}", member.name);
        row(text, &name, &kind(member.kind), &default(member), &example(member.name, holders), &sentence(member.doc));
        let held = holders.iter().filter_map(|holder| holder.get(member.name));
        match member.kind {
            StoredKind::List(StoredKind::Group(inner)) => {
                let held = held.filter_map(Value::as_array).flatten();
                members(text, &format!("{name}[]."), inner, &held.cloned().collect::<Vec<_>>());
            }
            StoredKind::Group(inner) | StoredKind::Nullable(&StoredKind::Group(inner)) => {
                members(text, &format!("{name}."), inner, &held.cloned().collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// The first value that says something.
fn example(name: &str, holders: &[Value]) -> String {
    let says = |value: &&Value| !value.is_null() && **value != Value::Array(Vec::new());
    let found = holders.iter().filter_map(|holder| holder.get(name)).find(says);
    found.map(|value| format!("`{value}`")).unwrap_or_default()
}

fn kind(kind: StoredKind) -> String {
    let text = match kind {
        StoredKind::Bool => "true or false",
        StoredKind::Int => "whole number",
        StoredKind::Text => "text",
        StoredKind::Guid => "guid",
        StoredKind::Date => "date",
        StoredKind::NamedEnum(names) => return one_of(named(names)),
        StoredKind::Enum(names) => return format!("{}, or another number", one_of(named(names))),
        StoredKind::Flags(names) => return format!("list of {}", one_of(names())),
        StoredKind::List(StoredKind::Group(_)) => "list of objects",
        StoredKind::List(item) => return format!("list of {}", self::kind(*item)),
        StoredKind::Map(names, value) => {
            return format!("object of {} by {}", self::kind(*value), one_of(named(names)));
        }
        StoredKind::Group(_) => "object",
        StoredKind::Nullable(inner) => return format!("{} or null", self::kind(*inner)),
    };
    text.to_owned()
}

fn named(names: &EnumType) -> impl Iterator<Item = &'static str> {
    names.members.iter().map(|(name, _)| *name)
}

fn one_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn default(member: &StoredMember) -> String {
    match member.default {
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::FirstOf(list) => format!("the first of `{list}`"),
        DefaultValue::FirstContainerOr(list) => format!("its first place, or the first of `{list}`"),
        DefaultValue::UserId => "the user's id".to_owned(),
        DefaultValue::NextNumber => "one more than the largest".to_owned(),
        DefaultValue::Zero | DefaultValue::Value(_) if member.mirrors_enabled => "as `enabled`".to_owned(),
        DefaultValue::Zero | DefaultValue::Value(_) => format!("`{}`", to_json(member.kind, &member.usual())),
    }
}

fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
