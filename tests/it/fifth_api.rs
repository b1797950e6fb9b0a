//! The example of a fifth API, driven as its users would: the program is started, and everything that the four APIs have
//! works for the fifth.

use crate::support::client::{Answer, Client};
use crate::support::process::{ServerProcess, USERTWIN};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program, which `cargo test` builds with the tests.
fn program() -> Command {
    let built: PathBuf = Path::new(USERTWIN).with_file_name("examples").join("fifth_api");
    assert!(built.exists(), "{} is missing: run `cargo build --example fifth_api`", built.display());
    Command::new(built)
}

/// A running server of five APIs with a client.
struct Server {
    client: Client,
    _process: ServerProcess,
}

const PHONES: &str = "11111111-1111-1111-1111-111111111111";
const DESK: &str = "22222222-2222-2222-2222-222222222222";

impl Server {
    /// A server whose world `t` has two teams and an agent whom PBNB knows too.
    fn start() -> Server {
        let mut command = program();
        command.args(["serve", "--listen=127.0.0.1:0", "--log=warn"]);
        let process = ServerProcess::from_command(command).unwrap();
        let mut server = Server { client: Client::connect(process.address).unwrap(), _process: process };
        let state = json!({
            "helpDesk": {"teams": [{"id": PHONES, "name": "Phones"}, {"id": DESK, "name": "Desk"}]},
            "pbnb": {"accounts": [{"id": 2}]},
            "tokens": [{"token": "any", "state": "valid"}],
            "users": [{"username": "ada", "helpDesk": {"level": 2, "pagerCode": "c0de"}, "pbnb": {}}],
        });
        let put = server.json("PUT", "/_usertwin/worlds/t/state", &state);
        assert_eq!(put.status, 204, "{}", put.text());
        server
    }

    fn get(&mut self, path: &str) -> Answer {
        self.client.send("GET", path, &[("Authorization", "Bearer any")], b"").unwrap()
    }

    fn json(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Authorization", "Bearer any"), ("Content-Type", "application/json")];
        self.client.send(method, path, &headers, body.to_string().as_bytes()).unwrap()
    }

    fn read(&mut self, path: &str) -> Value {
        serde_json::from_slice(&self.get(path).body).unwrap()
    }

    fn state(&mut self) -> Value {
        self.read("/_usertwin/worlds/t/state")
    }
}

#[test]
fn agents_come_and_go_in_json_and_xml() {
    let mut server = Server::start();
    let ada = format!(r#"{{"Username":"ada","Email":null,"TeamId":"{PHONES}","Level":2,"PagerCode":null}}"#);
    assert_eq!(server.get("/w/t/helpdesk/v1/agents/ada").text(), ada);
    let bob = json!({"Username": "bob", "Level": 1, "TeamId": DESK});
    let created = server.json("POST", "/w/t/helpdesk/v1/agents", &bob);
    assert_eq!(created.status, 201, "{}", created.text());
    assert_eq!(server.get("/w/t/helpdesk/v1/agents").text(), format!("[{ada},{}]", created.text()));
    assert_eq!(server.get(&format!("/w/t/helpdesk/v1/agents?team={PHONES}")).text(), format!("[{ada}]"));

    let eve = r#"<Agent xmlns="http://schemas.datacontract.org/2004/07/HelpDesk.Models"><Level>1</Level><Username>eve</Username></Agent>"#;
    let xml = [("Authorization", "Bearer any"), ("Content-Type", "application/xml"), ("Accept", "application/xml")];
    let created = server.client.send("POST", "/w/t/helpdesk/v1/agents", &xml, eve.as_bytes()).unwrap();
    let expected = format!(
        r#"<Agent xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/HelpDesk.Models"><Email i:nil="true" /><Level>1</Level><PagerCode i:nil="true" /><TeamId>{PHONES}</TeamId><Username>eve</Username></Agent>"#
    );
    assert_eq!((created.status, created.text()), (201, &*expected));

    let gone = server.json("DELETE", "/w/t/helpdesk/v1/agents/ada", &Value::Null);
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert_eq!(server.get("/w/t/helpdesk/v1/agents/ada").text(), r#"{"Message":"There is no such agent."}"#);
    let ada = &server.state()["users"][0];
    assert_eq!((&ada["username"], ada.get("helpDesk")), (&json!("ada"), None));
    assert_eq!(server.get("/w/t/v1/core/Accounts/2/users/1").status, 200);
    // Another world knows nothing of all that.
    assert_eq!(server.get("/w/other/helpdesk/v1/agents").text(), "[]");
}

#[test]
fn a_refused_agent_is_not_stored() {
    let mut server = Server::start();
    let before = server.state();
    let invalid = |key: &str, text: &str| json!({"Message": "The request is invalid.", "ModelState": {key: [text]}});
    for (agent, status, expected) in [
        (json!({"Level": 1}), 400, invalid("agent.Username", "The Username field is required.")),
        (json!({"Username": "bob", "Level": 0}), 400, invalid("agent.Level", "The level is at least 1.")),
        (
            json!({"Username": "bob", "Level": 1, "TeamId": "33333333-3333-3333-3333-333333333333"}),
            400,
            invalid("agent.TeamId", "The team does not exist."),
        ),
        (json!({"Username": "ADA", "Level": 1}), 409, json!({"Message": "The username 'ADA' is taken."})),
    ] {
        let answer = server.json("POST", "/w/t/helpdesk/v1/agents", &agent);
        assert_eq!((answer.status, answer.text()), (status, &*expected.to_string()), "{agent}");
    }
    let anonymous = server.client.send("GET", "/w/t/helpdesk/v1/agents", &[], b"").unwrap();
    assert_eq!((anonymous.status, anonymous.header("www-authenticate")), (401, Some("Bearer")));
    assert_eq!(server.state(), before);
}

#[test]
fn documents_check_what_a_facet_refers_to() {
    let mut server = Server::start();
    let state = server.state();
    assert_eq!(state["users"][0]["helpDesk"], json!({"teamId": PHONES, "level": 2, "pagerCode": "c0de"}));
    let exported = server.json("PUT", "/_usertwin/worlds/copy/state", &state);
    assert_eq!(exported.status, 204, "{}", exported.text());
    assert_eq!(server.read("/_usertwin/worlds/copy/state"), state);
    let team = "33333333-3333-3333-3333-333333333333";
    let mut unknown = state.clone();
    unknown["users"][0]["helpDesk"]["teamId"] = team.into();
    let refused = server.json("PUT", "/_usertwin/worlds/t/state", &unknown);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("users[0].helpDesk.teamId"), "{}", refused.text());
    assert_eq!(server.state(), state);
}

#[test]
fn journal_advice_faults_and_metrics_know_the_fifth_api() {
    let mut server = Server::start();
    let bob = json!({"Username": "bob", "Level": 9, "PagerCode": "s3cret"});
    assert_eq!(server.json("POST", "/w/t/helpdesk/v1/agents", &bob).status, 201);
    let entries = server.get("/_usertwin/worlds/t/requests?api=helpDesk&operation=createAgent");
    assert!(entries.text().contains(r#"\"PagerCode\":\"***\""#), "{}", entries.text());
    assert!(!entries.text().contains("s3cret"), "{}", entries.text());
    let advice = server.read("/_usertwin/worlds/t/advice");
    assert_eq!(advice["advice"][0]["code"], "helpDesk.level-lowered");
    assert_eq!(advice["advice"][0]["message"], "Level 9 became 3, the highest.");

    let fault = json!({"match": {"api": "helpDesk", "operation": "getAgent"}, "effect": {"status": 503}});
    assert_eq!(server.json("POST", "/_usertwin/worlds/t/faults", &fault).status, 201);
    assert_eq!(server.get("/w/t/helpdesk/v1/agents/bob").status, 503);
    assert_eq!(server.get("/w/t/helpdesk/v1/agents").status, 200);
    let metrics = server.get("/_usertwin/metrics");
    assert!(metrics.text().contains(r#"api="helpDesk",operation="createAgent",status="201""#), "{}", metrics.text());
}

#[test]
fn documents_and_pages_show_the_fifth_api() {
    let mut server = Server::start();
    let document = server.read("/_usertwin/openapi/help-desk.json");
    let agents = &document["paths"]["/helpdesk/v1/agents"];
    assert_eq!(agents["post"]["operationId"], "createAgent");
    assert_eq!(agents["get"]["parameters"][0]["name"], "team");
    let level = &document["components"]["schemas"]["AgentRequest"]["properties"]["Level"];
    assert_eq!((&level["minimum"], &level["maximum"]), (&json!(1), &json!(3)));
    let control = server.read("/_usertwin/openapi/control.json");
    let facet = control["components"]["schemas"].to_string();
    assert!(facet.contains(r#""pagerCode""#) && facet.contains(r#""teams""#), "{facet}");
    let page = server.get("/_usertwin/docs");
    assert!(page.text().contains(r#"<option value="help-desk">Help desk</option>"#), "{}", page.text());
}

#[test]
fn the_commands_know_the_fifth_api() {
    let run = |arguments: &[&str]| {
        let output = program().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let url = run(&["exec", "--log=off", "--", "sh", "-c", r#"echo "$USERTWIN_HELP_DESK_URL $USERTWIN_URL""#]);
    let (help_desk, server) = url.trim().split_once(' ').unwrap();
    assert_eq!(help_desk, server);
    let routes = run(&["routes"]);
    assert!(routes.lines().any(|line| line.contains("deleteAgent") && line.contains("/helpdesk/v1/agents/{name}")));
    assert!(run(&["schema"]).contains(r#""pagerCode""#));
}
