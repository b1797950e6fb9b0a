//! Expoints' wire types (seed 003, docs/spec/expoints.md §0 to §2). The base class's name never shows on the wire; the
//! token endpoint's types exist in JSON only.

use crate::apis::arguments::Argument;
use crate::contract;
use crate::contract::{Collection, Contracted, Kind, ListType, Rule, TypeName, Value};
use uuid::Uuid;

/// The namespace of the base classes and roles.
pub const MODELS: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models";
/// The namespace of the import models.
pub const MODELS_V1: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models";

/// The token endpoint checks this in its own words.
const GRANT: Rule = Rule::DocumentedOnly(r#"{"enum":["client_credentials"]}"#);

contract! {
    /// The members that every user model has.
    pub struct BaseUser: "Expoints.API.Extern.Models.BaseUser" as TypeName::Plain("BaseUser"), in MODELS, {
        /// The login name, the key of a user.
        username: Option<String> = "Username" { required: true, json_order: -2 },
        /// Internal or external.
        kind: Option<String> = "Type" { required: true },
        /// Whether one of several roles is in force at a time.
        has_single_active_role: bool = "HasSingleActiveRole",
    }

    /// A role by its id.
    pub struct BaseRole: "Expoints.API.Extern.Models.BaseRole" as TypeName::Plain("BaseRole"), in MODELS, {
        /// The role's id.
        id: Uuid = "Id" { required: true },
    }

    /// A user in a batch.
    pub struct ImportUser extends BaseUser: "Expoints.API.Extern.V1.Models.ImportUser"
        as TypeName::Plain("ImportUser"), in MODELS_V1, {
        /// The e-mail address; absent keeps the stored one.
        email: Option<String> = "Email",
        /// The user's roles, replacing the old ones.
        roles: Option<Vec<Option<BaseRole>>> = "Roles" { required: true },
    }

    /// A role as it is listed.
    pub struct RoleModel extends BaseRole: "Expoints.API.Extern.Models.RoleModel"
        as TypeName::Plain("RoleModel"), in MODELS, {
        /// The role's name.
        name: Option<String> = "Name",
    }

    /// A user as it is listed.
    pub struct UserModel extends BaseUser: "Expoints.API.Extern.V1.Models.UserModel"
        as TypeName::Plain("UserModel"), in MODELS_V1, {
        /// The user's roles.
        roles: Option<Vec<RoleModel>> = "Roles",
    }

    /// The parameters of the token endpoint.
    pub struct TokenRequest: "Expoints.OAuth.TokenRequest" as TypeName::Plain("TokenRequest"), in "", {
        /// The client.
        client_id: Option<String> = "client_id" { required: true },
        /// Its secret.
        client_secret: Option<String> = "client_secret" { required: true },
        /// The scope of the token, e.g. `api://expoints/.default`.
        scope: Option<String> = "scope" { required: true },
        /// `client_credentials`.
        grant_type: Option<String> = "grant_type" { required: true, rules: &[GRANT] },
    }

    /// A token as the token endpoint issues it.
    pub struct IssuedToken: "Expoints.OAuth.IssuedToken" as TypeName::Plain("IssuedToken"), in "", {
        /// `Bearer`.
        token_type: Option<String> = "token_type",
        /// How long it is valid, in seconds.
        expires_in: i32 = "expires_in",
        /// The same, counted while the issuer cannot be reached.
        ext_expires_in: i32 = "ext_expires_in",
        /// The token.
        access_token: Option<String> = "access_token",
    }

    /// Why the token endpoint issues no token.
    pub struct TokenRefused: "Expoints.OAuth.TokenRefused" as TypeName::Plain("TokenRefused"), in "", {
        /// The error code of OAuth.
        error: Option<String> = "error",
        /// A sentence that starts with the issuer's code and ends with the ids that support staff would look up.
        error_description: Option<String> = "error_description",
        /// The issuer's codes.
        error_codes: Option<Vec<i32>> = "error_codes",
        /// When, UTC.
        timestamp: Option<String> = "timestamp",
        /// The id of the request at the issuer.
        trace_id: Uuid = "trace_id",
        /// The id of the request at the client.
        correlation_id: Uuid = "correlation_id",
        /// Where the issuer explains its code.
        error_uri: Option<String> = "error_uri",
    }

    /// What the identity provider says of itself (OpenID Connect Discovery).
    pub struct Discovery: "Expoints.OAuth.Discovery" as TypeName::Plain("Discovery"), in "", {
        /// The token endpoint.
        token_endpoint: Option<String> = "token_endpoint",
        /// How a client may show its secret there.
        token_endpoint_auth_methods_supported: Option<Vec<Option<String>>> = "token_endpoint_auth_methods_supported",
        /// The keys that sign tokens.
        jwks_uri: Option<String> = "jwks_uri",
        /// How codes would come back.
        response_modes_supported: Option<Vec<Option<String>>> = "response_modes_supported",
        /// Subjects differ from client to client.
        subject_types_supported: Option<Vec<Option<String>>> = "subject_types_supported",
        /// `RS256`.
        id_token_signing_alg_values_supported: Option<Vec<Option<String>>> = "id_token_signing_alg_values_supported",
        /// The flows of the authorization endpoint.
        response_types_supported: Option<Vec<Option<String>>> = "response_types_supported",
        /// The scopes of OpenID Connect.
        scopes_supported: Option<Vec<Option<String>>> = "scopes_supported",
        /// The `iss` of tokens.
        issuer: Option<String> = "issuer",
        /// Where people would sign in. This server has no such page.
        authorization_endpoint: Option<String> = "authorization_endpoint",
        /// The claims that tokens can have.
        claims_supported: Option<Vec<Option<String>>> = "claims_supported",
    }
}

/// The kind of [`Batch`].
pub const IMPORT_USERS: Kind =
    Kind::List(&ListType { item: Kind::Object(ImportUser::CLASS), collection: Collection::Enumerable });

/// The body of the bulk operations. The vendor declares it as an enumerable, which a vector by itself is not.
#[derive(Debug)]
pub struct Batch(pub Option<Vec<Option<ImportUser>>>);

impl Argument for Batch {
    const BOUND: Kind = IMPORT_USERS;

    fn from_bound(value: Value) -> Batch {
        Batch(Contracted::from_value(value))
    }
}
