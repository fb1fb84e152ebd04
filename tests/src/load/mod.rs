//! The load: a county at scale, and what is done most on it, by the product and in bare SQL side by side.
//!
//! | Room | What is in it |
//! |---|---|
//! | `district` | committees, lead units, townships, and whom a hazard belongs to |
//! | `stock` | the hazards, made by acts that go through the ledger |
//! | `ground` | where the databases lie |
//! | `ours`, `bare` | the operations, as the product does them and in bare SQL |
//! | `closed` | so many clients, each of whom waits for his answer |
//! | `measure` | one database measured |
//! | `machine`, `table` | memory; the tables of results |
//!
//! Not here: GraphQL and HTTP, which come on top of what is measured here.

mod bare;
mod closed;
mod district;
mod ground;
mod machine;
mod measure;
mod ours;
mod stock;
mod table;

pub use district::district;
pub use ground::{Engine, Ground};
pub use machine::Memory;
pub use measure::{Figure, Filled, Measured, Method, Replayed, Row, fill, measure};
pub use stock::{Calendar, Life, done, last_day};
pub use table::{Result, tables};
