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
use axum::extract::{OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use http::{Extensions, StatusCode, Uri};
use std::any::Any;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

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
    // Outermost first, around every route. Applied to services, because a router would box each of them once more.
    let layers = (
        // An injected fault is a 5xx on purpose; real faults are logged where they happen.
        TraceLayer::new_for_http()
            .make_span_with(span)
            .on_response(answered)
            .on_body_chunk(())
            .on_eos(())
            .on_failure(()),
        // An endpoint's panic is answered by its API; this is for panics outside endpoints.
        CatchPanicLayer::custom(panicked),
    );
    let gateway = Arc::new(Gateway::new(app.clone()));
    let answered_by = |host: Option<&Arc<ApiHost>>| {
        let (gateway, host) = (Arc::clone(&gateway), host.cloned());
        layers.layer(service_fn(move |request: Request| {
            let answer = Arc::clone(&gateway).handle(host.clone(), request);
            async { Ok::<Response, Infallible>(answer.await) }
        }))
    };
    let mut router = Router::new();
    let segments: BTreeSet<&str> = app.apis().iter().flat_map(Api::first_segments).collect();
    for host in gateway.hosts() {
        router = host.api().add_routes(router, &segments, &answered_by(Some(host)));
    }
    let control = Router::new().nest_service(CONTROL, layers.layer(control::router(app.clone(), self::router)));
    let in_a_world = without_world(control.clone());
    router
        .merge(control)
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

fn panicked(_: Box<dyn Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
