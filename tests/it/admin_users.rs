//! Admin users: the update in each format, and what it refuses, as whole responses.

use crate::twin::{Answer, Call, Twin};

const ID: &str = "a2d8b2d2-1673-4f2d-a9ec-b02947160be7";
const PATH: &str = "/api/v1/admin/users/a2d8b2d2-1673-4f2d-a9ec-b02947160be7";
const SEED: &str = r#"{
  "users": [
    {"id": "a2d8b2d2-1673-4f2d-a9ec-b02947160be7", "username": "ada", "email": "ada@example.com", "displayName": "Ada",
     "password": "Engine1842", "enabled": true,
     "createdAt": "2024-01-02T03:04:05.5Z", "modifiedAt": "2024-01-02T03:04:05.5Z",
     "adminUsers": {"accountId": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "adminUser": true, "agreementDate": "2023-01-01T00:00:00Z",
       "declineDate": null, "dpaVersion": "1", "languageId": "c2fd9942-2548-483b-875c-a724b208dcaa",
       "mobilePhone": "+44 7700 900123", "pin": "1234", "preferences": "NONE", "privacyPolicyVersion": null,
       "ssoEnabled": false, "timeZone": "UTC", "superUser": false, "locked": false}},
    {"id": "00000000-0000-4000-8000-000000000002", "username": "Grace", "pbnb": {"accountId": 2, "userId": 1}}
  ],
  "pbnb": {"accounts": [{"id": 2}]},
  "adminUsers": {"accounts": [{"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "Main"}],
                 "languages": [{"id": "c2fd9942-2548-483b-875c-a724b208dcaa", "name": "English"}]},
  "tokens": [{"token": "good", "state": "valid"}, {"token": "old", "state": "expired"}]
}"#;

/// The answer to [`JSON`] sent to the seed; the time is the frozen clock's.
const CHANGED: &str = include_str!("../expected/admin_users/changed.json");
const CHANGED_XML: &str = include_str!("../expected/admin_users/changed.xml");
const JSON: &str = include_str!("../expected/admin_users/update.json");
const XML: &str = "<User><Username>lovelace</Username><TimeZone>GMT</TimeZone><SSOEnabled>1</SSOEnabled><Preferences>NONE\
                   </Preferences><Password>Better99</Password><MobilePhone>(020) 7946-0958</MobilePhone><LanguageID>\
                   {C2FD9942-2548-483B-875C-A724B208DCAA}</LanguageID><Enabled>false</Enabled><EmailAddress>not checked\
                   </EmailAddress><DisplayName>Ada Lovelace</DisplayName><DisplayName>second</DisplayName>\
                   <AgreementDate>2030-01-01T00:00:00Z</AgreementDate><Language>ignored</Language></User>";
const FORM: &str = "DisplayName=Ada+Lovelace&EmailAddress=not%20checked&Enabled=False&Password=Better99&TimeZone=GMT\
                    &LanguageID=c2fd99422548483b875ca724b208dcaa&MobilePhone=%28020%29+7946-0958&SSOEnabled=true\
                    &Username=lovelace";

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

async fn put(twin: &Twin, content_type: &str, body: &str) -> Answer {
    twin.send(Call::new("PUT", PATH).body(content_type, body).header("accept", "application/json")).await
}

fn json(status: u16, body: &str) -> String {
    format!("{status}\napplication/json; charset=utf-8\n{body}")
}

#[tokio::test]
async fn every_format_overwrites_the_user_except_its_read_only_members() {
    for (content_type, body) in [
        ("application/json", JSON),
        ("text/json", JSON),
        ("application/xml", XML),
        ("text/xml", XML),
        ("application/x-www-form-urlencoded", FORM),
    ] {
        assert_eq!(put(&twin().await, content_type, body).await.whole(), json(200, CHANGED), "{content_type}");
    }
}

#[tokio::test]
async fn answers_come_in_xml_where_asked_or_where_the_body_was() {
    let twin = twin().await;
    let answer = twin.send(Call::new("PUT", PATH).body("text/xml", XML)).await;
    assert_eq!(answer.whole(), format!("200\ntext/xml; charset=utf-8\n{CHANGED_XML}"));
    let call = Call::new("PUT", PATH).body("application/json", JSON).header("accept", "application/xml");
    assert_eq!(twin.send(call).await.whole(), format!("200\napplication/xml; charset=utf-8\n{CHANGED_XML}"));
    let answer = twin.send(Call::new("PUT", PATH).body("application/x-www-form-urlencoded", FORM)).await;
    assert_eq!(answer.whole(), json(200, CHANGED));
}

#[tokio::test]
async fn an_absent_password_keeps_the_stored_one() {
    let body = JSON.replace(r#""Password":"Better99","#, "");
    let expected = CHANGED.replace("Better99", "Engine1842");
    assert_eq!(put(&twin().await, "application/json", &body).await.whole(), json(200, &expected));
}

#[tokio::test]
async fn required_members_are_missed_in_each_formats_own_way() {
    let twin = twin().await;
    let texts = include_str!("../expected/admin_users/required_members.txt");
    let expected = |before: &str| {
        json(400, &format!(r#"{{"Message":"The request is invalid.","ModelState":{{{before}{texts}}}}}"#))
    };
    let hidden = r#""user":["An error has occurred.","An error has occurred."],"#;
    assert_eq!(put(&twin, "application/json", "{}").await.whole(), expected(hidden));
    assert_eq!(put(&twin, "application/xml", "<User/>").await.whole(), expected(""));
    let shown = r#""user.Enabled":["The Enabled property is required."],"user.LanguageID":["The LanguageID property is required."],"#;
    assert_eq!(put(&twin, "application/x-www-form-urlencoded", "x=1").await.whole(), expected(shown));
}

#[tokio::test]
async fn the_phone_rule_is_the_vendors() {
    let body = JSON.replace("(020) 7946-0958", "sample string 12");
    let expected = r#"{"Message":"The request is invalid.","ModelState":{"user.MobilePhone":["The field MobilePhone must match the regular expression '^(?=.*?\\d.*?\\d.*?\\d.*?\\d.*?\\d)([+]?)([\\d\\s\\(\\)-]{5,20})$'."]}}"#;
    assert_eq!(put(&twin().await, "application/json", &body).await.whole(), json(400, expected));
}

#[tokio::test]
async fn business_failures_come_in_the_envelope() {
    let twin = twin().await;
    let failure = |code: &str, reason: &str| {
        format!(r#"{{"Error":{{"ErrorCode":"{code}","ErrorReason":"{reason}"}},"ResponseData":null}}"#)
    };
    let other = PATH.replace(ID, "00000000-0000-4000-8000-000000000002");
    let answer = twin.send(Call::new("PUT", &other).body("application/json", JSON)).await;
    assert_eq!(answer.whole(), json(404, &failure("UserNotFound", "The user was not found.")));
    let body = JSON.replace("lovelace", "GRACE");
    let expected = failure("UsernameInUse", "The username is already in use by another user.");
    assert_eq!(put(&twin, "application/json", &body).await.whole(), json(400, &expected));
    let odd = JSON.replace(r#""Preferences":0"#, r#""Preferences":99"#);
    let expected = failure("PreferencesUnknown", "The preferences are not known.");
    assert_eq!(put(&twin, "application/json", &odd).await.whole(), json(400, &expected));
    let xml = Call::new("PUT", &other).body("application/xml", XML);
    let expected = r#"<ResponseOfUser xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Error><ErrorCode>UserNotFound</ErrorCode><ErrorReason>The user was not found.</ErrorReason></Error></ResponseOfUser>"#;
    assert_eq!(twin.send(xml).await.whole(), format!("404\napplication/xml; charset=utf-8\n{expected}"));
}

#[tokio::test]
async fn the_framework_refuses_ids_types_methods_and_missing_tokens() {
    let twin = twin().await;
    let answer = twin.send(Call::new("PUT", "/api/v1/admin/users/abc").body("application/json", JSON)).await;
    let expected =
        r#"{"Message":"The request is invalid.","ModelState":{"id":["The value 'abc' is not valid for Guid."]}}"#;
    assert_eq!(answer.whole(), json(400, expected));
    let expected = r#"{"Message":"The request is invalid."}"#;
    assert_eq!(put(&twin, "application/json", "null").await.whole(), json(400, expected));
    let expected = r#"{"Message":"The request entity's media type 'text/plain' is not supported for this resource."}"#;
    assert_eq!(put(&twin, "text/plain", "x").await.whole(), json(415, expected));
    let answer = twin.send(Call::new("DELETE", PATH)).await;
    let expected = r#"{"Message":"The requested resource does not support http method 'DELETE'."}"#;
    assert_eq!(answer.whole(), json(405, expected));
    assert_eq!(answer.header("allow").as_deref(), Some("GET, PUT"));
    let expected =
        r#"{"Message":"No HTTP resource was found that matches the request URI 'http://localhost/api/nope'."}"#;
    assert_eq!(twin.send(Call::new("GET", "/api/nope")).await.whole(), json(404, expected));
    for call in [Call::anonymous("PUT", PATH), Call::anonymous("PUT", PATH).header("authorization", "Bearer old")] {
        let answer = twin.send(call.body("application/json", "garbage")).await;
        let expected = r#"{"Message":"Authorization has been denied for this request."}"#;
        assert_eq!(answer.whole(), json(401, expected));
        assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
    }
}

#[tokio::test]
async fn the_vendors_own_sample_is_accepted_with_a_phone_number_in_it() {
    let twin = twin().await;
    let sample = include_str!("../../src/apis/admin_users/samples/user.json");
    let body = sample.replace("sample string 12", "+44 7700 900123");
    assert_ne!(body, sample);
    assert_eq!(put(&twin, "application/json", &body).await.status, 200);
}
