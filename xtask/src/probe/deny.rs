//! cargo-deny looks at what the program is built from: where it comes from, under which licences, and what is known against it.

use super::{Arguments, Outcome, install, told};
use crate::step::root;
use anyhow::Result;
use std::process::Command;

pub(super) fn run(_: &Arguments) -> Result<Outcome> {
    let program = install::cargo_deny()?;
    let check = |name: &str, what: &[&str]| {
        let mut tool = Command::new(&program);
        tool.args(["--all-features", "--locked", "check"])
            .args(what);
        told(name, tool.current_dir(root()?))
    };
    let known = check("cargo-deny", &["licenses", "bans", "sources"])?;
    if !known.is_success {
        return Ok(Outcome::Found(format!(
            "a licence, a ban or a source; {known}"
        )));
    }
    let advisories = check("cargo-deny-advisories", &["advisories"])?;
    if advisories.is_success {
        return Ok(Outcome::Nothing(
            "licences, bans, sources and advisories".to_owned(),
        ));
    }
    // What is known against a package comes from elsewhere, and there may be no way there.
    if advisories
        .text
        .contains("failed to fetch advisory database")
    {
        return Ok(Outcome::Nothing(format!(
            "licences, bans and sources; WHAT IS KNOWN AGAINST PACKAGES WAS NOT ASKED, the database of advisories could not be \
             fetched: {advisories}"
        )));
    }
    Ok(Outcome::Found(format!("an advisory; {advisories}")))
}
