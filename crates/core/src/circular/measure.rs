//! Which figures a circular can print, under which names, and what each comes to (spec §5.2).

use crate::statistics::{Deadline, Rate, Snapshot};
use crate::values::vocabulary::vocabulary;

vocabulary! {
    /// What a figure of a circular measures; its Chinese name is what is printed.
    CircularMeasure "通报数据" {
        /// The closure rate: struck off, of those ever listed and not deducted.
        ClosureRate "CLOSURE_RATE" "销号率",
        /// The completion rate, as the units themselves report it.
        ReportedCompletionRate "REPORTED_COMPLETION_RATE" "整改完成率（报告口径）",
        /// The on-time rate, by the effective deadline.
        OnTimeRate "ON_TIME_RATE" "按期整改率",
        /// The on-time rate, by the original deadline.
        OnTimeRateOriginally "ON_TIME_RATE_ORIGINALLY" "按期整改率（按原期限）",
        /// The rate of those that passed in the first round of verification.
        FirstRoundPassRate "FIRST_ROUND_PASS_RATE" "一次验收合格率",
        /// The rate of those with an extension granted.
        ExtensionRate "EXTENSION_RATE" "延期率",
        /// The rate of reopenings by look-backs.
        ReboundRate "REBOUND_RATE" "反弹率",
        /// The rate of plans filed with their five elements, of those that must be.
        FiveElementsRate "FIVE_ELEMENTS_RATE" "五落实率",
        /// What is overdue, of what is not struck off.
        OverdueShare "OVERDUE_SHARE" "超期未整改占比",
    }
}

impl CircularMeasure {
    /// What it comes to, with its members.
    #[must_use]
    pub fn rate(self, day: &Snapshot<'_>) -> Rate {
        match self {
            Self::ClosureRate => day.closure_rate(),
            Self::ReportedCompletionRate => day.reported_completion_rate(),
            Self::OnTimeRate => day.on_time_rate(Deadline::Effective),
            Self::OnTimeRateOriginally => day.on_time_rate(Deadline::Original),
            Self::FirstRoundPassRate => day.first_round_pass_rate(),
            Self::ExtensionRate => day.extension_rate(),
            Self::ReboundRate => day.rebound_rate(),
            Self::FiveElementsRate => day.five_elements_rate(),
            Self::OverdueShare => day.overdue_share(),
        }
    }
}
