//! 回溯: what was so on a day, as far as it was known at an instant.

use crate::error::{bad_input, fault};
use crate::input::{Date, Instant};
use crate::office::{Asked, Office};
use async_graphql::{InputObject, Result, SelectionField, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;
use tokio::sync::{OnceCell, Semaphore};
use xiaohao_core::County;
use xiaohao_core::directory::Directory;
use xiaohao_core::statistics::{Flow, Period};
use xiaohao_ledger::read::{AsOf, HazardFilter, Reader, Standing, flow};
use xiaohao_ledger::{Fault, Position, Scope};

/// 回溯到哪一天、以哪一刻台账所知为准；都不填的为现在。
///
/// To which day one looks back, as far as the ledger knew of it at which instant. What was recorded later, however it is
/// dated, is not in it; what is due is counted by the time limits and the calendar of that day.
#[derive(Clone, Copy, Default, InputObject)]
#[graphql(name = "AsOf")]
pub(crate) struct AsOfInput {
    /// 截至哪一天（办理日期在当日及以前的），默认为今天。By the legal dates of the acts; today by default.
    valid_on: Option<Date>,
    /// 以这一刻台账已经记载的为准，默认为现在。By when they were recorded; now by default.
    known_at: Option<Instant>,
    /// 以台账的这个位置为准（通报的 ledgerPosition、结果的 position），与 knownAt 只填一项。Or by how far the ledger had come.
    position: Option<u64>,
}

impl AsOfInput {
    /// The end of a day, as far as it is known now.
    pub(crate) fn on(day: NaiveDate) -> Self {
        Self {
            valid_on: Some(Date(day)),
            ..Self::default()
        }
    }

    /// The end of a day, as far as it was known when the ledger had come to a place.
    pub(crate) fn known_to(day: NaiveDate, position: u64) -> Self {
        Self {
            position: Some(position),
            ..Self::on(day)
        }
    }
}

/// 统计或查询实际采用的日期、时刻和台账位置；以同样的日期和位置，随时可以重新得出同样的结果。
///
/// What was looked at: with the same day and position the same is answered for ever.
#[derive(Clone, Copy, SimpleObject)]
pub(crate) struct ResolvedAsOf {
    /// 截至哪一天。The last day of which acts count, by their legal dates.
    valid_on: Date,
    /// 以哪一刻为准；按 position 查询的，是台账记载到该位置的时刻，重做时仍用 position。
    ///
    /// The instant at which the ledger's knowledge was taken; where a position was named, when its line was recorded.
    known_at: Instant,
    /// 该时刻全县台账的位置。How far the county's ledger had come by then.
    position: u64,
}

/// A day that is looked at, and the county as it stood, read when it is first needed.
pub(crate) struct Day {
    /// The day.
    pub(crate) on: NaiveDate,
    now: DateTime<Utc>,
    /// The instant that was named; now is all that is known, whatever the clock said when it was recorded.
    known_at: Option<DateTime<Utc>>,
    /// Whether a day or an instant was named; if not, today's counters and lists answer what they can.
    pub(crate) is_past: bool,
    /// The place that was named, as far as which the ledger must have come.
    named: Option<Position>,
    /// Where today is looked at more than once, all of it is of one moment.
    moment: OnceCell<Arc<dyn Reader>>,
    known: OnceCell<Position>,
    standing: OnceCell<Standing>,
    county: OnceCell<Arc<County>>,
    /// Of which hazards figures are made; of all by default.
    among: HazardFilter,
}

/// How many counties may be held in memory at once, each as it stood.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

impl Day {
    /// # Errors
    /// `BAD_USER_INPUT` for what has not come yet.
    pub(crate) fn of(asked: &Asked<'_>, named: Option<AsOfInput>) -> Result<Self> {
        let (now, today) = ((asked.office.clock)(), asked.office.today());
        let AsOfInput {
            valid_on,
            known_at,
            position,
        } = named.unwrap_or_default();
        let on = valid_on.map_or(today, |date| date.0);
        let known_at = known_at.map(|Instant(known_at)| known_at);
        if known_at.is_some() && position.is_some() {
            return Err(bad_input(["asOf"], "knownAt 和 position 只能填一项。"));
        }
        if on > today || known_at.is_some_and(|at| at > now) {
            let message = "只能查询今天和以前的情况，请修改 validOn 或 knownAt。";
            return Err(bad_input(["asOf"], message));
        }
        Ok(Self {
            on,
            now,
            known_at,
            is_past: named.is_some(),
            named: position.map(Position::new),
            moment: OnceCell::new(),
            known: OnceCell::new(),
            standing: OnceCell::new(),
            county: OnceCell::new(),
            among: HazardFilter::default(),
        })
    }

    /// The same, of these hazards alone. Nothing counts them by themselves, so they are looked at as those of the past are.
    ///
    /// # Errors
    /// Likewise.
    pub(crate) fn of_those(
        asked: &Asked<'_>,
        named: Option<AsOfInput>,
        among: HazardFilter,
    ) -> Result<Self> {
        let day = Self::of(asked, Some(named.unwrap_or_default()))?;
        Ok(Self { among, ..day })
    }

    /// Looks at one moment from now on where this field asks for more than the first look answers, which are these fields, also
    /// within those groups. Of the past that is not needed: what is named does not change.
    pub(crate) async fn hold(
        &self,
        asked: &Asked<'_>,
        field: SelectionField<'_>,
        (groups, answered): (&[&str], &[&str]),
    ) -> Result<()> {
        if looks_again(field, groups, answered) {
            self.hold_all(asked).await?;
        }
        Ok(())
    }

    /// The same, where more than one look is taken whatever is asked for.
    pub(crate) async fn hold_all(&self, asked: &Asked<'_>) -> Result<()> {
        if self.is_past {
            return Ok(());
        }
        let moment = async || asked.office.reader.moment().await.map_err(fault);
        self.moment.get_or_try_init(moment).await.map(drop)
    }

    /// Of whom one asks what was on this day.
    pub(crate) fn reader<'a>(&'a self, asked: &'a Asked<'_>) -> &'a dyn Reader {
        let held = self.moment.get();
        held.map_or(asked.office.reader.as_ref(), AsRef::as_ref)
    }

    /// The same, for whoever takes him along.
    pub(crate) fn own_reader(&self, asked: &Asked<'_>) -> Arc<dyn Reader> {
        let held = self.moment.get();
        Arc::clone(held.unwrap_or(&asked.office.reader))
    }

    pub(crate) async fn as_of(&self, asked: &Asked<'_>) -> Result<AsOf> {
        let read = async || {
            if let Some(named) = self.named {
                return asked.has_come_to(named).await.map(|()| named);
            }
            let known = self.reader(asked).known_at(&asked.scope, self.known_at);
            known.await.map_err(fault)
        };
        let known = self.known.get_or_try_init(read).await?;
        Ok(AsOf {
            valid_on: self.on,
            known: *known,
        })
    }

    pub(crate) async fn resolved(&self, asked: &Asked<'_>) -> Result<ResolvedAsOf> {
        let as_of = self.as_of(asked).await?;
        let named = match self.named {
            Some(named) => {
                let recorded_at = self.reader(asked).recorded_at(&asked.scope, named);
                recorded_at.await.map_err(fault)?
            }
            None => self.known_at,
        };
        Ok(ResolvedAsOf {
            valid_on: Date(as_of.valid_on),
            known_at: Instant(named.unwrap_or(self.now)),
            position: as_of.known.get(),
        })
    }

    /// The county as it stood, as far as this viewer may see it.
    pub(crate) async fn standing(&self, asked: &Asked<'_>) -> Result<&Standing> {
        let read = async || {
            asked.replays()?;
            let as_of = self.as_of(asked).await?;
            let _held = AT_ONCE.acquire().await?;
            let standing = Standing::read(self.reader(asked), &asked.scope, as_of);
            Ok(standing.await.map_err(fault)?.among(&self.among))
        };
        self.standing.get_or_try_init(read).await
    }

    /// What moved in a period, as far as this viewer may see it.
    pub(crate) async fn flow(&self, asked: &Asked<'_>, period: Period) -> Result<Flow> {
        asked.replays()?;
        let known = self.as_of(asked).await?.known;
        let _held = AT_ONCE.acquire().await?;
        let flow = flow(self.reader(asked), &asked.scope, known, period);
        flow.await.map_err(fault)
    }

    /// The hazards of which figures are made, where it is not all.
    pub(crate) async fn those(&self, asked: &Asked<'_>) -> Result<Option<&Standing>> {
        if self.among == HazardFilter::default() {
            return Ok(None);
        }
        self.standing(asked).await.map(Some)
    }

    /// The county on that day, as far as it was known: figures stand under its names, and count by its time limits and its calendar. Today
    /// it is as it is.
    pub(crate) async fn county(&self, asked: &Asked<'_>) -> Result<Arc<County>> {
        let read = async || {
            if !self.is_past {
                return Ok(asked.office.ledger.county());
            }
            let as_of = self.as_of(asked).await?;
            let (reader, scope) = (self.reader(asked), &asked.scope);
            let county = county_of(asked.office, reader, scope, as_of).await;
            county.map_err(fault)
        };
        self.county.get_or_try_init(read).await.cloned()
    }

    /// Who there was in it.
    pub(crate) async fn directory(&self, asked: &Asked<'_>) -> Result<Arc<Directory>> {
        Ok(Arc::clone(&self.county(asked).await?.directory))
    }
}

/// The county as its ledger had it on a day; as it is, where it had none.
pub(crate) async fn county_of(
    office: &Office,
    reader: &dyn Reader,
    scope: &Scope,
    as_of: AsOf,
) -> Result<Arc<County>, Fault> {
    let present = office.ledger.county();
    let Some(data) = reader.county_data(scope, as_of).await? else {
        return Ok(present);
    };
    Ok(Arc::new(data.county().unwrap_or_else(|error| {
        // What an older program entered may be less than is demanded now.
        tracing::error!(%error, "the data of a past day cannot be used; the time limits and the calendar of now are");
        County {
            directory: Arc::new(data.directory),
            ..(*present).clone()
        }
    })))
}

/// Whether a field asks for anything but what is answered by the first look, also within these groups.
fn looks_again(field: SelectionField<'_>, groups: &[&str], answered: &[&str]) -> bool {
    field.selection_set().any(|own| {
        let name = own.name();
        if groups.contains(&name) {
            looks_again(own, groups, answered)
        } else {
            !answered.contains(&name)
        }
    })
}
