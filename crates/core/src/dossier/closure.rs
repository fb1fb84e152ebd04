//! 销号 and 通报: how a cycle ends.

use crate::acts::{CircularReference, LookBack, LookBackResult, StrikeOff};
use crate::values::{DocumentNumber, PersonId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 销号: the strike-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// What the approver said.
    pub strike_off: StrikeOff,
    /// 销号单 number.
    pub sheet: DocumentNumber,
    /// 销号日期.
    pub closed_on: NaiveDate,
    /// Who approved.
    pub approver: PersonId,
    /// 回头看 since then.
    pub look_backs: Vec<PastLookBack>,
}

impl Closure {
    /// The day on which it was first found that the hazard has come back, after which nothing but to list it again is left
    /// (rule 21).
    #[must_use]
    pub fn came_back_on(&self) -> Option<NaiveDate> {
        let came_back = |past: &&PastLookBack| past.record.result == LookBackResult::CameBack;
        let failed = self.look_backs.iter().filter(came_back);
        failed.map(|past| past.on).min()
    }
}

/// 回头看 that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastLookBack {
    /// What was found.
    pub record: LookBack,
    /// On which day.
    pub on: NaiveDate,
}

/// 通报: where the closure appeared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circulation {
    /// The circular's item.
    pub item: CircularReference,
    /// On which day.
    pub circulated_on: NaiveDate,
}
