//! What the program `xiaohao` is: its command line, HTTP, the data that is shipped, and where the ledger is kept.

mod accompany;
mod carrier;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod county;
pub mod database;
mod events;
mod evidence;
pub mod files;
mod graphiql;
pub mod history;
pub mod http;
mod metrics;
pub mod operations;
pub mod people;
mod progress;
pub mod readiness;
pub mod rebuild;
pub mod seeds;
pub mod served;
pub mod serving;
pub mod session;
mod socket;
pub mod verify;
pub mod webhook;
