//! Subscriptions as server-sent events, by the “distinct connections mode” of the GraphQL over SSE protocol: one request, one
//! stream of `next`, and `complete` at its end. A stream that ends without `complete` was broken off: one subscribes again,
//! from the position of the last line.

use async_graphql::Response as Answer;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use std::convert::Infallible;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// How long nothing is said at most: whatever lies between would hang up on somebody who is silent for longer.
const SILENCE: Duration = Duration::from_secs(15);

/// The answers as they come; `complete` is not said of what ends only because the server stops.
pub(crate) fn told(answers: BoxStream<'static, Answer>, stopping: CancellationToken) -> Response {
    let next = answers.map(|answer| Event::default().event("next").json_data(&answer));
    let complete = stream::once(async move {
        (!stopping.is_cancelled()).then(|| Ok(Event::default().event("complete").data("")))
    });
    let events = next.chain(complete.filter_map(async |event| event));
    let events = events.map(|event| {
        Ok::<_, Infallible>(event.unwrap_or_else(|error| {
            tracing::error!(%error, "an answer could not be written as JSON");
            Event::default().event("complete").data("")
        }))
    });
    // What buffers answers on the way would hold events back.
    let at_once = [(HeaderName::from_static("x-accel-buffering"), "no")];
    let kept_alive = Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE));
    (at_once, kept_alive).into_response()
}
