//! `usertwin export`: a world as a state document on stdout, straight from the database, whether a server runs on it or
//! not. From `sqlite::memory:`, the default, it is the seed: a starting point for a state document of one's own.

use super::bad_setting;
use super::serve::failed;
use crate::apis::Apis;
use crate::model::Document;
use crate::store::{Limits, Store, WorldName};
use std::io::Write;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The database that holds the world.
    #[arg(long, env = "USERTWIN_DATABASE", value_name = "URL", default_value = "sqlite::memory:")]
    database: String,
    /// The world.
    #[arg(long, value_name = "WORLD", default_value = "main")]
    world: String,
}

/// Runs the command.
pub fn run(apis: &Apis, arguments: &Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(document(apis, arguments)) {
        // The alternate form of a JSON value is its pretty-printed text.
        Ok(document) => match writeln!(std::io::stdout(), "{:#}", document.to_json()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error.into()),
        },
        Err(sentence) => bad_setting(sentence),
    }
}

async fn document(apis: &Apis, arguments: &Arguments) -> Result<Document, String> {
    let for_world = |error: &dyn std::error::Error| format!("--world {}: {error}", arguments.world);
    let world: WorldName = arguments.world.parse().map_err(|error| for_world(&error))?;
    if arguments.database == "sqlite::memory:" {
        return Ok(apis.demo_seed());
    }
    let opened = Store::open_existing(&arguments.database, &apis.schema(), Limits::default());
    let store = opened.map_err(|error| error.to_string())?;
    if !store.holds(&world) {
        let worlds = store.worlds().await.map_err(|error| for_world(&error))?;
        let names: Vec<&str> = worlds.iter().map(|world| world.name.as_str()).collect();
        return Err(format!("--world {world}: the database holds no such world; it holds: {}", names.join(", ")));
    }
    let mut transaction = store.read(&world).await.map_err(|error| for_world(&error))?;
    transaction.export().map_err(|error| for_world(&error))
}
