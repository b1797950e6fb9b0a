//! The binary: hands the command line to the library and turns the outcome into an exit status.

mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    usertwin::run(usertwin::Apis::four())
}
