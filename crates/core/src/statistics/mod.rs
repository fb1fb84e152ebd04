//! The figures of the office's reports (spec §5.2 and §5.4): pure functions from hazards as they stood at the end of a
//! day, or from their histories, to counts whose members can be named.
//!
//! Nothing is stored: a figure for an earlier day is made again from the acts dated up to that day
//! ([`crate::replay_to`]), so a later reopening changes no earlier report (rule 21). Nothing is rounded before it is
//! printed, and no figure of a whole is made from the percentages of its parts.
//!
//! | Term of the spec | Here |
//! |---|---|
//! | `EVER`, `DEDUCT`, `VALID` | [`Snapshot::ever`], [`Snapshot::deducted`], [`Snapshot::valid`] |
//! | `CLOSED`, `DONE`, `OPEN` | [`Snapshot::struck_off`], [`Snapshot::done`], [`Snapshot::open`] |
//! | `OD` | [`Snapshot::overdue`] |
//! | `completed_on` | [`completed_on`] |
//! | 存量 identity | [`Flow`] |
//! | ranking | [`ranked`] |
//!
//! `OPEN` here is 未销号: it still holds what is verified and waits for its strike-off. [`crate::Status::is_open`] is
//! narrower (在册未验收) and says what may still be merged or handed on. Accidents (双下降), training and enforcement
//! coverage are not here: the ledger of hazards does not hold them.

mod flow;
mod funds;
mod ranking;
mod rate;
mod snapshot;

pub use flow::{Flow, Period};
pub use funds::Amount;
pub use ranking::{NOT_DUE, Ranked, Row, rank, ranked};
pub(crate) use rate::count;
pub use rate::{Days, Rate};
pub use snapshot::{Deadline, Overdue, Snapshot, as_they_stood, completed_on};

use crate::directory::{Directory, Unit};
use crate::hazard::Hazard;
use crate::values::{TownshipCode, UnitId};

/// Of whom a figure speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole county.
    County,
    /// 专委会.
    Committee(UnitId),
    /// 乡镇.
    Township(TownshipCode),
    /// 牵头责任单位.
    LeadUnit(UnitId),
}

impl Scope {
    /// Whether the hazard belongs to it. Before listing a hazard has a township, but no committee and no lead unit.
    #[must_use]
    pub fn holds(self, hazard: &Hazard) -> bool {
        let listing = || hazard.entry().map(|entry| &entry.listing);
        match self {
            Self::County => true,
            Self::Committee(committee) => listing().is_some_and(|l| l.committee == committee),
            Self::Township(township) => hazard.file().report.township == township,
            Self::LeadUnit(lead_unit) => listing().is_some_and(|l| l.lead_unit == lead_unit),
        }
    }

    /// The committee or unit, that of a township too; none of the whole county, and of whom the directory does not know.
    #[must_use]
    pub fn unit(self, directory: &Directory) -> Option<&Unit> {
        let unit = match self {
            Self::County => None,
            Self::Committee(unit) | Self::LeadUnit(unit) => Some(unit),
            Self::Township(township) => directory.townships().get(&township).copied(),
        };
        unit.and_then(|unit| directory.unit(unit))
    }
}
