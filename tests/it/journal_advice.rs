//! Advice: docs/advice.md lists every code, and each of its requests causes the code it stands under.

use crate::twin::{Call, Twin};
use base64::Engine;
use serde_json::Value;
use std::collections::BTreeSet;
use usertwin::Apis;
use usertwin::codec::Advice;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/advice.md")).unwrap()
}

/// The codes of the page with the requests below each.
fn documented(page: &str) -> Vec<(String, Vec<Call>)> {
    let sections = page.split("\n### `").skip(1);
    let code = |section: &str| section.split('`').next().unwrap().to_owned();
    sections.map(|section| (code(section), requests(section))).collect()
}

fn requests(section: &str) -> Vec<Call> {
    section.split("```http").skip(1).map(|block| request(block.split("\n```").next().unwrap())).collect()
}

fn request(block: &str) -> Call {
    let (kind, rest) = block.split_once('\n').unwrap();
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut lines = head.lines();
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    let mut call = if kind.trim() == "anonymous" { Call::anonymous(method, path) } else { Call::new(method, path) };
    let mut content_type = None;
    for line in lines {
        match line.split_once(": ").unwrap() {
            ("Content-Type", value) => content_type = Some(value),
            ("Accept", value) => call = call.header("accept", value),
            ("AppId", value) => call = call.header("appid", value),
            ("AuthToken", value) => call = call.header("authtoken", value),
            ("Authorization", value) => call = call.header("authorization", value),
            ("Accept-Charset", value) => call = call.header("accept-charset", value),
            ("Authorisation", value) => call = call.header("authorisation", value),
            ("Content-Encoding", value) => call = call.header("content-encoding", value),
            ("Origin", value) => call = call.header("origin", value),
            ("Access-Control-Request-Method", value) => call = call.header("access-control-request-method", value),
            ("Prefer", value) => call = call.header("prefer", value),
            (name, _) => panic!("the test knows no {name}"),
        }
    }
    let Some(content_type) = content_type else { return call };
    match kind.trim() {
        "base64" => call.body(content_type, base64::engine::general_purpose::STANDARD.decode(body).unwrap()),
        _ => call.body(content_type, body),
    }
}

#[tokio::test]
async fn every_documented_request_causes_its_code() {
    let documented = documented(&page());
    assert!(documented.len() >= 15, "{} codes", documented.len());
    for (code, requests) in documented {
        let twin = Twin::demo().await;
        assert!(!requests.is_empty(), "{code} has no request");
        for request in requests {
            twin.send(request).await;
        }
        let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
        let entry: Value = serde_json::from_slice(&answer.body).unwrap();
        let codes: Vec<&str> =
            entry["advice"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&code.as_str()), "{code} is not in {codes:?} of {entry}");
    }
}

#[test]
fn every_code_is_documented_and_no_other() {
    let documented: BTreeSet<String> = documented(&page()).into_iter().map(|(code, _)| code).collect();
    let of_apis = Apis::four().iter().flat_map(|api| api.advice).copied().collect::<Vec<_>>();
    let known = Advice::ALL.iter().chain(&of_apis).map(|advice| advice.as_str().to_owned());
    assert_eq!(known.collect::<BTreeSet<_>>(), documented);
}

#[tokio::test]
async fn notes_survive_a_refusal_and_stand_in_the_order_of_the_steps() {
    let twin = Twin::demo().await;
    let call = Call::new("PATCH", "/v1/core/Accounts/2/users/1?verbose=1").header("accept", "image/png");
    let body = r#"{"Usename":"x","VoucherID":"not a number"}"#;
    assert_eq!(twin.send(call.body("application/json", body)).await.status, 400);
    let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
    let entry: Value = serde_json::from_slice(&answer.body).unwrap();
    let codes: Vec<&str> =
        entry["advice"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["query.unknown-parameter", "json.unknown-member", "negotiation.fallback"]);
}

#[tokio::test]
async fn patch_documents_are_read_as_leniently_as_other_bodies_and_that_is_noted() {
    let twin = Twin::demo().await;
    let path = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
    let patch = r#"[{op:"replace","path":"/x","path":"/displayName","value":"Ada","colour":"red"}]"#;
    assert_eq!(twin.send(Call::new("PATCH", path).body("application/json", patch)).await.status, 200);
    let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
    let entry: Value = serde_json::from_slice(&answer.body).unwrap();
    let notes: Vec<String> = entry["advice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| format!("{} {}", note["code"].as_str().unwrap(), note["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        notes,
        [
            "json.lenient-syntax The JSON has a property name without quotes at '[0]'; strict parsers refuse it.",
            "json.duplicate-member '[0].path' comes more than once; the last one wins.",
            "json.unknown-member '[0].colour' is not a member of an operation and was ignored.",
        ]
    );
}

#[tokio::test]
async fn members_that_a_reseller_body_loses_are_noted() {
    let twin = Twin::demo().await;
    let body = r#"{"email":"new@example.com","displayName":"New","colour":"red"}"#;
    let path = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";
    assert_eq!(twin.send(Call::new("POST", path).body("application/json", body)).await.status, 201);
    let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
    assert!(answer.text().contains(r#""code":"json.unknown-member""#), "{}", answer.text());
}

#[tokio::test]
async fn an_api_of_one_format_notes_that_another_was_asked_for() {
    let twin = Twin::demo().await;
    let path = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
    let patch = r#"[{"op":"replace","path":"/displayName","value":"Ada"}]"#;
    for (accept, noted) in [("application/xml", true), ("application/*", false), ("text/html, */*;q=0.1", false)] {
        let call = Call::new("PATCH", path).header("accept", accept).body("application/json", patch);
        assert_eq!(twin.send(call).await.status, 200);
        let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
        assert_eq!(answer.text().contains("negotiation.fallback"), noted, "{accept}");
    }
}

/// The notes of the latest request, each with its code in front.
async fn latest(twin: &Twin) -> Vec<String> {
    let answer = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
    let entry: Value = serde_json::from_slice(&answer.body).unwrap();
    let notes = entry["advice"].as_array().unwrap().iter();
    notes.map(|note| format!("{} {}", note["code"].as_str().unwrap(), note["message"].as_str().unwrap())).collect()
}

const ADA: &str = "/api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
const PBNB_ADA: &str = "/v1/core/Accounts/2/users/1";
const RESELLER_ADA: &str =
    "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
const KATHERINE: &str = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/customers/\
                         a3c6c788-3bc4-4942-e17f-08d8c461185e/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e11";

#[tokio::test]
async fn a_user_that_is_read_and_written_back_causes_no_advice() {
    let twin = Twin::demo().await;
    for id in ["f4237dd3-01ff-48d8-8d90-16c06605724f", "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e08"] {
        let path = format!("/api/v1/admin/users/{id}");
        for _ in 0..2 {
            let read = twin.get(&path, "application/json").await;
            let read: Value = serde_json::from_slice(&read.body).unwrap();
            let body = read["ResponseData"]["Detail"].to_string();
            let answer = twin.send(Call::new("PUT", &path).body("application/json", body)).await;
            assert_eq!((answer.status.as_u16(), latest(&twin).await), (200, Vec::new()), "{id}");
        }
    }
    let read = twin.get(PBNB_ADA, "application/json").await;
    let read: Value = serde_json::from_slice(&read.body).unwrap();
    let body = format!(r#"{{"PasswordInfo":{}}}"#, read["Data"]["PasswordInfo"]);
    assert_eq!(twin.send(Call::new("PATCH", PBNB_ADA).body("application/json", body)).await.status, 200);
    assert_eq!(latest(&twin).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_sent_explicitly_and_by_the_standard_causes_no_advice() {
    let twin = Twin::demo().await;
    let json = "application/json";
    let patch = |path: &str, body: &str| Call::new("PATCH", path).body(json, body);
    let details = r#"{"AdminUser":false,"DisplayName":"Ada","EmailAddress":"ada@example.com","Enabled":false,
        "LanguageID":"d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703","MobilePhone":"+44 7700 900123","TimeZone":"Europe/London",
        "Username":"ada","Pin":null,"SSOEnabled":false}"#;
    let zeros = r#"{"PasswordInfo":{"Password":"Engine1842","MaxDenials":0,"ResetPeriod":0}}"#;
    let test = r#"[{"op":"test","path":"/displayName","value":"Ada Lovelace"},{"op":"copy","from":"/email","path":"/email"}]
        "#;
    let role = r#"[{"op":"add","path":"/roles/-","value":"customer.user.crm"}]"#;
    let calls = [
        (patch(PBNB_ADA, zeros), 200),
        (patch(RESELLER_ADA, test), 200),
        (patch(KATHERINE, role), 200),
        (patch(PBNB_ADA, "{}").header("content-encoding", "identity"), 200),
        (patch(PBNB_ADA, "{}").header("prefer", "delay=1; status=503"), 503),
        (Call::new("OPTIONS", PBNB_ADA).header("origin", "https://portal.example.com"), 405),
        (Call::new("PUT", ADA).body(json, details), 200),
    ];
    for (number, (call, status)) in calls.into_iter().enumerate() {
        let answer = twin.send(call).await;
        assert_eq!((answer.status.as_u16(), latest(&twin).await), (status, Vec::new()), "request {number}");
    }
}

#[tokio::test]
async fn every_member_that_an_xml_body_leaves_out_is_named_and_nothing_that_has_no_value() {
    let twin = Twin::demo().await;
    let path = "/api/v1/admin/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e08";
    let body = "<User><DisplayName>Kurt</DisplayName><EmailAddress>kurt@example.com</EmailAddress>\
                <MobilePhone>+43 660 1234567</MobilePhone><TimeZone>UTC</TimeZone><Username>kurt</Username></User>";
    assert_eq!(twin.send(Call::new("PUT", path).body("application/xml", body)).await.status, 200);
    let cleared = |member: &str| {
        format!(
            "admin.member-cleared-by-omission The body leaves {member} out, which cleared it: a user is replaced whole."
        )
    };
    assert_eq!(latest(&twin).await, [cleared("Enabled"), cleared("LanguageID"), cleared("Pin")]);
}

#[tokio::test]
async fn roles_are_lost_once_and_a_batch_has_one_note() {
    let twin = Twin::demo().await;
    let body = r#"[{"Username":"ada","Type":"Internal","Roles":[]},{"Username":"jan","Type":"External","Roles":[]}]"#;
    let call = || Call::new("PUT", "/external/api/v3/user").body("application/json", body);
    twin.send(call()).await;
    let lost = "expoints.all-roles-removed 'ada' and 1 more lost every role: the roles sent replace the stored ones, and \
                none was sent.";
    assert_eq!(latest(&twin).await, [lost]);
    twin.send(call()).await;
    assert_eq!(latest(&twin).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_password_that_goes_with_its_limits_is_one_note() {
    let twin = Twin::demo().await;
    let call = Call::new("PATCH", PBNB_ADA).body("application/json", r#"{"PasswordInfo":{"Password":null}}"#);
    assert_eq!(twin.send(call).await.status, 200);
    let lost = "pbnb.password-info-replaced PasswordInfo is replaced as a whole; the user lost what was stored as \
                Password, MaxDenials, ResetPeriod.";
    assert_eq!(latest(&twin).await, [lost]);
}
