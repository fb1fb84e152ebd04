//! One message brought to its receiver, over a connection to the very address that was looked at.
//!
//! There are no redirects, no connections that are kept, and no proxies: what is connected to is what the configuration
//! names and `address` lets pass, and of an answer its status is all that counts.

use super::address::Reach;
use super::endpoint::{Endpoint, Target};
use super::patience::Patience;
use super::signature::{Secret, signatures};
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
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
    tls: TlsConnector,
    patience: Patience,
}

impl Courier {
    /// One who trusts whom this machine trusts.
    pub(super) fn new(patience: Patience) -> Result<Self, tokio_rustls::rustls::Error> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "some authorities that this machine trusts cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self {
            tls: Arc::new(config).into(),
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
        let connecting = timeout(self.patience.connecting, self.connect(to));
        let connection = connecting.await.unwrap_or(Err(Untaken::NoConnection))?;
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

    async fn connect(&self, to: &Endpoint) -> Result<Box<dyn Connection>, Untaken> {
        let Target { host, port, .. } = &to.url;
        let found = lookup_host((host.as_str(), *port)).await;
        let addresses: Vec<SocketAddr> = found.map_err(Untaken::Unknown)?.collect();
        // A name that has a good address and a bad one has somebody who plays with it.
        for address in &addresses {
            let ip = address.ip().to_canonical();
            match Reach::of(ip) {
                Reach::Public => {}
                Reach::Private if to.allow_private => {}
                Reach::Private => return Err(Untaken::Private(ip)),
                Reach::Nobody => return Err(Untaken::Nobody(ip)),
            }
        }
        let stream = TcpStream::connect(addresses.as_slice()).await;
        let stream = stream.map_err(Untaken::Unreached)?;
        match &to.url.certified {
            None => Ok(Box::new(stream)),
            Some(name) => {
                let secured = self.tls.connect(name.clone(), stream).await;
                Ok(Box::new(secured.map_err(Untaken::Unsure)?))
            }
        }
    }
}

/// A connection, with TLS or without.
trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<C: AsyncRead + AsyncWrite + Send + Unpin> Connection for C {}

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
