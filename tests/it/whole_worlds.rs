//! Answers about whole worlds, the document and the difference: longer than a piece they are the same text as of values
//! in memory, their memory is reserved, and a reader that stalls holds up nobody.

use crate::support::client::Client;
use crate::twin::{Call, Twin, schema, server};
use serde_json::{Value, json};
use usertwin::model::{Diff, Document};

/// A document of many users and some of everything else.
fn document(users: u32) -> Value {
    let user = |n: u32| {
        let name = format!("user-{n}");
        json!({ "id": format!("00000000-0000-4000-9000-{n:012}"), "username": name, "email": null, "displayName": "Ada \u{1}\"é",
                "createdAt": "2024-01-01T00:00:00Z", "modifiedAt": "2024-01-01T00:00:00Z",
                "pbnb": {"accountId": 2, "userId": n, "accessTypes": ["IPSec_L2TP"]}, "expoints": {"type": "Internal", "roles": []} })
    };
    json!({
        "users": (1..=users).map(user).collect::<Value>(),
        "pbnb": {"accounts": [{"id": 2}, {"id": 3}], "roles": [{"id": 1, "name": "Administrator"}]},
        "expoints": {"roles": [{"id": "9b815af0-51da-430e-8c25-52f7f6cdf0a6", "name": "Beheer"}]},
        "tokens": [{"token": "good", "state": "valid"}, {"token": "ada", "state": "valid", "apis": ["pbnb"], "scope": "openid"}],
        "clients": [{"api": "expoints", "clientId": "app", "clientSecret": "secret", "readOnly": true}],
    })
}

fn parsed(document: &Value) -> Document {
    schema().parse(&document.to_string()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

async fn text(twin: &Twin, path: &str) -> String {
    let answer = twin.send(Call::anonymous("GET", &format!("/_usertwin/worlds/{path}"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

#[tokio::test]
async fn an_export_is_the_document_whether_it_is_written_in_one_piece_or_in_many() {
    let mut long = document(400);
    // Longer than two bytes count.
    long["users"][200]["displayName"] = "é".repeat(70_000).into();
    for document in [json!({}), document(1), long] {
        let twin = Twin::with(&[], parsed(&document)).await;
        assert_eq!(text(&twin, "main/state").await, twin.document().await.to_json().to_string());
    }
}

#[tokio::test]
async fn a_difference_is_that_of_the_users_whether_it_is_written_in_one_piece_or_in_many() {
    for users in [10, 400] {
        let before = document(users);
        let twin = Twin::with(&[], parsed(&before)).await;
        let mut after = before.clone();
        let list = after["users"].as_array_mut().unwrap();
        list.drain(2..5);
        list.reverse();
        for user in list.iter_mut().step_by(3) {
            user["displayName"] = "Countess".into();
            user["pbnb"]["maxDenials"] = 7.into();
        }
        list[1].as_object_mut().unwrap().remove("expoints");
        list.insert(3, json!({"id": "00000000-0000-4000-9000-000000999999", "username": "new"}));
        let put = Call::anonymous("PUT", "/_usertwin/worlds/t/state").body("application/json", after.to_string());
        assert_eq!(twin.send(put).await.status, 204);
        assert_eq!(twin.send(Call::anonymous("GET", "/_usertwin/worlds/old/clock")).await.status, 200);
        let (before, after) = (twin.users("old").await, twin.users("t").await);
        for (from, [before, after], world) in
            [("old", [&before, &after], "t"), ("seed", [&before, &after], "t"), ("t", [&after, &before], "old")]
        {
            let diff = Diff::between(before, after);
            assert!(!diff.changed.is_empty() && !diff.added.is_empty() && !diff.removed.is_empty());
            let mut expected = json!({"world": world, "from": from, "empty": false});
            expected.as_object_mut().unwrap().extend(diff.to_json().as_object().unwrap().clone());
            assert_eq!(text(&twin, &format!("{world}/diff?from={from}")).await, expected.to_string());
        }
        let same = r#"{"world":"t","from":"t","empty":true,"added":[],"removed":[],"changed":[]}"#;
        assert_eq!(text(&twin, "t/diff?from=t").await, same);
    }
}

#[tokio::test]
async fn a_copy_for_which_no_memory_is_freed_is_503_and_a_small_one_needs_none() {
    let twin = Twin::with(&["--upload-memory=4MiB", "--request-timeout=100ms"], parsed(&document(5000))).await;
    let put = Call::anonymous("PUT", "/_usertwin/worlds/small/state").body("application/json", document(1).to_string());
    assert_eq!(twin.send(put).await.status, 204);
    let app = twin.app();
    let all = app.bodies().reserve(4 * 1024 * 1024).await.unwrap();
    for call in ["main/state", "main/diff", "small/diff?from=main", "small/diff"] {
        let answer = twin.send(Call::anonymous("GET", &format!("/_usertwin/worlds/{call}"))).await;
        assert_eq!(answer.status, 503, "{call}");
        assert!(answer.text().contains("--upload-memory is in use"), "{}", answer.text());
    }
    assert!(!text(&twin, "small/state").await.is_empty());
    drop(all);
    for _ in 0..3 {
        assert!(text(&twin, "main/state").await.len() > 1024 * 1024, "memory is given back");
        assert!(!text(&twin, "main/diff").await.is_empty());
    }
}

#[tokio::test]
async fn a_reader_of_an_export_that_stalls_holds_up_no_writer() {
    let server = server(&[]).await;
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    let mut writer = Client::connect(address).unwrap();
    let text = document(5000).to_string();
    assert_eq!(writer.send("PUT", "/_usertwin/worlds/t/state", &[], text.as_bytes()).unwrap().status, 204);
    let mut readers: Vec<Client> = (0..3).map(|_| Client::to(server.url())).collect();
    for (reader, call) in readers.iter_mut().zip(["state", "diff", "diff?from=main"]) {
        reader.send_head("GET", &format!("/_usertwin/worlds/t/{call}"), "Connection: close\r\n").skip(1);
    }
    let removed = "/_usertwin/worlds/t/users/00000000-0000-4000-9000-000000000001";
    assert_eq!(writer.send("DELETE", removed, &[], &[]).unwrap().status, 204);
    for reader in &mut readers {
        let rest = reader.until_closed();
        assert!(rest.ends_with(b"]}\r\n0\r\n\r\n"), "the answer is whole");
        let first = String::from_utf8_lossy(&rest[..4096]).into_owned();
        assert!(first.contains(r#""username":"user-1""#), "it is of the world when it was asked for: {first}");
    }
}
