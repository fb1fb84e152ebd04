//! What one does about the log of a ledger: verify it, sign it, prove what is in it, check what was proved.

use super::{
    CountyArgs, Failure, Flags, KeyArgs, evidence, ledger, migrated, opened, own_key, told, witness,
};
use crate::bounded::bounded;
use crate::checkpoint;
use crate::clock;
use crate::config::{EVIDENCE, Settings};
use crate::counted::counted;
use crate::export;
use crate::import;
use crate::people;
use crate::printed::print;
use crate::proof::EntryProof;
use crate::rotation;
use crate::served;
use crate::signing::{self, CountyNotary, Keyless};
use crate::verify::{self, Asked, Kept, Key};
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::Event;
use xiaohao_core::values::{CountyCode, HazardNumber};
use xiaohao_graphql::Secrets;
use xiaohao_ledger::{Names, Notary};
use xiaohao_log::{LogKey, WitnessKey};

/// The log of one county, with the key by which it is signed.
#[derive(Args)]
pub(super) struct LogArgs {
    #[command(flatten)]
    county: CountyArgs,
    #[command(flatten)]
    key: KeyArgs,
}

impl LogArgs {
    fn flags(self) -> Flags {
        let mut flags = self.county.flags();
        flags.push(self.key.flag());
        flags
    }
}

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
        /// Public key of the log, by which checkpoints are signed; unless it is said, that of the secret in the folder of the
        /// ledger.
        #[arg(long, value_name = "KEY")]
        key: Option<LogKey>,
        /// Public key of a witness who must have cosigned the checkpoint; may be said several times.
        #[arg(long, value_name = "KEY", requires = "checkpoint")]
        witness_key: Vec<WitnessKey>,
        #[command(flatten)]
        signing_key: KeyArgs,
    },
    /// Print the checkpoint over everything that is recorded; where the ledger has grown, sign and keep a new one.
    ///
    /// What was recorded since the last one is read again first, and nothing is signed where it is not what was logged.
    Checkpoint {
        /// Print with it, for a witness, the proof that it goes on from the checkpoint over so many lines.
        #[arg(long, value_name = "SIZE")]
        since: Option<u64>,
        #[command(flatten)]
        log: LogArgs,
    },
    /// Print the public key by which the log is signed: it is what others check proofs and checkpoints by. Publish it.
    Key {
        #[command(flatten)]
        log: LogArgs,
    },
    /// Watch over the log of another office: cosign its checkpoint if it continues the last one that was cosigned here.
    Witness(witness::WitnessArgs),
    /// Print the proof that a hazard was struck off, or that the key of the log was changed, for whoever checks it with
    /// `xiaohao ledger check`.
    Prove {
        /// The number of the hazard, as 431123-2026-0001.
        #[arg(required_unless_present = "key_change")]
        number: Option<String>,
        /// Print once more what `xiaohao ledger rotate-key` printed when the key was changed last.
        #[arg(long, conflicts_with_all = ["number", "checkpoint"])]
        key_change: bool,
        /// File of a checkpoint under which it is proved, in place of the latest: one that a witness has cosigned.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        #[command(flatten)]
        log: LogArgs,
    },
    /// Let the log be signed by another key from now on: on a fixed day of the year, and at once where the present one may be
    /// known to somebody else.
    ///
    /// Stop the server first, and start it again after. The ledger records the change, for which the approver of the office
    /// gives his password on the first line of standard input; both keys sign the checkpoint over that line. Prints the proof
    /// of it, by which whoever trusts the former key comes to trust the new one: publish it with the new key.
    RotateKey {
        /// Login of the approver of the office.
        login: String,
        /// Why, for the record.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Public key of the log, where the file of its secret is lost: then the new key alone signs, and others have to be
        /// told of it in another way.
        #[arg(long, value_name = "KEY")]
        lost_key: Option<LogKey>,
        #[command(flatten)]
        log: LogArgs,
    },
    /// Check the proof that a hazard was struck off, or that the key of the log was changed, without database and network.
    /// Exits with 1 when it proves nothing.
    Check {
        /// File of the proof.
        file: PathBuf,
        /// Public key of the log.
        #[arg(long, value_name = "KEY")]
        key: LogKey,
        /// Public key of a witness who must have cosigned the checkpoint of the proof; may be said several times.
        #[arg(long, value_name = "KEY")]
        witness_key: Vec<WitnessKey>,
    },
    /// Write a whole county into a file, from which `xiaohao ledger import` rebuilds it in another database.
    ///
    /// Passwords and sessions are not in it, nor the files of evidence and the key of the log, which are not in the database.
    /// All else is, people and salts too: keep it as you keep the database.
    Export {
        /// The file; there must be none yet.
        file: PathBuf,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Rebuild a county in an empty database from the file that `xiaohao ledger export` wrote.
    ///
    /// The database is made, or brought up to this program. Everything is checked as it comes in; where something is wrong
    /// nothing is taken in, and the first line of the file that is wrong is told.
    Import {
        /// The file.
        file: PathBuf,
        /// Public key of the log, by which the checkpoints of the county must be signed.
        #[arg(long, value_name = "KEY")]
        key: Option<LogKey>,
        #[command(flatten)]
        county: CountyArgs,
    },
}

pub(super) fn run(config: Option<&Path>, command: LedgerCommand) -> Result<(), Failure> {
    match command {
        LedgerCommand::Verify {
            county,
            evidence: folder,
            checkpoint,
            key,
            witness_key,
            signing_key,
        } => {
            let mut flags = county.flags();
            flags.extend([(&EVIDENCE, folder), signing_key.flag()]);
            told(config, flags, async |settings| {
                let evidence = evidence(&settings)?;
                let kept = checkpoint.zip(key.as_ref());
                let kept = kept
                    .map(|(file, key)| Kept::read(&file, key, &witness_key))
                    .transpose()?;
                let asked = Asked {
                    ledger: ledger(&settings)?,
                    key: match key {
                        Some(key) => Some(Key::Said(key)),
                        None => own_key(&settings)
                            .map(|file| signing::read(&file))
                            .transpose()?
                            .map(|signer| signer.public().clone())
                            .map(if settings.signing_key_is_said {
                                Key::Own
                            } else {
                                Key::Beside
                            }),
                    },
                    evidence,
                    county: settings.county,
                    checkpoint: kept,
                };
                Ok(Box::pin(verify::run(&asked)).await?)
            })
        }
        LedgerCommand::Checkpoint { since, log } => told(config, log.flags(), async |settings| {
            let (notary, _) = notary(&settings).await?;
            print(&checkpoint(&notary, since).await?)?;
            Ok(())
        }),
        LedgerCommand::Key { log } => told(config, log.flags(), async |settings| {
            let (notary, _) = notary(&settings).await?;
            print(&format!("{}\n", notary.key()))?;
            Ok(())
        }),
        LedgerCommand::Witness(asked) => witness::witness(&asked),
        LedgerCommand::Prove {
            number,
            key_change: _,
            checkpoint,
            log,
        } => told(config, log.flags(), async |settings| match number {
            Some(number) => prove(&settings, number, checkpoint.as_deref()).await,
            None => prove_key_change(&settings).await,
        }),
        LedgerCommand::RotateKey {
            login,
            reason,
            lost_key,
            log,
        } => told(config, log.flags(), async |settings| {
            rotate(&settings, &login, &reason, lost_key).await
        }),
        LedgerCommand::Check {
            file,
            key,
            witness_key,
        } => check(&file, &key, &witness_key),
        LedgerCommand::Export { file, county } => told(config, county.flags(), async |settings| {
            export_county(&settings, &file).await
        }),
        LedgerCommand::Import { file, key, county } => {
            told(config, county.flags(), async |settings| {
                import_county(&settings, &file, key).await
            })
        }
    }
}

async fn export_county(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let location = ledger(settings)?;
    let store = served::open(&location).await?;
    let data = served::county_data(&store, &location, settings.county).await?;
    let head = export::run(&store, data.code, file).await?;
    print(&format!(
        "{} ({}) is in {}: {}, root {}\n",
        data.name,
        data.code,
        file.display(),
        counted(head.size, "line"),
        head.root
    ))?;
    Ok(())
}

async fn import_county(
    settings: &Settings,
    file: &Path,
    key: Option<LogKey>,
) -> Result<(), Failure> {
    let location = ledger(settings)?;
    let asked = import::Asked {
        file,
        county: settings.county,
        key,
    };
    let opened = import::open(&asked)?;
    migrated(&location).await?;
    let store = served::open(&location).await?;
    let imported = import::run(opened, &store, &location).await?;
    print(&format!(
        "county {} is at {location}: {}, root {}, the first {} of them under a signed checkpoint; \
         give people passwords with `xiaohao user password LOGIN`\n",
        imported.county,
        counted(imported.head.size, "line"),
        imported.head.root,
        imported.signed
    ))?;
    Ok(())
}

/// Whoever signs the log of the one county, and the county.
async fn notary(settings: &Settings) -> Result<(CountyNotary, CountyCode), Failure> {
    let location = ledger(settings)?;
    let store = served::open(&location).await?;
    let county = served::county_data(&store, &location, settings.county)
        .await?
        .code;
    let key = settings.signing_key.as_deref().ok_or(Keyless::Nowhere)?;
    let signer = signing::own(key, &store, county).await?;
    if let Some(open) = signing::open_to_others(key) {
        drop(writeln!(io::stderr(), "note: {open}"));
    }
    let notary = CountyNotary::new(store, county, signer, Arc::new(clock::now));
    Ok((notary, county))
}

/// The checkpoint over everything, alone or as a witness is asked.
async fn checkpoint(notary: &CountyNotary, since: Option<u64>) -> Result<String, Failure> {
    let Some(size) = since else {
        return Ok(notary.checkpoint().await?);
    };
    if let Some(told) = checkpoint::since(notary, size).await? {
        return Ok(told.to_string());
    }
    // To whoever has seen more it proves that the ledger was cut back.
    print(&notary.checkpoint().await?)?;
    Err(Failure::Shorter { size })
}

async fn prove(settings: &Settings, number: String, under: Option<&Path>) -> Result<(), Failure> {
    let (notary, county) = notary(settings).await?;
    let parsed = HazardNumber::parse(&number).ok();
    let Some(parsed) = parsed.filter(|number| number.county() == county) else {
        return Err(Failure::Number { number });
    };
    let proof = match under {
        None => notary.closure_proof(parsed, Names::Shown).await?,
        Some(file) => prove_under(&notary, parsed, file).await?,
    };
    match proof {
        Some(proof) => print(&proof)?,
        None if notary.has(parsed).await? => return Err(Failure::NotClosed { number }),
        None => return Err(Failure::NoHazard { number }),
    }
    Ok(())
}

async fn prove_key_change(settings: &Settings) -> Result<(), Failure> {
    let (notary, _) = notary(settings).await?;
    let proof = notary.key_change_proof().await?;
    Ok(print(&proof.ok_or(Failure::NoKeyChange)?)?)
}

/// The proof under a checkpoint that was signed before and cosigned since. It is checked before it is handed out: a key can
/// have signed what this ledger is not.
async fn prove_under(
    notary: &CountyNotary,
    number: HazardNumber,
    file: &Path,
) -> Result<Option<String>, Failure> {
    let claimed = Kept::claimed_size(file)?;
    let key = notary.key_at(claimed).await?;
    let kept = Kept::read(file, &key, &[])?;
    let Some(place) = notary.struck_off_at(number).await? else {
        return Ok(None);
    };
    let file = file.display().to_string();
    let (size, here) = (kept.head.size, notary.size().await?);
    if here < size {
        return Err(Failure::CutBack { file, size, here });
    }
    if kept.head.size < place.get() {
        return Err(Failure::Earlier {
            file,
            size: kept.head.size,
            place,
        });
    }
    let proof = notary.proof_at(place, kept.note, Names::Shown).await?;
    match EntryProof::check(&proof, &key, &[]) {
        Ok(_) => Ok(Some(proof)),
        Err(source) => Err(Failure::OtherLedger { file, source }),
    }
}

/// Changes the key of the log; the proof goes to standard output, everything else that is to be said to standard error.
async fn rotate(
    settings: &Settings,
    login: &str,
    reason: &str,
    lost: Option<LogKey>,
) -> Result<(), Failure> {
    let served = opened(settings).await?;
    let file = settings.signing_key.as_deref().ok_or(Keyless::Nowhere)?;
    let said = people::Typed::read().map_err(|source| Failure::Password { source })?;
    let asked = rotation::Asked {
        file,
        lost,
        secrets: Secrets {
            login,
            password: &said.password,
            code: said.code.as_deref(),
            from: None,
        },
        reason,
    };
    let rotated = rotation::run(&served, &asked).await?;
    drop(writeln!(
        io::stderr(),
        "line {} of the ledger records it: the log was signed by {}, and is signed by {} from now on; start the server again, \
         keep a copy of {} where the database is not, and tell whoever checks proofs the new key, with the proof that is printed",
        rotated.line,
        rotated.from,
        rotated.to,
        file.display()
    ));
    print(&rotated.proof).map_err(|source| Failure::ProofUnprinted { source })
}

/// Checks a proof with nothing but the keys.
fn check(file: &Path, key: &LogKey, witnesses: &[WitnessKey]) -> Result<(), Failure> {
    let name = file.display().to_string();
    let bytes = File::open(file).and_then(bounded);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    let text = text.map_err(|source| Failure::Unread {
        file: name.clone(),
        source,
    })?;
    let proved = EntryProof::check(&text, key, witnesses);
    let proved = proved.map_err(|source| Failure::Unproved { file: name, source })?;
    let (subject, stamp) = (proved.record.subject(), proved.record.stamp());
    let closure = match proved.record.hazard().map(|entry| &entry.event) {
        Some(Event::HazardStruckOff(event)) => Some(event),
        Some(_) | None => None,
    };
    let printed = closure.and_then(|event| event.prints.as_ref());
    let what = match (closure, &proved.key_change) {
        (_, Some(change)) => format!(
            "the key of the log became {} in place of {}{}",
            change.to,
            change.from,
            if change.is_handed_over {
                ""
            } else {
                " (which did not sign that: ask the county whether it was lost)"
            }
        ),
        (Some(event), None) => {
            let number = printed.map_or_else(String::new, |sheet| format!("{}, ", sheet.hazard));
            format!(
                "hazard {number}{} was struck off with sheet {}",
                subject.id(),
                event.sheet
            )
        }
        (None, None) => subject.to_string(),
    };
    let (by, unit) = printed.map_or_else(Default::default, |sheet| {
        let approver = if sheet.approver.is_not_shown() {
            "one whose name is not shown".to_owned()
        } else {
            sheet.approver.to_string()
        };
        (format!(" {approver}"), format!(" {}", sheet.unit))
    });
    print(&format!(
        "{what} on {} by{by} (person {}) as {} of{unit} (unit {}): recorded at {} as line {} of the ledger of {}, whose checkpoint is over {}\n",
        stamp.occurred_on,
        stamp.actor.person,
        stamp.actor.role.code(),
        stamp.actor.unit,
        stamp.recorded_at.to_rfc3339(),
        proved.position,
        key.name(),
        counted(proved.size, "line")
    ))?;
    Ok(())
}
