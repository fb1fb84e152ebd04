//! What a circular counts beside its stock and its figures: 总体情况 and 排名 (spec §5.4 and §5.5). All of it is computed, as it was at
//! the end of the as-of day, and stays as it was printed.

use crate::directory::Directory;
use crate::figures::Ratio;
use crate::statistics::{Flow, Ranked, Row, Scope, Snapshot, count, ranked};
use crate::values::{Invalid, Line};
use serde::{Deserialize, Serialize};

/// 总体情况: how the whole list stands. `ever − deducted = struck_off + open`, and `overdue ≤ open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// 累计列入.
    pub ever: u32,
    /// 核减, of those ever listed.
    pub deducted: u32,
    /// 已销号.
    pub struck_off: u32,
    /// 未销号.
    pub open: u32,
    /// 超期未整改, of those that are open; by the effective deadline.
    pub overdue: u32,
    /// 延期: those to which an extension was granted in the period, each once.
    pub extended: u32,
}

/// 排名: one table, of everybody of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Who is ranked.
    pub of: Ranked,
    /// Its lines, the best first; at the end those where nothing is due.
    pub rows: Vec<RankingRow>,
}

/// One line of such a table, with what its rank follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankingRow {
    /// Who stands here, under the name of that day.
    pub name: Line<60>,
    /// 名次; none where nothing is due ([`crate::statistics::NOT_DUE`]).
    pub rank: Option<u32>,
    /// 销号率; its denominator says of how many the line speaks.
    pub closure: Ratio,
    /// 超期未整改, of those that are open.
    pub overdue: Ratio,
    /// 按期整改率, by the effective deadline.
    pub on_time: Ratio,
}

impl Totals {
    /// Its counts, each under its name.
    pub(super) fn terms(self) -> [(&'static str, u32); 6] {
        [
            ("累计列入", self.ever),
            ("核减", self.deducted),
            ("已销号", self.struck_off),
            ("未销号", self.open),
            ("超期未整改", self.overdue),
            ("延期", self.extended),
        ]
    }

    /// How the list stood at the end of a day, and what moved in a period.
    #[must_use]
    pub fn of(day: &Snapshot<'_>, flow: &Flow) -> Self {
        let closure = day.closure_rate().ratio();
        let overdue = day.overdue_share().ratio();
        Self {
            ever: count(&day.ever()),
            deducted: count(&day.deducted()),
            struck_off: closure.numerator,
            open: overdue.denominator,
            overdue: overdue.numerator,
            extended: count(&flow.extended),
        }
    }
}

impl Ranking {
    /// Everybody of a kind, ranked by how the list stood at the end of a day.
    ///
    /// # Errors
    /// [`Invalid`] for somebody who has no name in the directory that could be printed.
    pub fn of(of: Ranked, day: &Snapshot<'_>, directory: &Directory) -> Result<Self, Invalid> {
        let row = |row: Row<Scope>| {
            let name = row
                .scope
                .unit(directory)
                .map_or("", |unit| unit.name.as_str());
            Ok(RankingRow {
                name: Line::recorded(name)?,
                rank: row.rank,
                closure: row.closure.ratio(),
                overdue: day.within(row.scope).overdue_share().ratio(),
                on_time: row.on_time.ratio(),
            })
        };
        let rows = ranked(of, day, directory).into_iter().map(row);
        Ok(Self {
            of,
            rows: rows.collect::<Result<_, Invalid>>()?,
        })
    }
}
