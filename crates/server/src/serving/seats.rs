//! How many connections are open at once, in all and from one address. Where there is no more room, whichever has asked nothing for
//! the longest time makes room for the newcomer; where all of them are being answered, the newcomer is turned away.

use super::figures::{Figures, TurnedAway};
use crate::address::Proxies;
use crate::rates::one_line;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How often the log is told at most that there is no more room.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// How long somebody who was told to leave is waited for.
const LEAVES: Duration = Duration::from_millis(100);

/// Where connections sit.
#[derive(Debug)]
pub(super) struct Seats {
    most: usize,
    /// None is without end.
    per_address: Option<usize>,
    proxies: Proxies,
    figures: Figures,
    taken: Mutex<Taken>,
    /// How many are held, also by those who have been told to leave and have not left.
    held: AtomicUsize,
    left: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Arc<Place>>,
    /// How many come from each address for which there is a bound.
    from: HashMap<IpAddr, usize>,
    /// When the log was told last, and how many have had to go since then.
    told: Option<Instant>,
    gone: u64,
}

#[derive(Debug)]
struct Place {
    /// None of a proxy that one trusts: through it many people come.
    address: Option<IpAddr>,
    leave: CancellationToken,
    doing: Mutex<Doing>,
}

#[derive(Clone, Copy, Debug)]
struct Doing {
    requests: u32,
    /// Since when there has been none.
    idle_since: Instant,
}

impl Place {
    fn doing(&self) -> MutexGuard<'_, Doing> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_since(&self) -> Option<Instant> {
        let doing = *self.doing();
        (doing.requests == 0).then_some(doing.idle_since)
    }
}

impl Seats {
    pub(super) fn new(
        most: usize,
        per_address: Option<usize>,
        proxies: Proxies,
        figures: Figures,
    ) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            per_address,
            proxies,
            figures,
            taken: Mutex::default(),
            held: AtomicUsize::new(0),
            left: Notify::new(),
        })
    }

    /// A seat for whoever has connected from this address; none where he is turned away.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Arc<Seat>> {
        let bounded = self.per_address.is_some() && !self.proxies.trusts(address);
        let address = bounded.then(|| one_line(address));
        let mut taken = self.taken();
        let from_there = address.and_then(|address| taken.from.get(&address).copied());
        let is_full_of_them = from_there >= self.per_address && from_there.is_some();
        if is_full_of_them || taken.seats.len() >= self.most {
            let among = address.filter(|_| is_full_of_them);
            let made_room = taken.made_room(among);
            self.figures.turned_away(&TurnedAway {
                bound: if is_full_of_them { "address" } else { "all" },
                who: if made_room { "idle" } else { "newcomer" },
            });
            taken.tell();
            if !made_room {
                return None;
            }
        }
        let number = taken.next;
        taken.next = number.wrapping_add(1);
        let place = Arc::new(Place {
            address,
            leave: CancellationToken::new(),
            doing: Mutex::new(Doing {
                requests: 0,
                idle_since: Instant::now(),
            }),
        });
        taken.seats.insert(number, Arc::clone(&place));
        if let Some(address) = address {
            let there = taken.from.entry(address).or_default();
            *there = there.saturating_add(1);
        }
        self.figures.open(taken.seats.len());
        drop(taken);
        self.held.fetch_add(1, Ordering::AcqRel);
        Some(Arc::new(Seat {
            seats: Arc::clone(self),
            number,
            place,
        }))
    }

    /// Waits until those have left who were told to, but not for one who asked something at the last moment: nobody else is let in before,
    /// or more files would be open than there are seats.
    pub(super) async fn settled(&self) {
        let all_left = async {
            while self.held.load(Ordering::Acquire) > self.most {
                self.left.notified().await;
            }
        };
        drop(timeout(LEAVES, all_left).await);
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Lets whoever has been idle longest go, of all or of those from one address; whether there is one.
    fn made_room(&mut self, among: Option<IpAddr>) -> bool {
        let candidates = self
            .seats
            .iter()
            .filter(|(_, place)| among.is_none() || place.address == among);
        let idle = candidates.filter_map(|(number, place)| Some((place.idle_since()?, *number)));
        let Some((_, longest)) = idle.min() else {
            return false;
        };
        if let Some(place) = self.left(longest) {
            place.leave.cancel();
        }
        true
    }

    fn left(&mut self, number: u64) -> Option<Arc<Place>> {
        let place = self.seats.remove(&number)?;
        if let Some(address) = place.address
            && let Some(there) = self.from.get_mut(&address)
        {
            *there = there.saturating_sub(1);
            if *there == 0 {
                self.from.remove(&address);
            }
        }
        Some(place)
    }

    /// Tells the log, once in a while.
    fn tell(&mut self) {
        self.gone = self.gone.saturating_add(1);
        if self.told.is_some_and(|told| told.elapsed() < TOLD_EVERY) {
            return;
        }
        tracing::warn!(
            open = self.seats.len(),
            gone = self.gone,
            "as many connections are open as may be, in all or from one address; the longest idle make room, and where none is \
             idle, newcomers are turned away"
        );
        self.told = Some(Instant::now());
        self.gone = 0;
    }
}

/// A connection's seat, as long as it is held.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    place: Arc<Place>,
}

impl Seat {
    /// Since when nothing that was asked is being answered; none while something is.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.place.idle_since()
    }

    /// Ends when the seat must be left, unless something is asked meanwhile.
    pub(super) async fn told_to_leave(&self) {
        self.place.leave.cancelled().await;
    }

    /// Notes that a request is answered, as long as what is returned is held.
    pub(super) fn asked(self: &Arc<Self>) -> Answering {
        let mut doing = self.place.doing();
        doing.requests = doing.requests.saturating_add(1);
        drop(doing);
        Answering(Some(Arc::clone(self)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.left(self.number);
        self.seats.figures.open(taken.seats.len());
        drop(taken);
        self.seats.held.fetch_sub(1, Ordering::AcqRel);
        self.seats.left.notify_one();
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Answering(Option<Arc<Seat>>);

impl Answering {
    /// Goes on as long as the connection does: it has become a conversation.
    pub(super) fn without_end(mut self) {
        self.0 = None;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(seat) = &self.0 {
            let mut doing = seat.place.doing();
            doing.requests = doing.requests.saturating_sub(1);
            doing.idle_since = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(most: usize, per_address: usize, proxies: &str) -> Arc<Seats> {
        let proxies = Proxies::parse(proxies).unwrap();
        Seats::new(most, Some(per_address), proxies, Figures::default())
    }

    fn from(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn must_leave(seat: &Seat) -> bool {
        seat.place.leave.is_cancelled()
    }

    #[test]
    fn whoever_has_been_idle_longest_makes_room_for_a_newcomer() {
        let seats = seats(3, 3, "");
        let [first, second, third] = [1, 2, 3].map(|last| seats.take(from(last)).unwrap());
        drop(first.asked());
        let fourth = seats.take(from(4)).unwrap();
        assert!(must_leave(&second), "the first has been answered since");
        assert!(
            ![&first, &third, &fourth]
                .into_iter()
                .any(|one| must_leave(one))
        );
        // One that was let go is counted no more, and its end counts nothing twice.
        drop(second);
        let _answered = [&first, &third, &fourth].map(Seat::asked);
        assert!(seats.take(from(5)).is_none());
        drop(first);
        assert!(seats.take(from(5)).is_none(), "it is answered still");
    }

    #[test]
    fn an_address_that_has_as_many_as_it_may_takes_the_place_of_its_own_alone() {
        let seats = seats(9, 2, "10.0.0.9");
        let other = seats.take(from(1)).unwrap();
        let [first, second] = [2, 2].map(|last| seats.take(from(last)).unwrap());
        let third = seats.take(from(2)).unwrap();
        assert!(must_leave(&first) && !must_leave(&other) && !must_leave(&second));
        let _answered = [&second, &third].map(Seat::asked);
        assert!(seats.take(from(2)).is_none());
        assert!(seats.take(from(3)).is_some());
        // Through a proxy that one trusts many people come.
        let through: Vec<_> = (0..5).map(|_| seats.take(from(9)).unwrap()).collect();
        assert!(!through.iter().any(|one| must_leave(one)));
    }

    #[test]
    fn a_conversation_is_never_idle() {
        let seats = seats(1, 1, "");
        let seat = seats.take(from(1)).unwrap();
        seat.asked().without_end();
        assert_eq!(seat.idle_since(), None);
        assert!(seats.take(from(2)).is_none());
        drop(seat);
        assert!(seats.take(from(2)).is_some());
    }
}
