//! Connections with others, to the very address that was looked at: for messages to receivers of webhooks, and for the keys of
//! the county's identity provider.
//!
//! There are no redirects, no connections that are kept, and no proxies: what is connected to is what the configuration
//! names and `address` lets pass.

mod address;
mod target;

pub(crate) use address::Reach;
pub(crate) use target::Target;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// A connection, with TLS or without.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<C: AsyncRead + AsyncWrite + Send + Unpin> Connection for C {}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum Unconnected {
    /// The name cannot be looked up.
    Unknown(io::Error),
    /// It is at an address of a kind to which one may not connect.
    Barred(IpAddr, Reach),
    /// Nobody takes connections there.
    Unreached(io::Error),
    /// It is not sure to be with whom it should.
    Unsure(io::Error),
}

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Outgoing {
    tls: TlsConnector,
}

impl Outgoing {
    /// By TLS whom this machine trusts is trusted.
    ///
    /// # Errors
    /// Where TLS cannot be spoken.
    pub(crate) fn new() -> Result<Self, rustls::Error> {
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
        })
    }

    /// Connects, where every address of the target is of a kind to which one may.
    ///
    /// # Errors
    /// [`Unconnected`].
    pub(crate) async fn connect(
        &self,
        to: &Target,
        may: impl Fn(Reach) -> bool,
    ) -> Result<Box<dyn Connection>, Unconnected> {
        let found = lookup_host((to.host.as_str(), to.port)).await;
        let addresses: Vec<SocketAddr> = found.map_err(Unconnected::Unknown)?.collect();
        // A name that has a good address and a bad one has somebody who plays with it.
        for address in &addresses {
            let ip = address.ip().to_canonical();
            let reach = Reach::of(ip);
            if !may(reach) {
                return Err(Unconnected::Barred(ip, reach));
            }
        }
        let stream = TcpStream::connect(addresses.as_slice()).await;
        let stream = stream.map_err(Unconnected::Unreached)?;
        match &to.certified {
            None => Ok(Box::new(stream)),
            Some(name) => {
                let secured = self.tls.connect(name.clone(), stream).await;
                Ok(Box::new(secured.map_err(Unconnected::Unsure)?))
            }
        }
    }
}
