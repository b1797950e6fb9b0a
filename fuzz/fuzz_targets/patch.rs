//! .NET's JSON Patch dialect: any bytes as a document over a user, an account and a class with every kind of member.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::patches;

fuzz_target!(|data: &[u8]| patches::check(data));
