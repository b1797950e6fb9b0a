//! A recording replayed in order: each request goes through the whole router into a fresh world, without a socket.

use super::cause::{Cause, group};
use super::compare::{Comparison, Fractions};
use super::counterparts::Counterparts;
use super::exchange::{Answer, Exchange};
use super::har::Recording;
use super::request::{Credentials, to_twin};
use super::{compare, node, route, scalar};
use crate::apis::Apis;
use crate::config::Config;
use crate::pipeline::app::App;
use crate::pipeline::journal::SecretNames;
use axum::Router;
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

/// Replays a recording on a seed, with flags of `serve`.
///
/// # Errors
/// A sentence about the seed.
pub async fn replay(apis: &Apis, recording: &Recording, seed: &str, flags: &[&str]) -> Result<Outcome, String> {
    let flags: Vec<&str> = ["--seed", seed, "--journal-limit", "0"].iter().chain(flags).copied().collect();
    let credentials = Credentials::of(&apis.seed_document(seed)?);
    let app = App::open(apis.clone(), Config::from_flags(&flags)?).await?;
    let (router, secrets) = (crate::router::router(app), SecretNames::of(&apis.schema()));
    let mut outcome = Outcome { left_out: recording.left_out.clone(), ..Outcome::default() };
    let (mut names, mut fractions) = (Counterparts::default(), Fractions::default());
    // Names that the twin never made, because it refused what made them, with the exchange that did.
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &recording.exchanges {
        let number = exchange.number;
        let shown = format!("#{number} {} {}", exchange.method, exchange.path());
        let Some(route) = route::of(apis, &exchange.method, exchange.path()) else {
            outcome.left_out.push(format!("{shown} belongs to none of the APIs"));
            continue;
        };
        if let Some((_, refused)) = lost.iter().find(|(name, _)| exchange.target.contains(name.as_str())) {
            outcome.left_out.push(format!("{shown} needs what #{refused} made there and not here"));
            continue;
        }
        let own = match to_twin(exchange, &names, &credentials) {
            Ok(request) => answered(&router, request).await,
            Err(reason) => {
                outcome.left_out.push(format!("{shown} {reason}"));
                continue;
            }
        };
        let comparison = Comparison {
            names: &mut names,
            fractions: &mut fractions,
            secrets: &secrets,
            place: (route.api.name, number, &route.name),
            creates: exchange.method == "POST",
            masked: recording.masked,
        };
        let differences = compare::answers(comparison, &exchange.answer, &own);
        outcome.compared += 1;
        outcome.same += usize::from(differences.is_empty());
        *outcome.routes.entry(format!("{} {}", route.api.name, route.name)).or_default() += 1;
        if differences.iter().any(|difference| difference.level == "status") && exchange.method != "GET" {
            lost.extend(made_by(exchange).into_iter().map(|name| (name, number)));
        }
        for difference in differences {
            group(&mut outcome.causes, route.api.name, (number, &route.name), difference);
        }
    }
    for (api, numbers, difference) in fractions.differences() {
        for (number, route) in numbers {
            group(&mut outcome.causes, api, (number, &route), difference.clone());
        }
    }
    let differing: BTreeSet<usize> = outcome.causes.iter().flat_map(|cause| cause.exchanges.iter().copied()).collect();
    outcome.same = outcome.compared.saturating_sub(differing.len());
    // What covers most comes first.
    outcome.causes.sort_by(|a, b| b.exchanges.len().cmp(&a.exchanges.len()).then_with(|| a.id.cmp(&b.id)));
    Ok(outcome)
}

async fn answered(router: &Router, request: http::Request<axum::body::Body>) -> Answer {
    let Ok(response) = router.clone().oneshot(request).await;
    let (head, body) = response.into_parts();
    // An answer whose body fails ends early, as it would on a socket.
    let body = body.collect().await.map(|whole| whole.to_bytes().to_vec()).unwrap_or_default();
    let value = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
    let headers = head.headers.iter().map(|(name, text)| (name.as_str().to_owned(), value(text.as_bytes()))).collect();
    Answer { status: head.status.as_u16(), headers, body: Some(body), as_text: false }
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
