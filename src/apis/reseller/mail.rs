//! The mails this API would send. They stay in the world's outbox; the link is under the address the client used, so it
//! can be followed where the client is (chosen: the vendor's mails are not published).

use crate::apis::{Call, oauth};
use crate::contract::DateTime;
use crate::model::{Api, User};
use crate::store::Mail;

/// What a new user gets, and who asks for it again.
pub const ACTIVATION: &str = "activation";
/// What users with website access get when their account is enabled (spec/reseller.md §5.3).
pub const INVITATION: &str = "invitation";

/// A mail to a user.
pub fn to(user: &User, kind: &str, call: &Call, at: DateTime) -> Mail {
    let code = oauth::secret(call);
    Mail {
        at,
        api: Api::Reseller,
        kind: kind.to_owned(),
        to: user.email.clone().unwrap_or_default(),
        link: Some(format!("{}/v1.0/activate?userId={}&code={code}", call.request.origin, user.id)),
    }
}
