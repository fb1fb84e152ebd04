//! `cargo xtask fuzz`: bodies of requests that a fuzzer makes up, guided by what the program does with them.

use crate::step::{cargo, root, run as run_to_the_end};
use anyhow::{Result, bail};
use clap::Args;
use std::fs;
use std::process::{Command, Stdio};

/// For how long.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// How many seconds it goes on, once it is built.
    #[arg(long, default_value = "60")]
    seconds: u32,
}

/// Runs the fuzzer; what makes the program fail is kept under `tests/fuzz/artifacts`.
///
/// # Errors
/// When it is not installed, and when something made the program fail.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut version = Command::new("cargo");
    version.args(["fuzz", "--version"]).stdout(Stdio::null());
    if !version
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        bail!(
            "cargo-fuzz is not installed; install it with `cargo install cargo-fuzz --locked` and run this again"
        );
    }
    // What it finds worth keeping does not go among the seeds.
    let found = root()?.join("target/fuzz-corpus");
    fs::create_dir_all(&found)?;
    let mut fuzz = cargo(&[
        "fuzz",
        "run",
        "--fuzz-dir",
        "tests/fuzz",
        "--sanitizer",
        "none",
    ])?;
    fuzz.arg("request_body").arg(&found);
    fuzz.arg("tests/fuzz/corpus/request_body");
    fuzz.args(["--", "-max_len=16384", "-timeout=20"]);
    fuzz.arg(format!("-max_total_time={}", arguments.seconds));
    run_to_the_end(fuzz)
}
