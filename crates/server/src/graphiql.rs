//! GraphiQL: a page to try the API on, with operations that are ready to be run. Everything it needs is in the program; it
//! asks no other server for anything, and the browser is told to see to that.

use crate::http::nothing_here;
use crate::operations::OPERATIONS;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::sync::Arc;

macro_rules! asset {
    ($file:literal, $media:literal) => {
        (
            $file,
            $media,
            include_bytes!(concat!("../assets/graphiql/", $file)),
        )
    };
}

/// The files of the page, with their media types. GraphiQL and React are as their authors publish them.
const ASSETS: &[(&str, &str, &[u8])] = &[
    asset!("react.production.min.js", "text/javascript; charset=utf-8"),
    asset!(
        "react-dom.production.min.js",
        "text/javascript; charset=utf-8"
    ),
    asset!("graphiql.min.js", "text/javascript; charset=utf-8"),
    asset!("graphiql.min.css", "text/css; charset=utf-8"),
    asset!("page.js", "text/javascript; charset=utf-8"),
    asset!("page.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
];

const PAGE: &str = include_str!("../assets/graphiql/page.html");

/// The operations, in the form in which the page reads them.
const OPERATIONS_FILE: &str = "operations.json";

/// Scripts, and what they ask, come from this server alone. Styles are also set by the editor's own elements.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; \
     font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// A file under its version never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The page at `/`, and its files at `/graphiql/VERSION/…`.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let operations = operations();
    let version = version(&operations);
    let page = PAGE.replace("VERSION", &version);
    let file = move |visit, headers: HeaderMap, Path((asked, name)): Path<(String, String)>| {
        let operations = Arc::clone(&operations);
        let is_this = asked == version;
        async move {
            match file(&name, &operations).filter(|_| is_this) {
                Some(response) => response,
                None => nothing_here(visit, headers).await,
            }
        }
    };
    let safe: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Router::new()
        .route(
            "/",
            get(|| async move { (safe, axum::response::Html(page)) }),
        )
        .route("/graphiql/{version}/{file}", get(file))
}

fn file(name: &str, operations: &Arc<str>) -> Option<Response> {
    if name == OPERATIONS_FILE {
        let media = "application/json; charset=utf-8";
        return Some(known(media, operations.to_string()));
    }
    let found = ASSETS.iter().find(|(file, ..)| *file == name);
    found.map(|(_, media, bytes)| known(media, *bytes))
}

fn known(media: &'static str, body: impl IntoResponse) -> Response {
    let media = HeaderValue::from_static(media);
    let head = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    (head, body).into_response()
}

fn operations() -> Arc<str> {
    let told = OPERATIONS.iter().map(|operation| {
        serde_json::json!({ "query": operation.query, "variables": operation.variables })
    });
    told.collect::<serde_json::Value>().to_string().into()
}

/// The version of the page: another one where any byte of it is another.
fn version(operations: &str) -> String {
    let files = ASSETS.iter().map(|(.., bytes)| *bytes);
    let digest = files
        .chain([operations.as_bytes()])
        .fold(Sha256::new(), Sha256::chain_update);
    let digest = digest.finalize();
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}
