//! `App`: everything a request may need, cheap to clone.

use crate::config::Config;
use crate::model::ids::Ids;
use crate::pipeline::faults::Faults;
use crate::pipeline::journal::Journal;
use crate::pipeline::request_body::RequestBodies;
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
    journal: Journal,
    faults: Faults,
    bodies: RequestBodies,
    started: Instant,
}

impl App {
    /// The server's state over an open store.
    #[must_use]
    pub fn new(config: Config, store: Store, ids: Ids) -> App {
        let journal = Journal::new(config.journal_limit, config.journal_secrets);
        let (faults, bodies) = (Faults::default(), RequestBodies::new(&config));
        App(Arc::new(Parts { config, store, ids, journal, faults, bodies, started: Instant::now() }))
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

    /// What was asked and answered.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// What is to go wrong.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The reader of request bodies.
    #[must_use]
    pub fn bodies(&self) -> &RequestBodies {
        &self.0.bodies
    }

    /// Forgets everything about a world that the store does not hold, as a reset or a drop does; its identifiers
    /// start again.
    pub fn forget(&self, world: &WorldName) {
        self.journal().forget(world);
        self.faults().forget(world);
        self.ids().restart(world.as_str());
        self.ids().restart(&crate::pipeline::journal::sequence(world));
        self.ids().restart(&crate::pipeline::faults::sequence(world));
    }

    /// The only maker of identifiers.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }
}
