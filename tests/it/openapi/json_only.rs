//! The documents for generators: one media type a body, no server of an operation's own, 3.0's words, one tag an operation.

use super::operations;
use serde_json::Value;
use std::collections::BTreeSet;
use usertwin::apis::Apis;
use usertwin::openapi;

fn documents() -> Vec<(String, Value)> {
    let apis = Apis::four();
    let all = apis.iter().map(|api| (api.document.to_owned(), openapi::document(api, apis.evidence())));
    let control = ("control".to_owned(), usertwin::control::openapi::document(&apis));
    all.chain([control]).map(|(name, document)| (name, openapi::json_only(document))).collect()
}

/// Every object of a document outside of examples.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match value {
        Value::Object(object) => {
            found.push(object);
            object.iter().filter(|(name, _)| !name.starts_with("example")).for_each(|(_, value)| objects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

#[test]
fn a_body_has_one_media_type_and_json_where_there_is_json() {
    for (name, document) in documents() {
        let mut found = Vec::new();
        objects(&document, &mut found);
        for content in found.iter().filter_map(|object| object.get("content")?.as_object()) {
            assert_eq!(content.len(), 1, "{name}: {content:?}");
        }
    }
    let pbnb = &documents()[0].1;
    let user = &pbnb["paths"]["/v1/core/Accounts/{accId}/users/{usrId}"]["patch"];
    assert!(user["requestBody"]["content"].get("application/json").is_some(), "{user}");
}

#[test]
fn an_operation_has_one_tag_that_the_document_describes_and_no_server() {
    for (name, document) in documents() {
        assert_eq!(document["openapi"], "3.0.3");
        assert_eq!(document["servers"].as_array().unwrap().len(), 1, "{name}");
        let tags: BTreeSet<&str> =
            document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        for (path, method, operation) in operations(&document).iter().filter(|(_, method, _)| method != "PARAMETERS") {
            assert!(operation.get("servers").is_none(), "{name}: {method} {path}");
            let [tag] = operation["tags"].as_array().unwrap().as_slice() else { panic!("{name}: {method} {path}") };
            assert!(tags.contains(tag.as_str().unwrap()), "{name}: {tag}");
        }
    }
}

#[test]
fn null_is_said_in_the_words_of_three_zero() {
    let mut nullable = 0;
    for (name, document) in documents() {
        let mut found = Vec::new();
        objects(&document, &mut found);
        for object in found {
            assert!(!object.get("type").is_some_and(Value::is_array), "{name}: {object:?}");
            assert!(object.get("type").is_none_or(|of| of != "null"), "{name}: {object:?}");
            // Linters and two generators lose `nullable` where no type stands beside it.
            if object.get("nullable").is_some_and(Value::is_boolean) {
                assert!(object.contains_key("type"), "{name}: {object:?}");
                nullable += 1;
            }
            assert!(object.get("$ref").is_none() || object.len() == 1, "{name}: {object:?}");
        }
    }
    assert!(nullable > 100, "{nullable}");
}

#[test]
fn an_optional_object_is_the_object_or_null() {
    let pbnb = &documents()[0].1;
    let member = &pbnb["components"]["schemas"]["User"]["properties"]["PasswordInfo"];
    assert_eq!(member["nullable"], true);
    assert_eq!(member["anyOf"][0]["$ref"], "#/components/schemas/PasswordInfo");
    assert_eq!(member["anyOf"][1]["enum"], serde_json::json!([null]));
}

#[test]
fn a_form_is_shown_as_the_object_of_its_fields() {
    let expoints = &documents()[2].1;
    let body = &expoints["paths"]["/{tenant}/oauth2/v2.0/token"]["post"]["requestBody"];
    let example = &body["content"]["application/x-www-form-urlencoded"]["examples"]["demo"]["value"];
    assert_eq!(example["scope"], "api://expoints/.default", "{example}");
}
