//! What data that are entered may not take back of those before: numbers and dates that were given rest on it.

use super::{CountyData, DataFile, Flaw, Place};
use crate::calendar::{CalendarYear, Edition};
use crate::policy::Policy;
use crate::values::{DocumentWord, DocumentWords, Series};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What was given by any data of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Given {
    /// 文号代字, each with its series. A word that numbered two would give two papers one number.
    words: BTreeMap<DocumentWord, Series>,
    /// 时限表, by id and revision.
    policies: BTreeMap<String, Value>,
}

impl Given {
    /// Takes in what these data give.
    pub(crate) fn take_in(&mut self, data: &CountyData) {
        self.words.extend(data.words.clone().into_given());
        if let Ok(policy) = Policy::deserialize(&data.policy) {
            let reference = policy.reference().to_string();
            self.policies.insert(reference, data.policy.clone());
        }
    }

    /// Whether nothing was given yet.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// The parts of the data that what was given rests on, as far as there are any.
#[derive(Clone, Copy, Debug)]
pub struct Editions<'d> {
    /// 文号代字.
    pub words: Option<&'d DocumentWords>,
    /// 时限表.
    pub policy: Option<&'d Value>,
    /// 工作日历.
    pub calendar: &'d [Value],
}

impl CountyData {
    /// Those of the data.
    #[must_use]
    pub fn editions(&self) -> Editions<'_> {
        Editions {
            words: Some(&self.words),
            policy: Some(&self.policy),
            calendar: &self.calendar,
        }
    }
}

impl Editions<'_> {
    /// What goes against the data that the ledger has: an edition of the time limits or of a year that says something else than it did,
    /// or is gone, and a word (代字) that goes over to another series.
    #[must_use]
    pub fn flaws_against(self, before: &CountyData) -> Vec<Flaw> {
        let mut given = Given::default();
        given.take_in(before);
        let mut flaws = self.words_taken(&given);
        flaws.extend(self.policy_flaw(before));
        flaws.extend(self.calendar_flaws(before));
        flaws
    }

    /// Words that were given to another series.
    pub(crate) fn words_taken(self, given: &Given) -> Vec<Flaw> {
        let own = self.words.cloned().into_iter();
        let own = own.flat_map(DocumentWords::into_given);
        let taken = own.filter_map(|(word, series)| {
            let other = given.words.get(&word).filter(|other| **other != series)?;
            let place = Place::whole(DataFile::County)
                .field("words")
                .field(series.code());
            let what = format!(
                "文号代字“{word}”用于过{}，改用于{}会使两份文书同用一个文号，请另取一个代字。",
                other.name(),
                series.name()
            );
            Some(Flaw::new(place, what))
        });
        taken.collect()
    }

    /// That the time limits say something else than they did under the same edition, in whichever data of the ledger.
    pub(crate) fn policy_rewritten(self, given: &Given) -> Option<Flaw> {
        let own = Policy::deserialize(self.policy?).ok()?;
        let reference = own.reference();
        let former = Policy::deserialize(given.policies.get(&reference.to_string())?).ok()?;
        if former == own {
            return None;
        }
        let place = Place::whole(DataFile::Policy).field("revision");
        let what = format!(
            "台账中已有时限表{reference}，所填的与它内容不同。时限表有改动的，请另用一个没有用过的revision。"
        );
        Some(Flaw::new(place, what))
    }

    fn policy_flaw(self, before: &CountyData) -> Option<Flaw> {
        let own = Policy::deserialize(self.policy?).ok()?;
        let former = Policy::deserialize(&before.policy).ok()?;
        let (reference, known) = (own.reference(), former.reference());
        let is_later = reference.id != known.id || reference.revision > known.revision;
        if is_later || own == former {
            return None;
        }
        let place = Place::whole(DataFile::Policy).field("revision");
        let what = format!(
            "台账现行的时限表是{known}，所填的{reference}与它内容不同。时限表有改动的，请把revision改为{}。",
            known.revision.saturating_add(1)
        );
        Some(Flaw::new(place, what))
    }

    fn calendar_flaws(self, before: &CountyData) -> Vec<Flaw> {
        let own = years(self.calendar).map(|(at, year)| (year.edition(), (at, year)));
        let own: BTreeMap<Edition, (usize, CalendarYear)> = own.collect();
        let whole = Place::whole(DataFile::Calendar);
        let flaw = |known: CalendarYear| {
            let Edition { year, revision } = known.edition();
            let (place, what) = match own.get(&known.edition()) {
                None => (
                    whole.clone(),
                    format!(
                        "台账中已有{year}年第{revision}版的工作日历，这里没有。已登记的各年各版都要保留，放假安排有调整的另加一版。"
                    ),
                ),
                Some((_, same)) if *same == known => return None,
                Some((at, _)) => (
                    whole.clone().item(*at),
                    format!(
                        "{year}年第{revision}版的工作日历与台账中已有的不同。放假安排有调整的，请保留原有的一版，另加一版并把revision加1。"
                    ),
                ),
            };
            Some(Flaw::new(place, what))
        };
        let known = years(&before.calendar);
        known.filter_map(|(_, known)| flaw(known)).collect()
    }
}

/// The years of a calendar that can be read, each with its place.
fn years(calendar: &[Value]) -> impl Iterator<Item = (usize, CalendarYear)> {
    let years = calendar.iter().enumerate();
    years.filter_map(|(at, year)| Some((at, CalendarYear::deserialize(year).ok()?)))
}
