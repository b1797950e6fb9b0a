//! A world of a test, in the words of all test kits (docs/spec/control.md). Documents are JSON, as the control API has
//! them.

use super::control::Control;
use http::Method;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::fmt::Write;

/// A copy of everything for one test: users, tokens, faults, clock and journal. Every method panics with a sentence when
/// the server refuses it.
#[derive(Debug)]
pub struct TestWorld {
    control: Control,
    name: String,
    url: String,
    urls: TestUrls,
    /// Where reset goes back to: the server's seed, or a world that holds the test's own document.
    baseline: String,
    /// Worlds that go with this one: its own seed, its snapshots.
    copies: RefCell<Vec<String>>,
    strict_advice: Cell<bool>,
}

/// The base addresses to give to a client of each API in place of the vendor's.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TestUrls {
    /// PBNB accounts.
    pub pbnb: String,
    /// Reseller.
    pub reseller: String,
    /// Expoints v3.
    pub expoints: String,
    /// Admin users.
    pub admin_users: String,
}

/// A copy of a world, which nobody writes to.
#[derive(Debug, Clone)]
pub struct TestSnapshot(String);

/// The time of a world, which timestamps, tokens and rate limits follow.
#[derive(Debug)]
pub struct TestClock<'a>(&'a TestWorld);

impl TestWorld {
    #[track_caller]
    pub(super) fn new(control: Control, server: &str, name: &str, seed: Option<&Value>) -> TestWorld {
        let url = format!("{server}/w/{name}");
        let base = |api| format!("{url}{}", control.directory(api));
        let urls = TestUrls {
            pbnb: base("pbnb"),
            reseller: base("reseller"),
            expoints: base("expoints"),
            admin_users: base("adminUsers"),
        };
        let fork = |copy: &str, from: &str| {
            must(control.call(Method::POST, "/worlds", Some(&json!({ "name": copy, "from": from }))));
        };
        let (mut baseline, mut copies) = ("seed".to_owned(), Vec::new());
        if let Some(document) = seed {
            baseline = format!("{name}.seed");
            fork(&baseline, "seed");
            let planted = control.call(Method::PUT, &format!("/worlds/{baseline}/state"), Some(document));
            if planted.is_err() {
                let _ = control.call(Method::DELETE, &format!("/worlds/{baseline}"), None);
            }
            must(planted);
            copies.push(baseline.clone());
        }
        fork(name, &baseline);
        let (copies, strict_advice) = (RefCell::new(copies), Cell::new(false));
        TestWorld { control, name: name.to_owned(), url, urls, baseline, copies, strict_advice }
    }

    #[track_caller]
    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        must(self.control.call(method, &format!("/worlds/{}{path}", self.name), body))
    }

    #[track_caller]
    fn list(&self, path: &str, member: &str) -> Vec<Value> {
        match self.call(Method::GET, path, None).get_mut(member).map(Value::take) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// The world's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address of the world; the vendors' paths follow it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The base address of each API in this world.
    #[must_use]
    pub fn urls(&self) -> &TestUrls {
        &self.urls
    }

    /// Fails the test at its end when its requests got advice.
    #[must_use]
    pub fn strict_advice(self) -> TestWorld {
        self.strict_advice.set(true);
        self
    }

    /// Makes requests fail: `{"match":{"api":"pbnb"},"times":1,"effect":{"status":503}}`.
    #[track_caller]
    pub fn fault(&self, fault: Value) {
        self.call(Method::POST, "/faults", Some(&fault));
    }

    /// Panics unless as many requests matched, with the server's sentence and the nearest requests:
    /// `verify(json!({"operation":"getUser"}), json!({"exactly":1}))`; `atLeast` and `atMost` too.
    #[track_caller]
    pub fn verify(&self, matching: Value, times: Value) {
        let question = json!({ "match": matching, "times": times });
        let verdict = self.call(Method::POST, "/verify", Some(&question));
        if verdict.get("satisfied") == Some(&Value::Bool(true)) {
            return;
        }
        let mut sentence = text(&verdict, "message").to_owned();
        for near in items(&verdict, "nearest") {
            let _ = write!(sentence, "\n  near: {}", line(near));
            for difference in items(near, "differs") {
                let member = |name| difference.get(name).unwrap_or(&Value::Null);
                let _ = write!(sentence, "; {} was {}", text(difference, "member"), member("was"));
                let _ = write!(sentence, ", not {}", member("asked"));
            }
        }
        panic!("usertwin: {sentence}");
    }

    /// What the real service would have done silently: `code`, `message` and `count` of each.
    #[must_use]
    #[track_caller]
    pub fn advice(&self) -> Vec<Value> {
        self.list("/advice", "advice")
    }

    /// What the world was asked, oldest first: the newest 1000 entries of its journal.
    #[must_use]
    #[track_caller]
    pub fn requests(&self) -> Vec<Value> {
        self.list("/requests?limit=1000", "requests")
    }

    /// What the test changed: `empty`, and `added`, `removed` and `changed` users since the seed.
    #[must_use]
    #[track_caller]
    pub fn diff(&self) -> Value {
        self.call(Method::GET, &format!("/diff?from={}", self.baseline), None)
    }

    /// The world's state document.
    #[must_use]
    #[track_caller]
    pub fn state(&self) -> Value {
        self.call(Method::GET, "/state", None)
    }

    /// Replaces the world's state document.
    #[track_caller]
    pub fn set_state(&self, document: Value) {
        self.call(Method::PUT, "/state", Some(&document));
    }

    /// Goes back to the seed; requests, faults and clock are cleared.
    #[track_caller]
    pub fn reset(&self) {
        self.call(Method::POST, "/reset", Some(&json!({ "from": self.baseline })));
    }

    /// Copies the world.
    #[must_use]
    #[track_caller]
    pub fn snapshot(&self) -> TestSnapshot {
        let copy = format!("{}.{}", self.name, self.copies.borrow().len() + 1);
        let body = json!({ "name": copy, "from": self.name });
        must(self.control.call(Method::POST, "/worlds", Some(&body)));
        self.copies.borrow_mut().push(copy.clone());
        TestSnapshot(copy)
    }

    /// Goes back to a snapshot, which stays; requests and faults are cleared.
    #[track_caller]
    pub fn restore(&self, snapshot: &TestSnapshot) {
        self.call(Method::POST, "/reset", Some(&json!({ "from": snapshot.0 })));
    }

    /// The time of the world.
    #[must_use]
    pub fn clock(&self) -> TestClock<'_> {
        TestClock(self)
    }

    /// The mails that the world would have sent: `kind`, `to`, `link` of each.
    #[must_use]
    #[track_caller]
    pub fn outbox(&self) -> Vec<Value> {
        self.list("/outbox", "mails")
    }

    /// The list of the world's requests, each with status and advice.
    fn report(&self) -> Result<String, String> {
        let path = format!("/worlds/{}/requests?limit=1000", self.name);
        let answer = self.control.call(Method::GET, &path, None)?;
        let mut report = format!("usertwin: requests of the world {}:", self.name);
        for request in items(&answer, "requests") {
            let _ = write!(report, "\n  {}", line(request));
            for advice in items(request, "advice") {
                let _ = write!(report, "\n    ! {}: {}", text(advice, "code"), text(advice, "message"));
            }
        }
        Ok(report)
    }
}

impl TestClock<'_> {
    /// The time in the world, e.g. `2030-01-01T12:00:00Z`.
    #[must_use]
    #[track_caller]
    pub fn now(&self) -> String {
        text(&self.0.call(Method::GET, "/clock", None), "now").to_owned()
    }

    /// Stops the clock at an instant, e.g. `2030-01-01T12:00:00Z`.
    #[track_caller]
    pub fn freeze(&self, at: &str) {
        self.0.call(Method::PUT, "/clock", Some(&json!({ "now": at, "frozen": true })));
    }

    /// Moves the clock on by an ISO 8601 duration, e.g. `PT1H`; a frozen one stays frozen.
    #[track_caller]
    pub fn advance(&self, by: &str) {
        self.0.call(Method::PUT, "/clock", Some(&json!({ "advance": by })));
    }
}

impl Drop for TestWorld {
    /// Reports on a test that panics and drops the world of any other. A world that is gone already, or whose server is,
    /// is no error.
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The test harness captures what `eprintln!` writes.
            eprintln!("{}", self.report().unwrap_or_else(|sentence| format!("usertwin: {sentence}")));
            return;
        }
        let got_advice = self.strict_advice.get() && !self.advice().is_empty();
        let report = got_advice.then(|| self.report().unwrap_or_default());
        for world in self.copies.borrow().iter().chain([&self.name]) {
            let _ = self.control.call(Method::DELETE, &format!("/worlds/{world}"), None);
        }
        if let Some(report) = report {
            panic!("usertwin: strict advice: the requests of this test got advice\n{report}");
        }
    }
}

#[track_caller]
fn must(answer: Result<Value, String>) -> Value {
    match answer {
        Ok(value) => value,
        Err(sentence) => panic!("usertwin: {sentence}"),
    }
}

fn items<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value.get(member).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// `GET /v1/core/Accounts/2/users/1 -> 200`.
fn line(request: &Value) -> String {
    let status = request.get("status").and_then(Value::as_u64);
    let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let query = request.get("query").and_then(Value::as_str).map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query} -> {status}", text(request, "method"), text(request, "path"))
}
