//! Microsoft's code, emulated: the two generations of ASP.NET that the vendors run, and the JSON Patch library that
//! comes with the newer one. Nothing here knows an API or a store.

pub mod aspnetcore;
pub mod cors;
pub mod json_patch;
pub mod webapi;

/// The text for a body that is empty, blank or null, which MVC and its JSON Patch formatter share.
pub const EMPTY_BODY: &str = "A non-empty request body is required.";

/// The CLR class of an operation of a JSON Patch document, by which a binder knows that a body is one.
pub const PATCH_OPERATION: &str = "Microsoft.AspNetCore.JsonPatch.Operations.Operation";
