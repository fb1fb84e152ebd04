//! The hazards that the figures of a circular count: made again, all of them by one replay, of what was known when they were printed.

use crate::as_of::{AsOfInput, Day};
use crate::office::Asked;
use async_graphql::{ID, Result, SimpleObject};
use chrono::NaiveDate;
use tokio::sync::OnceCell;
use xiaohao_core::circular::{CircularContent, Printed};
use xiaohao_core::statistics::Rate;
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

/// The figures of a circular, made again when the members of one of them are first asked for.
pub(super) struct MadeAgain {
    figures: Vec<Printed>,
    as_of: NaiveDate,
    known: Option<u64>,
    members: OnceCell<Vec<Option<Members>>>,
}

impl MadeAgain {
    pub(super) fn of(content: &CircularContent) -> Self {
        Self {
            figures: content.printed(),
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
