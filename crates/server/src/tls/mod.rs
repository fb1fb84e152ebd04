//! TLS on the server's own port: the certificate with which it shows who it is, handshakes that hold nobody up, and
//! certificates that are renewed while it serves.
//!
//! What is spoken over it is HTTP/1.1, as without it: of HTTP/2 nothing is offered, because nothing here serves it.

mod handshake;
mod identity;
mod renewal;

pub(crate) use handshake::shaken;
pub use identity::Unusable;

use crate::clock;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use identity::{Identity, Papers};
use renewal::{Renewal, Shown};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

/// Where the certificate and its key are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificates, the server's own first, as PEM.
    pub certificate: PathBuf,
    /// The key of the server's own, as PEM.
    pub key: PathBuf,
}

/// How long whoever has heard that TLS is spoken here asks for nothing else of this name: a year.
const STRICTLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What TLS is spoken with.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    renewal: Renewal,
}

impl Tls {
    /// What the files hold, looked at.
    ///
    /// # Errors
    /// [`Unusable`].
    pub(crate) fn of(files: &TlsFiles) -> Result<Self, Unusable> {
        let papers = Papers::read(files)?;
        let identity = Identity::of(&papers, files, clock::now())?;
        let shown = Arc::new(Shown::new(&identity));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config
            .with_safe_default_protocol_versions()
            .map_err(Unusable::Protocol)?;
        let resolver = Arc::clone(&shown);
        let mut config = config.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: Arc::new(config).into(),
            renewal: Renewal::of(files.clone(), &papers, &identity, shown),
        })
    }

    /// With what handshakes are done, and what goes on renewing the certificate as long as it is polled.
    pub(crate) fn in_use(self) -> (TlsAcceptor, impl Future<Output = ()>) {
        (self.acceptor, self.renewal.go_on())
    }
}

/// The same routes, each answer of which says that here TLS is spoken and nothing else.
pub(crate) fn strictly(app: Router) -> Router {
    app.layer(map_response(async |mut response: Response| {
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICTLY);
        response
    }))
}
