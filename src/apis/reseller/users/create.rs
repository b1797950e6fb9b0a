//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/users` (docs/spec/reseller.md §6.3): a new user and its activation mail. A
//! user of another account with the same e-mail address also becomes a member of this one (chosen,
//! docs/spec/reseller.md §15 #8).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{NewUser, UserData};
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::rules::users;
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: NewUser = body("user", "The user to be created.").example(r#"{"email": "alan@example.com", "displayName": "Alan Turing", "roles": ["account.user"]}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Create a user",
    description: "Creates a user, gives it the account.user role in addition to those sent, and sends an activation mail. \
                  A user of another account with the same e-mail address becomes a member of this account instead: \
                  its name and primary tenant stay, and no mail is sent.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::value::<UserData>(201, "The user was created; Location has its address.", Provenance::PublicDoc),
        documented::bad_request(
            "The tenant id is malformed, the body is not acceptable, or the account has a user with the e-mail address \
             (UserAlreadyExists).",
        ),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { tenant, user: new }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    users::check(&new).map_err(|problem| problem.at(now))?;
    let user = Tenant::account(&mut transaction, tenant)?.add(&call, &mut transaction, new)?;
    transaction.commit_together().await?;
    let body = UserData::at(now, Some(view::user(&user, tenant)));
    Ok(view::created(body, &call.request, &format!("accounts/{tenant}/users/{}", user.shared.id)))
}
