//! Stored users and accounts as this API shows them, and the reply around either.

use super::contract::{
    self, Account, CreatedAccount, CreatedCustomer, Customer, CustomerUser, ListedCustomerUser, ListedUser, date,
};
use super::facet::{self, ResellerUser};
use crate::contract::Contracted;
use crate::frameworks::webapi::{Reply, Request};
use http::StatusCode;
use http::header::{HeaderName, LOCATION};
use uuid::Uuid;

/// The header that Azure's telemetry adds to answers, constant for a deployment (seed 001). Printed for a PATCH that
/// succeeds; chosen for the others (docs/spec/reseller.md §15 #29).
pub const REQUEST_CONTEXT: (HeaderName, &str) =
    (HeaderName::from_static("request-context"), "appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038");

/// The enterprise above every account that names no other, to which every client belongs (chosen: the vendor's samples
/// name none).
pub const ENTERPRISE: Uuid = Uuid::from_u128(0xd598_5c89_73ad_4956_1f51_08d8_c20c_d51c);

/// A 200.
pub fn ok(body: impl Contracted) -> Reply {
    with_context(Reply::ok(body))
}

/// A 201 at an address below the one the client used.
pub fn created(body: impl Contracted, request: &Request, path: &str) -> Reply {
    let mut reply = ok(body).header(LOCATION, format!("{}/v1.0/{path}", request.origin));
    reply.status = StatusCode::CREATED;
    reply
}

/// Adds the header that every answer of the API has.
pub fn with_context(reply: Reply) -> Reply {
    let (name, value) = REQUEST_CONTEXT;
    reply.header(name, value)
}

/// A user as a member of one tenant.
pub fn user(user: &ResellerUser, tenant: Uuid) -> contract::User {
    contract::User {
        id: user.shared.id,
        display_name: user.shared.display_name.clone(),
        email: user.shared.email.clone(),
        primary_tenant: user.facet.primary_tenant,
        roles: Some(user.facet.roles(tenant).iter().cloned().map(Some).collect()),
    }
}

/// A user in a list.
pub fn listed(user: ResellerUser) -> ListedUser {
    let ResellerUser { shared, facet } = user;
    ListedUser {
        id: shared.id,
        display_name: shared.display_name,
        email: shared.email,
        primary_tenant: facet.primary_tenant,
    }
}

/// An account.
pub fn account(account: facet::Account) -> Account {
    Account {
        id: account.id,
        name: Some(account.name),
        description: account.description,
        enabled: account.enabled,
        parent_tenant: account.parent_tenant.unwrap_or(ENTERPRISE),
        reference: account.reference,
        date_created: Some(date(account.created_at)),
        timezone: account.timezone,
        country_code: account.country_code,
    }
}

/// An account as its creation shows it.
pub fn created_account(account: facet::Account) -> CreatedAccount {
    CreatedAccount {
        id: account.id,
        name: Some(account.name),
        description: account.description,
        enabled: account.enabled,
        parent_tenant: account.parent_tenant.unwrap_or(ENTERPRISE),
    }
}

/// A customer.
pub fn customer(customer: facet::Customer) -> Customer {
    Customer {
        id: customer.id,
        name: Some(customer.name),
        description: customer.description,
        enabled: customer.enabled,
        parent_tenant: customer.account_id,
        reference: customer.reference,
        date_created: Some(date(customer.created_at)),
        timezone: customer.timezone,
        country_code: customer.country_code,
    }
}

/// A customer as its creation shows it.
pub fn created_customer(customer: facet::Customer) -> CreatedCustomer {
    CreatedCustomer {
        id: customer.id,
        name: Some(customer.name),
        description: customer.description,
        enabled: customer.enabled,
        parent_tenant: customer.account_id,
    }
}

/// A user as a member of a customer. A member of the customer's account also is configured at a higher level (chosen).
pub fn customer_user(user: &ResellerUser, account: Uuid, customer: Uuid) -> CustomerUser {
    let contract::User { id, display_name, email, primary_tenant, roles } = self::user(user, customer);
    let is_parent = user.facet.membership(account).is_some();
    CustomerUser { id, display_name, email, primary_tenant, is_parent, roles }
}

/// A user in a list of a customer's.
pub fn listed_customer_user(user: ResellerUser, account: Uuid) -> ListedCustomerUser {
    let is_parent = user.facet.membership(account).is_some();
    let ListedUser { id, display_name, email, primary_tenant } = listed(user);
    ListedCustomerUser { id, display_name, email, primary_tenant, is_parent }
}
