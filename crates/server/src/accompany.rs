//! What goes with every request: a line in the log under its id, its place in the figures, a note where it was refused, and what
//! browsers are told of its answer.

use crate::reception::{Reception, X_REQUEST_ID};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

/// The code of the first error of an answer; empty where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Code(pub(crate) String);

/// Gives a request its id, in every line that is logged for it and in the header of the answer, and logs a line of its own:
/// never the query string, the variables or a header, where secrets may stand.
pub(crate) async fn accompany(
    State(reception): State<Arc<Reception>>,
    mut request: Request,
    next: Next,
) -> Response {
    let visit = reception.receive(&request);
    let span = tracing::info_span!("request", id = visit.id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(Arc::clone(&visit));
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let latency = begun.elapsed();
    let code = response.extensions().get::<Code>();
    let code = code.map_or("", |Code(code)| code);
    let status = response.status().as_u16();
    let metrics = &reception.metrics;
    metrics.answered(&visit.route, status, code, latency);
    visit.answered(code);
    span.in_scope(|| {
        tracing::info!(
            %method,
            path,
            status,
            code,
            latency_ms = latency.as_secs_f64() * 1000.0,
            operation = visit.operation(),
            "answered"
        );
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&visit.id) {
        headers.insert(X_REQUEST_ID, id);
    }
    for (name, value) in cautious() {
        headers.entry(name).or_insert(value);
    }
    response
}

/// What an answer says to browsers unless it says something else itself: it is kept nowhere, is what it says that it is, loads
/// nothing, stands in no frame, and nobody learns from where one came. Of other origins nothing is said, so that browsers let no
/// page of theirs read it.
fn cautious() -> [(HeaderName, HeaderValue); 4] {
    [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
}
