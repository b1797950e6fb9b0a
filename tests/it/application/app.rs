//! The application that answered the observed pairs: its formatters, routes and actions. Every rule lives in the
//! library; here is only what that application itself did with a bound request.

use super::fixtures::{Fixture, Fixtures, guid_suffix};
use super::models::{
    AdminUser, DELTA_OF_USER, EmailModel, Identification, PasswordInfo, ResponseDataOfUser, ResponseOfUser,
    ReturnOfUser, User, collection_users, import_users, put_users,
};
use http::StatusCode;
use std::sync::Arc;
use usertwin::codec;
use usertwin::contract::{Contracted, Kind, Record, Value, object_from_value};
use usertwin::frameworks::webapi::{
    Action, Answer, Application, BindFrom, Content, Formatter, HttpError, InvalidModel, Parameter, Reply, Request,
    Settings,
};
use uuid::Uuid;

/// One app with its options.
#[derive(Debug)]
pub struct App {
    application: Application,
    error_detail: bool,
    endpoints: Vec<Endpoint>,
    fixtures: Fixtures,
}

/// What an action does.
#[derive(Debug, Clone, Copy)]
enum Endpoint {
    GetUser,
    PatchUser,
    EchoUser,
    ImportUsers,
    AcceptUsers,
    EchoUsers,
    GetUsers,
    PutAdminUser,
    GetAdminUser,
    RequestSample,
    EchoEmail,
}

const XML: &[&str] = &["application/xml", "text/xml"];
const JSON: &[&str] = &["application/json", "text/json"];
const FORM: Formatter = Formatter { codec: &codec::FORM, media_types: &["application/x-www-form-urlencoded"] };
const PBNB: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NAMES, media_types: JSON },
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: &["text/javascript"] },
    Formatter { codec: &codec::DATA_CONTRACT_XML, media_types: XML },
    FORM,
    Formatter { codec: &codec::BSON, media_types: &["application/bson"] },
];
const ADMIN: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: JSON },
    Formatter { codec: &codec::XML_SERIALIZER_XML, media_types: XML },
    FORM,
];
const EXPOINTS: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: JSON },
    Formatter { codec: &codec::DATA_CONTRACT_XML, media_types: XML },
    FORM,
];

const fn parameter(name: &'static str, kind: Kind, from: BindFrom) -> Parameter {
    Parameter { name, kind, from, doc: "", example: None }
}

const ACCOUNT: Parameter = parameter("accId", Kind::Int32, BindFrom::Uri);
const USER: Parameter = parameter("usrId", Kind::Int32, BindFrom::Uri);
const EXPAND: Parameter = parameter("expand", Kind::String, BindFrom::OptionalUri);
const ID: Parameter = parameter("id", Kind::Guid, BindFrom::Uri);

const USERS: &[&str] = &["v1/core/Accounts/{accId}/users/{usrId}"];
const IMPORT: &[&str] = &["external/api/v3/user"];
const ADMIN_USER: &[&str] = &["api/v1/admin/users/{id}"];

const fn action(method: &'static str, templates: &'static [&'static str], parameters: &'static [Parameter]) -> Action {
    Action { method, templates, parameters }
}

/// The routes of Expoints, with the model that an app has for a batch.
fn batches(parameters: &'static [Parameter]) -> Vec<(Endpoint, Action)> {
    let number = const { &[parameter("n", Kind::Int32, BindFrom::Uri)] };
    vec![
        (Endpoint::ImportUsers, action("PUT", IMPORT, parameters)),
        (Endpoint::EchoUsers, action("POST", &["external/api/v3/user/echo"], parameters)),
        (Endpoint::GetUsers, action("GET", &["external/api/v3/user/{n}"], number)),
    ]
}

fn actions(app: &str) -> Vec<(Endpoint, Action)> {
    match app {
        "pbnb" => vec![
            (Endpoint::GetUser, action("GET", USERS, &[ACCOUNT, USER, EXPAND])),
            (
                Endpoint::PatchUser,
                action(
                    "PATCH",
                    USERS,
                    const { &[ACCOUNT, USER, parameter("user", Kind::Object(&DELTA_OF_USER), BindFrom::Body)] },
                ),
            ),
            (
                Endpoint::EchoUser,
                action("POST", USERS, const { &[ACCOUNT, USER, parameter("user", User::KIND, BindFrom::Body)] }),
            ),
        ],
        "expoints" => batches(const { &[parameter("users", import_users(), BindFrom::Body)] }),
        "expoints-nofilter" => batches(const { &[parameter("users", collection_users(), BindFrom::Body)] }),
        "expoints-put" => {
            vec![(
                Endpoint::AcceptUsers,
                action("PUT", IMPORT, const { &[parameter("users", put_users(), BindFrom::Body)] }),
            )]
        }
        "admin" => vec![
            (
                Endpoint::PutAdminUser,
                action("PUT", ADMIN_USER, const { &[ID, parameter("user", AdminUser::KIND, BindFrom::Body)] }),
            ),
            (Endpoint::GetAdminUser, action("GET", ADMIN_USER, &[ID])),
            (Endpoint::RequestSample, action("GET", &["api/v1/admin/requestsample"], &[])),
            (
                Endpoint::EchoEmail,
                action(
                    "PUT",
                    &["api/v1/email/users/{id}"],
                    const { &[ID, parameter("user", EmailModel::KIND, BindFrom::Body)] },
                ),
            ),
        ],
        _ => Vec::new(),
    }
}

impl App {
    /// An app by its name with options, e.g. `admin-nofilter`; `None` for an unknown one.
    #[must_use]
    pub fn named(name: &str) -> Option<App> {
        let (base, option) = match name.split_once('-') {
            Some(("expoints", "put")) | None => (name, ""),
            Some(split) => split,
        };
        let formatters = match base {
            "pbnb" => PBNB,
            "admin" => ADMIN,
            "expoints" | "expoints-put" => EXPOINTS,
            _ => return None,
        };
        let (invalid_model, error_detail) = match option {
            "" => (InvalidModel::Refuse, false),
            "detail" => (InvalidModel::Refuse, true),
            "nofilter" => (InvalidModel::Ignore, false),
            _ => return None,
        };
        let of = if name == "expoints-nofilter" { name } else { base };
        let (endpoints, actions) = actions(of).into_iter().unzip();
        let settings = Settings { formatters, invalid_model, error_detail, depth: usertwin::codec::MAX_DEPTH };
        let application = Application::new(settings, actions);
        Some(App { application, error_detail, endpoints, fixtures: Fixtures::of(base) })
    }

    /// Answers a request from routing to bytes.
    #[must_use]
    pub fn handle(&self, request: &Request) -> Answer {
        let reply = self.reply(request).unwrap_or_else(|refusal| refusal);
        self.application.answer(request, reply)
    }

    fn reply(&self, request: &Request) -> Result<Reply, Reply> {
        let routed = self.application.route(request)?;
        let mut arguments = self.application.bind(request, &routed, &mut Vec::new())?;
        let endpoint = self.endpoints.get(routed.action).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
        let body = arguments.pop().unwrap_or_default();
        Ok(match endpoint {
            Endpoint::GetUser => match arguments.get(1) {
                Some(Value::Int(number)) => self.fixture(&number.to_string(), ReturnOfUser::KIND),
                _ => self.fixture("*", ReturnOfUser::KIND),
            },
            Endpoint::PatchUser => self.patch(body),
            Endpoint::EchoUser => echo(succeeded(), &["Data"], body),
            Endpoint::ImportUsers if body == Value::Null => {
                Reply::error(StatusCode::BAD_REQUEST, HttpError::message("users is null"))
            }
            Endpoint::ImportUsers | Endpoint::AcceptUsers => Reply::empty(StatusCode::OK),
            Endpoint::EchoUsers => ok(body, import_users()),
            Endpoint::GetUsers => match body {
                Value::Int(number) => self.fixture(&number.to_string(), import_users()),
                _ => self.fixture("*", import_users()),
            },
            Endpoint::PutAdminUser => echo(accepted(&arguments), &["ResponseData", "Detail"], body),
            Endpoint::GetAdminUser => match body {
                Value::Guid(id) => self.fixture(&guid_suffix(&id), ResponseOfUser::KIND),
                _ => self.fixture("*", ResponseOfUser::KIND),
            },
            Endpoint::RequestSample => self.fixture("request sample, GET api/v1/admin/requestsample", AdminUser::KIND),
            Endpoint::EchoEmail => ok(body, EmailModel::KIND),
        })
    }

    fn fixture(&self, name: &str, kind: Kind) -> Reply {
        match self.fixtures.get(name, &kind) {
            Fixture::Value(value) => ok(value, kind),
            Fixture::Throws(what) if what.contains("403") => Reply::empty(StatusCode::FORBIDDEN),
            Fixture::Throws(what) => {
                let (_, text) = what.rsplit_once(' ').unwrap_or(("", &what));
                let hidden = HttpError::message("An error has occurred.");
                let error = if self.error_detail { hidden.with_exception(text, "System.Exception") } else { hidden };
                Reply::error(StatusCode::INTERNAL_SERVER_ERROR, error)
            }
        }
    }

    /// Starts from fixture 1, sets three members where they were sent, and names what was sent.
    fn patch(&self, body: Value) -> Reply {
        let Fixture::Value(first) = self.fixtures.get("1", &ReturnOfUser::KIND) else {
            return Reply::empty(StatusCode::NOT_FOUND);
        };
        let mut answer: ReturnOfUser = object_from_value(first);
        let Value::Object(mut delta) = body else {
            answer.success = false;
            answer.error_description = Some("delta is null".to_owned());
            return Reply::ok(answer);
        };
        let members = delta.class.plan().members.iter().enumerate();
        let sent: Vec<(usize, &str)> =
            members.map(|(slot, member)| (slot, member.name)).filter(|(slot, _)| was_sent(&delta, *slot)).collect();
        if let Some(user) = &mut answer.data {
            for (slot, name) in &sent {
                match *name {
                    "Username" => user.username = Contracted::from_value(delta.take(*slot)),
                    "PasswordInfo" => user.password_info = Option::<PasswordInfo>::from_value(delta.take(*slot)),
                    "AccessTypes" => user.access_types = Contracted::from_value(delta.take(*slot)),
                    _ => {}
                }
            }
        }
        let names: Vec<&str> = sent.into_iter().map(|(_, name)| name).collect();
        answer.meta = Some(format!("changed:{}", names.join(",")));
        Reply::ok(answer)
    }
}

fn was_sent(delta: &Record, slot: usize) -> bool {
    *delta.slot(slot) != Value::Absent
}

fn ok(value: Value, kind: Kind) -> Reply {
    Reply { status: StatusCode::OK, headers: Vec::new(), content: Content::Value(Arc::new(value), kind) }
}

fn succeeded() -> ReturnOfUser {
    ReturnOfUser { success: true, data: None, error_code: 0, error_description: None, meta: None }
}

/// An answer with the bound body at a path of members. The body stays as it was read: a Rust type has no room for half
/// a surrogate pair, at which the writers fail (oracle: X-charref-surrogate).
fn echo<T: Contracted>(answer: T, path: &[&str], body: Value) -> Reply {
    let mut answer = answer.into_value();
    put(&mut answer, path, body);
    ok(answer, T::KIND)
}

fn put(place: &mut Value, path: &[&str], body: Value) {
    let Some((name, rest)) = path.split_first() else {
        *place = body;
        return;
    };
    let Value::Object(record) = place else { return };
    let slot = record.class.plan().members.iter().position(|member| member.name == *name);
    if let Some(place) = slot.and_then(|slot| record.slots.get_mut(slot)) {
        put(place, rest, body);
    }
}

fn accepted(arguments: &[Value]) -> ResponseOfUser {
    let id = if let Some(Value::Guid(id)) = arguments.first() { *id } else { Uuid::nil() };
    ResponseOfUser {
        error: None,
        response_data: Some(ResponseDataOfUser {
            result: Some("OK".to_owned()),
            identification: Some(Identification { user_id: Some(id.to_string()) }),
            detail: None,
        }),
    }
}
