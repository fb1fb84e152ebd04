//! `xiaohao init`: a county made of its files, or brought up to them.

use super::{Failure, migrated, print};
use crate::chance;
use crate::clock;
use crate::entering::{self, Entering};
use crate::seeds;
use crate::served::{self, Unserved, has_no_file};
use crate::signing::{self, Keyless};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::values::{CountyCode, TownshipCode, UnitId};
use xiaohao_ledger::{Ledger, Pace};
use xiaohao_store::Location;

/// The unit of each township-level area.
type Townships = BTreeMap<TownshipCode, UnitId>;

/// Makes a county, or brings one up to its files.
pub(super) async fn init(
    from: &Path,
    location: &Location,
    key: Option<PathBuf>,
    origin: Option<String>,
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
    let before = townships(data.code, location).await?;
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

/// The townships of a county as they were entered last; none where there is no such county yet.
async fn townships(code: CountyCode, location: &Location) -> Result<Option<Townships>, Failure> {
    if has_no_file(location) {
        return Ok(None);
    }
    migrated(location).await?;
    let entered = served::open(location).await?.entered(code).await?;
    Ok(entered.map(|entered| entered.data.directory.townships().clone()))
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
