//! Evidence over HTTP: a file is sent under its digest before the act that cites it, at once or in parts, and is shown to whoever may
//! see the hazard that cites it.
//!
//! Parts are sent as the HTTP working group of the IETF proposes (draft-ietf-httpbis-resumable-upload-10), at an address that is
//! known before, so that nothing is created first.

use crate::carrier::Asking;
use crate::files::{FILE_BYTES, Part, Progress, Taken, Untaken};
use crate::http::{refused, who};
use crate::reception::Visit;
use crate::served::Served;
use crate::upload::Upload;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Extension, Router};
use std::sync::Arc;
use std::time::Duration;
use tower_http::services::ServeFile;
use xiaohao_core::values::{Digest, HazardId, PersonId};
use xiaohao_graphql::{ErrorCode, RefusedAttempt};
use xiaohao_ledger::{Fault, Record, Told};

/// After how many bytes of a file a part begins, or how many of it are here.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// Whether that is, or becomes with this part, the whole file: `?1` or `?0`.
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
/// How many bytes a file has that is whole.
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// The routes; of an upload something comes within this time, again and again.
pub(crate) fn routes(time: Duration) -> Router<Served> {
    Router::new()
        .route("/evidence/{digest}", put(take).patch(take).head(progress))
        .layer(Extension(Pace(time)))
        .route("/hazards/{hazard}/evidence/{digest}", get(show))
}

/// Within which time something of an upload comes.
#[derive(Clone, Copy)]
struct Pace(Duration);

/// Takes a file in, or a part of one.
async fn take(
    State(served): State<Served>,
    Extension(visit): Extension<Arc<Visit>>,
    Extension(Pace(time)): Extension<Pace>,
    Path(digest): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut upload = Upload::new(body, time);
    let answer = match Sender::of(&served, &visit, &headers, &digest).await {
        Ok(sender) if method == Method::PATCH => match part(&headers) {
            Some(part) => sender.sends(Some(part), &mut upload).await,
            None => sender.names_no_part(),
        },
        Ok(sender) => sender.sends(None, &mut upload).await,
        Err(response) => response,
    };
    // Whoever waits to be told to go on is told otherwise at once.
    let is_too_large = upload.announced().is_some_and(|bytes| bytes > FILE_BYTES);
    let sends_all_the_same = !headers.contains_key(header::EXPECT) && !is_too_large;
    if sends_all_the_same && answer.status() != StatusCode::REQUEST_TIMEOUT {
        upload.discard().await;
    }
    answer
}

/// Which part of a file is sent; none where that is not said.
fn part(headers: &HeaderMap) -> Option<Part> {
    let said = |name| headers.get(name)?.to_str().ok();
    let is_last = match said(UPLOAD_COMPLETE)? {
        "?1" => true,
        "?0" => false,
        _ => return None,
    };
    let after = said(UPLOAD_OFFSET)?.parse().ok()?;
    Some(Part { after, is_last })
}

/// How far a file has come.
async fn progress(
    State(served): State<Served>,
    Extension(visit): Extension<Arc<Visit>>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Response {
    let sender = match Sender::of(&served, &visit, &headers, &digest).await {
        Ok(sender) => sender,
        Err(response) => return response,
    };
    match served.files.progress(sender.digest, sender.by).await {
        Ok(progress) => {
            let told = (StatusCode::NO_CONTENT, come_so_far(progress));
            told.into_response()
        }
        Err(untaken) => sender.untaken(untaken),
    }
}

/// Tells how far a file has come.
fn come_so_far(Progress { bytes, taken }: Progress) -> HeaderMap {
    let mut told = HeaderMap::from_iter([
        (UPLOAD_OFFSET, bytes.into()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    let is_whole = if taken.is_some() { "?1" } else { "?0" };
    told.insert(UPLOAD_COMPLETE, HeaderValue::from_static(is_whole));
    if taken.is_some() {
        told.insert(UPLOAD_LENGTH, bytes.into());
    }
    told
}

/// Somebody who may send a file, and which he sends.
struct Sender<'r> {
    served: &'r Served,
    visit: &'r Visit,
    headers: &'r HeaderMap,
    by: PersonId,
    digest: Digest,
}

impl<'r> Sender<'r> {
    /// Who sends.
    ///
    /// # Errors
    /// The answer to somebody who may not, or who does not say what.
    async fn of(
        served: &'r Served,
        visit: &'r Visit,
        headers: &'r HeaderMap,
        digest: &str,
    ) -> Result<Self, Response> {
        let Asking { admitted, .. } = asking(served, headers, visit).await?;
        if !admitted.may_bring_files() {
            return Err(refused(
                headers,
                StatusCode::FORBIDDEN,
                ErrorCode::KeyLimited,
                "登录所用的凭据不能办理附佐证材料的事项，因此不能上传文件；须上传的，请系统管理员重新发放凭据。",
            ));
        }
        let Ok(digest) = Digest::parse(digest) else {
            return Err(refused(
                headers,
                StatusCode::BAD_REQUEST,
                ErrorCode::BadUserInput,
                "网址最后一段须为文件的 SHA-256，64位十六进制。",
            ));
        };
        Ok(Self {
            served,
            visit,
            headers,
            by: admitted.actor.person,
            digest,
        })
    }

    /// Takes in what he sends, the file or a part of it, within what he may send in a day.
    async fn sends(&self, part: Option<Part>, upload: &mut Upload) -> Response {
        let files = &self.served.files;
        let room = FILE_BYTES.saturating_sub(part.map_or(0, |part| part.after));
        let announced = upload.announced();
        let bytes = announced.map_or(room, |bytes| bytes.min(room));
        // What is here already takes no more room. Where the disk cannot say, taking the file in tells what is wrong.
        let is_new = !files.has(self.digest).await.unwrap_or(true);
        if is_new && let Err(wait) = self.visit.sends(self.by, bytes) {
            return sent_enough(self.headers, wait);
        }
        let taken = if announced.is_some_and(|bytes| bytes > room) {
            Err(Untaken::TooLarge)
        } else if let Some(part) = part {
            let appended = files.append(self.digest, self.by, part, upload).await;
            appended.map(|progress| (progress.taken, come_so_far(progress)))
        } else {
            let taken = files.take(self.digest, upload).await;
            taken.map(|taken| (Some(taken), HeaderMap::new()))
        };
        if is_new {
            self.visit.sent(self.by, bytes, upload.came());
        }
        match taken {
            Ok((taken, told)) => {
                let status = match taken {
                    None => StatusCode::NO_CONTENT,
                    Some(Taken::Now) => StatusCode::CREATED,
                    Some(Taken::Before) => StatusCode::OK,
                };
                (status, told).into_response()
            }
            Err(untaken) => self.untaken(untaken),
        }
    }

    /// The answer to a part of which it is not said where it belongs.
    fn names_no_part(&self) -> Response {
        refused(
            self.headers,
            StatusCode::BAD_REQUEST,
            ErrorCode::BadUserInput,
            "分段上传的请求头须写明 Upload-Offset（这一段从第几个字节起）和 Upload-Complete（最后一段写 ?1，其余写 ?0）。",
        )
    }

    /// The answer where it was not taken.
    fn untaken(&self, untaken: Untaken) -> Response {
        let on_it = |code: ErrorCode| {
            self.visit.is_refused(RefusedAttempt {
                subject: Some(self.digest.to_string()),
                ..RefusedAttempt::once("", vec![code.code()])
            });
            code
        };
        let mut come_to = None;
        let (status, code, message) = match untaken {
            Untaken::OtherDigest(found) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                on_it(ErrorCode::DigestMismatch),
                format!(
                    "收到的文件的 SHA-256 是 {found}，与网址中的不一致；可能传输有误，请重新上传。"
                ),
            ),
            Untaken::Empty => (
                StatusCode::BAD_REQUEST,
                on_it(ErrorCode::FileEmpty),
                "文件是空的（0字节），没有保存；请核对原文件能否打开，重新选择后再上传。"
                    .to_owned(),
            ),
            Untaken::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                on_it(ErrorCode::FileTooLarge),
                format!("文件超过{}MB，请压缩后再上传。", FILE_BYTES / 1024 / 1024),
            ),
            Untaken::BrokenOff(_) => (
                StatusCode::BAD_REQUEST,
                on_it(ErrorCode::UploadBrokenOff),
                "文件没有传完，请重新上传；分段上传的，从断开处接着传。".to_owned(),
            ),
            Untaken::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                on_it(ErrorCode::UploadBrokenOff),
                "文件传得太慢，没有传完；请在信号好的地方重新上传，分段上传的从断开处接着传。"
                    .to_owned(),
            ),
            Untaken::Elsewhere(bytes) => {
                come_to = bytes;
                let message = match bytes {
                    Some(bytes) => format!(
                        "这个文件已收到{bytes}字节，与所述的起点不一致；请从第{bytes}字节起接着传。"
                    ),
                    None => {
                        "同一文件正在由另一个请求上传；请稍后以 HEAD 查询已收到多少字节，再接着传。"
                            .to_owned()
                    }
                };
                (
                    StatusCode::CONFLICT,
                    on_it(ErrorCode::UploadElsewhere),
                    message,
                )
            }
            Untaken::Fault(fault) => {
                tracing::error!(error = %Told(&fault), "a file of evidence cannot be kept");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    ErrorCode::from(&fault),
                    fault.message(),
                )
            }
        };
        let mut response = refused(self.headers, status, code, &message);
        if let Some(bytes) = come_to {
            response.headers_mut().insert(UPLOAD_OFFSET, bytes.into());
        }
        response
    }
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
