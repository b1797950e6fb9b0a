//! Faults that tests ask for: the first one of a world that matches a request applies (spec/control.md §5). Counts,
//! chances and rate limits belong to the world and follow its clock and its seed; `Prefer` needs no state at all.

mod bucket;
mod cut;
mod definition;
mod plan;
mod prefer;
mod retries;

pub use cut::cut;
pub use definition::{Definition, Effect};
pub use plan::{Cut, Outcome, Plan};

use crate::contract::DateTime;
use crate::pipeline::app::App;
use crate::pipeline::journal::Seen;
use crate::store::WorldName;
use bucket::Bucket;
use http::{HeaderMap, Response, StatusCode};
use retries::Retries;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use uuid::Uuid;

/// Faults that a world may hold, so that a test in a loop finds its mistake early.
pub const MOST: usize = 1000;

/// The faults of every world.
#[derive(Debug, Default)]
pub struct Faults(RwLock<HashMap<WorldName, Arc<Mutex<World>>>>);

/// What is known of a world.
#[derive(Debug, Default)]
struct World {
    faults: Vec<Fault>,
    retries: Retries,
}

/// A fault with its counts.
#[derive(Debug)]
struct Fault {
    id: Uuid,
    definition: Definition,
    /// Requests that matched.
    seen: u64,
    /// Requests that it was applied to.
    applied: u64,
    bucket: Option<Bucket>,
    /// As the journal shows it; its entries share it, because an effect may hold a large body.
    shown: Arc<Value>,
}

/// The name of a world's own sequence of chances and fault identifiers; no world has such a name.
#[must_use]
pub fn sequence(world: &WorldName) -> String {
    format!("{world}/faults")
}

impl Faults {
    /// Adds a fault behind the others and shows it; `None` when the world holds [`MOST`] already.
    pub fn add(&self, app: &App, world: &WorldName, definition: Definition) -> Option<Value> {
        let shared = self.born(world);
        let mut known = locked(&shared);
        if known.faults.len() >= MOST {
            return None;
        }
        let bucket = definition.effect.rate_limit.map(Bucket::full);
        let id = app.ids().next_id(&sequence(world));
        let shown = json!({"id": id.to_string(), "name": definition.name, "effect": definition.effect});
        let fault = Fault { id, definition, seen: 0, applied: 0, bucket, shown: Arc::new(shown) };
        let shown = fault.show();
        known.faults.push(fault);
        Some(shown)
    }

    /// The faults of a world in the order in which they are tried.
    #[must_use]
    pub fn list(&self, world: &WorldName) -> Vec<Value> {
        self.of(world).map(|known| locked(&known).faults.iter().map(Fault::show).collect()).unwrap_or_default()
    }

    /// Removes a fault; false when there is none.
    pub fn remove(&self, world: &WorldName, id: Uuid) -> bool {
        let Some(known) = self.of(world) else { return false };
        let mut known = locked(&known);
        let before = known.faults.len();
        known.faults.retain(|fault| fault.id != id);
        known.faults.len() < before
    }

    /// Removes the faults of a world.
    pub fn clear(&self, world: &WorldName) {
        if let Some(known) = self.of(world) {
            locked(&known).faults.clear();
        }
    }

    /// Removes everything that is known of a world, as a reset does.
    pub fn forget(&self, world: &WorldName) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(world);
    }

    /// Faults in all worlds.
    #[must_use]
    pub fn count(&self) -> usize {
        let worlds: Vec<_> = self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        worlds.iter().map(|known| locked(known).faults.len()).sum()
    }

    /// What is to happen to a request: what it prefers itself, or else what the first fault that matches says.
    #[must_use]
    pub fn plan(&self, app: &App, world: &WorldName, seen: &Seen<'_>, headers: &HeaderMap, now: DateTime) -> Plan {
        if let Some(plan) = prefer::plan(headers) {
            return plan;
        }
        let Some(known) = self.of(world) else { return Plan::default() };
        let mut known = locked(&known);
        for fault in &mut known.faults {
            if let Some(plan) = fault.plan(app, world, seen, now) {
                return plan;
            }
        }
        Plan::default()
    }

    /// How many seconds too early a request came back after an answer with `Retry-After`; `None` when it did not.
    #[must_use]
    pub fn came_too_early(&self, world: &WorldName, seen: &Seen<'_>, now: DateTime) -> Option<i64> {
        let known = self.of(world)?;
        locked(&known).retries.too_early(seen, now)
    }

    /// Remembers until when an answer asks the client to wait.
    pub fn answered<T>(&self, world: &WorldName, seen: &Seen<'_>, response: &Response<T>, now: DateTime) {
        let wait = response.headers().get(http::header::RETRY_AFTER);
        let seconds = wait.and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
        if let Some(seconds) = seconds {
            let whole_api = response.status() == StatusCode::TOO_MANY_REQUESTS;
            locked(&self.born(world)).retries.wait(seen, whole_api, now, seconds);
        }
    }

    fn of(&self, world: &WorldName) -> Option<Arc<Mutex<World>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(world).cloned()
    }

    fn born(&self, world: &WorldName) -> Arc<Mutex<World>> {
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(world.clone()).or_default())
    }
}

fn locked(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fault {
    fn show(&self) -> Value {
        let mut shown = json!({"id": self.id.to_string()});
        if let (Some(shown), Ok(Value::Object(definition))) =
            (shown.as_object_mut(), serde_json::to_value(&self.definition))
        {
            shown.extend(definition);
            shown.insert("matched".to_owned(), self.seen.into());
            shown.insert("applied".to_owned(), self.applied.into());
        }
        shown
    }

    /// What this fault does to a request; `None` when it does not concern it. Every request that matches is counted.
    fn plan(&mut self, app: &App, world: &WorldName, seen: &Seen<'_>, now: DateTime) -> Option<Plan> {
        if !self.definition.wanted.fits(seen) {
            return None;
        }
        self.seen += 1;
        let spent = self.definition.times.is_some_and(|times| self.applied >= u64::from(times));
        if self.seen <= u64::from(self.definition.skip) || spent {
            return None;
        }
        let chance = self.definition.probability;
        if chance < 1.0 && app.ids().next_fraction(&sequence(world)) >= chance {
            return None;
        }
        // chosen: a request within a rate limit is not what that fault is about; the next fault is asked.
        let wait = match &mut self.bucket {
            Some(bucket) => Some(bucket.take(now)?),
            None => None,
        };
        self.applied += 1;
        let effect = &self.definition.effect;
        let delay = effect.delay(|| app.ids().next_fraction(&sequence(world)));
        let shown = Some(Arc::clone(&self.shown));
        Some(Plan { delay, outcome: effect.outcome(wait), shown, preferences: None })
    }
}
