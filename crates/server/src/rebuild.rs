//! `xiaohao rebuild`: everything that is kept beside the record, made anew from it, or compared with it.

use crate::clock::now;
use crate::counted::counted;
use crate::printed::{Unprinted, print};
use crate::progress::Bar;
use crate::served::has_no_file;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;
use xiaohao_core::county_data::{BrokenCounty, CountyData};
use xiaohao_core::values::CountyCode;
use xiaohao_core::{County, county_day};
use xiaohao_ledger::Fault;
use xiaohao_store::{Findings, Location, SqlStore};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Compare, and change nothing.
    Check,
    /// Make anew.
    Rebuild,
}

/// Why it did not come to an end, or to a good one.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The ledger could not be opened.
    #[error("cannot open the ledger at {location}")]
    Open {
        /// Where.
        location: Location,
        /// Why not.
        source: Fault,
    },
    /// The ledger could not be read or written.
    #[error("cannot go through the ledger of county {county}")]
    Walk {
        /// Whose.
        county: CountyCode,
        /// Why not.
        source: Fault,
    },
    /// The data of the county cannot be used.
    #[error("cannot go through the ledger of county {county}")]
    County {
        /// Whose.
        county: CountyCode,
        /// Why not.
        source: BrokenCounty,
    },
    /// No county is kept there.
    #[error("no county is kept at {location}; is it the right place?")]
    NoCounty {
        /// Where.
        location: Location,
    },
    /// Several are kept there, and what was said is one county's.
    #[error(
        "several counties are kept at {location}: {codes}; say with --county whose key or checkpoint it is"
    )]
    WhichCounty {
        /// Where.
        location: Location,
        /// Their codes.
        codes: String,
    },
    /// The key is that of another county's log: by it nothing could be told of this one.
    #[error(
        "the key is that of the log {has}, and by it nothing can be told of county {county}; say the key of its log with --key or --signing-key"
    )]
    AnothersKey {
        /// Whose key it is.
        has: String,
        /// Whose ledger it is.
        county: CountyCode,
    },
    /// A ledger is kept there without the data of its county, without which it cannot be gone through.
    #[error(
        "the ledger of county {county} is there, or something of one, and the data of the county is not; restore it from a backup"
    )]
    NoData {
        /// Whose.
        county: CountyCode,
    },
    /// Something is there under what is no code of a county.
    #[error(
        "rows of a county {written:?} are there, and that is no code of a county: somebody has written them into the database; \
         find out who"
    )]
    NoCode {
        /// What is written.
        written: String,
    },
    /// Rows are not what the record says; a rebuild makes them so.
    #[error(
        "{} in the ledger of county {county}; if the record itself is whole, `xiaohao rebuild` without --check makes the rows anew",
        counted(*differences, "difference")
    )]
    Differences {
        /// Whose.
        county: CountyCode,
        /// How many.
        differences: u64,
    },
    /// The record itself cannot be replayed; nothing was changed.
    #[error(
        "the record of county {county} cannot be replayed ({}); nothing was changed: restore it from a backup",
        counted(*differences, "finding")
    )]
    Record {
        /// Whose.
        county: CountyCode,
        /// How many.
        differences: u64,
    },
    /// What was found could not be told.
    #[error(transparent)]
    Unprinted(#[from] Unprinted),
    /// The record is what was logged, and rows are not what the record says.
    #[error(
        "{} in the rows that are made from the record of county {county}, which is what was logged: `xiaohao rebuild` makes them anew, as after \
         an upgrade that asks for it",
        counted(*findings, "finding")
    )]
    Rows {
        /// Whose.
        county: CountyCode,
        /// How many.
        findings: u64,
    },
    /// Nothing is wrong but what its circulars print.
    #[error(
        "{} in the circulars of county {county}: what they print is not what the record comes to; find out who wrote it, tell whoever \
         was sent them, and publish the right figures",
        counted(*findings, "finding")
    )]
    Circulars {
        /// Whose.
        county: CountyCode,
        /// How many.
        findings: u64,
    },
    /// The ledger is not what was logged, or not what was made of it.
    #[error(
        "{} in the ledger of county {county}: stop the server, keep a copy of everything as it is, and restore a backup that verifies",
        counted(*findings, "finding")
    )]
    Unsound {
        /// Whose.
        county: CountyCode,
        /// How many.
        findings: u64,
    },
}

/// Goes through every county that is kept there, and tells on standard error how far it has come and on standard output
/// what it found.
///
/// # Errors
/// [`Failure`], of the first county that is not as it should be.
pub async fn run(location: &Location, task: Task) -> Result<(), Failure> {
    let kept = kept(location).await?;
    kept.is_whole(|_| true)?;
    for (code, data) in &kept.counties {
        one(&kept.store, *code, data, task).await?;
    }
    if task == Task::Check {
        print(NOT_LOOKED_AT)?;
    }
    Ok(())
}

/// Whoever reads that all is well must not take it for more than it is.
const NOT_LOOKED_AT: &str = "not looked at: whether the record is what was logged, the personal data beside it, checkpoints, and files \
     of evidence (`xiaohao ledger verify` looks at those too); sessions, and how far receivers of webhooks have come\n";

/// What is kept in a database.
pub(crate) struct Kept {
    pub(crate) store: SqlStore,
    /// The counties, each with its data; at least one, or a ledger without.
    pub(crate) counties: Vec<(CountyCode, String)>,
    /// The ledgers of which the data of the county is not there.
    pub(crate) without_data: Vec<CountyCode>,
    /// What stands in rows as the code of a county and is none.
    pub(crate) no_codes: Vec<String>,
}

impl Kept {
    /// Whether everything that is there is a county's, and each county whole.
    ///
    /// # Errors
    /// [`Failure::NoCode`], [`Failure::NoData`].
    pub(crate) fn is_whole(&self, asked: impl Fn(&CountyCode) -> bool) -> Result<(), Failure> {
        if let Some(written) = self.no_codes.first() {
            let written = written.clone();
            return Err(Failure::NoCode { written });
        }
        match self.without_data.iter().find(|code| asked(code)) {
            Some(county) => Err(Failure::NoData { county: *county }),
            None => Ok(()),
        }
    }
}

/// The counties that are kept there.
pub(crate) async fn kept(location: &Location) -> Result<Kept, Failure> {
    if has_no_file(location) {
        let location = location.clone();
        return Err(Failure::NoCounty { location });
    }
    let open = |source| Failure::Open {
        location: location.clone(),
        source,
    };
    let store = SqlStore::open(location).await.map_err(open)?;
    let mut counties: BTreeMap<_, _> = store.counties().await.map_err(open)?.into_iter().collect();
    let mut ledgers = Vec::new();
    let mut no_codes = Vec::new();
    for written in store.ledgers().await.map_err(open)? {
        match CountyCode::parse(&written) {
            Ok(code) => ledgers.push(code),
            Err(_) => no_codes.push(written),
        }
    }
    // What was entered in a ledger holds for it, whatever is kept beside it; a line that cannot be read is found later.
    for code in &ledgers {
        match store.entered(*code).await {
            Ok(Some(entered)) => {
                let text = entered.data.written().map_err(Fault::internal);
                counties.insert(*code, text.map_err(open)?);
            }
            Ok(None) | Err(Fault::Damaged { .. }) => {}
            Err(fault) => return Err(open(fault)),
        }
    }
    let mut without_data = ledgers;
    without_data.retain(|code| !counties.contains_key(code));
    if counties.is_empty() && without_data.is_empty() {
        return Err(Failure::NoCounty {
            location: location.clone(),
        });
    }
    Ok(Kept {
        store,
        counties: counties.into_iter().collect(),
        without_data,
        no_codes,
    })
}

/// The county of these data.
pub(crate) fn county(code: CountyCode, data: &str) -> Result<County, Failure> {
    let data = CountyData::kept_for(code, data).and_then(|data| data.county());
    data.map_err(|source| Failure::County {
        county: code,
        source,
    })
}

async fn one(store: &SqlStore, code: CountyCode, data: &str, task: Task) -> Result<(), Failure> {
    let county = county(code, data)?;
    let began = Instant::now();
    let bar = Bar::new(code);
    let findings = match task {
        Task::Check => store.check(&county, |at| bar.show(at)).await,
        Task::Rebuild => {
            let today = county_day(now());
            store.rebuild(&county, today, |at| bar.show(at)).await
        }
    };
    bar.end();
    let findings = findings.map_err(|source| Failure::Walk {
        county: code,
        source,
    })?;
    print(&told(code, &findings, task, began))?;
    let differences = findings.differences;
    match task {
        _ if findings.is_clean() => Ok(()),
        Task::Check => Err(Failure::Differences {
            county: code,
            differences,
        }),
        Task::Rebuild => Err(Failure::Record {
            county: code,
            differences,
        }),
    }
}

fn told(code: CountyCode, findings: &Findings, task: Task, began: Instant) -> Vec<u8> {
    let mut out = Vec::new();
    tell_differences(&mut out, findings);
    let done = match (task, findings.is_clean()) {
        (Task::Check, true) => {
            "every row that is made from the record is as the record says, and so are the data of the county, keys and passwords"
        }
        (Task::Rebuild, true) => "every row was made anew",
        (Task::Check | Task::Rebuild, false) => "not as it should be",
    };
    let lines = counted(findings.lines, "line");
    let (hazards, papers) = (
        counted(findings.hazards, "hazard"),
        counted(findings.papers, "paper"),
    );
    let took = began.elapsed().as_secs_f64();
    drop(writeln!(
        out,
        "county {code}: {done} ({lines}, {hazards}, {papers}, {took:.1} s)"
    ));
    out
}

/// The differences in words, as far as they are told, and what else is to be looked at.
pub(crate) fn tell_differences(out: &mut impl Write, findings: &Findings) {
    for difference in &findings.told {
        drop(writeln!(out, "{difference}"));
    }
    let told = u64::try_from(findings.told.len()).unwrap_or(u64::MAX);
    if findings.differences > told {
        let more = findings.differences - told;
        drop(writeln!(out, "… and {more} more"));
    }
    for remark in &findings.remarks {
        drop(writeln!(out, "{remark}"));
    }
}
