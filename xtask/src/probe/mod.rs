//! `cargo xtask probe`: the program on an example county, asked by tools that nobody here wrote, as somebody asks who wants in.
//!
//! It is no part of `cargo xtask test`: it takes minutes, and what is not there it fetches. What a tool calls a finding is one
//! here, unless it stands with its reason in the tool's file and in docs/security.md.

mod clairvoyance;
mod county;
mod deny;
mod graphqler;
mod inql;
mod install;
mod schema;
mod schemathesis;
mod sqlmap;
mod versions;

use crate::needs;
use crate::step::{build_the_program, heading};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Which tools, and for how long.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only tools whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// How many operations Schemathesis makes up for each field of Query and Mutation.
    #[arg(long, default_value = "10")]
    examples: u32,
}

/// A tool, and how it is set on the program.
struct Tool {
    name: &'static str,
    run: fn(&Arguments) -> Result<Outcome>,
}

/// What a tool came to; that it could not be installed or did not run is an error.
enum Outcome {
    /// It has found nothing, and has looked at this.
    Nothing(String),
    /// It has found this.
    Found(String),
}

const TOOLS: &[Tool] = &[
    tool("schemathesis", schemathesis::run),
    tool("clairvoyance", clairvoyance::run),
    tool("inql", inql::run),
    tool("graphqler", graphqler::run),
    tool("sqlmap", sqlmap::run),
    tool("graphql-inspector", schema::inspector),
    tool("relay-compiler", schema::relay),
    tool("cargo-deny", deny::run),
];

const fn tool(name: &'static str, run: fn(&Arguments) -> Result<Outcome>) -> Tool {
    Tool { name, run }
}

/// Sets each tool on the program, and tells in a line what it came to.
///
/// # Errors
/// When a tool has found something, and when one could not be run: what was not asked is not answered.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let asked_for = |tool: &&Tool| tool.name.contains(&arguments.only);
    let tools: Vec<_> = TOOLS.iter().filter(asked_for).collect();
    if tools.is_empty() {
        let names: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
        bail!("there is no such tool; there are {}", names.join(", "));
    }
    needs::see_to(&[needs::PYTHON, needs::CURL, needs::NODE, needs::NPM])?;
    build_the_program()?;
    let mut told = Vec::new();
    for (number, tool) in (1..).zip(&tools) {
        heading(number, tools.len(), tool.name);
        let outcome = (tool.run)(arguments);
        let (is_good, line) = match outcome {
            Ok(Outcome::Nothing(seen)) => (true, format!("found nothing: {seen}")),
            Ok(Outcome::Found(what)) => (false, format!("FOUND: {what}")),
            Err(error) => (false, format!("COULD NOT BE RUN: {error:#}")),
        };
        println!("{line}");
        told.push((tool.name, is_good, line));
    }
    println!();
    for (name, _, line) in &told {
        println!("{name:<18} {line}");
    }
    let bad = told.iter().filter(|(_, is_good, _)| !is_good).count();
    if bad > 0 {
        bail!(
            "{bad} of {} tools have found something or could not be run; what they wrote is in {}",
            told.len(),
            install::folder()?.join("told").display()
        );
    }
    Ok(())
}

/// What a tool wrote, in a file that is kept until it runs again.
struct Told {
    text: String,
    path: PathBuf,
    is_success: bool,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "see {}", self.path.display())
    }
}

/// Runs a tool to its end, and keeps what it writes under this name; the terminal stays readable.
///
/// # Errors
/// When it cannot be started. That it ends with an error is for its own file to judge: most do when they find something.
fn told(name: &str, tool: &mut Command) -> Result<Told> {
    let folder = install::folder()?.join("told");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.txt"));
    let file = File::create(&path)?;
    tool.stdin(Stdio::null()).stderr(file.try_clone()?);
    let status = tool
        .stdout(file)
        .status()
        .with_context(|| format!("{name} could not be started"))?;
    // Some draw their progress in bytes that are no text.
    let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    Ok(Told {
        text,
        path,
        is_success: status.success(),
    })
}
