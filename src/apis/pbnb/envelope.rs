//! The envelope `PBNBReturn<T>` around every answer (docs/spec/pbnb.md §4): declared once for all payloads, its XML
//! names computed from theirs, and put around the result of an endpoint, data or problem.

use super::contract::{
    AccessGroup, AccessGroupMember, AccountDetail, AccountQuotaDefaults, AccountUserDefaults, AssignedRole, MODELS,
    PagedListOfAccessGroupMember, PagedListOfUser, Resource, Role, User,
};
use super::problem::Problem;
use crate::apis::{Outcome, Refusal};
use crate::contract::object_from_value;
use crate::contract::{Class, Contracted, Kind, Member, ObjectType, TypeName, Value, ValueRef};
use crate::frameworks::webapi::Reply;
use crate::store::StoreError;
use futures_util::FutureExt;
use std::fmt::Debug;
use std::sync::OnceLock;

/// PBNB's answer about a `T`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnOf<T> {
    /// Whether the operation was carried out.
    pub success: bool,
    /// The payload; null on failure.
    pub data: Option<T>,
    /// 0 on success; the codes of failures are chosen.
    pub error_code: i32,
    /// What went wrong.
    pub error_description: Option<String>,
    /// Remarks.
    pub meta: Option<String>,
}

/// A payload of the envelope.
pub trait Payload: Debug + Sized + Send + Sync + 'static {
    /// The declaration of the envelope around this payload.
    const ENVELOPE: &'static ObjectType;
}

/// Declares envelopes: the payload, what it is in a CLR name, and a sentence for documents.
macro_rules! envelopes {
    ($($payload:ty: $clr:literal, $doc:literal;)*) => {$(
        impl Payload for $payload {
            const ENVELOPE: &'static ObjectType = {
                const DATA: Kind = <Option<$payload> as Contracted>::KIND;
                static MEMBERS: [Member; 5] = members(DATA);
                static CLASS: ObjectType = ObjectType {
                    clr_name: concat!("pbnb_models.PBNBReturn`1[", $clr, "]"),
                    name: TypeName::Generic("PBNBReturn", &[DATA]),
                    namespace: MODELS,
                    base: None,
                    members: &MEMBERS,
                    partial: None,
                    doc: $doc,
                    plan: OnceLock::new(),
                };
                &CLASS
            };
        }
    )*};
}

envelopes! {
    User: "pbnb_models.User", "The envelope of an answer about one user.";
    Vec<User>: "System.Collections.Generic.List`1[pbnb_models.User]", "The envelope of a list of users.";
    PagedListOfUser: "pbnb_models.PagedList`1[pbnb_models.User]", "The envelope of a page of users.";
    AssignedRole: "pbnb_models.AssignedRole", "The envelope of an answer about a user's role.";
    Vec<Role>: "System.Collections.Generic.List`1[pbnb_models.Role]", "The envelope of the list of roles.";
    AccountUserDefaults: "pbnb_models.AccountUserDefaults", "The envelope of an account's user defaults.";
    Vec<Resource>: "System.Collections.Generic.List`1[pbnb_models.Resource]", "The envelope of an account's resources.";
    AccountDetail: "pbnb_models.AccountDetail", "The envelope of an account's detail.";
    AccountQuotaDefaults: "pbnb_models.AccountQuotaDefaults", "The envelope of an account's quota defaults.";
    AccessGroup: "pbnb_models.AccessGroup", "The envelope of an answer about one access group.";
    Vec<AccessGroup>: "System.Collections.Generic.List`1[pbnb_models.AccessGroup]", "The envelope of a list of access groups.";
    AccessGroupMember: "pbnb_models.AccessGroupMember", "The envelope of an answer about a member of an access group.";
    PagedListOfAccessGroupMember: "pbnb_models.PagedList`1[pbnb_models.AccessGroupMember]",
        "The envelope of a page of an access group's members.";
    String: "System.String", "The envelope of a token.";
}

const fn members(data: Kind) -> [Member; 5] {
    [
        Member::new("Success", Kind::Bool, "Whether the operation was carried out."),
        Member::new("Data", data, "The payload; null on failure."),
        Member::new("ErrorCode", Kind::Int32, "0 on success; the codes of failures are chosen."),
        Member::new("ErrorDescription", Kind::String, "What went wrong."),
        Member::new("Meta", Kind::String, "Remarks."),
    ]
}

impl<T: Payload> Class for ReturnOf<T>
where
    Option<T>: Contracted,
{
    const DECLARATION: &'static ObjectType = T::ENVELOPE;
    fn slot(&self, slot: usize) -> ValueRef<'_> {
        match slot {
            0 => self.success.value(),
            1 => self.data.value(),
            2 => self.error_code.value(),
            3 => self.error_description.value(),
            4 => self.meta.value(),
            _ => ValueRef::Null,
        }
    }
    fn from_slots(slots: &mut dyn Iterator<Item = Value>) -> Self {
        let mut next = || slots.next().unwrap_or_default();
        ReturnOf {
            success: Contracted::from_value(next()),
            data: Contracted::from_value(next()),
            error_code: Contracted::from_value(next()),
            error_description: Contracted::from_value(next()),
            meta: Contracted::from_value(next()),
        }
    }
}

impl<T: Payload> Contracted for ReturnOf<T>
where
    Option<T>: Contracted,
{
    const KIND: Kind = Kind::Object(T::ENVELOPE);
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Object(self)
    }
    fn from_value(value: Value) -> Self {
        object_from_value(value)
    }
}

/// Why an endpoint returns no data.
#[derive(Debug)]
pub enum Failure {
    /// A business failure, reported in the envelope.
    Problem(Problem),
    /// An answer without envelope, or a fault.
    Refused(Refusal),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(problem)
    }
}

impl From<Reply> for Failure {
    fn from(reply: Reply) -> Failure {
        Failure::Refused(reply.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Refused(error.into())
    }
}

/// The result of an endpoint, in the envelope of its payload. Not an async function, which would hold the endpoint's work
/// twice: as its argument and as what it waits for.
pub fn enveloped<T: Payload>(work: impl Future<Output = Result<T, Failure>>) -> impl Future<Output = Outcome>
where
    Option<T>: Contracted,
{
    work.map(envelope)
}

/// Errors are answers without an envelope: the framework's own refusals, and faults.
fn envelope<T: Payload>(result: Result<T, Failure>) -> Outcome
where
    Option<T>: Contracted,
{
    let envelope = match result {
        Ok(data) => ReturnOf { success: true, data: Some(data), error_code: 0, error_description: None, meta: None },
        Err(Failure::Problem(problem)) => ReturnOf {
            success: false,
            data: None,
            error_code: problem.code(),
            error_description: Some(problem.description()),
            meta: None,
        },
        Err(Failure::Refused(refusal)) => return Err(refusal),
    };
    Ok(Reply::ok(envelope))
}
