//! What must go out: the ledger itself, and for each consumer how far he has come.
//!
//! Lines are committed in the order of their places, without a gap, so whatever lies after a consumer's place is what he
//! has not had; he reads it as any viewer does. There is no second table to fall out of step with the first. A place is noted
//! after the lines up to it were sent; whoever dies between the two sends a line again, and never misses one.

use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Sql;
use sea_orm::ConnectionTrait;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position};

impl SqlStore {
    /// How far a consumer has come; none for one who is new.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn sent_up_to(
        &self,
        code: CountyCode,
        consumer: &str,
    ) -> Result<Option<Position>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT position FROM outbox WHERE county = ");
        sql.bind(county(code)).push(" AND consumer = ");
        sql.bind(consumer);
        let row = self.readers.query_one_raw(sql.statement()).await;
        let row = row.map_err(fault)?;
        row.map(|row| to_position(Columns::of(&row).next()?))
            .transpose()
    }

    /// Notes after which place a consumer begins, if he is new.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn begin_sending(
        &self,
        code: CountyCode,
        consumer: &str,
        after: Position,
    ) -> Result<(), Fault> {
        let mut sql = self.placed(code, consumer, after);
        sql.push("NOTHING");
        self.changes(sql).await.map(drop)
    }

    /// Notes that a consumer who was at one place has been sent everything up to and with another. It is not noted, and the
    /// answer is `false`, where he is not at the first any more: then somebody has moved him in the meantime.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn sent(
        &self,
        code: CountyCode,
        consumer: &str,
        from: Position,
        up_to: Position,
    ) -> Result<bool, Fault> {
        let mut sql = Sql::new(self.engine, "UPDATE outbox SET position = ");
        sql.bind(position(up_to)).push(" WHERE county = ");
        sql.bind(county(code)).push(" AND consumer = ");
        sql.bind(consumer).push(" AND position = ");
        sql.bind(position(from));
        self.changes(sql).await
    }

    /// Moves a consumer to a place, forward or back, so that he is sent what lies after it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn send_again(
        &self,
        code: CountyCode,
        consumer: &str,
        after: Position,
    ) -> Result<(), Fault> {
        let mut sql = self.placed(code, consumer, after);
        sql.push("UPDATE SET position = excluded.position");
        self.changes(sql).await.map(drop)
    }

    fn placed(&self, code: CountyCode, consumer: &str, at: Position) -> Sql {
        let insert = "INSERT INTO outbox (county, consumer, position) VALUES (";
        let mut sql = Sql::new(self.engine, insert);
        sql.bind(county(code)).push(", ").bind(consumer);
        sql.push(", ").bind(position(at));
        sql.push(") ON CONFLICT (county, consumer) DO ");
        sql
    }
}
