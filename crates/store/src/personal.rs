//! Personal data beside the record: whether each piece is what the body of its line is bound to.

use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::rebuild::Findings;
use crate::sql::Sql;
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position, commitments};
use xiaohao_log::Salt;

/// The pieces of a line by their numbers, which are from 1 in the order of the body.
pub(crate) type Pieces = BTreeMap<i64, Piece>;

/// A piece as it is kept.
pub(crate) struct Piece {
    value: Option<String>,
    salt: Option<Vec<u8>>,
}

impl SqlStore {
    /// The personal data of the lines after a place, up to another.
    pub(crate) async fn pieces(
        &self,
        code: CountyCode,
        after: Position,
        last: Position,
    ) -> Result<BTreeMap<Position, Pieces>, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT position, number, value, salt FROM personal_value WHERE county = ",
        );
        sql.bind(county(code)).push(" AND position > ");
        sql.bind(position(after)).push(" AND position <= ");
        sql.bind(position(last));
        let mut found: BTreeMap<Position, Pieces> = BTreeMap::new();
        let rows = self.readers.query_all_raw(sql.statement()).await;
        for row in &rows.map_err(fault)? {
            let mut at = Columns::of(row);
            let place = to_position(at.next()?)?;
            let number = at.next()?;
            let piece = Piece {
                value: at.next()?,
                salt: at.next()?,
            };
            found.entry(place).or_default().insert(number, piece);
        }
        Ok(found)
    }
}

/// Compares what is kept beside a line with what its body is bound to.
pub(crate) fn compare(here: Position, body: &str, mut pieces: Pieces, findings: &mut Findings) {
    let Ok(bound) = commitments(body) else {
        findings.differ_at(here, || format!("line {here} has a damaged commitment"));
        return;
    };
    for (number, committed) in (1..).zip(bound) {
        let field = &committed.field;
        match pieces.remove(&number).as_ref().map(Piece::parts) {
            None => findings.differ_at(here, || {
                format!("line {here}: {field} is missing beside the ledger")
            }),
            Some(None) => findings.differ_at(here, || {
                format!("line {here}: {field} was taken away, and no line orders its erasure")
            }),
            Some(Some((value, salt))) => {
                if salt.commit_personal(value) != committed.commitment {
                    findings.differ_at(here, || {
                        format!(
                            "line {here}: {field} is not what was logged: its value or its salt was changed"
                        )
                    });
                }
            }
        }
    }
    if !pieces.is_empty() {
        findings.differ_at(here, || {
            format!("line {here} has more personal data beside it than its body has places for")
        });
    }
}

impl Piece {
    /// Value and salt, unless they were erased.
    fn parts(&self) -> Option<(&str, Salt)> {
        let salt = self.salt.as_deref()?.try_into().ok()?;
        Some((self.value.as_deref()?, Salt::new(salt)))
    }
}
