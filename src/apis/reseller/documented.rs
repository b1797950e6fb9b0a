//! What the operations document alike: their parameters, and the answers that most of them share, each with where it
//! was read (spec/reseller.md §6, §9). What the framework answers to anybody, such as 415, stands in no table.

use super::contract::{Failure, PatchOperation};
use crate::apis::operation::{AnswerContent, Documented, Provenance};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{From, Parameter};

/// The account in the path.
pub const ACCOUNT: Parameter =
    Parameter { name: "accountTenantId", kind: Kind::Guid, from: From::Uri, doc: "The tenant id of the account." };

/// The user in the path.
pub const USER: Parameter = Parameter { name: "userId", kind: Kind::Guid, from: From::Uri, doc: "The user's id." };

/// A body of JSON Patch.
pub const fn patch(doc: &'static str) -> Parameter {
    Parameter { name: "patch", kind: <Option<Vec<PatchOperation>>>::KIND, from: From::Body, doc }
}

/// An answer with a body.
pub const fn answer(status: u16, when: &'static str, kind: Kind, provenance: Provenance) -> Documented {
    Documented { status, when, content: AnswerContent::Value(kind), provenance }
}

/// A 400, which the vendor documents for malformed ids.
pub const fn bad_request(when: &'static str) -> Documented {
    answer(400, when, Failure::KIND, Provenance::PublicDoc)
}

/// The token is missing, invalid or expired.
pub const UNAUTHORIZED: Documented = Documented {
    status: 401,
    when: "The token is missing, invalid or expired.",
    content: AnswerContent::Empty,
    provenance: Provenance::PublicDoc,
};

/// No such account.
pub const NO_ACCOUNT: Documented = answer(404, "No account has the tenant id.", Failure::KIND, Provenance::PublicDoc);

/// No such account or user.
pub const NO_USER: Documented = answer(
    404,
    "No account has the tenant id, or none of its users the user id.",
    Failure::KIND,
    Provenance::PublicDoc,
);
