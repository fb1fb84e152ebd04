//! Tokens of the county's identity provider that were ended here. It is not known which there are, so it is kept up to when they
//! are over, in the database, for every process and after a restart.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::{bytes, digest};
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use xiaohao_core::values::{CountyCode, Digest, PersonId};
use xiaohao_ledger::Fault;

/// Which tokens of the provider are over for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedTokens {
    /// Those that were issued up to then.
    pub at: DateTime<Utc>,
    /// But this one, with which he ended the others.
    pub but: Option<Digest>,
}

impl SqlStore {
    /// Which tokens of the provider are over for somebody; none where he never ended any.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn ended_tokens(
        &self,
        code: CountyCode,
        of: PersonId,
    ) -> Result<Option<EndedTokens>, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT at, but FROM ended_token WHERE county = ",
        );
        sql.bind(county(code)).push(" AND person = ");
        sql.bind(of.as_uuid());
        let row = self.readers.query_one_raw(sql.statement()).await;
        let Some(row) = row.map_err(fault)? else {
            return Ok(None);
        };
        let mut kept = Columns::of(&row);
        Ok(Some(EndedTokens {
            at: kept.next()?,
            but: kept.next_as(|but: Option<Vec<u8>>| but.map(digest).transpose())?,
        }))
    }

    /// Ends these tokens of the provider for somebody.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_tokens(
        &self,
        code: CountyCode,
        of: PersonId,
        ended: EndedTokens,
    ) -> Result<(), Fault> {
        self.write_all([tokens_ended(self.engine, code, of, ended)])
            .await
    }
}

/// Ends the tokens of the provider for somebody.
pub(crate) fn tokens_ended(
    engine: Engine,
    code: CountyCode,
    of: PersonId,
    EndedTokens { at, but }: EndedTokens,
) -> Sql {
    let mut sql = Sql::new(
        engine,
        "INSERT INTO ended_token (county, person, at, but) VALUES (",
    );
    sql.bind(county(code)).push(", ");
    sql.bind(of.as_uuid()).push(", ");
    sql.bind(at).push(", ");
    sql.bind(but.map(bytes))
        .push(") ON CONFLICT (county, person) DO UPDATE SET at = excluded.at, but = excluded.but");
    sql
}
