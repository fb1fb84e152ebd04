//! A hazard in one of its fourteen states; each state is a struct with exactly the layers it guarantees.
//!
//! The fields are private and nothing outside of this crate builds a state: a hazard comes from
//! [`crate::evolve`], one event after the other, and from nowhere else.

use crate::acts::Acknowledge;
use crate::acts::{Downgrade, DowngradeAtReview, Merge, Reject, Transfer};
use crate::dossier::{
    Acceptance, Application, Assignment, Circulation, Closure, File, ListEntry, Work,
};
use crate::status::{Stage, Status};
use crate::values::{HazardId, HazardNumber, Holder, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Declares the states with the layers each one guarantees, and how a layer is reached.
macro_rules! states {
    ($($(#[$doc:meta])* $state:ident { $($layer:ident: $of:ty),* } )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $state { $(pub(crate) $layer: $of),* }

            impl $state {
                $(
                    #[doc = concat!("Its layer `", stringify!($layer), "`.")]
                    #[must_use]
                    pub fn $layer(&self) -> &$of { &self.$layer }
                )*
            }

            impl From<$state> for Hazard {
                fn from(state: $state) -> Self {
                    Self::$state(Box::new(state))
                }
            }

            impl InFile for $state {
                fn file(&self) -> &File { &self.file }
                fn file_mut(&mut self) -> &mut File { &mut self.file }
            }
        )*

        /// A hazard, whatever its state.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "status", content = "state", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Hazard { $($(#[$doc])* $state(Box<$state>)),* }

        impl Hazard {
            /// Its state, as a word.
            #[must_use]
            pub fn status(&self) -> Status {
                match self { $(Self::$state(_) => Status::$state),* }
            }

            /// 案卷: what every hazard has.
            #[must_use]
            pub fn file(&self) -> &File {
                match self { $(Self::$state(state) => &state.file),* }
            }

            pub(crate) fn file_mut(&mut self) -> &mut File {
                match self { $(Self::$state(state) => &mut state.file),* }
            }
        }
    };
}

states! {
    /// 待研判.
    Reported { file: File }
    /// 已列清单.
    Listed { file: File, entry: ListEntry }
    /// 已交办（待签收）.
    Assigned { file: File, entry: ListEntry, assignment: Assignment }
    /// 已签收（待报方案）.
    Acknowledged { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge }
    /// 整改中.
    Rectifying { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge, work: Work }
    /// 待验收.
    AwaitingVerification { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge, work: Work, application: Application }
    /// 验收合格（待销号）.
    Verified { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge, work: Work, application: Application, acceptance: Acceptance }
    /// 已销号.
    Closed { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge, work: Work, application: Application, acceptance: Acceptance, closure: Closure }
    /// 已通报归档.
    Circulated { file: File, entry: ListEntry, assignment: Assignment, receipt: Acknowledge, work: Work, application: Application, acceptance: Acceptance, closure: Closure, circulation: Circulation }
    /// 不予认定.
    Rejected { file: File, because: Reject, left_on: NaiveDate }
    /// 降为一般隐患: at review (never listed) or from the list.
    Downgraded { file: File, entry: Option<ListEntry>, left_under: Option<Assignment>, because: DowngradeGround }
    /// 并案.
    Merged { file: File, entry: Option<ListEntry>, left_under: Option<Assignment>, because: Merge }
    /// 已移交.
    Transferred { file: File, entry: Option<ListEntry>, left_under: Option<Assignment>, because: Transfer }
    /// 录入作废.
    Annulled { file: File, entry: Option<ListEntry>, left_on: NaiveDate }
}

/// Why a hazard went to the ledger of ordinary hazards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DowngradeGround {
    /// At review: it never was a major hazard.
    AtReview(DowngradeAtReview),
    /// From the list: part of the danger is gone and what is left is ordinary.
    FromList(Downgrade),
}

impl Hazard {
    /// The hazard as everybody but the intake role is shown it: who reported it is left out (rule 25).
    #[must_use]
    pub fn without_reporter(mut self) -> Self {
        self.file_mut().report.reporter = None;
        self
    }
}

/// What has a file: every state.
pub(crate) trait InFile: Clone + Into<Hazard> {
    fn file(&self) -> &File;
    fn file_mut(&mut self) -> &mut File;
}

/// Declares which states have a layer, for certain or perhaps, and so what [`Hazard`] knows of it.
macro_rules! layer {
    ($(#[$doc:meta])* $layer:ident: $of:ty, in [$($state:ident)*] $(, perhaps in [$($perhaps:ident)*])?) => {
        impl Hazard {
            $(#[$doc])*
            #[must_use]
            pub fn $layer(&self) -> Option<&$of> {
                match self {
                    $(Self::$state(state) => Some(&state.$layer),)*
                    $($(Self::$perhaps(state) => state.$layer.as_ref(),)*)?
                    _ => None,
                }
            }
        }
    };
}

/// What was on the list once, or may have been: every state with a list entry, for certain or perhaps.
pub(crate) trait OnceListed: InFile {
    fn entry_if_any(&self) -> Option<&ListEntry>;
    fn entry_if_any_mut(&mut self) -> Option<&mut ListEntry>;
}

macro_rules! once_listed {
    (surely $($state:ident)*; perhaps $($perhaps:ident)*) => {
        $(impl OnceListed for $state {
            fn entry_if_any(&self) -> Option<&ListEntry> { Some(&self.entry) }
            fn entry_if_any_mut(&mut self) -> Option<&mut ListEntry> { Some(&mut self.entry) }
        })*
        $(impl OnceListed for $perhaps {
            fn entry_if_any(&self) -> Option<&ListEntry> { self.entry.as_ref() }
            fn entry_if_any_mut(&mut self) -> Option<&mut ListEntry> { self.entry.as_mut() }
        })*
    };
}

once_listed! {
    surely Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated;
    perhaps Downgraded Merged Transferred Annulled
}

/// Declares a trait of the states that have a layer for certain, for acts that serve several of them.
macro_rules! having {
    ($of_trait:ident: $above:ident, $layer:ident: $of:ty, in [$($state:ident)*]) => {
        pub(crate) trait $of_trait: $above {
            fn $layer(&self) -> &$of;
        }
        $(impl $of_trait for $state {
            fn $layer(&self) -> &$of { &self.$layer }
        })*
    };
    ($of_trait:ident: $above:ident, $layer:ident $layer_mut:ident: $of:ty, in [$($state:ident)*]) => {
        pub(crate) trait $of_trait: $above {
            fn $layer(&self) -> &$of;
            fn $layer_mut(&mut self) -> &mut $of;
        }
        $(impl $of_trait for $state {
            fn $layer(&self) -> &$of { &self.$layer }
            fn $layer_mut(&mut self) -> &mut $of { &mut self.$layer }
        })*
    };
}

layer! {
    /// 清单条目: from listing on.
    entry: ListEntry,
    in [Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated],
    perhaps in [Downgraded Merged Transferred Annulled]
}
layer! {
    /// 交办: from the order on.
    assignment: Assignment,
    in [Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
}
layer! {
    /// The assignment under which it left the list.
    left_under: Assignment,
    in [],
    perhaps in [Downgraded Merged Transferred]
}
layer! {
    /// 签收: the signed receipt.
    receipt: Acknowledge,
    in [Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
}
layer! {
    /// 整改: plan, progress and extension request.
    work: Work,
    in [Rectifying AwaitingVerification Verified Closed Circulated]
}
layer! {
    /// 验收申请.
    application: Application,
    in [AwaitingVerification Verified Closed Circulated]
}
layer! {
    /// 验收合格.
    acceptance: Acceptance,
    in [Verified Closed Circulated]
}
layer! {
    /// 销号.
    closure: Closure,
    in [Closed Circulated]
}
layer! {
    /// 通报.
    circulation: Circulation,
    in [Circulated]
}

having! {
    OnList: InFile, entry entry_mut: ListEntry,
    in [Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
}
having! {
    UnderOrder: OnList, assignment assignment_mut: Assignment,
    in [Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
}
having! {
    InWork: UnderOrder, work work_mut: Work,
    in [Rectifying AwaitingVerification Verified Closed Circulated]
}
having! {
    Applied: InWork, application: Application,
    in [AwaitingVerification Verified Closed Circulated]
}
having! {
    Accepted: Applied, acceptance: Acceptance,
    in [Verified Closed Circulated]
}
having! {
    StruckOff: Accepted, closure closure_mut: Closure,
    in [Closed Circulated]
}

impl Hazard {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> HazardId {
        self.file().id
    }

    /// Number of its ledger entries; what an act must have seen to be done.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.file().version
    }

    /// 隐患编号; none before listing.
    #[must_use]
    pub fn number(&self) -> Option<&HazardNumber> {
        self.entry().map(|entry| &entry.number)
    }

    /// The units of the side that rectifies: who holds it and answers for it first (主体责任), and all that had an order to rectify it or
    /// worked on it.
    #[must_use]
    pub fn rectifying_units(&self) -> BTreeSet<UnitId> {
        let listed = self.entry().map(|entry| &entry.listing.holder);
        let holder = listed.or(self.file().report.holder.as_ref());
        let mut units = self.ordered_units();
        units.extend(holder.map(Holder::unit));
        units
    }

    /// Every unit that had an order to rectify it, or worked on it.
    #[must_use]
    pub fn ordered_units(&self) -> BTreeSet<UnitId> {
        self.entry().map_or_else(BTreeSet::new, |entry| {
            entry.ordered_units(self.assignment())
        })
    }

    /// The official stage; none before listing and off the list.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.status().stage()
    }
}
