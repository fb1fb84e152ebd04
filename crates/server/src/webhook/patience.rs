//! How long one waits, and for what.

use std::time::Duration;

/// How long is waited for a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until there is a connection: the name looked up, connected, and the certificate checked.
    pub connecting: Duration,
    /// Until there is an answer, the connection included.
    pub answer: Duration,
    /// After the first message that was not taken.
    pub first: Duration,
    /// After one of many.
    pub longest: Duration,
    /// Until one looks whether the ledger has grown although nobody said so: another process may have written, or may have
    /// set the place anew.
    pub tick: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            first: Duration::from_secs(1),
            longest: Duration::from_mins(5),
            tick: Duration::from_secs(5),
        }
    }
}

impl Patience {
    /// The wait after this many failures one after the other: twice as long each time, and of that between half and all, by
    /// chance, so that receivers which come back are not met by everybody at once.
    pub(super) fn after(&self, failures: u32, chance: u16) -> Duration {
        let longer = 2_u32.saturating_pow(failures.saturating_sub(1));
        let most = self.first.saturating_mul(longer).min(self.longest);
        let half = most / 2;
        half + half * u32::from(chance) / u32::from(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_as_long_up_to_the_longest() {
        let patience = Patience::default();
        let most = |failures| patience.after(failures, u16::MAX).as_secs();
        let waits = [1, 2, 3, 4, 9, 10, 40, u32::MAX].map(most);
        assert_eq!(waits, [1, 2, 4, 8, 256, 300, 300, 300]);
    }

    #[test]
    fn chance_shortens_a_wait_by_half_at_most() {
        let patience = Patience::default();
        let [least, some, most] = [0, 30_000, u16::MAX].map(|chance| patience.after(3, chance));
        assert_eq!(
            (least, most),
            (Duration::from_secs(2), Duration::from_secs(4))
        );
        assert!(least < some && some < most);
    }
}
