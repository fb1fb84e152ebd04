//! The counties whose ledgers are kept here, and the data of each, in whatever form the program gives it.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Sql;
use sea_orm::ConnectionTrait;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::Fault;

impl SqlStore {
    /// Keeps the data of a county, in place of what was kept before. Where its townships have changed, a rebuild is due:
    /// whom a hazard concerns depends on them.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keep_county(&self, code: CountyCode, data: &str) -> Result<(), Fault> {
        let mut sql = Sql::new(self.engine, "INSERT INTO county (code, data) VALUES (");
        sql.bind(county(code)).push(", ").bind(data);
        sql.push(") ON CONFLICT (code) DO UPDATE SET data = excluded.data");
        self.write_all([sql]).await
    }

    /// The counties, each with its data.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn counties(&self) -> Result<Vec<(CountyCode, String)>, Fault> {
        let sql = Sql::new(self.engine, "SELECT code, data FROM county ORDER BY code");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let read = |row| {
            let mut at = Columns::of(row);
            let code = at.next_as(|text: String| CountyCode::parse(&text))?;
            Ok((code, at.next()?))
        };
        rows.map_err(fault)?.iter().map(read).collect()
    }

    /// The counties whose ledgers have begun here, whether or not their data is kept.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn ledgers(&self) -> Result<Vec<CountyCode>, Fault> {
        let sql = Sql::new(
            self.engine,
            "SELECT county FROM ledger_head UNION SELECT DISTINCT county FROM ledger_entry ORDER BY 1",
        );
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let read = |row| Columns::of(row).next_as(|text: String| CountyCode::parse(&text));
        rows.map_err(fault)?.iter().map(read).collect()
    }
}
