//! The keys of an issuer, as it publishes them.
//!
//! They are kept for an hour. A key that is not among them makes the issuer be asked again, because it may have begun to
//! sign with another; but however many such keys are named, by whomever, it is asked once in half a minute, and by one at a
//! time. Where it cannot be reached the last keys go on for a day, so that its failure is not at once the county's.

use super::fetch::{Unfetched, published};
use super::trusted::{KeysUrl, Trusted};
use crate::outgoing::Outgoing;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use xiaohao_ledger::{Clock, Told};

/// How long keys are kept without being asked for again, and how long where the issuer cannot be reached.
const FRESH: TimeDelta = TimeDelta::hours(1);
const LAST: TimeDelta = TimeDelta::hours(24);

/// How seldom the issuer is asked.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// The most keys that are looked at.
const MOST: usize = 100;

/// Why the keys of the issuer are not known.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unknown {
    #[error("the issuer tells nothing of itself at {0}")]
    Discovery(String, #[source] Unfetched),
    #[error("what is told there is told of another issuer")]
    OtherIssuer,
    #[error(
        "the issuer says that its keys are where it is not sure who answers: neither over TLS nor on this machine"
    )]
    Unsure,
    #[error("the keys of the issuer are not at {0}")]
    Keys(String, #[source] Unfetched),
    #[error("the issuer publishes no key that could be used")]
    None,
}

/// The keys of an issuer could not be asked for, and there are none that could go on.
#[derive(Debug, thiserror::Error)]
#[error("the keys of the identity provider are not known")]
pub(super) struct Keyless;

/// What an issuer tells of itself, as far as it is needed.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// What it publishes. One key that is none must not keep the others from being used.
#[derive(Deserialize)]
struct Published {
    keys: Vec<serde_json::Value>,
}

/// The keys as they were published last.
struct Known {
    keys: Vec<Jwk>,
    at: DateTime<Utc>,
}

/// The keys of an issuer.
pub(super) struct Keys {
    outgoing: Outgoing,
    clock: Clock,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was asked last; whoever asks holds it.
    asked_at: Mutex<Option<DateTime<Utc>>>,
}

impl Keys {
    pub(super) fn new(outgoing: Outgoing, clock: Clock) -> Self {
        Self {
            outgoing,
            clock,
            known: RwLock::default(),
            asked_at: Mutex::default(),
        }
    }

    fn known(&self) -> Option<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// The key of this name that is for this algorithm, if the issuer has one; where nothing is named, the only one that is.
    ///
    /// # Errors
    /// [`Keyless`].
    pub(super) async fn key(
        &self,
        trusted: &Trusted,
        name: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Option<DecodingKey>, Keyless> {
        let found = |known: &Known| found(&known.keys, name, algorithm);
        let now = (self.clock)();
        let before = self.known();
        let key = before.as_deref().and_then(found);
        if let Some(known) = &before
            && key.is_some()
        {
            if lies_within(FRESH, known.at, now) {
                return Ok(key);
            }
            // One asks; all others go on with what there is, as long as it is good.
            match self.asked_at.try_lock() {
                Ok(asked_at) => self.ask(trusted, asked_at).await,
                Err(_) if now - known.at < LAST => {}
                Err(_) => self.ask(trusted, self.asked_at.lock().await).await,
            }
        } else {
            self.ask(trusted, self.asked_at.lock().await).await;
        }
        match self.known().filter(|known| now - known.at < LAST) {
            Some(known) => Ok(found(&known)),
            None => Err(Keyless),
        }
    }

    /// Asks the issuer, where that was not done just now.
    async fn ask(
        &self,
        trusted: &Trusted,
        mut asked_at: tokio::sync::MutexGuard<'_, Option<DateTime<Utc>>>,
    ) {
        let now = (self.clock)();
        if asked_at.is_some_and(|at| lies_within(PAUSE, at, now)) {
            return;
        }
        *asked_at = Some(now);
        match self.asked(trusted).await {
            Ok(keys) => {
                tracing::info!(
                    keys = keys.len(),
                    "the keys of the identity provider are here"
                );
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Some(Arc::new(Known { keys, at: now }));
            }
            Err(unknown) => {
                let since = self.known().map(|known| known.at.to_rfc3339());
                tracing::warn!(error = %Told(&unknown), last = since, "the keys of the identity provider could not be had; the last ones go on for a day");
            }
        }
    }

    async fn asked(&self, trusted: &Trusted) -> Result<Vec<Jwk>, Unknown> {
        let url = match &trusted.jwks_url {
            Some(url) => url.clone(),
            None => self.discovered(trusted).await?,
        };
        let published: Published = published(&self.outgoing, url.target())
            .await
            .map_err(|error| Unknown::Keys(url.target().to_string(), error))?;
        let keys = published.keys.into_iter().take(MOST);
        let keys: Vec<Jwk> = keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .filter(verifies)
            .collect();
        if keys.is_empty() {
            return Err(Unknown::None);
        }
        Ok(keys)
    }

    /// Where the issuer says that its keys are.
    async fn discovered(&self, trusted: &Trusted) -> Result<KeysUrl, Unknown> {
        let at = trusted.issuer.discovery().ok_or(Unknown::Unsure)?;
        let told: Discovery = published(&self.outgoing, &at)
            .await
            .map_err(|error| Unknown::Discovery(at.to_string(), error))?;
        if told.issuer != trusted.issuer.as_str() {
            return Err(Unknown::OtherIssuer);
        }
        KeysUrl::parse(&told.jwks_uri).ok_or(Unknown::Unsure)
    }
}

/// Whether it was so short a time ago. What lies ahead was noted under a clock that was wrong, and is long ago.
fn lies_within(time: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..time).contains(&(now - at))
}

/// Whether a key is there to verify with, and public.
fn verifies(key: &Jwk) -> bool {
    let is_for = key.common.public_key_use.as_ref();
    let may = key.common.key_operations.as_ref();
    is_for.is_none_or(|is_for| *is_for == PublicKeyUse::Signature)
        && may.is_none_or(|may| may.contains(&KeyOperations::Verify))
        && !matches!(
            key.algorithm,
            AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_)
        )
}

/// The key of this name for this algorithm; where nothing is named, the only one for it.
fn found(keys: &[Jwk], name: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let mut fitting = keys.iter().filter(|key| {
        let is_named = name.is_none_or(|name| key.common.key_id.as_deref() == Some(name));
        is_named && is_for(key, algorithm)
    });
    let key = fitting.next()?;
    if name.is_none() && fitting.next().is_some() {
        return None;
    }
    DecodingKey::from_jwk(key).ok()
}

/// Whether a key is of the kind that an algorithm takes, and not kept for another.
fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let kept_for = key.common.key_algorithm;
    if kept_for.is_some_and(|kept_for| kept_for != KeyAlgorithm::from(algorithm)) {
        return false;
    }
    match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => {
            key.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => {
            key.curve == EllipticCurve::P384
        }
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => {
            key.curve == EllipticCurve::Ed25519
        }
        _ => false,
    }
}
