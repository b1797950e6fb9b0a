//! Reseller accounts: every operation, JSON Patch, and the authorization server in front of them.

use super::call::Call;
use super::visitor::Visitor;
use crate::harness::world::{TENANT, user_id};
use serde_json::Value;

const ACCOUNTS: &str = "/api/v1.0/accounts";
const DONE: &str = r#""status":"success""#;

fn users() -> String {
    format!("{ACCOUNTS}/{TENANT}/users")
}

/// A member of an answer's data.
fn data(body: &[u8], name: &str) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body["data"][name].as_str().unwrap_or_default().to_owned()
}

pub fn read(visitor: &mut Visitor) {
    let id = user_id(visitor.anybody());
    visitor.api(Call::new("GET", format!("{}/{id}", users())), 200, &id);
    if visitor.random.below(8) == 0 {
        visitor.api(Call::new("GET", users()), 200, DONE);
    }
}

pub fn change(visitor: &mut Visitor) {
    let (turn, user) = (visitor.turn(), visitor.anybody());
    let path = format!("{}/{}", users(), user_id(user));
    let media_type = visitor.of(&["application/json", "application/json-patch+json", "text/json"]);
    let patch = format!(
        r#"[{{"op":"replace","path":"/displayName","value":"Ada {turn}"}},{{"op":"replace","path":"/email","value":"ada{user}-{turn}@example.com"}},
            {{"op":"replace","path":"/roles","value":["account.user","user.admin"]}},{{"op":"remove","path":"/roles/1"}}]"#
    );
    visitor.api(Call::new("PATCH", &path).body(media_type, patch), 200, DONE);
    visitor.api(Call::new("GET", &path), 200, &format!(r#""displayName":"Ada {turn}","email":"ada{user}-{turn}@"#));
}

pub fn come_and_go(visitor: &mut Visitor) {
    let turn = visitor.turn();
    let user = format!(r#"{{"email":"new{turn}@example.com","displayName":"New {turn}","roles":["user.admin"]}}"#);
    let answer = visitor.api(Call::new("POST", users()).json(user), 201, DONE);
    let path = format!("{}/{}", users(), data(&answer.body, "id"));
    visitor.api(Call::new("POST", format!("{path}/sendActivationEmail")), 204, "");
    visitor.api(Call::new("GET", &path), 200, &format!("new{turn}@example.com"));
    visitor.api(Call::new("DELETE", &path), 200, DONE);
    visitor.api(Call::new("GET", &path), 404, "Not Found");
    visitor.here("GET", "/outbox", "", 200);
}

pub fn accounts(visitor: &mut Visitor) {
    let turn = visitor.turn();
    let answer = visitor.api(Call::new("POST", ACCOUNTS).json(format!(r#"{{"name":"New {turn}"}}"#)), 201, DONE);
    let path = format!("{ACCOUNTS}/{}", data(&answer.body, "id"));
    let patch =
        r#"[{"op":"add","path":"/description","value":"changed"},{"op":"copy","from":"/name","path":"/reference"}]"#;
    visitor.api(Call::new("PATCH", &path).json(patch), 200, DONE);
    visitor.api(Call::new("GET", &path), 200, r#""description":"changed""#);
    visitor.api(Call::new("GET", format!("{ACCOUNTS}?pageIndex=0&pageSize=5")), 200, DONE);
    visitor.api(Call::new("DELETE", &path), 200, DONE);
    visitor.api(Call::new("GET", &path), 404, "Not Found");
}

pub fn sign_in(visitor: &mut Visitor) {
    let query = "client_id=app&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=openid+offline_access";
    let call = if visitor.random.below(2) == 0 {
        Call::anonymous("GET", format!("/connect/authorize?{query}"))
    } else {
        Call::anonymous("POST", "/connect/authorize").form(query)
    };
    let answer = visitor.api(call, 302, "");
    let location = answer.headers.into_iter().find(|(name, _)| name == "location").unwrap_or_default().1;
    let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap_or_default().to_owned();
    let client = "client_id=app&client_secret=secret";
    let exchange =
        format!("{client}&grant_type=authorization_code&code={code}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb");
    let token = |form: &str| Call::anonymous("POST", "/connect/token").form(form);
    let answer = visitor.api(token(&exchange), 200, "access_token");
    let granted: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| granted[name].as_str().unwrap_or_default());
    let call = Call::anonymous("GET", format!("{}/{}", users(), user_id(1)));
    visitor.api(call.with("Authorization", format!("Bearer {access}")), 200, DONE);
    let refreshing = format!("{client}&grant_type=refresh_token&refresh_token={refresh}");
    visitor.api(token(&refreshing), 200, "access_token");
    visitor.api(token(&exchange), 400, "invalid_grant");
}

pub fn mistakes(visitor: &mut Visitor) {
    let user = format!("{}/{}", users(), user_id(visitor.anybody()));
    let patch = |body: &str| Call::new("PATCH", &user).json(body);
    let mistakes = [
        (patch(r#"[{"op":"replace","path":"/shoe","value":1}]"#), 400, "was not found"),
        (patch("{}"), 400, "malformed"),
        (patch("["), 400, r#""status":"error""#),
        (Call::new("PATCH", &user).body("text/plain", "[]"), 415, "Unsupported Media Type"),
        (Call::new("POST", users()).json("{}"), 400, "The Email field is required."),
        (Call::new("PUT", users()).json("{}"), 405, ""),
        (Call::new("GET", format!("{}/x", users())), 400, "The value 'x' is not valid."),
        (Call::anonymous("GET", &user), 401, ""),
        (Call::anonymous("GET", &user).with("Authorization", "Bearer gone"), 401, ""),
        (Call::new("GET", "/api/v1.0/nothing"), 404, ""),
    ];
    for (call, status, text) in mistakes {
        visitor.api(call, status, text);
    }
}
