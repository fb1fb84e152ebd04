//! The fourteen states a hazard can be in, and the five official stages that follow from them.
//!
//! Supervision (挂牌督办), suspension (停产停业), overdue (超期), extension (延期) and look-back (回头看)
//! are not states: they are facts on the hazard and live beside its state.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! statuses {
    ($(#[doc = $doc:literal] $status:ident $code:literal $name:literal $stage:expr, $meaning:literal;)*) => {
        /// The state of a hazard, without what the state guarantees (that is [`crate::Hazard`]).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Status { $(#[doc = concat!(" ", $name, ":", $doc)] $status),* }

        impl Status {
            /// All fourteen, in the order of a hazard's life; the off-ramps last.
            pub const ALL: &[Self] = &[$(Self::$status),*];

            /// The stable code, as it stands in the API and in stored data.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$status => $code),* }
            }

            /// The Chinese term that stands on screen and on paper.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$status => $name),* }
            }

            /// The official stage, derived from the state; none before listing and off the list.
            #[must_use]
            pub const fn stage(self) -> Option<Stage> {
                match self { $(Self::$status => $stage),* }
            }

            /// What the state says of a hazard, in Chinese, for documents and for help on screen.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$status => $meaning),* }
            }

            /// The same in English.
            #[must_use]
            pub const fn meaning_in_english(self) -> &'static str {
                match self { $(Self::$status => $doc.trim_ascii()),* }
            }
        }
    };
}

statuses! {
    /// A clue received and not yet recognised; it has a clue number and no hazard number.
    Reported "REPORTED" "待研判" None,
        "收到线索，尚未研判认定；有线索编号，没有隐患编号。";
    /// Recognised as major and numbered.
    Listed "LISTED" "已列清单" Some(Stage::Listed),
        "认定为重大隐患，已编号列入清单。";
    /// The order is issued, its receipt is not signed.
    Assigned "ASSIGNED" "已交办（待签收）" Some(Stage::Assigned),
        "交办单已签发，回执未签收。";
    /// The receipt is signed, the plan is not filed.
    Acknowledged "ACKNOWLEDGED" "已签收（待报方案）" Some(Stage::Assigned),
        "回执已签收，整改方案未备案。";
    /// The plan is filed, work is under way.
    Rectifying "RECTIFYING" "整改中" Some(Stage::Tracked),
        "整改方案已备案，正在整改。";
    /// Verification has been applied for.
    AwaitingVerification "AWAITING_VERIFICATION" "待验收" Some(Stage::Tracked),
        "已申请验收，等待验收组意见。";
    /// The team has passed it, strike-off is not yet approved.
    Verified "VERIFIED" "验收合格（待销号）" Some(Stage::Closed),
        "验收组已出具合格意见，尚未批准销号。";
    /// Struck off.
    Closed "CLOSED" "已销号" Some(Stage::Closed),
        "已批准销号。";
    /// Its closure has appeared in a published circular.
    Circulated "CIRCULATED" "已通报归档" Some(Stage::Circulated),
        "销号情况已在发布的通报中列出，归档。";
    /// Not true or a false alarm; never listed.
    Rejected "REJECTED" "不予认定" None,
        "不属实或误报，未列入清单。";
    /// Moved to the ledger of ordinary hazards.
    Downgraded "DOWNGRADED" "降为一般隐患" None,
        "转入一般隐患台账。";
    /// A duplicate; points to the hazard that goes on.
    Merged "MERGED" "并案" None,
        "与另一条隐患重复，由另一条继续办理。";
    /// Outside the county's competence; the other body has signed for it.
    Transferred "TRANSFERRED" "已移交" None,
        "不属本县管辖，接收单位已签收。";
    /// An entry error; the number is kept and never used again.
    Annulled "ANNULLED" "录入作废" None,
        "属录入错误；编号保留，不再使用。";
}

impl Status {
    /// Whether the hazard is open (在册未验收): listed, and its verification not yet passed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Listed
                | Self::Assigned
                | Self::Acknowledged
                | Self::Rectifying
                | Self::AwaitingVerification
        )
    }

    /// Whether the hazard has left the list without being rectified (核减) or was never on it.
    #[must_use]
    pub const fn is_off_list(self) -> bool {
        matches!(
            self,
            Self::Rejected | Self::Downgraded | Self::Merged | Self::Transferred | Self::Annulled
        )
    }

    /// Whether the hazard counts as struck off (已销号) in every figure.
    #[must_use]
    pub const fn is_struck_off(self) -> bool {
        matches!(self, Self::Closed | Self::Circulated)
    }

    /// `DONE` of the figures: struck off, or verified and waiting for it.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Verified) || self.is_struck_off()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The five official stages of 一单四制.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// 清单: on the list.
    Listed,
    /// 交办: assigned to the unit that must rectify it.
    Assigned,
    /// 台账: tracked until the work is verified.
    Tracked,
    /// 销号: verified and struck off.
    Closed,
    /// 通报: its closure is circulated.
    Circulated,
}

impl Stage {
    /// All five, in order.
    pub const ALL: &[Self] = &[
        Self::Listed,
        Self::Assigned,
        Self::Tracked,
        Self::Closed,
        Self::Circulated,
    ];

    /// The stable code, as it stands in the API and in stored data.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Listed => "LISTED",
            Self::Assigned => "ASSIGNED",
            Self::Tracked => "TRACKED",
            Self::Closed => "CLOSED",
            Self::Circulated => "CIRCULATED",
        }
    }

    /// What a hazard in this stage has come to, in English.
    #[must_use]
    pub const fn meaning_in_english(self) -> &'static str {
        match self {
            Self::Listed => "On the list, and to be assigned.",
            Self::Assigned => "Assigned to the unit that must rectify it.",
            Self::Tracked => "Tracked until the work is verified.",
            Self::Closed => "Verified; struck off, or soon to be.",
            Self::Circulated => "Its closure is circulated.",
        }
    }

    /// The Chinese term.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "清单",
            Self::Assigned => "交办",
            Self::Tracked => "台账",
            Self::Closed => "销号",
            Self::Circulated => "通报",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_stage_follows_from_the_state() {
        let stages: Vec<_> = Status::ALL.iter().map(|s| s.stage()).collect();
        let expected = "-LAATTCCR-----".chars().map(|c| match c {
            'L' => Some(Stage::Listed),
            'A' => Some(Stage::Assigned),
            'T' => Some(Stage::Tracked),
            'C' => Some(Stage::Closed),
            'R' => Some(Stage::Circulated),
            _ => None,
        });
        assert_eq!(stages, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_state_is_open_or_off_the_list_or_on_its_way_out_never_two_of_them() {
        for status in Status::ALL {
            let kinds = [
                status.is_open(),
                status.is_off_list(),
                status.is_struck_off(),
            ];
            assert!(kinds.iter().filter(|k| **k).count() <= 1, "{status:?}");
        }
        assert_eq!(Status::ALL.iter().filter(|s| s.is_open()).count(), 5);
        assert_eq!(Status::ALL.iter().filter(|s| s.is_off_list()).count(), 5);
    }

    #[test]
    fn what_a_state_means_ends_as_a_sentence_in_both_languages() {
        for status in Status::ALL {
            assert!(status.meaning_in_english().ends_with('.'), "{status:?}");
            assert!(status.meaning().ends_with('。'), "{status:?}");
        }
    }

    #[test]
    fn a_code_is_what_is_stored() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.code());
        }
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
        }
    }
}
