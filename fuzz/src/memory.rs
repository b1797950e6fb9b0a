//! How much memory a reader may take for a body: a multiple of the body and a little for itself. Anything that grows
//! faster, such as an error text that repeats the body for every item, lets a small request fill the server.

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes for each byte of a body. A list item of three bytes may stand for an object of two dozen members, in a list
/// that doubles as it grows, or for three errors with their texts.
const FACTOR: usize = 2_000;
/// Bytes for a body of none.
const BASE: usize = 256 * 1024;

/// Runs something over a body.
///
/// # Panics
/// When it takes more memory than a body of that length may.
pub fn bounded<T>(body: &[u8], run: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = run();
    let taken = ALLOCATOR.peak_usage().saturating_sub(before);
    let allowed = BASE + FACTOR * body.len();
    assert!(taken <= allowed, "{} bytes took {taken} bytes of memory, {allowed} are allowed", body.len());
    result
}
