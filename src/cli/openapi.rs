//! `usertwin openapi`: prints an API's OpenAPI document, or writes all of them, or collections of requests, to a folder.

use super::routes::with_recordings;
use super::{bad_setting, printed};
use crate::apis::Apis;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The name of an API's document, e.g. pbnb, or control; all of them when absent.
    #[arg(value_name = "API")]
    api: Option<String>,
    /// Print documents for generators of clients: OpenAPI 3.0.3, JSON bodies only. `--write` writes both kinds.
    #[arg(long)]
    json_only: bool,
    /// Write `API.json` and `API.json-only.json` files into this folder instead of printing.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Write the examples of all APIs into this folder instead, as `.http` files and as a Bruno collection.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["api", "json_only", "write"])]
    collections: Option<PathBuf>,
    /// Folder of recordings that is evidence in place of what this program comes with.
    #[arg(long, value_name = "DIR")]
    recordings: Option<PathBuf>,
}

/// Runs the command.
pub fn run(apis: Apis, arguments: &Arguments) -> ExitCode {
    if let Some(folder) = &arguments.collections {
        return collections(&apis, folder);
    }
    let apis = match with_recordings(apis, arguments.recordings.as_deref()) {
        Ok(apis) => apis,
        Err(sentence) => return bad_setting(sentence),
    };
    let apis = &apis;
    let wanted = |name: &str| arguments.api.as_deref().is_none_or(|api| api == name);
    let named = apis.iter().filter(|api| wanted(api.document) || wanted(api.name));
    let mut chosen: Vec<_> = named.map(|api| (api.document, crate::openapi::document(api, apis.evidence()))).collect();
    if wanted("control") {
        chosen.push(("control", crate::control::openapi::document(apis)));
    }
    if chosen.is_empty() {
        return bad_setting(format_args!("no such API; there are {}", apis.document_list("")));
    }
    let mut whole = String::new();
    for (name, document) in chosen {
        let full = crate::openapi::text(&document);
        let json_only = crate::openapi::text(&crate::openapi::json_only(document));
        let Some(folder) = &arguments.write else {
            whole.push_str(if arguments.json_only { &json_only } else { &full });
            continue;
        };
        for (ending, text) in [("json", full), ("json-only.json", json_only)] {
            let file = folder.join(format!("{name}.{ending}"));
            if let Err(error) = std::fs::write(&file, text) {
                return bad_setting(format_args!("--write {}: {error}", file.display()));
            }
        }
    }
    printed(&whole)
}

fn collections(apis: &Apis, folder: &Path) -> ExitCode {
    for (name, text) in crate::openapi::collections(apis) {
        let file = folder.join(name);
        let written = file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&file, text));
        if let Err(error) = written {
            return bad_setting(format_args!("--collections {}: {error}", file.display()));
        }
    }
    ExitCode::SUCCESS
}
