//! A recording replayed in order: each request goes through the whole router into a fresh world, without a socket.

use super::cause::{Cause, group};
use super::compare::{Comparison, Fractions};
use super::counterparts::Counterparts;
use super::exchange::{Answer, Exchange};
use super::har::Recording;
use super::request::{Credentials, to_twin};
use super::route::{self, Route};
use super::{compare, node, scalar};
use crate::apis::Apis;
use crate::config::Config;
use crate::pipeline::app::App;
use crate::pipeline::journal::SecretNames;
use axum::Router;
use axum::response::Response;
use http_body_util::BodyExt;
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

/// What a replay has found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Exchanges that were compared.
    pub compared: usize,
    /// Those that are the same to the byte, but for what is volatile by rule.
    pub same: usize,
    /// Exchanges that were not compared, with the reason.
    pub left_out: Vec<String>,
    /// Routes that were compared, with how often.
    pub routes: BTreeMap<String, usize>,
    /// What differs.
    pub causes: Vec<Cause>,
}

/// What serves an app: the router of a server, which stands above this room.
pub type Serve = fn(App) -> Router;

/// Replays a recording on a seed, with flags of `serve`.
///
/// # Errors
/// A sentence about the seed.
pub async fn replay(
    apis: &Apis,
    recording: &Recording,
    seed: &str,
    flags: &[&str],
    serve: Serve,
) -> Result<Outcome, String> {
    let flags: Vec<&str> = ["--seed", seed, "--journal-limit", "0"].iter().chain(flags).copied().collect();
    let credentials = Credentials::of(&apis.seed_document(seed)?);
    let app = App::open(apis.clone(), Config::from_flags(&flags)?).await?;
    let router = serve(app);
    let mut walk = Walk::new(apis, recording);
    for exchange in &recording.exchanges {
        let Some(route) = walk.route(exchange) else { continue };
        match to_twin(exchange, &walk.names, &credentials) {
            Ok(request) => {
                let Ok(response) = router.clone().oneshot(request).await;
                walk.compare(exchange, &route, &answered(response).await);
            }
            Err(reason) => walk.leave_out(exchange, &reason),
        }
    }
    Ok(walk.finished())
}

/// A walk through a recording, with what it has learnt so far.
pub(super) struct Walk<'a> {
    apis: &'a Apis,
    secrets: SecretNames,
    /// Whether names are stand-ins.
    masked: bool,
    names: Counterparts,
    fractions: Fractions,
    /// Names that the twin never made, because it refused what made them, with the exchange that did.
    lost: BTreeMap<String, usize>,
    outcome: Outcome,
}

impl<'a> Walk<'a> {
    pub(super) fn new(apis: &'a Apis, recording: &Recording) -> Walk<'a> {
        let secrets = SecretNames::of(&apis.schema());
        let (names, fractions, lost) = (Counterparts::default(), Fractions::default(), BTreeMap::new());
        let outcome = Outcome { left_out: recording.left_out.clone(), ..Outcome::default() };
        Walk { apis, secrets, masked: recording.masked, names, fractions, lost, outcome }
    }

    /// The route of an exchange that can be compared.
    pub(super) fn route(&mut self, exchange: &Exchange) -> Option<Route> {
        let Some(route) = route::of(self.apis, &exchange.method, exchange.path()) else {
            self.leave_out(exchange, "belongs to none of the APIs");
            return None;
        };
        let needs = self.lost.iter().find(|(name, _)| exchange.target.contains(name.as_str()));
        if let Some(refused) = needs.map(|(_, refused)| *refused) {
            self.leave_out(exchange, &format!("needs what #{refused} made there and not here"));
            return None;
        }
        Some(route)
    }

    pub(super) fn leave_out(&mut self, exchange: &Exchange, reason: &str) {
        self.outcome.left_out.push(format!("#{} {} {} {reason}", exchange.number, exchange.method, exchange.path()));
    }

    /// Compares the answer of an exchange with another one.
    pub(super) fn compare(&mut self, exchange: &Exchange, route: &Route, own: &Answer) {
        let number = exchange.number;
        let comparison = Comparison {
            names: &mut self.names,
            fractions: &mut self.fractions,
            secrets: &self.secrets,
            place: (route.api.name, number, &route.name),
            creates: exchange.method == "POST",
            masked: self.masked,
        };
        let differences = compare::answers(comparison, &exchange.answer, own);
        let outcome = &mut self.outcome;
        outcome.compared += 1;
        *outcome.routes.entry(format!("{} {}", route.api.name, route.name)).or_default() += 1;
        if differences.iter().any(|difference| difference.level == "status") && exchange.method != "GET" {
            self.lost.extend(made_by(exchange).into_iter().map(|name| (name, number)));
        }
        for difference in differences {
            group(&mut outcome.causes, route.api.name, (number, &route.name), difference);
        }
    }

    pub(super) fn finished(self) -> Outcome {
        let mut outcome = self.outcome;
        for (api, numbers, difference) in self.fractions.differences() {
            for (number, route) in numbers {
                group(&mut outcome.causes, api, (number, &route), difference.clone());
            }
        }
        let differing: BTreeSet<usize> =
            outcome.causes.iter().flat_map(|cause| cause.exchanges.iter().copied()).collect();
        outcome.same = outcome.compared.saturating_sub(differing.len());
        // What covers most comes first.
        outcome.causes.sort_by(|a, b| b.exchanges.len().cmp(&a.exchanges.len()).then_with(|| a.id.cmp(&b.id)));
        outcome
    }
}

async fn answered(response: Response) -> Answer {
    let (head, body) = response.into_parts();
    // An answer whose body fails ends early, as it would on a socket.
    let body = body.collect().await.map(|whole| whole.to_bytes().to_vec()).unwrap_or_default();
    Answer::of(head.status, &head.headers, body)
}

/// The GUIDs of a recorded answer that its request did not contain.
fn made_by(exchange: &Exchange) -> Vec<String> {
    let body = exchange.answer.body.as_deref().and_then(node::text_of).unwrap_or_default();
    let location = exchange.answer.header("location").unwrap_or_default();
    let sent = String::from_utf8_lossy(&exchange.body).into_owned() + &exchange.target;
    let words = |text: &str| {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        words.filter(|word| scalar::is_guid(word) && !sent.contains(word)).map(str::to_owned).collect::<Vec<_>>()
    };
    [words(&body), words(&location)].concat()
}
