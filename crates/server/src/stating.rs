//! 系统设置登记: by which settings this program goes, entered in the ledger as it starts.
//!
//! It is done as it starts and at no other time, and where they are what this program, or another of the same name, went by last, nothing
//! is written: programs that run beside each other do not answer each other.

use crate::entering::by_operator;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;
use xiaohao_core::refusal::Refusal;
use xiaohao_core::settings::SettingsStated;
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_core::{Refusals, values::Invalid};
use xiaohao_ledger::{Fault, Ledger, Outcome, Told};

/// How long is waited where it could not be written.
const AGAIN: Duration = Duration::from_mins(1);

/// Settings that cannot be entered.
#[derive(Debug, thiserror::Error)]
pub enum Unstated {
    /// They cannot be written there.
    #[error("what the configuration says of the identity provider cannot be entered in the ledger")]
    Unfit(#[from] Invalid),
    /// They are refused, which no settings are.
    #[error("the settings are not entered in the ledger: {0}")]
    Refused(Refusals),
}

/// Enters them; whether they are others than those that were entered last.
///
/// # Errors
/// [`Fault`].
pub async fn state(ledger: &Ledger, says: SettingsStated) -> Result<bool, Fault> {
    let command = UpkeepCommand::StateSettings(Box::new(says));
    match by_operator(ledger, command).await? {
        Outcome::Done { .. } => Ok(true),
        Outcome::Refused(why)
            if why
                .refusals
                .iter()
                .all(|why| *why == Refusal::SettingsUnchanged) =>
        {
            Ok(false)
        }
        Outcome::Refused(why) => Err(Fault::internal(Unstated::Refused(why.refusals))),
    }
}

/// Enters them, and where that cannot be done now, as soon as it can: a database that cannot be written to can still be read.
pub(crate) async fn state_in_time(
    ledger: &Ledger,
    says: SettingsStated,
) -> Option<AbortOnDropHandle<()>> {
    if told(state(ledger, says.clone()).await) {
        return None;
    }
    let ledger = ledger.clone();
    let later = async move {
        loop {
            tokio::time::sleep(AGAIN).await;
            if told(state(&ledger, says.clone()).await) {
                return;
            }
        }
    };
    Some(AbortOnDropHandle::new(tokio::spawn(later)))
}

/// Says in the log what came of it; whether they stand in the ledger now.
fn told(stated: Result<bool, Fault>) -> bool {
    match stated {
        Ok(true) => {
            tracing::info!("other settings are entered in the ledger than it had last");
            true
        }
        Ok(false) => true,
        Err(fault) => {
            tracing::warn!(error = %Told(&fault), "the settings cannot be entered in the ledger; it is tried again");
            false
        }
    }
}
