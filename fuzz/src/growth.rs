//! Long bodies out of short inputs: a part of the input is repeated up to a length at which anything that grows faster
//! than the body shows, in memory or in time.

use crate::contracts::{chosen, contracts, wanted_by};
use crate::{codecs, memory};
use cpu_time::ThreadTime;
use std::time::Duration;
use usertwin::codec::{Body, Charset};
use usertwin::frameworks::json_patch::{Document, MAX_DEPTH};

/// How long a body becomes.
const LENGTH: usize = 96 * 1024;
/// Many times what a body of that length takes, instrumented and without optimisation; a step for each pair of its
/// items takes longer.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Targets whose input is repeated, in the order in which the first byte counts.
pub const TARGETS: [&str; 7] = ["json", "data_contract", "xml_serializer", "bson", "form", "patch", "state"];

/// Reads a grown body. The first bytes choose the target, its contract, and where the part that is repeated begins and
/// ends, in 256ths of the rest.
///
/// # Panics
/// When it takes too much memory or time.
pub fn check(data: &[u8]) {
    let [target, choice, begin, end, text @ ..] = data else { return };
    let place = |part: &u8| text.len() * usize::from(*part) / 255;
    let (begin, end) = (place(begin).min(place(end)), place(begin).max(place(end)));
    let part = &text[begin..end];
    if part.is_empty() {
        return;
    }
    let body = [&text[..begin], &part.repeat(LENGTH / part.len()), &text[end..]].concat();
    let started = ThreadTime::now();
    match TARGETS[usize::from(*target) % TARGETS.len()] {
        "patch" => {
            let _ = memory::bounded(&body, || Document::parse(&body, MAX_DEPTH));
        }
        "state" => {
            if let Ok(text) = std::str::from_utf8(&body) {
                let _ = memory::bounded(&body, || usertwin::Apis::four().schema().parse(text));
            }
        }
        reader => {
            let contract = chosen(&contracts(wanted_by(reader)), choice & 0x7F);
            let body = Body::new(&body, Charset::Utf8);
            let reading = memory::bounded(body.bytes, || codecs::read(contract.codec, body, &contract.kind));
            drop(reading);
        }
    }
    let taken = started.elapsed();
    assert!(taken < PATIENCE, "{} bytes took {taken:?}", body.len());
}
