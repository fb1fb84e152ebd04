//! What an event cites: its files, which are evidence and the signatures of a verification team; its order.

use crate::acts::{Verdict, VerificationTeam};
use crate::dossier::{IssuedTerms, OrderedAs};
use crate::lifecycle::{Act, Event};
use crate::values::{Digest, EvidenceSet};

impl Act {
    /// Whether what it says can cite files: whoever may do none such has no file to bring.
    #[must_use]
    pub const fn cites_files(self) -> bool {
        match self {
            Self::Report
            | Self::Acknowledge
            | Self::RecordProgress
            | Self::RequestExtension
            | Self::ApplyVerification
            | Self::ApplyShutdownClosure
            | Self::InspectAtExpiry
            | Self::PassVerification
            | Self::FailVerification
            | Self::LookBack
            | Self::AnswerFurtherOrder
            | Self::AddNote => true,
            Self::List
            | Self::Reject
            | Self::DowngradeAtReview
            | Self::Assign
            | Self::ReturnAssignment
            | Self::Reassign
            | Self::FilePlan
            | Self::RevisePlan
            | Self::Supervise
            | Self::LiftSupervision
            | Self::Suspend
            | Self::Resume
            | Self::GrantExtension
            | Self::RefuseExtension
            | Self::WithdrawApplication
            | Self::VisitSite
            | Self::StrikeOff
            | Self::RefuseStrikeOff
            | Self::CirculateClosure
            | Self::MentionInCircular
            | Self::Reopen
            | Self::Merge
            | Self::Downgrade
            | Self::Transfer
            | Self::Escalate
            | Self::ProposeAnnulment
            | Self::Annul
            | Self::ReferCriminal
            | Self::OrderFurther
            | Self::HandOutLink
            | Self::TakeBackLink
            | Self::ConfirmBackdating
            | Self::Expose => false,
        }
    }
}

impl Event {
    /// The evidence that it cites; none for what cites none by its nature.
    #[must_use]
    pub fn evidence(&self) -> Option<&EvidenceSet> {
        match self {
            Self::HazardReported(event) => Some(&event.says.evidence),
            Self::OrderAcknowledged(event) => Some(&event.receipt),
            Self::ProgressRecorded(event) => Some(&event.evidence),
            Self::ExtensionRequested(event) => Some(&event.evidence),
            Self::VerificationApplied(event) => Some(&event.evidence),
            Self::ShutdownClosureApplied(event) => Some(&event.evidence),
            Self::LookedBack(event) => Some(&event.evidence),
            Self::NoteAdded(event) => Some(&event.evidence),
            Self::FurtherOrderAnswered(event) => Some(&event.evidence),
            Self::VerificationFailed(_)
            | Self::VerificationPassed(_)
            | Self::ExpiryInspected(_) => self.verdict().map(|verdict| &verdict.evidence),
            Self::HazardListed(_)
            | Self::ReportRejected(_)
            | Self::DowngradedAtReview(_)
            | Self::HazardAssigned(_)
            | Self::AssignmentReturned(_)
            | Self::HazardReassigned(_)
            | Self::PlanFiled(_)
            | Self::SupervisionOrdered(_)
            | Self::OperationSuspended(_)
            | Self::ExtensionGranted(_)
            | Self::ExtensionRefused(_)
            | Self::HazardStruckOff(_)
            | Self::StrikeOffRefused(_)
            | Self::ClosureCirculated(_)
            | Self::MentionedInCircular(_)
            | Self::HazardReopened(_)
            | Self::HazardMerged(_)
            | Self::HazardDowngraded(_)
            | Self::HazardTransferred(_)
            | Self::HazardEscalated(_)
            | Self::OperationResumed(_)
            | Self::HazardAnnulled(_)
            | Self::ApplicationWithdrawn(_)
            | Self::CriminalReferralMade(_)
            | Self::AnnulmentProposed(_)
            | Self::SiteVisited(_)
            | Self::SupervisionLifted(_)
            | Self::FurtherOrderIssued(_)
            | Self::BackdatingConfirmed(_)
            | Self::PlanRevised(_)
            | Self::HazardExposed(_)
            | Self::LinkHandedOut(_)
            | Self::LinkTakenBack(_) => None,
        }
    }

    /// The signatures of the team, where it is an opinion.
    pub fn signatures(&self) -> impl Iterator<Item = Digest> {
        let teams = self.verdict().into_iter().map(|verdict| &verdict.team);
        let members = teams.flat_map(VerificationTeam::members);
        members.map(|member| member.signature)
    }

    /// Every file that it cites.
    pub fn files(&self) -> impl Iterator<Item = Digest> {
        let evidence = self.evidence().into_iter().flat_map(EvidenceSet::digests);
        evidence.chain(self.signatures())
    }

    /// The files that were received before it was recorded (rule 24). A report, progress and a note may come from where there
    /// is little signal, and their files after them.
    pub fn files_received(&self) -> impl Iterator<Item = Digest> {
        let comes_first = matches!(
            self,
            Self::HazardReported(_) | Self::ProgressRecorded(_) | Self::NoteAdded(_)
        );
        self.files().filter(move |_| !comes_first)
    }

    /// The order by which a unit must act from then on, where it brings one.
    #[must_use]
    pub fn order(&self) -> Option<(OrderedAs, &IssuedTerms)> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "three acts of some forty put somebody under an order"
        )]
        match self {
            Self::HazardAssigned(event) => Some((OrderedAs::Assignment, &event.issued)),
            Self::HazardReassigned(event) => Some((OrderedAs::Reassignment, &event.issued)),
            Self::FurtherOrderIssued(event) => Some((OrderedAs::Further, &event.issued)),
            _ => None,
        }
    }

    /// 验收意见, where it is one.
    pub(crate) fn verdict(&self) -> Option<&Verdict> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "an opinion that is not named here has no evidence above, which the compiler asks for"
        )]
        match self {
            Self::VerificationFailed(event) => Some(&event.verdict),
            Self::VerificationPassed(event) => Some(&event.verdict),
            Self::ExpiryInspected(event) => Some(&event.verdict),
            _ => None,
        }
    }
}
