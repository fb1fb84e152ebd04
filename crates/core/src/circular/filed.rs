//! What a circular prints of the filings of committees: who found nothing, who was late, and who has not filed (spec §5.1 and §5.5).

use crate::context::County;
use crate::filing::{FilingStanding, PeriodFiled};
use crate::policy::{DateError, Period};
use crate::values::Name;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 专委会报送情况: how the committees stood with a period at the end of the as-of day, under their names of that day and in the order of the
/// plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteesFiled {
    /// The first day of the period.
    pub from: NaiveDate,
    /// The last day of the period.
    pub until: NaiveDate,
    /// How many committees there were.
    pub committees: u32,
    /// How many of them had filed.
    pub filed: u32,
    /// 零报告: who had filed, and last that nothing was found.
    pub zero: Vec<Name>,
    /// 逾期报送: who had filed, and after the last day for it.
    pub late: Vec<Name>,
    /// 逾期未报: who had not, and the last day for it was over.
    pub missing: Vec<Name>,
}

impl CommitteesFiled {
    /// How they stood with a period at the end of a day, by what they had filed for it, each with its day, first things first.
    ///
    /// # Errors
    /// [`DateError`] where the last day for it cannot be computed.
    pub fn of(
        county: &County,
        period: Period,
        as_of: NaiveDate,
        filed: &[(NaiveDate, &PeriodFiled)],
    ) -> Result<Self, DateError> {
        let due_on = county.filing_window(period)?.closes.on;
        let Period { from, until } = period;
        let mut made = Self {
            from,
            until,
            committees: 0,
            filed: 0,
            zero: Vec::new(),
            late: Vec::new(),
            missing: Vec::new(),
        };
        for committee in county.directory.committees() {
            let Some(unit) = county.directory.unit(committee.unit) else {
                continue;
            };
            made.committees = made.committees.saturating_add(1);
            let own = filed.iter();
            let mut own = own.filter(|(_, says)| says.committee == committee.unit);
            let first = own.next();
            let standing = FilingStanding::on(as_of, due_on, first.map(|(on, _)| *on));
            match standing {
                FilingStanding::Late => made.late.push(unit.name.clone()),
                FilingStanding::Missing => made.missing.push(unit.name.clone()),
                FilingStanding::InTime | FilingStanding::NotYetDue => {}
            }
            if let Some((_, says)) = own.next_back().or(first) {
                made.filed = made.filed.saturating_add(1);
                if says.found == 0 {
                    made.zero.push(unit.name.clone());
                }
            }
        }
        Ok(made)
    }
}

impl fmt::Display for CommitteesFiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            until,
            committees,
            filed,
            zero,
            late,
            missing,
        } = self;
        write!(f, "{from} to {until} {filed}/{committees}")?;
        for (what, names) in [
            ("零报告", zero),
            (FilingStanding::Late.name(), late),
            (FilingStanding::Missing.name(), missing),
        ] {
            let names: Vec<&str> = names.iter().map(Name::as_str).collect();
            write!(f, " {what}[{}]", names.join("、"))?;
        }
        Ok(())
    }
}
