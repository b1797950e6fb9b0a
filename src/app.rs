//! `App`: everything a request may need, cheap to clone.

use crate::config::Config;
use crate::ids::Ids;
use crate::store::{Limits, Store, WorldName};
use std::sync::Arc;
use std::time::Instant;

/// The server's state.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: Config,
    store: Store,
    ids: Ids,
    started: Instant,
}

impl App {
    /// The server's state over an open store.
    #[must_use]
    pub fn new(config: Config, store: Store, ids: Ids) -> App {
        App(Arc::new(Parts { config, store, ids, started: Instant::now() }))
    }

    /// The server's state as the settings ask for it.
    ///
    /// # Errors
    /// A sentence that names the setting and what to do about it.
    pub async fn open(config: Config) -> Result<App, String> {
        let seed = config.seed_document()?;
        let limits = Limits { worlds: config.max_worlds };
        let store = Store::open(&config.database, &seed, limits).await.map_err(|error| error.to_string())?;
        let ids = config.ids_seed.map_or_else(Ids::random, Ids::repeatable);
        Ok(App::new(config, store, ids))
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Users and everything around them.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// When the server started, on the monotonic clock.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.0.started
    }

    /// Forgets what is kept of a world beside its store, as its reset or end asks: its identifiers start again.
    pub fn forget(&self, world: &WorldName) {
        self.0.ids.restart(world.as_str());
    }

    /// The only maker of identifiers.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }
}
