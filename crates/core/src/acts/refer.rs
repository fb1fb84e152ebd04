//! T31 行刑衔接: what looks like a crime goes to the organs of criminal justice; the hazard's state stays.

use super::prelude::*;
use std::collections::BTreeSet;

/// 移送涉嫌犯罪案件 (应急〔2019〕54号 art. 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferCriminal {
    /// 移送书文号.
    pub case: Line<60>,
    /// 接收机关.
    pub receiver: Name,
    /// 承办人员, at least two.
    pub officers: BTreeSet<PersonName>,
    /// 批准人: the head of the department.
    pub decided_by: PersonName,
    /// 批准日期. The transfer is due within 24 hours; a late one is late, but a crime is never kept from the police for it.
    pub decided_on: NaiveDate,
    /// 移送事由.
    pub reason: Reason,
}

/// T31: the case is referred.
pub type CriminalReferralMade = ReferCriminal;

/// The fewest officers who handle a referral.
const OFFICERS_MIN: usize = 2;

impl<S: InFile> Rules<S> for ReferCriminal {
    type Event = CriminalReferralMade;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(self.officers.len() < OFFICERS_MIN, || {
            Refusal::OfficersTooFew {
                least: OFFICERS_MIN,
            }
        });
        let decided_on = self.decided_on;
        let decided = DayTold {
            field: "decidedOn",
            name: "批准日期",
            on: decided_on,
        };
        ctx.judge_since_found(decided, state.file(), no, |acted_on| {
            Refusal::ReferralNotDecided {
                decided_on,
                acted_on,
            }
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<CriminalReferralMade, Refusals> {
        Ok(self)
    }
}

impl<S: InFile> Evolves<S> for CriminalReferralMade {
    type Next = S;

    fn evolve(&self, mut state: S, _stamp: &Stamp) -> S {
        state.file_mut().referrals.push(self.clone());
        state
    }
}
