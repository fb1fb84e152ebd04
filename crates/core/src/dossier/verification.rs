//! 验收: what waits for the team, and what it found.

use crate::acts::{ApplyShutdownClosure, ApplyVerification, Verdict};
use crate::values::{ClosureBasis, DocumentNumber, EvidenceSet, Fen};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 验收申请: what waits for the verification team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// By the unit that rectified, or by the lead unit for a unit that was shut down.
    pub ground: Ground,
    /// 申请日期; it decides whether the work was on time.
    pub applied_on: NaiveDate,
    /// 到场日期: the day on which the team went to the site, once it did.
    pub on_site_on: Option<NaiveDate>,
}

impl Application {
    /// The earliest day on which the team that judges it can have been on site: that on which it went there, once it did (rule 14).
    pub(crate) fn seen_since(&self) -> NaiveDate {
        self.on_site_on.unwrap_or(self.applied_on)
    }
}

/// On what ground verification is applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ground {
    /// 整改完成.
    Rectified(ApplyVerification),
    /// 关闭取缔、拆除灭失、生产要素消失.
    Ceased(ApplyShutdownClosure),
}

impl Ground {
    /// The basis on which the hazard may be struck off.
    #[must_use]
    pub fn closure_basis(&self) -> ClosureBasis {
        match self {
            Self::Rectified(_) => ClosureBasis::Rectified,
            Self::Ceased(applied) => applied.basis,
        }
    }

    /// 实际投入资金.
    #[must_use]
    pub fn spent(&self) -> Fen {
        match self {
            Self::Rectified(applied) => applied.spent,
            Self::Ceased(applied) => applied.spent,
        }
    }

    /// The evidence that was handed in.
    #[must_use]
    pub fn evidence(&self) -> &EvidenceSet {
        match self {
            Self::Rectified(applied) => &applied.evidence,
            Self::Ceased(applied) => &applied.evidence,
        }
    }
}

/// 验收合格: a passed verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Number of the opinion (验收意见书).
    pub document: DocumentNumber,
    /// What the team found.
    pub passed: Verdict,
    /// The day of the opinion.
    pub passed_on: NaiveDate,
    /// The round that passed.
    pub round: u32,
}
