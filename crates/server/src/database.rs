//! Where the ledger is kept, as every command takes it.

use crate::config::{DATA, DATABASE_URL, Key};
use clap::Args;
use std::path::{Path, PathBuf};
use xiaohao_store::Location;

/// The file of the ledger in its folder.
const FILE: &str = "ledger.sqlite";

/// The folder of the files of evidence, in that of the ledger.
const EVIDENCE: &str = "evidence";

/// The file of the key of the log, in that folder.
const SIGNING_KEY: &str = "ledger.key";

/// Where a county is kept.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its ledger.
    pub ledger: Location,
    /// The folder of its files of evidence.
    pub evidence: PathBuf,
    /// The file of the key by which its log is signed; none where it is not signed.
    pub signing_key: Option<PathBuf>,
}

impl Place {
    /// Everything in one folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            ledger: Location::File(folder.join(FILE)),
            evidence: folder.join(EVIDENCE),
            signing_key: Some(key_in(folder)),
        }
    }
}

/// The file of the key of the log that is kept in a folder.
pub(crate) fn key_in(folder: &Path) -> PathBuf {
    folder.join(SIGNING_KEY)
}

/// Where the ledger is kept: a folder on this machine, or a server.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub struct DatabaseArgs {
    /// Folder of the ledger on this machine; it holds the file ledger.sqlite [env: `XIAOHAO_DATA`].
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Database of PostgreSQL that holds the ledger, as `postgres://user@host/name` [env: `XIAOHAO_DATABASE_URL`].
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl DatabaseArgs {
    /// What is said by flags.
    #[must_use]
    pub fn flags(self) -> Vec<(&'static Key, Option<String>)> {
        vec![(&DATA, self.data), (&DATABASE_URL, self.database_url)]
    }
}
