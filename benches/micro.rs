//! What the parts of a server cost without a socket: `codecs`, `requests`, `worlds`, `batches` and `layout`. `cargo bench --bench
//! micro` measures all of them in some minutes, `-- requests/get-json` those whose name contains this; run the binary
//! under callgrind to see where the time goes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

// As in the binary.
#[path = "../src/allocator.rs"]
mod allocator;
#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;
#[path = "micro/mod.rs"]
mod micro;

use criterion::{Criterion, criterion_group, criterion_main};
use std::time::Duration;

/// Short: figures to a few percent are enough to see a part that became slow.
fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1_200))
        .sample_size(15)
        .without_plots()
}

/// For requests, whose first thousands make caches warm and give rows the length that they keep.
fn warm() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_secs(2))
        .measurement_time(Duration::from_secs(3))
        .sample_size(50)
        .without_plots()
}

/// For what takes seconds each time.
fn few() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_millis(100))
        .sample_size(10)
        .without_plots()
}

criterion_group! { name = codecs; config = short(); targets = micro::codecs::codecs }
criterion_group! { name = requests; config = warm(); targets = micro::requests::requests }
criterion_group! { name = worlds; config = few(); targets = micro::worlds::worlds }
criterion_group! { name = batches; config = few(); targets = micro::batches::batches }
criterion_group! { name = layout; config = short(); targets = micro::layout::layout }
criterion_main!(codecs, requests, worlds, batches, layout);
