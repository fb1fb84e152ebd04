//! `xiaohao ledger witness`, as somebody at another office runs it.

use super::Failure;
use crate::bounded::bounded;
use crate::counted::counted;
use crate::printed::print;
use crate::witness::{Cosigned, Watched, Witness};
use clap::Args;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use xiaohao_log::LogKey;

/// What a witness is told. It needs no database and no network.
#[derive(Args)]
pub(super) struct WitnessArgs {
    /// File of what `xiaohao ledger checkpoint --since SIZE` printed, or of the first checkpoint; standard input unless it is
    /// said.
    file: Option<PathBuf>,
    /// Public key of the log that is watched over; when its key is changed, once said twice: the former and the new one.
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<LogKey>,
    /// Folder of the witness: it holds its key, and the last checkpoint of each log that it cosigned.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Name of the witness, the same for ever: an address of the office without scheme, as witness.example.gov.cn/4311. It
    /// counts when the key is made, the first time.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Print over how many lines the last checkpoint is that was cosigned, 0 if there is none, and cosign nothing.
    #[arg(long, conflicts_with = "file")]
    size: bool,
}

/// Cosigns what was brought; the checkpoint goes to standard output, everything else that is to be said to standard error.
pub(super) fn witness(asked: &WitnessArgs) -> Result<(), Failure> {
    let log = Watched::by(asked.key.clone())?;
    let witness = Witness::open(&asked.folder, asked.name.as_deref())?;
    if asked.size {
        let last = witness.last(&log)?;
        print(&format!("{}\n", last.map_or(0, |head| head.size)))?;
        return Ok(());
    }
    let brought = read(asked.file.as_deref())?;
    let cosigned = witness.cosign(&brought, &log)?;
    tell(&witness, &log, &cosigned);
    print(&cosigned.note.to_string())?;
    Ok(())
}

fn read(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let brought = match file {
        None => bounded(io::stdin()),
        Some(file) => File::open(file).and_then(bounded),
    };
    brought.map_err(|source| Failure::Unread {
        file: file.map_or("standard input".into(), |file| file.display().to_string()),
        source,
    })
}

fn tell(witness: &Witness, log: &Watched, cosigned: &Cosigned) {
    let mut err = io::stderr().lock();
    let (log, head) = (log.name(), cosigned.head);
    if cosigned.is_first {
        drop(writeln!(
            err,
            "nothing of {log} was seen here before: what was brought now is believed as it is, and everything later is held against it"
        ));
    }
    drop(writeln!(
        err,
        "cosigned {} of {log}, root {}, by {}",
        counted(head.size, "line"),
        head.root,
        witness.key()
    ));
}
