//! Dates from rules: windows, the counting behind them, and why a date cannot be had.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Anchor, Cadence, Edge, Explanation, Limit, Offset, Policy, Rule, Unit};
use crate::calendar::{Calendar, InChinese, NotCovered, Skipped};

/// The days on which an act is in time, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first day; `None` if the act may come at any time before the last.
    pub opens: Option<ComputedDate>,
    /// The last day. The day itself is still in time (spec §2.3).
    pub closes: ComputedDate,
}

/// A date with the reason for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputedDate {
    /// The date, Asia/Shanghai.
    pub on: NaiveDate,
    /// Why it is this one.
    pub because: Explanation,
}

/// Why a date cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// The rule starts from an event that was not given.
    #[error(
        "推算“{}”的时限缺少起算日，请补充：{}",
        limit.name(),
        names(anchors)
    )]
    MissingAnchor {
        /// The limit asked for.
        limit: Limit,
        /// What the rule could start from; one of them is enough.
        anchors: Vec<Anchor>,
    },
    /// Several starts were given where only one can be meant.
    #[error(
        "推算“{}”的时限给出了不止一个起算日（{}），请只保留一个",
        limit.name(),
        names(anchors)
    )]
    AmbiguousAnchor {
        /// The limit asked for.
        limit: Limit,
        /// Those given.
        anchors: Vec<Anchor>,
    },
    /// The count leaves the loaded calendar.
    #[error(transparent)]
    NotCovered(#[from] NotCovered),
    /// The window would end before it begins on these dates.
    #[error(
        "“{}”的起始日{}晚于截止日{}，请检查时限规则",
        limit.name(),
        InChinese(*opens_on),
        InChinese(*closes_on)
    )]
    OpensAfterCloses {
        /// The limit asked for.
        limit: Limit,
        /// The first day computed.
        opens_on: NaiveDate,
        /// The last day computed.
        closes_on: NaiveDate,
    },
    /// The date lies beyond the time that can be written; the start is surely mistyped.
    #[error(
        "自{}推算“{}”的时限超出日期范围，请核对起算日",
        InChinese(*anchor_on),
        limit.name()
    )]
    OutOfRange {
        /// The limit asked for.
        limit: Limit,
        /// The start given.
        anchor_on: NaiveDate,
    },
}

impl Window {
    pub(super) fn new(
        limit: Limit,
        opens: Option<ComputedDate>,
        closes: ComputedDate,
    ) -> Result<Self, DateError> {
        let opens_on = opens.as_ref().map(|date| date.on);
        match opens_on.filter(|opens_on| *opens_on > closes.on) {
            Some(opens_on) => Err(DateError::OpensAfterCloses {
                limit,
                opens_on,
                closes_on: closes.on,
            }),
            None => Ok(Self { opens, closes }),
        }
    }
}

impl fmt::Display for ComputedDate {
    /// One sentence for a clerk: the date, what it is, how it was counted, who says so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}为{}", InChinese(self.on), self.because)
    }
}

impl Policy {
    pub(super) fn compute(
        &self,
        rule: &Rule,
        edge: Edge,
        offset: Offset,
        (anchor, anchor_on): (Anchor, NaiveDate),
        calendar: &Calendar,
    ) -> Result<ComputedDate, DateError> {
        let out_of_range = DateError::OutOfRange {
            limit: rule.limit,
            anchor_on,
        };
        let reached = self
            .reach(offset, anchor_on, calendar)?
            .ok_or(out_of_range)?;
        let because = Explanation {
            limit: rule.limit,
            edge,
            policy: self.reference().clone(),
            anchor,
            anchor_on,
            amount: offset.amount,
            unit: offset.unit,
            source: rule.source.clone(),
            calendar_version: reached.by_calendar.then(|| calendar.version()),
            skipped: reached.skipped,
            made_up: reached.made_up,
        };
        Ok(ComputedDate {
            on: reached.on,
            because,
        })
    }

    /// `None` if the day lies beyond the time chrono can write.
    fn reach(
        &self,
        Offset { amount, unit }: Offset,
        from: NaiveDate,
        calendar: &Calendar,
    ) -> Result<Option<Reached>, NotCovered> {
        let count = amount.unsigned_abs();
        let back = amount < 0;
        let on = match unit {
            Unit::WorkingDays => return working_days(calendar, from, amount).map(Some),
            Unit::Circulars => return self.circular(count, from, calendar),
            Unit::Days if back => from.checked_sub_days(Days::new(count.into())),
            Unit::Days => from.checked_add_days(Days::new(count.into())),
            Unit::Months if back => from.checked_sub_months(Months::new(count)),
            Unit::Months => from.checked_add_months(Months::new(count)),
            Unit::DayOfNextMonth => day_of_next_month(count, from),
        };
        Ok(on.map(Reached::without_calendar))
    }

    /// The day the `n`-th circular is due whose period ends after `from`.
    fn circular(
        &self,
        n: u32,
        from: NaiveDate,
        calendar: &Calendar,
    ) -> Result<Option<Reached>, NotCovered> {
        let next = |end: NaiveDate| Some(self.circulation_cadence().period(end.succ_opt()?)?.until);
        let Some(period_end) = (0..n).try_fold(from, |end, _| next(end)) else {
            return Ok(None);
        };
        // L-CIRC itself never counts in circulars (checked on load), so this ends.
        self.reach(self.rule(Limit::Circulation).closes, period_end, calendar)
    }
}

struct Reached {
    on: NaiveDate,
    by_calendar: bool,
    skipped: Vec<Skipped>,
    made_up: Vec<NaiveDate>,
}

impl Reached {
    fn without_calendar(on: NaiveDate) -> Self {
        Self {
            on,
            by_calendar: false,
            skipped: Vec::new(),
            made_up: Vec::new(),
        }
    }
}

fn working_days(calendar: &Calendar, from: NaiveDate, amount: i32) -> Result<Reached, NotCovered> {
    let count = amount.unsigned_abs();
    let counted = if amount < 0 {
        calendar.before(from, count)?
    } else {
        calendar.after(from, count)?
    };
    let (on, skipped, made_up) = (counted.on, counted.skipped, counted.made_up);
    Ok(Reached {
        on,
        by_calendar: true,
        skipped,
        made_up,
    })
}

fn day_of_next_month(day: u32, from: NaiveDate) -> Option<NaiveDate> {
    let next = Cadence::Monthly.period(from)?.until.succ_opt()?;
    let last = Cadence::Monthly.period(next)?.until;
    last.with_day(day.min(last.day()))
}

fn names(anchors: &[Anchor]) -> String {
    let names: Vec<_> = anchors.iter().map(|anchor| anchor.name()).collect();
    names.join("、")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::seeds::{changed, policy};
    use super::*;
    use crate::calendar::tests::{date, shipped as calendar};

    #[test]
    fn a_deadline_outside_the_calendar_is_an_error() {
        #[track_caller]
        fn check(deadline: &str, expected: Result<&str, &str>) {
            let anchors = [(Anchor::Deadline, date(deadline))];
            let due = policy("shuangpai").due(Limit::ExtensionApplication, &anchors, &calendar());
            let missing = |on: &str| DateError::from(NotCovered { on: date(on) });
            assert_eq!(due.map(|due| due.on), expected.map(date).map_err(missing));
        }
        check("2027-01-01", Ok("2026-12-11"));
        check("2027-01-02", Err("2027-01-01"));
    }

    #[test]
    fn calendar_days_need_no_calendar() {
        let empty = Calendar::new([]).expect("empty");
        let anchors = [(Anchor::Deadline, date("2031-06-30"))];
        let due = policy("hubei")
            .due(Limit::Verification, &anchors, &empty)
            .expect("computed");
        assert_eq!(
            (due.on, due.because.calendar_version),
            (date("2031-07-10"), None)
        );
    }

    #[test]
    fn an_absurd_start_is_an_error() {
        let anchors = [
            (Anchor::Deadline, NaiveDate::MAX),
            (Anchor::Assigned, NaiveDate::MAX),
        ];
        for limit in [Limit::Verification, Limit::Criticism, Limit::DeadlineCap] {
            let due = policy("hubei").due(limit, &anchors, &calendar());
            assert_eq!(
                due,
                Err(DateError::OutOfRange {
                    limit,
                    anchor_on: NaiveDate::MAX
                })
            );
        }
    }

    #[test]
    fn a_window_tells_both_of_its_ends() {
        let anchors = [(Anchor::StruckOff, date("2026-11-30"))];
        let window = policy("shuangpai").window(Limit::LookBack, &anchors, &calendar());
        let window = window.expect("computed");
        let opens_on = window.opens.map(|opens| opens.on);
        assert_eq!(opens_on, Some(date("2026-12-01")));
        assert_eq!(window.closes.on, date("2027-02-28"));
    }

    #[test]
    fn a_window_that_inverts_on_its_dates_is_an_error() {
        // Roughly in order, but the week of 国庆节 pushes the opening past the end.
        let window = json!({
            "opens": { "amount": 5, "unit": "WORKING_DAYS" },
            "closes": { "amount": 7, "unit": "DAYS" },
        });
        let policy = changed(Limit::Assignment, "window", window);
        let on = |text| [(Anchor::Listed, date(text))];
        assert!(
            policy
                .window(Limit::Assignment, &on("2026-06-01"), &calendar())
                .is_ok()
        );
        assert_eq!(
            policy.window(Limit::Assignment, &on("2026-09-30"), &calendar()),
            Err(DateError::OpensAfterCloses {
                limit: Limit::Assignment,
                opens_on: date("2026-10-13"),
                closes_on: date("2026-10-07"),
            })
        );
    }
}
