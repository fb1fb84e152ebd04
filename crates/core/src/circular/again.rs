//! What a circular prints, made again of the hazards as they stood: whom each figure counts, and what the record does not come to.

use super::{CircularContent, CircularMeasure, Figure, Ranking, RankingRow, Totals};
use crate::directory::Directory;
use crate::figures::Ratio;
use crate::statistics::{Flow, Ranked, Rate, Scope, Snapshot};
use std::fmt::Display;

/// Of whom a figure speaks that is of all hazards, as it is printed.
pub const WHOLE_COUNTY: &str = "全县";

/// A figure as a circular prints it, by itself or in a line of a ranking. Its name stands in words; it may be none of those that are known.
#[derive(Clone, Debug)]
pub struct Printed {
    measure: Option<CircularMeasure>,
    /// Of which kind it speaks, where it stands in a ranking.
    of: Option<Ranked>,
    /// What is measured.
    pub name: String,
    /// Of whom.
    pub scope: String,
    /// What it came to.
    pub ratio: Ratio,
}

/// Something that a circular prints and that the record does not come to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is printed as {printed}, and the record comes to {made}")]
pub struct Contradiction {
    what: String,
    printed: String,
    made: String,
}

impl Contradiction {
    /// That what is printed is not what was made again.
    pub fn of(what: impl Into<String>, printed: &impl Display, made: &impl Display) -> Self {
        Self {
            what: what.into(),
            printed: printed.to_string(),
            made: made.to_string(),
        }
    }
}

impl CircularContent {
    /// The figures that it prints: those that stand by themselves, and then those of each line of each ranking.
    #[must_use]
    pub fn printed(&self) -> Vec<Printed> {
        let alone = self.figures.iter().map(Printed::from);
        let rows = self.rankings.iter().flat_map(|ranking| {
            let rows = ranking.rows.iter();
            rows.map(|row| (ranking.of, row))
        });
        let ranked = rows.flat_map(|(of, row)| Printed::of_rank(of, row));
        alone.chain(ranked).collect()
    }

    /// What it prints and these do not come to: the hazards as they stood at the end of its as-of day, what moved in its period, and who
    /// there was, all as far as the ledger had come at its place.
    #[must_use]
    pub fn contradictions(
        &self,
        day: &Snapshot<'_>,
        flow: &Flow,
        directory: &Directory,
    ) -> Vec<Contradiction> {
        let stock = self.stock.parts().terms().into_iter();
        let stock = stock.zip(flow.parts().terms());
        let totals = self.totals.map(|totals| {
            let made = Totals::of(day, flow).terms();
            totals.terms().into_iter().zip(made)
        });
        let counts = stock.chain(totals.into_iter().flatten());
        let counts = counts.filter(|(printed, made)| printed != made);
        let counts =
            counts.map(|((what, printed), (_, made))| Contradiction::of(what, &printed, &made));
        let figures = self.figures.iter().map(Printed::from);
        let figures = figures.filter_map(|figure| figure.contradiction(day, directory));
        let rankings = self.rankings.iter();
        let rankings = rankings.filter_map(|ranking| ranking.contradiction(day, directory));
        counts.chain(figures).chain(rankings).collect()
    }
}

impl From<&Figure> for Printed {
    fn from(figure: &Figure) -> Self {
        Self {
            measure: CircularMeasure::from_name(figure.name.as_str()).ok(),
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
        let printed = |measure: CircularMeasure, ratio| Self {
            measure: Some(measure),
            of: Some(of),
            name: measure.name().to_owned(),
            scope: row.name.to_string(),
            ratio,
        };
        [
            printed(CircularMeasure::ClosureRate, row.closure),
            printed(CircularMeasure::OverdueShare, row.overdue),
            printed(CircularMeasure::OnTimeRate, row.on_time),
        ]
    }

    /// It, made again. It is printed in words, and one unit may be a committee, lead other hazards and hold a township: whom it
    /// speaks of is whoever of that name comes to the same ratio. None where nobody does, or several do by other hazards.
    #[must_use]
    pub fn again(&self, day: &Snapshot<'_>, directory: &Directory) -> Option<Rate> {
        let rates = self.rates(day, directory).into_iter();
        let mut same = rates.filter(|rate| rate.ratio() == self.ratio);
        let rate = same.next()?;
        same.all(|other| other == rate).then_some(rate)
    }

    /// What its name comes to for everybody who bears that of whom it speaks.
    fn rates(&self, day: &Snapshot<'_>, directory: &Directory) -> Vec<Rate> {
        let Some(measure) = self.measure else {
            return Vec::new();
        };
        let scopes = named(&self.scope, directory);
        let scopes = scopes.filter(|scope| self.of.is_none_or(|of| of.holds(*scope)));
        let rates = scopes.map(|scope| measure.rate(&day.within(scope)));
        rates.collect()
    }

    fn contradiction(&self, day: &Snapshot<'_>, directory: &Directory) -> Option<Contradiction> {
        let made = self.rates(day, directory);
        let mut made: Vec<Ratio> = made.iter().map(Rate::ratio).collect();
        if made.contains(&self.ratio) {
            return None;
        }
        made.dedup();
        let made: Vec<String> = made.iter().map(ToString::to_string).collect();
        let made = match made.as_slice() {
            [] => "no figure of that name".to_owned(),
            made => made.join(" or "),
        };
        let what = format!("{} of {}", self.name, self.scope);
        Some(Contradiction::of(what, &self.ratio, &made))
    }
}

impl Ranking {
    /// The first line that is another than it would be.
    fn contradiction(&self, day: &Snapshot<'_>, directory: &Directory) -> Option<Contradiction> {
        let what = |place: usize| {
            format!(
                "line {} of the ranking of {}",
                place.saturating_add(1),
                self.of
            )
        };
        let made = match Self::of(self.of, day, directory) {
            Ok(made) => made.rows,
            Err(invalid) => {
                return Some(Contradiction::of(
                    what(0),
                    &row(self.rows.first()),
                    &invalid,
                ));
            }
        };
        let lines = 0..self.rows.len().max(made.len());
        let mut lines = lines.map(|place| (place, self.rows.get(place), made.get(place)));
        let (place, printed, made) = lines.find(|(_, printed, made)| printed != made)?;
        Some(Contradiction::of(what(place), &row(printed), &row(made)))
    }
}

/// A line of a ranking in words.
fn row(row: Option<&RankingRow>) -> String {
    let Some(row) = row else {
        return "no such line".to_owned();
    };
    let rank = row
        .rank
        .map_or_else(|| "—".to_owned(), |rank| rank.to_string());
    let RankingRow {
        name,
        closure,
        overdue,
        on_time,
        ..
    } = row;
    format!("{rank} {name} {closure} {overdue} {on_time}")
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
