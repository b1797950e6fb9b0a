//! Members of a class. They are matched forward only: after a member only later ones are looked for, so an element
//! out of order, repeated, mis-cased or in another namespace is dropped (oracle: xm-order-json, xm-order-dup2,
//! xm-case, ve-x-derived-first).

use super::read::ContractReader;
use crate::codec::xml::fault::Fault;
use crate::contract::{ObjectType, Partial, Plan, Record};

impl ContractReader<'_> {
    /// The members of the entered element.
    pub(super) fn object(&mut self, class: &'static ObjectType) -> Result<Record, Fault> {
        let mut record = Record::empty(class);
        match class.partial {
            None => self.members_in_order(class.plan(), &mut record)?,
            Some(Partial::NoDataMembers) => {
                while self.next_child()? {
                    self.note_unknown();
                    self.skip_unknown()?;
                }
            }
            Some(Partial::AnyOrder { also }) => self.members_in_any_order(class.plan(), also, &mut record)?,
        }
        Ok(record)
    }

    fn members_in_order(&mut self, plan: &'static Plan, record: &mut Record) -> Result<(), Fault> {
        let mut next = 0;
        while self.next_child()? {
            let found = (next..plan.data_contract.len()).find(|at| self.is_member(plan, *at));
            let Some(at) = found else {
                self.note_dropped(plan, next);
                self.skip_unknown()?;
                continue;
            };
            next = at + 1;
            let Some(slot) = plan.data_contract.get(at).copied() else { continue };
            let Some(member) = plan.members.get(slot) else { continue };
            let value = self.value(&member.kind)?;
            record.set(slot, value);
        }
        Ok(())
    }

    /// Whether the current element is the member at this place of the order.
    fn is_member(&self, plan: &Plan, at: usize) -> bool {
        let Some(slot) = plan.data_contract.get(at) else { return false };
        let (Some(member), Some(owner)) = (plan.members.get(*slot), plan.owners.get(*slot)) else { return false };
        self.xml.is_named(member.name, owner.namespace)
    }

    fn members_in_any_order(&mut self, plan: &'static Plan, also: &str, record: &mut Record) -> Result<(), Fault> {
        while self.next_child()? {
            let named = |slot: &usize| {
                let (Some(member), Some(owner)) = (plan.members.get(*slot), plan.owners.get(*slot)) else {
                    return false;
                };
                self.xml.is_named(member.name, owner.namespace) || self.xml.is_named(member.name, also)
            };
            let found = (0..plan.members.len()).find(named);
            let Some((slot, member)) = found.and_then(|slot| Some((slot, plan.members.get(slot)?))) else {
                self.note_unknown();
                self.skip_unknown()?;
                continue;
            };
            let value = self.value(&member.kind)?;
            record.set(slot, value);
        }
        Ok(())
    }

    pub(super) fn note_unknown(&mut self) {
        let (_, name, namespace) = self.current();
        let message = format!("The element '{name}' in namespace '{namespace}' is no member and was ignored.");
        self.notes.add("xml.unknown-member", || message);
    }

    /// Tells why an element was dropped; `next` is the place of the order that was reached.
    fn note_dropped(&mut self, plan: &Plan, next: usize) {
        if self.notes.is_full() {
            return;
        }
        let Some(at) = (0..next).find(|at| self.is_member(plan, *at)) else { return self.note_unknown() };
        let (_, name, _) = self.current();
        if at + 1 == next {
            let message = format!("The element '{name}' stands there again; the first one counts.");
            self.notes.add("xml.duplicate-member", || message);
            return;
        }
        let previous = next.checked_sub(1).and_then(|at| plan.data_contract.get(at));
        let previous = previous.and_then(|slot| plan.members.get(*slot)).map_or("", |member| member.name);
        let message = format!("The element '{name}' stands after '{previous}' but belongs before it, and was ignored.");
        self.notes.add("xml.member-out-of-order", || message);
    }
}
