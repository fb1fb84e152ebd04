//! `cargo xtask test`: every test of the workspace, part by part.

use crate::needs;
use crate::step::{cargo, heading, run as run_to_the_end};
use anyhow::{Context, Result};
use clap::Args;

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

/// A part of the tests: all targets of one kind, in all packages.
struct Part {
    title: &'static str,
    targets: &'static [&'static str],
}

/// Together these are what `cargo test --workspace` runs; a test reads nothing that another part leaves behind.
const PARTS: &[Part] = &[
    Part {
        title: "Unit tests, in the files they test",
        targets: &["--lib", "--bins"],
    },
    Part {
        title: "The suite: one integration binary for the whole product",
        targets: &["--test", "*"],
    },
    Part {
        title: "Examples in the documentation",
        targets: &["--doc"],
    },
];

/// Runs all parts, and stops at the first that fails.
///
/// # Errors
/// The part that failed; before it, what the tests need and the machine has not.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    needs::see_to(&[needs::POSTGRES, needs::NODE, needs::NPM])?;
    for (number, part) in (1..).zip(PARTS) {
        heading(number, PARTS.len(), part.title);
        let mut command = cargo(&["test", "--workspace", "--locked"])?;
        command.args(part.targets).args(&arguments.for_cargo);
        if !arguments.for_tests.is_empty() {
            command.arg("--").args(&arguments.for_tests);
        }
        run_to_the_end(command).with_context(|| {
            let before = number - 1;
            format!(
                "part {number} of {} failed ({}); {before} passed before it",
                PARTS.len(),
                part.title
            )
        })?;
    }
    println!("\nAll {} parts passed.", PARTS.len());
    Ok(())
}
