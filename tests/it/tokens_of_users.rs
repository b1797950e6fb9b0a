//! Tokens that belong to a user: they end with that user, reach what the user reaches, and are served with advice where
//! tokens are not checked strictly.

use crate::tokens::{of_reseller, parsed, status, strict};
use crate::twin::{Call, Twin};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const HEDY: &str = "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04";
const FIRST: &str = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9";
const SECOND: &str = "/api/v1.0/accounts/8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22";

/// A way for a user to change.
type Way = fn(&mut Value);

/// A PBNB token of grace, the administrator of account 2.
async fn of_grace(twin: &Twin) -> String {
    let body = r#"{"Username":"grace","Password":"Cobol1959"}"#;
    let call = Call::anonymous("POST", "/v1/core/accountlogin").header("appid", "7").body("application/json", body);
    twin.send(call).await.header("authtoken").unwrap()
}

/// The codes of advice of the latest request.
async fn latest_advice(twin: &Twin) -> Vec<String> {
    let entry = parsed(&twin.get("/_usertwin/worlds/main/requests/latest", "*/*").await);
    entry["advice"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap().to_owned()).collect()
}

/// Changes a user in the state, as a test does from outside.
async fn change(twin: &Twin, username: &str, change: impl Fn(&mut Value)) {
    let mut state = parsed(&twin.get("/_usertwin/worlds/main/state", "*/*").await);
    let users = state["users"].as_array_mut().unwrap();
    change(users.iter_mut().find(|user| user["username"] == username).unwrap());
    let call = Call::new("PUT", "/_usertwin/worlds/main/state").body("application/json", state.to_string());
    let answer = twin.send(call).await;
    assert!(answer.status.is_success(), "{}", answer.text());
}

#[tokio::test]
async fn a_pbnb_token_reaches_the_account_of_its_user_and_no_other() {
    let twin = strict().await;
    let token = of_grace(&twin).await;
    let forbidden =
        "403\napplication/json; charset=utf-8\n{\"Message\":\"Authorization has been denied for this request.\"}";
    for path in ["Accounts/3/users/2", "Accounts/0x3/users", "Accounts/2/users?accId=3", "Accounts/9/userdefaults"] {
        let call = Call::anonymous("GET", &format!("/v1/core/{path}")).header("authtoken", &token);
        assert_eq!(twin.send(call).await.whole(), forbidden, "{path}");
    }
    for path in ["Accounts/2/users/1", "Accounts/0x2/users", "Accounts/3/users?accId=2"] {
        assert_eq!(status(&twin, "GET", &format!("/v1/core/{path}"), &token).await, 200, "{path}");
    }
    assert_eq!(status(&twin, "DELETE", "/v1/core/Accounts/3/users/2", &token).await, 403);
    assert!(twin.document().await.users.iter().any(|user| user.shared.username.as_deref() == Some("zoë.müller")));
    // Where arguments cannot be bound there is no account, and nothing to be refused.
    assert_eq!(status(&twin, "GET", "/v1/core/Accounts/x/users", &token).await, 400);
}

#[tokio::test]
async fn a_token_ends_when_its_user_is_disabled_deleted_or_given_another_password() {
    let path = "/v1/core/Accounts/2/users";
    let twin = strict().await;
    let token = of_grace(&twin).await;
    // Anything else about the user may change.
    change(&twin, "grace", |user| user["email"] = json!("hopper@example.com")).await;
    assert_eq!(status(&twin, "GET", path, &token).await, 200);
    let ways: [(&str, Way); 4] = [
        ("another password", |user| user["password"] = json!("Cobol1960")),
        ("no password", |user| user["password"] = Value::Null),
        ("disabled", |user| (user["enabled"], user["pbnb"]["status"]) = (json!(false), json!("Disabled"))),
        ("no longer known to PBNB", |user| {
            user.as_object_mut().unwrap().remove("pbnb");
            user["expoints"] = json!({});
        }),
    ];
    for (what, way) in ways {
        let twin = strict().await;
        let token = of_grace(&twin).await;
        change(&twin, "grace", way).await;
        assert_eq!(status(&twin, "GET", path, &token).await, 401, "{what}");
    }
}

#[tokio::test]
async fn it_does_not_matter_through_which_api_a_user_ends() {
    let path = "/v1/core/Accounts/2/users";
    let login = r#"{"Username":"ada","Password":"Engine1842"}"#;
    let signed_in = async |twin: &Twin| {
        let role = Call::new("PUT", "/v1/core/Accounts/2/users/1/role").body("application/json", r#"{"RoleID":1}"#);
        assert_eq!(twin.send(role).await.status, 200);
        let call = Call::anonymous("POST", "/v1/core/accountlogin").body("application/json", login);
        twin.send(call).await.header("authtoken").unwrap()
    };
    let password = r#"{"PasswordInfo":{"Password":"Engine1843","MaxDenials":2,"ResetPeriod":3}}"#;
    let at_admin = |enabled: bool, password: &str| {
        json!({
            "DisplayName": "Ada", "EmailAddress": "ada@example.com", "Enabled": enabled,
            "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa", "MobilePhone": "+44 7700 900123", "TimeZone": "UTC",
            "Username": "ada", "Password": password,
        })
        .to_string()
    };
    let admin = format!("/api/v1/admin/users/{ADA}");
    for (method, address, body, ends) in [
        ("PATCH", "/v1/core/Accounts/2/users/1".to_owned(), password.to_owned(), true),
        ("DELETE", "/v1/core/Accounts/2/users/1".to_owned(), String::new(), true),
        ("PUT", admin.clone(), at_admin(true, "Engine1843"), true),
        ("PUT", admin.clone(), at_admin(false, "Engine1842"), true),
        ("PUT", admin, at_admin(true, "Engine1842"), false),
        ("DELETE", format!("/_usertwin/worlds/main/users/{ADA}"), String::new(), true),
    ] {
        let twin = strict().await;
        let token = signed_in(&twin).await;
        assert_eq!(status(&twin, "GET", path, &token).await, 200);
        let call = Call::new(method, &address);
        let call = if body.is_empty() { call } else { call.body("application/json", body.clone()) };
        let answer = twin.send(call).await;
        assert!(answer.status.is_success(), "{method} {address}: {}", answer.text());
        let expected = if ends { 401 } else { 200 };
        assert_eq!(status(&twin, "GET", path, &token).await, expected, "{method} {address} {body}");
    }
}

#[tokio::test]
async fn what_strict_mode_refuses_is_served_with_advice_otherwise() {
    let twin = Twin::demo().await;
    let token = of_grace(&twin).await;
    assert_eq!(latest_advice(&twin).await, ["pbnb.password-of-sso-user"]);
    assert_eq!(status(&twin, "GET", "/v1/core/Accounts/2/users/1", &token).await, 200);
    assert!(latest_advice(&twin).await.is_empty());
    assert_eq!(status(&twin, "GET", "/v1/core/Accounts/3/users/2", &token).await, 200);
    assert_eq!(latest_advice(&twin).await, ["auth.other-account"]);
    assert_eq!(status(&twin, "GET", "/external/api/v3/user", &token).await, 200);
    assert_eq!(latest_advice(&twin).await, ["auth.token-unknown"]);
    change(&twin, "grace", |user| user["password"] = json!("other")).await;
    assert_eq!(status(&twin, "GET", "/v1/core/Accounts/3/users/2", &token).await, 200);
    assert_eq!(latest_advice(&twin).await, ["auth.user-gone"]);
    // What a document calls bad is refused in either mode.
    for (token, expected) in [("old", 401), ("gone", 401)] {
        assert_eq!(status(&twin, "GET", "/v1/core/Accounts/2/users/1", token).await, expected);
    }
    assert_eq!(status(&twin, "GET", "/external/api/v3/user", "forbidden").await, 403);
}

#[tokio::test]
async fn a_reseller_user_reaches_its_accounts_and_changes_users_where_its_role_allows() {
    let twin = strict().await;
    let tokens = of_reseller(&twin, "", "login_hint=HEDY%40example.com").await;
    let token = tokens["access_token"].as_str().unwrap();
    let third = Call::new("POST", "/api/v1.0/accounts").body("application/json", r#"{"name":"Third"}"#);
    let third = parsed(&twin.send(third).await)["data"]["id"].as_str().unwrap().to_owned();
    let third = format!("/api/v1.0/accounts/{third}");
    for (method, path, expected) in [
        ("GET", format!("{FIRST}/users"), 200),
        ("GET", format!("{SECOND}/users/{HEDY}"), 200),
        ("GET", format!("{third}/users"), 404),
        ("GET", third, 404),
        // user.admin in the first account, account.user alone in the second.
        ("POST", format!("{FIRST}/users/{HEDY}/sendActivationEmail"), 204),
        ("POST", format!("{SECOND}/users/{HEDY}/sendActivationEmail"), 404),
        ("DELETE", format!("{SECOND}/users/{HEDY}"), 404),
    ] {
        assert_eq!(status(&twin, method, &path, token).await, expected, "{method} {path}");
    }
    let list =
        |token: &str| Call::anonymous("GET", "/api/v1.0/accounts").header("authorization", &format!("Bearer {token}"));
    assert_eq!(parsed(&twin.send(list(token)).await)["page_size"], 2);
    let of_client = of_reseller(&twin, "", "").await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(parsed(&twin.send(list(&of_client)).await)["page_size"], 3);
    let create = Call::anonymous("POST", "/api/v1.0/accounts").header("authorization", &format!("Bearer {token}"));
    assert_eq!(twin.send(create.body("application/json", r#"{"name":"Fourth"}"#)).await.status, 404);
    let wrong = Call::anonymous("GET", &format!("{FIRST}/users")).header("authorization", "Bearer nothing");
    let challenge = twin.send(wrong).await.header("www-authenticate");
    assert_eq!(challenge.as_deref(), Some("Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn a_reseller_client_reaches_the_accounts_of_its_enterprise() {
    let mut state: Value = crate::twin::demo_seed().to_json();
    state["reseller"]["accounts"][1]["parentTenantId"] = json!("aaaaaaaa-0000-4000-8000-000000000001");
    let document = crate::twin::schema().parse(&state.to_string()).unwrap();
    let twin = Twin::with(&["--auth", "strict"], document).await;
    let token = of_reseller(&twin, "", "").await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(status(&twin, "GET", FIRST, &token).await, 200);
    assert_eq!(status(&twin, "GET", SECOND, &token).await, 404);
}

#[tokio::test]
async fn refreshing_ends_with_the_user_and_a_disabled_user_never_signs_in() {
    let twin = strict().await;
    let refreshed = async |tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap();
        let form = format!("client_id=app&client_secret=secret&grant_type=refresh_token&refresh_token={token}");
        parsed(&twin.send(Call::anonymous("POST", "/connect/token").body(FORM, form)).await)
    };
    let first = of_reseller(&twin, "", "login_hint=ada%40example.com").await;
    let second = refreshed(&first).await;
    assert_eq!(status(&twin, "GET", FIRST, second["access_token"].as_str().unwrap()).await, 200);
    change(&twin, "ada", |user| user["password"] = json!("Engine1843")).await;
    assert_eq!(status(&twin, "GET", FIRST, second["access_token"].as_str().unwrap()).await, 401);
    assert_eq!(refreshed(&second).await, json!({ "error": "invalid_grant" }));
    change(&twin, "ada", |user| (user["enabled"], user["pbnb"]["status"]) = (json!(false), json!("Disabled"))).await;
    let query = "client_id=app&response_type=code&redirect_uri=app:/cb&state=s&login_hint=ada%40example.com";
    let answer = twin.send(Call::anonymous("GET", &format!("/connect/authorize?{query}"))).await;
    assert_eq!(answer.header("location").as_deref(), Some("app:/cb?error=access_denied&state=s"));
}

#[tokio::test]
async fn a_token_without_the_apis_scope_has_the_wrong_audience() {
    let twin = strict().await;
    let tokens = of_reseller(&twin, "", "scope=openid+offline_access").await;
    let token = tokens["access_token"].as_str().unwrap();
    let call = Call::anonymous("GET", FIRST).header("authorization", &format!("Bearer {token}"));
    let answer = twin.send(call).await;
    assert_eq!(answer.whole(), "401\nno content type\n");
    let challenge = "Bearer error=\"invalid_token\", error_description=\"The audience is invalid\"";
    assert_eq!(answer.header("www-authenticate").as_deref(), Some(challenge));
}

#[tokio::test]
async fn a_code_that_was_asked_for_with_a_challenge_is_good_only_with_its_verifier() {
    let twin = strict().await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let hashed = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let plain = format!("code_challenge={verifier}");
    let other = "a".repeat(43);
    let (good, wrong) = (format!("&code_verifier={verifier}"), format!("&code_verifier={other}"));
    for (challenge, sent, expected) in [
        (hashed, good.as_str(), 200),
        (hashed, &wrong, 400),
        (hashed, "", 400),
        (&plain, &good, 200),
        (&format!("{plain}&code_challenge_method=plain"), &good, 200),
        (&plain, &wrong, 400),
        (&plain, "", 400),
        ("", "", 200),
        ("", &good, 400),
    ] {
        let callback = "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000";
        let query = format!("client_id=app&response_type=code&{callback}&{challenge}");
        let location = twin.send(Call::anonymous("GET", &format!("/connect/authorize?{query}"))).await;
        let location = location.header("location").unwrap();
        let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap();
        let form =
            format!("client_id=app&client_secret=secret&grant_type=authorization_code&code={code}&{callback}{sent}");
        let answer = twin.send(Call::anonymous("POST", "/connect/token").body(FORM, form)).await;
        assert_eq!(answer.status.as_u16(), expected, "{challenge} {sent}");
        if expected == 400 {
            assert_eq!(parsed(&answer), json!({ "error": "invalid_grant" }));
        }
    }
    for (challenge, description) in [
        ("code_challenge=short".to_owned(), "Invalid code_challenge"),
        (format!("code_challenge={}", "a".repeat(129)), "Invalid code_challenge"),
        (format!("{plain}&code_challenge_method=s256"), "Transform algorithm not supported"),
        (format!("nonce={}", "n".repeat(301)), "Invalid nonce"),
    ] {
        let query = format!("client_id=app&response_type=code&redirect_uri=app:/cb&{challenge}");
        let answer = twin.send(Call::anonymous("GET", &format!("/connect/authorize?{query}"))).await;
        let expected = json!({ "error": "invalid_request", "error_description": description });
        assert_eq!((answer.status.as_u16(), parsed(&answer)), (400, expected));
    }
}
