//! `TestServer` in the words of the test kits. Each scenario of `kits/scenarios.tsv` has a test whose name begins with its
//! id, or a reason why a server inside the test's own process has none.

use crate::support::client::{Answer, Client};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, OnceLock};
use usertwin::{TestServer, TestWorld};

const ADA: &str = "/v1/core/Accounts/2/users/1";
const HEDY: &str = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04";

/// Scenarios of kits that start a program.
const OF_PROGRAMS: [(&str, &str); 5] = [
    ("shared-server", "the server is inside the test: there is no address to share"),
    ("server-dead", "it ends with its handle, or with the test"),
    ("no-binary", "nothing is looked for"),
    ("no-orphan", "there is no second process"),
    ("https", "control calls need no socket; the APIs are served by the listener of every other server"),
];

fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut all = vec![("AuthToken", "good"), ("Content-Type", "application/json")];
    if !headers.iter().any(|(name, _)| *name == "Authorization") {
        all.push(("Authorization", "Bearer good"));
    }
    all.retain(|(name, _)| !headers.iter().any(|(given, _)| given == name));
    all.extend_from_slice(headers);
    Client::to(&format!("http://{address}")).send(method, &format!("/{path}"), &all, body.as_bytes()).unwrap()
}

fn get(url: &str) -> u16 {
    send("GET", url, &[("Accept", "application/json")], "").status
}

fn get_as(url: &str, accept: &str) -> u16 {
    send("GET", url, &[("Accept", accept)], "").status
}

fn rename(world: &TestWorld, name: &str) {
    let body = json!({ "Username": name }).to_string();
    let answer = send("PATCH", &format!("{}{ADA}", world.urls().pbnb), &[], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn name_of_ada(world: &TestWorld) -> String {
    let answer = send("GET", &format!("{}{ADA}", world.urls().pbnb), &[("Accept", "application/json")], "");
    let answer: Value = serde_json::from_str(answer.text()).unwrap();
    answer["Data"]["Username"].as_str().unwrap().to_owned()
}

/// What a test panics with.
fn panic_of(test: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| (*payload.downcast::<&str>().unwrap()).to_owned())
}

fn one_user() -> Value {
    json!({
        "users": [{ "username": "solo", "email": "solo@example.com", "pbnb": { "accountId": 2 } }],
        "pbnb": { "accounts": [{ "id": 2 }] },
    })
}

fn worlds(server: &TestServer) -> Vec<String> {
    let answer = send("GET", &format!("{}/_usertwin/worlds", server.url()), &[], "");
    let answer: Value = serde_json::from_str(answer.text()).unwrap();
    answer["worlds"].as_array().unwrap().iter().map(|world| world["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_scenario_of_the_kits_has_a_test_or_a_reason() {
    let tests: Vec<&str> = include_str!("test_server.rs").split("\nasync fn ").skip(1).collect();
    for row in include_str!("../../kits/scenarios.tsv").lines().skip(1) {
        let id = row.split('\t').next().unwrap();
        let tested = tests.iter().any(|test| test.starts_with(&format!("{}_", id.replace('-', "_"))));
        assert_ne!(tested, OF_PROGRAMS.iter().any(|(other, _)| *other == id), "{id}");
    }
}

#[tokio::test]
async fn worlds_apart_at_once_do_not_see_each_other() {
    let server = TestServer::start().await;
    let (grace, charles) = ("/v1/core/Accounts/2/users/2", "/v1/core/Accounts/2/users/3");
    let halfway = Barrier::new(2);
    let test = |name: &str, faulty: &str, served: &str| {
        let world = server.world(name);
        world.fault(json!({ "match": { "path": faulty }, "effect": { "status": 503 } }));
        rename(&world, name);
        halfway.wait();
        assert_eq!(name_of_ada(&world), name);
        assert_eq!(world.requests().len(), 2);
        assert_eq!(get(&format!("{}{faulty}", world.url())), 503);
        assert_eq!(get(&format!("{}{served}", world.url())), 200);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| test("countess", grace, charles));
        scope.spawn(|| test("lovelace", charles, grace));
    });
}

#[tokio::test]
async fn urls_are_base_addresses_of_each_api() {
    let server = TestServer::start().await;
    let world = server.world("urls");
    assert_eq!(world.url(), server.world_url("urls"));
    let urls = world.urls();
    for address in [
        format!("{}{ADA}", urls.pbnb),
        format!("{}/v1.0/accounts", urls.reseller),
        format!("{}/external/api/v3/role", urls.expoints),
        format!("{}/api/v1/admin/users", urls.admin_users),
    ] {
        assert_eq!(get(&address), 200, "{address}");
    }
    let apis: Vec<Value> = world.requests().iter().map(|request| request["api"].clone()).collect();
    assert_eq!(apis, ["pbnb", "reseller", "expoints", "adminUsers"]);
}

#[tokio::test]
async fn fault_for_one_request_hits_one() {
    let server = TestServer::start().await;
    let world = server.world("fault");
    world.fault(json!({ "match": { "api": "pbnb" }, "times": 1, "effect": { "status": 503 } }));
    let statuses = [(); 2].map(|()| get(&format!("{}{ADA}", world.url())));
    assert_eq!(statuses, [503, 200]);
    assert!(panic_of(|| world.fault(json!({ "effect": { "status": 99 } }))).starts_with("usertwin: "));
}

#[tokio::test]
async fn verify_panics_with_the_sentence_and_the_nearest_requests() {
    let server = TestServer::start().await;
    let world = server.world("verify");
    assert_eq!(get(&format!("{}{ADA}", world.url())), 200);
    world.verify(json!({ "operation": "getUser", "api": "pbnb" }), json!({ "exactly": 1 }));
    world.verify(json!({ "status": 500 }), json!({ "atMost": 0 }));
    let other = json!({ "operation": "getUser", "path": "/v1/core/Accounts/2/users/7" });
    let sentence = panic_of(|| world.verify(other, json!({ "exactly": 1 })));
    assert!(sentence.contains("there were 0, of 1 request"), "{sentence}");
    assert!(sentence.contains(&format!("near: GET {ADA} -> 200; path was \"{ADA}\"")), "{sentence}");
}

#[tokio::test]
async fn verify_typo_is_refused_with_the_nearest_name() {
    let server = TestServer::start().await;
    let world = server.world("verify-typo");
    let sentence = panic_of(|| world.verify(json!({ "operation": "getUsr" }), json!({ "exactly": 0 })));
    assert!(sentence.starts_with("usertwin: 'getUsr' is not an operation: there are getUser"), "{sentence}");
}

#[tokio::test]
async fn advice_is_grouped_by_code() {
    let server = TestServer::start().await;
    let world = server.world("advice");
    get(&format!("{}{ADA}", world.url()));
    assert_eq!(world.advice(), Vec::<Value>::new());
    get_as(&format!("{}{ADA}", world.url()), "image/gif");
    get_as(&format!("{}{ADA}", world.url()), "image/gif");
    let advice = world.advice();
    assert_eq!((advice.len(), &advice[0]["code"], &advice[0]["count"]), (1, &json!("negotiation.fallback"), &json!(2)));
}

#[tokio::test]
async fn requests_have_method_path_and_status() {
    let server = TestServer::start().await;
    let world = server.world("requests");
    get(&format!("{}{ADA}", world.url()));
    get(&format!("{}/v1.0/nothing", world.urls().reseller));
    let requests = world.requests();
    let lines = requests.iter().map(|one| format!("{} {} {}", one["method"], one["path"], one["status"]));
    let expected = [format!("\"GET\" \"{ADA}\" 200"), "\"GET\" \"/api/v1.0/nothing\" 404".to_owned()];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn diff_shows_a_member_before_and_after() {
    let server = TestServer::start().await;
    let world = server.world("diff");
    rename(&world, "countess");
    let member = json!({ "path": "username", "before": "ada", "after": "countess" });
    assert_eq!(world.diff()["changed"][0]["members"][0], member);
    world.reset();
    assert_eq!(world.diff()["empty"], true);
    assert_eq!(world.requests(), Vec::<Value>::new());
}

#[tokio::test]
async fn state_is_read_and_replaced() {
    let server = TestServer::start().await;
    let world = server.world("state");
    let seed = world.state();
    assert_eq!(seed["users"][0]["username"], "ada");
    world.set_state(one_user());
    assert_eq!(name_of_ada(&world), "solo");
    world.set_state(seed);
    assert_eq!(world.diff()["empty"], true);
    let sentence = panic_of(|| world.set_state(json!({ "users": [{ "username": "a", "nonsense": 1 }] })));
    assert!(sentence.contains("users[0].nonsense"), "{sentence}");
}

#[tokio::test]
async fn snapshot_stays_when_the_world_changes() {
    let server = TestServer::start().await;
    let world = server.world("snapshot");
    rename(&world, "first");
    let first = world.snapshot();
    rename(&world, "second");
    let second = world.snapshot();
    for _ in 0..2 {
        world.restore(&first);
        assert_eq!(name_of_ada(&world), "first");
        rename(&world, "third");
        world.restore(&second);
        assert_eq!(name_of_ada(&world), "second");
    }
}

#[tokio::test]
async fn clock_pins_timestamps_and_expires_tokens() {
    let server = TestServer::start().await;
    let world = server.world("clock");
    world.clock().freeze("2030-01-01T12:00:00Z");
    rename(&world, "countess");
    let changed = world.diff()["changed"][0]["members"].as_array().unwrap().last().unwrap()["after"].clone();
    assert_eq!(changed, "2030-01-01T12:00:00Z");

    let form = "grant_type=client_credentials&client_id=app&client_secret=secret&scope=api%2F.default";
    let url = format!("{}/common/oauth2/v2.0/token", world.urls().expoints);
    let issued = send("POST", &url, &[("Content-Type", "application/x-www-form-urlencoded")], form);
    let issued: Value = serde_json::from_str(issued.text()).unwrap();
    let bearer = format!("Bearer {}", issued["access_token"].as_str().unwrap());
    let url = format!("{}/external/api/v3/role", world.urls().expoints);
    let roles = || send("GET", &url, &[("Authorization", &bearer)], "").status;
    assert_eq!(roles(), 200);
    world.clock().advance("PT2H");
    assert_eq!(roles(), 401);
    assert_eq!(world.clock().now(), "2030-01-01T14:00:00Z");
}

#[tokio::test]
async fn outbox_holds_the_activation_mail() {
    let server = TestServer::start().await;
    let world = server.world("outbox");
    let url = format!("{}{HEDY}/sendActivationEmail", world.urls().reseller);
    assert_eq!(send("POST", &url, &[], "").status, 204);
    let mails = world.outbox();
    assert_eq!(
        (mails.len(), &mails[0]["kind"], &mails[0]["to"]),
        (1, &json!("activation"), &json!("hedy@example.com"))
    );
}

#[tokio::test]
async fn seed_of_a_test_is_what_it_starts_from_and_resets_to() {
    let server = TestServer::start().await;
    let world = server.world_with_seed("own", &one_user());
    assert_eq!(name_of_ada(&world), "solo");
    assert_eq!(world.diff()["empty"], true);
    rename(&world, "duo");
    assert_eq!(world.diff()["changed"][0]["members"][0]["before"], "solo");
    world.reset();
    assert_eq!(name_of_ada(&world), "solo");
    let wrong = json!({ "users": [{ "username": "a", "nonsense": 1 }] });
    assert!(panic_of(|| drop(server.world_with_seed("wrong", &wrong))).contains("users[0].nonsense"));
    assert!(!worlds(&server).iter().any(|world| world.starts_with("wrong")), "a world of a refused seed is left");
}

/// Fails on purpose, in the process of the test below.
#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_test_that_fails() {
    let server = TestServer::start().await;
    let world = server.world("a-test-that-fails");
    get_as(&format!("{}{ADA}", world.url()), "image/gif");
    panic!("on purpose");
}

/// The output of the test above, run once.
fn failed_run() -> &'static str {
    static OUTPUT: OnceLock<String> = OnceLock::new();
    OUTPUT.get_or_init(|| {
        let program = std::env::current_exe().unwrap();
        let mut run = std::process::Command::new(program);
        run.args(["--exact", "test_server::a_test_that_fails", "--ignored"]);
        let output = run.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    })
}

#[tokio::test]
async fn failure_report_lists_requests_with_status_and_advice() {
    let output = failed_run();
    assert!(output.contains("requests of the world a-test-that-fails:"), "{output}");
    assert!(output.contains(&format!("GET {ADA} -> 200\n    ! negotiation.fallback: Accept matched")), "{output}");
}

#[tokio::test]
async fn strict_advice_fails_the_test_and_says_which() {
    let server = TestServer::start().await;
    let sentence = panic_of(|| {
        let world = server.world("mistaken").strict_advice();
        get_as(&format!("{}{ADA}", world.url()), "image/gif");
    });
    assert!(sentence.contains("strict advice") && sentence.contains("! negotiation.fallback: "), "{sentence}");
    let world = server.world("right").strict_advice();
    get(&format!("{}{ADA}", world.url()));
    drop(world);
}

#[tokio::test]
async fn dropped_after_pass_are_a_world_and_its_copies() {
    let server = TestServer::start().await;
    let before = worlds(&server);
    let world = server.world_with_seed("passed", &one_user());
    let _snapshot = world.snapshot();
    assert_eq!(worlds(&server).len(), before.len() + 3);
    drop((world, server.world("unused")));
    assert_eq!(worlds(&server), before);
}

#[tokio::test]
async fn a_world_that_exists_is_not_taken_again() {
    let server = TestServer::with_flags(&["--control-token", "secret"]).await.unwrap();
    let _world = server.world("taken");
    assert!(panic_of(|| drop(server.world("taken"))).contains("There is a world 'taken' already"));
    assert!(panic_of(|| drop(server.world("no name"))).starts_with("usertwin: "));
}

#[tokio::test]
async fn a_world_outlives_its_server_without_harm() {
    let server = TestServer::start().await;
    let world = server.world("last");
    drop(server);
    assert_eq!(panic_of(|| drop(world.advice())), "usertwin: the server has stopped");
    drop(world);
}
