//! sqlmap writes SQL into the texts that a query takes: what is searched for, a cursor, a number.

use super::county::County;
use super::{Arguments, Outcome, install, told, versions};
use anyhow::{Result, bail};
use serde_json::json;
use std::fs;
use std::process::Command;

/// A query, and its one variable with the place where SQL is written, which the tool knows by the asterisk.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "text",
        "query($of: String!) { hazards(filter: { text: $of }) { totalCount } }",
        "风管*",
    ),
    (
        "cursor",
        "query($of: String!) { hazards(first: 2, after: $of) { nodes { id } } }",
        "MTIz*",
    ),
    (
        "number",
        "query($of: String!) { closureStatus(number: $of) { isClosed } }",
        "431123-2026-0001*",
    ),
    (
        "name",
        "query($of: String!) { personalData(value: $of, after: 0) { pieces { entry } } }",
        "13800138000*",
    ),
];

pub(super) fn run(_: &Arguments) -> Result<Outcome> {
    let programs = install::python(versions::SQLMAP)?;
    let mut county = County::serve("sqlmap", &[])?;
    let token = county.sign_in("approver")?;
    let host = county
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/graphql")
        .to_owned();
    for (name, query, of) in QUESTIONS {
        let body = json!({ "query": query, "variables": { "of": of } });
        let request = format!(
            "POST /graphql HTTP/1.1\nHost: {host}\nContent-Type: application/json\nAuthorization: Bearer {token}\n\n{body}"
        );
        let file = install::folder()?.join("request.txt");
        fs::write(&file, request)?;
        let mut tool = Command::new(programs.join("sqlmap"));
        tool.arg("-r")
            .arg(&file)
            .args(["--ignore-stdin", "--batch"]);
        tool.args(["--level", "3", "--risk", "2", "--dbms", "sqlite"]);
        tool.args(["--flush-session", "--disable-coloring", "--output-dir"]);
        tool.arg(install::folder()?.join("told/sqlmap"));
        let told = told(&format!("sqlmap-{name}"), &mut tool)?;
        if !told.text.contains("do not appear to be injectable") {
            return Ok(Outcome::Found(format!("{name} may be injectable; {told}")));
        }
    }
    // Else it was turned away, and has tried nothing.
    let who = county.ask(Some(&token), "{ viewer { role } }", &json!({}))?;
    if who.pointer("/data/viewer/role").is_none() {
        bail!("it was not let in: {who}");
    }
    if let Some(suffered) = county.suffered()? {
        return Ok(Outcome::Found(suffered));
    }
    let names: Vec<_> = QUESTIONS.iter().map(|(name, _, _)| *name).collect();
    Ok(Outcome::Nothing(format!(
        "not injectable: {}",
        names.join(", ")
    )))
}
