//! A client that writes, and remembers the changes that were acknowledged and the one it had asked for when the server
//! was killed. No other client writes to its places, so after a crash each holds the value last acknowledged or last
//! asked for.

use super::seed::{self, MARKER, TENANT};
use crate::support::client::{Answer, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc::Sender;

/// A place that has a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A member of a user in `main`.
    Member(String, &'static str),
    /// Whether `main` has a user of a name.
    Username(String),
    /// The display name of the marker in a world; without a value the world does not exist.
    World(String),
}

/// The values of places.
pub type Values = BTreeMap<Place, Option<String>>;

/// The kind of changes that a writer makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Reseller,
    Pbnb,
    AdminUsers,
    Batch,
    ComeAndGo,
    Worlds,
    /// Copies of the world to which all others write.
    Copies,
}

/// A client.
pub struct Writer {
    number: usize,
    pub kind: Kind,
    turn: u64,
    /// The values that were acknowledged.
    pub known: Values,
    /// The values that the request in flight asks for.
    pub asked: Values,
    pub acknowledged: usize,
    /// The number in PBNB of the user made last.
    made: Option<(String, u64)>,
}

struct Request {
    method: &'static str,
    path: String,
    media_type: &'static str,
    body: String,
    changes: Values,
}

impl Request {
    fn new(
        method: &'static str,
        path: impl Into<String>,
        changes: impl IntoIterator<Item = (Place, Option<String>)>,
    ) -> Request {
        let changes = changes.into_iter().collect();
        Request { method, path: path.into(), media_type: "application/json", body: String::new(), changes }
    }

    fn json(self, body: Value) -> Request {
        Request { body: body.to_string(), ..self }
    }
}

impl Writer {
    pub fn new(number: usize, kind: Kind) -> Writer {
        let (known, asked) = Default::default();
        Writer { number, kind, turn: 0, known, asked, acknowledged: 0, made: None }
    }

    /// Writes until the server is gone; reports the first write that was acknowledged, and one that was refused.
    pub fn write(&mut self, address: SocketAddr, reports: &Sender<Result<(), String>>) {
        let Ok(mut client) = Client::connect(address) else { return };
        let mut first = true;
        loop {
            let request = self.next();
            self.asked = request.changes;
            let headers = [("Authorization", "Bearer good"), ("Content-Type", request.media_type)];
            let Ok(answer) = client.send(request.method, &request.path, &headers, request.body.as_bytes()) else {
                return;
            };
            let acknowledged = self.acknowledge(&answer, request.method);
            let refused = acknowledged.is_err();
            if std::mem::take(&mut first) || refused {
                let _ = reports.send(acknowledged);
            }
            if refused {
                return;
            }
        }
    }

    fn acknowledge(&mut self, answer: &Answer, method: &str) -> Result<(), String> {
        let text = String::from_utf8_lossy(&answer.body);
        let enveloped = matches!(self.kind, Kind::Pbnb | Kind::ComeAndGo);
        let done = (200..300).contains(&answer.status) && (!enveloped || text.contains(r#""Success":true"#));
        if !done {
            return Err(format!("{method} {:?}: {} {text}", self.asked, answer.status));
        }
        if self.kind == Kind::ComeAndGo {
            let user: Value = serde_json::from_str(&text).unwrap();
            let name = user["Data"]["Username"].as_str().unwrap().to_owned();
            self.made = (method == "POST").then(|| (name, user["Data"]["ID"].as_u64().unwrap()));
        }
        self.known.append(&mut self.asked);
        self.acknowledged += 1;
        Ok(())
    }

    /// Takes over the values found after a crash: all of them old, or all of them new.
    pub fn check(&mut self, found: impl Fn(&Place) -> Option<String>) -> Result<bool, String> {
        let matches = |values: &Values| values.iter().all(|(place, value)| found(place) == *value);
        let (mut old, mut new) = (self.known.clone(), self.known.clone());
        new.append(&mut self.asked.clone());
        old.retain(|place, _| new.contains_key(place));
        let applied = match (matches(&old), matches(&new)) {
            (_, true) => true,
            (true, false) => false,
            (false, false) => {
                let now: Values = new.keys().map(|place| (place.clone(), found(place))).collect();
                let wrong: Vec<_> = now.iter().filter(|(place, value)| old.get(*place) != Some(*value)).collect();
                return Err(format!(
                    "writer {} {:?}: asked for {:?}, found {wrong:?}",
                    self.number, self.kind, self.asked
                ));
            }
        };
        let unanswered = !self.asked.is_empty();
        self.known = if applied { new } else { old };
        self.asked.clear();
        self.made = None;
        Ok(applied && unanswered)
    }

    fn next(&mut self) -> Request {
        self.turn += 1;
        let (number, turn) = (self.number, self.turn);
        let user = seed::id(number, 0);
        let value = format!("v{number}-{turn}");
        let member = |member| [(Place::Member(user.clone(), member), Some(value.clone()))];
        match self.kind {
            Kind::Reseller => renamed("", &user, &value, member("displayName")),
            Kind::Pbnb => {
                let path = format!("/v1/core/Accounts/2/users/{}", number + 1);
                Request::new("PATCH", path, member("username")).json(json!({ "Username": value }))
            }
            Kind::AdminUsers => {
                let body = format!(
                    "DisplayName={value}&EmailAddress=one{number}@example.com&Enabled=true&TimeZone=UTC&\
                     Username=one{number}&LanguageID={}&MobilePhone=12345",
                    seed::LANGUAGE
                );
                let put = Request::new("PUT", format!("/api/v1/admin/users/{user}"), member("displayName"));
                Request { media_type: "application/x-www-form-urlencoded", body, ..put }
            }
            Kind::Batch => {
                let numbers = 1..=seed::BATCH;
                let import = |of: usize| {
                    json!({
                        "Username": seed::username(number, of), "Type": "Internal", "Roles": [{ "Id": seed::ROLE }],
                        "Email": value
                    })
                };
                let changes =
                    numbers.clone().map(|of| (Place::Member(seed::id(number, of), "email"), Some(value.clone())));
                Request::new("PUT", "/external/api/v3/user", changes).json(numbers.map(import).collect())
            }
            Kind::ComeAndGo => match &self.made {
                Some((name, id)) => {
                    let gone = [(Place::Username(name.clone()), None)];
                    Request::new("DELETE", format!("/v1/core/Accounts/2/users/{id}"), gone)
                }
                None => {
                    let there = [(Place::Username(value.clone()), Some(value.clone()))];
                    Request::new("POST", "/v1/core/Accounts/2/users", there).json(json!({ "Username": value }))
                }
            },
            Kind::Worlds => self.world(&value),
            Kind::Copies => {
                let copies = self.copies();
                match copies.first() {
                    Some((name, _)) if copies.len() > 1 => dropped(name),
                    _ => made(&format!("main-{value}"), Some("main"), "seed"),
                }
            }
        }
    }

    /// The existing worlds, the oldest first, without the one that is written to.
    fn copies(&self) -> Vec<(String, String)> {
        let own = format!("own-{}", self.number);
        let mut copies: Vec<_> = self
            .known
            .iter()
            .filter_map(|(place, value)| match (place, value) {
                (Place::World(name), Some(value)) if *name != own => Some((name.clone(), value.clone())),
                _ => None,
            })
            .collect();
        copies.sort_by_key(|(name, _)| name.rsplit('-').next().and_then(|turn| turn.parse::<u64>().ok()));
        copies
    }

    /// Everything that can happen to worlds, in turn.
    fn world(&self, value: &str) -> Request {
        let own = format!("own-{}", self.number);
        let Some(Some(now)) = self.known.get(&Place::World(own.clone())).cloned() else {
            return made(&own, None, "seed");
        };
        let becomes = |value: &str| [(Place::World(own.clone()), Some(value.to_owned()))];
        let reset = |value: &str| Request::new("POST", format!("/_usertwin/worlds/{own}/reset"), becomes(value));
        let copies = self.copies();
        match (self.turn % 8, copies.last(), copies.first()) {
            (2, ..) => reset("seed"),
            (4, Some((copy, held)), _) => reset(held).json(json!({ "from": copy })),
            (1 | 5, _, Some((copy, _))) if copies.len() > 2 => dropped(copy),
            (6, ..) if self.turn.is_multiple_of(3) => dropped(&own),
            (1 | 7, ..) => made(&format!("copy-{value}"), Some(&own), &now),
            _ => renamed(&format!("/w/{own}"), MARKER, value, becomes(value)),
        }
    }
}

fn renamed(world: &str, user: &str, name: &str, changes: impl IntoIterator<Item = (Place, Option<String>)>) -> Request {
    let patch = json!([{ "op": "replace", "path": "/displayName", "value": name }]);
    Request::new("PATCH", format!("{world}/api/v1.0/accounts/{TENANT}/users/{user}"), changes).json(patch)
}

fn made(world: &str, from: Option<&str>, holds: &str) -> Request {
    let there = [(Place::World(world.to_owned()), Some(holds.to_owned()))];
    Request::new("POST", "/_usertwin/worlds", there).json(json!({ "name": world, "from": from }))
}

fn dropped(world: &str) -> Request {
    Request::new("DELETE", format!("/_usertwin/worlds/{world}"), [(Place::World(world.to_owned()), None)])
}
