//! `cargo xtask test`: every test of the workspace, part by part.

use crate::step::{Begun, cargo, heading, run as run_to_the_end};
use crate::{clients, memory, needs};
use anyhow::{Context, Result};
use clap::Args;
use std::env;
use std::num::NonZero;
use std::thread::available_parallelism;

/// What is handed on to the tests.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Options and a name filter for `cargo test`.
    #[arg(allow_hyphen_values = true)]
    for_cargo: Vec<String>,
    /// Options for the test programs.
    #[arg(last = true)]
    for_tests: Vec<String>,
}

/// A part of the tests.
struct Part {
    title: &'static str,
    tests: Tests,
}

/// What tests a part has.
enum Tests {
    /// All of `cargo test` in targets of these kinds, in all packages.
    Targets(&'static [&'static str]),
    /// The same of the longest part, beside which the clients are at work: they mostly wait.
    Suite(&'static [&'static str]),
    /// Those that are no Rust.
    Clients,
}

/// The targets are together what `cargo test --workspace` runs; a test reads nothing that another part leaves behind.
const PARTS: &[Part] = &[
    Part {
        title: "Unit tests, in the files they test",
        tests: Tests::Targets(&["--lib", "--bins"]),
    },
    Part {
        title: "The suite: one integration binary for the whole product",
        tests: Tests::Suite(&["--test", "*"]),
    },
    Part {
        title: "Examples in the documentation",
        tests: Tests::Targets(&["--doc"]),
    },
    Part {
        title: "Clients: the program, asked with libraries that nobody here wrote",
        tests: Tests::Clients,
    },
];

/// Runs all parts, and stops at the first that fails.
///
/// # Errors
/// The part that failed; before it, what the tests need and the machine has not.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    needs::see_to(&[needs::POSTGRES, needs::CURL, needs::PYTHON])?;
    if arguments.choose() {
        println!(
            "Only some tests were asked for, so the client tests are left out; they are run by `cargo xtask clients`."
        );
    } else {
        needs::see_to(&[needs::NODE, needs::NPM])?;
    }
    let is_asked_for = |part: &&Part| !(arguments.choose() && matches!(part.tests, Tests::Clients));
    let parts: Vec<_> = PARTS.iter().filter(is_asked_for).collect();
    let mut clients = None;
    for (number, part) in (1..).zip(&parts) {
        heading(number, parts.len(), part.title);
        if matches!(part.tests, Tests::Suite(_)) && !arguments.choose() {
            clients = Some(clients::begin()?);
            println!("The clients are at work beside it; what they say comes in its turn.");
        }
        let outcome = match part.tests {
            Tests::Targets(targets) | Tests::Suite(targets) => run_targets(targets, arguments),
            Tests::Clients => clients.take().map_or_else(clients::run, Begun::ended),
        };
        outcome.with_context(|| {
            let before = number - 1;
            format!(
                "part {number} of {} failed ({}); {before} passed before it",
                parts.len(),
                part.title
            )
        })?;
    }
    println!("\nAll {} parts passed.", parts.len());
    Ok(())
}

fn run_targets(targets: &[&str], arguments: &Arguments) -> Result<()> {
    let mut command = cargo(&["test", "--workspace", "--locked"])?;
    command.args(targets).args(&arguments.for_cargo);
    if env::var_os(THREADS).is_none() {
        command.env(THREADS, at_once().to_string());
    }
    memory::lend(&mut command);
    if !arguments.for_tests.is_empty() {
        command.arg("--").args(&arguments.for_tests);
    }
    run_to_the_end(command)
}

/// By this the test programs are told how many tests to run at once.
const THREADS: &str = "RUST_TEST_THREADS";

/// Twice as many as there are processors: half of the time a test waits for the disk, or for a program to end.
fn at_once() -> usize {
    2 * available_parallelism().map_or(1, NonZero::get)
}

impl Arguments {
    /// Whether they choose among the tests in Rust, and do not only say how they are to be run.
    fn choose(&self) -> bool {
        let mut words = self.for_cargo.iter().chain(&self.for_tests);
        words.any(|word| !word.starts_with('-'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_chooses_among_the_tests_and_an_option_does_not() {
        let choose = |for_cargo: &[&str], for_tests: &[&str]| {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let (for_cargo, for_tests) = (words(for_cargo), words(for_tests));
            Arguments {
                for_cargo,
                for_tests,
            }
            .choose()
        };
        assert!(!choose(&[], &[]));
        assert!(!choose(&["--release"], &["--nocapture"]));
        assert!(choose(&["lifecycle"], &[]));
        assert!(choose(&[], &["--skip", "crash"]));
    }
}
