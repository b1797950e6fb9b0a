//! What a batch must hold, and what it changes. All of it is chosen where the vendor is silent (spec/expoints.md §6.2);
//! the checks run over the whole batch, so a client learns every problem at once.

use super::contract::ImportUser;
use super::problem::Problems;
use crate::apis::Refusal;
use crate::state::{ExpointsFacet, ExpointsType};
use crate::store::{ExpointsUpdate, Transaction, folded};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The batch without its nulls.
///
/// # Errors
/// The 400 that names every null.
pub fn complete(batch: Option<Vec<Option<ImportUser>>>) -> Result<Vec<ImportUser>, Refusal> {
    let mut problems = Problems::default();
    if batch.is_none() {
        problems.no_batch();
    }
    let mut users = Vec::new();
    for (place, user) in batch.unwrap_or_default().into_iter().enumerate() {
        match user {
            Some(user) => {
                let roles = user.roles.iter().flatten().enumerate();
                roles.filter(|(_, role)| role.is_none()).for_each(|(role, _)| problems.null_role(place, role));
                users.push(user);
            }
            None => problems.null_user(place),
        }
    }
    problems.into_result()?;
    Ok(users)
}

/// The changes that a batch makes, each user and role looked up.
///
/// # Errors
/// The 400 that names every problem.
pub async fn updates(batch: Vec<ImportUser>, transaction: &mut Transaction) -> Result<Vec<ExpointsUpdate>, Refusal> {
    let names: Vec<String> =
        batch.iter().map(|user| folded(user.base.username.as_deref().unwrap_or_default())).collect();
    let known = transaction.expoints_find(&names).await?;
    let roles: HashSet<Uuid> = transaction.expoints_roles().await?.into_iter().map(|role| role.id).collect();
    let mut problems = Problems::default();
    let mut updates = Vec::with_capacity(batch.len());
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(batch.len());
    for (place, (user, name)) in batch.into_iter().zip(names).enumerate() {
        let username = user.base.username.unwrap_or_default();
        let kind = user.base.kind.as_deref().and_then(ExpointsType::of);
        if kind.is_none() {
            problems.unknown_type(place);
        }
        let mut chosen = Vec::new();
        for (at, role) in user.roles.into_iter().flatten().flatten().enumerate() {
            if !roles.contains(&role.id) {
                problems.unknown_role(place, at, role.id);
            } else if !chosen.contains(&role.id) {
                chosen.push(role.id);
            }
        }
        let id = known.get(&name).copied();
        if id.is_none() {
            problems.unknown_user(place, &username);
        } else if seen.insert(name, place).is_some() {
            problems.repeated_user(place, &username);
        }
        if let (Some(id), Some(kind)) = (id, kind) {
            let has_single_active_role = user.base.has_single_active_role;
            let facet = ExpointsFacet { kind, has_single_active_role, roles: chosen };
            updates.push(ExpointsUpdate { id, email: user.email, facet });
        }
    }
    problems.into_result()?;
    Ok(updates)
}
