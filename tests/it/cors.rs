//! `--cors`: browser apps of other origins, as both generations of the framework let them in (docs/spec/control.md §7).
//! `tests/cors.sh` asks with a browser.

use crate::twin::{Answer, Call, Twin, demo_seed};

const APP: &str = "http://localhost:3000";
const PBNB: &str = "/v1/core/Accounts/2/users/1";
const RESELLER: &str = "/api/v1.0/accounts";

fn preflight(path: &str, origin: &'static str, method: &'static str) -> Call {
    let call = Call::new("OPTIONS", path).header("origin", origin).header("access-control-request-method", method);
    call.header("access-control-request-headers", "authorization, content-type,accept,Content-Type")
}

/// The headers of an answer that concern origins, in order.
fn cors(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    all.filter(|(name, _)| name.starts_with("access-control-") || name == "vary").collect()
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn web_api_answers_a_preflight_200_without_what_needs_no_permission() {
    let twin = Twin::with(&["--cors", APP], demo_seed()).await;
    let answer = twin.send(preflight(PBNB, APP, "PATCH")).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, ""));
    let usual = [("access-control-allow-origin", APP), ("access-control-allow-credentials", "true")];
    let methods = ("access-control-allow-methods", "PATCH");
    let headers = ("access-control-allow-headers", "authorization,content-type");
    assert_eq!(cors(&answer), pairs(&[usual[0], usual[1], methods, headers]));
    let simple = Call::new("OPTIONS", PBNB).header("origin", APP).header("access-control-request-method", "POST");
    assert_eq!(cors(&twin.send(simple).await), pairs(&usual));
}

#[tokio::test]
async fn web_api_refuses_an_origin_that_is_not_listed_by_its_name() {
    let twin = Twin::with(&["--cors", APP], demo_seed()).await;
    let answer = twin.send(preflight(PBNB, "http://evil.example", "PATCH")).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert_eq!(answer.text(), r#"{"Message":"The origin 'http://evil.example' is not allowed."}"#);
    assert_eq!(cors(&answer), []);
    let advice = twin.send(Call::new("GET", "/_usertwin/worlds/main/advice")).await;
    let refused = advice.text();
    assert!(refused.contains("cors.preflight-refused"), "{refused}");
}

#[tokio::test]
async fn asp_net_core_answers_every_preflight_204_and_only_a_listed_origin_gets_headers() {
    let twin = Twin::with(&["--cors", APP], demo_seed()).await;
    let answer = twin.send(preflight(RESELLER, APP, "GET")).await;
    assert_eq!(answer.status.as_u16(), 204);
    assert_eq!(
        cors(&answer),
        pairs(&[
            ("access-control-allow-origin", APP),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-headers", "authorization,content-type,accept,Content-Type"),
            ("access-control-allow-methods", "GET"),
        ])
    );
    let other = twin.send(preflight(RESELLER, "http://evil.example", "GET")).await;
    assert_eq!((other.status.as_u16(), cors(&other)), (204, Vec::new()));
}

#[tokio::test]
async fn answers_to_a_listed_origin_can_be_read_by_its_scripts_errors_and_faults_too() {
    let twin = Twin::with(&["--cors", APP], demo_seed()).await;
    for (path, exposed) in [
        (PBNB, "Location,Retry-After,WWW-Authenticate,Preference-Applied,AuthToken"),
        ("/v1/core/Accounts/2/users/999", "Location,Retry-After,WWW-Authenticate,Preference-Applied,AuthToken"),
        (RESELLER, "Location,Retry-After,WWW-Authenticate,Preference-Applied"),
        ("/external/api/v3/role", "Location,Retry-After,WWW-Authenticate,Preference-Applied"),
        ("/api/v1/admin/users", "Location,Retry-After,WWW-Authenticate,Preference-Applied"),
    ] {
        for prefer in ["", "status=503"] {
            let call = Call::new("GET", path).header("origin", APP).header("prefer", prefer);
            let answer = twin.send(call).await;
            let wanted = [
                ("access-control-allow-origin", APP),
                ("access-control-allow-credentials", "true"),
                ("access-control-expose-headers", exposed),
            ];
            assert_eq!(cors(&answer), pairs(&wanted), "{path} {prefer}");
        }
        let same = twin.send(Call::new("GET", path)).await;
        assert_eq!(cors(&same), [], "{path}");
    }
}

#[tokio::test]
async fn a_star_lets_every_origin_in_without_credentials() {
    let twin = Twin::with(&["--cors", "*"], demo_seed()).await;
    for path in [PBNB, RESELLER] {
        let answer = twin.send(Call::new("GET", path).header("origin", "https://any.example")).await;
        assert_eq!(cors(&answer)[0], ("access-control-allow-origin".to_owned(), "*".to_owned()), "{path}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
    }
}

#[tokio::test]
async fn only_asp_net_core_says_that_answers_vary_and_only_with_several_origins() {
    let twin = Twin::with(&["--cors", "http://localhost:3000,https://portal.example"], demo_seed()).await;
    let varies =
        async |path| twin.send(Call::new("GET", path).header("origin", APP)).await.headers.contains_key("vary");
    assert!(varies(RESELLER).await);
    assert!(!varies(PBNB).await);
}

#[tokio::test]
async fn a_preflight_meets_no_fault_and_needs_no_token() {
    let twin = Twin::with(&["--cors", APP, "--auth", "strict"], demo_seed()).await;
    let fault = r#"{"effect":{"status":503}}"#;
    let added = Call::new("POST", "/_usertwin/worlds/main/faults").body("application/json", fault);
    assert_eq!(twin.send(added).await.status.as_u16(), 201);
    assert_eq!(twin.send(preflight(PBNB, APP, "PATCH")).await.status.as_u16(), 200);
    assert_eq!(twin.send(Call::new("GET", PBNB)).await.status.as_u16(), 503);
}

#[tokio::test]
async fn without_the_setting_a_preflight_is_the_frameworks_405() {
    let twin = Twin::demo().await;
    for path in [PBNB, RESELLER] {
        let answer = twin.send(preflight(path, APP, "PATCH")).await;
        assert_eq!((answer.status.as_u16(), cors(&answer)), (405, Vec::new()), "{path}");
    }
}

#[test]
fn an_origin_that_no_browser_sends_is_refused() {
    for origin in ["localhost:3000", "http://", "http://a/b", "://a", "http://a b"] {
        let refused = usertwin::config::Config::from_flags(&["--cors", origin]).unwrap_err();
        assert!(
            refused.contains("give an origin such as http://localhost:3000, with its scheme and without a path, or *"),
            "{origin}: {refused}"
        );
    }
    let config = usertwin::config::Config::from_flags(&["--cors", "HTTP://LocalHost:3000/"]).unwrap();
    assert_eq!(config.cors, ["http://localhost:3000"]);
}
