//! The three ways to sign in (docs/spec/pbnb.md §2, §15): each takes credentials and returns a token, which is also in
//! the header `AuthToken`. The vendor publishes neither the answer nor the lifetime, nor how the appid is sent that a
//! token is made from: the header `AppId` may have any value, and a sign-in without it is advised (chosen,
//! docs/spec/pbnb.md §16 #1, #2). What `Auth`, `MaxDenials` and `ResetPeriod` of a user mean for signing in is not
//! published either: wrong passwords lock nobody out, and a user of single sign-on is only advised.

pub mod account;
pub mod channel;
pub mod delegated;

use super::contract::Auth;
use super::contract::{Credentials, ReturnOf};
use super::envelope::{Failure, enveloped};
use super::facet::{PbnbFacet, PbnbUser, Role};
use super::problem::{self, Problem};
use crate::apis::oauth;
use crate::apis::prelude::*;
use crate::store::{StoreError, Transaction};
use http::HeaderName;

/// A user without the administrator's role signs in where the vendor wants an administrator.
pub const NOT_AN_ADMINISTRATOR: Advice = Advice::OfApi("pbnb.not-an-administrator");

/// A sign-in without the appid from which the vendor makes the token.
pub const NO_APP_ID: Advice = Advice::OfApi("pbnb.no-app-id");

/// A user of single sign-on signs in with a password.
pub const PASSWORD_OF_SSO_USER: Advice = Advice::OfApi("pbnb.password-of-sso-user");

/// How long a token is valid, in seconds (chosen).
const LIFETIME: i64 = 8 * 60 * 60;

const CREDENTIALS: Source =
    body("creds", "Username and password of a user.").example(r#"{"Username": "grace", "Password": "Cobol1959"}"#);

const TOKEN: Documented = Documented::ok::<ReturnOf<String>>(
    "A token, also in the header AuthToken; or, with `Success` false, why there is none.",
    Provenance::Chosen,
);

/// The name of the role that makes an administrator of an account and of its channels, in any case (chosen: the vendor
/// publishes no roles).
const ADMINISTRATOR: &str = "Administrator";

/// Who may sign in, among enabled users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Administrators, as on the vendor's pages; others with advice unless tokens are checked strictly.
    Administrators,
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
    match who {
        Who::Delegates if user.facet.role_id.is_none() => return Err(Problem::NotDelegated.into()),
        Who::Administrators if !is_administrator(&user, &mut transaction)? => {
            if call.is_strict() {
                return Err(Problem::NotAdministrator.into());
            }
            call.advise(NOT_AN_ADMINISTRATOR, "The user has not the role Administrator; --auth strict refuses this.");
        }
        Who::Administrators | Who::Delegates => {}
    }
    advise(call, &user);
    let token = oauth::token(call, super::API.name, LIFETIME, transaction.now()).of_user(&user.shared);
    transaction.save_token(&token)?;
    transaction.commit_together().await?;
    Ok(token.token)
}

fn is_administrator(user: &PbnbUser, transaction: &mut Transaction) -> Result<bool, StoreError> {
    let Some(role) = user.facet.role_id else { return Ok(false) };
    Ok(transaction.item::<Role>(role)?.is_some_and(|role| role.name.eq_ignore_ascii_case(ADMINISTRATOR)))
}

fn advise(call: &Call, user: &PbnbUser) {
    if !call.request.headers.contains_key("appid") {
        call.advise(NO_APP_ID, "The vendor makes a token from an appid, and none was sent in the header AppId.");
    }
    if user.facet.auth == Auth::SSO {
        call.advise(PASSWORD_OF_SSO_USER, "The user's Auth is SSO; the real service may take no password.");
    }
}
