//! The state of Admin users: its facet of a user, and the accounts and languages that users name.

use super::contract::Preferences;
use crate::contract::{DateTime, DefaultValue, Value};
use crate::model::{DEFAULT_DATE, UserWith};
use crate::{facet, list};
use uuid::Uuid;

facet! {
    /// The Admin users facet of a user.
    pub struct AdminUsersFacet of "adminUsers", in account_id, needs username email {
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
    /// An account. The first one is the caller's. Members after `name` are written only where they hold more than the
    /// default.
    pub struct Account in "adminUsers"."accounts", each "account", id id: Uuid, hidden deactivated, in parent_id {
        /// Its id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
        /// The account above it; none of a master account.
        parent_id: Option<Uuid> = "parentId" { quiet: true },
        /// The main e-mail address.
        email_address: Option<String> = "emailAddress" { quiet: true },
        /// The contact number.
        contact_number: Option<String> = "contactNumber" { quiet: true },
        /// A second number.
        phone_number: Option<String> = "phoneNumber" { quiet: true },
        /// The address.
        address: Option<String> = "address" { quiet: true },
        /// The text below advanced messages.
        disclaimer: Option<String> = "disclaimer" { quiet: true },
        /// The contact's first name.
        first_name: Option<String> = "firstName" { quiet: true },
        /// The contact's last name.
        last_name: Option<String> = "lastName" { quiet: true },
        /// The language; the first of the list when null.
        language_id: Option<Uuid> = "languageId" { quiet: true },
        /// The logo, in base64.
        logo: Option<String> = "logo" { quiet: true },
        /// The name of the logo's file.
        logo_name: Option<String> = "logoName" { quiet: true },
        /// The name with which messages are sent.
        sms_username: Option<String> = "smsUsername" { quiet: true },
        /// Its password.
        sms_password: Option<String> = "smsPassword" { quiet: true, secret: true },
        /// The time zone.
        time_zone: Option<String> = "timeZone" { quiet: true },
        /// Whether signing in takes a second factor.
        two_factor_enabled: bool = "twoFactorEnabled" { quiet: true },
        /// The website.
        website: Option<String> = "website" { quiet: true },
        /// When it was made.
        created_at: DateTime = "dateCreated" {
            quiet: true,
            default: DefaultValue::Value(|| Value::DateTime(DEFAULT_DATE)),
        },
        /// When it was last changed; never when null.
        modified_at: Option<DateTime> = "dateModified" { quiet: true },
        /// Deactivated: it is not found any more, but users may still name it.
        deactivated: bool = "deactivated" { quiet: true },
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
