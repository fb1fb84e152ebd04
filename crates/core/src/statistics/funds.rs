//! 治理资金: amounts whose members can be named.

use crate::values::{Fen, HazardId};

/// A sum of money, and of which hazards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    total: Fen,
    of: Vec<HazardId>,
}

impl Amount {
    /// The sum; none beyond what an amount can be.
    pub(super) fn sum(each: impl IntoIterator<Item = (HazardId, Fen)>) -> Option<Self> {
        let (of, money): (Vec<_>, Vec<Fen>) = each.into_iter().unzip();
        let mut money = money.into_iter();
        let total = money.try_fold(Fen::ZERO, Fen::checked_add)?;
        Some(Self { total, of })
    }

    /// The sum.
    #[must_use]
    pub fn total(&self) -> Fen {
        self.total
    }

    /// The hazards that have an amount, be it nothing.
    #[must_use]
    pub fn of(&self) -> &[HazardId] {
        &self.of
    }
}
