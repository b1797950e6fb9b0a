//! One user behind four APIs: a test per line of docs/one-user.md.

use crate::twin::{Answer, Call, Twin};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use usertwin::model::UserRecord;

const PBNB: &str = "/v1/core/Accounts/2/users";
const ADMIN: &str = "/api/v1/admin/users";
const EXPOINTS: &str = "/external/api/v3/user";
const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";

async fn send(twin: &Twin, method: &str, path: &str, body: &Value) -> Answer {
    twin.send(Call::new(method, path).body("application/json", body.to_string())).await
}

fn reseller() -> String {
    format!("/api/v1.0/accounts/{TENANT}/users")
}

/// The codes of the advice about the latest request.
async fn advice(twin: &Twin) -> Vec<String> {
    let entry = twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await;
    let entry: Value = serde_json::from_slice(&entry.body).unwrap();
    entry["advice"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap().to_owned()).collect()
}

/// The one user with a name.
async fn user(twin: &Twin, name: &str) -> UserRecord {
    let users = twin.document().await.users;
    let mut named = users.into_iter().filter(|user| user.shared.username.as_deref() == Some(name));
    let user = named.next().unwrap_or_else(|| panic!("nobody is called {name}"));
    assert!(named.next().is_none(), "two users are called {name}");
    user
}

fn apis(user: &UserRecord) -> Vec<&str> {
    ["pbnb", "reseller", "expoints", "adminUsers"].into_iter().filter(|api| user.values(api).is_some()).collect()
}

fn admin_user(name: &str) -> Value {
    json!({"Username": name, "DisplayName": "New Name", "EmailAddress": "new@example.com", "Enabled": true,
        "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa", "MobilePhone": "+44 7700 900123", "Password": "Hopping42",
        "TimeZone": "UTC"})
}

#[tokio::test]
async fn pbnb_create_attaches_a_user_of_other_apis_and_keeps_members_that_were_not_sent() {
    let twin = Twin::demo().await;
    let before = user(&twin, "jan").await;
    let answer = send(&twin, "POST", PBNB, &json!({"Username": "JAN"})).await;
    assert!(answer.text().contains(r#""Success":true"#), "{}", answer.text());
    assert!(answer.text().contains(r#""Email":"jan@example.com""#), "{}", answer.text());
    assert_eq!(advice(&twin).await, ["user.attached"]);
    let after = user(&twin, "JAN").await;
    assert_eq!(apis(&after), ["pbnb", "expoints"]);
    assert_eq!((after.shared.id, after.shared.email), (before.shared.id, before.shared.email));
    let again = send(&twin, "POST", PBNB, &json!({"Username": "jan"})).await;
    assert!(again.text().contains(r#""ErrorCode":5"#), "{}", again.text());
}

#[tokio::test]
async fn a_user_that_pbnb_deleted_can_be_created_there_again() {
    let twin = Twin::demo().await;
    assert_eq!(twin.send(Call::new("DELETE", &format!("{PBNB}/1"))).await.status, 200);
    assert_eq!(apis(&user(&twin, "ada").await), ["reseller", "expoints", "adminUsers"]);
    let answer = send(&twin, "POST", PBNB, &json!({"Username": "ada"})).await;
    assert!(answer.text().contains(r#""Success":true"#), "{}", answer.text());
    assert_eq!(user(&twin, "ada").await.shared.id.to_string(), ADA);
}

#[tokio::test]
async fn admin_create_attaches_a_user_of_other_apis_and_its_members_count_for_all() {
    let twin = Twin::demo().await;
    let before = user(&twin, "hedy").await;
    let answer = send(&twin, "POST", ADMIN, &admin_user("hedy")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(advice(&twin).await, ["user.attached"]);
    let after = user(&twin, "hedy").await;
    assert_eq!(apis(&after), ["reseller", "adminUsers"]);
    assert_eq!(after.shared.id, before.shared.id);
    assert_eq!(after.shared.display_name.as_deref(), Some("New Name"));
    assert_eq!(after.shared.email.as_deref(), Some("new@example.com"));
}

#[tokio::test]
async fn expoints_post_attaches_a_user_of_other_apis_and_an_address_that_was_sent_counts_for_all() {
    let twin = Twin::demo().await;
    let batch = json!([{"Username": "grace", "Type": "Internal", "Email": "other@example.com", "Roles": []}]);
    assert_eq!(send(&twin, "POST", EXPOINTS, &batch).await.status, 200);
    assert_eq!(advice(&twin).await, ["user.attached"]);
    let after = user(&twin, "grace").await;
    assert_eq!(apis(&after), ["pbnb", "expoints"]);
    assert_eq!(after.shared.email.as_deref(), Some("other@example.com"));
}

#[tokio::test]
async fn reseller_create_attaches_a_user_of_other_apis_by_its_address() {
    let twin = Twin::demo().await;
    let before = user(&twin, "grace").await;
    let body = json!({"email": "Grace@example.com", "displayName": "Grace Hopper"});
    let answer = send(&twin, "POST", &reseller(), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.text().contains(&before.shared.id.to_string()), "{}", answer.text());
    assert_eq!(advice(&twin).await, ["user.attached"]);
    let after = user(&twin, "grace").await;
    assert_eq!(apis(&after), ["pbnb", "reseller"]);
    assert_eq!(after.shared.display_name.as_deref(), Some("Grace Hopper"));
    assert_eq!(twin.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_name_of_a_user_that_the_api_does_not_show_is_refused_with_advice() {
    let twin = Twin::demo().await;
    let answer = send(&twin, "PATCH", &format!("{PBNB}/1"), &json!({"Username": "jan"})).await;
    assert!(answer.text().contains(r#""ErrorCode":5"#), "{}", answer.text());
    assert_eq!(advice(&twin).await, ["user.name-held-elsewhere"]);
    let answer = send(&twin, "PUT", &format!("{ADMIN}/{ADA}"), &admin_user("jan")).await;
    assert!(answer.text().contains("UsernameInUse"), "{}", answer.text());
    assert_eq!(advice(&twin).await, ["user.name-held-elsewhere"]);
    // A name that the client can see needs no explanation.
    send(&twin, "PATCH", &format!("{PBNB}/1"), &json!({"Username": "grace"})).await;
    assert_eq!(advice(&twin).await, [""; 0]);
}

#[tokio::test]
async fn a_new_name_and_password_at_pbnb_count_for_all() {
    let twin = Twin::demo().await;
    let body = json!({"Username": "countess", "PasswordInfo": {"Password": "pw", "MaxDenials": 2, "ResetPeriod": 3}});
    send(&twin, "PATCH", &format!("{PBNB}/1"), &body).await;
    let admin = twin.get(&format!("{ADMIN}/{ADA}"), "application/json").await;
    for member in [r#""Username":"countess""#, r#""Password":"pw""#] {
        assert!(admin.text().contains(member), "{}", admin.text());
    }
    assert!(twin.get(EXPOINTS, "application/json").await.text().contains(r#""Username":"countess""#));
}

#[tokio::test]
async fn every_shared_member_of_an_admin_put_counts_for_all() {
    let twin = Twin::demo().await;
    let mut body = admin_user("countess");
    body["Enabled"] = json!(false);
    assert_eq!(send(&twin, "PUT", &format!("{ADMIN}/{ADA}"), &body).await.status, 200);
    let pbnb = twin.get(&format!("{PBNB}/1"), "application/json").await;
    for member in [
        r#""Username":"countess""#,
        r#""Email":"new@example.com""#,
        r#""Password":"Hopping42""#,
        r#""Status":"Disabled""#,
    ] {
        assert!(pbnb.text().contains(member), "{member} {}", pbnb.text());
    }
}

#[tokio::test]
async fn unlocking_and_access_at_admin_users_change_its_facet_only() {
    let twin = Twin::demo().await;
    let before = user(&twin, "ada").await;
    assert_eq!(twin.send(Call::new("PATCH", &format!("{ADMIN}/{ADA}/access"))).await.status, 200);
    let after = user(&twin, "ada").await;
    assert_ne!(after.values("adminUsers"), before.values("adminUsers"));
    for api in ["pbnb", "reseller", "expoints"] {
        assert_eq!(after.values(api), before.values(api));
    }
    assert_eq!(after.shared.enabled, before.shared.enabled);
}

#[tokio::test]
async fn a_name_and_address_patched_at_reseller_count_for_all() {
    let twin = Twin::demo().await;
    let patch = json!([{"op": "replace", "path": "/displayName", "value": "Countess"},
        {"op": "replace", "path": "/email", "value": "countess@example.com"}]);
    assert_eq!(send(&twin, "PATCH", &format!("{}/{ADA}", reseller()), &patch).await.status, 200);
    let admin = twin.get(&format!("{ADMIN}/{ADA}"), "application/json").await;
    assert!(admin.text().contains(r#""DisplayName":"Countess","#), "{}", admin.text());
    assert!(admin.text().contains(r#""EmailAddress":"countess@example.com""#), "{}", admin.text());
}

#[tokio::test]
async fn a_user_deleted_in_its_primary_tenant_stays_with_the_other_apis() {
    let twin = Twin::demo().await;
    assert_eq!(twin.send(Call::new("DELETE", &format!("{}/{ADA}", reseller()))).await.status, 200);
    assert_eq!(apis(&user(&twin, "ada").await), ["pbnb", "expoints", "adminUsers"]);
}

#[tokio::test]
async fn the_last_api_that_deletes_a_user_ends_it() {
    let twin = Twin::demo().await;
    assert_eq!(twin.send(Call::new("DELETE", &format!("{PBNB}/2"))).await.status, 200);
    let names = twin.document().await.users.into_iter().filter_map(|user| user.shared.username);
    assert!(!names.collect::<BTreeSet<_>>().contains("grace"));
}

#[tokio::test]
async fn expoints_clears_an_address_only_where_no_other_api_requires_one() {
    let twin = Twin::demo().await;
    let batch = |name: &str| json!([{"Username": name, "Type": "Internal", "Email": "", "Roles": []}]);
    assert_eq!(send(&twin, "PUT", EXPOINTS, &batch("ada")).await.status, 200);
    assert!(advice(&twin).await.contains(&"user.email-kept".to_owned()));
    assert_eq!(user(&twin, "ada").await.shared.email.as_deref(), Some("ada@example.com"));
    assert_eq!(send(&twin, "PUT", EXPOINTS, &batch("jan")).await.status, 200);
    assert!(!advice(&twin).await.contains(&"user.email-kept".to_owned()));
    assert_eq!(user(&twin, "jan").await.shared.email.as_deref(), Some(""));
}

#[tokio::test]
async fn an_address_that_reseller_would_refuse_does_not_stop_other_changes_there() {
    let twin = Twin::demo().await;
    let batch = json!([{"Username": "ada", "Type": "Internal", "Email": "no address", "Roles": []}]);
    assert_eq!(send(&twin, "PUT", EXPOINTS, &batch).await.status, 200);
    let path = format!("{}/{ADA}", reseller());
    let patch = |path: &str, value: &str| json!([{"op": "replace", "path": path, "value": value}]);
    assert_eq!(send(&twin, "PATCH", &path, &patch("/displayName", "Countess")).await.status, 200);
    assert_eq!(send(&twin, "PATCH", &path, &patch("/email", "no address")).await.status, 200);
    assert_eq!(send(&twin, "PATCH", &path, &patch("/email", "no address either")).await.status, 400);
}

#[tokio::test]
async fn everything_that_an_api_returns_can_be_sent_back() {
    // The values that a state document or another API can leave behind, and that no client of the API could store.
    let mut seed: Value = serde_json::from_str(include_str!("../../src/apis/demo.json")).unwrap();
    let ada = &mut seed["users"][0];
    ada["password"] = json!("pw");
    ada["email"] = json!("no address");
    ada["displayName"] = json!("x".repeat(200));
    ada["pbnb"]["maxDenials"] = json!(-1);
    ada["pbnb"]["accessTypes"] = json!([99]);
    let twin = Twin::seeded(&seed.to_string()).await;
    let before = twin.document().await;
    for (path, method, success) in
        [(format!("{PBNB}/1"), "PATCH", "\"Success\":true"), (format!("{ADMIN}/{ADA}"), "PUT", "")]
    {
        let read: Value = serde_json::from_slice(&twin.get(&path, "application/json").await.body).unwrap();
        let sent = if method == "PATCH" { &read["Data"] } else { &read["ResponseData"]["Detail"] };
        let answer = send(&twin, method, &path, sent).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.text());
        assert!(answer.text().contains(success), "{path} {}", answer.text());
    }
    let path = format!("{}/{ADA}", reseller());
    let read: Value = serde_json::from_slice(&twin.get(&path, "application/json").await.body).unwrap();
    let member = |name: &str| json!({"op": "replace", "path": format!("/{name}"), "value": read["data"][name]});
    let answer = send(&twin, "PATCH", &path, &json!([member("email"), member("roles")])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(apis(&twin.document().await.users[0]), apis(&before.users[0]));
}

#[test]
fn the_page_names_a_test_for_every_line() {
    let page = include_str!("../../docs/one-user.md");
    let lines = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| action"));
    let cited: BTreeSet<&str> = lines.map(|line| line.rsplit('`').nth(1).expect("a line names its test")).collect();
    let source = include_str!("one_user.rs");
    let tests: BTreeSet<&str> = source
        .split("#[tokio::test]\nasync fn ")
        .skip(1)
        .map(|rest| rest.split('(').next().unwrap())
        .filter(|name| !name.contains('"') && !name.contains('\n'))
        .collect();
    assert_eq!(cited, tests);
}
