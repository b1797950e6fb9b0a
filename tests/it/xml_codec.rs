//! Both XML serializers against the observed pairs, against the samples of the public help pages, and against
//! themselves.

use crate::application::fixtures;
use crate::application::models;
use crate::oracle::{Case, cases, check_reader};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::Value as Json;
use usertwin::codec::untyped::{Entry, Untyped};
use usertwin::codec::{Body, Charset, Reading, WriteError, data_contract, xml, xml_serializer};
use usertwin::contract::{Class, Contracted, DateTime, DateTimeKind, Kind, Record, Value};

/// The day on which the pairs were observed; a time without a date falls on it (vx-date-time).
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn is_xml(case: &Case) -> bool {
    let media_type = case.request.header("Content-Type").unwrap_or_default();
    // No body at all never reaches a reader.
    (media_type.starts_with("application/xml") || media_type.starts_with("text/xml"))
        && case.request.header("Content-Length") != Some("0")
}

/// Whether the answer prints enums as numbers, which `check_reader` does not compare.
fn is_script(case: &Case) -> bool {
    case.response.header("Content-Type").is_some_and(|media_type| media_type.starts_with("text/javascript"))
}

fn utf8(text: &str) -> Body<'_> {
    Body::new(text.as_bytes(), Charset::Utf8)
}

#[test]
fn data_contract_bodies_bind_as_observed() {
    check_reader(
        |case| is_xml(case) && !is_script(case) && !case.api.starts_with("admin"),
        |body, kind| data_contract::read(Body { today: today(), ..body }, kind),
    );
}

#[test]
fn xml_serializer_bodies_bind_as_observed() {
    check_reader(
        |case| is_xml(case) && case.api.starts_with("admin"),
        |body, kind| xml_serializer::read(Body { today: today(), ..body }, kind),
    );
}

/// What the XML answers show beyond `check_reader`: whether the whole body was refused, and with which text.
#[test]
fn expoints_bodies_are_refused_exactly_where_observed() {
    let (mut asked, mut failures) = (0, Vec::new());
    for case in cases().iter().filter(|case| is_xml(case) && case.api.starts_with("expoints")) {
        if case.request.body.is_empty() {
            continue;
        }
        let (kind, _) = crate::oracle::body_kind(case).unwrap();
        let content_type = case.request.header("Content-Type").unwrap();
        let charset = content_type.split("charset=").nth(1).and_then(Charset::from_name).unwrap_or_default();
        let reading = data_contract::read(Body::new(&case.request.body, charset), &kind);
        // In UTF-16 the names are not looked for.
        let Ok(answer) = String::from_utf8(case.response.body.clone()) else { continue };
        let (refused, agrees) = if case.api.ends_with("-nofilter") {
            // Without the filter a refused body and a nil root look the same.
            let null = answer == "null" || answer.contains("users is null") || answer.contains("i:nil=\"true\" xmlns");
            (null, case.status == 500 || null == (reading.value == Value::Null))
        } else {
            let refused = answer.contains("<users>") || answer.contains("\"users\":");
            (refused, refused != reading.errors.is_empty())
        };
        asked += 1;
        let text = reading.errors.first().map(|error| error.message.clone()).unwrap_or_default();
        let shown = !refused || !case.api.ends_with("-detail") || unescaped(&answer).contains(&text);
        if !agrees || !shown {
            failures.push(format!("{} [{}] {reading:?}\n  {answer}", case.id, case.api));
        }
    }
    assert!(failures.is_empty(), "{} of {asked} agree\n{}", asked - failures.len(), failures.join("\n"));
    println!("{asked} of {asked} agree");
}

/// An answer with the escapes of XML and JSON resolved, as far as error texts need them.
fn unescaped(answer: &str) -> String {
    let escapes = [("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&"), ("\\r", "\r"), ("\\n", "\n"), ("\\\"", "\"")];
    escapes.iter().fold(answer.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

fn fixture<'f>(all: &'f Json, case: &Case) -> Option<(&'f Json, Kind, bool)> {
    // A query may name another user than the path.
    let path = Some(case.request.path.trim_end_matches('/')).filter(|path| !path.contains(['?', '%']))?;
    let (app, kind, admin) = match case.api.split('-').next()? {
        "pbnb" if path.starts_with("/v1/core/Accounts/2/users/") => ("pbnb", models::ReturnOfUser::KIND, false),
        "admin" if path.ends_with("requestsample") => {
            let sample = all["admin"].get("request sample, GET api/v1/admin/requestsample")?;
            return Some((sample, models::AdminUser::KIND, true));
        }
        "admin" if path.starts_with("/api/v1/admin/users/") => ("admin", models::ResponseOfUser::KIND, true),
        "expoints" if path.starts_with("/external/api/v3/user/") => ("expoints", models::import_users(), false),
        _ => return None,
    };
    let id = path.rsplit('/').next()?;
    let id = if app == "admin" { id.get(id.len().checked_sub(2)?..)? } else { id };
    Some((all[app].get(id).unwrap_or(&all[app]["*"]), kind, admin))
}

fn write(value: &Value, kind: &Kind, admin: bool) -> Result<String, WriteError> {
    let mut out = String::new();
    let written =
        if admin { xml_serializer::write(value, kind, &mut out) } else { data_contract::write(value, kind, &mut out) };
    written.map(|()| out)
}

#[test]
fn answers_are_written_byte_for_byte_as_observed() {
    let fixtures: Json = serde_json::from_str(include_str!("../oracle/fixtures.json")).unwrap();
    let (mut asked, mut failures) = (0, Vec::new());
    for case in cases().iter().filter(|case| case.request.method == "GET") {
        if !case.response.header("Content-Type").is_some_and(|media_type| media_type.contains("/xml")) {
            continue;
        }
        let Some((json, kind, admin)) = fixture(&fixtures, case) else { continue };
        if json.get("throws").is_some() || !matches!(case.status, 200 | 500) {
            continue;
        }
        asked += 1;
        let written = write(&fixtures::value(json, &kind), &kind, admin);
        if case.status == 500 {
            if let Ok(text) = written {
                failures.push(format!("{}: wrote {text}", case.id));
            }
            continue;
        }
        let charset = if case.response.header("Content-Type").unwrap().ends_with("utf-16") {
            Charset::Utf16
        } else {
            Charset::Utf8
        };
        let wanted = charset.decode(&case.response.body).unwrap();
        match written {
            Ok(text) if text == wanted && charset.encode(text.clone()) == case.response.body => {}
            other => failures.push(format!("{}\n  wanted {wanted}\n  got    {other:?}", case.id)),
        }
    }
    assert!(failures.is_empty(), "{} of {asked} agree\n{}", asked - failures.len(), failures.join("\n"));
    assert!(asked > 40, "only {asked} asked");
    println!("{asked} of {asked} agree");
}

#[test]
fn echoed_bodies_are_written_byte_for_byte_as_observed() {
    let mut asked = 0;
    for case in cases().iter().filter(|case| is_xml(case) && case.status == 200 && case.request.method != "PATCH") {
        let xml = case.response.header("Content-Type").is_some_and(|media_type| media_type.contains("/xml"));
        let Some((kind, _)) = crate::oracle::body_kind(case).filter(|_| xml && !case.request.body.is_empty()) else {
            continue;
        };
        let body = Body::new(&case.request.body, Charset::Utf8);
        let written = match (case.api.split('-').next().unwrap(), kind) {
            ("pbnb", Kind::Object(_)) => {
                let value = data_contract::read(body, &kind).value;
                let envelope = [Value::Bool(true), value, Value::Int(0), Value::Null, Value::Null];
                let class = models::ReturnOfUser::CLASS;
                let envelope = Value::Object(Record { class, slots: envelope.to_vec() });
                write(&envelope, &models::ReturnOfUser::KIND, false)
            }
            ("admin", _) if case.request.path.starts_with("/api/v1/email/") => {
                let value = xml_serializer::read(body, &kind).value;
                write(&value, &kind, true)
            }
            ("admin", _) => {
                let value = xml_serializer::read(body, &kind).value;
                let Ok(id) = case.request.path.rsplit('/').next().unwrap().parse::<uuid::Uuid>() else { continue };
                let slots = vec![Value::Text(id.to_string())];
                let who = Value::Object(Record { class: models::Identification::CLASS, slots });
                let slots = vec![Value::Text("OK".to_owned()), who, value];
                let data = Value::Object(Record { class: models::ResponseDataOfUser::CLASS, slots });
                let slots = vec![Value::Null, data];
                let envelope = Value::Object(Record { class: models::ResponseOfUser::CLASS, slots });
                write(&envelope, &models::ResponseOfUser::KIND, true)
            }
            _ => {
                let value = data_contract::read(body, &kind).value;
                write(&value, &kind, false)
            }
        };
        assert_eq!(written.unwrap().as_bytes(), case.response.body, "{}", case.id);
        asked += 1;
    }
    assert!(asked > 2, "only {asked} asked");
    println!("{asked} of {asked} agree");
}

/// The XML sample of a help page that begins with this element, without the white space the page puts between
/// elements.
fn sample(page: &str, root: &str) -> String {
    let start = page.find(&format!("<{root} ")).unwrap();
    let body: Vec<_> = page[start..].lines().map(str::trim).take_while(|line| line.starts_with('<')).collect();
    body.concat()
}

#[test]
fn published_samples_are_read_and_written_back() {
    let delta = Kind::Object(&models::DELTA_OF_USER);
    for (page, root, kind, admin) in [
        (include_str!("../seeds/000_1f6f1b23b7edf59e.txt"), "DeltaOfUserCA1DLPoZ", delta, false),
        (
            include_str!("../seeds/000_1f6f1b23b7edf59e.txt"),
            "PBNBReturnOfUserCA1DLPoZ",
            models::ReturnOfUser::KIND,
            false,
        ),
        (
            include_str!("../seeds/002_1a4be262fdf8d669.txt"),
            "PBNBReturnOfUserCA1DLPoZ",
            models::ReturnOfUser::KIND,
            false,
        ),
        (include_str!("../seeds/003_5548566866e3d8e9.txt"), "ArrayOfImportUser", models::import_users(), false),
        (include_str!("../seeds/004_ac95c53f2d622bb7.txt"), "User", models::AdminUser::KIND, true),
        (include_str!("../seeds/004_ac95c53f2d622bb7.txt"), "ResponseOfUser", models::ResponseOfUser::KIND, true),
    ] {
        let text = sample(page, root);
        let read = if admin { xml_serializer::read } else { data_contract::read };
        let reading = read(utf8(&text), &kind);
        assert_eq!((reading.errors, reading.notes), (vec![], vec![]), "{text}");
        assert_eq!(write(&reading.value, &kind, admin).unwrap(), text);
    }
}

#[test]
fn a_text_longer_than_the_reader_takes_at_once_is_whole() {
    for pad in 0..4 {
        let long = format!("{}{}", "a".repeat(pad), "é漢😀]\u{ffff}".repeat(1500)).replace('\u{ffff}', "&#xFFFF;");
        let Value::Object(user) = read_user(&format!("<Username>{long}</Username>")).value else { panic!("no user") };
        assert_eq!(user.slots[2], Value::Text(long.replace("&#xFFFF;", "\u{ffff}")), "{pad}");
    }
}

#[test]
fn refusals_have_the_wording_of_the_reader() {
    let message = |members: &str| read_user(members).errors.into_iter().next().map(|error| error.message);
    for (members, complaint) in [
        ("<ID>1</IDs>", "The token '>' was expected but found 's'. Line 1, position 127."),
        ("<ID>1</Id>", "Start element 'ID' does not match end element 'Id'. Line 1, position 127."),
        ("<p:ID>1</p:ID>", "The prefix 'p' is not defined. Line 1, position 124."),
        ("<Username>a]]>b</Username>", "']]>' not valid in text node content. Line 1, position 129."),
        (
            "<ID a='1' a='2'/>",
            "Duplicate attribute found. Both 'a' and 'a' are from the namespace ''. Line 1, position 134.",
        ),
        ("<ID a='1'b='2'/>", "Whitespace must appear between attributes. Line 1, position 128."),
        ("<!-- -- -->", "XML comments cannot contain '--' or end with '-'. Line 1, position 124."),
        (
            "<Username>\u{fffe}</Username>",
            "Characters with hexadecimal values 0xFFFE and 0xFFFF are not valid. Line 1, position 129.",
        ),
        (
            "<Username>a<b/></Username>",
            "End element 'Username' from namespace 'http://schemas.datacontract.org/2004/07/pbnb_models' expected. Found \
             element 'b' from namespace 'http://schemas.datacontract.org/2004/07/pbnb_models'. Line 1, position 133.",
        ),
    ] {
        let wanted = format!("There was an error deserializing the object of type pbnb_models.User. {complaint}");
        assert_eq!(message(members), Some(wanted), "{members}");
    }
}

fn read_user(members: &str) -> Reading {
    let text = format!(
        "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_models\">{members}</User>"
    );
    data_contract::read(utf8(&text), &models::User::KIND)
}

#[test]
fn dropped_members_are_noted_with_their_reason() {
    let reading = read_user("<Username>u</Username><ID>1</ID><Username>v</Username><Foo/>");
    let notes: Vec<_> = reading.notes.iter().map(|note| (note.code.as_str(), note.message.as_str())).collect();
    assert_eq!(notes[0].0, "xml.member-out-of-order");
    assert!(notes[0].1.contains("'ID'") && notes[0].1.contains("'Username'"), "{}", notes[0].1);
    assert_eq!(notes[1].0, "xml.duplicate-member");
    assert!(notes[1].1.contains("'Username'"), "{}", notes[1].1);
    assert_eq!(notes[2].0, "xml.unknown-member");
    assert!(notes[2].1.contains("'Foo'"), "{}", notes[2].1);
    assert_eq!(notes.len(), 3);
}

#[test]
fn a_reference_stands_for_the_value_with_its_id() {
    let z = "xmlns:z=\"http://schemas.microsoft.com/2003/10/Serialization/\"";
    let reading = read_user(&format!("<Email {z} z:Id=\"a\">e</Email><Username {z} z:Ref=\"a\"/>"));
    let Value::Object(user) = reading.value else { panic!("no user") };
    assert_eq!(user.slots[2], Value::Text("e".to_owned()));
    for (members, complaint) in [
        (format!("<Username {z} z:Ref=\"a\"/>"), "Deserialized object with reference id 'a' not found in stream."),
        (format!("<ID {z} z:Ref=\"a\"/>"), "ValueType 'System.Int32' cannot have ref to another object."),
        (format!("<VoucherID {z} z:Id=\"a\">1</VoucherID>"), "ValueType 'System.Int32' cannot have id."),
        (
            format!("<PasswordInfo {z} z:Id=\"a\"/><SSOInfo {z} z:Ref=\"a\"/>"),
            "Unable to cast object of type 'pbnb_models.PasswordInfo' to type 'pbnb_models.SSOInfo'.",
        ),
    ] {
        assert_eq!(read_user(&members).errors[0].message, complaint, "{members}");
    }
}

#[test]
fn notes_stop_at_a_hundred() {
    assert_eq!(read_user(&"<Foo/>".repeat(1000)).notes.len(), 100);
}

#[test]
fn a_lone_surrogate_reference_is_kept_apart_from_text() {
    let Value::Object(user) = read_user("<Username>a&#xD83D;b</Username>").value else { panic!("no user") };
    assert_eq!(user.slots[2], Value::IllFormedText("a\u{FFFD}b".to_owned()));
}

const MODELS: &str = "http://schemas.datacontract.org/2004/07/pbnb_models";

fn read_document(document: &str) -> Reading {
    data_contract::read(utf8(document), &models::User::KIND)
}

/// The one error of a document, without the words that the serializer puts in front.
fn complaint(document: &str) -> Option<String> {
    let message = read_document(document).errors.into_iter().next()?.message;
    let wrapped = "There was an error deserializing the object of type pbnb_models.User. ";
    Some(message.strip_prefix(wrapped).unwrap_or(&message).to_owned())
}

#[test]
fn a_declaration_names_version_encoding_and_standalone_in_this_order_or_is_refused() {
    const VERSION: &str = "XML version must be '1.0'.";
    const NO_VERSION: &str = "Version not found in XML declaration.";
    const STANDALONE: &str = "'standalone' value in declaration must be 'yes' or 'no'.";
    const MALFORMED: &str = "Malformed XML declaration.";
    for (attributes, wanted) in [
        ("version=\"1.0\"", ""),
        ("  version = '1.0'  encoding = 'UTF-8'\r\n", ""),
        ("version=\"1.0\" standalone=\"yes\"", ""),
        ("version=\"1.0\" encoding=\"utf-8\" standalone=\"no\"", ""),
        ("version=\"&#49;.0\"", ""),
        ("version=\"1.1\"", VERSION),
        ("version=\" 1.0\"", VERSION),
        ("version=\"\"", VERSION),
        ("Version=\"1.0\"", NO_VERSION),
        ("vesion=\"1.0\"", NO_VERSION),
        ("encoding=\"utf-8\"", NO_VERSION),
        ("encoding=\"utf-8\" version=\"1.0\"", NO_VERSION),
        ("xmlns=\"namespace:u\" version=\"1.0\"", NO_VERSION),
        ("version=\"1.0\" Standalone=\"yes\"", MALFORMED),
        ("version=\"1.0\" standalone=\"Yes\"", STANDALONE),
        ("version=\"1.0\" standalone=\"true\"", STANDALONE),
        ("version=\"1.0\" standalone=\"yes\" encoding=\"utf-8\"", MALFORMED),
        ("version=\"1.0\" encoding=\"utf-8\" foo=\"x\"", MALFORMED),
        ("version=\"1.0\" encodings=\"x\"", MALFORMED),
        ("version=\"1.0\" xmlns:abc=\"u\"", MALFORMED),
        ("xml:version=\"1.0\"", MALFORMED),
        ("version=\"1.0\" encoding=\"utf-8\" standalone=\"no\" a=\"\"", MALFORMED),
    ] {
        let declaration = format!("<?xml {attributes}?>");
        let document = format!("{declaration}<User xmlns=\"{MODELS}\"/>");
        let lines = declaration.matches('\n').count() + 1;
        let wanted = if wanted.is_empty() {
            None
        } else {
            Some(format!("{wanted} Line {lines}, position {}.", declaration.len() + 1))
        };
        assert_eq!(complaint(&document), wanted, "{attributes}");
    }
}

#[test]
fn a_reference_in_an_attribute_counts_only_where_its_value_does() {
    let with = |attributes: &str| {
        complaint(&format!(
            "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{MODELS}\" {attributes}/>"
        ))
    };
    for attributes in ["a=\"&bad;\"", "a=\"&#xD800;\"", "a=\"&#x110000;\"", "xmlns:a=\"&bad;\"", "i:nil=\"&#48;\""] {
        assert_eq!(with(attributes), None, "{attributes}");
    }
    for attributes in ["i:nil=\"&bad;\"", "i:nil=\"&#x110000;\"", "xml:lang=\"&bad;\""] {
        let complaint = with(attributes).unwrap_or_default();
        assert!(complaint.starts_with("Character reference not valid. Line 1, position "), "{attributes}: {complaint}");
    }
}

#[test]
fn a_wrong_end_tag_is_quoted_as_far_as_it_was_buffered() {
    let root = format!("<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{MODELS}\">");
    for (content, found) in [("", "Email"), (" ", "Email"), ("<!--c-->", "Emai"), ("<!--c--> ", "Email")] {
        let complaint = complaint(&format!("{root}{content}</Email></User>")).unwrap_or_default();
        let wanted = format!("Start element 'User' does not match end element '{found}'.");
        assert!(complaint.starts_with(&wanted), "{content}: {complaint}");
    }
}

#[test]
fn a_root_may_be_named_after_any_of_its_base_types() {
    let any = "<anyType xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\"/>";
    assert!(matches!(read_document(any).value, Value::Object(_)));
    let list = data_contract::read(utf8(any), &models::import_users());
    assert_eq!(list.value, Value::List(Vec::new()));
    let elsewhere = "<anyType xmlns=\"http://www.w3.org/2001/XMLSchema\"/>";
    assert!(complaint(elsewhere).is_some());
    let item = Kind::Object(models::ImportUser::CLASS);
    let base = "<BaseUser xmlns=\"http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models\"/>";
    assert!(matches!(data_contract::read(utf8(base), &item).value, Value::Object(_)));
}

#[test]
fn an_element_is_read_as_the_type_it_names_before_it_is_found_not_to_fit() {
    let with = |root: &str, members: &str| {
        read_document(&format!(
            "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\" \
             xmlns=\"{MODELS}\" {root}>{members}</User>"
        ))
    };
    assert_eq!(with("i:type=\"d:string\"", "a").value, Value::Text("a".to_owned()));
    assert_eq!(with("i:type=\"d:int\"", "5").value, Value::Int(5));
    assert_eq!(with("i:type=\"d:long\"", "9999999999").value, Value::Text("9999999999".to_owned()));
    assert!(matches!(with("i:type=\"User\"", "").value, Value::Object(_)));
    for (root, members, found) in [
        ("i:type=\"d:int\"", "x", "The value 'x' cannot be parsed as the type 'Int32'."),
        ("i:type=\"d:byte\"", "128", "The value '128' cannot be parsed as the type 'SByte'."),
        ("i:type=\"d:foo\"", "", "data contract. The deserializer has no knowledge"),
        ("", "<Status i:type=\"d:int\">1</Status>", "Unable to cast object of type 'System.Int32' to type"),
        ("", "<Status i:type=\"User\"> x</Status>", "Expecting state 'Element'"),
        ("", "<PasswordInfo i:type=\"User\"/>", "Unable to cast object of type 'pbnb_models.User' to type"),
    ] {
        let message = with(root, members).errors.remove(0).message;
        assert!(message.contains(found), "{root} {members}: {message}");
    }
}

static ANY_ORDER: usertwin::contract::ObjectType = usertwin::contract::ObjectType {
    clr_name: "pbnb_delta.Delta`1[pbnb_models.User]",
    name: usertwin::contract::TypeName::Generic("Delta", &[Kind::Object(models::User::CLASS)]),
    namespace: "http://schemas.datacontract.org/2004/07/pbnb_delta",
    base: None,
    members: models::User::CLASS.members,
    partial: Some(usertwin::contract::Partial::AnyOrder {
        also: "http://schemas.datacontract.org/2004/07/pbnb_models",
    }),
    doc: "A partial user.",
    plan: std::sync::OnceLock::new(),
};

#[test]
fn a_partial_in_any_order_takes_both_namespaces_and_the_last_of_two() {
    let text = "<DeltaOfUserCA1DLPoZ xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_delta\" \
                xmlns:m=\"http://schemas.datacontract.org/2004/07/pbnb_models\"><Username>u</Username><m:ID>1</m:ID>\
                <m:PasswordInfo><m:MaxDenials>2</m:MaxDenials></m:PasswordInfo><ID>3</ID></DeltaOfUserCA1DLPoZ>";
    let reading = data_contract::read(utf8(text), &Kind::Object(&ANY_ORDER));
    assert_eq!(reading.errors, vec![]);
    let Value::Object(user) = reading.value else { panic!("no user") };
    assert_eq!(user.slots[0], Value::Int(3));
    assert_eq!(user.slots[1], Value::Absent);
    assert_eq!(user.slots[2], Value::Text("u".to_owned()));
    let Value::Object(password) = &user.slots[6] else { panic!("no password settings") };
    assert_eq!(password.slots[1], Value::Int(2));
}

#[test]
fn a_partial_without_data_members_takes_nothing() {
    let text = "<DeltaOfUserCA1DLPoZ xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_delta\"><Username>u</Username>\
                </DeltaOfUserCA1DLPoZ>";
    let reading = data_contract::read(utf8(text), &Kind::Object(&models::DELTA_OF_USER));
    let Value::Object(user) = reading.value else { panic!("no user") };
    assert!(user.slots.iter().all(|slot| *slot == Value::Absent));
}

#[test]
fn a_child_inside_a_text_ends_the_object_early_in_xml_serializer() {
    let text = "<User><DisplayName><x>b</x></DisplayName><Username>u</Username></User>";
    let reading = xml_serializer::read(utf8(text), &models::AdminUser::KIND);
    let Value::Object(user) = reading.value else { panic!("no user") };
    let members = &models::AdminUser::CLASS.plan().members;
    let slot = |name| members.iter().position(|member| member.name == name).unwrap();
    assert_eq!(user.slots[slot("DisplayName")], Value::Text("b".to_owned()));
    assert_eq!(user.slots[slot("Username")], Value::Null);
}

#[test]
fn a_position_counts_from_the_open_tags_not_from_the_document() {
    let at = |text: &str| {
        let reading = xml_serializer::read(utf8(text), &models::AdminUser::KIND);
        reading.errors.into_iter().next().map(|error| error.message).unwrap_or_default()
    };
    for (text, position) in [
        ("<User>\n  <ID>x</ID>\n  <Pin>1</Pin>\n</User>", "(2, 3)"),
        ("<User>\n    <ID>x</ID>\n    <Pin>1</Pin>\n</User>", "(2, 5)"),
        ("<User>\n\t<ID>x</ID>\n\t<Pin>1</Pin>\n</User>", "(2, 2)"),
        ("<User>\n  <ID>x</ID>\n</User>", "(1, 8)"),
        ("<User><ID>x</ID><LanguageID>1</LanguageID></User>", "(1, 19)"),
        ("<User><ID>x</ID></User>", "(1, 14)"),
        ("<Foo/>", "(1, 7)"),
        ("nonsense", "(1, 1)"),
        ("<User><DisplayName>A</DisplayName>", "(1, 7)"),
        ("<!DOCTYPE User><User/>", "(1, 3)"),
        ("<User a=1/>", "(1, 9)"),
        ("<1User/>", "(1, 2)"),
        ("<User/><User/>", "(1, 2)"),
        ("<User/>junk", "(1, 1)"),
        (" <?xml version=\"1.0\"?><User/>", "(1, 2)"),
    ] {
        assert_eq!(at(text), format!("There is an error in XML document {position}."), "{text}");
    }
}

#[test]
fn untyped_names_are_encoded_and_texts_joined() {
    let state = Untyped::default()
        .with("users[0].Type", Entry::Texts(vec!["a & b".to_owned(), "c".to_owned()]))
        .with("_x005B_", Entry::Null)
        .with("1st name", Entry::Text(String::new()));
    let error =
        Untyped::default().with("Message", Entry::Text("m".to_owned())).with("ModelState", Entry::Nested(state));
    let mut out = String::new();
    xml::write_untyped("Error", &error, &mut out).unwrap();
    assert_eq!(
        out,
        "<Error><Message>m</Message><ModelState><users_x005B_0_x005D_.Type>a &amp; b c</users_x005B_0_x005D_.Type>\
         <_x005F_x005B_ /><_x0031_st_x0020_name></_x0031_st_x0020_name></ModelState></Error>"
    );
}

/// The framework's error dictionary, from an answer in XML.
fn error_of(answer: &str) -> Untyped {
    let mut open: Vec<(String, Untyped, String)> = Vec::new();
    let mut rest = answer;
    loop {
        let (text, after) = rest.split_once('<').unwrap();
        if let Some(top) = open.last_mut() {
            top.2.push_str(text);
        }
        let (tag, after) = after.split_once('>').unwrap();
        rest = after;
        if let Some(name) = tag.strip_suffix(" /") {
            let last = open.last_mut().unwrap();
            last.1 = std::mem::take(&mut last.1).with(decoded(name), Entry::Null);
        } else if tag.starts_with('/') {
            let (name, inner, text) = open.pop().unwrap();
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let entry = if inner.0.is_empty() { Entry::Text(text) } else { Entry::Nested(inner.clone()) };
            match open.last_mut() {
                None => return inner,
                Some(parent) => parent.1 = std::mem::take(&mut parent.1).with(name, entry),
            }
        } else {
            open.push((decoded(tag), Untyped::default(), String::new()));
        }
    }
}

fn decoded(name: &str) -> String {
    let mut parts = name.split("_x");
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.split_once('_').filter(|(code, _)| code.len() == 4);
        let letter = escape.and_then(|(code, rest)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest)));
        match letter {
            Some((letter, rest)) => decoded.extend([letter].into_iter().chain(rest.chars())),
            None => decoded.extend("_x".chars().chain(part.chars())),
        }
    }
    decoded
}

#[test]
fn observed_errors_are_written_byte_for_byte() {
    let mut asked = 0;
    for case in cases() {
        let answer = String::from_utf8(case.response.body.clone()).unwrap_or_default();
        if answer.starts_with("<Error>") {
            let mut out = String::new();
            xml::write_untyped("Error", &error_of(&answer), &mut out).unwrap();
            assert_eq!(out, answer, "{}", case.id);
            asked += 1;
        }
    }
    assert!(asked > 20, "only {asked} asked");
    println!("{asked} of {asked} agree");
}

#[test]
fn nesting_beyond_the_limit_is_an_error_not_a_crash() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(data_contract::read(utf8(&deep), &models::User::KIND).errors.len(), 1);
    let inside = format!("<User>{deep}");
    assert_eq!(xml_serializer::read(utf8(&inside), &models::AdminUser::KIND).errors.len(), 1);
}

/// Any text that XML can carry through: line ends come back as line feeds, so only those are made.
fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~\\n\\u{0}\\u{7}\\u{85}\\u{e9}\\u{2028}\\u{ffff}\\u{1f600}]{0,12}")
}

fn guid() -> impl Strategy<Value = uuid::Uuid> {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}

prop_compose! {
    fn pbnb_user()(id in any::<i32>(), username in text(), email in text(), status in 0..3_i32, denials in any::<i32>(),
        password in proptest::option::of(text()), access in proptest::option::of(proptest::collection::vec(0..3_i32, 0..4)),
        voucher in proptest::option::of(any::<i32>()), resource in proptest::option::of(guid()),
        provisioning in proptest::option::of(guid())) -> models::User {
        models::User {
            id, account_id: 7, username, email, status: models::Status(status), auth: models::Auth(0),
            password_info: password.map(|password| models::PasswordInfo { password, max_denials: denials, reset_period: 0 }),
            sso_info: None,
            access_types: access.map(|all| all.into_iter().map(models::ClientAccessTypes).collect()),
            voucher_id: voucher,
            resource_ids: resource.map(|id| vec![(models::ClientAccessTypes(2), id)]),
            provisioning_id: provisioning,
        }
    }
}

prop_compose! {
    fn import_user()(username in text(), kind in text(), email in text(), single in any::<bool>(),
        roles in proptest::option::of(proptest::collection::vec(proptest::option::of(guid()), 0..4))) -> models::ImportUser {
        models::ImportUser {
            base: models::BaseUser { username, kind, has_single_active_role: single },
            email,
            roles: roles.map(|roles| roles.into_iter().map(|id| id.map(|id| models::BaseRole { id })).collect()),
        }
    }
}

prop_compose! {
    fn admin_user()(id in guid(), name in text(), pin in text(), enabled in any::<bool>(), preferences in 0..3_i32,
        ticks in 0..=DateTime::MAX_TICKS, zone in 0..3_usize, declined in any::<bool>()) -> Value {
        let kind = [DateTimeKind::Unspecified, DateTimeKind::Utc, DateTimeKind::Local][zone];
        let date = Value::DateTime(DateTime { ticks, kind });
        let mut record = Record::empty(models::AdminUser::DECLARATION);
        let members = &models::AdminUser::CLASS.plan().members;
        let mut put = |name: &str, value| {
            record.set(members.iter().position(|member| member.name == name).unwrap(), value);
        };
        put("ID", Value::Guid(id));
        put("DisplayName", name.map_or(Value::Null, Value::Text));
        put("Pin", pin.map_or(Value::Null, Value::Text));
        put("Enabled", Value::Bool(enabled));
        put("Preferences", Value::Enum(preferences));
        put("DateCreated", date.clone());
        put("DeclineDate", if declined { date } else { Value::Null });
        Value::Object(record)
    }
}

proptest! {
    #[test]
    fn a_written_pbnb_user_reads_back_the_same(user in pbnb_user()) {
        let value = user.into_value();
        let written = write(&value, &models::User::KIND, false).unwrap();
        let reading = data_contract::read(utf8(&written), &models::User::KIND);
        prop_assert_eq!((reading.value, reading.errors, reading.notes), (value, vec![], vec![]), "{}", written);
    }

    #[test]
    fn written_import_users_read_back_the_same(users in proptest::collection::vec(proptest::option::of(import_user()), 0..4)) {
        let value = Some(users).into_value();
        let written = write(&value, &models::import_users(), false).unwrap();
        let reading = data_contract::read(utf8(&written), &models::import_users());
        prop_assert_eq!((&reading.value, reading.errors, reading.notes), (&value, vec![], vec![]), "{}", written);
        let written = write(&value, &models::import_users(), true).unwrap();
        let reading = xml_serializer::read(utf8(&written), &models::import_users());
        prop_assert_eq!((reading.value, reading.errors, reading.notes), (value, vec![], vec![]), "{}", written);
    }

    #[test]
    fn a_written_admin_user_reads_back_the_same(value in admin_user()) {
        let written = write(&value, &models::AdminUser::KIND, true).unwrap();
        let reading = xml_serializer::read(utf8(&written), &models::AdminUser::KIND);
        prop_assert_eq!((reading.value, reading.errors, reading.notes), (value, vec![], vec![]), "{}", written);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), wide in any::<bool>()) {
        let body = Body::new(&bytes, if wide { Charset::Utf16 } else { Charset::Utf8 });
        let _ = data_contract::read(body, &models::User::KIND);
        let _ = xml_serializer::read(body, &models::AdminUser::KIND);
    }

    #[test]
    fn no_markup_makes_a_reader_panic(text in "(<|>|/|&|;|#|x|User|ID|DisplayName| |xmlns|=|\"|'|:|\\]|\\[|!|-|CDATA|\\?|xml|é|\\r|\\n){0,40}") {
        let inside = format!("<User xmlns=\"http://schemas.datacontract.org/2004/07/pbnb_models\">{text}</User>");
        for text in [text.as_str(), &inside] {
            let _ = data_contract::read(utf8(text), &models::User::KIND);
            let _ = xml_serializer::read(utf8(text), &models::AdminUser::KIND);
        }
    }
}
