//! What a person who works on this repository runs: `cargo xtask test`, `cargo xtask clients`, `cargo xtask fuzz`,
//! `cargo xtask probe`, `cargo xtask check`, `cargo xtask gen`, `cargo xtask release-schema`, `cargo xtask load`.
//!
//! Nothing here is part of the product, and nothing of the product may depend on it.

mod check;
mod clients;
mod fuzz;
mod r#gen;
mod load;
mod memory;
mod needs;
mod npm;
mod probe;
mod step;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a person who works on xiaohao runs.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every test, in Rust and of clients, and stop at the first part that fails.
    ///
    /// What the tests need from outside is installed from Debian's packages where it is missing and we may.
    ///
    /// What follows is handed on: options and a name filter to `cargo test`, and whatever stands after `--` to the
    /// test programs themselves.
    #[command(after_help = "Examples:\n  \
        cargo xtask test                  every test\n  \
        cargo xtask test lifecycle        only tests whose name contains lifecycle\n  \
        cargo xtask test --release        every test, optimised\n  \
        cargo xtask test -- --nocapture   every test, showing what it prints")]
    Test(test::Arguments),
    /// Run the client tests alone: the program, asked with libraries from npm; see tests/clients/README.md.
    Clients,
    /// Ask the program with bodies that a fuzzer makes up; it needs cargo-fuzz.
    Fuzz(fuzz::Arguments),
    /// Ask the program with tools of others that look for ways in, each installed under target/probe.
    ///
    /// It fails when a tool has found something or could not be run. It takes minutes, and needs a way to the registries of Python,
    /// npm and crates.io, once.
    #[command(after_help = "Examples:\n  \
        cargo xtask probe                                      all tools\n  \
        cargo xtask probe --only schemathesis --examples 200   one of them, for longer")]
    Probe(probe::Arguments),
    /// Check what CI checks apart from tests: format, lints, documentation, generated files.
    ///
    /// Every check runs, whatever became of the others; at the end it says what to do about those that failed.
    Check,
    /// Write the generated documents (docs/lifecycle.md, docs/errors.md, docs/permissions.md) anew.
    Gen,
    /// Make the present schema the released one (docs/schema-released.graphql), when a version is published.
    ///
    /// The client tests fail where the present schema breaks the released one; docs/adr/0012-additive-only.md says why.
    ReleaseSchema,
    /// Measure what is done most on a county at scale, beside bare SQL on the same database, and print tables.
    ///
    /// It fills databases of SQLite and of a PostgreSQL of its own; with 100,000 hazards that takes minutes.
    #[command(after_help = "Examples:\n  \
        cargo xtask load                                        both engines, 10,000 and 100,000 hazards\n  \
        cargo xtask load --engine sqlite --hazards 10000        one database\n  \
        cargo xtask load --only page --concurrency 16           one operation\n  \
        cargo xtask load --write docs/performance.md            and write the tables into the document")]
    Load(load::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Clients => clients::run(),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Probe(arguments) => probe::run(&arguments),
        Command::Check => check::run(),
        Command::Gen => r#gen::write(),
        Command::ReleaseSchema => r#gen::release_schema(),
        Command::Load(arguments) => load::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
