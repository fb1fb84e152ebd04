//! Packages of npm, fetched once into the folder that wants them.

use crate::needs;
use crate::step::run as run_to_the_end;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Fetches what this folder's lock file names, where it is not there yet.
///
/// # Errors
/// When npm is missing, or has no way to its registry.
pub(crate) fn fetch(folder: &Path) -> Result<()> {
    needs::see_to(&[needs::NODE, needs::NPM])?;
    if are_fetched(folder)? {
        return Ok(());
    }
    let mut fetch = Command::new("npm");
    fetch.arg("ci").current_dir(folder);
    run_to_the_end(fetch).with_context(|| {
        let folder = folder.display();
        format!(
            "the packages of {folder} could not be fetched: npm needs a way to its registry, once"
        )
    })?;
    fs::write(folder.join(FETCHED), wanted(folder)?)?;
    Ok(())
}

/// Beside the packages: what they were fetched for.
const FETCHED: &str = "node_modules/.fetched-for";

/// Whether the packages that are there are those that are wanted; npm takes its time to find that out.
fn are_fetched(folder: &Path) -> Result<bool> {
    let there = fs::read_to_string(folder.join(FETCHED)).unwrap_or_default();
    Ok(there == wanted(folder)?)
}

/// Which packages are wanted.
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
    fn packages_are_fetched_once_and_again_when_others_are_wanted() {
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
