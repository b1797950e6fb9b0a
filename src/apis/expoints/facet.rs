//! The state of Expoints: its facet of a user, and the roles that users can have.

use crate::contract::{DefaultValue, StoredKind};
use crate::model::UserWith;
use crate::{enumeration, facet, list};
use uuid::Uuid;

enumeration! {
    /// `Type` of a user. The wire carries its name as a text, so the CLR name is chosen.
    pub enum UserType: "Expoints.UserType" as "UserType", in "", { Internal = 0, External = 1 }
}

impl UserType {
    /// The type of a name, without regard to case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<UserType> {
        let known = UserType::TYPE.members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, number)| UserType(*number))
    }
}

facet! {
    /// The Expoints facet of a user.
    pub struct ExpointsFacet of "expoints", needs username {
        /// Internal or external.
        kind: UserType = "type" { kind: StoredKind::NamedEnum(UserType::TYPE) },
        /// Whether only one of the roles is active at a time.
        has_single_active_role: bool = "hasSingleActiveRole",
        /// Ids of roles, in order.
        roles: Vec<Uuid> = "roles" { refers: &["expoints.roles"] },
    }
}

/// A user as this API knows it.
pub type ExpointsUser = UserWith<ExpointsFacet>;

list! {
    /// A role that users can have.
    pub struct Role in "expoints"."roles", each "role", id id: Uuid {
        /// Its id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
    }
}
