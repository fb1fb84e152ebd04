//! What goes with every request: an id by which it is found again, a line in the log, its place in the figures, and what
//! browsers are told of its answer.

use crate::clock;
use crate::metrics::Metrics;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own where that can be one, else a new one.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// The name of the operation that an answer belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Operation(pub(crate) String);

/// The code of the first error of an answer; empty where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Code(pub(crate) String);

/// The longest name that is logged: it comes from outside.
const NAME: usize = 64;

impl Operation {
    pub(crate) fn of(name: &str) -> Self {
        Self(name.chars().take(NAME).collect())
    }
}

fn id_of(request: &Request) -> String {
    let own = request.headers().get(X_REQUEST_ID);
    let own = own.and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"_-.".contains(&c);
        (1..=64).contains(&id.len()) && id.bytes().all(plain)
    };
    own.filter(fits)
        .map_or_else(|| clock::new_id().to_string(), str::to_owned)
}

/// Gives a request its id, in every line that is logged for it and in the header of the answer, and logs a line of its own:
/// never the query string, the variables or a header, where secrets may stand.
pub(crate) async fn accompany(
    State(metrics): State<Metrics>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = id_of(&request);
    let span = tracing::info_span!("request", id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |route| route.as_str().to_owned());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let latency = begun.elapsed();
    let code = response.extensions().get::<Code>();
    let code = code.map_or("", |Code(code)| code);
    metrics.answered(&route, response.status().as_u16(), code, latency);
    let operation = response.extensions().get::<Operation>();
    let operation = operation.map(|Operation(name)| name.as_str());
    span.in_scope(|| {
        tracing::info!(
            %method,
            path,
            status = response.status().as_u16(),
            code,
            latency_ms = latency.as_secs_f64() * 1000.0,
            operation,
            "answered"
        );
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
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
