//! Recurring duties: how long a period is, and which period a day lies in.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// How often a duty recurs. Periods follow the calendar, they do not float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Cadence {
    /// Monday to Sunday.
    Weekly,
    /// The 1st to the 15th, and the 16th to the end of the month.
    HalfMonthly,
    /// A month.
    Monthly,
    /// A quarter.
    Quarterly,
    /// A year.
    Yearly,
}

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day; what `PERIOD_END` stands for.
    pub until: NaiveDate,
}

/// The first half of a month ends on this day.
const MID_MONTH: u32 = 15;

impl Cadence {
    /// The name in Chinese.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Weekly => "每周",
            Self::HalfMonthly => "每半月",
            Self::Monthly => "每月",
            Self::Quarterly => "每季度",
            Self::Yearly => "每年",
        }
    }

    /// The period `on` lies in; `None` at the very ends of the time chrono can write.
    #[must_use]
    pub fn period(self, on: NaiveDate) -> Option<Period> {
        let month_from = on.with_day(1)?;
        let months = |from: NaiveDate, n: u32| {
            let next = from.checked_add_months(Months::new(n))?;
            Some(Period {
                from,
                until: next.pred_opt()?,
            })
        };
        match self {
            Self::Weekly => {
                let days = Days::new(on.weekday().num_days_from_monday().into());
                let from = on.checked_sub_days(days)?;
                Some(Period {
                    from,
                    until: from.checked_add_days(Days::new(6))?,
                })
            }
            Self::HalfMonthly if on.day() <= MID_MONTH => Some(Period {
                from: month_from,
                until: on.with_day(MID_MONTH)?,
            }),
            Self::HalfMonthly => {
                let from = on.with_day(MID_MONTH + 1)?;
                Some(Period {
                    from,
                    ..months(month_from, 1)?
                })
            }
            Self::Monthly => months(month_from, 1),
            Self::Quarterly => months(month_from.with_month0(on.month0() / 3 * 3)?, 3),
            Self::Yearly => months(month_from.with_month0(0)?, 12),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::tests::date;

    #[test]
    fn periods_follow_the_calendar() {
        #[track_caller]
        fn check(cadence: Cadence, on: &str, from: &str, until: &str) {
            let expected = Period {
                from: date(from),
                until: date(until),
            };
            assert_eq!(cadence.period(date(on)), Some(expected), "{cadence:?} {on}");
        }
        check(Cadence::Weekly, "2026-11-23", "2026-11-23", "2026-11-29");
        check(Cadence::Weekly, "2026-01-01", "2025-12-29", "2026-01-04");
        check(
            Cadence::HalfMonthly,
            "2026-02-15",
            "2026-02-01",
            "2026-02-15",
        );
        check(
            Cadence::HalfMonthly,
            "2026-02-16",
            "2026-02-16",
            "2026-02-28",
        );
        check(
            Cadence::HalfMonthly,
            "2024-02-29",
            "2024-02-16",
            "2024-02-29",
        );
        check(Cadence::Monthly, "2026-01-31", "2026-01-01", "2026-01-31");
        check(Cadence::Quarterly, "2026-05-31", "2026-04-01", "2026-06-30");
        check(Cadence::Quarterly, "2026-12-31", "2026-10-01", "2026-12-31");
        check(Cadence::Yearly, "2024-02-29", "2024-01-01", "2024-12-31");
    }

    proptest! {
        #[test]
        fn periods_neither_overlap_nor_leave_gaps(days in 0..1096_u64) {
            let on = date("2024-01-01") + Days::new(days);
            for cadence in [
                Cadence::Weekly, Cadence::HalfMonthly, Cadence::Monthly, Cadence::Quarterly,
                Cadence::Yearly,
            ] {
                let period = cadence.period(on).expect("representable");
                prop_assert!(period.from <= on && on <= period.until);
                prop_assert_eq!(cadence.period(period.from), Some(period));
                prop_assert_eq!(cadence.period(period.until), Some(period));
                let next = cadence.period(period.until.succ_opt().expect("next"));
                prop_assert_eq!(next.map(|next| next.from.pred_opt()), Some(Some(period.until)));
            }
        }
    }
}
