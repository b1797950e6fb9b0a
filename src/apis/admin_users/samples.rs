//! Samples of the vendor's pages, for the OpenAPI document.

use crate::apis::Sample;
pub const PUT: &[Sample] = &[];
