//! Reseller's users: list, read, create, delete and the activation mail, over two tenants with a user in both.

use crate::twin::{Answer, Call, Twin};
use usertwin::apis::reseller::facet::ResellerFacet;

const ONE: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const TWO: &str = "a3c6c788-3bc4-4942-e17f-08d8c461185e";
const EMPTY: &str = "00000000-0000-4000-8000-00000000000e";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const GRACE: &str = "00000000-0000-4000-8000-000000000002";
const SEED: &str = r#"{
  "users": [
    {"id": "f4237dd3-01ff-48d8-8d90-16c06605724f", "username": "ada", "email": "ada@example.com", "displayName": "Ada O'L \"é\"",
     "expoints": {},
     "reseller": {"primaryTenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "memberships": [
       {"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": ["account.user", "user.admin"]},
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": []}]}},
    {"id": "00000000-0000-4000-8000-000000000002", "email": "grace@example.com",
     "reseller": {"primaryTenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "memberships": [
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": ["account.user"]}]}},
    {"username": "jan", "email": "jan@example.com", "expoints": {}}
  ],
  "reseller": {"accounts": [{"id": "6172bb3d-e843-46bb-93a3-334505974ad9", "name": "One"},
                            {"id": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Two"},
                            {"id": "00000000-0000-4000-8000-00000000000e", "name": "Empty"},
                            {"id": "00000000-0000-4000-8000-00000000000d", "name": "Gone", "deleted": true}]},
  "tokens": [{"token": "good", "state": "valid"}]
}"#;
const TAIL: &str = r#""status":"success","timestamp":"2024-03-28T08:12:49.3595132Z"}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

fn users(tenant: &str) -> String {
    format!("/api/v1.0/accounts/{tenant}/users")
}

fn user(tenant: &str, id: &str) -> String {
    format!("/api/v1.0/accounts/{tenant}/users/{id}")
}

async fn send(twin: &Twin, method: &str, path: &str) -> Answer {
    twin.send(Call::new(method, path)).await
}

async fn create(twin: &Twin, tenant: &str, body: &str) -> Answer {
    twin.send(Call::new("POST", &users(tenant)).body("application/json", body)).await
}

fn success(status: u16, body: &str) -> String {
    format!("{status}\napplication/json; charset=utf-8\n{body}")
}

fn failure(status: u16, message: &str) -> String {
    let message = serde_json::Value::from(message);
    let timestamp = "2024-03-28T08:12:49.3595132Z";
    success(status, &format!(r#"{{"error":{status},"message":{message},"status":"error","timestamp":"{timestamp}"}}"#))
}

fn failure_with_code(code: &str, message: &str) -> String {
    failure(400, message).replace(r#""error":400,"#, &format!(r#""error":400,"errorCode":"{code}","#))
}

#[tokio::test]
async fn a_list_shows_every_member_of_the_tenant_without_roles() {
    let twin = twin().await;
    let ada =
        format!(r#"{{"id":"{ADA}","displayName":"Ada O'L \"é\"","email":"ada@example.com","primaryTenant":"{ONE}"}}"#);
    // Grace has no display name: nulls are left out.
    let grace = format!(r#"{{"id":"{GRACE}","email":"grace@example.com","primaryTenant":"{TWO}"}}"#);
    let answer = send(&twin, "GET", &(users(TWO) + "?pageSize=1&pageIndex=7")).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"page_size":2,"data":[{ada},{grace}],{TAIL}"#)));
    assert_eq!(answer.header("request-context").as_deref(), Some("appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038"));
    let answer = send(&twin, "GET", &users(EMPTY)).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"page_size":0,"data":[],{TAIL}"#)));
}

#[tokio::test]
async fn a_user_is_read_with_its_roles_in_that_tenant() {
    let twin = twin().await;
    for (tenant, roles) in [(ONE, r#"["account.user","user.admin"]"#), (TWO, "[]")] {
        let data = format!(
            r#"{{"id":"{ADA}","displayName":"Ada O'L \"é\"","email":"ada@example.com","primaryTenant":"{ONE}","roles":{roles}}}"#
        );
        let answer = send(&twin, "GET", &user(tenant, ADA)).await;
        assert_eq!(answer.whole(), success(200, &format!(r#"{{"data":{data},{TAIL}"#)));
    }
    assert_eq!(send(&twin, "GET", &user(ONE, GRACE)).await.whole(), failure(404, "Not Found"));
}

#[tokio::test]
async fn a_new_user_gets_an_address_website_access_and_a_mail() {
    let twin = twin().await;
    for (prefix, roles, shown) in [
        ("/api", r#"["user.admin","user.admin"]"#, r#"["account.user","user.admin"]"#),
        ("", r#"["webhooks.admin","account.user"]"#, r#"["webhooks.admin","account.user"]"#),
        ("/api", "null", r#"["account.user"]"#),
    ] {
        let count = twin.document().await.users.len();
        let body = format!(
            r#"{{"id":"{ADA}","EMAIL":"New{count}@example.com","displayName":"New User","roles":{roles},"primaryTenant":"{TWO}"}}"#
        );
        let path = format!("{prefix}/v1.0/accounts/{}/users", ONE.to_uppercase());
        let answer = twin.send(Call::new("POST", &path).body("application/json", body)).await;
        let made = twin.document().await.users.pop().unwrap().shared;
        let data = format!(
            r#"{{"id":"{}","displayName":"New User","email":"New{count}@example.com","primaryTenant":"{ONE}","roles":{shown}}}"#,
            made.id
        );
        assert_eq!(answer.whole(), success(201, &format!(r#"{{"data":{data},{TAIL}"#)));
        let address = format!("http://localhost{prefix}/v1.0/accounts/{ONE}/users/{}", made.id);
        assert_eq!(answer.header("location"), Some(address.clone()));
        let read = send(&twin, "GET", address.trim_start_matches("http://localhost")).await;
        assert_eq!(read.text(), answer.text());
        assert_eq!(
            (made.username, made.enabled, made.created_at.round_trip().as_str()),
            (None, true, crate::twin::NOW)
        );
        let mail = twin.outbox().await.pop().unwrap();
        assert_eq!((mail.api, mail.kind.as_str()), ("reseller", "activation"));
        assert_eq!(mail.to, format!("New{count}@example.com"));
        let link = mail.link.unwrap();
        assert!(
            link.starts_with(&format!("http://localhost{prefix}/v1.0/activate?userId={}&code=", made.id)),
            "{link}"
        );
    }
    assert_eq!(twin.outbox().await.len(), 3);
}

#[tokio::test]
async fn links_keep_the_world_and_the_forwarded_host() {
    let twin = twin().await;
    let body = r#"{"email":"n@example.com","displayName":"N"}"#;
    let call = Call::new("POST", &format!("/w/blue{}", users(ONE))).body("application/json", body);
    let answer = twin.send(call.header("x-forwarded-host", "proxy:9").header("x-forwarded-proto", "https")).await;
    let location = answer.header("location").unwrap();
    assert!(location.starts_with(&format!("https://proxy:9/w/blue/api/v1.0/accounts/{ONE}/users/")), "{location}");
}

#[tokio::test]
async fn a_user_of_another_tenant_is_attached_and_keeps_its_members() {
    let twin = twin().await;
    let body = r#"{"email":"GRACE@example.com","displayName":"Somebody else","roles":["customer.admin"]}"#;
    let answer = create(&twin, ONE, body).await;
    let data = format!(
        r#"{{"id":"{GRACE}","email":"grace@example.com","primaryTenant":"{TWO}","roles":["account.user","customer.admin"]}}"#
    );
    assert_eq!(answer.whole(), success(201, &format!(r#"{{"data":{data},{TAIL}"#)));
    assert_eq!(answer.header("location"), Some(format!("http://localhost{}", user(ONE, GRACE))));
    assert!(send(&twin, "GET", &user(TWO, GRACE)).await.text().contains(r#""roles":["account.user"]"#));
    assert!(twin.outbox().await.is_empty());
    let again = create(&twin, ONE, body).await;
    let message = "A user with this email already exists in this tenant.";
    assert_eq!(again.whole(), failure_with_code("UserAlreadyExists", message));
    let known = twin.document().await.users.len();
    // A user of other APIs only is the same user from now on.
    assert_eq!(create(&twin, ONE, r#"{"email":"jan@example.com","displayName":"Jan"}"#).await.status, 201);
    assert_eq!(twin.document().await.users.len(), known);
}

#[tokio::test]
async fn a_body_that_is_not_acceptable_creates_nobody() {
    let twin = twin().await;
    let long = |count| "x".repeat(count);
    for (body, message) in [
        (String::new(), "A non-empty request body is required."),
        ("null".into(), "A non-empty request body is required."),
        (r#"{"email":"a"#.into(), "Unterminated string. Expected delimiter: \". Path 'email', line 1, position 11."),
        (
            r#"{"email":{}}"#.into(),
            "Unexpected character encountered while parsing value: {. Path 'email', line 1, position 10.",
        ),
        (
            r#"{"roles":"x"}"#.into(),
            "Error converting value \"x\" to type 'System.Collections.Generic.List`1[System.String]'. Path 'roles', line 1, position 12.",
        ),
        ("{}".into(), "The Email field is required."),
        (r#"{"email":" ","displayName":"x"}"#.into(), "The Email field is required."),
        (r#"{"email":"a@b@c"}"#.into(), "The Email field is not a valid e-mail address."),
        (r#"{"email":"a@b"}"#.into(), "The DisplayName field is required."),
        (
            format!(r#"{{"email":"{}@b","displayName":"x"}}"#, long(199)),
            "The field Email must be a string with a maximum length of 200.",
        ),
        (
            format!(r#"{{"email":"a@b","displayName":"{}"}}"#, long(101)),
            "The field DisplayName must be a string with a maximum length of 100.",
        ),
        (r#"{"email":"a@b","displayName":"x","roles":["king"]}"#.into(), "The role 'king' does not exist."),
        (r#"{"email":"a@b","displayName":"x","roles":[null]}"#.into(), "The value '' is invalid."),
    ] {
        assert_eq!(create(&twin, ONE, &body).await.whole(), failure(400, message), "{body}");
    }
    assert_eq!(twin.document().await.users.len(), 3);
    assert!(twin.outbox().await.is_empty());
    let longest = format!(r#"{{"email":"{}@b","displayName":"{}"}}"#, long(198), long(100));
    assert_eq!(create(&twin, ONE, &longest).await.status, 201);
}

#[tokio::test]
async fn media_types_verbs_and_tokens_are_checked_in_the_pipelines_order() {
    let twin = twin().await;
    let body = r#"{"email":"a@b","displayName":"x"}"#;
    // The media type before a malformed id, a malformed id before the body, the body before the account.
    let answer = twin.send(Call::new("POST", &users("x")).body("application/xml", body)).await;
    assert_eq!(answer.whole(), failure(415, "Unsupported Media Type"));
    assert_eq!(create(&twin, "x", "{").await.whole(), failure(400, "The value 'x' is not valid."));
    let unknown = "00000000-0000-4000-8000-0000000000ff";
    assert_eq!(create(&twin, unknown, "{}").await.whole(), failure(400, "The Email field is required."));
    assert_eq!(create(&twin, unknown, body).await.whole(), failure(404, "Not Found"));
    for (method, path, allow) in [
        ("PUT", users(ONE), "GET, POST"),
        ("HEAD", user(ONE, ADA), "DELETE, GET, PATCH"),
        ("GET", user(ONE, ADA) + "/sendActivationEmail", "POST"),
    ] {
        let answer = twin.send(Call::anonymous(method, &path)).await;
        assert_eq!(answer.whole(), "405\nno content type\n");
        assert_eq!(answer.header("allow").as_deref(), Some(allow));
    }
    for (method, path) in [
        ("GET", users("x")),
        ("POST", users(ONE)),
        ("GET", user(ONE, ADA)),
        ("DELETE", user(ONE, ADA)),
        ("POST", user(ONE, ADA) + "/sendActivationEmail"),
    ] {
        let answer = twin.send(Call::anonymous(method, &path)).await;
        assert_eq!(answer.whole(), "401\nno content type\n", "{method} {path}");
        assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
    }
}

#[tokio::test]
async fn malformed_and_unknown_ids_are_answered_differently() {
    let twin = twin().await;
    let gone = "00000000-0000-4000-8000-00000000000d";
    for (method, suffix) in [("GET", ""), ("DELETE", ""), ("POST", "/sendActivationEmail")] {
        for (tenant, id, expected) in [
            ("It's", "x", failure(400, "The value 'It's' is not valid.")),
            (ONE, "x%2F", failure(400, "The value 'x%2F' is not valid.")),
            (ONE, "%20", failure(400, "The value ' ' is invalid.")),
            (gone, ADA, failure(404, "Not Found")),
            (ONE, GRACE, failure(404, "Not Found")),
            (EMPTY, "00000000000000000000000000000000", failure(404, "Not Found")),
        ] {
            let answer = send(&twin, method, &(user(tenant, id) + suffix)).await;
            assert_eq!(answer.whole(), expected, "{method} {tenant} {id}");
        }
    }
    assert_eq!(send(&twin, "GET", &users(gone)).await.whole(), failure(404, "Not Found"));
}

#[tokio::test]
async fn outside_the_primary_tenant_a_user_is_only_detached() {
    let twin = twin().await;
    let answer = send(&twin, "DELETE", &user(TWO, ADA)).await;
    assert_eq!(answer.whole(), success(200, &format!("{{{TAIL}")));
    assert_eq!(answer.body.len(), 63);
    assert_eq!(send(&twin, "DELETE", &user(TWO, ADA)).await.whole(), failure(404, "Not Found"));
    assert!(send(&twin, "GET", &users(TWO)).await.text().starts_with(r#"{"page_size":1,"#));
    let read = send(&twin, "GET", &user(ONE, ADA)).await;
    assert!(read.text().contains(r#""roles":["account.user","user.admin"]"#), "{}", read.text());
}

#[tokio::test]
async fn in_the_primary_tenant_a_user_leaves_every_tenant_and_this_api() {
    let twin = twin().await;
    assert_eq!(send(&twin, "DELETE", &user(ONE, ADA)).await.status, 200);
    for tenant in [ONE, TWO] {
        assert_eq!(send(&twin, "GET", &user(tenant, ADA)).await.whole(), failure(404, "Not Found"));
    }
    assert_eq!(send(&twin, "DELETE", &user(TWO, GRACE)).await.status, 200);
    let left: Vec<_> = twin
        .document()
        .await
        .users
        .into_iter()
        .map(|user| (user.facet::<ResellerFacet>(), user.shared.username))
        .collect();
    // Ada is still known to another API; Grace was to none.
    assert_eq!(left, [(None, Some("ada".to_owned())), (None, Some("jan".to_owned()))]);
}

#[tokio::test]
async fn an_activation_mail_is_sent_again_through_the_primary_tenant_alone() {
    let twin = twin().await;
    for sent in 1..=2 {
        let answer = send(&twin, "POST", &(user(ONE, ADA) + "/sendactivationemail")).await;
        assert_eq!(answer.whole(), "204\nno content type\n");
        assert_eq!(twin.outbox().await.len(), sent);
    }
    assert!(twin.outbox().await.iter().all(|mail| mail.to == "ada@example.com" && mail.kind == "activation"));
    let answer = send(&twin, "POST", &(user(TWO, ADA) + "/sendActivationEmail")).await;
    let message = "This is not the primary tenant for this User.";
    assert_eq!(answer.whole(), failure_with_code("TenantNotPrimary", message));
    assert_eq!(answer.body.len(), 162);
    assert_eq!(twin.outbox().await.len(), 2);
}

#[tokio::test]
async fn a_patch_cannot_take_another_members_address() {
    let twin = twin().await;
    let patch = |value: &str| {
        let body = format!(r#"[{{"op":"replace","path":"/email","value":"{value}"}}]"#);
        Call::new("PATCH", &user(TWO, ADA)).body("application/json", body)
    };
    let message = "A user with this email already exists in this tenant.";
    let answer = twin.send(patch("Grace@example.com")).await;
    assert_eq!(answer.whole(), failure_with_code("UserAlreadyExists", message));
    assert_eq!(twin.send(patch("ADA@example.com")).await.status, 200);
    assert_eq!(twin.send(patch("jan@example.com")).await.status, 200);
}
