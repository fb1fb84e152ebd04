//! `cargo xtask check`: what CI checks apart from tests.

use crate::r#gen;
use crate::step::{cargo, heading, run as run_to_the_end};
use anyhow::{Result, bail};

/// One thing to check, and what to do when it fails.
struct Check {
    title: &'static str,
    run: fn() -> Result<()>,
    remedy: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        title: "Format",
        run: || run_to_the_end(cargo(&["fmt", "--all", "--check"])?),
        remedy: "run `cargo fmt --all`",
    },
    Check {
        title: "Lints",
        run: || {
            run_to_the_end(cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ])?)
        },
        remedy: "mend what clippy names",
    },
    Check {
        title: "Documentation",
        run: || {
            let mut command = cargo(&["doc", "--workspace", "--no-deps", "--locked"])?;
            command.env("RUSTDOCFLAGS", "-D warnings");
            run_to_the_end(command)
        },
        remedy: "mend what rustdoc names",
    },
    Check {
        title: "Generated documents",
        run: generated_documents_are_fresh,
        remedy: "run `cargo xtask gen` and commit what it writes",
    },
];

/// Runs every check, and says at the end what to do about those that failed.
///
/// # Errors
/// When a check failed.
pub(crate) fn run() -> Result<()> {
    let mut failed = Vec::new();
    for (number, check) in (1..).zip(CHECKS) {
        heading(number, CHECKS.len(), check.title);
        if let Err(error) = (check.run)() {
            println!("{error:#}");
            failed.push(check);
        }
    }
    if failed.is_empty() {
        println!("\nAll {} checks passed.", CHECKS.len());
        return Ok(());
    }
    println!("\nWhat to do:");
    for check in &failed {
        println!("  {}: {}", check.title, check.remedy);
    }
    bail!("{} of {} checks failed", failed.len(), CHECKS.len())
}

/// Compares what `gen` would write with what is there.
fn generated_documents_are_fresh() -> Result<()> {
    let stale = r#gen::stale()?;
    if stale.is_empty() {
        println!("all up to date");
        return Ok(());
    }
    bail!("stale: {}", stale.join(", "))
}
