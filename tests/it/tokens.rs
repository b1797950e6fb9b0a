//! Tokens in JWT form: what they claim, that the published keys verify them, in which worlds they are known, and that no
//! reader of the journal sees one.

use crate::support::folder::Folder;
use crate::twin::{Answer, Call, NOW, Twin, demo_seed};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const TENANT: &str = "2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8";
/// The frozen clock of the tests, in seconds since 1970.
const AT: i64 = 1_711_613_569;

pub fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{}", answer.text()))
}

pub async fn strict() -> Twin {
    Twin::with(&["--auth", "strict"], demo_seed()).await
}

/// An access token of Expoints, by the world that a prefix names.
pub async fn of_expoints(twin: &Twin, world: &str, client: &str) -> String {
    let form = format!(
        "client_id={client}&client_secret=secret&scope=api%3A%2F%2Fexpoints%2F.default&grant_type=client_credentials"
    );
    let path = format!("{world}/{TENANT}/oauth2/v2.0/token");
    let answer = twin.send(Call::anonymous("POST", &path).body(FORM, form)).await;
    parsed(&answer)["access_token"].as_str().unwrap().to_owned()
}

/// The tokens of Reseller for a code that is asked for with these further parameters.
pub async fn of_reseller(twin: &Twin, world: &str, further: &str) -> Value {
    let callback = "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000";
    let query = format!("client_id=app&response_type=code&{callback}&{further}");
    let answer = twin.send(Call::anonymous("GET", &format!("{world}/connect/authorize?{query}"))).await;
    let location = answer.header("location").unwrap_or_else(|| panic!("{}", answer.text()));
    let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap();
    let form = format!("client_id=app&client_secret=secret&grant_type=authorization_code&code={code}&{callback}");
    parsed(&twin.send(Call::anonymous("POST", &format!("{world}/connect/token")).body(FORM, form)).await)
}

pub async fn status(twin: &Twin, method: &str, path: &str, token: &str) -> u16 {
    twin.send(Call::anonymous(method, path).header("authorization", &format!("Bearer {token}"))).await.status.as_u16()
}

/// Header and claims of a token, its signature verified by the keys at an address.
async fn verified(twin: &Twin, token: &str, jwks_uri: &str) -> (Value, Value) {
    let path = jwks_uri.strip_prefix("http://localhost").unwrap();
    let keys = parsed(&twin.send(Call::anonymous("GET", path)).await);
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["kty"], &key["use"], &key["alg"]), (&json!("RSA"), &json!("sig"), &header["alg"]));
    let part = |name: &str| decoded(key[name].as_str().unwrap());
    let key = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let message = token.rsplit_once('.').unwrap().0;
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &decoded(signature)).unwrap();
    (header, serde_json::from_slice(&decoded(claims)).unwrap())
}

async fn discovered(twin: &Twin, path: &str) -> Value {
    let answer = twin.send(Call::anonymous("GET", path).header("accept", "application/xml")).await;
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.header("content-type").unwrap().starts_with("application/json"), "{path}");
    parsed(&answer)
}

#[tokio::test]
async fn an_expoints_token_claims_what_entras_do_and_its_keys_verify_it() {
    let twin = strict().await;
    for world in ["", "/w/blue"] {
        let token = of_expoints(&twin, world, "app").await;
        let discovery = discovered(&twin, &format!("{world}/{TENANT}/v2.0/.well-known/openid-configuration")).await;
        let (header, claims) = verified(&twin, &token, discovery["jwks_uri"].as_str().unwrap()).await;
        assert_eq!(header, json!({ "alg": "RS256", "kid": "usertwin-test-key-not-secret", "typ": "JWT" }));
        assert_eq!(claims["iss"], discovery["issuer"]);
        assert_eq!(claims["iss"], format!("http://localhost{world}/{TENANT}/v2.0"));
        let subject = claims["sub"].as_str().unwrap();
        let expected = json!({
            "aud": "api://expoints", "iss": claims["iss"], "iat": AT, "nbf": AT, "exp": AT + 3599, "azp": "app",
            "azpacr": "1", "oid": subject, "roles": ["Users.ReadWrite"], "sub": subject, "tid": TENANT,
            "uti": claims["uti"], "ver": "2.0",
        });
        assert_eq!(claims.to_string(), expected.to_string());
        assert_eq!(claims["uti"].as_str().unwrap().len(), 22);
        let endpoint = format!("http://localhost{world}/{TENANT}/oauth2/v2.0/token");
        assert_eq!(discovery["token_endpoint"], endpoint);
    }
}

#[tokio::test]
async fn any_name_of_a_tenant_stands_for_the_vendors() {
    let twin = strict().await;
    let discovery = discovered(&twin, "/contoso/v2.0/.well-known/openid-configuration").await;
    assert_eq!(discovery["issuer"], format!("http://localhost/{TENANT}/v2.0"));
    assert_eq!(discovery["jwks_uri"], "http://localhost/contoso/discovery/v2.0/keys");
    let other = "f4237dd3-01ff-48d8-8d90-16c06605724f";
    let discovery = discovered(&twin, &format!("/{other}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(discovery["issuer"], format!("http://localhost/{other}/v2.0"));
}

#[tokio::test]
async fn a_resellers_tokens_claim_what_identity_servers_do_and_its_keys_verify_them() {
    let twin = strict().await;
    for world in ["", "/w/blue"] {
        let discovery = discovered(&twin, &format!("{world}/.well-known/openid-configuration")).await;
        let base = format!("http://localhost{world}");
        assert_eq!(discovery["issuer"], base);
        assert_eq!(discovery["token_endpoint"], format!("{base}/connect/token"));
        let tokens = of_reseller(&twin, world, "nonce=n1").await;
        let jwks_uri = discovery["jwks_uri"].as_str().unwrap();
        let access = tokens["access_token"].as_str().unwrap();
        let (header, claims) = verified(&twin, access, jwks_uri).await;
        assert_eq!(header["typ"], "at+jwt");
        let expected = json!({
            "nbf": AT, "exp": AT + 3600, "iss": base, "aud": "onboarding", "client_id": "app", "sub": "app",
            "auth_time": AT, "idp": "local", "amr": ["pwd"], "jti": claims["jti"], "iat": AT,
            "scope": ["openid", "offline_access", "onboarding"],
        });
        assert_eq!(claims.to_string(), expected.to_string());
        let (header, claims) = verified(&twin, tokens["id_token"].as_str().unwrap(), jwks_uri).await;
        assert_eq!(header["typ"], "JWT");
        assert_eq!((&claims["nonce"], &claims["aud"], &claims["sub"]), (&json!("n1"), &json!("app"), &json!("app")));
        assert_eq!(claims["at_hash"], usertwin::apis::jwt::half_hash(access));
    }
    assert_eq!(
        twin.send(Call::anonymous("POST", "/.well-known/openid-configuration")).await.whole(),
        "405\nno content type\n"
    );
}

#[tokio::test]
async fn a_jwt_is_known_where_it_was_issued_and_in_copies_of_that_world_and_nowhere_else() {
    let twin = strict().await;
    let users = "/external/api/v3/user";
    let token = of_expoints(&twin, "/w/a", "app").await;
    let fork = Call::anonymous("POST", "/_usertwin/worlds").body("application/json", r#"{"name":"b","from":"a"}"#);
    assert_eq!(twin.send(fork).await.status, 201);
    for (world, expected) in [("/w/a", 200), ("/w/b", 200), ("/w/c", 401), ("", 401)] {
        assert_eq!(status(&twin, "GET", &format!("{world}{users}"), &token).await, expected, "{world}");
    }
    assert_eq!(status(&twin, "GET", "/w/a/api/v1/admin/users", &token).await, 401, "of another API");
    // As good a signature as any, over claims that nobody issued.
    let (message, _) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let forged = format!("{header}.{}.x", URL_SAFE_NO_PAD.encode(r#"{"azp":"app"}"#));
    for tampered in [forged, format!("{token}A"), token[..token.len() - 1].to_owned()] {
        assert_eq!(status(&twin, "GET", &format!("/w/a{users}"), &tampered).await, 401);
    }
    assert_eq!(twin.send(Call::anonymous("POST", "/_usertwin/worlds/a/reset")).await.status, 204);
    assert_eq!(status(&twin, "GET", &format!("/w/a{users}"), &token).await, 401, "after a reset");
    assert_eq!(status(&twin, "GET", &format!("/w/b{users}"), &token).await, 200, "the copy stays");
}

#[tokio::test]
async fn a_jwt_survives_a_restart_and_an_export() {
    let folder = Folder::new("tokens");
    let database = format!("sqlite:{}", folder.file("twin.db").display());
    let flags = ["--auth", "strict", "--database", &database];
    let token = of_expoints(&Twin::with(&flags, demo_seed()).await, "", "app").await;
    let again = Twin::with(&flags, demo_seed()).await;
    assert_eq!(status(&again, "GET", "/external/api/v3/user", &token).await, 200);
    let elsewhere = Twin::with(&["--auth", "strict"], again.document().await).await;
    assert_eq!(status(&elsewhere, "GET", "/external/api/v3/user", &token).await, 200);
}

#[tokio::test]
async fn a_client_that_may_only_read_gets_tokens_that_change_nothing() {
    let twin = Twin::demo().await;
    let issued = of_expoints(&twin, "", "reader").await;
    let (_, claims) = verified(&twin, &issued, &format!("http://localhost/{TENANT}/discovery/v2.0/keys")).await;
    assert_eq!(claims["roles"], json!(["Users.Read"]));
    for token in [issued.as_str(), "readonly"] {
        for (method, expected) in [("GET", 200), ("PUT", 403), ("POST", 403)] {
            assert_eq!(status(&twin, method, "/external/api/v3/user", token).await, expected, "{method} {token}");
        }
    }
}

#[tokio::test]
async fn no_reader_of_the_journal_sees_a_token() {
    let twin = strict().await;
    let expoints = of_expoints(&twin, "", "app").await;
    status(&twin, "GET", "/external/api/v3/user", &expoints).await;
    let verifier = "v".repeat(43);
    let reseller =
        of_reseller(&twin, "", &format!("login_hint=ada%40example.com&code_challenge={verifier}&nonce=x")).await;
    assert_eq!(reseller["error"], "invalid_grant", "without its verifier a code is worth nothing");
    let reseller = of_reseller(&twin, "", "").await;
    let login = r#"{"Username":"grace","Password":"Cobol1959"}"#;
    let mut secrets: Vec<String> = ["access_token", "id_token", "refresh_token"]
        .iter()
        .map(|name| reseller[*name].as_str().unwrap().to_owned())
        .collect();
    for accept in ["application/json", "application/xml", "application/bson"] {
        let call = Call::anonymous("POST", "/v1/core/accountlogin").header("accept", accept);
        let answer = twin.send(call.body("application/json", login)).await;
        secrets.push(answer.header("authtoken").unwrap());
    }
    let form =
        format!("grant_type=authorization_code&client_id=app&client_secret=secret&code_verifier={verifier}&code=1");
    twin.send(Call::anonymous("POST", "/connect/token").body(FORM, form)).await;
    secrets.extend([expoints, verifier]);
    for path in ["/_usertwin/worlds/main/requests?limit=100", "/_usertwin/worlds/main/requests.har"] {
        let shown = twin.get(path, "*/*").await;
        assert!(shown.text().contains("accountlogin"), "{path}");
        for secret in &secrets {
            assert!(!shown.text().contains(secret.as_str()), "{path} shows {secret}");
        }
    }
    assert_eq!(NOW, "2024-03-28T08:12:49.3595132Z", "AT is its second");
}
