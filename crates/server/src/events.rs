//! Subscriptions as server-sent events, by the “distinct connections mode” of the GraphQL over SSE protocol: one request, one
//! stream of `next`, and `complete` at its end. A stream that ends without `complete` was broken off: one subscribes again,
//! from the position of the last line.
//!
//! The events are written here: a ready-made one leaves out data that is empty, and a browser hears of no event without any.

use crate::carrier::written;
use async_graphql::Response as Answer;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// How long nothing is said at most: whatever lies between would hang up on somebody who is silent for longer.
const SILENCE: Duration = Duration::from_secs(15);

const COMPLETE: Bytes = Bytes::from_static(b"event: complete\ndata: \n\n");

/// What is said so that something is: a comment.
const STILL_HERE: Bytes = Bytes::from_static(b":\n\n");

/// The answers as they come; `complete` is not said of what ends only because the server stops.
pub(crate) fn told(answers: BoxStream<'static, Answer>, stopping: CancellationToken) -> Response {
    let next = answers.map(|answer| next(&answer));
    let complete = stream::once(async move { (!stopping.is_cancelled()).then_some(COMPLETE) });
    let events = next.chain(complete.filter_map(async |event| event));
    // What buffers answers on the way would hold events back.
    let form = [
        (header::CONTENT_TYPE, EVENT_STREAM),
        (header::CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (form, Body::from_stream(never_silent(events.boxed()))).into_response()
}

/// An answer as an event. JSON has no line breaks but those within its texts, which it writes as `\n`.
fn next(answer: &Answer) -> Bytes {
    match written(answer) {
        Ok(data) => [b"event: next\ndata: ", &data[..], b"\n\n"].concat().into(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            COMPLETE
        }
    }
}

/// The events, and between them something whenever there was nothing for a while.
fn never_silent(
    events: BoxStream<'static, Bytes>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(events, async |mut events| {
        let event = timeout(SILENCE, events.next()).await;
        let event = event.unwrap_or(Some(STILL_HERE))?;
        Some((Ok(event), events))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{PathSegment, Pos, ServerError, Value};
    use http_body_util::BodyExt;

    async fn body(answers: BoxStream<'static, Answer>, stopping: CancellationToken) -> String {
        let body = told(answers, stopping).into_body().collect().await;
        String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn each_answer_is_an_event_and_the_end_is_one_that_a_browser_hears() {
        let refused = || ServerError::new("请先\n登录。", None);
        let failed = ServerError {
            path: vec![PathSegment::Field("a".to_owned())],
            ..ServerError::new("no", Some(Pos::default()))
        };
        let answers = [
            Answer::new(Value::from("a\r\nb")),
            Answer::from_errors(vec![failed]),
            Answer::from_errors(vec![refused()]),
        ];
        let told = body(stream::iter(answers).boxed(), CancellationToken::new()).await;
        assert_eq!(
            told,
            "event: next\ndata: {\"data\":\"a\\r\\nb\"}\n\n\
             event: next\ndata: {\"data\":null,\"errors\":[{\"message\":\"no\",\"locations\":[{\"line\":0,\"column\":0}],\"path\":[\"a\"]}]}\n\n\
             event: next\ndata: {\"errors\":[{\"message\":\"请先\\n登录。\"}]}\n\n\
             event: complete\ndata: \n\n"
        );
        let stopping = CancellationToken::new();
        stopping.cancel();
        assert_eq!(body(stream::empty().boxed(), stopping).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_nothing_to_tell_says_so() {
        let late = async {
            tokio::time::sleep(SILENCE * 2 + Duration::from_secs(1)).await;
            Answer::new(Value::Null)
        };
        let told = body(stream::once(late).boxed(), CancellationToken::new()).await;
        assert_eq!(
            told,
            ":\n\n:\n\nevent: next\ndata: {\"data\":null}\n\nevent: complete\ndata: \n\n"
        );
    }
}
