//! SQLite knows a row by a number of its own too, and `INSERT OR REPLACE` that names the number of a row takes this row away without
//! firing the trigger that refuses to delete it. PostgreSQL has no such number.

use crate::guard::no_replace;
use crate::{m0001_ledger_entry as entry, m0009_checkpoint_number, m0010_refused_attempt};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// That a row has this number. Of one that names none SQLite says -1.
const HAS_ITS_NUMBER: &str = "rowid = NEW.rowid";

/// The triggers that refuse to put a row in the place of another, for these reasons and for those.
fn triggers(also: &[&str]) -> Vec<(String, String)> {
    let guards = [m0009_checkpoint_number::GUARD, m0010_refused_attempt::GUARD];
    let guarded = guards.map(|guard| {
        let name = format!("{}_no_insert", guard.table);
        (name, guard.table, guard.refusal, vec![guard.is_there])
    });
    let name = "ledger_entry_no_replace".to_owned();
    let line = (
        name,
        "ledger_entry",
        entry::REFUSAL,
        entry::IS_THERE.to_vec(),
    );
    let all = [line].into_iter().chain(guarded);
    let made = all.map(|(name, table, refusal, mut ways)| {
        ways.extend(also);
        let trigger = no_replace(&name, table, refusal, &ways);
        (name, trigger)
    });
    made.collect()
}

async fn put(manager: &SchemaManager<'_>, also: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        for (name, trigger) in triggers(also) {
            let former = format!("DROP TRIGGER {name}");
            connection.execute_unprepared(&former).await?;
            connection.execute_unprepared(&trigger).await?;
        }
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        put(manager, &[HAS_ITS_NUMBER]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        put(manager, &[]).await
    }
}
