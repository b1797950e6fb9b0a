//! The allocator of the program. A request makes some hundred small allocations; mimalloc takes a third of the time of
//! glibc's over them, and of musl's a tenth. It also gives the memory of large bodies back.
//!
//! With glibc it takes the place of `malloc`, so that it serves SQLite as well, whose worlds in memory glibc would keep
//! after they are dropped; this one returns them within some ten seconds, when the threads that copied them end. Rust's own
//! allocations reach it by the same `malloc`: as a global allocator it would be asked for an alignment each time, which
//! costs half as much again, and for sizes above a kilobyte several times as much.

/// Linked because it is named here; nothing else refers to the library.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[used]
static MALLOC: unsafe extern "C" fn(usize) -> *mut std::ffi::c_void = libmimalloc_sys::mi_malloc;

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
