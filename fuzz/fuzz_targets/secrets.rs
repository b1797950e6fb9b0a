//! A secret in a request is shown to no reader of the journal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::secrets;

fuzz_target!(|data: &[u8]| secrets::check(data));
