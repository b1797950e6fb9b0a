//! What the control API tells of a request beyond what went over the wire: its formats decoded, why an answer has the
//! one it has, what it changed, what a fault would have done to it; and the filters and streams over them.

use crate::twin::{Answer, Call, Twin, demo_seed};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;

const REQUESTS: &str = "/_usertwin/worlds/main/requests";
const USER: &str = "/v1/core/Accounts/2/users/1";

async fn read(twin: &Twin, path: &str) -> Value {
    let answer = twin.send(Call::anonymous("GET", path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    serde_json::from_str(answer.text()).unwrap()
}

async fn latest(twin: &Twin) -> Value {
    read(twin, &format!("{REQUESTS}/latest")).await
}

async fn put_fault(twin: &Twin, query: &str, fault: Value) -> Answer {
    let path = format!("/_usertwin/worlds/main/faults{query}");
    twin.send(Call::anonymous("POST", &path).body("application/json", fault.to_string())).await
}

#[tokio::test]
async fn requests_are_found_by_advice_and_by_fault() {
    let twin = Twin::demo().await;
    twin.get(USER, "image/png").await;
    twin.get(USER, "application/json").await;
    put_fault(&twin, "", json!({"effect": {"status": 503}})).await;
    twin.get(USER, "text/xml").await;
    for (query, total) in
        [("advice=true", 1), ("advice=false", 2), ("fault=true", 1), ("fault=false", 2), ("advice=true&fault=true", 0)]
    {
        assert_eq!(read(&twin, &format!("{REQUESTS}?{query}")).await["total"], total, "{query}");
        let har = read(&twin, &format!("{REQUESTS}.har?{query}")).await;
        assert_eq!(har["log"]["entries"].as_array().unwrap().len(), total, "{query}");
    }
    let wrong = twin.send(Call::anonymous("GET", &format!("{REQUESTS}?advice=maybe"))).await;
    assert_eq!(wrong.status, 400);
}

/// The events of a stream until `count` have come.
async fn events(body: &mut axum::body::Body, count: usize) -> Vec<Value> {
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        let frame = tokio::time::timeout(Duration::from_secs(10), body.frame()).await.unwrap().unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn one_stream_tells_of_every_world_and_of_what_it_is_asked_for() {
    let twin = Twin::demo().await;
    let open = async |query: &str| {
        let answer = twin.open(Call::anonymous("GET", &format!("/_usertwin/requests/stream{query}"))).await;
        assert_eq!(answer.status(), 200, "{query}");
        answer.into_body()
    };
    let mut all = open("").await;
    let (mut of_b, mut of_expoints, mut advised) =
        (open("?world=b").await, open("?api=expoints").await, open("?advice=true").await);
    twin.get(&format!("/w/a{USER}"), "application/json").await;
    twin.get("/w/a/external/api/v3/role", "application/json").await;
    twin.get(&format!("/w/b{USER}"), "image/png").await;
    let worlds = |events: Vec<Value>| -> Vec<String> {
        events.iter().map(|event| event["world"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(worlds(events(&mut all, 3).await), ["a", "a", "b"]);
    assert_eq!(worlds(events(&mut of_b, 1).await), ["b"]);
    assert_eq!(events(&mut of_expoints, 1).await[0]["api"], "expoints");
    assert_eq!(events(&mut advised, 1).await[0]["advice"][0]["code"], "negotiation.fallback");
    for wrong in ["?api=expoint", "?world=seed", "?advice=1", "?colour=red"] {
        let answer = twin.send(Call::anonymous("GET", &format!("/_usertwin/requests/stream{wrong}"))).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn bson_is_decoded_with_its_types_and_a_form_has_its_fields() {
    let twin = Twin::demo().await;
    twin.get(USER, "application/bson").await;
    let body = &latest(&twin).await["response"]["body"];
    assert_eq!(body["decoded"]["Data"]["ID"], json!({"$numberInt": "1"}), "{body}");
    assert_eq!(body["decoded"]["Data"]["PasswordInfo"]["Password"], "*".repeat(10), "secrets are masked in it, too");
    assert!(body["base64"].is_string());
    let form = "grant_type=password&username=ada+l&password=Engine1842";
    let call = Call::anonymous("POST", "/Token").body("application/x-www-form-urlencoded", form);
    twin.send(call).await;
    let fields = &latest(&twin).await["request"]["body"]["fields"];
    assert_eq!(*fields, json!([["grant_type", "password"], ["username", "ada l"], ["password", "***"]]));
    let broken = Call::new("PATCH", USER).body("application/bson", &b"\x09\0\0\0"[..]);
    twin.send(broken).await;
    assert_eq!(latest(&twin).await["request"]["body"].get("decoded"), None);
}

#[tokio::test]
async fn an_entry_says_which_format_was_chosen_and_why() {
    let twin = Twin::demo().await;
    for (accept, chosen, because) in [
        ("application/xml;q=0.5, image/png", "application/xml", "Accept names application/xml with q=0.5."),
        ("text/*", "text/json", "Accept names text/*."),
        ("*/*", "application/json", "Accept takes anything; this is the API's first format."),
        ("image/png", "application/json", "Accept matches no format of the API; this is the API's first format."),
        (
            "application/json;q=0",
            "application/json",
            "Accept matches no format of the API; this is the API's first format.",
        ),
    ] {
        twin.get(USER, accept).await;
        assert_eq!(latest(&twin).await["negotiation"], json!({"chosen": chosen, "because": because}), "{accept}");
    }
    twin.send(Call::new("PATCH", USER).body("application/bson", &b"\x05\0\0\0\0"[..])).await;
    let own = "The request has no Accept; the request's own body has this type.";
    assert_eq!(latest(&twin).await["negotiation"], json!({"chosen": "application/bson", "because": own}));
    put_fault(&twin, "", json!({"effect": {"status": 200, "body": "x", "contentType": "text/plain"}})).await;
    twin.get(USER, "*/*").await;
    assert_eq!(latest(&twin).await["negotiation"], Value::Null);
}

async fn changed(twin: &Twin, call: Call) -> Value {
    let answer = twin.send(call).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    read(twin, &format!("{REQUESTS}/latest/diff")).await
}

#[tokio::test]
async fn a_request_tells_what_it_changed_and_nothing_else() {
    let twin = Twin::demo().await;
    let nothing = json!({"known": true, "empty": true, "added": [], "removed": [], "changed": []});
    assert_eq!(changed(&twin, Call::new("GET", USER)).await, nothing);

    let patch = Call::new("PATCH", USER)
        .body("application/json", r#"{"Username":"countess","PasswordInfo":{"Password":"Secret99x"}}"#);
    let diff = changed(&twin, patch).await;
    let members = diff["changed"][0]["members"].as_array().unwrap();
    let member = |path: &str| members.iter().find(|member| member["path"] == path).unwrap();
    assert_eq!((&member("username")["before"], &member("username")["after"]), (&json!("ada"), &json!("countess")));
    assert_eq!((&member("password")["before"], &member("password")["after"]), (&json!("***"), &json!("***")));
    assert!(!diff.to_string().contains("Engine1842") && !diff.to_string().contains("Secret99x"), "{diff}");

    let refused = Call::new("PATCH", USER).body("application/json", r#"{"Username":"grace"}"#);
    assert_eq!(changed(&twin, refused).await, nothing, "a refusal is a 200 here, and changes nothing");

    let made = Call::new("POST", "/external/api/v3/user")
        .body("application/json", r#"[{"Username":"new","Email":"new@example.com","Type":"Internal","Roles":[]}]"#);
    let diff = changed(&twin, made).await;
    assert_eq!(
        (diff["added"][0]["username"].as_str(), diff["removed"].as_array().unwrap().len()),
        (Some("new"), 0),
        "{diff}"
    );

    let moved = Call::new("PUT", "/external/api/v3/user")
        .body("application/json", r#"[{"Username":"new","Email":"new@example.com","Type":"External","Roles":[]}]"#);
    let diff = changed(&twin, moved).await;
    let types: Vec<&Value> = diff["changed"][0]["members"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|member| member["path"] == "expoints.type")
        .collect();
    assert_eq!(types, [&json!({"path": "expoints.type", "before": "Internal", "after": "External"})], "{diff}");

    let gone = changed(&twin, Call::new("DELETE", "/v1/core/Accounts/2/users/2")).await;
    let paths: Vec<&str> =
        gone["removed"].as_array().unwrap().iter().filter_map(|user| user["username"].as_str()).collect();
    assert_eq!(paths, ["grace"], "{gone}");
}

#[tokio::test]
async fn the_differences_of_requests_add_up_to_the_difference_of_the_world() {
    let twin = Twin::demo().await;
    let patch = r#"{"Username":"countess"}"#;
    let of_request = changed(&twin, Call::new("PATCH", USER).body("application/json", patch)).await;
    let of_world = read(&twin, "/_usertwin/worlds/main/diff").await;
    assert_eq!(of_request["changed"], of_world["changed"]);
}

#[tokio::test]
async fn what_a_large_batch_changed_is_not_known_and_not_guessed() {
    let twin = Twin::demo().await;
    let user = |number: usize| {
        format!(r#"{{"Username":"u{number}","Email":"u{number}@example.com","Type":"Internal","Roles":[]}}"#)
    };
    for (users, known) in [(8, true), (9, false)] {
        let list: Vec<String> = (0..users).map(|number| user(number + users * 100)).collect();
        for method in ["POST", "PUT"] {
            let call =
                Call::new(method, "/external/api/v3/user").body("application/json", format!("[{}]", list.join(",")));
            assert_eq!(changed(&twin, call).await["known"], known, "{method} {users}");
        }
    }
}

#[tokio::test]
async fn a_dry_run_names_the_requests_that_a_fault_would_have_hit_and_adds_nothing() {
    let twin = Twin::demo().await;
    for path in [USER, USER, "/external/api/v3/role", USER] {
        twin.get(path, "*/*").await;
    }
    let all = read(&twin, &format!("{REQUESTS}?api=pbnb")).await;
    let ids: Vec<&str> =
        all["requests"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    for (fault, matched, hit) in [
        (json!({"match": {"api": "pbnb"}, "effect": {"status": 503}}), 3, &ids[..]),
        (json!({"match": {"api": "pbnb"}, "skip": 1, "times": 1, "effect": {"status": 503}}), 3, &ids[1..2]),
        (json!({"match": {"api": "pbnb"}, "effect": {"rateLimit": {"requests": 2, "perSeconds": 60}}}), 3, &ids[2..]),
        (json!({"match": {"api": "reseller"}, "effect": {"status": 503}}), 0, &[]),
    ] {
        let answer = put_fault(&twin, "?dryRun=true", fault.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let expected = json!({"considered": 4, "dropped": 0, "matched": matched, "requests": hit});
        assert_eq!(serde_json::from_str::<Value>(answer.text()).unwrap(), expected, "{fault}");
    }
    assert_eq!(
        put_fault(&twin, "?dryRun=true", json!({"match": {"api": "x"}, "effect": {"status": 503}})).await.status,
        400
    );
    assert_eq!(read(&twin, "/_usertwin/worlds/main/faults").await, json!({"faults": []}));
    assert_eq!(put_fault(&twin, "?dryRun=false", json!({"effect": {"status": 503}})).await.status, 201);
}

#[tokio::test]
async fn shown_secrets_stay_shown_in_differences() {
    let twin = Twin::with(&["--journal-secrets"], demo_seed()).await;
    let patch = Call::new("PATCH", USER).body("application/json", r#"{"PasswordInfo":{"Password":"Secret99x"}}"#);
    assert!(changed(&twin, patch).await.to_string().contains("Secret99x"));
}
