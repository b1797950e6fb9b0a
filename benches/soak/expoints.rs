//! Expoints v3: lists, batches in both formats, small and large, and the token endpoint.

use super::call::Call;
use super::visitor::Visitor;
use crate::harness::batch::{self, PATH};
use crate::harness::world::ROLES;

const FORMATS: [&str; 4] = ["application/json", "text/json", "application/xml", "text/xml"];

fn users(media_type: &str, count: usize, host: &str) -> String {
    if media_type.ends_with("json") { batch::json(count, ROLES, host) } else { batch::xml(count, ROLES, host) }
}

pub fn lists(visitor: &mut Visitor) {
    let accept = visitor.of(&FORMATS);
    visitor.api(Call::new("GET", "/external/api/v3/role").with("Accept", accept), 200, ROLES[0]);
    if visitor.random.below(4) == 0 {
        visitor.api(Call::new("GET", PATH).with("Accept", accept), 200, "External");
    }
}

pub fn batch(visitor: &mut Visitor) {
    send_batch(visitor, 5);
}

pub fn large_batch(visitor: &mut Visitor) {
    send_batch(visitor, 500);
}

/// The users of a batch are made with it and removed after it: whether they already exist would depend on chance.
fn send_batch(visitor: &mut Visitor, count: usize) {
    let (first, second, turn) = (visitor.of(&FORMATS), visitor.of(&FORMATS), visitor.turn());
    // A name of their own for each batch.
    let named = |text: String| text.replace("@example.com", &format!("@batch{turn}"));
    let created = named(users(first, count, "example.com"));
    visitor.api(Call::new("POST", PATH).body(first, created.clone()), 200, "");
    visitor.api(Call::new("POST", PATH).body(first, created), 400, "already");
    let host = format!("changed{turn}.example.org");
    visitor.api(Call::new("PUT", PATH).body(second, named(users(second, count, &host))), 200, "");
    let page = visitor.here("GET", &format!("/users?search={host}&limit=1000"), "", 200);
    let page: serde_json::Value = serde_json::from_slice(&page.body).unwrap_or_default();
    let found = page["users"].as_array().cloned().unwrap_or_default();
    if found.len() != count {
        visitor.wrong(format!("{} of {count} users were changed", found.len()));
    }
    for user in found {
        visitor.here("DELETE", &format!("/users/{}", user["id"].as_str().unwrap_or_default()), "", 204);
    }
}

pub fn sign_in(visitor: &mut Visitor) {
    let form = "client_id=app&client_secret=secret&scope=api%3A%2F%2Fexpoints%2F.default&grant_type=client_credentials";
    let answer = visitor.api(Call::anonymous("POST", "/tenant/oauth2/v2.0/token").form(form), 200, "access_token");
    let granted: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap_or_default());
    visitor.api(Call::anonymous("GET", "/external/api/v3/role").with("Authorization", bearer), 200, ROLES[1]);
    let wrong = Call::anonymous("POST", "/tenant/oauth2/v2.0/token").form(form.replace("secret", "wrong"));
    visitor.api(wrong, 401, "AADSTS");
}

pub fn mistakes(visitor: &mut Visitor) {
    let nobody = r#"[{"Username":"nobody","Type":"Internal","Roles":[]}]"#;
    let mistakes = [
        (Call::new("PUT", PATH).json(nobody), 400, "The user 'nobody' does not exist."),
        (Call::new("PUT", PATH).json("[{"), 400, "The request is invalid."),
        (Call::new("PUT", PATH).body("application/xml", "<ArrayOfImportUser"), 400, "The request is invalid."),
        (Call::new("PUT", PATH).form("x=1"), 415, ""),
        (Call::new("PATCH", PATH).json("[]"), 405, "does not support http method 'PATCH'"),
        (Call::new("GET", "/external/api/v3/nothing"), 404, ""),
        (Call::anonymous("GET", PATH), 401, "Authorization has been denied"),
        (Call::anonymous("GET", PATH).with("Authorization", "Bearer old"), 401, "Authorization has been denied"),
        (Call::anonymous("GET", PATH).with("Authorization", "Bearer readonly"), 403, ""),
    ];
    for (call, status, text) in mistakes {
        visitor.api(call, status, text);
    }
}
