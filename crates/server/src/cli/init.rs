//! `xiaohao init`: a county made of its files, or brought up to them.

use super::{Failure, has_folder, migrated};
use crate::chance;
use crate::clock;
use crate::entering::{self, Entering};
use crate::printed::print;
use crate::seeds;
use crate::served::{self, Unserved};
use crate::signing::{self, Keyless};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::county_day;
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
    if !from.is_dir() {
        let folder = from.display().to_string();
        return Err(Failure::NoCountyFiles { folder });
    }
    has_folder(location)?;
    let files = seeds::files_in(from);
    // Whatever refuses them is asked before there is a database, and the ledger only where there is one.
    let last = match files.code() {
        Some(code) => last_entered(code, location).await?,
        None => None,
    };
    let today = county_day(clock::now());
    let data = files.judged(last.as_ref().map(|last| &last.data), today)?;
    let people = data.directory.people().len();
    let (name, code) = (data.name.clone(), data.code);
    let signed = match &last {
        Some(_) => served::open(location).await?.log_name(code).await?,
        None => None,
    };
    let log = match (origin, &signed) {
        (Some(said), None) if signing::is_of_another(&signing::key_name(&said)?, code) => {
            let (name, wanted) = (said, signing::default_name(code));
            return Err(Keyless::AnothersName { name, wanted }.into());
        }
        (Some(said), _) => said,
        (None, Some(log)) => log.clone(),
        (None, None) => {
            let named = last.as_ref().and_then(|_| named_by(&key, code));
            named.unwrap_or_else(|| signing::default_name(code))
        }
    };
    // With the key of another log nothing is kept, and a log that is signed gets no other.
    match signed {
        _ if key.exists() => drop(signing::made(&key, &log)?),
        Some(log) => return Err(Keyless::Lost { file: key, log }.into()),
        None => drop(signing::key_name(&log)?),
    }
    if let Some(last) = &last {
        keeps_everybody(last, &data)?;
        keeps_committees(last, &data, location).await?;
    }
    if let Some(last) = last.as_ref().filter(|_| !posts_of_file) {
        keeps_posts(last, &data)?;
    }
    let before = last.map(|last| last.data);
    let entering = entered(&data, location).await?;
    // A log that is older than its key may have another one.
    let is_its_key = before.is_none() || key.exists();
    let public = signing::made(&key, &log)?;
    if is_its_key {
        signed_once(&key, code, location).await?;
    }
    print(&format!(
        "{name} ({code}) is kept at {location}, with {people} people; give them passwords with `xiaohao user password LOGIN`\n\
         {entering}\n\
         its log is signed by {public}, whose secret is in {}: keep a copy of that file where the database is not\n",
        key.display()
    ))?;
    let since = before.map(|before| data.doubts_since(&before));
    for doubt in since.into_iter().flatten().chain(data.doubts(today)) {
        drop(writeln!(io::stderr(), "note: {doubt}"));
    }
    Ok(())
}

/// The name that a log was given with its key, before anything was signed; none where it is that of another county's.
fn named_by(key: &Path, code: CountyCode) -> Option<String> {
    let signer = signing::read(key).ok()?;
    let name = signer.public().name();
    (!signing::is_of_another(name, code)).then(|| name.to_string())
}

/// Signs a log to which nothing was signed yet: from then on no other key is taken for its own.
async fn signed_once(key: &Path, code: CountyCode, location: &Location) -> Result<(), Failure> {
    let store = served::open(location).await?;
    if store.log_name(code).await?.is_none() {
        let signer = signing::read(key)?;
        drop(store.checkpoint(code, &signer, clock::now()).await?);
    }
    Ok(())
}

/// The data of a county as its ledger has them; none where there is no such county yet.
async fn last_entered(code: CountyCode, location: &Location) -> Result<Option<Entered>, Failure> {
    if served::is_blank(location).await? {
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

/// Files without committees that lead hazards.
#[derive(Debug, thiserror::Error)]
#[error(
    "committees.json: 台账中还有隐患的专委会不能去掉，去掉以后这些隐患就没有专委会了：{what}。请把它们写回committees.json后重新登记，什么都没有登记。"
)]
pub(super) struct CommitteesDropped {
    what: String,
}

/// Whether every committee that has hazards stays one.
async fn keeps_committees(
    last: &Entered,
    data: &CountyData,
    location: &Location,
) -> Result<(), Failure> {
    let dropped: Vec<_> = data.committees_dropped(&last.data).collect();
    if dropped.is_empty() {
        return Ok(());
    }
    let store = served::open(location).await?;
    let units: Vec<_> = dropped.iter().map(|committee| committee.unit).collect();
    let counted = store.hazards_of_committees(data.code, &units).await?;
    if counted.is_empty() {
        return Ok(());
    }
    let name = |unit| {
        let unit = last.data.directory.unit(unit);
        unit.map_or_else(String::new, |unit| {
            format!("{}（{}）", unit.name, unit.code)
        })
    };
    let what: Vec<_> = counted
        .into_iter()
        .map(|(unit, many)| format!("{}有{many}条隐患", name(unit)))
        .collect();
    let what = what.join("、");
    Err(CommitteesDropped { what }.into())
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
