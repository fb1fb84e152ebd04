//! Personal data beside the record: whether each piece is what the body of its line is bound to, or was erased by a line
//! that orders it.

use crate::carry::PersonalData;
use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::rebuild::Findings;
use crate::sql::Sql;
use sea_orm::{ConnectionTrait, Value};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::upkeep::{PersonalPlace, UpkeepEvent};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Line, NewLine, Position, Record, Salted, commitments};
use xiaohao_log::Salt;

/// The pieces of a line by their numbers, which are from 1 in the order of the body.
pub(crate) type Pieces = BTreeMap<i64, Piece>;

/// A piece as it is kept.
pub(crate) struct Piece {
    value: Option<String>,
    salt: Option<Vec<u8>>,
    erased_by: Option<i64>,
    /// Its value or its salt is there and is none.
    is_unreadable: bool,
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
            "SELECT position, number, value, salt, erased_by FROM personal_value WHERE county = ",
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
            let (value, salt) = (at.next::<Option<String>>(), at.next::<Option<Vec<u8>>>());
            let piece = Piece {
                is_unreadable: value.is_err() || salt.is_err(),
                value: value.unwrap_or_default(),
                salt: salt.unwrap_or_default(),
                erased_by: at.next()?,
            };
            found.entry(place).or_default().insert(number, piece);
        }
        Ok(found)
    }

    /// What the lines that these pieces say they were erased by order; nothing of what is no such line.
    pub(crate) async fn orders(
        &self,
        code: CountyCode,
        pieces: &BTreeMap<Position, Pieces>,
    ) -> Result<Orders, Fault> {
        let by: BTreeSet<i64> = pieces
            .values()
            .flat_map(BTreeMap::values)
            .filter_map(|piece| piece.erased_by)
            .collect();
        let mut orders = Orders::new();
        if by.is_empty() {
            return Ok(orders);
        }
        let mut sql = line::of_county(self.engine, code, &[]);
        sql.push(" AND ");
        sql.among("position", by.into_iter().map(Value::from).collect());
        let rows = self.readers.query_all_raw(sql.statement()).await;
        // One that cannot be read is found where the walk comes to it.
        for line in rows
            .map_err(fault)?
            .iter()
            .filter_map(|row| line::line(row).ok())
        {
            orders.insert(line.position, ordered(&line));
        }
        Ok(orders)
    }

    /// Whether everything that a line orders to be erased is erased.
    pub(crate) async fn look_for_unerased(
        &self,
        code: CountyCode,
        by: &Line,
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let here = by.position;
        for place in ordered(by) {
            let at = Position::new(place.entry);
            let before = Position::new(place.entry.saturating_sub(1));
            let pieces = self.pieces(code, before, at).await?.remove(&at);
            let body = self.body(code, at).await?.unwrap_or_default();
            let bound = commitments(&body).unwrap_or_default();
            let own = (1..)
                .zip(bound)
                .find(|(_, one)| one.field == place.field.as_str());
            let piece = own.and_then(|(number, _)| pieces?.remove(&number));
            if piece.is_none_or(|piece| piece.value.is_some()) {
                findings.differ_at(at, || {
                    format!(
                        "line {at}: {} is not erased, although line {here} orders it",
                        place.field
                    )
                });
            }
        }
        Ok(())
    }

    async fn body(&self, code: CountyCode, at: Position) -> Result<Option<String>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT body FROM ledger_entry WHERE county = ");
        sql.bind(county(code))
            .push(" AND position = ")
            .bind(position(at));
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?
            .map(|row| Columns::of(&row).next())
            .transpose()
    }
}

/// The columns of a piece, in the order in which they are written.
pub(crate) const COLUMNS: &[&str] = &["county", "position", "number", "value", "salt", "erased_by"];

/// The pieces beside new lines.
pub(crate) fn rows_of(code: CountyCode, lines: &[NewLine]) -> Vec<Vec<Value>> {
    let of_line = |new: &NewLine| {
        let place = new.line.position;
        let row = move |(number, one)| row(code, place, number, Some(one), None);
        (1..).zip(&new.personal).map(row).collect::<Vec<_>>()
    };
    lines.iter().flat_map(of_line).collect()
}

/// A piece, with the line that ordered its erasure once it is no longer there.
pub(crate) fn row(
    code: CountyCode,
    place: Position,
    number: i64,
    kept: Option<&Salted>,
    erased_by: Option<Position>,
) -> Vec<Value> {
    vec![
        county(code),
        position(place).into(),
        number.into(),
        kept.map(|one| one.value.clone()).into(),
        kept.map(|one| one.salt.as_bytes().to_vec()).into(),
        erased_by.map(position).into(),
    ]
}

/// What lines order to be erased, by their places.
pub(crate) type Orders = BTreeMap<Position, BTreeSet<PersonalPlace>>;

/// What a line orders to be erased.
pub(crate) fn ordered(line: &Line) -> BTreeSet<PersonalPlace> {
    match &line.record {
        Record::Ledger(entry) => match &entry.event {
            UpkeepEvent::PersonalDataErased(says) => says.places.clone(),
            UpkeepEvent::SigningKeyRotated(_)
            | UpkeepEvent::CountyDataEntered(_)
            | UpkeepEvent::PostsChanged(_)
            | UpkeepEvent::WaysInChanged(_)
            | UpkeepEvent::SettingsStated(_)
            | UpkeepEvent::PeriodFiled(_) => BTreeSet::new(),
        },
        Record::Hazard(_) | Record::Order(_) | Record::Circular(_) => BTreeSet::new(),
    }
}

/// Compares what is kept beside a line with what its body is bound to.
pub(crate) fn compare(
    here: Position,
    body: &str,
    mut pieces: Pieces,
    orders: &Orders,
    findings: &mut Findings,
) {
    let Ok(bound) = commitments(body) else {
        findings.differ_at(here, || format!("line {here} has a damaged commitment"));
        return;
    };
    for (number, committed) in (1..).zip(bound) {
        let field = &committed.field;
        let piece = pieces.remove(&number);
        if piece.as_ref().is_some_and(|piece| piece.is_unreadable) {
            findings.differ_at(here, || {
                format!("line {here}: {field} cannot be read: its value or its salt was changed")
            });
            continue;
        }
        match piece.as_ref().map(Piece::parts) {
            None => findings.differ_at(here, || {
                format!("line {here}: {field} is missing beside the ledger")
            }),
            Some(None) => {
                let by = piece.and_then(|piece| to_position(piece.erased_by?).ok());
                let order = by.and_then(|by| orders.get(&by));
                let names = |place: &PersonalPlace| {
                    place.entry == here.get() && place.field.as_str() == field
                };
                if !order.is_some_and(|places| places.iter().any(names)) {
                    findings.differ_at(here, || {
                        format!(
                            "line {here}: {field} was taken away, and no line orders its erasure"
                        )
                    });
                }
            }
            Some(Some(_))
                if piece
                    .as_ref()
                    .is_some_and(|piece| piece.erased_by.is_some()) =>
            {
                findings.differ_at(here, || {
                    format!("line {here}: {field} is said to be erased, and is there")
                });
            }
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
    /// The piece as it is carried elsewhere.
    pub(crate) fn carried(&self) -> Result<PersonalData, Fault> {
        if self.is_unreadable {
            let what = "a piece of personal data cannot be read";
            return Err(Fault::damaged(what));
        }
        let kept = self.parts().map(|(value, salt)| {
            let value = value.to_owned();
            PersonalData::Kept(Salted { value, salt })
        });
        let erased = || Some(to_position(self.erased_by?).map(|by| PersonalData::Erased { by }));
        kept.map(Ok)
            .or_else(erased)
            .unwrap_or_else(|| Err(Fault::damaged("a piece of personal data has no salt")))
    }

    /// Value and salt, unless they were erased.
    fn parts(&self) -> Option<(&str, Salt)> {
        let salt = self.salt.as_deref()?.try_into().ok()?;
        Some((self.value.as_deref()?, Salt::new(salt)))
    }
}
