//! `InQL` reads the schema as somebody does who looks for a way in. Of what it finds its cycles are judged: whoever goes round one
//! of them is stopped by the bound on depth.

use super::county::County;
use super::{Arguments, Outcome, install, told, versions};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Rounds of a cycle: of one that is a single field as well, more fields than may be within one another.
const ROUNDS: usize = 16;

pub(super) fn run(_: &Arguments) -> Result<Outcome> {
    let programs = install::python(versions::INQL)?;
    let mut county = County::serve("inql", &[])?;
    let token = county.sign_in("clerk")?;
    let folder = install::folder()?.join("told/inql");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut tool = Command::new(programs.join("inql"));
    tool.args(["-t", &county.url, "--generate-cycles", "--no-generate-html"]);
    tool.args([
        "--header",
        "Authorization",
        &format!("Bearer {token}"),
        "-o",
    ]);
    let told = told("inql", tool.arg(&folder))?;
    let report = reported(&folder).with_context(|| format!("it has read no schema; {told}"))?;
    let cycles: Vec<_> = report.lines().filter_map(Cycle::read).collect();
    for cycle in &cycles {
        let answer = county.ask(Some(&token), &cycle.gone_round(), &json!({}))?;
        let code = answer
            .pointer("/errors/0/extensions/code")
            .and_then(Value::as_str);
        if code != Some("QUERY_TOO_DEEP") {
            return Ok(Outcome::Found(format!(
                "whoever goes round {} is not stopped: {answer}",
                cycle.fields.join(", ")
            )));
        }
    }
    if let Some(suffered) = county.suffered()? {
        return Ok(Outcome::Found(suffered));
    }
    let named: Vec<_> = cycles.iter().map(|cycle| cycle.fields.join("–")).collect();
    Ok(Outcome::Nothing(format!(
        "cycles: {} ({}), each stopped by the bound on depth",
        named.len(),
        named.join(", ")
    )))
}

/// Its report of cycles, in whatever folder it put that.
fn reported(folder: &Path) -> Result<String> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if let Ok(report) = reported(&path) {
                return Ok(report);
            }
        } else if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("cycles"))
        {
            return Ok(fs::read_to_string(path)?);
        }
    }
    bail!("there is no report of cycles in {}", folder.display())
}

/// A way through the schema that comes back to where it began.
#[derive(Debug, PartialEq, Eq)]
struct Cycle {
    begins: String,
    fields: Vec<String>,
}

impl Cycle {
    /// A line such as `{ LedgerEntry -[hazard]-> Hazard -[ledger]-> LedgerEntry }`.
    fn read(line: &str) -> Option<Self> {
        let (_, way) = line.split_once("{ ")?;
        let (begins, _) = way.split_once(" -[")?;
        let fields = way
            .split("-[")
            .skip(1)
            .filter_map(|step| Some(step.split_once("]->")?.0.to_owned()));
        Some(Self {
            begins: begins.to_owned(),
            fields: fields.collect(),
        })
    }

    /// A query that goes round it, and round again.
    fn gone_round(&self) -> String {
        let way: Vec<_> = std::iter::repeat_n(&self.fields, ROUNDS)
            .flatten()
            .collect();
        let open: Vec<_> = way.iter().map(|field| format!("{field} {{ ")).collect();
        let open = open.concat();
        let close = "} ".repeat(way.len());
        format!(
            "{{ node(id: \"x\") {{ ... on {} {{ {open}__typename {close}}} }} }}",
            self.begins
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_read_from_its_report_and_gone_round() {
        let line = "\t{ LedgerEntry -[hazard]-> Hazard -[ledger]-> LedgerEntry }";
        let cycle = Cycle::read(line).unwrap();
        assert_eq!(cycle.begins, "LedgerEntry");
        assert_eq!(cycle.fields, ["hazard", "ledger"]);
        let query = cycle.gone_round();
        assert_eq!(query.matches("ledger {").count(), ROUNDS);
        assert_eq!(query.matches('{').count(), query.matches('}').count());
        assert_eq!(Cycle::read("Cycles("), None);
    }
}
