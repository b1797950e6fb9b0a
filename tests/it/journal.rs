//! The request journal: what an entry holds, search, HAR, curl, the live stream, bounds, secrets, isolation.

use crate::support::client::Client;
use crate::support::deadline::wait_until_async;
use crate::twin::{Answer, Call, Twin};
use serde_json::{Value, json};
use std::io::Read;

const USER: &str = "/v1/core/Accounts/2/users/1";

fn control(path: &str) -> Call {
    Call::anonymous("GET", &format!("/_usertwin/worlds/{path}"))
}

fn value(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

async fn requests(twin: &Twin, rest: &str) -> Value {
    let answer = twin.send(control(rest)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    value(&answer)
}

async fn latest(twin: &Twin) -> Value {
    requests(twin, "main/requests/latest").await
}

#[tokio::test]
async fn an_entry_holds_the_whole_exchange() {
    let twin = Twin::demo().await;
    let call = Call::new("GET", &format!("{USER}?expand=none&code=abc")).header("accept", "image/png");
    let answer = twin.send(call).await;
    let mut entry = latest(&twin).await;
    assert!(entry["durationMs"].take().as_f64().unwrap() > 0.0);
    assert!(entry["id"].take().as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    let expected = json!({
        "id": null, "at": crate::twin::NOW, "world": "main", "api": "pbnb", "operation": "getUser", "method": "GET",
        "path": USER, "query": "expand=none&code=***", "status": 200, "durationMs": null,
        "request": {"headers": [["host", "localhost"], ["authorization", "Bearer ***"], ["accept", "image/png"]],
                    "body": null},
        "response": {
            "headers": [["cache-control", "no-cache"], ["pragma", "no-cache"], ["expires", "-1"],
                        ["content-type", "application/json; charset=utf-8"],
                        ["date", "Thu, 28 Mar 2024 08:12:49 GMT"]],
            "body": {"text": answer.text().replace("Engine1842", "***")}},
        "fault": null,
        "advice": [{"code": "query.unknown-parameter",
                    "message": "The operation takes no 'code' from the query; it was ignored."},
                   {"code": "negotiation.fallback",
                    "message": "Accept matched no format of this API; application/json was sent."}],
        "negotiation": {"chosen": "application/json",
                        "because": "Accept matches no format of the API; this is the API's first format."},
    });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn identifiers_of_entries_repeat_and_shift_no_other_identifier() {
    let (quiet, busy) = (Twin::demo().await, Twin::demo().await);
    for twin in [&quiet, &busy] {
        twin.get(USER, "*/*").await;
    }
    let first = latest(&quiet).await["id"].clone();
    assert_eq!(first, latest(&busy).await["id"]);
    busy.get(USER, "*/*").await;
    assert_ne!(first, latest(&busy).await["id"]);
}

#[tokio::test]
async fn searches_filter_by_every_member_and_go_on_where_they_stopped() {
    let twin = Twin::demo().await;
    twin.get(USER, "*/*").await;
    twin.get("/v1/core/Accounts/2/users/77", "*/*").await;
    let body = r#"{"Username":"countess"}"#;
    twin.send(Call::new("PATCH", USER).body("application/json", body)).await;
    twin.get("/external/api/v3/nothing", "*/*").await;
    twin.get("/nowhere", "*/*").await;
    for (query, expected) in [
        ("", 5),
        ("api=pbnb", 3),
        ("api=expoints", 1),
        ("operation=patchUser", 1),
        ("method=get", 4),
        ("path=/v1/core/*", 3),
        ("path=/v1/core/Accounts/2/users/77", 1),
        ("status=404", 2),
        ("bodyContains=countess", 1),
        ("api=pbnb&method=PATCH&status=404", 0),
        ("since=2024-03-28T08:12:49Z", 5),
        ("since=2024-03-28T08:12:50Z", 0),
    ] {
        let found = requests(&twin, &format!("main/requests?{query}")).await;
        assert_eq!(
            (&found["total"], found["requests"].as_array().unwrap().len()),
            (&json!(expected), expected),
            "{query}"
        );
    }
    let newest = requests(&twin, "main/requests?limit=2").await;
    assert_eq!((&newest["total"], &newest["requests"][1]["path"]), (&json!(5), &json!("/nowhere")));
    let first = requests(&twin, "main/requests").await["requests"][0]["id"].as_str().unwrap().to_owned();
    let next = requests(&twin, &format!("main/requests?since={first}&limit=1")).await;
    assert_eq!(next["requests"][0]["path"], "/v1/core/Accounts/2/users/77");
    assert_eq!(requests(&twin, &format!("main/requests/{first}")).await["path"], USER);
}

#[tokio::test]
async fn meaningless_queries_are_refused_with_a_sentence() {
    let twin = Twin::demo().await;
    for (call, status, sentence) in [
        (
            control("main/requests?colour=red"),
            400,
            "The query is not what this call takes: colour: unknown field `colour`, expected one of `api`, `operation`, \
             `method`, `path`, `status`, `bodyContains`, `advice`, `fault`, `since`, \
             `limit`.",
        ),
        (
            control("main/requests.har?status=abc"),
            400,
            "The query is not what this call takes: status: invalid digit found in string.",
        ),
        (
            control("main/requests?since=yesterday"),
            400,
            "The query is not what this call takes: since: 'yesterday' is neither an entry's id nor a date.",
        ),
        (control("main/requests/latest"), 404, "The journal of world 'main' is empty."),
        (
            control("a%20b/requests"),
            400,
            "\"a b\" is not a name for a world: use 1 to 64 of A-Z a-z 0-9 . _ -, but not '.', '..' or 'seed'.",
        ),
        (control("main/requests/1"), 404, "The journal of world 'main' holds no entry '1'; old entries go first."),
    ] {
        let answer = twin.send(call).await;
        assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
        assert_eq!((answer.status.as_u16(), &value(&answer)["detail"]), (status, &json!(sentence)));
    }
}

#[tokio::test]
async fn worlds_see_their_own_entries_and_control_calls_leave_none() {
    let twin = Twin::demo().await;
    twin.get(&format!("/w/a{USER}"), "*/*").await;
    twin.get(&format!("/w/b{USER}"), "*/*").await;
    twin.get("/_usertwin/health", "*/*").await;
    assert_eq!(requests(&twin, "a/requests").await["requests"][0]["world"], "a");
    assert_eq!(requests(&twin, "a/requests").await["total"], 1);
    assert_eq!(requests(&twin, "main/requests").await["total"], 0);
    let cleared = twin.send(Call::anonymous("DELETE", "/_usertwin/worlds/a/requests")).await;
    assert_eq!(cleared.status, 204);
    assert_eq!(requests(&twin, "a/requests").await["total"], 0);
    assert_eq!(requests(&twin, "b/requests").await["total"], 1);
}

#[tokio::test]
async fn the_journal_is_bounded_in_entries_of_each_world_the_oldest_going_first() {
    let twin = Twin::with(&["--journal-limit", "3"], usertwin::Apis::four().demo_seed()).await;
    twin.get(&format!("/w/quiet{USER}"), "*/*").await;
    for user in 1..=5 {
        twin.get(&format!("/v1/core/Accounts/2/users/{user}"), "image/png").await;
    }
    let found = requests(&twin, "main/requests").await;
    assert_eq!((&found["total"], &found["requests"][0]["path"]), (&json!(3), &json!("/v1/core/Accounts/2/users/3")));
    assert_eq!(requests(&twin, "quiet/requests").await["total"], 1);
    for (world, dropped) in [("main", 2), ("quiet", 0)] {
        assert_eq!(requests(&twin, &format!("{world}/requests")).await["dropped"], dropped);
        assert_eq!(requests(&twin, &format!("{world}/advice")).await["dropped"], dropped);
        assert_eq!(requests(&twin, &format!("{world}/requests.har")).await["log"]["_dropped"], dropped);
    }
    twin.send(Call::anonymous("DELETE", "/_usertwin/worlds/main/requests")).await;
    assert_eq!(requests(&twin, "main/requests").await["dropped"], 0);
}

#[tokio::test]
async fn a_busy_world_takes_nothing_from_a_quiet_one_and_no_verdict_is_better_than_the_truth() {
    let twin = Twin::with(&["--journal-memory", "1000000"], usertwin::Apis::four().demo_seed()).await;
    for _ in 0..3 {
        twin.send(Call::new("PATCH", &format!("/w/quiet{USER}")).body("application/json", "{}")).await;
    }
    let long = format!(r#"{{"Username":"{}"}}"#, "x".repeat(60_000));
    for _ in 0..30 {
        twin.send(Call::new("POST", "/w/busy/v1/nothing").body("application/json", long.clone())).await;
    }
    let verify = async |world: &str, times: &str| {
        let call = Call::anonymous("POST", &format!("/_usertwin/worlds/{world}/verify"));
        value(&twin.send(call.body("application/json", format!(r#"{{"times":{times}}}"#))).await)
    };
    assert_eq!(verify("quiet", r#"{"exactly":3}"#).await["satisfied"], true);
    let kept = requests(&twin, "busy/requests").await;
    let (total, dropped) = (kept["total"].as_u64().unwrap(), kept["dropped"].as_u64().unwrap());
    assert!((10..=16).contains(&total) && total + dropped == 30, "{total} {dropped}");
    assert_eq!(verify("busy", r#"{"atLeast":1}"#).await["satisfied"], true);
    let open = verify("busy", r#"{"exactly":30}"#).await;
    assert_eq!((&open["satisfied"], &open["dropped"]), (&json!(false), &json!(dropped)));
    let expected = format!(
        "Expected exactly 30 requests with anything; there were {total}, of 30 requests in this world, of which {dropped} \
         are dropped from the journal: whether they matched is not known. --journal-limit and --journal-memory keep more."
    );
    assert_eq!(open["message"], expected);
}

#[tokio::test]
async fn long_bodies_are_cut_in_the_journal_only_and_many_of_them_stay_within_the_budget() {
    let twin = Twin::with(&["--journal-memory", "33554432"], usertwin::Apis::four().demo_seed()).await;
    let long = format!(r#"{{"Username":"{}"}}"#, "é".repeat(100_000));
    twin.send(Call::new("PATCH", USER).body("application/json", long.clone())).await;
    let body = latest(&twin).await["request"]["body"].clone();
    assert_eq!((&body["cut"], &body["bytes"]), (&json!(true), &json!(long.len())));
    assert!(long.starts_with(body["text"].as_str().unwrap()) && body["text"].as_str().unwrap().len() > 65_000);
    for _ in 0..800 {
        twin.send(Call::new("POST", "/v1/nothing").body("application/json", long.clone())).await;
    }
    let kept = requests(&twin, "main/requests?limit=1").await["total"].as_u64().unwrap();
    assert!((480..512).contains(&kept), "{kept} entries of 64 KiB in 32 MiB");
}

#[tokio::test]
async fn binary_bodies_are_kept_exactly_and_their_secrets_in_place() {
    use base64::Engine;
    let twin = Twin::with(&["--journal-secrets"], usertwin::Apis::four().demo_seed()).await;
    let bson = b"\x1B\0\0\0\x02Username\0\x04\0\0\0\xC3\xA9a\0\0\0".to_vec();
    twin.send(Call::new("PATCH", USER).body("application/bson", bson.clone())).await;
    let sent = latest(&twin).await["request"]["body"]["base64"].as_str().unwrap().to_owned();
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(sent).unwrap(), bson);
    let masked = Twin::demo().await;
    masked.get(USER, "application/bson").await;
    let answer = latest(&masked).await["response"]["body"]["base64"].as_str().unwrap().to_owned();
    let shown = base64::engine::general_purpose::STANDARD.decode(answer).unwrap();
    let real = masked.get(USER, "application/bson").await.body;
    assert_eq!(shown.len(), real.len());
    let find = |body: &[u8], text: &[u8]| body.windows(text.len()).any(|window| window == text);
    assert!(find(&real, b"Engine1842") && !find(&shown, b"Engine1842") && find(&shown, b"**********"));
}

#[tokio::test]
async fn secrets_show_only_when_they_are_asked_for() {
    for (flags, shown) in [(&[][..], false), (&["--journal-secrets"][..], true)] {
        let twin = Twin::with(flags, usertwin::Apis::four().demo_seed()).await;
        for accept in ["application/json", "application/xml"] {
            twin.get(USER, accept).await;
            let entry = latest(&twin).await.to_string();
            assert_eq!((entry.contains("Engine1842"), entry.contains("Bearer good")), (shown, shown), "{entry}");
        }
        let form = "Username=ada&Password=Engine1843x";
        twin.send(Call::new("PATCH", USER).body("application/x-www-form-urlencoded", form)).await;
        assert_eq!(latest(&twin).await.to_string().contains("Engine1843x"), shown);
        for rendering in ["requests.har", "requests/latest/curl"] {
            let text = twin.send(control(&format!("main/{rendering}"))).await;
            assert_eq!(text.text().contains("Engine1843x"), shown, "{rendering}");
        }
    }
}

/// Written out, so that a name which is lost in the source is missed here.
const SECRET_NAMES: [&str; 19] = [
    "Password",
    "UserPassword",
    "NewPassword",
    "OldPassword",
    "CurrentPassword",
    "ConfirmPassword",
    "Pin",
    "access_token",
    "accessToken",
    "refresh_token",
    "refreshToken",
    "id_token",
    "client_secret",
    "clientSecret",
    "code",
    "token",
    "AuthToken",
    "assertion",
    "client_assertion",
];

#[tokio::test]
async fn every_secret_name_is_masked_in_every_format() {
    use base64::Engine;
    let twin = Twin::demo().await;
    for name in SECRET_NAMES {
        let mut bson = Vec::new();
        bson::doc! { name: "Zq7hunterX" }.to_writer(&mut bson).unwrap();
        let patch = |media_type: &str, body: Vec<u8>| Call::new("PATCH", USER).body(media_type, body);
        for call in [
            patch("application/json", format!(r#"{{"{name}":"Zq7hunterX"}}"#).into_bytes()),
            patch("application/xml", format!("<User><{name}>Zq7hunterX</{name}></User>").into_bytes()),
            patch("application/x-www-form-urlencoded", format!("a=b&{name}=Zq7hunterX").into_bytes()),
            patch("application/bson", bson),
            Call::new("GET", &format!("{USER}?a=b&{name}=Zq7hunterX")),
        ] {
            twin.send(call).await;
            let entry = latest(&twin).await;
            let body = entry["request"]["body"]["base64"].as_str().unwrap_or_default();
            let body = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
            let shown = format!("{entry} {}", String::from_utf8_lossy(&body));
            let exchange = format!("{} {}", shown.contains(name), shown.contains("Zq7"));
            assert_eq!(exchange, "true false", "{name}: {shown}");
        }
    }
}

#[tokio::test]
async fn every_header_that_carries_a_secret_is_masked() {
    let twin = Twin::demo().await;
    for (name, value, shown) in [
        ("authorization", "Bearer Zq7hunterX", "Bearer ***"),
        ("proxy-authorization", "Basic Zq7hunterX", "Basic ***"),
        ("authtoken", "Zq7hunterX", "***"),
        ("cookie", "session=Zq7hunterX", "***"),
        ("referer", "http://c/cb?code=Zq7hunterX&a=b", "http://c/cb?code=***&a=b"),
    ] {
        twin.send(Call::anonymous("GET", USER).header(name, value)).await;
        let entry = latest(&twin).await.to_string();
        assert!(entry.contains(shown) && !entry.contains("Zq7"), "{name}: {entry}");
    }
}

#[tokio::test]
async fn a_curl_command_repeats_the_request() {
    let twin = Twin::demo().await;
    let body = r#"{"Username":"it's"}"#;
    twin.send(Call::new("PATCH", &format!("/w/t{USER}?a=b")).body("application/json", body)).await;
    let answer = twin.send(control("t/requests/latest/curl")).await;
    let expected = "curl -i -X PATCH 'http://localhost/w/t/v1/core/Accounts/2/users/1?a=b' \\\n  \
                    -H 'authorization: Bearer ***' \\\n  -H 'content-type: application/json' \\\n  \
                    --data-raw '{\"Username\":\"it'\\''s\"}'\n";
    assert_eq!(answer.text(), expected);
}

#[tokio::test]
async fn the_archive_has_what_the_format_requires() {
    let twin = Twin::demo().await;
    let body = r#"{"Username":"countess"}"#;
    twin.send(Call::new("PATCH", &format!("{USER}?expand=a%20b")).body("application/json", body)).await;
    twin.get(USER, "application/bson").await;
    let archive = requests(&twin, "main/requests.har").await;
    let log = &archive["log"];
    assert_eq!((&log["version"], &log["creator"]["name"]), (&json!("1.2"), &json!("usertwin")));
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        let (request, response) = (&entry["request"], &entry["response"]);
        assert_eq!(entry["startedDateTime"], crate::twin::NOW);
        assert!(entry["time"].is_number() && entry["cache"].is_object());
        assert!(["send", "wait", "receive"].iter().all(|phase| entry["timings"][phase].as_f64().unwrap() >= 0.0));
        for message in [request, response] {
            assert!(message["cookies"].is_array() && message["headers"].is_array(), "{message}");
            assert_eq!((&message["httpVersion"], &message["headersSize"]), (&json!("HTTP/1.1"), &json!(-1)));
            assert!(message["bodySize"].is_u64());
        }
        assert!(request["url"].as_str().unwrap().starts_with("http://localhost/v1/"));
        assert!(response["content"]["size"].is_u64() && response["content"]["mimeType"].is_string());
        assert_eq!((&response["status"], &response["statusText"]), (&json!(200), &json!("OK")));
        assert_eq!(response["redirectURL"], "");
    }
    let post = &entries[0]["request"];
    assert_eq!(post["postData"], json!({"mimeType": "application/json", "text": body}));
    assert_eq!(post["queryString"], json!([{"name": "expand", "value": "a%20b"}]));
    assert_eq!(entries[1]["response"]["content"]["encoding"], "base64");
}

#[tokio::test]
async fn the_live_stream_sends_entries_of_its_world() {
    use http_body_util::BodyExt;
    let twin = Twin::demo().await;
    let (head, mut body) = twin.open(control("t/requests/stream")).await.into_parts();
    assert_eq!(head.headers["content-type"], "text/event-stream");
    twin.get(USER, "*/*").await;
    twin.get(&format!("/w/t{USER}"), "*/*").await;
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let event = String::from_utf8(frame.to_vec()).unwrap();
    assert!(event.contains("event: request\n"), "{event}");
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(data).unwrap(), requests(&twin, "t/requests/latest").await);
}

#[tokio::test]
async fn a_reader_that_falls_behind_receives_a_reload_event() {
    use http_body_util::BodyExt;
    let twin = Twin::demo().await;
    let mut body = twin.open(control("main/requests/stream")).await.into_body();
    for _ in 0..300 {
        twin.get("/nowhere", "*/*").await;
    }
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(frame, "event: reload\ndata: 44\n\n");
}

#[tokio::test]
async fn metrics_count_requests_and_what_exists() {
    let twin = Twin::demo().await;
    twin.get(USER, "*/*").await;
    twin.get(USER, "*/*").await;
    twin.get("/w/other/nowhere", "*/*").await;
    let answer = twin.get("/_usertwin/metrics", "*/*").await;
    assert_eq!(answer.header("content-type").as_deref(), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        r#"usertwin_requests_total{api="pbnb",operation="getUser",status="200"} 2"#,
        r#"usertwin_requests_total{api="none",operation="none",status="404"} 1"#,
        r#"usertwin_request_duration_seconds_count{api="pbnb"} 2"#,
        r#"usertwin_request_duration_seconds_bucket{api="pbnb",le="+Inf"} 2"#,
        "usertwin_worlds 2",
    ] {
        assert!(answer.text().lines().any(|seen| seen == line), "{line} is not in\n{}", answer.text());
    }
}

/// How many requests to PBNB took at most this time, according to the metrics.
async fn at_most(twin: &Twin, seconds: &str) -> u64 {
    let metrics = twin.get("/_usertwin/metrics", "*/*").await;
    let label = format!(r#"usertwin_request_duration_seconds_bucket{{api="pbnb",le="{seconds}"}} "#);
    let line = metrics.text().lines().find_map(|line| line.strip_prefix(&label));
    line.unwrap_or_else(|| panic!("no bucket of {seconds} in {}", metrics.text())).parse().unwrap()
}

#[tokio::test]
async fn buckets_of_durations_contain_those_of_the_smaller_ones() {
    let twin = Twin::demo().await;
    let delayed = Call::new("GET", USER).header("prefer", "delay=120");
    assert_eq!(twin.send(delayed).await.status, 200);
    assert_eq!((at_most(&twin, "0.0005").await, at_most(&twin, "0.1").await), (0, 0));
    assert_eq!((at_most(&twin, "5").await, at_most(&twin, "+Inf").await), (1, 1));
    twin.get(USER, "*/*").await;
    assert_eq!((at_most(&twin, "5").await, at_most(&twin, "+Inf").await), (2, 2));
}

#[tokio::test]
async fn verification_counts_matches_and_lists_the_nearest_requests() {
    let twin = Twin::demo().await;
    twin.get(USER, "*/*").await;
    twin.get("/v1/core/Accounts/2/users/77", "*/*").await;
    let verify = async |body: &str| {
        let call = Call::anonymous("POST", "/_usertwin/worlds/main/verify").body("application/json", body);
        twin.send(call).await
    };
    let met = verify(r#"{"match":{"api":"pbnb","operation":"getUser"},"times":{"exactly":2}}"#).await;
    let message =
        "Expected exactly 2 requests with api pbnb, operation getUser; there were 2, of 2 requests in this world.";
    assert_eq!(value(&met), json!({"satisfied": true, "count": 2, "dropped": 0, "message": message, "nearest": []}));
    let ids: Vec<Value> = requests(&twin, "main/requests").await["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].clone())
        .collect();
    let failed = verify(r#"{"match":{"method":"GET","path":"/v1/core/Accounts/2/users/1","status":404}}"#).await;
    let near = |n: usize, path: &str, differs: Value| {
        json!({"id": ids[n], "api": "pbnb", "operation": "getUser", "method": "GET", "path": path, "status": 200,
               "differs": differs})
    };
    let status = json!({"member": "status", "asked": "404", "was": "200"});
    let path = json!({"member": "path", "asked": USER, "was": "/v1/core/Accounts/2/users/77"});
    let expected = json!({
        "satisfied": false, "count": 0, "dropped": 0,
        "message": format!("Expected at least 1 request with method GET, path {USER}, status 404; there were 0, of 2 requests in this world."),
        "nearest": [near(0, USER, json!([status])), near(1, "/v1/core/Accounts/2/users/77", json!([path, status]))],
    });
    assert_eq!(value(&failed), expected);
    let too_many = value(&verify(r#"{"match":{"method":"GET"},"times":{"atMost":1}}"#).await);
    assert_eq!((&too_many["satisfied"], too_many["nearest"].as_array().unwrap().len()), (&json!(false), 2));
    assert_eq!(value(&verify(r#"{"times":{"atLeast":1,"atMost":2}}"#).await)["satisfied"], true);
    for body in
        ["", "{", r#"{"match":{"colour":1}}"#, r#"{"times":{"exactly":1,"atMost":2}}"#, r#"{"times":{"exactly":-1}}"#]
    {
        let refused = verify(body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("content-type").unwrap().as_str()),
            (400, "application/problem+json")
        );
    }
}

#[tokio::test]
async fn advice_is_grouped_by_code() {
    let twin = Twin::demo().await;
    twin.get(USER, "image/png").await;
    twin.get(USER, "image/gif").await;
    twin.get(USER, "*/*").await;
    let ids = requests(&twin, "main/requests").await["requests"].clone();
    let expected = json!({"total": 2, "dropped": 0, "advice": [{
        "code": "negotiation.fallback", "count": 2, "requests": 2,
        "message": "Accept matched no format of this API; application/json was sent.",
        "latest": [ids[0]["id"], ids[1]["id"]],
    }]});
    assert_eq!(requests(&twin, "main/advice").await, expected);
}

#[tokio::test]
async fn resetting_a_world_takes_its_entries_faults_and_waits_and_no_others() {
    let twin = Twin::demo().await;
    let fault = r#"{"effect":{"status":503,"retryAfter":60}}"#;
    for world in ["a", "b"] {
        let path = format!("/_usertwin/worlds/{world}/faults");
        assert_eq!(twin.send(Call::anonymous("POST", &path).body("application/json", fault)).await.status, 201);
        assert_eq!(twin.get(&format!("/w/{world}{USER}"), "*/*").await.status, 503);
    }
    let first = requests(&twin, "a/requests/latest").await["id"].clone();
    twin.app().reset(&"a".parse().unwrap(), None).await.unwrap();
    assert_eq!(requests(&twin, "a/requests").await["total"], 0);
    assert_eq!(requests(&twin, "b/requests").await["total"], 1);
    assert_eq!(twin.get(&format!("/w/a{USER}"), "*/*").await.status, 200);
    assert_eq!(twin.get(&format!("/w/b{USER}"), "*/*").await.status, 503);
    let after = requests(&twin, "a/requests/latest").await;
    assert_eq!((&after["id"], &after["advice"]), (&first, &json!([])));
    assert_eq!(requests(&twin, "b/requests/latest").await["advice"][0]["code"], "client.retried-too-early");
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_driven_in_parallel_leak_neither_entries_nor_faults() {
    let twin = std::sync::Arc::new(Twin::demo().await);
    let mut tasks = Vec::new();
    for world in 0..40 {
        let twin = std::sync::Arc::clone(&twin);
        tasks.push(tokio::spawn(async move {
            let status = 500 + world % 5;
            let fault = json!({"skip": world % 3, "times": 2, "effect": {"status": status}}).to_string();
            let path = format!("/_usertwin/worlds/t{world}/faults");
            twin.send(Call::anonymous("POST", &path).body("application/json", fault)).await;
            let mut expected = vec![200; 5];
            expected[world % 3..world % 3 + 2].fill(status as u16);
            let mut seen = Vec::new();
            for user in 0..5 {
                let path = format!("/w/t{world}/v1/core/Accounts/2/users/{}", world * 100 + user);
                seen.push(twin.get(&path, "*/*").await.status.as_u16());
            }
            assert_eq!(seen, expected);
            let found = requests(&twin, &format!("t{world}/requests")).await;
            let paths: Vec<&str> =
                found["requests"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
            let own: Vec<String> =
                (0..5).map(|user| format!("/v1/core/Accounts/2/users/{}", world * 100 + user)).collect();
            assert_eq!(paths, own);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_hung_up_leaves_its_entry() {
    let twin = Twin::demo().await;
    let mut client = Client::connect(twin.listen().await).unwrap();
    let hang_up = move || {
        client.send_delayed_get(USER, 60_000);
    };
    tokio::task::spawn_blocking(hang_up).await.unwrap();
    wait_until_async("the request is in the journal", async || requests(&twin, "main/requests").await["total"] == 1)
        .await;
    let entry = latest(&twin).await;
    assert_eq!((&entry["status"], &entry["fault"]["effect"]), (&Value::Null, &json!({"delayMs": 60_000})));
}

#[tokio::test]
async fn an_open_live_stream_does_not_keep_a_server_from_stopping() {
    let twin = Twin::demo().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(usertwin::serve(listener, twin.app(), async {
        let _ = stopped.await;
    }));
    let mut client = Client::connect(address).unwrap();
    client.send_head("GET", "/_usertwin/worlds/main/requests/stream", "");
    let (_open, head) = tokio::task::spawn_blocking(move || {
        let mut head = [0; 15];
        client.read_exact(&mut head).unwrap();
        (client, head)
    })
    .await
    .unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(3), server).await;
    assert!(ended.is_ok(), "the server waits for the stream");
}

#[tokio::test]
async fn a_mistyped_api_is_refused_because_it_would_satisfy_an_expectation_of_nothing() {
    let twin = Twin::demo().await;
    let world = "/_usertwin/worlds/main";
    let with = |name: &str, rest: &str| format!(r#"{{"match":{{"api":"{name}"}},{rest}}}"#);
    let calls = |name: &str| {
        [
            Call::anonymous("POST", &format!("{world}/verify"))
                .body("application/json", with(name, r#""times":{"exactly":0}"#)),
            Call::anonymous("POST", &format!("{world}/faults"))
                .body("application/json", with(name, r#""effect":{"status":503}"#)),
            Call::anonymous("GET", &format!("{world}/requests?api={name}")),
            Call::anonymous("GET", &format!("{world}/requests.har?api={name}")),
        ]
    };
    for call in calls("admin-users") {
        let answer = twin.send(call).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert!(answer.text().contains("there are adminUsers, reseller, expoints, pbnb."), "{}", answer.text());
    }
    for call in calls("adminUsers") {
        assert!(twin.send(call).await.status.is_success());
    }
}

#[tokio::test]
async fn questions_that_nothing_can_match_are_refused_naming_what_could() {
    let twin = Twin::demo().await;
    let world = "/_usertwin/worlds/main";
    for (asked, sentence) in [
        (json!({"operation": "getUsr"}), "'getUsr' is not an operation: there are getUser, "),
        (json!({"operation": "GETUSER"}), "'GETUSER' is not an operation: there are getUser, "),
        (json!({"api": "expoint"}), "'expoint' is not an API: there are expoints, pbnb, reseller, adminUsers."),
        (
            json!({"api": "expoints", "operation": "patchUser"}),
            "'patchUser' is an operation of pbnb, reseller, not of expoints: there are ",
        ),
        (
            json!({"api": "expoints", "operation": "listUser"}),
            "'listUser' is not an operation of expoints: there are listUsers",
        ),
        (json!({"method": "PTCH"}), "'PTCH' is not a method: there are PATCH, "),
        (json!({"path": "http://localhost:8080/v1/core"}), "The path 'http://localhost:8080/v1/core' has a host: "),
        (json!({"path": "localhost/v1"}), "The path 'localhost/v1' does not begin with '/' or '*': "),
        (json!({"path": ""}), "The path '' does not begin with "),
        (json!({"path": "/w/shop/v1/*"}), "The path '/w/shop/v1/*' names a world: "),
        (json!({"path": "/v1/users?a=b"}), "The path '/v1/users?a=b' has a query or a fragment: "),
        (json!({"path": "/_usertwin/worlds"}), "The path '/_usertwin/worlds' is one of the control API, "),
    ] {
        let post = |call: &str, rest: (&str, Value)| {
            let body = json!({"match": asked, rest.0: rest.1}).to_string();
            Call::anonymous("POST", &format!("{world}/{call}")).body("application/json", body)
        };
        let members: Vec<String> = asked
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, text)| {
                let text = text.as_str().unwrap().replace('?', "%3F");
                format!("{name}={text}")
            })
            .collect();
        let query = members.join("&");
        for call in [
            post("verify", ("times", json!({"exactly": 0}))),
            post("faults", ("effect", json!({"status": 503}))),
            Call::anonymous("GET", &format!("{world}/requests?{query}")),
            Call::anonymous("GET", &format!("{world}/requests.har?{query}")),
        ] {
            let answer = twin.send(call).await;
            let detail = value(&answer)["detail"].as_str().unwrap_or_default().to_owned();
            assert!(answer.status == 400 && detail.starts_with(sentence), "{asked}: {detail}");
        }
    }
    for path in ["/w", "*/w/shop/*", "/x/http://y", "*", "//v1/core/*", "/_usertwinned", "/v1/w/x"] {
        assert!(
            twin.send(control(&format!("main/requests?method=patch&path={path}"))).await.status.is_success(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_held_answer_leaves_no_entry_in_a_world_that_was_reset_meanwhile() {
    let twin = std::sync::Arc::new(Twin::demo().await);
    let held = |world: &str| {
        let twin = std::sync::Arc::clone(&twin);
        let call = Call::new("PATCH", &format!("/w/{world}{USER}")).header("prefer", "delay=300");
        let call = call.body("application/json", r#"{"Username":"countess"}"#);
        tokio::spawn(async move { twin.send(call).await })
    };
    let name =
        async |world: &str| value(&twin.get(&format!("/w/{world}{USER}"), "*/*").await)["Data"]["Username"].clone();
    let waiting = [held("reset"), held("dropped"), held("left")];
    for world in ["reset", "dropped", "left"] {
        wait_until_async("the work is done at once", async || name(world).await == "countess").await;
    }
    twin.app().reset(&"reset".parse().unwrap(), None).await.unwrap();
    assert_eq!(twin.send(Call::anonymous("DELETE", "/_usertwin/worlds/dropped")).await.status, 204);
    for answer in waiting {
        assert_eq!(answer.await.unwrap().status, 200);
    }
    let worlds = value(&twin.send(Call::anonymous("GET", "/_usertwin/worlds")).await)["worlds"].to_string();
    assert!(!worlds.contains(r#""name":"dropped""#), "{worlds}");
    for (world, expected) in [("reset", 0), ("dropped", 0), ("left", 1)] {
        let found = requests(&twin, &format!("{world}/requests?method=PATCH")).await;
        assert_eq!(found["total"], expected, "{world}");
        assert_eq!(name(world).await == "countess", world == "left", "{world}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_a_held_answer_has_changed_what_it_asked_for() {
    let twin = Twin::demo().await;
    let fault = r#"{"match":{"method":"PATCH"},"effect":{"delayMs":60000}}"#;
    twin.send(Call::anonymous("POST", "/_usertwin/worlds/main/faults").body("application/json", fault)).await;
    let call = Call::new("PATCH", USER).body("application/json", r#"{"Username":"countess"}"#);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(200), twin.send(call)).await.is_err());
    assert_eq!(value(&twin.get(USER, "*/*").await)["Data"]["Username"], "countess");
    let found = requests(&twin, "main/requests?operation=patchUser").await;
    assert_eq!((&found["total"], &found["requests"][0]["status"]), (&json!(1), &Value::Null));
    assert_eq!(found["requests"][0]["response"], json!({"headers": [], "body": null}));
}
