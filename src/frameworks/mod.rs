//! What Microsoft's code does: the two generations of ASP.NET that the vendors run, and the JSON Patch library beside
//! the newer one. Nothing here knows an API or a store.

pub mod aspnetcore;
pub mod json_patch;
pub mod webapi;
