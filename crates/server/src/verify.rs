//! `xiaohao ledger verify`: the record read again and held against its log, the rows beside it and the figures of its circulars
//! against the record, the files of evidence against the lines that cite them, and the log against checkpoints that somebody kept.

mod circulars;
mod files;
mod kept;

pub use self::kept::{Kept, Unusable};

use self::circulars::Circulars;
use self::files::Files;
use crate::counted::counted;
use crate::printed::print;
use crate::progress::Bar;
use crate::rebuild::{self, Failure, tell_differences};
use crate::signing::is_of_another;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;
use xiaohao_core::County;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position, SigningKeys, Told};
use xiaohao_log::{Checkpoint, LogKey, SignedNote, TreeHead};
use xiaohao_store::{Findings, KeptCheckpoint, Known, Location, SqlStore};

/// What is to be verified.
#[derive(Debug)]
pub struct Asked {
    /// Where the ledger is.
    pub ledger: Location,
    /// The folder of the files of evidence; without it they are not looked at.
    pub evidence: Option<PathBuf>,
    /// One county alone.
    pub county: Option<CountyCode>,
    /// The key by which what was signed is checked; without it signatures are not.
    pub key: Option<Key>,
    /// A checkpoint that somebody kept.
    pub checkpoint: Option<Kept>,
}

/// A public key of the log.
#[derive(Clone, Debug)]
pub enum Key {
    /// That of the secret which is here: it must be the one that signs now.
    Own(LogKey),
    /// The same, where nobody named it and it lies beside the ledger: of several counties there it is that of one.
    Beside(LogKey),
    /// One that was said: it may be a former one.
    Said(LogKey),
}

impl Key {
    /// The key itself.
    const fn public(&self) -> &LogKey {
        let (Self::Own(key) | Self::Beside(key) | Self::Said(key)) = self;
        key
    }
}

/// Verifies every county that is kept there, or the one that is named; tells on standard error how far it has come and on
/// standard output what it found.
///
/// # Errors
/// [`Failure`]; where counties are not as they should be, of the first of them, after all were verified.
pub async fn run(asked: &Asked) -> Result<(), Failure> {
    let kept = rebuild::kept(&asked.ledger).await?;
    let store = &kept.store;
    let wanted = |code: &CountyCode| asked.county.is_none_or(|county| county == *code);
    let counties = kept.counties.iter().filter(|(code, _)| wanted(code));
    let counties: Vec<_> = counties.collect();
    if counties.is_empty() {
        let location = asked.ledger.clone();
        return Err(Failure::NoCounty { location });
    }
    let is_named = matches!(asked.key, Some(Key::Own(_) | Key::Said(_)));
    if counties.len() > 1 && (is_named || asked.checkpoint.is_some()) {
        let codes: Vec<_> = counties.iter().map(|(code, _)| code.to_string()).collect();
        return Err(Failure::WhichCounty {
            location: asked.ledger.clone(),
            codes: codes.join(", "),
        });
    }
    let several = kept.counties.len() > 1;
    let mut failed = Ok(());
    for (code, data) in counties {
        let code = *code;
        if let Some(key) = &asked.key
            && is_of_another(key.public().name(), code)
            && !(several && matches!(key, Key::Beside(_)))
        {
            let (has, county) = (key.public().name().to_string(), code);
            return Err(Failure::AnothersKey { has, county });
        }
        let county = rebuild::county(code, data)?;
        let began = Instant::now();
        let seen = county_is_sound(store, &county, asked, several).await;
        let seen = seen.map_err(|source| Failure::Walk {
            county: code,
            source,
        })?;
        print(&told(code, &seen, began))?;
        failed = failed.and(seen.is_sound(code));
    }
    failed.and_then(|()| kept.is_whole(wanted))
}

/// What was seen of a county.
struct Seen {
    findings: Findings,
    head: TreeHead,
    files: Option<Files>,
    circulars: usize,
    /// Whether nothing was found before they were counted again.
    all_of_circulars: bool,
    signed: Signed,
}

impl Seen {
    fn is_sound(&self, county: CountyCode) -> Result<(), Failure> {
        let findings = self.findings.differences;
        if self.findings.is_clean() {
            Ok(())
        } else if self.findings.are_of_rows_alone() {
            Err(Failure::Rows { county, findings })
        } else if self.all_of_circulars {
            Err(Failure::Circulars { county, findings })
        } else {
            Err(Failure::Unsound { county, findings })
        }
    }
}

/// What was looked at of what the county has signed.
struct Signed {
    checkpoints: usize,
    has_key: bool,
}

/// The key by which a county's log is checked. One that lies beside the ledger of several counties is that of the log whose name it has.
async fn key_of<'a>(
    store: &SqlStore,
    code: CountyCode,
    asked: &'a Asked,
    several: bool,
) -> Result<Option<&'a Key>, Fault> {
    let key = asked.key.as_ref();
    let Some(Key::Beside(beside)) = key.filter(|_| several) else {
        return Ok(key);
    };
    let name = store.log_name(code).await?;
    let is_its = name.is_none_or(|name| name == beside.name().as_str());
    Ok(key.filter(|_| is_its))
}

async fn county_is_sound(
    store: &SqlStore,
    county: &County,
    asked: &Asked,
    several: bool,
) -> Result<Seen, Fault> {
    let code = county.code;
    let key = key_of(store, code, asked, several).await?;
    let mut findings = Findings::default();
    store.compare_guards(&mut findings).await?;
    let (mut known, signed) = signed(store, code, key, &mut findings).await?;
    if let Some(kept) = &asked.checkpoint
        && kept.head.size > 0
        && !known.iter().any(|one| one.head == kept.head)
    {
        findings.differ(|| {
            format!(
                "the checkpoint {} over {} is none of those that are kept here: it was taken away, or the ledger was carried here \
                 without it",
                kept.file,
                counted(kept.head.size, "line")
            )
        });
    }
    known.extend(asked.checkpoint.iter().map(|kept| Known {
        head: kept.head,
        who: format!("the checkpoint {}", kept.file),
        is_kept_elsewhere: true,
    }));
    let mut walk = store.verification(code, known).await?;
    let mut files = asked
        .evidence
        .as_deref()
        .map(|folder| Files::of(folder, code));
    let mut circulars = Circulars::default();
    let bar = Bar::new(code);
    while let Some(lines) = walk.next(&mut findings).await? {
        for line in &lines {
            circulars.look_at(line);
            if let Some(files) = &mut files {
                files.look_at(line, &mut findings);
            }
        }
        bar.show(walk.progress());
    }
    let head = walk.finish(&mut findings).head();
    bar.end();
    let noted = store.files_noted(code, &mut findings).await?;
    // A ledger from before its county was entered can have files and no line yet.
    if findings.lines == 0 && !noted.is_empty() {
        let noted = counted(noted.len() as u64, "file");
        findings.remarks.push(format!(
            "there is no line, and {noted} noted as received: where the ledger has begun, its lines were taken away"
        ));
    }
    let unsigned = findings.lines > 0 && signed.checkpoints == 0;
    if let Some(Key::Said(key)) = key.filter(|_| unsigned) {
        findings.differ(|| {
            format!(
                "nothing of the log is signed, by {key} or by any other: it was never signed, or every checkpoint was taken away, and with \
                 them who wrote it"
            )
        });
    } else if unsigned {
        findings.remarks.push(
            "no checkpoint is kept: nothing of the log was signed yet, or all that was signed was taken away; what others were handed \
             out tells, as --checkpoint"
                .to_owned(),
        );
    }
    if let Some(files) = &files {
        files.remark(&noted, &mut findings);
    }
    match store.entered(code).await {
        // Where its line cannot be read, that was found already.
        Ok(Some(_)) | Err(Fault::Damaged { .. }) => {}
        Ok(None) => findings.remarks.push(
            "the data of the county, on which everybody's rights rest, does not stand in the ledger: run `xiaohao init` again".to_owned(),
        ),
        Err(fault) => return Err(fault),
    }
    let bar = Bar::new(code);
    let rows = store.check(county, |at| bar.show(at)).await;
    bar.end();
    match rows {
        Ok(rows) => findings.take_in(rows),
        // What was found of the lines is told, whatever kept the rows from being compared.
        Err(fault @ Fault::Damaged { .. }) => {
            findings.differ(|| format!("the rows cannot be compared: {}", Told(&fault)));
        }
        Err(fault) => return Err(fault),
    }
    let all_of_circulars = findings.is_clean();
    circulars.recount(store, county, &mut findings).await?;
    Ok(Seen {
        findings,
        head,
        files,
        circulars: circulars.count(),
        all_of_circulars,
        signed,
    })
}

/// What the county has signed, as far as it can be believed.
async fn signed(
    store: &SqlStore,
    code: CountyCode,
    key: Option<&Key>,
    findings: &mut Findings,
) -> Result<(Vec<Known>, Signed), Fault> {
    let mut known = Vec::new();
    let keys = match store.signing_keys(code).await {
        Ok(keys) => keys,
        Err(fault @ Fault::Damaged { .. }) => {
            findings.differ(|| format!("by which keys it was signed: {}", Told(&fault)));
            SigningKeys::default()
        }
        Err(fault) => return Err(fault),
    };
    let own = key.map(Key::public);
    let fits = match key {
        Some(Key::Own(key) | Key::Beside(key)) => {
            keys.present().is_none_or(|present| present == key)
        }
        Some(Key::Said(key)) => keys.may_be(key),
        None => true,
    };
    if let Some((own, present)) = own.zip(keys.present())
        && !fits
    {
        findings.differ(|| {
            format!("by what is recorded the log is signed by {present}, and the key here is {own}; if nobody changed it, somebody wrote that")
        });
    }
    for number in store.checkpoints_gone(code).await? {
        findings.differ(|| format!("checkpoint number {number} was taken away"));
    }
    let all = store.checkpoints_one_by_one(code).await?;
    let signed_by = |key: &LogKey| {
        let kept = all.iter().flatten();
        let own = kept.filter(|kept| is_signed_by(kept, key));
        own.map(|kept| kept.head().size).max().unwrap_or(0)
    };
    if let Some(own) = own.filter(|_| fits)
        && let Some(line) = keys.unvouched(own, signed_by)
    {
        findings.differ(|| {
            format!(
                "the change of the key in line {line} is under no checkpoint that {own} has signed, or a key that it handed over to: \
                 somebody who had none of the keys may have written it, and everything before it"
            )
        });
    }
    let mut unvouched: BTreeMap<Position, &LogKey> = keys.changes().collect();
    let signed = Signed {
        checkpoints: all.len(),
        has_key: own.is_some() || keys.present().is_some(),
    };
    for kept in all {
        let kept = match kept {
            Ok(kept) => kept,
            Err(fault) => {
                findings.differ(|| format!("a checkpoint that is kept: {}", Told(&fault)));
                continue;
            }
        };
        let head = kept.head();
        let who = format!("the checkpoint over {}", counted(head.size, "line"));
        let signed_by = |key: &LogKey| is_signed_by(&kept, key);
        let is_signed = keys.at(head.size).or(own).is_none_or(signed_by);
        unvouched.retain(|line, former| line.get() > head.size || !signed_by(former));
        if kept.says_so() && is_signed {
            known.push(Known {
                head,
                who,
                is_kept_elsewhere: false,
            });
        } else {
            findings.differ(|| format!("{who} is not what was signed"));
        }
    }
    for line in unvouched.into_keys() {
        findings.remarks.push(format!(
            "the change of the key in line {line} is not signed by the former key: where that was not lost, somebody took its \
             signature away"
        ));
    }
    Ok((known, signed))
}

fn is_signed_by(kept: &KeptCheckpoint, key: &LogKey) -> bool {
    let note = SignedNote::from_bytes(kept.note.as_bytes());
    note.is_ok_and(|note| Checkpoint::signed_by(&note, key).is_ok())
}

fn told(code: CountyCode, seen: &Seen, began: Instant) -> Vec<u8> {
    let mut out = Vec::new();
    let findings = &seen.findings;
    if let Some((from, to)) = findings.first() {
        let first = if from == to {
            format!("line {from}")
        } else {
            format!("one of the lines {from} to {to}")
        };
        drop(writeln!(out, "the first line that is wrong is {first}"));
    }
    tell_differences(&mut out, findings);
    let done = if findings.is_clean() {
        "the record is what was logged, and every row is as the record says"
    } else {
        "not as it should be"
    };
    let files = match &seen.files {
        Some(files) => {
            let absent = files.absent.len();
            let there = files.seen.len().saturating_sub(absent);
            let there = counted(there as u64, "file");
            format!("{there}, {absent} cited that are not here")
        }
        None => "files of evidence not looked at".to_owned(),
    };
    let Signed {
        checkpoints,
        has_key,
        ..
    } = seen.signed;
    let checkpoints = counted(checkpoints as u64, "checkpoint");
    let signed = if has_key {
        format!("{checkpoints} with their signatures")
    } else {
        format!("{checkpoints}, whose signatures nobody looked at: say --key")
    };
    let circulars = counted(seen.circulars as u64, "circular");
    let (lines, root) = (counted(findings.lines, "line"), seen.head.root);
    let took = began.elapsed().as_secs_f64();
    drop(writeln!(
        out,
        "county {code}: {done} ({lines}, root {root}, {signed}, {files}, {circulars}, {took:.1} s)"
    ));
    out
}
