//! The form reader over every contract of the APIs that read the format; the first byte chooses contract and charset.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use usertwin_fuzz::codecs;
use usertwin_fuzz::contracts::{Contract, chosen, contracts, wanted_by};

static CONTRACTS: LazyLock<Vec<Contract>> = LazyLock::new(|| contracts(wanted_by("form")));

fuzz_target!(|data: &[u8]| {
    if let [choice, body @ ..] = data {
        codecs::check(&chosen(&CONTRACTS, choice & 0x7F), codecs::charset(*choice), body);
    }
});
