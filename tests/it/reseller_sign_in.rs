//! Reseller's sign-in: a code at once, tokens for it, and every refusal in the authorization server's words.

use crate::twin::{Answer, Call, Twin};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use usertwin::model::Document;

const CALLBACK: &str = "http://127.0.0.1:8000/cb?x=1";
const USERS: &str = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";

async fn authorize(twin: &Twin, query: &str) -> Answer {
    twin.send(Call::anonymous("GET", &format!("/connect/authorize?{query}"))).await
}

/// A code for the demo seed's client.
async fn code(twin: &Twin, scope: &str) -> String {
    let query = "client_id=app&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcb%3Fx%3D1";
    let answer = authorize(twin, &format!("{query}&scope={scope}")).await;
    let location = answer.header("location").unwrap();
    location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap().to_owned()
}

async fn token(twin: &Twin, form: &str) -> Answer {
    let form = format!("client_id=app&client_secret=secret&{form}");
    twin.send(Call::anonymous("POST", "/connect/token").body("application/x-www-form-urlencoded", form)).await
}

async fn exchange(twin: &Twin, code: &str) -> Answer {
    let callback = CALLBACK.replace('?', "%3F").replace('=', "%3D");
    token(twin, &format!("grant_type=authorization_code&code={code}&redirect_uri={callback}")).await
}

fn member(answer: &Answer, name: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(answer.text()).unwrap();
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned()
}

fn refused(error: &str) -> String {
    format!("400\napplication/json; charset=UTF-8\n{{\"error\":\"{error}\"}}")
}

async fn calls_with(twin: &Twin, token: &str) -> Answer {
    twin.send(Call::anonymous("GET", USERS).header("authorization", &format!("Bearer {token}"))).await
}

#[tokio::test]
async fn a_client_is_sent_back_with_a_code_and_its_state() {
    let twin = Twin::demo().await;
    let query = "client_id=app&response_type=code&redirect_uri=http://127.0.0.1:8000&state=a%20b%26c%C3%BC";
    let answer = authorize(&twin, query).await;
    assert_eq!(answer.whole(), "302\nno content type\n");
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store, no-cache, max-age=0"));
    let location = answer.header("location").unwrap();
    let rest = location.strip_prefix("http://127.0.0.1:8000?code=").unwrap();
    let (code, rest) = rest.split_once('&').unwrap();
    assert_eq!(code.len(), 66);
    assert_eq!(rest, "scope=openid%20offline_access%20onboarding&state=a%20b%26c%C3%BC");
    let call = Call::anonymous("POST", "/w/blue/connect/authorize");
    let form = "client_id=app&response_type=code&redirect_uri=app:/cb&scope=openid";
    let answer = twin.send(call.body("application/x-www-form-urlencoded", form)).await;
    let location = answer.header("location").unwrap();
    assert!(location.starts_with("app:/cb?code=") && location.ends_with("&scope=openid"), "{location}");
}

#[tokio::test]
async fn what_the_error_page_would_say_is_the_answer() {
    let twin = Twin::demo().await;
    let uri = "redirect_uri=http://127.0.0.1:8000";
    for (query, error, description) in [
        ("response_type=code".to_owned(), "invalid_request", "Invalid client_id"),
        (format!("client_id={}", "x".repeat(101)), "invalid_request", "Invalid client_id"),
        (format!("client_id=nobody&{uri}"), "unauthorized_client", "Unknown client or client not enabled"),
        ("client_id=app&response_type=code".into(), "invalid_request", "Invalid redirect_uri"),
        ("client_id=app&redirect_uri=/cb".into(), "invalid_request", "Invalid redirect_uri"),
        ("client_id=app&redirect_uri=http://a/%0d%0aX:y".into(), "invalid_request", "Invalid redirect_uri"),
        (format!("client_id=app&{uri}"), "unsupported_response_type", "Missing response_type"),
        (format!("client_id=app&{uri}&response_type=cod"), "unsupported_response_type", "Response type not supported"),
        (format!("client_id=app&{uri}&response_type=token"), "unauthorized_client", "Invalid grant type for client"),
        (format!("client_id=app&{uri}&response_type=code&scope=open+id"), "invalid_scope", "Invalid scope"),
    ] {
        let answer = authorize(&twin, &query).await;
        let body = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
        assert_eq!(answer.whole(), format!("400\napplication/json; charset=UTF-8\n{body}"), "{query}");
        assert_eq!(answer.header("location"), None);
    }
}

#[tokio::test]
async fn a_code_becomes_tokens_that_the_api_takes() {
    let document = Document { tokens: Vec::new(), ..usertwin::Apis::four().demo_seed() };
    let twin = Twin::with(&["--auth", "strict"], document).await;
    let code = code(&twin, "openid+offline_access+onboarding").await;
    let answer = exchange(&twin, &code).await;
    let names = ["id_token", "access_token", "refresh_token"];
    let [id, access, refresh] = names.map(|name| member(&answer, name));
    let body = format!(
        "{{\"id_token\":\"{id}\",\"access_token\":\"{access}\",\"expires_in\":3600,\"token_type\":\"Bearer\",\
         \"refresh_token\":\"{refresh}\",\"scope\":\"openid offline_access onboarding\"}}"
    );
    assert_eq!(answer.whole(), format!("200\napplication/json; charset=UTF-8\n{body}"));
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store, no-cache, max-age=0"));
    assert_eq!(answer.header("pragma").as_deref(), Some("no-cache"));
    let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(id.split('.').nth(1).unwrap()).unwrap()).unwrap();
    let hash = usertwin::apis::jwt::half_hash(&access);
    let expected = format!(
        "{{\"nbf\":1711613569,\"exp\":1711613869,\"iss\":\"http://localhost\",\"aud\":\"app\",\"iat\":1711613569,\
         \"at_hash\":\"{hash}\",\"sub\":\"app\",\"auth_time\":1711613569,\"idp\":\"local\",\"amr\":[\"pwd\"]}}"
    );
    assert_eq!(claims, expected);
    assert_eq!(calls_with(&twin, &access).await.status, 200);
    assert_eq!(calls_with(&twin, "good").await.status, 401);
}

#[tokio::test]
async fn tokens_follow_the_scope() {
    let twin = Twin::demo().await;
    let answer = exchange(&twin, &code(&twin, "onboarding").await).await;
    let access = member(&answer, "access_token");
    let body = format!(r#"{{"access_token":"{access}","expires_in":3600,"token_type":"Bearer","scope":"onboarding"}}"#);
    assert_eq!(answer.text(), body);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_client_and_address() {
    let twin = Twin::demo().await;
    let used = code(&twin, "").await;
    assert_eq!(exchange(&twin, &used).await.status, 200);
    assert_eq!(exchange(&twin, &used).await.whole(), refused("invalid_grant"));
    let other = code(&twin, "").await;
    let form = format!("grant_type=authorization_code&code={other}&redirect_uri=http://127.0.0.1:9");
    assert_eq!(token(&twin, &form).await.whole(), refused("invalid_grant"));
    // Shown once, even in vain, it is used up.
    assert_eq!(exchange(&twin, &other).await.whole(), refused("invalid_grant"));
    let bare = code(&twin, "").await;
    let form = format!("grant_type=authorization_code&code={bare}");
    assert_eq!(token(&twin, &form).await.whole(), refused("unauthorized_client"));
    let refreshed = code(&twin, "").await;
    let form = format!("grant_type=refresh_token&refresh_token={refreshed}");
    assert_eq!(token(&twin, &form).await.whole(), refused("invalid_grant"));
    let changed = code(&twin, "onboarding").await.replace("-1", "-2");
    assert_eq!(exchange(&twin, &changed).await.whole(), refused("invalid_grant"));
    let form = "grant_type=authorization_code";
    assert_eq!(token(&twin, form).await.whole(), refused("invalid_grant"));
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let twin = Twin::demo().await;
    let first = exchange(&twin, &code(&twin, "").await).await;
    let form = format!("grant_type=refresh_token&refresh_token={}", member(&first, "refresh_token"));
    let second = token(&twin, &form).await;
    assert_eq!(second.status, 200);
    assert_ne!(member(&second, "access_token"), member(&first, "access_token"));
    assert_eq!(calls_with(&twin, &member(&second, "access_token")).await.status, 200);
    assert_eq!(token(&twin, &form).await.whole(), refused("invalid_grant"));
    let form = format!("grant_type=refresh_token&refresh_token={}", member(&second, "refresh_token"));
    assert_eq!(token(&twin, &form).await.status, 200);
    assert_eq!(token(&twin, "grant_type=refresh_token").await.whole(), refused("invalid_request"));
}

#[tokio::test]
async fn codes_and_tokens_end_by_the_worlds_clock() {
    let twin = Twin::demo().await;
    let (kept, late) = (code(&twin, "").await, code(&twin, "").await);
    twin.set_clock("2024-03-28T08:17:49.3595131Z").await;
    let first = exchange(&twin, &kept).await;
    assert_eq!(first.status, 200);
    twin.set_clock("2024-03-28T08:17:49.3595132Z").await;
    assert_eq!(exchange(&twin, &late).await.whole(), refused("invalid_grant"));
    let access = member(&first, "access_token");
    twin.set_clock("2024-03-28T09:17:49.3595130Z").await;
    assert_eq!(calls_with(&twin, &access).await.status, 200);
    twin.set_clock("2024-03-28T09:17:49.3595131Z").await;
    let answer = calls_with(&twin, &access).await;
    assert_eq!(answer.whole(), "401\nno content type\n");
    let challenge = "Bearer error=\"invalid_token\", error_description=\"The token is expired\"";
    assert_eq!(answer.header("www-authenticate").as_deref(), Some(challenge));
    // Thirty days after the sign-in, however often it was refreshed in between.
    twin.set_clock("2024-04-27T08:17:49.3595130Z").await;
    let form = format!("grant_type=refresh_token&refresh_token={}", member(&first, "refresh_token"));
    let second = token(&twin, &form).await;
    assert_eq!(second.status, 200);
    twin.set_clock("2024-04-27T08:17:49.3595131Z").await;
    let form = format!("grant_type=refresh_token&refresh_token={}", member(&second, "refresh_token"));
    assert_eq!(token(&twin, &form).await.whole(), refused("invalid_grant"));
}

#[tokio::test]
async fn a_client_is_known_by_form_or_by_basic() {
    let twin = Twin::demo().await;
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("app:{secret}")));
    let send = async |authorization: Option<String>, form: &str| {
        let mut call =
            Call::anonymous("POST", "/connect/token").body("application/x-www-form-urlencoded; charset=utf-8", form);
        if let Some(value) = authorization {
            call = call.header("authorization", &value);
        }
        twin.send(call).await.whole()
    };
    let unsupported = refused("unsupported_grant_type");
    assert_eq!(send(Some(basic("secret")), "client_id=app&grant_type=x").await, unsupported);
    assert_eq!(send(None, "client_id=app&client_secret=secret").await, unsupported);
    assert_eq!(send(None, "client_id=app&client_secret=secret&grant_type=client_credentials").await, unsupported);
    for (authorization, form) in [
        (Some(basic("wrong")), "grant_type=x"),
        (Some("Basic ?".to_owned()), "client_id=app&client_secret=secret"),
        (None, "client_id=app&client_secret=wrong"),
        (None, "client_id=app"),
        (None, "client_id=nobody&client_secret=secret"),
        (None, ""),
    ] {
        assert_eq!(send(authorization, form).await, refused("invalid_client"), "{form}");
    }
}

#[tokio::test]
async fn each_endpoint_refuses_verbs_and_bodies_in_its_own_way() {
    let twin = Twin::demo().await;
    for method in ["GET", "PUT", "DELETE"] {
        for path in ["/connect/token", "/Connect/Token/"] {
            assert_eq!(twin.send(Call::anonymous(method, path)).await.whole(), refused("invalid_request"));
        }
    }
    let call = Call::anonymous("POST", "/connect/token").body("application/json", "{}");
    assert_eq!(twin.send(call).await.whole(), refused("invalid_request"));
    let answer = twin.send(Call::anonymous("PUT", "/connect/authorize")).await;
    assert_eq!((answer.whole().as_str(), answer.header("allow")), ("405\nno content type\n", None));
    let call = Call::anonymous("POST", "/connect/authorize").body("application/json", "{}");
    assert_eq!(twin.send(call).await.whole(), "415\nno content type\n");
    assert_eq!(twin.send(Call::anonymous("GET", "/connect/nothing")).await.whole(), "404\nno content type\n");
    // Below the API's base address it is the same endpoint.
    let direct = twin.send(Call::anonymous("GET", "/connect/token")).await.whole();
    assert_eq!(twin.send(Call::anonymous("GET", "/api/connect/token")).await.whole(), direct);
}
