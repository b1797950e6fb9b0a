//! Values of clients stay values: here in statements, which return what they were given; below in the sources of the
//! store, in addresses, in the headers of answers and in command lines.

mod addresses;
mod commands;
mod statements;

use crate::twin::{Answer, Call, Twin};
use serde_json::{Value, json};

/// Texts that would end a statement, widen a condition or stand for a parameter, if they ever became part of SQL.
const HOSTILE: [&str; 8] = [
    "'; drop table users; --",
    "' or '1'='1",
    "\" or \"\"=\"",
    "x'); delete from user; --",
    "%' or 1=1 /*",
    "\\'; attach database '/tmp/x' as y; --",
    "?1 $1 :a #{table} {0} %s",
    "a\u{0}b'; pragma user_version = 9; --",
];

/// As it stands in a path or a form.
fn encoded(text: &str) -> String {
    let shown = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") };
    text.bytes().map(shown).collect::<String>()
}

fn value(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
}

async fn sent(twin: &Twin, method: &str, path: &str, body: Value) -> Value {
    let answer = twin.send(Call::new(method, path).body("application/json", body.to_string())).await;
    assert!(answer.status.is_success(), "{method} {path}: {}", answer.whole());
    if answer.body.is_empty() { Value::Null } else { value(&answer) }
}

async fn read(twin: &Twin, path: &str) -> Value {
    value(&twin.get(path, "application/json").await)
}

/// What a world contains besides the users that a test made: nothing may have vanished.
async fn unharmed(twin: &Twin, made: usize) {
    let state = read(twin, "/_usertwin/worlds/main/state").await;
    let demo = usertwin::Apis::four().demo_seed();
    assert_eq!(state["users"].as_array().unwrap().len(), demo.users.len() + made);
    for user in &demo.users {
        let shown = read(twin, &format!("/_usertwin/worlds/main/users/{}", user.shared.id)).await;
        assert_eq!(shown, user.to_json());
    }
}

#[tokio::test]
async fn pbnb_keeps_sql_as_the_text_it_is() {
    let twin = Twin::demo().await;
    for text in HOSTILE {
        let user = json!({"Username": text, "Email": text, "PasswordInfo": {"Password": text, "MaxDenials": 1, "ResetPeriod": 1},
                          "SSOInfo": {"PrivateUsername": text}});
        let id = sent(&twin, "POST", "/v1/core/Accounts/2/users", user.clone()).await["Data"]["ID"].clone();
        let path = format!("/v1/core/Accounts/2/users/{id}");
        let stored = read(&twin, &path).await;
        for member in ["Username", "Email", "PasswordInfo", "SSOInfo"] {
            assert_eq!(stored["Data"][member], user[member], "{text}");
        }
        let login = async |username: &str, password: &str| {
            let body = json!({"Username": username, "Password": password});
            sent(&twin, "POST", "/v1/core/accountlogin", body).await["Success"].clone()
        };
        assert_eq!([login(text, text).await, login("ada", text).await], [json!(true), json!(false)]);
        let change = json!({"Username": format!("{text}2"), "PasswordInfo": {"Password": format!("{text}2")}});
        let changed = sent(&twin, "PATCH", &path, change.clone()).await;
        assert_eq!(changed["Data"]["Username"], change["Username"]);
        for address in [
            "/v1/core/Accounts/{}/users",
            "/v1/core/Accounts/2/users/{}",
            "/v1/core/Accounts/2/users/paged?pageSize={}",
        ] {
            let answer = twin.get(&address.replace("{}", &encoded(text)), "*/*").await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{}", answer.text());
        }
        assert_eq!(read(&twin, &format!("{path}?expand={}", encoded(text))).await["Success"], true);
    }
    unharmed(&twin, HOSTILE.len()).await;
}

#[tokio::test]
async fn reseller_keeps_sql_as_the_text_it_is() {
    let twin = Twin::demo().await;
    let accounts = "/api/v1.0/accounts";
    let users = format!("{accounts}/6172bb3d-e843-46bb-93a3-334505974ad9/users");
    for text in HOSTILE {
        let user = json!({"email": format!("{text}@x"), "displayName": text});
        let id = sent(&twin, "POST", &users, user.clone()).await["data"]["id"].as_str().unwrap().to_owned();
        let patch = json!([{"op": "replace", "path": "/displayName", "value": format!("{text}2")},
                           {"op": "test", "path": "/email", "value": format!("{text}@x")}]);
        sent(&twin, "PATCH", &format!("{users}/{id}"), patch).await;
        let stored = read(&twin, &format!("{users}/{id}")).await;
        assert_eq!(
            (&stored["data"]["displayName"], &stored["data"]["email"]),
            (&json!(format!("{text}2")), &user["email"])
        );
        let account = json!({"name": text, "description": text, "reference": text, "timezone": text});
        let id = sent(&twin, "POST", accounts, account.clone()).await["data"]["id"].as_str().unwrap().to_owned();
        let stored = read(&twin, &format!("{accounts}/{id}")).await;
        for member in ["name", "description", "reference", "timezone"] {
            assert_eq!(stored["data"][member], account[member]);
        }
        let hostile = encoded(text);
        for address in [
            format!("{accounts}/{hostile}/users"),
            format!("{users}/{hostile}"),
            format!("{accounts}?pageSize={hostile}"),
        ] {
            // A slash makes another address of it.
            assert!([400, 404].contains(&twin.get(&address, "*/*").await.status.as_u16()), "{address}");
        }
        for form in [
            format!(
                "grant_type=authorization_code&client_id=app&client_secret={hostile}&code={hostile}&redirect_uri={hostile}"
            ),
            format!("grant_type=refresh_token&client_id=app&client_secret=secret&refresh_token={hostile}"),
            format!("grant_type={hostile}&client_id={hostile}&client_secret={hostile}"),
        ] {
            let call = Call::anonymous("POST", "/connect/token").body("application/x-www-form-urlencoded", form);
            assert_eq!(twin.send(call).await.status, 400);
        }
        for query in [format!("client_id={hostile}"), format!("client_id=app&redirect_uri={hostile}")] {
            let answer = twin.get(&format!("/connect/authorize?response_type=code&{query}"), "*/*").await;
            assert_eq!(answer.status, 400);
        }
    }
    unharmed(&twin, HOSTILE.len()).await;
}

#[tokio::test]
async fn expoints_keeps_sql_as_the_text_it_is() {
    let twin = Twin::demo().await;
    let user = |text: &str, kind: &str| json!({"Username": text, "Email": text, "Type": kind, "Roles": []});
    let batch: Value = HOSTILE.iter().map(|text| user(text, "External")).collect();
    for method in ["POST", "PUT"] {
        sent(&twin, method, "/external/api/v3/user", batch.clone()).await;
        let listed = read(&twin, "/external/api/v3/user").await;
        for text in HOSTILE {
            assert!(listed.as_array().unwrap().iter().any(|user| user["Username"] == text), "{text}");
            let unknown = json!([user(&format!("{text}2"), text)]);
            let call = Call::new("PUT", "/external/api/v3/user").body("application/json", unknown.to_string());
            assert_eq!(twin.send(call).await.status, 400);
        }
    }
    let token = async |tenant: &str, client: &str, secret: &str, scope: &str| {
        let form = format!("client_id={client}&client_secret={secret}&scope={scope}&grant_type=client_credentials");
        let call = Call::anonymous("POST", &format!("/{tenant}/oauth2/v2.0/token"));
        twin.send(call.body("application/x-www-form-urlencoded", form)).await.status.as_u16()
    };
    for hostile in HOSTILE.map(encoded) {
        // Any tenant will do, but a slash makes another address of it.
        let expected = if hostile.contains("%2F") { 404 } else { 200 };
        assert_eq!(token(&hostile, "app", "secret", "a/.default").await, expected);
        assert_eq!(
            [token("t", &hostile, "x", "a/.default").await, token("t", "app", &hostile, "a/.default").await],
            [400, 401]
        );
        assert!([200, 400].contains(&token("t", "app", "secret", &hostile).await));
    }
    unharmed(&twin, HOSTILE.len()).await;
}

#[tokio::test]
async fn admin_users_keeps_sql_as_the_text_it_is() {
    let twin = Twin::demo().await;
    let users = "/api/v1/admin/users";
    for text in HOSTILE {
        let mut user = json!({"DisplayName": text, "EmailAddress": text, "Username": text, "TimeZone": text, "Pin": text, "Enabled": true,
                              "Password": format!("{text}Aa1"), "DPAVersion": text, "PrivacyPolicyVersion": text,
                              "MobilePhone": "+44 7700 900123", "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa"});
        let id =
            sent(&twin, "POST", users, user.clone()).await["ResponseData"]["Detail"]["ID"].as_str().unwrap().to_owned();
        user["Username"] = format!("{text}2").into();
        sent(&twin, "PUT", &format!("{users}/{id}"), user.clone()).await;
        sent(&twin, "POST", &format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{id}"), user.clone()).await;
        let stored = read(&twin, &format!("{users}/{id}")).await;
        for member in [
            "DisplayName",
            "EmailAddress",
            "Username",
            "TimeZone",
            "Pin",
            "Password",
            "DPAVersion",
            "PrivacyPolicyVersion",
        ] {
            assert_eq!(stored["ResponseData"]["Detail"][member], user[member], "{member}");
        }
        let hostile = encoded(text);
        for address in [format!("{users}/{hostile}"), format!("{users}?IncludeSuperUsers={hostile}")] {
            // A slash makes another address of it.
            assert!([400, 404].contains(&twin.get(&address, "*/*").await.status.as_u16()), "{address}");
        }
        for form in [
            format!("grant_type=client_credentials&client_id={hostile}&client_secret={hostile}"),
            format!("grant_type=client_credentials&client_id=app&client_secret={hostile}"),
            format!("grant_type=refresh_token&refresh_token={hostile}&client_id=app&client_secret=secret"),
        ] {
            let call = Call::anonymous("POST", "/Token").body("application/x-www-form-urlencoded", form);
            assert_eq!(twin.send(call).await.status, 400);
        }
    }
    unharmed(&twin, HOSTILE.len()).await;
}

#[tokio::test]
async fn the_control_api_keeps_sql_as_the_text_it_is() {
    let twin = Twin::with(&["--auth", "strict"], usertwin::Apis::four().demo_seed()).await;
    let world = "/_usertwin/worlds/main";
    for text in HOSTILE {
        let user = json!({"username": text, "email": text, "displayName": text, "password": text, "pbnb": {"privateUsername": text},
            "reseller": {"memberships": [{"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": [text]}]},
            "adminUsers": {"mobilePhone": text, "pin": text, "timeZone": text, "dpaVersion": text, "privacyPolicyVersion": text}});
        let made = sent(&twin, "POST", &format!("{world}/users"), user.clone()).await;
        let id = made["id"].as_str().unwrap();
        sent(&twin, "PUT", &format!("{world}/users/{id}"), user.clone()).await;
        let stored = read(&twin, &format!("{world}/users/{id}")).await;
        for pointer in [
            "/username",
            "/email",
            "/displayName",
            "/password",
            "/pbnb/privateUsername",
            "/reseller/memberships/0/roles/0",
            "/adminUsers/mobilePhone",
            "/adminUsers/pin",
            "/adminUsers/timeZone",
            "/adminUsers/dpaVersion",
        ] {
            assert_eq!(stored.pointer(pointer), user.pointer(pointer).or(Some(&json!(text))), "{pointer}");
        }
        let found = read(&twin, &format!("{world}/users?search={}", encoded(text))).await;
        let names: Vec<&Value> = found["users"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
        assert_eq!(names, [text], "a search matches what is there and nothing else");
        for (path, status) in [
            (format!("users/{}", encoded(text)), 404),
            (format!("users?after={}", encoded(text)), 400),
            (format!("diff?from={}", encoded(text)), 400),
        ] {
            assert_eq!(twin.get(&format!("{world}/{path}"), "*/*").await.status, status, "{path}");
        }
        let new = Call::new("POST", "/_usertwin/worlds").body("application/json", json!({"name": text}).to_string());
        assert_eq!(twin.send(new).await.status, 400);
        if !text.contains('\0') {
            let bearer =
                Call::anonymous("GET", "/external/api/v3/role").header("authorization", &format!("Bearer {text}"));
            assert_eq!(twin.send(bearer).await.status, 401);
        }
    }
    unharmed(&twin, HOSTILE.len()).await;
    let lists = |text: &str| {
        json!({"pbnb": {"accounts": [{"id": 1}], "roles": [{"id": 1, "name": text}]},
        "expoints": {"roles": [{"id": "9b815af0-51da-430e-8c25-52f7f6cdf0a6", "name": text}]},
        "tokens": [{"token": text, "state": "valid"}], "clients": [{"api": "reseller", "clientId": text, "clientSecret": text}]})
    };
    for text in HOSTILE {
        sent(&twin, "PUT", &format!("{world}/state"), lists(text)).await;
        let state = read(&twin, &format!("{world}/state")).await;
        for list in ["/pbnb/roles", "/expoints/roles", "/tokens", "/clients"] {
            assert_eq!(state.pointer(list), lists(text).pointer(list));
        }
    }
}
