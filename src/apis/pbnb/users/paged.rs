//! `GET v1/core/Accounts/{accId}/users/paged` (the vendor's page of that name; docs/spec/pbnb.md §2, §16 #17).

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::pbnb::contract::{PagedListOfUser, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::rules::{Expand, Page};
use crate::apis::prelude::*;
use crate::store;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        size: i32 = optional("pageSize", "How many users a page holds, 1 to 1000; anything else counts as 1000.").example("10"),
        number: i32 = optional("pageNumber", "The page, counted from 0.").example("0"),
        include_total: bool = optional("includeTotal", "Whether TotalCount is worked out.").example("true"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsersPaged",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/paged"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List users by pages",
    description: "The users of the account by number, a page at a time.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<PagedListOfUser>>(
        "The page; or, with `Success` false, why there is none.",
        Provenance::PublicDoc,
    )],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(paged(call, values.into()))),
    ..Operation::NEW
};

async fn paged(call: Call, arguments: Arguments) -> Result<PagedListOfUser, Failure> {
    let Arguments { account, size, number, include_total } = arguments;
    let page = Page::new(size, number);
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    // One user more than the page contains shows whether another page follows, without a count of them all.
    let part = store::Page::Part { offset: page.offset(), limit: i64::from(page.size) + 1 };
    let mut users = transaction.members::<PbnbFacet>(account, part)?;
    let size = usize::try_from(page.size).unwrap_or_default();
    let more = users.len() > size;
    users.truncate(size);
    let total_count = match include_total {
        true => Some(i32::try_from(transaction.member_count::<PbnbFacet>(account)?).unwrap_or(i32::MAX)),
        false => None,
    };
    Ok(PagedListOfUser {
        previous_page: page.number.checked_sub(1).filter(|number| *number >= 0),
        current_page: page.number,
        next_page: page.number.checked_add(1).filter(|_| more),
        page_size: page.size,
        total_count,
        result_set: Some(users.into_iter().map(|stored| on_the_wire(&call, stored.user, Expand::Nothing)).collect()),
    })
}
