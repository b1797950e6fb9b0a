//! Faults and `Prefer`: each effect in the API's own error format, counts per world, and connections that are cut.

use crate::support::client::Client;
use crate::twin::{Answer, Call, NOW, Twin};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PBNB: &str = "/v1/core/Accounts/2/users/1";
const RESELLER: &str =
    "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
const EXPOINTS: &str = "/external/api/v3/user";
const ADMIN: &str = "/api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f";

fn value(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

async fn ask(twin: &Twin, method: &str, world: &str, rest: &str, body: &str) -> Answer {
    let path = format!("/_usertwin/worlds/{world}/faults{rest}");
    twin.send(Call::anonymous(method, &path).body("application/json", body)).await
}

async fn add(twin: &Twin, world: &str, body: Value) -> Value {
    let answer = ask(twin, "POST", world, "", &body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    value(&answer)
}

async fn latest(twin: &Twin) -> Value {
    value(&twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await)
}

async fn statuses(twin: &Twin, path: &str, count: usize) -> Vec<u16> {
    let mut seen = Vec::new();
    for _ in 0..count {
        seen.push(twin.get(path, "*/*").await.status.as_u16());
    }
    seen
}

#[tokio::test]
async fn a_status_fault_is_answered_in_each_apis_error_format() {
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"effect": {"status": 503, "retryAfter": 2}})).await;
    let sentence = "The server is unable to process the request at the moment, try again later.";
    let json = format!("503\napplication/json; charset=utf-8\n{{\"Message\":\"{sentence}\"}}");
    let xml = format!("503\napplication/xml; charset=utf-8\n<Error><Message>{sentence}</Message></Error>");
    let envelope = format!(
        "503\napplication/json; charset=utf-8\n{{\"error\":503,\"message\":\"Service Unavailable\",\
         \"status\":\"error\",\"timestamp\":\"{NOW}\"}}"
    );
    for (method, path, accept, expected) in [
        ("GET", PBNB, "application/json", &json),
        ("GET", PBNB, "application/xml", &xml),
        ("PUT", EXPOINTS, "application/xml", &xml),
        ("PUT", ADMIN, "application/json", &json),
        ("PATCH", RESELLER, "application/xml", &envelope),
    ] {
        let answer = twin.send(Call::new(method, path).header("accept", accept)).await;
        assert_eq!((&answer.whole(), answer.header("retry-after").as_deref()), (expected, Some("2")), "{path}");
    }
}

#[tokio::test]
async fn the_statuses_that_expoints_documents_have_their_sentences() {
    let twin = Twin::demo().await;
    for (status, sentence) in [
        (401, "Authorization has been denied for this request."),
        (403, "Authorization has been denied for this request."),
        (408, "The server timed out waiting for the request."),
        (418, "I'm a teapot"),
        (429, "Too many requests in a given amount of time."),
        (500, "An error has occurred."),
    ] {
        let prefer = format!("status={status}");
        let answer = twin.send(Call::new("PUT", EXPOINTS).header("prefer", &prefer)).await;
        assert_eq!((answer.status.as_u16(), value(&answer)), (status, json!({"Message": sentence})));
        assert_eq!(answer.header("preference-applied"), Some(prefer));
    }
}

#[tokio::test]
async fn skip_and_times_count_matching_requests_of_one_world() {
    let twin = Twin::demo().await;
    let flaky = json!({"name": "flaky", "match": {"operation": "getUser", "path": "*/users/1"}, "skip": 1, "times": 2,
                       "effect": {"status": 500}});
    let added = add(&twin, "main", flaky).await;
    assert_eq!(statuses(&twin, "/v1/core/Accounts/2/users/7", 1).await, [200]);
    assert_eq!(statuses(&twin, &format!("/w/other{PBNB}"), 3).await, [200, 200, 200]);
    assert_eq!(statuses(&twin, PBNB, 5).await, [200, 500, 500, 200, 200]);
    let listed = value(&ask(&twin, "GET", "main", "", "").await);
    let expected = json!({"faults": [{
        "id": added["id"], "name": "flaky", "match": {"operation": "getUser", "path": "*/users/1"}, "skip": 1,
        "times": 2, "probability": 1.0, "effect": {"status": 500}, "matched": 5, "applied": 2}]});
    assert_eq!(listed, expected);
    assert_eq!(value(&ask(&twin, "GET", "other", "", "").await), json!({"faults": []}));
}

#[tokio::test]
async fn the_first_fault_that_matches_applies_until_it_is_removed() {
    let twin = Twin::demo().await;
    let first = add(&twin, "main", json!({"match": {"api": "pbnb"}, "effect": {"status": 500}})).await;
    add(&twin, "main", json!({"match": {"method": "get"}, "effect": {"status": 503}})).await;
    assert_eq!(statuses(&twin, PBNB, 1).await, [500]);
    let entry = latest(&twin).await;
    assert_eq!(entry["fault"], json!({"id": first["id"], "name": null, "effect": {"status": 500}}));
    let id = format!("/{}", first["id"].as_str().unwrap());
    assert_eq!(ask(&twin, "DELETE", "main", &id, "").await.status, 204);
    assert_eq!(ask(&twin, "DELETE", "main", &id, "").await.status, 404);
    assert_eq!(statuses(&twin, PBNB, 1).await, [503]);
    assert_eq!(ask(&twin, "DELETE", "main", "", "").await.status, 204);
    assert_eq!(statuses(&twin, PBNB, 1).await, [200]);
    assert_eq!(latest(&twin).await["fault"], Value::Null);
}

#[tokio::test]
async fn a_fault_may_look_at_the_body() {
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"match": {"bodyContains": "countess"}, "effect": {"status": 500}})).await;
    let rename = |name: &str| Call::new("PATCH", PBNB).body("application/json", format!(r#"{{"Username":"{name}"}}"#));
    assert_eq!(twin.send(rename("countess")).await.status, 500);
    assert_eq!(twin.send(rename("ada2")).await.status, 200);
}

#[tokio::test]
async fn a_probability_gives_the_same_sequence_in_every_run_and_world_by_itself() {
    let mut runs = Vec::new();
    for busy in [false, true] {
        let twin = Twin::demo().await;
        // One that is certain draws nothing.
        add(&twin, "main", json!({"match": {"path": "*/users/7"}, "effect": {"status": 500}})).await;
        let fault = json!({"probability": 0.5, "effect": {"status": 500}});
        add(&twin, "main", fault.clone()).await;
        if busy {
            statuses(&twin, "/v1/core/Accounts/2/users/7", 7).await;
            add(&twin, "other", fault).await;
            statuses(&twin, &format!("/w/other{PBNB}"), 7).await;
        }
        runs.push(statuses(&twin, PBNB, 60).await);
    }
    assert_eq!(runs[0], runs[1]);
    let failed = runs[0].iter().filter(|status| **status == 500).count();
    assert!((15..46).contains(&failed), "{failed} of 60");
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"probability": 0.0, "effect": {"status": 500}})).await;
    assert_eq!(statuses(&twin, PBNB, 3).await, [200, 200, 200]);
}

#[tokio::test]
async fn a_rate_limit_follows_the_worlds_clock_and_early_retries_are_noted() {
    let twin = Twin::demo().await;
    let limit = json!({"effect": {"rateLimit": {"requests": 2, "perSeconds": 60}}});
    add(&twin, "main", limit).await;
    assert_eq!(statuses(&twin, PBNB, 3).await, [200, 200, 429]);
    assert_eq!(latest(&twin).await["advice"], json!([]));
    let refused = twin.send(Call::new("PUT", EXPOINTS)).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after").as_deref()), (429, Some("30")));
    assert_eq!(value(&refused), json!({"Message": "Too many requests in a given amount of time."}));
    // Another API was never asked to wait; this one was.
    assert_eq!(latest(&twin).await["advice"], json!([]));
    twin.get("/v1/core/Accounts/2/users/7", "*/*").await;
    let early = json!([{"code": "client.retried-too-early",
                        "message": "The request came back 30 s before Retry-After had passed."}]);
    assert_eq!(latest(&twin).await["advice"], early);
    twin.advance(30).await;
    assert_eq!(statuses(&twin, PBNB, 2).await, [200, 429]);
    let entries = value(&twin.get("/_usertwin/worlds/main/requests?status=200", "*/*").await);
    assert_eq!(entries["requests"].as_array().unwrap().last().unwrap()["advice"], json!([]));
}

#[tokio::test]
async fn waits_that_are_over_make_room_for_new_ones() {
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"effect": {"status": 503, "retryAfter": 10}})).await;
    let user = |number: u32| format!("/v1/core/Accounts/2/users/{number}");
    // As many as a world remembers.
    for number in 0..1000 {
        twin.get(&user(number), "*/*").await;
    }
    twin.get(&user(2000), "*/*").await;
    twin.get(&user(2000), "*/*").await;
    assert_eq!(latest(&twin).await["advice"], json!([]), "one too many is not remembered");
    twin.advance(10).await;
    twin.get(&user(2000), "*/*").await;
    assert_eq!(latest(&twin).await["advice"], json!([]));
    twin.get(&user(2000), "*/*").await;
    assert_eq!(latest(&twin).await["advice"][0]["code"], "client.retried-too-early");
    twin.advance(10).await;
    twin.get(&user(2000), "*/*").await;
    assert_eq!(latest(&twin).await["advice"], json!([]), "at its end a wait is over");
}

#[tokio::test]
async fn a_canned_answer_is_sent_as_it_is_written() {
    let twin = Twin::demo().await;
    let body = "<html>gateway</html>";
    add(&twin, "main", json!({"effect": {"status": 502, "contentType": "text/html", "body": body}})).await;
    assert_eq!(twin.get(PBNB, "application/json").await.whole(), format!("502\ntext/html\n{body}"));
    ask(&twin, "DELETE", "main", "", "").await;
    add(&twin, "main", json!({"effect": {"body": ""}})).await;
    assert_eq!(twin.get(PBNB, "application/json").await.whole(), "200\nno content type\n");
}

#[tokio::test]
async fn delays_hold_the_answer_back_and_are_recorded() {
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"times": 1, "effect": {"delayMs": {"min": 80, "max": 90}, "status": 500}})).await;
    let started = Instant::now();
    assert_eq!(statuses(&twin, PBNB, 1).await, [500]);
    assert!(started.elapsed() >= Duration::from_millis(80));
    assert!(latest(&twin).await["durationMs"].as_f64().unwrap() >= 80.0);
    let started = Instant::now();
    let answer = twin.send(Call::new("GET", PBNB).header("prefer", "delay=60, respond-async")).await;
    assert!(started.elapsed() >= Duration::from_millis(60));
    assert_eq!((answer.status.as_u16(), answer.header("preference-applied").as_deref()), (200, Some("delay=60")));
    assert_eq!(latest(&twin).await["fault"], json!({"prefer": "delay=60"}));
}

#[tokio::test]
async fn a_preference_beats_the_faults_and_leaves_their_counts_alone() {
    let twin = Twin::demo().await;
    add(&twin, "main", json!({"times": 1, "effect": {"status": 500}})).await;
    let call = || Call::new("GET", PBNB).header("prefer", "status=503; delay=1");
    assert_eq!(twin.send(call()).await.status, 503);
    assert_eq!(latest(&twin).await["fault"], json!({"prefer": "status=503, delay=1"}));
    assert_eq!(statuses(&twin, PBNB, 2).await, [500, 200]);
    let ignored = twin.send(Call::new("GET", PBNB).header("prefer", "status=99, status=200, wait=1")).await;
    assert_eq!((ignored.status.as_u16(), ignored.header("preference-applied")), (200, None));
}

#[tokio::test]
async fn a_fault_finds_its_text_at_the_end_of_a_large_body_and_the_next_one_applies_where_it_does_not() {
    let twin = Twin::demo().await;
    for (text, status) in [("needle", 503), ("", 500)] {
        let fault = json!({"match": {"method": "PATCH", "bodyContains": text}, "effect": {"status": status}});
        assert_eq!(ask(&twin, "POST", "main", "", &fault.to_string()).await.status, 201);
    }
    for padding in [10, 100_000, 400_000] {
        for (end, status) in [("needle", 503), ("thread", 500)] {
            let body = format!(r#"{{"Padding":"{}{end}"}}"#, "x".repeat(padding));
            let answer = twin.send(Call::new("PATCH", PBNB).body("application/json", body)).await;
            assert_eq!(answer.status.as_u16(), status, "{padding} {end}");
        }
    }
    let shown = value(&ask(&twin, "GET", "main", "", "").await);
    let matched: Vec<_> = shown["faults"].as_array().unwrap().iter().map(|fault| fault["matched"].clone()).collect();
    assert_eq!(matched, [3, 3]);
}

#[tokio::test]
async fn meaningless_faults_are_refused_with_a_sentence() {
    let twin = Twin::demo().await;
    for (body, sentence) in [
        (r#"{"effect":{}}"#, "'effect' has no effect."),
        (r#"{"effect":{"status":200}}"#, "'effect.status' must be from 400 to 599."),
        (
            r#"{"effect":{"status":503,"truncateBody":0.5}}"#,
            "'effect' has two outcomes; a fault has one, and optionally a delay.",
        ),
        (r#"{"effect":{"truncateBody":1}}"#, "'effect.truncateBody' must be at least 0 and less than 1."),
        (r#"{"effect":{"delayMs":{"min":2,"max":1}}}"#, "'effect.delayMs' has a min above its max."),
        (r#"{"effect":{"delayMs":600001}}"#, "'effect.delayMs' must be at most 600000."),
        (
            r#"{"effect":{"rateLimit":{"requests":0,"perSeconds":1}}}"#,
            "'effect.rateLimit' must allow at least one request in at least one second.",
        ),
        (r#"{"effect":{"retryAfter":1,"delayMs":1}}"#, "'effect.retryAfter' belongs to a status."),
        (r#"{"effect":{"contentType":"a/b","delayMs":1}}"#, "'effect.contentType' belongs to a body."),
        (r#"{"probability":1.5,"effect":{"status":500}}"#, "'probability' must be from 0 to 1."),
        (
            r#"{"match":{"status":200},"effect":{"status":500}}"#,
            "'match.status' has no place in a fault, which is chosen before there is a status.",
        ),
        (
            r#"{"effect":{"status":500},"colour":1}"#,
            "The body is not what this call takes: unknown field `colour`, expected one of `name`, `match`, `skip`, `times`, `probability`, `effect` at line 1 column 33.",
        ),
    ] {
        let answer = ask(&twin, "POST", "main", "", body).await;
        assert_eq!((answer.status.as_u16(), &value(&answer)["detail"]), (400, &json!(sentence)), "{body}");
    }
    assert_eq!(value(&ask(&twin, "GET", "main", "", "").await), json!({"faults": []}));
    assert_eq!(statuses(&twin, PBNB, 1).await, [200]);
    // The longest delay itself is one.
    add(&twin, "main", json!({"match": {"path": "/never"}, "effect": {"delayMs": 600_000}})).await;
}

#[tokio::test]
async fn a_world_holds_at_most_a_thousand_faults() {
    let twin = Twin::demo().await;
    let fault = r#"{"match":{"path":"/never"},"effect":{"status":500}}"#;
    for _ in 0..usertwin::pipeline::faults::MAX_FAULTS {
        assert_eq!(ask(&twin, "POST", "main", "", fault).await.status, 201);
    }
    let refused = ask(&twin, "POST", "main", "", fault).await;
    let sentence = "World 'main' holds 1000 faults; remove some first.";
    assert_eq!((refused.status.as_u16(), &value(&refused)["detail"]), (409, &json!(sentence)));
    assert_eq!(ask(&twin, "POST", "other", "", fault).await.status, 201);
    let metrics = twin.get("/_usertwin/metrics", "*/*").await;
    assert!(metrics.text().contains("\nusertwin_faults 1001\n"), "{}", metrics.text());
}

/// Everything that a server sends over a real connection until it closes that.
async fn over_a_socket(twin: &Twin, prefer: &str) -> Vec<u8> {
    let mut client = Client::connect(twin.listen().await).unwrap();
    client.send_head("GET", PBNB, prefer);
    tokio::task::spawn_blocking(move || client.until_closed()).await.unwrap()
}

#[tokio::test]
async fn a_disconnect_before_the_response_sends_not_one_byte() {
    let twin = Twin::demo().await;
    assert_eq!(over_a_socket(&twin, "Prefer: disconnect=before-response\r\n").await, b"");
    let entry = latest(&twin).await;
    assert_eq!((&entry["status"], &entry["response"]), (&Value::Null, &json!({"headers": [], "body": null})));
    add(&twin, "main", json!({"times": 1, "effect": {"disconnect": "beforeResponse"}})).await;
    assert_eq!(over_a_socket(&twin, "").await, b"");
}

#[tokio::test]
async fn a_cut_body_is_shorter_than_its_length_says() {
    let twin = Twin::demo().await;
    let whole = twin.get(PBNB, "application/json").await.body;
    for (fault, prefer, part) in [
        (Some(json!({"disconnect": "midBody"})), "", 0.5),
        (Some(json!({"truncateBody": 0.25})), "", 0.25),
        (Some(json!({"truncateBody": 0.0})), "", 0.0),
        (None, "Prefer: disconnect=mid-body\r\n", 0.5),
    ] {
        if let Some(effect) = fault {
            add(&twin, "main", json!({"times": 1, "effect": effect})).await;
        }
        let received = over_a_socket(&twin, prefer).await;
        let text = String::from_utf8(received).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        assert!(head.lines().any(|line| line == format!("Content-Length: {}", whole.len())), "{head}");
        let sent = (whole.len() as f64 * part) as usize;
        assert_eq!(body.as_bytes(), &whole[..sent]);
        assert_eq!(
            latest(&twin).await["response"]["body"]["text"].as_str().unwrap_or_default(),
            body.replace("Engine1842", "***")
        );
    }
}

#[tokio::test]
async fn the_texts_of_a_worlds_faults_are_bounded_together() {
    let twin = Twin::demo().await;
    let fault = json!({"effect": {"body": "y".repeat(12 * 1024 * 1024), "status": 200}}).to_string();
    for status in [201, 201, 409] {
        assert_eq!(ask(&twin, "POST", "main", "", &fault).await.status, status);
    }
    assert_eq!(ask(&twin, "DELETE", "main", "", "").await.status, 204);
    assert_eq!(ask(&twin, "POST", "main", "", &fault).await.status, 201);
}
