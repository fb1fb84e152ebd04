//! Evidence over HTTP: a file is sent under its digest before the act that cites it, and is shown to whoever may see the
//! hazard that cites it.

use crate::carrier::Asking;
use crate::files::{FILE_BYTES, Taken, Untaken};
use crate::http::{refused, who};
use crate::reception::Visit;
use crate::served::Served;
use crate::upload::Upload;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Extension, Router};
use std::sync::Arc;
use std::time::Duration;
use tower_http::services::ServeFile;
use xiaohao_core::values::{Digest, HazardId};
use xiaohao_graphql::{ErrorCode, RefusedAttempt};
use xiaohao_ledger::{Fault, Record, Told};

/// The routes; of an upload something comes within this time, again and again.
pub(crate) fn routes(time: Duration) -> Router<Served> {
    Router::new()
        .route("/evidence/{digest}", put(take))
        .layer(Extension(Pace(time)))
        .route("/hazards/{hazard}/evidence/{digest}", get(show))
}

/// Within which time something of an upload comes.
#[derive(Clone, Copy)]
struct Pace(Duration);

async fn take(
    State(served): State<Served>,
    Extension(visit): Extension<Arc<Visit>>,
    Extension(Pace(time)): Extension<Pace>,
    Path(digest): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut upload = Upload::new(body, time);
    let answer = taken(&served, &visit, &digest, &headers, &mut upload).await;
    // Whoever waits to be told to go on is told otherwise at once.
    let sends_all_the_same =
        !headers.contains_key(header::EXPECT) && upload.announced() <= FILE_BYTES;
    if sends_all_the_same && answer.status() != StatusCode::REQUEST_TIMEOUT {
        upload.discard().await;
    }
    answer
}

async fn taken(
    served: &Served,
    visit: &Visit,
    digest: &str,
    headers: &HeaderMap,
    upload: &mut Upload,
) -> Response {
    let admitted = match asking(served, headers, visit).await {
        Ok(Asking { admitted, .. }) => admitted,
        Err(response) => return response,
    };
    let by = admitted.actor.person;
    if !admitted.may_bring_files() {
        return refused(
            headers,
            StatusCode::FORBIDDEN,
            ErrorCode::KeyLimited,
            "登录所用的凭据不能办理附佐证材料的事项，因此不能上传文件；须上传的，请系统管理员重新发放凭据。",
        );
    }
    let Ok(digest) = Digest::parse(digest) else {
        return refused(
            headers,
            StatusCode::BAD_REQUEST,
            ErrorCode::BadUserInput,
            "网址最后一段须为文件的 SHA-256，64位十六进制。",
        );
    };
    // What is here already takes no more room. Where the disk cannot say, taking the file in tells what is wrong.
    let announced = upload.announced().min(FILE_BYTES);
    let is_new = !served.files.has(digest).await.unwrap_or(true);
    if is_new && let Err(wait) = visit.sends(by, announced) {
        return sent_enough(headers, wait);
    }
    let on_it = |code: ErrorCode| {
        visit.is_refused(RefusedAttempt {
            subject: Some(digest.to_string()),
            ..RefusedAttempt::once("", vec![code.code()])
        });
        code
    };
    let taken = if upload.announced() > FILE_BYTES {
        Err(Untaken::TooLarge)
    } else {
        served.files.take(digest, upload).await
    };
    if is_new {
        visit.sent(by, announced, upload.came());
    }
    let (status, code, message) = match taken {
        Ok(Taken::Now) => return StatusCode::CREATED.into_response(),
        Ok(Taken::Before) => return StatusCode::OK.into_response(),
        Err(Untaken::OtherDigest(found)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            on_it(ErrorCode::DigestMismatch),
            format!(
                "收到的文件的 SHA-256 是 {found}，与网址中的不一致；可能传输有误，请重新上传。"
            ),
        ),
        Err(Untaken::Empty) => (
            StatusCode::BAD_REQUEST,
            on_it(ErrorCode::FileEmpty),
            "文件是空的（0字节），没有保存；请核对原文件能否打开，重新选择后再上传。".to_owned(),
        ),
        Err(Untaken::TooLarge) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            on_it(ErrorCode::FileTooLarge),
            format!("文件超过{}MB，请压缩后再上传。", FILE_BYTES / 1024 / 1024),
        ),
        Err(Untaken::BrokenOff(_)) => (
            StatusCode::BAD_REQUEST,
            on_it(ErrorCode::UploadBrokenOff),
            "文件没有传完，请重新上传。".to_owned(),
        ),
        Err(Untaken::TooSlow) => (
            StatusCode::REQUEST_TIMEOUT,
            on_it(ErrorCode::UploadBrokenOff),
            "文件传得太慢，没有传完；请在信号好的地方重新上传。".to_owned(),
        ),
        Err(Untaken::Fault(fault)) => {
            tracing::error!(error = %Told(&fault), "a file of evidence cannot be kept");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::from(&fault),
                fault.message(),
            )
        }
    };
    refused(headers, status, code, &message)
}

/// The answer to somebody who has sent as much as he may in a day.
fn sent_enough(headers: &HeaderMap, wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let minutes = seconds.div_ceil(60);
    let message = format!(
        "一天之内上传的文件已达上限，文件没有保存；请压缩照片，或者{minutes}分钟后再上传。经常如此的，请系统管理员调高 limits.upload_megabytes_per_day。"
    );
    let mut response = refused(
        headers,
        StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::TooManyRequests,
        &message,
    );
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, seconds.into());
    response
}

async fn show(
    State(served): State<Served>,
    Extension(visit): Extension<Arc<Visit>>,
    Path((hazard, digest)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let Asking { admitted, .. } = match asking(&served, &headers, &visit).await {
        Ok(asking) => asking,
        Err(response) => return response,
    };
    let nothing = || {
        refused(
            &headers,
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "没有这个文件，或者您无权查看。",
        )
    };
    let (Ok(hazard), Ok(digest)) = (HazardId::parse(&hazard), Digest::parse(&digest)) else {
        return nothing();
    };
    // Both are noted, and alike whether or not there is such a file or such a hazard.
    let nothing = || {
        visit.is_refused(RefusedAttempt {
            subject: Some(format!("{hazard}/{digest}")),
            ..RefusedAttempt::once("", vec![ErrorCode::NotFound.code()])
        });
        nothing()
    };
    let office = &served.office;
    let scope = admitted.scope(&office.ledger.county());
    let cites = |record: &Record| {
        let entry = record.hazard();
        entry.is_some_and(|entry| entry.event.files().any(|file| file == digest))
    };
    let fault = |fault: &Fault| {
        tracing::error!(error = %Told(fault), "a file of evidence cannot be shown");
        let status = StatusCode::SERVICE_UNAVAILABLE;
        refused(&headers, status, ErrorCode::from(fault), &fault.message())
    };
    let is_cited = match office.reader.histories(&scope, &[hazard]).await {
        Ok(told) => told.values().flatten().any(|line| cites(&line.record)),
        Err(error) => return fault(&error),
    };
    if !is_cited {
        return nothing();
    }
    let (path, media_type) = match served.files.find(digest).await {
        Ok(Some(found)) => found,
        Ok(None) => return nothing(),
        Err(error) => return fault(&error),
    };
    let Ok(media_type) = media_type.parse() else {
        return nothing();
    };
    let shown = ServeFile::new_with_mime(path, &media_type)
        .try_call(request)
        .await;
    let mut response = match shown {
        Ok(response) => response.map(Body::new),
        Err(error) => return fault(&Fault::internal(error)),
    };
    let headers = response.headers_mut();
    // What a digest names never changes. A file is nobody's page: nothing in it runs.
    for (name, value) in [
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Who asks; a file is never taken from, nor shown to, somebody who has not signed in.
async fn asking(served: &Served, headers: &HeaderMap, visit: &Visit) -> Result<Asking, Response> {
    who(served, headers, visit).await?.ok_or_else(|| {
        refused(
            headers,
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthenticated,
            "请先登录。",
        )
    })
}
