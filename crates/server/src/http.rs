//! HTTP: GraphQL over HTTP as its specification says, GraphiQL, and whether the server lives.
//!
//! The handler is our own: a ready-made one takes mutations by GET, plain text and bodies of any size.

use crate::accept::Accept;
use crate::accompany::{Code, accompany};
use crate::carrier::{
    self, Asking, Carrier, JsonObject, NotCarried, Posed, bearer, code_of, found_by, never_ran,
    written,
};
use crate::checkpoint;
use crate::config::Requests;
use crate::events::{self, EVENT_STREAM};
use crate::evidence;
use crate::graphiql;
use crate::reception::{Reception, Visit};
use crate::served::Served;
use crate::serving::UnderWay;
use crate::socket;
use async_graphql::Value;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use futures_util::StreamExt;
use http_body_util::LengthLimitError;
use std::cmp::Ordering;
use std::error::Error;
use std::sync::Arc;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use xiaohao_graphql::{ErrorCode, Kind};
use xiaohao_ledger::FaultKind;

const GRAPHQL_RESPONSE: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// In which media types a question is answered: the specification's own, and the one of older clients.
const OF_QUESTIONS: [&str; 2] = ["application/graphql-response+json", "application/json"];

/// The routes.
#[must_use = "routes serve nothing by themselves"]
pub fn app(served: Served, requests: Requests, under_way: UnderWay) -> Router {
    let readiness = served.readiness.clone();
    let reception = Arc::new(Reception::new(&served, &requests, under_way.clone()));
    let metrics = reception.metrics.clone();
    let (counted, counts) = (served.clone(), metrics.clone());
    let time = requests.time;
    let carrier = Carrier::new(served.clone(), requests, under_way, metrics);
    Router::new()
        .route("/graphql", post(by_post).get(by_get))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(|| readiness.answer()))
        .route("/metrics", get(|| counts.told(counted)))
        .with_state(carrier)
        .merge(graphiql::routes())
        .merge(checkpoint::routes().with_state(served.clone()))
        .merge(evidence::routes(time).with_state(served))
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(reception, accompany))
}

/// The answer to an address of which too much came: what leads nowhere is noted as well, and is of somebody unknown.
fn is_too_much(visit: Option<&Arc<Visit>>, headers: &HeaderMap) -> Option<Response> {
    let wait = visit?.is_of_a_stranger().err()?;
    Some(not_answered(headers, NotCarried::too_many(wait)))
}

/// The answer where nothing is served under an address.
pub(crate) async fn nothing_here(
    visit: Option<Extension<Arc<Visit>>>,
    headers: HeaderMap,
) -> Response {
    if let Some(too_many) = is_too_much(visit.as_deref(), &headers) {
        return too_many;
    }
    refused(
        &headers,
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "没有这个网址，请核对；GraphQL 接口在 /graphql。",
    )
}

/// The answer where an address takes other methods, which the router names in `allow`.
async fn other_method(visit: Option<Extension<Arc<Visit>>>, headers: HeaderMap) -> Response {
    if let Some(too_many) = is_too_much(visit.as_deref(), &headers) {
        return too_many;
    }
    refused(
        &headers,
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::MethodNotAllowed,
        "这个网址不接受所用的方法，请改用答复中 allow 所列的方法。",
    )
}

async fn by_post(
    State(carrier): State<Carrier>,
    Extension(visit): Extension<Arc<Visit>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !is_json(&headers) {
        let message = "请求正文须为 application/json，编码为 UTF-8。";
        return refused(
            &headers,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::UnsupportedMediaType,
            message,
        );
    }
    let body = match whole(body, &carrier.requests, &headers).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    if let Ok(operation) = serde_json::from_slice::<Posed<JsonObject>>(&body) {
        return execute(&carrier, operation.into_request(), &visit, &headers).await;
    }
    let message =
        "请求正文不是正确的 GraphQL 请求：应为 JSON 对象，其中 query 为文本，variables 为对象。";
    refused(
        &headers,
        StatusCode::BAD_REQUEST,
        ErrorCode::RequestMalformed,
        message,
    )
}

/// The body of a request, once it has come.
///
/// # Errors
/// The answer to a request whose body is too large, too slow or broken off.
async fn whole(body: Body, requests: &Requests, headers: &HeaderMap) -> Result<Bytes, Response> {
    let Ok(came) = timeout(requests.time, to_bytes(body, requests.body_bytes)).await else {
        let message = "请求正文没有按时传完，请检查网络后重新提交。";
        return Err(refused(
            headers,
            StatusCode::REQUEST_TIMEOUT,
            ErrorCode::Timeout,
            message,
        ));
    };
    came.map_err(|error| {
        let is_too_large = <dyn Error>::is::<LengthLimitError>;
        if error.source().is_some_and(is_too_large) {
            let message = format!(
                "请求正文超过{}KB，请分次提交；照片和文件另行上传。",
                requests.body_bytes / 1024
            );
            return refused(
                headers,
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorCode::RequestTooLarge,
                &message,
            );
        }
        let message = "请求正文没有传完，请重新提交。";
        refused(
            headers,
            StatusCode::BAD_REQUEST,
            ErrorCode::RequestMalformed,
            message,
        )
    })
}

async fn by_get(
    State(carrier): State<Carrier>,
    Extension(visit): Extension<Arc<Visit>>,
    request: Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    if socket::is_asked(&parts) {
        return socket::upgraded(parts, carrier, visit).await;
    }
    let asked: Result<Query<Posed<String>>, QueryRejection> =
        Query::from_request_parts(&mut parts, &()).await;
    let headers = parts.headers;
    let operation = asked.ok().and_then(|Query(operation)| {
        let variables = operation
            .variables
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .ok()?;
        Some(Posed {
            query: operation.query,
            operation_name: operation.operation_name,
            variables,
        })
    });
    if let Some(operation) = operation {
        let mut request = operation.into_request();
        // A link that is followed, or an image that is loaded, must never do anything.
        if !carrier.served.api.glance(&mut request).only_reads {
            let mut response = refused(
                &headers,
                StatusCode::METHOD_NOT_ALLOWED,
                ErrorCode::MethodNotAllowed,
                "办理事项和订阅须用 POST 提交，GET 只能查询。",
            );
            let allowed = HeaderValue::from_static("POST");
            response.headers_mut().insert(header::ALLOW, allowed);
            return response;
        }
        return execute(&carrier, request, &visit, &headers).await;
    }
    let message = "网址中须有 query 参数，variables 参数须为 JSON 对象。";
    refused(
        &headers,
        StatusCode::BAD_REQUEST,
        ErrorCode::RequestMalformed,
        message,
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let (media, parameters) = value.split_once(';').unwrap_or((value, ""));
        let parameters = parameters.trim().to_ascii_lowercase();
        media.trim().eq_ignore_ascii_case("application/json")
            && (parameters.is_empty() || parameters == "charset=utf-8")
    })
}

/// The media type of the answer: the specification's own or plain JSON, whichever the client wants more. Of what it wants alike,
/// the specification's own where the client names it: older clients take anything, and know plain JSON.
fn media_type(headers: &HeaderMap) -> HeaderValue {
    let accept = Accept::of(headers);
    let [own, plain] = OF_QUESTIONS.map(|media| accept.weight(media));
    let is_own = match own.total_cmp(&plain) {
        Ordering::Greater => true,
        Ordering::Equal => accept.names(OF_QUESTIONS[0]),
        Ordering::Less => false,
    };
    if is_own { GRAPHQL_RESPONSE } else { JSON }
}

/// Whether a client that asks something of this kind is answered by events: a subscriber who takes them, and whoever takes
/// nothing else. Many clients name them for everything that they ask, beside what they would rather have.
fn by_events(headers: &HeaderMap, kind: Kind) -> bool {
    let accept = Accept::of(headers);
    let takes_other = || OF_QUESTIONS.iter().any(|media| accept.weight(media) > 0.0);
    accept.names(EVENT_STREAM) && (kind == Kind::Subscription || !takes_other())
}

/// Who asks; none where the request brings no token.
///
/// # Errors
/// The answer to a request whose token is not good, or is not known to be.
pub(crate) async fn who(
    served: &Served,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<Option<Asking>, Response> {
    let authorization = headers.get(header::AUTHORIZATION);
    let token = authorization.and_then(|value| bearer(value.to_str().ok()?));
    let asking = carrier::who(served, token, visit).await;
    asking.map_err(|not_carried| not_answered(headers, not_carried))
}

/// Answers an operation.
async fn execute(
    carrier: &Carrier,
    mut request: async_graphql::Request,
    visit: &Arc<Visit>,
    headers: &HeaderMap,
) -> Response {
    let glance = carrier.served.api.glance(&mut request);
    visit.asks(&glance);
    let asking = match who(&carrier.served, headers, visit).await {
        Ok(asking) => asking,
        // Many clients send the last token with everything, also once it is over and with what is to bring another.
        Err(response) if glance.lets_in && response.status() == StatusCode::UNAUTHORIZED => None,
        Err(response) => return response,
    };
    if by_events(headers, glance.kind) {
        let answers = carrier.answers(asking, request, glance, visit);
        let visit = Arc::clone(visit);
        let answers = answers.map(move |answer| {
            visit.answered(&code_of(&answer));
            found_by(&visit.id, answer)
        });
        events::told(answers.boxed(), carrier.under_way.stopping.clone())
    } else if glance.kind == Kind::Subscription {
        refused(
            headers,
            StatusCode::NOT_ACCEPTABLE,
            ErrorCode::SubscriptionNeedsStream,
            "订阅须用 WebSocket（graphql-transport-ws），或者以 accept: text/event-stream 提交。",
        )
    } else {
        match carrier.answer(asking, request, &glance, visit).await {
            Ok(response) => answer(&found_by(&visit.id, response), headers),
            Err(not_carried) => not_answered(headers, not_carried),
        }
    }
}

fn not_answered(headers: &HeaderMap, not_carried: NotCarried) -> Response {
    let NotCarried {
        status,
        code,
        message,
        again_after,
    } = not_carried;
    let mut response = refused(headers, status, code, &message);
    if let Some(seconds) = again_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The answer to an operation.
fn answer(response: &async_graphql::Response, headers: &HeaderMap) -> Response {
    // An operation that never ran is the client's error; older clients hear of it with status 200.
    let never_ran = never_ran(response);
    let media = media_type(headers);
    let again_after = again_after(response).filter(|_| never_ran);
    let status = if again_after.is_some() {
        StatusCode::TOO_MANY_REQUESTS
    } else if never_ran && media == GRAPHQL_RESPONSE {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    match written(response) {
        Ok(body) => {
            let code = Extension(Code(code_of(response)));
            let again = again_after.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
            let form = [(header::CONTENT_TYPE, media)];
            (status, code, form, again, body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            refused(
                headers,
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::Fault(FaultKind::Internal),
                "服务器内部错误，请稍后重试。",
            )
        }
    }
}

/// After how many seconds the same may be sent again, where the first error says so.
fn again_after(response: &async_graphql::Response) -> Option<u64> {
    let extensions = response.errors.first()?.extensions.as_ref()?;
    let Value::Number(seconds) = extensions.get("retryAfterSeconds")? else {
        return None;
    };
    seconds.as_u64()
}

/// A request that is no GraphQL operation, or not one of somebody who may send it.
pub(crate) fn refused(
    headers: &HeaderMap,
    status: StatusCode,
    code: ErrorCode,
    message: &str,
) -> Response {
    let code = code.code();
    let body =
        serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": code } }] });
    (
        status,
        Extension(Code(code.to_owned())),
        [(header::CONTENT_TYPE, media_type(headers))],
        body.to_string(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(accept: &'static str) -> HeaderMap {
        let accept = HeaderValue::from_static(accept);
        HeaderMap::from_iter([(header::ACCEPT, accept)])
    }

    #[test]
    fn a_question_is_answered_in_the_media_type_that_is_wanted_more() {
        assert_eq!(media_type(&HeaderMap::new()), JSON);
        for (accept, expected) in [
            ("application/graphql-response+json", GRAPHQL_RESPONSE),
            ("application/json", JSON),
            ("*/*", JSON),
            ("application/*", JSON),
            (
                "application/json, application/graphql-response+json",
                GRAPHQL_RESPONSE,
            ),
            ("*/*, application/graphql-response+json", GRAPHQL_RESPONSE),
            ("application/json, */*", JSON),
            (
                "application/graphql-response+json;q=0.9, application/json",
                JSON,
            ),
            (
                "application/graphql-response+json;q=0.9, application/json;q=0.8",
                GRAPHQL_RESPONSE,
            ),
            ("application/graphql-response+json;q=0, */*", JSON),
            ("application/json;q=0, */*", GRAPHQL_RESPONSE),
            ("application/json;q=0.1, application/*", GRAPHQL_RESPONSE),
            ("application/graphql-response+json;q=0", JSON),
            ("application/graphql-response+jsonp", JSON),
            ("text/html", JSON),
        ] {
            assert_eq!(media_type(&accepting(accept)), expected, "{accept}");
        }
    }

    #[test]
    fn whoever_takes_events_and_nothing_else_is_answered_by_them_and_so_is_whoever_subscribes() {
        for (accept, subscriber, asker) in [
            ("text/event-stream", true, true),
            ("text/event-stream, */*;q=0", true, true),
            ("text/event-stream, */*;q=0.1", true, false),
            ("text/event-stream, application/*", true, false),
            ("application/json, text/event-stream;q=0.5", true, false),
            ("text/event-stream;q=0, */*", false, false),
            ("*/*", false, false),
        ] {
            let headers = accepting(accept);
            let of = |kind| by_events(&headers, kind);
            assert_eq!(
                (of(Kind::Subscription), of(Kind::Query)),
                (subscriber, asker),
                "{accept}"
            );
        }
    }
}
