//! `GET /ledger/checkpoint`: what the county has signed of its log, for whoever keeps it; with `?since=SIZE` also the proof
//! that it goes on from the checkpoint over so many lines, as witnesses are asked. It names nobody, so nobody need sign in.

use crate::rates::A_PROOF;
use crate::reception::Visit;
use crate::served::Served;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use xiaohao_ledger::{Fault, Notary, Told};
use xiaohao_log::{AddCheckpoint, Checkpoint, SignedNote};

pub(crate) fn routes() -> Router<Served> {
    Router::new().route("/ledger/checkpoint", get(checkpoint))
}

/// The checkpoint over everything that is recorded, with the proof that it goes on from an earlier size; none where the
/// ledger has not come so far.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn since(notary: &dyn Notary, size: u64) -> Result<Option<AddCheckpoint>, Fault> {
    let note = notary.checkpoint().await?;
    let checkpoint = SignedNote::from_bytes(note.as_bytes()).map_err(Fault::internal)?;
    let now = Checkpoint::claimed_head(&checkpoint).map_err(Fault::internal)?;
    let proof = notary.consistency(size, now.size).await?;
    Ok(proof.map(|consistency| AddCheckpoint {
        old_size: size,
        consistency,
        checkpoint,
    }))
}

#[derive(Deserialize)]
struct Since {
    since: Option<u64>,
}

/// One proof after the other: anybody may ask, and each is a walk over all leaves.
static PROVING: Mutex<()> = Mutex::const_new(());

async fn checkpoint(
    State(served): State<Served>,
    Extension(visit): Extension<Arc<Visit>>,
    asked: Result<Query<Since>, QueryRejection>,
) -> Response {
    let Ok(Query(Since { since: from })) = asked else {
        let why = "since 须为条数。Since is a number of lines.\n";
        return (StatusCode::BAD_REQUEST, why).into_response();
    };
    let proof = if from.is_some() { A_PROOF } else { 0 };
    let may = visit.is_of_a_stranger();
    if let Err(wait) = may.and_then(|()| visit.costs(proof)) {
        let seconds = wait.as_secs().saturating_add(1);
        let why = format!("请{seconds}秒后再试。Ask again in {seconds} seconds.\n");
        let again = [(header::RETRY_AFTER, seconds.to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, again, why).into_response();
    }
    let Some(notary) = &served.office.notary else {
        let why = "本服务没有签名密钥。This server has no signing key.\n";
        return (StatusCode::NOT_FOUND, why).into_response();
    };
    let told = match from {
        None => Ok(None),
        Some(size) => {
            let _alone = PROVING.lock().await;
            since(notary.as_ref(), size).await
        }
    };
    let told = match told {
        Ok(Some(told)) => Ok((StatusCode::OK, told.to_string())),
        // Whoever has seen more lines than there are is shown what is signed now: it proves that the ledger was cut back.
        Ok(None) => {
            let status = from.map_or(StatusCode::OK, |_| StatusCode::NOT_FOUND);
            notary.checkpoint().await.map(|note| (status, note))
        }
        Err(fault) => Err(fault),
    };
    match told {
        Ok((status, note)) => {
            let form = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (status, form, note).into_response()
        }
        Err(fault) => {
            tracing::error!(error = %Told(&fault), "no checkpoint is signed");
            let why = "现在不能签发检查点，请联系管理员。No checkpoint can be signed now.\n";
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}
