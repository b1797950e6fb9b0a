//! The files of the console: where they are, what a browser may do with them, and who may see them.

use crate::twin::{Call, Twin, demo_seed};

const PAGE: &str = "/_usertwin/";

#[tokio::test]
async fn the_console_is_a_page_that_may_load_its_own_files_only() {
    let twin = Twin::demo().await;
    let page = twin.send(Call::anonymous("GET", PAGE)).await;
    assert_eq!((page.status.as_u16(), page.header("content-type").as_deref()), (200, Some("text/html; charset=utf-8")));
    let sources: Vec<&str> = page.text().split(['"', '\'']).filter(|text| text.starts_with("console/")).collect();
    assert!(!sources.is_empty());
    for path in sources.iter().map(|source| format!("{PAGE}{source}")).chain([PAGE.to_owned()]) {
        let answer = twin.send(Call::anonymous("GET", &path)).await;
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy").as_deref(), Some("no-referrer"), "{path}");
    }
}

#[tokio::test]
async fn the_address_without_a_slash_leads_to_the_console_wherever_the_server_is_reached() {
    let twin = Twin::demo().await;
    for path in ["/_usertwin", "/w/t/_usertwin"] {
        let answer = twin.send(Call::anonymous("GET", path)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location").as_deref()), (307, Some("_usertwin/")), "{path}");
        assert_eq!(twin.send(Call::anonymous("GET", &format!("{path}/"))).await.status, 200, "{path}/");
    }
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() {
    let twin = Twin::demo().await;
    for path in [PAGE, "/_usertwin/console/app.js", "/_usertwin/docs/rapidoc-min.js"] {
        let whole = twin.send(Call::anonymous("GET", path)).await;
        let tag = whole.header("etag").unwrap();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = twin.send(Call::anonymous("GET", path).header("if-none-match", &known)).await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), Some(tag.clone()), "{path}");
        }
        let other = twin.send(Call::anonymous("GET", path).header("if-none-match", "\"x\"")).await;
        assert_eq!((other.status.as_u16(), other.body.len()), (200, whole.body.len()), "{path}");
    }
}

#[tokio::test]
async fn pages_and_documents_are_public_and_data_is_not() {
    let twin = Twin::with(&["--control-token", "secret"], demo_seed()).await;
    for path in ["", "console/app.js", "docs", "docs/docs.js", "docs/rapidoc-min.js", "openapi/control.json"] {
        let answer = twin.send(Call::anonymous("GET", &format!("{PAGE}{path}"))).await;
        assert_eq!(answer.status, 200, "{path}");
        let rebound = Call::anonymous("GET", &format!("{PAGE}{path}")).host("evil.test");
        assert_eq!(twin.send(rebound).await.status, 403, "{path}");
    }
    for path in ["worlds", "metrics", "console/nothing.js", "console/", "openapi/control.json/x", "nothing"] {
        assert_eq!(twin.send(Call::anonymous("GET", &format!("{PAGE}{path}"))).await.status, 401, "{path}");
    }
}
