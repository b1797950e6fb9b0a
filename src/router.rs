//! Every route of a server on one page: the APIs at their documented prefixes, the control API, the same inside a world,
//! a page for browsers, and a fallback. A route only decides which API answers; the framework that the API is emulated on then does its own
//! routing, with its own 404 and 405.

use crate::apis::Api;
use crate::codec::percent::percent_encode_invisible;
use crate::control;
use crate::listener::Secure;
use crate::pipeline::address::CONTROL;
use crate::pipeline::app::App;
use crate::pipeline::{ApiHost, Gateway};
use axum::Router;
use axum::body::Body;
use axum::extract::{OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, CatchUnwind, Either, Map};
use http::{Extensions, StatusCode, Uri};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::trace::TraceLayer;
use tracing::Span;
use tracing::level_filters::LevelFilter;

/// The outcome of a service that answers always.
type Answered = Result<Response, Infallible>;

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
    let doubled = app.apis().doubled_mount();
    assert!(doubled.is_none(), "two APIs have the mount {doubled:?}");
    let gateway = Arc::new(Gateway::new(app.clone()));
    let answered_by = |host: Option<&Arc<ApiHost>>| {
        let (gateway, host) = (Arc::clone(&gateway), host.cloned());
        Traced(Caught(service_fn(move |request: Request| {
            // Boxed where it is made: each layer would move its three kilobytes to another place. And not awaited in a block,
            // which has room for it twice.
            Box::pin(Arc::clone(&gateway).handle(host.clone(), request)).map(Ok::<Response, Infallible>)
        })))
    };
    let mut router = Router::new();
    let segments: BTreeSet<&str> = app.apis().iter().flat_map(Api::first_segments).collect();
    for host in gateway.hosts() {
        router = host.api().add_routes(router, &segments, &answered_by(Some(host)));
    }
    let control = Router::new().nest_service(CONTROL, Traced(Caught(control::router(app.clone(), self::router))));
    let in_a_world = without_world(control.clone());
    router
        .merge(control)
        // Which API answers in a world the gateway finds out itself, by the same mounts.
        .route_service("/w/{world}/{*rest}", answered_by(None))
        .route_service(&format!("/w/{{world}}{CONTROL}"), in_a_world.clone())
        .route_service(&format!("/w/{{world}}{CONTROL}/"), in_a_world.clone())
        .route_service(&format!("/w/{{world}}{CONTROL}/{{*rest}}"), in_a_world)
        // Paths that differ from a route in case or by doubled slashes: the gateway compares them as the frameworks do,
        // and answers 404 if no API owns the path.
        .fallback_service(front_or(app, answered_by(None)))
}

/// The front page for browsers that ask for it; everything else goes on to the APIs.
fn front_or<S>(
    app: App,
    others: S,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
where
    S: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    service_fn(move |request: Request| {
        let (app, others) = (app.clone(), others.clone());
        async move {
            if control::front_page::is_asked(&app, &request) {
                return Ok(control::front_page::answer(&app, &request.into_parts().0).await);
            }
            others.oneshot(request).await.map(IntoResponse::into_response)
        }
    })
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

/// A service whose panics cost one request. An endpoint's panic is answered by its API; this is for panics outside
/// endpoints. Not tower-http's layer, which boxes the body of every answer.
#[derive(Clone)]
struct Caught<S>(S);

impl<S> Service<Request> for Caught<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Map<CatchUnwind<AssertUnwindSafe<S::Future>>, fn(thread::Result<Answered>) -> Answered>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let caught: fn(thread::Result<Answered>) -> Answered =
            |outcome| outcome.unwrap_or_else(|_| Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
        AssertUnwindSafe(self.0.call(request)).catch_unwind().map(caught)
    }
}

/// A service whose requests are traced while somebody reads traces. A span that nobody sees would cost each request six
/// looks at the clock, a box and a wrapper around its body.
#[derive(Clone)]
struct Traced<S>(S);

impl<S> Service<Request> for Traced<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Answered>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if LevelFilter::current() < LevelFilter::DEBUG {
            return Either::Left(self.0.call(request));
        }
        // An injected fault is a 5xx on purpose; real faults are logged where they happen.
        let layer = TraceLayer::new_for_http().make_span_with(span).on_response(answered);
        let layer = layer.on_body_chunk(()).on_eos(()).on_failure(());
        let answer = layer.layer(self.0.clone()).oneshot(request);
        Either::Right(answer.map(|Ok(answer)| Ok(answer.map(Body::new))).boxed())
    }
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

fn answered<B>(response: &http::Response<B>, latency: Duration, _: &Span) {
    tracing::debug!(status = response.status().as_u16(), ?latency, "answered");
}
