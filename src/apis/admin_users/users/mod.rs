//! Users, one endpoint per file (list and read in both versions), and what these endpoints share.

pub mod access;
pub mod create;
pub mod gdpr;
pub mod get;
pub mod list;
pub mod of_account;
pub mod replace;
pub mod status;
mod wire;

use super::contract::ResponseOfUser;
use super::envelope::Envelope;
use super::facet::{AdminUser, AdminUsersFacet, Language};
use super::problem::Problem;
use crate::apis::prelude::*;
use crate::store::{Page, Stored, Transaction};
use std::collections::HashMap;
use uuid::Uuid;
use wire::Shown;

const ID: Source = required("id", "The id of the user.").example("f4237dd3-01ff-48d8-8d90-16c06605724f");
const BODY: Source = body("user", "The details of the user.").example(
    r#"{"DisplayName": "Ada King", "EmailAddress": "ada.king@example.com", "Enabled": true,
        "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa", "MobilePhone": "+44 7700 900123", "Password": "Engine1843",
        "TimeZone": "UTC", "Username": "ada.king"}"#,
);

// 401, 404 of an address, 405 and 415 are in no table: the framework and the API's `denied` answer them everywhere.
const INVALID: Documented = Documented::error(
    400,
    "The document is missing or breaks a rule of the member table, or the address cannot be read.",
    Provenance::Framework,
);
const INVALID_ADDRESS: Documented =
    Documented::error(400, "A value in the address cannot be read.", Provenance::Framework);

/// The answer for a document that breaks a rule of the server.
const fn refused<E: Envelope>() -> Documented {
    let when = "The username is taken, the password is missing, or the preferences are unknown.";
    Documented::value::<E>(400, when, Provenance::Chosen)
}

/// The answer for an id that no user has.
const fn unknown<E: Envelope>() -> Documented {
    Documented::value::<E>(404, "No user has the id.", Provenance::Chosen)
}

/// The user with an id, or the problem that there is none.
fn find<E: Envelope>(transaction: &mut Transaction, id: Uuid) -> Result<Stored<AdminUsersFacet>, Refusal> {
    transaction.find(id)?.ok_or_else(|| Problem::UserNotFound.within::<E>())
}

/// A success with one user. It is chosen that `Identification` names the user that the answer is about, and no user in
/// lists, because a token belongs to a client of the API and not to a user.
fn one<E, U>(call: &Call, transaction: &mut Transaction, user: AdminUser) -> Result<Reply, Refusal>
where
    E: Envelope<Detail = Option<U>>,
    U: Shown,
{
    let language = transaction.item::<Language>(user.facet.language_id)?.map(|language| language.name.clone());
    let id = user.shared.id;
    Ok(Reply::ok(E::success(Some(id), Some(U::from_user(call, user, language)))))
}

/// A success with one user as version 1 shows it.
fn success(call: &Call, transaction: &mut Transaction, user: AdminUser) -> Result<Reply, Refusal> {
    one::<ResponseOfUser, _>(call, transaction, user)
}

/// A success with several users, put in order.
fn many<E, U>(call: &Call, transaction: &mut Transaction, mut users: Vec<AdminUser>) -> Result<Reply, Refusal>
where
    E: Envelope<Detail = Option<Vec<U>>>,
    U: Shown,
{
    super::rules::sort(&mut users);
    let languages = transaction.items::<Language>(Page::All)?;
    let languages: HashMap<Uuid, String> = languages.into_iter().map(|language| (language.id, language.name)).collect();
    let shown = users.into_iter().map(|user| {
        let language = languages.get(&user.facet.language_id).cloned();
        U::from_user(call, user, language)
    });
    Ok(Reply::ok(E::success(None, Some(shown.collect()))))
}
