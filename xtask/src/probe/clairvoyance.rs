//! Clairvoyance recovers a schema that is not told, from what a server says about wrong guesses. It is given all names of the
//! schema to guess with, which no stranger has.

use super::county::County;
use super::{Arguments, Outcome, install, told, versions};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

pub(super) fn run(_: &Arguments) -> Result<Outcome> {
    let programs = install::python(versions::CLAIRVOYANCE)?;
    let mut county = County::serve("clairvoyance", &[("XIAOHAO_INTROSPECTION", "off")])?;
    let sdl = xiaohao_graphql::sdl();
    let names = names_in(&sdl);
    let words = install::folder()?.join("words.txt");
    fs::write(&words, names.iter().copied().collect::<Vec<_>>().join("\n"))?;
    let found = install::folder()?.join("told/clairvoyance.json");
    if found.exists() {
        fs::remove_file(&found)?;
    }
    let mut tool = Command::new(programs.join("clairvoyance"));
    tool.arg(&county.url)
        .args(["--profile", "fast", "--wordlist"]);
    tool.arg(&words).arg("--output").arg(&found);
    let told = told("clairvoyance", &mut tool)?;
    if let Some(suffered) = county.suffered()? {
        return Ok(Outcome::Found(suffered));
    }
    let recovered = match fs::read_to_string(&found) {
        Ok(text) => fields_of(&serde_json::from_str(&text)?),
        // It writes nothing where it gives up.
        Err(_) => BTreeSet::new(),
    };
    let recovered: Vec<_> = recovered
        .iter()
        .filter(|name| names.contains(name.as_str()))
        .collect();
    if !recovered.is_empty() {
        let some: Vec<_> = recovered.iter().take(5).map(|name| name.as_str()).collect();
        return Ok(Outcome::Found(format!(
            "{} fields recovered, such as {}; {told}",
            recovered.len(),
            some.join(", ")
        )));
    }
    let asked = county.ask(None, "{ __schema { queryType { name } } }", &json!({}))?;
    if asked
        .pointer("/data/__schema")
        .is_some_and(|schema| !schema.is_null())
    {
        return Ok(Outcome::Found("a stranger is told the schema".to_owned()));
    }
    Ok(Outcome::Nothing(format!(
        "nothing recovered of {} names that were guessed",
        names.len()
    )))
}

/// The names of all fields and types of a schema.
fn names_in(sdl: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut is_description = false;
    for line in sdl.lines().map(str::trim) {
        if line.starts_with("\"\"\"") {
            is_description = !is_description;
            continue;
        }
        if is_description {
            continue;
        }
        let line = ["type ", "input ", "enum ", "union ", "interface "]
            .iter()
            .find_map(|keyword| line.strip_prefix(keyword))
            .unwrap_or(line);
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let name = line.split(|character| !is_part(character)).next();
        names.extend(name.filter(|name| !name.is_empty()));
    }
    names
}

/// The fields in a schema as introspection tells it.
fn fields_of(schema: &Value) -> BTreeSet<String> {
    let types = schema
        .pointer("/data/__schema/types")
        .and_then(Value::as_array);
    let fields = types.into_iter().flatten().filter_map(|one| {
        let is_own = !one.get("name")?.as_str()?.starts_with("__");
        is_own.then(|| one.get("fields")?.as_array()).flatten()
    });
    let names = fields
        .flatten()
        .filter_map(|field| field.get("name")?.as_str());
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_are_the_names_of_the_schema_and_no_words_of_its_descriptions() {
        let sdl = "type Query {\n\t\"\"\"\n\tsecret word\n\t\"\"\"\n\thazards(first: Int): [Hazard!]!\n}\n";
        assert_eq!(names_in(sdl), BTreeSet::from(["Query", "hazards"]));
        let names = names_in(&xiaohao_graphql::sdl()).len();
        assert!(names > 500, "{names}");
    }

    #[test]
    fn what_is_recovered_is_read_from_what_introspection_would_tell() {
        let told = json!({ "data": { "__schema": { "types": [
            { "name": "Query", "fields": [{ "name": "hazards" }] },
            { "name": "__Type", "fields": [{ "name": "name" }] },
        ] } } });
        assert_eq!(fields_of(&told), BTreeSet::from(["hazards".to_owned()]));
    }
}
