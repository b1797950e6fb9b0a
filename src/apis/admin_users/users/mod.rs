//! Users, one endpoint a file (a list and a read in both versions), and what these endpoints share.

pub mod access;
pub mod create;
pub mod gdpr;
pub mod get;
pub mod list;
pub mod of_account;
pub mod replace;
pub mod status;
mod wire;

use super::contract::{ResponseOfUser, User};
use super::envelope::Envelope;
use super::problem::Problem;
use crate::apis::operation::{AnswerContent, Documented, Provenance};
use crate::apis::{Call, Refusal};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{From, Parameter, Reply};
use crate::model;
use crate::store::{Stored, Transaction};
use uuid::Uuid;
use wire::Shown;

const ID: Parameter = Parameter { name: "id", kind: Kind::Guid, from: From::Uri, doc: "The id of the user." };
const BODY: Parameter = Parameter { name: "user", kind: User::KIND, from: From::Body, doc: "The details of the user." };

// 401, 404 of an address, 405 and 415 stand in no table: the framework and the API's `denied` answer them everywhere.
const INVALID: Documented = Documented {
    status: 400,
    when: "The document is missing or breaks a rule of the member table, or the address cannot be read.",
    content: AnswerContent::HttpError,
    provenance: Provenance::Framework,
};
const INVALID_ADDRESS: Documented = Documented {
    status: 400,
    when: "A value in the address cannot be read.",
    content: AnswerContent::HttpError,
    provenance: Provenance::Framework,
};

/// The answer of a success.
const fn answered(when: &'static str, kind: Kind, provenance: Provenance) -> Documented {
    Documented { status: 200, when, content: AnswerContent::Value(kind), provenance }
}

/// The answer for a document that breaks a rule of the server.
const fn refused(kind: Kind) -> Documented {
    Documented {
        status: 400,
        when: "The username is taken, the password is missing or too weak, or the preferences are unknown.",
        content: AnswerContent::Value(kind),
        provenance: Provenance::Chosen,
    }
}

/// The answer for an id that no user has.
const fn unknown(kind: Kind) -> Documented {
    Documented {
        status: 404,
        when: "No user has the id.",
        content: AnswerContent::Value(kind),
        provenance: Provenance::Chosen,
    }
}

/// The user of an id, or why there is none.
fn find<E: Envelope>(transaction: &mut Transaction, id: Uuid) -> Result<Stored, Refusal> {
    transaction.admin_user(id)?.ok_or_else(|| Problem::UserNotFound.within::<E>())
}

/// A success with one user. Whom `Identification` names is chosen: the user the answer is about, and nobody in lists,
/// because a token belongs to a client of the API and not to a user.
fn one<E, U>(call: &Call, transaction: &mut Transaction, user: model::User) -> Result<Reply, Refusal>
where
    E: Envelope<Detail = Option<U>>,
    U: Shown,
{
    let language_id = user.admin_users.as_ref().map(|facet| facet.language_id).unwrap_or_default();
    let language = transaction.language(language_id)?.map(|language| language.name);
    let id = user.id;
    Ok(Reply::ok(E::success(Some(id), Some(U::of(call, user, language)))))
}

/// A success with one user as version 1 shows it.
fn success(call: &Call, transaction: &mut Transaction, user: model::User) -> Result<Reply, Refusal> {
    one::<ResponseOfUser, _>(call, transaction, user)
}

/// A success with several users, put in order.
fn many<E, U>(call: &Call, transaction: &mut Transaction, mut users: Vec<model::User>) -> Result<Reply, Refusal>
where
    E: Envelope<Detail = Option<Vec<U>>>,
    U: Shown,
{
    super::rules::sort(&mut users);
    let languages = transaction.admin_languages()?;
    let languages: std::collections::HashMap<Uuid, String> =
        languages.into_iter().map(|language| (language.id, language.name)).collect();
    let shown = users.into_iter().map(|user| {
        let language = user.admin_users.as_ref().and_then(|facet| languages.get(&facet.language_id)).cloned();
        U::of(call, user, language)
    });
    Ok(Reply::ok(E::success(None, Some(shown.collect()))))
}
