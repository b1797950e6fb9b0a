//! Reseller's customers and their users: pages, read, create, patch, delete, mails and metrics, as whole responses.

use crate::twin::{Answer, Call, NOW, Twin};
use usertwin::apis::reseller::facet::{Customer, ResellerFacet};

const ONE: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const TWO: &str = "8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22";
const ACME: &str = "a3c6c788-3bc4-4942-e17f-08d8c461185e";
const BELLS: &str = "b3c6c788-3bc4-4942-e17f-08d8c461185e";
const OTHER: &str = "c3c6c788-3bc4-4942-e17f-08d8c461185e";
const GONE: &str = "d3c6c788-3bc4-4942-e17f-08d8c461185e";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const GRACE: &str = "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e02";
const SEED: &str = r#"{
  "users": [
    {"id": "f4237dd3-01ff-48d8-8d90-16c06605724f", "email": "ada@example.com", "displayName": "Ada", "reseller": {
       "memberships": [{"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": ["account.user"]},
                       {"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "roles": ["customer.user"]}]}},
    {"id": "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e02", "email": "grace@example.com", "displayName": "Grace", "reseller": {
       "memberships": [{"tenant": "a3c6c788-3bc4-4942-e17f-08d8c461185e",
                        "roles": ["customer.user", "customer.user.pbx", "customer.settings"]}]}}
  ],
  "reseller": {
    "accounts": [{"id": "6172bb3d-e843-46bb-93a3-334505974ad9", "name": "One", "dateCreated": "2021-03-02T15:15:46.538411Z"},
                 {"id": "8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22", "name": "Two"}],
    "customers": [
      {"id": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Acme", "reference": "R-100", "description": "d",
       "dateCreated": "2019-01-01T09:00:00Z"},
      {"id": "c3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Acme too",
       "parentTenantId": "8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22"},
      {"id": "d3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Gone", "deleted": true},
      {"id": "b3c6c788-3bc4-4942-e17f-08d8c461185e", "name": "Bells", "enabled": false, "timezone": "Europe/London",
       "countryCode": "GB", "sendNewUserEmail": false, "sendConnectWelcomeEmail": false}]},
  "tokens": [{"token": "good", "state": "valid"}]
}"#;
const TAIL: &str = r#""status":"success","timestamp":"2024-03-28T08:12:49.3595132Z"}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

fn customers(account: &str) -> String {
    format!("/api/v1.0/accounts/{account}/customers")
}

fn users(customer: &str) -> String {
    format!("{}/{customer}/users", customers(ONE))
}

fn user(customer: &str, id: &str) -> String {
    format!("{}/{id}", users(customer))
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

fn acme() -> String {
    format!(
        r#"{{"id":"{ACME}","name":"Acme","description":"d","enabled":true,"parentTenantId":"{ONE}","reference":"R-100","dateCreated":"2019-01-01T09:00:00.000"}}"#
    )
}

fn bells() -> String {
    format!(
        r#"{{"id":"{BELLS}","name":"Bells","enabled":false,"parentTenantId":"{ONE}","dateCreated":"2024-01-01T00:00:00.000","timezone":"Europe/London","countryCode":"GB"}}"#
    )
}

async fn mails(twin: &Twin) -> Vec<(String, String)> {
    twin.outbox().await.into_iter().map(|mail| (mail.kind, mail.to)).collect()
}

#[tokio::test]
async fn customers_of_an_account_come_by_pages_and_a_filter_looks_at_name_and_reference() {
    let twin = twin().await;
    for (query, size, index, data) in [
        ("", 2, 0, format!("{},{}", acme(), bells())),
        ("?pageIndex=1&pageSize=1", 1, 1, bells()),
        ("?filter=", 2, 0, format!("{},{}", acme(), bells())),
        ("?filter=ELL", 1, 0, bells()),
        ("?filter=r-1", 1, 0, acme()),
        ("?filter=e&pageSize=1&pageIndex=1", 1, 1, bells()),
        ("?filter=e&pageSize=1&pageIndex=2", 0, 2, String::new()),
        ("?filter=too", 0, 0, String::new()),
    ] {
        let answer = send(&twin, "GET", &(customers(ONE) + query)).await;
        let body = format!(r#"{{"page_size":{size},"page_index":{index},"data":[{data}],"#);
        assert_eq!(answer.whole(), success(200, &body), "{query}");
    }
    let answer = send(&twin, "GET", &(customers(ONE) + "?pageSize=0&filter=e")).await;
    assert_eq!(answer.whole(), failure(400, "The value '0' is not valid."));
    assert_eq!(send(&twin, "GET", &customers(ACME)).await.whole(), failure(404, "Not Found"));
    assert_eq!(send(&twin, "GET", &customers("x")).await.whole(), failure(400, "The value 'x' is not valid."));
}

#[tokio::test]
async fn a_customer_is_found_below_its_own_account_only() {
    let twin = twin().await;
    let answer = send(&twin, "GET", &format!("{}/{ACME}", customers(ONE))).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"data":{},"#, acme())));
    for (account, customer) in [(TWO, ACME), (ONE, OTHER), (ONE, GONE), (ONE, TWO), (GONE, ACME)] {
        let address = format!("{}/{customer}", customers(account));
        for (method, path) in [
            ("GET", address.clone()),
            ("DELETE", address.clone()),
            ("GET", address.clone() + "/users"),
            ("GET", format!("{address}/users/{ADA}")),
            ("POST", format!("{address}/users/{ADA}/sendActivationEmail")),
            ("POST", format!("{address}/users/{ADA}/sendUConnectActivationEmail")),
        ] {
            assert_eq!(send(&twin, method, &path).await.whole(), failure(404, "Not Found"), "{method} {path}");
        }
        assert_eq!(send_body(&twin, "PATCH", &address, "[]").await.whole(), failure(404, "Not Found"));
    }
    let answer = send(&twin, "GET", &user("y", "z")).await;
    assert_eq!(answer.whole(), failure(400, "The value 'y' is not valid."));
}

#[tokio::test]
async fn a_new_customer_belongs_to_the_account_and_its_pbx_is_ignored() {
    let twin = twin().await;
    let body = r#"{"name":"New","description":"This is new","reference":"ABC","enabled":false,"timezone":"t",
        "countryCode":"US","pbxConnectionProfile":{"_type":"KazooPbxConnectionProfile","apiKey":"k"},
        "sendNewUserEmail":false,"trialduration":"30"}"#;
    let answer = send_body(&twin, "POST", &customers(TWO), body).await;
    let made = twin.document().await.items::<Customer>().pop().unwrap();
    let shown = r#""name":"New","description":"This is new","enabled":false"#;
    let expected = format!(r#"{{"data":{{"id":"{}",{shown},"parentTenantId":"{TWO}"}},"#, made.id);
    assert_eq!(answer.whole(), success(201, &expected));
    let location = format!("http://localhost/api/v1.0/accounts/{TWO}/customers/{}", made.id);
    assert_eq!(answer.header("location"), Some(location));
    let kept = (made.send_new_user_email, made.send_connect_welcome_email, made.trial_duration);
    assert_eq!(kept, (false, true, 30));
    for (account, body, expected) in [
        (TWO, r#"{"description":"d"}"#, failure(400, "The Name field is required.")),
        (ACME, r#"{"name":"n"}"#, failure(404, "Not Found")),
    ] {
        assert_eq!(send_body(&twin, "POST", &customers(account), body).await.whole(), expected);
    }
}

#[tokio::test]
async fn a_patched_customer_that_becomes_enabled_invites_users_with_website_access() {
    let twin = twin().await;
    let address = format!("{}/{ACME}", customers(ONE));
    let off =
        r#"[{"op":"replace","path":"/enabled","value":false},{"op":"replace","path":"/trialDuration","value":7}]"#;
    assert_eq!(send_body(&twin, "PATCH", &address, off).await.whole(), success(200, "{"));
    assert_eq!(mails(&twin).await, []);
    let on = r#"[{"op":"replace","path":"/enabled","value":true},{"op":"replace","path":"/name","value":"New name"}]"#;
    assert_eq!(send_body(&twin, "PATCH", &address, on).await.whole(), success(200, "{"));
    let invited = |to: &str| ("invitation".to_owned(), to.to_owned());
    assert_eq!(mails(&twin).await, [invited("ada@example.com"), invited("grace@example.com")]);
    let stored = twin.document().await.items::<Customer>().remove(0);
    assert_eq!((stored.name.as_str(), stored.enabled, stored.trial_duration), ("New name", true, 7));
    let gone = "The target location specified by path segment 'parentTenantId' was not found.";
    let patch = r#"[{"op":"replace","path":"/parentTenantId","value":"x"}]"#;
    assert_eq!(send_body(&twin, "PATCH", &address, patch).await.whole(), failure(400, gone));
}

#[tokio::test]
async fn a_deleted_customer_is_not_found_and_its_users_stay_in_their_other_tenants() {
    let twin = twin().await;
    let address = format!("{}/{ACME}", customers(ONE));
    assert_eq!(send(&twin, "DELETE", &address).await.whole(), success(200, "{"));
    for path in [address.clone(), address.clone() + "/users"] {
        assert_eq!(send(&twin, "GET", &path).await.whole(), failure(404, "Not Found"));
    }
    let answer = send(&twin, "GET", &customers(ONE)).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"page_size":1,"page_index":0,"data":[{}],"#, bells())));
    assert_eq!(send(&twin, "GET", &format!("/v1.0/accounts/{ONE}/users/{ADA}")).await.status, 200);
    // The exported document still names the customer and can be read again.
    let document = twin.document().await;
    assert_eq!(crate::twin::schema().parse(&document.to_json().to_string()).unwrap(), document);
}

#[tokio::test]
async fn users_of_a_customer_say_whether_they_belong_to_the_account_also() {
    let twin = twin().await;
    let ada = format!(
        r#""id":"{ADA}","displayName":"Ada","email":"ada@example.com","primaryTenant":"{ONE}","isParent":true"#
    );
    let grace = format!(
        r#""id":"{GRACE}","displayName":"Grace","email":"grace@example.com","primaryTenant":"{ACME}","isParent":false"#
    );
    let answer = send(&twin, "GET", &users(ACME)).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"page_size":2,"data":[{{{ada}}},{{{grace}}}],"#)));
    let roles = r#""roles":["customer.user","customer.user.pbx","customer.settings"]"#;
    let answer = send(&twin, "GET", &user(ACME, GRACE)).await;
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"data":{{{grace},{roles}}},"#)));
    let answer = send(&twin, "GET", &user(BELLS, GRACE)).await;
    assert_eq!(answer.whole(), failure(404, "Not Found"));
}

#[tokio::test]
async fn a_new_user_of_a_customer_gets_website_access_and_the_mails_that_the_customer_sends() {
    let twin = twin().await;
    let body = |email: &str| {
        format!(r#"{{"email":"{email}","displayName":"New","roles":["admin.user","customer.user.uc.remote"]}}"#)
    };
    for (customer, email, expected) in
        [(ACME, "new@example.com", vec!["activation", "welcome"]), (BELLS, "quiet@example.com", vec![])]
    {
        let answer = send_body(&twin, "POST", &users(customer), &body(email)).await;
        let made = twin.document().await.users.pop().unwrap().shared.id;
        let roles = r#""roles":["customer.user","admin.user","customer.user.uc.remote"]"#;
        let data =
            format!(r#""id":"{made}","displayName":"New","email":"{email}","primaryTenant":"{customer}",{roles}"#);
        assert_eq!(answer.whole(), success(201, &format!(r#"{{"data":{{{data}}},"#)));
        assert_eq!(answer.header("location"), Some(format!("http://localhost{}", user(customer, &made.to_string()))));
        let sent: Vec<_> = mails(&twin).await.into_iter().filter(|(_, to)| to == email).map(|(kind, _)| kind).collect();
        assert_eq!(sent, expected);
    }
    // A user of another tenant becomes a member; its primary tenant stays.
    let answer = send_body(&twin, "POST", &users(BELLS), r#"{"email":"Grace@example.com","displayName":"x"}"#).await;
    assert!(
        answer
            .text()
            .contains(&format!(r#""displayName":"Grace","email":"grace@example.com","primaryTenant":"{ACME}""#))
    );
    let answer = send_body(&twin, "POST", &users(BELLS), r#"{"email":"grace@example.com","displayName":"x"}"#).await;
    assert!(answer.text().contains(r#""errorCode":"UserAlreadyExists""#), "{}", answer.text());
}

#[tokio::test]
async fn the_two_levels_have_role_keys_of_their_own() {
    let twin = twin().await;
    for (path, role, known) in [
        (users(ACME), "customer.user.supervisorl1", true),
        (users(ACME), "customer.not-published", true),
        (users(ACME), "customer.", false),
        (users(ACME), "account.user", false),
        (format!("/v1.0/accounts/{ONE}/users"), "customer.user", false),
    ] {
        let body = format!(r#"{{"email":"{known}.{role}@x","displayName":"x","roles":["{role}"]}}"#);
        let answer = send_body(&twin, "POST", &path, &body).await;
        match known {
            true => assert_eq!(answer.status, 201, "{role}"),
            false => assert_eq!(answer.whole(), failure(400, &format!("The role '{role}' does not exist."))),
        }
    }
}

#[tokio::test]
async fn the_pbx_role_outlives_a_patch_that_replaces_all_roles() {
    let twin = twin().await;
    for (patch, roles) in [
        (
            r#"[{"op":"add","path":"/roles/-","value":"customer.user.supervisorl1"}]"#,
            vec!["customer.user", "customer.user.pbx", "customer.settings", "customer.user.supervisorl1"],
        ),
        (
            r#"[{"op":"replace","path":"/roles","value":["customer.user.uc"]}]"#,
            vec!["customer.user.uc", "customer.user.pbx"],
        ),
        (r#"[{"op":"replace","path":"/roles","value":["customer.user"]}]"#, vec!["customer.user", "customer.user.pbx"]),
    ] {
        assert_eq!(send_body(&twin, "PATCH", &user(ACME, GRACE), patch).await.whole(), success(200, "{"));
        let grace = twin.document().await.users.remove(1);
        assert_eq!(grace.facet::<ResellerFacet>().unwrap().memberships[0].roles, roles);
    }
    // Once, when the user could first use the client.
    assert_eq!(mails(&twin).await, [("welcome".to_owned(), "grace@example.com".to_owned())]);
}

#[tokio::test]
async fn outside_its_primary_tenant_a_user_only_leaves_the_customer() {
    let twin = twin().await;
    assert_eq!(send(&twin, "DELETE", &user(ACME, ADA)).await.whole(), success(200, "{"));
    assert_eq!(send(&twin, "DELETE", &user(ACME, ADA)).await.whole(), failure(404, "Not Found"));
    assert_eq!(send(&twin, "GET", &format!("/v1.0/accounts/{ONE}/users/{ADA}")).await.status, 200);
    assert_eq!(send(&twin, "DELETE", &user(ACME, GRACE)).await.whole(), success(200, "{"));
    assert_eq!(twin.document().await.users.len(), 1);
}

#[tokio::test]
async fn mails_to_users_of_a_customer_go_through_the_primary_tenant_alone() {
    let twin = twin().await;
    for (segment, kind) in [("sendActivationEmail", "activation"), ("sendUConnectActivationEmail", "welcome")] {
        let answer = send(&twin, "POST", &format!("{}/{segment}", user(ACME, GRACE))).await;
        assert_eq!(answer.whole(), "204\nno content type\n");
        assert_eq!(mails(&twin).await.pop(), Some((kind.to_owned(), "grace@example.com".to_owned())));
        let answer = send(&twin, "POST", &format!("{}/{segment}", user(ACME, ADA))).await;
        assert!(answer.text().contains(r#""errorCode":"TenantNotPrimary""#), "{}", answer.text());
    }
    assert_eq!(mails(&twin).await.len(), 2);
}

#[tokio::test]
async fn metrics_count_the_roles_of_each_customers_users() {
    let twin = twin().await;
    let answer = send(&twin, "GET", &format!("/api/v1.0/accounts/{ONE}/metrics")).await;
    let acme = format!(
        r#"{{"tenantId":"{ACME}","tenantName":"Acme","enabled":true,"dateCreated":"2019-01-01T09:00:00","roles":{{"customer.settings":1,"customer.user":2,"customer.user.pbx":1}}}}"#
    );
    let bells = format!(
        r#"{{"tenantId":"{BELLS}","tenantName":"Bells","enabled":false,"dateCreated":"2024-01-01T00:00:00","roles":{{}}}}"#
    );
    let account = format!(
        r#""accountTenantId":"{ONE}","accountName":"One","enabled":true,"dateCreated":"2021-03-02T15:15:46.538411""#
    );
    assert_eq!(answer.whole(), success(200, &format!(r#"{{"data":{{{account},"customers":[{acme},{bells}]}},"#)));
    let unknown = send(&twin, "GET", &format!("/api/v1.0/accounts/{ACME}/metrics")).await;
    assert_eq!(unknown.whole(), failure(404, "Not Found"));
}

#[test]
fn a_document_may_name_customers_and_accounts_as_tenants_but_nothing_else() {
    let schema = crate::twin::schema();
    let problems = |text: &str| -> Vec<String> {
        let found = schema.parse(text).unwrap_err();
        found.iter().map(ToString::to_string).collect()
    };
    let text = SEED.replace(r#""tenant": "a3c6c788"#, r#""tenant": "e3c6c788"#);
    let found = problems(&text);
    let unlisted = "No account or customer e3c6c788-3bc4-4942-e17f-08d8c461185e is listed in reseller.accounts or \
                    reseller.customers.";
    assert!(found[0].contains(unlisted), "{found:?}");
    let text = SEED.replace(r#""parentTenantId": "8f0d5b1c"#, r#""parentTenantId": "9f0d5b1c"#);
    let unlisted = "No account 9f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22 is listed in reseller.accounts.";
    assert!(problems(&text)[0].contains(unlisted));
}
