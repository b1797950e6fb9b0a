//! The binary: hands the command line to the library and turns the outcome into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    usertwin::cli::main()
}
