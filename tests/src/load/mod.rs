//! The load: a county at scale, and what is done most on it, by the product and in bare SQL side by side.
//!
//! | Room | What is in it |
//! |---|---|
//! | `district` | committees, lead units, townships, and whom a hazard belongs to |
//! | `stock` | the hazards, made by acts that go through the ledger |
//! | `ground` | where the databases lie |
//! | `ours`, `online`, `bare`, `peer` | the operations: by the ledger and its readers, by the program over HTTP, in bare SQL, by a ready-made server |
//! | `asking` | a client over HTTP |
//! | `closed` | so many clients, each of whom waits for his answer |
//! | `contest`, `beside`, `scoped` | one way against another; readers beside writers; a line beside the whole county |
//! | `measure` | one database measured |
//! | `machine`, `table` | memory; the tables of results |

mod asking;
mod bare;
mod beside;
mod closed;
mod contest;
mod district;
mod ground;
mod machine;
mod measure;
mod online;
mod ours;
mod peer;
mod scoped;
mod stock;
mod table;

pub use beside::Beside;
pub use contest::{Figure, Row};
pub use district::district;
pub use ground::{Engine, Ground};
pub use machine::Memory;
pub use measure::{Filled, Measured, Method, Replayed, fill, measure};
pub use scoped::Scoped;
pub use stock::{Calendar, Life, done, last_day};
pub use table::{Result, tables};
