//! `cargo xtask load`: what is done most, measured on a county at scale, and written down.

use crate::npm;
use crate::step::{cargo, root};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// What is measured, and where the result goes.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// How many hazards a database has, one number for each database.
    #[arg(long, default_value = "10000,100000")]
    hazards: String,
    /// The engines: sqlite, postgres.
    #[arg(long, default_value = "sqlite,postgres")]
    engine: String,
    /// How many seconds each side works in each contest.
    #[arg(long, default_value = "5")]
    seconds: String,
    /// How many clients, in turn.
    #[arg(long, default_value = "1,16,64")]
    concurrency: String,
    /// Only contests whose title contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Let a ready-made GraphQL server take part on PostgreSQL; its packages are fetched from npm (64-bit Linux on Intel or AMD).
    #[arg(long)]
    peer: bool,
    /// Keep the filled databases in this folder, and use those that are there.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Put the tables into this file, between its markers, in place of those that are there.
    #[arg(long)]
    write: Option<PathBuf>,
}

/// Between these lines a document holds the tables.
const BEGIN: &str = "<!-- load: begin -->\n";
const END: &str = "<!-- load: end -->\n";

/// Builds the program that measures, runs it, and prints its tables or writes them down.
///
/// # Errors
/// When it cannot be built or fails, and when the document has no markers.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut measure = cargo(&["run", "--release", "--locked", "--package", "xiaohao-tests"])?;
    measure.args(["--bin", "xiaohao-load", "--"]);
    for (name, value) in [
        ("--hazards", &arguments.hazards),
        ("--engine", &arguments.engine),
        ("--seconds", &arguments.seconds),
        ("--concurrency", &arguments.concurrency),
        ("--only", &arguments.only),
    ] {
        measure.args([name, value]);
    }
    if arguments.peer {
        npm::fetch(&root()?.join("tests/peer"))?;
        measure.arg("--peer");
    }
    if let Some(folder) = &arguments.keep {
        measure.arg("--keep").arg(folder);
    }
    // Before anything is measured: who works on while it runs changes the tree, not what is measured.
    let heading = heading()?;
    let tables = output(&mut measure)?;
    let text = format!("{heading}\n\n{tables}");
    match &arguments.write {
        None => println!("{text}"),
        Some(document) => {
            let old = fs::read_to_string(document)
                .with_context(|| format!("cannot read {}", document.display()))?;
            fs::write(document, between_markers(&old, &text)?)?;
        }
    }
    Ok(())
}

/// When, where and of what.
fn heading() -> Result<String> {
    let mut describe = Command::new("git");
    describe.args(["describe", "--always", "--dirty", "--exclude", "*"]);
    let commit = output(describe.current_dir(root()?))?;
    let today = DateTime::<Utc>::from(SystemTime::now()).date_naive();
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, model)| model);
    let commit = commit.trim();
    Ok(format!(
        "Measured on {today}, commit `{commit}`, {cores} cores of {model}."
    ))
}

/// What a program prints; what it says on the way goes to the terminal.
fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{command:?} could not be started"))?;
    if !output.status.success() {
        bail!("{command:?} failed");
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The document with this text between its markers.
fn between_markers(document: &str, text: &str) -> Result<String> {
    let parts = document.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.context("the document lacks the markers of the load")?;
    Ok(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}
