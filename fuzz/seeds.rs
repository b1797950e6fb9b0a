//! Writes the seed corpora and dictionaries of the fuzz targets into `fuzz/corpus` and `fuzz/dict`: the observed pairs
//! of `tests/oracle` (bodies, whole requests and addresses), a full and an empty value of every contract in every
//! format that its API writes, the vendors' samples, state documents, and calls of every operation and control route.
//! An example of the main package, so that it costs no build of its own: `cargo run --example fuzz-seeds`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "src/contracts.rs"]
mod contracts;
#[path = "seeds/scripts.rs"]
mod scripts;
#[path = "seeds/words.rs"]
mod words;

use base64::Engine;
use contracts::{Contract, chosen, contracts, wanted_by};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use usertwin::codec::{BSON, Body, Charset, Reading};
use usertwin::contract::{Contracted, DateTime, DateTimeKind, Kind, Record, Value};
use uuid::Uuid;

/// The targets that read a body into a contract.
const READERS: [&str; 5] = ["json", "data_contract", "xml_serializer", "bson", "form"];

/// The targets whose inputs the target `growth` repeats, in its order.
const GROWING: [&str; 7] = ["json", "data_contract", "xml_serializer", "bson", "form", "patch", "state"];

fn main() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut seeds = Seeds::default();
    for line in include_str!("../tests/oracle/cases.jsonl").lines() {
        observed(&serde_json::from_str(line).unwrap(), &mut seeds);
    }
    let patches: Json = serde_json::from_str(include_str!("../tests/oracle/json-patch-cases.json")).unwrap();
    for case in patches.as_array().unwrap() {
        seeds.add("patch", case["body"].as_str().unwrap().as_bytes());
    }
    for target in READERS {
        written(target, &mut seeds);
    }
    scripts::add(&mut seeds);
    grown(&mut seeds);
    let counts = seeds.write(&fuzz.join("corpus"));
    words::write(&fuzz.join("dict"));
    println!("{counts}");
}

/// Inputs by target, each once.
#[derive(Debug, Default)]
struct Seeds(BTreeSet<(&'static str, Vec<u8>)>);

impl Seeds {
    fn add(&mut self, target: &'static str, input: &[u8]) {
        self.0.insert((target, input.to_vec()));
    }

    /// Files are named after their content, so that writing again changes nothing.
    fn write(&self, corpus: &Path) -> String {
        for (target, input) in &self.0 {
            let mut hasher = DefaultHasher::new();
            input.hash(&mut hasher);
            std::fs::create_dir_all(corpus.join(target)).unwrap();
            std::fs::write(corpus.join(target).join(format!("seed-{:016x}", hasher.finish())), input).unwrap();
        }
        let targets: BTreeSet<&str> = self.0.iter().map(|(target, _)| *target).collect();
        let count = |target: &str| self.0.iter().filter(|(of, _)| *of == target).count();
        targets.into_iter().map(|target| format!("{target} {}", count(target))).collect::<Vec<_>>().join(", ")
    }
}

/// Short inputs of the other targets, their middle to be repeated.
fn grown(seeds: &mut Seeds) {
    let short = seeds.0.iter().filter(|(_, input)| (2..400).contains(&input.len()));
    let mut found = Vec::new();
    for (target, input) in short {
        let Some(number) = GROWING.iter().position(|known| known == target) else { continue };
        let (choice, body) = if READERS.contains(target) { (input[0], &input[1..]) } else { (0, &input[..]) };
        found.push([&[number as u8, choice, 80, 160], body].concat());
    }
    // Enough of each kind to begin with: a grown body takes its time.
    for input in found.iter().step_by(8) {
        seeds.add("growth", input);
    }
}

/// What one observed pair gives: its request whole and as an address, its bodies for the readers of their formats.
fn observed(case: &Json, seeds: &mut Seeds) {
    let app = case["api"].as_str().unwrap().split('-').next().unwrap();
    let (request, response) = (&case["request"], &case["response"]);
    let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
    // Where the observed application echoes, this one changes.
    let method = if (app, method) == ("pbnb", "POST") { "PATCH" } else { method };
    let body = decoded(request);
    let mut whole = format!("{method} {path}\n").into_bytes();
    for header in request["headers"].as_array().unwrap() {
        let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
        whole.extend(format!("{name}: {value}\n").bytes());
    }
    whole.push(b'\n');
    whole.extend(&body);
    seeds.add("negotiation", &whole);
    seeds.add("server", &whole);
    seeds.add("paths", path.as_bytes());
    seeds.add("paths", format!("/w/t-1{path}").as_bytes());
    for (message, body) in [(request, &body), (response, &decoded(response))] {
        let content_type = header(message, "content-type").unwrap_or_default().to_ascii_lowercase();
        if let Some(target) = reader_of(&content_type) {
            let charset = if content_type.contains("utf-16") { Charset::Utf16 } else { Charset::Utf8 };
            as_body(target, app, charset, body, seeds);
        }
    }
}

fn decoded(message: &Json) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(message["body_b64"].as_str().unwrap()).unwrap()
}

fn header<'a>(message: &'a Json, name: &str) -> Option<&'a str> {
    let headers = message["headers"].as_array()?.iter();
    headers.into_iter().find(|pair| pair[0].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)))?[1].as_str()
}

fn reader_of(content_type: &str) -> Option<&'static str> {
    match content_type.split(';').next()?.trim() {
        "application/json" | "text/json" | "text/javascript" => Some("json"),
        // The application decides which; a body is given to both.
        "application/xml" | "text/xml" => Some("xml"),
        "application/x-www-form-urlencoded" => Some("form"),
        "application/bson" => Some("bson"),
        _ => None,
    }
}

/// A body for every contract of its API that takes it; else for the first that is meant for bodies.
fn as_body(target: &'static str, app: &str, charset: Charset, body: &[u8], seeds: &mut Seeds) {
    let targets = if target == "xml" { &["data_contract", "xml_serializer"][..] } else { &[target][..] };
    for target in READERS.into_iter().filter(|known| targets.contains(known)) {
        let all = contracts(wanted_by(target));
        let of_app = |contract: &Contract| contract.api.name.to_ascii_lowercase().starts_with(app);
        let takes = |contract: &Contract| {
            let reading = read(contract, Body::new(body, charset));
            reading.errors.is_empty() && reading.value != Value::Null
        };
        let mut places: Vec<usize> =
            (0..all.len()).filter(|place| of_app(&all[*place]) && takes(&all[*place])).collect();
        // Lenient formats fit anything: two are enough.
        places.truncate(2);
        if places.is_empty() {
            places.extend((0..all.len()).find(|place| of_app(&all[*place])));
        }
        for place in places {
            add_body(target, place, charset, body, seeds);
        }
    }
}

fn add_body(target: &'static str, place: usize, charset: Charset, body: &[u8], seeds: &mut Seeds) {
    let choice = u8::try_from(place).unwrap() | if charset == Charset::Utf16 { 0x80 } else { 0 };
    seeds.add(target, &[&[choice], body].concat());
}

fn read(contract: &Contract, body: Body<'_>) -> Reading {
    contract.codec.read(body, &contract.kind)
}

/// A full and an empty value of every contract of a target.
fn written(target: &'static str, seeds: &mut Seeds) {
    let all = contracts(wanted_by(target));
    assert!(all.len() < 0x80, "{target} has more contracts than a byte can choose");
    for place in 0..all.len() {
        let contract = chosen(&all, u8::try_from(place).unwrap());
        for value in [full(&contract.kind, 2), full(&contract.kind, 1), full(&contract.kind, 0)] {
            let Some(writer) = contract.codec.writer() else { continue };
            let charsets: &[Charset] =
                if *contract.codec == BSON { &[Charset::Utf8] } else { &[Charset::Utf8, Charset::Utf16] };
            for charset in charsets {
                let bytes = (writer.value)((&value).into(), &contract.kind, *charset).unwrap();
                add_body(target, place, *charset, &bytes, seeds);
            }
        }
    }
}

/// A value of a kind with every member set; lists and dictionaries have the given number of items.
fn full(kind: &Kind, items: usize) -> Value {
    const ID: Uuid = Uuid::from_u128(0x9b815af0_51da_430e_8c25_52f7f6cdf0a6);
    match kind.underlying() {
        Kind::Bool => true.into_value(),
        Kind::Int32 => 2.into_value(),
        Kind::String => Some("+44 7700 <é>".to_owned()).into_value(),
        Kind::Guid => ID.into_value(),
        Kind::DateTime => DateTime { ticks: 638_396_640_123_000_000, kind: DateTimeKind::Utc }.into_value(),
        Kind::Enum(of) => Value::Enum(of.members.last().map_or(0, |(_, number)| *number)),
        Kind::List(list) => Value::List(std::iter::repeat_n(full(&list.item, items), items).collect()),
        Kind::Dictionary(of) => {
            let keys = of.key.members.iter().take(items);
            Value::Dictionary(keys.map(|(_, key)| (*key, full(&of.value, items))).collect())
        }
        Kind::Object(class) if items == 0 => Value::Object(Record::empty(class)),
        Kind::Object(class) => {
            let slots = class.plan().members.iter().map(|member| full(&member.kind, items)).collect();
            Value::Object(Record { class, slots })
        }
        Kind::Nullable(_) => Value::Null,
    }
}
