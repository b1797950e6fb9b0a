//! The separation of the house: which room may name which, and the only places for SQL, time and identifiers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use usertwin::Apis;

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

/// The rooms of the house from the lowest to the highest: the code of each may name only itself and lower ones. A path
/// belongs to the longest room that it begins with.
const ROOMS: &[&str] = &[
    "contract",
    "codec",
    "frameworks",
    "model",
    "config",
    "turn",
    "long_work",
    "listener",
    "upstream",
    "store",
    "apis",
    "extend",
    "pipeline/address",
    "pipeline/request_body",
    "pipeline/journal",
    "pipeline/faults",
    "pipeline",
    "openapi",
    "drift",
    "control",
    "router",
    "server",
    "test_server",
    "record",
    "import",
    "cli",
    "lib",
    "allocator",
    "main",
];

/// The room of a path below `src`, by its place in the house; none for a macro, which is a name of the crate's root.
fn room(path: &str) -> Option<usize> {
    let fits = |room: &&str| path.strip_prefix(*room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let found = ROOMS.iter().filter(|room| fits(room)).max_by_key(|room| room.len())?;
    ROOMS.iter().position(|room| room == found)
}

/// The paths below `src` that code names by `crate::`, e.g. `pipeline/journal/Entry`.
fn named(code: &str) -> BTreeSet<String> {
    let path = |rest: &str| {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter)).unwrap_or(rest.len());
        rest[..end].trim_end_matches(':').replace("::", "/")
    };
    let names = |rest: &str| match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((group, _)) => group.split(',').map(|name| path(name.trim())).collect(),
        None => vec![path(rest)],
    };
    code.split("crate::").skip(1).flat_map(names).collect()
}

#[test]
fn dependencies_point_downwards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, text) in sources("") {
        let file = path.strip_prefix(&root).unwrap().with_extension("");
        let file = file.to_str().unwrap().replace('\\', "/");
        let from = room(file.trim_end_matches("/mod")).unwrap_or_else(|| panic!("{file} has no place in ROOMS"));
        for name in named(&code(&text)) {
            if room(&name).is_some_and(|to| to > from) {
                panic!("{} names crate::{}, which is above {}", path.display(), name.replace('/', "::"), ROOMS[from]);
            }
        }
    }
}

/// The folders of the APIs.
fn apis() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/apis");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn every_api_is_in_the_table() {
    assert_eq!(Apis::four().iter().count(), apis().len());
}

#[test]
fn only_the_table_names_an_api() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/apis");
    let apis = apis();
    for (path, text) in sources("") {
        let code = code(&text);
        for api in apis.iter().filter(|api| !path.starts_with(folder.join(api)) && path != folder.join("table.rs")) {
            let near = path.starts_with(&folder).then(|| format!("super::{api}"));
            for name in [format!("apis::{api}"), format!("{api}::API")].into_iter().chain(near) {
                assert!(!code.contains(&name), "{} names {name}", path.display());
            }
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
            // ring asks for a source of chance to sign with, also where a signature takes none.
            let allowed = name == "clock.rs" || name == "ids.rs" || (name == "signing_key.rs" && word == "rand::");
            assert!(allowed || !code(&text).contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_fits_its_limit() {
    for (path, text) in sources("") {
        assert!(text.starts_with("//!"), "{} does not begin with //!", path.display());
        let lines = text.split("#[cfg(test)]").next().unwrap().lines().count();
        assert!(lines <= 800, "{} has {lines} lines without tests", path.display());
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

#[track_caller]
fn nothing_in(folder: &str, forbidden: &[&str]) {
    for (path, text) in sources(folder) {
        for word in forbidden {
            assert!(!code(&text).contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn the_json_patch_library_and_mvc_do_not_name_each_other() {
    nothing_in("frameworks/json_patch", &["frameworks::aspnetcore", "frameworks::webapi"]);
    nothing_in("frameworks/aspnetcore", &["frameworks::json_patch"]);
}

#[test]
fn documents_and_frameworks_match_no_format_by_name() {
    for format in ["DATA_CONTRACT_XML", "XML_SERIALIZER_XML", "BSON"] {
        nothing_in("openapi", &[format]);
        nothing_in("frameworks", &[format]);
        nothing_in("pipeline", &[format]);
    }
}

#[test]
fn contracts_codecs_model_and_store_name_no_api() {
    let names = ["pbnb", "reseller", "expoints", "admin_users", "adminUsers"].map(|name| format!("\"{name}"));
    for folder in ["contract", "codec", "model", "store"] {
        nothing_in(folder, &names.each_ref().map(String::as_str));
    }
}
