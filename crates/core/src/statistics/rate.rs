//! A rate with its members, and days with their mean and median.

use crate::figures::Ratio;
use crate::values::HazardId;

/// A rate whose members can be named. It counts its members, so that they are always as many as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    counted: Vec<HazardId>,
    of: Vec<HazardId>,
}

impl Rate {
    /// Those counted, of those looked at.
    pub(super) fn new(counted: Vec<HazardId>, of: Vec<HazardId>) -> Self {
        Self { counted, of }
    }

    /// Numerator and denominator, which print as a percentage with both (rule 23).
    #[must_use]
    pub fn ratio(&self) -> Ratio {
        Ratio {
            numerator: count(&self.counted),
            denominator: count(&self.of),
        }
    }

    /// The numerator's members; a hazard is named as often as it counts.
    #[must_use]
    pub fn counted(&self) -> &[HazardId] {
        &self.counted
    }

    /// The denominator's members; a hazard is named as often as it counts.
    #[must_use]
    pub fn of(&self) -> &[HazardId] {
        &self.of
    }
}

/// How many; a county has not got four billion of anything.
pub(crate) fn count<T>(members: &[T]) -> u32 {
    u32::try_from(members.len()).unwrap_or(u32::MAX)
}

/// 整改天数: mean and median of whole days, each in tenths (`497` is 49.7 days).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    mean_tenths: u64,
    median_tenths: u64,
    of: Vec<HazardId>,
}

impl Days {
    /// The mean and median of these days; none of nothing.
    pub(super) fn of_each(each: impl IntoIterator<Item = (HazardId, u64)>) -> Option<Self> {
        let (of, mut days): (Vec<_>, Vec<_>) = each.into_iter().unzip();
        days.sort_unstable();
        let number = u64::try_from(days.len()).ok()?;
        let sum: u64 = days.iter().sum();
        // Half up in whole numbers: (20·sum + n) / 2n.
        let mean_tenths = (20 * sum + number).checked_div(2 * number)?;
        // With an odd number the middle one is met from both ends.
        let upper = days.get(days.len() / 2)?;
        let lower = days.get((days.len() - 1) / 2)?;
        Some(Self {
            mean_tenths,
            median_tenths: 5 * (lower + upper),
            of,
        })
    }

    /// 平均整改天数, in tenths, rounded half up.
    #[must_use]
    pub fn mean_tenths(&self) -> u64 {
        self.mean_tenths
    }

    /// 整改天数中位数, in tenths; exact, since between two whole numbers lies at most half a day.
    #[must_use]
    pub fn median_tenths(&self) -> u64 {
        self.median_tenths
    }

    /// Of which hazards.
    #[must_use]
    pub fn of(&self) -> &[HazardId] {
        &self.of
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn check(days: &[u64], mean_tenths: u64, median_tenths: u64) {
        let id = HazardId::new(Uuid::from_u128(0x3001)).unwrap();
        let found = Days::of_each(days.iter().map(|days| (id, *days))).unwrap();
        let tenths = (found.mean_tenths(), found.median_tenths());
        assert_eq!(tenths, (mean_tenths, median_tenths), "{days:?}");
        assert_eq!(found.of().len(), days.len());
    }

    #[test]
    fn mean_and_median_are_rounded_half_up_to_tenths() {
        check(&[0], 0, 0);
        check(&[7], 70, 70);
        check(&[1, 2], 15, 15);
        check(&[3, 1, 2], 20, 20);
        check(&[0, 0, 1], 3, 0);
        check(&[0, 0, 0, 1], 3, 0);
        check(&[1, 1, 2, 9], 33, 15);
        let twenty = [vec![0; 19], vec![1]].concat();
        check(&twenty, 1, 0);
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(Days::of_each([]), None);
    }
}
