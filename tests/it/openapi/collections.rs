//! The collections for editors: committed as generated, and complete but for what no example can hold.

use super::operations;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use usertwin::apis::Apis;
use usertwin::openapi;

/// Operations without a request: document, operation and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[("reseller", "token", "a code comes from /connect/authorize, good for once")];

#[test]
fn committed_collections_are_the_generated_ones() {
    let generated: BTreeMap<String, String> = openapi::collections(&Apis::four()).into_iter().collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("collections");
    let mut committed = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    committed.insert(name, std::fs::read_to_string(path).unwrap());
                }
            }
        }
    }
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&committed), names(&generated));
    for (name, text) in generated {
        assert_eq!(committed[&name], text, "`cargo run -- openapi --collections collections` writes {name} anew");
    }
}

#[test]
fn every_operation_is_a_request_of_both_kinds() {
    let files: BTreeMap<String, String> = openapi::collections(&Apis::four()).into_iter().collect();
    let mut left_out = Vec::new();
    for api in &Apis::four() {
        let http = &files[&format!("http/{}.http", api.document)];
        for (_, method, operation) in operations(&openapi::document(api, Apis::four().evidence())) {
            let id = operation["operationId"].as_str().unwrap();
            let bruno = files.get(&format!("bruno/{}/{id}.bru", api.document));
            let in_http = http.contains(&format!("\n# @name {id}\n"));
            assert_eq!(in_http, bruno.is_some(), "{} {id}", api.document);
            match bruno {
                Some(bruno) => assert!(bruno.contains(&format!("\n{} {{\n", method.to_lowercase())), "{bruno}"),
                None => left_out.push((api.document, id.to_owned())),
            }
        }
    }
    let known: Vec<_> = LEFT_OUT.iter().map(|(document, id, _)| (*document, (*id).to_owned())).collect();
    assert_eq!(left_out, known);
}

#[test]
fn a_world_begins_anew_before_a_body_or_a_removal_is_repeated() {
    let files: BTreeMap<String, String> = openapi::collections(&Apis::four()).into_iter().collect();
    let admin = &files["http/admin-users.http"];
    let names = admin.lines().filter_map(|line| line.strip_prefix("# @name "));
    let names: Vec<&str> = names.collect();
    let at = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let between =
        |first: &str, second: &str| names[at(first)..at(second)].iter().any(|name| name.starts_with("restart"));
    assert!(names[0].starts_with("restart"));
    assert!(between("createUser", "updateUser"), "{names:?}");
    assert!(between("deactivateAccountV2", "deactivateAccount"), "{names:?}");
    assert!(!between("listUsers", "createUser"), "{names:?}");
}
