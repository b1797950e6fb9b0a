//! Seeds that no observed pair gives: state documents, calls of every operation and of the control API, and short
//! scripts of several requests, because what one API lets in another may be unable to show.

use crate::Seeds;
use serde_json::Value as Json;
use usertwin::apis::{Api, Apis, Operation};

const DEMO: &str = include_str!("../../src/apis/demo.json");
const TENANT: &str = "6172bb3d-e843-46bb-93a3-334505974ad9";
const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";

/// Calls of the control API: method, path and body.
const CONTROL: &[(&str, &str, &str)] = &[
    ("GET", "health", ""),
    ("GET", "health/ready", ""),
    ("GET", "metrics", ""),
    ("GET", "worlds", ""),
    ("POST", "worlds", r#"{"name":"t-2","from":"main"}"#),
    ("DELETE", "worlds/t-1", ""),
    ("POST", "worlds/t-1/reset", r#"{"from":"main"}"#),
    ("GET", "worlds/t-1/state", ""),
    ("GET", "worlds/t-1/diff?from=main", ""),
    ("GET", "worlds/t-1/users?search=ada&limit=1", ""),
    ("POST", "worlds/t-1/users", r#"{"username":"new","pbnb":{"accountId":2}}"#),
    ("GET", "worlds/t-1/users/f4237dd3-01ff-48d8-8d90-16c06605724f", ""),
    (
        "PUT",
        "worlds/t-1/users/f4237dd3-01ff-48d8-8d90-16c06605724f",
        r#"{"username":"ada","expoints":{"type":"Internal"}}"#,
    ),
    ("DELETE", "worlds/t-1/users/f4237dd3-01ff-48d8-8d90-16c06605724f", ""),
    ("GET", "worlds/t-1/clock", ""),
    ("PUT", "worlds/t-1/clock", r#"{"now":"2030-01-31T12:00:00Z","frozen":true}"#),
    ("PUT", "worlds/t-1/clock", r#"{"advance":"P1Y2M3W4DT5H6M7.5S"}"#),
    ("PUT", "worlds/t-1/clock", r#"{"now":"9999-12-31T23:59:59.9999999Z"}"#),
    ("PUT", "worlds/t-1/clock", r#"{"now":"0001-01-01T00:00:00Z","frozen":true}"#),
    ("GET", "worlds/t-1/outbox", ""),
    ("GET", "worlds/t-1/requests?api=pbnb&operation=getUser&method=GET&status=200&limit=5", ""),
    ("GET", "worlds/t-1/requests?path=/v1/*&bodyContains=x&since=latest", ""),
    ("GET", "worlds/t-1/requests/latest", ""),
    ("GET", "worlds/t-1/requests/latest/curl", ""),
    ("GET", "worlds/t-1/requests.har", ""),
    ("DELETE", "worlds/t-1/requests", ""),
    ("POST", "worlds/t-1/verify", r#"{"match":{"api":"pbnb","operation":"getUser"},"count":{"exactly":1}}"#),
    ("GET", "worlds/t-1/advice", ""),
    ("POST", "worlds/t-1/faults", r#"{"match":{"api":"expoints"},"times":1,"effect":{"status":503,"retryAfter":1}}"#),
    ("POST", "worlds/t-1/faults", r#"{"effect":{"truncateBody":0.5}}"#),
    ("GET", "worlds/t-1/faults", ""),
    ("DELETE", "worlds/t-1/faults", ""),
    ("GET", "openapi/pbnb.json", ""),
    ("GET", "docs", ""),
];

/// What clients have left in a user that others then read: first the change, then where it shows.
const LEFT: &[(&str, &str, &str)] = &[
    (
        "PATCH /v1/core/Accounts/2/users/1",
        "application/json",
        r#"{"Username":"\u0001\u0000\ufffe","AccessTypes":[7,"APN"]}"#,
    ),
    (
        "PATCH /v1/core/Accounts/2/users/1",
        "application/json",
        r#"{"Username":"\ud83d","PasswordInfo":{"MaxDenials":-2147483648}}"#,
    ),
    ("POST /v1/core/Accounts/2/users", "application/json", r#"{"Username":"\u2028\r\n","Status":9,"Auth":9}"#),
    (
        "PUT /external/api/v3/user",
        "application/json",
        r#"[{"Username":"ada","Type":"Internal","Email":"\u0000@x","Roles":[]}]"#,
    ),
    ("POST /external/api/v3/user", "application/json", r#"[{"Username":"\ud83d","Type":"Internal","Roles":[]}]"#),
    (
        "PUT /api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f",
        "application/json",
        r#"{"ID":"f4237dd3-01ff-48d8-8d90-16c06605724f","DisplayName":"\u0003","EmailAddress":"a","Enabled":true,"LanguageID":"c2fd9942-2548-483b-875c-a724b208dcaa","MobilePhone":"+44 7700 900123","Preferences":77,"TimeZone":"\u0000","Username":"ada","Pin":"\uffff"}"#,
    ),
    (
        "PATCH /api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f",
        "application/json",
        r#"[{"op":"replace","path":"/displayName","value":"\u0000\ud83d"}]"#,
    ),
];
const READS: &[&str] = &[
    "/v1/core/Accounts/2/users/1?expand=resourceIDs",
    "/external/api/v3/user",
    "/api/v1/admin/users/f4237dd3-01ff-48d8-8d90-16c06605724f",
    "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f",
];

/// Adds all of them.
pub fn add(seeds: &mut Seeds) {
    documents(seeds);
    planted(seeds);
    for api in &Apis::four() {
        for operation in api.operations {
            for path in addresses(api, operation) {
                seeds.add("paths", path.as_bytes());
                for body in bodies(operation) {
                    let call = format!("{} {path}\n{body}", operation.action.method);
                    seeds.add("server", call.as_bytes());
                    seeds.add("negotiation", call.as_bytes());
                }
            }
        }
    }
    let mut before = String::new();
    for (method, path, body) in CONTROL {
        let call = format!("{method} /_usertwin/{path}\n\n{body}");
        seeds.add("server", call.as_bytes());
        // What is asked about requests wants some to ask about.
        seeds.add("server", format!("GET /w/t-1/v1/core/Accounts/2/users/1\n\n\n%%%\n{call}").as_bytes());
        seeds.add("server", format!("{before}{call}").as_bytes());
        before = format!("{call}\n%%%\n");
    }
    for (change, media_type, body) in LEFT {
        let change = format!("{change}\nContent-Type: {media_type}\n\n{body}");
        for read in READS {
            for accept in ["application/xml", "application/bson", "application/json"] {
                seeds.add("server", format!("{change}\n%%%\nGET {read}\nAccept: {accept}\n\n").as_bytes());
            }
        }
        seeds.add("server", format!("{change}\n%%%\nGET /_usertwin/worlds/main/requests/latest/curl\n\n").as_bytes());
    }
}

fn documents(seeds: &mut Seeds) {
    seeds.add("state", DEMO.as_bytes());
    let demo: Json = serde_json::from_str(DEMO).unwrap();
    let replace = |document: &Json| format!("PUT /_usertwin/worlds/t-1/state\n\n{document}\n");
    seeds.add("server", replace(&demo).as_bytes());
    for user in demo["users"].as_array().unwrap() {
        seeds.add("state", user.to_string().as_bytes());
        // The user with the lists that it refers to, and nobody else.
        let mut document = demo.clone();
        document["users"] = Json::Array(vec![user.clone()]);
        seeds.add("state", document.to_string().as_bytes());
        let create = format!("POST /_usertwin/worlds/t-1/users\n\n{user}");
        seeds.add("server", create.as_bytes());
    }
    for (name, part) in demo.as_object().unwrap() {
        let document = serde_json::json!({ name: part });
        seeds.add("state", document.to_string().as_bytes());
        seeds.add("server", replace(&document).as_bytes());
    }
    for clock in
        [r#"{"now":"2030-01-01T00:00:00Z","frozen":true}"#, r#"{"now":"9999-12-31T23:59:59.9999999Z","frozen":false}"#]
    {
        seeds.add("state", format!(r#"{{"clock":{clock}}}"#).as_bytes());
    }
}

/// An operation's addresses with ids of the demo document.
fn addresses(api: &'static Api, operation: &Operation) -> Vec<String> {
    let templates = operation.action.templates.iter();
    let paths = templates.flat_map(|template| api.paths(template));
    let filled = |path: String| {
        let segments = path.split('/').map(|segment| match segment.trim_matches(['{', '}']).split(':').next() {
            Some(_) if !segment.starts_with('{') => segment,
            Some("accId") => "2",
            Some("usrId" | "chnId") => "1",
            Some("accountTenantId") => TENANT,
            Some("tenant") => "contoso",
            _ => ADA,
        });
        segments.collect::<Vec<_>>().join("/")
    };
    paths.map(filled).collect()
}

/// Headers and body for an operation: the vendor's samples, or a form.
fn bodies(operation: &Operation) -> Vec<String> {
    let mut found = vec!["\n".to_owned()];
    for sample in operation.samples.iter().filter(|sample| sample.status.is_none()) {
        found.extend(sample.media_types.iter().map(|media| format!("Content-Type: {media}\n\n{}", sample.text)));
    }
    if let Some(class) = operation.form {
        let value = |name: &str| match name {
            "grant_type" => "client_credentials",
            "client_id" => "app",
            "client_secret" => "secret",
            "redirect_uri" => "http%3A%2F%2Flocalhost%2Fcallback",
            "response_type" => "code",
            _ => "x",
        };
        let fields = class.members.iter().map(|member| format!("{}={}", member.name, value(member.name)));
        let form = fields.collect::<Vec<_>>().join("&");
        found.push(format!("Content-Type: application/x-www-form-urlencoded\n\n{form}"));
    }
    found
}

/// Choices of every call and format for the requests with a secret.
fn planted(seeds: &mut Seeds) {
    for call in 0..11 {
        for format in 0..5 {
            for spelling in 0..6 {
                seeds
                    .add("secrets", &[call, call + spelling, format, 0, 3 * spelling + call, spelling, 0, spelling, 0]);
            }
        }
    }
}
