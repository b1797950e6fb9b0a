//! What new users of an account get (spec/pbnb.md §3, AccountUserDefaults), and its flags as the store keeps them.

pub mod get;
pub mod set;

use super::contract::{AccountUserDefaults, ReturnOf};
use crate::apis::operation::{AnswerContent, Documented, Provenance};
use crate::contract::Contracted;

const DEFAULTS: Documented = Documented {
    status: 200,
    when: "The defaults; or, with `Success` false, why there are none.",
    content: AnswerContent::Value(ReturnOf::<AccountUserDefaults>::KIND),
    provenance: Provenance::PublicDoc,
};

/// The flags in their order, the first as the lowest bit.
fn flags(defaults: &AccountUserDefaults) -> i32 {
    let AccountUserDefaults { account_id: _, pkt_ipsec, pkt_apn, pkt_mc, pkt_dsl, pkt_iot, .. } = *defaults;
    let AccountUserDefaults { p2p_ipsec, p2p_apn, p2p_mc, p2p_dsl, p2p_iot, .. } = *defaults;
    let flags = [pkt_ipsec, pkt_apn, pkt_mc, pkt_dsl, pkt_iot, p2p_ipsec, p2p_apn, p2p_mc, p2p_dsl, p2p_iot];
    flags.iter().rev().fold(0, |bits, flag| bits << 1 | i32::from(*flag))
}

/// The inverse of [`flags`].
fn of_flags(account_id: i32, bits: i32) -> AccountUserDefaults {
    let is_on = |place: u32| bits >> place & 1 == 1;
    AccountUserDefaults {
        account_id,
        pkt_ipsec: is_on(0),
        pkt_apn: is_on(1),
        pkt_mc: is_on(2),
        pkt_dsl: is_on(3),
        pkt_iot: is_on(4),
        p2p_ipsec: is_on(5),
        p2p_apn: is_on(6),
        p2p_mc: is_on(7),
        p2p_dsl: is_on(8),
        p2p_iot: is_on(9),
    }
}
