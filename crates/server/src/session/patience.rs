//! Whoever guesses waits: after some wrong passwords or codes a login waits, longer each time, and is never locked. What is waited for is
//! kept in memory alone; a server that is started again forgets it.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The wrong passwords that are let pass before a login waits, and the first and the longest wait.
const TRIES: u32 = 5;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// The most logins that are remembered for their wrong passwords.
const REMEMBERED: usize = 10_000;

/// Who has guessed how often.
#[derive(Debug, Default)]
pub(super) struct Patience(Mutex<HashMap<String, Wrong>>);

/// Wrong guesses of one login.
#[derive(Clone, Copy, Debug)]
struct Wrong {
    times: u32,
    waits_until: DateTime<Utc>,
}

impl Patience {
    /// How long a login waits.
    pub(super) fn waits(&self, login: &str, now: DateTime<Utc>) -> Option<Duration> {
        let until = self.wrong().get(login)?.waits_until;
        (until - now).to_std().ok().filter(|wait| !wait.is_zero())
    }

    /// Notes a wrong guess.
    pub(super) fn guessed(&self, login: &str, now: DateTime<Utc>) {
        let mut wrong = self.wrong();
        if wrong.len() >= REMEMBERED {
            wrong.retain(|_, wrong| wrong.waits_until > now);
        }
        let entry = wrong.entry(login.to_owned()).or_insert(Wrong {
            times: 0,
            waits_until: now,
        });
        entry.times = entry.times.saturating_add(1);
        if let Some(beyond) = entry.times.checked_sub(TRIES) {
            let longer = 2_i32.checked_pow(beyond).unwrap_or(i32::MAX);
            let wait = FIRST_WAIT.checked_mul(longer).unwrap_or(LONGEST_WAIT);
            entry.waits_until = now
                .checked_add_signed(wait.min(LONGEST_WAIT))
                .unwrap_or(now);
        }
    }

    /// Forgets what was guessed, once somebody knew it.
    pub(super) fn forget(&self, login: &str) {
        self.wrong().remove(login);
    }

    fn wrong(&self) -> MutexGuard<'_, HashMap<String, Wrong>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
