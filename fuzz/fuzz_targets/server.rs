//! Requests through the whole server, store included: nothing is answered 5xx, and worlds survive their export.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::server;

fuzz_target!(|data: &[u8]| server::check(data));
