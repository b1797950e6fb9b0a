//! The Reseller API's wire types (seed 001, spec/reseller.md §4 and §5). Members that are absent on the wire are absent
//! from the type: each shape of the envelope is its own contract, so a writer never has to leave a member out.

use crate::contract;
use crate::contract::{DateTime, TypeName};

contract! {
    /// A success without data.
    pub struct Success: "Reseller.Success" as TypeName::Plain("Success"), in "", {
        /// `success`.
        status: Option<String> = "status",
        /// When, UTC, with seven digits of a second.
        timestamp: Option<String> = "timestamp",
    }

    /// A failure.
    pub struct Failure: "Reseller.Failure" as TypeName::Plain("Failure"), in "", {
        /// The HTTP status.
        error: i32 = "error",
        /// What went wrong.
        message: Option<String> = "message",
        /// `error`.
        status: Option<String> = "status",
        /// When, UTC, with seven digits of a second.
        timestamp: Option<String> = "timestamp",
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
}

/// `yyyy-MM-ddTHH:mm:ss.fffffffZ`: always seven digits (spec/reseller.md §1, derived from the printed lengths).
#[must_use]
pub fn timestamp(at: DateTime) -> String {
    format!("{}.{:07}Z", at.civil().format("%Y-%m-%dT%H:%M:%S"), at.ticks % crate::contract::TICKS_PER_SECOND)
}
