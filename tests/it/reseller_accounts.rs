//! Reseller's accounts: pages, read, create, patch and delete, as whole responses.

use crate::twin::{Answer, Call, NOW, Twin};
use usertwin::apis::reseller::facet::Account;

const ONE: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const TWO: &str = "a3c6c788-3bc4-4942-e17f-08d8c461185e";
const ENTERPRISE: &str = "d5985c89-73ad-4956-1f51-08d8c20cd51c";
const SEED: &str = r#"{
  "users": [
    {"email": "ada@example.com", "reseller": {"memberships": [
       {"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": ["account.user"]},
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": ["user.admin", "account.user"]}]}},
    {"email": "grace@example.com", "reseller": {"memberships": [
       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": ["user.admin"]}]}}
  ],
  "reseller": {"accounts": [
    {"id": "6172bb3d-e843-46bb-93a3-334505974ad9", "name": "One"},
    {"id": "00000000-0000-4000-8000-00000000000d", "name": "Gone", "deleted": true},
    {"id": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Two", "enabled": false, "description": "Zweite",
     "reference": "R-2", "timezone": "Europe/London", "countryCode": "GB",
     "parentTenantId": "90ce2cce-5b90-424b-b502-55924f140a48", "dateCreated": "2019-01-01T09:00:00.1239Z"}]},
  "tokens": [{"token": "good", "state": "valid"}]
}"#;
const TAIL: &str = r#""status":"success","timestamp":"2024-03-28T08:12:49.3595132Z"}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

fn path(tenant: &str) -> String {
    format!("/api/v1.0/accounts/{tenant}")
}

fn one() -> String {
    let date = "2024-01-01T00:00:00.000";
    format!(r#"{{"id":"{ONE}","name":"One","enabled":true,"parentTenantId":"{ENTERPRISE}","dateCreated":"{date}"}}"#)
}

fn two() -> String {
    format!(
        "{{\"id\":\"{TWO}\",\"name\":\"Two\",\"description\":\"Zweite\",\"enabled\":false,\
         \"parentTenantId\":\"90ce2cce-5b90-424b-b502-55924f140a48\",\"reference\":\"R-2\",\
         \"dateCreated\":\"2019-01-01T09:00:00.123\",\"timezone\":\"Europe/London\",\"countryCode\":\"GB\"}}"
    )
}

async fn send(twin: &Twin, method: &str, path: &str) -> Answer {
    twin.send(Call::new(method, path)).await
}

async fn send_body(twin: &Twin, method: &str, path: &str, body: &str) -> Answer {
    twin.send(Call::new(method, path).body("application/json", body)).await
}

fn success(status: u16, body: &str) -> String {
    format!("{status}\napplication/json; charset=utf-8\n{body}{TAIL}")
}

fn failure(status: u16, message: &str) -> String {
    let message = serde_json::Value::from(message);
    let body = format!(r#"{{"error":{status},"message":{message},"status":"error","timestamp":"{NOW}"}}"#);
    format!("{status}\napplication/json; charset=utf-8\n{body}")
}

#[tokio::test]
async fn accounts_come_by_pages_that_count_what_they_hold() {
    let twin = twin().await;
    for (query, size, index, data) in [
        ("", 2, 0, format!("{},{}", one(), two())),
        ("?pageIndex=0&pageSize=20", 2, 0, format!("{},{}", one(), two())),
        ("?PAGEINDEX=1&pagesize=1", 1, 1, two()),
        ("?pageIndex=&pageSize=1", 1, 0, one()),
        ("?pageIndex=2147483647&pageSize=2147483647", 0, 2_147_483_647, String::new()),
    ] {
        let answer = send(&twin, "GET", &format!("/api/v1.0/accounts{query}")).await;
        let body = format!(r#"{{"page_size":{size},"page_index":{index},"data":[{data}],"#);
        assert_eq!(answer.whole(), success(200, &body), "{query}");
    }
    for value in ["x", "1.5", "2147483648"] {
        let answer = send(&twin, "GET", &format!("/api/v1.0/accounts?pageIndex={value}")).await;
        assert_eq!(answer.whole(), failure(400, &format!("The value '{value}' is not valid.")));
    }
    for (query, message) in
        [("pageIndex=-1", "The value '-1' is not valid."), ("pageSize=0", "The value '0' is not valid.")]
    {
        let answer = send(&twin, "GET", &format!("/api/v1.0/accounts?{query}")).await;
        assert_eq!(answer.whole(), failure(400, message));
    }
}

#[tokio::test]
async fn an_account_is_read_without_the_members_it_lacks() {
    let twin = twin().await;
    for (tenant, data) in [(ONE, one()), (TWO, two())] {
        let answer = send(&twin, "GET", &(path(tenant) + "/")).await;
        assert_eq!(answer.whole(), success(200, &format!(r#"{{"data":{data},"#)));
    }
    for tenant in ["00000000-0000-4000-8000-00000000000d", ENTERPRISE] {
        assert_eq!(send(&twin, "GET", &path(tenant)).await.whole(), failure(404, "Not Found"));
    }
    assert_eq!(send(&twin, "GET", &path("x")).await.whole(), failure(400, "The value 'x' is not valid."));
}

#[tokio::test]
async fn a_new_account_is_off_unless_the_body_says_so() {
    let twin = twin().await;
    for (body, shown, enabled) in [
        (r#"{"name":"Three"}"#, r#""name":"Three","enabled":false"#, false),
        (
            r#"{"Name":"Four","description":"d","reference":"r","enabled":true,"timezone":"t","countryCode":"c","id":1}"#,
            r#""name":"Four","description":"d","enabled":true"#,
            true,
        ),
    ] {
        let answer = send_body(&twin, "POST", "/v1.0/accounts", body).await;
        let made = twin.document().await.items::<Account>().pop().unwrap();
        let body = format!(r#"{{"data":{{"id":"{}",{shown},"parentTenantId":"{ENTERPRISE}"}},"#, made.id);
        assert_eq!(answer.whole(), success(201, &body));
        assert_eq!(answer.header("location"), Some(format!("http://localhost/v1.0/accounts/{}", made.id)));
        assert_eq!((made.enabled, made.created_at.round_trip().as_str()), (enabled, NOW));
        assert!(send(&twin, "GET", &path(&made.id.to_string())).await.text().contains(shown));
    }
    let list = send(&twin, "GET", "/api/v1.0/accounts?pageIndex=1&pageSize=3").await;
    assert!(list.text().contains(r#""name":"Four","description":"d","enabled":true"#), "{}", list.text());
}

#[tokio::test]
async fn a_body_that_is_not_acceptable_creates_no_account() {
    let twin = twin().await;
    let long = |name: &str, count| format!(r#"{{"name":"n","{name}":"{}"}}"#, "x".repeat(count));
    let limited = |name, limit| format!("The field {name} must be a string with a maximum length of {limit}.");
    for (body, message) in [
        (String::new(), "A non-empty request body is required.".to_owned()),
        ("{}".into(), "The Name field is required.".into()),
        (r#"{"name":"\t"}"#.into(), "The Name field is required.".into()),
        (
            r#"{"name":"n","enabled":"yes"}"#.into(),
            "Could not convert string to boolean: yes. Path 'enabled', line 1, position 27.".into(),
        ),
        (format!(r#"{{"name":"{}"}}"#, "é".repeat(101)), limited("Name", 100)),
        (long("timezone", 41), limited("Timezone", 40)),
        (long("reference", 201), limited("Reference", 200)),
        (long("countryCode", 6), limited("CountryCode", 5)),
        (long("description", 201), limited("Description", 200)),
    ] {
        let answer = send_body(&twin, "POST", "/api/v1.0/accounts", &body).await;
        assert_eq!(answer.whole(), failure(400, &message), "{body}");
    }
    let answer = twin.send(Call::new("POST", "/api/v1.0/accounts").body("text/plain", "{}")).await;
    assert_eq!(answer.whole(), failure(415, "Unsupported Media Type"));
    assert_eq!(twin.document().await.items::<Account>().len(), 3);
    assert_eq!(send_body(&twin, "POST", "/api/v1.0/accounts", &long("timezone", 40)).await.status, 201);
}

#[tokio::test]
async fn a_patch_reaches_what_a_new_account_brings() {
    let twin = twin().await;
    let body = r#"[{"op":"replace","path":"/enabled","value":"false"},{"op":"add","path":"/NAME","value":"Uno"},
                   {"op":"copy","from":"/name","path":"/reference"},{"op":"add","path":"/description","value":"d"},
                   {"op":"add","path":"/timezone","value":"Z"},{"op":"add","path":"/countryCode","value":"IT"}]"#;
    let answer = send_body(&twin, "PATCH", &(path(ONE) + "/"), body).await;
    assert_eq!(answer.whole(), success(200, "{"));
    assert_eq!(answer.body.len(), 63);
    let data = format!(
        "{{\"id\":\"{ONE}\",\"name\":\"Uno\",\"description\":\"d\",\"enabled\":false,\
         \"parentTenantId\":\"{ENTERPRISE}\",\"reference\":\"Uno\",\"dateCreated\":\"2024-01-01T00:00:00.000\",\
         \"timezone\":\"Z\",\"countryCode\":\"IT\"}}"
    );
    assert_eq!(send(&twin, "GET", &path(ONE)).await.whole(), success(200, &format!(r#"{{"data":{data},"#)));
    assert!(twin.outbox().await.is_empty());
}

#[tokio::test]
async fn a_patch_that_fails_leaves_the_account() {
    let twin = twin().await;
    let not_found = |segment: &str| format!("The target location specified by path segment '{segment}' was not found.");
    for (body, message) in [
        (r#"[{"op":"replace","path":"/id","value":"x"}]"#, not_found("id")),
        (r#"[{"op":"replace","path":"/parentTenantId","value":"x"}]"#, not_found("parentTenantId")),
        (r#"[{"op":"replace","path":"/name","value":"x"},{"op":"remove","path":"/shoe"}]"#, not_found("shoe")),
        (
            r#"[{"op":"replace","path":"/enabled","value":"maybe"}]"#,
            "The value 'maybe' is invalid for target location.".into(),
        ),
        (r#"[{"op":"remove","path":"/name"}]"#, "The Name field is required.".into()),
        (
            r#"[{"op":"replace","path":"/countryCode","value":"ABCDEF"}]"#,
            "The field CountryCode must be a string with a maximum length of 5.".into(),
        ),
        ("{}", "The JSON patch document was malformed and could not be parsed.".into()),
    ] {
        let answer = send_body(&twin, "PATCH", &path(TWO), body).await;
        assert_eq!(answer.whole(), failure(400, &message), "{body}");
    }
    assert_eq!(send_body(&twin, "PATCH", &path(ENTERPRISE), "[]").await.whole(), failure(404, "Not Found"));
    assert_eq!(send(&twin, "GET", &path(TWO)).await.whole(), success(200, &format!(r#"{{"data":{},"#, two())));
}

#[tokio::test]
async fn an_account_that_is_enabled_invites_its_users_with_website_access() {
    let twin = twin().await;
    let body = r#"[{"op":"replace","path":"/enabled","value":true}]"#;
    for _ in 0..2 {
        assert_eq!(send_body(&twin, "PATCH", &path(TWO), body).await.status, 200);
        let sent: Vec<_> = twin.outbox().await.into_iter().map(|mail| (mail.kind, mail.to)).collect();
        assert_eq!(sent, [("invitation".to_owned(), "ada@example.com".to_owned())]);
    }
}

#[tokio::test]
async fn a_deleted_account_is_not_found_and_stays_in_the_document() {
    let twin = twin().await;
    let answer = send(&twin, "DELETE", &path(TWO)).await;
    assert_eq!(answer.whole(), success(200, "{"));
    for (method, path) in [("DELETE", path(TWO)), ("GET", path(TWO)), ("GET", path(TWO) + "/users")] {
        assert_eq!(send(&twin, method, &path).await.whole(), failure(404, "Not Found"), "{method} {path}");
    }
    let list = send(&twin, "GET", "/api/v1.0/accounts").await;
    assert_eq!(list.whole(), success(200, &format!(r#"{{"page_size":1,"page_index":0,"data":[{}],"#, one())));
    let document = twin.document().await;
    let accounts = document.items::<Account>();
    let account = accounts.last().unwrap();
    assert_eq!((account.deleted, account.enabled), (true, false));
    assert_eq!(usertwin::Apis::four().schema().parse(&document.to_json().to_string()), Ok(document.clone()));
    let users = send(&twin, "GET", &(path(ONE) + "/users")).await;
    assert!(users.text().contains("ada@example.com"), "{}", users.text());
}

#[tokio::test]
async fn members_of_an_account_beyond_the_published_ones_are_written_only_where_they_say_something() {
    let accounts = &usertwin::Apis::four().schema().parse(SEED).unwrap().to_json()["reseller"]["accounts"];
    let one = format!(r#"{{"id":"{ONE}","name":"One","enabled":true}}"#);
    assert_eq!(accounts[0].to_string(), one);
    let members: Vec<_> = accounts[2].as_object().unwrap().keys().map(String::as_str).collect();
    let all = [
        "id",
        "name",
        "enabled",
        "description",
        "reference",
        "timezone",
        "countryCode",
        "parentTenantId",
        "dateCreated",
    ];
    assert_eq!(members, all);
    assert_eq!(accounts[1]["deleted"], true);
}

#[tokio::test]
async fn accounts_need_a_token_and_refuse_other_verbs() {
    let twin = twin().await;
    for (method, path) in [
        ("GET", "/api/v1.0/accounts".to_owned()),
        ("POST", "/api/v1.0/accounts".to_owned()),
        ("GET", path(ONE)),
        ("PATCH", path(ONE)),
        ("DELETE", path(ONE)),
    ] {
        let answer = twin.send(Call::anonymous(method, &path)).await;
        assert_eq!(answer.whole(), "401\nno content type\n", "{method} {path}");
        assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
    }
    for (path, allow) in [("/api/v1.0/accounts".to_owned(), "GET, POST"), (path(ONE), "DELETE, GET, PATCH")] {
        let answer = twin.send(Call::anonymous("PUT", &path)).await;
        assert_eq!(answer.whole(), "405\nno content type\n");
        assert_eq!(answer.header("allow").as_deref(), Some(allow));
    }
}
