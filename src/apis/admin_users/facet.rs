//! The state of Admin users: its facet of a user, and the accounts and languages that users name.

use super::contract::Preferences;
use crate::contract::{DateTime, DefaultValue, Value};
use crate::model::UserWith;
use crate::{facet, list};
use uuid::Uuid;

facet! {
    /// The Admin users facet of a user.
    pub struct AdminUsersFacet of "adminUsers", in account_id, needs username {
        /// The account.
        account_id: Uuid = "accountId" {
            refers: &["adminUsers.accounts"],
            default: DefaultValue::FirstOf("adminUsers.accounts"),
        },
        /// Whether the user is an administrator.
        admin_user: bool = "adminUser",
        /// When the agreement was accepted; read-only for clients.
        agreement_date: Option<DateTime> = "agreementDate",
        /// When it was declined; read-only for clients.
        decline_date: Option<DateTime> = "declineDate",
        /// The accepted version of the data processing agreement; read-only for clients.
        dpa_version: Option<String> = "dpaVersion",
        /// The language. Clients may send one that no list holds, and an export of that has to be importable.
        language_id: Uuid = "languageId" { default: DefaultValue::FirstOf("adminUsers.languages") },
        /// The mobile phone number.
        mobile_phone: Option<String> = "mobilePhone",
        /// The two-factor PIN; null means a new one at each sign-in.
        pin: Option<String> = "pin" { secret: true },
        /// Preferences.
        preferences: Preferences = "preferences",
        /// The accepted version of the privacy policy; read-only for clients.
        privacy_policy_version: Option<String> = "privacyPolicyVersion",
        /// Whether the user is part of a single-sign-on setup.
        sso_enabled: bool = "ssoEnabled",
        /// The time zone.
        time_zone: Option<String> = "timeZone" { default: DefaultValue::Value(|| Value::Text("UTC".to_owned())) },
        /// Shown only to calls with `IncludeSuperUsers=true`.
        super_user: bool = "superUser",
        /// Locked out of the system until unlocked.
        locked: bool = "locked",
    }
}

/// A user as this API knows it.
pub type AdminUser = UserWith<AdminUsersFacet>;

list! {
    /// An account.
    pub struct Account in "adminUsers"."accounts", each "account", id id: Uuid {
        /// Its id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
    }
}

list! {
    /// A language.
    pub struct Language in "adminUsers"."languages", each "language", id id: Uuid {
        /// Its id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
    }
}
