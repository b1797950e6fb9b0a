//! `usertwin routes`: every route of the APIs, with the source of each.

use super::{bad_setting, printed};
use crate::apis::Apis;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of recordings that is evidence in place of what this program comes with.
    #[arg(long, value_name = "DIR")]
    recordings: Option<PathBuf>,
}

/// Runs the command.
pub fn run(apis: Apis, arguments: &Arguments) -> ExitCode {
    match with_recordings(apis, arguments.recordings.as_deref()) {
        Ok(apis) => printed(&table(&apis)),
        Err(sentence) => bad_setting(sentence),
    }
}

/// The APIs with the evidence of a folder, if one is named.
///
/// # Errors
/// A sentence about the folder.
pub fn with_recordings(apis: Apis, folder: Option<&Path>) -> Result<Apis, String> {
    let Some(folder) = folder else { return Ok(apis) };
    let evidence = crate::drift::evidence(&apis, folder).map_err(|sentence| format!("--recordings {sentence}"))?;
    Ok(apis.with_evidence(evidence))
}

/// The table, one line per route, columns aligned.
#[must_use]
pub fn table(apis: &Apis) -> String {
    let mut rows = vec![["API", "METHOD", "PATH", "OPERATION", "FROM"].map(str::to_owned)];
    for api in apis {
        for operation in api.operations {
            for template in operation.action.templates {
                for path in api.paths(template) {
                    let from = apis.source_of(api, operation);
                    let cells = [api.name, operation.action.method, &path, operation.id, &from];
                    rows.push(cells.map(str::to_owned));
                }
            }
        }
    }
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let line = |row: &[String; 5]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
