//! The whole life of a user at each API over real sockets, where tokens are checked strictly and every token was got by
//! signing in.

use crate::support::client::{Answer, Client};
use crate::twin::server;
use serde_json::{Value, json};
use std::net::SocketAddr;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const CLIENT: &str = "client_id=app&client_secret=secret";

/// A client that sends JSON and a token.
struct Caller {
    client: Client,
    authorization: String,
}

impl Caller {
    fn to(address: SocketAddr) -> Caller {
        Caller { client: Client::connect(address).unwrap(), authorization: "None".to_owned() }
    }

    fn form(&mut self, path: &str, form: &str) -> Answer {
        self.client.send("POST", path, &[FORM], form.as_bytes()).unwrap()
    }

    fn uses(&mut self, token: &Value) {
        self.authorization = format!("Bearer {}", token.as_str().unwrap());
    }

    /// A request with a body of JSON, or none for null; the answer's body, null if it is empty.
    fn ask(&mut self, method: &str, path: &str, body: &Value, expected: u16) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [JSON, ("Authorization", &self.authorization)];
        let answer = self.client.send(method, path, &headers, text.as_bytes()).unwrap();
        assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text());
        if answer.body.is_empty() { Value::Null } else { serde_json::from_slice(&answer.body).unwrap() }
    }
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

async fn strictly(life: impl FnOnce(Caller) + Send + 'static) {
    let server = server(&["--auth", "strict"]).await;
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    tokio::task::spawn_blocking(move || life(Caller::to(address))).await.unwrap();
}

#[tokio::test]
async fn pbnb() {
    strictly(|mut caller| {
        let users = "/v1/core/Accounts/2/users";
        caller.ask("GET", users, &Value::Null, 401);
        let grace = json!({ "Username": "grace", "Password": "Cobol1959" });
        let signed_in = caller.ask("POST", "/v1/core/accountlogin", &grace, 200);
        caller.uses(&signed_in["Data"]);
        let new = json!({ "Username": "barbara", "PasswordInfo": { "Password": "Clu1974" } });
        let id = caller.ask("POST", users, &new, 200)["Data"]["ID"].as_i64().unwrap();
        let user = format!("{users}/{id}");
        caller.ask("PUT", &format!("{user}/role"), &json!({ "RoleID": 1 }), 200);
        let renamed = caller.ask("PATCH", &user, &json!({ "Username": "liskov" }), 200);
        assert_eq!(renamed["Data"]["Username"], "liskov");
        // The new user signs in by itself, and locks itself out by a new password.
        let liskov = json!({ "Username": "liskov", "Password": "Clu1974" });
        let token = caller.ask("POST", "/v1/core/accountlogin", &liskov, 200)["Data"].clone();
        let mut own = Caller { authorization: String::new(), client: caller.client };
        own.uses(&token);
        own.ask("PATCH", &user, &json!({ "PasswordInfo": { "Password": "Argus1988" } }), 200);
        own.ask("GET", &user, &Value::Null, 401);
        let mut caller = Caller { authorization: caller.authorization, client: own.client };
        assert_eq!(caller.ask("DELETE", &user, &Value::Null, 200)["Success"], true);
        assert_eq!(caller.ask("GET", &user, &Value::Null, 200)["ErrorCode"], 3);
        caller.ask("GET", "/v1/core/Accounts/3/users", &Value::Null, 403);
    })
    .await;
}

#[tokio::test]
async fn reseller() {
    strictly(|mut caller| {
        let accounts = "/api/v1.0/accounts";
        caller.ask("GET", accounts, &Value::Null, 401);
        let query = "client_id=app&response_type=code&redirect_uri=app:/cb";
        let answer = caller.client.send("GET", &format!("/connect/authorize?{query}"), &[], b"").unwrap();
        let location = answer.header("location").unwrap();
        let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap().to_owned();
        let form = format!("{CLIENT}&grant_type=authorization_code&code={code}&redirect_uri=app:/cb");
        let tokens = parsed(&caller.form("/connect/token", &form));
        let form =
            format!("{CLIENT}&grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap());
        let tokens = parsed(&caller.form("/connect/token", &form));
        caller.uses(&tokens["access_token"]);
        let account = caller.ask("POST", accounts, &json!({ "name": "New", "enabled": true }), 201);
        let account = format!("{accounts}/{}", account["data"]["id"].as_str().unwrap());
        let new = json!({ "email": "new@example.com", "displayName": "New" });
        let user = caller.ask("POST", &format!("{account}/users"), &new, 201);
        let user = format!("{account}/users/{}", user["data"]["id"].as_str().unwrap());
        caller.ask("PATCH", &user, &json!([{ "op": "replace", "path": "/displayName", "value": "Newer" }]), 200);
        assert_eq!(caller.ask("GET", &user, &Value::Null, 200)["data"]["displayName"], "Newer");
        caller.ask("POST", &format!("{user}/sendActivationEmail"), &Value::Null, 204);
        caller.ask("DELETE", &user, &Value::Null, 200);
        caller.ask("GET", &user, &Value::Null, 404);
    })
    .await;
}

#[tokio::test]
async fn expoints() {
    strictly(|mut caller| {
        let users = "/external/api/v3/user";
        caller.ask("GET", users, &Value::Null, 401);
        let form = |client: &str, secret: &str| {
            let scope = "scope=api%3A%2F%2Fexpoints%2F.default&grant_type=client_credentials";
            format!("client_id={client}&client_secret={secret}&{scope}")
        };
        let endpoint = "/contoso/oauth2/v2.0/token";
        assert_eq!(caller.form(endpoint, &form("app", "wrong")).status, 401);
        assert_eq!(caller.form(endpoint, &form("nobody", "secret")).status, 400);
        let issued = parsed(&caller.form(endpoint, &form("reader", "secret")));
        caller.uses(&issued["access_token"]);
        let batch = json!([{ "Username": "barbara", "Type": "Internal", "Roles": [] }]);
        caller.ask("GET", users, &Value::Null, 200);
        caller.ask("POST", users, &batch, 403);
        let issued = parsed(&caller.form(endpoint, &form("app", "secret")));
        caller.uses(&issued["access_token"]);
        caller.ask("POST", users, &batch, 200);
        let changed = json!([{ "Username": "barbara", "Type": "External", "Roles": [] }]);
        caller.ask("PUT", users, &changed, 200);
        let listed = caller.ask("GET", users, &Value::Null, 200);
        let barbara = listed.as_array().unwrap().iter().find(|user| user["Username"] == "barbara").unwrap();
        assert_eq!(barbara["Type"], "External");
        caller.ask("GET", "/external/api/v3/role", &Value::Null, 200);
    })
    .await;
}

#[tokio::test]
async fn admin_users() {
    strictly(|mut caller| {
        let users = "/api/v1/admin/users";
        caller.ask("GET", users, &Value::Null, 401);
        let form = format!("{CLIENT}&grant_type=client_credentials");
        let refresh = parsed(&caller.form("/Token", &form))["refresh_token"].as_str().unwrap().to_owned();
        let form = format!("{CLIENT}&grant_type=refresh_token&refresh_token={refresh}");
        let issued = parsed(&caller.form("/Token", &form));
        assert_eq!(parsed(&caller.form("/Token", &form)), json!({ "error": "invalid_grant" }));
        caller.uses(&issued["access_token"]);
        let mut hedy = json!({
            "DisplayName": "Hedy", "EmailAddress": "kiesler@example.com", "Enabled": true,
            "LanguageID": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "MobilePhone": "+43 1 234567",
            "Password": "Hopping42", "TimeZone": "UTC", "Username": "kiesler",
        });
        let made = caller.ask("POST", users, &hedy, 200)["ResponseData"]["Detail"]["ID"].as_str().unwrap().to_owned();
        let user = format!("{users}/{made}");
        hedy["Enabled"] = json!(false);
        caller.ask("PUT", &user, &hedy, 200);
        caller.ask("PATCH", &format!("{user}/access"), &Value::Null, 200);
        let detail = caller.ask("GET", &user, &Value::Null, 200)["ResponseData"]["Detail"].clone();
        assert_eq!((&detail["Enabled"], &detail["AdminUser"]), (&json!(false), &json!(true)));
    })
    .await;
}
