//! The control API call by call: worlds, state, diff, users, clock, outbox.

use crate::twin::{Answer, Call, NOW, Twin};
use serde_json::{Value, json};

const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const PBNB_ADA: &str = "/v1/core/Accounts/2/users/1";

async fn control(twin: &Twin, method: &str, path: &str, body: &str) -> Answer {
    let call = Call::anonymous(method, &format!("/_usertwin{path}"));
    twin.send(if body.is_empty() { call } else { call.body("application/json", body) }).await
}

async fn get(twin: &Twin, path: &str) -> Value {
    let answer = control(twin, "GET", path, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// A whole answer of a call that has no body.
fn nothing(answer: &Answer) {
    assert_eq!(answer.whole(), "204\nno content type\n");
}

/// Status and detail of a problem document.
fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(document["type"], "about:blank");
    assert_eq!(document["status"], answer.status.as_u16());
    (answer.status.as_u16(), document["detail"].as_str().unwrap().to_owned())
}

async fn rename(twin: &Twin, world: &str, name: &str) {
    let body = format!(r#"{{"Username":"{name}"}}"#);
    let call = Call::new("PATCH", &format!("/w/{world}{PBNB_ADA}")).body("application/json", body);
    assert_eq!(twin.send(call).await.status, 200);
}

async fn username(twin: &Twin, world: &str) -> String {
    get(twin, &format!("/worlds/{world}/users/{ADA}")).await["username"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn worlds_are_listed_forked_and_dropped() {
    let twin = Twin::demo().await;
    let users = usertwin::Apis::four().demo_seed().users.len();
    let listed = get(&twin, "/worlds").await["worlds"].clone();
    let [main] = listed.as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&main["name"], &main["users"]), (&json!("main"), &json!(users)));
    rename(&twin, "main", "countess").await;
    let made = control(&twin, "POST", "/worlds", r#"{"name":"t1","from":"main"}"#).await;
    assert_eq!(made.whole(), "201\napplication/json\n{\"name\":\"t1\"}");
    assert_eq!(made.header("location").as_deref(), Some("/_usertwin/worlds/t1/state"));
    assert_eq!(control(&twin, "POST", "/worlds", r#"{"name":"t2"}"#).await.status, 201);
    assert_eq!((username(&twin, "t1").await, username(&twin, "t2").await), ("countess".into(), "ada".into()));
    let again = control(&twin, "POST", "/worlds", r#"{"name":"t1","from":"main"}"#).await;
    assert_eq!(problem(&again), (409, "There is a world of the same name; nothing was changed.".into()));
    assert_eq!(problem(&control(&twin, "POST", "/worlds", r#"{"name":"t2"}"#).await).0, 409);
    let lost = control(&twin, "POST", "/worlds", r#"{"name":"t3","from":"t9"}"#).await;
    assert_eq!(problem(&lost), (404, "There is no world 't9' to copy from.".into()));
    nothing(&control(&twin, "DELETE", "/worlds/t1", "").await);
    // One that does not exist is dropped already.
    nothing(&control(&twin, "DELETE", "/worlds/t1", "").await);
    let names: Vec<Value> =
        get(&twin, "/worlds").await["worlds"].as_array().unwrap().iter().map(|world| world["name"].clone()).collect();
    assert_eq!(names, ["main", "t2"]);
}

#[tokio::test]
async fn a_reset_goes_back_to_the_seed_or_to_a_snapshot() {
    let twin = Twin::demo().await;
    rename(&twin, "t", "first").await;
    assert_eq!(control(&twin, "POST", "/worlds", r#"{"name":"snap","from":"t"}"#).await.status, 201);
    rename(&twin, "t", "second").await;
    nothing(&control(&twin, "POST", "/worlds/t/reset", r#"{"from":"snap"}"#).await);
    assert_eq!(username(&twin, "t").await, "first");
    for body in ["", "{}", r#"{"from":"seed"}"#, r#"{"from":"main"}"#] {
        rename(&twin, "t", "third").await;
        nothing(&control(&twin, "POST", "/worlds/t/reset", body).await);
        assert_eq!(username(&twin, "t").await, "ada", "{body}");
    }
    let lost = control(&twin, "POST", "/worlds/t/reset", r#"{"from":"snpa"}"#).await;
    assert_eq!(problem(&lost), (404, "There is no world 'snpa' to copy from.".into()));
}

#[tokio::test]
async fn a_reset_starts_clock_and_identifiers_again() {
    let twin = Twin::demo().await;
    let first = control(&twin, "POST", "/worlds/t/users", r#"{"username":"new"}"#).await;
    assert_eq!(control(&twin, "PUT", "/worlds/t/clock", r#"{"advance":"P1D"}"#).await.status, 200);
    nothing(&control(&twin, "POST", "/worlds/t/reset", "").await);
    assert_eq!(get(&twin, "/worlds/t/clock").await, json!({ "now": NOW, "frozen": true }));
    let second = control(&twin, "POST", "/worlds/t/users", r#"{"username":"new"}"#).await;
    assert_eq!(first.whole(), second.whole());
}

#[tokio::test]
async fn a_state_that_was_exported_can_be_put_back() {
    let twin = Twin::demo().await;
    let before = control(&twin, "GET", "/worlds/t/state", "").await;
    assert_eq!(before.header("content-type").as_deref(), Some("application/json"));
    nothing(&control(&twin, "PUT", "/worlds/t/state", r#"{"clock":{"now":"2030-01-01T00:00:00Z"}}"#).await);
    let empty = get(&twin, "/worlds/t/state").await;
    assert_eq!((empty["users"].clone(), empty["clock"]["frozen"].clone()), (json!([]), json!(false)));
    nothing(&control(&twin, "PUT", "/worlds/t/state", before.text()).await);
    assert_eq!(control(&twin, "GET", "/worlds/t/state", "").await.whole(), before.whole());
}

#[tokio::test]
async fn a_state_with_problems_lists_every_one_and_changes_nothing() {
    let twin = Twin::demo().await;
    let before = control(&twin, "GET", "/worlds/t/state", "").await;
    let answer = control(&twin, "PUT", "/worlds/t/state", "{\n\"users\":[{\n\"enabled\":1,\n\"x\":2}]}").await;
    let (status, detail) = problem(&answer);
    assert_eq!(status, 400);
    assert!(detail.starts_with("The document has 2 problems and changed nothing. The first: 3: users[0].enabled: "));
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    let places: Vec<_> = document["problems"].as_array().unwrap().iter().map(|p| (&p["line"], &p["path"])).collect();
    assert_eq!(places, [(&json!(3), &json!("users[0].enabled")), (&json!(4), &json!("users[0].x"))]);
    assert_eq!(control(&twin, "GET", "/worlds/t/state", "").await.whole(), before.whole());
    for bad in ["", "[", "\u{1}", "nul"] {
        assert_eq!(control(&twin, "PUT", "/worlds/t/state", bad).await.status, 400, "{bad:?}");
    }
}

#[tokio::test]
async fn a_diff_lists_added_removed_and_changed_users() {
    let twin = Twin::demo().await;
    let empty = control(&twin, "GET", "/worlds/t/diff", "").await;
    assert_eq!(
        empty.whole(),
        "200\napplication/json\n\
         {\"world\":\"t\",\"from\":\"seed\",\"empty\":true,\"added\":[],\"removed\":[],\"changed\":[]}"
    );
    assert_eq!(control(&twin, "POST", "/worlds", r#"{"name":"snap","from":"t"}"#).await.status, 201);
    rename(&twin, "t", "countess").await;
    let made = control(&twin, "POST", "/worlds/t/users", r#"{"username":"new"}"#).await;
    let made: Value = serde_json::from_slice(&made.body).unwrap();
    let last = usertwin::Apis::four().demo_seed().users.last().unwrap().clone();
    nothing(&control(&twin, "DELETE", &format!("/worlds/t/users/{}", last.shared.id), "").await);
    let diff = get(&twin, "/worlds/t/diff?from=snap").await;
    let mut expected = json!({
        "world": "t", "from": "snap", "empty": false, "added": [made], "removed": [last.to_json()],
        "changed": [{ "id": ADA, "username": "countess",
                      "members": [{ "path": "username", "before": "ada", "after": "countess" }] }],
    });
    assert_eq!(diff, expected);
    expected["from"] = "seed".into();
    assert_eq!(get(&twin, "/worlds/t/diff?from=seed").await, expected);
    for (path, status) in [("?from=nobody", 404), ("?form=seed", 400), ("?from=a%20b", 400)] {
        let answer = control(&twin, "GET", &format!("/worlds/t/diff{path}"), "").await;
        assert_eq!(problem(&answer).0, status, "{path}");
    }
}

#[tokio::test]
async fn users_come_in_pages_in_the_order_of_the_document() {
    let twin = Twin::demo().await;
    let all: Vec<Value> = usertwin::Apis::four().demo_seed().users.iter().map(|user| user.to_json()).collect();
    assert_eq!(get(&twin, "/worlds/main/users").await, json!({ "users": all, "next": null }));
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&twin, &format!("/worlds/main/users?limit=2{after}")).await;
        seen.extend(page["users"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let found = async |search: &str| {
        let page = get(&twin, &format!("/worlds/main/users?search={search}")).await;
        page["users"].as_array().unwrap().iter().map(|user| user["username"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("ADA").await, ["ada"]);
    assert_eq!(found("LOVELACE").await, ["ada"]);
    assert_eq!(found("ada%40EXAMPLE").await, ["ada"]);
    assert!(found("no%25such").await.is_empty());
    let greek = r#"{"username":"ΝΙΚΟΣ","email":"Ä@x","displayName":"ÉLISE","pbnb":{"accountId":2}}"#;
    assert_eq!(control(&twin, "POST", "/worlds/main/users", greek).await.status, 201);
    // ικος, ä@x and élise.
    for search in ["%CE%B9%CE%BA%CE%BF%CF%82", "%C3%A4@x", "%C3%A9lise"] {
        assert_eq!(found(search).await, ["ΝΙΚΟΣ"], "{search}");
    }
    for query in ["limit=0", "limit=1001", "limit=x", "after=x", "after=00000000-0000-0000-0000-000000000000", "q=a"] {
        let answer = control(&twin, "GET", &format!("/worlds/main/users?{query}"), "").await;
        assert_eq!(problem(&answer).0, 400, "{query}");
    }
}

#[tokio::test]
async fn a_user_is_added_read_replaced_and_removed_in_the_form_of_the_document() {
    let twin = Twin::demo().await;
    let made = control(&twin, "POST", "/worlds/main/users", r#"{"username":"new","pbnb":{"accountId":2}}"#).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let user: Value = serde_json::from_slice(&made.body).unwrap();
    let path = format!("/worlds/main/users/{}", user["id"].as_str().unwrap());
    assert_eq!(made.header("location"), Some(format!("/_usertwin{path}")));
    assert_eq!((&user["createdAt"], &user["modifiedAt"]), (&json!(NOW), &json!(NOW)));
    assert_eq!(user["pbnb"]["provisioningId"], user["id"]);
    let number = user["pbnb"]["userId"].as_i64().unwrap();
    let seen = twin.get(&format!("/v1/core/Accounts/2/users/{number}"), "application/json").await;
    assert!(seen.text().contains(r#""Username":"new""#), "{}", seen.text());
    assert_eq!(get(&twin, &path).await, user);

    let put = r#"{"username":"newer","enabled":false,"pbnb":{"accountId":2},"expoints":{}}"#;
    let replaced = control(&twin, "PUT", &path, put).await;
    let mut expected = user.clone();
    expected["username"] = "newer".into();
    expected["enabled"] = false.into();
    expected["pbnb"]["status"] = "Disabled".into();
    expected["expoints"] = json!({ "type": "Internal", "hasSingleActiveRole": false, "roles": [] });
    assert_eq!(replaced.whole(), format!("200\napplication/json\n{expected}"));
    assert_eq!(get(&twin, &path).await, expected);
    let whole = get(&twin, &format!("/worlds/main/users/{ADA}")).await;
    let same = control(&twin, "PUT", &format!("/worlds/main/users/{ADA}"), &whole.to_string()).await;
    assert_eq!(same.text(), whole.to_string());

    assert_eq!(control(&twin, "PUT", &path, r#"{"username":"newest","expoints":{}}"#).await.status, 200);
    let gone = twin.get(&format!("/v1/core/Accounts/2/users/{number}"), "application/json").await;
    assert_ne!(gone.whole(), seen.whole());
    assert!(!gone.text().contains(r#""Username":"#), "{}", gone.text());
    let bare = control(&twin, "PUT", &path, r#"{"username":"bare"}"#).await;
    assert_eq!(bare.status, 200, "{}", bare.text());
    assert_eq!(get(&twin, &path).await["username"], "bare");
    nothing(&control(&twin, "DELETE", &path, "").await);
    for method in ["GET", "PUT", "DELETE"] {
        let answer = control(&twin, method, &path, if method == "PUT" { "{}" } else { "" }).await;
        assert_eq!(problem(&answer), (404, format!("No user has the id '{}'.", user["id"].as_str().unwrap())));
    }
}

#[tokio::test]
async fn users_that_break_a_rule_are_refused_and_change_nothing() {
    let twin = Twin::demo().await;
    let before = control(&twin, "GET", "/worlds/main/state", "").await;
    let other = usertwin::Apis::four().demo_seed().users[1].shared.username.clone().unwrap();
    let ada = format!("/worlds/main/users/{ADA}");
    for (method, path, body, status) in [
        ("POST", "/worlds/main/users", r#"{"username":"ADA"}"#.to_owned(), 409),
        ("POST", "/worlds/main/users", format!(r#"{{"id":"{ADA}","username":"x"}}"#), 409),
        ("POST", "/worlds/main/users", r#"{"username":"x","pbnb":{"accountId":2,"userId":1}}"#.to_owned(), 409),
        ("POST", "/worlds/main/users", r#"{"username":"x","pbnb":{"accountId":99}}"#.to_owned(), 400),
        ("POST", "/worlds/main/users", r#"{"name":"x"}"#.to_owned(), 400),
        ("POST", "/worlds/main/users", "[]".to_owned(), 400),
        ("PUT", &ada, format!(r#"{{"username":"{other}"}}"#), 409),
        ("PUT", &ada, r#"{"id":"00000000-0000-0000-0000-000000000001"}"#.to_owned(), 400),
    ] {
        let answer = control(&twin, method, path, &body).await;
        assert_eq!(problem(&answer).0, status, "{body}: {}", answer.text());
    }
    assert_eq!(control(&twin, "GET", "/worlds/main/state", "").await.whole(), before.whole());
}

#[tokio::test]
async fn the_clock_is_set_moved_stopped_and_let_go() {
    let twin = Twin::demo().await;
    let put = async |body: &str| control(&twin, "PUT", "/worlds/t/clock", body).await;
    let set = put(r#"{"now":"2024-03-28T09:12:49+01:00","frozen":true}"#).await;
    assert_eq!(set.whole(), "200\napplication/json\n{\"now\":\"2024-03-28T08:12:49Z\",\"frozen\":true}");
    let moved = put(r#"{"advance":"P1M"}"#).await;
    assert_eq!(moved.text(), r#"{"now":"2024-04-28T08:12:49Z","frozen":true}"#);
    let made = control(&twin, "POST", "/worlds/t/users", r#"{"username":"new"}"#).await;
    assert!(made.text().contains(r#""createdAt":"2024-04-28T08:12:49Z""#), "{}", made.text());
    assert!(put(r#"{"frozen":false}"#).await.text().starts_with(r#"{"now":"2024-04-28T08:1"#));
    assert_eq!(get(&twin, "/worlds/t/clock").await["frozen"], false);
    let real = put("{}").await;
    assert!(!real.text().contains("2024"), "{}", real.text());
    let state = get(&twin, "/worlds/t/state").await;
    assert_eq!(state["clock"], Value::Null);
    assert_eq!(get(&twin, "/worlds/main/clock").await["now"], NOW);
    for body in [
        "",
        "[]",
        "{",
        r#"{"now":"yesterday"}"#,
        r#"{"now":1}"#,
        r#"{"advance":"1h"}"#,
        r#"{"advance":"P99999Y"}"#,
        r#"{"advance":"PT1H","frozen":true}"#,
        r#"{"speed":2}"#,
    ] {
        assert_eq!(problem(&put(body).await).0, 400, "{body}");
    }
}

#[tokio::test]
async fn tokens_end_by_the_clock_of_their_world() {
    let seed = r#"{"pbnb":{"accounts":[{"id":2}]},"users":[{"username":"a","pbnb":{"accountId":2,"userId":1}}],
                   "tokens":[{"token":"good","expiresAt":"2024-03-28T09:00:00Z"}]}"#;
    let twin = Twin::seeded(seed).await;
    let status = async |world: &str| twin.get(&format!("/w/{world}{PBNB_ADA}"), "*/*").await.status.as_u16();
    assert_eq!((status("a").await, status("b").await), (200, 200));
    assert_eq!(control(&twin, "PUT", "/worlds/a/clock", r#"{"advance":"PT48M"}"#).await.status, 200);
    assert_eq!((status("a").await, status("b").await), (401, 200));
}

#[tokio::test]
async fn the_outbox_of_a_fresh_world_is_empty() {
    assert_eq!(get(&Twin::demo().await, "/worlds/t/outbox").await, json!({ "mails": [] }));
}

#[tokio::test]
async fn a_list_in_the_place_of_an_object_is_refused_however_deep() {
    let twin = Twin::demo().await;
    for (path, body) in [
        ("/worlds/main/verify", r#"{"match":[],"times":{"exactly":0}}"#),
        ("/worlds/main/verify", r#"{"match":[null,null],"times":{"exactly":0}}"#),
        ("/worlds/main/verify", r#"{"times":[0]}"#),
        ("/worlds/main/faults", r#"{"match":[],"effect":{"delayMs":5}}"#),
        ("/worlds/main/faults", r#"{"effect":[500]}"#),
        ("/worlds/main/faults", r#"{"effect":{"rateLimit":[1,1]}}"#),
        ("/worlds/main/faults", r#"{"effect":{"delayMs":[1,2]}}"#),
    ] {
        let (status, detail) = problem(&control(&twin, "POST", path, body).await);
        assert_eq!(status, 400, "{body}");
        assert!(detail.starts_with("The body is not what this call takes: "), "{body} {detail}");
    }
    let fault = r#"{"match":{"api":"pbnb"},"effect":{"delayMs":{"min":1,"max":2},"rateLimit":null}}"#;
    assert_eq!(control(&twin, "POST", "/worlds/main/faults", fault).await.status, 201);
}

#[tokio::test]
async fn bodies_that_are_not_a_valid_call_are_refused_with_a_sentence() {
    let twin = Twin::demo().await;
    for (path, body, detail) in [
        ("/worlds", "", "The body must be a JSON object."),
        ("/worlds", "[\"t\"]", "The body must be a JSON object."),
        (
            "/worlds",
            "{\"name\":\"a b\"}",
            "\"a b\" is not a name for a world: use 1 to 64 of A-Z a-z 0-9 . _ -, but not '.', '..' or 'seed'.",
        ),
        (
            "/worlds",
            "{\"name\":\"seed\"}",
            "\"seed\" is not a name for a world: use 1 to 64 of A-Z a-z 0-9 . _ -, but not '.', '..' or 'seed'.",
        ),
        (
            "/worlds",
            "{\"nam\":\"t\"}",
            "The body is not what this call takes: unknown field `nam`, expected one of `name`, `from`, `idle` at line 1 column 6.",
        ),
        ("/worlds", "{}", "The body is not what this call takes: missing field `name` at line 1 column 2."),
    ] {
        let answer = control(&twin, "POST", path, body).await;
        assert_eq!(problem(&answer), (400, detail.to_owned()), "{body}");
    }
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/worlds/a%20b/state", 400),
        ("PATCH", "/worlds/t/state", 405),
        ("GET", "/worlds/t/users/x", 404),
        ("GET", "/openapi/other.json", 404),
    ] {
        assert_eq!(problem(&control(&twin, method, path, "").await).0, status, "{method} {path}");
    }
    let small = Twin::with(&["--body-limit", "16"], usertwin::Apis::four().demo_seed()).await;
    let answer = control(&small, "PUT", "/worlds/t/state", "{\"users\":      []}").await;
    assert_eq!(problem(&answer), (413, "The body is longer than --body-limit, 16 bytes.".into()));
    let one = Twin::with(&["--max-worlds", "1"], usertwin::Apis::four().demo_seed()).await;
    assert_eq!(control(&one, "POST", "/worlds", r#"{"name":"a"}"#).await.status, 201);
    assert_eq!(problem(&control(&one, "POST", "/worlds", r#"{"name":"b"}"#).await).0, 507);
    assert_eq!(problem(&control(&one, "GET", "/worlds/b/state", "").await).0, 507);
    assert_eq!(get(&one, "/worlds").await["worlds"][0]["name"], "a");
}
