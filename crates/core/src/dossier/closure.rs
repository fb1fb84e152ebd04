//! 销号 and 通报: how a cycle ends.

use crate::acts::{CircularReference, LookBack, StrikeOff};
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
    pub look_backs: Vec<LookBack>,
}

/// 通报: where the closure appeared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circulation {
    /// The circular's item.
    pub item: CircularReference,
    /// On which day.
    pub circulated_on: NaiveDate,
}
