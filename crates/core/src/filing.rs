//! 专委会报送: what each committee files with the office for each period, by the county's plan 月度工作要点及落实情况.
//!
//! A filing says how many major hazards were found, and nought is said like any other number (零报告): who has found nothing says so, and
//! who says nothing is missing. It stands for ever; what was wrong in it is put right by another for the same period, with its reason.

use crate::actor::{Actor, Role};
use crate::context::{Context, County, first_day};
use crate::policy::{Anchor, DateError, Limit, Period, Window};
use crate::refusal::{Refusal, Refusals};
use crate::values::vocabulary::vocabulary;
use crate::values::{Prose, Reason, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 工作要点, or 落实情况, of one period.
pub type FiledText = Prose<4000>;

/// Who files, for the unit that leads the committee or for the committee itself.
pub const FILES: Role = Role::Lead;

/// 专委会报送, as it is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilePeriod {
    /// 专委会.
    pub committee: UnitId,
    /// 报送期间: any day of it; how long one is, the time limit L-FILING says.
    pub day: NaiveDate,
    /// 工作要点.
    pub key_work: FiledText,
    /// 落实情况.
    pub carried_out: FiledText,
    /// 本期排查发现的重大隐患, how many; 0 is 零报告.
    pub found: u32,
    /// 更正理由: why it takes the place of what was filed for the period before.
    pub correction: Option<Reason>,
}

/// 专委会已报送.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodFiled {
    /// 专委会.
    pub committee: UnitId,
    /// The first day of the period.
    pub from: NaiveDate,
    /// The last day of the period.
    pub until: NaiveDate,
    /// 工作要点.
    pub key_work: FiledText,
    /// 落实情况.
    pub carried_out: FiledText,
    /// 本期排查发现的重大隐患, how many; 0 is 零报告.
    pub found: u32,
    /// 更正理由; none of the first for its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Reason>,
}

vocabulary! {
    /// How a committee stands with what it files for a period.
    FilingStanding "报送情况" {
        /// It filed in time.
        InTime "IN_TIME" "按时报送",
        /// It filed after the last day for it.
        Late "LATE" "逾期报送",
        /// It has not filed, and still has time.
        NotYetDue "NOT_YET_DUE" "未到期",
        /// It has not filed, and the last day for it is over.
        Missing "MISSING" "逾期未报",
    }
}

impl FilingStanding {
    /// How one stands at the end of a day who had to file by another, and has filed on a third or not at all. A correction comes
    /// no later than what it corrects.
    #[must_use]
    pub fn on(day: NaiveDate, due_on: NaiveDate, filed_on: Option<NaiveDate>) -> Self {
        match filed_on {
            Some(filed_on) if filed_on <= due_on => Self::InTime,
            Some(_) => Self::Late,
            None if day <= due_on => Self::NotYetDue,
            None => Self::Missing,
        }
    }
}

/// For which periods which committees have filed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filings(BTreeSet<(NaiveDate, NaiveDate, UnitId)>);

impl Filings {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take_in(&mut self, says: &PeriodFiled) {
        self.0.insert((says.from, says.until, says.committee));
    }

    fn has(&self, committee: UnitId, Period { from, until }: Period) -> bool {
        self.0.contains(&(from, until, committee))
    }
}

impl County {
    /// The period of filings in which a day lies, as the time limit L-FILING divides the year; the day by itself at the very ends of the time
    /// that can be written.
    #[must_use]
    pub fn filing_period(&self, day: NaiveDate) -> Period {
        let period = self.policy.filing_cadence().period(day);
        period.unwrap_or(Period {
            from: day,
            until: day,
        })
    }

    /// From when and until when it is in time to file for a period.
    ///
    /// # Errors
    /// [`DateError`] where that cannot be computed.
    pub fn filing_window(&self, period: Period) -> Result<Window, DateError> {
        let anchors = [(Anchor::PeriodEnd, period.until)];
        let limit = Limit::CommitteeFiling;
        self.policy.window(limit, &anchors, &self.calendar)
    }

    /// Whether somebody files for a committee.
    pub(crate) fn files_for(&self, actor: &Actor, committee: UnitId) -> bool {
        let committee = self.directory.committee(committee);
        actor.role == FILES && committee.is_some_and(|own| own.is_of(actor.unit))
    }
}

impl PeriodFiled {
    /// For which period.
    #[must_use]
    pub fn period(&self) -> Period {
        let Self { from, until, .. } = *self;
        Period { from, until }
    }
}

/// Whether it is filed so: today, for a period that has begun, once; and once more with a reason.
pub(crate) fn period_filed(
    filed: Option<&Filings>,
    says: FilePeriod,
    ctx: &Context<'_>,
    mut no: Refusals,
) -> Result<PeriodFiled, Refusals> {
    let FilePeriod {
        committee,
        day,
        key_work,
        carried_out,
        found,
        correction,
    } = says;
    let today = ctx.today();
    // Whoever could say when he filed would never be late.
    no.when(ctx.occurred_on < today, || Refusal::FilingBackdated);
    let period = ctx.county.filing_period(day);
    let Period { from, until } = period;
    let is_numbered = first_day().is_some_and(|first| first <= day);
    no.when(!is_numbered || today < from, || Refusal::FilingPeriod);
    let is_there = filed.is_some_and(|filed| filed.has(committee, period));
    no.when(is_there && correction.is_none(), || Refusal::FiledAlready {
        from,
        until,
    });
    no.when(!is_there && correction.is_some(), || {
        Refusal::NothingFiledToCorrect { from, until }
    });
    no.or(|| {
        Ok(PeriodFiled {
            committee,
            from,
            until,
            key_work,
            carried_out,
            found,
            correction,
        })
    })
}
