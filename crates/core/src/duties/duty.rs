//! One duty: what is due, by whom and by when, and how it is said.

use crate::actor::Actor;
use crate::authority::{Who, is_among};
use crate::calendar::InChinese;
use crate::context::County;
use crate::hazard::Hazard;
use crate::overdue::is_overdue;
use crate::policy::{ComputedDate, DateError, Limit};
use crate::values::DocumentNumber;
use chrono::NaiveDate;
use std::fmt;

/// One duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What is due.
    pub what: What,
    /// Who must do it.
    pub who: &'static [Who],
    /// By when; the end of the day. A date outside the calendar is an error, never a guess.
    pub due: Result<Due, DateError>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// What the policy limits.
    Limited(Limit),
    /// 按期整改: to rectify and apply for verification by the deadline.
    Rectify,
    /// 限期再整改: to put right by then what a team that failed the round has found (T16).
    RectifyAgain,
    /// 到期核查: to look, within the limit of the verification, at what nobody has applied for by the deadline (X04).
    InspectAtExpiry,
    /// 恢复生产: to lift a stop whose ground is gone (T27).
    Resume,
    /// 追加交办办结: to answer a further order by its own deadline.
    AnswerFurtherOrder,
    /// 重新列单: to list again, at once, what a look-back has found to have come back (rule 21).
    Reopen,
}

/// By when, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// The policy computes it.
    Computed(Box<ComputedDate>),
    /// A document says it.
    Written {
        /// The day.
        on: NaiveDate,
        /// The document.
        document: DocumentNumber,
    },
    /// At once: on the day on which it showed.
    AtOnce {
        /// The day.
        on: NaiveDate,
        /// What showed, as a clerk reads it after the day.
        shown: &'static str,
    },
}

impl Due {
    /// The day at whose end it is due.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        match self {
            Self::Computed(computed) => computed.on,
            Self::Written { on, .. } | Self::AtOnce { on, .. } => *on,
        }
    }
}

impl Duty {
    /// Whether it falls to somebody in the post in which he acts.
    #[must_use]
    pub fn falls_to(&self, actor: &Actor, hazard: &Hazard, county: &County) -> bool {
        is_among(self.who, hazard, actor, county)
    }

    /// Whether it is late: not on its day, but on the day after.
    #[must_use]
    pub fn is_late(&self, on: NaiveDate) -> bool {
        self.due.as_ref().is_ok_and(|due| is_overdue(due.on(), on))
    }
}

impl What {
    /// As a clerk reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Limited(limit) => limit.name(),
            Self::Rectify => "完成整改并申请验收",
            Self::RectifyAgain => "限期再整改并申请验收",
            Self::InspectAtExpiry => "到期核查",
            Self::Resume => "恢复生产",
            Self::AnswerFurtherOrder => "追加交办办结",
            Self::Reopen => "重新列单",
        }
    }

    /// The same in English.
    #[must_use]
    pub const fn meaning_in_english(self) -> &'static str {
        match self {
            Self::Limited(limit) => limit.meaning_in_english(),
            Self::Rectify => "The unit rectifies, and applies for verification, by the deadline.",
            Self::RectifyAgain => {
                "The unit puts right what the team found, and applies again, by the day that the opinion sets (T16)."
            }
            Self::InspectAtExpiry => {
                "The office has a team look at what nobody has applied for by the deadline (X04)."
            }
            Self::Resume => "Whoever stopped operation lifts the stop (T27).",
            Self::AnswerFurtherOrder => {
                "The unit answers a further order by the order's own deadline."
            }
            Self::Reopen => "The office lists again, at once, what has come back.",
        }
    }
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who: Vec<_> = self.who.iter().map(|who| who.name()).collect();
        let (who, what) = (who.join("、"), self.what.name());
        match &self.due {
            Ok(Due::Computed(computed)) => {
                // What has no limit of its own goes by that of the verification.
                let same = if matches!(self.what, What::Limited(_)) {
                    String::new()
                } else {
                    format!("，期限与“{}”相同", Limit::Verification.name())
                };
                write!(f, "{who}应办理“{what}”{same}。{computed}")
            }
            Ok(Due::Written { on, document }) => {
                write!(
                    f,
                    "{who}应在{}之前（含当日）办理“{what}”，依据{document}。",
                    InChinese(*on)
                )
            }
            Ok(Due::AtOnce { on, shown }) => {
                write!(f, "{who}应立即办理“{what}”：{}{shown}。", InChinese(*on))
            }
            Err(error) => write!(f, "{who}应办理“{what}”，但期限无法计算：{error}"),
        }
    }
}
