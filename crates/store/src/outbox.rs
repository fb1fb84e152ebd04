//! What must go out: the ledger itself, and for each consumer how far he has come.
//!
//! Lines are committed in the order of their places, without a gap, so whatever lies after a consumer's place is what he
//! has not had. There is no second table to fall out of step with the first. A consumer notes his place after he has sent;
//! if he dies between the two he sends a line again, and never misses one.

use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::sql::{Engine, Sql};
use sea_orm::ConnectionTrait;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Line, Position};

impl SqlStore {
    /// The lines that a consumer has not noted as sent, at most `most`, in the order of the ledger.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn to_send(
        &self,
        code: CountyCode,
        consumer: &str,
        most: u32,
    ) -> Result<Vec<Line>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT ");
        sql.push(line::BODY)
            .push(" FROM ledger_entry WHERE county = ");
        sql.bind(county(code));
        sql.push(" AND position > coalesce((SELECT position FROM outbox WHERE county = ");
        sql.bind(county(code)).push(" AND consumer = ");
        sql.bind(consumer)
            .push("), 0) ORDER BY position LIMIT ")
            .bind(i64::from(most));
        self.lines(sql).await
    }

    /// Notes that a consumer has sent everything up to and with a line; he never goes back, nor beyond the last line.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn sent(
        &self,
        code: CountyCode,
        consumer: &str,
        up_to: Position,
    ) -> Result<(), Fault> {
        let smaller = match self.engine {
            Engine::Sqlite => "min",
            Engine::Postgres => "least",
        };
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO outbox (county, consumer, position) VALUES (",
        );
        sql.bind(county(code)).push(", ").bind(consumer);
        sql.push(", ").push(smaller).push("(");
        sql.bind(position(up_to));
        sql.push(", coalesce((SELECT position FROM ledger_head WHERE county = ");
        sql.bind(county(code)).push(
            "), 0))) ON CONFLICT (county, consumer) DO UPDATE SET position = excluded.position \
             WHERE outbox.position < excluded.position",
        );
        let transaction = self.begin_writing().await?;
        transaction
            .execute_raw(sql.statement())
            .await
            .map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// How far a consumer has come.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn sent_up_to(&self, code: CountyCode, consumer: &str) -> Result<Position, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT position FROM outbox WHERE county = ");
        sql.bind(county(code)).push(" AND consumer = ");
        sql.bind(consumer);
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.map_or(Ok(Position::START), |row| {
            to_position(Columns::of(&row).next()?)
        })
    }
}
