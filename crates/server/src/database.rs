//! Where the ledger is kept, as every command takes it.

use clap::Args;
use std::path::{Path, PathBuf};
use xiaohao_store::Location;

/// The file of the ledger in its folder.
const FILE: &str = "ledger.sqlite";

/// The folder of the files of evidence, in that of the ledger.
const EVIDENCE: &str = "evidence";

/// Where a county is kept.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its ledger.
    pub ledger: Location,
    /// The folder of its files of evidence.
    pub evidence: PathBuf,
}

impl Place {
    /// Everything in one folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            ledger: DatabaseArgs::in_folder(folder),
            evidence: folder.join(EVIDENCE),
        }
    }
}

/// Where the ledger is kept: a folder on this machine, or a server.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub struct DatabaseArgs {
    /// Folder of the ledger on this machine; it holds the file ledger.sqlite.
    #[arg(long, value_name = "DIR", env = "XIAOHAO_DATA")]
    data: Option<PathBuf>,
    /// Database of PostgreSQL that holds the ledger, as `postgres://user@host/name`.
    #[arg(
        long,
        value_name = "URL",
        env = "XIAOHAO_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<Location>,
}

impl DatabaseArgs {
    /// The ledger in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Location {
        Location::File(folder.join(FILE))
    }

    /// The folder that was given.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// The place; none where neither was given.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        let file = || self.data.as_deref().map(Self::in_folder);
        self.database_url.clone().or_else(file)
    }
}
