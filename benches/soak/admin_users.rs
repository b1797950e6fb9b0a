//! Admin users: every operation in JSON, XML and forms, and the token endpoint.

use super::call::Call;
use super::visitor::Visitor;
use crate::harness::world::{TENANT, user_id};
use serde_json::Value;

const USERS: &str = "/api/v1/admin/users";
const SENT: [&str; 5] =
    ["application/json", "text/json", "application/xml", "text/xml", "application/x-www-form-urlencoded"];
const ACCEPTED: [&str; 4] = ["application/json", "text/json", "application/xml", "text/xml"];

/// A user in one of the formats, with all that is required.
fn user(media_type: &str, name: &str) -> String {
    match media_type {
        "application/x-www-form-urlencoded" => format!(
            "DisplayName=Hedy&EmailAddress={name}%40example.com&Enabled=True&Password=Hopping42&TimeZone=GMT\
             &LanguageID={TENANT}&MobilePhone=%28020%29+7946-0958&AdminUser=true&Username={name}"
        ),
        "application/xml" | "text/xml" => format!(
            "<User><Username>{name}</Username><TimeZone>GMT</TimeZone><Password>Hopping42</Password><MobilePhone>(020) 7946-0958\
             </MobilePhone><LanguageID>{TENANT}</LanguageID><Enabled>true</Enabled><EmailAddress>{name}@example.com\
             </EmailAddress><DisplayName>Hedy</DisplayName><AdminUser>true</AdminUser></User>"
        ),
        _ => format!(
            r#"{{"AdminUser":true,"DisplayName":"Hedy","EmailAddress":"{name}@example.com","Enabled":true,"LanguageID":"{TENANT}","MobilePhone":"(020) 7946-0958","Password":"Hopping42","TimeZone":"GMT","Username":"{name}"}}"#
        ),
    }
}

pub fn read(visitor: &mut Visitor) {
    let (version, accept) = (visitor.of(&["v1", "v2"]), visitor.of(&ACCEPTED));
    let id = user_id(visitor.anybody());
    visitor.api(Call::new("GET", format!("/api/{version}/admin/users/{id}")).with("Accept", accept), 200, "Success");
    if visitor.random.below(8) == 0 {
        let list =
            visitor.of(&["v1/admin/users?IncludeSuperUsers=true", "v2/admin/users", "v1/UserAdminAPI/GetAllUsers"]);
        visitor.api(Call::new("GET", format!("/api/{list}")).with("Accept", accept), 200, "Success");
    }
}

pub fn change(visitor: &mut Visitor) {
    let (media_type, id, turn) = (visitor.of(&SENT), user_id(visitor.anybody()), visitor.turn());
    let path = format!("{USERS}/{id}");
    let name = format!("admin{turn}");
    visitor.api(Call::new("PUT", &path).body(media_type, user(media_type, &name)), 200, "Success");
    visitor.api(Call::new("GET", &path), 200, &format!(r#""Username":"{name}""#));
    visitor.api(Call::new("PATCH", format!("{path}/access")), 200, "Standard");
    visitor.api(Call::new("PATCH", format!("{path}/status")), 200, "Active");
    let consent = format!("{}&AgreementDate=2024-05-01T10:00:00&DPAVersion=3", user(SENT[4], &name));
    let gdpr = format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{id}");
    visitor.api(Call::new("POST", gdpr).form(consent), 200, r#""DPAVersion":"3""#);
}

pub fn come_and_go(visitor: &mut Visitor) {
    let (media_type, turn) = (visitor.of(&SENT), visitor.turn());
    let body = user(media_type, &format!("hedy{turn}"));
    let call = Call::new("POST", USERS).body(media_type, body.clone()).with("Accept", "application/json");
    let answer = visitor.api(call, 200, &format!(r#""Username":"hedy{turn}""#));
    visitor.api(Call::new("POST", USERS).body(media_type, body), 400, "UsernameInUse");
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let id = answer["ResponseData"]["Identification"]["UserId"].as_str().unwrap_or_default().to_owned();
    // This API has no deletion.
    visitor.here("DELETE", &format!("/users/{id}"), "", 204);
    visitor.api(Call::new("GET", format!("{USERS}/{id}")), 404, "UserNotFound");
}

pub fn sign_in(visitor: &mut Visitor) {
    let token =
        |form: &str| Call::anonymous("POST", "/Token").form(format!("{form}&client_id=app&client_secret=secret"));
    let answer = visitor.api(token("grant_type=client_credentials"), 200, "access_token");
    let granted: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| granted[name].as_str().unwrap_or_default());
    let call = Call::anonymous("GET", format!("{USERS}/{}", user_id(1)));
    visitor.api(call.with("Authorization", format!("Bearer {access}")), 200, "Success");
    let refreshing = format!("grant_type=refresh_token&refresh_token={refresh}");
    visitor.api(token(&refreshing), 200, "access_token");
    visitor.api(token(&refreshing), 400, "invalid_grant");
}

pub fn mistakes(visitor: &mut Visitor) {
    let unknown = format!("{USERS}/00000000-0000-4000-8000-0000000000ff");
    let mistakes = [
        (Call::new("GET", unknown), 404, "UserNotFound"),
        (Call::new("GET", format!("{USERS}/abc")), 400, "The value 'abc' is not valid for Guid."),
        (Call::new("POST", USERS).json("{}"), 400, "The request is invalid."),
        (Call::new("POST", USERS).body("application/xml", "<User/>"), 400, "The request is invalid."),
        (Call::new("POST", USERS).body("text/plain", "x"), 415, ""),
        (Call::new("DELETE", USERS), 405, "does not support http method 'DELETE'"),
        (Call::anonymous("GET", USERS), 401, "Authorization has been denied"),
        (Call::new("GET", "/api/v1/admin/nothing"), 404, ""),
    ];
    for (call, status, text) in mistakes {
        visitor.api(call, status, text);
    }
}
