//! `xiaohao ledger export`: a whole county written into a file, from which `xiaohao ledger import` rebuilds it elsewhere.

use crate::county_file::{Item, Writing};
use crate::durable::NewFile;
use crate::progress::Bar;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::Fault;
use xiaohao_log::TreeHead;
use xiaohao_store::SqlStore;

/// Why there is no file. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum Unexported {
    /// There is one already.
    #[error("{} is there already; a county is never written over anything, name another file", file.display())]
    There {
        /// Which.
        file: PathBuf,
    },
    /// It cannot be written.
    #[error("{} cannot be written", file.display())]
    Disk {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The ledger cannot be read, or is not what was logged.
    #[error("county {county} cannot be carried")]
    Ledger {
        /// Whose.
        county: CountyCode,
        /// Why not.
        source: Fault,
    },
}

/// Writes the county into a file that is not there yet, and tells on standard error how far it has come. When this returns,
/// the file is on the disk; until then it is not there.
///
/// # Errors
/// [`Unexported`].
pub async fn run(
    store: &SqlStore,
    county: CountyCode,
    file: &Path,
) -> Result<TreeHead, Unexported> {
    let ledger = |source| Unexported::Ledger { county, source };
    let mut departure = store.departure(county).await.map_err(ledger)?;
    let disk = |source: io::Error| {
        let file = file.to_owned();
        if source.kind() == io::ErrorKind::AlreadyExists {
            Unexported::There { file }
        } else {
            Unexported::Disk { file, source }
        }
    };
    let new = NewFile::begin(file).map_err(disk)?;
    let mut writing = Writing::new(BufWriter::new(new));
    let bar = Bar::new(county);
    let begin = Item::begin(county, departure.progress().of);
    writing.write(&begin).map_err(disk)?;
    while let Some(pieces) = departure.next().await.map_err(ledger)? {
        for piece in pieces {
            writing.write(&Item::of(piece)).map_err(disk)?;
        }
        bar.show(departure.progress());
    }
    bar.end();
    writing.write(&Item::end(departure.head())).map_err(disk)?;
    let written = writing.into_inner().into_inner();
    let written = written.map_err(|error| disk(error.into_error()))?;
    written.finish().map_err(disk)?;
    Ok(departure.head())
}
