//! The separation of the house: who may name whom, and where a thing may stand at all.

use std::fs;
use std::path::{Path, PathBuf};

pub fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The code of a file: no comments, no tests.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn nothing_in(folder: &str, forbidden: &[&str]) {
    for (path, text) in sources(folder) {
        for word in forbidden {
            assert!(!code(&text).contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn codecs_and_contracts_know_no_api_store_or_app() {
    for folder in ["codec", "contract"] {
        nothing_in(
            folder,
            &["crate::apis", "crate::store", "crate::pipeline::app", "crate::frameworks::webapi", "crate::model"],
        );
    }
}

#[test]
fn frameworks_know_no_api_and_no_store() {
    for folder in ["frameworks"] {
        nothing_in(folder, &["crate::apis", "crate::store", "crate::pipeline::app", "crate::model"]);
    }
}

#[test]
fn an_api_never_names_another() {
    let apis = ["pbnb", "reseller", "expoints", "admin_users"];
    for api in apis {
        for other in apis.into_iter().filter(|other| *other != api) {
            nothing_in(&format!("apis/{api}"), &[&format!("apis::{other}")]);
        }
    }
}

#[test]
fn sql_stands_only_in_the_store() {
    for (path, text) in sources("") {
        let in_store = path.components().any(|part| part.as_os_str() == "store");
        for driver in ["sqlx::", "rusqlite"] {
            assert!(in_store || !code(&text).contains(driver), "{} names {driver}", path.display());
        }
    }
}

#[test]
fn time_and_identifiers_have_one_source_each() {
    for (path, text) in sources("") {
        let name = path.file_name().unwrap();
        for word in ["Utc::now", "SystemTime::now", "Uuid::new_v4", "rand::"] {
            let allowed = name == "clock.rs" || name == "ids.rs";
            assert!(allowed || !code(&text).contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_fits_its_limit() {
    for (path, text) in sources("") {
        assert!(text.starts_with("//!"), "{} does not begin with //!", path.display());
        let lines = text.split("#[cfg(test)]").next().unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines without tests", path.display());
    }
}

#[test]
fn every_test_file_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let list = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || list.contains(&format!("mod {module};")), "{name} is never compiled");
    }
}
