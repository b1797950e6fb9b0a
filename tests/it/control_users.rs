//! Users as the control API finds and shows them.

use crate::twin::{Call, NOW, Twin, demo_seed};
use serde_json::{Value, json};
use usertwin::Apis;

const USERS: &str = "/_usertwin/worlds/main/users";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";

async fn read(twin: &Twin, path: &str) -> Value {
    let answer = twin.send(Call::anonymous("GET", path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    serde_json::from_str(answer.text()).unwrap()
}

#[tokio::test]
async fn a_name_or_an_address_finds_that_user_and_no_other() {
    let twin = Twin::seeded(
        r#"{"users": [{"username": "jan", "email": "n@example.com", "expoints": {}},
                      {"username": "janneke", "email": "jan@example.com", "expoints": {}},
                      {"username": "other", "email": "N@example.com", "expoints": {}}]}"#,
    )
    .await;
    for (query, found) in [
        ("username=jan", &["jan"][..]),
        ("username=JAN", &["jan"]),
        ("username=ja", &[]),
        ("email=n@example.com", &["jan", "other"]),
        ("email=n@example.com&username=other", &["other"]),
        ("search=jan", &["jan", "janneke"]),
        ("search=jan&email=jan@example.com", &["janneke"]),
        ("username=", &[]),
    ] {
        let users = read(&twin, &format!("{USERS}?{query}")).await;
        let names: Vec<&str> =
            users["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
        assert_eq!(names, found, "{query}");
    }
}

#[tokio::test]
async fn every_face_is_what_the_api_answers() {
    let twin = Twin::demo().await;
    let faces = read(&twin, &format!("{USERS}/{ADA}/faces")).await;
    assert_eq!(faces.as_object().unwrap().len(), Apis::four().iter().count());
    let mut formats = 0;
    for api in &Apis::four() {
        let face = &faces[api.name];
        assert!(api.operations.iter().any(|operation| face["operation"] == operation.id), "{face}");
        for (media_type, body) in face["formats"].as_object().unwrap() {
            let answer = twin.get(face["path"].as_str().unwrap(), media_type).await;
            assert_eq!((face["status"].as_u64(), answer.status.as_u16()), (Some(200), 200), "{}", api.name);
            match body.get("text") {
                Some(text) => assert_eq!(text, answer.text(), "{media_type}"),
                None => assert!(body["decoded"]["Data"]["ID"].is_object(), "{body}"),
            }
            formats += 1;
        }
    }
    assert_eq!(formats, 4 + 1 + 2 + 2, "those that are written, forms being read only");
}

#[tokio::test]
async fn faces_leave_no_trace_and_meet_no_fault_and_need_no_vendors_token() {
    let twin = Twin::with(&["--auth", "strict"], demo_seed()).await;
    let fault = Call::anonymous("POST", "/_usertwin/worlds/main/faults")
        .body("application/json", r#"{"effect":{"status":503}}"#);
    assert_eq!(twin.send(fault).await.status, 201);
    let before = twin.document().await;
    let faces = read(&twin, &format!("{USERS}/{ADA}/faces")).await;
    for api in &Apis::four() {
        assert_eq!(faces[api.name]["status"], 200, "{}", faces[api.name]);
    }
    assert_eq!(twin.document().await, before);
    assert_eq!(read(&twin, "/_usertwin/worlds/main/requests").await["total"], 0);
    assert_eq!(read(&twin, "/_usertwin/worlds/main/faults").await["faults"][0]["matched"], 0);
    assert_eq!(read(&twin, "/_usertwin/worlds/main/clock").await["now"], json!(NOW));
}

#[tokio::test]
async fn an_api_that_does_not_show_a_user_has_no_face_of_it() {
    let twin = Twin::demo().await;
    for user in demo_seed().users {
        let faces = read(&twin, &format!("{USERS}/{}/faces", user.shared.id)).await;
        for api in &Apis::four() {
            let face = faces.get(api.name);
            assert_eq!(face.is_some(), user.is_in(api.name), "{} {faces}", api.name);
            assert!(face.is_none_or(|face| face["status"] == 200), "{} {faces}", user.shared.id);
        }
    }
    let unknown =
        twin.send(Call::anonymous("GET", &format!("{USERS}/00000000-0000-0000-0000-000000000000/faces"))).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_check_lists_every_problem_by_line_and_changes_nothing() {
    let twin = Twin::demo().await;
    let check = async |text: &str| -> Value {
        let answer = twin.send(Call::anonymous("POST", "/_usertwin/check").body("application/json", text)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        serde_json::from_str(answer.text()).unwrap()
    };
    assert_eq!(check("{}").await, json!({"problems": []}));
    let found = check("{\n\"users\": [{\"username\": \"ada\", \"colour\": 1,\n\"pbnb\": {}}]}").await;
    let problems = found["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["line"] == 2 && problem["path"] == "users[0].colour"), "{found}");
    assert!(problems.len() > 1 && problems.iter().all(|problem| problem["message"].is_string()), "{found}");
    assert!(!check("{").await["problems"].as_array().unwrap().is_empty());
    assert_eq!(twin.document().await.users, demo_seed().users);
    let schema = read(&twin, "/_usertwin/schema/state.json").await;
    assert_eq!(schema, Apis::four().schema().json_schema());
}
