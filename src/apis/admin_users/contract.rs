//! The Admin users API's wire types (seed 004, docs/spec/admin-users.md §2, §3).

pub use super::envelope::{
    ResponseOfListOfUser, ResponseOfListOfUserV2, ResponseOfString, ResponseOfUser, ResponseOfUserV2,
};
use crate::contract::{DateTime, Rule, TypeName};
use crate::frameworks::webapi::phone_number;
use crate::{contract, enumeration};
use uuid::Uuid;

/// The phone rule, as the vendor prints it.
const PHONE: Rule =
    Rule::Pattern { text: r"^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$", matches: phone_number };

/// Members that clients may send and the server ignores (chosen).
const SERVER_MADE: Rule = Rule::DocumentedOnly(r#"{"readOnly":true}"#);

/// The token endpoint checks this in its own words.
const GRANTS: Rule = Rule::DocumentedOnly(r#"{"enum":["client_credentials","refresh_token"]}"#);

enumeration! {
    /// Preferences of a user; NONE is the only public member.
    pub enum Preferences: "TwoSms.CustomerPortalRole.API.Admin.Users.Preferences" as "Preferences", in "", { NONE = 0 }
}

contract! {
    /// A user of an account.
    pub struct User: "TwoSms.CustomerPortalRole.API.Admin.Users.User" as TypeName::Plain("User"), in "", {
        /// The unique identifier of the user.
        id: Uuid = "ID" { rules: &[SERVER_MADE] },
        /// When the user accepted the privacy policy and the data processing agreement; read-only.
        agreement_date: Option<DateTime> = "AgreementDate" { read_only: true },
        /// The unique identifier of the account.
        account_id: Uuid = "AccountID" { rules: &[SERVER_MADE] },
        /// Whether the user is an administrator.
        admin_user: bool = "AdminUser",
        /// When the user was created.
        date_created: DateTime = "DateCreated" { rules: &[SERVER_MADE] },
        /// When the user was last modified.
        date_modified: DateTime = "DateModified" { rules: &[SERVER_MADE] },
        /// When the user declined the privacy policy and the data processing agreement; read-only.
        decline_date: Option<DateTime> = "DeclineDate" { read_only: true },
        /// The user's name.
        display_name: Option<String> = "DisplayName" { required: true },
        /// The accepted version of the data processing agreement; read-only.
        dpa_version: Option<String> = "DPAVersion" { read_only: true },
        /// The e-mail address; its format is not checked.
        email_address: Option<String> = "EmailAddress" { required: true, rules: &[Rule::EmailDataType] },
        /// Whether the user may sign in.
        enabled: bool = "Enabled" { required: true },
        /// The identifier of the user's language.
        language_id: Uuid = "LanguageID" { required: true },
        /// The language's name; XML only.
        language: Option<String> = "Language" { in_json: false },
        /// The mobile phone number.
        mobile_phone: Option<String> = "MobilePhone" { required: true, rules: &[PHONE] },
        /// The password; null when passwords are hidden.
        password: Option<String> = "Password",
        /// The two-factor pin; null for a random one at each sign-in.
        pin: Option<String> = "Pin",
        /// Preferences.
        preferences: Preferences = "Preferences",
        /// The accepted version of the privacy policy; read-only.
        privacy_policy_version: Option<String> = "PrivacyPolicyVersion" { read_only: true },
        /// Whether the user is part of a single sign-on set-up.
        sso_enabled: bool = "SSOEnabled",
        /// The time zone.
        time_zone: Option<String> = "TimeZone" { required: true },
        /// The login name.
        username: Option<String> = "Username" { required: true },
        /// Undocumented; accepted and never stored.
        user_password: Option<String> = "UserPassword",
    }

    /// Why an operation was not carried out.
    pub struct Error: "TwoSms.CustomerPortalRole.API.Misc.Error" as TypeName::Plain("Error"), in "", {
        /// A short code; the codes are chosen.
        error_code: Option<String> = "ErrorCode",
        /// A sentence.
        error_reason: Option<String> = "ErrorReason",
    }

    /// The user that an answer is about.
    pub struct Identification: "TwoSms.CustomerPortalRole.API.Misc.Identification"
        as TypeName::Plain("Identification"), in "", {
        /// The user's id.
        user_id: Option<String> = "UserId",
    }
}

contract! {
    /// A user as version 2 of the API shows it. JSON puts Status first, XML last.
    pub struct UserV2 extends User: "TwoSms.CustomerPortalRole.API.Admin.Users.UserV2" as TypeName::Plain("UserV2"), in "", {
        /// Active, Locked or Disabled; the words are chosen.
        status: Option<String> = "Status",
    }

    /// The parameters of the token endpoint.
    pub struct TokenRequest: "Microsoft.Owin.Security.OAuth.TokenRequest" as TypeName::Plain("TokenRequest"), in "", {
        /// `client_credentials` or `refresh_token`.
        grant_type: Option<String> = "grant_type" { required: true, rules: &[GRANTS] },
        /// The client; may be sent as HTTP Basic instead.
        client_id: Option<String> = "client_id",
        /// Its secret.
        client_secret: Option<String> = "client_secret",
        /// For the grant of that name.
        refresh_token: Option<String> = "refresh_token",
    }

    /// A token, as the token endpoint issues it. Katana has no class for it; the name is chosen.
    pub struct Granted: "Microsoft.Owin.Security.OAuth.Granted" as TypeName::Plain("Granted"), in "", {
        /// The token.
        access_token: Option<String> = "access_token",
        /// Always `bearer`.
        token_type: Option<String> = "token_type",
        /// How long the token is valid, in seconds.
        expires_in: i32 = "expires_in",
        /// Exchanged once for a further token.
        refresh_token: Option<String> = "refresh_token",
    }

    /// Why the token endpoint issues none. Katana has no class for it; the name is chosen.
    pub struct GrantRefused: "Microsoft.Owin.Security.OAuth.GrantRefused" as TypeName::Plain("GrantRefused"), in "", {
        /// The error code of OAuth.
        error: Option<String> = "error",
    }
}
