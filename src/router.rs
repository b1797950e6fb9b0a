//! Every way into a server on one page: the control API, the same inside a world, a page for browsers, and the APIs, which
//! have all other paths. Which API owns a path is read from the table of APIs; the framework that it is emulated on then
//! does its own routing, with its own 404 and 405.

use crate::codec::percent::percent_encode_invisible;
use crate::control::{self, front_page};
use crate::listener::Secure;
use crate::pipeline::Gateway;
use crate::pipeline::address::CONTROL;
use crate::pipeline::app::App;
use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};
use http::{Extensions, StatusCode, Uri};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;
use tower::{Service, ServiceExt, service_fn};
use tracing::{Instrument, Span};

/// A server as an axum router. Another axum program can nest it; the links that it writes then begin with the path at
/// which it is nested.
///
/// ```no_run
/// # async fn nested() -> Result<axum::Router, String> {
/// use usertwin::{Apis, App, Config, router};
///
/// let app = App::open(Apis::four(), Config::from_flags(&["--auth", "strict"])?).await?;
/// let program = axum::Router::new().nest("/mock", router(app));
/// # Ok(program)
/// # }
/// ```
///
/// # Panics
/// When two APIs of the table have a mount in common.
pub fn router(app: App) -> Router {
    with_control(Front::new(app))
}

fn with_control(front: Front) -> Router {
    let app = front.app.clone();
    let control = control::router(app, self::router);
    let control = service_fn(move |request: Request| {
        let (span, answer) = (span(&request), control.clone().oneshot(request));
        observed(answer.map(IntoResponse::into_response).boxed()).instrument(span)
    });
    let control = Router::new().nest_service(CONTROL, control);
    let in_a_world = without_world(control.clone());
    Router::new()
        .merge(control)
        .route_service(&format!("/w/{{world}}{CONTROL}"), in_a_world.clone())
        .route_service(&format!("/w/{{world}}{CONTROL}/"), in_a_world.clone())
        .route_service(&format!("/w/{{world}}{CONTROL}/{{*rest}}"), in_a_world)
        // The APIs have no routes: which one owns a path is decided without regard to case and to doubled slashes.
        .fallback_service(service_fn(move |request: Request| front.answer(request)))
}

/// The same for a listener. Only what may be a control call goes through axum's routing, which would cost a request to an
/// API a tenth of its instructions.
pub(crate) fn service(
    app: App,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static {
    let front = Front::new(app);
    let router = with_control(front.clone());
    service_fn(move |request: Request| match may_be_control(request.uri().path()) {
        true => Either::Left(router.clone().oneshot(request)),
        false => Either::Right(front.answer(request)),
    })
}

/// Whether a path leads to the control API, or only begins as its paths do.
fn may_be_control(path: &str) -> bool {
    let behind_world = path.strip_prefix("/w/").and_then(|rest| rest.get(rest.find('/')?..));
    behind_world.unwrap_or(path).starts_with(CONTROL)
}

/// What is no control call: the front page for browsers that ask for it, and the APIs.
#[derive(Clone)]
struct Front {
    app: App,
    gateway: Arc<Gateway>,
}

impl Front {
    fn new(app: App) -> Front {
        let doubled = app.apis().doubled_mount();
        assert!(doubled.is_none(), "two APIs have the mount {doubled:?}");
        Front { gateway: Arc::new(Gateway::new(app.clone())), app }
    }

    fn answer(&self, request: Request) -> impl Future<Output = Result<Response, Infallible>> + Send + use<> {
        let span = span(&request);
        let answer: BoxFuture<'static, Response> = match front_page::is_asked(&self.app, &request) {
            false => Box::pin(Arc::clone(&self.gateway).handle(request)),
            true => {
                let app = self.app.clone();
                Box::pin(async move { front_page::answer(&app, &request.into_parts().0).await })
            }
        };
        observed(answer).instrument(span)
    }
}

/// Logs what becomes of a request. Its API answers the panic of an endpoint; this is for panics elsewhere.
async fn observed(answer: BoxFuture<'static, Response>) -> Result<Response, Infallible> {
    let started = Instant::now();
    tracing::debug!("started processing request");
    let answered = AssertUnwindSafe(answer).catch_unwind().await;
    let response = answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    tracing::debug!(status = response.status().as_u16(), latency = ?started.elapsed(), "answered");
    Ok(response)
}

/// The control API behind a world's prefix. Control calls name their world themselves, so the prefix has no effect.
fn without_world(
    control: Router,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    service_fn(move |mut request: Request| {
        let behind = request.uri().path_and_query().and_then(|uri| uri.as_str().strip_prefix("/w/")?.split_once('/'));
        if let Some(Ok(uri)) = behind.map(|(_, behind)| format!("/{behind}").parse::<Uri>()) {
            *request.uri_mut() = uri;
        }
        // Otherwise the control call would see the parameters of this route among its own.
        let mut known = std::mem::replace(request.extensions_mut(), Extensions::new());
        known.remove::<OriginalUri>().and_then(|original| request.extensions_mut().insert(original));
        known.remove::<Secure>().and_then(|secure| request.extensions_mut().insert(secure));
        control.clone().oneshot(request)
    })
}

/// The span of a request in the log. The query is left out, as it may contain codes, tokens and passwords. `id` is the
/// request's journal entry.
fn span(request: &Request) -> Span {
    // The path is written inside the macro, so that it costs nothing while nobody reads the span.
    tracing::debug_span!(
        "request",
        method = %request.method(),
        path = %percent_encode_invisible(request.uri().path()),
        id = tracing::field::Empty
    )
}

#[cfg(test)]
mod tests {
    use super::may_be_control;

    #[test]
    fn control_calls_go_through_the_routes_and_calls_of_apis_past_them() {
        for path in ["/_usertwin", "/_usertwin/", "/_usertwin/worlds/t", "/w/t/_usertwin", "/w/t/_usertwin/health/live"]
        {
            assert!(may_be_control(path), "{path}");
        }
        for path in ["", "*", "/", "/w/t/", "/w/t", "/v1/core/Accounts/2/users/1", "/w/t/v1/_usertwin", "//_usertwin"] {
            assert!(!may_be_control(path), "{path}");
        }
    }
}
