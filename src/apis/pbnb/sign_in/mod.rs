//! The three ways to sign in (docs/spec/pbnb.md §2, §15): each takes credentials and returns a token, which is also in
//! the header `AuthToken`. The vendor publishes neither the answer nor the lifetime, nor how the appid is sent: the
//! header `AppId` is ignored (chosen, docs/spec/pbnb.md §16 #1, #2).

pub mod account;
pub mod channel;
pub mod delegated;

use super::contract::{Credentials, ReturnOf};
use super::envelope::{Failure, enveloped};
use super::facet::PbnbFacet;
use super::problem::{self, Problem};
use crate::apis::oauth;
use crate::apis::prelude::*;
use http::HeaderName;

/// How long a token is valid, in seconds (chosen).
const LIFETIME: i64 = 8 * 60 * 60;

const CREDENTIALS: Source = body("creds", "Username and password of a user.");

const TOKEN: Documented = Documented::ok::<ReturnOf<String>>(
    "A token, also in the header AuthToken; or, with `Success` false, why there is none.",
    Provenance::Chosen,
);

/// Who may sign in. Administrators of accounts and channels are not part of the state, so any enabled user of PBNB
/// stands in for one (chosen).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Any enabled user.
    Anybody,
    /// Users with a delegated-admin role only, as on the vendor's page.
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
    let stored = transaction.find_by_username::<PbnbFacet>(username.as_deref().unwrap_or_default())?;
    // Without a stored password there is no sign-in, not even for a request without one.
    let user = stored.map(|stored| stored.user);
    let user = user.filter(|user| user.shared.enabled && password.is_some() && user.shared.password == password);
    let user = user.ok_or(Problem::WrongCredentials)?;
    if who == Who::Delegates && user.facet.role_id.is_none() {
        return Err(Problem::NotDelegated.into());
    }
    let token = oauth::issue(call, super::API.name, LIFETIME, &mut transaction)?;
    transaction.commit()?;
    Ok(token.token)
}
