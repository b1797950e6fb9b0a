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
