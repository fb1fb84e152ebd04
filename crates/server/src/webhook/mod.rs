//! Webhooks: programs of others are told of the ledger as it grows, line by line, each as a signed message.
//!
//! | File | Its subject |
//! |---|---|
//! | `endpoint` | what the configuration says of a receiver |
//! | `signature` | secrets, and what is signed with them (Standard Webhooks 1.0) |
//! | `courier` | one message brought to its receiver |
//! | `patience` | how long one waits, and for what |
//! | `page` | the lines that a receiver is told, as the API tells them |
//! | `delivery` | every line to a receiver, in order, until it is taken |
//! | `figures` | what Prometheus is told |
//! | `command` | `xiaohao webhook` |
//!
//! Nothing is kept here of what was recorded: the ledger is the outbox, and a receiver's place in it is all that is noted.

pub(crate) mod command;
mod courier;
mod delivery;
mod endpoint;
mod figures;
mod page;
mod patience;
mod signature;

pub use command::Undone;
pub use delivery::{Unready, deliver};
pub use endpoint::{Endpoint, SameName};
pub use figures::Deliveries;
pub use patience::Patience;
