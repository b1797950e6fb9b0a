//! Admin users: `POST /Token`, what it grants and refuses, and how long that lasts.

use crate::twin::{Answer, Call, Twin};

const SEED: &str = r#"{
  "adminUsers": {"accounts": [{"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "Main"}]},
  "tokens": [{"token": "good", "state": "valid"}],
  "clients": [{"api": "adminUsers", "clientId": "app", "clientSecret": "se cret"},
              {"api": "adminUsers", "clientId": "other", "clientSecret": "secret"},
              {"api": "expoints", "clientId": "stranger", "clientSecret": "secret"}]
}"#;
const CLIENT: &str = "grant_type=client_credentials&client_id=app&client_secret=se+cret";
const USERS: &str = "/api/v1/admin/users";

async fn twin() -> Twin {
    Twin::with(&["--auth", "strict"], usertwin::Apis::four().schema().parse(SEED).unwrap()).await
}

async fn token(twin: &Twin, form: &str) -> Answer {
    twin.send(Call::anonymous("POST", "/Token").body("application/x-www-form-urlencoded", form)).await
}

fn refused(error: &str) -> String {
    format!("400\napplication/json;charset=UTF-8\n{{\"error\":\"{error}\"}}")
}

/// The access and the refresh token of an answer.
fn granted(answer: &Answer) -> (String, String) {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn refresh(twin: &Twin, refresh_token: &str) -> Answer {
    let form = format!("grant_type=refresh_token&client_id=app&client_secret=se+cret&refresh_token={refresh_token}");
    token(twin, &form).await
}

async fn users_with(twin: &Twin, token: &str) -> u16 {
    let call = Call::anonymous("GET", USERS).header("authorization", &format!("Bearer {token}"));
    twin.send(call).await.status.as_u16()
}

#[tokio::test]
async fn client_credentials_give_a_token_in_katanas_wire_format() {
    let twin = twin().await;
    let answer = token(&twin, CLIENT).await;
    let expected = "200\napplication/json;charset=UTF-8\n{\"access_token\":\"A\",\"token_type\":\"bearer\",\
                    \"expires_in\":28799,\"refresh_token\":\"R\"}";
    let (access, refresh) = granted(&answer);
    assert_eq!(
        answer.whole(),
        expected.replace("\"A\"", &format!("\"{access}\"")).replace("\"R\"", &format!("\"{refresh}\""))
    );
    for (name, value) in [("cache-control", "no-cache"), ("pragma", "no-cache"), ("expires", "-1")] {
        assert_eq!(answer.header(name).as_deref(), Some(value));
    }
    assert_eq!(users_with(&twin, &access).await, 200);
    assert_eq!(users_with(&twin, &refresh).await, 401);
}

#[tokio::test]
async fn neither_case_nor_content_type_nor_accept_matter_and_basic_is_taken() {
    let twin = twin().await;
    let call = Call::anonymous("POST", "/TOKEN").body("text/plain", CLIENT).header("accept", "application/xml");
    let answer = twin.send(call).await;
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json;charset=UTF-8"));
    granted(&answer);
    let basic = Call::anonymous("POST", "/token").header("authorization", "Basic YXBwOnNlIGNyZXQ=");
    let form = "grant_type=client_credentials";
    granted(&twin.send(basic.body("application/x-www-form-urlencoded", form)).await);
}

#[tokio::test]
async fn refusals_come_in_the_order_client_type_grant() {
    let twin = twin().await;
    for (form, error) in [
        ("", "invalid_client"),
        ("grant_type=client_credentials", "invalid_client"),
        ("grant_type=nonsense&client_id=app&client_secret=wrong", "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=se+cret", "invalid_client"),
        ("grant_type=client_credentials&client_id=stranger&client_secret=secret", "invalid_client"),
        ("{\"grant_type\":\"client_credentials\"}", "invalid_client"),
        ("client_id=app&client_secret=se+cret", "unsupported_grant_type"),
        ("grant_type=&client_id=app&client_secret=se+cret", "unsupported_grant_type"),
        ("grant_type=Client_Credentials&client_id=app&client_secret=se+cret", "unsupported_grant_type"),
        ("grant_type=password&username=a&password=b&client_id=app&client_secret=se+cret", "invalid_grant"),
        ("grant_type=authorization_code&code=a&client_id=app&client_secret=se+cret", "invalid_grant"),
        ("grant_type=refresh_token&client_id=app&client_secret=se+cret", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=x&client_id=app&client_secret=se+cret", "invalid_grant"),
    ] {
        let answer = token(&twin, form).await;
        assert_eq!(answer.whole(), refused(error), "{form}");
        assert_eq!(answer.header("cache-control").as_deref(), Some("no-cache"), "{form}");
    }
}

#[tokio::test]
async fn a_refresh_token_works_once_and_only_for_its_client() {
    let twin = twin().await;
    let (_, first) = granted(&token(&twin, CLIENT).await);
    let form = format!("grant_type=refresh_token&client_id=other&client_secret=secret&refresh_token={first}");
    assert_eq!(token(&twin, &form).await.whole(), refused("invalid_grant"));
    let (access, second) = granted(&refresh(&twin, &first).await);
    assert_eq!(users_with(&twin, &access).await, 200);
    assert_eq!(refresh(&twin, &first).await.whole(), refused("invalid_grant"));
    granted(&refresh(&twin, &second).await);
}

#[tokio::test]
async fn a_token_lasts_eight_hours_and_a_refresh_token_fourteen_days_of_the_worlds_clock() {
    let twin = twin().await;
    let (access, first) = granted(&token(&twin, CLIENT).await);
    twin.set_clock("2024-03-28T16:12:48Z").await;
    assert_eq!(users_with(&twin, &access).await, 200);
    twin.set_clock("2024-03-28T16:12:50Z").await;
    assert_eq!(users_with(&twin, &access).await, 401);
    twin.set_clock("2024-04-11T08:12:48Z").await;
    let (access, second) = granted(&refresh(&twin, &first).await);
    assert_eq!(users_with(&twin, &access).await, 200);
    twin.set_clock("2024-04-25T08:12:50Z").await;
    assert_eq!(refresh(&twin, &second).await.whole(), refused("invalid_grant"));
}

#[tokio::test]
async fn nothing_but_the_token_lives_there() {
    let twin = twin().await;
    let answer = twin.send(Call::new("GET", "/Token/x")).await;
    let expected = "404\napplication/json; charset=utf-8\n{\"Message\":\"No HTTP resource was found that matches the \
                    request URI 'http://localhost/Token/x'.\"}";
    assert_eq!(answer.whole(), expected);
}
