//! What an issuer publishes, fetched: small, soon, and from no other place than it says.

use crate::outgoing::{Outgoing, Reach, Target, Unconnected};
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

/// How long an answer may take to its end.
const TIME: Duration = Duration::from_secs(5);

/// The most bytes of an answer, and of its head.
const BODY_BYTES: usize = 256 * 1024;
const HEAD_BYTES: usize = 16 * 1024;

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfetched {
    #[error("its name cannot be looked up")]
    Unknown(#[source] io::Error),
    #[error("it is at {0}, where nobody publishes keys")]
    Barred(IpAddr),
    #[error("it cannot be reached")]
    Unreached(#[source] io::Error),
    #[error("there is no connection with it that is sure to be with it")]
    Unsure(#[source] io::Error),
    #[error("it broke off, or does not speak HTTP")]
    BrokenOff(#[source] hyper::Error),
    #[error("its address cannot be written as HTTP")]
    Unwritten(#[source] axum::http::Error),
    #[error("it answered {0}")]
    Status(StatusCode),
    #[error("it broke off, or has more to say than keys have")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("what it answered is not what is published there")]
    Form(#[source] serde_json::Error),
    #[error("it did not answer in time")]
    Late,
}

impl From<Unconnected> for Unfetched {
    fn from(unconnected: Unconnected) -> Self {
        match unconnected {
            Unconnected::Unknown(error) => Self::Unknown(error),
            Unconnected::Barred(ip, _) => Self::Barred(ip),
            Unconnected::Unreached(error) => Self::Unreached(error),
            Unconnected::Unsure(error) => Self::Unsure(error),
        }
    }
}

/// The JSON that is published at an address.
///
/// # Errors
/// [`Unfetched`].
pub(super) async fn published<T: DeserializeOwned>(
    by: &Outgoing,
    at: &Target,
) -> Result<T, Unfetched> {
    let fetched = timeout(TIME, exchanged(by, at)).await;
    let body = fetched.map_err(|_| Unfetched::Late)??;
    serde_json::from_slice(&body).map_err(Unfetched::Form)
}

async fn exchanged(by: &Outgoing, at: &Target) -> Result<Bytes, Unfetched> {
    // A provider may well be in the county's own network; where clouds tell their secrets there is none.
    let may = |reach| match reach {
        Reach::Public | Reach::Private => true,
        Reach::Nobody => false,
    };
    let connection = by.connect(at, may).await?;
    let (mut sender, driver) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .handshake(TokioIo::new(connection))
        .await
        .map_err(Unfetched::BrokenOff)?;
    let _driver = AbortOnDropHandle::new(tokio::spawn(driver));
    let request = Request::get(&at.path)
        .header(header::HOST, &at.authority)
        .header(header::ACCEPT, "application/json")
        .header(
            header::USER_AGENT,
            concat!("xiaohao/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(Unfetched::Unwritten)?;
    let answer = sender.send_request(request).await;
    let answer = answer.map_err(Unfetched::BrokenOff)?;
    if answer.status() != StatusCode::OK {
        return Err(Unfetched::Status(answer.status()));
    }
    let body = Limited::new(answer, BODY_BYTES).collect().await;
    body.map(http_body_util::Collected::to_bytes)
        .map_err(Unfetched::Body)
}
