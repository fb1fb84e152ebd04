//! What comes of a submission.

use crate::fault::Fault;
use crate::line::{Line, Record};
use crate::scope::Scope;
use serde::Serialize;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::{HazardReference, OrderContent};
use xiaohao_core::paper::{PaperFile, evolve_paper};
use xiaohao_core::record::BrokenHistory;
use xiaohao_core::upkeep::{LedgerFile, evolve_upkeep};
use xiaohao_core::{Hazard, Refusals, evolve};

/// What comes of a submission that reached the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, and kept for ever.
    Done {
        /// The answer.
        answer: Box<Answer>,
        /// Whether it was done before, by a request with the same id and content.
        replayed: bool,
    },
    /// It is not done; nothing has changed.
    Refused(Box<Refused>),
}

/// The answer to an act that is done. It rests on the record alone, so it comes out the same, bit for bit, whenever the
/// request is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The act's own line, and after it those that it caused on other histories.
    pub lines: Vec<Line>,
    /// What it was done to, as it stood right after.
    pub after: After,
}

/// What an act was done to, as it stood right after; or as it stands, where it was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "subject",
    content = "state",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub enum After {
    /// A hazard.
    Hazard(Box<Hazard>),
    /// An order.
    Order(Box<PaperFile<OrderContent>>),
    /// A circular.
    Circular(Box<PaperFile<CircularContent>>),
    /// The ledger itself.
    Ledger(LedgerFile),
}

impl After {
    /// What the ledger's own history comes to, from where it is known and with the lines that follow.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where a line does not follow on what came before.
    pub fn own(known: Option<LedgerFile>, lines: &[Line]) -> Result<Option<LedgerFile>, Fault> {
        lines
            .iter()
            .try_fold(known, |file, line| match &line.record {
                Record::Ledger(entry) => {
                    let next = evolve_upkeep(file, entry);
                    next.map(Some).map_err(|error| broken(line, error))
                }
                Record::Hazard(_) | Record::Order(_) | Record::Circular(_) => Ok(file),
            })
    }

    /// What the history of one subject comes to; nothing where there is none.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where a line does not follow on what came before.
    pub fn history(lines: &[Line]) -> Result<Option<Self>, Fault> {
        let (mut hazard, mut order, mut circular, mut ledger) = (None, None, None, None);
        for line in lines {
            let broken = |error: BrokenHistory| broken(line, error);
            match &line.record {
                Record::Hazard(entry) => hazard = Some(evolve(hazard, entry).map_err(broken)?),
                Record::Order(entry) => order = Some(evolve_paper(order, entry).map_err(broken)?),
                Record::Circular(entry) => {
                    circular = Some(evolve_paper(circular, entry).map_err(broken)?);
                }
                Record::Ledger(entry) => {
                    ledger = Some(evolve_upkeep(ledger, entry).map_err(broken)?);
                }
            }
        }
        let hazard = hazard.map(|hazard| Self::Hazard(Box::new(hazard)));
        let order = order.map(|order| Self::Order(Box::new(order)));
        let circular = circular.map(|circular| Self::Circular(Box::new(circular)));
        Ok(hazard.or(order).or(circular).or(ledger.map(Self::Ledger)))
    }

    /// The hazard, if it is one.
    #[must_use]
    pub fn hazard(self) -> Option<Hazard> {
        match self {
            Self::Hazard(hazard) => Some(*hazard),
            Self::Order(_) | Self::Circular(_) | Self::Ledger(_) => None,
        }
    }

    /// The order, if it is one.
    #[must_use]
    pub fn order(self) -> Option<PaperFile<OrderContent>> {
        match self {
            Self::Order(order) => Some(*order),
            Self::Hazard(_) | Self::Circular(_) | Self::Ledger(_) => None,
        }
    }

    /// The circular, if it is one.
    #[must_use]
    pub fn circular(self) -> Option<PaperFile<CircularContent>> {
        match self {
            Self::Circular(circular) => Some(*circular),
            Self::Hazard(_) | Self::Order(_) | Self::Ledger(_) => None,
        }
    }

    /// The ledger's own file, if it is that.
    #[must_use]
    pub fn ledger(self) -> Option<LedgerFile> {
        match self {
            Self::Ledger(file) => Some(file),
            Self::Hazard(_) | Self::Order(_) | Self::Circular(_) => None,
        }
    }
}

fn broken(line: &Line, error: BrokenHistory) -> Fault {
    let (place, subject) = (line.position, line.record.subject());
    Fault::Damaged {
        what: format!("line {place} of {subject} does not follow on what came before"),
        cause: Some(std::sync::Arc::new(error)),
    }
}

/// Why it is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Every reason, first things first.
    pub refusals: Refusals,
    /// The hazard or paper as it stands, for an actor who may see it; so that whoever was late can look at what is now.
    pub present: Option<Box<After>>,
    /// The hazard at fault, where a paper names several.
    pub item: Option<HazardReference>,
    /// Whether what is wrong with what it says is told with this: it could not be read, and nothing ends the matter before.
    pub comes_to_content: bool,
}

impl From<Refusals> for Refused {
    fn from(refusals: Refusals) -> Self {
        Self {
            refusals,
            present: None,
            item: None,
            comes_to_content: false,
        }
    }
}

impl Outcome {
    /// The answer, if it is done.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Done { answer, .. } => Some(answer),
            Self::Refused(_) => None,
        }
    }

    /// What the actor himself is shown of it.
    pub(crate) fn shown_to(self, scope: Scope) -> Self {
        match self {
            Self::Done { answer, replayed } => Self::Done {
                answer: Box::new(scope.answer(*answer)),
                replayed,
            },
            Self::Refused(refused) => Self::Refused(refused),
        }
    }

    /// Why it is not done, if it is not.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Done { .. } => None,
        }
    }
}
