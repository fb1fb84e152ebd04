//! One county as it is served: its ledger, its readers, its door.

use crate::attempts::Register;
use crate::chance;
use crate::clock;
use crate::database::Place;
use crate::files::Files;
use crate::oidc::Gate;
use crate::readiness::Readiness;
use crate::seeds::{self, BrokenSeed};
use crate::session::{BadPassword, Doorkeeper, Seals};
use crate::signing::{self, CountyNotary, Keyless};
use crate::webhook::Deliveries;
use chrono::TimeDelta;
use std::path::Path;
use std::sync::Arc;
use xiaohao_core::county_data::{BrokenCounty, CountyData};
use xiaohao_core::values::CountyCode;
use xiaohao_core::{County, county_day};
use xiaohao_graphql::{Api, Attempts, Door, Limits, Locksmith, Office};
use xiaohao_ledger::{Clock, Fault, Ledger, Notary, Pace, Position, Scope, Told, ahead_of};
use xiaohao_log::LogSigner;
use xiaohao_store::{Entered, Location, SqlStore};

/// A county as it is served.
#[derive(Clone)]
pub struct Served {
    /// The API.
    pub api: Api,
    /// What it works on.
    pub office: Office,
    /// Who keeps the passwords and sessions of this county.
    pub door: Doorkeeper,
    /// Who is let in: by them, and where there is one, by the county's identity provider.
    pub gate: Gate,
    /// What was refused.
    pub attempts: Register,
    /// The files of evidence.
    pub files: Files,
    /// Whether an act could be recorded now.
    pub readiness: Readiness,
    /// How the deliveries to programs of others stand.
    pub deliveries: Deliveries,
    /// Where all of it is kept.
    pub store: SqlStore,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Served")
            .field("ledger", &self.office.ledger)
            .finish_non_exhaustive()
    }
}

/// How far the calendar of the county reaches.
pub(crate) struct CalendarReaches {
    /// Days after today that it knows; -1 where it does not know today.
    pub(crate) days: i64,
    /// Whether it is time to load another year.
    pub(crate) ends_soon: bool,
}

/// What whoever runs the program says about how a county is served.
struct Said {
    limits: Limits,
    link_days: u16,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            link_days: County::LINK_DAYS,
        }
    }
}

/// Why a county cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Unserved {
    /// The ledger cannot be opened.
    #[error("cannot open the ledger at {location}")]
    Open {
        /// Where.
        location: Location,
        /// Why not.
        source: Fault,
    },
    /// No county is kept there.
    #[error(
        "no county is kept at {location}; make one with `xiaohao init`, or try the example with `xiaohao demo`"
    )]
    NoCounty {
        /// Where.
        location: Location,
    },
    /// Several counties are kept there, and one server serves one.
    #[error("several counties are kept at {location}: {codes}; say which with --county")]
    WhichCounty {
        /// Where.
        location: Location,
        /// Their codes.
        codes: String,
    },
    /// The county that was named is not kept there.
    #[error("county {county} is not kept at {location}")]
    OtherCounty {
        /// Where.
        location: Location,
        /// The one that was named.
        county: CountyCode,
    },
    /// The data of the county is not what was entered in its ledger.
    #[error(
        "the data of county {county} is not what line {line} of its ledger entered: somebody has changed it in the database; find \
         out who, look with `xiaohao ledger verify` whether the ledger itself is whole, and then `xiaohao rebuild` makes the data \
         anew"
    )]
    Altered {
        /// Whose.
        county: CountyCode,
        /// The line.
        line: Position,
    },
    /// The data of the county cannot be used.
    #[error("the data of county {county} cannot be used")]
    County {
        /// Whose.
        county: CountyCode,
        /// Why not.
        source: BrokenCounty,
    },
    /// The data that is shipped cannot be read.
    #[error("the data shipped with the program cannot be read")]
    Seeds(#[from] BrokenSeed),
    /// By which key the log is signed cannot be read.
    #[error("the ledger of county {county} does not tell by which key it is signed")]
    Log {
        /// Whose.
        county: CountyCode,
        /// Why not.
        source: Fault,
    },
    /// The log cannot be signed.
    #[error(transparent)]
    Key(#[from] Keyless),
    /// Nobody can sign in.
    #[error("nobody can sign in on this machine")]
    Door(#[from] BadPassword),
}

impl Served {
    /// Opens the ledger of a county: of the one that is named, or of the only one that is kept there.
    ///
    /// # Errors
    /// [`Unserved`].
    pub async fn open(
        place: &Place,
        county: Option<CountyCode>,
        limits: Limits,
        link_days: u16,
    ) -> Result<Self, Unserved> {
        let store = open(&place.ledger).await?;
        let data = county_data(&store, &place.ledger, county).await?;
        let signer = match &place.signing_key {
            None => None,
            Some(file) => Some(present_key(&store, &data, file).await?),
        };
        let clock = Arc::new(clock::now);
        let said = Said { limits, link_days };
        let served = Self::within(said, store, &data, &place.evidence, clock, signer)?;
        // Where that cannot be recorded now nobody is turned away: it is tried again whenever the county is opened.
        match Box::pin(served.door.take_in()).await {
            Ok(false) => {}
            Ok(true) => tracing::info!("the ways in from before are recorded, as they were found"),
            Err(fault) => {
                tracing::warn!(error = %Told(&fault), "the ways in from before cannot be recorded");
            }
        }
        Ok(served)
    }

    /// The place of the last line, and by how much it lies in the future, where that is more than clocks differ by.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read.
    pub(crate) async fn last_line(&self) -> Result<(Position, Option<TimeDelta>), Fault> {
        let Office {
            ledger,
            reader,
            clock,
            ..
        } = &self.office;
        let ledger = Scope::of_the_ledger(ledger.county().code);
        let last = reader.known_at(&ledger, None).await?;
        let recorded_at = reader.recorded_at(&ledger, last).await?;
        Ok((last, recorded_at.and_then(|at| ahead_of(clock(), at))))
    }

    /// Until when working days can be counted from today on; none where today's year is not in the calendar.
    ///
    /// # Errors
    /// [`Fault`] when the county cannot be read.
    pub(crate) async fn calendar_reaches(&self) -> Result<CalendarReaches, Fault> {
        let today = county_day((self.office.clock)());
        let county = self.office.ledger.county_now().await?;
        let until = county.calendar.reaches(today);
        Ok(CalendarReaches {
            days: until.map_or(-1, |until| (until - today).num_days()),
            ends_soon: county.calendar.ends_soon(today),
        })
    }

    /// The county of these data, with its ledger in this store and its files of evidence in this folder, within the limits
    /// that hold unless others are set.
    ///
    /// # Errors
    /// [`Unserved::County`], [`Unserved::Seeds`], [`Unserved::Door`].
    pub fn of(
        store: SqlStore,
        data: &CountyData,
        evidence: &Path,
        clock: Clock,
    ) -> Result<Self, Unserved> {
        Self::within(Said::default(), store, data, evidence, clock, None)
    }

    /// The same, signing its log.
    ///
    /// # Errors
    /// Likewise.
    pub fn signing(
        store: SqlStore,
        data: &CountyData,
        evidence: &Path,
        clock: Clock,
        signer: LogSigner,
    ) -> Result<Self, Unserved> {
        let said = Said::default();
        Self::within(said, store, data, evidence, clock, Some(signer))
    }

    fn within(
        Said { limits, link_days }: Said,
        store: SqlStore,
        data: &CountyData,
        evidence: &Path,
        clock: Clock,
        signer: Option<LogSigner>,
    ) -> Result<Self, Unserved> {
        let county = data.county().map_err(|source| Unserved::County {
            county: data.code,
            source,
        })?;
        let county = County {
            link_days,
            ..county
        };
        let reference = seeds::reference()?;
        let ledger = Ledger::open(
            Arc::new(store.clone()),
            Arc::new(county),
            Arc::clone(&clock),
            Arc::new(chance::salt),
            Pace::default(),
        );
        let seals = Seals::by(signer.as_ref());
        let notary = signer.map(|signer| -> Arc<dyn Notary> {
            let clock = Arc::clone(&clock);
            Arc::new(CountyNotary::new(store.clone(), data.code, signer, clock))
        });
        let office = Office {
            ledger: ledger.clone(),
            notary,
            reader: Arc::new(store.clone()),
            clock: Arc::clone(&clock),
        };
        let files = Files::new(evidence, store.clone(), data.code, Arc::clone(&clock));
        let attempts = Register::of(store.clone(), data.code, Arc::clone(&clock));
        let kept: Arc<dyn Attempts> = Arc::new(attempts.clone());
        let door = Doorkeeper::new(store.clone(), ledger.clone(), clock, seals)?;
        let gate = Gate::new(door.clone());
        let lets_in: Arc<dyn Door> = Arc::new(gate.clone());
        let locksmith: Arc<dyn Locksmith> = Arc::new(door.clone());
        Ok(Self {
            api: Api::new(reference, office.clone(), lets_in, locksmith, kept, limits),
            readiness: Readiness::new(ledger).keeping(files.clone()),
            deliveries: Deliveries::default(),
            office,
            door,
            gate,
            attempts,
            files,
            store,
        })
    }
}

/// The key in a file, which must be that by which the log is signed now.
async fn present_key(
    store: &SqlStore,
    data: &CountyData,
    file: &Path,
) -> Result<LogSigner, Unserved> {
    let signer = signing::own(file, store, data.code).await?;
    let keys = store.signing_keys(data.code).await;
    let keys = keys.map_err(|source| Unserved::Log {
        county: data.code,
        source,
    })?;
    match keys.present().filter(|key| *key != signer.public()) {
        None => Ok(signer),
        Some(present) => Err(Unserved::Key(Keyless::Former {
            file: file.to_owned(),
            present: present.to_string(),
        })),
    }
}

/// Opens a store. Where there is no file none is made: whoever mistypes a folder must not find a ledger there the next time.
///
/// # Errors
/// [`Unserved::NoCounty`] where there is no file, and [`Unserved::Open`].
pub async fn open(location: &Location) -> Result<SqlStore, Unserved> {
    if has_no_file(location) {
        let location = location.clone();
        return Err(Unserved::NoCounty { location });
    }
    let store = SqlStore::open(location).await;
    store.map_err(|source| unopened(location, source))
}

/// Whether there is nothing there that anybody could have kept.
///
/// # Errors
/// [`Unserved::Open`].
pub async fn is_blank(location: &Location) -> Result<bool, Unserved> {
    let blank = SqlStore::is_blank(location).await;
    blank.map_err(|source| unopened(location, source))
}

fn unopened(location: &Location, source: Fault) -> Unserved {
    Unserved::Open {
        location: location.clone(),
        source,
    }
}

/// Whether the ledger would be in a file, and the file is not there.
#[must_use]
pub fn has_no_file(location: &Location) -> bool {
    match location {
        Location::File(path) => !path.exists(),
        Location::Url(_) => false,
    }
}

/// The data of the county that is named, or of the only one, as it was entered in its ledger.
///
/// # Errors
/// [`Unserved`].
pub async fn county_data(
    store: &SqlStore,
    location: &Location,
    named: Option<CountyCode>,
) -> Result<CountyData, Unserved> {
    let open = |source| unopened(location, source);
    let kept = store.counties().await.map_err(open)?;
    let (county, data) = chosen(&kept, location, named)?;
    let entered = store.entered(county).await.map_err(open)?;
    let data = CountyData::kept_for(county, data);
    let data = data.map_err(|source| Unserved::County { county, source });
    match entered {
        None => data,
        Some(entered) if data.as_ref().is_ok_and(|data| *data == entered.data) => data,
        Some(Entered { line, .. }) => Err(Unserved::Altered { county, line }),
    }
}

/// The county that is named, or the only one.
fn chosen<'k>(
    kept: &'k [(CountyCode, String)],
    location: &Location,
    named: Option<CountyCode>,
) -> Result<(CountyCode, &'k str), Unserved> {
    let location = location.clone();
    let (county, data) = match (named, kept) {
        (_, []) => return Err(Unserved::NoCounty { location }),
        (None, [only]) => only,
        (None, several) => {
            let codes: Vec<_> = several.iter().map(|(code, _)| code.to_string()).collect();
            let codes = codes.join(", ");
            return Err(Unserved::WhichCounty { location, codes });
        }
        (Some(county), kept) => {
            let found = kept.iter().find(|(code, _)| *code == county);
            found.ok_or(Unserved::OtherCounty { location, county })?
        }
    };
    Ok((*county, data))
}
