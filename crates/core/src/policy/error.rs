//! What can be wrong with a policy file, told to whoever writes it.

use std::fmt;
use std::ops::RangeInclusive;

use thiserror::Error;

use super::{Anchor, Edge, Effect, Limit, Offset};

/// Why a file is not a policy. Each variant names the rule and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The id has other characters than lower-case letters, digits and hyphens.
    #[error("时限规则的标识“{id}”只能由小写字母、数字和连字符组成，且不能为空")]
    Id {
        /// The id given.
        id: String,
    },
    /// The name is blank.
    #[error("时限规则没有名称，请填写")]
    NoName,
    /// Revisions count from 1.
    #[error("时限规则的版次为0，版次应从1起编")]
    RevisionZero,
    /// A limit has no rule.
    #[error("{}缺失，请补充（可沿用默认值并注明）", Called(*limit))]
    Missing {
        /// The limit.
        limit: Limit,
    },
    /// A limit has two rules.
    #[error("{}重复，请只保留一条", Called(*limit))]
    Twice {
        /// The limit.
        limit: Limit,
    },
    /// An amount is outside of its bounds.
    #[error(
        "{}的{}为{}，应在{}至{}之间",
        Called(*limit),
        edge.name(),
        offset.amount,
        bounds.start(),
        bounds.end()
    )]
    OutOfBounds {
        /// The limit.
        limit: Limit,
        /// Which end of the window.
        edge: Edge,
        /// What the file says.
        offset: Offset,
        /// The amounts allowed for this unit.
        bounds: RangeInclusive<i32>,
    },
    /// Nothing but days may be zero: the anchor's own day is written as 0 `DAYS`.
    #[error("{}的{}为0，当日应写作0日（DAYS）", Called(*limit), edge.name())]
    Zero {
        /// The limit.
        limit: Limit,
        /// Which end of the window.
        edge: Edge,
    },
    /// The end lies before the start where it must lie after, or the other way round.
    #[error("{}的截止日应在起算日{where_to}，请检查数值的正负号", Called(*limit))]
    WrongSide {
        /// The limit.
        limit: Limit,
        /// 之前 or 之后.
        where_to: &'static str,
    },
    /// Circulars are counted by rungs of the ladder only.
    #[error("{}的{}不能以通报期数计算", Called(*limit), edge.name())]
    CountsCirculars {
        /// The limit.
        limit: Limit,
        /// Which end of the window.
        edge: Edge,
    },
    /// The window ends before it begins.
    #[error("{}的起始日晚于截止日，请核对", Called(*limit))]
    OpensAfterCloses {
        /// The limit.
        limit: Limit,
    },
    /// Whichever-first and one-of rules need two different anchors at least.
    #[error("{}列举的起算日不足两个或有重复，请核对", Called(*limit))]
    Anchors {
        /// The limit.
        limit: Limit,
    },
    /// The limit must start at one given anchor, because others are computed from it.
    #[error("{}应自{required}起算", Called(*limit))]
    Start {
        /// The limit.
        limit: Limit,
        /// The anchor it must start from.
        required: Anchor,
    },
    /// What happens outside of the window is not for the county to choose, or is none of what it may choose.
    #[error("{}的effect应为{}", Called(*limit), one_of(may))]
    Effect {
        /// The limit.
        limit: Limit,
        /// What it may be.
        may: &'static [Effect],
    },
    /// A source is blank, or a document is cited without its key.
    #[error("{}没有写明来源或来源缺少出处代号，请补充", Called(*limit))]
    Source {
        /// The limit.
        limit: Limit,
    },
    /// A rung does not come after the rung below it.
    #[error("{}不晚于前一级（{}），督办措施应逐级在后", Called(*limit), former.name())]
    LadderOrder {
        /// The rung.
        limit: Limit,
        /// The rung below it.
        former: Limit,
    },
    /// A field that this limit must have is missing, or one that it cannot have is given.
    #[error("{}的“{field}”{}", Called(*limit), if *wanted { "缺失，请补充" } else { "不适用，请删去" })]
    Field {
        /// The limit.
        limit: Limit,
        /// The JSON field.
        field: &'static str,
        /// Whether it is wanted here.
        wanted: bool,
    },
    /// A number of times that cannot be meant.
    #[error("{}的“most”为{most}，应在{}至{}之间", Called(*limit), MOST.start(), MOST.end())]
    Most {
        /// The limit.
        limit: Limit,
        /// What the file says.
        most: u8,
    },
}

impl PolicyError {
    /// The rule that is wrong; none where it is the table.
    #[must_use]
    pub const fn limit(&self) -> Option<Limit> {
        match self {
            Self::Id { .. } | Self::NoName | Self::RevisionZero => None,
            Self::Missing { limit }
            | Self::Twice { limit }
            | Self::OutOfBounds { limit, .. }
            | Self::Zero { limit, .. }
            | Self::WrongSide { limit, .. }
            | Self::CountsCirculars { limit, .. }
            | Self::OpensAfterCloses { limit }
            | Self::Anchors { limit }
            | Self::Start { limit, .. }
            | Self::Effect { limit, .. }
            | Self::Source { limit }
            | Self::LadderOrder { limit, .. }
            | Self::Field { limit, .. }
            | Self::Most { limit, .. } => Some(*limit),
        }
    }
}

/// How often something may be granted.
pub(super) const MOST: RangeInclusive<u8> = 1..=10;

#[cfg(test)]
impl PolicyError {
    /// How every message about a rule begins.
    pub(super) fn called(limit: Limit) -> String {
        Called(limit).to_string()
    }
}

/// WARN或者REFUSE.
fn one_of(effects: &[Effect]) -> String {
    let codes: Vec<_> = effects.iter().map(|effect| effect.code()).collect();
    codes.join("或者")
}

/// How a message calls a rule: 规则L-RECOG（研判认定）.
struct Called(Limit);

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "规则{}（{}）", self.0.code(), self.0.name())
    }
}
