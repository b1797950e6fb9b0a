//! The way from a stored user to the wire, in both versions of the API.

use crate::apis::Call;
use crate::apis::admin_users::contract::{User, UserV2};
use crate::apis::admin_users::facet::AdminUser;
use crate::apis::admin_users::rules;
use crate::contract::{DateTime, DateTimeKind};

/// How a version of the API shows a user.
pub(super) trait Shown {
    /// The user on the wire, with the name of its language.
    fn from_user(call: &Call, user: AdminUser, language: Option<String>) -> Self;
}

impl Shown for User {
    fn from_user(call: &Call, user: AdminUser, language: Option<String>) -> User {
        let AdminUser { shared: user, facet } = user;
        User {
            id: user.id,
            agreement_date: facet.agreement_date.map(local),
            account_id: facet.account_id,
            admin_user: facet.admin_user,
            date_created: local(user.created_at),
            date_modified: local(user.modified_at),
            decline_date: facet.decline_date.map(local),
            display_name: user.display_name,
            dpa_version: facet.dpa_version,
            email_address: user.email,
            enabled: user.enabled,
            language_id: facet.language_id,
            language,
            mobile_phone: facet.mobile_phone,
            password: call.shown(user.password),
            pin: facet.pin,
            preferences: facet.preferences,
            privacy_policy_version: facet.privacy_policy_version,
            sso_enabled: facet.sso_enabled,
            time_zone: facet.time_zone,
            username: user.username,
            user_password: None,
        }
    }
}

impl Shown for UserV2 {
    fn from_user(call: &Call, user: AdminUser, language: Option<String>) -> UserV2 {
        let status = Some(rules::status(&user).to_owned());
        UserV2 { base: User::from_user(call, user, language), status }
    }
}

/// Dates leave as the server's local time, `+00:00` in every public sample (docs/spec/admin-users.md §14 #18).
fn local(date: DateTime) -> DateTime {
    DateTime { kind: DateTimeKind::Local, ..date }
}
