//! The Reseller API's wire types (seed 001, docs/spec/reseller.md §4, §5, §7.1, §16). The vendor's writer leaves nulls out,
//! so members that can be null are marked; each shape of the envelope is its own contract.

use crate::contract;
use crate::contract::{DateTime, Rule, TypeName};
use uuid::Uuid;

/// Declares the longest texts, in UTF-16 units: the number that the rules check and what documents say of it, with
/// further keywords in front.
macro_rules! limits {
    ($($(#[doc = $doc:literal])* $limit:ident, $rule:ident = $length:literal $(, $keywords:literal)?;)*) => {$(
        $(#[doc = $doc])*
        pub const $limit: usize = $length;
        const $rule: Rule = Rule::DocumentedOnly(concat!("{", $($keywords, ",",)? r#""maxLength":"#, $length, "}"));
    )*};
}

limits! {
    /// Of a user's e-mail address.
    EMAIL_LIMIT, EMAIL = 200, r#""pattern":"^[^@]+@[^@]+$""#;
    /// Of a user's display name.
    DISPLAY_NAME_LIMIT, DISPLAY_NAME = 100;
    /// Of an account's name.
    NAME_LIMIT, NAME = 100;
    /// Of an account's description.
    DESCRIPTION_LIMIT, DESCRIPTION = 200;
    /// Of an account's reference.
    REFERENCE_LIMIT, REFERENCE = 200;
    /// Of an account's time zone.
    TIMEZONE_LIMIT, TIMEZONE = 40;
    /// Of an account's country code.
    COUNTRY_CODE_LIMIT, COUNTRY_CODE = 5;
    /// Of the address where a client waits for its code.
    REDIRECT_URI_LIMIT, REDIRECT_URI = 400, r#""format":"uri""#;
}

/// Declares the role keys: the list that the rules check, its first one by itself, and what documents say.
macro_rules! roles {
    ($first:literal $(, $key:literal)* $(,)?) => {
        /// The role of users with access to the website, which every new user gets.
        pub const WEBSITE_ACCESS: &str = $first;
        /// The role keys of account users (docs/spec/reseller.md §5.2).
        pub const ROLES: &[&str] = &[WEBSITE_ACCESS $(, $key)*];
        const ROLE_KEYS: Rule =
            Rule::DocumentedOnly(concat!(r#"{"items":{"type":"string","enum":[""#, $first, $(r#"",""#, $key,)* r#""]}}"#));
    };
}

roles!(
    "account.user",
    "user.admin",
    "account.service.status",
    "account.storage.admin",
    "branding.admin",
    "customer.admin",
    "onboarding.admin",
    "webhooks.admin",
);

/// Declares the role keys of customer users that pages of the vendor print (docs/spec/reseller.md §16.2): what documents
/// say of them, and the counts in an account's metrics, a member each.
macro_rules! customer_roles {
    ($($field:ident $key:literal $doc:literal;)*) => {
        contract! {
            /// How many users of a customer have each role; those that nobody has are left out.
            pub struct RoleCounts: "Reseller.RoleCounts" as TypeName::Plain("RoleCounts"), in "", {
                $(#[doc = $doc] $field: Option<i32> = $key { omit_null: true },)*
            }
        }

        impl RoleCounts {
            /// The counts that a function gives, 0 meaning that nobody has the role.
            #[must_use]
            pub fn of(count: impl Fn(&str) -> i32) -> RoleCounts {
                RoleCounts { $($field: Some(count($key)).filter(|count| *count > 0),)* }
            }
        }
    };
}

customer_roles! {
    admin_user "admin.user" "User administrator.";
    billables_admin "customer.billables.admin" "In the vendor's sample.";
    device_admin "customer.device.admin" "In the vendor's sample.";
    device_readonly "customer.device.readonly" "In the vendor's sample.";
    directories_manage "customer.directories.manage" "In the vendor's sample.";
    settings "customer.settings" "Customer settings.";
    user "customer.user" "Access to the website.";
    user_acd "customer.user.acd" "Agent.";
    user_crm "customer.user.crm" "In the vendor's sample.";
    user_microsoftteams "customer.user.microsoftteams" "Microsoft Teams user.";
    user_pbx "customer.user.pbx" "Essential user.";
    user_pbx_realtime "customer.user.pbx.realtime" "Real-time add-on.";
    user_supervisorl1 "customer.user.supervisorl1" "Supervisor, level 1.";
    user_supervisorl2 "customer.user.supervisorl2" "Supervisor, level 2.";
    user_supervisorl3 "customer.user.supervisorl3" "Supervisor, level 3.";
    user_uc "customer.user.uc" "Communications client.";
    user_uc_essential "customer.user.uc.essential" "Communications client, essential.";
    user_uc_remote "customer.user.uc.remote" "Professional user.";
}

/// Keys that users of customers can have.
const CUSTOMER_ROLE_KEYS: Rule =
    Rule::DocumentedOnly(r#"{"items":{"type":"string","pattern":"^(admin\\.user|customer\\..+)$"}}"#);

// Rules that the authorization server checks in its own words.
const CODE: Rule = Rule::DocumentedOnly(r#"{"enum":["code"]}"#);
const CHALLENGES: Rule = Rule::DocumentedOnly(r#"{"enum":["S256","plain"]}"#);
const GRANTS: Rule = Rule::DocumentedOnly(r#"{"enum":["authorization_code","refresh_token"]}"#);

/// Declares a success: what comes before `data`, `data` itself, then state and time (docs/spec/reseller.md §4).
macro_rules! success {
    ($(
        $(#[doc = $doc:literal])*
        $type:ident: $clr:literal as $name:literal {
            $($(#[doc = $member_doc:literal])* $field:ident : $field_type:ty = $wire:literal),* $(,)?
        }
    )*) => {
        contract! {$(
            $(#[doc = $doc])*
            pub struct $type: $clr as TypeName::Plain($name), in "", {
                $($(#[doc = $member_doc])* $field: $field_type = $wire,)*
                /// `success`.
                status: Option<String> = "status",
                /// When, UTC, with seven digits of a second.
                timestamp: Option<String> = "timestamp",
            }
        )*}

        $(impl $type {
            /// The answer of a moment.
            #[must_use]
            pub fn at(now: DateTime, $($field: $field_type),*) -> $type {
                let (status, timestamp) = (Some("success".to_owned()), Some(timestamp(now)));
                $type { $($field,)* status, timestamp }
            }
        })*
    };
}

success! {
    /// A success without data.
    Success: "Reseller.Success" as "Success" {}

    /// A user.
    UserData: "Reseller.UserData" as "UserData" {
        /// The user.
        data: Option<User> = "data",
    }

    /// The users of an account.
    UserList: "Reseller.UserList" as "UserList" {
        /// How many there are in this answer.
        page_size: i32 = "page_size",
        /// The users.
        data: Option<Vec<ListedUser>> = "data",
    }

    /// An account.
    AccountData: "Reseller.AccountData" as "AccountData" {
        /// The account.
        data: Option<Account> = "data",
    }

    /// An account that was just created.
    CreatedAccountData: "Reseller.CreatedAccountData" as "CreatedAccountData" {
        /// The account.
        data: Option<CreatedAccount> = "data",
    }

    /// A page of accounts.
    AccountPage: "Reseller.AccountPage" as "AccountPage" {
        /// How many there are in this answer, whatever number was requested.
        page_size: i32 = "page_size",
        /// The page, the first being 0.
        page_index: i32 = "page_index",
        /// The accounts.
        data: Option<Vec<Account>> = "data",
    }
}

success! {
    /// The license metrics of an account.
    MetricsData: "Reseller.MetricsData" as "MetricsData" {
        /// The metrics.
        data: Option<AccountMetrics> = "data",
    }

    /// A customer.
    CustomerData: "Reseller.CustomerData" as "CustomerData" {
        /// The customer.
        data: Option<Customer> = "data",
    }

    /// A customer that was just created.
    CreatedCustomerData: "Reseller.CreatedCustomerData" as "CreatedCustomerData" {
        /// The customer.
        data: Option<CreatedCustomer> = "data",
    }

    /// A page of customers.
    CustomerPage: "Reseller.CustomerPage" as "CustomerPage" {
        /// How many there are in this answer, whatever number was requested.
        page_size: i32 = "page_size",
        /// The page, the first being 0.
        page_index: i32 = "page_index",
        /// The customers.
        data: Option<Vec<Customer>> = "data",
    }

    /// A user of a customer.
    CustomerUserData: "Reseller.CustomerUserData" as "CustomerUserData" {
        /// The user.
        data: Option<CustomerUser> = "data",
    }

    /// The users of a customer.
    CustomerUserList: "Reseller.CustomerUserList" as "CustomerUserList" {
        /// How many there are in this answer.
        page_size: i32 = "page_size",
        /// The users.
        data: Option<Vec<ListedCustomerUser>> = "data",
    }
}

contract! {
    /// A failure.
    pub struct Failure: "Reseller.Failure" as TypeName::Plain("Failure"), in "", {
        /// The HTTP status.
        error: i32 = "error",
        /// A code for programs; only some failures have one.
        error_code: Option<String> = "errorCode" { omit_null: true },
        /// What went wrong.
        message: Option<String> = "message",
        /// `error`.
        status: Option<String> = "status",
        /// When, UTC, with seven digits of a second.
        timestamp: Option<String> = "timestamp",
    }

    /// A user.
    pub struct User: "Reseller.User" as TypeName::Plain("User"), in "", {
        /// The user's id, made by the server.
        id: Uuid = "id",
        /// Display name.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name.
        email: Option<String> = "email" { omit_null: true },
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant",
        /// Keys of the roles the user has in this account.
        roles: Option<Vec<Option<String>>> = "roles",
    }

    /// A user in a list, which shows no roles.
    pub struct ListedUser: "Reseller.ListedUser" as TypeName::Plain("ListedUser"), in "", {
        /// The user's id, made by the server.
        id: Uuid = "id",
        /// Display name.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name.
        email: Option<String> = "email" { omit_null: true },
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant",
    }

    /// A user to be created. Other members are ignored.
    pub struct NewUser: "Reseller.NewUser" as TypeName::Plain("NewUser"), in "", {
        /// E-mail address, the login name.
        email: Option<String> = "email" { required: true, rules: &[EMAIL] },
        /// Display name.
        display_name: Option<String> = "displayName" { required: true, rules: &[DISPLAY_NAME] },
        /// Keys of roles; `account.user` is always given.
        roles: Option<Vec<Option<String>>> = "roles" { rules: &[ROLE_KEYS] },
    }

    /// An account.
    pub struct Account: "Reseller.Account" as TypeName::Plain("Account"), in "", {
        /// The account's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name.
        name: Option<String> = "name",
        /// Its description.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The enterprise's tenant id.
        parent_tenant: Uuid = "parentTenantId",
        /// The enterprise's own number or code for it.
        reference: Option<String> = "reference" { omit_null: true },
        /// When it was made, with three digits of a second and no zone.
        date_created: Option<String> = "dateCreated",
        /// An IANA time zone; the enterprise's when absent.
        timezone: Option<String> = "timezone" { omit_null: true },
        /// ISO 3166 code of the country; the enterprise's when absent.
        country_code: Option<String> = "countryCode" { omit_null: true },
    }

    /// An account as its creation shows it.
    pub struct CreatedAccount: "Reseller.CreatedAccount" as TypeName::Plain("CreatedAccount"), in "", {
        /// The account's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name.
        name: Option<String> = "name",
        /// Its description.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The enterprise's tenant id.
        parent_tenant: Uuid = "parentTenantId",
    }

    /// An account to be created. Other members are ignored.
    pub struct NewAccount: "Reseller.NewAccount" as TypeName::Plain("NewAccount"), in "", {
        /// Its name.
        name: Option<String> = "name" { required: true, rules: &[NAME] },
        /// Its description.
        description: Option<String> = "description" { rules: &[DESCRIPTION] },
        /// The enterprise's own number or code for it.
        reference: Option<String> = "reference" { rules: &[REFERENCE] },
        /// Whether it is in use; false when absent.
        enabled: bool = "enabled",
        /// An IANA time zone.
        timezone: Option<String> = "timezone" { rules: &[TIMEZONE] },
        /// ISO 3166 code of the country.
        country_code: Option<String> = "countryCode" { rules: &[COUNTRY_CODE] },
    }

    /// A customer.
    pub struct Customer: "Reseller.Customer" as TypeName::Plain("Customer"), in "", {
        /// The customer's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name.
        name: Option<String> = "name",
        /// Its description.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The account's tenant id.
        parent_tenant: Uuid = "parentTenantId",
        /// The account's own number or code for it.
        reference: Option<String> = "reference" { omit_null: true },
        /// When it was made, with three digits of a second and no zone.
        date_created: Option<String> = "dateCreated",
        /// An IANA time zone; the account's when absent.
        timezone: Option<String> = "timezone" { omit_null: true },
        /// ISO 3166 code of the country; the account's when absent.
        country_code: Option<String> = "countryCode" { omit_null: true },
    }

    /// A customer as its creation shows it.
    pub struct CreatedCustomer: "Reseller.CreatedCustomer" as TypeName::Plain("CreatedCustomer"), in "", {
        /// The customer's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name.
        name: Option<String> = "name",
        /// Its description.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The account's tenant id.
        parent_tenant: Uuid = "parentTenantId",
    }

    /// A customer to be created. Other members, such as the PBX connection, are ignored.
    pub struct NewCustomer: "Reseller.NewCustomer" as TypeName::Plain("NewCustomer"), in "", {
        /// Its name.
        name: Option<String> = "name" { required: true, rules: &[NAME] },
        /// Its description.
        description: Option<String> = "description" { rules: &[DESCRIPTION] },
        /// The account's own number or code for it.
        reference: Option<String> = "reference" { rules: &[REFERENCE] },
        /// Whether it is in use; false when absent.
        enabled: bool = "enabled",
        /// An IANA time zone.
        timezone: Option<String> = "timezone" { rules: &[TIMEZONE] },
        /// ISO 3166 code of the country.
        country_code: Option<String> = "countryCode" { rules: &[COUNTRY_CODE] },
        /// Whether new users get an activation mail; true when absent.
        send_new_user_email: Option<bool> = "sendNewUserEmail",
        /// Whether users who may use the communications client get a welcome mail; true when absent.
        send_connect_welcome_email: Option<bool> = "sendConnectWelcomeEmail",
        /// For how many days the customer tries the product; 0 is no trial.
        trial_duration: i32 = "trialDuration",
    }

    /// A user of a customer.
    pub struct CustomerUser: "Reseller.CustomerUser" as TypeName::Plain("CustomerUser"), in "", {
        /// The user's id, made by the server.
        id: Uuid = "id",
        /// Display name.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name.
        email: Option<String> = "email" { omit_null: true },
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant",
        /// Whether the user is configured at a higher level, i.e. also belongs to the account.
        is_parent: bool = "isParent",
        /// Keys of the roles the user has with this customer.
        roles: Option<Vec<Option<String>>> = "roles",
    }

    /// A user of a customer in a list, which shows no roles.
    pub struct ListedCustomerUser: "Reseller.ListedCustomerUser" as TypeName::Plain("ListedCustomerUser"), in "", {
        /// The user's id, made by the server.
        id: Uuid = "id",
        /// Display name.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name.
        email: Option<String> = "email" { omit_null: true },
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant",
        /// Whether the user is configured at a higher level, i.e. also belongs to the account.
        is_parent: bool = "isParent",
    }

    /// A user of a customer to be created. Other members are ignored.
    pub struct NewCustomerUser: "Reseller.NewCustomerUser" as TypeName::Plain("NewCustomerUser"), in "", {
        /// E-mail address, the login name.
        email: Option<String> = "email" { required: true, rules: &[EMAIL] },
        /// Display name.
        display_name: Option<String> = "displayName" { required: true, rules: &[DISPLAY_NAME] },
        /// Keys of roles; `customer.user` is always given.
        roles: Option<Vec<Option<String>>> = "roles" { rules: &[CUSTOMER_ROLE_KEYS] },
    }

    /// The license metrics of an account.
    pub struct AccountMetrics: "Reseller.AccountMetrics" as TypeName::Plain("AccountMetrics"), in "", {
        /// The account's tenant id.
        account_tenant_id: Uuid = "accountTenantId",
        /// Its name.
        account_name: Option<String> = "accountName",
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// When it was made, without a zone.
        date_created: Option<String> = "dateCreated",
        /// Its customers.
        customers: Option<Vec<CustomerMetrics>> = "customers",
    }

    /// The license metrics of a customer.
    pub struct CustomerMetrics: "Reseller.CustomerMetrics" as TypeName::Plain("CustomerMetrics"), in "", {
        /// The customer's tenant id.
        tenant_id: Uuid = "tenantId",
        /// Its name.
        tenant_name: Option<String> = "tenantName",
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// When it was made, without a zone.
        date_created: Option<String> = "dateCreated",
        /// How many of its users have each role.
        roles: Option<RoleCounts> = "roles",
    }

    /// One operation of a JSON Patch document.
    pub struct PatchOperation: "Microsoft.AspNetCore.JsonPatch.Operations.Operation"
        as TypeName::Plain("Operation"), in "", {
        /// add, remove, replace, move, copy or test.
        op: Option<String> = "op" { required: true },
        /// The property, e.g. `/displayName` or `/roles/-`.
        path: Option<String> = "path" { required: true },
        /// The source of move and copy.
        from: Option<String> = "from",
        /// The value; any JSON.
        value: Option<String> = "value",
    }

    /// The parameters of the authorize endpoint.
    pub struct AuthorizeRequest: "IdentityServer.AuthorizeRequest" as TypeName::Plain("AuthorizeRequest"), in "", {
        /// The client, as the portal shows it.
        client_id: Option<String> = "client_id" { required: true },
        /// Where the client waits for its code.
        redirect_uri: Option<String> = "redirect_uri" { required: true, rules: &[REDIRECT_URI] },
        /// `code`.
        response_type: Option<String> = "response_type" { required: true, rules: &[CODE] },
        /// Returned with the code.
        state: Option<String> = "state",
        /// `openid offline_access onboarding`, the default.
        scope: Option<String> = "scope",
        /// The challenge of PKCE.
        code_challenge: Option<String> = "code_challenge",
        /// `S256`, or `plain`, the default.
        code_challenge_method: Option<String> = "code_challenge_method" { rules: &[CHALLENGES] },
        /// Repeated in the id token.
        nonce: Option<String> = "nonce",
        /// The e-mail address of the user who signs in.
        login_hint: Option<String> = "login_hint",
    }

    /// The parameters of the token endpoint.
    pub struct TokenRequest: "IdentityServer.TokenRequest" as TypeName::Plain("TokenRequest"), in "", {
        /// `authorization_code` or `refresh_token`.
        grant_type: Option<String> = "grant_type" { required: true, rules: &[GRANTS] },
        /// The code, for the grant `authorization_code`.
        code: Option<String> = "code",
        /// Where the code went, for the grant `authorization_code`.
        redirect_uri: Option<String> = "redirect_uri",
        /// For the grant of that name.
        refresh_token: Option<String> = "refresh_token",
        /// What the challenge of PKCE was made from, if the code was asked for with one.
        code_verifier: Option<String> = "code_verifier",
        /// The client; may be sent as HTTP Basic instead.
        client_id: Option<String> = "client_id",
        /// Its secret.
        client_secret: Option<String> = "client_secret",
    }

    /// What the token endpoint returns.
    pub struct Tokens: "IdentityServer.Tokens" as TypeName::Plain("Tokens"), in "", {
        /// Who signed in; only for the scope `openid`.
        id_token: Option<String> = "id_token" { omit_null: true },
        /// The bearer token.
        access_token: Option<String> = "access_token",
        /// Seconds until it ends.
        expires_in: i32 = "expires_in",
        /// `Bearer`.
        token_type: Option<String> = "token_type",
        /// Good once for new tokens; only for the scope `offline_access`.
        refresh_token: Option<String> = "refresh_token" { omit_null: true },
        /// What was granted.
        scope: Option<String> = "scope",
    }

    /// What the authorization server says of itself (OpenID Connect Discovery).
    pub struct Discovery: "IdentityServer.Discovery" as TypeName::Plain("Discovery"), in "", {
        /// The `iss` of tokens.
        issuer: Option<String> = "issuer",
        /// The keys that sign tokens.
        jwks_uri: Option<String> = "jwks_uri",
        /// Where people sign in.
        authorization_endpoint: Option<String> = "authorization_endpoint",
        /// Where codes become tokens.
        token_endpoint: Option<String> = "token_endpoint",
        /// The scopes.
        scopes_supported: Option<Vec<Option<String>>> = "scopes_supported",
        /// The claims about a person.
        claims_supported: Option<Vec<Option<String>>> = "claims_supported",
        /// The grants of the token endpoint.
        grant_types_supported: Option<Vec<Option<String>>> = "grant_types_supported",
        /// The flows of the authorization endpoint.
        response_types_supported: Option<Vec<Option<String>>> = "response_types_supported",
        /// How codes come back.
        response_modes_supported: Option<Vec<Option<String>>> = "response_modes_supported",
        /// How a client may show its secret.
        token_endpoint_auth_methods_supported: Option<Vec<Option<String>>> = "token_endpoint_auth_methods_supported",
        /// `RS256`.
        id_token_signing_alg_values_supported: Option<Vec<Option<String>>> = "id_token_signing_alg_values_supported",
        /// A person has one subject for all clients.
        subject_types_supported: Option<Vec<Option<String>>> = "subject_types_supported",
        /// The methods of PKCE.
        code_challenge_methods_supported: Option<Vec<Option<String>>> = "code_challenge_methods_supported",
    }

    /// Why an OAuth request was refused.
    pub struct OAuthError: "IdentityServer.Error" as TypeName::Plain("OAuthError"), in "", {
        /// The error code of RFC 6749.
        error: Option<String> = "error",
        /// A sentence.
        error_description: Option<String> = "error_description" { omit_null: true },
    }
}

/// `yyyy-MM-ddTHH:mm:ss.fffffffZ`: always seven digits (docs/spec/reseller.md §1, derived from the printed lengths).
#[must_use]
pub fn timestamp(at: DateTime) -> String {
    format!("{}.{:07}Z", at.to_the_second(), at.ticks % crate::contract::TICKS_PER_SECOND)
}

impl From<NewCustomerUser> for NewUser {
    fn from(new: NewCustomerUser) -> NewUser {
        NewUser { email: new.email, display_name: new.display_name, roles: new.roles }
    }
}

/// `yyyy-MM-ddTHH:mm:ss.fff`, without a zone, as accounts show their dates (docs/spec/reseller.md §7.1).
#[must_use]
pub fn date(at: DateTime) -> String {
    at.civil().format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}
