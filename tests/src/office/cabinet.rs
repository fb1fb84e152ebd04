//! A store, and where it lies.

use crate::blank;
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::Store;
use xiaohao_ledger::memory::MemoryStore;
use xiaohao_ledger::read::Reader;
use xiaohao_store::{Location, SqlStore};

/// The kinds of store; what holds of one holds of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without a disk.
    Memory,
    /// A file of SQLite.
    Sqlite,
    /// A database of PostgreSQL.
    Postgres,
}

impl Kind {
    /// How often a law is tried on it, of as many times as one would like: the slower the store, the less often.
    pub fn cases(self, liked: u32) -> u32 {
        match self {
            Self::Memory => liked,
            Self::Sqlite => liked / 4,
            Self::Postgres => liked / 8,
        }
    }
}

/// A store, and where it lies.
#[derive(Clone, Debug)]
pub enum Cabinet {
    /// Nowhere.
    Memory(MemoryStore),
    /// In a database.
    Sql {
        /// The store.
        store: SqlStore,
        /// Which database.
        location: Location,
        /// The folder that goes away with it: of the database, where it is a file, and of the files of evidence.
        folder: Arc<TempDir>,
    },
}

impl Cabinet {
    /// A new one, empty.
    pub async fn new(kind: Kind) -> Self {
        match kind {
            Kind::Memory => Self::Memory(MemoryStore::new()),
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let location = blank::file(folder.path()).await;
                Self::opened(location, Arc::new(folder)).await
            }
            Kind::Postgres => Self::at(blank::database().await).await,
        }
    }

    /// That in a database which is there already.
    pub async fn at(location: Location) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::opened(location, Arc::new(folder)).await
    }

    async fn opened(location: Location, folder: Arc<TempDir>) -> Self {
        Self::Sql {
            store: SqlStore::open(&location).await.unwrap(),
            location,
            folder,
        }
    }

    /// The same, closed and opened again; what lies nowhere stays open.
    #[must_use]
    pub async fn reopened(self) -> Self {
        match self {
            Self::Memory(store) => Self::Memory(store),
            Self::Sql {
                store,
                location,
                folder,
            } => {
                drop(store);
                Self::opened(location, folder).await
            }
        }
    }

    /// Holds the files 0 to 199 for a county, in whose folder there are none.
    pub async fn hold(&self, county: CountyCode, at: DateTime<Utc>) {
        let files: Vec<Digest> = (0..200).map(crate::file).collect();
        match self {
            Self::Memory(store) => store.hold(county, files).await,
            Self::Sql { store, .. } => {
                store.hold(county, &files, at).await.unwrap();
                std::fs::create_dir_all(self.evidence().join(county.to_string())).unwrap();
            }
        }
    }

    /// Which database it lies in.
    pub fn location(&self) -> &Location {
        match self {
            Self::Memory(_) => panic!("what lies in memory lies in no database"),
            Self::Sql { location, .. } => location,
        }
    }

    /// Where the files of evidence lie.
    pub fn evidence(&self) -> PathBuf {
        match self {
            Self::Memory(_) => panic!("what lies in memory has no folder"),
            Self::Sql { folder, .. } => folder.path().join("evidence"),
        }
    }

    /// The database as it is, for what is kept beside the ledger.
    pub fn sql(&self) -> &SqlStore {
        match self {
            Self::Memory(_) => panic!("what lies in memory lies in no database"),
            Self::Sql { store, .. } => store,
        }
    }

    /// What the ledger writes to.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            Self::Sql { store, .. } => Arc::new(store.clone()),
        }
    }

    /// What readers ask.
    pub fn reader(&self) -> Arc<dyn Reader> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            Self::Sql { store, .. } => Arc::new(store.clone()),
        }
    }

    /// How many statements have been sent to the database; none where there is no database.
    pub fn statements(&self) -> u64 {
        match self {
            Self::Memory(_) => 0,
            Self::Sql { store, .. } => store.statements(),
        }
    }
}
