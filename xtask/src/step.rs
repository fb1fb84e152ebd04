//! One step of a command: a heading, and a run of a program whose output goes straight to the terminal, or comes when it has ended.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::thread::{self, JoinHandle};

/// The root of the repository: where it lies now, and not where it lay when this was compiled.
pub(crate) fn root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").context("this is run by `cargo xtask`")?;
    let here = PathBuf::from(here);
    let root = here.parent().context("xtask lies in no workspace")?;
    Ok(root.to_path_buf())
}

/// Prints the heading of a step.
pub(crate) fn heading(number: usize, of: usize, title: &str) {
    println!("\n━━ {number}/{of} {title} ━━");
}

/// Cargo, at the root of the repository: the one that runs us, so that the pinned toolchain stays the same.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root()?);
    // What cargo told this program about itself would look to build scripts like a change, and be compiled for anew.
    let own = std::env::vars_os().map(|(name, _)| name);
    for name in own.filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    }) {
        command.env_remove(name);
    }
    Ok(command)
}

/// Builds the program, with the suite beside it: alone, it would have its dependencies built anew, with other features.
///
/// # Errors
/// As of any step.
pub(crate) fn build_the_program() -> Result<()> {
    run(cargo(&[
        "build",
        "--workspace",
        "--locked",
        "--bins",
        "--test",
        "suite",
    ])?)
}

/// Runs it to its end.
///
/// # Errors
/// When it cannot be started, and when it does not succeed.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let words = words(&command);
    succeeded(&words, command.status())
}

/// A program at work while something else goes on. Whoever lets go of it waits until it has ended, so that nothing is left behind.
pub(crate) struct Begun {
    words: String,
    at_work: Option<JoinHandle<io::Result<Output>>>,
}

impl Begun {
    /// Begins with it.
    pub(crate) fn with(mut command: Command) -> Self {
        let words = words(&command);
        let at_work = Some(thread::spawn(move || command.output()));
        Self { words, at_work }
    }

    /// Waits until it has ended, and prints what it said.
    ///
    /// # Errors
    /// When it could not be started, and when it did not succeed.
    pub(crate) fn ended(mut self) -> Result<()> {
        let ended = self.at_work.take().map(JoinHandle::join);
        let Some(Ok(output)) = ended else {
            bail!("nobody knows how `{}` ended", self.words);
        };
        let ended = output.and_then(
            |Output {
                 status,
                 stdout,
                 stderr,
             }| {
                io::stdout().write_all(&stdout)?;
                io::stderr().write_all(&stderr)?;
                Ok(status)
            },
        );
        succeeded(&self.words, ended)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.at_work.take().map(JoinHandle::join);
    }
}

/// A command as one would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or_default();
    let words: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

fn succeeded(words: &str, ended: io::Result<ExitStatus>) -> Result<()> {
    let status = ended.with_context(|| format!("`{words}` could not be started"))?;
    if !status.success() {
        bail!("`{words}` failed");
    }
    Ok(())
}
