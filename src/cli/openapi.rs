//! `usertwin openapi`: prints an API's OpenAPI document, or writes all of them to a folder.

use super::bad_setting;
use crate::apis::APIS;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The API: pbnb, reseller, expoints or admin-users; all of them when absent.
    #[arg(value_name = "API")]
    api: Option<String>,
    /// Write `API.json` files into this folder instead of printing.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let wanted = |name: &str| arguments.api.as_deref().is_none_or(|api| api == name);
    let chosen: Vec<_> = APIS.into_iter().filter(|api| wanted(api.document) || wanted(api.name)).collect();
    if chosen.is_empty() {
        return bad_setting("no such API; there are pbnb, reseller, expoints and admin-users");
    }
    for api in chosen {
        let text = crate::openapi::text(api);
        match &arguments.write {
            None => print!("{text}"),
            Some(folder) => {
                let file = folder.join(api.document).with_extension("json");
                if let Err(error) = std::fs::write(&file, text) {
                    return bad_setting(format_args!("--write {}: {error}", file.display()));
                }
            }
        }
    }
    ExitCode::SUCCESS
}
