//! Answers that are kept: a request for a user, in the same format as one before, is answered with the same bytes until the
//! user changes. Nothing is bound, read or written for it; its token is checked and its journal entry made as ever.

use super::Exchange;
use super::host::ApiHost;
use crate::apis::Operation;
use crate::frameworks::webapi::{Content, Reply, Request, content_type_of, only_accept};
use crate::store::{Sources, StoreError};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

/// The longest address and Accept of an answer that is kept, in bytes.
const LONGEST: usize = 512;

/// All that an answer depends on besides the world: operation, address and format.
pub(super) struct Question(Vec<u8>);

impl Question {
    /// The question of a request, if the answer to it is kept.
    pub(super) fn of(operation: &'static Operation, request: &Request) -> Option<Question> {
        if !operation.keeps_answers || request.method != "GET" || !request.body.is_empty() {
            return None;
        }
        let accept = only_accept(&request.headers)?;
        let query = request.query.as_deref();
        let length = request.path.len() + query.map_or(0, str::len) + accept.len();
        if length > LONGEST {
            return None;
        }
        // Each operation is in one place; a path contains no question mark, and neither contains a line feed.
        let mut question = Vec::with_capacity(size_of::<usize>() + length + 2);
        question.extend(std::ptr::from_ref(operation).addr().to_ne_bytes());
        question.extend_from_slice(request.path.as_bytes());
        if let Some(query) = query {
            question.push(b'?');
            question.extend_from_slice(query.as_bytes());
        }
        question.push(b'\n');
        question.extend_from_slice(accept);
        Some(Question(question))
    }

    /// The answer that was kept for it in the world of an exchange, if nothing that it shows has changed.
    pub(super) async fn answer(&self, exchange: &Exchange) -> Result<Option<Reply>, StoreError> {
        exchange.app.store().answer(&exchange.world, &self.0, unpacked).await
    }
}

impl ApiHost {
    /// Keeps the answer that a reply becomes, if it shows one user and was given without a note: the next would lack it.
    /// `told` is the number of notes before the endpoint ran.
    pub(super) async fn keep(
        &self,
        exchange: &mut Exchange,
        question: &Question,
        sources: Sources,
        reply: Reply,
        told: usize,
    ) -> Reply {
        let Sources::User(version) = sources else { return reply };
        let is_plain = |exchange: &Exchange| exchange.notes.len() == told && exchange.changes.is_empty();
        if reply.status != StatusCode::OK || !reply.headers.is_empty() || !is_plain(exchange) {
            return reply;
        }
        let response = self.formatted(reply, exchange);
        let status = response.status();
        let Some(content_type) = response.headers().get(CONTENT_TYPE).cloned() else {
            return Reply::empty(status);
        };
        let body = response.into_body();
        if status == StatusCode::OK && is_plain(exchange) {
            let answer = packed(&content_type, &body);
            exchange.app.store().keep_answer(&exchange.world, &question.0, version, &answer).await;
        }
        Reply { status, headers: Vec::new(), content: Content::Raw(content_type, body) }
    }
}

/// A Content-Type, a line feed, which none contains, and a body.
fn packed(content_type: &HeaderValue, body: &[u8]) -> Vec<u8> {
    [content_type.as_bytes(), b"\n", body].concat()
}

/// The reply of a packed answer.
fn unpacked(answer: &[u8]) -> Option<Reply> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let (content_type, body) = answer.split_at_checked(end)?;
    let content = Content::Raw(content_type_of(content_type)?, Bytes::copy_from_slice(body.get(1..)?));
    Some(Reply { status: StatusCode::OK, headers: Vec::new(), content })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apis::Apis;
    use crate::config::Config;
    use crate::pipeline::app::App;
    use crate::store::WorldName;
    use axum::body::Body;
    use http::header::ACCEPT;
    use tower::ServiceExt;

    const USER: &str = "/v1/core/Accounts/2/users/1";

    async fn app(flags: &[&str]) -> App {
        App::open(Apis::four(), Config::from_flags(flags).unwrap()).await.unwrap()
    }

    async fn send(app: &App, method: &str, path: &str, token: &str, body: &'static str) {
        let request = http::Request::builder().method(method).uri(path).header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {token}")).header(ACCEPT, "application/xml");
        let request = if body.is_empty() { request } else { request.header("content-type", "application/json") };
        let request = request.header("content-length", body.len()).body(Body::from(body)).unwrap();
        let answer = crate::router::router(app.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    /// Whether the answer to a read of a user is kept.
    async fn is_kept(app: &App, path: &str) -> bool {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query.to_owned())));
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query,
            origin: "http://localhost".to_owned(),
            headers: http::HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/xml"))]),
            today: chrono::NaiveDate::default(),
            body: Bytes::new(),
        };
        let operation = app.apis().iter().flat_map(|api| api.operations).find(|operation| operation.id == "getUser");
        let question = Question::of(operation.unwrap(), &request).unwrap();
        app.store().answer(&WorldName::main(), &question.0, unpacked).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_its_user_changes() {
        let app = app(&[]).await;
        assert!(!is_kept(&app, USER).await);
        for _ in 0..2 {
            send(&app, "GET", USER, "good", "").await;
            assert!(is_kept(&app, USER).await);
        }
        send(&app, "PATCH", "/v1/core/Accounts/2/users/2", "good", r#"{"Username":"hopper"}"#).await;
        assert!(is_kept(&app, USER).await);
        send(&app, "PATCH", USER, "good", r#"{"Username":"countess"}"#).await;
        assert!(!is_kept(&app, USER).await);
    }

    #[tokio::test]
    async fn answers_with_advice_and_those_to_users_are_not_kept() {
        let app = app(&[]).await;
        let unknown = format!("{USER}?unknown=1");
        send(&app, "GET", &unknown, "good", "").await;
        assert!(!is_kept(&app, &unknown).await);
        send(&app, "GET", USER, "ada", "").await;
        assert!(!is_kept(&app, USER).await);
    }

    #[tokio::test]
    async fn without_memory_for_them_none_is_kept() {
        let app = app(&["--answer-cache", "0"]).await;
        send(&app, "GET", USER, "good", "").await;
        assert!(!is_kept(&app, USER).await);
    }

    #[test]
    fn only_reads_are_kept() {
        let apis = Apis::four();
        let mut kept = apis.iter().flat_map(|api| api.operations).filter(|operation| operation.keeps_answers);
        assert!(kept.all(|operation| operation.action.method == "GET" && operation.form.is_none()));
    }
}
