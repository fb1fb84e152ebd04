//! What one does about the log of a ledger: verify it, sign it, prove what is in it, check what was proved.

use super::{CountyArgs, Failure, KeyArgs, ledger, own_key, print, told};
use crate::clock;
use crate::config::{EVIDENCE, Settings};
use crate::proof::ClosureProof;
use crate::served;
use crate::signing::{self, CountyNotary, Keyless};
use crate::verify::{self, Asked, Kept};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::values::{CountyCode, HazardNumber};
use xiaohao_ledger::Notary;
use xiaohao_log::LogKey;

/// What one does about the log of a ledger.
#[derive(Subcommand)]
pub(super) enum LedgerCommand {
    /// Read every line again and compare it with its leaf in the log, the log with checkpoints, every row with the record,
    /// and every file of evidence with the lines that cite it.
    ///
    /// Changes nothing, and can be done at any time. Names the first line that is wrong, and exits with 1.
    Verify {
        #[command(flatten)]
        county: CountyArgs,
        /// Folder of the files of evidence; unless it is said, `evidence` in the folder of the ledger
        /// [env: `XIAOHAO_EVIDENCE`].
        #[arg(long, value_name = "DIR")]
        evidence: Option<String>,
        /// File of a checkpoint that was kept elsewhere: by a witness, or with a circular.
        #[arg(long, value_name = "FILE", requires = "key")]
        checkpoint: Option<PathBuf>,
        /// Public key of the log, by which the checkpoint is signed.
        #[arg(long, value_name = "KEY", requires = "checkpoint")]
        key: Option<LogKey>,
        #[command(flatten)]
        signing_key: KeyArgs,
    },
    /// Print the checkpoint over everything that is recorded; where the ledger has grown, sign and keep a new one.
    ///
    /// What was recorded since the last one is read again first, and nothing is signed where it is not what was logged.
    Checkpoint {
        #[command(flatten)]
        county: CountyArgs,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Print the proof that a hazard was struck off, for whoever checks it with `xiaohao ledger check`.
    Prove {
        /// The number of the hazard, as 431123-2026-0001.
        number: String,
        #[command(flatten)]
        county: CountyArgs,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Check a proof that a hazard was struck off, without database and network. Exits with 1 when it proves nothing.
    Check {
        /// File of the proof.
        file: PathBuf,
        /// Public key of the log.
        #[arg(long, value_name = "KEY")]
        key: LogKey,
    },
}

pub(super) fn run(config: Option<&Path>, command: LedgerCommand) -> Result<(), Failure> {
    match command {
        LedgerCommand::Verify {
            county,
            evidence,
            checkpoint,
            key,
            signing_key,
        } => {
            let mut flags = county.flags();
            flags.extend([(&EVIDENCE, evidence), signing_key.flag()]);
            told(config, flags, async |settings| {
                let kept = checkpoint.zip(key);
                let kept = kept
                    .map(|(file, key)| Kept::read(&file, &key))
                    .transpose()?;
                let asked = Asked {
                    ledger: ledger(&settings)?,
                    key: own_key(&settings)
                        .as_deref()
                        .map(signing::read)
                        .transpose()?,
                    evidence: settings.evidence.filter(|folder| folder.is_dir()),
                    county: settings.county,
                    checkpoint: kept,
                };
                Ok(verify::run(&asked).await?)
            })
        }
        LedgerCommand::Checkpoint { county, key } => {
            let mut flags = county.flags();
            flags.push(key.flag());
            told(config, flags, async |settings| {
                print(&notary(&settings).await?.0.checkpoint().await?);
                Ok(())
            })
        }
        LedgerCommand::Prove {
            number,
            county,
            key,
        } => {
            let mut flags = county.flags();
            flags.push(key.flag());
            told(config, flags, async |settings| {
                prove(&settings, number).await
            })
        }
        LedgerCommand::Check { file, key } => check(&file, &key),
    }
}

/// Whoever signs the log of the one county, and the county.
async fn notary(settings: &Settings) -> Result<(CountyNotary, CountyCode), Failure> {
    let location = ledger(settings)?;
    let store = served::open(&location).await?;
    let county = served::county_data(&store, &location, settings.county)
        .await?
        .code;
    let key = settings.signing_key.as_deref().ok_or(Keyless::Nowhere)?;
    let signer = signing::read(key)?;
    let notary = CountyNotary::new(store, county, signer, Arc::new(clock::now));
    Ok((notary, county))
}

async fn prove(settings: &Settings, number: String) -> Result<(), Failure> {
    let (notary, county) = notary(settings).await?;
    let parsed = HazardNumber::parse(&number).ok();
    let Some(parsed) = parsed.filter(|number| number.county() == county) else {
        return Err(Failure::Number { number });
    };
    let proof = notary.closure_proof(parsed).await?;
    print(&proof.ok_or(Failure::NotClosed { number })?);
    Ok(())
}

/// Checks a proof with nothing but the key.
fn check(file: &Path, key: &LogKey) -> Result<(), Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|source| Failure::Unread {
        file: name.clone(),
        source,
    })?;
    let proved = ClosureProof::check(&text, key);
    let proved = proved.map_err(|source| Failure::Unproved { file: name, source })?;
    let (subject, stamp) = (proved.record.subject(), proved.record.stamp());
    print(&format!(
        "{subject} was struck off on {}: recorded at {} as line {} of the ledger of {}, whose checkpoint is over {} lines\n",
        stamp.occurred_on,
        stamp.recorded_at.to_rfc3339(),
        proved.position,
        key.name(),
        proved.size
    ));
    Ok(())
}
