//! `GET /metrics` in Prometheus' text format: requests by API, operation and status, durations, worlds, users, faults.

use super::call::{Answer, Call};
use crate::pipeline::app::App;
use crate::pipeline::journal::Tally;
use crate::pipeline::problem_json::problem;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use std::fmt::Write;

/// All counters, histograms and gauges.
pub const METRICS: Call = Call {
    path: "/metrics",
    id: "getMetrics",
    tag: "health",
    summary: "Prometheus text",
    answer: Answer::Text("text/plain"),
    refusals: &[503],
    handler: |method| on(method, metrics),
    ..Call::NEW
};

async fn metrics(State(app): State<App>) -> Response {
    let worlds = match app.store().worlds().await {
        Ok(worlds) => worlds,
        Err(error) => {
            tracing::error!(%error, "the worlds cannot be counted");
            return problem(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.");
        }
    };
    let users: u64 = worlds.iter().filter_map(|world| world.users).sum();
    let mut text = requests(&app.journal().tally());
    for (name, help, value) in [
        ("usertwin_worlds", "Worlds that exist.", worlds.len() as u64),
        ("usertwin_users", "Users in all worlds.", users),
        ("usertwin_faults", "Faults in all worlds.", app.faults().count() as u64),
    ] {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The counters and histograms. Every label comes from our own tables, so none needs escaping.
fn requests(tally: &Tally) -> String {
    let mut text = String::new();
    text.push_str("# HELP usertwin_requests_total Requests to the emulated APIs; status 0 means a cut connection.\n");
    text.push_str("# TYPE usertwin_requests_total counter\n");
    for ((api, operation, status), count) in &tally.requests {
        let labels = format!(r#"api="{api}",operation="{operation}",status="{status}""#);
        let _ = writeln!(text, "usertwin_requests_total{{{labels}}} {count}");
    }
    text.push_str("# HELP usertwin_request_duration_seconds Time from a request's head to its answer.\n");
    text.push_str("# TYPE usertwin_request_duration_seconds histogram\n");
    for (api, histogram) in &tally.durations {
        let mut below = 0;
        for (bound, count) in crate::pipeline::journal::BOUNDS.iter().zip(histogram.buckets) {
            below += count;
            let _ = writeln!(text, r#"usertwin_request_duration_seconds_bucket{{api="{api}",le="{bound}"}} {below}"#);
        }
        let count = histogram.count;
        let _ = writeln!(text, r#"usertwin_request_duration_seconds_bucket{{api="{api}",le="+Inf"}} {count}"#);
        let sum = histogram.sum.as_secs_f64();
        let _ = writeln!(text, r#"usertwin_request_duration_seconds_sum{{api="{api}"}} {sum}"#);
        let _ = writeln!(text, r#"usertwin_request_duration_seconds_count{{api="{api}"}} {count}"#);
    }
    text
}
