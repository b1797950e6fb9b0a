//! The Reseller API's wire types (seed 001, spec/reseller.md §4, §5 and §7.1). The vendor's writer leaves nulls out, so
//! members that can be null say so; each shape of the envelope is its own contract.

use crate::contract;
use crate::contract::{DateTime, Rule, TypeName};
use uuid::Uuid;

// What the rules of this API and its authorization server check in their own words. Lengths count UTF-16 units there.
const ADDRESS: Rule = Rule::Told(r#"{"pattern":"^[^@]+@[^@]+$","maxLength":200}"#);
const AT_MOST_40: Rule = Rule::Told(r#"{"maxLength":40}"#);
const AT_MOST_100: Rule = Rule::Told(r#"{"maxLength":100}"#);
const AT_MOST_200: Rule = Rule::Told(r#"{"maxLength":200}"#);
const COUNTRY_CODE: Rule = Rule::Told(r#"{"maxLength":5}"#);
const ROLE_KEYS: Rule = Rule::Told(concat!(
    r#"{"items":{"type":"string","enum":["account.user","user.admin","account.service.status","account.storage.admin","#,
    r#""branding.admin","customer.admin","onboarding.admin","webhooks.admin"]}}"#,
));
const ABSOLUTE: Rule = Rule::Told(r#"{"format":"uri","maxLength":400}"#);
const CODE: Rule = Rule::Told(r#"{"enum":["code"]}"#);
const GRANTS: Rule = Rule::Told(r#"{"enum":["authorization_code","refresh_token"]}"#);

/// Declares a success: what comes before `data`, `data` itself, then state and time (spec/reseller.md §4).
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
        /// How many there are in this answer, however many were asked for.
        page_size: i32 = "page_size",
        /// The page, the first being 0.
        page_index: i32 = "page_index",
        /// The accounts.
        data: Option<Vec<Account>> = "data",
    }
}

contract! {
    /// A failure.
    pub struct Failure: "Reseller.Failure" as TypeName::Plain("Failure"), in "", {
        /// The HTTP status.
        error: i32 = "error",
        /// A word for programs; only some failures have one.
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
        /// Display name, at most 100 characters.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name; at most 200 characters.
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
        /// Display name, at most 100 characters.
        display_name: Option<String> = "displayName" { omit_null: true },
        /// E-mail address, the login name; at most 200 characters.
        email: Option<String> = "email" { omit_null: true },
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant",
    }

    /// A user to be created. Other members are ignored.
    pub struct NewUser: "Reseller.NewUser" as TypeName::Plain("NewUser"), in "", {
        /// E-mail address, the login name; at most 200 characters.
        email: Option<String> = "email" { required: true, rules: &[ADDRESS] },
        /// Display name, at most 100 characters.
        display_name: Option<String> = "displayName" { required: true, rules: &[AT_MOST_100] },
        /// Keys of roles; `account.user` is always given.
        roles: Option<Vec<Option<String>>> = "roles" { rules: &[ROLE_KEYS] },
    }

    /// An account.
    pub struct Account: "Reseller.Account" as TypeName::Plain("Account"), in "", {
        /// The account's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name, at most 100 characters.
        name: Option<String> = "name",
        /// Its description, at most 200 characters.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The enterprise's tenant id.
        parent_tenant: Uuid = "parentTenantId",
        /// The enterprise's own number or code for it, at most 200 characters.
        reference: Option<String> = "reference" { omit_null: true },
        /// When it was made, with three digits of a second and no zone.
        date_created: Option<String> = "dateCreated",
        /// An IANA time zone, at most 40 characters; the enterprise's when absent.
        timezone: Option<String> = "timezone" { omit_null: true },
        /// ISO 3166, at most 5 characters; the enterprise's when absent.
        country_code: Option<String> = "countryCode" { omit_null: true },
    }

    /// An account as its creation shows it.
    pub struct CreatedAccount: "Reseller.CreatedAccount" as TypeName::Plain("CreatedAccount"), in "", {
        /// The account's tenant id, made by the server.
        id: Uuid = "id",
        /// Its name, at most 100 characters.
        name: Option<String> = "name",
        /// Its description, at most 200 characters.
        description: Option<String> = "description" { omit_null: true },
        /// Whether it is in use.
        enabled: bool = "enabled",
        /// The enterprise's tenant id.
        parent_tenant: Uuid = "parentTenantId",
    }

    /// An account to be created. Other members are ignored.
    pub struct NewAccount: "Reseller.NewAccount" as TypeName::Plain("NewAccount"), in "", {
        /// Its name, at most 100 characters.
        name: Option<String> = "name" { required: true, rules: &[AT_MOST_100] },
        /// Its description, at most 200 characters.
        description: Option<String> = "description" { rules: &[AT_MOST_200] },
        /// The enterprise's own number or code for it, at most 200 characters.
        reference: Option<String> = "reference" { rules: &[AT_MOST_200] },
        /// Whether it is in use; false when absent.
        enabled: bool = "enabled",
        /// An IANA time zone, at most 40 characters.
        timezone: Option<String> = "timezone" { rules: &[AT_MOST_40] },
        /// ISO 3166, at most 5 characters.
        country_code: Option<String> = "countryCode" { rules: &[COUNTRY_CODE] },
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

    /// What the authorize endpoint is asked with.
    pub struct AuthorizeRequest: "IdentityServer.AuthorizeRequest" as TypeName::Plain("AuthorizeRequest"), in "", {
        /// The client, as the portal shows it.
        client_id: Option<String> = "client_id" { required: true },
        /// Where the client waits for its code.
        redirect_uri: Option<String> = "redirect_uri" { required: true, rules: &[ABSOLUTE] },
        /// `code`.
        response_type: Option<String> = "response_type" { required: true, rules: &[CODE] },
        /// Comes back with the code.
        state: Option<String> = "state",
        /// `openid offline_access onboarding`, the default.
        scope: Option<String> = "scope",
    }

    /// What the token endpoint is asked with.
    pub struct TokenRequest: "IdentityServer.TokenRequest" as TypeName::Plain("TokenRequest"), in "", {
        /// `authorization_code` or `refresh_token`.
        grant_type: Option<String> = "grant_type" { required: true, rules: &[GRANTS] },
        /// The code, for the grant `authorization_code`.
        code: Option<String> = "code",
        /// Where the code went, for the grant `authorization_code`.
        redirect_uri: Option<String> = "redirect_uri",
        /// For the grant of that name.
        refresh_token: Option<String> = "refresh_token",
        /// The client; may stand in HTTP Basic.
        client_id: Option<String> = "client_id",
        /// Its secret.
        client_secret: Option<String> = "client_secret",
    }

    /// What the token endpoint hands out.
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

    /// Why an OAuth request was refused.
    pub struct OAuthError: "IdentityServer.Error" as TypeName::Plain("OAuthError"), in "", {
        /// The error code of RFC 6749.
        error: Option<String> = "error",
        /// A sentence.
        error_description: Option<String> = "error_description" { omit_null: true },
    }
}

/// `yyyy-MM-ddTHH:mm:ss.fffffffZ`: always seven digits (spec/reseller.md §1, derived from the printed lengths).
#[must_use]
pub fn timestamp(at: DateTime) -> String {
    format!("{}.{:07}Z", at.to_the_second(), at.ticks % crate::contract::TICKS_PER_SECOND)
}

/// `yyyy-MM-ddTHH:mm:ss.fff`, without a zone, as accounts show their dates (spec/reseller.md §7.1).
#[must_use]
pub fn date(at: DateTime) -> String {
    at.civil().format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}
