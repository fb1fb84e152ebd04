//! Schemathesis makes up operations by the schema, right ones and wrong ones, and judges each answer by `tests/probe/answers.py`:
//! no HTTP status of 500 or more, no error without a documented code, nothing of the inside of the program.

use super::county::{County, PASSWORD};
use super::{Arguments, Outcome, install, told, versions};
use crate::step::root;
use anyhow::Result;
use std::fs;
use std::process::Command;
use xiaohao_graphql::ErrorCode;

/// Whoever signs out ends the token by which all others would be asked.
const LEFT_OUT: &str = "Mutation.signOut";

pub(super) fn run(arguments: &Arguments) -> Result<Outcome> {
    let programs = install::python(versions::SCHEMATHESIS)?;
    let mut county = County::serve("schemathesis", &[])?;
    let codes: Vec<_> = ErrorCode::all().map(ErrorCode::code).collect();
    let listed = install::folder()?.join("codes.json");
    fs::write(&listed, serde_json::to_string(&codes)?)?;
    let mut tool = Command::new(programs.join("st"));
    tool.args(["run", &county.url, "--exclude-name", LEFT_OUT]);
    tool.args(["--phases", "fuzzing", "--checks", "answered_as_documented"]);
    tool.args(["--continue-on-failure", "--suppress-health-check", "all"]);
    tool.args(["--seed", "7", "--no-shrink", "--max-examples"]);
    tool.arg(arguments.examples.to_string());
    tool.current_dir(install::folder()?);
    tool.env("PYTHONPATH", root()?.join("tests/probe"));
    tool.env("PYTHONDONTWRITEBYTECODE", "1");
    tool.env("SCHEMATHESIS_HOOKS", "answers");
    tool.env("PROBE_CODES", &listed);
    tool.env("PROBE_URL", &county.url);
    tool.env("PROBE_LOGIN", "clerk");
    tool.env("PROBE_PASSWORD", PASSWORD);
    let told = told("schemathesis", &mut tool)?;
    if let Some(suffered) = county.suffered()? {
        return Ok(Outcome::Found(suffered));
    }
    if !told.is_success {
        return Ok(Outcome::Found(format!(
            "an answer that is not as documented; {told}"
        )));
    }
    let mut lines = told.text.lines().map(str::trim);
    let cases = lines.find(|line| line.contains(" generated, "));
    let cases = cases.unwrap_or("no case is told of");
    Ok(Outcome::Nothing(format!("{cases}, signed in as clerk")))
}
