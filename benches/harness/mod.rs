//! What the benches share: what they and the tests use of a server (`support`), the machine it runs on, a world of any
//! size, and requests for it.

pub mod batch;
pub mod machine;
pub mod random;
#[path = "../../tests/support/mod.rs"]
pub mod support;
pub mod workload;
pub mod world;
