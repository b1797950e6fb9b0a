//! Replays every observed pair in process through the application of the conformance example, and compares what the
//! pair records: status, Content-Type, Allow, WWW-Authenticate, Location and the body's bytes. Prints one line per
//! failing case and the figures by app and by root cause.

use crate::application::app::App;
use crate::oracle::{Case, Message, cases};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use usertwin::frameworks::webapi::Request;

/// Cases that are knowingly answered otherwise, each with its reason. Every other difference fails the test, and so
/// does a case of this list that agrees.
const REASONS: &[(&str, &str)] = &[];

#[test]
fn every_observed_pair_is_answered_alike() {
    let mut apps: HashMap<String, App> = HashMap::new();
    let mut by_app: BTreeMap<String, Figure> = BTreeMap::new();
    let mut by_cause: BTreeMap<String, Figure> = BTreeMap::new();
    let causes = causes();
    let mut unexpected = Vec::new();
    let cases = cases();
    for case in &cases {
        let app = apps.entry(case.api.clone()).or_insert_with(|| App::named(&case.api).expect("the app exists"));
        let difference = difference(case, &app.handle(&request(&case.request)).response);
        let cause = causes.get(case.id.as_str()).copied().unwrap_or("no cause of its own");
        by_app.entry(case.api.clone()).or_default().count(difference.is_none());
        by_cause.entry(cause.to_owned()).or_default().count(difference.is_none());
        let reason = REASONS.iter().find(|(id, _)| *id == case.id).map(|(_, reason)| *reason);
        match (difference, reason) {
            (Some(difference), Some(reason)) => println!("{} [{}] {difference} (known: {reason})", case.id, case.api),
            (Some(difference), None) => unexpected.push(format!("{} [{}] {difference}", case.id, case.api)),
            (None, Some(_)) => unexpected.push(format!("{} agrees and needs no reason", case.id)),
            (None, None) => {}
        }
    }
    for line in &unexpected {
        println!("{line}");
    }
    for (title, figures) in [("app", by_app), ("cause", by_cause)] {
        println!("{title:<20} agree   of");
        for (name, figure) in figures {
            println!("{name:<20} {:>5} {:>4}", figure.agree, figure.asked);
        }
    }
    assert!(unexpected.is_empty(), "{} of {} cases differ", unexpected.len(), cases.len());
}

/// The pairs of times without a date are not kept, because they depend on the day.
#[test]
fn a_time_without_a_date_falls_on_the_requests_day() {
    let cases = cases();
    let sent = |id: &str, body: String| {
        let case = cases.iter().find(|case| case.id == id).unwrap();
        let mut request = request(&case.request);
        request.headers.remove("Content-Length");
        request.body = Bytes::from(body);
        let response = App::named("admin-nofilter").unwrap().handle(&request).response;
        String::from_utf8_lossy(response.body()).into_owned()
    };
    for (text, expected) in [
        ("03:04", "2026-11-21T03:04:00"),
        ("3 PM", "2026-11-21T15:00:00"),
        ("2 January", "2002-01-01T00:00:00"),
        ("January 2", "2026-01-02T00:00:00"),
    ] {
        let expected = format!("\"DateCreated\":\"{expected}\"");
        let form = sent("vf-dates.n", format!("DateCreated={text}"));
        assert!(form.contains(&expected), "{text}: {form}");
        let json = sent("va-date-bad.n", format!("{{\"DateCreated\":\"{text}\"}}"));
        assert!(json.contains(&expected), "{text}: {json}");
    }
}

/// The token stays the member's name, so that the next value stands where a name is expected.
#[test]
fn a_microsoft_date_beyond_the_calendar_takes_the_next_value_with_it() {
    let cases = cases();
    let case = cases.iter().find(|case| case.id == "va-date-bad").unwrap();
    let mut request = request(&case.request);
    request.headers.remove("Content-Length");
    request.body = Bytes::from(r#"{"DateCreated":"/Date(999999999999999)/","Username":"u"}"#);
    let response = App::named("admin-detail").unwrap().handle(&request).response;
    let body = String::from_utf8_lossy(response.body()).into_owned();
    assert!(body.contains("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks."), "{body}");
    assert!(body.contains("Unexpected token when deserializing object: String."), "{body}");
}

proptest! {
    /// Bodies are observed ones with bytes cut, changed and repeated, so that they get past the first letters.
    #[test]
    fn no_request_brings_the_pipeline_down(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        repeat in 1..4usize,
        accept in "[a-z*/;=q,.0-9 \"\\\\]{0,40}",
        path in "[/%a-zA-Z0-9.{}\\\\?=&-]{0,40}",
        keeps_path: bool,
    ) {
        static CASES: std::sync::LazyLock<Vec<Case>> = std::sync::LazyLock::new(cases);
        let case = which.get(&CASES);
        let mut request = request(&case.request);
        let mut body = case.request.body.repeat(repeat);
        body.truncate(cut.index(body.len() + 1));
        for (place, byte) in changes {
            if !body.is_empty() {
                let place = place.index(body.len());
                body[place] = byte;
            }
        }
        request.headers.remove("Content-Length");
        request.headers.insert("Accept", HeaderValue::from_str(&accept).unwrap());
        request.body = Bytes::from(body);
        if !keeps_path {
            request.path = format!("/{path}");
        }
        let status = App::named(&case.api).unwrap().handle(&request).response.status().as_u16();
        prop_assert!([200, 400, 403, 404, 405, 415, 500].contains(&status), "{status}");
    }
}

/// The root cause that a pair of the second round was kept for, by the pair's id: the names of tests/oracle/README.md.
fn causes() -> HashMap<&'static str, &'static str> {
    include_str!("../oracle/causes.tsv").lines().filter_map(|line| line.split_once('\t')).collect()
}

#[test]
fn every_cause_is_explained_and_every_caused_pair_exists() {
    let explained = std::fs::read_to_string("tests/oracle/README.md").unwrap();
    let patches: Vec<Json> = serde_json::from_str(include_str!("../oracle/json-patch-cases-2.json")).unwrap();
    let patches = patches.iter().map(|case| case["id"].as_str().unwrap().to_owned());
    let ids: BTreeSet<String> = cases().into_iter().map(|case| case.id).chain(patches).collect();
    for (id, cause) in causes() {
        assert!(ids.contains(id), "no pair {id}");
        assert!(explained.contains(&format!("`{cause}`")), "README does not explain {cause}");
    }
}

#[derive(Default)]
struct Figure {
    agree: usize,
    asked: usize,
}

impl Figure {
    fn count(&mut self, agrees: bool) {
        self.asked += 1;
        self.agree += usize::from(agrees);
    }
}

fn request(message: &Message) -> Request {
    let mut headers = HeaderMap::new();
    for (name, value) in &message.headers {
        let value = HeaderValue::from_bytes(value.trim().as_bytes()).unwrap();
        headers.append(name.parse::<HeaderName>().unwrap(), value);
    }
    let (path, query) = match message.path.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (message.path.as_str(), None),
    };
    Request {
        method: message.method.clone(),
        path: path.to_owned(),
        query,
        origin: "http://localhost".to_owned(),
        headers,
        // The day on which the pairs were observed; a time without a date falls on it (vx-date-time).
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        body: Bytes::from(message.body.clone()),
    }
}

/// The first thing that differs.
fn difference(case: &Case, actual: &Response<Bytes>) -> Option<String> {
    if actual.status().as_u16() != case.status {
        let body = String::from_utf8_lossy(actual.body());
        return Some(format!("status {} instead of {}: {}", actual.status().as_u16(), case.status, excerpt(&body)));
    }
    if case.expect == "status" {
        return None;
    }
    for name in ["Content-Type", "Allow", "WWW-Authenticate", "Location"] {
        let wanted = case.response.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let wanted: BTreeSet<&str> = wanted.flat_map(|(_, value)| values(name, value)).collect();
        let got = actual.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap());
        let got: BTreeSet<&str> = got.flat_map(|value| values(name, value)).collect();
        if wanted != got {
            return Some(format!("{name} {got:?} instead of {wanted:?}"));
        }
    }
    let (wanted, got) = (case.response.body.as_slice(), actual.body().as_ref());
    if case.expect == "unordered-messages" {
        return (sorted(wanted) != sorted(got)).then(|| format!("messages {}", String::from_utf8_lossy(got)));
    }
    if wanted == got {
        return None;
    }
    let at = wanted.iter().zip(got).position(|(left, right)| left != right).unwrap_or(wanted.len().min(got.len()));
    let around = |bytes: &[u8]| excerpt(&String::from_utf8_lossy(&bytes[at.saturating_sub(20)..]));
    Some(format!("body differs at byte {at}: {} instead of {}", around(got), around(wanted)))
}

/// Several lines of Allow, or one line with commas, are the same thing.
fn values<'a>(name: &str, value: &'a str) -> Vec<&'a str> {
    if name == "Allow" { value.split(',').map(str::trim).collect() } else { vec![value] }
}

fn sorted(body: &[u8]) -> Json {
    let mut json: Json = serde_json::from_slice(body).unwrap_or_default();
    if let Some(state) = json.get_mut("ModelState").and_then(Json::as_object_mut) {
        for texts in state.values_mut().filter_map(Json::as_array_mut) {
            texts.sort_by_key(Json::to_string);
        }
    }
    json
}

fn excerpt(text: &str) -> String {
    format!("{:?}", text.chars().take(160).collect::<String>())
}
