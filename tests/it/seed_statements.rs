//! The pages that the product was asked for with, sentence by sentence: each statement with what shows it on a running
//! server or in its document. A row is the quotation, the exchange or the part of the document that shows it, and the
//! text that has to stand there (`!` in front: must not). Statements that are unclear are in docs/choices.md.

use crate::twin::{Answer, Call, Twin, demo_seed};
use serde_json::Value;
use std::collections::BTreeMap;

/// Quotation, evidence, text.
type Row = (&'static str, &'static str, &'static str);

/// What was seen, by name.
type Seen = BTreeMap<String, String>;

const ADA: &str = "f4237dd3-01ff-48d8-8d90-16c06605724f";

fn shown(answer: &Answer) -> String {
    let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    let headers: String = headers.collect();
    format!("{}\n{headers}\n{}", answer.status, String::from_utf8_lossy(&answer.body))
}

/// An operation and the members of its body's class, each as JSON.
fn documented(name: &str, path: &str, method: &str, class: &str) -> Seen {
    let file = format!("{}/openapi/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut seen = Seen::new();
    let operation = &document["paths"][path][method];
    for part in ["description", "requestBody", "responses"] {
        seen.insert(part.to_owned(), operation[part].to_string());
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        seen.insert(format!("?{}", parameter["name"].as_str().unwrap()), parameter.to_string());
    }
    let schema = &document["components"]["schemas"][class];
    seen.insert("required".to_owned(), schema["required"].to_string());
    for (member, of) in schema["properties"].as_object().into_iter().flatten() {
        seen.insert(format!(".{member}"), of.to_string());
    }
    seen
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The lines of a page that state something: no sample, no blank line.
fn statements(page: &str) -> Vec<&str> {
    let sample = |line: &str| line.starts_with(['{', '}', '[', ']', '"', '<', ' ']) || line.contains('\u{fffd}');
    page.lines().map(str::trim_end).filter(|line| !line.is_empty() && !sample(line)).collect()
}

fn check(seed: &str, page: &str, headings: &[&str], seen: &Seen, rows: &[Row]) {
    let mut wrong = Vec::new();
    let whole = squeezed(page);
    for (quotation, evidence, text) in rows {
        if !whole.contains(&squeezed(quotation)) {
            wrong.push(format!("not on the page: {quotation}"));
        }
        let Some(there) = seen.get(*evidence) else {
            wrong.push(format!("no such evidence: {evidence}"));
            continue;
        };
        let holds = match text.strip_prefix('!') {
            Some(text) => !there.contains(text),
            None => there.contains(text),
        };
        if !holds {
            wrong.push(format!("{quotation}\n  {evidence} should show {text}:\n  {there}"));
        }
    }
    let quoted: Vec<String> = rows.iter().map(|(quotation, ..)| squeezed(quotation)).collect();
    for line in statements(page) {
        let line_squeezed = squeezed(line);
        if !headings.contains(&line) && !quoted.iter().any(|quotation| quotation.contains(&line_squeezed)) {
            wrong.push(format!("no row quotes: {line}"));
        }
    }
    println!("{seed}: {} of {} statements hold", rows.len() - wrong.len().min(rows.len()), rows.len());
    assert!(wrong.is_empty(), "{seed}\n{}", wrong.join("\n"));
}

const PBNB_HEADINGS: &[&str] = &[
    "Request Information",
    "Parameters",
    "NameDescriptionAdditional information",
    "Request body formats",
    "Sample:",
    "Response Information",
    "Response body formats",
];

async fn pbnb(method: &str) -> Seen {
    let path = "/v1/core/Accounts/{accId}/users/{usrId}";
    let mut seen = documented("pbnb", path, &method.to_lowercase(), "DeltaOfUserRequest");
    let call = |query: &str| {
        let call = Call::new(method, &format!("/v1/core/Accounts/2/users/1{query}"));
        if method == "PATCH" { call.body("application/json", "{}") } else { call }
    };
    for accept in
        ["application/json", "text/json", "text/javascript", "application/xml", "text/xml", "application/bson"]
    {
        let answer = Twin::demo().await.send(call("?expand=resourceIDs").header("accept", accept)).await;
        seen.insert(accept.to_owned(), shown(&answer));
    }
    let twin = Twin::demo().await;
    for (name, query) in [
        ("plain", ""),
        ("true", "?expand=TRUE"),
        ("list", "?expand=x,1"),
        ("other", "?expand=x"),
        ("empty", "?expand="),
    ] {
        seen.insert(name.to_owned(), shown(&twin.send(call(query).header("accept", "application/json")).await));
    }
    for (name, path) in [("no account", "/v1/core/Accounts/99/users/1"), ("no user", "/v1/core/Accounts/2/users/99")] {
        let call = Call::new(method, path).header("accept", "application/json");
        let call = if method == "PATCH" { call.body("application/json", "{}") } else { call };
        seen.insert(name.to_owned(), shown(&twin.send(call).await));
    }
    seen
}

#[tokio::test]
async fn every_statement_of_the_page_on_patching_a_pbnb_user_holds() {
    let mut seen = pbnb("PATCH").await;
    let path = "/v1/core/Accounts/2/users/1";
    let twin = Twin::demo().await;
    let body = r#"{"Username":"lovelace","PasswordInfo":{"Password":"New2024","MaxDenials":7,"ResetPeriod":8},"AccessTypes":["DSL"],"Email":"no@example.com","VoucherID":77,"Status":"Disabled"}"#;
    let patched =
        twin.send(Call::new("PATCH", path).body("application/json", body).header("accept", "application/json")).await;
    seen.insert("patched".to_owned(), shown(&patched));
    seen.insert("stored".to_owned(), shown(&twin.get(path, "application/json").await));
    let xml = r#"<DeltaOfUserCA1DLPoZ xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta" />"#;
    let bodies: [(&str, &[u8]); 7] = [
        ("application/json", b"{}"),
        ("text/json", b"{}"),
        ("text/javascript", b"{}"),
        ("application/xml", xml.as_bytes()),
        ("text/xml", xml.as_bytes()),
        ("application/x-www-form-urlencoded", b"Username=formed"),
        ("application/bson", b"\x05\0\0\0\0"),
    ];
    for (media_type, body) in bodies {
        let call = Call::new("PATCH", path).body(media_type, body).header("accept", "application/json");
        seen.insert(format!("sent {media_type}"), shown(&Twin::demo().await.send(call).await));
    }
    check(
        "000",
        include_str!("../seeds/000_1f6f1b23b7edf59e.txt"),
        PBNB_HEADINGS,
        &seen,
        &[
            ("PATCH v1/core/Accounts/{accId}/users/{usrId}?expand={expand}", "application/json", "200 OK"),
            ("Send partial User documents to the API", "patched", "200 OK"),
            ("update the local User with that", "stored", r#""Username":"lovelace""#),
            (
                "Send partial User documents to the API and update the local User with that. This will only update Username, PasswordInfo and AccessTypes.",
                "patched",
                r#""Username":"lovelace""#,
            ),
            (
                "only update Username, PasswordInfo",
                "patched",
                r#""PasswordInfo":{"Password":"New2024","MaxDenials":7,"ResetPeriod":8}"#,
            ),
            ("and AccessTypes", "patched", r#""AccessTypes":["DSL"]"#),
            ("This will only update", "patched", r#""Email":"ada@example.com""#),
            ("This will only update", "stored", r#""Status":"Enabled""#),
            ("accId\n\nDefine this parameter in the request URI.", "?accId", r#""in":"path""#),
            ("accId", "no account", r#""Success":false"#),
            ("usrId\n\nDefine this parameter in the request URI.", "?usrId", r#""in":"path""#),
            ("usrId", "no user", r#""Success":false"#),
            ("user\n\nDefine this parameter in the request body.", "requestBody", r#""required":true"#),
            (
                "expand\noptinal query string provided parameter to return resourceIDs",
                "application/json",
                r#""ResourceIDs":{"IPSec_L2TP":"0eee7516-b7d4-4b2d-860c-6605ff564fc8"}"#,
            ),
            ("optinal query string provided parameter", "plain", r#""ResourceIDs":null"#),
            ("expand", "?expand", r#""required":false"#),
            ("expand", "empty", "400 Bad Request"),
            ("application/json, text/json, text/javascript", "sent application/json", r#""Success":true"#),
            ("application/json, text/json, text/javascript", "sent text/json", r#""Success":true"#),
            ("application/json, text/json, text/javascript", "sent text/javascript", r#""Success":true"#),
            ("Sample:\n{}", "requestBody", r#""value":{}"#),
            ("application/xml, text/xml", "sent application/xml", r#""Success":true"#),
            ("application/xml, text/xml", "sent text/xml", r#""Success":true"#),
            ("application/x-www-form-urlencoded", "sent application/x-www-form-urlencoded", r#""Username":"formed""#),
            (
                "Failed to generate the sample for media type 'application/x-www-form-urlencoded'. Cannot use formatter 'JQueryMvcFormUrlEncodedFormatter' to write type 'Delta`1'.",
                "responses",
                "!x-www-form-urlencoded",
            ),
            ("application/bson", "sent application/bson", r#""Success":true"#),
            ("application/json, text/json", "application/json", "content-type: application/json"),
            ("application/json, text/json", "text/json", "content-type: text/json"),
            (
                r#""Success": true, "Data": { "ID": 1, "AccountID": 2,"#,
                "application/json",
                r#"{"Success":true,"Data":{"ID":1,"AccountID":2,"#,
            ),
            ("text/javascript", "text/javascript", "content-type: text/javascript"),
            (r#""Status":0,"Auth":0"#, "text/javascript", r#""Status":0,"Auth":0"#),
            ("application/xml, text/xml", "application/xml", "content-type: application/xml"),
            ("application/xml, text/xml", "text/xml", "content-type: text/xml"),
            ("<PBNBReturnOfUserCA1DLPoZ", "application/xml", "<PBNBReturnOfUserCA1DLPoZ"),
            ("application/bson", "application/bson", "content-type: application/bson"),
        ],
    );
}

#[tokio::test]
async fn every_statement_of_the_page_on_reading_a_pbnb_user_holds() {
    let seen = pbnb("GET").await;
    check(
        "002",
        include_str!("../seeds/002_1a4be262fdf8d669.txt"),
        PBNB_HEADINGS,
        &seen,
        &[
            ("GET v1/core/Accounts/{accId}/users/{usrId}?expand={expand}", "application/json", "200 OK"),
            (
                "Retrieve a specific user from this account",
                "application/json",
                r#""ID":1,"AccountID":2,"Username":"ada""#,
            ),
            ("accId\nthe account to look for the user in", "?accId", "The account to look for the user in"),
            (
                "the account to look for the user in\n\nDefine this parameter in the request URI.",
                "?accId",
                r#""in":"path""#,
            ),
            ("the account to look for the user in", "no account", r#""Success":false"#),
            ("usrId\nthe user id to retrieve", "no user", r#""Success":false"#),
            ("the user id to retrieve\n\nDefine this parameter in the request URI.", "?usrId", r#""in":"path""#),
            (
                "expand\noptinal query string provided parameter to return resourceIDs",
                "application/json",
                r#""ResourceIDs":{"IPSec_L2TP":"0eee7516-b7d4-4b2d-860c-6605ff564fc8"}"#,
            ),
            ("optinal query string provided parameter", "plain", r#""ResourceIDs":null"#),
            ("optinal query string provided parameter", "other", r#""ResourceIDs":null"#),
            ("to return resourceIDs", "true", r#""ResourceIDs":{"#),
            ("to return resourceIDs", "list", r#""ResourceIDs":{"#),
            ("expand", "?expand", r#""in":"query""#),
            ("expand", "empty", "400 Bad Request"),
            ("application/json, text/json", "application/json", "content-type: application/json"),
            ("application/json, text/json", "text/json", "content-type: text/json"),
            (r#""ErrorCode": 2"#, "application/json", r#""ErrorCode":0,"ErrorDescription":null,"Meta":null}"#),
            ("text/javascript", "text/javascript", r#""Status":0,"Auth":0"#),
            ("application/xml, text/xml", "application/xml", "content-type: application/xml"),
            ("application/xml, text/xml", "text/xml", "content-type: text/xml"),
            (
                "<User.ClientAccessTypes>IPSec_L2TP</User.ClientAccessTypes>",
                "application/xml",
                "<User.ClientAccessTypes>IPSec_L2TP</User.ClientAccessTypes>",
            ),
            ("application/bson", "application/bson", "content-type: application/bson"),
        ],
    );
}

#[tokio::test]
async fn every_statement_of_the_page_on_patching_a_reseller_user_holds() {
    let mut seen = documented("reseller", "/v1.0/accounts/{accountTenantId}/users/{userId}", "patch", "");
    let tenant = "6172bb3d-e843-46bb-93a3-334505974ad9";
    let path = |tenant: &str, user: &str| format!("/api/v1.0/accounts/{tenant}/users/{user}");
    let rename = r#"[{"op":"replace","path":"/displayName","value":"My New Name"}]"#;
    let none = "00000000-0000-4000-8000-0000000000ff";
    let calls = [
        ("patched", path(tenant, ADA), rename),
        ("bad tenant", path("xyz", ADA), rename),
        ("bad user", path(tenant, "xyz"), rename),
        ("bad property", path(tenant, ADA), r#"[{"op":"replace","path":"/nothing","value":"x"}]"#),
        ("no account", path(none, ADA), rename),
        ("no user", path(tenant, none), rename),
    ];
    for (name, path, body) in calls {
        let call = Call::new("PATCH", &path)
            .body("application/json", body)
            .header("accept-charges", "true")
            .header("connection", "keep-alive");
        seen.insert(name.to_owned(), shown(&Twin::demo().await.send(call).await));
    }
    let strict = Twin::with(&["--auth", "strict"], demo_seed()).await;
    let anonymous = Call::anonymous("PATCH", &path(tenant, ADA)).body("application/json", rename);
    seen.insert("no token".to_owned(), shown(&strict.send(anonymous).await));
    for (name, token) in
        [("invalid token", "Bearer who"), ("expired token", "Bearer old"), ("good token", "Bearer good")]
    {
        let call = Call::anonymous("PATCH", &path(tenant, ADA))
            .body("application/json", rename)
            .header("authorization", token);
        seen.insert(name.to_owned(), shown(&strict.send(call).await));
    }
    let hedy = path(tenant, "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04");
    let twin = Twin::demo().await;
    seen.insert("roles before".to_owned(), shown(&twin.get(&hedy, "*/*").await));
    let roles = r#"[{"op":"replace","path":"/roles","value":["account.user"]}]"#;
    seen.insert("roles".to_owned(), shown(&twin.send(Call::new("PATCH", &hedy).body("application/json", roles)).await));
    seen.insert("roles after".to_owned(), shown(&twin.get(&hedy, "*/*").await));
    twin.send(Call::new("PATCH", &hedy).body("application/json", rename)).await;
    seen.insert("renamed".to_owned(), shown(&twin.get(&hedy, "*/*").await));
    let headings = [
        "warning",
        "Example 1 #",
        "Request #",
        "Response #",
        "Errors #",
        "Connection: keep-alive",
        // Of the moment of the sample; and the length, which follows from the body.
        "Date: Thu, 06 Feb 2020 12:45:27 GMT",
        "Date: Thu, 06 Feb 2020 12:46:58 GMT",
        "Content-Length: xx",
        "}GET v1/core",
    ];
    check(
        "001",
        include_str!("../seeds/001_48dda8d66cf09cef.txt"),
        &headings,
        &seen,
        &[
            (
                "Patch User (Reseller) #\nUpdates a specific set of properties of an Reseller Account User.",
                "renamed",
                r#""displayName":"My New Name""#,
            ),
            (
                "Updates a specific set of properties of an Reseller Account User. This uses the JSON Patch format for any changes.",
                "requestBody",
                "application/json-patch+json",
            ),
            ("PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}", "patched", "200 OK"),
            (
                "When patching the roles against a user, be careful if using the REPLACE operation.",
                "description",
                "Careful with replace on /roles",
            ),
            (
                "With the replace operation, the user's current roles will be replaced with the values provided in the patch request. Any role not provided in the patch request will be removed from the user).",
                "roles after",
                r#""roles":["account.user"]"#,
            ),
            ("With the replace operation", "roles", "200 OK"),
            ("the user's current roles", "roles before", "user.admin"),
            ("Any role not provided in the patch request will be removed", "roles after", "!user.admin"),
            ("This request will update the Display Name of the User.", "renamed", "My New Name"),
            (
                "PATCH <https://api.na.myreports.cloud/api/v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}> HTTP/1.1",
                "patched",
                "200 OK",
            ),
            ("Content-Type: application/json\naccept-charges: true", "patched", "200 OK"),
            ("Authorisation: Bearer {TOKEN}", "good token", "200 OK"),
            (
                r#""op": "replace", "path": "/displayName", "value": "My New Name""#,
                "requestBody",
                r#""path":"/displayName""#,
            ),
            ("HTTP/1.1 200 OK", "patched", "200 OK"),
            (
                "Content-Type: application/json; charset=utf-8\nContent-Length: xx",
                "patched",
                "content-type: application/json; charset=utf-8",
            ),
            (
                "Request-Context: appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038",
                "patched",
                "request-context: appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038",
            ),
            (r#""status": "success""#, "patched", r#"{"status":"success","timestamp":"#),
            (
                r#""timestamp": "2019-11-29T15:16:54.2586208Z""#,
                "patched",
                r#""timestamp":"2024-03-28T08:12:49.3595132Z"}"#,
            ),
            (
                "Unauthorised #\nWhen the token is not provided, invalid or expired\nHTTP/1.1 401 Unauthorised",
                "no token",
                "401 Unauthorized",
            ),
            ("invalid", "invalid token", "401 Unauthorized"),
            ("or expired", "expired token", "401 Unauthorized"),
            (
                "Bad Request (1) #\nWhen the provided tenant id is not in the correct format\nHTTP/1.1 400 Bad Request",
                "bad tenant",
                "400 Bad Request",
            ),
            (
                "Content-Type: application/json; charset=utf-8\nContent-Length: 149",
                "bad tenant",
                "content-type: application/json; charset=utf-8",
            ),
            (r#""error": 400"#, "bad tenant", r#"{"error":400,"#),
            (
                "The value '<tenant id>' is not valid.",
                "bad tenant",
                r#""message":"The value 'xyz' is not valid.","status":"error","timestamp":"#,
            ),
            (
                "Bad Request (2) #\nWhen the provided user id is not in the correct format\nHTTP/1.1 400 Bad Request",
                "bad user",
                "400 Bad Request",
            ),
            (
                "The value '<user id>' is not valid.",
                "bad user",
                r#"{"error":400,"message":"The value 'xyz' is not valid.","status":"error","timestamp":"#,
            ),
            (
                "Bad Request (3) #\nWhen attempting to patch an invalid property.\nHTTP/1.1 400 Bad Request",
                "bad property",
                "400 Bad Request",
            ),
            (
                "The target location specified by path segment '<invalid property>' was not found.",
                "bad property",
                "\"message\":\"The target location specified by path segment 'nothing' was not found.\",\"status\":\"error\"",
            ),
            (r#""status": "error""#, "bad property", r#""status":"error""#),
            (
                "Not Found #\nWhen there are no Accounts that have a matching tenant id, or Users within this tenant that have a matching user id\nHTTP/1.1 404 Not Found",
                "no account",
                "404 Not Found",
            ),
            ("or Users within this tenant that have a matching user id", "no user", "404 Not Found"),
            (
                "Content-Type: application/json; charset=utf-8\nContent-Length: 95",
                "no user",
                "content-type: application/json; charset=utf-8\n",
            ),
            (
                r#""error": 404, "message": "Not Found", "status": "error","#,
                "no user",
                r#"{"error":404,"message":"Not Found","status":"error","timestamp":"#,
            ),
            (r#""error": 404"#, "no account", r#"{"error":404,"message":"Not Found","status":"error","timestamp":"#),
        ],
    );
}

#[tokio::test]
async fn every_statement_of_the_page_on_updating_expoints_users_holds() {
    let path = "/external/api/v3/user";
    let mut seen = documented("expoints", path, "put", "ImportUserRequest");
    let user = r#"{"Username":"jan","Email":"jan@example.org","Roles":[{"Id":"9b815af0-51da-430e-8c25-52f7f6cdf0a6"}],"Type":"Internal","HasSingleActiveRole":true}"#;
    let twin = Twin::demo().await;
    let two = format!("[{user},{}]", user.replace("jan", "ada").replace("Internal", "External"));
    let calls = [
        ("updated", "application/json", two.clone()),
        ("unknown type", "application/json", format!("[{}]", user.replace("Internal", "Other"))),
        ("empty", "application/json", "[{}]".to_owned()),
        ("null email", "application/json", format!("[{}]", user.replace(r#""jan@example.org""#, "null"))),
        ("unknown user", "application/json", format!("[{}]", user.replace("jan", "nobody"))),
    ];
    for (name, media_type, body) in calls {
        seen.insert(name.to_owned(), shown(&twin.send(Call::new("PUT", path).body(media_type, body)).await));
    }
    let xml = r#"<ArrayOfImportUser xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models"><ImportUser><HasSingleActiveRole xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models">true</HasSingleActiveRole><Type xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models">Internal</Type><Username xmlns="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models">jan</Username><Email>jan@example.net</Email><Roles xmlns:d3p1="http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models"><d3p1:BaseRole><d3p1:Id>9b815af0-51da-430e-8c25-52f7f6cdf0a6</d3p1:Id></d3p1:BaseRole></Roles></ImportUser></ArrayOfImportUser>"#;
    let form = "Username=jan";
    for (name, media_type, body) in
        [("sent xml", "application/xml", xml), ("sent form", "application/x-www-form-urlencoded", form)]
    {
        seen.insert(name.to_owned(), shown(&twin.send(Call::new("PUT", path).body(media_type, body)).await));
    }
    seen.insert("users".to_owned(), shown(&twin.get(path, "application/json").await));
    seen.insert("state".to_owned(), shown(&twin.get("/_usertwin/worlds/main/state", "application/json").await));
    let updated = twin.send(Call::new("PUT", path).body("application/json", two.clone())).await;
    seen.insert("length".to_owned(), format!("{} bytes", updated.body.len()));
    for accept in ["application/json", "text/json", "application/xml", "text/xml"] {
        let call = Call::new("PUT", path).body("application/json", "[{}]").header("accept", accept);
        seen.insert(accept.to_owned(), shown(&twin.send(call).await));
    }
    for status in ["408", "429", "500", "503"] {
        let call = Call::new("PUT", path).body("application/json", "[]").header("prefer", &format!("status={status}"));
        seen.insert(status.to_owned(), shown(&twin.send(call).await));
    }
    let call = || Call::anonymous("PUT", path).body("application/json", two.clone());
    for (name, token) in [("expired", "Bearer old"), ("forbidden", "Bearer forbidden"), ("readonly", "Bearer readonly")]
    {
        seen.insert(name.to_owned(), shown(&twin.send(call().header("authorization", token)).await));
    }
    seen.insert("no token".to_owned(), shown(&twin.send(call()).await));
    let headings = [
        "Request Information",
        "Body Parameters",
        "NameDescriptionTypeAdditional informationNullable",
        "Request Formats",
        "Sample:",
        "Response Information",
        "Resource Description",
        "Response Formats",
        "Response Status Codes",
        "Status Code Name Description",
    ];
    check(
        "003",
        include_str!("../seeds/003_5548566866e3d8e9.txt"),
        &headings,
        &seen,
        &[
            ("PUT /external/api/v3/user", "updated", "200 OK"),
            (
                "Update users.",
                "users",
                r#"{"Username":"ada","Roles":[{"Name":"Beheer","Id":"9b815af0-51da-430e-8c25-52f7f6cdf0a6"}],"Type":"External""#,
            ),
            ("URI Parameters\n\nNone.", "description", "Updates every user of the batch"),
            ("Collection of ImportUser", "requestBody", "schemas/ImportUserRequest"),
            ("Email\n\nstring\n\nNone", "required", "!Email"),
            ("Email", "state", "jan@example.net"),
            ("Email\n\nstring", ".Email", r#""string""#),
            ("Email\n\nstring\n\nNone\n\nFalse", "null email", "200 OK"),
            ("Roles\n\nCollection of BaseRole\n\nRequired", "required", "Roles"),
            ("Collection of BaseRole", ".Roles", "BaseRoleRequest"),
            ("Collection of BaseRole\n\nRequired\n\nFalse", ".Roles", "!null"),
            ("Username\n\nstring\n\nRequired", "required", "Username"),
            ("Username\n\nstring\n\nRequired\n\nFalse", "empty", "Username"),
            ("Type\n\nInternal or external.\n\nstring", ".Type", "Internal or external"),
            ("Internal or external.", "unknown type", "400 Bad Request"),
            ("string\n\nRequired\n\nFalse", "required", "Type"),
            ("HasSingleActiveRole\n\nboolean", ".HasSingleActiveRole", r#""type":"boolean""#),
            ("HasSingleActiveRole\n\nboolean\n\nNone\n\nFalse", "required", "!HasSingleActiveRole"),
            ("application/json\n\nSample:\n[", "updated", "200 OK"),
            ("application/xml\n\nSample:\n<ArrayOfImportUser", "sent xml", "200 OK"),
            ("Request Formats", "sent form", "415"),
            ("IHttpActionResult\n\nNone.", "length", "0 bytes"),
            (
                "application/json, text/json, application/xml, text/xml",
                "application/json",
                "content-type: application/json",
            ),
            ("application/json, text/json, application/xml, text/xml", "text/json", "content-type: text/json"),
            (
                "application/json, text/json, application/xml, text/xml",
                "application/xml",
                "content-type: application/xml",
            ),
            ("application/json, text/json, application/xml, text/xml", "text/xml", "content-type: text/xml"),
            ("Sample not available.", "updated", "!content-type"),
            ("200 OK The request has succeeded.", "updated", "200 OK"),
            (
                "400 Bad Request Fulfilling the request would cause an invalid state. Request needs modification.",
                "unknown user",
                "400 Bad Request",
            ),
            ("401 Unauthorized Missing or invalid authentication token.", "no token", "401 Unauthorized"),
            ("invalid authentication token", "expired", "401 Unauthorized"),
            ("403 Forbidden Server refuses to authorize the request.", "forbidden", "403 Forbidden"),
            ("Server refuses to authorize the request.", "readonly", "403 Forbidden"),
            ("408 Request Timeout The server timed out waiting for the request.", "408", "408 Request Timeout"),
            ("429 Too Many Requests Too many requests in a given amount of time.", "429", "429 Too Many Requests"),
            (
                "500 Internal Server Error The server encountered an unexpected condition which prevented it from fulfilling the request.",
                "500",
                "500 Internal Server Error",
            ),
            (
                "503 Service Unavailable The server is unable to proces the request at the moment, try again later.",
                "503",
                "503 Service Unavailable",
            ),
        ],
    );
}

#[tokio::test]
async fn every_statement_of_the_page_on_updating_an_admin_user_holds() {
    let path = format!("/api/v1/admin/users/{ADA}");
    let mut seen = documented("admin-users", "/api/v1/admin/users/{id}", "put", "UserRequest");
    let body = r#"{"ID":"a2d8b2d2-1673-4f2d-a9ec-b02947160be7","AgreementDate":"2030-03-28T08:12:49Z","AccountID":"00000000-0000-4000-8000-0000000000aa","AdminUser":false,"DateCreated":"2030-01-01T00:00:00Z","DateModified":"2030-01-01T00:00:00Z","DeclineDate":"2030-01-01T00:00:00Z","DisplayName":"Ada King","DPAVersion":"9","EmailAddress":"king@example.com","Enabled":false,"LanguageID":"d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703","MobilePhone":"(020) 7946-0958","Password":"New2024x","Pin":"1234","Preferences":0,"PrivacyPolicyVersion":"9","SSOEnabled":true,"TimeZone":"GMT","Username":"king","UserPassword":"x"}"#;
    let xml = "<User><DisplayName>Ada King</DisplayName><EmailAddress>king@example.com</EmailAddress><Enabled>true</Enabled><LanguageID>c2fd9942-2548-483b-875c-a724b208dcaa</LanguageID><MobilePhone>+44 7700 900123</MobilePhone><TimeZone>GMT</TimeZone><Username>king</Username></User>";
    let form = "DisplayName=Ada+King&EmailAddress=king%40example.com&Enabled=true&LanguageID=c2fd9942-2548-483b-875c-a724b208dcaa&MobilePhone=%2B44+7700+900123&TimeZone=GMT&Username=king";
    let calls = [
        ("changed", "application/json", body.to_owned()),
        ("text/json", "text/json", body.to_owned()),
        ("application/xml", "application/xml", xml.to_owned()),
        ("text/xml", "text/xml", xml.to_owned()),
        ("form", "application/x-www-form-urlencoded", form.to_owned()),
        ("empty", "application/json", "{}".to_owned()),
        ("bad phone", "application/json", body.replace("(020) 7946-0958", "sample string 12")),
        ("null pin", "application/json", body.replace(r#""Pin":"1234""#, r#""Pin":null"#)),
        ("odd address", "application/json", body.replace("king@example.com", "not checked")),
        ("short", "application/json", body.replace(r#""Password":"New2024x","#, "").replace(r#""Pin":"1234","#, "")),
    ];
    for (name, media_type, body) in calls {
        let twin = Twin::demo().await;
        seen.insert(name.to_owned(), shown(&twin.send(Call::new("PUT", &path).body(media_type, body)).await));
    }
    let twin = Twin::demo().await;
    let unknown = path.replace("f4237dd3", "00000000");
    for (name, path) in [("no user", unknown.as_str()), ("bad id", "/api/v1/admin/users/xyz")] {
        seen.insert(name.to_owned(), shown(&twin.send(Call::new("PUT", path).body("application/json", body)).await));
    }
    let strict = Twin::with(&["--auth", "strict"], demo_seed()).await;
    let call = Call::anonymous("PUT", &path).body("application/json", body);
    seen.insert("no token".to_owned(), shown(&strict.send(call).await));
    for member in ["DisplayName", "EmailAddress", "MobilePhone", "TimeZone", "Username", "Enabled", "LanguageID"] {
        let mut partial: Value = serde_json::from_str(body).unwrap();
        partial.as_object_mut().unwrap().remove(member);
        let call = Call::new("PUT", &path).body("application/json", partial.to_string());
        seen.insert(format!("without {member}"), shown(&twin.send(call).await));
    }
    let headings = [
        "Request Information",
        "URI Parameters",
        "NameDescriptionTypeAdditional information",
        "Body Parameters",
        "Request Formats",
        "Sample:",
        "Response Information",
        "Resource Description",
        "Response Formats",
    ];
    check(
        "004",
        include_str!("../seeds/004_ac95c53f2d622bb7.txt"),
        &headings,
        &seen,
        &[
            ("PUT api/v1/admin/users/{id}", "changed", "200 OK"),
            ("Updates user details of the specified user.", "changed", r#""DisplayName":"Ada King""#),
            (
                "Updates user details of the specified user. The logged in user must have permission to perform this action.",
                "description",
                "The logged in user needs permission",
            ),
            ("The logged in user", "no token", "401 Unauthorized"),
            ("id\n\nThe ID of the user to be modified.", "no user", "404 Not Found"),
            ("globally unique identifier\n\nRequired", "?id", r#""format":"uuid""#),
            ("globally unique identifier\n\nRequired", "bad id", "400 Bad Request"),
            ("The ID of the user to be modified.", "?id", r#""required":true"#),
            ("The new details of the user.", "requestBody", "The details of the user."),
            ("ID\n\nThe unique identifier for the user.", "changed", r#""ID":"f4237dd3-01ff-48d8-8d90-16c06605724f""#),
            ("ID\n\nThe unique identifier for the user.\n\nglobally unique identifier", ".ID", r#""format":"uuid""#),
            (
                "AgreementDate\n\nThe date the user accepted the privacy policy and data processing agreement. This field is read-only.",
                "changed",
                r#""AgreementDate":null"#,
            ),
            ("This field is read-only.\n\ndate\n\nNone.", ".AgreementDate", r#""format":"date-time""#),
            (
                "AccountID\n\nThe unique identifier for the account.",
                "changed",
                r#""AccountID":"5a1ca887-9ec4-4ae8-bf61-715056ea9e98""#,
            ),
            (
                "The unique identifier for the account.\n\nglobally unique identifier",
                ".AccountID",
                r#""format":"uuid""#,
            ),
            ("AdminUser\n\nDetermines if the user is an admin user.", "changed", r#""AdminUser":false"#),
            ("Determines if the user is an admin user.\n\nboolean", ".AdminUser", r#""type":"boolean""#),
            (
                "DateCreated\n\nThe date the user account was created.",
                "changed",
                r#""DateCreated":"2024-03-28T08:12:49.3595132+00:00""#,
            ),
            ("The date the user account was created.\n\ndate", ".DateCreated", r#""format":"date-time""#),
            (
                "DateModified\n\nThe date the user account was last modified.",
                "changed",
                r#""DateModified":"2024-03-28T08:12:49.3595132+00:00""#,
            ),
            ("The date the user account was last modified.\n\ndate", ".DateModified", r#""format":"date-time""#),
            (
                "DeclineDate\n\nThe date the user declined the privacy policy and data processing agreement. This field is read-only.",
                "changed",
                r#""DeclineDate":null"#,
            ),
            ("The date the user declined", ".DeclineDate", r#""readOnly":true"#),
            ("DisplayName\n\nThe name of the user.", "changed", r#""DisplayName":"Ada King""#),
            ("The name of the user.\n\nstring\n\nRequired", "without DisplayName", "user.DisplayName"),
            (
                "DPAVersion\n\nThe version of the data processing agreement that the user has accepted. This field is only read-only.",
                "changed",
                r#""DPAVersion":null"#,
            ),
            ("This field is only read-only.\n\nstring", ".DPAVersion", r#""readOnly":true"#),
            ("EmailAddress\n\nThe email address of the user.", "changed", r#""EmailAddress":"king@example.com""#),
            ("The email address of the user.\n\nstring\n\nRequired", "without EmailAddress", "user.EmailAddress"),
            ("Data type: EmailAddress", ".EmailAddress", r#""x-data-type":"EmailAddress""#),
            ("Data type: EmailAddress", "odd address", "200 OK"),
            ("Enabled\n\nDetermines the status of the user.", "changed", r#""Enabled":false"#),
            ("Determines the status of the user.\n\nboolean\n\nRequired", "required", "Enabled"),
            ("boolean\n\nRequired", "without Enabled", "400 Bad Request"),
            (
                "LanguageID\n\nThe Id of the language of the user.",
                "changed",
                r#""LanguageID":"d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703""#,
            ),
            (
                "The Id of the language of the user.\n\nglobally unique identifier\n\nRequired",
                "without LanguageID",
                "400 Bad Request",
            ),
            ("MobilePhone\n\nThe mobile phone of the user", "changed", r#""MobilePhone":"(020) 7946-0958""#),
            ("The mobile phone of the user\n\nstring\n\nRequired", "without MobilePhone", "user.MobilePhone"),
            (
                r"Matching regular expression pattern: ^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$",
                "bad phone",
                "user.MobilePhone",
            ),
            ("Matching regular expression pattern", ".MobilePhone", r#""pattern":"^(?="#),
            ("Password\n\nThe password of the user.", "changed", r#""Password":"New2024x""#),
            ("The password of the user.\n\nstring\n\nNone.", "short", r#""Password":"Engine1842""#),
            ("Pin\n\nSets the security pin when two factor has been enable.", "changed", r#""Pin":"1234""#),
            (
                "Sets the security pin when two factor has been enable. Set it to null if you want it to randonly generate each login.",
                "null pin",
                r#""Pin":null"#,
            ),
            ("Pin", ".Pin", "null for a random one at each sign-in"),
            ("Preferences\n\nPreferences\n\nNone.", "changed", r#""Preferences":0"#),
            (
                "PrivacyPolicyVersion\n\nThe version of the privacy policy that the user has accepted. This field is only read-only.",
                "changed",
                r#""PrivacyPolicyVersion":null"#,
            ),
            ("The version of the privacy policy", ".PrivacyPolicyVersion", r#""readOnly":true"#),
            ("SSOEnabled\n\nDetermines if the user is part of a SSO setup.", "changed", r#""SSOEnabled":true"#),
            ("Determines if the user is part of a SSO setup.\n\nboolean", ".SSOEnabled", r#""type":"boolean""#),
            ("TimeZone\n\nThe timezone of the user.", "changed", r#""TimeZone":"GMT""#),
            ("The timezone of the user.\n\nstring\n\nRequired", "without TimeZone", "user.TimeZone"),
            ("Username\n\nThe username of the user to log into the system.", "changed", r#""Username":"king""#),
            (
                "The username of the user to log into the system.\n\nstring\n\nRequired",
                "without Username",
                "user.Username",
            ),
            ("User\nNameDescriptionTypeAdditional information", "empty", "400 Bad Request"),
            ("application/json, text/json", "text/json", "200 OK"),
            (r#""UserPassword": "sample string 19""#, "changed", r#""UserPassword":null"#),
            ("application/xml, text/xml", "application/xml", "200 OK"),
            ("application/xml, text/xml", "text/xml", "200 OK"),
            ("application/x-www-form-urlencoded", "form", "200 OK"),
            ("Sample not available.", "responses", "!x-www-form-urlencoded"),
            ("The modified user details.", "responses", "The modified user."),
            ("ResponseOfUser\nNameDescriptionTypeAdditional information", "responses", "schemas/ResponseOfUser"),
            ("Error\n\nError\n\nNone.", "changed", r#"{"Error":null,"#),
            (
                "ResponseData\n\nResponseDataOfUser\n\nNone.",
                "changed",
                r#""ResponseData":{"Identification":{"UserId":"f4237dd3-01ff-48d8-8d90-16c06605724f"}"#,
            ),
            ("application/json, text/json", "changed", "content-type: application/json"),
            ("application/xml, text/xml", "application/xml", "content-type: application/xml"),
            ("<ResponseOfUser xmlns:xsd", "application/xml", "<ResponseOfUser xmlns:xsd"),
        ],
    );
}
