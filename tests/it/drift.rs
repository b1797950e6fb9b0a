//! `usertwin drift`: a recording of the twin itself shows no difference, and each alteration of one shows as one cause.

use crate::support::client::Client;
use crate::support::folder::Folder;
use crate::support::process::usertwin;
use crate::twin::server;
use serde_json::{Value, json};
use std::process::Output;

mod random;

/// Requests of all four APIs in every format they speak: method, path, media type that is accepted, media type and body.
const REQUESTS: [(&str, &str, &str, &str, &str); 24] = [
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
];

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
    ] {
        let mut altered = whole.clone();
        change(&mut altered, entry, from, to);
        let (report, status) = report(&altered);
        assert_eq!((causes(&report), status), (vec![expected.to_owned()], 1), "{report:#}");
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
