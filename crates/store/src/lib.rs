//! The ledger's ports on SQLite and on PostgreSQL, one code for both.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`SqlStore`], [`Location`] | where the ledger is kept; connections, and what is pinned on each |
//! | `begin`, `look_up`, `append` | the parts of a batch: the transaction in which acts are recorded |
//! | `parts` | what it writes, gathered so that a server is asked once |
//! | `reader` | the views for readers |
//! | `pool` | the connections that they use |
//! | `sizes` | the tables counted for PostgreSQL, which plans by that |
//! | `search` | Chinese text by pairs of characters |
//! | `checkpoint`, `shown` | what is signed of the log, and what is proved under it |
//! | [`Departure`], [`Arrival`] | a whole county carried to another database |
//! | [`Verification`] | the record read again and held against its log |
//! | `rebuild` | everything that is made from the record made anew, or compared with it |
//! | [`Account`], [`Session`] | who may sign in, and who has |
//! | `hazard` | the row of a hazard as columns |
//! | `sql` | statements put together, with every value bound |
//!
//! SQL is written as SQL: each statement is one we have looked at, on both engines.

mod access_key;
mod account;
mod append;
mod attempt;
mod begin;
mod carry;
mod checkpoint;
mod column;
mod connect;
mod county;
mod ended_token;
mod enrolment;
mod evidence;
mod fault;
mod guards;
mod hazard;
mod leaves;
mod line;
mod location;
mod look_up;
mod outbox;
mod parts;
mod personal;
#[cfg(test)]
mod plan;
mod pool;
mod reader;
mod rebuild;
mod search;
mod second_factor;
mod session;
mod settings;
mod shown;
mod sizes;
mod sql;
mod store;
mod verify;
mod ways_in;

pub use access_key::{AccessKey, KeyKind};
pub use account::Account;
pub use carry::{Arrival, CarriedLine, Departure, PersonalData, Piece, Signed, Untaken};
pub use checkpoint::KeptCheckpoint;
pub use connect::SqlStore;
pub use county::Entered;
pub use ended_token::EndedTokens;
pub use enrolment::Enrolment;
pub use location::{BadLocation, Location};
pub use rebuild::{Findings, Progress};
pub use second_factor::SecondFactor;
pub use session::{Ended, Renewal, Session, Shown, Tokens};
pub use settings::Settings;
pub use shown::AsWritten;
pub use verify::{Known, Verification};
