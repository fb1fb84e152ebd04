//! `GET /ledger/checkpoint`: what the county has signed of its log, for whoever keeps it. It names nobody, so nobody need
//! sign in.

use crate::served::Served;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use xiaohao_ledger::Told;

pub(crate) fn routes() -> Router<Served> {
    Router::new().route("/ledger/checkpoint", get(checkpoint))
}

async fn checkpoint(State(served): State<Served>) -> Response {
    let Some(notary) = &served.office.notary else {
        let why = "本服务没有签名密钥。This server has no signing key.\n";
        return (StatusCode::NOT_FOUND, why).into_response();
    };
    match notary.checkpoint().await {
        Ok(note) => {
            let form = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (form, note).into_response()
        }
        Err(fault) => {
            tracing::error!(error = %Told(&fault), "no checkpoint is signed");
            let why = "现在不能签发检查点，请联系管理员。No checkpoint can be signed now.\n";
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}
