//! What a hazard's file holds, layer by layer.
//!
//! Each layer is what one more step of the life guarantees: the [`File`] from the report on, the [`ListEntry`] from
//! listing on, the [`Assignment`] from the order on, the [`Work`] from the plan on. The states of [`crate::hazard`]
//! are made of these layers. Facts that are not states (supervision, suspension, escalation, referral) lie in the
//! layer in which they begin.

mod assignment;
mod closure;
mod cycle;
mod file;
mod link;
mod list_entry;
mod verification;
mod work;

pub use assignment::{
    Assignment, FurtherOrder, IssuedTerms, IssuingBody, NumberFrom, OrderedAs, SupersededOrder,
    Term,
};
pub use closure::{Circulation, Closure};
pub use cycle::{Cycle, PastCycle};
pub use file::{AnnulmentProposal, BackdatingPermit, File, Hand, Part, Suspension};
pub use link::Link;
pub use list_entry::{Escalation, ListEntry, Mention, Supervision};
pub use verification::{Acceptance, Application, Ground};
pub use work::{PendingExtension, Progress, SentBack, Stated, Work};
