//! The control API's OpenAPI document and the page that shows the documents.

use crate::twin::{Call, Twin};
use serde_json::Value;
use usertwin::apis::Apis;
use usertwin::control::CALLS;
use usertwin::control::openapi::document;
use usertwin::openapi::{json_only, text};

fn find<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|value| find(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|value| find(value, name, found)),
        _ => {}
    }
}

#[test]
fn the_committed_control_document_is_the_generated_one() {
    let full = document(&Apis::four());
    for (name, document) in [("control.json-only.json", json_only(full.clone())), ("control.json", full)] {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi").join(name);
        let committed = std::fs::read_to_string(file).unwrap();
        assert_eq!(committed, text(&document), "run `usertwin openapi --write openapi`");
    }
}

#[test]
fn every_reference_of_the_control_document_leads_somewhere_and_every_schema_is_used() {
    let document = document(&Apis::four());
    let mut references = Vec::new();
    find(&document, "$ref", &mut references);
    for reference in &references {
        let pointer = reference.as_str().unwrap().trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let used = references.iter().any(|reference| **reference == format!("#/components/schemas/{name}"));
        assert!(used, "{name}");
    }
    let mut ids: Vec<&str> = CALLS.iter().map(|call| call.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[tokio::test]
async fn every_documented_call_exists() {
    let twin = Twin::demo().await;
    for call in CALLS.iter().filter(|call| !call.id.starts_with("stream")) {
        let path = call.path.replace("{world}", "t").replace("{document}", "control.json");
        let path = path.replace("{id}", "f4237dd3-01ff-48d8-8d90-16c06605724f");
        let answer = twin.send(Call::anonymous(call.method.name(), &format!("/_usertwin{path}"))).await;
        let documented = &document(&Apis::four())["paths"][call.path][call.method.name().to_lowercase()]["responses"];
        let status = answer.status.as_u16().to_string();
        assert!(
            documented.get(&status).is_some(),
            "{} {} answers {status}: {}",
            call.method.name(),
            path,
            answer.text()
        );
        assert!(!answer.text().contains("No control call lives at this path."), "{path}");
        if answer.status.is_success() && answer.status != 204 {
            let media_type = answer.header("content-type").unwrap();
            let media_type = media_type.split(';').next().unwrap();
            assert!(documented[&status]["content"].get(media_type).is_some(), "{path} answers {media_type}");
        }
    }
}

#[tokio::test]
async fn the_documents_are_served_as_they_are_printed() {
    let twin = Twin::demo().await;
    let apis = Apis::four();
    let all = apis.iter().map(|api| (api.document, usertwin::openapi::document(api, apis.evidence())));
    for (name, full) in all.chain([("control", document(&apis))]) {
        for (ending, document) in [("json-only.json", json_only(full.clone())), ("json", full)] {
            let answer = twin.send(Call::anonymous("GET", &format!("/_usertwin/openapi/{name}.{ending}"))).await;
            assert_eq!(answer.whole(), format!("200\napplication/json\n{}", text(&document)), "{name}");
        }
    }
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_no_inline_script() {
    let twin = Twin::demo().await;
    let page = twin.send(Call::anonymous("GET", "/_usertwin/docs")).await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    for part in policy.split(';').filter(|part| part.contains("unsafe") || part.contains("http")) {
        assert_eq!(part.trim(), "style-src 'self' 'unsafe-inline'");
    }
    assert!(!page.text().contains("//"), "an address of another host");
    assert!(page.text().contains(r#"load-fonts="false""#));
    for script in page.text().split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        let source = tag.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(rest.starts_with("</script>"), "{script}");
        let answer = twin.send(Call::anonymous("GET", &format!("/_usertwin/{source}"))).await;
        assert_eq!(answer.status, 200, "{source}");
        assert_eq!(answer.header("content-type").as_deref(), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"));
        let packed = answer.body.starts_with(&[0x1f, 0x8b]);
        assert_eq!(answer.header("content-encoding").as_deref(), packed.then_some("gzip"));
    }
    for api in &Apis::four() {
        assert!(page.text().contains(&format!("<option value=\"{}\">", api.document)));
    }
    assert!(page.text().contains("<option value=\"control\">"));
}

/// Every member that an export can have, in the state form.
const EVERYTHING: &str = r#"{
  "users": [{ "username": "ada", "pbnb": { "accessTypes": [9, "APN"], "resourceIds": { "9": "0eee7516-b7d4-4b2d-860c-6605ff564fc8" }, "auth": 7 },
              "reseller": { "memberships": [] }, "expoints": {}, "adminUsers": { "preferences": 3 } }],
  "pbnb": { "accounts": [{ "id": 2, "userDefaults": ["PKTAPN", "P2PIOT"] }], "roles": [{ "id": 1 }] },
  "reseller": { "accounts": [{ "id": "6172bb3d-e843-46bb-93a3-334505974ad9", "description": "d", "reference": "r", "timezone": "t",
    "countryCode": "NL", "parentTenantId": "6172bb3d-e843-46bb-93a3-334505974ad9", "dateCreated": "2024-01-01T00:00:00Z", "deleted": true }] },
  "adminUsers": { "accounts": [{ "id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98" }], "languages": [{ "id": "5a1ca887-9ec4-4ae8-bf61-715056ea9e98" }] },
  "tokens": [{ "token": "t", "apis": ["pbnb"], "expiresAt": "2024-01-01T00:00:00Z" }],
  "clients": [{ "api": "reseller", "clientId": "a", "clientSecret": "b" }]
}"#;

/// Where an instance breaks a component of the control document.
fn violations(component: &str, instance: &Value) -> Vec<String> {
    let reference = format!("#/components/schemas/{component}");
    let whole = serde_json::json!({ "$ref": reference, "components": document(&Apis::four())["components"] });
    let validator = jsonschema::validator_for(&whole).unwrap();
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[tokio::test]
async fn what_a_world_exports_follows_the_schema_and_is_taken_back() {
    let twin = Twin::seeded(EVERYTHING).await;
    let exported = twin.send(Call::anonymous("GET", "/_usertwin/worlds/main/state")).await;
    let value: Value = serde_json::from_str(exported.text()).unwrap();
    assert_eq!(violations("Document", &value), Vec::<String>::new());
    assert_eq!(violations("Document", &serde_json::from_str(EVERYTHING).unwrap()), Vec::<String>::new());
    for unknown in [r#"{"colour":1}"#, r#"{"pbnb":{"accounts":[{"id":2,"userDefaults":["X"]}]}}"#] {
        assert_ne!(violations("Document", &serde_json::from_str(unknown).unwrap()), Vec::<String>::new(), "{unknown}");
        let call = Call::anonymous("PUT", "/_usertwin/worlds/main/state").body("application/json", unknown);
        assert_eq!(twin.send(call).await.status, 400, "{unknown}");
    }
    let call = Call::anonymous("PUT", "/_usertwin/worlds/main/state").body("application/json", exported.body);
    assert_eq!(twin.send(call).await.status, 204);
}

#[tokio::test]
async fn a_fault_follows_the_schema_as_it_is_sent_and_as_it_is_shown() {
    let twin = Twin::demo().await;
    let (sent, shown) = (
        r#"{"name":null,"match":{"status":null},"times":null,"effect":{"delayMs":{"min":1,"max":2},"status":503,"body":null}}"#,
        "/_usertwin/worlds/main/faults",
    );
    assert_eq!(violations("Fault", &serde_json::from_str(sent).unwrap()), Vec::<String>::new());
    let added = twin.send(Call::anonymous("POST", shown).body("application/json", sent)).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!(violations("Fault", &serde_json::from_str(added.text()).unwrap()), Vec::<String>::new());
    assert_ne!(violations("Fault", &serde_json::json!({ "effect": { "status": 99 } })), Vec::<String>::new());
}
