//! The common documentation of the operations: parameters, and the answers that most of them share, each with its
//! provenance (docs/spec/reseller.md §6, §9). The answers of the framework to every operation, such as 415, are in no
//! table.

use super::contract::Failure;
use crate::apis::prelude::*;

/// The account in the path.
pub const ACCOUNT: Source =
    required("accountTenantId", "The tenant id of the account.").example("6172bb3d-e843-46bb-93a3-334505974ad9");

/// The customer in the path.
pub const CUSTOMER: Source =
    required("customerTenantId", "The tenant id of the customer.").example("a3c6c788-3bc4-4942-e17f-08d8c461185e");

/// The user in the path.
pub const USER: Source = required("userId", "The user's id.").example("f4237dd3-01ff-48d8-8d90-16c06605724f");

/// The id of a user of a customer in its path.
pub const CUSTOMER_USER: Source = USER.example("0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e11");

/// A 400, which the vendor documents for malformed ids.
pub const fn bad_request(when: &'static str) -> Documented {
    Documented::value::<Failure>(400, when, Provenance::PublicDoc)
}

/// The token is missing, invalid or expired.
pub const UNAUTHORIZED: Documented =
    Documented::empty(401, "The token is missing, invalid or expired.", Provenance::PublicDoc);

/// No such account.
pub const NO_ACCOUNT: Documented =
    Documented::value::<Failure>(404, "No account has the tenant id.", Provenance::PublicDoc);

/// No such account or customer.
pub const NO_CUSTOMER: Documented = Documented::value::<Failure>(
    404,
    "No account has the tenant id, or none of its customers the customer's.",
    Provenance::PublicDoc,
);

/// No such account, customer or user.
pub const NO_CUSTOMER_USER: Documented = Documented::value::<Failure>(
    404,
    "No account or customer has the tenant ids, or none of the customer's users the user id.",
    Provenance::PublicDoc,
);

/// No such account or user.
pub const NO_USER: Documented = Documented::value::<Failure>(
    404,
    "No account has the tenant id, or none of its users the user id.",
    Provenance::PublicDoc,
);
