//! What each act says, what it demands, and what it does: one file for each act or pair of acts.
//!
//! An act's struct is its content. Where the event adds nothing to what was said, the event *is* the content.
//! `Rules` holds the act's demands, `Evolves` what its event does to the state.

mod annul;
mod apply;
mod assign;
mod backdate;
mod circulate;
mod downgrade;
mod escalate;
mod expose;
mod extend;
mod further;
mod link;
mod list;
mod look_back;
mod merge;
mod note;
mod plan;
mod progress;
mod receipt;
mod refer;
mod reject;
mod report;
mod strike_off;
mod supervise;
mod suspend;
mod transfer;
mod verify;

pub use annul::{Annul, AnnulmentProposed, HazardAnnulled, ProposeAnnulment};
pub use apply::{
    ApplicationWithdrawn, ApplyShutdownClosure, ApplyVerification, ShutdownClosureApplied,
    SiteVisited, VerificationApplied, VisitSite, WithdrawApplication,
};
pub use assign::{Assign, HazardAssigned, HazardReassigned, OrderTerms, Parties, Reassign};
pub(crate) use assign::{judge_parties, judge_plan_by_deadline};
pub use backdate::{BackdatingConfirmed, ConfirmBackdating};
pub use circulate::{
    CircularReference, CirculateClosure, ClosureCirculated, MentionInCircular, MentionedInCircular,
};
pub use downgrade::{Downgrade, HazardDowngraded};
pub use escalate::{Escalate, EscalationGround, HazardEscalated};
pub use expose::{Expose, HazardExposed};
pub use extend::{
    ExtensionGranted, ExtensionRefused, ExtensionRequested, GrantExtension, GrantedExtension,
    RefuseExtension, RequestExtension,
};
pub use further::{AnswerFurtherOrder, FurtherOrderAnswered, FurtherOrderIssued, OrderFurther};
pub use link::{HandOutLink, LinkHandedOut, LinkTakenBack, TakeBackLink};
pub use list::{HazardListed, List, ListingFlag};
pub use look_back::{HazardReopened, LookBack, LookBackResult, LookedBack, Reopen};
pub use merge::{HazardMerged, Merge};
pub use note::{AddNote, NoteAdded};
pub use plan::{
    Contingency, Element, FilePlan, Funds, Measure, Plan, PlanFiled, PlanParts, PlanRevised,
    Responsibility, RevisePlan,
};
pub use progress::{Percent, ProgressRecorded, RecordProgress};
pub use receipt::{Acknowledge, AssignmentReturned, OrderAcknowledged, ReturnAssignment, Signing};
pub use refer::{CriminalReferralMade, ReferCriminal};
pub use reject::{DowngradeAtReview, DowngradedAtReview, Reject, ReportRejected};
pub use report::{HazardReported, Report, Reporter, SourceRecord};
pub use strike_off::{HazardStruckOff, RefuseStrikeOff, SheetPrint, StrikeOff, StrikeOffRefused};
pub use supervise::{
    LiftSupervision, Supervise, SupervisionDocument, SupervisionLifted, SupervisionOrdered,
};
pub use suspend::{OperationResumed, OperationSuspended, PowerCut, Resume, Suspend};
pub use transfer::{HazardTransferred, Transfer};
pub use verify::{
    ExpiryInspected, FailVerification, Finding, InspectAtExpiry, Inspection, PassVerification,
    TeamMember, TeamRole, Verdict, VerificationFailed, VerificationPassed, VerificationTeam,
};

pub(crate) use report::report;

/// What nearly every file of acts needs.
pub(crate) mod prelude {
    pub(crate) use crate::context::Context;
    pub(crate) use crate::dossier::Part;
    pub(crate) use crate::hazard::*;
    pub(crate) use crate::machinery::{Evolves, Rules};
    pub(crate) use crate::record::Stamp;
    pub(crate) use crate::refusal::{DayTold, Refusal, Refusals};
    pub(crate) use crate::values::*;
    pub(crate) use chrono::NaiveDate;
    pub(crate) use serde::{Deserialize, Serialize};
}
