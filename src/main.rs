//! The binary: hands the command line to the library and turns the outcome into an exit status.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

fn main() -> ExitCode {
    usertwin::cli::main()
}
