//! The state of Reseller: its facet of a user, and the account tenants that users belong to.

use crate::contract::{DateTime, DefaultValue, Value};
use crate::model::{DEFAULT_DATE, UserWith};
use crate::{facet, group, list};
use uuid::Uuid;

facet! {
    /// The Reseller facet of a user.
    pub struct ResellerFacet of "reseller", in memberships.tenant of Membership, needs email {
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant" {
            refers: Some("reseller.accounts"),
            default: DefaultValue::FirstContainerOr("reseller.accounts"),
        },
        /// The tenants that the user belongs to, in order.
        memberships: Vec<Membership> = "memberships",
    }
}

/// A user as this API knows it.
pub type ResellerUser = UserWith<ResellerFacet>;

impl ResellerFacet {
    /// The user's membership in a tenant.
    #[must_use]
    pub fn membership(&self, tenant: Uuid) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.tenant == tenant)
    }
}

group! {
    /// A user in one tenant.
    pub struct Membership {
        /// The account tenant.
        tenant: Uuid = "tenant" { refers: Some("reseller.accounts"), default: DefaultValue::Required },
        /// Keys of the user's roles there, in order.
        roles: Vec<String> = "roles",
    }
}

list! {
    /// An account tenant. Members after `enabled` are written only where they hold more than the default.
    pub struct Account in "reseller"."accounts", each "account", id id: Uuid, hidden deleted {
        /// The tenant id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
        /// Whether it is in use.
        enabled: bool = "enabled" { default: DefaultValue::Value(|| Value::Bool(true)) },
        /// Its description.
        description: Option<String> = "description" { quiet: true },
        /// The enterprise's own number or code for it.
        reference: Option<String> = "reference" { quiet: true },
        /// An IANA time zone; the enterprise's when null.
        timezone: Option<String> = "timezone" { quiet: true },
        /// ISO 3166; the enterprise's when null.
        country_code: Option<String> = "countryCode" { quiet: true },
        /// The enterprise it belongs to; the one that every world has when null.
        parent_tenant: Option<Uuid> = "parentTenantId" { quiet: true },
        /// When it was made.
        created_at: DateTime = "dateCreated" {
            quiet: true,
            default: DefaultValue::Value(|| Value::DateTime(DEFAULT_DATE)),
        },
        /// Flagged for deletion: it is not shown, but users may still name it.
        deleted: bool = "deleted" { quiet: true },
    }
}

impl Account {
    /// An account in use that has nothing but its name.
    #[must_use]
    pub fn new(id: Uuid, name: impl Into<String>) -> Account {
        Account { id, name: name.into(), enabled: true, created_at: DEFAULT_DATE, ..Account::default() }
    }
}
