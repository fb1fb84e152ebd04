//! 办理内容: what whoever acted has written in his own words.

use crate::acts::Finding;
use crate::lifecycle::Event;

impl Event {
    /// What whoever acted has written of it: why, what he saw, or what he thinks; none where an act says nothing but what is chosen and
    /// counted. Everything else that an act says stands in fields of its own.
    #[must_use]
    pub fn narrative(&self) -> Option<&str> {
        Some(match self {
            Self::HazardReported(reported) => reported.says.description.as_str(),
            Self::ReportRejected(says) => says.text.as_str(),
            Self::DowngradedAtReview(says) => says.reason.as_str(),
            Self::AssignmentReturned(says) => says.reason.as_str(),
            Self::HazardReassigned(says) => says.reason.as_str(),
            Self::ProgressRecorded(says) => says.text.as_str(),
            Self::OperationSuspended(says) => says.measures.as_str(),
            Self::OperationResumed(says) => says.application.as_str(),
            Self::ExtensionRequested(says) => says.reason.as_str(),
            Self::ExtensionGranted(granted) => granted.says.remark.as_str(),
            Self::ExtensionRefused(refused) => refused.says.reason.as_str(),
            Self::VerificationApplied(says) => says.statement.as_str(),
            Self::ShutdownClosureApplied(says) => says.statement.as_str(),
            Self::ApplicationWithdrawn(says) => says.reason.as_str(),
            Self::HazardStruckOff(struck_off) => struck_off.says.opinion.as_str(),
            Self::StrikeOffRefused(says) => says.reason.as_str(),
            Self::HazardReopened(says) => says.finding.as_str(),
            Self::HazardMerged(says) => says.reason.as_str(),
            Self::HazardDowngraded(says) => says.reason.as_str(),
            Self::HazardTransferred(says) => says.reason.as_str(),
            Self::HazardEscalated(says) => says.text.as_str(),
            Self::AnnulmentProposed(says) => says.reason.as_str(),
            Self::HazardAnnulled(says) => says.opinion.as_str(),
            Self::LookedBack(says) => says.text.as_str(),
            Self::CriminalReferralMade(says) => says.reason.as_str(),
            Self::NoteAdded(says) => says.text.as_str(),
            Self::SupervisionLifted(says) => says.reason.as_str(),
            Self::FurtherOrderAnswered(says) => says.answer.as_str(),
            Self::BackdatingConfirmed(says) => says.reason.as_str(),
            Self::PlanRevised(says) => says.reason.as_str(),
            Self::HazardExposed(says) => says.text.as_str(),
            Self::VerificationFailed(_)
            | Self::VerificationPassed(_)
            | Self::ExpiryInspected(_) => self.verdict()?.opinion.as_str(),
            Self::HazardListed(_)
            | Self::HazardAssigned(_)
            | Self::OrderAcknowledged(_)
            | Self::PlanFiled(_)
            | Self::SupervisionOrdered(_)
            | Self::ClosureCirculated(_)
            | Self::MentionedInCircular(_)
            | Self::SiteVisited(_)
            | Self::FurtherOrderIssued(_)
            | Self::LinkHandedOut(_)
            | Self::LinkTakenBack(_) => return None,
        })
    }

    /// What a team has found for each measure of the plan; nothing of any other act.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.verdict().map_or(&[], |verdict| &verdict.findings)
    }

    /// Which earlier entry it corrects.
    #[must_use]
    pub fn corrects(&self) -> Option<u32> {
        if let Self::NoteAdded(note) = self {
            note.corrects
        } else if let Self::ProgressRecorded(progress) = self {
            progress.corrects
        } else {
            None
        }
    }
}
