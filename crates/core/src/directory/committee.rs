//! 专委会: the committees of the county's plan, with their goals, measures and numeric targets (附件6-1).

use crate::values::vocabulary::vocabulary;
use crate::values::{Line, Prose, Reason, UnitId};
use serde::{Deserialize, Serialize};

/// A committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    /// The unit that it is.
    pub unit: UnitId,
    /// Its place in the plan, from 1.
    pub seq: u16,
    /// The serial number that the plan prints; five rows print none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq_in_plan: Option<u16>,
    /// Its name in English, for those who write a client.
    pub name_en: Line<120>,
    /// 牵头责任单位.
    pub lead_unit: UnitId,
    /// Whether its goals also count accidents outside of production (非生产经营性事故).
    pub includes_non_production_accidents: bool,
    /// The note on the scope of its goals, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_note: Option<Line<200>>,
    /// 工作目标.
    pub goals: Vec<Goal>,
    /// 工作措施.
    pub measures: Vec<Measure>,
    /// What is odd about its row in the plan.
    #[serde(default)]
    pub oddities: Vec<Reason>,
}

impl Committee {
    /// Whether a unit is the committee itself, or leads it.
    #[must_use]
    pub fn is_of(&self, unit: UnitId) -> bool {
        unit == self.unit || unit == self.lead_unit
    }
}

/// 工作目标.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Its number in the row, from 1.
    pub no: u16,
    /// Its words.
    pub text: Prose<500>,
    /// What it says, in terms that can be counted.
    pub kinds: Vec<GoalKind>,
}

vocabulary! {
    /// What a goal says, in terms that can be counted.
    GoalKind "目标类别" {
        /// No accident, and nobody hurt, in the period.
        ZeroOccurrence "ZERO_OCCURRENCE" "零发生、零伤亡",
        /// Accidents and deaths are both below those of the same period of the year before.
        YoyDoubleDecrease "YOY_DOUBLE_DECREASE" "事故起数、死亡人数同比双下降",
        /// No accident with 3 deaths, 10 badly hurt or 10 million yuan of direct loss (国务院令第493号 art. 3).
        NoMajorOrAbove "NO_MAJOR_OR_ABOVE" "杜绝较大及以上事故",
        /// Nobody dies in a forest fire.
        ZeroDeathForestFire "ZERO_DEATH_FOREST_FIRE" "森林火灾零亡人",
        /// Nobody dies in heavy rain or flood.
        ZeroDeathFlood "ZERO_DEATH_FLOOD" "暴雨洪水零亡人",
    }
}

/// 工作措施.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its number in the row, from 1.
    pub no: u16,
    /// Its words.
    pub text: Prose<500>,
    /// What it is about.
    pub tags: Vec<MeasureTag>,
    /// The numbers that it is held to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<NumericTarget>,
}

vocabulary! {
    /// What a measure is about.
    MeasureTag "措施类别" {
        /// Meetings of the committee, and the key work of each month.
        CommitteeMeetingAndMonthlyPoints "COMMITTEE_MEETING_AND_MONTHLY_POINTS" "专委会会议和月度工作要点",
        /// That units live up to their own responsibility.
        EntityPrimaryResponsibility "ENTITY_PRIMARY_RESPONSIBILITY" "落实主体责任",
        /// A campaign against hazards.
        HazardCampaign "HAZARD_CAMPAIGN" "隐患专项整治",
        /// Cracking down on what is done against the law.
        CrackdownIllegal "CRACKDOWN_ILLEGAL" "打非治违",
        /// Inspection and enforcement.
        Enforcement "ENFORCEMENT" "监管执法",
        /// Putting one kind of problem right.
        SpecialRectification "SPECIAL_RECTIFICATION" "专项治理",
        /// Look-backs.
        LookBack "LOOKBACK" "回头看",
        /// It names a number to be reached.
        NumericTarget "NUMERIC_TARGET" "数字指标",
    }
}

/// 数字指标.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumericTarget {
    /// What is counted.
    pub metric: Line<120>,
    /// How the count must compare.
    pub comparison: Comparison,
    /// With what, as a decimal.
    pub value: Line<20>,
    /// In which unit: % or ‰.
    pub unit: Line<10>,
    /// 力争: aimed at, not demanded.
    #[serde(default)]
    pub aspirational: bool,
}

vocabulary! {
    /// How a count must compare with its target.
    Comparison "比较方式" {
        /// The count must equal the target.
        Equal "EQUAL" "等于",
        /// The count must be the target or more.
        AtLeast "AT_LEAST" "不低于",
        /// The count must be the target or less.
        AtMost "AT_MOST" "不高于",
    }
}
