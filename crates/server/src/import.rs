//! `xiaohao ledger import`: a county rebuilt in an empty database from the file that `xiaohao ledger export` wrote.
//!
//! Everything is checked as it comes in: the sums of the file, each line against its leaf, each checkpoint against the lines
//! before it and the key of the log, in the end the root. It is one transaction: until the last line is found to be right
//! there is nothing.

use crate::clock::now;
use crate::county_file::{FORM, Item, Misread, NoPiece, Reading};
use crate::progress::Bar;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use xiaohao_core::county_data::{BrokenCounty, CountyData};
use xiaohao_core::values::CountyCode;
use xiaohao_core::{County, county_day};
use xiaohao_ledger::{Fault, Line, Position, SigningKeys, Subject};
use xiaohao_log::{Checkpoint, InvalidNote, LogKey, SignedNote, TreeHead, UntrustedCheckpoint};
use xiaohao_store::{Arrival, Entered, Location, Piece, Progress, SqlStore, Untaken};

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum Unimported {
    /// The file cannot be opened.
    #[error("cannot read {}", file.display())]
    Unread {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A line of it is wrong.
    #[error("line {line} of {} is wrong, and nothing was taken in", file.display())]
    Line {
        /// The first that is.
        line: u64,
        /// Of which file.
        file: PathBuf,
        /// Why.
        source: Wrong,
    },
    /// It is the ledger of another key.
    #[error(
        "the log in {} is not signed by {key} now: say with --key which key it is signed by; nothing was taken in. Where \
         nothing of it is signed, nobody vouches for it, and it is taken in without --key alone", file.display()
    )]
    OtherKey {
        /// Which file.
        file: PathBuf,
        /// The key that was said.
        key: Box<LogKey>,
    },
    /// It is another county.
    #[error("{} holds county {found}, not {wanted}; nothing was taken in", file.display())]
    OtherCounty {
        /// Which file.
        file: PathBuf,
        /// Whose it is.
        found: CountyCode,
        /// Whose it should be.
        wanted: CountyCode,
    },
    /// Something is there already.
    #[error(
        "the database at {location} is not empty; a county is taken into an empty one, and nothing was taken in"
    )]
    NotEmpty {
        /// Where.
        location: Location,
    },
    /// The database cannot be written.
    #[error("the database at {location} cannot be written, and nothing was taken in")]
    Database {
        /// Where.
        location: Location,
        /// Why not.
        source: Fault,
    },
    /// The record cannot be replayed.
    #[error("the record in {} cannot be replayed ({findings} findings, the first: {first}); nothing was taken in", file.display())]
    Record {
        /// Which file.
        file: PathBuf,
        /// How many findings.
        findings: u64,
        /// The first.
        first: String,
    },
}

/// What is wrong with a line of the file.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// It cannot be read.
    #[error(transparent)]
    Misread(#[from] Misread),
    /// The file does not begin as one of these does.
    #[error("it is not the first line of a file of the form {FORM}")]
    OtherForm,
    /// It does not belong to this place.
    #[error(transparent)]
    NoPiece(#[from] NoPiece),
    /// The data of the county cannot be used.
    #[error("the data of the county cannot be used")]
    County(#[from] BrokenCounty),
    /// The data is not what the ledger says.
    #[error("line {0} of the ledger entered other data of the county than the file begins with")]
    OtherData(Position),
    /// The ledger changes posts that are not there.
    #[error("the ledger changes posts that the data of the county before it does not have")]
    Posts(#[source] Fault),
    /// The data is that of another county.
    #[error("it is the data of county {0}")]
    OtherCounty(CountyCode),
    /// The store does not take it.
    #[error(transparent)]
    Untaken(#[from] Untaken),
    /// It was signed, and by what key is not said.
    #[error("it is a checkpoint, and it is not said by which key it must be signed: say --key")]
    Keyless,
    /// It is no checkpoint.
    #[error("it is no checkpoint")]
    Note(#[from] InvalidNote),
    /// It is not signed by the key.
    #[error("it is not signed by {key}, which signed the log then")]
    Unsigned {
        /// Which key.
        key: Box<LogKey>,
        /// Why not.
        source: UntrustedCheckpoint,
    },
    /// The ledger names a key that is none.
    #[error("the keys that the ledger names are none, or no chain")]
    Keys(#[source] Fault),
    /// The log is signed by another key than the one that was said.
    #[error("its log is not signed by {0}")]
    OtherKey(Box<LogKey>),
    /// There are more lines or fewer than the first line says, or other ones.
    #[error("the lines of the ledger are {}, and their root is {}: that is not what the file says", .0.size, .0.root)]
    OtherEnd(TreeHead),
    /// The file ends before its last line.
    #[error("the file ends before its end")]
    CutOff,
    /// Something follows the last line.
    #[error("something follows the end")]
    Beyond,
}

/// What was taken in.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Whose.
    pub county: CountyCode,
    /// What it comes to.
    pub head: TreeHead,
    /// How many of its lines are under a checkpoint that is signed by the key.
    pub signed: u64,
}

/// What is to be taken in.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The file.
    pub file: &'a Path,
    /// The county it must be, where that is said.
    pub county: Option<CountyCode>,
    /// By which its checkpoints must be signed.
    pub key: Option<LogKey>,
}

/// A file whose first line was read.
#[derive(Debug)]
pub struct Opened<'a> {
    asked: &'a Asked<'a>,
    reading: Reading<BufReader<File>>,
    county: CountyCode,
    lines: u64,
    /// What the ledger says of itself, and what was signed of it, each with its line of the file.
    own: Vec<Line>,
    signed: Vec<(u64, SignedNote)>,
}

/// Opens the file, before a database is touched.
///
/// # Errors
/// [`Unimported`].
pub fn open<'a>(asked: &'a Asked<'a>) -> Result<Opened<'a>, Unimported> {
    let from = File::open(asked.file).map_err(|source| Unimported::Unread {
        file: asked.file.to_owned(),
        source,
    })?;
    let mut reading = Reading::new(BufReader::new(from));
    let wrong = |source: Wrong| Unimported::Line {
        line: 1,
        file: asked.file.to_owned(),
        source,
    };
    let first = reading.next().map_err(|error| wrong(error.into()))?;
    let (county, lines) = match first {
        Some(Item::Begin {
            form,
            county,
            lines,
        }) if form == FORM => (county, lines),
        Some(_) | None => return Err(wrong(Wrong::OtherForm)),
    };
    match asked.county.filter(|wanted| *wanted != county) {
        Some(wanted) => Err(Unimported::OtherCounty {
            file: asked.file.to_owned(),
            found: county,
            wanted,
        }),
        None => Ok(Opened {
            asked,
            reading,
            county,
            lines,
            own: Vec::new(),
            signed: Vec::new(),
        }),
    }
}

/// Takes in the county, and tells on standard error how far it has come.
///
/// # Errors
/// [`Unimported`]; then the database is as empty as before.
pub async fn run(
    mut opened: Opened<'_>,
    store: &SqlStore,
    location: &Location,
) -> Result<Imported, Unimported> {
    let code = opened.county;
    let database = |source| Unimported::Database {
        location: location.clone(),
        source,
    };
    let arrival = store.arrival(code).await.map_err(database)?;
    let mut arrival = arrival.ok_or_else(|| Unimported::NotEmpty {
        location: location.clone(),
    })?;
    let file = opened.asked.file.to_owned();
    let bar = Bar::new(code);
    let taken = opened.take_all(&mut arrival, &bar).await;
    bar.end();
    let at = opened.reading.line();
    let taken = taken.map_err(|source| (at, source));
    let taken = taken.and_then(|taken| opened.is_signed().map(|()| taken));
    let (county, signed) = taken.map_err(|(line, source)| {
        let file = file.clone();
        if let Wrong::OtherKey(key) = source {
            // No line of the file is wrong.
            Unimported::OtherKey { file, key }
        } else {
            Unimported::Line { line, file, source }
        }
    })?;
    let head = arrival.head();
    let bar = Bar::new(code);
    let today = county_day(now());
    let findings = arrival.finish(&county, today, |at| bar.show(at)).await;
    bar.end();
    let findings = findings.map_err(database)?;
    match findings.told.first() {
        None => Ok(Imported {
            county: code,
            head,
            signed,
        }),
        Some(first) => Err(Unimported::Record {
            file,
            findings: findings.differences,
            first: first.clone(),
        }),
    }
}

impl Opened<'_> {
    /// Takes in every line to the last; the answer is the county, and how many lines of its ledger are signed.
    async fn take_all(&mut self, arrival: &mut Arrival, bar: &Bar) -> Result<(County, u64), Wrong> {
        let (data, county) = self.take_county(arrival).await?;
        let mut signed = 0;
        loop {
            let item = self.reading.next()?.ok_or(Wrong::CutOff)?;
            if let Item::End { root } = &item {
                let head = arrival.head();
                arrival.is_complete()?;
                if head.size != self.lines || head.root.to_string() != *root {
                    return Err(Wrong::OtherEnd(head));
                }
                let entered = Entered::by(&self.own).map_err(Wrong::Posts)?;
                if let Some(other) = entered.filter(|entered| entered.data != data) {
                    return Err(Wrong::OtherData(other.line));
                }
                break;
            }
            match item.piece()? {
                Piece::County(_) => return Err(NoPiece::Misplaced.into()),
                Piece::Checkpoint(checkpoint) => {
                    self.asked.key.as_ref().ok_or(Wrong::Keyless)?;
                    let note = SignedNote::from_bytes(checkpoint.note.as_bytes())?;
                    self.signed.push((self.reading.line(), note));
                    arrival.take(Piece::Checkpoint(checkpoint)).await?;
                    signed = arrival.head().size;
                }
                Piece::Line(line) => {
                    let read = &line.written.line;
                    if read.record.subject() == Subject::Ledger {
                        self.own.push(read.clone());
                    }
                    arrival.take(Piece::Line(line)).await?;
                }
                piece @ (Piece::Evidence { .. } | Piece::Consumer { .. }) => {
                    arrival.take(piece).await?;
                }
            }
            bar.show(Progress {
                done: arrival.head().size,
                of: self.lines,
            });
        }
        match self.reading.next()? {
            None => Ok((county, signed)),
            Some(_) => Err(Wrong::Beyond),
        }
    }

    /// The second line.
    async fn take_county(&mut self, arrival: &mut Arrival) -> Result<(CountyData, County), Wrong> {
        let item = self.reading.next()?.ok_or(Wrong::CutOff)?;
        let piece = item.piece()?;
        let Piece::County(text) = &piece else {
            return Err(NoPiece::Misplaced.into());
        };
        let data = CountyData::read(text)?;
        if data.code != self.county {
            return Err(Wrong::OtherCounty(data.code));
        }
        let county = data.county()?;
        arrival.take(piece).await?;
        Ok((data, county))
    }

    /// Whether each checkpoint is signed by the key that signed the log then. Which key that was, the ledger tells in the end:
    /// it is trusted as far as the key that was said, by which its last checkpoint is signed.
    ///
    /// # Errors
    /// The line of the file that is wrong, and why.
    fn is_signed(&self) -> Result<(), (u64, Wrong)> {
        let end = self.reading.line();
        let keys = SigningKeys::recorded(&self.own);
        let keys = keys.map_err(|source| (end, Wrong::Keys(source)))?;
        let Some(said) = &self.asked.key else {
            return Ok(());
        };
        let is_another = match keys.present() {
            Some(present) => present != said,
            // Also where nothing is signed at all: whoever leaves the checkpoints out leaves out who wrote it.
            None => self
                .signed
                .iter()
                .all(|(_, note)| Checkpoint::signed_by(note, said).is_err()),
        };
        // What the ledger tells of its keys is believed as far as the key that was said has signed it.
        let over = |note: &SignedNote| Checkpoint::claimed_head(note).map_or(0, |head| head.size);
        let signed = |key: &LogKey| {
            let own = self
                .signed
                .iter()
                .filter(|(_, note)| Checkpoint::signed_by(note, key).is_ok());
            own.map(|(_, note)| over(note)).max().unwrap_or(0)
        };
        if is_another || keys.unvouched(said, signed).is_some() {
            return Err((end, Wrong::OtherKey(Box::new(said.clone()))));
        }
        for (line, note) in &self.signed {
            let key = keys.at(over(note)).unwrap_or(said);
            Checkpoint::signed_by(note, key).map_err(|source| {
                let key = Box::new(key.clone());
                (*line, Wrong::Unsigned { key, source })
            })?;
        }
        Ok(())
    }
}
