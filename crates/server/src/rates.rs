//! How much one person and one address may have in a minute, and of files in a day, so that nobody takes the place of all others: neither a program
//! gone wild nor somebody who guesses passwords.

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use std::collections::BTreeMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use xiaohao_core::values::PersonId;

/// The complexity of a proof, which is a walk over all leaves of the log.
pub(crate) const A_PROOF: u64 = 1_000;

/// How much may be had in a minute or a day, and at most at once; 0 is without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Passwords and codes that come from one address.
    pub sign_ins_per_address: u32,
    /// Requests from one address without a token that is good.
    pub strangers_per_address: u32,
    /// Acts of one person.
    pub acts_per_person: u32,
    /// The complexity of what one person is answered.
    pub complexity_per_person: u32,
    /// The megabytes of new files that one person sends in a day.
    pub upload_megabytes_per_day: u32,
}

impl Default for Rates {
    /// High enough for an office of a county that shares one address, for a tablet that sends what it has kept for a week, and for a
    /// platform that brings its whole stock; low enough that no one of them takes all there is.
    fn default() -> Self {
        Self {
            sign_ins_per_address: 300,
            strangers_per_address: 6_000,
            acts_per_person: 30_000,
            complexity_per_person: 60_000_000,
            upload_megabytes_per_day: 1_000,
        }
    }
}

impl Rates {
    /// Without end: for whoever measures what the machine can do.
    pub const WITHOUT_END: Self = Self {
        sign_ins_per_address: 0,
        strangers_per_address: 0,
        acts_per_person: 0,
        complexity_per_person: 0,
        upload_megabytes_per_day: 0,
    };
}

/// What of it is left.
#[derive(Debug)]
pub(crate) struct Left {
    sign_ins: Option<Bucket<IpAddr>>,
    strangers: Option<Bucket<IpAddr>>,
    /// What their requests cost, apart from how many they are: who asks for much keeps nobody from signing in.
    cost_to_strangers: Option<Bucket<IpAddr>>,
    acts: Option<Bucket<PersonId>>,
    complexity: Option<Bucket<PersonId>>,
    kilobytes: Option<Bucket<PersonId>>,
    /// What was taken of that and did not come, and when the last of it: a day later all is there again anyway.
    kilobytes_over: Mutex<BTreeMap<PersonId, (u64, Instant)>>,
}

impl Left {
    pub(crate) fn of(rates: Rates) -> Self {
        Self {
            sign_ins: Bucket::of(rates.sign_ins_per_address, MINUTE),
            strangers: Bucket::of(rates.strangers_per_address, MINUTE),
            cost_to_strangers: Bucket::of(rates.strangers_per_address, MINUTE),
            acts: Bucket::of(rates.acts_per_person, MINUTE),
            complexity: Bucket::of(rates.complexity_per_person, MINUTE),
            kilobytes: Bucket::of(rates.upload_megabytes_per_day.saturating_mul(1024), DAY),
            kilobytes_over: Mutex::default(),
        }
    }

    /// Takes a password or a code from this address.
    ///
    /// # Errors
    /// How long to wait where nothing is left.
    pub(crate) fn sign_in(&self, from: Option<IpAddr>) -> Result<(), Duration> {
        taken(self.sign_ins.as_ref(), from.map(one_line).as_ref(), 1)
    }

    /// Takes a request of somebody unknown from this address.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn stranger(&self, from: Option<IpAddr>) -> Result<(), Duration> {
        taken(self.strangers.as_ref(), from.map(one_line).as_ref(), 1)
    }

    /// Takes an answer of this complexity to somebody unknown, by tens: of proofs he has a hundredth of what he has of requests.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn stranger_asks(
        &self,
        from: Option<IpAddr>,
        complexity: u64,
    ) -> Result<(), Duration> {
        let much = complexity / 10;
        taken(
            self.cost_to_strangers.as_ref(),
            from.map(one_line).as_ref(),
            much,
        )
    }

    /// Takes an act of this person.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn act(&self, by: PersonId) -> Result<(), Duration> {
        taken(self.acts.as_ref(), Some(&by), 1)
    }

    /// Takes an answer of this complexity to this person.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn answer(&self, to: PersonId, complexity: u64) -> Result<(), Duration> {
        taken(self.complexity.as_ref(), Some(&to), complexity)
    }
}

impl Left {
    /// Takes a new file of this many bytes from this person.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn upload(&self, by: PersonId, bytes: u64) -> Result<(), Duration> {
        let much = self.kilobytes_of(bytes);
        let mut over = self.over();
        let own = over.remove(&by).filter(|(_, since)| since.elapsed() < DAY);
        let (left_over, since) = own.unwrap_or_else(|| (0, Instant::now()));
        let wanted = much.saturating_sub(left_over);
        let taken = taken(self.kilobytes.as_ref(), Some(&by), wanted);
        let still_over = match taken {
            Ok(()) => left_over.saturating_sub(much),
            Err(_) => left_over,
        };
        if still_over > 0 {
            over.insert(by, (still_over, since));
        }
        taken
    }

    /// Gives this person back what was taken for a file of so many bytes and did not come: where the signal is bad, uploads break off all
    /// day.
    pub(crate) fn uploaded_less(&self, by: PersonId, bytes: u64, came: u64) {
        let less = self.kilobytes_of(bytes).saturating_sub(came.div_ceil(1024));
        if less > 0 {
            let most = self.kilobytes_of(u64::MAX);
            let mut over = self.over();
            let (own, since) = over.entry(by).or_insert_with(|| (0, Instant::now()));
            *own = own.saturating_add(less).min(most);
            *since = Instant::now();
        }
    }

    /// Of so many bytes; what is more than there ever is takes all there is.
    fn kilobytes_of(&self, bytes: u64) -> u64 {
        let most = self.kilobytes.as_ref().map_or(0, |all| all.most.get());
        bytes.div_ceil(1024).min(most.into())
    }

    fn over(&self) -> MutexGuard<'_, BTreeMap<PersonId, (u64, Instant)>> {
        self.kilobytes_over
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has a line of IPv6 has 64 bits of addresses on it.
pub(crate) fn one_line(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let line = u128::from(six) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(line))
        }
        four @ IpAddr::V4(_) => four,
    }
}

/// Where what is left trickles in, for each of those who share a rate alike.
#[derive(Debug)]
pub(crate) struct Bucket<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock>,
    most: NonZeroU32,
    taken: AtomicU32,
    clock: DefaultClock,
}

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// After how many takings those are forgotten who have all of it again.
const FORGETS: u32 = 4_096;

impl<K: Hash + Eq + Clone> Bucket<K> {
    pub(crate) fn of(most: u32, within: Duration) -> Option<Self> {
        let most = NonZeroU32::new(most)?;
        let quota = Quota::with_period(within.checked_div(most.get())?)?;
        Some(Self {
            limiter: RateLimiter::dashmap(quota.allow_burst(most)),
            most,
            taken: AtomicU32::new(0),
            clock: DefaultClock::default(),
        })
    }
}

/// Takes so much of what is left to one.
///
/// # Errors
/// How long to wait where not so much is left.
pub(crate) fn taken<K: Hash + Eq + Clone>(
    bucket: Option<&Bucket<K>>,
    of: Option<&K>,
    much: u64,
) -> Result<(), Duration> {
    let (Some(bucket), Some(of)) = (bucket, of) else {
        return Ok(());
    };
    let taken = bucket.taken.fetch_add(1, Ordering::Relaxed);
    if taken % FORGETS == FORGETS - 1 {
        bucket.limiter.retain_recent();
        bucket.limiter.shrink_to_fit();
    }
    // What is more than there ever is takes all there is.
    let much = u32::try_from(much).unwrap_or(u32::MAX);
    let Some(much) = NonZeroU32::new(much.min(bucket.most.get())) else {
        return Ok(());
    };
    let wait = |until: NotUntil<_>| until.wait_time_from(bucket.clock.now());
    match bucket.limiter.check_key_n(of, much) {
        Ok(left) => left.map_err(wait),
        // It is never more than fits.
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_strangers_ask_that_costs_keeps_nobody_from_signing_in() {
        for most in [1, 60, 6_000] {
            let left = Left::of(Rates {
                strangers_per_address: most,
                ..Rates::default()
            });
            let here = Some(address("192.0.2.1"));
            let proofs = (0..200).take_while(|_| left.stranger_asks(here, A_PROOF).is_ok());
            let expected = usize::try_from(most / 100).unwrap().max(1);
            // What trickles in meanwhile may come to one more.
            assert!(
                (expected..=expected + 1).contains(&proofs.count()),
                "{most}"
            );
            assert_eq!(left.stranger(here), Ok(()));
            assert_eq!(
                left.stranger_asks(Some(address("192.0.2.2")), A_PROOF),
                Ok(())
            );
            // What is hardly anything costs nothing.
            assert_eq!(left.stranger_asks(here, 9), Ok(()));
        }
    }

    fn one_each() -> Left {
        Left::of(Rates {
            sign_ins_per_address: 1,
            strangers_per_address: 1,
            acts_per_person: 1,
            complexity_per_person: 100,
            upload_megabytes_per_day: 1,
        })
    }

    #[test]
    fn an_address_has_its_own_and_a_line_of_ipv6_is_one_address() {
        let left = one_each();
        assert_eq!(left.sign_in(Some(address("10.0.0.1"))), Ok(()));
        let wait = left.sign_in(Some(address("10.0.0.1"))).unwrap_err();
        assert!(wait > Duration::from_secs(50) && wait <= Duration::from_mins(1));
        assert_eq!(left.sign_in(Some(address("10.0.0.2"))), Ok(()));
        assert!(left.sign_in(Some(address("::ffff:10.0.0.2"))).is_err());
        assert_eq!(left.sign_in(Some(address("2001:db8:1:2::1"))), Ok(()));
        assert!(left.sign_in(Some(address("2001:db8:1:2:ffff::9"))).is_err());
        assert_eq!(left.sign_in(Some(address("2001:db8:1:3::1"))), Ok(()));
        // Of somebody from nowhere nothing is counted.
        assert_eq!(left.sign_in(None), Ok(()));
        assert_eq!(left.sign_in(None), Ok(()));
        // Each of them has its own measure.
        assert_eq!(left.stranger(Some(address("10.0.0.1"))), Ok(()));
    }

    #[test]
    fn what_costs_more_than_a_minute_gives_takes_the_minute() {
        let left = one_each();
        let [one, other] = [1, 2].map(|id| PersonId::new(uuid::Uuid::from_u128(id)).unwrap());
        assert_eq!(left.answer(one, 60), Ok(()));
        let wait = left.answer(one, 60).unwrap_err();
        assert!(wait > Duration::from_secs(10) && wait <= Duration::from_secs(12));
        assert_eq!(left.answer(one, 40), Ok(()));
        assert_eq!(left.answer(other, 1_000_000), Ok(()));
        assert!(left.answer(other, 1).is_err());
        assert_eq!(left.answer(one, 0), Ok(()));
    }

    #[test]
    fn what_was_uploaded_trickles_in_again_over_a_day() {
        let left = one_each();
        let one = PersonId::new(uuid::Uuid::from_u128(1)).unwrap();
        assert_eq!(left.upload(one, 512 * 1024), Ok(()));
        let wait = left.upload(one, 768 * 1024).unwrap_err();
        let hours = 5 * 3600..=6 * 3600;
        assert!(hours.contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(left.upload(one, 512 * 1024), Ok(()));
        assert!(left.upload(one, 1).is_err());
    }

    #[test]
    fn none_is_without_end() {
        let left = Left::of(Rates::WITHOUT_END);
        let one = PersonId::new(uuid::Uuid::from_u128(1)).unwrap();
        for _ in 0..10_000 {
            assert_eq!(left.act(one), Ok(()));
        }
    }

    #[test]
    fn what_was_announced_and_did_not_come_is_there_again() {
        let left = one_each();
        let by = PersonId::new(uuid::Uuid::from_u128(1)).unwrap();
        let [mega, kilo] = [1024 * 1024, 1024];
        assert!(left.upload(by, mega).is_ok());
        assert!(left.upload(by, kilo).is_err());
        left.uploaded_less(by, mega, 100 * kilo);
        assert!(left.upload(by, 900 * kilo).is_ok());
        assert!(left.upload(by, 25 * kilo).is_err());
        assert!(left.upload(by, 24 * kilo).is_ok());
        // Nobody has more of it than there ever is.
        left.uploaded_less(by, 5 * mega, 0);
        assert!(left.upload(by, mega).is_ok());
        assert!(left.upload(by, kilo).is_err());
    }

    #[tokio::test]
    async fn what_did_not_come_is_given_back_for_a_day() {
        tokio::time::pause();
        let by = PersonId::new(uuid::Uuid::from_u128(1)).unwrap();
        let mega = 1024 * 1024;
        let is_there_again = async |hours| {
            let left = one_each();
            assert!(left.upload(by, mega).is_ok());
            left.uploaded_less(by, mega, 0);
            tokio::time::advance(Duration::from_hours(hours)).await;
            left.upload(by, mega).is_ok()
        };
        assert!(is_there_again(23).await);
        assert!(
            !is_there_again(24).await,
            "the day has given it back by itself"
        );
    }
}
