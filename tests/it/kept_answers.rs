//! Answers that are kept are those that a server gives that keeps none, whatever has changed since, through whichever
//! API, and however often they were given before.

use crate::twin::{Answer, Call, NOW, Twin, demo_seed};
use proptest::prelude::*;
use serde_json::{Value, json};

const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const LANGUAGE: &str = "c2fd9942-2548-483b-875c-a724b208dcaa";

const FORMATS: [&str; 6] = [
    "application/json",
    "application/xml",
    "application/bson",
    "text/javascript",
    "*/*",
    "text/html, application/xml;q=0.5",
];

/// Requests whose answers may be kept, of users that the changes below reach and of one that they do not.
fn questions() -> Vec<String> {
    let pbnb = ["1", "1?expand=resourceIDs", "1?expand=none&unknown=1", "2", "99"];
    let pbnb = pbnb.map(|user| format!("/v1/core/Accounts/2/users/{user}")).into_iter();
    let admin = ["v1", "v2"].map(|version| format!("/api/{version}/admin/users/{ADA}")).into_iter();
    let other = pbnb.clone().chain(admin.clone()).map(|path| format!("/w/other{path}"));
    pbnb.chain(admin).chain(other).collect()
}

/// Requests that change something that the answers show, or fail half-way.
fn changes() -> Vec<(&'static str, String, String)> {
    let pbnb = || "/v1/core/Accounts/2/users/1".to_owned();
    let admin = || format!("/api/v1/admin/users/{ADA}");
    let control = |path: &str| format!("/_usertwin/worlds/main{path}");
    let document = |language: &str| {
        let mut state: Value = serde_json::from_str(include_str!("../../src/apis/demo.json")).unwrap();
        state["clock"] = json!({"now": NOW, "frozen": true});
        state["adminUsers"]["languages"][0]["name"] = language.into();
        state.to_string()
    };
    vec![
        ("PATCH", pbnb(), r#"{"Username":"first"}"#.to_owned()),
        ("PATCH", pbnb(), r#"{"Username":"second","AccessTypes":["APN","IOT"]}"#.to_owned()),
        ("PATCH", pbnb(), r#"{"Username":"grace"}"#.to_owned()),
        ("PATCH", format!("/w/other{}", pbnb()), r#"{"Username":"elsewhere"}"#.to_owned()),
        ("DELETE", pbnb(), String::new()),
        ("POST", "/v1/core/Accounts/2/users".to_owned(), r#"{"Username":"ada"}"#.to_owned()),
        (
            "PATCH",
            format!("/api/v1.0/accounts/{TENANT}/users/{ADA}"),
            r#"[{"op":"replace","path":"/displayName","value":"Countess"}]"#.to_owned(),
        ),
        (
            "PUT",
            "/external/api/v3/user".to_owned(),
            r#"[{"Username":"ada","Type":"External","Email":"batch@example.com","Roles":[]}]"#.to_owned(),
        ),
        (
            "PUT",
            admin(),
            format!(
                r#"{{"Username":"ada","DisplayName":"New Name","EmailAddress":"new@example.com","Enabled":true,
                "LanguageID":"{LANGUAGE}","MobilePhone":"+44 7700 900123","TimeZone":"UTC"}}"#
            ),
        ),
        ("DELETE", control(&format!("/users/{ADA}")), String::new()),
        ("POST", control("/reset"), String::new()),
        ("PUT", control("/state"), document("Dutch")),
        ("PUT", control("/state"), document("Frisian")),
    ]
}

async fn change(twin: &Twin, (method, path, body): &(&str, String, String)) -> u16 {
    let call = Call::new(method, path);
    let call = if body.is_empty() {
        call
    } else if path.starts_with("/api/v1.0") {
        call.body("application/json-patch+json", body.clone())
    } else {
        call.body("application/json", body.clone())
    };
    twin.send(call).await.status.as_u16()
}

/// Everything that a client sees; bytes that are no text as their numbers.
fn shown(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status.as_u16(), headers.collect(), answer.body.escape_ascii().to_string())
}

/// The advice of every journal entry of a world.
async fn advice(twin: &Twin, world: &str) -> Vec<Value> {
    let listed = twin.get(&format!("/_usertwin/worlds/{world}/requests?limit=1000"), "*/*").await;
    let listed: Value = serde_json::from_slice(&listed.body).unwrap();
    listed["requests"].as_array().unwrap().iter().map(|entry| entry["advice"].clone()).collect()
}

async fn compared(steps: &[usize]) {
    let keeping = Twin::with(&[], demo_seed()).await;
    let forgetful = Twin::with(&["--answer-cache", "0"], demo_seed()).await;
    let (changes, questions) = (changes(), questions());
    for step in steps {
        let step = &changes[*step % changes.len()];
        assert_eq!(change(&keeping, step).await, change(&forgetful, step).await, "{step:?}");
        for question in &questions {
            for format in FORMATS {
                let expected = shown(&forgetful.get(question, format).await);
                for turn in 0..2 {
                    let found = shown(&keeping.get(question, format).await);
                    assert_eq!(found, expected, "{question} as {format} after {step:?}, turn {turn}");
                }
                // The journals have as many entries.
                forgetful.get(question, format).await;
            }
        }
    }
    for world in ["main", "other"] {
        assert_eq!(advice(&keeping, world).await, advice(&forgetful, world).await);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn kept_answers_are_those_of_a_server_that_keeps_none(steps in proptest::collection::vec(0..64_usize, 1..8)) {
        tokio::runtime::Runtime::new().unwrap().block_on(compared(&steps));
    }
}

#[tokio::test]
async fn every_change_alone_is_seen() {
    for step in 0..changes().len() {
        compared(&[4, 5, step]).await;
    }
}
