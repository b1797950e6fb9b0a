//! State documents: any text as a document and as a user.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::documents;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        documents::check(text);
    }
});
