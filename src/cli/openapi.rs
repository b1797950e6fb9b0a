//! `usertwin openapi`: prints an API's OpenAPI document, or writes all of them to a folder.

use super::routes::with_recordings;
use super::{bad_setting, printed};
use crate::apis::Apis;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The name of an API's document, e.g. pbnb, or control; all of them when absent.
    #[arg(value_name = "API")]
    api: Option<String>,
    /// Write `API.json` files into this folder instead of printing.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Folder of recordings that is evidence in place of what this program comes with.
    #[arg(long, value_name = "DIR")]
    recordings: Option<PathBuf>,
}

/// Runs the command.
pub fn run(apis: Apis, arguments: &Arguments) -> ExitCode {
    let apis = match with_recordings(apis, arguments.recordings.as_deref()) {
        Ok(apis) => apis,
        Err(sentence) => return bad_setting(sentence),
    };
    let apis = &apis;
    let wanted = |name: &str| arguments.api.as_deref().is_none_or(|api| api == name);
    let named = apis.iter().filter(|api| wanted(api.document) || wanted(api.name));
    let mut chosen: Vec<_> = named.map(|api| (api.document, crate::openapi::text(api, apis.evidence()))).collect();
    if wanted("control") {
        chosen.push(("control", crate::control::openapi::text(apis)));
    }
    if chosen.is_empty() {
        return bad_setting(format_args!("no such API; there are {}", apis.document_list("")));
    }
    let mut whole = String::new();
    for (name, text) in chosen {
        match &arguments.write {
            None => whole.push_str(&text),
            Some(folder) => {
                let file = folder.join(name).with_extension("json");
                if let Err(error) = std::fs::write(&file, text) {
                    return bad_setting(format_args!("--write {}: {error}", file.display()));
                }
            }
        }
    }
    printed(&whole)
}
