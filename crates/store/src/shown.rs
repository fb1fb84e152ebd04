//! A line with everything by which its leaf can be computed.

use crate::carry::CarriedLine;
use crate::column::{Columns, position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::look_up::bytes;
use crate::personal::Piece;
use sea_orm::{ConnectionTrait, QueryResult};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Fingerprint, Line, Position};
use xiaohao_log::{Hash, Salt};

/// A line with what its leaf is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// A line as it was written, with its salt and what is personal in it; none where the ledger has no such place.
    ///
    /// # Errors
    /// [`Fault`], also for a line that is not what was logged.
    pub async fn as_written(
        &self,
        code: CountyCode,
        place: Position,
    ) -> Result<Option<CarriedLine>, Fault> {
        let mut sql = line::of_county(self.engine, code, &[BESIDE]);
        sql.push(" AND position = ").bind(position(place));
        let row = self.readers.query_one_raw(sql.statement()).await;
        let Some(row) = row.map_err(fault)? else {
            return Ok(None);
        };
        let written = written(code, &row)?;
        let before = Position::new(place.get().saturating_sub(1));
        let own = self.pieces(code, before, place).await?.remove(&place);
        let personal = own.iter().flat_map(|own| own.values().map(Piece::carried));
        let personal = personal.collect::<Result<_, _>>()?;
        Ok(Some(CarriedLine { written, personal }))
    }
}

/// What is read of a line after [`line::columns`].
pub(crate) const BESIDE: &str = ", fingerprint, salt";

/// Reads a line as it was written.
pub(crate) fn written(code: CountyCode, row: &QueryResult) -> Result<AsWritten, Fault> {
    let line = line::line(row)?;
    let here = line.position;
    let body: String = Columns::from(row, line::BODY).next()?;
    let mut at = Columns::from(row, line::READ);
    let fingerprint = Fingerprint::new(bytes(at.next()?)?);
    let salt: Vec<u8> = at.next()?;
    let salt = salt.try_into().map(Salt::new);
    let salt = salt.map_err(|_| Fault::damaged(format!("line {here} has no salt")))?;
    let written = AsWritten {
        line,
        body,
        fingerprint,
        salt,
    };
    if leaf(code, &written) == written.line.leaf {
        Ok(written)
    } else {
        Err(Fault::damaged(format!(
            "line {here} is not what was logged"
        )))
    }
}

/// The leaf that a line makes.
pub(crate) fn leaf(code: CountyCode, written: &AsWritten) -> Hash {
    let fingerprint = written.fingerprint.as_bytes();
    let content = written.salt.commit(fingerprint, &written.body);
    let line = &written.line;
    let code = code.to_string();
    line.record.envelope(&code, line.position, content).leaf()
}
