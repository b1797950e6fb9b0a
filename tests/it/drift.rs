//! `usertwin drift`: a recording of the twin itself shows no difference, and each alteration of one shows as one cause.

use crate::support::client::Client;
use crate::support::folder::Folder;
use crate::support::process::usertwin;
use crate::twin::{Call, Twin, server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Output;
use usertwin::TestServer;

mod random;

/// Requests of all four APIs in every format they speak: method, path, media type that is accepted, media type and body.
const REQUESTS: [(&str, &str, &str, &str, &str); 26] = [
    ("GET", "/v1/core/Accounts/2/users/1", "application/json", "", ""),
    ("GET", "/v1/core/Accounts/2/users/1?expand=resourceIDs", "application/xml", "", ""),
    ("GET", "/v1/core/Accounts/2/users/1", "application/bson", "", ""),
    ("GET", "/v1/core/Accounts/2/users", "text/xml", "", ""),
    (
        "POST",
        "/v1/core/Accounts/2/users",
        "application/json",
        "application/json",
        r#"{"Username":"grace","Email":"grace@example.com"}"#,
    ),
    ("GET", "/v1/core/Accounts/2/users", "application/json", "", ""),
    ("GET", "/v1/core/Accounts/2/users/9999", "application/xml", "", ""),
    ("GET", "/api/v1.0/accounts", "application/json", "", ""),
    ("GET", "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users", "application/json", "", ""),
    ("GET", "/external/api/v3/role", "application/json", "", ""),
    ("GET", "/external/api/v3/user", "application/xml", "", ""),
    ("GET", "/external/api/v3/user", "application/bson", "", ""),
    ("GET", "/external/api/v3/user/nobody", "application/json", "", ""),
    ("POST", "/external/api/v3/user", "application/json", "application/json", "{"),
    ("GET", "/api/v1/admin/users", "application/json", "", ""),
    ("GET", "/api/v2/admin/users", "application/xml", "", ""),
    ("GET", "/api/v2/admin/users", "application/json", "", ""),
    ("GET", "/api/v1/admin/accounts", "application/json", "", ""),
    ("GET", "/api/v1/admin/users/5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "text/xml", "", ""),
    ("PUT", "/v1/core/Accounts/2/users/1", "application/json", "", ""),
    ("DELETE", "/v1/core/Accounts/2/users/1", "application/json", "", ""),
    ("GET", "/v1/core/Accounts/2/users/1", "application/json", "", ""),
    ("GET", "/v1/core/nothing", "application/json", "", ""),
    ("PATCH", "/api/v1/admin/users", "application/json", "", ""),
    ("GET", "/v1/core/Accounts/2/users/paged?page=0&pageSize=1", "application/json", "", ""),
    ("GET", "/v1/core/Accounts/2/users/77", "application/json", "", ""),
];

/// The roles of the first user in XML.
const ROLES: &str = r#"<Roles xmlns:d3p1="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models"><d3p1:RoleModel><d3p1:Id>9b815af0-51da-430e-8c25-52f7f6cdf0a6</d3p1:Id><d3p1:Name>Beheer</d3p1:Name></d3p1:RoleModel></Roles>"#;

/// What a server with flags answers to the requests, as its archive.
async fn recording(flags: &[&str]) -> Value {
    let server = server(flags).await;
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    tokio::task::spawn_blocking(move || {
        let mut client = Client::connect(address).unwrap();
        for (method, path, accept, media_type, body) in REQUESTS {
            let mut headers = vec![("Accept", accept), ("Authorization", "Bearer good")];
            if !media_type.is_empty() {
                headers.push(("Content-Type", media_type));
            }
            client.send(method, path, &headers, body.as_bytes()).unwrap();
        }
        let archive = client.send("GET", "/_usertwin/worlds/main/requests.har", &[], b"").unwrap();
        serde_json::from_slice(&archive.body).unwrap()
    })
    .await
    .unwrap()
}

/// Runs the command on an archive.
fn drift(archive: &Value, flags: &[&str]) -> Output {
    let folder = Folder::new("drift");
    let file = folder.path().join("recording.har");
    std::fs::write(&file, archive.to_string()).unwrap();
    usertwin().arg("drift").arg(&file).args(flags).output().unwrap()
}

/// The report, and the exit status.
fn report(archive: &Value) -> (Value, i32) {
    let output = drift(archive, &["--format", "json"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let report = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{output:?}"));
    (report, output.status.code().unwrap())
}

/// The names of the causes.
fn causes(report: &Value) -> Vec<String> {
    report["causes"].as_array().unwrap().iter().map(|cause| cause["cause"].as_str().unwrap().to_owned()).collect()
}

/// Changes the body of an entry's answer.
fn change(archive: &mut Value, entry: usize, from: &str, to: &str) {
    let text = archive["log"]["entries"][entry]["response"]["content"]["text"].as_str().unwrap();
    assert!(text.contains(from), "{text}");
    let changed = text.replacen(from, to, 1);
    archive["log"]["entries"][entry]["response"]["content"]["text"] = json!(changed);
}

#[tokio::test]
async fn a_recording_of_the_twin_itself_shows_no_difference() {
    let archive = recording(&[]).await;
    let (report, status) = report(&archive);
    assert_eq!((causes(&report), status), (vec![], 0));
    assert_eq!(report["same"], json!(REQUESTS.len()), "{report:#}");
}

#[tokio::test]
async fn other_settings_are_named_as_what_explains_the_difference() {
    for (setting, cause) in
        [(&["--passwords", "hide"][..], "pbnb tree: Password"), (&["--error-detail"], "pbnb tree: MessageDetail")]
    {
        let (report, status) = report(&recording(setting).await);
        assert_eq!(status, 1);
        for found in report["causes"].as_array().unwrap() {
            assert_eq!(found["setting"], json!(setting.join(" ")), "{report:#}");
        }
        assert!(causes(&report).iter().any(|id| id.starts_with(cause)), "{:?}", causes(&report));
    }
}

#[tokio::test]
async fn each_alteration_of_a_recording_is_one_cause() {
    let whole = recording(&[]).await;
    for (entry, from, to, expected) in [
        (0, r#""VoucherID":5,"#, r#""VoucherID":5,"Tier":"gold","#, "pbnb tree: Tier only there"),
        (0, r#""VoucherID":5,"#, "", "pbnb tree: VoucherID only here"),
        (0, r#""VoucherID":5,"#, r#""Voucher":5,"#, "pbnb tree: Voucher is called VoucherID here"),
        (0, r#""VoucherID":5,"#, r#""VoucherID":"5","#, "pbnb tree: VoucherID is text there, number here"),
        (
            0,
            r#""ID":1,"AccountID":2,"#,
            r#""AccountID":2,"ID":1,"#,
            "pbnb bytes: Data has its members in another order",
        ),
        (0, "ada@example.com", "ada@example.org", "pbnb tree: Email has another value"),
        (0, r#""VoucherID":5,"#, r#""VoucherID": 5,"#, "pbnb bytes: (body) have other white space"),
        (0, "ada@example.com", r"ada\u0040example.com", "pbnb bytes: (body) have other escapes"),
        (1, "<VoucherID>5<", "<VoucherID>6<", "pbnb tree: VoucherID has another value"),
        (
            14,
            "T08:12:49.3595132",
            "T08:12:49.359",
            "adminUsers bytes: DateCreated has 3 digits behind the second there, 7 here",
        ),
        (
            14,
            "T08:12:49.3595132+00:00",
            "T08:12:49.3595132",
            "adminUsers tree: DateCreated is a moment written as 0000-00-00T00:00:00 there, 0000-00-00T00:00:00+00:00 here",
        ),
        (24, r#""NextPage":null"#, r#""NextPage":1"#, "pbnb tree: NextPage is number there, null here"),
        (24, r#""PageSize":1"#, r#""PageSize":2"#, "pbnb tree: PageSize has another value"),
        (24, r#""TotalCount":null"#, r#""TotalCount":1"#, "pbnb tree: TotalCount is number there, null here"),
        (25, "was not found", "is unknown", "pbnb tree: ErrorDescription has another value"),
        (
            22,
            "No HTTP resource",
            "No resource",
            "pbnb tree: Message says \"No resource was found that matches the request URI",
        ),
        (10, ROLES, "<Roles />", "expoints tree: Roles has another number of items"),
        (
            10,
            "</d3p1:RoleModel>",
            "</d3p1:RoleModel><d3p1:RoleModel />",
            "expoints tree: Roles has another number of items",
        ),
        (10, "</Username>", "</Username><Tags><Tag>a</Tag></Tags>", "expoints tree: Tags only there"),
    ] {
        let mut altered = whole.clone();
        change(&mut altered, entry, from, to);
        let (report, status) = report(&altered);
        assert!(causes(&report).len() == 1 && status == 1, "{expected}: {report:#}");
        assert!(causes(&report)[0].starts_with(expected), "{expected}: {report:#}");
    }
    let mut gone = whole.clone();
    gone["log"]["entries"][9]["response"]["status"] = json!(404);
    assert_eq!(causes(&report(&gone).0), ["expoints status: 404 here 200"]);
    let mut named = whole.clone();
    named["log"]["entries"][9]["response"]["headers"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "X-New", "value": "1"}));
    assert_eq!(causes(&report(&named).0), ["expoints header: x-new only there"]);
}

#[tokio::test]
async fn a_header_that_is_changed_removed_or_new_is_one_cause_whatever_its_name_contains() {
    let whole = recording(&[]).await;
    let altered = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut archive = whole.clone();
        change(archive["log"]["entries"][9]["response"]["headers"].as_array_mut().unwrap());
        causes(&report(&archive).0)
    };
    let named = |name: &'static str| move |header: &Value| header["name"].as_str().unwrap().eq_ignore_ascii_case(name);
    assert_eq!(
        altered(&|headers| {
            let at = headers.iter().position(named("cache-control")).unwrap();
            headers[at]["value"] = json!("private");
        }),
        ["expoints header: cache-control has another value"]
    );
    assert_eq!(
        altered(&|headers| headers.retain(|header| !named("pragma")(header))),
        ["expoints header: pragma only here"]
    );
    for name in ["X-Page", "X-Usage", "X-Valid-Until-Date", "Content-Language", "X-Via-Page"] {
        let added = altered(&|headers| headers.push(json!({"name": name, "value": "1"})));
        assert_eq!(added, [format!("expoints header: {} only there", name.to_lowercase())]);
    }
    for name in ["Age", "Via", "X-Ms-Request-Id", "CF-Ray", "Traceparent"] {
        assert!(altered(&|headers| headers.push(json!({"name": name, "value": "1"}))).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_one_cause() {
    let mut archive = recording(&[]).await;
    let missing =
        json!({"size": 29, "mimeType": "application/json; charset=utf-8", "text": r#"{"Message":"No such address"}"#});
    for entry in [5, 3] {
        let response = &mut archive["log"]["entries"][entry]["response"];
        (response["status"], response["content"]) = (json!(404), missing.clone());
    }
    let (report, _) = report(&archive);
    assert_eq!(causes(&report), ["pbnb status: 404 here 200"]);
    assert_eq!(report["causes"][0]["exchanges"], json!([4, 6]));
}

#[tokio::test]
async fn bson_is_compared_as_it_is_written() {
    let mut archive = recording(&[]).await;
    let text = &mut archive["log"]["entries"][2]["response"]["content"]["text"];
    let mut body = STANDARD.decode(text.as_str().unwrap()).unwrap();
    // A GUID's bytes are of a subtype of their own.
    let at = body.windows(6).position(|bytes| bytes == [16, 0, 0, 0, 4, 0xD3]).unwrap();
    body[at + 4] = 3;
    *text = json!(STANDARD.encode(&body));
    assert_eq!(causes(&report(&archive).0), ["pbnb bytes: ProvisioningID is of another BSON type"]);
}

#[tokio::test]
async fn a_service_that_lets_in_known_tokens_only_is_explained_by_the_flag() {
    let server = server(&["--auth", "strict", "--journal-secrets"]).await;
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    let archive: Value = tokio::task::spawn_blocking(move || {
        let mut client = Client::connect(address).unwrap();
        for path in ["/v1/core/Accounts/2/users/1", "/external/api/v3/role", "/api/v1/admin/users"] {
            client.send("GET", path, &[("Authorization", "Bearer of-somebody-else")], b"").unwrap();
        }
        let archive = client.send("GET", "/_usertwin/worlds/main/requests.har", &[], b"").unwrap();
        serde_json::from_slice(&archive.body).unwrap()
    })
    .await
    .unwrap();
    let (report, status) = report(&archive);
    assert_eq!((causes(&report).len(), status), (3, 1), "{report:#}");
    for cause in report["causes"].as_array().unwrap() {
        assert!(cause["cause"].as_str().unwrap().contains(" status: 401 here 200"), "{cause}");
        assert_eq!(cause["setting"], json!("--auth strict"));
    }
}

/// The recordings of this folder's programs; [`tests/recordings/README.md`](../recordings/README.md).
#[test]
fn archives_of_browsers_and_of_mitmproxy_show_no_difference_but_that_a_page_is_let_in() {
    for (name, compared) in [("chromium", 16), ("playwright", 16), ("mitmproxy", 16)] {
        let file = format!("{}/tests/recordings/{name}.har", env!("CARGO_MANIFEST_DIR"));
        let archive: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let (report, _) = report(&archive);
        assert_eq!(report["compared"], json!(compared), "{name}: {:#}", report["notCompared"]);
        for cause in report["causes"].as_array().unwrap() {
            assert!(cause["subject"].as_str().unwrap().starts_with("access-control-"), "{name}: {cause:#}");
            assert_eq!(cause["setting"], json!("--cors http://app.example"), "{name}");
        }
        assert!(!causes(&report).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn an_accepted_cause_is_no_drift_until_it_excuses_nothing_or_its_day_has_passed() {
    let mut altered = recording(&[]).await;
    change(&mut altered, 0, "ada@example.com", "ada@example.org");
    let folder = Folder::new("drift");
    let list = folder.path().join("accepted.json");
    let judged = |archive: &Value, until: &str| {
        let entry = json!([{"cause": "pbnb tree: Email has another value", "reason": "moved", "until": until}]);
        std::fs::write(&list, entry.to_string()).unwrap();
        drift(archive, &["--accept", list.to_str().unwrap()]).status.code()
    };
    assert_eq!(judged(&altered, "9999-01-01"), Some(0));
    assert_eq!(judged(&altered, "2001-01-01"), Some(1));
    let unaltered = recording(&[]).await;
    assert_eq!(judged(&unaltered, "9999-01-01"), Some(1));
}

#[test]
fn nothing_compared_and_what_is_no_archive_exit_with_2() {
    for archive in [json!({"log": {"entries": []}}), json!({}), json!("text")] {
        assert_eq!(drift(&archive, &[]).status.code(), Some(2), "{archive}");
    }
}

#[tokio::test]
async fn every_form_of_the_report_names_the_cause() {
    let mut altered = recording(&[]).await;
    change(&mut altered, 0, "ada@example.com", "ada@example.org");
    for format in ["text", "json", "junit", "markdown"] {
        let output = drift(&altered, &["--format", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("pbnb tree: Email has another value") && text.contains("ada@example.org"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}

fn printed(arguments: &[&str]) -> String {
    let output = usertwin().args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_built_in_evidence_is_that_of_the_recordings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings");
    assert_eq!(printed(&["routes"]), printed(&["routes", "--recordings", folder]));
    let manifest: Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/manifest.json")).unwrap()).unwrap();
    let listed: BTreeSet<&str> =
        manifest.as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    let files: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let archives: BTreeSet<&str> = files.iter().map(String::as_str).filter(|name| name.ends_with(".har")).collect();
    assert_eq!(listed, archives);
}

#[test]
fn only_recordings_of_real_services_are_evidence() {
    let folder = Folder::new("drift");
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/chromium.har");
    for name in ["old.har", "new.har"] {
        std::fs::copy(recorded, folder.path().join(name)).unwrap();
    }
    let directory = folder.path().to_str().unwrap();
    let of = |old: &str, new: &str| {
        let manifest = json!([{"file": "old.har", "source": old, "date": "2026-12-31", "of": "a service"},
                              {"file": "new.har", "source": new, "date": "2027-01-31", "of": "a service"}]);
        std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
        let routes = printed(&["routes", "--recordings", directory]);
        let line = routes.lines().find(|line| line.contains(" GET ") && line.contains(" getUser ")).unwrap();
        let document = printed(&["openapi", "pbnb", "--recordings", directory]);
        let document: Value = serde_json::from_str(&document).unwrap();
        let operation = &document["paths"]["/v1/core/Accounts/{accId}/users/{usrId}"]["get"];
        (line.split("  ").last().unwrap().trim().to_owned(), operation["x-recorded"].clone())
    };
    assert_eq!(of("synthetic", "synthetic"), ("seed".to_owned(), Value::Null));
    // Three readings and one of nobody.
    let once = json!({"date": "2027-01-31", "exchanges": 4});
    assert_eq!(of("synthetic", "real"), ("seed, recorded 2027-01-31 4".to_owned(), once));
    let twice = json!({"date": "2027-01-31", "exchanges": 8});
    assert_eq!(of("real", "real"), ("seed, recorded 2027-01-31 8".to_owned(), twice));
    std::fs::write(folder.path().join("manifest.json"), r#"[{"file":"old.har","source":"true"}]"#).unwrap();
    let refused = usertwin().args(["routes", "--recordings", directory]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[tokio::test]
async fn the_control_call_reports_as_the_command_does_and_touches_no_world() {
    let mut altered = recording(&[]).await;
    change(&mut altered, 0, "ada@example.com", "ada@example.org");
    let twin = Twin::demo().await;
    let asked = |body: &Value| Call::new("POST", "/_usertwin/drift").body("application/json", body.to_string());
    let before = twin.document().await;
    let answer = twin.send(asked(&altered)).await;
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status.as_u16(), told), (200, report(&altered).0));
    assert!(twin.document().await == before);
    altered["accepted"] = json!([{"cause": "pbnb tree: Email has another value", "reason": "moved"}]);
    let told: Value = serde_json::from_slice(&twin.send(asked(&altered)).await.body).unwrap();
    assert_eq!((&told["drift"], &told["causes"][0]["accepted"]), (&json!(false), &json!(true)));
    altered["accepted"] = json!([{"cause": "x", "reason": " "}]);
    for wrong in [altered, json!({"log": {}}), json!({"log": {"entries": [1]}}), json!({})] {
        assert_eq!(twin.send(asked(&wrong)).await.status.as_u16(), 400);
    }
}

/// Runs the command against a server, with a token in the variable.
async fn against(archive: &Value, server: &TestServer, flags: &[&str]) -> (Value, String, Option<i32>) {
    let (folder, url) = (Folder::new("drift"), server.url().to_owned());
    let file = folder.path().join("recording.har");
    std::fs::write(&file, archive.to_string()).unwrap();
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let output = tokio::task::spawn_blocking(move || {
        usertwin()
            .args(["drift", "--format", "json", "--against", &url])
            .arg(&file)
            .args(if flags.is_empty() { vec!["--rate".to_owned(), "1000".to_owned()] } else { flags })
            .env("USERTWIN_DRIFT_AUTHORIZATION", "Bearer good")
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let all = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), all, output.status.code())
}

#[tokio::test]
async fn against_a_service_only_reads_are_sent_without_what_was_recorded_of_credentials() {
    let archive = recording(&["--journal-secrets"]).await;
    let service = server(&["--journal-secrets", "--auth", "strict"]).await;
    let (_, all, _) = against(&archive, &service, &[]).await;
    assert!(!all.contains("Bearer good") && !all.contains("good"), "{all}");
    let url = service.url().trim_start_matches("http://").to_owned();
    let journal: Value = tokio::task::spawn_blocking(move || {
        let mut client = Client::connect(url.parse().unwrap()).unwrap();
        let sent = client.send("GET", "/_usertwin/worlds/main/requests?limit=100", &[], b"").unwrap();
        serde_json::from_slice(&sent.body).unwrap()
    })
    .await
    .unwrap();
    let sent = journal["requests"].as_array().unwrap();
    let reads = REQUESTS.iter().filter(|(method, ..)| *method == "GET").count();
    assert_eq!(sent.len(), reads);
    assert!(sent.iter().all(|entry| entry["method"] == json!("GET")), "{journal:#}");
}

#[tokio::test]
async fn a_service_that_answers_as_recorded_shows_none_and_one_that_changed_shows_the_cause() {
    let mut archive = recording(&[]).await;
    // What was read before the first change.
    let entries = archive["log"]["entries"].as_array_mut().unwrap();
    entries.truncate(4);
    let service = server(&[]).await;
    let (told, all, status) = against(&archive, &service, &[]).await;
    assert_eq!((causes(&told), status), (vec![], Some(0)), "{all}");
    assert_eq!(told["compared"], json!(4));
    change(&mut archive, 0, "ada@example.com", "ada@example.org");
    let (told, _, status) = against(&archive, &service, &[]).await;
    assert_eq!((causes(&told), status), (vec!["pbnb tree: Email has another value".to_owned()], Some(1)));
}

#[tokio::test]
async fn a_service_is_asked_a_few_times_in_a_second_and_one_that_is_away_exits_with_2() {
    let mut archive = recording(&[]).await;
    archive["log"]["entries"].as_array_mut().unwrap().truncate(4);
    let service = server(&[]).await;
    let start = std::time::Instant::now();
    against(&archive, &service, &["--rate", "4"]).await;
    assert!(start.elapsed() >= std::time::Duration::from_millis(750), "{:?}", start.elapsed());
    let folder = Folder::new("drift");
    let file = folder.path().join("recording.har");
    std::fs::write(&file, archive.to_string()).unwrap();
    let away = usertwin().args(["drift", "--against", "http://127.0.0.1:1"]).arg(&file).output().unwrap();
    assert_eq!(away.status.code(), Some(2), "{away:?}");
}

/// The rules that reports print are those of the page on trust, word for word.
#[test]
fn the_page_on_trust_lists_what_is_volatile() {
    let page = include_str!("../../docs/trust.md");
    let listed = page.split("<!-- rules -->").nth(1).unwrap();
    let listed: Vec<String> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .map(|line| line.replace('`', "").replace("\\*", "*"))
        .collect();
    let rules = report(&json!({"log": {"entries": [{
        "request": {"method": "GET", "url": "https://vendor.example/external/api/v3/role"}, "response": {"status": 401}
    }]}}));
    let rules: Vec<String> =
        rules.0["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap().replace('`', "")).collect();
    assert_eq!(listed, rules);
}
