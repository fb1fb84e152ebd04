//! What the program `xiaohao` is: its command line, HTTP, the data that is shipped, and where the ledger is kept.

// The answer to a query is one future, as deep as its fields lie in each other; optimised, it is deeper than 128.
#![recursion_limit = "256"]

mod accept;
mod accompany;
mod address;
mod attempts;
mod bounded;
mod carrier;
pub mod chance;
mod checkpoint;
pub mod cli;
pub mod clock;
pub mod config;
mod counted;
mod county_file;
pub mod database;
mod durable;
pub mod entering;
mod events;
mod evidence;
pub mod export;
pub mod files;
mod graphiql;
mod hex;
pub mod history;
pub mod http;
pub mod import;
mod metrics;
pub mod oidc;
pub mod operations;
mod outgoing;
pub mod people;
mod progress;
pub mod proof;
mod rates;
pub mod readiness;
pub mod rebuild;
mod reception;
pub mod rotation;
pub mod seeds;
pub mod served;
pub mod serving;
pub mod session;
pub mod signing;
mod socket;
pub mod stating;
pub mod tls;
pub mod verify;
pub mod webhook;
pub mod witness;
