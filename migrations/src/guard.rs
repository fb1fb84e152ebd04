//! Tables whose rows the database itself keeps as they are.

use crate::dialect::unknown;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// What is kept so.
pub(crate) struct Guard {
    pub(crate) table: &'static str,
    /// What is said to whoever tries to change or delete a row.
    pub(crate) refusal: &'static str,
    /// Whether a row that is inserted is there already. On SQLite `INSERT OR REPLACE` deletes a row without firing the trigger
    /// for it.
    pub(crate) is_there: &'static str,
    /// The one change that is let through.
    pub(crate) unless: Option<&'static str>,
    /// Which rows may go.
    pub(crate) may_go: Option<MayGo>,
}

/// When a row may go, in the words of each engine.
pub(crate) struct MayGo {
    pub(crate) in_sqlite: &'static str,
    pub(crate) in_postgres: &'static str,
}

/// The trigger by which SQLite refuses a row that is there already in one of these ways.
pub(crate) fn no_replace(name: &str, table: &str, refusal: &str, is_there: &[&str]) -> String {
    let ways = is_there.iter();
    let ways = ways.map(|way| format!("EXISTS (SELECT 1 FROM {table} WHERE {way})"));
    let any = ways.collect::<Vec<_>>().join(" OR ");
    format!(
        "CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {any} \
         BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )
}

impl Guard {
    /// Puts it on its table.
    pub(crate) async fn put(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in self.statements(manager.get_database_backend())? {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// Takes away what of it outlasts its table.
    pub(crate) async fn forget(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let drop = format!("DROP FUNCTION {}_refuse()", self.table);
            manager.get_connection().execute_unprepared(&drop).await?;
        }
        Ok(())
    }

    fn statements(&self, backend: DbBackend) -> Result<Vec<String>, DbErr> {
        let Self { table, refusal, .. } = self;
        let trigger = |verb: &str, when: &str, body: &str| {
            let name = verb.to_lowercase();
            format!("CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} {when} {body}")
        };
        match backend {
            DbBackend::Sqlite => {
                let body = format!("BEGIN SELECT RAISE(ABORT, '{refusal}'); END");
                let unless = |change| format!("FOR EACH ROW WHEN NOT coalesce({change}, 0)");
                let always = || "FOR EACH ROW".to_owned();
                let update = self.unless.map_or_else(always, unless);
                let goes = self.may_go.as_ref().map(|may| may.in_sqlite);
                let delete = goes.map_or_else(always, unless);
                let insert = format!("{table}_no_insert");
                Ok(vec![
                    trigger("UPDATE", &update, &body),
                    trigger("DELETE", &delete, &body),
                    no_replace(&insert, table, refusal, &[self.is_there]),
                ])
            }
            DbBackend::Postgres => {
                let unless = self.unless.map_or_else(String::new, |change| {
                    format!(
                        "IF TG_OP = 'UPDATE' THEN IF {change} THEN RETURN NEW; END IF; END IF; "
                    )
                });
                let goes = self.may_go.as_ref().map_or_else(String::new, |may| {
                    let when = may.in_postgres;
                    format!("IF TG_OP = 'DELETE' THEN IF {when} THEN RETURN OLD; END IF; END IF; ")
                });
                let function = format!(
                    "CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN {unless}{goes}RAISE EXCEPTION '{refusal}'; END $$"
                );
                let body = format!("EXECUTE FUNCTION {table}_refuse()");
                Ok(vec![
                    function,
                    trigger("UPDATE", "FOR EACH ROW", &body),
                    trigger("DELETE", "FOR EACH ROW", &body),
                    trigger("TRUNCATE", "", &body),
                ])
            }
            other @ (DbBackend::MySql | _) => Err(unknown(other)),
        }
    }
}
