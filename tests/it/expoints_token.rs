//! Expoints: the token endpoint, and what its tokens open and for how long.

use crate::expoints::PATH;
use crate::twin::{Answer, Call, Twin};
use usertwin::contract::TICKS_PER_SECOND;

const TOKEN: &str = "/2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8/oauth2/v2.0/token";
const GOOD: &str =
    "client_id=app&client_secret=secret&scope=api%3A%2F%2Fexpoints%2F.default&grant_type=client_credentials";
const FORM: &str = "application/x-www-form-urlencoded";

async fn ask(twin: &Twin, form: &str) -> Answer {
    twin.send(Call::anonymous("POST", TOKEN).body(FORM, form)).await
}

/// Code and error of a refusal, its whole body checked on the way.
fn refusal(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json; charset=utf-8"));
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (description, trace, correlation) = (text("error_description"), text("trace_id"), text("correlation_id"));
    let tail = format!(" Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2024-03-28 08:12:49Z");
    let sentence = description.strip_suffix(&tail).unwrap_or_else(|| panic!("{description}"));
    assert!(sentence.starts_with(&format!("AADSTS{}: ", body["error_codes"][0])), "{sentence}");
    assert_eq!(text("timestamp"), "2024-03-28 08:12:49Z");
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"];
    assert_eq!(names, expected);
    let uri = format!("https://login.microsoftonline.com/error?code={}", body["error_codes"][0]);
    assert_eq!(text("error_uri"), uri);
    (answer.status.as_u16(), text("error"), sentence.to_owned())
}

#[tokio::test]
async fn good_credentials_give_a_token_that_opens_the_api_even_in_strict_mode() {
    let twin = Twin::with(&["--auth", "strict"], usertwin::Apis::four().demo_seed()).await;
    let answer = ask(&twin, GOOD).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let token = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.whole(),
        format!(
            "200\napplication/json; charset=utf-8\n{{\"token_type\":\"Bearer\",\"expires_in\":3599,\
             \"ext_expires_in\":3599,\"access_token\":\"{token}\"}}"
        )
    );
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store, no-cache"));
    assert_eq!(answer.header("pragma").as_deref(), Some("no-cache"));
    let list = |token: &str| Call::anonymous("GET", PATH).header("authorization", &format!("Bearer {token}"));
    assert_eq!(twin.send(list(&token)).await.status, 200);
    assert_eq!(twin.send(list("invented")).await.status, 401);
}

#[tokio::test]
async fn a_token_ends_after_3599_seconds_of_the_worlds_clock() {
    let twin = Twin::demo().await;
    let body: serde_json::Value = serde_json::from_slice(&ask(&twin, GOOD).await.body).unwrap();
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    for (seconds, status) in [(3598, 200), (3599, 401)] {
        // The same world, later: its state document with the clock moved.
        let mut document = twin.document().await;
        document.clock.as_mut().unwrap().now.ticks += seconds * TICKS_PER_SECOND;
        let later = Twin::with(&[], document).await;
        let answer = later.send(Call::anonymous("GET", PATH).header("authorization", &bearer)).await;
        assert_eq!(answer.status, status, "after {seconds} s");
    }
}

#[tokio::test]
async fn any_tenant_and_any_case_of_the_address_will_do() {
    let twin = Twin::demo().await;
    for path in ["/common/oauth2/v2.0/token", "/COMMON/OAuth2/V2.0/Token/"] {
        assert_eq!(twin.send(Call::anonymous("POST", path).body(FORM, GOOD)).await.status, 200, "{path}");
    }
    assert_eq!(twin.send(Call::anonymous("POST", "/common/oauth2/v1.0/token").body(FORM, GOOD)).await.status, 404);
    let answer = twin.send(Call::anonymous("GET", TOKEN)).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow").as_deref()), (405, Some("POST")));
}

#[tokio::test]
async fn what_is_missing_is_named_and_an_empty_field_is_missing() {
    let twin = Twin::demo().await;
    let whole = ["client_id=app", "client_secret=secret", "scope=s%2F.default", "grant_type=client_credentials"];
    for (name, form) in [
        ("grant_type", whole[..3].join("&")),
        ("grant_type", format!("{}&grant_type=", whole[..3].join("&"))),
        ("client_id", whole[1..].join("&")),
        ("scope", [whole[0], whole[1], whole[3]].join("&")),
    ] {
        let sentence = format!("AADSTS900144: The request body must contain the following parameter: '{name}'.");
        assert_eq!(refusal(&ask(&twin, &form).await), (400, "invalid_request".to_owned(), sentence), "{form}");
    }
    let json = r#"{"client_id":"app","client_secret":"secret","grant_type":"client_credentials"}"#;
    let answer = twin.send(Call::anonymous("POST", TOKEN).body("application/json", json)).await;
    assert_eq!(refusal(&answer).1, "invalid_request");
}

#[tokio::test]
async fn wrong_credentials_grants_and_scopes_are_refused_each_in_its_word() {
    let twin = Twin::demo().await;
    let wrong_secret = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the \
                        client secret value, not the client secret ID, for a secret added to app 'app'.";
    let no_secret =
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    let unknown = "AADSTS700016: Application with identifier 'stranger' was not found in the directory \
                   '2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8'. This can happen if the application has not been installed by \
                   the administrator of the tenant or consented to by any user in the tenant. You may have sent your \
                   authentication request to the wrong tenant.";
    let no_default = "AADSTS1002012: The provided value for scope api://expoints/users is not valid. Client credential \
                      flows must have a scope value with /.default suffixed to the resource identifier (application ID \
                      URI).";
    let two_scopes = "AADSTS70011: The provided value for scope api://expoints b is not valid.";
    let grant = "AADSTS70003: The app requested an unsupported grant type 'password'.";
    for (from, to, status, error, sentence) in [
        ("client_secret=secret", "client_secret=Secret", 401, "invalid_client", wrong_secret),
        ("client_secret=secret", "x=y", 401, "invalid_client", no_secret),
        ("client_id=app", "client_id=stranger", 400, "unauthorized_client", unknown),
        ("grant_type=client_credentials", "grant_type=password", 400, "unsupported_grant_type", grant),
        ("%2F.default", "%20b", 400, "invalid_scope", two_scopes),
        ("%2F.default", "%2Fusers", 400, "invalid_scope", no_default),
    ] {
        let answer = ask(&twin, &GOOD.replace(from, to)).await;
        assert_eq!(refusal(&answer), (status, error.to_owned(), sentence.to_owned()), "{to}");
    }
}

#[tokio::test]
async fn a_token_of_one_world_is_a_stranger_in_another() {
    let twin = Twin::with(&["--auth", "strict"], usertwin::Apis::four().demo_seed()).await;
    let answer = twin.send(Call::anonymous("POST", &format!("/w/a{TOKEN}")).body(FORM, GOOD)).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    for (world, status) in [("/w/a", 200), ("/w/b", 401)] {
        let call = Call::anonymous("GET", &format!("{world}{PATH}")).header("authorization", &bearer);
        assert_eq!(twin.send(call).await.status, status, "{world}");
    }
}
