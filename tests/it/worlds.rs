//! Worlds: copies of the seed that never see each other, addressed by prefix or host.

use crate::twin::{Call, Twin};
use std::sync::Arc;

const USER: &str = "/v1/core/Accounts/2/users/1";

fn rename(world: &str, name: &str) -> Call {
    let body = format!(r#"{{"Username":"{name}"}}"#);
    Call::new("PATCH", &format!("/w/{world}{USER}")).body("application/json", body)
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_changed_in_parallel_never_see_each_other() {
    let twin = Arc::new(Twin::demo().await);
    let mut tasks = Vec::new();
    for world in 0..8 {
        let twin = Arc::clone(&twin);
        tasks.push(tokio::spawn(async move {
            for round in 0..25 {
                let name = format!("user-{world}-{round}");
                let changed = twin.send(rename(&format!("t{world}"), &name)).await;
                assert_eq!(changed.status, 200);
                let seen = twin.get(&format!("/w/t{world}{USER}"), "application/json").await;
                assert!(seen.text().contains(&format!(r#""Username":"{name}""#)), "{}", seen.text());
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let main = twin.get(USER, "application/json").await;
    assert!(main.text().contains(r#""Username":"ada""#), "{}", main.text());
}

#[tokio::test]
async fn a_host_below_localhost_is_the_same_world_as_the_prefix() {
    let twin = Twin::demo().await;
    assert_eq!(twin.send(rename("blue", "bluebird")).await.status, 200);
    let by_host = twin.send(Call::new("GET", USER).host("blue.localhost:8080")).await;
    assert!(by_host.text().contains(r#""Username":"bluebird""#), "{}", by_host.text());
}

#[tokio::test]
async fn texts_that_quote_the_address_keep_the_world() {
    let twin = Twin::demo().await;
    let answer = twin.get("/w/blue/v1/nothing", "application/json").await;
    assert!(answer.text().contains("'http://localhost/w/blue/v1/nothing'"), "{}", answer.text());
}

#[tokio::test]
async fn names_that_no_world_can_have_are_refused_with_a_sentence() {
    let answer = Twin::demo().await.get("/w/a%20b/v1/core/Accounts/2/users/1", "*/*").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
    assert!(answer.text().contains("'a%20b' is not the name of a world"), "{}", answer.text());
}

#[tokio::test]
async fn no_more_worlds_are_made_than_allowed() {
    let twin = Twin::with(&["--max-worlds", "2"], crate::twin::demo_seed()).await;
    let statuses = async |world: &str| twin.get(&format!("/w/{world}{USER}"), "*/*").await.status.as_u16();
    assert_eq!([statuses("main").await, statuses("a").await, statuses("b").await], [200, 200, 507]);
    assert_eq!(statuses("a").await, 200);
}

#[tokio::test]
async fn one_user_has_four_facets() {
    let twin = Twin::demo().await;
    let rename = Call::new("PATCH", USER).body("application/json", r#"{"Username":"countess"}"#);
    assert_eq!(twin.send(rename).await.status, 200);
    let id = "f4237dd3-01ff-48d8-8d90-16c06605724f";
    let details = "DisplayName=Ada+King&EmailAddress=king@example.com&Enabled=true&TimeZone=UTC&Username=countess\
                   &LanguageID=c2fd9942-2548-483b-875c-a724b208dcaa&MobilePhone=12345";
    let put = Call::new("PUT", &format!("/api/v1/admin/users/{id}")).body("application/x-www-form-urlencoded", details);
    let answer = twin.send(put).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let pbnb = twin.get(USER, "application/json").await;
    assert!(pbnb.text().contains(r#""Username":"countess","Email":"king@example.com""#), "{}", pbnb.text());
    let batch = r#"[{"Username":"COUNTESS","Type":"Internal","Roles":[],"Email":"third@example.com"}]"#;
    let put = Call::new("PUT", "/external/api/v3/user").body("application/json", batch);
    assert_eq!(twin.send(put).await.status, 200);
    let tenant = "6172bb3d-e843-46bb-93a3-334505974ad9";
    let test = r#"[{"op":"test","path":"/email","value":"third@example.com"},{"op":"test","path":"/displayName","value":"Ada King"}]"#;
    let patch = Call::new("PATCH", &format!("/v1.0/accounts/{tenant}/users/{id}")).body("application/json", test);
    let answer = twin.send(patch).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn control_calls_also_answer_behind_a_worlds_prefix() {
    let twin = Twin::demo().await;
    let plain = twin.get("/_usertwin/worlds/main/users?limit=1", "*/*").await;
    assert_eq!(plain.status, 200, "{}", plain.text());
    assert_eq!(twin.get("/w/blue/_usertwin/worlds/main/users?limit=1", "*/*").await.text(), plain.text());
    assert_eq!(twin.get("/w/blue/_usertwinner", "*/*").await.status, 404);
}

#[tokio::test]
async fn patches_that_change_nothing_leave_an_empty_diff() {
    let twin = Twin::demo().await;
    let same = Call::new("PATCH", USER).body("application/json", r#"{"Username":"ada","Email":"ignored"}"#);
    assert_eq!(twin.send(same).await.status, 200);
    let user = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";
    assert_eq!(twin.send(Call::new("PATCH", user).body("application/json", "[]")).await.status, 200);
    let diff = twin.get("/_usertwin/worlds/main/diff?from=seed", "*/*").await;
    assert!(diff.text().contains(r#""empty":true"#), "{}", diff.text());
}

#[tokio::test]
async fn a_world_in_the_wrong_place_of_a_path_is_told_its_right_one() {
    let twin = Twin::demo().await;
    for (path, meant) in [
        ("/api/w/t1/v1.0/accounts", "/w/t1/api/v1.0/accounts"),
        ("/pbnb/w/t1/v1/core/Accounts/2/users/1", "/w/t1/pbnb/v1/core/Accounts/2/users/1"),
        ("/w/t1/w/t1/v1/core/Accounts/2/users/1", "/w/t1/v1/core/Accounts/2/users/1"),
        ("/v1/core/w/t1/Accounts/2/users/1", "/w/t1/v1/core/Accounts/2/users/1"),
    ] {
        let answer = twin.get(path, "application/json").await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains(&format!("'{meant}'")), "{}", answer.text());
        assert_eq!(twin.get(meant, "application/json").await.status, 200, "{meant}");
    }
    let elsewhere = twin.get("/nowhere/w/t1", "*/*").await;
    assert!(elsewhere.text().contains("No API lives at"), "{}", elsewhere.text());
}

#[tokio::test]
async fn sign_in_is_reached_below_each_base_address() {
    let twin = Twin::demo().await;
    for path in [
        "/api/connect/token",
        "/w/t/api/connect/token",
        "/connect/token",
        "/w/t/any-tenant/oauth2/v2.0/token",
        "/w/t/Token",
    ] {
        let call = Call::anonymous("POST", path).body("application/x-www-form-urlencoded", "grant_type=x");
        let answer = twin.send(call).await;
        assert!(answer.status == 400 && answer.text().contains("\"error\":"), "{path}: {}", answer.text());
    }
    let discovery = twin.get("/w/t/api/.well-known/openid-configuration", "*/*").await;
    assert!(discovery.text().contains("/w/t/api/connect/token"), "{}", discovery.text());
}
