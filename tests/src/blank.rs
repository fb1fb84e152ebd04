//! Databases that have been brought up to this program and hold nothing. One on each engine is migrated, and every test takes
//! a copy: how a database is migrated has tests of its own.

use crate::postgres;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::sync::OnceCell;
use xiaohao_store::{Location, SqlStore};

/// What is in the file that was migrated.
static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// The URL of the database that was migrated.
static DATABASE: OnceCell<String> = OnceCell::const_new();

/// A file of its own in this folder.
pub async fn file(folder: &Path) -> Location {
    let migrated = FILE.get_or_init(async || {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let location = Location::File(path.clone());
        SqlStore::migrate(&location).await.unwrap();
        fs::read(path).unwrap()
    });
    let path = folder.join(NAME);
    fs::write(&path, migrated.await).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    Location::File(path)
}

/// A database of its own in the cluster that all tests share.
pub async fn database() -> Location {
    let migrated = DATABASE.get_or_init(async || {
        let url = postgres::database();
        SqlStore::migrate(&Location::Url(url.clone()))
            .await
            .unwrap();
        url
    });
    Location::Url(postgres::copy_of(migrated.await))
}

const NAME: &str = "ledger.sqlite";
