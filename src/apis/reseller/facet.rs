//! The state of Reseller: its facet of a user, and the tenants that users belong to, accounts and their customers.

use crate::contract::{DateTime, DefaultValue, Value};
use crate::model::{DEFAULT_DATE, UserWith};
use crate::{facet, group, list};
use uuid::Uuid;

facet! {
    /// The Reseller facet of a user.
    pub struct ResellerFacet of "reseller", in memberships.tenant of Membership, needs email {
        /// The tenant in which the user was first created.
        primary_tenant: Uuid = "primaryTenant" {
            refers: &["reseller.accounts", "reseller.customers"],
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

    /// Keys of the roles that the user has in a tenant.
    #[must_use]
    pub fn roles(&self, tenant: Uuid) -> &[String] {
        self.membership(tenant).map_or(&[], |membership| membership.roles.as_slice())
    }
}

group! {
    /// A user in one tenant.
    pub struct Membership {
        /// The tenant, an account or a customer.
        tenant: Uuid = "tenant" {
            refers: &["reseller.accounts", "reseller.customers"],
            default: DefaultValue::Required,
        },
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

list! {
    /// A customer tenant of an account. Members after `enabled` are written only where they hold more than the default.
    pub struct Customer in "reseller"."customers", each "customer", id id: Uuid, hidden deleted, in account_id {
        /// The tenant id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// The account it belongs to.
        account_id: Uuid = "parentTenantId" {
            refers: &["reseller.accounts"],
            default: DefaultValue::FirstOf("reseller.accounts"),
        },
        /// Its name.
        name: String = "name",
        /// Whether it is in use.
        enabled: bool = "enabled" { default: DefaultValue::Value(|| Value::Bool(true)) },
        /// Its description.
        description: Option<String> = "description" { quiet: true },
        /// The account's own number or code for it.
        reference: Option<String> = "reference" { quiet: true },
        /// An IANA time zone; the account's when null.
        timezone: Option<String> = "timezone" { quiet: true },
        /// ISO 3166; the account's when null.
        country_code: Option<String> = "countryCode" { quiet: true },
        /// When it was made.
        created_at: DateTime = "dateCreated" {
            quiet: true,
            default: DefaultValue::Value(|| Value::DateTime(DEFAULT_DATE)),
        },
        /// Whether new users get an activation mail.
        send_new_user_email: bool = "sendNewUserEmail" {
            quiet: true,
            default: DefaultValue::Value(|| Value::Bool(true)),
        },
        /// Whether users who may use the communications client get a welcome mail.
        send_connect_welcome_email: bool = "sendConnectWelcomeEmail" {
            quiet: true,
            default: DefaultValue::Value(|| Value::Bool(true)),
        },
        /// For how many days the customer tries the product; 0 is no trial.
        trial_duration: i32 = "trialDuration" { quiet: true },
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
