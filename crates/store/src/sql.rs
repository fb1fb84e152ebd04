//! Statements put together piece by piece; a value never becomes text.

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
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(engine: Engine, text: &str) -> Self {
        Self {
            engine,
            text: text.to_owned(),
            values: Vec::new(),
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
        self.values.push(value.into());
        match self.engine {
            Engine::Sqlite => self.text.push('?'),
            Engine::Postgres => {
                self.text.push('$');
                self.text.push_str(&self.values.len().to_string());
            }
        }
        self
    }

    /// Goes on with a list of values in brackets, for `IN`; an empty list is one that holds nothing.
    pub(crate) fn bind_all(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.text.push('(');
        let start = self.values.len();
        for value in values {
            if self.values.len() > start {
                self.text.push(',');
            }
            self.bind(value);
        }
        if self.values.len() == start {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Goes on with a list of ids in brackets, for `IN`: the last one again and again up to a power of two, so that few
    /// shapes of statement exist and each is prepared once.
    pub(crate) fn bind_ids(&mut self, ids: impl ExactSizeIterator<Item = Uuid>) -> &mut Self {
        let length = ids.len().next_power_of_two();
        let mut last = Uuid::nil();
        let ids: Vec<Value> = ids.inspect(|id| last = *id).map(Value::from).collect();
        let again = std::iter::repeat_n(Value::from(last), length.saturating_sub(ids.len()));
        self.bind_all(ids.into_iter().chain(again))
    }

    pub(crate) fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), self.text, self.values)
    }
}

/// A multi-row insert: the rows are written together, `AT_ONCE` to a statement, so that few shapes of statement exist and
/// each is prepared once.
pub(crate) struct Insert<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [&'a str],
    /// What to do with a row that is there, or nothing.
    pub(crate) on_conflict: &'a str,
}

/// The most rows of one statement; SQLite takes 32,766 values, and no table has more than 40 columns.
const AT_ONCE: usize = 64;

impl Insert<'_> {
    /// The statements that write these rows.
    pub(crate) fn statements(
        &self,
        engine: Engine,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Vec<Statement> {
        let rows: Vec<Vec<Value>> = rows.into_iter().collect();
        let mut statements = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut sql = Sql::new(engine, "INSERT INTO ");
            sql.push(self.table).push(" (");
            sql.push(&self.columns.join(",")).push(") VALUES ");
            for (number, row) in rows.by_ref().take(AT_ONCE).enumerate() {
                sql.push(if number > 0 { "," } else { "" }).bind_all(row);
            }
            sql.push(" ").push(self.on_conflict);
            statements.push(sql.statement());
        }
        statements
    }
}
