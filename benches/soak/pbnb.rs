//! PBNB accounts: every operation, and every format both ways.

use super::call::Call;
use super::visitor::{PASSWORD, Visitor};
use crate::harness::workload::Format;
use crate::harness::world::username;
use bson::{Document, doc};

const USERS: &str = "/v1/core/Accounts/2/users";
const NAMESPACE: &str = "http://schemas.datacontract.org/2004/07";

const ACCEPTED: [(&str, Format); 6] = [
    ("application/json", Format::Json),
    ("text/json", Format::Json),
    ("text/javascript", Format::Json),
    ("application/xml", Format::Xml),
    ("text/xml", Format::Xml),
    ("application/bson", Format::Bson),
];

const SENT: [&str; 7] = [
    "application/json",
    "text/json",
    "text/javascript",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/bson",
];

/// An object of texts in one of the formats; XML wants its members in alphabetical order.
fn object(media_type: &str, name: &str, members: &[(&str, &str)]) -> Vec<u8> {
    match media_type {
        "application/bson" => {
            let object: Document = members.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
            object.to_vec().unwrap()
        }
        "application/x-www-form-urlencoded" => {
            let pairs: Vec<String> = members.iter().map(|(name, value)| format!("{name}={value}")).collect();
            pairs.join("&").into()
        }
        "application/xml" | "text/xml" => {
            let members: String = members.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
            let models = if name.starts_with("Delta") { "pbnb_delta" } else { "pbnb_models" };
            format!(r#"<{name} xmlns="{NAMESPACE}/{models}">{members}</{name}>"#).into()
        }
        _ => {
            let members = members.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
            serde_json::Value::Object(members.collect()).to_string().into()
        }
    }
}

impl Visitor<'_> {
    /// Sends a request that PBNB has to do, and takes the answer in any format.
    fn pbnb(&mut self, call: Call) {
        let (accept, format) = self.of(&ACCEPTED);
        let path = call.path.clone();
        let answer = self.api(call.with("Accept", accept), 200, "");
        if answer.status == 200 && !format.is_success(&answer.body) {
            self.wrong(format!("{path} in {accept}: {}", String::from_utf8_lossy(&answer.body)));
        }
    }
}

pub fn read(visitor: &mut Visitor) {
    let (user, query) = (visitor.anybody(), visitor.of(&["", "?expand=resourceIDs"]));
    visitor.pbnb(Call::new("GET", format!("{USERS}/{user}{query}")));
}

pub fn change(visitor: &mut Visitor) {
    let (user, turn, media_type) = (visitor.anybody(), visitor.turn(), visitor.of(&SENT));
    let path = format!("{USERS}/{user}");
    let name = format!("changed{user}-{turn}");
    let delta = object(media_type, "DeltaOfUserCA1DLPoZ", &[("Username", &name)]);
    visitor.pbnb(Call::new("PATCH", &path).body(media_type, delta));
    visitor.api(Call::new("GET", &path), 200, &format!(r#""Username":"{name}""#));
    let typed = doc! { "AccessTypes": [3, 1], "PasswordInfo": { "MaxDenials": 4 } }.to_vec().unwrap();
    visitor.pbnb(Call::new("PATCH", &path).body("application/bson", typed));
}

pub fn come_and_go(visitor: &mut Visitor) {
    let (turn, media_type) = (visitor.turn(), visitor.of(&SENT));
    let (email, name) = (format!("new{turn}@example.com"), format!("new{turn}"));
    let user = object(media_type, "User", &[("Email", &email), ("Username", &name)]);
    let call = Call::new("POST", USERS).body(media_type, user).with("Accept", "application/json");
    let answer = visitor.api(call, 200, &format!(r#""Username":"{name}""#));
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let path = format!("{USERS}/{}", body["Data"]["ID"]);
    visitor.pbnb(Call::new("GET", &path));
    visitor.pbnb(Call::new("DELETE", &path));
    visitor.api(Call::new("GET", &path), 200, r#""Success":false,"Data":null,"ErrorCode":3"#);
}

pub fn lists(visitor: &mut Visitor) {
    let page = visitor.random.below(12);
    visitor.pbnb(Call::new("GET", format!("{USERS}/paged?pageSize=10&pageNumber={page}&includeTotal=true")));
    visitor.pbnb(Call::new("GET", format!("{USERS}/roles")));
    if visitor.random.below(4) == 0 {
        visitor.pbnb(Call::new("GET", USERS));
    }
}

pub fn roles_and_defaults(visitor: &mut Visitor) {
    let role = format!("{USERS}/{}/role", visitor.anybody());
    visitor.pbnb(Call::new("PUT", &role).json(r#"{"RoleID":1}"#));
    visitor.pbnb(Call::new("DELETE", &role));
    let (media_type, flag) = (visitor.of(&SENT[..6]), visitor.of(&["true", "false"]));
    let defaults = object(media_type, "AccountUserDefaults", &[("PKTDSL", flag)]);
    visitor.pbnb(Call::new("POST", "/v1/core/Accounts/2/userdefaults").body(media_type, defaults));
    visitor.pbnb(Call::new("GET", "/v1/core/Accounts/2/userdefaults"));
}

pub fn sign_in(visitor: &mut Visitor) {
    visitor.pbnb(Call::new("PUT", format!("{USERS}/1/role")).json(r#"{"RoleID":1}"#));
    let logins = ["/v1/core/accountlogin", "/v1/core/accountdelegatedlogin", "/v1/core/channels/5/channellogin"];
    let (path, media_type) = (visitor.of(&logins), visitor.of(&SENT));
    let credentials =
        |password| object(media_type, "Credentials", &[("Password", password), ("Username", &username(1, 0))]);
    let login = |password| {
        Call::anonymous("POST", path).body(media_type, credentials(password)).with("Accept", "application/json")
    };
    let answer = visitor.api(login(PASSWORD), 200, r#""Success":true"#);
    let token = answer.headers.into_iter().find(|(name, _)| name == "authtoken").unwrap_or_default().1;
    let read = Call::anonymous("GET", format!("{USERS}/1")).with("AuthToken", token);
    visitor.api(read, 200, &format!(r#""Username":"{}""#, username(1, 0)));
    visitor.api(login("wrong"), 200, r#""ErrorCode":6"#);
}

pub fn mistakes(visitor: &mut Visitor) {
    let user = format!("{USERS}/{}", visitor.anybody());
    let mistakes = [
        (Call::new("GET", "/v1/core/Accounts/8/users"), 200, r#""ErrorCode":2"#),
        (Call::new("GET", format!("{USERS}/x")), 400, "The value 'x' is not valid for Int32."),
        (Call::new("POST", &user).json("{}"), 405, "does not support http method 'POST'"),
        (Call::new("PATCH", &user).body("text/plain", "x"), 415, ""),
        (Call::new("PATCH", &user).json("{"), 400, "The request is invalid."),
        (Call::new("GET", "/v1/core/nothing"), 404, ""),
        (Call::anonymous("GET", user).with("AuthToken", "old"), 401, "Authorization has been denied"),
    ];
    for (call, status, text) in mistakes {
        visitor.api(call, status, text);
    }
}
