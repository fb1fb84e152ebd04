//! A line with everything by which its leaf can be computed.

use crate::column::{Columns, county, position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::look_up::bytes;
use crate::sql::Sql;
use sea_orm::ConnectionTrait;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Fingerprint, Line, Position};
use xiaohao_log::Salt;

/// A line with what its leaf is made of.
#[derive(Clone, Debug)]
pub struct AsWritten {
    /// The line.
    pub line: Line,
    /// Its body, in which commitments stand for personal data.
    pub body: String,
    /// By what the request is known when it comes again.
    pub fingerprint: Fingerprint,
    /// By which the leaf is bound to both.
    pub salt: Salt,
}

impl SqlStore {
    /// A line as it was written, with its salt; none where the ledger has no such place.
    ///
    /// # Errors
    /// [`Fault`], also for a line that is not what was logged.
    pub async fn as_written(
        &self,
        code: CountyCode,
        place: Position,
    ) -> Result<Option<AsWritten>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT ");
        sql.push(line::columns(self.engine))
            .push(", fingerprint, salt FROM ledger_entry e WHERE county = ");
        sql.bind(county(code))
            .push(" AND position = ")
            .bind(position(place));
        let row = self.readers.query_one_raw(sql.statement()).await;
        let Some(row) = row.map_err(fault)? else {
            return Ok(None);
        };
        let line = line::line(&row)?;
        let body: String = Columns::from(&row, line::BODY).next()?;
        let mut at = Columns::from(&row, line::READ);
        let fingerprint = Fingerprint::new(bytes(at.next()?)?);
        let salt: Vec<u8> = at.next()?;
        let salt = salt.try_into().map(Salt::new);
        let salt = salt.map_err(|_| Fault::damaged(format!("line {place} has no salt")))?;
        let content = salt.commit(fingerprint.as_bytes(), &body);
        let leaf = line
            .record
            .envelope(&code.to_string(), place, content)
            .leaf();
        if leaf == line.leaf {
            Ok(Some(AsWritten {
                line,
                body,
                fingerprint,
                salt,
            }))
        } else {
            Err(Fault::damaged(format!(
                "line {place} is not what was logged"
            )))
        }
    }
}
