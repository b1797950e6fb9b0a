//! Reseller: JSON Patch over a user, and what it refuses, as whole responses with the sizes that the vendor prints.

use crate::twin::{Answer, Call, Twin};
use usertwin::apis::reseller::facet::ResellerFacet;

const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const USER: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const SEED: &str = r#"{
  "users": [
    {"id": "f4237dd3-01ff-48d8-8d90-16c06605724f", "email": "ada@example.com", "displayName": "Ada",
     "reseller": {"primaryTenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "memberships": [
       {"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": ["account.user", "user.admin"]},
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": ["account.user"]}]}},
    {"id": "00000000-0000-4000-8000-000000000002", "email": "grace@example.com", "displayName": "Grace",
     "reseller": {"primaryTenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "memberships": [
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": []}]}}
  ],
  "reseller": {"accounts": [{"id": "6172bb3d-e843-46bb-93a3-334505974ad9", "name": "One"},
                            {"id": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Two"}]},
  "tokens": [{"token": "good", "state": "valid"}, {"token": "old", "state": "expired"}, {"token": "gone", "state": "revoked"}]
}"#;
const SUCCESS: &str = r#"{"status":"success","timestamp":"2024-03-28T08:12:49.3595132Z"}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

fn path() -> String {
    format!("/api/v1.0/accounts/{TENANT}/users/{USER}")
}

async fn patch(twin: &Twin, body: &str) -> Answer {
    twin.send(Call::new("PATCH", &path()).body("application/json", body)).await
}

fn failure(status: u16, message: &str) -> String {
    let timestamp = "2024-03-28T08:12:49.3595132Z";
    let body = format!(r#"{{"error":{status},"message":"{message}","status":"error","timestamp":"{timestamp}"}}"#);
    format!("{status}\napplication/json; charset=utf-8\n{body}")
}

/// Display name, e-mail address and the roles in each tenant.
async fn stored(twin: &Twin) -> (String, String, Vec<Vec<String>>) {
    let user = twin.document().await.users.into_iter().find(|user| user.shared.id.to_string() == USER).unwrap();
    let roles =
        user.facet::<ResellerFacet>().unwrap().memberships.into_iter().map(|membership| membership.roles).collect();
    (user.shared.display_name.unwrap(), user.shared.email.unwrap(), roles)
}

fn ada(display_name: &str, email: &str, roles: &[&str]) -> (String, String, Vec<Vec<String>>) {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    (display_name.to_owned(), email.to_owned(), vec![roles, vec!["account.user".to_owned()]])
}

const EMAIL: &str = "ada@example.com";

#[tokio::test]
async fn the_vendors_sample_changes_the_display_name() {
    let twin = twin().await;
    for path in [path(), path().replace("/api/", "/"), path().to_uppercase().replace("API", "Api") + "/"] {
        let body = r#"[{"op": "replace", "path": "/displayName", "value": "My New Name"}]"#;
        let answer = twin.send(Call::new("PATCH", &path).body("application/json", body)).await;
        assert_eq!(answer.whole(), format!("200\napplication/json; charset=utf-8\n{SUCCESS}"), "{path}");
        assert_eq!(answer.body.len(), 63);
        let context = answer.header("request-context");
        assert_eq!(context.as_deref(), Some("appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038"));
    }
    assert_eq!(stored(&twin).await, ada("My New Name", EMAIL, &["account.user", "user.admin"]));
}

#[tokio::test]
async fn all_six_operations_change_what_they_address() {
    for (body, expected) in [
        (
            r#"[{"op":"add","path":"/roles/-","value":"customer.admin"}]"#,
            ada("Ada", EMAIL, &["account.user", "user.admin", "customer.admin"]),
        ),
        (
            r#"[{"op":"add","path":"/roles/0","value":"branding.admin"}]"#,
            ada("Ada", EMAIL, &["branding.admin", "account.user", "user.admin"]),
        ),
        (r#"[{"op":"replace","path":"/roles","value":["webhooks.admin"]}]"#, ada("Ada", EMAIL, &["webhooks.admin"])),
        (r#"[{"op":"remove","path":"/roles/0"}]"#, ada("Ada", EMAIL, &["user.admin"])),
        (r#"[{"op":"remove","path":"/roles"}]"#, ada("Ada", EMAIL, &[])),
        (r#"[{"op":"move","from":"/roles/1","path":"/roles/0"}]"#, ada("Ada", EMAIL, &["user.admin", "account.user"])),
        (
            r#"[{"op":"copy","from":"/email","path":"/displayName"}]"#,
            ada(EMAIL, EMAIL, &["account.user", "user.admin"]),
        ),
        (
            r#"[{"op":"test","path":"/displayName","value":"Ada"},{"op":"REPLACE","path":"EMAIL","value":"a@b"}]"#,
            ada("Ada", "a@b", &["account.user", "user.admin"]),
        ),
        (
            r#"[{"op":"add","path":"/roles/-","value":"user.admin"}]"#,
            ada("Ada", EMAIL, &["account.user", "user.admin"]),
        ),
        ("[]", ada("Ada", EMAIL, &["account.user", "user.admin"])),
    ] {
        let twin = twin().await;
        assert_eq!(patch(&twin, body).await.text(), SUCCESS, "{body}");
        assert_eq!(stored(&twin).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_patch_that_fails_changes_nothing() {
    let twin = twin().await;
    let before = stored(&twin).await;
    for (body, message) in [
        (
            r#"[{"op":"replace","path":"/displayName","value":"x"},{"op":"replace","path":"/shoeSize","value":1}]"#,
            "The target location specified by path segment 'shoeSize' was not found.",
        ),
        (
            r#"[{"op":"replace","path":"/id","value":"x"}]"#,
            "The target location specified by path segment 'id' was not found.",
        ),
        (
            r#"[{"op":"replace","path":"/roles/7","value":"user.admin"}]"#,
            "The index value provided by path segment '7' is out of bounds of the array size.",
        ),
        (
            r#"[{"op":"replace","path":"/roles/x","value":"user.admin"}]"#,
            "The path segment 'x' is invalid for an array index.",
        ),
        (
            r#"[{"op":"test","path":"/displayName","value":"Grace"}]"#,
            "The current value 'Ada' at path 'displayName' is not equal to the test value 'Grace'.",
        ),
        (r#"[{"op":"sort","path":"/roles"}]"#, "Invalid JsonPatch operation 'sort'."),
        (
            r#"[{"op":"add","path":"/roles","value":"user.admin"}]"#,
            "The value 'user.admin' is invalid for target location.",
        ),
        (r#"[{"op":"add","path":"/roles/-","value":null}]"#, "The value '' is invalid for target location."),
        (r#"[{"op":"add","path":"/roles/-","value":"king"}]"#, "The role 'king' does not exist."),
        (r#"[{"op":"remove","path":"/displayName"}]"#, "The DisplayName field is required."),
        (r#"[{"op":"replace","path":"/email","value":" "}]"#, "The Email field is required."),
        (
            r#"[{"op":"replace","path":"/email","value":"no address"}]"#,
            "The Email field is not a valid e-mail address.",
        ),
        (r#"{"op":"replace"}"#, "The JSON patch document was malformed and could not be parsed."),
        (r#"[{"op":"replace","value":1}]"#, "The JSON patch document was malformed and could not be parsed."),
        ("", "A non-empty request body is required."),
    ] {
        assert_eq!(patch(&twin, body).await.whole(), failure(400, message), "{body}");
    }
    assert_eq!(stored(&twin).await, before);
}

#[tokio::test]
async fn sizes_are_those_of_the_vendors_samples() {
    let twin = twin().await;
    let bad = format!("{TENANT}x");
    let path = format!("/v1.0/accounts/{bad}/users/{USER}");
    let answer = twin.send(Call::new("PATCH", &path).body("application/json", "[]")).await;
    assert_eq!(answer.whole(), failure(400, &format!("The value '{bad}' is not valid.")));
    assert_eq!(answer.body.len(), 149);
    let path = format!("/v1.0/accounts/{TENANT}/users/nobody");
    let answer = twin.send(Call::new("PATCH", &path).body("application/json", "[]")).await;
    assert_eq!(answer.whole(), failure(400, "The value 'nobody' is not valid."));
    let path = format!("/v1.0/accounts/{TENANT}/users/00000000-0000-4000-8000-000000000002");
    let answer = twin.send(Call::new("PATCH", &path).body("application/json", "[]")).await;
    assert_eq!(answer.whole(), failure(404, "Not Found"));
    assert_eq!(answer.body.len(), 95);
    let path = format!("/v1.0/accounts/00000000-0000-4000-8000-000000000009/users/{USER}");
    let answer = twin.send(Call::new("PATCH", &path).body("application/json", "[]")).await;
    assert_eq!(answer.whole(), failure(404, "Not Found"));
}

#[tokio::test]
async fn requests_that_mvc_never_sees_have_an_empty_body() {
    let twin = twin().await;
    let answer = twin.send(Call::anonymous("GET", "/api/v1.0/nosuch")).await;
    assert_eq!(answer.whole(), "404\nno content type\n");
    let answer = twin.send(Call::anonymous("PUT", &path()).body("application/json", "[]")).await;
    assert_eq!(answer.whole(), "405\nno content type\n");
    assert_eq!(answer.header("allow").as_deref(), Some("DELETE, GET, PATCH"));
    for (token, challenge) in [
        (None, "Bearer"),
        (Some("Basic good"), "Bearer"),
        (Some("Bearer old"), "Bearer error=\"invalid_token\", error_description=\"The token is expired\""),
        (Some("Bearer gone"), "Bearer error=\"invalid_token\""),
    ] {
        let mut call = Call::anonymous("PATCH", &path()).body("text/plain", "garbage");
        if let Some(token) = token {
            call = call.header("authorization", token);
        }
        let answer = twin.send(call).await;
        assert_eq!(answer.whole(), "401\nno content type\n");
        assert_eq!(answer.header("www-authenticate").as_deref(), Some(challenge));
    }
}

#[tokio::test]
async fn media_types_are_those_of_the_json_formatters() {
    let twin = twin().await;
    for media_type in ["application/json-patch+json", "text/json; charset=utf-8", "application/vnd.x+json"] {
        let answer = twin.send(Call::new("PATCH", &path()).body(media_type, "[]")).await;
        assert_eq!(answer.text(), SUCCESS, "{media_type}");
    }
    let answer =
        twin.send(Call::new("PATCH", &path()).body("application/xml", "[]").header("accept", "text/xml")).await;
    assert_eq!(answer.whole(), failure(415, "Unsupported Media Type"));
}
