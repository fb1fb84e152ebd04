//! `GraphQLer` asks, as a person who has nothing to do with it, for what another person was shown.

use super::county::County;
use super::{Arguments, Outcome, install, told, versions};
use crate::step::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What everybody who has signed in is told: who there is in the county, what the program knows, what he himself is, and, as somebody of a unit, the
/// circulars that were issued, of which alone the example county has some. Whoever asks
/// for personal data and may not is told of none, and a page without pieces counts with this tool as told.
const OPEN: &[&str] = &[
    "accidentTypes",
    "acts",
    "circular",
    "committees",
    "consistencyProof",
    "creditCode",
    "latestCheckpoint",
    "people",
    "personalData",
    "policies",
    "refusals",
    "regions",
    "statuses",
    "timeLimitWindow",
    "townships",
    "units",
    "viewer",
];

/// For whom what is asked for is his own, and for whom it is not.
const OWN: &str = "clerk";
const FOREIGN: &str = "unit-03";

/// Deep enough to see that something is told.
const BOUNDS: &str =
    "MAX_FUZZING_ITERATIONS = 1\nMAX_OUTPUT_SELECTOR_DEPTH = 3\nMAX_INPUT_DEPTH = 5\n";

pub(super) fn run(_: &Arguments) -> Result<Outcome> {
    let python = install::python(versions::GRAPHQLER)?.join("python");
    let mut county = County::serve("graphqler", &[])?;
    let folder = install::folder()?.join("told/graphqler");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("bounds.toml"), BOUNDS)?;
    let own = county.sign_in(OWN)?;
    let graphqler = |name: &str, mode: &str, token: &str| {
        let mut tool = Command::new(&python);
        tool.args(["-m", "graphqler", "--url", &county.url, "--mode", mode]);
        tool.arg("--path").arg(&folder);
        tool.arg("--config").arg(folder.join("bounds.toml"));
        told(name, tool.args(["--auth", &format!("Bearer {token}")]))
    };
    let compiled = graphqler("graphqler-compile", "compile", &own)?;
    if !compiled.is_success || !folder.join("compiled").exists() {
        bail!("it has read no schema; {compiled}");
    }
    hand_over(&python, &folder, &shown(&county, &own)?)?;
    let to_own = told_of(&graphqler("graphqler-own", "idor", &own)?.text);
    // Else what it finds nothing by would say nothing.
    if !to_own.contains("circular") {
        bail!("it was not even told what is {OWN}'s own");
    }
    let foreign = county.sign_in(FOREIGN)?;
    let report = graphqler("graphqler-foreign", "idor", &foreign)?;
    let to_foreign = told_of(&report.text);
    if let Some(suffered) = county.suffered()? {
        return Ok(Outcome::Found(suffered));
    }
    let beyond: Vec<_> = to_foreign
        .iter()
        .filter(|name| !OPEN.contains(&name.as_str()))
        .collect();
    if !beyond.is_empty() {
        return Ok(Outcome::Found(format!(
            "{FOREIGN} is told of {OWN}'s by {beyond:?}; {report}"
        )));
    }
    Ok(Outcome::Nothing(format!(
        "of what {OWN} was shown {FOREIGN} is told nothing, but by {} fields that are open to all",
        to_foreign.len()
    )))
}

/// The ids of what somebody is shown, by type.
fn shown(county: &County, token: &str) -> Result<Value> {
    let query = "{ hazards(first: 3) { nodes { id } } circulars(first: 3) { nodes { id } } orders(first: 3) { nodes { id } } }";
    let answer = county.ask(Some(token), query, &json!({}))?;
    let ids = |list: &str| -> Vec<Value> {
        let nodes = answer.pointer(&format!("/data/{list}/nodes"));
        let nodes = nodes.and_then(Value::as_array).into_iter().flatten();
        nodes.filter_map(|node| node.get("id").cloned()).collect()
    };
    let hazards = ids("hazards");
    if hazards.is_empty() {
        bail!("nobody is shown anything: {answer}");
    }
    Ok(json!({
        "Hazard": hazards,
        "Node": hazards,
        "Circular": ids("circulars"),
        "Order": ids("orders"),
    }))
}

fn hand_over(python: &Path, folder: &Path, shown: &Value) -> Result<()> {
    let mut script = Command::new(python);
    script.arg(root()?.join("tests/probe/handed_over.py"));
    let told = told(
        "graphqler-handed-over",
        script.arg(folder).arg(shown.to_string()),
    )?;
    told.is_success
        .then_some(())
        .with_context(|| format!("nothing was handed over; {told}"))
}

/// The fields by which it was told anything: it lists them as `Node(Query | units)`.
fn told_of(report: &str) -> BTreeSet<String> {
    let listed = report.split("Node(").skip(1);
    let names = listed
        .filter_map(|node| Some(node.split_once(')')?.0.split_once('|')?.1.trim().to_owned()));
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_was_told_of_is_read_from_its_list() {
        let report = "Possible IDOR nodes:\n[Node(Query | acts),\n Node(Mutation | signIn)]\n";
        let names = ["acts", "signIn"].map(str::to_owned);
        assert_eq!(told_of(report), BTreeSet::from(names));
    }
}
