//! Expoints' wire types (seed 003, spec/expoints.md §0 and §1). The base class's name never shows on the wire.

use crate::contract;
use crate::contract::{Collection, Kind, ListType, TypeName};
use uuid::Uuid;

/// The namespace of the base classes and roles.
pub const MODELS: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models";
/// The namespace of the import models.
pub const MODELS_V1: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models";

contract! {
    /// What every user model has.
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

    /// A user as batches bring it.
    pub struct ImportUser extends BaseUser: "Expoints.API.Extern.V1.Models.ImportUser"
        as TypeName::Plain("ImportUser"), in MODELS_V1, {
        /// The e-mail address; absent keeps the stored one.
        email: Option<String> = "Email",
        /// The user's roles, replacing the old ones.
        roles: Option<Vec<Option<BaseRole>>> = "Roles" { required: true },
    }
}

/// The body of the bulk operations.
pub const IMPORT_USERS: Kind =
    Kind::List(&ListType { item: Kind::Object(ImportUser::CLASS), collection: Collection::Enumerable });
