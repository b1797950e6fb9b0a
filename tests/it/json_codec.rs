//! JSON reads what the genuine framework read, with its errors, and writes what it wrote.

use crate::application::fixtures;
use crate::application::models::{
    AdminUser, BaseUser, DELTA_OF_USER, ResponseOfUser, ReturnOfUser, User, import_users,
};
use crate::oracle::{Case, body_kind, cases, check_reader};
use proptest::prelude::*;
use serde_json::Value as Json;
use usertwin::codec::untyped::{Entry, Untyped};
use usertwin::codec::{Body, Charset, EnumStyle, Reading, json};
use usertwin::contract::{Contracted, DateTime, DateTimeKind, Kind, Record, Value};
use uuid::Uuid;

fn is_json(case: &Case) -> bool {
    let Some(content_type) = case.request.header("Content-Type") else { return false };
    ["application/json", "text/json", "text/javascript"].iter().any(|known| content_type.starts_with(known))
}

/// The pbnb application writes enum names, except as text/javascript.
fn style(case: &Case, content_type: Option<&str>) -> EnumStyle {
    let javascript = content_type.is_some_and(|value| value.starts_with("text/javascript"));
    if case.api.starts_with("pbnb") && !javascript { EnumStyle::Names } else { EnumStyle::Numbers }
}

fn check(chosen: impl Fn(&Case) -> bool, enums: EnumStyle) {
    let chosen = |case: &Case| {
        // `check_reader` shows pbnb's enums by name; echoes in text/javascript are compared byte by byte below.
        let answer = style(case, case.response.header("Content-Type"));
        let comparable = case.status == 400 || answer == EnumStyle::Names || !case.api.starts_with("pbnb");
        let validated = String::from_utf8_lossy(&case.response.body).contains("is not a valid e-mail address");
        is_json(case)
            && style(case, case.request.header("Content-Type")) == enums
            && comparable
            && !validated
            && chosen(case)
    };
    check_reader(chosen, |body, kind| json::read(body, kind, enums));
}

#[test]
fn json_with_enum_names_binds_what_the_framework_bound() {
    check(|case| !case.api.ends_with("-detail"), EnumStyle::Names);
}

#[test]
fn json_with_enum_numbers_binds_what_the_framework_bound() {
    check(|case| !case.api.ends_with("-detail"), EnumStyle::Numbers);
}

#[test]
fn errors_read_as_the_framework_words_them_with_enum_names() {
    check(|case| case.api.ends_with("-detail"), EnumStyle::Names);
}

#[test]
fn errors_read_as_the_framework_words_them_with_enum_numbers() {
    check(|case| case.api.ends_with("-detail"), EnumStyle::Numbers);
}

/// The wording of validation, which is not the reader's task.
fn is_validation(text: &str) -> bool {
    [" field is required.", "The field ", "is not a valid e-mail"].iter().any(|part| text.contains(part))
}

#[test]
fn errors_next_to_validation_messages_agree_in_key_and_number() {
    let (mut asked, mut failures) = (0, Vec::new());
    for case in cases().iter().filter(|case| is_json(case)) {
        let (Some((kind, parameter)), true) = (body_kind(case), [200, 400].contains(&case.status)) else { continue };
        let state = serde_json::from_slice::<Json>(&case.response.body).ok();
        let state = match state.as_ref().map(|body| &body["ModelState"]) {
            Some(Json::Object(state)) => state.clone(),
            _ if case.status == 200 => serde_json::Map::new(),
            _ => continue,
        };
        let mut wanted: Vec<String> = Vec::new();
        for (key, texts) in state.iter().filter(|(key, _)| key.starts_with(parameter)) {
            let texts = texts.as_array().unwrap().iter().filter(|text| !is_validation(text.as_str().unwrap()));
            wanted.extend(texts.map(|_| key.clone()));
        }
        let content_type = case.request.header("Content-Type").unwrap();
        let charset = content_type.split("charset=").nth(1).and_then(Charset::from_name).unwrap_or_default();
        let body = Body::new(&case.request.body, charset);
        let reading = json::read(body, &kind, style(case, Some(content_type)));
        if case.status == 200 && case.api.ends_with("-nofilter") {
            continue;
        }
        let mut got: Vec<String> = Vec::new();
        for error in &reading.errors {
            let dot = if error.path.is_empty() || error.path.starts_with('[') { "" } else { "." };
            got.push(format!("{parameter}{dot}{}", error.path));
        }
        wanted.sort();
        got.sort();
        asked += 1;
        if wanted != got {
            failures.push(format!("{}: wanted {wanted:?}, got {got:?}", case.id));
        }
    }
    assert!(failures.is_empty(), "{} of {asked} agree\n{}", asked - failures.len(), failures.join("\n"));
    println!("{asked} of {asked} agree");
}

/// The envelope that the echo applications put around what they bound.
fn around(case: &Case) -> Option<(&'static str, &'static str)> {
    match (case.api.split('-').next()?, case.request.method.as_str()) {
        ("pbnb", "POST") => {
            Some(("{\"Success\":true,\"Data\":", ",\"ErrorCode\":0,\"ErrorDescription\":null,\"Meta\":null}"))
        }
        ("admin", "PUT") if !case.request.path.contains("/email/") => Some((",\"Detail\":", "}}")),
        ("expoints", "POST") => Some(("", "")),
        _ => None,
    }
}

#[test]
fn echoes_come_back_byte_for_byte() {
    let mut asked = 0;
    let mut failures = Vec::new();
    for case in cases().iter().filter(|case| case.status == 200 && is_json(case)) {
        let answer_type = case.response.header("Content-Type").unwrap_or_default();
        let utf8_json =
            answer_type.contains("charset=utf-8") && !answer_type.contains("xml") && !answer_type.contains("bson");
        let (true, Some((before, after)), Some((kind, _))) = (utf8_json, around(case), body_kind(case)) else {
            continue;
        };
        let content_type = case.request.header("Content-Type").unwrap();
        let charset = content_type.split("charset=").nth(1).and_then(Charset::from_name).unwrap_or_default();
        let reading = json::read(Body::new(&case.request.body, charset), &kind, style(case, Some(content_type)));
        let mut out = before.to_owned();
        json::write(&reading.value, &kind, style(case, Some(answer_type)), &mut out).unwrap();
        out.push_str(after);
        let wanted = String::from_utf8_lossy(&case.response.body);
        asked += 1;
        if !wanted.ends_with(&out) {
            failures.push(format!("{} [{}]\n  wanted {wanted}\n  got    {out}", case.id, case.api));
        }
    }
    assert!(failures.is_empty(), "{} of {asked} agree\n{}", asked - failures.len(), failures.join("\n"));
    assert!(asked > 200, "only {asked} echoes");
}

#[test]
fn fixtures_are_written_byte_for_byte() {
    let fixtures: Json = serde_json::from_str(include_str!("../oracle/fixtures.json")).unwrap();
    let mut asked = 0;
    for case in cases().iter().filter(|case| case.id.starts_with("go-")) {
        let answer_type = case.response.header("Content-Type").unwrap_or_default();
        if answer_type.contains("xml") || answer_type.contains("bson") {
            continue;
        }
        let last = case.request.path.rsplit('/').next().unwrap();
        let (kind, name) = match case.api.as_str() {
            "pbnb" => (ReturnOfUser::KIND, last),
            "expoints" => (import_users(), last),
            _ if last == "requestsample" => (AdminUser::KIND, "request sample, GET api/v1/admin/requestsample"),
            _ => (ResponseOfUser::KIND, &last[last.len() - 2..]),
        };
        let set = &fixtures[case.api.as_str()];
        let value = fixtures::value(set.get(name).unwrap_or(&set["*"]), &kind);
        let mut out = String::new();
        let written = json::write(&value, &kind, style(case, Some(answer_type)), &mut out);
        if case.status == 500 {
            assert!(written.is_err(), "{}", case.id);
        } else {
            written.unwrap();
            assert_eq!(out, String::from_utf8_lossy(&case.response.body), "{}", case.id);
        }
        asked += 1;
    }
    assert!(asked > 20, "only {asked} fixtures");
}

/// The JSON samples of a vendor's page: whatever stands between `Sample:` and the next blank line.
fn samples(page: &str) -> impl Iterator<Item = String> {
    let page = page.replace("\r\n", "\n");
    let samples: Vec<String> =
        page.split("Sample:\n").skip(1).map(|rest| rest.split("\n\n").next().unwrap().to_owned()).collect();
    samples.into_iter().filter(|sample| sample.len() > 2 && sample.starts_with(['{', '[']))
}

#[test]
fn published_samples_come_back_as_printed() {
    let pages: [(&str, &[Kind]); 4] = [
        (include_str!("../seeds/000_1f6f1b23b7edf59e.txt"), &[ReturnOfUser::KIND, ReturnOfUser::KIND]),
        (include_str!("../seeds/002_1a4be262fdf8d669.txt"), &[ReturnOfUser::KIND, ReturnOfUser::KIND]),
        (include_str!("../seeds/003_5548566866e3d8e9.txt"), &[import_users()]),
        (include_str!("../seeds/004_ac95c53f2d622bb7.txt"), &[AdminUser::KIND, ResponseOfUser::KIND]),
    ];
    for (page, kinds) in pages {
        let samples: Vec<String> = samples(page).collect();
        assert_eq!(samples.len(), kinds.len(), "{samples:?}");
        for (sample, kind) in samples.iter().zip(kinds) {
            // The pages indent JSON but not JavaScript, which has enum numbers.
            let indented = sample.contains('\n');
            let names = indented && sample.contains("IPSec_L2TP");
            let enums = if names { EnumStyle::Names } else { EnumStyle::Numbers };
            let reading = json::read(Body::new(sample.as_bytes(), Charset::Utf8), kind, enums);
            assert_eq!((&reading.errors, &reading.notes), (&vec![], &vec![]), "{sample}");
            let mut out = String::new();
            json::write(&reading.value, kind, enums, &mut out).unwrap();
            let compact = serde_json::to_string(&serde_json::from_str::<Json>(sample).unwrap()).unwrap();
            assert_eq!(out, compact);
        }
    }
}

fn read(text: &str, kind: Kind) -> Reading {
    json::read(Body::new(text.as_bytes(), Charset::Utf8), &kind, EnumStyle::Names)
}

fn slot(reading: &Reading, name: &str) -> Value {
    let Value::Object(record) = &reading.value else { panic!("{reading:?}") };
    let place = record.class.plan().members.iter().position(|member| member.name == name).unwrap();
    record.slot(place).clone()
}

#[test]
fn a_partial_document_keeps_apart_what_was_not_sent() {
    let reading = read(r#"{"Username":"new","email":"e","AccessTypes":null}"#, Kind::Object(&DELTA_OF_USER));
    assert_eq!(reading.errors, []);
    assert_eq!(slot(&reading, "Username"), Value::Text("new".to_owned()));
    assert_eq!(slot(&reading, "Email"), Value::Absent);
    assert_eq!(slot(&reading, "AccessTypes"), Value::Null);
}

#[test]
fn what_only_this_reader_accepts_is_noted() {
    let reading = read("{/*c*/ID:0x10,'Foo':1,\"ID\":2,} tail", User::KIND);
    assert_eq!(slot(&reading, "ID"), Value::Int(2));
    let codes: Vec<_> = reading.notes.iter().map(|note| note.code.as_str()).collect();
    for code in ["json.unknown-member", "json.duplicate-member", "json.lenient-syntax"] {
        assert!(codes.contains(&code), "{code} in {:?}", reading.notes);
    }
    let said = |part: &str| reading.notes.iter().any(|note| note.message.contains(part));
    assert!(said("'Foo'") && said("a comment") && said("a trailing comma") && said("text after the value"));
}

#[test]
fn a_strict_document_gives_no_notes() {
    let reading = read("{\"ID\": 1,\r\n\t\"Username\": \"a\\u00e9\\n\", \"AccessTypes\": [0, 1]}\n", User::KIND);
    assert_eq!((reading.notes, reading.errors), (vec![], vec![]));
}

#[test]
fn notes_stop_at_a_hundred() {
    let text = format!("{{{}\"ID\":1}}", "\"X\":1,".repeat(1000));
    assert_eq!(read(&text, User::KIND).notes.len(), 100);
}

#[test]
fn a_reference_gives_what_its_identifier_named() {
    let text = r#"[{"$id":"1","Username":"u","Roles":[]},{"$ref":"1"},{"$ref":"9"}]"#;
    let Value::List(items) = read(text, import_users()).value else { panic!() };
    assert_eq!(items[0], items[1]);
    assert_eq!(items[2], Value::Null);
}

#[test]
fn a_reference_to_another_type_is_an_error_of_the_member() {
    let reading = read(r#"{"$id":"1","PasswordInfo":{"$ref":"1"},"ID":5}"#, User::KIND);
    let errors: Vec<_> = reading.errors.iter().map(|error| (error.path.as_str(), error.message.as_str())).collect();
    assert_eq!(errors, [("PasswordInfo", "Error setting value to 'PasswordInfo' on 'pbnb_models.User'.")]);
    assert_eq!(slot(&reading, "ID"), Value::Int(5));
}

#[test]
fn a_reference_is_not_a_value_of_a_value_type() {
    // Names are read by a converter, which knows no references.
    let text = r#"{"Status":{"$ref":"9"},"AccessTypes":[{"$ref":"9"}],"PasswordInfo":{"$ref":"9"}}"#;
    let reading = json::read(Body::new(text.as_bytes(), Charset::Utf8), &User::KIND, EnumStyle::Numbers);
    let errors: Vec<_> = reading.errors.iter().map(|error| (error.path.as_str(), error.message.as_str())).collect();
    let status = ("Status", "Error setting value to 'Status' on 'pbnb_models.User'.");
    assert_eq!(errors, [status, ("AccessTypes[0]", "Value cannot be null.\r\nParameter name: item")]);
}

#[test]
fn copies_by_reference_do_not_outgrow_the_body() {
    let user = format!(r#"{{"$id":"1","Username":"{}"}}"#, "x".repeat(10_000));
    let text = format!("[{user}{}]", ",{\"$ref\":\"1\"}".repeat(10_000));
    let Value::List(items) = read(&text, import_users()).value else { panic!() };
    assert_eq!(items.len(), 10_001);
    assert!(items.iter().filter(|item| **item != Value::Null).count() < 20);
}

#[test]
fn hostile_metadata_and_nesting_take_linear_time() {
    let ids: String = (0..50_000).map(|id| format!("{{\"$id\":\"{id}\"}},")).collect();
    assert_eq!(read(&format!("[{ids}null]"), import_users()).errors, []);
    let big = format!("[{{\"$id\":\"a\",\"Roles\":[{}null]}}", "null,".repeat(50_000));
    let refs = ",{\"$ref\":\"a\"}".repeat(50_000);
    assert_eq!(read(&format!("{big}{refs}]"), import_users()).errors, []);
    let deep = read(&format!("{{\"X\":{}", "[".repeat(5_000_000)), User::KIND);
    assert!(deep.errors[0].message.starts_with("The reader's MaxDepth of 256 has been exceeded. Path 'X[0][0]"));
    assert!(deep.errors.len() < 10);
}

#[test]
fn positions_count_utf16_units_within_the_line() {
    let reading = read("{\"Username\":\"😀é\",\r\n \"😀\":1, \"ID\":\"x\"}", User::KIND);
    let texts: Vec<_> = reading.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(texts, ["Could not convert string to integer: x. Path 'ID', line 2, position 17."]);
}

#[test]
fn odd_names_stand_quoted_in_paths() {
    let reading = read(r#"{"ResourceIDs":{"a b":"x"}}"#, User::KIND);
    assert_eq!(reading.errors[0].path, "ResourceIDs['a b']");
}

#[test]
fn many_errors_on_one_line_take_linear_time() {
    let text = format!("[{}null]", "{\"Username\":\"u\",\"HasSingleActiveRole\":\"maybe\"},".repeat(50_000));
    let reading = read(&text, import_users());
    assert_eq!(reading.errors.len(), 50_000);
    assert_eq!(reading.errors[49_999].path, "[49999].HasSingleActiveRole");
}

#[test]
fn error_dictionaries_keep_their_order() {
    let inner = Untyped::default().with("user.ID", Entry::Texts(vec!["a".to_owned(), "\"b\"\u{2028}".to_owned()]));
    let outer = Untyped::default()
        .with("Message", Entry::Text("m".to_owned()))
        .with("None", Entry::Null)
        .with("ModelState", Entry::Nested(inner));
    let mut out = String::new();
    json::write_untyped(&outer, &mut out);
    assert_eq!(out, r#"{"Message":"m","None":null,"ModelState":{"user.ID":["a","\"b\"\u2028"]}}"#);
}

fn any_text() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<String>().prop_map(Value::Text)]
}

fn any_date() -> impl Strategy<Value = Value> {
    let kinds = [DateTimeKind::Unspecified, DateTimeKind::Utc, DateTimeKind::Local];
    (0..=DateTime::MAX_TICKS, prop::sample::select(kinds.to_vec()))
        .prop_map(|(ticks, kind)| Value::DateTime(DateTime { ticks, kind }))
}

/// A value of a kind, as a reader would produce it.
fn any_value(kind: &'static Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Int32 => any::<i32>().prop_map(Value::Int).boxed(),
        Kind::String => any_text().boxed(),
        Kind::Guid => any::<u128>().prop_map(|bits| Value::Guid(Uuid::from_u128(bits))).boxed(),
        Kind::DateTime => any_date().boxed(),
        Kind::Enum(_) => any::<i32>().prop_map(Value::Enum).boxed(),
        Kind::Nullable(inner) => prop_oneof![Just(Value::Null), any_value(inner)].boxed(),
        Kind::List(list) => prop::collection::vec(any_value(&list.item), 0..4).prop_map(Value::List).boxed(),
        Kind::Dictionary(of) => prop::collection::btree_map(any::<i32>(), any_value(&of.value), 0..4)
            .prop_map(|entries| Value::Dictionary(entries.into_iter().collect()))
            .boxed(),
        Kind::Object(class) => {
            let slots: Vec<_> = class
                .plan()
                .members
                .iter()
                .map(|member| match member.in_json {
                    true => any_value(&member.kind),
                    false => Just(member.kind.default_value()).boxed(),
                })
                .collect();
            slots.prop_map(move |slots| Value::Object(Record { class, slots })).boxed()
        }
    }
}

static KINDS: [Kind; 4] = [User::KIND, AdminUser::KIND, BaseUser::KIND, import_users()];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read_back(
        (kind, value) in prop::sample::select(KINDS.iter().collect::<Vec<_>>())
            .prop_flat_map(|kind| any_value(kind).prop_map(move |value| (kind, value))),
        enums in prop::sample::select(vec![EnumStyle::Names, EnumStyle::Numbers]),
    ) {
        let mut text = String::new();
        json::write(&value, kind, enums, &mut text).unwrap();
        let reading = json::read(Body::new(text.as_bytes(), Charset::Utf8), kind, enums);
        prop_assert_eq!(&reading.errors, &vec![]);
        prop_assert_eq!(&reading.notes, &vec![]);
        prop_assert_eq!(reading.value, value);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for kind in &KINDS {
            let _ = json::read(Body::new(&bytes, Charset::Utf8), kind, EnumStyle::Names);
        }
    }

    /// Bytes that JSON is made of get further into the reader than random ones.
    #[test]
    fn jumbled_json_never_panics(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"ID\"", "\"Roles\"", "\"Username\"", "Status", "\"AccessTypes\"", "1", "-", "0x",
            "null", "nul", "true", "new X(", ")", "/*", "*/", "//", "\n", "\r", "😀", "é", "\\u", "\"", "'", "\0", "NaN",
            "$ref", "\"$id\"", "\"$values\"", "\"ResourceIDs\"", "undefined", " ", "\"2024-01-02T03:04:05Z\"",
        ]), 0..40),
    ) {
        let text = pieces.concat();
        for kind in &KINDS {
            for enums in [EnumStyle::Names, EnumStyle::Numbers] {
                let _ = json::read(Body::new(text.as_bytes(), Charset::Utf8), kind, enums);
            }
        }
    }
}
