//! The hazards that the figures of a circular count: made again, all of them by one replay, of what was known when they were printed.

use crate::as_of::{AsOfInput, Day};
use crate::input::{FigureInput, WHOLE_COUNTY};
use crate::office::Asked;
use async_graphql::{ID, Result, SimpleObject};
use chrono::NaiveDate;
use tokio::sync::OnceCell;
use xiaohao_core::circular::{CircularContent, Figure, RankingRow};
use xiaohao_core::directory::Directory;
use xiaohao_core::figures::Ratio;
use xiaohao_core::statistics::{Ranked, Rate, Scope, Snapshot};
use xiaohao_core::values::HazardId;

/// 一项数据所计的隐患；按次数计的，一处可以出现多次。The hazards that a figure counts; one that counts twice stands twice.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CircularFigureMembers")]
pub(super) struct Members {
    /// 分子所计的隐患。The ids of the hazards in the numerator.
    counted: Vec<ID>,
    /// 分母所计的隐患。The ids of the hazards in the denominator.
    of: Vec<ID>,
}

/// A figure as a circular prints it, by itself or in a line of a ranking. Its name stands in words; it may be none of those that are known.
pub(super) struct Printed {
    measure: Option<FigureInput>,
    /// Of which kind it speaks, where it stands in a ranking.
    of: Option<Ranked>,
    pub(super) name: String,
    pub(super) scope: String,
    pub(super) ratio: Ratio,
}

/// The figures of a circular, made again when the members of one of them are first asked for.
pub(super) struct MadeAgain {
    figures: Vec<Printed>,
    as_of: NaiveDate,
    known: Option<u64>,
    members: OnceCell<Vec<Option<Members>>>,
}

impl MadeAgain {
    pub(super) fn of(content: &CircularContent) -> Self {
        let alone = content.figures.iter().map(Printed::from);
        let rows = content.rankings.iter().flat_map(|ranking| {
            let rows = ranking.rows.iter();
            rows.map(|row| (ranking.of, row))
        });
        let ranked = rows.flat_map(|(of, row)| Printed::of_rank(of, row));
        Self {
            figures: alone.chain(ranked).collect(),
            as_of: content.as_of,
            known: content.ledger_position,
            members: OnceCell::new(),
        }
    }

    /// The figures as they are printed: those that stand by themselves, and then those of each line of each ranking.
    pub(super) fn figures(&self) -> &[Printed] {
        &self.figures
    }

    /// The members of the figure in this place; none where they cannot be told.
    ///
    /// # Errors
    /// As [`Day::standing`].
    pub(super) async fn members(&self, asked: Asked<'_>, place: usize) -> Result<Option<Members>> {
        let Some(known) = self.known else {
            return Ok(None);
        };
        let made = self.members.get_or_try_init(|| self.made(asked, known));
        Ok(made.await?.get(place).cloned().flatten())
    }

    async fn made(&self, asked: Asked<'_>, known: u64) -> Result<Vec<Option<Members>>> {
        let asked = asked.of_the_ledger();
        let day = Day::of(&asked, Some(AsOfInput::known_to(self.as_of, known)))?;
        let directory = day.directory(&asked).await?;
        let snapshot = day.standing(&asked).await?.snapshot();
        let members = |figure: &Printed| {
            let rate = figure.again(&snapshot, &directory);
            rate.as_ref().map(Members::from)
        };
        Ok(self.figures.iter().map(members).collect())
    }
}

impl From<&Rate> for Members {
    fn from(rate: &Rate) -> Self {
        let ids = |hazards: &[HazardId]| hazards.iter().map(|id| ID(id.to_string())).collect();
        Self {
            counted: ids(rate.counted()),
            of: ids(rate.of()),
        }
    }
}

impl From<&Figure> for Printed {
    fn from(figure: &Figure) -> Self {
        Self {
            measure: FigureInput::printed(figure.name.as_str()),
            of: None,
            name: figure.name.to_string(),
            scope: figure.scope.to_string(),
            ratio: figure.ratio,
        }
    }
}

impl Printed {
    /// From what a rank follows, in the order in which a line prints it.
    fn of_rank(of: Ranked, row: &RankingRow) -> [Self; 3] {
        let printed = |measure: FigureInput, ratio| Self {
            measure: Some(measure),
            of: Some(of),
            name: measure.name().to_owned(),
            scope: row.name.to_string(),
            ratio,
        };
        [
            printed(FigureInput::ClosureRate, row.closure),
            printed(FigureInput::OverdueShare, row.overdue),
            printed(FigureInput::OnTimeRate, row.on_time),
        ]
    }

    /// It, made again. It is printed in words, and one unit may be a committee, lead other hazards and hold a township: whom it
    /// speaks of is whoever of that name comes to the same ratio. None where nobody does, or several do by other hazards.
    fn again(&self, day: &Snapshot<'_>, directory: &Directory) -> Option<Rate> {
        let measure = self.measure?;
        let scopes = named(&self.scope, directory);
        let scopes = scopes.filter(|scope| self.of.is_none_or(|of| of.holds(*scope)));
        let rates = scopes.map(|scope| measure.rate(&day.within(scope)));
        let mut same = rates.filter(|rate| rate.ratio() == self.ratio);
        let rate = same.next()?;
        same.all(|other| other == rate).then_some(rate)
    }
}

/// Of whom a figure under this name may speak.
fn named<'a>(name: &'a str, directory: &'a Directory) -> impl Iterator<Item = Scope> + 'a {
    let county = (name == WHOLE_COUNTY).then_some(Scope::County);
    let units = directory.units().iter();
    let units = units.filter(move |unit| unit.name.as_str() == name);
    let of_unit = move |id| {
        let townships = directory.townships().iter();
        let own = townships.filter(move |(_, unit)| **unit == id);
        let own = own.map(|(code, _)| Scope::Township(*code));
        [Scope::Committee(id), Scope::LeadUnit(id)]
            .into_iter()
            .chain(own)
    };
    county
        .into_iter()
        .chain(units.flat_map(move |unit| of_unit(unit.id)))
}
