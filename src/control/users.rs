//! Users of a world in the document's form, so that a test sets one up without knowing any vendor's API. What a body
//! leaves out takes the document's defaults, except what the world itself would give: the id, the dates and the number
//! in a PBNB account (chosen).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::extract::{Query, Text, UserId, World};
use super::refusal::Refusal;
use crate::model::{Api, User};
use crate::pipeline::app::App;
use crate::store::{StoreError, Transaction};

/// How many users a page holds when the query does not say.
const USUAL: u32 = 100;
/// The most it may ask for.
const MOST: u32 = 1000;

/// The query of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    search: Option<String>,
    limit: Option<u32>,
    after: Option<Uuid>,
}

/// `GET /worlds/{world}/users`: a page; `next` is what `after` should be for the one that follows, null at the end.
pub async fn list(
    State(app): State<App>,
    World(world): World,
    Query(page): Query<Page>,
) -> Result<axum::Json<Value>, Refusal> {
    let limit = page.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::bad(format!("The limit must be from 1 to {MOST}.")));
    }
    let mut transaction = app.store().read(&world).await?;
    // One more than asked for tells whether there is another page.
    let found = transaction.users_page(page.search.as_deref(), limit + 1, page.after);
    let mut users = found.map_err(|error| match error {
        StoreError::NotFound(_) => Refusal::bad("`after` names no user of this world."),
        error => error.into(),
    })?;
    let more = users.len() > limit as usize;
    users.truncate(limit as usize);
    let next = users.last().filter(|_| more).map(|user| user.id.to_string());
    Ok(axum::Json(json!({ "users": users.iter().map(User::to_json).collect::<Value>(), "next": next })))
}

/// `POST /worlds/{world}/users`: adds a user after all others.
pub async fn create(State(app): State<App>, World(world): World, Text(text): Text) -> Result<Response, Refusal> {
    let mut transaction = app.store().write(&world).await?;
    let mut draft = Draft::read(&mut transaction, &text)?;
    if !draft.gives("/id") {
        draft.identify(transaction.unused_id(|| app.ids().next_id(world.as_str()))?);
    }
    let now = transaction.now();
    let user = draft.complete(&mut transaction, now)?;
    transaction.insert(&user)?;
    transaction.commit()?;
    let mut response = (StatusCode::CREATED, axum::Json(user.to_json())).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("/_usertwin/worlds/{world}/users/{}", user.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// `GET /worlds/{world}/users/{id}`
pub async fn get(
    State(app): State<App>,
    World(world): World,
    UserId(id): UserId,
) -> Result<axum::Json<Value>, Refusal> {
    let user = app.store().read(&world).await?.user(id)?.ok_or_else(|| unknown(id))?;
    Ok(axum::Json(user.to_json()))
}

/// `PUT /worlds/{world}/users/{id}`: the user becomes the body; a facet that is absent from it is taken away.
pub async fn replace(
    State(app): State<App>,
    World(world): World,
    UserId(id): UserId,
    Text(text): Text,
) -> Result<axum::Json<Value>, Refusal> {
    let mut transaction = app.store().write(&world).await?;
    let stored = transaction.user(id)?.ok_or_else(|| unknown(id))?;
    let mut draft = Draft::read(&mut transaction, &text)?;
    if !draft.gives("/id") {
        draft.identify(id);
    } else if draft.user.id != id {
        return Err(Refusal::bad(format!("The body is for the user {}, the path for {id}.", draft.user.id)));
    }
    draft.keep_number(&stored);
    let user = draft.complete(&mut transaction, stored.created_at)?;
    if Api::ALL.into_iter().any(|api| user.is_in(api)) {
        transaction.save(&user)?;
        for api in Api::ALL.into_iter().filter(|api| !user.is_in(*api) && stored.is_in(*api)) {
            transaction.remove_facet(id, api)?;
        }
    } else {
        // Taking its last facet away would remove the user itself.
        transaction.remove_user(id)?;
        transaction.insert(&user)?;
    }
    transaction.commit()?;
    Ok(axum::Json(user.to_json()))
}

/// `DELETE /worlds/{world}/users/{id}`: removes a user with every facet.
pub async fn remove(State(app): State<App>, World(world): World, UserId(id): UserId) -> Result<StatusCode, Refusal> {
    let mut transaction = app.store().write(&world).await?;
    if !transaction.remove_user(id)? {
        return Err(unknown(id));
    }
    transaction.commit()?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(id: Uuid) -> Refusal {
    Refusal::not_found(format!("No user has the id '{id}'."))
}

/// A user out of a body, and what the body said itself.
struct Draft {
    user: User,
    given: Value,
}

impl Draft {
    fn read(transaction: &mut Transaction, text: &str) -> Result<Draft, Refusal> {
        let user = transaction.lists()?.parse_user(text).map_err(Refusal::document)?;
        Ok(Draft { user, given: serde_json::from_str(text).unwrap_or_default() })
    }

    fn gives(&self, pointer: &str) -> bool {
        self.given.pointer(pointer).is_some()
    }

    /// Gives the user its id, and to PBNB the same one where the body names none.
    fn identify(&mut self, id: Uuid) {
        self.user.id = id;
        let provisioned = self.gives("/pbnb/provisioningId");
        if let Some(facet) = self.user.pbnb.as_mut().filter(|_| !provisioned) {
            facet.provisioning_id = id;
        }
    }

    /// A user that stays in its PBNB account keeps its number there.
    fn keep_number(&mut self, stored: &User) {
        let given = self.gives("/pbnb/userId");
        if let (Some(facet), Some(old)) = (&mut self.user.pbnb, &stored.pbnb)
            && !given
            && facet.account_id == old.account_id
        {
            facet.user_id = old.user_id;
            if let Some(members) = self.given.pointer_mut("/pbnb").and_then(Value::as_object_mut) {
                members.insert("userId".to_owned(), old.user_id.into());
            }
        }
    }

    /// The user with dates and PBNB number.
    fn complete(self, transaction: &mut Transaction, created: crate::contract::DateTime) -> Result<User, StoreError> {
        let (dated, changed) = (self.gives("/createdAt"), self.gives("/modifiedAt"));
        let numbered = self.gives("/pbnb/userId");
        let mut user = self.user;
        if !dated {
            user.created_at = created;
        }
        if !changed {
            user.modified_at = transaction.now();
        }
        if let Some(facet) = user.pbnb.as_mut().filter(|_| !numbered) {
            facet.user_id = transaction.pbnb_next_user_id(facet.account_id)?;
        }
        Ok(user)
    }
}
