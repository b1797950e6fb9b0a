//! The three ways to sign in (spec/pbnb.md §2, §15): each takes credentials and gives a token, which is also in the
//! header `AuthToken`. The vendor publishes neither answer nor life time, nor how the appid comes: the header `AppId` is
//! not looked at (chosen, spec/pbnb.md §16 #1 and #2).

pub mod account;
pub mod channel;
pub mod delegated;

use super::contract::{Credentials, ReturnOf};
use super::envelope::{Failure, enveloped};
use super::problem::{self, Problem};
use crate::apis::operation::{AnswerContent, Documented, Provenance};
use crate::apis::{Call, Outcome, oauth};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{From, Parameter};
use crate::model::Api;
use http::HeaderName;

/// How long a token is good, in seconds (chosen).
const LIFE_TIME: i64 = 8 * 60 * 60;

const CREDENTIALS: Parameter = Parameter {
    name: "creds",
    kind: Kind::Object(Credentials::CLASS),
    from: From::Body,
    doc: "Username and password of a user.",
};

const TOKEN: Documented = Documented {
    status: 200,
    when: "A token, also in the header AuthToken; or, with `Success` false, why there is none.",
    content: AnswerContent::Value(ReturnOf::<String>::KIND),
    provenance: Provenance::Chosen,
};

/// Who may sign in. Administrators of accounts and channels are no part of the state, so that any enabled user of
/// PBNB stands in for one (chosen).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Any enabled user.
    Anybody,
    /// Users with a delegated-admin role only, as the vendor's page says.
    Delegates,
}

/// Signs a user in and answers the token.
async fn answer(call: Call, credentials: Option<Credentials>, who: Who) -> Outcome {
    let mut token = None;
    let reply = enveloped(async {
        let issued = issue(&call, credentials, who).await?;
        token = Some(issued.clone());
        Ok(issued)
    })
    .await?;
    Ok(match token {
        Some(token) => reply.header(HeaderName::from_static("authtoken"), token),
        None => reply,
    })
}

async fn issue(call: &Call, credentials: Option<Credentials>, who: Who) -> Result<String, Failure> {
    let Some(Credentials { username, password }) = credentials else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let user = transaction.user_by_username(username.as_deref().unwrap_or_default())?;
    // A stored null password lets nobody in, also when none was sent.
    let user = user.filter(|user| user.enabled && password.is_some() && user.password == password);
    let facet = user.and_then(|user| user.pbnb).ok_or(Problem::WrongCredentials)?;
    if who == Who::Delegates && facet.role_id.is_none() {
        return Err(Problem::NotDelegated.into());
    }
    let token = oauth::issue(call, Api::Pbnb, LIFE_TIME, &mut transaction)?;
    transaction.commit()?;
    Ok(token.token)
}
