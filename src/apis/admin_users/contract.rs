//! The Admin users API's wire types (seed 004, docs/spec/admin-users.md §2, §3, §15).

pub use super::envelope::{
    ResponseOfAccount, ResponseOfAccountV2, ResponseOfArrayOfAccount, ResponseOfListOfUser, ResponseOfListOfUserV2,
    ResponseOfObject, ResponseOfString, ResponseOfUser, ResponseOfUserV2,
};
use super::rules::account_email;
use crate::contract::{Collection, Contracted, DateTime, Kind, ListType, ObjectType, Rule, TypeName, Value, ValueRef};
use crate::frameworks::webapi::phone_number;
use crate::{contract, enumeration};
use std::sync::OnceLock;
use uuid::Uuid;

/// The phone rule, as the vendor prints it.
const PHONE: Rule =
    Rule::Pattern { text: r"^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$", matches: phone_number };

/// The e-mail rule of accounts, as the vendor prints it.
const EMAIL: Rule = Rule::Pattern {
    text: r"^([0-9a-zA-Z]([-.\w']*[0-9a-zA-Z])*@([0-9a-zA-Z][-\w']*[0-9a-zA-Z]\.)+[a-zA-Z]{2,9})$",
    matches: account_email,
};

/// Members that clients may send and the server ignores (chosen).
const SERVER_MADE: Rule = Rule::DocumentedOnly(r#"{"readOnly":true}"#);

/// The token endpoint checks this in its own words.
const GRANTS: Rule = Rule::DocumentedOnly(r#"{"enum":["client_credentials","refresh_token"]}"#);

enumeration! {
    /// Preferences of a user; NONE is the only public member.
    pub enum Preferences: "TwoSms.CustomerPortalRole.API.Admin.Users.Preferences" as "Preferences", in "", { NONE = 0 }
    /// What happens to the advanced messages of a deactivated account; DO_NOT_EXPIRE is the only public member.
    pub enum AdvancedMessageExpireOptions: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AdvancedMessageExpireOptions"
        as "AdvancedMessageExpireOptions", in "", { DO_NOT_EXPIRE = 0 }
}

/// The detail of an answer that has none: a CLR object, always null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nothing;

static OBJECT: ObjectType = ObjectType {
    clr_name: "System.Object",
    name: TypeName::Plain("Object"),
    namespace: "",
    base: None,
    members: &[],
    partial: None,
    doc: "Always null.",
    plan: OnceLock::new(),
};

impl Contracted for Option<Nothing> {
    const KIND: Kind = Kind::Object(&OBJECT);
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Null
    }
    fn from_value(_: Value) -> Self {
        None
    }
}

/// A CLR array, as the list of accounts is.
#[derive(Debug, Clone, PartialEq)]
pub struct Array<T>(pub Vec<T>);

impl<T: Contracted> Contracted for Option<Array<T>> {
    const KIND: Kind = Kind::List(&ListType { item: T::KIND, collection: Collection::Array });
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, |array| ValueRef::List(&array.0))
    }
    fn from_value(value: Value) -> Self {
        Option::from_value(value).map(Array)
    }
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
    /// An account. Balances are not emulated: they are null.
    pub struct Account: "TwoSms.CustomerPortalRole.API.Admin.Accounts.Account" as TypeName::Plain("Account"), in "", {
        /// The unique identifier of the account.
        id: Uuid = "ID" { rules: &[SERVER_MADE] },
        /// The unique identifier of the account above it.
        account_id: Option<Uuid> = "AccountID" { rules: &[SERVER_MADE] },
        /// The address.
        address: Option<String> = "Address",
        /// A decimal number; always null here.
        any_time_balance: Option<String> = "AnyTimeBalance" { rules: &[SERVER_MADE] },
        /// The contact number.
        contact_number: Option<String> = "ContactNumber" { required: true, rules: &[PHONE] },
        /// A second number, which an update does not change.
        phone_number: Option<String> = "PhoneNumber" { rules: &[PHONE] },
        /// When the account was created.
        date_created: Option<DateTime> = "DateCreated" { rules: &[SERVER_MADE] },
        /// When the account was last modified.
        date_modified: Option<DateTime> = "DateModified" { rules: &[SERVER_MADE] },
        /// The text below advanced messages.
        disclaimer: Option<String> = "Disclaimer",
        /// The main e-mail address.
        email_address: Option<String> = "EmailAddress" { required: true, rules: &[EMAIL] },
        /// The contact's first name.
        first_name: Option<String> = "FirstName",
        /// The name of the default header; not emulated.
        default_header: Option<String> = "Defaultheader" { rules: &[SERVER_MADE] },
        /// The identifier of the language.
        language_id: Uuid = "LanguageID",
        /// The language's name.
        language_name: Option<String> = "LanguageName" { rules: &[SERVER_MADE] },
        /// The contact's last name.
        last_name: Option<String> = "LastName",
        /// The country; not emulated.
        location: Option<String> = "Location" { rules: &[SERVER_MADE] },
        /// The logo, in base64.
        logo: Option<String> = "Logo",
        /// The name of the logo's file.
        logo_name: Option<String> = "LogoName",
        /// The company's name.
        name: Option<String> = "Name",
        /// A decimal number; always null here.
        off_peak_balance: Option<String> = "OffPeakBalance" { rules: &[SERVER_MADE] },
        /// How the portal is displayed; not emulated, always empty.
        preferences: Option<Vec<Preferences>> = "Preferences",
        /// Whether SCIM is on; not emulated.
        scim_enabled: bool = "SCIMEnabled",
        /// The password with which messages are sent; null when passwords are hidden.
        sms_password: Option<String> = "SMSPassword",
        /// The name with which messages are sent.
        sms_username: Option<String> = "SMSUsername",
        /// The time zone.
        time_zone: Option<String> = "TimeZone",
        /// Whether signing in takes a second factor.
        two_factor_enabled: Option<bool> = "TwoFactorEnabled",
        /// An address of the portal; not emulated.
        url: Option<String> = "URL" { rules: &[SERVER_MADE] },
        /// The website.
        website: Option<String> = "Website",
    }

    /// An account with its country's codes. JSON puts these first, XML last.
    pub struct AccountV2 extends Account: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountV2" as TypeName::Plain("AccountV2"), in "", {
        /// The dialling code of the country; not emulated.
        country_code: Option<String> = "CountryCode" { rules: &[SERVER_MADE] },
        /// The national dialling code; not emulated.
        ndd: Option<String> = "NDD" { rules: &[SERVER_MADE] },
        /// The international dialling code; not emulated.
        idd: Option<String> = "IDD" { rules: &[SERVER_MADE] },
        /// When a user who does nothing is signed out; not emulated.
        timeout: i32 = "Timeout" { rules: &[SERVER_MADE] },
        /// Master or Sub; the words are chosen.
        kind: Option<String> = "Type" { rules: &[SERVER_MADE] },
    }

    /// The new details of an account, version 2: the members of version 1 and some that an update does not use.
    pub struct AccountV3 extends AccountV2: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountV3" as TypeName::Plain("AccountV3"), in "", {
        /// Not used by an update.
        disclaimer_remove: bool = "DisclaimerRemove",
        /// Not used by an update.
        enabled: bool = "Enabled",
    }

    /// A sub-account to be created, and its first user.
    pub struct AccountRequest: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountRequest" as TypeName::Plain("AccountRequest"), in "", {
        /// The company's address.
        address: Option<String> = "Address",
        /// The company's name, which is the account's.
        company_name: Option<String> = "CompanyName",
        /// The contact's e-mail address.
        email: Option<String> = "Email" { required: true },
        /// The login name of the account's user.
        username: Option<String> = "Username" { required: true },
        /// The contact's first name.
        first_name: Option<String> = "Firstname" { required: true },
        /// The identifier of the language.
        language_id: Uuid = "LanguageID",
        /// The contact's last name.
        last_name: Option<String> = "Lastname" { required: true },
        /// The contact's mobile phone number.
        mobile_phone: Option<String> = "MobilePhone",
        /// The password of the account's user.
        password: Option<String> = "Password" { required: true },
        /// The time zone.
        time_zone: Option<String> = "TimeZone",
        /// Undocumented; ignored.
        time_zone_in_java_format: Option<String> = "TimeZoneInJavaFormat",
        /// The website.
        website: Option<String> = "WebSite",
    }

    /// With what an account's messages are sent.
    pub struct Credentials: "TwoSms.CustomerPortalRole.API.Admin.Accounts.Credentials" as TypeName::Plain("Credentials"), in "", {
        /// The name.
        sms_username: Option<String> = "SMSUsername",
        /// The password.
        sms_password: Option<String> = "SMSPassword",
    }

    /// A sub-account to be created, and its first user, version 2.
    pub struct AccountV2Request: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountV2Request" as TypeName::Plain("AccountV2Request"), in "", {
        /// Undocumented; accepted and never stored.
        user_password: Option<String> = "UserPassword",
        /// The company's address.
        address: Option<String> = "Address",
        /// The company's name, which is the account's.
        company_name: Option<String> = "CompanyName",
        /// The contact's e-mail address.
        email: Option<String> = "Email" { required: true },
        /// The login name of the account's user.
        username: Option<String> = "Username" { required: true },
        /// The contact's first name.
        first_name: Option<String> = "Firstname" { required: true },
        /// The identifier of the language.
        language_id: Uuid = "LanguageID",
        /// The contact's last name.
        last_name: Option<String> = "Lastname" { required: true },
        /// The contact's mobile phone number.
        mobile_phone: Option<String> = "MobilePhone" { rules: &[PHONE] },
        /// The password of the account's user.
        password: Option<String> = "Password" { required: true },
        /// The time zone.
        time_zone: Option<String> = "TimeZone",
        /// Undocumented; ignored.
        time_zone_in_java_format: Option<String> = "TimeZoneInJavaFormat",
        /// The website.
        website: Option<String> = "WebSite",
        /// With what messages are sent.
        credentials: Option<Credentials> = "Credentials",
    }

    /// What happens with a deactivated account's messages and sub-accounts.
    pub struct AccountDeleteOptions: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountDeleteOptions"
        as TypeName::Plain("AccountDeleteOptions"), in "", {
        /// There are no messages here to cancel.
        cancel_pending_messages: bool = "CancelPendingMessages",
        /// There are no messages here to expire.
        expire_advanced_messages: AdvancedMessageExpireOptions = "ExpireAdvancedMessages",
        /// Whether its sub-accounts move to the account above it.
        transfer: bool = "TransferSubsChildAccounts",
        /// Whether its sub-accounts are deactivated also; counts if both are asked for.
        delete: bool = "DeleteSubsChildAccounts",
    }

    /// The same, version 2.
    pub struct AccountDeleteOptionsV2: "TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountDeleteOptionsV2"
        as TypeName::Plain("AccountDeleteOptionsV2"), in "", {
        /// There are no messages here to cancel.
        cancel_pending_messages: bool = "CancelPendingMessages",
        /// Whether its sub-accounts are deactivated also; counts if both are asked for.
        delete: bool = "DeleteSubsChildAccounts",
        /// There are no messages here to expire.
        expire_advanced_messages: AdvancedMessageExpireOptions = "ExpireAdvancedMessages",
        /// Whether its sub-accounts move to the account above it.
        transfer: bool = "TransferSubsChildAccounts",
        /// Undocumented; accepted and never stored. XML only.
        user_password: Option<String> = "UserPassword" { in_json: false },
    }

    /// The same, for a child account.
    pub struct SubAccountDeleteOptions: "TwoSms.CustomerPortalRole.API.Admin.Accounts.SubAccountDeleteOptions"
        as TypeName::Plain("SubAccountDeleteOptions"), in "", {
        /// There are no messages here to cancel.
        cancel_pending_messages: bool = "CancelPendingMessages" { required: true },
        /// Whether its sub-accounts move to the account above it.
        transfer: bool = "TransferSubsChildAccounts" { required: true },
        /// Whether its sub-accounts are deactivated also; counts if both are asked for.
        delete: bool = "DeleteSubsChildAccounts",
    }

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
