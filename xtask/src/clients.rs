//! `cargo xtask clients`: the client tests, which ask the program itself with libraries that nobody here wrote.

use crate::step::{Begun, build_the_program, root, run as run_to_the_end};
use crate::{needs, npm};
use anyhow::Result;
use std::process::Command;

/// Runs them to their end.
///
/// # Errors
/// When something is missing, and when a test fails.
pub(crate) fn run() -> Result<()> {
    run_to_the_end(ready()?)
}

/// Begins with them.
///
/// # Errors
/// When something is missing.
pub(crate) fn begin() -> Result<Begun> {
    Ok(Begun::with(ready()?))
}

/// The tests, with the program built, and the libraries fetched where they are not there yet.
fn ready() -> Result<Command> {
    needs::see_to(&[needs::NODE, needs::NPM])?;
    build_the_program()?;
    let folder = root()?.join("tests/clients");
    npm::fetch(&folder)?;
    let mut tests = Command::new("npm");
    tests.args(["test", "--silent"]).current_dir(&folder);
    // Cargo puts all programs of a profile into one folder.
    tests.env(
        "XIAOHAO",
        std::env::current_exe()?.with_file_name("xiaohao"),
    );
    Ok(tests)
}
