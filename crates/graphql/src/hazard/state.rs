//! What the state of a hazard guarantees, as a union: whoever asks for a state gets what it has, and nothing that is null.

use super::layer::{
    Acceptance, Application, Assignment, Circulation, Closure, HolderShown, Listing, Receipt, Work,
};
use crate::input::Date;
use crate::vocabulary::Word;
use async_graphql::{ID, SimpleObject, Union};
use xiaohao_core::Hazard;
use xiaohao_core::hazard as core;
use xiaohao_core::hazard::DowngradeGround;
use xiaohao_core::values::RejectReason;

/// Declares the states on the way and the layers each of them has, as the core does.
macro_rules! states {
    ($($(#[$doc:meta])* $State:ident of $Core:ident { $($(#[$layer_doc:meta])* $layer:ident from $get:ident: $Layer:ty),* })*) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub(super) struct $State { $($(#[$layer_doc])* $layer: $Layer),* }

        impl From<&core::$Core> for $State {
            fn from(state: &core::$Core) -> Self {
                Self { $($layer: state.$get().into()),* }
            }
        }
    )* };
}

states! {
    /// 已列清单，待交办。On the list; the order is due.
    ListedState of Listed {
        /// 清单条目。The entry on the list.
        listing from entry: Listing
    }
    /// 已交办，待签收。Under an order; the receipt is due.
    AssignedState of Assigned {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment
    }
    /// 已签收，待报方案。The order is received; the plan is due.
    AcknowledgedState of Acknowledged {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt
    }
    /// 整改中。Being rectified.
    RectifyingState of Rectifying {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt,
        /// 方案和进展。The plan, and how far the work has come.
        work from work: Work
    }
    /// 待验收。Verification is applied for.
    AwaitingVerificationState of AwaitingVerification {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt,
        /// 方案和进展。The plan, and how far the work has come.
        work from work: Work,
        /// 验收申请。The application for verification.
        application from application: Application
    }
    /// 验收合格，待销号。Passed; the strike-off is due.
    VerifiedState of Verified {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt,
        /// 方案和进展。The plan, and how far the work has come.
        work from work: Work,
        /// 验收申请。The application for verification.
        application from application: Application,
        /// 验收合格。The opinion that passed it.
        acceptance from acceptance: Acceptance
    }
    /// 已销号，待通报。Struck off; the circular is due.
    ClosedState of Closed {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt,
        /// 方案和进展。The plan, and how far the work has come.
        work from work: Work,
        /// 验收申请。The application for verification.
        application from application: Application,
        /// 验收合格。The opinion that passed it.
        acceptance from acceptance: Acceptance,
        /// 销号。The strike-off.
        closure from closure: Closure
    }
    /// 已通报归档。Circulated and archived.
    CirculatedState of Circulated {
        /// 清单条目。The entry on the list.
        listing from entry: Listing,
        /// 交办。The order that stands, and the deadline.
        assignment from assignment: Assignment,
        /// 签收。The signed receipt.
        receipt from receipt: Receipt,
        /// 方案和进展。The plan, and how far the work has come.
        work from work: Work,
        /// 验收申请。The application for verification.
        application from application: Application,
        /// 验收合格。The opinion that passed it.
        acceptance from acceptance: Acceptance,
        /// 销号。The strike-off.
        closure from closure: Closure,
        /// 通报。The circular that names the strike-off.
        circulation from circulation: Circulation
    }
}

/// 待研判。Reported; nothing is decided about it yet.
#[derive(SimpleObject)]
pub(super) struct ReportedState {
    /// 上报日期。The day on which it was reported.
    reported_on: Date,
    /// 上报的隐患单位，列单时以此为准核定；没有填的为空。The unit that holds it as it was reported, to be settled at the listing; null where nobody said.
    holder: Option<HolderShown>,
}

/// 不予认定。A clue that was not recognised.
#[derive(SimpleObject)]
pub(super) struct RejectedState {
    /// 理由。On what ground it was not recognised.
    reason: Word<RejectReason>,
    /// 说明。The ground in words.
    text: String,
}

/// 降为一般隐患。An ordinary hazard, in another ledger from then on.
#[derive(SimpleObject)]
pub(super) struct DowngradedState {
    /// 降级前的清单条目；研判时降级的没有列过清单，为空。Null for one that never was on the list.
    listing: Option<Listing>,
    /// 理由。Why it is only an ordinary hazard.
    reason: String,
    /// 接收台账。Which ledger of ordinary hazards took it over.
    receiving_ledger: String,
}

/// 并案。Handled under another hazard from then on.
#[derive(SimpleObject)]
pub(super) struct MergedState {
    /// 并案前的清单条目；列单前并案的为空。The entry on the list before the merger; null for one that was never listed.
    listing: Option<Listing>,
    /// 并入的隐患。Into which hazard.
    into: ID,
    /// 理由。Why it was merged.
    reason: String,
}

/// 已移交。Handed to another body that took it.
#[derive(SimpleObject)]
pub(super) struct TransferredState {
    /// 移交前的清单条目；列单前移交的为空。The entry on the list before the transfer; null for one that was never listed.
    listing: Option<Listing>,
    /// 理由。Why it was transferred.
    reason: String,
    /// 接收单位。The body that took it over.
    receiver: String,
    /// 接收日期。The day on which it was taken over.
    received_on: Date,
    /// 接收回执的文号。The document number of the receipt.
    receipt: String,
}

/// 录入作废。Entered by mistake; it stays on record.
#[derive(SimpleObject)]
pub(super) struct AnnulledState {
    /// 作废前的清单条目；列单前作废的为空。The entry on the list before the annulment; null for one that was never listed.
    listing: Option<Listing>,
}

/// 隐患在当前状态下必有的内容。What the state of a hazard guarantees.
#[derive(Union)]
pub(super) enum HazardState {
    Reported(ReportedState),
    Listed(ListedState),
    Assigned(AssignedState),
    Acknowledged(AcknowledgedState),
    Rectifying(RectifyingState),
    AwaitingVerification(AwaitingVerificationState),
    Verified(VerifiedState),
    Closed(ClosedState),
    Circulated(CirculatedState),
    Rejected(RejectedState),
    Downgraded(DowngradedState),
    Merged(MergedState),
    Transferred(TransferredState),
    Annulled(AnnulledState),
}

impl From<&Hazard> for HazardState {
    fn from(hazard: &Hazard) -> Self {
        match hazard {
            Hazard::Reported(state) => Self::Reported(ReportedState {
                reported_on: Date(state.file().reported_on),
                holder: state.file().report.holder.as_ref().map(HolderShown::from),
            }),
            Hazard::Listed(state) => Self::Listed((&**state).into()),
            Hazard::Assigned(state) => Self::Assigned((&**state).into()),
            Hazard::Acknowledged(state) => Self::Acknowledged((&**state).into()),
            Hazard::Rectifying(state) => Self::Rectifying((&**state).into()),
            Hazard::AwaitingVerification(state) => Self::AwaitingVerification((&**state).into()),
            Hazard::Verified(state) => Self::Verified((&**state).into()),
            Hazard::Closed(state) => Self::Closed((&**state).into()),
            Hazard::Circulated(state) => Self::Circulated((&**state).into()),
            Hazard::Rejected(state) => Self::Rejected(RejectedState {
                reason: Word(state.because().reason),
                text: state.because().text.as_str().to_owned(),
            }),
            Hazard::Downgraded(state) => {
                let (reason, ledger) = match state.because() {
                    DowngradeGround::AtReview(said) => (&said.reason, &said.receiving_ledger),
                    DowngradeGround::FromList(said) => (&said.reason, &said.receiving_ledger),
                };
                Self::Downgraded(DowngradedState {
                    listing: state.entry().as_ref().map(Listing::from),
                    reason: reason.as_str().to_owned(),
                    receiving_ledger: ledger.to_string(),
                })
            }
            Hazard::Merged(state) => Self::Merged(MergedState {
                listing: state.entry().as_ref().map(Listing::from),
                into: ID(state.because().into.to_string()),
                reason: state.because().reason.as_str().to_owned(),
            }),
            Hazard::Transferred(state) => Self::Transferred(TransferredState {
                listing: state.entry().as_ref().map(Listing::from),
                reason: state.because().reason.as_str().to_owned(),
                receiver: state.because().receiver.to_string(),
                received_on: Date(state.because().received_on),
                receipt: state.because().receipt.to_string(),
            }),
            Hazard::Annulled(state) => Self::Annulled(AnnulledState {
                listing: state.entry().as_ref().map(Listing::from),
            }),
        }
    }
}
