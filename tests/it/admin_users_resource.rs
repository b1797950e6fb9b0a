//! Admin users: lists, reads, creation, access, status and GDPR in each format, as whole responses.

use crate::twin::{Answer, Call, Twin};
use usertwin::apis::admin_users::facet::AdminUsersFacet;

const ADA: &str = "a2d8b2d2-1673-4f2d-a9ec-b02947160be7";
const KURT: &str = "a2d8b2d2-1673-4f2d-a9ec-b02947160be8";
const ROOT: &str = "a2d8b2d2-1673-4f2d-a9ec-b02947160be9";
/// The first id of the repeatable sequence.
const NEW: &str = "6e931e46-6ccd-4e38-bad8-fd22930fccbb";
const STRANGER: &str = "00000000-0000-4000-8000-000000000002";
const USERS: &str = "/api/v1/admin/users";
const SEED: &str = r#"{
  "users": [
    {"id": "a2d8b2d2-1673-4f2d-a9ec-b02947160be9", "username": "root", "email": "root@example.com", "displayName": "Support",
     "createdAt": "2024-01-01T00:00:00Z", "modifiedAt": "2024-01-01T00:00:00Z",
     "adminUsers": {"adminUser": true, "mobilePhone": "+44 7700 900999", "superUser": true}},
    {"id": "a2d8b2d2-1673-4f2d-a9ec-b02947160be8", "username": "kurt", "email": "kurt@example.com", "displayName": "kurt Gödel",
     "password": "Incomplete1931", "createdAt": "2024-01-03T00:00:00.25Z", "modifiedAt": "2024-01-03T00:00:00.25Z",
     "adminUsers": {"accountId": "6b2ba998-0fd5-4bf9-9072-826167eb0a09", "declineDate": "2024-04-03T08:00:00.25Z",
       "languageId": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "mobilePhone": "+43 660 1234567", "pin": "4711",
       "timeZone": "W. Europe Standard Time", "locked": true}},
    {"id": "a2d8b2d2-1673-4f2d-a9ec-b02947160be7", "username": "ada", "email": "ada@example.com", "displayName": "Ada",
     "password": "Engine1842", "createdAt": "2024-01-02T03:04:05.5Z", "modifiedAt": "2024-01-02T03:04:05.5Z",
     "adminUsers": {"adminUser": true, "agreementDate": "2023-01-01T00:00:00Z", "dpaVersion": "1",
       "mobilePhone": "+44 7700 900123"}},
    {"id": "00000000-0000-4000-8000-000000000002", "username": "Grace", "pbnb": {"accountId": 2, "userId": 1}}
  ],
  "pbnb": {"accounts": [{"id": 2}]},
  "adminUsers": {"accounts": [{"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "Main"},
                              {"id": "6b2ba998-0fd5-4bf9-9072-826167eb0a09", "name": "Vienna"}],
                 "languages": [{"id": "c2fd9942-2548-483b-875c-a724b208dcaa", "name": "English"},
                               {"id": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "name": "Deutsch"}]},
  "tokens": [{"token": "good", "state": "valid"}, {"token": "old", "state": "expired"}]
}"#;

const ADA_JSON: &str = include_str!("../expected/admin_users/ada_members_json.txt");
const ADA_XML: &str = include_str!("../expected/admin_users/ada_members_xml.txt");
const KURT_JSON: &str = include_str!("../expected/admin_users/kurt_members_json.txt");
const KURT_XML: &str = include_str!("../expected/admin_users/kurt_members_xml.txt");
const ROOT_JSON: &str = include_str!("../expected/admin_users/root_members_json.txt");

/// A new user in each format; ids, dates and read-only members are also sent, and ignored.
const BODIES: [(&str, &str); 5] = [
    ("application/json", NEW_REQUEST_JSON),
    ("text/json", NEW_REQUEST_JSON),
    ("application/xml", NEW_REQUEST_XML),
    ("text/xml", NEW_REQUEST_XML),
    ("application/x-www-form-urlencoded", NEW_REQUEST_FORM),
];
const NEW_REQUEST_JSON: &str = include_str!("../expected/admin_users/new_request.json");
const NEW_REQUEST_XML: &str = "<User><Username>hedy</Username><TimeZone>GMT</TimeZone><Pin>7</Pin><Password>Hopping42\
    </Password><MobilePhone>(020) 7946-0958</MobilePhone><LanguageID>c2fd9942-2548-483b-875c-a724b208dcaa</LanguageID>\
    <Language>ignored</Language><Enabled>true</Enabled><EmailAddress>hedy@example.com</EmailAddress><DisplayName>Hedy\
    </DisplayName><AdminUser>true</AdminUser><AgreementDate>2030-01-01T00:00:00Z</AgreementDate></User>";
const NEW_REQUEST_FORM: &str = "DisplayName=Hedy&EmailAddress=hedy%40example.com&Enabled=True&Password=Hopping42&Pin=7\
    &TimeZone=GMT&LanguageID=c2fd99422548483b875ca724b208dcaa&MobilePhone=%28020%29+7946-0958&AdminUser=true&Username=hedy";
const NEW_JSON: &str = include_str!("../expected/admin_users/new_members_json.txt");
const NEW_XML: &str = include_str!("../expected/admin_users/new_members_xml.txt");

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

/// A success in JSON: its user, as JSON, and the detail.
fn json(user: &str, detail: &str) -> String {
    let user = if user == "null" { user.to_owned() } else { format!("\"{user}\"") };
    format!(
        "200\napplication/json; charset=utf-8\n{{\"Error\":null,\"ResponseData\":{{\"Identification\":{{\"UserId\":{user}}},\
         \"Result\":\"Success\",\"Detail\":{detail}}}}}"
    )
}

/// A success in XML under a root name; `null` is no user.
fn xml(root: &str, user: &str, detail: &str) -> String {
    let identification = match user {
        "null" => "<Identification />".to_owned(),
        user => format!("<Identification><UserId>{user}</UserId></Identification>"),
    };
    format!(
        "200\napplication/xml; charset=utf-8\n<{root} xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><ResponseData><Result>Success</Result>{identification}\
         {detail}</ResponseData></{root}>"
    )
}

fn failure(status: u16, code: &str, reason: &str) -> String {
    format!(
        "{status}\napplication/json; charset=utf-8\n{{\"Error\":{{\"ErrorCode\":\"{code}\",\"ErrorReason\":\"{reason}\"}},\
         \"ResponseData\":null}}"
    )
}

fn refused(status: u16, message: &str) -> String {
    format!("{status}\napplication/json; charset=utf-8\n{{\"Message\":\"{message}\"}}")
}

async fn get(twin: &Twin, path: &str, accept: &str) -> String {
    twin.get(path, accept).await.whole()
}

async fn send(twin: &Twin, method: &str, path: &str, content_type: &str, body: &str) -> Answer {
    twin.send(Call::new(method, path).body(content_type, body).header("accept", "application/json")).await
}

#[tokio::test]
async fn a_list_is_ordered_by_name_and_leaves_super_users_out() {
    let twin = twin().await;
    let two = format!("[{{{ADA_JSON}}},{{{KURT_JSON}}}]");
    for path in [USERS, "/API/V1/Admin/Users/", "/api/v1/admin/users?includesuperusers=FALSE"] {
        assert_eq!(get(&twin, path, "application/json").await, json("null", &two), "{path}");
    }
    let three = format!("[{{{ADA_JSON}}},{{{KURT_JSON}}},{{{ROOT_JSON}}}]");
    let path = "/api/v1/admin/users?IncludeSuperUsers=true";
    assert_eq!(get(&twin, path, "application/json").await, json("null", &three));
    let detail = format!("<Detail><User>{ADA_XML}</User><User>{KURT_XML}</User></Detail>");
    assert_eq!(get(&twin, USERS, "application/xml").await, xml("ResponseOfListOfUser", "null", &detail));
}

#[tokio::test]
async fn version_2_adds_the_status_first_in_json_and_last_in_xml() {
    let twin = twin().await;
    let path = "/api/v2/admin/users";
    let two = format!("[{{\"Status\":\"Active\",{ADA_JSON}}},{{\"Status\":\"Locked\",{KURT_JSON}}}]");
    assert_eq!(get(&twin, path, "application/json").await, json("null", &two));
    let detail = format!(
        "<Detail><UserV2>{ADA_XML}<Status>Active</Status></UserV2><UserV2>{KURT_XML}<Status>Locked</Status></UserV2></Detail>"
    );
    assert_eq!(get(&twin, path, "application/xml").await, xml("ResponseOfListOfUserV2", "null", &detail));
    let path = format!("/api/v2/admin/users/{KURT}");
    let detail = format!("{{\"Status\":\"Locked\",{KURT_JSON}}}");
    assert_eq!(get(&twin, &path, "application/json").await, json(KURT, &detail));
    let detail = format!("<Detail>{KURT_XML}<Status>Locked</Status></Detail>");
    assert_eq!(get(&twin, &path, "application/xml").await, xml("ResponseOfUserV2", KURT, &detail));
}

#[tokio::test]
async fn one_user_is_read_in_both_formats_by_any_form_of_its_id() {
    let twin = twin().await;
    for id in [ADA.to_owned(), format!("%7B{}%7D", ADA.to_uppercase()), ADA.replace('-', "")] {
        let path = format!("{USERS}/{id}");
        assert_eq!(get(&twin, &path, "application/json").await, json(ADA, &format!("{{{ADA_JSON}}}")), "{id}");
    }
    let expected = xml("ResponseOfUser", ADA, &format!("<Detail>{ADA_XML}</Detail>"));
    assert_eq!(get(&twin, &format!("{USERS}/{ADA}"), "application/xml").await, expected);
    let path = format!("{USERS}/{ROOT}");
    assert_eq!(get(&twin, &path, "application/json").await, json(ROOT, &format!("{{{ROOT_JSON}}}")));
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    let twin =
        Twin::seeded(r#"{"adminUsers": {"accounts": [{"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "M"}]}}"#);
    let twin = twin.await;
    assert_eq!(get(&twin, USERS, "application/json").await, json("null", "[]"));
    assert_eq!(get(&twin, USERS, "application/xml").await, xml("ResponseOfListOfUser", "null", "<Detail />"));
}

#[tokio::test]
async fn the_users_of_an_account_are_the_first_accounts_when_none_is_given() {
    let twin = twin().await;
    let path = "/api/v1/UserAdminAPI/GetAllUsers";
    let ada = format!("[{{{ADA_JSON}}}]");
    assert_eq!(get(&twin, path, "application/json").await, json("null", &ada));
    let main = format!("{path}?accountID=5a1ca887-9ec4-4ae8-bf61-715056ea9e98");
    assert_eq!(get(&twin, &main, "application/json").await, json("null", &ada));
    let vienna = format!("{path}?accountid=6b2ba998-0fd5-4bf9-9072-826167eb0a09");
    assert_eq!(get(&twin, &vienna, "application/json").await, json("null", &format!("[{{{KURT_JSON}}}]")));
    let expected = xml("ResponseOfListOfUser", "null", &format!("<Detail><User>{KURT_XML}</User></Detail>"));
    assert_eq!(get(&twin, &vienna, "application/xml").await, expected);
    let expected = failure(404, "AccountNotFound", "The account was not found.");
    assert_eq!(get(&twin, &format!("{path}?accountID={STRANGER}"), "application/json").await, expected);
}

#[tokio::test]
async fn every_format_creates_the_same_user() {
    for (content_type, body) in BODIES {
        let twin = twin().await;
        let answer = send(&twin, "POST", USERS, content_type, body).await;
        assert_eq!(answer.whole(), json(NEW, &format!("{{{NEW_JSON}}}")), "{content_type}");
        let path = format!("{USERS}/{NEW}");
        assert_eq!(
            get(&twin, &path, "application/json").await,
            json(NEW, &format!("{{{NEW_JSON}}}")),
            "{content_type}"
        );
    }
    let answer = twin().await.send(Call::new("POST", USERS).body("application/xml", NEW_REQUEST_XML)).await;
    assert_eq!(answer.whole(), xml("ResponseOfUser", NEW, &format!("<Detail>{NEW_XML}</Detail>")));
}

#[tokio::test]
async fn creation_misses_required_members_in_each_formats_own_way() {
    let twin = twin().await;
    let before = twin.document().await;
    let texts = include_str!("../expected/admin_users/required_members.txt");
    let expected = |first: &str| {
        format!(
            "400\napplication/json; charset=utf-8\n{{\"Message\":\"The request is invalid.\",\"ModelState\":{{{first}{texts}}}}}"
        )
    };
    let hidden = r#""user":["An error has occurred.","An error has occurred."],"#;
    let shown = r#""user.Enabled":["The Enabled property is required."],"user.LanguageID":["The LanguageID property is required."],"#;
    for (content_type, body, first) in [
        ("application/json", "{}", hidden),
        ("application/xml", "<User/>", ""),
        ("application/x-www-form-urlencoded", "x=1", shown),
    ] {
        for path in [USERS.to_owned(), format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{ADA}")] {
            let answer = send(&twin, "POST", &path, content_type, body).await;
            assert_eq!(answer.whole(), expected(first), "{path} {content_type}");
        }
    }
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn creation_refuses_taken_names_missing_passwords_and_unknown_preferences_in_the_envelope() {
    let twin = twin().await;
    let before = twin.document().await;
    for (from, to, code, reason) in [
        ("\"hedy\"", "\"ADA\"", "UsernameInUse", "The username is already in use by another user."),
        ("\"Hopping42\"", "\"\"", "PasswordRequired", "A user without single sign-on needs a password."),
        ("\"Hopping42\"", "null", "PasswordRequired", "A user without single sign-on needs a password."),
        ("\"Pin\"", "\"Preferences\":7,\"Pin\"", "PreferencesUnknown", "The preferences are not known."),
    ] {
        let body = NEW_REQUEST_JSON.replace(from, to);
        let answer = send(&twin, "POST", USERS, "application/json", &body).await;
        assert_eq!(answer.whole(), failure(400, code, reason), "{to}");
    }
    assert_eq!(twin.document().await, before);
}

#[tokio::test]
async fn a_user_with_single_sign_on_needs_no_password() {
    let body = NEW_REQUEST_JSON.replace(r#""Password":"Hopping42""#, r#""SSOEnabled":true"#);
    let detail = NEW_JSON.replace("\"Hopping42\"", "null").replace(r#""SSOEnabled":false"#, r#""SSOEnabled":true"#);
    let answer = send(&twin().await, "POST", USERS, "application/json", &body).await;
    assert_eq!(answer.whole(), json(NEW, &format!("{{{detail}}}")));
}

#[tokio::test]
async fn a_language_that_no_list_holds_has_no_name_and_outlives_an_export() {
    let twin = twin().await;
    let other = "00000000-0000-4000-8000-00000000000a";
    let change = |text: &str| text.replace("c2fd9942-2548-483b-875c-a724b208dcaa", other);
    let body = change(NEW_REQUEST_JSON);
    let answer = twin.send(Call::new("POST", USERS).body("application/json", body).header("accept", "application/xml"));
    let expected = xml("ResponseOfUser", NEW, &format!("<Detail>{NEW_XML}</Detail>"));
    assert_eq!(answer.await.whole(), change(&expected).replace("<Language>English</Language>", ""));
    let document = twin.document().await;
    assert_eq!(usertwin::Apis::four().schema().parse(&document.to_json().to_string()).unwrap(), document);
}

#[tokio::test]
async fn an_id_of_the_sequence_that_is_in_use_is_passed_over() {
    let twin = Twin::seeded(&SEED.replace(STRANGER, NEW)).await;
    let answer = send(&twin, "POST", USERS, "application/json", NEW_REQUEST_JSON).await;
    let users = twin.document().await.users;
    let id = users.last().unwrap().shared.id.to_string();
    assert_eq!(users.iter().filter(|user| user.shared.id.to_string() == NEW).count(), 1);
    assert_eq!(answer.whole(), json(&id, &format!("{{{NEW_JSON}}}").replace(NEW, &id)));
}

#[tokio::test]
async fn hidden_passwords_are_stored_and_shown_to_nobody() {
    let twin = Twin::with(&["--passwords", "hide"], usertwin::Apis::four().schema().parse(SEED).unwrap()).await;
    let hidden = |detail: &str, password: &str| detail.replace(&format!("\"{password}\""), "null");
    let answer = send(&twin, "POST", USERS, "application/json", NEW_REQUEST_JSON).await;
    assert_eq!(answer.whole(), json(NEW, &format!("{{{}}}", hidden(NEW_JSON, "Hopping42"))));
    let list = [hidden(ADA_JSON, "Engine1842"), hidden(NEW_JSON, "Hopping42"), hidden(KURT_JSON, "Incomplete1931")];
    let list: Vec<String> = list.iter().map(|detail| format!("{{{detail}}}")).collect();
    assert_eq!(get(&twin, USERS, "application/json").await, json("null", &format!("[{}]", list.join(","))));
    assert_eq!(twin.document().await.users.last().unwrap().shared.password.as_deref(), Some("Hopping42"));
}

#[tokio::test]
async fn nobody_is_created_without_an_account() {
    let twin = Twin::seeded("{}").await;
    let answer = send(&twin, "POST", USERS, "application/json", NEW_REQUEST_JSON).await;
    assert_eq!(answer.whole(), failure(404, "AccountNotFound", "The account was not found."));
    let path = "/api/v1/UserAdminAPI/GetAllUsers";
    let expected = failure(404, "AccountNotFound", "The account was not found.");
    assert_eq!(get(&twin, path, "application/json").await, expected);
}

#[tokio::test]
async fn access_toggles_whatever_body_comes_along() {
    let twin = twin().await;
    let path = format!("{USERS}/{ADA}/access");
    let answer = twin.send(Call::new("PATCH", &path)).await;
    assert_eq!(answer.whole(), json(ADA, "\"Standard\""));
    let now = ADA_JSON.replace(r#""AdminUser":true"#, r#""AdminUser":false"#);
    let now = now.replace(r#""DateModified":"2024-01-02T03:04:05.5"#, r#""DateModified":"2024-03-28T08:12:49.3595132"#);
    let read = get(&twin, &format!("{USERS}/{ADA}"), "application/json").await;
    assert_eq!(read, json(ADA, &format!("{{{now}}}")));
    let answer = twin.send(Call::new("PATCH", &path).body("application/xml", "<broken")).await;
    assert_eq!(answer.whole(), xml("ResponseOfString", ADA, "<Detail>Admin</Detail>"));
    let answer = twin.send(Call::new("PATCH", &path).body("text/plain", "x")).await;
    assert_eq!(answer.whole(), json(ADA, "\"Standard\""));
}

#[tokio::test]
async fn a_locked_user_is_unlocked_and_a_disabled_one_stays_disabled() {
    let twin = twin().await;
    let path = format!("{USERS}/{KURT}/status");
    assert_eq!(twin.send(Call::new("PATCH", &path)).await.whole(), json(KURT, "\"Active\""));
    let now = KURT_JSON
        .replace(r#""DateModified":"2024-01-03T00:00:00.25"#, r#""DateModified":"2024-03-28T08:12:49.3595132"#);
    let expected = json(KURT, &format!("{{\"Status\":\"Active\",{now}}}"));
    assert_eq!(get(&twin, &format!("/api/v2/admin/users/{KURT}"), "application/json").await, expected);
    let ada = format!("{USERS}/{ADA}/status");
    let answer = twin.send(Call::new("PATCH", &ada).header("accept", "application/xml")).await;
    assert_eq!(answer.whole(), xml("ResponseOfString", ADA, "<Detail>Active</Detail>"));
    let read = get(&twin, &format!("{USERS}/{ADA}"), "application/json").await;
    assert_eq!(read, json(ADA, &format!("{{{ADA_JSON}}}")), "nothing changed, so neither did DateModified");
    let disabled = SEED.replace(r#""displayName": "kurt"#, r#""enabled": false, "displayName": "kurt"#);
    let twin = Twin::seeded(&disabled).await;
    assert_eq!(twin.send(Call::new("PATCH", &path)).await.whole(), json(KURT, "\"Disabled\""));
    let facet = twin.document().await.users.remove(1).facet::<AdminUsersFacet>().unwrap();
    assert!(!facet.locked);
}

#[tokio::test]
async fn gdpr_sets_dates_and_versions_and_nothing_else() {
    let path = format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{KURT}");
    let now = KURT_JSON
        .replace(r#""DateModified":"2024-01-03T00:00:00.25"#, r#""DateModified":"2024-03-28T08:12:49.3595132"#)
        .replace(r#""AgreementDate":null"#, r#""AgreementDate":"2024-05-01T10:00:00+00:00""#)
        .replace(r#""DeclineDate":"2024-04-03T08:00:00.25+00:00""#, r#""DeclineDate":null"#)
        .replace(r#""DPAVersion":null"#, r#""DPAVersion":"3""#)
        .replace(r#""PrivacyPolicyVersion":null"#, r#""PrivacyPolicyVersion":"4""#);
    let json_body = NEW_REQUEST_JSON
        .replace("2030-01-01T00:00:00Z\",\"AccountID", "2024-05-01T12:00:00+02:00\",\"AccountID")
        .replace(r#""DPAVersion":"9""#, r#""DPAVersion":"3","PrivacyPolicyVersion":"4""#);
    let xml_body = NEW_REQUEST_XML.replace(
        "<AgreementDate>2030-01-01T00:00:00Z",
        "<DPAVersion>3</DPAVersion><PrivacyPolicyVersion>4</PrivacyPolicyVersion><AgreementDate>2024-05-01T10:00:00Z",
    );
    let form = NEW_REQUEST_FORM.to_owned() + "&AgreementDate=2024-05-01T10:00:00&DPAVersion=3&PrivacyPolicyVersion=4";
    for (content_type, body) in [
        ("application/json", &json_body),
        ("text/json", &json_body),
        ("application/xml", &xml_body),
        ("text/xml", &xml_body),
        ("application/x-www-form-urlencoded", &form),
    ] {
        let twin = twin().await;
        let answer = send(&twin, "POST", &path, content_type, body).await;
        assert_eq!(answer.whole(), json(KURT, &format!("{{{now}}}")), "{content_type}");
        let read = get(&twin, &format!("{USERS}/{KURT}"), "application/json").await;
        assert_eq!(read, json(KURT, &format!("{{{now}}}")), "{content_type}");
    }
    let declined = NEW_REQUEST_XML.replace("AgreementDate>", "DeclineDate>");
    let answer = twin().await.send(Call::new("POST", &path).body("application/xml", declined)).await;
    let now = KURT_XML.replace("<DateModified>2024-01-03T00:00:00.25", "<DateModified>2024-03-28T08:12:49.3595132");
    let now = now.replace("<DeclineDate>2024-04-03T08:00:00.25", "<DeclineDate>2030-01-01T00:00:00");
    assert_eq!(answer.whole(), xml("ResponseOfUser", KURT, &format!("<Detail>{now}</Detail>")));
}

#[tokio::test]
async fn unknown_ids_are_404_in_the_envelope_of_their_operation() {
    let twin = twin().await;
    let expected = failure(404, "UserNotFound", "The user was not found.");
    let xml = |root: &str| {
        format!(
            "404\napplication/xml; charset=utf-8\n<{root} xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Error><ErrorCode>UserNotFound</ErrorCode>\
             <ErrorReason>The user was not found.</ErrorReason></Error></{root}>"
        )
    };
    for (method, path, root) in [
        ("GET", "/api/v1/admin/users/{id}", "ResponseOfUser"),
        ("GET", "/api/v2/admin/users/{id}", "ResponseOfUserV2"),
        ("PATCH", "/api/v1/admin/users/{id}/access", "ResponseOfString"),
        ("PATCH", "/api/v1/admin/users/{id}/status", "ResponseOfString"),
        ("POST", "/api/v1/UserAdminAPI/UserUpdateGDPR/{id}", "ResponseOfUser"),
    ] {
        let path = path.replace("{id}", STRANGER);
        let call = || Call::new(method, &path).body("application/json", NEW_REQUEST_JSON);
        assert_eq!(twin.send(call()).await.whole(), expected, "{method} {path}");
        let answer = twin.send(call().header("accept", "application/xml")).await;
        assert_eq!(answer.whole(), xml(root), "{method} {path}");
    }
}

#[tokio::test]
async fn ids_and_flags_that_cannot_be_read_are_400() {
    let twin = twin().await;
    let invalid = |key: &str, text: &str| {
        format!(
            "400\napplication/json; charset=utf-8\n{{\"Message\":\"The request is invalid.\",\"ModelState\":{{\"{key}\":[\"{text}\"]}}}}"
        )
    };
    for (method, path) in [
        ("GET", "/api/v1/admin/users/abc"),
        ("GET", "/api/v2/admin/users/abc"),
        ("PATCH", "/api/v1/admin/users/abc/access"),
        ("PATCH", "/api/v1/admin/users/abc/status"),
        ("POST", "/api/v1/UserAdminAPI/UserUpdateGDPR/abc"),
    ] {
        let answer = twin.send(Call::new(method, path).body("application/json", NEW_REQUEST_JSON)).await;
        assert_eq!(answer.whole(), invalid("id", "The value 'abc' is not valid for Guid."), "{method} {path}");
    }
    for (path, key, text) in [
        ("/api/v1/admin/users?IncludeSuperUsers=yes", "IncludeSuperUsers", "The value 'yes' is not valid for Boolean."),
        (
            "/api/v2/admin/users?IncludeSuperUsers=",
            "IncludeSuperUsers.Boolean",
            "A value is required but was not present in the request.",
        ),
        ("/api/v1/UserAdminAPI/GetAllUsers?accountID=7", "accountID", "The value '7' is not valid for Nullable`1."),
        (
            "/api/v1/UserAdminAPI/GetAllUsers?accountID=",
            "accountID.Nullable`1",
            "A value is required but was not present in the request.",
        ),
    ] {
        assert_eq!(get(&twin, path, "application/json").await, invalid(key, text), "{path}");
    }
    for path in [USERS.to_owned(), format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{ADA}")] {
        let answer = send(&twin, "POST", &path, "application/json", "null").await;
        assert_eq!(answer.whole(), refused(400, "The request is invalid."), "{path}");
    }
}

#[tokio::test]
async fn other_media_types_and_verbs_are_refused_with_the_verbs_of_the_address() {
    let twin = twin().await;
    for path in [USERS.to_owned(), format!("/api/v1/UserAdminAPI/UserUpdateGDPR/{ADA}")] {
        let answer = send(&twin, "POST", &path, "text/plain", "x").await;
        let text = "The request entity's media type 'text/plain' is not supported for this resource.";
        assert_eq!(answer.whole(), refused(415, text), "{path}");
    }
    for (method, path, allow) in [
        ("PUT", "/api/v1/admin/users", "GET, POST"),
        ("DELETE", "/api/v1/admin/users/a2d8b2d2-1673-4f2d-a9ec-b02947160be7", "GET, PUT"),
        ("GET", "/api/v1/admin/users/a2d8b2d2-1673-4f2d-a9ec-b02947160be7/access", "PATCH"),
        ("PUT", "/api/v1/admin/users/a2d8b2d2-1673-4f2d-a9ec-b02947160be7/status", "PATCH"),
        ("POST", "/api/v2/admin/users", "GET"),
        ("PUT", "/api/v2/admin/users/a2d8b2d2-1673-4f2d-a9ec-b02947160be7", "GET"),
        ("POST", "/api/v1/UserAdminAPI/GetAllUsers", "GET"),
        ("GET", "/api/v1/UserAdminAPI/UserUpdateGDPR/a2d8b2d2-1673-4f2d-a9ec-b02947160be7", "POST"),
    ] {
        let answer = twin.send(Call::new(method, path)).await;
        let text = format!("The requested resource does not support http method '{method}'.");
        assert_eq!(answer.whole(), refused(405, &text), "{method} {path}");
        assert_eq!(answer.header("allow").as_deref(), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn every_operation_but_the_token_endpoint_needs_a_token() {
    let twin = twin().await;
    for (method, path) in [
        ("GET", "/api/v1/admin/users"),
        ("POST", "/api/v1/admin/users"),
        ("GET", "/api/v1/admin/users/x"),
        ("PATCH", "/api/v1/admin/users/x/access"),
        ("PATCH", "/api/v1/admin/users/x/status"),
        ("GET", "/api/v2/admin/users"),
        ("GET", "/api/v2/admin/users/x"),
        ("GET", "/api/v1/UserAdminAPI/GetAllUsers"),
        ("POST", "/api/v1/UserAdminAPI/UserUpdateGDPR/x"),
    ] {
        for call in [Call::anonymous(method, path), Call::anonymous(method, path).header("authorization", "Bearer old")]
        {
            let answer = twin.send(call).await;
            let expected = refused(401, "Authorization has been denied for this request.");
            assert_eq!(answer.whole(), expected, "{method} {path}");
            assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
        }
    }
}
