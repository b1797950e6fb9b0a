//! The router: which API answers a path, the server nested in another axum program, and a server with a fifth API.

use crate::support::client::Client;
use crate::twin::{Call, Twin, demo_seed};
use axum::Router;
use axum::body::Body;
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE, HOST, LOCATION};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use usertwin::apis::operation::{Documented, Operation, Provenance};
use usertwin::apis::{Api, expoints};
use usertwin::contract::Facet;
use usertwin::frameworks::webapi::{Action, Reply};
use usertwin::model::ids::Ids;
use usertwin::store::{Limits, Store};
use usertwin::{Apis, App, Config, TestServer};

/// An answer of a router: its status, a header's value and its body.
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    text: String,
}

async fn ask(router: &Router, method: &str, path: &str, body: &str) -> Answer {
    let request = http::Request::builder().method(method).uri(path).header(HOST, "localhost");
    let request = request.header("authorization", "Bearer good").header(CONTENT_TYPE, "application/json");
    let request = request.header("content-length", body.len()).body(Body::from(body.to_owned())).unwrap();
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&body).into_owned() }
}

const DOORS: [(&str, &str); 4] = [
    ("/v1/core/Accounts/2/users/1", "pbnb"),
    ("/api/v1.0/accounts", "reseller"),
    ("/external/api/v3/role", "expoints"),
    ("/api/v1/admin/users", "adminUsers"),
];

/// The API that the newest entry of a world's journal names.
async fn answered_by(twin: &Twin, world: &str) -> Option<String> {
    let path = format!("/_usertwin/worlds/{world}/requests/latest");
    let entry: Value = serde_json::from_str(twin.send(Call::anonymous("GET", &path)).await.text()).unwrap();
    entry["api"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn every_address_of_the_tables_is_answered_by_its_api() {
    let twin = Twin::demo().await;
    for api in &Apis::four() {
        for operation in api.operations {
            for path in operation.action.templates.iter().flat_map(|template| api.paths(template)) {
                let path = path.replace(['{', '}', ':'], "");
                for (path, world) in [(path.clone(), "main"), (format!("/w/t{path}"), "t")] {
                    twin.send(Call::new(operation.action.method, &path)).await;
                    assert_eq!(answered_by(&twin, world).await.as_deref(), Some(api.name), "{path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn case_and_doubled_slashes_do_not_change_the_owner_of_a_path() {
    let twin = Twin::demo().await;
    for (path, owner) in [
        ("/V1/CORE/accounts/2/users/1", "pbnb"),
        ("/PBNB/v1/core/Accounts/2/users/1", "pbnb"),
        ("//v1/core/Accounts/2/users/1", "pbnb"),
        ("/API/v1.0/accounts", "reseller"),
        ("/External/API/v3/role", "expoints"),
        ("/COMMON/OAuth2/V2.0/Token", "expoints"),
        ("/v1/oauth2/v2.0/token", "expoints"),
        ("/V1/oauth2/v2.0/token", "expoints"),
        ("/pbnb/oauth2/v2.0/token", "expoints"),
        ("/API/V1/admin/users", "adminUsers"),
        ("/token", "adminUsers"),
    ] {
        twin.send(Call::new("GET", path)).await;
        assert_eq!(answered_by(&twin, "main").await.as_deref(), Some(owner), "{path}");
    }
    let forgiven = twin.send(Call::new("GET", "//v1/core/Accounts/2/users/1")).await;
    assert_eq!(forgiven.whole(), twin.send(Call::new("GET", "/v1/core/Accounts/2/users/1")).await.whole());
}

#[tokio::test]
async fn a_path_that_no_api_owns_is_a_404_problem() {
    let twin = Twin::demo().await;
    for path in ["/", "/w/t/", "/v1.1/x", "/w/oauth2/v2.0/token", "/_usertwinx", "/W/t/v1/core"] {
        let answer = twin.send(Call::new("GET", path)).await;
        assert_eq!((answer.status, answer.header("content-type").as_deref()), NO_API, "{path}");
    }
    let control = twin.send(Call::new("GET", "/_usertwin/oauth2/v2.0/token")).await;
    assert!(control.text().contains("No control call lives at this path."), "{}", control.text());
}

const NO_API: (StatusCode, Option<&str>) = (StatusCode::NOT_FOUND, Some("application/problem+json"));

#[tokio::test]
async fn a_route_leaves_methods_and_templates_to_the_framework() {
    let router = usertwin::router(Twin::demo().await.app());
    let answer = ask(&router, "BREW", "/v1/core/Accounts/2/users/1", "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[ALLOW], "GET, PATCH, DELETE");
    let answer = ask(&router, "GET", "/v1/core/nothing", "").await;
    assert!(answer.text.starts_with(r#"{"Message":"No HTTP resource was found"#), "{}", answer.text);
}

#[tokio::test]
async fn another_axum_program_nests_the_server() {
    let server = usertwin::router(Twin::demo().await.app());
    let program = Router::new().nest("/mock", server.clone());
    for world in ["", "/w/t"] {
        for (path, api) in DOORS {
            let nested = ask(&program, "GET", &format!("/mock{world}{path}"), "").await;
            let alone = ask(&server, "GET", &format!("{world}{path}"), "").await;
            assert_eq!(nested.status, StatusCode::OK, "{api}: {}", nested.text);
            assert_eq!(nested.text, alone.text, "{api}");
        }
        let control = ask(&program, "GET", &format!("/mock{world}/_usertwin/health/live"), "").await;
        assert_eq!(control.status, StatusCode::OK, "{}", control.text);
        let upper = ask(&program, "GET", &format!("/mock{world}/V1/CORE/accounts/2/users/1"), "").await;
        assert_eq!(upper.status, StatusCode::OK, "{}", upper.text);
    }
    assert_eq!(ask(&program, "GET", "/mock/nothing", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&program, "GET", "/v1/core/Accounts/2/users/1", "").await.headers.get(CONTENT_TYPE), None);
}

#[tokio::test]
async fn links_of_a_nested_server_lead_back_to_it() {
    let program = Router::new().nest("/mock", usertwin::router(Twin::demo().await.app()));
    for world in ["", "/w/t"] {
        let made = ask(&program, "POST", &format!("/mock{world}/v1.0/accounts"), r#"{"name":"New"}"#).await;
        let link = made.headers[LOCATION].to_str().unwrap();
        let path = link.strip_prefix("http://localhost").unwrap();
        assert!(path.starts_with(&format!("/mock{world}/v1.0/accounts/")), "{link}");
        assert_eq!(ask(&program, "GET", path, "").await.status, StatusCode::OK, "{link}");

        let users = format!("/mock{world}/_usertwin/worlds/main/users");
        let made = ask(&program, "POST", &users, &format!(r#"{{"username":"new{}"}}"#, world.len())).await;
        let link = made.headers[LOCATION].to_str().unwrap();
        assert!(link.starts_with("/mock/_usertwin/worlds/main/users/"), "{link}");
        assert_eq!(ask(&program, "GET", link, "").await.status, StatusCode::OK, "{link}");
    }
    ask(&program, "GET", "/mock/w/t/v1/core/Accounts/2/users/1", "").await;
    let curl = ask(&program, "GET", "/mock/_usertwin/worlds/t/requests/latest/curl", "").await;
    assert!(curl.text.contains("http://localhost/mock/w/t/v1/core/Accounts/2/users/1"), "{}", curl.text);
}

usertwin::facet! {
    /// What the fifth API knows of a user.
    pub struct HelpDeskFacet of "helpDesk" {
        /// How far a request may be escalated.
        level: i32 = "level",
    }
}

/// A fifth API: its one operation counts the users of the world.
static HELP_DESK: Api = Api {
    name: "helpDesk",
    document: "help-desk",
    title: "Help desk",
    description: "An API of another program.",
    mounts: &[usertwin::apis::Mount { directory: "", prefix: "/helpdesk" }],
    operations: &[Operation {
        id: "countUsers",
        action: Action { method: "GET", templates: &["helpdesk/count"], parameters: &[] },
        summary: "Count the users",
        description: "How many users the world has.",
        provenance: Provenance::Chosen,
        anonymous: true,
        answers: &[Documented::ok::<i32>("The number.", Provenance::Chosen)],
        run: |call, _| {
            Box::pin(async move {
                let users = call.read().await?.records()?.len();
                Ok(Reply::ok(i32::try_from(users).unwrap()))
            })
        },
        ..Operation::NEW
    }],
    facet: HelpDeskFacet::TYPE,
    lists: &[],
    advice: &[],
    address_of_user: |_, _| Ok(None),
    ..expoints::API
};

#[tokio::test]
async fn a_fifth_api_is_a_value() {
    let config = Config::from_flags(&[]).unwrap();
    let apis = Apis::four().with(&HELP_DESK);
    let seed = apis.demo_seed();
    let store = Store::open("sqlite::memory:", &apis.schema(), &seed, Limits::default()).await.unwrap();
    let router = usertwin::router(App::new(apis, config, store, Ids::random()));

    let count = ask(&router, "GET", "/w/t/helpdesk/count", "").await;
    assert_eq!((count.status, count.text), (StatusCode::OK, demo_seed().users.len().to_string()));
    assert_eq!(ask(&router, "POST", "/helpdesk/count", "").await.headers[ALLOW], "GET");

    let document = ask(&router, "GET", "/_usertwin/openapi/help-desk.json", "").await;
    assert!(document.text.contains(r#""operationId": "countUsers""#), "{}", document.text);
    let control = ask(&router, "GET", "/_usertwin/openapi/control.json", "").await;
    let control: Value = serde_json::from_str(&control.text).unwrap();
    assert_eq!(control["components"]["schemas"]["ApiName"]["enum"][4], "helpDesk");
    assert_eq!(control["components"]["schemas"]["DocumentName"]["enum"][4], "help-desk.json");
    let page = ask(&router, "GET", "/_usertwin/docs", "").await;
    assert!(page.text.contains(r#"<option value="help-desk">Help desk</option>"#), "{}", page.text);
    let missing = ask(&router, "GET", "/_usertwin/openapi/x.json", "").await;
    assert!(missing.text.contains("admin-users.json, help-desk.json and control.json."), "{}", missing.text);

    let entries = ask(&router, "GET", "/_usertwin/worlds/t/requests?api=helpDesk", "").await;
    assert!(entries.text.contains(r#""operation":"countUsers""#), "{}", entries.text);
    let unknown = ask(&router, "GET", "/_usertwin/worlds/t/requests?api=helpdesk", "").await;
    assert!(unknown.text.contains("'helpdesk' is not an API: there are helpDesk, pbnb, "), "{}", unknown.text);
    let fault = r#"{"match":{"api":"helpDesk"},"effect":{"status":503}}"#;
    let fault = ask(&router, "POST", "/_usertwin/worlds/t/faults", fault).await;
    assert_eq!(fault.status, StatusCode::CREATED, "{}", fault.text);
    assert_eq!(ask(&router, "GET", "/w/t/helpdesk/count", "").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let metrics = ask(&router, "GET", "/_usertwin/metrics", "").await;
    assert!(metrics.text.contains(r#"api="helpDesk",operation="countUsers",status="200""#), "{}", metrics.text);
}

/// An API in the place of another one.
static SQUATTER: Api = Api { name: "helpDesk", facet: HelpDeskFacet::TYPE, lists: &[], ..expoints::API };

#[tokio::test]
#[should_panic(expected = "two APIs have the mount")]
async fn a_mount_has_one_api() {
    let apis = Apis::four().with(&SQUATTER);
    let store =
        Store::open("sqlite::memory:", &apis.schema(), &apis.schema().empty_document(), Limits::default()).await;
    let _ = usertwin::router(App::new(apis, Config::from_flags(&[]).unwrap(), store.unwrap(), Ids::random()));
}

#[tokio::test]
async fn a_test_server_takes_a_table() {
    let server = TestServer::with_apis(Apis::four().with(&HELP_DESK), &[]).await.unwrap();
    let address = server.url().strip_prefix("http://").unwrap().parse().unwrap();
    let answer = Client::connect(address).unwrap().send("GET", "/helpdesk/count", &[], b"").unwrap();
    assert_eq!(answer.text(), demo_seed().users.len().to_string());
}
