//! The samples that the vendors print, byte for byte (whitespace of the help page undone): through the codecs for what
//! no server state produces (a success with an error code), through the running server for the rest.

use crate::twin::Twin;
use usertwin::apis::{admin_users, expoints, pbnb};
use usertwin::codec::{Body, Charset, EnumStyle, bson, data_contract, json, xml_serializer};
use usertwin::contract::{Contracted, Kind, Value};

type ReturnOfUser = pbnb::contract::ReturnOf<pbnb::contract::User>;

const PATCH_PAGE: &str = include_str!("../seeds/000_1f6f1b23b7edf59e.txt");
const GET_PAGE: &str = include_str!("../seeds/002_1a4be262fdf8d669.txt");
const EXPOINTS_PAGE: &str = include_str!("../seeds/003_5548566866e3d8e9.txt");
const ADMIN_PAGE: &str = include_str!("../seeds/004_ac95c53f2d622bb7.txt");

/// Seed 002 as BSON, rebuilt from what the page prints of it (docs/spec/pbnb.md §5.5).
const BSON: &[u8] = include_bytes!("../seeds/002_user.bson");

/// The samples of a page from one line to a blank line or the page's end, in order.
fn samples(page: &str, start: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    for line in page.lines() {
        if current.is_none() && line.starts_with(start) {
            current = Some(String::new());
        }
        if line.is_empty() {
            found.extend(current.take());
        } else if let Some(text) = &mut current {
            // The page indents with two spaces and breaks after each tag or member; values hold no line break.
            text.push_str(line.trim());
        }
    }
    found.extend(current);
    found
}

/// JSON as the wire has it: the page puts one space behind each name.
fn compact(json: &str) -> String {
    json.replace("\": ", "\":")
}

fn as_json(value: &Value, kind: &Kind, enums: EnumStyle) -> String {
    let mut out = String::new();
    json::write(value, kind, enums, &mut out).unwrap();
    out
}

fn read_json(text: &str, kind: &Kind) -> Value {
    let reading = json::read(Body::new(text.as_bytes(), Charset::Utf8), kind, EnumStyle::Names);
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    reading.value
}

fn page_of_pbnb(page: &str) -> (Value, [String; 3]) {
    let json = samples(page, "{").into_iter().find(|sample| sample.contains("\"Success\": true")).unwrap();
    let script = samples(page, "{\"Success\"").remove(0);
    let xml = samples(page, "<PBNBReturn").remove(0);
    let value = read_json(&json, &ReturnOfUser::KIND);
    (value, [compact(&json), script, xml])
}

#[test]
fn pbnb_samples_leave_the_codecs_as_printed() {
    let kind = ReturnOfUser::KIND;
    for page in [PATCH_PAGE, GET_PAGE] {
        let (value, [json, script, xml]) = page_of_pbnb(page);
        assert_eq!(as_json(&value, &kind, EnumStyle::Names), json);
        assert_eq!(as_json(&value, &kind, EnumStyle::Numbers), script);
        let mut out = String::new();
        data_contract::write(&value, &kind, &mut out).unwrap();
        assert_eq!(out, xml);
    }
}

#[test]
fn the_bson_sample_is_482_bytes() {
    let (value, _) = page_of_pbnb(GET_PAGE);
    let mut out = Vec::new();
    bson::write(&value, &ReturnOfUser::KIND, &mut out).unwrap();
    assert_eq!(out.len(), 482);
    assert_eq!(out, BSON);
    let read = bson::read(Body::new(&out, Charset::Utf8), &ReturnOfUser::KIND);
    assert_eq!(read.value, value);
}

#[test]
fn expoints_samples_go_through_both_codecs() {
    let kind = expoints::contract::IMPORT_USERS;
    let json = samples(EXPOINTS_PAGE, "[").remove(0);
    let xml = samples(EXPOINTS_PAGE, "<ArrayOfImportUser").remove(0);
    let value = read_json(&json, &kind);
    assert_eq!(as_json(&value, &kind, EnumStyle::Numbers), compact(&json));
    let mut out = String::new();
    data_contract::write(&value, &kind, &mut out).unwrap();
    assert_eq!(out, xml);
    let reading = data_contract::read(Body::new(xml.as_bytes(), Charset::Utf8), &kind);
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    assert_eq!(reading.value, value);
}

#[test]
fn admin_users_samples_go_through_both_codecs() {
    let requests = (admin_users::contract::User::KIND, "<User", "{\"ID\"");
    let answers = (admin_users::contract::ResponseOfUser::KIND, "<ResponseOfUser", "{\"Error\"");
    let printed: Vec<String> = samples(ADMIN_PAGE, "{").iter().map(|sample| compact(sample)).collect();
    for (kind, root, start) in [requests, answers] {
        let json = printed.iter().find(|sample| sample.starts_with(start)).unwrap();
        let xml = samples(ADMIN_PAGE, root).remove(0);
        let reading = xml_serializer::read(Body::new(xml.as_bytes(), Charset::Utf8), &kind);
        assert!(reading.errors.is_empty(), "{:?}", reading.errors);
        // XML holds one member more, Language, so it is what both samples are written from.
        assert_eq!(as_json(&reading.value, &kind, EnumStyle::Numbers), *json);
        let mut out = String::new();
        xml_serializer::write(&reading.value, &kind, &mut out).unwrap();
        assert_eq!(out, xml);
    }
}

/// A state document with the seeds' sample values.
fn state(resource: &str, provisioning: &str) -> String {
    format!(
        r#"{{"users": [{{"id": "00000000-0000-4000-8000-000000000001", "username": "sample string 3", "email": "sample string 4",
            "password": "sample string 1",
            "pbnb": {{"accountId": 2, "userId": 1, "maxDenials": 2, "resetPeriod": 3, "privateUsername": "sample string 1",
                     "accessTypes": ["IPSec_L2TP", "IPSec_L2TP", "IPSec_L2TP"], "voucherId": 5,
                     "resourceIds": {{"IPSec_L2TP": "{resource}"}}, "provisioningId": "{provisioning}"}}}}],
            "pbnb": {{"accounts": [{{"id": 2}}]}}}}"#
    )
}

#[tokio::test]
async fn the_server_answers_the_samples_user_byte_for_byte() {
    for (page, method) in [(GET_PAGE, "GET"), (PATCH_PAGE, "PATCH")] {
        let (value, [json, script, xml]) = page_of_pbnb(page);
        let Value::Object(envelope) = &value else { panic!() };
        let sample = ReturnOfUser::from_value(value.clone());
        let user = sample.data.clone().unwrap();
        let resource = user.resource_ids.unwrap()[0].1.to_string();
        let twin = Twin::seeded(&state(&resource, &user.provisioning_id.to_string())).await;
        let ask = async |accept: &str| {
            let path = "/v1/core/Accounts/2/users/1?expand=resourceIDs";
            let mut call = crate::twin::Call::new(method, path).header("accept", accept);
            if method == "PATCH" {
                call = call.body("application/json", "{}");
            }
            twin.send(call).await
        };
        // A success of this server has no error code, description and remark; everything else is the sample's.
        let tail = r#""ErrorCode":2,"ErrorDescription":"sample string 3","Meta":"sample string 4"}"#;
        let none = r#""ErrorCode":0,"ErrorDescription":null,"Meta":null}"#;
        assert_eq!(ask("application/json").await.text(), json.replace(tail, none));
        assert_eq!(ask("text/json").await.text(), json.replace(tail, none));
        assert_eq!(ask("text/javascript").await.text(), script.replace(tail, none));
        let xml_tail =
            "<ErrorCode>2</ErrorCode><ErrorDescription>sample string 3</ErrorDescription><Meta>sample string 4</Meta>";
        let xml_none = r#"<ErrorCode>0</ErrorCode><ErrorDescription i:nil="true" /><Meta i:nil="true" />"#;
        assert_eq!(ask("application/xml").await.text(), xml.replace(xml_tail, xml_none));
        assert_eq!(ask("text/xml").await.text(), xml.replace(xml_tail, xml_none));
        let mut expected = Vec::new();
        bson::write(envelope.slot(1), &pbnb::contract::User::KIND, &mut expected).unwrap();
        let answer = ask("application/bson").await.body;
        let at = b"\x08Success\0\x01\x03Data\0".len() + 4;
        assert_eq!(answer[at..at + expected.len()], expected);
    }
}
