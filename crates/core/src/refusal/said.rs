//! What a clerk is told, where the sentence of the catalogue is not the whole of it.

use super::Refusal;
use crate::acts::Element;
use crate::calendar::InChinese;
use chrono::NaiveDate;
use std::fmt;

impl Refusal {
    /// The input field at fault by its own name, in the API's spelling; none where it is not one field. Where it stands in what
    /// a client wrote, is for the API to say.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        if matches!(self, Self::CircularPeriodWrong { ends_early: true }) {
            return Some("periodTo");
        }
        if let Self::DayBeforeFound { told, .. } | Self::DayAfterAct { told, .. } = self {
            return Some(told.field);
        }
        if let Self::UnitNamedAsAuthority { part, .. } | Self::SourceRecordOfUnit { part } = self {
            return Some(part);
        }
        self.usual_field()
    }

    /// The sentence for the clerk.
    #[must_use]
    pub fn message(&self) -> String {
        let what = if let Self::PaperStale { paper, .. } = self {
            paper
        } else {
            "这条隐患"
        };
        self.ahead().map_or_else(
            || self.usual_message(),
            |(expected, actual)| {
                format!(
                    "您看到的是第{expected}版，而台账中{what}只有第{actual}版：所填的版本号有误，或者台账恢复过备份、您看到的后几版没有保存下来，本次操作未作任何改动。"
                )
            },
        )
    }

    /// 下一步: what to do.
    #[must_use]
    pub const fn next_step(&self) -> &'static str {
        if self.ahead().is_some() {
            "请刷新后核对版本号；确实看到过后几版的，请保留手中的记录和照片，联系系统管理员核对台账是否恢复过备份，再按台账现状补办缺少的事项。"
        } else {
            self.usual_next_step()
        }
    }

    /// The version that the actor has seen and the one that there is, where he has seen more than the ledger holds: it was
    /// restored from a backup.
    const fn ahead(&self) -> Option<(u32, u32)> {
        if let Self::StaleVersion {
            expected, actual, ..
        }
        | Self::PaperStale {
            expected, actual, ..
        } = self
            && *expected > *actual
        {
            Some((*expected, *actual))
        } else {
            None
        }
    }
}

/// What a sentence says in one of its blanks: days as papers print them, all else as it is.
pub(super) struct Blank<'a, T>(pub(super) &'a T);

impl Blank<'_, NaiveDate> {
    /// Found before [`AsItIs::said`], because it is the type's own.
    pub(super) const fn said(self) -> InChinese {
        InChinese(*self.0)
    }
}

/// What is no day.
pub(super) trait AsItIs<'a, T> {
    /// As it is.
    fn said(self) -> &'a T;
}

impl<'a, T> AsItIs<'a, T> for Blank<'a, T> {
    fn said(self) -> &'a T {
        self.0
    }
}

/// A day that an act tells: of a document, a decision, a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTold {
    /// The input field that says it, in the API's spelling.
    pub field: &'static str,
    /// What a clerk calls it.
    pub name: &'static str,
    /// The day.
    pub on: NaiveDate,
}

impl fmt::Display for DayTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, InChinese(self.on))
    }
}

/// The missing elements of a plan, as a clerk reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<Element>);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|element| element.name()).collect();
        f.write_str(&names.join("、"))
    }
}
