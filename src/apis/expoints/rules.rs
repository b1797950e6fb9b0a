//! The rules of Expoints: the requirements of a batch, its changes, and the wire form of users and roles. All of it is
//! chosen where the vendor is silent (docs/spec/expoints.md §6.2); the checks run over the whole batch, so that a
//! client sees every problem at once.

use super::contract::{BaseRole, BaseUser, ImportUser, RoleModel, UserModel};
use super::facet::{ExpointsFacet, ExpointsUser, Role, UserType};
use super::problem::Problems;
use crate::apis::{Call, Refusal};
use crate::codec::Advice;
use crate::model::{User, UserRecord, folded};
use crate::store::{FacetUpdate, Page, StoreError, Stored, Transaction};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A user lost every role, because the roles sent replace the stored ones.
pub const ALL_ROLES_REMOVED: Advice = Advice::OfApi("expoints.all-roles-removed");

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
pub fn updates(
    batch: Vec<ImportUser>,
    transaction: &mut Transaction,
    call: &Call,
) -> Result<Vec<FacetUpdate<ExpointsFacet>>, Refusal> {
    let names = names(&batch);
    let known = transaction.numbers_in::<ExpointsFacet>(&names)?;
    let roles = known_roles(transaction)?;
    let mut problems = Problems::default();
    let mut updates = Vec::with_capacity(batch.len());
    let mut seen = HashSet::with_capacity(batch.len());
    let mut bare = Vec::new();
    for (place, (user, name)) in batch.into_iter().zip(&names).enumerate() {
        let facet = facet(place, user.base.kind, user.base.has_single_active_role, user.roles, &roles, &mut problems);
        let username = user.base.username.unwrap_or_default();
        let number = known.get(name).copied();
        if number.is_none() {
            problems.unknown_user(place, &username);
        } else if !seen.insert(name) {
            problems.repeated_user(place, &username);
        }
        if let (Some(number), Some(facet)) = (number, facet) {
            if facet.roles.is_empty() && has_roles(transaction, name)? {
                bare.push(username.clone());
            }
            let email = applicable_email(user.email, &username, number, transaction, call)?;
            updates.push(FacetUpdate { number, email, facet });
        }
    }
    problems.into_result()?;
    advise_bare(call, &bare);
    Ok(updates)
}

fn has_roles(transaction: &mut Transaction, username: &str) -> Result<bool, StoreError> {
    let stored = transaction.find_by_username::<ExpointsFacet>(username)?;
    Ok(stored.is_some_and(|stored| !stored.user.facet.roles.is_empty()))
}

/// Notes the users who lost every role, all in one note: a batch may empty a thousand.
fn advise_bare(call: &Call, usernames: &[String]) {
    let Some((first, others)) = usernames.split_first() else { return };
    let others = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let message =
        format!("'{first}'{others} lost every role: the roles sent replace the stored ones, and none was sent.");
    call.advise(ALL_ROLES_REMOVED, message);
}

/// The changes that a batch of new users makes.
#[derive(Debug, Default)]
pub struct Additions {
    /// Users that are new to the world.
    pub new: Vec<UserRecord>,
    /// Users that other APIs show already. A username is unique in a world, so they get this API's facet instead of a
    /// namesake (docs/spec/control.md §3, chosen); an e-mail address that was sent counts for every API.
    pub attached: Vec<FacetUpdate<ExpointsFacet>>,
}

/// The users that a batch adds.
///
/// # Errors
/// The 400 that names every problem.
pub fn additions(batch: Vec<ImportUser>, transaction: &mut Transaction, call: &Call) -> Result<Additions, Refusal> {
    let names = names(&batch);
    let elsewhere = transaction.numbers_of(&names)?;
    // Mostly no name is known, and then the second lookup is not needed.
    let known = if elsewhere.is_empty() { HashMap::new() } else { transaction.numbers_in::<ExpointsFacet>(&names)? };
    let roles = known_roles(transaction)?;
    let now = transaction.now();
    let mut problems = Problems::default();
    let mut additions = Additions { new: Vec::with_capacity(batch.len()), attached: Vec::new() };
    let mut seen = HashSet::with_capacity(batch.len());
    let mut attached = Vec::new();
    for (place, (user, name)) in batch.into_iter().zip(&names).enumerate() {
        let facet = facet(place, user.base.kind, user.base.has_single_active_role, user.roles, &roles, &mut problems);
        let username = user.base.username.unwrap_or_default();
        if known.contains_key(name) {
            problems.existing_user(place, &username);
        } else if !seen.insert(name) {
            problems.repeated_user(place, &username);
        }
        let Some(facet) = facet else { continue };
        match elsewhere.get(name).copied() {
            Some(number) => {
                let email = applicable_email(user.email, &username, number, transaction, call)?;
                attached.push(username);
                additions.attached.push(FacetUpdate { number, email, facet });
            }
            None => {
                let id = transaction.unused_id(|| call.new_id())?;
                let shared = User { username: Some(username), email: user.email, ..User::new(id, now) };
                additions.new.push(UserRecord::from(shared).with(&facet));
            }
        }
    }
    problems.into_result()?;
    attached.iter().for_each(|username| call.advise_attached(username));
    Ok(additions)
}

/// The address that a user gets: an empty one would leave users of another API without the address that it requires, so
/// theirs stays (chosen).
fn applicable_email(
    sent: Option<String>,
    username: &str,
    number: i64,
    transaction: &mut Transaction,
    call: &Call,
) -> Result<Option<String>, StoreError> {
    let clears = sent.as_deref().is_some_and(|email| email.trim().is_empty());
    if !clears || !transaction.facets_of(number)?.iter().any(|facet| facet.needs_email) {
        return Ok(sent);
    }
    let message = format!("The address of '{username}' stays: another API that shows this user requires one.");
    call.advise(Advice::UserEmailKept, message);
    Ok(None)
}

/// Users as they are listed.
#[must_use]
pub fn shown(users: Vec<Stored<ExpointsFacet>>, roles: Vec<Role>) -> Vec<UserModel> {
    let names: HashMap<Uuid, String> = roles.into_iter().map(|role| (role.id, role.name)).collect();
    let model = |Stored { user, .. }: Stored<ExpointsFacet>| {
        let ExpointsUser { shared, facet } = user;
        let role = |id| RoleModel { base: BaseRole { id }, name: names.get(&id).cloned() };
        let base = BaseUser {
            username: shared.username,
            kind: facet.kind.name().map(str::to_owned),
            has_single_active_role: facet.has_single_active_role,
        };
        UserModel { base, roles: Some(facet.roles.into_iter().map(role).collect()) }
    };
    users.into_iter().map(model).collect()
}

/// A role as it is listed.
#[must_use]
pub fn role(role: Role) -> RoleModel {
    RoleModel { base: BaseRole { id: role.id }, name: Some(role.name) }
}

/// The usernames of a batch as they are compared.
fn names(batch: &[ImportUser]) -> Vec<String> {
    batch.iter().map(|user| folded(user.base.username.as_deref().unwrap_or_default())).collect()
}

fn known_roles(transaction: &mut Transaction) -> Result<HashSet<Uuid>, StoreError> {
    Ok(transaction.items::<Role>(Page::All)?.into_iter().map(|role| role.id).collect())
}

/// The facet that a user of a batch gets; `None` when its type is unknown. Roles are a set in the order sent.
fn facet(
    place: usize,
    kind: Option<String>,
    has_single_active_role: bool,
    sent: Option<Vec<Option<BaseRole>>>,
    known: &HashSet<Uuid>,
    problems: &mut Problems,
) -> Option<ExpointsFacet> {
    let kind = kind.as_deref().and_then(UserType::from_name);
    if kind.is_none() {
        problems.unknown_type(place);
    }
    let mut roles = Vec::new();
    let mut chosen = HashSet::new();
    for (at, role) in sent.into_iter().flatten().flatten().enumerate() {
        if !known.contains(&role.id) {
            problems.unknown_role(place, at, role.id);
        } else if chosen.insert(role.id) {
            roles.push(role.id);
        }
    }
    Some(ExpointsFacet { kind: kind?, has_single_active_role, roles })
}
