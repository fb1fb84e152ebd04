//! What others make of the schema: the operations that we show fit it, and Relay compiles against it.

use super::{Arguments, Outcome, install, told};
use crate::step::root;
use anyhow::Result;
use std::fs;
use std::process::Command;

/// The operations of GraphiQL's page, and those of the client tests.
const OPERATIONS: &[(&str, &str)] = &[
    ("page", "crates/server/assets/operations/*.graphql"),
    ("clients", "tests/clients/operations.graphql"),
];

/// GraphQL Inspector holds the operations against the schema, and the schema against the one that was released.
pub(super) fn inspector(_: &Arguments) -> Result<Outcome> {
    let programs = install::npm()?;
    let root = root()?;
    let inspector = |words: &[&str]| {
        let mut tool = Command::new(programs.join("graphql-inspector"));
        tool.args(words).current_dir(&root);
        tool
    };
    for (name, operations) in OPERATIONS {
        let mut tool = inspector(&["validate", operations, "schema.graphql"]);
        let told = told(&format!("graphql-inspector-{name}"), &mut tool)?;
        if !told.is_success || !told.text.contains("All documents are valid") {
            return Ok(Outcome::Found(format!("an operation does not fit; {told}")));
        }
    }
    let mut tool = inspector(&["diff", "docs/schema-released.graphql", "schema.graphql"]);
    let told = told("graphql-inspector-diff", &mut tool)?;
    if !told.is_success {
        return Ok(Outcome::Found(format!(
            "the released schema is broken; {told}"
        )));
    }
    Ok(Outcome::Nothing(
        "the operations fit, and nothing that was released is broken".to_owned(),
    ))
}

/// Relay's compiler takes the shapes of Node and Connection at their word: a page to be gone on with, an object to be fetched
/// again by its id.
pub(super) fn relay(_: &Arguments) -> Result<Outcome> {
    let programs = install::npm()?;
    // As its configuration says; it makes no folder itself.
    fs::create_dir_all(install::folder()?.join("told/relay"))?;
    let mut tool = Command::new(programs.join("relay-compiler"));
    tool.args(["relay.config.json", "--noWatchman"]);
    let told = told(
        "relay-compiler",
        tool.current_dir(root()?.join("tests/probe/relay")),
    )?;
    if !told.is_success {
        return Ok(Outcome::Found(format!("it does not compile; {told}")));
    }
    Ok(Outcome::Nothing(
        "a page to go on with and an object to fetch again compile".to_owned(),
    ))
}
