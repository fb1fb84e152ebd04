//! The example county: the thirty hazards of `seeds/hazards.json`, done again act by act as their histories tell.
//!
//! What the file tells is kept as told: dates, numbers, texts, units, who acted. What the ledger demands and the file
//! does not tell (people's names, photos, the numbers of opinions and sheets) is made up; names carry 化名.

mod circulars;
mod fields;
mod listing;
mod numbers;
mod units;
mod work;

pub use units::{committee, named_unit};

use crate::case::forenoon;
use crate::{approver, clerk, date, sample, seed, signer, unit};
use chrono::NaiveDate;
use fields::{key, list, number, text};
use serde_json::Value;
use std::collections::BTreeMap;
use units::{acting_for, township_number, unit_number};
use xiaohao_core::acts::{FailVerification, PassVerification};
use xiaohao_core::circular::PublishedCircular;
use xiaohao_core::record::EVENT_FORMAT;
use xiaohao_core::values::*;
use xiaohao_core::{
    Actor, Command, Context, County, Entry, Hazard, HazardStanding, Known, Refusals, Role, Stamp,
    decide, evolve,
};

/// The example data, as they stand in the file.
pub fn example() -> Value {
    serde_json::from_str(&seed("hazards.json")).unwrap()
}

/// The example county after everything that the file tells.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The county, with all its townships.
    pub county: County,
    /// The histories, by the file's `key`.
    pub histories: BTreeMap<u64, Vec<Entry>>,
    /// What they come to.
    pub hazards: BTreeMap<u64, Hazard>,
    /// The circulars, first to last.
    pub circulars: Vec<PublishedCircular>,
    known: Known,
    today: NaiveDate,
    used: BTreeMap<Series, u32>,
    made: u32,
}

/// Does everything that the file tells, in the order of the days.
pub fn replay_example() -> Replay {
    let file = example();
    let mut replay = Replay::new(&file);
    for told in timeline(&file) {
        replay.today = told.on();
        match told {
            Told::Circular(circular) => replay.publish(circular, &file),
            Told::Event { hazard, event } => replay.follow(hazard, event),
        }
    }
    replay
}

/// One thing that happened.
#[derive(Clone, Copy)]
enum Told<'a> {
    Event { hazard: &'a Value, event: &'a Value },
    Circular(&'a Value),
}

impl Told<'_> {
    fn on(self) -> NaiveDate {
        match self {
            Self::Event { event, .. } => date(text(event, "on")),
            Self::Circular(circular) => date(text(circular, "date")),
        }
    }

    /// Within a day: first what happened to hazards, one after the other; then the circular, then what it causes. A
    /// suspension is written before the reopening of the same day in the file, but T12 knows open states only.
    fn order(self) -> (NaiveDate, u8, u64, u8, u64) {
        match self {
            Self::Circular(_) => (self.on(), 1, 0, 0, 0),
            Self::Event { hazard, event } => {
                let (part, first) = match text(event, "event") {
                    "CIRCULATE" => (2, 1),
                    "REOPEN" => (0, 0),
                    _ => (0, 1),
                };
                (self.on(), part, key(hazard), first, number(event, "seq"))
            }
        }
    }
}

fn timeline(file: &Value) -> Vec<Told<'_>> {
    let events = list(file, "hazards").iter().flat_map(|hazard| {
        let events = list(hazard, "events").iter();
        events.map(move |event| Told::Event { hazard, event })
    });
    let circulars = list(file, "circulars").iter().map(Told::Circular);
    let mut timeline: Vec<Told<'_>> = events.chain(circulars).collect();
    timeline.sort_by_key(|told| told.order());
    timeline
}

impl Replay {
    fn new(file: &Value) -> Self {
        let mut county = crate::county();
        county.townships = list(file, "townships")
            .iter()
            .map(|township| {
                let code = text(township, "code");
                (
                    TownshipCode::parse(code).unwrap(),
                    unit(township_number(code)),
                )
            })
            .collect();
        Self {
            county,
            histories: BTreeMap::new(),
            hazards: BTreeMap::new(),
            circulars: Vec::new(),
            known: Known::default(),
            today: NaiveDate::MIN,
            used: BTreeMap::new(),
            made: 0,
        }
    }

    /// All histories, in the order of the file.
    pub fn histories(&self) -> Vec<&[Entry]> {
        self.histories.values().map(Vec::as_slice).collect()
    }

    /// The act that one event of the file stands for, done.
    fn follow(&mut self, hazard: &Value, event: &Value) {
        let (by, command) = self.told(hazard, event);
        let act = command.act();
        if let Err(refusals) = self.act(hazard, event, by, command) {
            panic!(
                "hazard {} ({}), event {} {}: {act:?} on {} was refused: {refusals:#?}",
                key(hazard),
                hazard["hazard_no"],
                event["seq"],
                event["event"],
                self.today,
            );
        }
    }

    fn act(
        &mut self,
        hazard: &Value,
        event: &Value,
        by: Actor,
        command: Command,
    ) -> Result<(), Refusals> {
        self.known.next = self.next_numbers(event, &command);
        self.known.circulars = self.circulars.clone();
        self.known.hazards = self.standings();
        let key = key(hazard);
        let state = self.hazards.remove(&key);
        let decided = decide(state.as_ref(), command, &self.context(&by, state.as_ref()))?;
        let history = self.histories.entry(key).or_default();
        let entry = Entry {
            format: EVENT_FORMAT,
            hazard: sample::hazard(key.into()),
            seq: u32::try_from(history.len()).unwrap() + 1,
            request: sample::request(u128::from(key) * 1000 + history.len() as u128),
            stamp: Stamp {
                actor: by,
                occurred_on: self.today,
                recorded_at: forenoon(self.today),
            },
            event: decided,
        };
        let next = evolve(state, &entry).unwrap();
        history.push(entry);
        self.hazards.insert(key, next);
        Ok(())
    }

    fn context<'a>(&'a self, actor: &'a Actor, hazard: Option<&Hazard>) -> Context<'a> {
        Context {
            county: &self.county,
            actor,
            occurred_on: self.today,
            recorded_at: forenoon(self.today),
            expected_version: hazard.map(Hazard::version),
            known: &self.known,
        }
    }

    fn standings(&self) -> BTreeMap<HazardId, HazardStanding> {
        let standing = |hazard: &Hazard| HazardStanding {
            number: hazard.number().copied(),
            status: hazard.status(),
            overdue: hazard.days_overdue(self.today).is_some(),
        };
        let hazards = self.hazards.values();
        hazards.map(|h| (h.id(), standing(h))).collect()
    }

    /// What one event of the file says in the ledger's words, and who says it.
    fn told(&mut self, hazard: &Value, event: &Value) -> (Actor, Command) {
        let state = self.hazards.get(&key(hazard)).cloned();
        let lead = acting_for(unit_number(text(hazard, "lead_unit")), Role::Lead);
        let rectifier = acting_for(400 + u128::from(key(hazard)), Role::Unit);
        let issuer = if event["actor"] == "县安委会" {
            signer()
        } else {
            approver()
        };
        let kind = text(event, "event");
        if kind == "REPORT" {
            return self.report(hazard, rectifier);
        }
        let state = state.unwrap_or_else(|| panic!("{kind} before the report"));
        match kind {
            "LIST" => (clerk(), listing::listing(hazard, self.today).into()),
            "DOWNGRADE_AT_REVIEW" => (clerk(), listing::downgrade(hazard, event).into()),
            "MERGE" => (clerk(), self.merge(event).into()),
            "ASSIGN" => (issuer, self.assign(hazard, event).into()),
            "SUPERVISE" => (signer(), self.supervise(event).into()),
            "ACKNOWLEDGE" => (rectifier, self.acknowledge().into()),
            "FILE_PLAN" => (rectifier, work::plan(hazard, &state).into()),
            "REQUEST_EXTENSION" => {
                let says = self.request_extension(hazard, event, &state, &rectifier);
                (rectifier, says.into())
            }
            "GRANT_EXTENSION" => (issuer, work::grant_extension(event).into()),
            "REFUSE_EXTENSION" => (issuer, work::refuse_extension(event).into()),
            "SUSPEND" => (lead, self.suspend(hazard, event).into()),
            "RESUME" => (lead, self.resume(&state).into()),
            "REFER_CRIMINAL" => (lead, self.refer(event).into()),
            "ESCALATE" => (clerk(), self.escalate(hazard, event).into()),
            "APPLY_VERIFICATION" => match work::closure_basis(hazard, event) {
                ClosureBasis::Rectified => (rectifier, self.apply(&state).into()),
                ceased => (lead, self.apply_shutdown(ceased).into()),
            },
            "PASS_VERIFICATION" => {
                let inspection = self.inspection(event, &state, true);
                (clerk(), PassVerification { inspection }.into())
            }
            "FAIL_VERIFICATION" => {
                let inspection = self.inspection(event, &state, false);
                let again_by = None;
                let says = FailVerification {
                    inspection,
                    again_by,
                };
                (clerk(), says.into())
            }
            "STRIKE_OFF" => (approver(), work::strike_off(event).into()),
            "CIRCULATE" => (approver(), self.circulate(hazard, event).into()),
            "LOOKBACK_FAIL" => (clerk(), self.look_back(event).into()),
            "REOPEN" => (clerk(), work::reopen(hazard).into()),
            other => panic!("no act is known for {other}"),
        }
    }
}
