//! Statements put together piece by piece; a value never becomes text.

use sea_orm::sea_query::ArrayType;
use sea_orm::{DbBackend, Statement, Value};
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
}

impl Sql {
    pub(crate) fn new(engine: Engine, text: &str) -> Self {
        Self {
            engine,
            text: text.to_owned(),
            bound: Vec::new(),
        }
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
                self.text.push_str(&self.bound.len().to_string());
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

impl Insert<'_> {
    /// The statements that write these rows, in few shapes, so that each is prepared and planned once: on PostgreSQL a
    /// table whose columns hold no nulls takes them as arrays, all at once; else they are split into powers of two.
    pub(crate) fn statements(&self, engine: Engine, rows: Vec<Vec<Value>>) -> Vec<Statement> {
        if engine == Engine::Postgres && !rows.is_empty() && !rows.iter().flatten().any(is_null) {
            return vec![self.in_arrays(rows)];
        }
        let statements = in_powers_of_two(rows).map(|rows| {
            let mut sql = self.begun(engine);
            sql.values(rows).push(" ").push(self.on_conflict);
            sql.statement()
        });
        statements.collect()
    }

    fn in_arrays(&self, rows: Vec<Vec<Value>>) -> Statement {
        let mut columns: Vec<Vec<Value>> = self.columns.iter().map(|_| Vec::new()).collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        let mut sql = self.begun(Engine::Postgres);
        sql.push("SELECT * FROM unnest(");
        for (number, column) in columns.into_iter().enumerate() {
            sql.push(if number > 0 { "," } else { "" })
                .bind(array(column));
        }
        sql.push(") ").push(self.on_conflict);
        sql.statement()
    }

    fn begun(&self, engine: Engine) -> Sql {
        let mut sql = Sql::new(engine, "INSERT INTO ");
        sql.push(self.table).push(" (");
        sql.push(&self.columns.join(",")).push(") ");
        sql
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
