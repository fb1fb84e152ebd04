//! What the ledger must look up before a command can be decided: reading first, then the decision, then the write.

use crate::acts::{Inspection, SourceRecord};
use crate::lifecycle::Command;
use crate::values::{Basis, CircularId, Digest, EvidenceSet, HazardId, OrderId, UnitId};
use std::collections::BTreeSet;

/// What a command asks of the ledger; the answers are [`crate::Known`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Files of which the act says that the server holds them.
    pub evidence: BTreeSet<Digest>,
    /// Whether an open hazard of this unit and basis stands at the same place.
    pub duplicate_of: Option<DuplicateKey>,
    /// Whether this record of a platform has been reported before.
    pub source_record: Option<SourceRecord>,
    /// Another hazard.
    pub hazard: Option<HazardId>,
    /// An order that may have been issued.
    pub order: Option<OrderId>,
    /// A published circular.
    pub circular: Option<CircularId>,
}

/// By what a duplicate is known: the same unit and basis; the place is that of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// 隐患单位.
    pub unit: UnitId,
    /// 判定依据.
    pub basis: Basis,
}

impl Command {
    /// What must be looked up before it is decided.
    #[must_use]
    pub fn asks(&self) -> Asks {
        let files = |evidence: &EvidenceSet| Asks {
            evidence: evidence.digests().collect(),
            ..Asks::default()
        };
        let of_visit = |visit: &Inspection| {
            let mut asks = files(&visit.evidence);
            asks.evidence
                .extend(visit.members.iter().map(|member| member.signature));
            asks
        };
        let order = |order| Asks {
            order: Some(order),
            ..Asks::default()
        };
        match self {
            Self::Report(says) => Asks {
                source_record: says.source_record.clone(),
                ..Asks::default()
            },
            Self::List(says) => Asks {
                duplicate_of: Some(DuplicateKey {
                    unit: says.holder.unit(),
                    basis: says.basis.clone(),
                }),
                ..Asks::default()
            },
            Self::Assign(says) => order(says.order),
            Self::Reassign(says) => order(says.order),
            Self::OrderFurther(says) => order(says.order),
            Self::Supervise(says) => Asks {
                order: says.order,
                ..Asks::default()
            },
            Self::ApplyVerification(says) => files(&says.evidence),
            Self::ApplyShutdownClosure(says) => files(&says.evidence),
            Self::FailVerification(says) => of_visit(&says.inspection),
            Self::PassVerification(says) => of_visit(&says.inspection),
            Self::InspectAtExpiry(says) => of_visit(&says.inspection),
            Self::Acknowledge(says) => files(&says.receipt),
            Self::RequestExtension(says) => files(&says.evidence),
            Self::AnswerFurtherOrder(says) => files(&says.evidence),
            Self::LookBack(says) => files(&says.evidence),
            Self::CirculateClosure(says) => Asks {
                circular: Some(says.circular),
                ..Asks::default()
            },
            Self::MentionInCircular(says) => Asks {
                circular: Some(says.circular),
                ..Asks::default()
            },
            Self::Merge(says) => Asks {
                hazard: Some(says.into),
                ..Asks::default()
            },
            Self::Reject(_)
            | Self::DowngradeAtReview(_)
            | Self::ReturnAssignment(_)
            | Self::FilePlan(_)
            | Self::RecordProgress(_)
            | Self::Suspend(_)
            | Self::GrantExtension(_)
            | Self::RefuseExtension(_)
            | Self::StrikeOff(_)
            | Self::RefuseStrikeOff(_)
            | Self::Reopen(_)
            | Self::Downgrade(_)
            | Self::Transfer(_)
            | Self::Escalate(_)
            | Self::Resume(_)
            | Self::Annul(_)
            | Self::WithdrawApplication(_)
            | Self::ReferCriminal(_)
            | Self::ProposeAnnulment(_)
            | Self::AddNote(_)
            | Self::VisitSite(_)
            | Self::LiftSupervision(_)
            | Self::ConfirmBackdating(_)
            | Self::RevisePlan(_)
            | Self::Expose(_)
            | Self::HandOutLink(_)
            | Self::TakeBackLink(_) => Asks::default(),
        }
    }
}
