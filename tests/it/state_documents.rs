//! State documents: a document that is read is written back as it was, and each problem is reported with its line and
//! path.

use crate::twin::{Call, Twin, demo_seed, schema};
use http::StatusCode;
use usertwin::apis::admin_users::facet::AdminUsersFacet;
use usertwin::apis::expoints::facet as expoints;
use usertwin::apis::pbnb::facet::{self as pbnb, PbnbFacet};
use usertwin::apis::reseller::facet::{self as reseller, ResellerFacet};
use usertwin::contract::{DateTime, DateTimeKind};
use usertwin::model::{Document, Problem, TokenState, UserRecord, UserWith};

/// The example of the specification, with every member.
const EXAMPLE: &str = r#"{
  "clock": null,
  "users": [{
    "id": "f4237dd3-01ff-48d8-8d90-16c06605724f",
    "username": "ada", "email": "ada@example.com", "displayName": "Ada Lovelace", "password": "Engine1842", "enabled": true,
    "createdAt": "2024-03-28T08:12:49.3595132Z", "modifiedAt": "2024-03-28T08:12:49.3595132Z",
    "pbnb": { "accountId": 2, "userId": 1, "status": "Enabled", "auth": "ServicePassword", "maxDenials": 2, "resetPeriod": 3,
              "privateUsername": "ada.private", "accessTypes": ["IPSec_L2TP"], "voucherId": 5,
              "resourceIds": {"IPSec_L2TP": "0eee7516-b7d4-4b2d-860c-6605ff564fc8"}, "provisioningId": "f4237dd3-01ff-48d8-8d90-16c06605724f", "roleId": null },
    "reseller": { "primaryTenant": "6172bb3d-e843-46bb-93a3-334505974ad9",
                  "memberships": [{"tenant": "6172bb3d-e843-46bb-93a3-334505974ad9", "roles": ["account.user"]}] },
    "expoints": { "type": "Internal", "hasSingleActiveRole": true, "roles": ["9b815af0-51da-430e-8c25-52f7f6cdf0a6"] },
    "adminUsers": { "accountId": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "adminUser": true, "agreementDate": null, "declineDate": null,
                    "dpaVersion": null, "languageId": "c2fd9942-2548-483b-875c-a724b208dcaa", "mobilePhone": "+44 7700 900123", "pin": null,
                    "preferences": "NONE", "privacyPolicyVersion": null, "ssoEnabled": false, "timeZone": "UTC", "superUser": false, "locked": false }
  }],
  "pbnb": { "accounts": [{"id": 2}], "roles": [{"id": 1, "name": "Administrator"}],
            "accessGroups": [{"id": 1, "accountId": 2, "name": "Office"}] },
  "reseller": { "accounts": [{"id": "6172bb3d-e843-46bb-93a3-334505974ad9", "name": "Account 1", "enabled": true}],
                "customers": [{"id": "a3c6c788-3bc4-4942-e17f-08d8c461185e", "parentTenantId": "6172bb3d-e843-46bb-93a3-334505974ad9",
                               "name": "Customer 1", "enabled": true}] },
  "expoints": { "roles": [{"id": "9b815af0-51da-430e-8c25-52f7f6cdf0a6", "name": "Beheer"}] },
  "adminUsers": { "accounts": [{"id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98", "name": "Main"}],
                  "languages": [{"id": "c2fd9942-2548-483b-875c-a724b208dcaa", "name": "English"}] },
  "tokens": [{"token": "good", "state": "valid"}, {"token": "old", "state": "expired"}, {"token": "gone", "state": "revoked"},
             {"token": "readonly", "state": "readOnly", "apis": ["expoints"]},
             {"token": "ada", "state": "valid", "apis": ["pbnb"], "expiresAt": "2024-03-28T16:12:49.3595132Z",
              "user": "f4237dd3-01ff-48d8-8d90-16c06605724f", "passwordFingerprint": "JbP3kqTUtAfJ3bU6yHzvQeC1mT7d0xkzWq4eV5uXo9c"},
             {"token": "hedy", "state": "forbidden", "apis": ["reseller"], "client": "app", "scope": "openid onboarding"}],
  "clients": [{"api": "expoints", "clientId": "app", "clientSecret": "secret"},
              {"api": "expoints", "clientId": "reader", "clientSecret": "secret", "readOnly": true}]
}"#;

fn parse(text: &str) -> Document {
    schema().parse(text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// `line path` of every problem.
fn places(text: &str) -> Vec<String> {
    let problems = schema().parse(text).expect_err(text);
    for problem in &problems {
        let sentence = &problem.message;
        assert!(sentence.ends_with(['.', '?']) && sentence.starts_with(|c: char| !c.is_lowercase()), "{sentence}");
    }
    problems.iter().map(|problem| format!("{} {}", problem.line, problem.path)).collect()
}

#[test]
fn the_published_example_comes_back_as_it_was() {
    let document = parse(EXAMPLE);
    let expected: serde_json::Value = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(document.to_json().to_string(), expected.to_string());
}

#[test]
fn the_demo_seed_is_valid_and_survives_a_round_trip() {
    let demo = parse(include_str!("../../src/apis/demo.json"));
    assert_eq!(demo, demo_seed());
    assert_eq!(parse(&demo.to_json().to_string()), demo);
    assert_eq!(demo.users[0], parse(EXAMPLE).users[0]);
    for facet in schema().facets() {
        let alone = |record: &UserRecord| {
            record.is_in(facet.api) && schema().facets().filter(|facet| record.is_in(facet.api)).count() == 1
        };
        assert!(demo.users.iter().any(alone), "no user is in {} alone", facet.api);
    }
    assert!(demo.users.iter().any(|record| !record.shared.enabled));
    assert!(demo.users.iter().filter_map(UserRecord::facet::<AdminUsersFacet>).any(|facet| facet.locked));
    let members = demo.users.iter().filter_map(UserRecord::facet::<ResellerFacet>);
    assert!(members.into_iter().any(|facet| facet.memberships.len() == 2));
    let lists = (
        demo.items::<pbnb::Account>().len(),
        demo.items::<reseller::Account>().len(),
        demo.items::<expoints::Role>().len(),
    );
    assert_eq!(lists, (3, 2, 3));
    assert!(TokenState::ALL.iter().all(|state| demo.tokens.iter().any(|token| token.state == *state)));
    assert_eq!(demo.clients.len(), 4);
}

#[test]
fn absent_members_take_their_defaults() {
    assert_eq!(parse("{}"), schema().empty_document());
    let document = parse(
        r#"{"pbnb": {"accounts": [{"id": 8}]}, "expoints": {}, "reseller": {"accounts": []},
            "users": [{"username": "bob", "pbnb": {"userId": 4}}, {"username": "eve", "pbnb": {}, "expoints": {}}, {}]}"#,
    );
    let [bob, eve, nobody] = &document.users[..] else { panic!("{:?}", document.users) };
    let facet = bob.facet::<PbnbFacet>().unwrap();
    assert_eq!((facet.account_id, facet.user_id, facet.provisioning_id), (8, 4, bob.shared.id));
    assert_eq!((facet.max_denials, facet.access_types.as_deref(), facet.role_id), (Some(0), Some(&[][..]), None));
    assert_eq!(eve.facet::<PbnbFacet>().unwrap().user_id, 5);
    let [bob, eve, nobody] = [bob, eve, nobody].map(|record| &record.shared);
    assert!(bob.enabled && bob.created_at == bob.modified_at && bob.id != eve.id && nobody.id != eve.id);
    assert_eq!(bob.id, parse(r#"{"users": [{"username": "BOB"}]}"#).users[0].shared.id);
    assert_eq!(parse(&document.to_json().to_string()), document);
}

/// Users without a number among others, before the list that they refer to.
const UNNUMBERED: &str = r#"{"users": [{"username": "eve", "pbnb": {}}, {"username": "bob", "pbnb": {"userId": 4}},
    {"username": "tim", "expoints": {}}, {"username": "ann", "pbnb": {}}], "pbnb": {"accounts": [{"id": 8}]}}"#;

/// Names with their numbers in PBNB's account.
fn numbered(document: &Document) -> Vec<(&str, Option<i32>)> {
    let number = |record: &UserRecord| record.facet::<PbnbFacet>().map(|facet| facet.user_id);
    document.users.iter().map(|record| (record.shared.username.as_deref().unwrap(), number(record))).collect()
}

const NUMBERED: [(&str, Option<i32>); 4] = [("eve", Some(5)), ("bob", Some(4)), ("tim", None), ("ann", Some(6))];

#[test]
fn users_without_a_number_get_the_next_one_and_keep_their_place() {
    assert_eq!(numbered(&parse(UNNUMBERED)), NUMBERED);
}

#[tokio::test]
async fn a_world_that_is_replaced_holds_what_its_document_says() {
    let twin = Twin::demo().await;
    for text in [UNNUMBERED, EXAMPLE] {
        let put = Call::anonymous("PUT", "/_usertwin/worlds/main/state").body("application/json", text);
        assert_eq!(twin.send(put).await.status, StatusCode::NO_CONTENT);
        assert_eq!(twin.document().await, parse(text));
    }
}

#[test]
fn a_syntax_error_behind_users_with_problems_is_the_only_problem() {
    let text = "{\"users\": [{\"username\": 5},\n{\"pbnb\": []}],\n\"tokens\": [}";
    assert_eq!(places(text), ["3 tokens[0]"]);
    assert_eq!(places("{\"users\": [{\"username\": 5},\n{\"pbnb\": [}]}"), ["2 users[1].pbnb[0]"]);
    assert_eq!(places("{\"users\": {\"username\": 5}}"), ["1 users"]);
}

#[test]
fn status_and_enabled_say_the_same_thing() {
    let user = |members: &str| {
        let text = format!(r#"{{"pbnb": {{"accounts": [{{"id": 1}}]}}, "users": [{{"username": "a", {members}}}]}}"#);
        schema().parse(&text).map(|document| {
            let record = &document.users[0];
            let user = UserWith { shared: record.shared.clone(), facet: record.facet::<PbnbFacet>().unwrap() };
            (user.shared.enabled, user.status().0)
        })
    };
    assert_eq!(user(r#""pbnb": {}"#), Ok((true, 0)));
    assert_eq!(user(r#""enabled": false, "pbnb": {}"#), Ok((false, 1)));
    assert_eq!(user(r#""pbnb": {"status": "Disabled"}"#), Ok((false, 1)));
    assert_eq!(user(r#""enabled": false, "pbnb": {"status": "Deleted"}"#), Ok((false, 2)));
    for contradiction in
        [r#""enabled": true, "pbnb": {"status": "Deleted"}"#, r#""enabled": false, "pbnb": {"status": "Enabled"}"#]
    {
        let problems = user(contradiction).expect_err(contradiction);
        assert_eq!(problems[0].path, "users[0].pbnb.status");
    }
}

#[test]
fn dates_keep_seven_digits_and_become_utc() {
    let text = r#"{"clock": {"now": "2024-03-28T09:12:49.35951329+01:00", "frozen": true}}"#;
    let document = parse(text);
    let now = document.clock.unwrap().now;
    assert_eq!(now, DateTime { ticks: 638_472_103_693_595_132, kind: DateTimeKind::Utc });
    assert_eq!(document.to_json()["clock"]["now"], "2024-03-28T08:12:49.3595132Z");
}

#[test]
fn each_problem_names_its_line_and_path() {
    let table: &[(&str, &[&str])] = &[
        ("{\n\"user\": []}", &["2 user"]),
        ("{\n\"users\": {}}", &["2 users"]),
        ("{\n\"users\": [\n1]}", &["3 users[0]"]),
        ("{\"users\": [{\n\"username\": 1,\n\"enabled\": \"yes\"}]}", &["2 users[0].username", "3 users[0].enabled"]),
        ("{\"users\": [{\n\"username\": \"a\"}, {\n\"username\": \"A\"}]}", &["3 users[1].username"]),
        (
            "{\"users\": [{\"id\": \"f4237dd3-01ff-48d8-8d90-16c06605724f\"},\n{\"id\": \"F4237DD3-01ff-48d8-8d90-16c06605724f\"}]}",
            &["2 users[1].id"],
        ),
        ("{\"users\": [{\n\"id\": \"1\"}]}", &["2 users[0].id"]),
        ("{\"users\": [{\n\"createdAt\": \"yesterday\"}]}", &["2 users[0].createdAt"]),
        ("{\"users\": [{\n\"createdAt\": \"2024-01-01T00:00:00\"}]}", &["2 users[0].createdAt"]),
        ("{\"users\": [{\n\"pbnb\": {\"accountId\": 2}}]}", &["1 users[0].username", "2 users[0].pbnb.accountId"]),
        ("{\"users\": [{\"username\": \"a\",\n\"pbnb\": {}}]}", &["2 users[0].pbnb.accountId"]),
        (
            "{\"pbnb\": {\"accounts\": [{\"id\": 2}]},\n\"users\": [{\"username\": \"a\", \"pbnb\": {\n\"roleId\": 3,\n\"auth\": \"x\",\n\"status\": \"gone\",\n\"accessTypes\": [\"APN\", \"apn\", 1],\n\"resourceIds\": {\"WAN\": \"f4237dd3-01ff-48d8-8d90-16c06605724f\"},\n\"voucherId\": 1.5}}]}",
            &[
                "3 users[0].pbnb.roleId",
                "4 users[0].pbnb.auth",
                "5 users[0].pbnb.status",
                "6 users[0].pbnb.accessTypes[1]",
                "6 users[0].pbnb.accessTypes[2]",
                "7 users[0].pbnb.resourceIds.WAN",
                "8 users[0].pbnb.voucherId",
            ],
        ),
        (
            "{\"pbnb\": {\"accounts\": [{\"id\": 2}]},\n\"users\": [{\"username\": \"a\", \"pbnb\": {\"userId\": 1}},\n{\"username\": \"b\", \"pbnb\": {\"userId\": 1}}]}",
            &["3 users[1].pbnb.userId"],
        ),
        (
            "{\"users\": [{\"reseller\": {\n\"primaryTenant\": \"6172bb3d-e843-46bb-93a3-334505974ad9\",\n\"memberships\": [{\"tenant\": \"6172bb3d-e843-46bb-93a3-334505974ad9\"}, {}]}}]}",
            &[
                "2 users[0].reseller.primaryTenant",
                "3 users[0].reseller.memberships[0].tenant",
                "3 users[0].reseller.memberships[1].tenant",
            ],
        ),
        (
            "{\"users\": [{\"username\": \"a\", \"expoints\": {\n\"type\": \"internal\",\n\"roles\": [\"9b815af0-51da-430e-8c25-52f7f6cdf0a6\"]}}]}",
            &["2 users[0].expoints.type", "3 users[0].expoints.roles[0]"],
        ),
        (
            "{\"users\": [{\"username\": \"a\", \"adminUsers\": {\n\"languageId\": \"9b815af0-51da-430e-8c25-52f7f6cdf0a6\",\n\"preferences\": \"ALL\"}}]}",
            &["1 users[0].adminUsers.accountId", "3 users[0].adminUsers.preferences"],
        ),
        ("{\"pbnb\": {\"accounts\": [{\"id\": 2},\n{\"id\": 2}]}}", &["2 pbnb.accounts[1].id"]),
        ("{\"expoints\": {\"roles\": [\n{\"name\": \"x\"}]}}", &["2 expoints.roles[0].id"]),
        (
            "{\"tokens\": [\n{\"token\": \"a\", \"state\": \"good\"},\n{\"token\": \"a\", \"apis\": [\"pbnb\", \"x\"]}]}",
            &["2 tokens[0].state", "3 tokens[1].apis[1]", "3 tokens[1].token"],
        ),
        (
            "{\"clients\": [\n{\"api\": \"admin\", \"clientId\": \"a\"}]}",
            &["2 clients[0].api", "2 clients[0].clientSecret"],
        ),
        ("{\"clock\": {\n\"frozen\": true}}", &["1 clock.now"]),
        ("{\"pbnb\": {},\n\"pbnb\": {}}", &["2 pbnb"]),
        ("{\"users\": [\n{\"username\": \"a\"\n\"email\": \"b\"}]}", &["3 users[0]"]),
        ("{\"users\": [\n{\"username\": 'a'}]}", &["2 users[0].username"]),
        ("{\"users\": [\n\n", &["3 users[0]"]),
        ("{}\n{}", &["2 "]),
        ("", &["1 "]),
        ("{\"a\": 01}", &["1 a"]),
        ("{\"a\": \"\\ud800\"}", &["1 a"]),
        ("{\"a\": \"\\x\"}", &["1 a"]),
        ("[]", &["1 "]),
    ];
    for (text, expected) in table {
        assert_eq!(places(text), *expected, "{text}");
    }
}

/// The sentence about the only problem of a document.
fn sentence(text: &str) -> String {
    let problems = schema().parse(text).expect_err(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].message.clone()
}

#[test]
fn an_unknown_member_is_told_what_it_may_mean_and_no_name_is_listed_twice() {
    let message = sentence(r#"{"user": []}"#);
    assert!(message.starts_with("Unknown member; did you mean users? Known here are "), "{message}");
    let known = message.split_once("are ").unwrap().1.trim_end_matches('.').split(", ").collect::<Vec<_>>();
    let different: std::collections::BTreeSet<&&str> = known.iter().collect();
    assert_eq!(known.len(), different.len(), "{message}");
    assert!(known.contains(&"$schema") && known.contains(&"clients"), "{message}");
    let message = sentence(r#"{"users": [{"userName": "a"}]}"#);
    assert!(message.contains("did you mean username?"), "{message}");
    assert!(!sentence(r#"{"users": [{"telephone": "a"}]}"#).contains("did you mean"));
    let message = sentence(r#"{"users": [{"username": "a", "expoints": {"type": "internal"}}]}"#);
    assert!(message.ends_with("did you mean Internal?"), "{message}");
    parse(r#"{"$schema": "./usertwin.schema.json"}"#);
}

#[test]
fn the_reference_of_members_is_the_schema() {
    let apis = usertwin::Apis::four();
    let reference = schema().reference(&apis.demo_seed().to_json());
    let page = include_str!("../../docs/state.md");
    assert_eq!(page, reference, "run `cargo run -- schema --markdown > docs/state.md`");
    fn members(schema: &serde_json::Value, found: &mut Vec<String>) {
        match schema {
            serde_json::Value::Object(parts) => {
                if let Some(serde_json::Value::Object(properties)) = parts.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                parts.values().for_each(|part| members(part, found));
            }
            serde_json::Value::Array(parts) => parts.iter().for_each(|part| members(part, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    members(&schema().json_schema(), &mut found);
    assert!(found.len() > 80, "{found:?}");
    for name in found {
        // A member of its own, of a record inside a record, or a list with a table of its own.
        let shown = ["| `{name}` | ", ".{name}` | ", ".{name}[]`"].map(|form| form.replace("{name}", &name));
        assert!(shown.iter().any(|form| page.contains(form)), "{name}");
    }
}

#[test]
fn an_empty_facet_makes_a_user_visible_through_every_api() {
    let document = parse(
        r#"{"reseller": {"accounts": [{"id": "6172bb3d-e843-46bb-93a3-334505974ad9"}, {"id": "5172bb3d-e843-46bb-93a3-334505974ad9"}]},
            "users": [{"email": "a@b", "reseller": {}},
                      {"email": "b@b", "reseller": {"primaryTenant": "5172bb3d-e843-46bb-93a3-334505974ad9"}},
                      {"email": "c@b", "reseller": {"memberships": []}}]}"#,
    );
    let facets: Vec<ResellerFacet> = document.users.iter().map(|user| user.facet().unwrap()).collect();
    let tenants = |facet: &ResellerFacet| facet.memberships.iter().map(|place| place.tenant).collect::<Vec<_>>();
    assert_eq!(tenants(&facets[0]), [facets[0].primary_tenant]);
    assert_eq!(tenants(&facets[1]), [facets[1].primary_tenant]);
    assert!(
        facets[0].roles(facets[0].primary_tenant).is_empty() && facets[0].primary_tenant != facets[1].primary_tenant
    );
    assert!(tenants(&facets[2]).is_empty(), "an empty list is one");
}

#[test]
fn a_problem_prints_as_line_path_and_sentence() {
    let problem = Problem { line: 12, path: "users[0].pbnb.accountId".into(), message: "No.".into() };
    assert_eq!(problem.to_string(), "12: users[0].pbnb.accountId: No.");
}

#[test]
fn deep_nesting_is_refused_without_recursing_into_it() {
    let problems = schema().parse(&"[".repeat(1_000_000)).unwrap_err();
    assert!(problems[0].message.contains("deep"), "{problems:?}");
}

#[test]
fn strings_are_read_with_every_escape_of_json() {
    let text = r#"{"users": [{"username": "\u0041\"\\\/\b\f\n\r\té\ud83d\ude80"}]}"#;
    assert_eq!(parse(text).users[0].shared.username.as_deref(), Some("A\"\\/\u{8}\u{c}\n\r\té🚀"));
}

#[test]
fn a_single_user_is_checked_against_the_lists_of_its_world() {
    let world = parse(EXAMPLE);
    let user = schema().parse_user(r#"{"username": "new", "pbnb": {"userId": 9}}"#, &world).unwrap();
    assert_eq!(user.record.facet::<PbnbFacet>().unwrap().account_id, 2);
    let problems =
        schema().parse_user("{\"username\": \"new\",\n\"pbnb\": {\"accountId\": 9, \"x\": 1}}", &world).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.path.as_str())).collect();
    assert_eq!(places, [(2, "pbnb.accountId"), (2, "pbnb.x")]);
}

#[test]
fn user_defaults_are_written_only_where_a_flag_is_on() {
    let text =
        r#"{"pbnb": {"accounts": [{"id": 2, "userDefaults": ["P2PIOT", "PKTIPsec"]}, {"id": 3, "userDefaults": []}]}}"#;
    let document = parse(text);
    let flags: Vec<_> = document.items::<pbnb::Account>().iter().map(|account| account.user_defaults.0).collect();
    assert_eq!(flags, [0b10_0000_0001, 0]);
    let written = document.to_json();
    let accounts = r#"[{"id":2,"userDefaults":["PKTIPsec","P2PIOT"]},{"id":3}]"#;
    assert_eq!(written["pbnb"]["accounts"].to_string(), accounts);
    assert_eq!(parse(&written.to_string()), document);
    let wrong =
        r#"{"pbnb": {"accounts": [{"id": 2, "userDefaults": ["pktipsec", 1]}, {"id": 3, "userDefaults": true}]}}"#;
    assert_eq!(
        places(wrong),
        ["1 pbnb.accounts[0].userDefaults[0]", "1 pbnb.accounts[0].userDefaults[1]", "1 pbnb.accounts[1].userDefaults"]
    );
}
