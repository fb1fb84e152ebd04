//! What the databases say when something goes wrong, in the words of the ledger.

use sea_orm::{DbErr, RuntimeErr};
use std::fmt;
use std::sync::Arc;
use xiaohao_ledger::{Cause, Fault};

/// The fault behind an error of the database.
pub(crate) fn fault(error: DbErr) -> Fault {
    let kind = kind(&error);
    let cause: Cause = Arc::new(error);
    match kind {
        Kind::Unreachable => Fault::Unreachable(cause),
        Kind::Locked => Fault::Locked(cause),
        Kind::Conflict => Fault::Conflict(cause),
        Kind::Full => Fault::DiskFull(cause),
        Kind::Disk => Fault::Disk(cause),
        Kind::ReadOnly => Fault::ReadOnly(cause),
        Kind::Damaged => Fault::Damaged {
            what: "the database says that its file is damaged; where a backup was copied into its place, take away what ends in -wal and \
                   -shm beside it, and copy it again"
                .to_owned(),
            cause: Some(cause),
        },
        Kind::Rejected => Fault::Rejected(cause),
    }
}

/// A stored value that cannot be what it should be.
pub(crate) fn unreadable(
    what: impl fmt::Display,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Fault {
    Fault::Damaged {
        what: what.to_string(),
        cause: Some(Arc::new(error)),
    }
}

enum Kind {
    Unreachable,
    Locked,
    Conflict,
    Full,
    Disk,
    ReadOnly,
    Damaged,
    Rejected,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else the library comes to say is a rejection"
)]
fn kind(error: &DbErr) -> Kind {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Kind::Unreachable,
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => Kind::Damaged,
        _ => Kind::Rejected,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else the library comes to say is a rejection"
)]
fn of_driver(error: &sea_orm::sqlx::Error) -> Kind {
    use sea_orm::sqlx::Error;
    match error {
        Error::Database(database) => database
            .code()
            .map_or(Kind::Rejected, |code| of_code(&code)),
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => Kind::Unreachable,
        Error::ColumnDecode { .. } | Error::Decode(_) | Error::ColumnNotFound(_) => Kind::Damaged,
        _ => Kind::Rejected,
    }
}

/// The primary code in a result code of SQLite.
const PRIMARY: u32 = 0xFF;

/// SQLSTATE of PostgreSQL has five characters, a result code of SQLite is a number of up to four digits whose low byte is
/// the primary code.
fn of_code(code: &str) -> Kind {
    if code.len() == 5 {
        return match code {
            "40001" | "40P01" => Kind::Conflict,
            "55P03" => Kind::Locked,
            "53100" => Kind::Full,
            "58030" => Kind::Disk,
            "25006" | "42501" => Kind::ReadOnly,
            "25P03" | "3D000" => Kind::Unreachable,
            "XX001" | "XX002" => Kind::Damaged,
            _ => match code.get(..2) {
                // The connection, who may connect, what the server needs to work, and whoever tells it to stop.
                Some("08" | "28" | "53" | "57") => Kind::Unreachable,
                _ => Kind::Rejected,
            },
        };
    }
    match code.parse::<u32>().map(|code| code & PRIMARY) {
        Ok(5 | 6 | 15) => Kind::Locked,
        Ok(8 | 3) => Kind::ReadOnly,
        Ok(10) => Kind::Disk,
        Ok(14) => Kind::Unreachable,
        Ok(11 | 26) => Kind::Damaged,
        Ok(13) => Kind::Full,
        _ => Kind::Rejected,
    }
}
