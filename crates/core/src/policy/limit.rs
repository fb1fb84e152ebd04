//! The keys of the policy table: every time limit of spec §2.3 and the recurring duties of §1.4.

use serde::{Deserialize, Serialize};

use super::Effect;

/// Writes the enum, its texts and the total table from one list, so that they cannot drift apart.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $limit:ident $field:ident $code:literal $name:literal $side:ident [$($effect:ident),+];)+) => {
        /// A time limit. Its code is the spec's key and is what files and stored events carry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Limit {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $limit,)+
        }

        impl Limit {
            /// Every limit, in the order of the spec's table.
            pub const ALL: &'static [Self] = &[$(Self::$limit),+];

            /// The public key, such as `L-RECOG`; never renamed.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$limit => $code),+ }
            }

            /// What the limit is about, in Chinese.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$limit => $name),+ }
            }

            /// The same in English.
            #[must_use]
            pub const fn meaning_in_english(self) -> &'static str {
                match self { $(Self::$limit => concat!($($doc),+).trim_ascii()),+ }
            }

            /// What may happen outside of its window; where it is one thing alone, the rules of the lifecycle say so.
            pub(super) const fn effects(self) -> &'static [Effect] {
                match self { $(Self::$limit => &[$(Effect::$effect),+]),+ }
            }

            /// On which side of its start the closing date lies.
            pub(super) const fn side(self) -> Side {
                match self { $(Self::$limit => Side::$side),+ }
            }
        }

        /// One `T` for each limit, so that a look-up cannot fail.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(super) struct Table<T> { $($field: T,)+ }

        impl<T> Table<T> {
            pub(super) fn fill<E>(mut of: impl FnMut(Limit) -> Result<T, E>) -> Result<Self, E> {
                Ok(Self { $($field: of(Limit::$limit)?,)+ })
            }

            pub(super) const fn get(&self, limit: Limit) -> &T {
                match limit { $(Limit::$limit => &self.$field),+ }
            }
        }
    };
}

/// Guards against a lost or a spurious minus sign in a policy file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
    /// On the day itself is possible too, and so is either side.
    Any,
}

limits! {
    /// The office decides on a report (T02–T04).
    Recognition recognition "L-RECOG" "研判认定" After [Duty];
    /// A listed hazard is assigned (T05).
    Assignment assignment "L-ASSIGN" "交办" After [Duty];
    /// The unit signs for the assignment (T06), or returns it (T07).
    Receipt receipt "L-SIGN" "签收" After [Duty];
    /// The unit files its plan (T09), unless the notice itself names a day.
    Plan plan "L-PLAN" "报送整改方案" After [Duty];
    /// At least one progress entry in each period (T10).
    Progress progress "L-PROGRESS" "报告整改进展" Any [Duty];
    /// The longest deadline that may be set.
    DeadlineCap deadline_cap "L-CAP" "整改期限上限" After [Warn, Refuse];
    /// The length of a campaign.
    Campaign campaign "L-CAMPAIGN" "专项行动" After [Duty];
    /// The unit asks for an extension (T13).
    ExtensionApplication extension_application "L-EXT-APPLY" "申请延期" Before [Refuse];
    /// The issuing body decides on it (T14).
    ExtensionDecision extension_decision "L-EXT-DECIDE" "审批延期" After [Duty];
    /// The last date all extensions together may reach.
    ExtensionTotal extension_total "L-EXT-TOTAL" "累计延期上限" After [Refuse];
    /// The team verifies on site (T16, T17).
    Verification verification "L-VERIFY" "验收" After [Duty];
    /// The office strikes off after a passed verification (T18).
    StrikeOff strike_off "L-STRIKE" "销号" After [Duty];
    /// Listing and strike-off are made public (T11).
    Publication publication "L-PUBLISH" "公示" After [Duty];
    /// The circular on a period is published (T20).
    Circulation circulation "L-CIRC" "印发通报" Any [Duty];
    /// First reminder before the deadline.
    FirstReminder first_reminder "L-ESC-REMIND-1" "首次到期提醒" Before [Duty];
    /// Second reminder before the deadline.
    SecondReminder second_reminder "L-ESC-REMIND-2" "二次到期提醒" Before [Duty];
    /// Last reminder before the deadline.
    LastReminder last_reminder "L-ESC-REMIND-3" "末次到期提醒" Before [Duty];
    /// A supervision letter goes out (T26).
    SupervisionLetter supervision_letter "L-ESC-LETTER" "发督办函" After [Duty];
    /// The head of the unit is summoned (T26).
    Interview interview "L-ESC-INTERVIEW" "约谈" After [Duty];
    /// The hazard is criticised in a circular (T26).
    Criticism criticism "L-ESC-CRITICISM" "通报批评" After [Duty];
    /// Supervision is raised to the next level (T26).
    LevelRaise level_raise "L-ESC-RAISE" "提级挂牌督办" After [Duty];
    /// Re-inspection after closure (T30).
    LookBack look_back "L-LOOK" "回头看" After [Duty];
    /// The head decides whether to refer a suspected crime (T31).
    ReferralDecision referral_decision "L-REFER-DECIDE" "决定移送涉嫌犯罪案件" After [Duty];
    /// The case goes to the police after that decision (T31).
    ReferralTransfer referral_transfer "L-REFER-TRANSFER" "移送涉嫌犯罪案件" After [Duty];
    /// How long the notice of a power cut runs (T12); the power may be cut from its last day on.
    PowerCutNotice power_cut_notice "L-POWER-CUT" "停止供电通知期" After [Refuse];
    /// An act recorded later than this after it occurred needs the office's confirmation.
    BackdatingWindow backdating_window "L-BACKDATE" "补录" After [Refuse];
    /// The unit's statistics of a quarter.
    QuarterlyStatistics quarterly_statistics "L-STAT-Q" "季度统计" After [Duty];
    /// The unit's statistics of a year.
    YearlyStatistics yearly_statistics "L-STAT-Y" "年度统计" After [Duty];
    /// The office takes stock of how the work goes.
    Dispatch dispatch "L-DISPATCH" "安委办调度" Any [Duty];
    /// Each department studies work safety.
    DepartmentStudy department_study "L-STUDY" "部门研究安全生产工作" Any [Duty];
    /// Each committee files its key work and how it was carried out.
    CommitteeFiling committee_filing "L-FILING" "专委会报送工作要点及落实情况" Any [Duty];
    /// The office assesses the committees and units.
    Assessment assessment "L-ASSESS" "安委办考核" Any [Duty];
    /// A batch of typical cases is exposed.
    Exposure exposure "L-EXPOSE" "公开曝光典型案例" Any [Duty];
    /// The county's leaders study work safety.
    LeadersStudy leaders_study "L-LEADERS" "县领导调研安全生产" Any [Duty];
}

impl Limit {
    /// The escalation ladder L-ESC, lowest rung first. All rungs count from the effective deadline.
    pub const LADDER: [Self; 7] = [
        Self::FirstReminder,
        Self::SecondReminder,
        Self::LastReminder,
        Self::SupervisionLetter,
        Self::Interview,
        Self::Criticism,
        Self::LevelRaise,
    ];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_is_what_is_stored_and_belongs_to_one_limit() {
        let mut seen = BTreeSet::new();
        for limit in Limit::ALL {
            let stored = serde_json::to_value(limit).expect("a string");
            assert_eq!(stored, limit.code());
            assert!(limit.code().starts_with("L-"), "{limit:?}");
            assert!(seen.insert(limit.code()), "{} is used twice", limit.code());
        }
    }

    #[test]
    fn a_table_answers_with_the_entry_of_the_limit_asked_for() {
        let table = Table::fill(Ok::<_, ()>).expect("filled");
        for limit in Limit::ALL {
            assert_eq!(table.get(*limit), limit);
        }
    }
}
