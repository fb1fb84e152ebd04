//! Whoever guesses waits: after some wrong passwords or codes for a login from one address, that address waits for it, longer each time;
//! after more of them from wherever they come, so does everybody who asks for it from where nobody has shown that he knows it. No login is
//! ever locked. What is waited for is kept in memory alone; a server that is started again forgets it.
//!
//! A try is counted before it is looked at, and one at a time for each login, so that of many that come at once no more are looked at than
//! of as many that come one after the other.

use crate::rates::one_line;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use xiaohao_core::directory::Login;
use xiaohao_ledger::Clock;

/// The wrong tries that are let pass before a login waits: from one address, and from wherever they come.
const TRIES: u32 = 5;
const TRIES_FROM_ALL: u32 = 50;

/// The first and the longest wait.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// The most counts that are remembered, and how many go at once to make room.
const REMEMBERED: usize = 20_000;
const GO_AT_ONCE: usize = REMEMBERED / 16;

/// How many gates are kept before those go at which nobody stands.
const GATES: usize = 1_024;

/// A login, or a login from one address: always of the same size, however long what was typed.
type Key = [u8; 32];

type Gate = Arc<tokio::sync::Mutex<()>>;

/// Who has guessed how often.
#[derive(Debug, Default)]
pub(super) struct Patience(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    counts: HashMap<Key, Count>,
    /// Where those stand who try one login, one behind the other.
    gates: HashMap<Key, Weak<tokio::sync::Mutex<()>>>,
}

/// Tries that were not known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    times: u32,
    tried_at: DateTime<Utc>,
    /// For how long after that.
    waits: TimeDelta,
    /// Whether somebody has shown there that he knows it.
    is_known: bool,
}

impl Count {
    /// One try more.
    fn and_one(self, lets_pass: u32, now: DateTime<Utc>) -> Self {
        let times = self.times.saturating_add(1);
        let waits = match times.checked_sub(lets_pass) {
            None => TimeDelta::zero(),
            Some(beyond) => {
                let longer = 2_i32.checked_pow(beyond).unwrap_or(i32::MAX);
                let wait = FIRST_WAIT.checked_mul(longer).unwrap_or(LONGEST_WAIT);
                wait.min(LONGEST_WAIT)
            }
        };
        Self {
            times,
            tried_at: now,
            waits,
            ..self
        }
    }

    /// How long it still waits. A try under a clock that was ahead and has been set right since was made now at the latest.
    fn still_waits(&mut self, now: DateTime<Utc>) -> TimeDelta {
        self.tried_at = self.tried_at.min(now);
        self.waits - (now - self.tried_at)
    }
}

/// For which login somebody tries, and from where.
#[derive(Clone, Copy, Debug)]
struct Whose {
    login: Key,
    from_here: Key,
}

impl Whose {
    fn of(login: &Login, from: Option<IpAddr>) -> Self {
        let from = from.map_or_else(String::new, |from| one_line(from).to_string());
        let from_here = Sha256::new()
            .chain_update(login.as_str())
            // No login has this sign.
            .chain_update([0])
            .chain_update(from);
        Self {
            login: Sha256::digest(login.as_str()).into(),
            from_here: from_here.finalize().into(),
        }
    }
}

impl Patience {
    /// Counts a try as one that was wrong, until it is known to be right. What cannot be a login is nobody's, and is not counted.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) async fn takes(
        &self,
        login: Option<&Login>,
        from: Option<IpAddr>,
        clock: &Clock,
    ) -> Result<Try<'_>, Duration> {
        let Some(login) = login else {
            return Ok(Try(None));
        };
        let whose = Whose::of(login, from);
        // Whoever has to wait need not stand at the gate for that.
        self.kept().admits(whose, clock())?;
        let gate = self.kept().gate(whose.login);
        let passed = gate.lock_owned().await;
        let now = clock();
        let mut kept = self.kept();
        kept.admits(whose, now)?;
        let before = kept.count(whose, now);
        Ok(Try(Some(Taken {
            patience: self,
            whose,
            before,
            _passed: passed,
        })))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was counted before a try, for the login and for the login from there.
type Before = [(Key, Option<Count>); 2];

impl Kept {
    fn is_known(&self, whose: Whose) -> bool {
        let here = self.counts.get(&whose.from_here);
        here.is_some_and(|count| count.is_known)
    }

    fn admits(&mut self, whose: Whose, now: DateTime<Utc>) -> Result<(), Duration> {
        let is_known = self.is_known(whose);
        let mut waits = |key| Some(self.counts.get_mut(key)?.still_waits(now));
        let anywhere = waits(&whose.login).filter(|_| !is_known);
        let wait = waits(&whose.from_here).max(anywhere);
        let wait = wait.and_then(|wait| wait.to_std().ok());
        match wait.filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    fn count(&mut self, whose: Whose, now: DateTime<Utc>) -> Before {
        let before =
            [whose.login, whose.from_here].map(|key| (key, self.counts.get(&key).copied()));
        let is_known = self.is_known(whose);
        let [(_, anywhere), (_, here)] = before;
        let none = Count {
            times: 0,
            tried_at: now,
            waits: TimeDelta::zero(),
            is_known: false,
        };
        self.keep(whose.from_here, here.unwrap_or(none).and_one(TRIES, now));
        // Who mistypes where he was let in is nobody from elsewhere.
        if !is_known {
            let anywhere = anywhere.unwrap_or(none).and_one(TRIES_FROM_ALL, now);
            self.keep(whose.login, anywhere);
        }
        before
    }

    fn keep(&mut self, key: Key, count: Count) {
        if self.counts.len() >= REMEMBERED && !self.counts.contains_key(&key) {
            self.make_room();
        }
        self.counts.insert(key, count);
    }

    /// Forgets those of whom there is least to remember.
    fn make_room(&mut self) {
        let ranked = self.counts.iter();
        let ranked = ranked.map(|(key, count)| (count.is_known, count.times, count.tried_at, *key));
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable();
        for (.., key) in ranked.into_iter().take(GO_AT_ONCE) {
            self.counts.remove(&key);
        }
    }

    fn gate(&mut self, login: Key) -> Gate {
        if let Some(gate) = self.gates.get(&login).and_then(Weak::upgrade) {
            return gate;
        }
        if self.gates.len() >= GATES {
            self.gates.retain(|_, gate| gate.strong_count() > 0);
        }
        let gate = Gate::default();
        self.gates.insert(login, Arc::downgrade(&gate));
        gate
    }
}

/// A try, as long as it is looked at. One that is let fall was wrong.
#[must_use = "a try that is let fall counts as wrong"]
#[derive(Debug)]
pub(super) struct Try<'a>(Option<Taken<'a>>);

#[derive(Debug)]
struct Taken<'a> {
    patience: &'a Patience,
    whose: Whose,
    before: Before,
    _passed: tokio::sync::OwnedMutexGuard<()>,
}

impl Try<'_> {
    /// It was right: what was guessed before is forgotten, and from there nobody waits for what is guessed elsewhere.
    pub(super) fn was_right(self, now: DateTime<Utc>) {
        if let Some(taken) = self.0 {
            let mut kept = taken.patience.kept();
            kept.counts.remove(&taken.whose.login);
            let known = Count {
                times: 0,
                tried_at: now,
                waits: TimeDelta::zero(),
                is_known: true,
            };
            kept.keep(taken.whose.from_here, known);
        }
    }

    /// Nothing was guessed: it is as if it had not been tried.
    pub(super) fn give_back(self) {
        if let Some(taken) = self.0 {
            let mut kept = taken.patience.kept();
            for (key, before) in taken.before {
                match before {
                    Some(count) => kept.keep(key, count),
                    None => drop(kept.counts.remove(&key)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn login(text: &str) -> Login {
        Login::parse(text).unwrap()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is known from where, which it need not be"
    )]
    fn from(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    /// A clock that stands still.
    fn still() -> Clock {
        let now = clock::now();
        Arc::new(move || now)
    }

    async fn right(patience: &Patience, of: &Login, from: Option<IpAddr>, clock: &Clock) {
        let let_in = patience.takes(Some(of), from, clock).await.unwrap();
        let_in.was_right(clock());
    }

    async fn wrong(patience: &Patience, of: &str, from: Option<IpAddr>, clock: &Clock) -> bool {
        patience.takes(Some(&login(of)), from, clock).await.is_ok()
    }

    #[tokio::test]
    async fn what_is_guessed_from_elsewhere_makes_nobody_wait_who_was_let_in_before() {
        let (patience, clock) = (Patience::default(), still());
        let own = login("clerk");
        right(&patience, &own, from(1), &clock).await;
        for address in 10..30 {
            for _ in 0..TRIES {
                wrong(&patience, "clerk", from(address), &clock).await;
            }
        }
        assert!(!wrong(&patience, "clerk", from(2), &clock).await);
        right(&patience, &own, from(1), &clock).await;
        // Where he was let in somebody guesses no more often than elsewhere.
        for _ in 0..TRIES {
            assert!(wrong(&patience, "clerk", from(1), &clock).await);
        }
        assert!(!wrong(&patience, "clerk", from(1), &clock).await);
    }

    #[tokio::test]
    async fn a_burst_from_one_address_makes_no_other_wait() {
        let (patience, clock) = (Patience::default(), still());
        for _ in 0..100 {
            wrong(&patience, "clerk", from(9), &clock).await;
        }
        assert!(wrong(&patience, "clerk", from(1), &clock).await);
    }

    #[tokio::test]
    async fn a_clock_that_ran_ahead_makes_nobody_wait_longer_than_the_longest() {
        let now = clock::now();
        let at = |when: DateTime<Utc>| -> Clock { Arc::new(move || when) };
        let ahead = at(now + TimeDelta::days(10));
        let patience = Patience::default();
        let own = login("clerk");
        right(&patience, &own, from(1), &ahead).await;
        for _ in 0..20 {
            wrong(&patience, "clerk", from(9), &ahead).await;
        }
        // Set right: who knew it is let in at once, and who guessed waits from now on.
        assert!(patience.takes(Some(&own), from(1), &at(now)).await.is_ok());
        assert!(!wrong(&patience, "clerk", from(9), &at(now)).await);
        let over = at(now + LONGEST_WAIT);
        assert!(wrong(&patience, "clerk", from(9), &over).await);
    }

    #[tokio::test]
    async fn what_is_given_back_was_never_tried() {
        let (patience, clock) = (Patience::default(), still());
        let own = login("clerk");
        for _ in 0..TRIES * 2 {
            let given = patience.takes(Some(&own), from(1), &clock).await.unwrap();
            given.give_back();
        }
        assert!(patience.kept().counts.is_empty());
    }

    #[tokio::test]
    async fn no_more_is_remembered_than_there_is_room_for_and_nothing_of_what_is_no_login() {
        let (patience, clock) = (Patience::default(), still());
        for _ in 0..TRIES {
            wrong(&patience, "victim", from(9), &clock).await;
        }
        for _ in 0..10 {
            assert!(patience.takes(None, from(1), &clock).await.is_ok());
        }
        assert_eq!(patience.kept().counts.len(), 2);
        for number in 0..REMEMBERED {
            wrong(&patience, &format!("nobody-{number}"), from(9), &clock).await;
        }
        assert!(patience.kept().counts.len() <= REMEMBERED);
        assert!(patience.kept().gates.len() <= GATES);
        // Nobody is made to be forgotten by many who were tried once.
        assert!(!wrong(&patience, "victim", from(9), &clock).await);
    }

    #[tokio::test]
    async fn where_somebody_was_let_in_is_remembered_longer_than_what_was_guessed() {
        let (patience, clock) = (Patience::default(), still());
        let own = login("clerk");
        right(&patience, &own, from(1), &clock).await;
        for number in 0..REMEMBERED {
            wrong(&patience, &format!("nobody-{number}"), from(9), &clock).await;
        }
        for address in 10..30 {
            for _ in 0..TRIES {
                wrong(&patience, "clerk", from(address), &clock).await;
            }
        }
        assert!(!wrong(&patience, "clerk", from(2), &clock).await);
        assert!(wrong(&patience, "clerk", from(1), &clock).await);
    }
}
