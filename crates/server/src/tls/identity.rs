//! The certificate with which the server shows who it is, and the key that proves it, looked at before anybody is shown them.

use super::TlsFiles;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::client::verify_server_cert_signed_by_trust_anchor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, CertificateError, InconsistentKeys, RootCertStore};
use xiaohao_core::values::Digest;

/// More than any chain of certificates has; whoever names another file by mistake is told so.
const MOST_BYTES: u64 = 1024 * 1024;

/// The rights by which others than the owner and his group could read a key, or others than the owner change it. A group may
/// read it: a machine that renews certificates by itself has one for that.
const TOO_OPEN: u32 = 0o027;

/// Why TLS cannot be spoken with these files.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A file cannot be read.
    #[error("cannot read {}; correct {key}", file.display())]
    Unread {
        /// Which key of the configuration names it.
        key: &'static str,
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Too many may read the key.
    #[error(
        "the key {} has the mode {mode:04o}, by which others may read or change it; whoever has it can pass for this server: make \
         another, and let its owner alone read it, as by chmod 600", file.display()
    )]
    Open {
        /// Which.
        file: PathBuf,
        /// By which rights.
        mode: u32,
    },
    /// It holds no certificate.
    #[error(
        "there is no certificate in {}; tls.certificate names a PEM file that holds the server's own and after it those that lead \
         to the authority", file.display()
    )]
    NoCertificate {
        /// Which.
        file: PathBuf,
    },
    /// It holds no key.
    #[error(
        "there is no private key in {}; tls.key names a PEM file that holds the one that belongs to the certificate, not encrypted", file.display()
    )]
    NoKey {
        /// Which.
        file: PathBuf,
    },
    /// It is no PEM.
    #[error("{} is not written as PEM", file.display())]
    Form {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: pem::Error,
    },
    /// The key is that of another certificate.
    #[error(
        "the key {} does not belong to the first certificate of {}; name the two that were made together", key.display(), certificate.display()
    )]
    OtherKey {
        /// The one.
        key: PathBuf,
        /// The other.
        certificate: PathBuf,
    },
    /// Certificate or key are of a kind that is not known.
    #[error("certificate {} and key {} cannot be used", certificate.display(), key.display())]
    Kind {
        /// The one.
        certificate: PathBuf,
        /// The other.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// It was good, and no client would take it.
    #[error(
        "the certificate {} expired at {at}, and no client that looks at it would connect; renew it", file.display()
    )]
    Expired {
        /// Which.
        file: PathBuf,
        /// When.
        at: DateTime<Utc>,
    },
    /// It will be good.
    #[error(
        "the certificate {} is good from {at} on only; look whether the clock of this machine is right", file.display()
    )]
    Early {
        /// Which.
        file: PathBuf,
        /// From when on.
        at: DateTime<Utc>,
    },
    /// TLS itself cannot be spoken.
    #[error("TLS cannot be spoken on this machine")]
    Protocol(#[source] rustls::Error),
}

/// What the two files hold.
pub(super) struct Papers {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

impl Papers {
    /// Reads them, and looks at who else may.
    ///
    /// # Errors
    /// [`Unusable`].
    pub(super) fn read(files: &TlsFiles) -> Result<Self, Unusable> {
        let (certificates, _) = read("tls.certificate", &files.certificate)?;
        let (key, mode) = read("tls.key", &files.key)?;
        if mode & TOO_OPEN != 0 {
            let file = files.key.clone();
            return Err(Unusable::Open { file, mode });
        }
        Ok(Self { certificates, key })
    }

    /// By which they are known again.
    pub(super) fn digest(&self) -> Digest {
        let both = Sha256::new()
            .chain_update(Sha256::digest(&self.certificates))
            .chain_update(Sha256::digest(&self.key));
        Digest::new(both.finalize().into())
    }
}

/// What a file holds, and its mode.
fn read(key: &'static str, file: &Path) -> Result<(Vec<u8>, u32), Unusable> {
    let read = || {
        let open = std::fs::File::open(file)?;
        let mode = open.metadata()?.permissions().mode() & 0o7777;
        let mut bytes = Vec::new();
        open.take(MOST_BYTES).read_to_end(&mut bytes)?;
        Ok((bytes, mode))
    };
    read().map_err(|source| Unusable::Unread {
        key,
        file: file.to_owned(),
        source,
    })
}

/// Who the server is, and how long that is good.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) certified: Arc<CertifiedKey>,
    pub(super) good_until: DateTime<Utc>,
}

impl Identity {
    /// What the papers make of it now.
    ///
    /// # Errors
    /// [`Unusable`].
    pub(super) fn of(
        papers: &Papers,
        files: &TlsFiles,
        now: DateTime<Utc>,
    ) -> Result<Self, Unusable> {
        let TlsFiles { certificate, key } = files;
        let form = |file: &PathBuf| {
            let file = file.clone();
            move |source| Unusable::Form { file, source }
        };
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(&papers.certificates).collect();
        let chain = chain.map_err(form(certificate))?;
        let private = match PrivateKeyDer::from_pem_slice(&papers.key) {
            Ok(private) => private,
            Err(pem::Error::NoItemsFound) => return Err(Unusable::NoKey { file: key.clone() }),
            Err(source) => return Err(form(key)(source)),
        };
        let kind = |source| Unusable::Kind {
            certificate: certificate.clone(),
            key: key.clone(),
            source,
        };
        let own = chain.first().ok_or_else(|| Unusable::NoCertificate {
            file: certificate.clone(),
        })?;
        let good_until = good_until(own, certificate, now, &kind)?;
        let provider = ring::default_provider();
        let certified = CertifiedKey::from_der(chain, private, &provider);
        let other = rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch);
        let certified = certified.map_err(|source| {
            if source == other {
                let (key, certificate) = (key.clone(), certificate.clone());
                return Unusable::OtherKey { key, certificate };
            }
            kind(source)
        })?;
        Ok(Self {
            certified: Arc::new(certified),
            good_until,
        })
    }
}

/// Until when a certificate is good that must be good now.
///
/// The library that looks at the certificates of others does so at a time that it is told, looks at the time before it looks for
/// an authority, and tells until when a certificate was good that no longer is. So it is asked about the end of all days.
fn good_until(
    certificate: &CertificateDer<'_>,
    file: &Path,
    now: DateTime<Utc>,
    kind: &impl Fn(rustls::Error) -> Unusable,
) -> Result<DateTime<Utc>, Unusable> {
    let parsed = ParsedCertificate::try_from(certificate).map_err(kind)?;
    let looked_at = |time| {
        let nobody = RootCertStore::empty();
        verify_server_cert_signed_by_trust_anchor(&parsed, &nobody, &[], time, &[])
    };
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let present = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let file = file.to_owned();
    match looked_at(present) {
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            not_after,
            ..
        })) => {
            let at = instant(not_after);
            return Err(Unusable::Expired { file, at });
        }
        Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
            not_before,
            ..
        })) => {
            let at = instant(not_before);
            return Err(Unusable::Early { file, at });
        }
        // Whom a client trusts is for the client to say.
        Ok(()) | Err(_) => {}
    }
    let last = UnixTime::since_unix_epoch(Duration::from_secs(u64::MAX));
    match looked_at(last) {
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            not_after,
            ..
        })) => Ok(instant(not_after)),
        Err(source) => Err(kind(source)),
        Ok(()) => Ok(DateTime::<Utc>::MAX_UTC),
    }
}

fn instant(time: UnixTime) -> DateTime<Utc> {
    let seconds = i64::try_from(time.as_secs()).ok();
    let instant = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    instant.unwrap_or(DateTime::<Utc>::MAX_UTC)
}
