//! The events a time limit starts from.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DateError, Limit};

macro_rules! anchors {
    ($(#[doc = $english:literal] $anchor:ident $name:literal;)*) => {
        /// An event, or a fixed day, that a time limit is counted from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Anchor { $(#[doc = $english] $anchor),* }

        impl Anchor {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$anchor),*];

            /// The name used in explanations, in Chinese.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$anchor => $name),* }
            }

            /// What happened on that day, in English.
            #[must_use]
            pub const fn meaning_in_english(self) -> &'static str {
                match self { $(Self::$anchor => $english.trim_ascii()),* }
            }
        }
    };
}

anchors! {
    /// A clue was received (T01).
    Reported "隐患上报之日";
    /// The hazard was listed (T02).
    Listed "列入清单之日";
    /// The order was issued (T05 or T08).
    Assigned "交办之日";
    /// The unit signed for the order (T06).
    Acknowledged "签收之日";
    /// The effective deadline: the original one, or the last granted.
    Deadline "整改期限届满之日";
    /// The first deadline of the cycle, which no extension changes.
    OriginalDeadline "原整改期限届满之日";
    /// An extension was asked for (T13).
    ExtensionRequested "提出延期申请之日";
    /// Verification was applied for (T15).
    VerificationApplied "申请验收之日";
    /// Verification was passed (T17).
    VerificationPassed "验收合格之日";
    /// The hazard was struck off (T18).
    StruckOff "销号之日";
    /// The case was found to be possibly criminal.
    SuspectedCrime "发现涉嫌犯罪之日";
    /// The head decided to refer it.
    ReferralDecided "决定移送之日";
    /// The unit was told in writing that its power will be cut.
    PowerCutNoticed "发出停止供电通知之日";
    /// The legal date of an act, its `occurredOn`.
    Occurred "行为发生之日";
    /// The first day of a campaign.
    CampaignStart "专项行动启动之日";
    /// The last day of a reporting period; the rule's cadence says which.
    PeriodEnd "报告期末日";
    /// The last day of a quarter.
    QuarterEnd "季度末日";
    /// The last day of the year, 31 December.
    YearEnd "年度末日";
}

/// Which anchor governs a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Always this one.
    On(Anchor),
    /// Whichever comes first; those that have not happened are left out.
    EarliestOf(Vec<Anchor>),
    /// Each starts a window of its own; the caller says which one is meant by giving only that.
    EachOf(Vec<Anchor>),
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Start {
    /// The anchors the rule can start from.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        match self {
            Self::On(anchor) => std::slice::from_ref(anchor),
            Self::EarliestOf(anchors) | Self::EachOf(anchors) => anchors,
        }
    }

    /// The anchor that governs among those `given`. Anchors the rule does not use are passed over,
    /// so a caller may hand in all it knows.
    pub(super) fn governing(
        &self,
        limit: Limit,
        given: &[(Anchor, NaiveDate)],
    ) -> Result<(Anchor, NaiveDate), DateError> {
        let mut usable: Vec<(Anchor, NaiveDate)> = Vec::new();
        for anchor in self.anchors() {
            let mut dates = given.iter().filter(|(name, _)| name == anchor);
            let Some((_, on)) = dates.next() else {
                continue;
            };
            if dates.any(|(_, other)| other != on) {
                return Err(DateError::AmbiguousAnchor {
                    limit,
                    anchors: vec![*anchor],
                });
            }
            usable.push((*anchor, *on));
        }
        // Of equal dates the one named first in the rule governs.
        let earliest = usable.iter().copied().min_by_key(|(_, on)| *on);
        let one_only = match self {
            Self::On(_) | Self::EarliestOf(_) => false,
            Self::EachOf(_) => true,
        };
        match earliest {
            Some(_) if one_only && usable.len() > 1 => {
                let anchors = usable.into_iter().map(|(anchor, _)| anchor).collect();
                Err(DateError::AmbiguousAnchor { limit, anchors })
            }
            Some(governing) => Ok(governing),
            None => Err(DateError::MissingAnchor {
                limit,
                anchors: self.anchors().to_vec(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::seeds::policy;
    use super::*;
    use crate::calendar::tests::{date, shipped as calendar};

    #[test]
    fn whichever_anchor_comes_first_governs() {
        #[track_caller]
        fn check(applied: Option<&str>, deadline: Option<&str>, anchor: Anchor, expected: &str) {
            let anchors: Vec<_> = [
                (Anchor::VerificationApplied, applied),
                (Anchor::Deadline, deadline),
            ]
            .into_iter()
            .filter_map(|(anchor, on)| Some((anchor, date(on?))))
            .collect();
            let due = policy("hubei")
                .due(Limit::Verification, &anchors, &calendar())
                .expect("computed");
            assert_eq!((due.because.anchor, due.on), (anchor, date(expected)));
        }
        let (applied, deadline) = (Anchor::VerificationApplied, Anchor::Deadline);
        check(
            Some("2026-09-10"),
            Some("2026-09-30"),
            applied,
            "2026-09-20",
        );
        check(
            Some("2026-10-08"),
            Some("2026-09-30"),
            deadline,
            "2026-10-10",
        );
        check(
            Some("2026-09-30"),
            Some("2026-09-30"),
            applied,
            "2026-10-10",
        );
        check(None, Some("2026-09-30"), deadline, "2026-10-10");
        check(Some("2026-09-10"), None, applied, "2026-09-20");
    }

    #[test]
    fn anchors_that_are_missing_or_unclear_are_an_error() {
        #[track_caller]
        fn check(limit: Limit, anchors: &[(Anchor, &str)], expected: &str) {
            let anchors: Vec<_> = anchors
                .iter()
                .map(|(anchor, on)| (*anchor, date(on)))
                .collect();
            let answer = match policy("shuangpai").due(limit, &anchors, &calendar()) {
                Ok(due) => due.on.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(answer, expected);
        }
        use Anchor::{Assigned, Deadline, Listed, StruckOff};
        check(
            Limit::Assignment,
            &[],
            "推算“交办”的时限缺少起算日，请补充：列入清单之日",
        );
        check(
            Limit::Assignment,
            &[(Assigned, "2026-06-15")],
            "推算“交办”的时限缺少起算日，请补充：列入清单之日",
        );
        check(
            Limit::Verification,
            &[(Listed, "2026-06-15")],
            "推算“验收”的时限缺少起算日，请补充：申请验收之日、整改期限届满之日",
        );
        // Strike-off starts a window of its own; the earlier listing must not govern it.
        check(
            Limit::Publication,
            &[(Listed, "2026-06-15"), (StruckOff, "2026-09-15")],
            "推算“公示”的时限给出了不止一个起算日（列入清单之日、销号之日），请只保留一个",
        );
        check(
            Limit::Publication,
            &[(Deadline, "2026-06-30"), (StruckOff, "2026-09-15")],
            "2026-09-21",
        );
        check(
            Limit::Interview,
            &[(Deadline, "2026-06-30"), (Deadline, "2026-07-01")],
            "推算“约谈”的时限给出了不止一个起算日（整改期限届满之日），请只保留一个",
        );
        check(
            Limit::Interview,
            &[(Deadline, "2026-06-30"), (Deadline, "2026-06-30")],
            "2026-07-10",
        );
    }
}
