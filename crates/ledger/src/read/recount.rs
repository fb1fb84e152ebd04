//! The figures of a circular counted again, at the day and the place in the ledger that it names.

use super::{AsOf, Reader, Standing, flow};
use crate::fault::Fault;
use crate::position::Position;
use crate::scope::Scope;
use xiaohao_core::County;
use xiaohao_core::circular::{CircularContent, Contradiction};
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
    let directory = data
        .as_ref()
        .map_or(county.directory.as_ref(), |data| &data.directory);
    Ok(content.contradictions(&standing.snapshot(), &flow, directory))
}
