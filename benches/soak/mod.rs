//! The parts of the soak test: `visitor` sends requests and compares each answer with the expected one, the files named
//! after APIs contain their requests, `watch` observes the server's memory.

pub mod admin_users;
pub mod call;
pub mod control;
pub mod expoints;
pub mod faults;
pub mod pbnb;
pub mod reseller;
pub mod visitor;
pub mod watch;

use visitor::Visitor;

type Deed = fn(&mut Visitor);

/// What a visitor does at random, each with its weight.
const DEEDS: &[(u32, Deed)] = &[
    (20, |visitor| visitor.in_the_shared_world()),
    (10, pbnb::read),
    (8, pbnb::change),
    (4, pbnb::come_and_go),
    (4, pbnb::lists),
    (3, pbnb::roles_and_defaults),
    (3, pbnb::sign_in),
    (3, pbnb::mistakes),
    (8, reseller::read),
    (8, reseller::change),
    (4, reseller::come_and_go),
    (3, reseller::accounts),
    (2, reseller::sign_in),
    (3, reseller::mistakes),
    (4, expoints::lists),
    (6, expoints::batch),
    (1, expoints::large_batch),
    (2, expoints::sign_in),
    (3, expoints::mistakes),
    (6, admin_users::read),
    (6, admin_users::change),
    (4, admin_users::come_and_go),
    (2, admin_users::sign_in),
    (3, admin_users::mistakes),
    (3, control::users),
    (3, control::journal),
    (2, control::clock),
    (2, control::documents),
    (1, control::state),
    (1, control::copies),
    (1, control::stream),
    (2, control::mistakes),
    (3, faults::refusals),
    (3, faults::cuts),
    (2, faults::limits),
    (3, faults::hang_up),
];

impl Visitor<'_> {
    /// Does something at random.
    pub fn act(&mut self) {
        let mut chance = self.random.below(DEEDS.iter().map(|(weight, _)| weight).sum());
        for (weight, deed) in DEEDS {
            if chance < *weight {
                return deed(self);
            }
            chance -= weight;
        }
    }
}
