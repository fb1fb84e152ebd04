//! The figures of a circular counted again, at the day and the place in the ledger that it names.

use super::{AsOf, Reader, Standing, flow};
use crate::fault::Fault;
use crate::position::Position;
use crate::scope::Scope;
use std::sync::Arc;
use xiaohao_core::County;
use xiaohao_core::circular::{CircularContent, CommitteesFiled, Contradiction};
use xiaohao_core::policy::{self, DateError};
use xiaohao_core::statistics::Period;

/// What a circular prints and the record up to a place does not come to. `county` is for a ledger that had no data of its own yet.
///
/// # Errors
/// [`Fault`].
pub async fn recounted(
    reader: &dyn Reader,
    county: &County,
    content: &CircularContent,
    known: Position,
) -> Result<Vec<Contradiction>, Fault> {
    let (from, to) = (content.period_from, content.period_to);
    let Some(period) = Period::new(from, to) else {
        let printed = format!("{from} to {to}");
        let none = Contradiction::of("its period", &printed, &"no such period");
        return Ok(vec![none]);
    };
    let scope = Scope::of_the_ledger(county.code);
    let as_of = AsOf {
        valid_on: content.as_of,
        known,
    };
    let standing = Standing::read(reader, &scope, as_of).await?;
    let flow = flow(reader, &scope, known, period).await?;
    let data = reader.county_data(&scope, as_of).await?;
    let then = data.map(|data| {
        data.county().unwrap_or_else(|_| County {
            // What an older program entered may be less than is demanded now.
            directory: Arc::new(data.directory),
            ..county.clone()
        })
    });
    let county = then.as_ref().unwrap_or(county);
    let mut told = content.contradictions(&standing.snapshot(), &flow, &county.directory);
    if let Some(printed) = &content.committees_filed {
        let period = county.filing_period(content.period_to);
        let made = committees_filed(reader, &scope, county, as_of, period).await?;
        let what = "who has filed";
        match made {
            Ok(made) if made == **printed => {}
            Ok(made) => told.push(Contradiction::of(what, printed, &made)),
            Err(error) => told.push(Contradiction::of(what, printed, &error)),
        }
    }
    Ok(told)
}

/// How the committees of a county stood with a period, as far as a viewer is told of it; or why the last day for it cannot be computed.
///
/// # Errors
/// [`Fault`].
pub async fn committees_filed(
    reader: &dyn Reader,
    scope: &Scope,
    county: &County,
    as_of: AsOf,
    period: policy::Period,
) -> Result<Result<CommitteesFiled, DateError>, Fault> {
    let committees = county.directory.committees();
    let lines = reader.filings(scope, committees, period).await?;
    let known = lines.iter().filter(|line| as_of.holds(line));
    let filed = known.filter_map(|line| {
        let on = line.record.stamp().occurred_on;
        line.record.period_filed().map(|says| (on, says))
    });
    let filed: Vec<_> = filed.collect();
    Ok(CommitteesFiled::of(county, period, as_of.valid_on, &filed))
}
