//! `App`: the state that requests share, cheap to clone.

use crate::apis::{Apis, Services, seed_refused};
use crate::config::Config;
use crate::model::ids::Ids;
use crate::pipeline::faults::Faults;
use crate::pipeline::journal::{Journal, SecretNames, Secrets};
use crate::pipeline::request_body::RequestBodies;
use crate::store::{Limits, OpenError, Store, StoreError, WorldName};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// The server's state.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    apis: Apis,
    config: Config,
    services: Services,
    journal: Arc<Journal>,
    faults: Faults,
    bodies: RequestBodies,
    started: Instant,
    /// Whether a `Host` must be known, because the server can be reached from this machine alone, by a rebound name too.
    guards_hosts: AtomicBool,
    /// The certificate of the local authority that signs for this server, as PEM.
    authority: OnceLock<String>,
}

impl App {
    /// The state of a server of these APIs over an open store.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn new(apis: Apis, config: Config, store: Store, ids: Ids) -> App {
        let secrets = match config.journal_secrets {
            true => Secrets::Shown,
            false => Secrets::Masked(SecretNames::of(&apis.schema())),
        };
        let journal = Arc::new(Journal::new(config.journal_limit, config.journal_memory, secrets));
        let (faults, bodies) = (Faults::default(), RequestBodies::new(&config));
        let (passwords, auth, depth) = (config.passwords, config.auth, config.depth_limit);
        let services = Services { store, ids: Arc::new(ids), passwords, auth, depth };
        App(Arc::new(Parts {
            apis,
            config,
            services,
            journal,
            faults,
            bodies,
            started: Instant::now(),
            guards_hosts: AtomicBool::new(false),
            authority: OnceLock::new(),
        }))
    }

    /// The state that the settings describe, for a server of these APIs.
    ///
    /// # Errors
    /// A sentence that names the setting and a remedy.
    pub async fn open(apis: Apis, config: Config) -> Result<App, String> {
        let (seed, limits) = (apis.seed(&config.seed)?, Limits::from(&config));
        let store = Store::open(&config.database, &apis.schema(), seed, limits).await.map_err(|error| match error {
            OpenError::Seed(problems) => seed_refused(&config.seed, &problems),
            OpenError::Database(sentence, _) => sentence,
        })?;
        let ids = config.ids_seed.map_or_else(Ids::random, Ids::repeatable);
        Ok(App::new(apis, config, store, ids))
    }

    /// The APIs that the server stands in for.
    #[must_use]
    pub(crate) fn apis(&self) -> &Apis {
        &self.0.apis
    }

    /// The settings.
    #[must_use]
    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// The parts that endpoints use.
    #[must_use]
    pub(crate) fn services(&self) -> &Services {
        &self.0.services
    }

    /// Every world with its users.
    #[must_use]
    pub(crate) fn store(&self) -> &Store {
        &self.0.services.store
    }

    /// The only source of identifiers.
    #[must_use]
    pub(crate) fn ids(&self) -> &Ids {
        &self.0.services.ids
    }

    /// When the server started, on the monotonic clock.
    #[must_use]
    pub(crate) fn started(&self) -> Instant {
        self.0.started
    }

    /// Has the emulated APIs refuse hosts that a website could have rebound to this machine.
    pub(crate) fn guard_hosts(&self) {
        self.0.guards_hosts.store(true, Ordering::Relaxed);
    }

    /// Whether they do.
    #[must_use]
    pub(crate) fn guards_hosts(&self) -> bool {
        self.0.guards_hosts.load(Ordering::Relaxed)
    }

    /// Notes the certificate of the authority that clients have to trust.
    pub(crate) fn set_authority(&self, pem: &str) {
        let _ = self.0.authority.set(pem.to_owned());
    }

    /// That certificate, as PEM.
    #[must_use]
    pub(crate) fn authority(&self) -> Option<&str> {
        self.0.authority.get().map(String::as_str)
    }

    /// Past requests and answers.
    #[must_use]
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.0.journal
    }

    /// Injected faults.
    #[must_use]
    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The reader of request bodies.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn bodies(&self) -> &RequestBodies {
        &self.0.bodies
    }

    /// Puts a world back to the seed, or to a copy of `from`, and forgets its journal and faults; its identifiers
    /// start again.
    ///
    /// # Errors
    /// Those of [`Store::reset`]; then nothing has changed.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) async fn reset(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        self.store().reset(world, from).await?;
        self.journal().forget(world);
        self.forget(world);
        Ok(())
    }

    /// Removes a world with its journal and faults; its next use creates it from the seed.
    ///
    /// # Errors
    /// Those of [`Store::drop_world`]; then nothing has changed.
    pub(crate) async fn drop_world(&self, world: &WorldName) -> Result<(), StoreError> {
        self.store().drop_world(world).await?;
        self.journal().end(world);
        self.forget(world);
        Ok(())
    }

    /// Removes a world that was not used since the given moment, as [`App::drop_world`] does.
    pub(super) async fn let_go(&self, world: &WorldName, unused_since: i64) -> Result<(), StoreError> {
        self.store().drop_unused(world, unused_since).await?;
        self.journal().end(world);
        self.forget(world);
        Ok(())
    }

    /// Forgets the faults and waits of a world, as a reset or a drop does; its identifiers start again.
    fn forget(&self, world: &WorldName) {
        self.faults().forget(world);
        self.ids().restart(world.as_str());
    }
}
