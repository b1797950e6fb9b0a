//! The mails that the real API would send. They stay in the world's outbox; the link starts with the address that the
//! client used, so that it works where the client is (chosen: the vendor's mails are not published).

use super::facet::ResellerUser;
use crate::apis::{Call, oauth};
use crate::contract::DateTime;
use crate::store::Mail;

/// For a new user, and once more on request.
pub const ACTIVATION: &str = "activation";
/// For users with website access when their account is enabled (docs/spec/reseller.md §5.3).
pub const INVITATION: &str = "invitation";

/// For users who may use the communications client (docs/spec/reseller.md §16.2).
pub const WELCOME: &str = "welcome";

/// A mail to a user.
pub fn to(user: &ResellerUser, kind: &str, call: &Call, at: DateTime) -> Mail {
    let code = oauth::secret(call);
    Mail {
        at,
        api: super::API.name,
        kind: kind.to_owned(),
        to: user.shared.email.clone().unwrap_or_default(),
        link: Some(format!("{}/v1.0/activate?userId={}&code={code}", call.request.origin, user.shared.id)),
    }
}
