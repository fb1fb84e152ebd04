//! `xiaohao init`: a county made of its files, or brought up to them.

use super::{Failure, migrated, print};
use crate::chance;
use crate::clock;
use crate::entering::{self, Entering};
use crate::seeds;
use crate::served::{self, Unserved, has_no_file};
use crate::signing::{self, Keyless};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Ledger, Pace};
use xiaohao_store::{Entered, Location};

/// Makes a county, or brings one up to its files.
pub(super) async fn init(
    from: &Path,
    location: &Location,
    key: Option<PathBuf>,
    origin: Option<String>,
    posts_of_file: bool,
) -> Result<(), Failure> {
    let key = key.ok_or(Keyless::Nowhere)?;
    let data = seeds::county_in(from)?;
    let people = data.directory.people().len();
    let (name, code) = (data.name.clone(), data.code);
    let log = origin.unwrap_or_else(|| format!("xiaohao/{code}"));
    // With the key of another log nothing is kept.
    if key.exists() {
        signing::made(&key, &log)?;
    }
    let last = last_entered(data.code, location).await?;
    if let Some(last) = &last {
        keeps_everybody(last, &data)?;
    }
    if let Some(last) = last.as_ref().filter(|_| !posts_of_file) {
        keeps_posts(last, &data)?;
    }
    let before = last.map(|last| last.data.directory.townships().clone());
    let entering = entered(&data, location).await?;
    let public = signing::made(&key, &log)?;
    print(&format!(
        "{name} ({code}) is kept at {location}, with {people} people; give them passwords with `xiaohao user password LOGIN`\n\
         {entering}\n\
         its log is signed by {public}, whose secret is in {}: keep a copy of that file where the database is not\n",
        key.display()
    ));
    if before.is_some_and(|before| before != *data.directory.townships()) {
        drop(writeln!(
            io::stderr(),
            "note: the townships have changed, and whom a hazard concerns depends on them: run `xiaohao rebuild` now"
        ));
    }
    for doubt in data.doubts() {
        drop(writeln!(io::stderr(), "note: {doubt}"));
    }
    Ok(())
}

/// The data of a county as its ledger has them; none where there is no such county yet.
async fn last_entered(code: CountyCode, location: &Location) -> Result<Option<Entered>, Failure> {
    if has_no_file(location) {
        return Ok(None);
    }
    migrated(location).await?;
    Ok(served::open(location).await?.entered(code).await?)
}

/// Files in which somebody is missing whom the record may name.
#[derive(Debug, thiserror::Error)]
#[error(
    "the files leave out what the ledger has, and its record may name: {what}; keep it in the files, and where somebody has left \
     end his posts (`until` in people.json, or `xiaohao post end`)"
)]
pub(super) struct LeftOut {
    what: String,
}

/// Whether whoever and whatever the ledger has is in the files as well.
fn keeps_everybody(last: &Entered, data: &CountyData) -> Result<(), LeftOut> {
    let what = data.leaves_out(&last.data);
    if what.is_empty() {
        return Ok(());
    }
    let what = what.join(", ");
    Err(LeftOut { what })
}

/// Files that would undo what was recorded since they were entered.
#[derive(Debug, thiserror::Error)]
#[error(
    "the ledger has changed posts since people.json was entered, and the file has other posts for {logins}; write `xiaohao user \
     export` over people.json and enter what is still to be changed, or say --posts-of-file where the file is what holds"
)]
pub(super) struct PostsUndone {
    logins: String,
}

/// Whether the posts that the ledger has recorded by acts of their own stay what they are.
fn keeps_posts(last: &Entered, data: &CountyData) -> Result<(), PostsUndone> {
    if !last.posts_changed {
        return Ok(());
    }
    let people = last.data.directory.people().iter();
    let others = people.filter(|person| {
        let in_file = data.directory.person(person.id);
        in_file.is_none_or(|in_file| in_file.posts != person.posts)
    });
    let logins: Vec<_> = others.map(|person| person.login.to_string()).collect();
    if logins.is_empty() {
        return Ok(());
    }
    let logins = logins.join(", ");
    Err(PostsUndone { logins })
}

/// Enters the data of a county in its ledger, once it is clear that it can be served.
async fn entered(data: &CountyData, location: &Location) -> Result<Entering, Failure> {
    let county = data.county().map_err(|source| Unserved::County {
        county: data.code,
        source,
    })?;
    migrated(location).await?;
    let store = served::open(location).await?;
    let ledger = Ledger::open(
        Arc::new(store),
        Arc::new(county),
        Arc::new(clock::now),
        Arc::new(chance::salt),
        Pace::default(),
    );
    Ok(entering::enter(&ledger, data).await?)
}
