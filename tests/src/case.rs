//! One hazard's case on a desk: acts are done to it one after the other, each by somebody on some day.

use crate::sample::but;
use crate::{
    CONTRACTOR, FACTORY, LONGBO, MARKET, Sheet, approver, clerk, county, date, factory, file,
    inspector, lead, sample, signer, unit,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::circular::{
    CircularContent, CorrectedItem, Counted, ItemKind, PublishedCircular,
};
use xiaohao_core::order::HazardReference;
use xiaohao_core::paper::{Issued, Paper, PaperCommand};
use xiaohao_core::record::EVENT_FORMAT;
use xiaohao_core::values::*;
use xiaohao_core::{
    Act, Action, Actor, Command, Context, County, Entry, Event, Hazard, HazardStanding, Known,
    NextNumbers, Refusals, Stamp, Status, actions, decide, evolve,
};

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where.
    pub county: County,
    /// What the ledger would look up.
    pub known: Known,
    /// The lines so far.
    pub history: Vec<Entry>,
    /// What they come to.
    pub hazard: Option<Hazard>,
    /// Today.
    pub today: NaiveDate,
    pub(crate) serial: u32,
}

impl Default for Case {
    fn default() -> Self {
        Self::new()
    }
}

/// An instant in the forenoon of a county's day.
pub fn forenoon(day: NaiveDate) -> DateTime<Utc> {
    let nine_in_shanghai = NaiveTime::from_hms_opt(1, 0, 0).unwrap();
    day.and_time(nine_in_shanghai).and_utc()
}

/// Whoever has an order in any sample: on another hazard, so that each can be merged into it.
const WHO_RECTIFIES: [u128; 4] = [FACTORY, MARKET, CONTRACTOR, LONGBO];

impl Case {
    /// An empty desk on 2026-03-02.
    pub fn new() -> Self {
        let mut case = Self {
            county: county(),
            known: Known {
                evidence: (0..200).map(file).collect(),
                ..Known::default()
            },
            history: Vec::new(),
            hazard: None,
            today: date("2026-03-02"),
            serial: 0,
        };
        let open = HazardStanding {
            number: Some(case.reference().number),
            status: Status::Rectifying,
            closed_on: None,
            ordered_units: WHO_RECTIFIES.map(unit).into(),
            rectified_by: crate::everybody().iter().map(|one| one.person).collect(),
            found_on: date("2026-03-02"),
            due_on: Some(date("2026-03-02")),
            suspended: true,
            supervised_at: Some(SupervisionLevel::Province),
        };
        case.known.hazards =
            BTreeMap::from([1, 2].map(|number| (sample::hazard(number), open.clone())));
        case.take_numbers();
        case.known.circulars = vec![case.circular_to_correct()];
        case
    }

    /// A published circular that praises both hazards, and criticises the first.
    fn circular_to_correct(&self) -> PublishedCircular {
        let content = self.circular_content(sample::circular(9), ItemKind::Praise);
        let content = but(content, |content| {
            let praise = content.items[0].clone();
            let other = but(praise.clone(), |item| item.hazard.id = sample::hazard(2));
            let criticism = but(praise, |item| item.kind = ItemKind::Criticism);
            content.items.extend([other, criticism]);
        });
        self.issued(&approver(), content)
    }

    /// The hazard brought to a state by the shortest way, some days between its acts.
    pub fn at(status: Status) -> Self {
        let mut case = Self::new();
        case.report();
        match status {
            Status::Reported => {}
            Status::Rejected => case.step(&clerk(), sample::reject()),
            Status::Downgraded => case.step(&clerk(), sample::downgrade_at_review()),
            Status::Merged => case.step(&clerk(), sample::merge()),
            Status::Transferred => {
                let today = case.today;
                case.step(&clerk(), sample::transfer(today));
            }
            Status::Annulled => {
                case.step(&clerk(), sample::propose_annulment());
                case.step(&approver(), sample::annul());
            }
            Status::Listed
            | Status::Assigned
            | Status::Acknowledged
            | Status::Rectifying
            | Status::AwaitingVerification
            | Status::Verified
            | Status::Closed
            | Status::Circulated => case.advance_to(status),
        }
        assert_eq!(case.status(), status);
        case.publish_circulars();
        case
    }

    /// Publishes two circulars that name the hazard: the first as struck off, the second with criticism.
    pub fn publish_circulars(&mut self) {
        let kinds = [(1, ItemKind::Closure), (2, ItemKind::Criticism)];
        self.known.circulars = kinds
            .map(|(id, kind)| self.published(self.another(id), kind))
            .into();
    }

    /// This circular, or another where it has named the hazard already.
    fn another(&self, id: u128) -> CircularId {
        let circular = sample::circular(id);
        let entry = self.hazard.as_ref().and_then(Hazard::entry);
        let has_named = entry.is_some_and(|entry| {
            let past = entry.past_cycles.iter();
            let told = past.filter_map(|past| past.circulated.as_ref());
            let mut named = told.chain(entry.mentions.iter().map(|named| &named.reference));
            named.any(|named| named.circular == circular)
        });
        if has_named {
            sample::circular(id + 10 * u128::from(self.serial))
        } else {
            circular
        }
    }

    /// The circular that is out and tells of the hazard as struck off, or of something else.
    pub(crate) fn telling(&self, of_closure: bool) -> Option<CircularId> {
        let tells = |circular: &&PublishedCircular| {
            let kind = circular.kind_of(1, sample::hazard(1));
            kind.is_some_and(|kind| (kind == ItemKind::Closure) == of_closure)
        };
        let told = self.known.circulars.iter().find(tells);
        told.map(PublishedCircular::id)
    }

    /// The ordinary way on, from wherever the hazard stands to a later state of the main path.
    pub fn advance_to(&mut self, status: Status) {
        while self.status() != status {
            self.pass_days(3);
            let today = self.today;
            let photo = self.fresh_photo();
            match self.status() {
                Status::Reported => self.step(&clerk(), sample::list()),
                Status::Listed => {
                    let mut says = sample::assign();
                    says.order = self.free(says.order);
                    says.terms = sample::asking_from(says.terms, today);
                    self.step(&approver(), says);
                }
                Status::Assigned => self.step(&factory(), sample::acknowledge(today)),
                Status::Acknowledged => self.step(&factory(), sample::plan(date("2026-06-20"))),
                Status::Rectifying => self.step(&factory(), sample::apply(photo)),
                Status::AwaitingVerification => self.step(&inspector(), sample::pass(today, photo)),
                Status::Verified => self.step(&approver(), sample::strike_off()),
                Status::Closed => {
                    self.known.circulars = vec![self.published(self.another(1), ItemKind::Closure)];
                    let says = self.fitting(Act::CirculateClosure, &approver());
                    self.step(&approver(), says);
                }
                off => panic!("{off:?} is not on the way to {status:?}"),
            }
        }
    }

    /// A photo number that no round has used yet.
    pub fn fresh_photo(&self) -> u8 {
        10 + u8::try_from(self.history.len()).unwrap() * 4
    }

    fn report(&mut self) {
        self.step(&inspector(), sample::report());
    }

    /// Where the hazard stands.
    pub fn status(&self) -> Status {
        self.hazard
            .as_ref()
            .map_or_else(|| panic!("no hazard on the desk"), Hazard::status)
    }

    /// The hazard.
    pub fn hazard(&self) -> &Hazard {
        self.hazard.as_ref().unwrap()
    }

    /// Lets days go by.
    pub fn pass_days(&mut self, days: i64) {
        self.today += TimeDelta::days(days);
    }

    /// Turns the calendar to a day.
    pub fn on(&mut self, day: &str) -> &mut Self {
        self.today = date(day);
        self
    }

    /// The surroundings of a decision by somebody today.
    pub fn context<'a>(&'a self, actor: &'a Actor) -> Context<'a> {
        Context {
            county: &self.county,
            actor,
            link: None,
            occurred_on: self.today,
            now: forenoon(self.today),
            expected_version: self.hazard.as_ref().map(Hazard::version),
            known: &self.known,
        }
    }

    /// Decides without doing.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn dry_run(&self, actor: &Actor, command: impl Into<Command>) -> Result<Event, Refusals> {
        decide(self.hazard.as_ref(), command.into(), &self.context(actor))
    }

    /// Does an act.
    ///
    /// # Errors
    /// What stands in the way; then nothing has changed.
    pub fn act(&mut self, actor: &Actor, command: impl Into<Command>) -> Result<&Event, Refusals> {
        let today = self.today;
        self.act_on(actor, today, command)
    }

    /// Does an act that is dated otherwise than today.
    ///
    /// # Errors
    /// What stands in the way; then nothing has changed.
    pub fn act_on(
        &mut self,
        actor: &Actor,
        occurred_on: NaiveDate,
        command: impl Into<Command>,
    ) -> Result<&Event, Refusals> {
        let ctx = Context {
            occurred_on,
            ..self.context(actor)
        };
        let event = decide(self.hazard.as_ref(), command.into(), &ctx)?;
        let seq = u32::try_from(self.history.len()).unwrap() + 1;
        let entry = Entry {
            format: EVENT_FORMAT,
            hazard: sample::hazard(1),
            seq,
            request: sample::request(seq.into()),
            stamp: Stamp {
                actor: actor.clone(),
                occurred_on,
                recorded_at: forenoon(self.today),
            },
            event,
        };
        self.hazard = Some(evolve(self.hazard.take(), &entry).unwrap());
        let number = self.reference().number;
        for standing in self.known.hazards.values_mut() {
            standing.number = Some(number);
        }
        self.history.push(entry);
        self.take_numbers();
        Ok(&self.history.last().unwrap().event)
    }

    /// Does an act that must succeed.
    pub fn step(&mut self, actor: &Actor, command: impl Into<Command>) {
        let command = command.into();
        let act = command.act();
        if let Err(refusals) = self.act(actor, command) {
            panic!("{act:?} was refused: {refusals:#?}");
        }
    }

    /// The codes with which an act is refused; panics when it is not.
    pub fn refusal_codes(&self, actor: &Actor, command: impl Into<Command>) -> Vec<&'static str> {
        match self.dry_run(actor, command) {
            Ok(event) => panic!("{:?} was not refused", event.act()),
            Err(refusals) => refusals.iter().map(xiaohao_core::Refusal::code).collect(),
        }
    }

    /// The codes with which an act would be refused today; none when it would be done.
    pub fn verdict(&self, actor: &Actor, command: impl Into<Command>) -> Vec<&'static str> {
        self.verdict_on(actor, self.today, command)
    }

    /// The same of an act that is dated otherwise than today.
    pub fn verdict_on(
        &self,
        actor: &Actor,
        occurred_on: NaiveDate,
        command: impl Into<Command>,
    ) -> Vec<&'static str> {
        let ctx = Context {
            occurred_on,
            ..self.context(actor)
        };
        match decide(self.hazard.as_ref(), command.into(), &ctx) {
            Ok(_) => Vec::new(),
            Err(refusals) => refusals.iter().map(xiaohao_core::Refusal::code).collect(),
        }
    }

    /// What somebody may do now.
    pub fn actions(&self, actor: &Actor) -> Vec<Action> {
        actions(self.hazard(), &self.context(actor))
    }

    /// The numbers that come next, each used once.
    pub(crate) fn take_numbers(&mut self) {
        self.serial += 1;
        let county = self.county.code;
        let words = &self.county.words;
        let document = |series: &Series| {
            let number = words.number(*series, 2026, self.serial).unwrap();
            (*series, number)
        };
        self.known.next = NextNumbers {
            clue: Some(ClueNumber::new(county, 2026, self.serial).unwrap()),
            hazard: Some(HazardNumber::new(county, 2026, self.serial).unwrap()),
            documents: Series::ALL
                .iter()
                .filter(|series| series.has_word())
                .map(document)
                .collect(),
        };
    }

    /// The hazard as a paper names it.
    pub fn reference(&self) -> HazardReference {
        let number = self.hazard.as_ref().and_then(Hazard::number).copied();
        HazardReference {
            id: sample::hazard(1),
            number: number.unwrap_or_else(|| HazardNumber::parse("431123-2026-0001").unwrap()),
        }
    }

    /// The content of a circular with one item that names the hazard; a correction is of the first item of a circular that is known.
    pub fn circular_content(&self, id: CircularId, kind: ItemKind) -> CircularContent {
        let corrects = (kind == ItemKind::Correction).then(|| CorrectedItem {
            document: self.known.circulars[0].document().clone(),
            item: 1,
        });
        let item = but(sample::item(self.reference(), kind), |item| {
            item.corrects = corrects;
        });
        sample::circular_of(id, self.today, vec![item])
    }

    /// A paper drafted by the clerk today.
    pub fn drafted<P: Paper>(&self, content: P) -> Sheet<P> {
        let mut sheet = Sheet::new(content.id());
        sheet.step(PaperCommand::Draft(content), &self.context(&clerk()));
        sheet
    }

    /// A paper drafted by the clerk and issued today.
    pub fn issued<P: Paper>(&self, by: &Actor, content: P) -> Issued<P> {
        let mut desk = self.clone();
        for HazardReference { id, number } in content.hazards() {
            let standing = desk.known.hazards.entry(id).or_insert(HazardStanding {
                number: None,
                status: Status::Listed,
                closed_on: None,
                ordered_units: BTreeSet::new(),
                rectified_by: BTreeSet::new(),
                found_on: date("2026-03-02"),
                due_on: None,
                suspended: true,
                supervised_at: None,
            });
            standing.number = Some(number);
        }
        let mut sheet = desk.drafted(content);
        sheet.step(PaperCommand::Issue, &desk.context(by));
        sheet.issued().clone()
    }

    /// A published circular with one item that names the hazard.
    pub fn published(&self, id: CircularId, kind: ItemKind) -> PublishedCircular {
        let content = self.circular_content(id, kind);
        let mut desk = self.clone();
        let status = self.hazard.as_ref().map_or(Status::Closed, Hazard::status);
        let status = if kind == ItemKind::Closure {
            Status::Closed
        } else {
            status
        };
        let standing = HazardStanding {
            number: Some(self.reference().number),
            status,
            closed_on: Some(content.as_of),
            ordered_units: BTreeSet::new(),
            rectified_by: BTreeSet::new(),
            found_on: date("2026-03-02"),
            due_on: None,
            suspended: true,
            supervised_at: None,
        };
        desk.known.hazards.insert(sample::hazard(1), standing);
        let counted = Counted {
            closed: true,
            overdue: true,
        };
        desk.known.counted.insert(sample::hazard(1), counted);
        desk.issued(&approver(), content)
    }
}

/// Everybody who plays in the ordinary course of a hazard, in its order.
pub fn cast() -> Vec<Actor> {
    vec![
        inspector(),
        clerk(),
        approver(),
        signer(),
        factory(),
        lead(),
    ]
}
