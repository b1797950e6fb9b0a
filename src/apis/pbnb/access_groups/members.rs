//! `GET v1/core/accounts/{accId}/accessgroups/{accGrpId}/members/paged` (the vendor's page of that name; docs/spec/pbnb.md §2,
//! §16 #17): the members of a group by user number.

use super::{find, member};
use crate::apis::pbnb::contract::{PagedListOfAccessGroupMember, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::rules::Page;
use crate::apis::pbnb::users::WHOLE_ACCOUNT;
use crate::apis::prelude::*;
use crate::store;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT.example("4"),
        group: i32 = required("accGrpId", "The access group's number.").example("2"),
        number: i32 = optional("pageNumber", "The page, counted from 0.").example("0"),
        size: i32 = optional("pageSize", "How many members a page holds, 1 to 1000; anything else counts as 1000.").example("10"),
        include_total: bool = optional("includeTotal", "Whether TotalCount is worked out.").example("true"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listAccessGroupMembersPaged",
    action: Action {
        method: "GET",
        templates: &["v1/core/accounts/{accId}/accessgroups/{accGrpId}/members/paged"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List the members of an access group by pages",
    description: "The members of the access group by number, a page at a time.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<PagedListOfAccessGroupMember>>(
        "The page; or, with `Success` false, why there is none.",
        Provenance::PublicDoc,
    )],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(paged(call, values.into()))),
    ..Operation::NEW
};

async fn paged(call: Call, arguments: Arguments) -> Result<PagedListOfAccessGroupMember, Failure> {
    let Arguments { account, group, number, size, include_total } = arguments;
    let page = Page::new(size, number);
    let mut transaction = call.read().await?;
    find(&mut transaction, account, group)?;
    let users = transaction.members::<PbnbFacet>(account, store::Page::All)?;
    let members: Vec<_> = users.iter().filter_map(|stored| member(&stored.user, group)).collect();
    let (offset, size) = (usize::try_from(page.offset()), usize::try_from(page.size).unwrap_or_default());
    let offset = offset.unwrap_or(usize::MAX);
    let total = members.len();
    Ok(PagedListOfAccessGroupMember {
        previous_page: page.number.checked_sub(1).filter(|number| *number >= 0),
        current_page: page.number,
        next_page: page.number.checked_add(1).filter(|_| total > offset.saturating_add(size)),
        page_size: page.size,
        total_count: include_total.then(|| i32::try_from(total).unwrap_or(i32::MAX)),
        result_set: Some(members.into_iter().skip(offset).take(size).collect()),
    })
}
