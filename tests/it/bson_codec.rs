//! BSON against the observed pairs and the published samples, and its reader against documents whose lengths are wrong.

use crate::application::fixtures;
use crate::application::models;
use crate::oracle::{Case, cases, check_reader};
use proptest::prelude::*;
use serde_json::Value as Json;
use usertwin::codec::untyped::{Entry, Untyped};
use usertwin::codec::{Body, Charset, Reading, bson};
use usertwin::contract::{Contracted, DateTime, DateTimeKind, Kind, Record, Value};
use uuid::Uuid;

fn is_bson(case: &Case) -> bool {
    case.id.starts_with("bs-")
}

fn read(bytes: &[u8], kind: &Kind) -> Reading {
    bson::read(Body::new(bytes, Charset::Utf8), kind)
}

fn write(value: &Value, kind: &Kind) -> Vec<u8> {
    let mut out = Vec::new();
    bson::write(value, kind, &mut out).unwrap();
    out
}

/// The document of a fixture of the pbnb application.
fn written(fixture: &str) -> Vec<u8> {
    let fixtures: Json = serde_json::from_str(include_str!("../oracle/fixtures.json")).unwrap();
    let kind = models::ReturnOfUser::KIND;
    write(&fixtures::value(&fixtures["pbnb"][fixture], &kind), &kind)
}

#[test]
fn documents_bind_as_observed() {
    check_reader(|case| is_bson(case) && !case.api.ends_with("-detail"), bson::read);
}

#[test]
fn documents_fail_with_the_observed_texts() {
    check_reader(|case| is_bson(case) && case.api.ends_with("-detail"), bson::read);
}

#[test]
fn fixtures_are_written_as_observed() {
    let cases = cases();
    let is_answer = |case: &&Case| {
        let is_bson = |text: &str| text.starts_with("application/bson");
        case.response.header("Content-Type").is_some_and(is_bson) && case.request.method == "GET" && case.status == 200
    };
    let answers: Vec<&Case> = cases.iter().filter(is_answer).collect();
    assert!(answers.len() >= 14, "only {} answers", answers.len());
    for case in answers {
        let fixture = case.request.path.rsplit('/').next().unwrap();
        assert_eq!(written(fixture), case.response.body, "{}", case.id);
    }
}

#[test]
fn the_published_samples_are_written_as_published() {
    let printable = |text: &str| text.chars().filter(|letter| !letter.is_control()).collect::<String>();
    for (seed, fixture) in [
        (include_bytes!("../seeds/000_1f6f1b23b7edf59e.txt").as_slice(), "100"),
        (include_bytes!("../seeds/002_1a4be262fdf8d669.txt").as_slice(), "1"),
    ] {
        let document = written(fixture);
        assert_eq!(document.len(), 482);
        let sample = printable(&String::from_utf8_lossy(&document));
        assert!(printable(&String::from_utf8_lossy(seed)).contains(&sample), "{sample}");
    }
}

#[test]
fn errors_are_written_as_observed() {
    let cases = cases();
    let case = cases.iter().find(|case| case.id == "cn-err400d-bson").unwrap();
    let text = |value: &str| Entry::Texts(vec![format!("The value '{value}' is not valid for Int32.")]);
    let state = Untyped::default().with("accId", text("x")).with("usrId", text("y"));
    let error = Untyped::default()
        .with("Message", Entry::Text("The request is invalid.".to_owned()))
        .with("ModelState", Entry::Nested(state));
    let mut out = Vec::new();
    bson::write_untyped(&error, &mut out);
    assert_eq!(out, case.response.body);
}

#[test]
fn null_writes_nothing_and_a_scalar_is_wrapped() {
    assert_eq!(write(&Value::Null, &models::User::KIND), b"");
    assert_eq!(write(&Value::Int(5), &Kind::Int32), b"\x10\0\0\0\x10Value\0\x05\0\0\0\0");
    let users = models::import_users();
    assert_eq!(write(&Value::List(vec![Value::Null]), &users), b"\x08\0\0\0\x0a0\0\0");
}

#[test]
fn text_with_a_lone_surrogate_is_written_with_its_replacement() {
    let text = || "a\u{FFFD}".to_owned();
    assert_eq!(write(&Value::IllFormedText(text()), &Kind::String), write(&Value::Text(text()), &Kind::String));
}

#[test]
fn a_list_is_read_from_an_array_document_whatever_its_keys() {
    let body = b"\x1a\0\0\0\x039\0\x12\0\0\0\x02Email\0\x02\0\0\0e\0\0\0";
    let Value::List(users) = read(body, &models::import_users()).value else { panic!("no list") };
    let Value::Object(user) = &users[0] else { panic!("no object") };
    assert!(user.slots.contains(&Value::Text("e".to_owned())));
}

#[test]
fn unsent_members_of_a_partial_document_stay_absent_and_names_are_exact() {
    let body = b"\x16\0\0\0\x10id\0\x01\0\0\0\x0aEmail\0\0";
    let reading = read(body, &Kind::Object(&models::DELTA_OF_USER));
    let Value::Object(user) = reading.value else { panic!("no object") };
    let sent: Vec<_> = user.slots.iter().filter(|slot| **slot != Value::Absent).collect();
    assert_eq!(sent, [&Value::Null]);
    assert_eq!(reading.notes.iter().map(|note| note.code.as_str()).collect::<Vec<_>>(), ["bson.unknown-member"]);
}

#[test]
fn a_missing_required_value_is_an_error_at_the_document() {
    let reading = read(b"\x05\0\0\0\0", &models::EmailModel::KIND);
    let errors: Vec<_> = reading.errors.iter().map(|error| (error.path.as_str(), error.message.as_str())).collect();
    let text = |name: &str| format!("Required property '{name}' not found in JSON. Path ''.");
    assert_eq!(errors, [("", text("Enabled").as_str()), ("", text("LanguageID").as_str())]);
}

#[test]
fn a_repeated_list_is_appended_to() {
    let list = b"\x04AccessTypes\0\x0c\0\0\0\x100\0\x02\0\0\0\0";
    let mut body = ((4 + 2 * list.len() + 1) as i32).to_le_bytes().to_vec();
    body.extend([list.as_slice(), list.as_slice(), b"\0"].concat());
    let Value::Object(user) = read(&body, &models::User::KIND).value else { panic!("no object") };
    assert!(user.slots.contains(&Value::List(vec![Value::Enum(2), Value::Enum(2)])));
}

/// A document of these elements.
fn document(elements: &[&[u8]]) -> Vec<u8> {
    let content = elements.concat();
    let mut body = ((4 + content.len() + 1) as i32).to_le_bytes().to_vec();
    body.extend([content.as_slice(), b"\0"].concat());
    body
}

#[test]
fn a_reference_is_not_a_value_of_a_value_type() {
    let reference = document(&[b"\x02$ref\0\x02\0\0\x009\0"]);
    let body = document(&[
        b"\x03Status\0",
        &reference,
        b"\x04AccessTypes\0",
        &document(&[b"\x030\0", &reference]),
        b"\x03PasswordInfo\0",
        &reference,
        b"\x03ResourceIDs\0",
        &document(&[b"\x03PPTP\0", &reference]),
    ]);
    let reading = read(&body, &models::User::KIND);
    let errors: Vec<_> = reading.errors.iter().map(|error| (error.path.as_str(), error.message.as_str())).collect();
    let wanted = [
        ("Status", "Error setting value to 'Status' on 'pbnb_models.User'."),
        ("AccessTypes[0]", "Value cannot be null.\r\nParameter name: item"),
        ("ResourceIDs.PPTP", "Value cannot be null.\r\nParameter name: value"),
    ];
    assert_eq!(errors, wanted);
}

#[test]
fn a_list_is_not_filled_from_the_members_of_an_object() {
    let values = document(&[b"\x10a\0\x01\0\0\0"]);
    let body = document(&[b"\x03AccessTypes\0", &document(&[b"\x03$values\0", &values])]);
    let errors = read(&body, &models::User::KIND).errors;
    let text = "Unexpected token while deserializing object: PropertyName. Path 'AccessTypes.$values.a'.";
    assert_eq!(errors[0].message, text);
}

#[test]
fn element_types_without_a_json_form_unfold() {
    // A reference, code with scope and a regular expression under unknown names, then a member.
    let unknown: &[u8] = b"\x0ca\0\x02\0\0\0x\0ABCDEFGHIJKL\x0fb\0\x0f\0\0\0\x02\0\0\0c\0\x05\0\0\0\0\x0bc\0r\0i\0";
    for rest in [b"\x0bEmail\0a\0i\0".as_slice(), b"\x0eEmail\0\x05\0\0\0/a/i\0"] {
        let mut body = ((4 + unknown.len() + rest.len() + 1) as i32).to_le_bytes().to_vec();
        body.extend([unknown, rest, b"\0"].concat());
        let reading = read(&body, &models::User::KIND);
        let Value::Object(user) = reading.value else { panic!("no object: {:?}", reading.errors) };
        assert!(user.slots.contains(&Value::Text("/a/i".to_owned())), "{:?}", reading.errors);
    }
}

#[test]
fn deeply_nested_unknown_documents_do_not_exhaust_the_stack() {
    let mut body = Vec::new();
    for _ in 0..100_000 {
        body.extend(i32::MAX.to_le_bytes());
        body.extend(b"\x03a\0");
    }
    let reading = read(&body, &models::User::KIND);
    assert!(reading.errors.iter().any(|error| error.message.starts_with("The reader's MaxDepth of 256")));
}

/// Any value of a kind that BSON can hold: dates to the millisecond.
fn value_of(kind: &'static Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Int32 => any::<i32>().prop_map(Value::Int).boxed(),
        Kind::String => prop_oneof![Just(Value::Null), any::<String>().prop_map(Value::Text)].boxed(),
        Kind::Guid => any::<[u8; 16]>().prop_map(|bytes| Value::Guid(Uuid::from_bytes(bytes))).boxed(),
        Kind::DateTime => (0..=DateTime::MAX_TICKS / 10_000)
            .prop_map(|ms| Value::DateTime(DateTime { ticks: ms * 10_000, kind: DateTimeKind::Local }))
            .boxed(),
        Kind::Enum(_) => any::<i32>().prop_map(Value::Enum).boxed(),
        Kind::Nullable(inner) => prop_oneof![Just(Value::Null), value_of(inner)].boxed(),
        Kind::List(of) => {
            let items = prop::collection::vec(value_of(&of.item), 0..4).prop_map(Value::List);
            prop_oneof![Just(Value::Null), items].boxed()
        }
        Kind::Dictionary(of) => {
            let entries = prop::collection::btree_map(any::<i32>(), value_of(&of.value), 0..4);
            prop_oneof![Just(Value::Null), entries.prop_map(|map| Value::Dictionary(map.into_iter().collect()))].boxed()
        }
        Kind::Object(class) => {
            let member = |member: &&'static usertwin::contract::Member| {
                if member.in_json { value_of(&member.kind) } else { Just(Value::Null).boxed() }
            };
            let slots: Vec<_> = class.plan().members.iter().map(member).collect();
            let object = slots.prop_map(|slots| Value::Object(Record { class, slots }));
            prop_oneof![1 => Just(Value::Null), 9 => object].boxed()
        }
    }
}

static USER: Kind = models::ReturnOfUser::KIND;
static ADMIN: Kind = models::ResponseOfUser::KIND;
static USERS: Kind = models::import_users();

proptest! {
    #[test]
    fn what_is_written_reads_back(
        (kind, value) in prop_oneof![
            value_of(&USER).prop_map(|value| (&USER, value)),
            value_of(&ADMIN).prop_map(|value| (&ADMIN, value)),
            value_of(&USERS).prop_map(|value| (&USERS, value)),
        ]
    ) {
        let reading = read(&write(&value, kind), kind);
        let required = |message: &str| message.starts_with("Required property");
        prop_assert!(reading.errors.iter().all(|error| required(&error.message)), "{:?}", reading.errors);
        prop_assert_eq!(reading.value, value);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for kind in [&USER, &ADMIN, &USERS] {
            read(&bytes, kind);
        }
    }

    #[test]
    fn a_damaged_document_never_panics(
        value in value_of(&USER),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = write(&value, &USER);
        if !bytes.is_empty() {
            for (place, byte) in damage {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            read(&bytes, &USER);
            bytes.truncate(cut.index(bytes.len()));
        }
        read(&bytes, &USER);
    }
}
