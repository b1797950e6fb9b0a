//! Long bodies for every reader, the patch dialect and state documents: memory and time grow with the body, no faster.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::growth;

fuzz_target!(|data: &[u8]| growth::check(data));
