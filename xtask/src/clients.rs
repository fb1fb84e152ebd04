//! `cargo xtask clients`: the client tests, which ask the program itself with libraries that nobody here wrote.

use crate::needs;
use crate::step::{build_the_program, root, run as run_to_the_end};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Builds the program, fetches the libraries where they are not there yet, and runs the tests.
///
/// # Errors
/// When something is missing, and when a test fails.
pub(crate) fn run() -> Result<()> {
    needs::see_to(&[needs::NODE, needs::NPM])?;
    build_the_program()?;
    let folder = root()?.join("tests/clients");
    if !are_fetched(&folder)? {
        let mut fetch = Command::new("npm");
        fetch.arg("ci").current_dir(&folder);
        run_to_the_end(fetch).context(
            "the libraries of the client tests could not be fetched: npm needs a way to its registry, once",
        )?;
        fs::write(folder.join(FETCHED), wanted(&folder)?)?;
    }
    let mut tests = Command::new("npm");
    tests.args(["test", "--silent"]).current_dir(&folder);
    // Cargo puts all programs of a profile into one folder.
    tests.env(
        "XIAOHAO",
        std::env::current_exe()?.with_file_name("xiaohao"),
    );
    run_to_the_end(tests)
}

/// Beside the libraries: what they were fetched for.
const FETCHED: &str = "node_modules/.fetched-for";

/// Whether the libraries that are there are those that are wanted; npm takes its time to find that out.
fn are_fetched(folder: &Path) -> Result<bool> {
    let there = fs::read_to_string(folder.join(FETCHED)).unwrap_or_default();
    Ok(there == wanted(folder)?)
}

/// Which libraries are wanted.
fn wanted(folder: &Path) -> Result<String> {
    let mut wanted = String::new();
    for name in ["package.json", "package-lock.json"] {
        let path = folder.join(name);
        let text = fs::read_to_string(&path);
        wanted.push_str(&text.with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_fetched_once_and_again_when_others_are_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("node_modules")).unwrap();
        for name in ["package.json", "package-lock.json"] {
            fs::write(folder.join(name), "{}").unwrap();
        }
        assert!(!are_fetched(folder).unwrap());
        fs::write(folder.join(FETCHED), wanted(folder).unwrap()).unwrap();
        assert!(are_fetched(folder).unwrap());
        fs::write(folder.join("package-lock.json"), "{ }").unwrap();
        assert!(!are_fetched(folder).unwrap());
    }
}
