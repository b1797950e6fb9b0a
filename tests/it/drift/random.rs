//! Random recordings of every operation in every format: sign-in, creations, changes, deletions, lists of bodies, refusals
//! of each kind, addresses that others made. None of them may show a difference.

use super::{Client, Value, causes, json, report};
use crate::openapi::examples::{Shown, documents, shown};
use crate::twin::server;

/// A sequence of numbers that is the same in every run.
pub struct Chance(u64);

impl Chance {
    /// A number below another.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }
}

const ACCEPTED: [&str; 8] = [
    "application/json",
    "application/xml",
    "text/xml",
    "application/bson",
    "text/json",
    "application/xml;q=0.5, application/json;q=0.4",
    "image/png",
    "*/*",
];

/// What clients get wrong, and what they change.
fn varied(chance: &mut Chance, request: &Shown, names: usize) -> (String, Vec<u8>) {
    let mut address = request.address.clone();
    let mut body = request.body.clone().unwrap_or_default();
    if chance.one_in(8) {
        // Another key than any there is.
        let segments: Vec<&str> = address.split('/').collect();
        let at = chance.below(segments.len());
        let other = *chance.of(&["9999", "0b1f7c1c-7c39-4c43-8f6a-4d3e0d6f9d11", "x", "-1"]);
        let changed: Vec<&str> =
            segments.iter().enumerate().map(|(place, one)| if place == at && at > 0 { other } else { one }).collect();
        address = changed.join("/");
    }
    match std::str::from_utf8(&body) {
        // A name of its own, so that a creation succeeds more than once.
        Ok(text) if chance.one_in(2) && !text.contains('\0') => {
            let other = format!("user{names}");
            let text = ["new.user", "grace", "sample string 2"]
                .iter()
                .fold(text.to_owned(), |text, name| text.replace(name, &other));
            body = text.into_bytes();
        }
        _ => {}
    }
    if chance.one_in(8) {
        body.truncate(chance.below(body.len() + 1));
    }
    (address, body)
}

/// Sends requests by chance, and returns the archive.
pub fn recorded(mut client: Client, seed: u64, requests: usize, secrets_are_shown: bool) -> Value {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
    let known = documents();
    let all: Vec<Shown> =
        known.iter().filter(|(name, _)| name != "control").flat_map(|(name, document)| shown(name, document)).collect();
    let mut made: Vec<String> = Vec::new();
    let mut tokens = vec!["good".to_owned()];
    for number in 0..requests {
        let accept = chance.of(&ACCEPTED).to_string();
        let token =
            format!("Bearer {}", if secrets_are_shown { chance.of(&tokens).clone() } else { "good".to_owned() });
        let mut headers = vec![("Accept", accept.as_str())];
        match chance.below(16) {
            0 => {}
            1 if secrets_are_shown => headers.push(("Authorization", "Bearer wrong")),
            _ => headers.push(("Authorization", token.as_str())),
        }
        if !made.is_empty() && chance.one_in(6) {
            let (method, address) = (*chance.of(&["GET", "GET", "DELETE", "PUT"]), chance.of(&made).clone());
            client.send(method, &address, &headers, b"").unwrap();
            continue;
        }
        let request = chance.of(&all);
        let (address, body) = varied(&mut chance, request, number);
        let media_type = if chance.one_in(12) { "text/plain" } else { &request.media_type };
        if !media_type.is_empty() {
            headers.push(("Content-Type", media_type));
        }
        let answer = client.send(&request.method, &address, &headers, &body).unwrap();
        if let Some(location) = answer.header("location") {
            let path = location.splitn(4, '/').nth(3).unwrap_or_default();
            // Sign-in sends a browser elsewhere.
            if !path.starts_with("callback") {
                made.push(format!("/{path}"));
            }
        }
        let answered: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if request.method == "POST"
            && let Some(id) = answered["Data"]["ID"].as_u64().or(answered["Data"].as_u64())
        {
            made.push(format!("{}/{id}", address.split('?').next().unwrap()));
        }
        let issued = [&answered["access_token"], &answered["Data"]["Token"], &answered["Data"]];
        tokens.extend(issued.into_iter().filter_map(Value::as_str).filter(|text| text.len() > 15).map(str::to_owned));
    }
    let archive = client.send("GET", "/_usertwin/worlds/main/requests.har", &[], b"").unwrap();
    serde_json::from_slice(&archive.body).unwrap()
}

/// What is not the same in a replay, with the exchanges that show it.
fn noise(archive: &Value) -> String {
    let (report, status) = report(archive);
    let entries = archive["log"]["entries"].as_array().unwrap();
    let mut out = String::new();
    for cause in report["causes"].as_array().unwrap() {
        let number = cause["exchanges"][0].as_u64().unwrap() as usize;
        let (request, response) = (&entries[number - 1]["request"], &entries[number - 1]["response"]);
        out += &format!(
            "{} {}\n    {} {} {}\n    {}\n    {} {}\n",
            cause["cause"],
            cause["example"],
            request["method"],
            request["url"],
            request["postData"],
            request["headers"],
            response["status"],
            response["content"]
        );
    }
    assert_eq!(out.is_empty(), causes(&report).is_empty());
    assert!(report["compared"].as_u64().unwrap() * 10 > entries.len() as u64 * 9, "{:#}", report["notCompared"]);
    assert!(!out.is_empty() || status == 0);
    out
}

#[tokio::test]
async fn ten_random_recordings_of_all_operations_in_all_formats_show_no_difference() {
    let mut statuses = std::collections::BTreeMap::<u64, usize>::new();
    let mut all_noise = String::new();
    for seed in 0..10 {
        let secrets_are_shown = seed % 2 == 0;
        let mut flags = vec!["--journal-limit", "1000"];
        flags.extend(secrets_are_shown.then_some("--journal-secrets"));
        let server = server(&flags).await;
        let address = server.url().trim_start_matches("http://").parse().unwrap();
        let archive = tokio::task::spawn_blocking(move || {
            recorded(Client::connect(address).unwrap(), seed, 200, secrets_are_shown)
        });
        let archive = archive.await.unwrap();
        for entry in archive["log"]["entries"].as_array().unwrap() {
            *statuses.entry(entry["response"]["status"].as_u64().unwrap()).or_default() += 1;
        }
        let noise = noise(&archive);
        if !noise.is_empty() {
            all_noise += &format!("recording {seed}:\n{noise}");
        }
    }
    assert!(all_noise.is_empty(), "{all_noise}");
    for status in [200, 201, 400, 401, 404, 405, 415] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
    assert_eq!(statuses.values().sum::<usize>(), 2000, "{}", json!(statuses));
}
