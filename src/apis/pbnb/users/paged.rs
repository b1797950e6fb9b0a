//! `GET v1/core/Accounts/{accId}/users/paged` (the vendor's page of that name; spec/pbnb.md §2 and §16 #17).

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::pbnb::contract::{PagedListOfUser, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::rules::{Expand, Page};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, From, Parameter};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsersPaged",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/paged"],
        parameters: &[
            WHOLE_ACCOUNT,
            Parameter {
                name: "pageSize",
                kind: Kind::Int32,
                from: From::OptionalUri,
                doc: "How many users a page holds, 1 to 1000; anything else counts as 1000.",
            },
            Parameter {
                name: "pageNumber",
                kind: Kind::Int32,
                from: From::OptionalUri,
                doc: "The page, counted from 0.",
            },
            Parameter {
                name: "includeTotal",
                kind: Kind::Bool,
                from: From::OptionalUri,
                doc: "Whether TotalCount is worked out.",
            },
        ],
    },
    summary: "List users by pages",
    description: "The users of the account by number, a page at a time.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "The page; or, with `Success` false, why there is none.",
        content: AnswerContent::Value(ReturnOf::<PagedListOfUser>::KIND),
        provenance: Provenance::PublicDoc,
    }],
    samples: &[],
    run: |call| Box::pin(enveloped(paged(call))),
};

async fn paged(mut call: Call) -> Result<PagedListOfUser, Failure> {
    let account = call.take(0);
    let page = Page::of(call.take(1), call.take(2));
    let include_total: bool = call.take(3);
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    // One user more than the page holds tells whether another page follows, without counting them all.
    let mut users = transaction.pbnb_users_from(account, page.offset(), page.size.saturating_add(1))?;
    let size = usize::try_from(page.size).unwrap_or_default();
    let more = users.len() > size;
    users.truncate(size);
    let total_count = match include_total {
        true => Some(transaction.pbnb_user_count(account)?),
        false => None,
    };
    Ok(PagedListOfUser {
        previous_page: page.number.checked_sub(1).filter(|number| *number >= 0),
        current_page: page.number,
        next_page: page.number.checked_add(1).filter(|_| more),
        page_size: page.size,
        total_count,
        result_set: Some(users.into_iter().map(|user| on_the_wire(&call, user, Expand::Nothing)).collect()),
    })
}
