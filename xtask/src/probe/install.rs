//! Tools are installed once, under `target/probe`, and again when another version is wanted. Nothing else of the machine changes.

use super::versions::{CARGO_DENY, NPM, Python};
use crate::step::root;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where everything is that the probe makes.
pub(super) fn folder() -> Result<PathBuf> {
    Ok(root()?.join("target/probe"))
}

/// The folder with the programs of a Python package.
pub(super) fn python(tool: Python) -> Result<PathBuf> {
    let wanted = format!("{}-{}", tool.name, tool.version);
    let folder = folder()?.join(&wanted);
    once(&folder, || {
        quietly(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context(
            "an environment of Python could not be made (Debian's package python3-venv)",
        )?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--disable-pip-version-check", "--quiet"]);
        quietly(pip.arg(format!("{}=={}", tool.name, tool.version)))
    })
    .with_context(|| {
        format!("{wanted} could not be installed; pip needs a way to its index, once")
    })?;
    Ok(folder.join("bin"))
}

/// The folder with the programs of npm's packages.
pub(super) fn npm() -> Result<PathBuf> {
    let wanted: Vec<_> = NPM
        .iter()
        .map(|(name, version)| format!("{name}@{version}"))
        .collect();
    let named = wanted.join("+").replace(['@', '/'], "-");
    let folder = folder()?.join(format!("npm{named}"));
    once(&folder, || {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
        quietly(npm.args(&wanted).current_dir(&folder))
    })
    .with_context(|| {
        let wanted = wanted.join(", ");
        format!("{wanted} could not be installed; npm needs a way to its registry, once")
    })?;
    Ok(folder.join("node_modules/.bin"))
}

/// The program cargo-deny.
pub(super) fn cargo_deny() -> Result<PathBuf> {
    let wanted = format!("cargo-deny-{CARGO_DENY}");
    let folder = folder()?.join(&wanted);
    once(&folder, || {
        let mut cargo = crate::step::cargo(&["install", "cargo-deny", "--locked", "--quiet"])?;
        cargo.args(["--version", CARGO_DENY, "--root"]).arg(&folder);
        // Its own, so that what is built of ours is not built anew.
        quietly(cargo.env("CARGO_TARGET_DIR", folder.join("build")))?;
        Ok(fs::remove_dir_all(folder.join("build"))?)
    })
    .with_context(|| {
        format!("{wanted} could not be built; cargo needs a way to its registry, once")
    })?;
    Ok(folder.join("bin/cargo-deny"))
}

/// In a folder that is whole when it has this file.
const WHOLE: &str = ".installed";

/// Installs into a folder unless that was done; what was left half done is thrown away.
fn once(folder: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    if folder.join(WHOLE).is_file() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    install()?;
    Ok(fs::write(folder.join(WHOLE), "")?)
}

/// Runs it to its end; only if it fails, what it said is told.
fn quietly(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{program} could not be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<_> = said.lines().rev().take(5).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        bail!("{program} failed: {}", last.join(" / "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_installed_once_and_what_is_half_done_again() {
        let there = tempfile::tempdir().unwrap();
        let folder = there.path().join("tool");
        let half = || {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("half"), "")?;
            bail!("the way was cut")
        };
        assert!(once(&folder, half).is_err());
        let install = || {
            fs::create_dir_all(&folder)?;
            Ok(())
        };
        once(&folder, install).unwrap();
        assert!(!folder.join("half").exists());
        once(&folder, || bail!("is there already")).unwrap();
    }
}
