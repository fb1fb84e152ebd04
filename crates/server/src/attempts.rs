//! What was refused is kept: gathered for a moment, so that whoever tries the same a thousand times fills no disk, and then
//! written beside the ledger.

use crate::clock::new_id;
use crate::rates::{Bucket, MINUTE, one_line, taken};
use crate::serving::UnderWay;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;
use xiaohao_core::values::{CountyCode, PersonId};
use xiaohao_graphql::Attempts;
use xiaohao_ledger::read::{Page, Stretch};
use xiaohao_ledger::{Attempt, Clock, Fault, Told, Whose};
use xiaohao_store::SqlStore;

/// For how long what is refused is gathered before it is written.
const GATHERS: Duration = Duration::from_secs(1);

/// How long one waits for a database that cannot be written to.
const WAITS: Duration = Duration::from_secs(10);

/// How many different attempts are gathered, and how many rows one person or address has in a minute, so that nobody hides others or fills
/// the disk with what may not be deleted; of what is more the log alone tells.
const AT_MOST: usize = 1_000;
const OF_ONE_IN_A_MINUTE: u32 = 100;

/// How many things are told one by one for which somebody was refused the same; what goes beyond is counted with the last of them.
/// Whoever tries ids one after the other has his row, and does not fill the table.
const ONE_BY_ONE: usize = 20;

/// How long they are kept: a year, of which the database itself enforces six months.
const KEPT: TimeDelta = TimeDelta::days(366);

/// By whom it was tried: a person, or somebody unknown on a line.
type Source = Result<PersonId, Option<IpAddr>>;

fn source(attempt: &Attempt) -> Source {
    let by = attempt.actor.as_ref().map(|actor| actor.person);
    let address = attempt.address.as_ref();
    by.ok_or_else(|| address.and_then(|text| text.parse().ok()).map(one_line))
}

/// Whether an attempt is gathered as it is made, or once more because it could not be written.
#[derive(Clone, Copy)]
enum Gathered {
    Now,
    Before,
}

/// Keeps what was refused.
#[derive(Clone)]
pub struct Register(Arc<Kept>);

struct Kept {
    store: SqlStore,
    county: CountyCode,
    clock: Clock,
    gathered: Mutex<Vec<Attempt>>,
    /// How many rows are left to each.
    rows: Option<Bucket<Source>>,
    is_writing: AtomicBool,
    /// Held while they are written: until then they are neither gathered nor kept, and whoever reads waits.
    writing: tokio::sync::Mutex<()>,
    /// The day on which those that are too old went last.
    cleared: Mutex<Option<DateTime<Utc>>>,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Register").field(&self.0.county).finish()
    }
}

impl Register {
    /// Of a county.
    #[must_use]
    pub fn of(store: SqlStore, county: CountyCode, clock: Clock) -> Self {
        Self(Arc::new(Kept {
            store,
            county,
            clock,
            gathered: Mutex::default(),
            rows: Bucket::of(OF_ONE_IN_A_MINUTE, MINUTE),
            is_writing: AtomicBool::new(false),
            writing: tokio::sync::Mutex::default(),
            cleared: Mutex::default(),
        }))
    }

    /// Now, as the office has it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.0.clock)()
    }

    /// Notes an attempt, which is written a moment later.
    pub(crate) fn note(&self, attempt: Attempt, under_way: &UnderWay) {
        if !self.gather(attempt, Gathered::Now) {
            tracing::error!("so much is refused that not all of it can be kept; the log has it");
        }
        if self.0.is_writing.swap(true, Ordering::AcqRel) {
            return;
        }
        let (register, stopping) = (self.clone(), under_way.stopping.clone());
        under_way.tasks.spawn(async move {
            let mut pause = GATHERS;
            loop {
                let stops = tokio::time::timeout(pause, stopping.cancelled()).await.is_ok();
                pause = match register.written().await {
                    Ok(()) => GATHERS,
                    Err(fault) => {
                        tracing::error!(error = %Told(&fault), "what was refused cannot be kept; the log has it");
                        WAITS
                    }
                };
                if stops || register.is_done() {
                    break;
                }
            }
        });
    }

    /// Whether nothing is left to be written; whoever gathers something after that has it written himself.
    fn is_done(&self) -> bool {
        let gathered = self.gathered();
        let is_done = gathered.is_empty();
        if is_done {
            self.0.is_writing.store(false, Ordering::Release);
        }
        is_done
    }

    fn gathered(&self) -> std::sync::MutexGuard<'_, Vec<Attempt>> {
        let gathered = self.0.gathered.lock();
        gathered.unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an attempt to those that are gathered, or counts it with the same one; the answer is whether there was room.
    fn gather(&self, attempt: Attempt, when: Gathered) -> bool {
        let mut gathered = self.gathered();
        let but_for_the_subject = |other: &Attempt| {
            other.actor == attempt.actor
                && other.login == attempt.login
                && other.address == attempt.address
                && other.tried == attempt.tried
                && other.codes == attempt.codes
        };
        let same = |other: &Attempt| but_for_the_subject(other) && other.subject == attempt.subject;
        let mut found = gathered.iter().position(same);
        if found.is_none() {
            let alike = gathered.iter().enumerate();
            let mut alike = alike.filter(|(_, other)| but_for_the_subject(other));
            found = alike.nth(ONE_BY_ONE - 1).map(|(place, _)| place);
        }
        if let Some(other) = found.and_then(|place| gathered.get_mut(place)) {
            other.times = other.times.saturating_add(attempt.times);
            other.at = other.at.max(attempt.at);
            other.request = attempt.request;
            return true;
        }
        let has_room = gathered.len() < AT_MOST
            && match when {
                Gathered::Before => true,
                Gathered::Now => taken(self.0.rows.as_ref(), Some(&source(&attempt)), 1).is_ok(),
            };
        if has_room {
            gathered.push(attempt);
        }
        has_room
    }

    /// Writes what is gathered; where that fails it stays gathered.
    async fn written(&self) -> Result<(), Fault> {
        let Kept {
            store,
            county,
            writing,
            ..
        } = &*self.0;
        let _writing = writing.lock().await;
        let mut attempts = std::mem::take(&mut *self.gathered());
        if attempts.is_empty() {
            return Ok(());
        }
        for attempt in &mut attempts {
            attempt.id = new_id();
        }
        if let Err(fault) = store.keep_attempts(*county, &attempts).await {
            for attempt in attempts {
                self.gather(attempt, Gathered::Before);
            }
            return Err(fault);
        }
        self.clear().await;
        Ok(())
    }

    /// Lets go what is older than it need be, once a day.
    async fn clear(&self) {
        let now = self.now();
        let is_due = {
            let mut cleared = self
                .0
                .cleared
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let is_due = cleared.is_none_or(|last| now - last >= TimeDelta::days(1));
            if is_due {
                *cleared = Some(now);
            }
            is_due
        };
        let (true, Some(before)) = (is_due, now.checked_sub_signed(KEPT)) else {
            return;
        };
        if let Err(fault) = self.0.store.forget_attempts(self.0.county, before).await {
            tracing::warn!(error = %Told(&fault), "what was refused more than a year ago cannot be cleared away");
        }
    }
}

#[async_trait]
impl Attempts for Register {
    async fn attempts(
        &self,
        of: Option<&Whose>,
        stretch: &Stretch<Uuid>,
    ) -> Result<Page<Attempt, Uuid>, Fault> {
        // Whoever looks sees what was refused a moment ago, unless it cannot be written.
        // It is written to its end, also where whoever looks has gone away meanwhile: what is being written is gathered no more.
        let register = self.clone();
        let written = tokio::spawn(async move { register.written().await });
        if let Err(fault) = written.await.map_err(Fault::internal)? {
            tracing::warn!(error = %Told(&fault), "what was refused just now cannot be kept yet");
        }
        let Kept { store, county, .. } = &*self.0;
        store.attempts(*county, of, stretch).await
    }

    async fn count_attempts(&self, of: Option<&Whose>) -> Result<u64, Fault> {
        let Kept { store, county, .. } = &*self.0;
        store.count_attempts(*county, of).await
    }
}
