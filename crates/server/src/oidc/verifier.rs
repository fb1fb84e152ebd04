//! An access token looked at: from its first byte to the person who acts.

use super::claims::{Claims, Issued};
use super::keys::{Keyless, Keys};
use super::refused::Refused;
use super::signature;
use super::trusted::Trusted;
use crate::outgoing::Outgoing;
use crate::session::chosen;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use std::collections::HashSet;
use std::sync::Arc;
use xiaohao_core::directory::Login;
use xiaohao_core::{Actor, Role, county_day};
use xiaohao_graphql::Untold;
use xiaohao_ledger::{Clock, Fault, Ledger};

/// The most bytes of a token: what is longer is not even taken apart.
const TOKEN_BYTES: usize = 8 * 1024;

/// The types of an access token (RFC 9068 §2.1), and of those by providers from before there was one.
const TYPES: [&str; 3] = ["at+jwt", "application/at+jwt", "jwt"];

/// Why nobody is told from a token.
#[derive(Debug, thiserror::Error)]
enum Unlet {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Keyless(#[from] Keyless),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Whoever a token lets in.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// Who acts, and in which post.
    pub actor: Actor,
    issued: Issued,
}

impl Vouched {
    /// Whether the token was issued before that.
    pub(super) fn was_issued_before(&self, at: DateTime<Utc>) -> bool {
        self.issued.is_before(at)
    }
}

/// Looks at the tokens of one issuer.
pub struct Verifier {
    trusted: Trusted,
    keys: Keys,
    ledger: Ledger,
    clock: Clock,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("trusted", &self.trusted)
            .finish_non_exhaustive()
    }
}

/// Whether a token has the form of those that an issuer signs: three parts, the first a JSON object. Those of sessions have
/// none of it.
pub(super) fn is_signed(token: &str) -> bool {
    token.starts_with("eyJ") && token.bytes().filter(|byte| *byte == b'.').count() == 2
}

impl Verifier {
    /// Whoever looks at the tokens of this issuer, which are about people of this ledger's county.
    ///
    /// # Errors
    /// Where this machine cannot speak TLS.
    pub fn new(
        trusted: Trusted,
        ledger: Ledger,
        clock: Clock,
    ) -> Result<Self, tokio_rustls::rustls::Error> {
        signature::prepare();
        let keys = Keys::new(Outgoing::new()?, Arc::clone(&clock));
        Ok(Self {
            trusted,
            keys,
            ledger,
            clock,
        })
    }

    /// Asks for the keys before anybody comes, so that a provider that cannot be reached is heard of at the start.
    pub async fn warm_up(&self) {
        let any = self
            .keys
            .key(&self.trusted, None, jsonwebtoken::Algorithm::RS256);
        drop(any.await);
    }

    /// Who acts with this token, and in which post.
    ///
    /// # Errors
    /// [`Untold::NotVouched`] where anything about it is not good, [`Untold::ProviderAway`] where the keys of the issuer are not known, [`Untold::Fault`] where the county cannot be read.
    pub async fn who(&self, token: &str) -> Result<Vouched, Untold> {
        match self.told(token).await {
            Ok(vouched) => Ok(vouched),
            Err(Unlet::Refused(why)) => Err(self.not_vouched(token, why)),
            Err(Unlet::Fault(fault)) => Err(fault.into()),
            Err(Unlet::Keyless(keyless)) => {
                tracing::error!(error = %keyless, "an access token cannot be looked at");
                Err(Untold::ProviderAway)
            }
        }
    }

    /// That a token is refused, for the log and for the register of what was refused.
    pub(super) fn not_vouched(&self, token: &str, why: Refused) -> Untold {
        // To the log why, and nothing of what it says: whatever is wrong with it, it may be somebody's.
        if why.is_of_course() {
            tracing::debug!(%why, "an access token was refused");
        } else {
            tracing::warn!(%why, "an access token was refused");
        }
        Untold::NotVouched {
            why: why.code(),
            login: self.claimed(token, why),
        }
    }

    /// As whom a token that was refused would let in. Whoever makes one up can write any login into it, so of those that nobody has
    /// only one counts that the issuer has signed.
    fn claimed(&self, token: &str, why: Refused) -> Option<Login> {
        if token.len() > TOKEN_BYTES {
            return None;
        }
        let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let claims = Claims(serde_json::from_slice(&body).ok()?);
        let login = claims.login(&self.trusted).ok()?;
        let county = self.ledger.county();
        let people = county.directory.people();
        let is_known = || people.iter().any(|person| person.login == login);
        (why == Refused::Unknown || is_known()).then_some(login)
    }

    async fn told(&self, token: &str) -> Result<Vouched, Unlet> {
        let claims = self.signed(token).await?;
        let now = (self.clock)();
        let issued = claims.hold(&self.trusted, now)?;
        let login = claims.login(&self.trusted)?;
        let county = self.ledger.county_now().await?;
        let people = county.directory.people();
        let person = people.iter().find(|person| person.login == login);
        let person = person.ok_or(Refused::Unknown)?;
        let asked = claims.post(&self.trusted)?;
        let post = chosen(person, asked, county_day(now)).ok_or(Refused::Post)?;
        if post.role == Role::Platform {
            return Err(Refused::Platform.into());
        }
        Ok(Vouched {
            actor: person.acting(post),
            issued,
        })
    }

    /// What a token says, once it is known that the issuer has signed it. Of its header nothing is believed that leads anywhere:
    /// the algorithm must be one of those that are accepted, the key one of those that the issuer publishes.
    async fn signed(&self, token: &str) -> Result<Claims, Unlet> {
        if token.len() > TOKEN_BYTES {
            return Err(Refused::Size.into());
        }
        let header = decode_header(token).map_err(|_| Refused::Header)?;
        if header.crit.is_some() {
            return Err(Refused::Critical.into());
        }
        let kind = header.typ.as_deref().unwrap_or_default();
        if !TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            return Err(Refused::Type.into());
        }
        if !self.trusted.algorithms.contain(header.alg) {
            return Err(Refused::Algorithm.into());
        }
        let key = self
            .keys
            .key(&self.trusted, header.kid.as_deref(), header.alg);
        let key = key.await?.ok_or(Refused::NoKey)?;
        let mut only = Validation::new(header.alg);
        // What it says is looked at by this program's own clock, and an issuer is one and no list.
        only.required_spec_claims = HashSet::new();
        only.validate_exp = false;
        only.validate_aud = false;
        let decoded = decode(token, &key, &only);
        let decoded = decoded.map_err(|error| {
            if matches!(error.kind(), ErrorKind::Json(_)) {
                Refused::Form("body")
            } else {
                Refused::Signature
            }
        })?;
        Ok(Claims(decoded.claims))
    }
}
