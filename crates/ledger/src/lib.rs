//! The one write path, and the views for readers, over ports that a store fills.
//!
//! An act goes in as a [`Submission`] and comes out as an [`Outcome`]. Between lies one database transaction: the request
//! is looked up, the hazard loaded, the act decided by the core, the line, the row and the counters written. The ledger of
//! a county is written by one at a time; acts that wait at the same moment share a commit.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`Ledger`] | `execute`, the only way in |
//! | `present` | the county as the ledger has it now, in this process |
//! | `desk` | a batch decided on what was looked up; pure |
//! | [`Store`], [`Batch`] | what a store must do for writers |
//! | [`Notary`] | what must sign and prove what is recorded |
//! | [`read`] | what a store must do for readers; filters, orders, pages |
//! | [`Scope`] | what a viewer may see |
//! | `body` | the stored form of a line, with commitments where personal data stood |
//! | `seal` | a line as a leaf of the county's log |
//! | [`row`], [`tally`] | what is kept beside the history to answer quickly, each made from it |
//! | [`memory`] | a store without a disk, for tests and as the measure of the others |
//!
//! Not here: SQL (the store's), HTTP and tokens (the server's), the clock and chance (parameters).

mod answer;
mod attempt;
mod body;
mod desk;
mod fault;
mod head;
mod ledger;
mod line;
pub mod memory;
mod notary;
mod position;
mod present;
pub mod read;
pub mod row;
mod scope;
mod seal;
mod signing_keys;
mod store;
mod submission;
pub mod tally;
mod ways_in;

pub use answer::{After, Answer, Outcome, Refused};
pub use attempt::{Attempt, Whose};
pub use body::{BrokenSeal, Committed, Personal, Salted, commitments};
pub use fault::{Cause, Fault, FaultKind, Told};
pub use head::{Head, Numbers, ahead_of};
pub use ledger::{Clock, Ledger, Pace};
pub use line::{Line, Record, Subject, SubjectKind, UnreadableBody};
pub use notary::{Names, Notary};
pub use position::Position;
pub use scope::{Scope, Sees, Through, Viewpoint, seen_from};
pub use seal::Salts;
pub use signing_keys::{NoChange, SigningKeys};
pub use store::{
    Batch, Before, CarryOver, Erasure, Found, NewLine, Store, Wanted, WayInKept, Written,
    WrittenHazard,
};
pub use submission::{Deed, Fingerprint, Said, Submission, Unread};
pub use ways_in::{
    committed_device_code, committed_key, committed_password, committed_recovery_code,
    committed_second_factor,
};
