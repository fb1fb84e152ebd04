//! What the databases themselves do to keep the record: the triggers that refuse to change it, and the indexes that keep a line
//! from standing there twice. Whether all of it is still there, as it was made, and nothing beside it.

use crate::column::Columns;
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::rebuild::Findings;
use crate::sql::{Engine, Sql};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_ledger::Fault;
use xiaohao_migrations::{Migrator, MigratorTrait};

/// A table that is guarded, and what PostgreSQL's function for it does; SQLite has no functions, and is compared with a new file.
struct Guarded {
    table: &'static str,
    refuses: &'static str,
}

const GUARDED: &[Guarded] = &[
    Guarded {
        table: "ledger_entry",
        refuses: " BEGIN RAISE EXCEPTION 'ledger entries are never changed or deleted'; END ",
    },
    Guarded {
        table: "checkpoint",
        refuses: " BEGIN RAISE EXCEPTION 'checkpoints are never changed or deleted'; END ",
    },
    Guarded {
        table: "personal_value",
        refuses: " BEGIN IF TG_OP = 'UPDATE' THEN IF NEW.county = OLD.county AND NEW.position = OLD.position AND \
                  NEW.number = OLD.number AND OLD.value IS NOT NULL AND NEW.value IS NULL AND NEW.salt IS NULL AND \
                  NEW.erased_by > OLD.position AND EXISTS (SELECT 1 FROM ledger_entry WHERE county = NEW.county AND \
                  position = NEW.erased_by AND subject_kind = 'LEDGER' AND event = 'PersonalDataErased') THEN RETURN NEW; \
                  END IF; END IF; RAISE EXCEPTION 'personal data is only ever erased, by a line of the ledger that orders \
                  it'; END ",
    },
    Guarded {
        table: "refused_attempt",
        refuses: " BEGIN IF TG_OP = 'DELETE' THEN IF OLD.at < now() - interval '184 days' THEN RETURN OLD; END IF; END \
                  IF; RAISE EXCEPTION 'what was refused is kept as it was, for six months at least'; END ",
    },
];

/// By its table and its name, how a trigger was made.
type Triggers = BTreeMap<(String, String), String>;

/// The triggers of SQLite, each with its own text.
const IN_SQLITE: &str =
    "SELECT lower(tbl_name), name, sql FROM sqlite_master WHERE type = 'trigger'";

/// Those of PostgreSQL that fire for everybody, each with its own text and that of its function; and the rules, which do as much
/// as triggers, and tables of which somebody sees a part alone. What is in another schema is told with its schema, and what was made
/// with settings of its own with those; that it looks at the tables of this schema, and at no temporary one before them, is `HERE`.
const IN_POSTGRES: &str = "SELECT c.relname::text, t.tgname::text, pg_get_triggerdef(t.oid, true) || ' IS ' || l.lanname \
     || CASE WHEN p.proconfig = ARRAY['search_path=' || quote_ident(current_schema()) || ', pg_temp'] THEN ' HERE' \
     ELSE coalesce(p.proconfig::text, '') END || p.prosrc || CASE WHEN t.tgenabled = 'A' OR t.tgenabled = 'O' \
     AND current_setting('session_replication_role') <> 'replica' THEN '' ELSE ' NEVER' END \
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid \
     JOIN pg_language l ON l.oid = p.prolang \
     WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND NOT t.tgisinternal \
     UNION ALL SELECT c.relname::text, r.rulename::text, pg_get_ruledef(r.oid) \
     FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class \
     WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relkind IN ('r', 'p') \
     UNION ALL SELECT c.relname::text, 'row level security', 'ON' FROM pg_class c \
     WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relrowsecurity";

/// The columns of the unique indexes of the lines, index by index.
const UNIQUE_IN_SQLITE: &str = "SELECT (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) \
     FROM pragma_index_list('ledger_entry') i WHERE i.\"unique\" AND NOT i.partial";
const UNIQUE_IN_POSTGRES: &str = "SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
     FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place) \
     JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number WHERE k.place <= x.indnkeyatts) \
     FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid \
     WHERE c.relname = 'ledger_entry' AND c.relnamespace = quote_ident(current_schema())::regnamespace \
     AND x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL";

impl SqlStore {
    /// Finds the guards that somebody took away, switched off or made anew so that they refuse something else or nothing; what
    /// he added to any table; and what no longer keeps a line from standing there twice.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn compare_guards(&self, findings: &mut Findings) -> Result<(), Fault> {
        let new = new_in_memory().await.map_err(fault)?;
        let (ask, made) = match self.engine {
            Engine::Sqlite => (IN_SQLITE, triggers(Engine::Sqlite, &new, IN_SQLITE).await?),
            Engine::Postgres => (IN_POSTGRES, triggers_of_postgres()),
        };
        // Both engines have the same tables; a schema may have those of other programs besides.
        let tables = tables_of(&new).await?;
        let there = triggers(self.engine, &self.readers, ask).await?;
        for (guard, how) in &made {
            if there.get(guard) != Some(how) {
                let (table, name) = guard;
                findings.differ(|| {
                    format!(
                        "the database no longer refuses to change {table}: its trigger {name} was taken away, switched off or made \
                         anew"
                    )
                });
            }
        }
        for (table, name) in there.keys().filter(|(table, _)| tables.contains(table)) {
            if !made.contains_key(&(table.clone(), name.clone())) {
                findings.differ(|| {
                    format!(
                        "somebody has added {name} to {table}: it can change what is recorded, or keep it from being recorded"
                    )
                });
            }
        }
        let unique = self.unique_in_the_ledger().await?;
        for columns in self.unique_as_made() {
            if !unique.iter().any(|there| there == columns) {
                findings.differ(|| {
                    format!(
                        "the database no longer refuses two lines with the same {columns}: the unique index of ledger_entry was \
                         taken away"
                    )
                });
            }
        }
        Ok(())
    }

    /// What no two lines have in common. That no line stands twice in a history SQLite keeps by a trigger.
    fn unique_as_made(&self) -> &'static [&'static str] {
        match self.engine {
            Engine::Sqlite => &["county,position", "county,request"],
            Engine::Postgres => &[
                "county,position",
                "county,request",
                "county,subject_kind,subject,seq",
            ],
        }
    }

    async fn unique_in_the_ledger(&self) -> Result<Vec<String>, Fault> {
        let ask = match self.engine {
            Engine::Sqlite => UNIQUE_IN_SQLITE,
            Engine::Postgres => UNIQUE_IN_POSTGRES,
        };
        let ask = Sql::new(self.engine, ask).statement();
        let rows = self.readers.query_all_raw(ask).await.map_err(fault)?;
        rows.iter().map(|row| Columns::of(row).next()).collect()
    }
}

async fn triggers(
    engine: Engine,
    connection: &impl ConnectionTrait,
    ask: &str,
) -> Result<Triggers, Fault> {
    let rows = connection.query_all_raw(Sql::new(engine, ask).statement());
    let rows = rows.await.map_err(fault)?;
    let read = |row| {
        let mut at = Columns::of(row);
        Ok(((at.next()?, at.next()?), at.next()?))
    };
    rows.iter().map(read).collect()
}

/// The tables of a database of SQLite.
async fn tables_of(database: &DatabaseConnection) -> Result<BTreeSet<String>, Fault> {
    let ask = "SELECT name FROM sqlite_master WHERE type = 'table'";
    let rows = database.query_all_raw(Sql::new(Engine::Sqlite, ask).statement());
    let rows = rows.await.map_err(fault)?;
    rows.iter().map(|row| Columns::of(row).next()).collect()
}

/// The triggers as this program makes them, as PostgreSQL tells of them.
fn triggers_of_postgres() -> Triggers {
    let of = |Guarded { table, refuses }: &Guarded| {
        [("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")].map(|(verb, each)| {
            let name = format!("{table}_no_{}", verb.to_lowercase());
            let made = format!(
                "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_refuse() IS \
                 plpgsql HERE{refuses}"
            );
            (((*table).to_owned(), name), made)
        })
    };
    GUARDED.iter().flat_map(of).collect()
}

/// An empty database of SQLite as this program makes it.
pub(crate) async fn new_in_memory() -> Result<DatabaseConnection, DbErr> {
    // One connection: each connection to `:memory:` would be a database of its own.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false);
    let new = Database::connect(options).await?;
    Migrator::up(&new, None).await?;
    Ok(new)
}
