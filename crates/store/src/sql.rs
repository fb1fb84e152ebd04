//! Statements put together piece by piece; a value never becomes text.

use sea_orm::sea_query::ArrayType;
use sea_orm::{DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// The engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// A statement in the making.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    engine: Engine,
    text: String,
    bound: Vec<Value>,
    /// How many values come before these, where it is a part of a statement.
    before: usize,
}

impl Sql {
    pub(crate) fn new(engine: Engine, text: &str) -> Self {
        Self {
            engine,
            text: text.to_owned(),
            bound: Vec::new(),
            before: 0,
        }
    }

    /// A part of a statement, before which so many values are bound.
    pub(crate) fn after(engine: Engine, before: usize) -> Self {
        Self {
            before,
            ..Self::new(engine, "")
        }
    }

    /// How many values it binds.
    pub(crate) fn values_bound(&self) -> usize {
        self.bound.len()
    }

    /// Goes on with a part that was made to stand here.
    pub(crate) fn append(&mut self, part: Self) -> &mut Self {
        self.text.push_str(&part.text);
        self.bound.extend(part.bound);
        self
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// Goes on with these words.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a value.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.bound.push(value.into());
        match self.engine {
            Engine::Sqlite => self.text.push('?'),
            Engine::Postgres => {
                self.text.push('$');
                let number = self.before.saturating_add(self.bound.len());
                self.text.push_str(&number.to_string());
            }
        }
        self
    }

    /// Goes on with a list of values in brackets, for `IN`; an empty list is one that holds nothing.
    pub(crate) fn bind_all(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.text.push('(');
        let start = self.bound.len();
        for value in values {
            if self.bound.len() > start {
                self.text.push(',');
            }
            self.bind(value);
        }
        if self.bound.len() == start {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Goes on with the condition that a column holds one of these values, in few shapes of statement, so that each is
    /// prepared and planned once: on PostgreSQL in one array; on SQLite, which has none, in a list that is filled up to a
    /// power of two with the last of them. A single value is compared as such: PostgreSQL takes an array whose length it does
    /// not know for ten values, and would plan the statement anew each time because one is so much cheaper.
    pub(crate) fn among(&mut self, column: &str, mut values: Vec<Value>) -> &mut Self {
        self.push(column);
        match (self.engine, values.first().map(Value::array_type)) {
            (Engine::Postgres, Some(_)) if values.len() == 1 => {
                self.push(" = ");
                for value in values {
                    self.bind(value);
                }
                self
            }
            (Engine::Postgres, Some(of)) => {
                self.push(" = ANY(")
                    .bind(Value::Array(of, Some(Box::new(values))));
                self.push(")")
            }
            (Engine::Postgres | Engine::Sqlite, _) => {
                if let Some(last) = values.last().cloned() {
                    values.resize(values.len().next_power_of_two(), last);
                }
                self.push(" IN ").bind_all(values)
            }
        }
    }

    /// The same with ids.
    pub(crate) fn among_ids(
        &mut self,
        column: &str,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> &mut Self {
        self.among(column, ids.into_iter().map(Value::from).collect())
    }

    /// Goes on with `VALUES` and rows.
    pub(crate) fn values(&mut self, rows: Vec<Vec<Value>>) -> &mut Self {
        self.push("VALUES ");
        for (number, row) in rows.into_iter().enumerate() {
            self.push(if number > 0 { "," } else { "" }).bind_all(row);
        }
        self
    }

    pub(crate) fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), self.text, self.bound)
    }
}

/// A multi-row insert.
pub(crate) struct Insert<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [&'a str],
    /// What to do with a row that is there, or nothing.
    pub(crate) on_conflict: &'a str,
}

/// The most rows of one list of values; SQLite takes 32,766 values, and no table has more than 40 columns.
const AT_ONCE: usize = 64;

impl<'a> Insert<'a> {
    /// Of rows that are all new.
    pub(crate) const fn new(table: &'a str, columns: &'a [&'a str]) -> Self {
        Self {
            table,
            columns,
            on_conflict: "",
        }
    }

    /// The statements that write these rows, in few shapes, so that each is prepared and planned once.
    pub(crate) fn statements(&self, engine: Engine, rows: Vec<Vec<Value>>) -> Vec<Statement> {
        let statement = |rows| {
            let mut sql = Sql::new(engine, "");
            self.say(&mut sql, rows);
            sql.statement()
        };
        match engine {
            Engine::Sqlite => in_powers_of_two(rows).map(statement).collect(),
            Engine::Postgres if rows.is_empty() => Vec::new(),
            Engine::Postgres => vec![statement(rows)],
        }
    }

    /// Says it of these rows, of which there is at least one: on PostgreSQL as one array for each column, or where there are nulls,
    /// which an array cannot hold, as JSON.
    pub(crate) fn say(&self, sql: &mut Sql, rows: Vec<Vec<Value>>) {
        let columns = self.columns.join(",");
        sql.push("INSERT INTO ").push(self.table).push(" (");
        sql.push(&columns).push(") ");
        match sql.engine() {
            Engine::Sqlite => {
                sql.values(rows);
            }
            Engine::Postgres if !rows.iter().flatten().any(is_null) => self.arrays(sql, rows),
            Engine::Postgres => match as_json(self.columns, &rows) {
                Some(json) => {
                    sql.push("SELECT ").push(&columns).push(" FROM ");
                    records(sql, self.table, json);
                }
                None => {
                    sql.values(rows);
                }
            },
        }
        sql.push(" ").push(self.on_conflict);
    }

    fn arrays(&self, sql: &mut Sql, rows: Vec<Vec<Value>>) {
        let mut columns: Vec<Vec<Value>> = self.columns.iter().map(|_| Vec::new()).collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        sql.push("SELECT * FROM unnest(");
        for (number, column) in columns.into_iter().enumerate() {
            sql.push(if number > 0 { "," } else { "" })
                .bind(array(column));
        }
        sql.push(")");
    }
}

/// Goes on with rows of a table, as [`as_json`] writes them.
pub(crate) fn records(sql: &mut Sql, table: &str, json: String) {
    sql.push("json_populate_recordset(CAST(NULL AS ")
        .push(table);
    sql.push("), CAST(").bind(json).push(" AS json))");
}

/// Rows as a list of objects in JSON, from which PostgreSQL makes them again by the types of the columns; nothing where a value is of a
/// type of which it is not said here how.
pub(crate) fn as_json(columns: &[&str], rows: &[Vec<Value>]) -> Option<String> {
    let object = |row: &Vec<Value>| {
        let told = columns.iter().zip(row);
        let told = told.filter(|(_, value)| !is_null(value));
        told.map(|(column, value)| Some(((*column).to_owned(), json(value)?)))
            .collect::<Option<serde_json::Map<String, Json>>>()
    };
    let rows: Option<Vec<_>> = rows.iter().map(object).collect();
    serde_json::to_string(&rows?).ok()
}

fn json(value: &Value) -> Option<Json> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "no column is of any other of the some thirty types"
    )]
    match value {
        Value::Bool(own) => own.map(Json::from),
        Value::BigInt(own) => own.map(Json::from),
        Value::String(own) => own.as_ref().map(|text| text.as_str().into()),
        Value::Uuid(own) => own.as_ref().map(|id| id.to_string().into()),
        Value::ChronoDate(own) => own.as_ref().map(|day| day.to_string().into()),
        Value::Bytes(own) => own.as_ref().map(|bytes| {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            format!("\\x{}", digits.collect::<String>()).into()
        }),
        _ => None,
    }
}

/// Rows in parts of which each is a power of two long, so that statements come in few shapes.
pub(crate) fn in_powers_of_two(rows: Vec<Vec<Value>>) -> impl Iterator<Item = Vec<Vec<Value>>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let most = rows.len().min(AT_ONCE);
        let together = 1_usize.checked_shl(most.checked_ilog2()?)?;
        Some(rows.by_ref().take(together).collect())
    })
}

/// Values of one type, at least one, as one value.
pub(crate) fn array(values: Vec<Value>) -> Value {
    let of = values.first().map_or(ArrayType::String, Value::array_type);
    Value::Array(of, Some(Box::new(values)))
}

fn is_null(value: &Value) -> bool {
    *value == value.as_null()
}
