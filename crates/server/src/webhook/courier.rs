//! One message brought to its receiver, over a connection to the very address that was looked at.
//!
//! Of an answer its status is all that counts.

use super::endpoint::Endpoint;
use super::patience::Patience;
use super::signature::{Secret, signatures};
use crate::outgoing::{Outgoing, Reach, Target, Unconnected};
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::IpAddr;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

/// What of an answer's body is read, so that a receiver can finish what he says; none of it is looked at.
const ANSWER_BYTES: usize = 16 * 1024;

/// The least that hyper takes for the head of an answer.
const HEAD_BYTES: usize = 8192;

/// A message: what is said under which id.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The same however often it is sent.
    pub(super) id: String,
    /// JSON.
    pub(super) body: Vec<u8>,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Untaken {
    #[error("the receiver's name cannot be looked up")]
    Unknown(#[source] io::Error),
    #[error(
        "the receiver is at {0}, which is in a network of one's own; say allow_private = true to let that be"
    )]
    Private(IpAddr),
    #[error("the receiver is at {0}, where nobody takes messages")]
    Nobody(IpAddr),
    #[error("the receiver cannot be reached")]
    Unreached(#[source] io::Error),
    #[error("there is no connection with the receiver that is sure to be with him")]
    Unsure(#[source] io::Error),
    #[error("the receiver broke off, or does not speak HTTP")]
    BrokenOff(#[source] hyper::Error),
    #[error("the receiver's address or its signature cannot be written as HTTP")]
    Unwritten(#[source] axum::http::Error),
    #[error("the receiver could not be connected to in time")]
    NoConnection,
    #[error("the receiver did not answer in time")]
    NoAnswer,
    #[error("the receiver answered {0}")]
    Status(StatusCode),
}

impl Untaken {
    /// Whether the receiver has said that he wants nothing more.
    pub(super) fn is_for_good(&self) -> bool {
        matches!(self, Self::Status(StatusCode::GONE))
    }
}

/// Brings messages.
#[derive(Clone)]
pub(super) struct Courier {
    outgoing: Outgoing,
    patience: Patience,
}

impl Courier {
    /// One who trusts whom this machine trusts.
    pub(super) fn new(patience: Patience) -> Result<Self, tokio_rustls::rustls::Error> {
        Ok(Self {
            outgoing: Outgoing::new()?,
            patience,
        })
    }

    /// Brings a message, signed as of this time.
    pub(super) async fn bring(
        &self,
        message: Message,
        to: &Endpoint,
        secrets: &[Secret],
        at: i64,
    ) -> Result<(), Untaken> {
        let request = written(message, &to.url, secrets, at)?;
        let answered = timeout(self.patience.answer, self.exchange(request, to));
        let status = answered.await.unwrap_or(Err(Untaken::NoAnswer))?;
        if status.is_success() {
            Ok(())
        } else {
            Err(Untaken::Status(status))
        }
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        to: &Endpoint,
    ) -> Result<StatusCode, Untaken> {
        let may = |reach| match reach {
            Reach::Public => true,
            Reach::Private => to.allow_private,
            Reach::Nobody => false,
        };
        let connecting = self.outgoing.connect(&to.url, may);
        let connected = timeout(self.patience.connecting, connecting).await;
        let connection = connected.map_err(|_| Untaken::NoConnection)??;
        let (mut sender, driver) = http1::Builder::new()
            .max_buf_size(HEAD_BYTES)
            .handshake(TokioIo::new(connection))
            .await
            .map_err(Untaken::BrokenOff)?;
        let driver = AbortOnDropHandle::new(tokio::spawn(driver));
        let answer = sender
            .send_request(request)
            .await
            .map_err(Untaken::BrokenOff)?;
        let status = answer.status();
        // A receiver who is still talking has decided all the same, and the next message does not wait for him.
        let rest = timeout(
            self.patience.connecting,
            Limited::new(answer, ANSWER_BYTES).collect(),
        );
        tokio::spawn(async {
            drop(rest.await);
            drop(driver);
        });
        Ok(status)
    }
}

impl From<Unconnected> for Untaken {
    fn from(unconnected: Unconnected) -> Self {
        match unconnected {
            Unconnected::Unknown(error) => Self::Unknown(error),
            Unconnected::Barred(ip, Reach::Private | Reach::Public) => Self::Private(ip),
            Unconnected::Barred(ip, Reach::Nobody) => Self::Nobody(ip),
            Unconnected::Unreached(error) => Self::Unreached(error),
            Unconnected::Unsure(error) => Self::Unsure(error),
        }
    }
}

/// A message as it stands on the wire.
fn written(
    Message { id, body }: Message,
    to: &Target,
    secrets: &[Secret],
    at: i64,
) -> Result<Request<Full<Bytes>>, Untaken> {
    let signature = signatures(secrets, &id, at, &body);
    Request::builder()
        .method(Method::POST)
        .uri(&to.path)
        .header(header::HOST, &to.authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            header::USER_AGENT,
            concat!("xiaohao/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONNECTION, "close")
        .header("webhook-id", id)
        .header("webhook-timestamp", at)
        .header("webhook-signature", signature)
        .body(Full::new(body.into()))
        .map_err(Untaken::Unwritten)
}
