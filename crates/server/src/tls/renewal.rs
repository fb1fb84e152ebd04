//! A certificate that is renewed while the server serves.
//!
//! The files are looked at every few seconds: whoever renews them, by hand, by a timer or by a mounted secret, need not know
//! that there is a process to be told, nor in which container. A certificate and its key are two files, and between the
//! writing of the one and of the other they do not belong together; so what cannot be used is looked at twice before anybody
//! hears of it, and the one that was shown goes on being shown.

use super::TlsFiles;
use super::identity::{Identity, Papers, Unusable};
use crate::clock;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use xiaohao_core::values::Digest;
use xiaohao_ledger::Told;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// How long before its end a certificate that nobody has renewed is told of, and how often.
const NEAR: TimeDelta = TimeDelta::days(14);
const REMIND: TimeDelta = TimeDelta::days(1);

/// The certificate that clients are shown.
#[derive(Debug)]
pub(super) struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    pub(super) fn new(identity: &Identity) -> Self {
        Self(RwLock::new(Arc::clone(&identity.certified)))
    }

    fn show(&self, identity: &Identity) {
        let mut shown = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *shown = Arc::clone(&identity.certified);
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

/// What is known of the files, from one look to the next.
pub(super) struct Renewal {
    files: TlsFiles,
    shown: Arc<Shown>,
    /// What is shown.
    held: Digest,
    good_until: DateTime<Utc>,
    /// What was wrong at the last look, and whether anybody was told.
    wrong: Option<(String, bool)>,
    reminded_at: Option<DateTime<Utc>>,
}

impl Renewal {
    pub(super) fn of(
        files: TlsFiles,
        papers: &Papers,
        identity: &Identity,
        shown: Arc<Shown>,
    ) -> Self {
        Self {
            files,
            shown,
            held: papers.digest(),
            good_until: identity.good_until,
            wrong: None,
            reminded_at: None,
        }
    }

    /// Looks, again and again.
    pub(super) async fn go_on(mut self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            let (files, held) = (self.files.clone(), self.held);
            let found = tokio::task::spawn_blocking(move || found(&files, held, clock::now()));
            if let Ok(found) = found.await {
                self.heed(found, clock::now());
            }
        }
    }

    /// Shows what was found, or tells why not.
    fn heed(&mut self, found: Result<Option<(Identity, Digest)>, Unusable>, now: DateTime<Utc>) {
        match found {
            Ok(None) => self.wrong = None,
            Ok(Some((identity, digest))) => {
                self.shown.show(&identity);
                (self.held, self.good_until) = (digest, identity.good_until);
                (self.wrong, self.reminded_at) = (None, None);
                tracing::info!(good_until = %self.good_until, "another certificate is shown from now on");
            }
            Err(unusable) => {
                let why = Told(&unusable).to_string();
                let before = self.wrong.take().filter(|(before, _)| *before == why);
                let told = before.is_some();
                if matches!(before, Some((_, false))) {
                    tracing::error!(error = %why, "the certificate cannot be renewed; the former is shown");
                }
                self.wrong = Some((why, told));
            }
        }
        self.remind(now);
    }

    fn remind(&mut self, now: DateTime<Utc>) {
        let left = self.good_until - now;
        let lately = |at: DateTime<Utc>| now - at < REMIND;
        if left > NEAR || self.reminded_at.is_some_and(lately) {
            return;
        }
        self.reminded_at = Some(now);
        let good_until = self.good_until;
        if left > TimeDelta::zero() {
            tracing::warn!(%good_until, days = left.num_days(), "the certificate is about to expire; renew it");
        } else {
            tracing::error!(%good_until, "the certificate has expired, and no client that looks at it connects; renew it");
        }
    }
}

/// What the files make of the server, where they hold anything else than what is shown.
fn found(
    files: &TlsFiles,
    held: Digest,
    now: DateTime<Utc>,
) -> Result<Option<(Identity, Digest)>, Unusable> {
    let papers = Papers::read(files)?;
    let digest = papers.digest();
    if digest == held {
        return Ok(None);
    }
    Ok(Some((Identity::of(&papers, files, now)?, digest)))
}
