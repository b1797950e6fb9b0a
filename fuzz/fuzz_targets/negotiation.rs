//! Whole requests through the emulated frameworks, without a store: media types, charsets, lengths, binding, and the
//! format of every answer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::{pipeline, requests};

fuzz_target!(|data: &[u8]| {
    if let Some(sent) = requests::parse(data) {
        pipeline::check(&sent);
    }
});
