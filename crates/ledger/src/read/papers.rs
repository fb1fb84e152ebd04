//! Papers as readers find them, and the orders that went out without ever being one.

use super::AsOf;
use crate::answer::After;
use crate::fault::Fault;
use crate::line::{Line, SubjectKind};
use crate::position::Position;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::{IssuedOrder, OrderContent};
use xiaohao_core::paper::{Issued, PaperFile, PaperState};
use xiaohao_core::values::{DocumentNumber, HazardNumber};

/// Which papers are listed: those of one kind, with the orders those that went out together with an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaperList {
    /// Orders or circulars.
    pub kind: SubjectKind,
    /// As they stood on a day, as far as it was known; now, where it is not said.
    pub as_of: Option<AsOf>,
}

impl PaperList {
    /// Whether a line opens one of them: the first of a paper, or an act that issued an order of its own.
    #[must_use]
    pub fn is_opened_by(self, line: &Line) -> bool {
        let drafts = line.record.seq() == 1 && line.record.subject().kind() == self.kind;
        let issues = self.kind == SubjectKind::Order && line.record.order_with_act().is_some();
        (drafts || issues) && self.as_of.is_none_or(|as_of| as_of.holds(line))
    }
}

/// An order as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOrder {
    /// The place of its first line.
    pub opened: Position,
    /// What it is. One that went out with an act has that one line, and is issued.
    pub file: PaperFile<OrderContent>,
    /// Whether it went out together with an act, for one hazard alone, and was never drafted.
    pub with_act: bool,
}

impl FoundOrder {
    /// The order that a line issued together with its act, on the hazard of this number; none where it issued none.
    #[must_use]
    pub fn with_act(line: &Line, number: HazardNumber) -> Option<Self> {
        let issued = IssuedOrder::with_act(line.record.hazard()?, number)?;
        Some(Self {
            opened: line.position,
            file: PaperFile {
                id: issued.id(),
                version: 1,
                state: PaperState::Issued(issued),
            },
            with_act: true,
        })
    }
}

/// A paper of either kind as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundPaper {
    /// An order.
    Order(FoundOrder),
    /// A circular.
    Circular(PaperFile<CircularContent>),
}

impl FoundPaper {
    /// Its number; none before it is issued.
    #[must_use]
    pub fn document(&self) -> Option<&DocumentNumber> {
        match self {
            Self::Order(order) => order.file.issued().map(Issued::document),
            Self::Circular(file) => file.issued().map(Issued::document),
        }
    }
}

/// What the history of a paper comes to, as it stood: as far as its lines belong to the day, up to the first that does not. None
/// where the first does not.
///
/// # Errors
/// [`Fault::Damaged`] where a line does not follow on what came before.
pub(super) fn stood(lines: &[Line], as_of: Option<AsOf>) -> Result<Option<After>, Fault> {
    let belongs = |line: &&Line| as_of.is_none_or(|as_of| as_of.holds(line));
    let known = lines.iter().take_while(belongs).count();
    After::history(lines.get(..known).unwrap_or_default())
}
