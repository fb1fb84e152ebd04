//! Hazards as they stood at the end of a day, and the figures of that day.

use super::rate::{Days, Rate};
use super::{Amount, Scope};
use crate::dossier::{ListEntry, PastCycle, Supervision};
use crate::hazard::Hazard;
use crate::record::{self, BrokenHistory, replay_to};
use crate::status::Status;
use crate::values::{HazardId, SupervisionLevel};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The hazards of these histories as they stood at the end of the day `on`; one not yet reported then is not there.
///
/// # Errors
/// [`BrokenHistory`] of the first history that cannot be replayed.
pub fn as_they_stood(
    histories: &[&[record::Entry]],
    on: NaiveDate,
) -> Result<Vec<Hazard>, BrokenHistory> {
    histories
        .iter()
        .filter_map(|history| replay_to(history, on).transpose())
        .collect()
}

/// 完成整改日期: the application date of the round that passed. Not the team's visit: the unit must not pay for the
/// office's delay (spec §5.2). None before a round of the present cycle has passed.
#[must_use]
pub fn completed_on(hazard: &Hazard) -> Option<NaiveDate> {
    hazard.acceptance()?;
    hazard
        .application()
        .map(|application| application.applied_on)
}

/// Hazards as they stood at the end of one day.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    on: NaiveDate,
    hazards: Vec<&'a Hazard>,
}

/// By which deadline one judges what is on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deadline {
    /// 现期限: the last granted one.
    Effective,
    /// 原期限: the first one of the cycle.
    Original,
}

impl Deadline {
    /// Both.
    pub const ALL: &[Self] = &[Self::Effective, Self::Original];

    /// The name under which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Effective => "DEADLINE",
            Self::Original => "ORIGINAL",
        }
    }
}

/// 超期未整改.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The hazard.
    pub hazard: HazardId,
    /// The deadline that has passed.
    pub due_on: NaiveDate,
    /// 超期天数: the days from the deadline to the day of the figures, at least 1.
    pub days: u32,
}

impl<'a> Snapshot<'a> {
    /// Takes hazards as they stood at the end of the day `on` ([`as_they_stood`]). Members of figures come in the order
    /// of hazard numbers, whatever the order here.
    #[must_use]
    pub fn new(hazards: impl IntoIterator<Item = &'a Hazard>, on: NaiveDate) -> Self {
        let mut hazards: Vec<&Hazard> = hazards.into_iter().collect();
        hazards.sort_by_key(|hazard| (hazard.number().copied(), hazard.id()));
        Self { on, hazards }
    }

    /// The day at whose end the figures are taken.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        self.on
    }

    /// Those of a scope.
    #[must_use]
    pub fn within(&self, scope: Scope) -> Self {
        self.only(|hazard| scope.holds(hazard))
    }

    /// Those for which something holds.
    #[must_use]
    pub fn only(&self, holds: impl Fn(&Hazard) -> bool) -> Self {
        let hazards = self.hazards.iter().copied();
        Self {
            on: self.on,
            hazards: hazards.filter(|hazard| holds(hazard)).collect(),
        }
    }

    /// Every hazard, by its state.
    #[must_use]
    pub fn by_status(&self) -> BTreeMap<Status, Vec<HazardId>> {
        let mut by_status: BTreeMap<Status, Vec<HazardId>> = BTreeMap::new();
        for hazard in &self.hazards {
            by_status
                .entry(hazard.status())
                .or_default()
                .push(hazard.id());
        }
        by_status
    }

    /// `EVER`, 累计列入: those ever on the list.
    #[must_use]
    pub fn ever(&self) -> Vec<HazardId> {
        Self::ids(self.listed().map(|(hazard, _)| hazard))
    }

    /// `DEDUCT`, 核减: of [`Self::ever`], those that left the list otherwise than struck off.
    #[must_use]
    pub fn deducted(&self) -> Vec<HazardId> {
        let listed = self.listed().map(|(hazard, _)| hazard);
        Self::ids(listed.filter(|hazard| hazard.status().is_off_list()))
    }

    /// `VALID = EVER − DEDUCT`: the denominator of most rates.
    #[must_use]
    pub fn valid(&self) -> Vec<HazardId> {
        Self::ids(self.valid_hazards())
    }

    /// `CLOSED`, 已销号: of [`Self::valid`], those struck off, circulated or not.
    #[must_use]
    pub fn struck_off(&self) -> Vec<HazardId> {
        Self::ids(self.valid_hazards().filter(|h| is_struck_off(h)))
    }

    /// `DONE`: struck off, or verified and waiting for it.
    #[must_use]
    pub fn done(&self) -> Vec<HazardId> {
        Self::ids(self.valid_hazards().filter(|h| is_done(h)))
    }

    /// `OPEN = VALID − CLOSED`, 未销号: the stock (存量).
    #[must_use]
    pub fn open(&self) -> Vec<HazardId> {
        Self::ids(self.open_hazards())
    }

    /// `OD`, 超期未整改: open, not verified, without an application made in time, and past the deadline (rule 13).
    #[must_use]
    pub fn overdue(&self, by: Deadline) -> Vec<Overdue> {
        self.valid_hazards()
            .filter_map(|hazard| overdue(hazard, by, self.on))
            .collect()
    }

    /// 超期未整改占比: `|OD| ÷ |OPEN|`, by the effective deadline; the numerator is what a circular tells (spec §5.5).
    #[must_use]
    pub fn overdue_share(&self) -> Rate {
        Self::among(self.open_hazards(), |hazard| {
            overdue(hazard, Deadline::Effective, self.on).is_some()
        })
    }

    /// 销号率 (and 整改率 of the official form): `|CLOSED| ÷ |VALID|`.
    #[must_use]
    pub fn closure_rate(&self) -> Rate {
        Self::among(self.valid_hazards(), is_struck_off)
    }

    /// 整改完成率（报告口径）: `|DONE ∪ AWAITING_VERIFICATION| ÷ |VALID|`. What units report of themselves; must be
    /// labelled 报告口径.
    #[must_use]
    pub fn reported_completion_rate(&self) -> Rate {
        Self::among(self.valid_hazards(), |hazard| {
            is_done(hazard) || hazard.status() == Status::AwaitingVerification
        })
    }

    /// 按期整改率: `|{h ∈ DONE: completed_on ≤ deadline}| ÷ |DONE ∪ OD|`, both by the same deadline. Nothing is due
    /// while the denominator is 0.
    #[must_use]
    pub fn on_time_rate(&self, by: Deadline) -> Rate {
        let due = self
            .valid_hazards()
            .filter(|hazard| is_done(hazard) || overdue(hazard, by, self.on).is_some());
        Self::among(due, |hazard| {
            completed_on(hazard).is_some_and(|on| deadline(hazard, by).is_some_and(|due| on <= due))
        })
    }

    /// 一次验收合格率: of `VALID`, first round passed ÷ at least one decided round. The round counts that was decided
    /// first of all; 到期核查 is a decided round (spec §2.4), and a reopening changes nothing about it.
    #[must_use]
    pub fn first_round_pass_rate(&self) -> Rate {
        let first = |hazard: &Hazard| hazard.entry().and_then(|entry| entry.first_round_passed);
        let decided = self.valid_hazards().filter(|h| first(h).is_some());
        Self::among(decided, |hazard| first(hazard) == Some(true))
    }

    /// 延期率: hazards with at least one grant, in whatever cycle, ÷ `VALID`.
    #[must_use]
    pub fn extension_rate(&self) -> Rate {
        Self::among(self.valid_hazards(), |hazard| {
            hazard.entry().is_some_and(was_extended)
        })
    }

    /// 反弹率: reopenings ÷ look-backs done, both counted each time, of `VALID`. A closure shown false without a
    /// look-back (虚假整改、验收不实) counts above and not below, so the rate can exceed 100 % or be of nothing.
    #[must_use]
    pub fn rebound_rate(&self) -> Rate {
        let each = |times: fn(&Hazard) -> usize| {
            let hazards = self.valid_hazards();
            let named = hazards.flat_map(|h| std::iter::repeat_n(h.id(), times(h)));
            named.collect()
        };
        Rate::new(each(reopenings), each(look_backs))
    }

    /// 挂牌督办销号率: closed ÷ valid, of those put under supervision at that level. A hazard put under two levels
    /// counts with either, and a notice that was lifted (摘牌) still counts: it is lifted because of the strike-off.
    #[must_use]
    pub fn supervised_closure_rate(&self, level: SupervisionLevel) -> Rate {
        let at_level = |s: &Supervision| s.level == level;
        let supervised = self
            .listed_valid()
            .filter(|(_, entry)| entry.supervision.iter().any(at_level))
            .map(|(hazard, _)| hazard);
        Self::among(supervised, is_struck_off)
    }

    /// 五落实率 (“五到位”): plans with five elements ÷ hazards of `VALID` that must have a plan. Must: the plan is filed,
    /// or the order's 方案报送期限 has passed. A plan cannot be filed without its five elements (rule 8).
    #[must_use]
    pub fn five_elements_rate(&self) -> Rate {
        let overdue = |hazard: &Hazard| {
            let assignment = hazard.assignment();
            assignment.is_some_and(|a| crate::is_overdue(a.order.terms.plan_due_on, self.on))
        };
        let filed = |hazard: &Hazard| hazard.work().is_some();
        let must = self.valid_hazards().filter(|h| filed(h) || overdue(h));
        Self::among(must, filed)
    }

    /// 落实治理资金: Σ planned, over the plans of `VALID` in force. None beyond what an amount can be.
    #[must_use]
    pub fn planned_funds(&self) -> Option<Amount> {
        let planned = |h: &Hazard| h.work().map(|work| (h.id(), work.plan.funds().planned));
        Amount::sum(self.valid_hazards().filter_map(planned))
    }

    /// 实际投入资金: Σ spent over `VALID`, by what was last stated for the present cycle, in a progress entry (已投入) or an
    /// application. None beyond what an amount can be.
    #[must_use]
    pub fn spent_funds(&self) -> Option<Amount> {
        let spent = |h: &Hazard| Some((h.id(), h.entry()?.cycle.spent()?));
        Amount::sum(self.valid_hazards().filter_map(spent))
    }

    /// 整改天数: `completed_on − assigned_on` over closed hazards, by the order of the cycle that closed. None when
    /// nothing is closed.
    #[must_use]
    pub fn days_to_complete(&self) -> Option<Days> {
        let days = |hazard: &Hazard| {
            let took = completed_on(hazard)? - hazard.assignment()?.term.assigned_on;
            Some((hazard.id(), u64::try_from(took.num_days()).ok()?))
        };
        let closed = self.valid_hazards().filter(|h| is_struck_off(h));
        Days::of_each(closed.filter_map(days))
    }

    /// 停产停业中: open hazards with a suspension in force. What was struck off by shutdown stays shut and is not open.
    #[must_use]
    pub fn under_suspension(&self) -> Vec<HazardId> {
        let suspended = |hazard: &&Hazard| hazard.file().suspension_in_force().is_some();
        Self::ids(self.open_hazards().filter(suspended))
    }

    /// 挂牌督办中: open hazards under a notice of that level that is in force.
    #[must_use]
    pub fn under_supervision(&self, level: SupervisionLevel) -> Vec<HazardId> {
        let in_force = |s: &Supervision| s.level == level && s.lifted_on.is_none();
        let supervised = |hazard: &&Hazard| {
            let entry = hazard.entry();
            entry.is_some_and(|entry| entry.supervision.iter().any(in_force))
        };
        Self::ids(self.open_hazards().filter(supervised))
    }

    fn ids(hazards: impl Iterator<Item = &'a Hazard>) -> Vec<HazardId> {
        hazards.map(Hazard::id).collect()
    }

    /// Those of them that count.
    fn among(of: impl Iterator<Item = &'a Hazard>, counts: impl Fn(&Hazard) -> bool) -> Rate {
        let of: Vec<&Hazard> = of.collect();
        let counted = of.iter().copied().filter(|hazard| counts(hazard));
        Rate::new(Self::ids(counted), Self::ids(of.iter().copied()))
    }

    fn listed(&self) -> impl Iterator<Item = (&'a Hazard, &'a ListEntry)> {
        let hazards = self.hazards.iter().copied();
        hazards.filter_map(|hazard| hazard.entry().map(|entry| (hazard, entry)))
    }

    fn listed_valid(&self) -> impl Iterator<Item = (&'a Hazard, &'a ListEntry)> {
        self.listed()
            .filter(|(hazard, _)| !hazard.status().is_off_list())
    }

    fn valid_hazards(&self) -> impl Iterator<Item = &'a Hazard> {
        self.listed_valid().map(|(hazard, _)| hazard)
    }

    fn open_hazards(&self) -> impl Iterator<Item = &'a Hazard> {
        self.valid_hazards().filter(|hazard| !is_struck_off(hazard))
    }
}

fn is_struck_off(hazard: &Hazard) -> bool {
    hazard.status().is_struck_off()
}

fn is_done(hazard: &Hazard) -> bool {
    hazard.status().is_done()
}

fn deadline(hazard: &Hazard, by: Deadline) -> Option<NaiveDate> {
    // Also of a hazard whose order came back (退办): its time goes on.
    hazard.term().map(|term| match by {
        Deadline::Effective => term.due_on,
        Deadline::Original => term.original_due_on,
    })
}

fn overdue(hazard: &Hazard, by: Deadline, on: NaiveDate) -> Option<Overdue> {
    let days = match by {
        Deadline::Effective => hazard.days_overdue(on),
        Deadline::Original => hazard.days_overdue_originally(on),
    }?;
    Some(Overdue {
        hazard: hazard.id(),
        due_on: deadline(hazard, by)?,
        days,
    })
}

fn was_extended(entry: &ListEntry) -> bool {
    let past = entry.past_cycles.iter().map(|past| &past.cycle);
    past.chain([&entry.cycle])
        .any(|cycle| !cycle.grants.is_empty())
}

fn past_cycles(hazard: &Hazard) -> &[PastCycle] {
    hazard.entry().map_or(&[], |entry| &entry.past_cycles)
}

fn reopenings(hazard: &Hazard) -> usize {
    past_cycles(hazard).len()
}

fn look_backs(hazard: &Hazard) -> usize {
    let now = hazard
        .closure()
        .map_or(0, |closure| closure.look_backs.len());
    let past = past_cycles(hazard).iter().map(|past| past.look_backs);
    past.filter_map(|number| usize::try_from(number).ok())
        .fold(now, usize::saturating_add)
}
