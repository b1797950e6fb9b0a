//! Injected faults: the first one of a world that matches a request applies (docs/spec/control.md §5). Counts, chances
//! and rate limits belong to the world and follow its clock and its seed; `Prefer` needs no state.

mod bucket;
mod cut;
mod definition;
mod plan;
mod prefer;
mod rehearsal;
mod retries;

pub use cut::cut;
pub use definition::Definition;
pub use plan::{Cut, Outcome, Plan};
pub use prefer::not_understood;

use crate::contract::DateTime;
use crate::model::ids::{Ids, Sequence};
use crate::pipeline::journal::RequestView;
use crate::store::WorldName;
use bucket::Bucket;
use http::{HeaderMap, Response, StatusCode};
use retries::Retries;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use uuid::Uuid;

/// Faults that a world may hold, so that a test that adds them in a loop finds its mistake early.
pub const MAX_FAULTS: usize = 1000;

/// Bytes that the texts of a world's faults may take together: a canned answer may be large, a thousand of them not.
pub const MAX_FAULT_BYTES: usize = 32 * 1024 * 1024;

/// The faults of every world.
#[derive(Debug, Default)]
pub struct Faults(RwLock<HashMap<WorldName, Arc<Mutex<World>>>>);

/// The faults of a world, and the waits it asked for.
#[derive(Debug, Default)]
struct World {
    faults: Vec<Fault>,
    retries: Retries,
}

/// A fault with its counts.
#[derive(Debug)]
struct Fault {
    id: Uuid,
    definition: Arc<Definition>,
    /// Requests that matched.
    matched: u64,
    /// Requests that it was applied to.
    applied: u64,
    bucket: Option<Bucket>,
    /// As the journal shows it; entries share it, because an effect may hold a large body.
    shown: Arc<Value>,
}

impl Faults {
    /// Adds a fault after the others and shows it.
    ///
    /// # Errors
    /// A sentence when the world holds [`MAX_FAULTS`] already, or their texts would pass [`MAX_FAULT_BYTES`].
    pub fn add(&self, ids: &Ids, world: &WorldName, definition: Definition) -> Result<Value, String> {
        let shared = self.get_or_create(world);
        let mut known = locked(&shared);
        if known.faults.len() >= MAX_FAULTS {
            return Err(format!("World '{world}' holds {MAX_FAULTS} faults; remove some first."));
        }
        let held: usize = known.faults.iter().map(|fault| fault.definition.size()).sum();
        if held.saturating_add(definition.size()) > MAX_FAULT_BYTES {
            return Err(format!(
                "The texts of the faults of world '{world}' would take more than {MAX_FAULT_BYTES} bytes; remove some first."
            ));
        }
        let bucket = definition.effect.rate_limit.map(Bucket::full);
        let id = ids.next_id(world.as_str(), Sequence::Faults);
        let shown = json!({"id": id.to_string(), "name": definition.name, "effect": definition.effect});
        let fault =
            Fault { id, definition: Arc::new(definition), matched: 0, applied: 0, bucket, shown: Arc::new(shown) };
        let shown = fault.show();
        known.faults.push(fault);
        Ok(shown)
    }

    /// The faults of a world in the order in which they are tried.
    #[must_use]
    pub fn list(&self, world: &WorldName) -> Vec<Value> {
        self.get(world).map(|known| locked(&known).faults.iter().map(Fault::show).collect()).unwrap_or_default()
    }

    /// Removes a fault; false when there is none.
    pub fn remove(&self, world: &WorldName, id: Uuid) -> bool {
        let Some(known) = self.get(world) else { return false };
        let mut known = locked(&known);
        let before = known.faults.len();
        known.faults.retain(|fault| fault.id != id);
        known.faults.len() < before
    }

    /// Removes the faults of a world.
    pub fn clear(&self, world: &WorldName) {
        if let Some(known) = self.get(world) {
            locked(&known).faults.clear();
        }
    }

    /// Removes the faults and waits of a world, as a reset does.
    pub fn forget(&self, world: &WorldName) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(world);
    }

    /// Faults in all worlds.
    #[must_use]
    pub fn count(&self) -> usize {
        let worlds: Vec<_> = self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        worlds.iter().map(|known| locked(known).faults.len()).sum()
    }

    /// The plan for a request: its own preference, or else the effect of the first fault that matches.
    #[must_use]
    pub fn plan(
        &self,
        ids: &Ids,
        world: &WorldName,
        view: &RequestView<'_>,
        headers: &HeaderMap,
        now: DateTime,
    ) -> Plan {
        if let Some(plan) = prefer::plan(headers) {
            return plan;
        }
        let Some(known) = self.get(world) else { return Plan::default() };
        let searched = searched(&known, view);
        let mut known = locked(&known);
        for fault in &mut known.faults {
            let fits = match &searched {
                // A fault that looks into bodies and is not among them came after the request.
                Some(searched) if fault.looks_into_bodies() => searched.contains(&fault.id),
                _ => fault.definition.wanted.fits(view),
            };
            if fits && let Some(plan) = fault.plan(ids, world, now) {
                return plan;
            }
        }
        Plan::default()
    }

    /// How many seconds too early a request came back after an answer with `Retry-After`; `None` when it did not.
    #[must_use]
    pub fn came_too_early(&self, world: &WorldName, view: &RequestView<'_>, now: DateTime) -> Option<i64> {
        let known = self.get(world)?;
        locked(&known).retries.too_early(view, now)
    }

    /// Remembers until when an answer asks the client to wait.
    pub fn answered<T>(&self, world: &WorldName, view: &RequestView<'_>, response: &Response<T>, now: DateTime) {
        let wait = response.headers().get(http::header::RETRY_AFTER);
        let seconds = wait.and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
        if let Some(seconds) = seconds {
            let whole_api = response.status() == StatusCode::TOO_MANY_REQUESTS;
            locked(&self.get_or_create(world)).retries.wait(view, whole_api, now, seconds);
        }
    }

    fn get(&self, world: &WorldName) -> Option<Arc<Mutex<World>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(world).cloned()
    }

    fn get_or_create(&self, world: &WorldName) -> Arc<Mutex<World>> {
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(world.clone()).or_default())
    }
}

/// The faults that look into bodies and find what they look for; `None` where none looks. It is searched before the
/// world's faults are locked for good: requests to the same world would wait for it, and with each of them a thread that
/// serves others.
fn searched(known: &Mutex<World>, view: &RequestView<'_>) -> Option<HashSet<Uuid>> {
    let looking = |fault: &Fault| fault.looks_into_bodies().then(|| (fault.id, Arc::clone(&fault.definition)));
    let definitions: Vec<_> = locked(known).faults.iter().filter_map(looking).collect();
    if definitions.is_empty() {
        return None;
    }
    Some(definitions.iter().filter(|(_, definition)| definition.wanted.fits(view)).map(|(id, _)| *id).collect())
}

fn locked(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fault {
    fn show(&self) -> Value {
        let mut shown = json!({"id": self.id.to_string()});
        if let (Some(shown), Ok(Value::Object(definition))) =
            (shown.as_object_mut(), serde_json::to_value(&*self.definition))
        {
            shown.extend(definition);
            shown.insert("matched".to_owned(), self.matched.into());
            shown.insert("applied".to_owned(), self.applied.into());
        }
        shown
    }

    fn looks_into_bodies(&self) -> bool {
        self.definition.wanted.body_contains.is_some()
    }

    /// The plan of this fault for a request that matches; `None` when it lets it pass. Every such request is counted.
    fn plan(&mut self, ids: &Ids, world: &WorldName, now: DateTime) -> Option<Plan> {
        self.matched += 1;
        let spent = self.definition.times.is_some_and(|times| self.applied >= u64::from(times));
        if self.matched <= u64::from(self.definition.skip) || spent {
            return None;
        }
        let chance = self.definition.probability;
        if chance < 1.0 && ids.next_fraction(world.as_str(), Sequence::Faults) >= chance {
            return None;
        }
        // chosen: a fault does not concern a request within its rate limit; the next fault is tried.
        let wait = match &mut self.bucket {
            Some(bucket) => Some(bucket.take(now)?),
            None => None,
        };
        self.applied += 1;
        let effect = &self.definition.effect;
        let delay = effect.delay(|| ids.next_fraction(world.as_str(), Sequence::Faults));
        let shown = Some(Arc::clone(&self.shown));
        Some(Plan { delay, outcome: effect.outcome(wait), shown, preferences: None })
    }
}
