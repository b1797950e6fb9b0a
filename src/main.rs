//! The binary: hands the command line to the library and turns the outcome into an exit status.

use std::process::ExitCode;

/// A request makes some hundred small allocations; this allocator takes a third of the time of glibc's over them, and
/// of musl's a tenth. It also gives the memory of large bodies back. With glibc it serves SQLite as well, whose worlds in
/// memory glibc would keep after they are dropped; this one returns them within some ten seconds, when the threads that
/// copied them end.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    usertwin::run(usertwin::Apis::four())
}
