//! 整改期限, told in words: where it was set, how it was extended, and how much of it is left.

use crate::acts::GrantedExtension;
use crate::calendar::{Calendar, InChinese};
use crate::dossier::Term;
use crate::hazard::Hazard;
use crate::overdue::is_overdue;
use crate::values::DocumentNumber;
use chrono::NaiveDate;
use std::fmt;

/// 整改期限 of the present cycle, as it is told on a day: printed, it is what a clerk reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineTold<'a> {
    /// The time allowed.
    pub term: Term,
    /// The extensions that were granted, first to last.
    pub grants: &'a [GrantedExtension],
    /// The order that set the original deadline; none while an order that came back leaves nobody who must keep it.
    set_by: Option<&'a DocumentNumber>,
    stands: Stands,
}

/// Where a deadline stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// It runs: so many days, and working days where the calendar knows, are left after this day.
    Left {
        on: NaiveDate,
        days: i64,
        working_days: Option<u32>,
    },
    Overdue {
        on: NaiveDate,
        days: u32,
    },
    /// 验收 is applied for in time: while that is undecided nothing runs.
    AppliedInTime {
        on: NaiveDate,
    },
    /// The work has passed, by its application of this day.
    Passed {
        applied_on: NaiveDate,
    },
    /// It left the list, and nothing runs any more.
    OffList,
}

/// Working days left of a deadline after a day: 0 once it has passed; none where the calendar does not reach so far.
#[must_use]
pub fn working_days_left(due_on: NaiveDate, on: NaiveDate, calendar: &Calendar) -> Option<u32> {
    calendar.between(on, due_on).ok()
}

impl Hazard {
    /// The deadline of the present cycle, as it is told at the end of the day `on`; none before its first order.
    #[must_use]
    pub fn deadline_told(&self, on: NaiveDate, calendar: &Calendar) -> Option<DeadlineTold<'_>> {
        let term = self.time_allowed()?;
        let cycle = &self.entry()?.cycle;
        let first = cycle.superseded.first().map(|first| &first.old);
        let present = self.assignment().or_else(|| self.left_under());
        let present = || present.map(|assignment| &assignment.order);
        let running = |due_on: NaiveDate| match self.days_overdue(on) {
            Some(days) => Stands::Overdue { on, days },
            None => Stands::Left {
                on,
                days: due_on.signed_duration_since(on).num_days(),
                working_days: working_days_left(due_on, on, calendar),
            },
        };
        let stands = match (self.running_deadline(), self.application()) {
            (Some(due_on), _) => running(due_on),
            (None, Some(application)) if self.acceptance().is_some() => Stands::Passed {
                applied_on: application.applied_on,
            },
            (None, Some(application)) => Stands::AppliedInTime {
                on: application.applied_on,
            },
            (None, None) if self.status().is_off_list() => Stands::OffList,
            (None, None) => running(term.due_on),
        };
        Some(DeadlineTold {
            term,
            grants: &cycle.grants,
            set_by: first.or_else(present).map(|order| &order.document),
            stands,
        })
    }
}

impl fmt::Display for DeadlineTold<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let original = InChinese(self.term.original_due_on);
        let name = if self.grants.is_empty() {
            "整改期限"
        } else {
            "原期限"
        };
        write!(f, "{name}为{original}（含当日），")?;
        match self.set_by {
            Some(document) => write!(f, "由{document}确定")?,
            None => f.write_str("由退回的交办单确定，重新交办后不变")?,
        }
        for grant in self.grants {
            let until = InChinese(grant.until_on);
            write!(f, "；经{}批准延至{until}", grant.document)?;
        }
        match self.stands {
            Stands::Left { on, days: 0, .. } => {
                write!(f, "。{}是最后一天，当日不算超期。", InChinese(on))
            }
            Stands::Left {
                on,
                days,
                working_days,
            } => {
                write!(f, "。{}之后还剩{days}天", InChinese(on))?;
                match working_days {
                    Some(working_days) => write!(f, "，其中工作日{working_days}个。"),
                    None => f.write_str("；该时段的工作日历尚未载入，工作日数无法推算。"),
                }
            }
            Stands::Overdue { on, days } => {
                write!(f, "。截至{}已超期{days}天。", InChinese(on))
            }
            Stands::AppliedInTime { on } => {
                let on = InChinese(on);
                write!(f, "。{on}已在期限内申请验收，作出验收结论之前不计超期。")
            }
            Stands::OffList => f.write_str("。这条隐患已不在单，期限不再计算。"),
            Stands::Passed { applied_on } => {
                let on = InChinese(applied_on);
                if is_overdue(self.term.due_on, applied_on) {
                    write!(f, "。{on}申请的验收已经合格，超过期限完成整改。")
                } else {
                    write!(f, "。{on}申请的验收已经合格，按期完成整改。")
                }
            }
        }
    }
}
