//! The observed request/response pairs as data, and the check that a reader binds what the genuine framework bound.

use crate::application::models;
use base64::Engine;
use serde_json::{Value as Json, json};
use usertwin::codec::{Body, Charset, Reading};
use usertwin::contract::{Contracted, Kind, Value};

/// One observed pair.
pub struct Case {
    pub id: String,
    /// How much of the answer counts: `exact`, `status` or `unordered-messages`.
    pub expect: String,
    pub api: String,
    pub request: Message,
    pub status: u16,
    pub response: Message,
}

/// One side of a pair.
pub struct Message {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    fn of(json: &Json) -> Message {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let pair = |pair: &Json| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
        Message {
            method: text("method"),
            path: text("path"),
            headers: json["headers"].as_array().unwrap().iter().map(pair).collect(),
            body: base64::engine::general_purpose::STANDARD.decode(text("body_b64")).unwrap(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Every observed pair, of both rounds.
pub fn cases() -> Vec<Case> {
    let rounds = [include_str!("../oracle/cases.jsonl"), include_str!("../oracle/cases-2.jsonl")];
    let lines = rounds.iter().flat_map(|round| round.lines());
    lines
        .map(|line| {
            let json: Json = serde_json::from_str(line).unwrap();
            Case {
                id: json["id"].as_str().unwrap().to_owned(),
                expect: json["expect"].as_str().unwrap().to_owned(),
                api: json["api"].as_str().unwrap().to_owned(),
                status: json["response"]["status"].as_u64().unwrap() as u16,
                request: Message::of(&json["request"]),
                response: Message::of(&json["response"]),
            }
        })
        .collect()
}

/// The contract that the case's body is read into, and the name of the action's parameter.
pub fn body_kind(case: &Case) -> Option<(Kind, &'static str)> {
    let path = case.request.path.to_ascii_lowercase();
    let app = case.api.split('-').next().unwrap();
    match (app, case.request.method.as_str()) {
        ("pbnb", "POST") => Some((models::User::KIND, "user")),
        ("pbnb", "PATCH") => Some((Kind::Object(&models::DELTA_OF_USER), "user")),
        ("admin", "PUT") if path.starts_with("/api/v1/email/") => Some((models::EmailModel::KIND, "user")),
        ("admin", "PUT") => Some((models::AdminUser::KIND, "user")),
        ("expoints", _) if case.api == "expoints-put" => Some((models::put_users(), "users")),
        ("expoints", "PUT" | "POST") if case.api == "expoints-nofilter" => Some((models::collection_users(), "users")),
        ("expoints", "PUT" | "POST") => Some((models::import_users(), "users")),
        _ => None,
    }
}

/// Reads the bodies of the chosen cases and compares what was bound with what the genuine program showed: the echo of
/// a 200, or the reader's errors of a 400. Panics with one line per failing case.
pub fn check_reader(chosen: impl Fn(&Case) -> bool, read: impl Fn(Body<'_>, &Kind) -> Reading) {
    let (mut asked, mut failures) = (0, Vec::new());
    for case in cases().iter().filter(|case| chosen(case)) {
        let Some((kind, parameter)) = body_kind(case) else { continue };
        let content_type = case.request.header("Content-Type").unwrap_or_default().to_ascii_lowercase();
        let charset = content_type.split("charset=").nth(1).and_then(Charset::from_name).unwrap_or_default();
        let Some(expected) = expectation(case, parameter) else { continue };
        asked += 1;
        let reading = read(Body::new(&case.request.body, charset), &kind);
        let actual = match &expected {
            Expected::Bound(_) => to_json(&reading.value, &kind),
            Expected::Errors(_) => errors(&reading, parameter, case.api.ends_with("-detail")),
        };
        let (Expected::Bound(wanted) | Expected::Errors(wanted)) = expected;
        if actual != wanted {
            let body = String::from_utf8_lossy(&case.request.body).into_owned();
            failures.push(format!("{} [{}]\n  body   {body}\n  wanted {wanted}\n  got    {actual}", case.id, case.api));
        }
    }
    let figure = format!("{} of {asked} agree", asked - failures.len());
    assert!(failures.is_empty(), "{figure}\n{}", failures.join("\n"));
    assert!(asked > 0, "no case was asked");
    println!("{figure}");
}

enum Expected {
    Bound(Json),
    Errors(Json),
}

/// What a reader must have produced for this case, where the response shows it. Cases whose model state also holds
/// validation messages, and answers in another format than JSON, are left to the HTTP-level test.
fn expectation(case: &Case, parameter: &str) -> Option<Expected> {
    let body: Json = serde_json::from_slice(&case.response.body).ok()?;
    if case.status == 400 {
        let state = body.get("ModelState")?.as_object()?;
        let from_reader = |(key, texts): (&String, &Json)| {
            let below = key.eq_ignore_ascii_case(parameter)
                || key.strip_prefix(parameter).is_some_and(|rest| rest.starts_with(['.', '[']));
            below && !texts.to_string().contains(" field is required.") && !texts.to_string().contains("The field ")
        };
        return state.iter().all(from_reader).then(|| Expected::Errors(Json::Object(state.clone())));
    }
    if case.status != 200 || case.request.method == "PATCH" {
        return None;
    }
    match case.api.split('-').next()? {
        "pbnb" => Some(Expected::Bound(body.get("Data")?.clone())),
        "admin" => Some(Expected::Bound(body.get("ResponseData")?.get("Detail")?.clone())),
        _ => body.is_array().then_some(Expected::Bound(body)),
    }
}

fn errors(reading: &Reading, parameter: &str, detail: bool) -> Json {
    let mut state = serde_json::Map::new();
    for error in &reading.errors {
        let key = match error.path.as_str() {
            "" => parameter.to_owned(),
            path if path.starts_with('[') => format!("{parameter}{path}"),
            path => format!("{parameter}.{path}"),
        };
        let text = if error.exception && !detail { "An error has occurred." } else { &error.message };
        let known = state.keys().find(|known| known.eq_ignore_ascii_case(&key)).cloned().unwrap_or(key);
        state.entry(known).or_insert_with(|| json!([])).as_array_mut().unwrap().push(json!(text));
    }
    Json::Object(state)
}

/// A value as the application's JSON shows it: enum names for pbnb, numbers for the others.
fn to_json(value: &Value, kind: &Kind) -> Json {
    match (value, kind.underlying()) {
        (Value::Bool(flag), _) => json!(flag),
        (Value::Int(number), _) => json!(number),
        (Value::Text(text), _) => json!(text),
        (Value::Guid(guid), _) => json!(guid.to_string()),
        (Value::DateTime(date), _) => json!(date.round_trip()),
        (Value::Enum(number), Kind::Enum(of)) if of.clr_name.starts_with("pbnb") => {
            of.name_of(*number).map_or(json!(number), |name| json!(name))
        }
        (Value::Enum(number), _) => json!(number),
        (Value::Object(record), _) => {
            let plan = record.class.plan();
            let member = |slot: &usize| {
                let member = plan.members[*slot];
                (member.name.to_owned(), to_json(record.slot(*slot), &member.kind))
            };
            Json::Object(plan.json.iter().map(member).collect())
        }
        (Value::List(items), Kind::List(list)) => items.iter().map(|item| to_json(item, &list.item)).collect(),
        (Value::Dictionary(entries), Kind::Dictionary(of)) => {
            let entry = |(key, value): &(i32, Value)| {
                (of.key.name_of(*key).map_or(key.to_string(), str::to_owned), to_json(value, &of.value))
            };
            Json::Object(entries.iter().map(entry).collect())
        }
        _ => Json::Null,
    }
}
