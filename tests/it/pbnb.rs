//! PBNB: both operations in every format, and what they refuse, as whole responses.

use crate::twin::{Call, Twin};

const USER: &str = "/v1/core/Accounts/2/users/1";
const SEED: &str = r#"{
  "users": [
    {"id": "f4237dd3-01ff-48d8-8d90-16c06605724f", "username": "ada", "email": "ada@example.com", "password": "Engine1842",
     "createdAt": "2024-01-01T00:00:00Z", "modifiedAt": "2024-01-01T00:00:00Z",
     "pbnb": {"accountId": 2, "userId": 1, "status": "Enabled", "auth": "ServicePassword", "maxDenials": 2, "resetPeriod": 3,
              "privateUsername": "ada.private", "accessTypes": ["IPSec_L2TP", "MC"], "voucherId": 5,
              "resourceIds": {"IPSec_L2TP": "0eee7516-b7d4-4b2d-860c-6605ff564fc8"},
              "provisioningId": "f4237dd3-01ff-48d8-8d90-16c06605724f", "roleId": null}},
    {"id": "00000000-0000-4000-8000-000000000002", "username": "Grace",
     "pbnb": {"accountId": 2, "userId": 2, "status": "Disabled"}}
  ],
  "pbnb": {"accounts": [{"id": 2}], "roles": []},
  "tokens": [{"token": "good", "state": "valid"}, {"token": "gone", "state": "revoked"}, {"token": "readonly", "state": "forbidden"}]
}"#;

const JSON: &str = include_str!("../expected/pbnb/user.json");
const XML: &str = include_str!("../expected/pbnb/user.xml");

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

/// The answer about ada after a change, as JSON.
fn ada(username: &str, password_info: &str, access_types: &str) -> String {
    let changed = JSON
        .replace(r#""Username":"ada""#, &format!(r#""Username":"{username}""#))
        .replace(r#"{"Password":"Engine1842","MaxDenials":2,"ResetPeriod":3}"#, password_info)
        .replace(r#"["IPSec_L2TP","MC"]"#, access_types);
    format!("200\napplication/json; charset=utf-8\n{changed}")
}

const PASSWORD_INFO: &str = r#"{"Password":"Engine1842","MaxDenials":2,"ResetPeriod":3}"#;
const ACCESS_TYPES: &str = r#"["IPSec_L2TP","MC"]"#;

#[tokio::test]
async fn get_answers_json_with_enum_names() {
    let answer = twin().await.get(USER, "application/json").await;
    assert_eq!(answer.whole(), format!("200\napplication/json; charset=utf-8\n{JSON}"));
    let caching = ["cache-control", "pragma", "expires"].map(|name| answer.header(name));
    assert_eq!(caching, ["no-cache", "no-cache", "-1"].map(|value| Some(value.to_owned())));
}

#[tokio::test]
async fn get_answers_text_javascript_with_enum_numbers() {
    let answer = twin().await.get(USER, "text/javascript").await;
    let numbers = JSON
        .replace(r#""Status":"Enabled","Auth":"ServicePassword""#, r#""Status":0,"Auth":0"#)
        .replace(ACCESS_TYPES, "[0,2]");
    assert_eq!(answer.whole(), format!("200\ntext/javascript; charset=utf-8\n{numbers}"));
}

#[tokio::test]
async fn get_answers_data_contract_xml() {
    let twin = twin().await;
    for media_type in ["application/xml", "text/xml"] {
        let answer = twin.get(USER, media_type).await;
        assert_eq!(answer.whole(), format!("200\n{media_type}; charset=utf-8\n{XML}"));
    }
}

#[tokio::test]
async fn get_answers_bson_that_a_bson_library_reads() {
    let answer = twin().await.get(USER, "application/bson").await;
    assert_eq!(answer.header("content-type").as_deref(), Some("application/bson; charset=utf-8"));
    let document = bson::RawDocumentBuf::from_bytes(answer.body).unwrap();
    let data = document.get_document("Data").unwrap();
    assert_eq!(data.get_str("Username").unwrap(), "ada");
    assert_eq!(data.get_i32("Status").unwrap(), 0);
    let id = data.get_binary("ProvisioningID").unwrap();
    let expected = uuid::Uuid::parse_str("f4237dd3-01ff-48d8-8d90-16c06605724f").unwrap();
    assert_eq!(id.bytes, expected.to_bytes_le());
}

#[tokio::test]
async fn expand_fills_resource_ids_and_anything_else_leaves_them_null() {
    let twin = twin().await;
    let filled =
        JSON.replace(r#""ResourceIDs":null"#, r#""ResourceIDs":{"IPSec_L2TP":"0eee7516-b7d4-4b2d-860c-6605ff564fc8"}"#);
    for query in ["resourceIDs", "RESOURCEIDS", "true", "x,resourceIDs"] {
        assert_eq!(twin.get(&format!("{USER}?expand={query}"), "*/*").await.text(), filled, "{query}");
    }
    assert_eq!(twin.get(&format!("{USER}?expand=other"), "*/*").await.text(), JSON);
    let xml = twin.get(&format!("{USER}?expand=resourceIDs"), "text/xml").await;
    assert!(xml.text().contains("<d3p1:KeyValueOfUser.ClientAccessTypesguidNQ1t37UU><d3p1:Key>IPSec_L2TP</d3p1:Key>"));
}

#[tokio::test]
async fn the_deployed_virtual_directory_also_answers_and_paths_ignore_case() {
    let twin = twin().await;
    for path in ["/pbnb/v1/core/Accounts/2/users/1", "/V1/CORE/accounts/2/USERS/1/", "/v1/core/Accounts/0x2/users/%2b1"]
    {
        assert_eq!(twin.get(path, "*/*").await.text(), JSON, "{path}");
    }
}

#[tokio::test]
async fn patch_applies_its_three_members_in_every_format() {
    let info = r#"{"Password":"New1","MaxDenials":9,"ResetPeriod":8}"#;
    let json = format!(r#"{{"Username":"lovelace","PasswordInfo":{info},"AccessTypes":["DSL"]}}"#);
    let numbers = json.replace(r#"["DSL"]"#, "[3]");
    let members = "<AccessTypes><User.ClientAccessTypes>DSL</User.ClientAccessTypes></AccessTypes><Username>lovelace\
                   </Username><PasswordInfo><MaxDenials>9</MaxDenials><Password>New1</Password><ResetPeriod>8\
                   </ResetPeriod></PasswordInfo>";
    let models = "http://schemas.datacontract.org/2004/07/pbnb_models";
    let delta = "http://schemas.datacontract.org/2004/07/pbnb_delta";
    let in_models = members.replace('<', "<m:").replace("<m:/", "</m:");
    let in_both = in_models.replace("m:Username", "Username");
    let xml = |inner: &str| {
        format!(r#"<DeltaOfUserCA1DLPoZ xmlns="{delta}" xmlns:m="{models}">{inner}</DeltaOfUserCA1DLPoZ>"#)
    };
    let form = "Username=lovelace&PasswordInfo.Password=New1&PasswordInfo[MaxDenials]=9&PasswordInfo.ResetPeriod=8\
                &AccessTypes[]=DSL";
    let document = bson::rawdoc! {
        "Username": "lovelace",
        "PasswordInfo": { "Password": "New1", "MaxDenials": 9, "ResetPeriod": 8 },
        "AccessTypes": [3],
    };
    let bodies: [(&str, Vec<u8>); 8] = [
        ("application/json", json.clone().into()),
        ("text/json; charset=utf-8", json.into()),
        ("text/javascript", numbers.into()),
        ("application/xml", xml(&in_models).into()),
        ("text/xml", xml(&in_both).into()),
        ("application/x-www-form-urlencoded", form.into()),
        ("application/bson", document.as_bytes().to_vec()),
        ("application/json; charset=utf-16", "{\"Username\":\"lovelace\",\"PasswordInfo\":{\"Password\":\"New1\",\"MaxDenials\":9,\"ResetPeriod\":8},\"AccessTypes\":[3]}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    for (content_type, body) in bodies {
        let twin = twin().await;
        let accept = ("accept", "application/json");
        let call = Call::new("PATCH", USER).body(content_type, body).header(accept.0, accept.1);
        let answer = twin.send(call.header("accept-charset", "utf-8")).await;
        assert_eq!(answer.whole(), ada("lovelace", info, r#"["DSL"]"#), "{content_type}");
        assert_eq!(twin.get(USER, "*/*").await.whole(), ada("lovelace", info, r#"["DSL"]"#), "{content_type}");
    }
}

#[tokio::test]
async fn patch_leaves_absent_members_alone() {
    let twin = twin().await;
    let patch = async |body: &str| twin.send(Call::new("PATCH", USER).body("application/json", body)).await.whole();
    assert_eq!(patch("{}").await, ada("ada", PASSWORD_INFO, ACCESS_TYPES));
    assert_eq!(patch(r#"{"AccessTypes":null}"#).await, ada("ada", PASSWORD_INFO, "null"));
    assert_eq!(patch(r#"{"PasswordInfo":null}"#).await, ada("ada", "null", "null"));
    let partial = r#"{"PasswordInfo":{"Password":"x"}}"#;
    assert_eq!(patch(partial).await, ada("ada", r#"{"Password":"x","MaxDenials":0,"ResetPeriod":0}"#, "null"));
    let empty = r#"<DeltaOfUserCA1DLPoZ xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta"/>"#;
    let call = Call::new("PATCH", USER).body("application/xml", empty).header("accept", "application/json");
    assert_eq!(twin.send(call).await.status, 200);
}

#[tokio::test]
async fn patch_ignores_what_is_not_updatable_and_what_is_unknown() {
    let twin = twin().await;
    let body = r#"{"ID":7,"Email":"new@example.com","Status":"Disabled","username":"wrong case","Nonsense":1}"#;
    let answer = twin.send(Call::new("PATCH", USER).body("application/json", body)).await;
    assert_eq!(answer.whole(), ada("ada", PASSWORD_INFO, ACCESS_TYPES));
}

#[tokio::test]
async fn patch_answers_in_the_format_of_its_body_when_nothing_is_accepted() {
    let twin = twin().await;
    let body = r#"<DeltaOfUserCA1DLPoZ xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta" />"#;
    let answer = twin.send(Call::new("PATCH", USER).body("text/xml", body)).await;
    assert_eq!(answer.whole(), format!("200\ntext/xml; charset=utf-8\n{XML}"));
}

#[tokio::test]
async fn hidden_passwords_are_null() {
    let seed = usertwin::Apis::four().schema().parse(SEED).unwrap();
    let twin = Twin::with(&["--passwords", "hide"], seed).await;
    let hidden = JSON.replace(r#""Password":"Engine1842""#, r#""Password":null"#);
    assert_eq!(twin.get(USER, "*/*").await.text(), hidden);
}

fn failed(code: i32, description: &str) -> String {
    format!(
        "200\napplication/json; charset=utf-8\n{{\"Success\":false,\"Data\":null,\"ErrorCode\":{code},\
         \"ErrorDescription\":\"{description}\",\"Meta\":null}}"
    )
}

#[tokio::test]
async fn business_failures_come_in_the_envelope() {
    let twin = twin().await;
    let get = async |path: &str| twin.get(path, "*/*").await.whole();
    assert_eq!(get("/v1/core/Accounts/9/users/1").await, failed(2, "Account 9 was not found."));
    assert_eq!(get("/v1/core/Accounts/2/users/9").await, failed(3, "User 9 was not found."));
    let patch = async |body: &str| twin.send(Call::new("PATCH", USER).body("application/json", body)).await.whole();
    assert_eq!(patch(r#"{"Username":" "}"#).await, failed(4, "Username must not be empty."));
    assert_eq!(
        patch(r#"{"PasswordInfo":{"MaxDenials":-1}}"#).await,
        failed(4, "PasswordInfo must not hold negative numbers.")
    );
    assert_eq!(patch(r#"{"AccessTypes":[99]}"#).await, failed(4, "AccessTypes must hold known access types only."));
    let taken = r#"{"Username":"GRACE","AccessTypes":[]}"#;
    assert_eq!(patch(taken).await, failed(5, "The username 'GRACE' is already in use."));
    assert_eq!(get(USER).await, ada("ada", PASSWORD_INFO, ACCESS_TYPES));
    let xml = twin.get("/v1/core/Accounts/2/users/9", "application/xml").await;
    assert!(xml.text().contains(r#"<Data i:nil="true" /><ErrorCode>3</ErrorCode>"#), "{}", xml.text());
}

#[tokio::test]
async fn framework_errors_take_the_negotiated_format() {
    let twin = twin().await;
    let json = "application/json; charset=utf-8";
    let answer = twin.get("/v1/core/Accounts/x/users/1", "application/json").await;
    let invalid =
        r#"{"Message":"The request is invalid.","ModelState":{"accId":["The value 'x' is not valid for Int32."]}}"#;
    assert_eq!(answer.whole(), format!("400\n{json}\n{invalid}"));
    let answer = twin.get("/v1/core/Accounts/x/users/1", "application/xml").await;
    let invalid = "<Error><Message>The request is invalid.</Message><ModelState><accId>The value 'x' is not valid for \
                   Int32.</accId></ModelState></Error>";
    assert_eq!(answer.whole(), format!("400\napplication/xml; charset=utf-8\n{invalid}"));
    let answer = twin.get("/v1/core/nothing", "*/*").await;
    let unknown =
        r#"{"Message":"No HTTP resource was found that matches the request URI 'http://localhost/v1/core/nothing'."}"#;
    assert_eq!(answer.whole(), format!("404\n{json}\n{unknown}"));
    let answer = twin.send(Call::new("PUT", USER).body("application/json", "{}")).await;
    let method = r#"{"Message":"The requested resource does not support http method 'PUT'."}"#;
    assert_eq!(answer.whole(), format!("405\n{json}\n{method}"));
    assert_eq!(answer.header("allow").as_deref(), Some("GET, PATCH, DELETE"));
    let answer = twin.send(Call::new("PATCH", USER).body("text/plain", "x")).await;
    let media = r#"{"Message":"The request entity's media type 'text/plain' is not supported for this resource."}"#;
    assert_eq!(answer.whole(), format!("415\n{json}\n{media}"));
    let answer = twin.send(Call::new("PATCH", USER).body("application/json", "null")).await;
    assert_eq!(answer.whole(), format!("400\n{json}\n{}", r#"{"Message":"The request is invalid."}"#));
    let wrong = r#"{"AccessTypes":["Carrier pigeon"]}"#;
    let answer = twin.send(Call::new("PATCH", USER).body("application/json", wrong)).await;
    let hidden =
        r#"{"Message":"The request is invalid.","ModelState":{"user.AccessTypes[0]":["An error has occurred."]}}"#;
    assert_eq!(answer.whole(), format!("400\n{json}\n{hidden}"));
    let answer = twin.send(Call::new("PATCH", USER).body("application/xml", "<User/>").header("accept", "*/*")).await;
    let hidden = r#"{"Message":"The request is invalid.","ModelState":{"user":["An error has occurred."]}}"#;
    assert_eq!(answer.whole(), format!("400\n{json}\n{hidden}"));
    assert_eq!(twin.get(USER, "*/*").await.text(), JSON);
}

#[tokio::test]
async fn an_unsupported_accept_never_gives_406() {
    assert_eq!(
        twin().await.get(USER, "image/png").await.whole(),
        format!("200\napplication/json; charset=utf-8\n{JSON}")
    );
}

#[tokio::test]
async fn accept_charset_utf_16_is_honoured() {
    let call = Call::new("GET", USER).header("accept-charset", "utf-16");
    let answer = twin().await.send(call).await;
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json; charset=utf-16"));
    let expected: Vec<u8> = std::iter::once(0xFEFF).chain(JSON.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn a_token_is_only_needed_in_strict_mode_and_a_bad_one_never_helps() {
    let denied = "\napplication/json; charset=utf-8\n{\"Message\":\"Authorization has been denied for this request.\"}";
    let open = twin().await;
    assert_eq!(open.send(Call::anonymous("GET", USER)).await.text(), JSON);
    let gone = Call::anonymous("GET", USER).header("authtoken", "gone");
    assert_eq!(open.send(gone).await.whole(), format!("401{denied}"));
    let readonly = Call::anonymous("GET", USER).header("authtoken", "readonly");
    assert_eq!(open.send(readonly).await.whole(), format!("403{denied}"));
    let seed = usertwin::Apis::four().schema().parse(SEED).unwrap();
    let strict = Twin::with(&["--auth", "strict"], seed).await;
    assert_eq!(strict.send(Call::anonymous("GET", USER)).await.whole(), format!("401{denied}"));
    let unknown = Call::anonymous("GET", USER).header("authorization", "Bearer who");
    assert_eq!(strict.send(unknown).await.whole(), format!("401{denied}"));
    let good = Call::anonymous("GET", USER).header("authtoken", "good");
    assert_eq!(strict.send(good).await.text(), JSON);
}

#[tokio::test]
async fn a_text_longer_than_a_mebibyte_is_refused_in_every_format_and_changes_nothing() {
    let twin = twin().await;
    let long = "y".repeat(1024 * 1024 + 1);
    for (media_type, body) in [
        ("application/json", format!(r#"{{"Username":"{long}"}}"#)),
        ("application/json", format!(r#"{{"PasswordInfo":{{"Password":"{long}"}}}}"#)),
        ("application/x-www-form-urlencoded", format!("Username={long}")),
    ] {
        let answer = twin.send(Call::new("PATCH", USER).body(media_type, body)).await;
        assert_eq!(answer.status, 400, "{media_type}");
        assert!(answer.text().contains("A text of the request is longer than 1 MiB."), "{}", answer.text());
    }
    assert!(twin.get(USER, "application/json").await.text().contains(r#""Username":"ada""#));
}
