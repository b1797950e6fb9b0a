//! Users of a world in the document's form, so that a test sets one up without knowing any vendor's API. Members that a
//! body leaves out take the document's defaults, except those that the world assigns: the id, the dates and numbers
//! in an account (chosen).

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Answer, Body, Call, Method, Parameter};
use super::extract::{Query, Text, UserId, World};
use super::refusal::Refusal;
use crate::contract::DateTime;
use crate::model::ids::{Ids, Sequence};
use crate::model::{NewUser, UserRecord};
use crate::pipeline::address::nest_of_control;
use crate::pipeline::app::App;
use crate::store::{StoreError, Transaction, UserFilter, WorldName};

/// Users on a page when the query does not limit it.
const DEFAULT_PAGE_SIZE: u32 = 100;
/// The largest limit that a query may set.
const MAX_PAGE_SIZE: u32 = 1000;

/// The parameters of a list.
const PAGE: &[Parameter] = &[
    Parameter::new("search", "Text", "Part of the username, e-mail address or display name"),
    Parameter::new("username", "Text", "The username, without regard to case"),
    Parameter::new("email", "Text", "The e-mail address, without regard to case"),
    Parameter::new("limit", "PageSize", "Users on a page"),
    Parameter::new("after", "UserId", "Id of the last user of the page before"),
];

/// The query of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    search: Option<String>,
    username: Option<String>,
    email: Option<String>,
    limit: Option<u32>,
    after: Option<Uuid>,
}

/// A page of users; `next` is the `after` of the following page, null on the last.
pub const LIST: Call = Call {
    path: "/worlds/{world}/users",
    id: "listUsers",
    tag: "users",
    summary: "A page of users in the order of the document",
    query: PAGE,
    answer: Answer::Json(200, "Users"),
    refusals: &[507],
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>, World(world): World, Query(page): Query<Page>) -> Result<Response, Refusal> {
    let limit = page.limit.unwrap_or(DEFAULT_PAGE_SIZE);
    if !(1..=MAX_PAGE_SIZE).contains(&limit) {
        return Err(Refusal::bad(format!("The limit must be from 1 to {MAX_PAGE_SIZE}.")));
    }
    let transaction = app.store().read(&world).await?;
    transaction.on_blocking_thread(move |transaction| found(transaction, &page, limit)).await
}

fn found(mut transaction: Transaction, page: &Page, limit: u32) -> Result<Response, Refusal> {
    // One more than requested shows whether there is another page.
    let found = transaction.records_page(&page.wanted(), limit + 1, page.after);
    let mut users = found.map_err(|error| match error {
        StoreError::NotFound(_) => Refusal::bad("`after` is not a user of this world."),
        error => error.into(),
    })?;
    let more = users.len() > limit as usize;
    users.truncate(limit as usize);
    let next = users.last().filter(|_| more).map(|record| record.shared.id.to_string());
    let page = json!({ "users": users.iter().map(UserRecord::to_json).collect::<Value>(), "next": next });
    Ok(axum::Json(page).into_response())
}

impl Page {
    fn wanted(&self) -> UserFilter<'_> {
        let Page { search, username, email, .. } = self;
        UserFilter { search: search.as_deref(), username: username.as_deref(), email: email.as_deref() }
    }
}

/// Adds a user after all others.
pub const CREATE: Call = Call {
    method: Method::Post,
    path: "/worlds/{world}/users",
    id: "addUser",
    tag: "users",
    summary: "Add a user after all others",
    body: Body::Json("User"),
    example: r#"{"username": "alan", "email": "alan@example.com", "expoints": {"type": "Internal", "roles": []}}"#,
    answer: Answer::Json(201, "User"),
    refusals: &[409, 507],
    handler: |method| on(method, create),
    ..Call::NEW
};

async fn create(
    State(app): State<App>,
    World(world): World,
    OriginalUri(uri): OriginalUri,
    Text(text): Text,
) -> Result<Response, Refusal> {
    let transaction = app.store().write(&world).await?;
    let users = format!("{}/_usertwin/worlds/{world}/users", nest_of_control(&uri));
    // On another thread, because checking a user reads every list of the world.
    transaction.on_blocking_thread(move |transaction| created(transaction, app.ids(), &world, &text, &users)).await
}

fn created(
    mut transaction: Transaction,
    ids: &Ids,
    world: &WorldName,
    text: &str,
    users: &str,
) -> Result<Response, Refusal> {
    let mut new = parsed(&mut transaction, text)?;
    if new.given_id().is_none() {
        new.identify(transaction.unused_id(|| ids.next_id(world.as_str(), Sequence::World))?);
    }
    let now = transaction.now();
    let record = completed(new, &mut transaction, now)?;
    transaction.insert_all(std::slice::from_ref(&record))?;
    transaction.commit()?;
    let mut response = (StatusCode::CREATED, axum::Json(record.to_json())).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("{users}/{}", record.shared.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// One user.
pub const GET: Call = Call {
    path: "/worlds/{world}/users/{id}",
    id: "getUser",
    tag: "users",
    summary: "One user",
    answer: Answer::Json(200, "User"),
    refusals: &[404, 507],
    handler: |method| on(method, get),
    ..Call::NEW
};

async fn get(State(app): State<App>, World(world): World, UserId(id): UserId) -> Result<axum::Json<Value>, Refusal> {
    let stored = app.store().read(&world).await?.record(id)?.ok_or_else(|| unknown(id))?;
    Ok(axum::Json(stored.record.to_json()))
}

/// Replaces a user by the body; a facet that is absent from it is removed.
pub const REPLACE: Call = Call {
    method: Method::Put,
    path: "/worlds/{world}/users/{id}",
    id: "replaceUser",
    tag: "users",
    summary: "Replace a user; facets that the body leaves out are removed",
    body: Body::Json("User"),
    example: r#"{"username": "ada.king", "email": "ada.king@example.com", "pbnb": {"accountId": 2, "userId": 1}}"#,
    answer: Answer::Json(200, "User"),
    refusals: &[404, 409, 507],
    handler: |method| on(method, replace),
    ..Call::NEW
};

async fn replace(
    State(app): State<App>,
    World(world): World,
    UserId(id): UserId,
    Text(text): Text,
) -> Result<axum::Json<Value>, Refusal> {
    let transaction = app.store().write(&world).await?;
    transaction.on_blocking_thread(move |transaction| replaced(transaction, id, &text)).await
}

fn replaced(mut transaction: Transaction, id: Uuid, text: &str) -> Result<axum::Json<Value>, Refusal> {
    let stored = transaction.record(id)?.ok_or_else(|| unknown(id))?;
    let mut new = parsed(&mut transaction, text)?;
    match new.given_id() {
        None => new.identify(id),
        Some(given) if given != id => {
            return Err(Refusal::bad(format!("The body is for the user {given}, the path for {id}.")));
        }
        Some(_) => {}
    }
    new.keep_numbers(&stored.record);
    let record = completed(new, &mut transaction, stored.record.shared.created_at)?;
    transaction.replace_record(&stored, &record)?;
    transaction.commit()?;
    Ok(axum::Json(record.to_json()))
}

/// Removes a user with every facet.
pub const REMOVE: Call = Call {
    method: Method::Delete,
    path: "/worlds/{world}/users/{id}",
    id: "removeUser",
    tag: "users",
    summary: "Remove a user with every facet",
    refusals: &[404, 507],
    handler: |method| on(method, remove),
    ..Call::NEW
};

async fn remove(State(app): State<App>, World(world): World, UserId(id): UserId) -> Result<StatusCode, Refusal> {
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

/// The user of a body, checked against the lists of the world.
fn parsed(transaction: &mut Transaction, text: &str) -> Result<NewUser, Refusal> {
    let lists = transaction.lists()?;
    transaction.schema().parse_user(text, &lists).map_err(Refusal::document)
}

/// The user with the dates and numbers that the body leaves out.
fn completed(mut new: NewUser, transaction: &mut Transaction, created: DateTime) -> Result<UserRecord, StoreError> {
    new.date(created, transaction.now());
    new.number(|facet, prefix| transaction.next_number_beside(facet, prefix))?;
    Ok(new.record)
}
