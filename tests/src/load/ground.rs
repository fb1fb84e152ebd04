//! Where the databases of a run lie: the stocks, which are filled once, and the copies that are worked on.

use crate::postgres::Cluster;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use xiaohao_store::Location;

/// The engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// In a file.
    Sqlite,
    /// On a server of the run's own.
    Postgres,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// The server's settings; whatever makes a commit durable is left as it is by default, which is on.
const SETTINGS: &[&str] = &["shared_buffers=256MB", "max_wal_size=4GB"];

/// A folder with databases.
pub struct Ground {
    folder: PathBuf,
    cluster: OnceLock<Cluster>,
    /// Takes the folder away at the end, where nobody wants to keep it.
    _passing: Option<TempDir>,
}

impl Ground {
    /// In a folder that stays, so that a stock is filled once; or in one that goes away.
    pub fn new(kept: Option<&Path>) -> Self {
        let passing = kept.is_none().then(|| tempfile::tempdir().unwrap());
        let folder = passing.as_ref().map(TempDir::path).or(kept).unwrap();
        fs::create_dir_all(folder).unwrap();
        Self {
            folder: fs::canonicalize(folder).unwrap(),
            cluster: OnceLock::new(),
            _passing: passing,
        }
    }

    fn cluster(&self) -> &Cluster {
        let start = || Cluster::kept_in(&self.folder.join("postgres"), SETTINGS);
        self.cluster.get_or_init(start)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension("db")
    }

    /// A copy of the stock of so many hazards, to be worked on. Where there is no stock yet, `fill` makes it.
    pub fn copy(&self, engine: Engine, hazards: u32, fill: impl FnOnce(&Location)) -> Location {
        let stock = format!("stock_{hazards}");
        let (unfinished, copy) = (format!("{stock}_unfinished"), format!("{stock}_copy"));
        match engine {
            Engine::Sqlite => {
                let [stock, unfinished, copy] =
                    [stock, unfinished, copy].map(|name| self.file(&name));
                if !stock.exists() {
                    remove(&unfinished);
                    fill(&Location::File(unfinished.clone()));
                    fs::rename(&unfinished, &stock).unwrap();
                }
                remove(&copy);
                fs::copy(stock, &copy).unwrap();
                Location::File(copy)
            }
            Engine::Postgres => {
                let cluster = self.cluster();
                let databases = cluster.ask("SELECT datname FROM pg_database");
                if !databases.lines().any(|name| name == stock) {
                    cluster.run(&format!("DROP DATABASE IF EXISTS {unfinished}"));
                    cluster.run(&format!("CREATE DATABASE {unfinished}"));
                    fill(&Location::Url(cluster.url(&unfinished)));
                    // What the server does by itself within the hour, and must not do while one measures.
                    cluster.ask_in(&unfinished, "VACUUM ANALYZE");
                    cluster.run(&format!("ALTER DATABASE {unfinished} RENAME TO {stock}"));
                    cluster.run("CHECKPOINT");
                }
                cluster.run(&format!("DROP DATABASE IF EXISTS {copy}"));
                cluster.run(&format!(
                    "CREATE DATABASE {copy} TEMPLATE {stock} STRATEGY FILE_COPY"
                ));
                Location::Url(cluster.url(&copy))
            }
        }
    }

    /// How many bytes a database takes.
    pub fn size(&self, location: &Location) -> u64 {
        match location {
            Location::File(path) => files(path)
                .map(|file| fs::metadata(file).map_or(0, |file| file.len()))
                .sum(),
            Location::Url(url) => {
                let name = url.rsplit_once('/').map_or("", |(_, name)| name);
                let size = self
                    .cluster()
                    .ask(&format!("SELECT pg_database_size('{name}')"));
                size.parse().unwrap()
            }
        }
    }
}

/// The files of a database of SQLite.
fn files(path: &Path) -> impl Iterator<Item = PathBuf> {
    ["db", "db-wal", "db-shm"]
        .into_iter()
        .map(|end| path.with_extension(end))
}

fn remove(path: &Path) {
    for file in files(path) {
        if file.exists() {
            fs::remove_file(file).unwrap();
        }
    }
}
