//! Seals of sessions. Signing in is no line of the ledger, so nothing that is recorded says which sessions there are; but whoever writes
//! one into the database by hand, or makes himself another person in his own, has not the key of the log, which lies outside of it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use xiaohao_core::values::Digest;
use xiaohao_log::LogSigner;
use xiaohao_store::Session;

/// What seals sessions, where the program has a key of the log.
#[derive(Clone, Default)]
pub struct Seals(Option<Hmac<Sha256>>);

impl fmt::Debug for Seals {
    /// None of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seals").finish_non_exhaustive()
    }
}

impl Seals {
    /// Sealed by a key of their own, which follows from that of the log: every process of a county has it, and with another key of the
    /// log the sessions of before are over.
    #[must_use]
    pub fn by(signer: Option<&LogSigner>) -> Self {
        let keyed = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).ok();
        let own = signer.and_then(|signer| {
            let mut mac = keyed(signer.to_secret().as_bytes())?;
            mac.update(b"xiaohao sessions 1\n");
            keyed(&mac.finalize().into_bytes())
        });
        Self(own)
    }

    /// The seal of a session: over all by which it lets in, and as whom, for what and until when.
    pub(super) fn of(&self, session: &Session) -> Option<Digest> {
        let mut mac = self.0.clone()?;
        let tokens = &session.tokens;
        // No database keeps more of an instant.
        let instants = [
            tokens.expires_at,
            session.opened_at,
            session.renewable_until,
        ];
        let through = session.through.map(|own| (own.hazard, own.link));
        let sealed = (
            (session.id, tokens.token, tokens.renewal, session.former),
            (&session.login, &session.actor),
            (&session.device, session.key, &session.acts, through),
            instants.map(|at| at.timestamp_micros()),
            session.stolen_at.map(|at| at.timestamp_micros()),
        );
        mac.update(&serde_json::to_vec(&sealed).ok()?);
        Some(Digest::new(mac.finalize().into_bytes().into()))
    }

    /// Whether a session is as this program wrote it.
    pub(super) fn is_whole(&self, session: &Session) -> bool {
        let is_whole = session.seal == self.of(session);
        if !is_whole {
            let why = if session.seal.is_none() {
                "a session lets nobody in: it has no seal, and is from before sessions were sealed, or was written by hand"
            } else {
                "a session lets nobody in: it was written or changed by hand, or opened under another key of the log"
            };
            tracing::warn!(session = %session.id, login = %session.login, "{why}");
        }
        is_whole
    }
}
