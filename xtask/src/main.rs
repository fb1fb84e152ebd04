//! What a person who works on this repository runs: `cargo xtask test`, `cargo xtask check`, `cargo xtask gen`.
//!
//! Nothing here is part of the product, and nothing of the product may depend on it.

mod check;
mod r#gen;
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
    /// Run every test of the workspace, and stop at the first part that fails.
    ///
    /// What follows is handed on: options and a name filter to `cargo test`, and whatever stands after `--` to the
    /// test programs themselves.
    #[command(after_help = "Examples:\n  \
        cargo xtask test                  every test\n  \
        cargo xtask test lifecycle        only tests whose name contains lifecycle\n  \
        cargo xtask test --release        every test, optimised\n  \
        cargo xtask test -- --nocapture   every test, showing what it prints")]
    Test(test::Arguments),
    /// Check what CI checks apart from tests: format, lints, documentation, generated files.
    ///
    /// Every check runs, whatever became of the others; at the end it says what to do about those that failed.
    Check,
    /// Write the generated documents (docs/lifecycle.md, docs/errors.md, docs/permissions.md) anew.
    Gen,
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Check => check::run(),
        Command::Gen => r#gen::write(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
