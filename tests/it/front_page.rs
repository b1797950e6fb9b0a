//! The page at `/`: who gets it, that it tells what is in the world, and that nothing in the world becomes markup.

use crate::support::process::USERTWIN;
use crate::twin::{Answer, Call, Twin, demo_seed};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use usertwin::Apis;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

fn visit(path: &str) -> Call {
    Call::anonymous("GET", path).header("accept", BROWSER)
}

#[track_caller]
fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type").as_deref()),
        (status, Some("application/problem+json"))
    );
}

#[tokio::test]
async fn only_clients_that_prefer_html_get_the_page() {
    let twin = Twin::demo().await;
    for accept in [BROWSER, "text/html", "application/json;q=0.1, TEXT/HTML;q=0.2"] {
        let answer = twin.send(Call::anonymous("GET", "/").header("accept", accept)).await;
        assert_eq!((answer.status.as_u16(), answer.header("vary").as_deref()), (200, Some("Accept")), "{accept}");
        assert_eq!(answer.header("content-type").as_deref(), Some("text/html; charset=utf-8"));
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'self';"));
    }
    for accept in ["*/*", "application/json", "application/json, text/html", "text/html;q=0", ""] {
        is_problem(&twin.send(Call::anonymous("GET", "/").header("accept", accept)).await, 404);
    }
    is_problem(&twin.send(Call::anonymous("GET", "/")).await, 404);
    is_problem(&twin.send(Call::anonymous("POST", "/").header("accept", BROWSER)).await, 404);
    is_problem(&twin.send(visit("/nothing")).await, 404);
    is_problem(&twin.send(visit("/").host("evil.test")).await, 404);
}

#[tokio::test]
async fn every_command_on_the_page_names_an_address_that_answers() {
    let twin = Twin::demo().await;
    let page = twin.send(visit("/").header("x-forwarded-proto", "https").host("localhost:9")).await;
    let commands: Vec<&str> =
        page.text().split("<pre>").skip(1).map(|rest| rest.split_once("</pre>").unwrap().0).collect();
    assert_eq!(commands.len(), Apis::four().iter().count());
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let path = words[2].strip_prefix("https://localhost:9").unwrap();
        let token = command.split("Bearer ").nth(1).unwrap().trim_end_matches("&#39;");
        let call = Call::anonymous("GET", path).header("authorization", &format!("Bearer {token}"));
        assert_eq!(twin.send(call).await.status, 200, "{command}");
    }
    for link in page.text().split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert_eq!(twin.send(Call::anonymous("GET", &format!("/{link}"))).await.status, 200, "{link}");
    }
    for said in ["https://localhost:9/api<", "Engine1842", "ada@example.com", ">readonly<", "Expoints v3"] {
        assert!(page.text().contains(said), "{said}");
    }
    let hidden = Twin::with(&["--passwords", "hide"], demo_seed()).await;
    assert!(!hidden.send(visit("/")).await.text().contains("Engine1842"));
}

#[tokio::test]
async fn a_world_has_a_page_of_its_own_and_no_visit_is_in_its_journal() {
    let twin = Twin::demo().await;
    let page = twin.send(visit("/w/t/")).await;
    assert!(page.text().contains("http://localhost/w/t/v1/core/Accounts/2/users/1"), "{}", page.text());
    assert!(twin.send(visit("/").host("t2.localhost")).await.text().contains("<strong>t2</strong>"));
    let journal = twin.send(Call::anonymous("GET", "/_usertwin/worlds/t/requests")).await;
    assert!(journal.text().starts_with(r#"{"total":0"#), "{}", journal.text());
}

#[tokio::test]
async fn with_a_control_token_the_page_shows_nothing_of_a_world() {
    let twin = Twin::with(&["--control-token", "secret"], demo_seed()).await;
    let page = twin.send(visit("/")).await;
    assert_eq!(page.status, 200);
    for hidden in ["ada", "Engine1842", "readonly", "Bearer"] {
        assert!(!page.text().contains(hidden), "{hidden}");
    }
    assert!(page.text().contains("control token"));
}

#[tokio::test]
async fn names_with_markup_are_text_on_the_page() {
    let twin = Twin::seeded(
        r#"{"users": [{ "username": "<script>alert(1)</script>", "email": "\"'><img src=x>@x.test", "password": "</td>&amp;", "pbnb": {} }],
            "pbnb": {"accounts": [{"id": 2}]},
            "tokens": [{ "token": "</pre>';x\"<b>" }], "clients": [{ "api": "expoints", "clientId": "<i>", "clientSecret": "<u>" }]}"#,
    )
    .await;
    let page = twin.send(visit("/")).await;
    assert_eq!(page.status, 200);
    for markup in ["<script", "<img", "</td>&amp;<", "<b>", "<i>", "<u>"] {
        assert!(!page.text().contains(markup), "{markup}: {}", page.text());
    }
    assert!(page.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn the_start_prints_the_addresses_of_both_pages_after_the_first_line() {
    let mut server = std::process::Command::new(USERTWIN);
    let mut server =
        server.args(["serve", "--listen=127.0.0.1:0", "--log=off"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> =
        BufReader::new(server.stdout.take().unwrap()).lines().take(3).map(Result::unwrap).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    let url = lines[0].strip_prefix("usertwin listening on ").unwrap();
    assert_eq!(lines[1..], [format!("first requests: {url}/"), format!("console: {url}/_usertwin/")]);
}
