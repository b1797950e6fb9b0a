//! `GET /ca.pem`: the certificate that clients of `--tls` have to trust. It is no secret, and whoever fetches it cannot
//! have a token for a server that they do not trust yet.

use super::call::{Answer, Call};
use super::refusal::Refusal;
use crate::pipeline::app::App;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::on;
use http::StatusCode;
use http::header::CONTENT_TYPE;

const PEM: &str = "application/x-pem-file";

/// The authority's certificate.
pub const CERTIFICATE: Call = Call {
    path: "/ca.pem",
    id: "getCertificateAuthority",
    tag: "health",
    summary: "The certificate of the local authority that signs for this server, as PEM",
    anonymous: true,
    answer: Answer::Text(PEM),
    refusals: &[404],
    handler: |method| on(method, certificate),
    ..Call::NEW
};

async fn certificate(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    match app.authority() {
        Some(pem) => Ok(([(CONTENT_TYPE, PEM)], pem.to_owned())),
        None => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "No local authority signs for this server: it was started without --tls, or with a certificate of its own.",
        )),
    }
}
