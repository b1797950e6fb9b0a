//! `usertwin routes`: every route of the APIs, with the source of each.

use super::printed;
use crate::apis::Apis;
use std::process::ExitCode;

/// Runs the command.
pub fn run(apis: &Apis) -> ExitCode {
    printed(&table(apis))
}

/// The table, one line per route, columns aligned.
#[must_use]
pub fn table(apis: &Apis) -> String {
    let mut rows = vec![["API", "METHOD", "PATH", "OPERATION", "FROM"].map(str::to_owned)];
    for api in apis {
        for operation in api.operations {
            for template in operation.action.templates {
                for path in api.paths(template) {
                    let from = operation.provenance.word();
                    let cells = [api.name, operation.action.method, &path, operation.id, from];
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
