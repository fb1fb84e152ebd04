//! 基础资料登记: the data of a county entered in its ledger, as `xiaohao init` and the example do it.

use crate::clock;
use std::fmt;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::refusal::Refusal;
use xiaohao_core::upkeep::{UpkeepCommand, operator};
use xiaohao_core::values::RequestId;
use xiaohao_ledger::{Deed, Fault, Ledger, Outcome, Refused, Submission};

/// Why data is not entered.
#[derive(Debug, thiserror::Error)]
pub enum Unentered {
    /// It is refused.
    #[error("the data of the county is not entered: {}", .0.refusals)]
    Refused(Box<Refused>),
    /// The ledger could not be read or written.
    #[error("the data of the county is not entered: the ledger cannot be read or written")]
    Fault(#[from] Fault),
}

/// What became of data that was to be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entering {
    /// It stands in the ledger now.
    Done,
    /// It stood there already, as what was entered last.
    Unchanged,
}

impl fmt::Display for Entering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "its data is entered in the ledger",
            Self::Unchanged => "its data is what was entered last",
        })
    }
}

/// Does something to the ledger itself as whoever runs the program.
pub(crate) async fn by_operator(ledger: &Ledger, command: UpkeepCommand) -> Result<Outcome, Fault> {
    let submission = Submission {
        request: RequestId::new(clock::new_id()).map_err(Fault::internal)?,
        actor: operator(&*ledger.county_now().await?),
        through: None,
        occurred_on: None,
        expected_version: None,
        deed: Deed::Ledger { command },
    };
    ledger.execute(submission).await
}

/// Enters the data of a county in its ledger, which keeps it from then on.
///
/// # Errors
/// [`Unentered`].
pub async fn enter(ledger: &Ledger, data: &CountyData) -> Result<Entering, Unentered> {
    let command = UpkeepCommand::EnterCountyData(Box::new(data.clone()));
    match by_operator(ledger, command).await? {
        Outcome::Done { .. } => Ok(Entering::Done),
        Outcome::Refused(refused)
            if refused
                .refusals
                .iter()
                .any(|why| *why == Refusal::CountyDataUnchanged) =>
        {
            Ok(Entering::Unchanged)
        }
        Outcome::Refused(refused) => Err(Unentered::Refused(refused)),
    }
}
