//! One batch of acts, decided one after the other on what was looked up, each with its own outcome.
//!
//! Nothing here does I/O: what a batch would write is gathered and handed back. An act is decided on a [`Draft`] over the
//! desk; only if it is done, with everything it causes, does the draft become part of the desk, so that an act that is
//! refused leaves nothing behind, not even a number.

use crate::answer::{After, Answer, Outcome, Refused};
use crate::fault::Fault;
use crate::head::Head;
use crate::line::{Line, Record, Subject};
use crate::position::Position;
use crate::row::{DuplicateDigest, HazardRow, Keys};
use crate::scope::{Scope, Sees};
use crate::store::{CarryOver, Found, NewLine, Wanted, Written, WrittenHazard};
use crate::submission::{Deed, Fingerprint, Submission};
use crate::tally::{Once, Tally};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use xiaohao_core::acts::Report;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::{HazardReference, OrderContent};
use xiaohao_core::paper::{
    Issued, PAPER_FORMAT, Paper, PaperCommand, PaperEntry, PaperEvent, PaperFile, PaperState,
    decide_paper, evolve_paper,
};
use xiaohao_core::record::{BrokenHistory, EVENT_FORMAT};
use xiaohao_core::values::{CircularId, HazardId, OrderId, RequestId};
use xiaohao_core::{
    Command, Context, County, Entry, Hazard, HazardStanding, Known, NumberTaken, Refusal, Refusals,
    Stamp, Status, county_day, decide, evolve,
};

/// What comes of one act of the batch.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Done, or refused.
    Settled(Outcome),
    /// Done before: the answer lies in the ledger, under this request, for this subject.
    DoneBefore(RequestId, Subject),
}

/// A batch under way.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    county: &'a County,
    now: DateTime<Utc>,
    head: Head,
    found: Found,
    /// What was answered in this very batch.
    answered: BTreeMap<RequestId, (Fingerprint, Answer)>,
    before: BTreeMap<HazardId, Option<(Position, Hazard)>>,
    lines: Vec<NewLine>,
    numbers: Vec<(NumberTaken, Position)>,
}

/// What one act, with everything it causes, would change.
#[derive(Debug)]
struct Draft {
    head: Head,
    hazards: BTreeMap<HazardId, (Position, Hazard)>,
    orders: BTreeMap<OrderId, PaperFile<OrderContent>>,
    circulars: BTreeMap<CircularId, PaperFile<CircularContent>>,
    lines: Vec<Line>,
    numbers: Vec<(NumberTaken, Position)>,
}

/// Why an act of the batch is not done.
enum Stop {
    Refused(Refused),
    Fault(Fault),
}

impl From<Refusals> for Stop {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(Refused {
            refusals,
            present: None,
            item: None,
        })
    }
}

impl From<BrokenHistory> for Stop {
    fn from(error: BrokenHistory) -> Self {
        Self::Fault(Fault::internal(error))
    }
}

/// One act about to be decided: who, when, on which request.
struct Turn<'s> {
    request: RequestId,
    submission: &'s Submission,
    occurred_on: NaiveDate,
    recorded_at: DateTime<Utc>,
}

/// What the acts name, before anything is known of it.
pub(crate) fn first_questions(batch: &[&Submission]) -> Wanted {
    let mut wanted = Wanted::default();
    for submission in batch {
        wanted.requests.insert(submission.request);
        match &submission.deed {
            Deed::Hazard { id, command } => {
                let asks = command.asks();
                wanted.hazards.insert(*id);
                wanted.hazards.extend(asks.hazard);
                wanted.orders.extend(asks.order);
                wanted.circulars.extend(asks.circular);
                wanted.evidence.extend(asks.evidence);
                wanted.source_records.extend(asks.source_record);
            }
            Deed::Order { id, .. } => {
                wanted.orders.insert(*id);
            }
            Deed::Circular { id, .. } => {
                wanted.circulars.insert(*id);
            }
        }
    }
    wanted
}

/// What only shows when the first answers are there: the hazards that a paper names which is issued, and where the hazard
/// lies that is listed. The paper may be drafted, and the hazard reported, in this very batch.
pub(crate) fn second_questions(batch: &[&Submission], found: &Found) -> Wanted {
    let mut wanted = Wanted::default();
    let issued: BTreeSet<Subject> = batch
        .iter()
        .filter(|submission| issues(&submission.deed))
        .map(|submission| submission.deed.subject())
        .collect();
    for submission in batch {
        let is_issued = issued.contains(&submission.deed.subject());
        match &submission.deed {
            Deed::Hazard { id, command } => {
                let Some(key) = command.asks().duplicate_of else {
                    continue;
                };
                let known = found.hazards.get(id);
                let known = known.map(|(_, hazard)| &hazard.file().report);
                let reports = known.into_iter().chain(reports_of(*id, batch));
                let digests = reports.filter_map(|report| DuplicateDigest::of(&key, report));
                wanted.duplicates.extend(digests);
            }
            Deed::Order { id, command } if is_issued => {
                wanted.hazards.extend(named(command, found.orders.get(id)));
            }
            Deed::Circular { id, command } if is_issued => {
                wanted
                    .hazards
                    .extend(named(command, found.circulars.get(id)));
            }
            Deed::Order { .. } | Deed::Circular { .. } => {}
        }
    }
    wanted.hazards.retain(|id| !found.hazards.contains_key(id));
    wanted
}

fn issues(deed: &Deed) -> bool {
    match deed {
        Deed::Hazard { .. } => false,
        Deed::Order { command, .. } => matches!(command, PaperCommand::Issue),
        Deed::Circular { command, .. } => matches!(command, PaperCommand::Issue),
    }
}

/// What a batch reports of a hazard.
fn reports_of<'s>(hazard: HazardId, batch: &'s [&Submission]) -> impl Iterator<Item = &'s Report> {
    batch
        .iter()
        .filter_map(move |submission| match &submission.deed {
            Deed::Hazard {
                id,
                command: Command::Report(says),
            } if *id == hazard => Some(&**says),
            Deed::Hazard { .. } | Deed::Order { .. } | Deed::Circular { .. } => None,
        })
}

/// The hazards that a paper names when it is drafted, revised or issued.
fn named<P: Paper>(command: &PaperCommand<P>, file: Option<&PaperFile<P>>) -> Vec<HazardId> {
    match (command, file.map(|file| &file.state)) {
        (PaperCommand::Draft(content) | PaperCommand::Revise(content), _)
        | (PaperCommand::Issue, Some(PaperState::Draft { content, .. })) => {
            content.hazards().iter().map(|hazard| hazard.id).collect()
        }
        (PaperCommand::Issue | PaperCommand::Discard(_), _) => Vec::new(),
    }
}

impl<'a> Desk<'a> {
    pub(crate) fn new(county: &'a County, head: Head, found: Found, now: DateTime<Utc>) -> Self {
        Self {
            county,
            now,
            head,
            found,
            answered: BTreeMap::new(),
            before: BTreeMap::new(),
            lines: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Decides one act.
    pub(crate) fn decide(&mut self, submission: &Submission) -> Result<Verdict, Fault> {
        let fingerprint = submission.fingerprint().map_err(Fault::internal)?;
        if submission.request.as_uuid().get_version_num() == MADE_BY_THE_LEDGER {
            return Ok(Verdict::Settled(reused()));
        }
        if let Some((first, answer)) = self.answered.get(&submission.request) {
            return Ok(Verdict::Settled(if *first == fingerprint {
                Outcome::Done {
                    answer: Box::new(answer.clone()),
                    replayed: true,
                }
            } else {
                reused()
            }));
        }
        if let Some(first) = self.found.requests.get(&submission.request) {
            return Ok(if *first == fingerprint {
                Verdict::DoneBefore(submission.request, submission.deed.subject())
            } else {
                Verdict::Settled(reused())
            });
        }
        let recorded_at = self.head.next_instant(self.now);
        let turn = Turn {
            request: submission.request,
            submission,
            occurred_on: submission
                .occurred_on
                .unwrap_or_else(|| county_day(recorded_at)),
            recorded_at,
        };
        let mut draft = Draft::over(&self.head);
        draft.head.recorded_at = Some(recorded_at);
        match self.act(&turn, &mut draft) {
            Ok(after) => {
                let answer = Answer {
                    lines: draft.lines.clone(),
                    after,
                };
                self.take_over(draft, submission.request, fingerprint, &answer)?;
                Ok(Verdict::Settled(Outcome::Done {
                    answer: Box::new(answer),
                    replayed: false,
                }))
            }
            Err(Stop::Refused(refused)) => Ok(Verdict::Settled(Outcome::Refused(Box::new(
                self.shown(refused, submission),
            )))),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// What the whole batch writes.
    pub(crate) fn written(self) -> Written {
        let today = county_day(self.now);
        let counted_on = self.head.counted_on.unwrap_or(today);
        let mut tally = Tally::default();
        let mut hazards = Vec::with_capacity(self.before.len());
        for (id, before) in self.before {
            let Some((opened, hazard)) = self.found.hazards.get(&id) else {
                continue;
            };
            let row = HazardRow::of(hazard, *opened);
            let before = before.map(|(opened, hazard)| {
                let keys = Keys::of(&hazard, self.county);
                (HazardRow::of(&hazard, opened), keys)
            });
            if let Some((row, _)) = &before {
                tally.count(row, Once::Less, today);
            }
            tally.count(&row, Once::More, today);
            hazards.push(WrittenHazard {
                before,
                row,
                keys: Keys::of(hazard, self.county),
            });
        }
        Written {
            head: Head {
                counted_on: Some(today),
                ..self.head
            },
            lines: self.lines,
            hazards,
            numbers: self.numbers,
            tally: tally.balanced(),
            carry_over: (counted_on != today).then_some(CarryOver {
                from: counted_on,
                to: today,
            }),
        }
    }

    /// Whether there is anything to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn act(&self, turn: &Turn<'_>, draft: &mut Draft) -> Result<After, Stop> {
        match &turn.submission.deed {
            Deed::Hazard { id, command } => {
                let known = self.known_for(*id, command, turn, draft);
                let version = turn.submission.expected_version;
                self.on_hazard(*id, command.clone(), turn, version, &known, draft)?;
                let (_, hazard) = self.hazard(*id, draft).ok_or_else(lost)?;
                Ok(After::Hazard(Box::new(hazard.clone())))
            }
            Deed::Order { id, command } => {
                let old = self.found.orders.get(id);
                let file = self.on_paper(*id, old, command, turn, draft)?;
                draft.orders.insert(*id, file.clone());
                if let PaperState::Issued(issued) = &file.state {
                    let known = Known {
                        orders: vec![issued.clone()],
                        ..Known::default()
                    };
                    self.follow_up(issued.follow_ups(), turn, known, draft)?;
                }
                Ok(After::Order(Box::new(file)))
            }
            Deed::Circular { id, command } => {
                let old = self.found.circulars.get(id);
                let file = self.on_paper(*id, old, command, turn, draft)?;
                draft.circulars.insert(*id, file.clone());
                if let PaperState::Issued(published) = &file.state {
                    let known = Known {
                        circulars: vec![published.clone()],
                        ..Known::default()
                    };
                    self.follow_up(published.follow_ups(), turn, known, draft)?;
                }
                Ok(After::Circular(Box::new(file)))
            }
        }
    }

    /// One act on one hazard.
    fn on_hazard(
        &self,
        id: HazardId,
        command: Command,
        turn: &Turn<'_>,
        expected_version: Option<u32>,
        known: &Known,
        draft: &mut Draft,
    ) -> Result<(), Stop> {
        let (opened, old) = self
            .hazard(id, draft)
            .map_or((None, None), |(opened, hazard)| {
                (Some(*opened), Some(hazard))
            });
        let ctx = self.context(turn, expected_version, known);
        let event = decide(old, command, &ctx)?;
        let entry = Entry {
            format: EVENT_FORMAT,
            hazard: id,
            seq: old.map_or(0, Hazard::version).saturating_add(1),
            request: turn.request,
            stamp: turn.stamp(),
            event,
        };
        let hazard = evolve(old.cloned(), &entry)?;
        let taken = entry.event.number_taken();
        let position = draft.push(Record::Hazard(Box::new(entry)), taken);
        draft
            .hazards
            .insert(id, (opened.unwrap_or(position), hazard));
        Ok(())
    }

    /// One step in the life of a paper.
    fn on_paper<P: Paper>(
        &self,
        id: P::Id,
        old: Option<&PaperFile<P>>,
        command: &PaperCommand<P>,
        turn: &Turn<'_>,
        draft: &mut Draft,
    ) -> Result<PaperFile<P>, Stop>
    where
        Record: From<PaperEntry<P>>,
    {
        if let (None, PaperCommand::Draft(content)) = (old, command)
            && content.id() != id
        {
            return Err(Refusals::from(Refusal::PaperIdChanged { paper: P::NAME }).into());
        }
        let known = Known {
            hazards: named(command, old)
                .into_iter()
                .filter_map(|id| Some((id, self.standing(id, turn.occurred_on, draft)?)))
                .collect(),
            next: draft.next_numbers(self.county, turn),
            ..Known::default()
        };
        let ctx = self.context(turn, turn.submission.expected_version, &known);
        let event: PaperEvent<P> = decide_paper(old, command.clone(), &ctx)?;
        let entry = PaperEntry {
            format: PAPER_FORMAT,
            paper: id,
            seq: old.map_or(0, |file| file.version).saturating_add(1),
            request: turn.request,
            stamp: turn.stamp(),
            event,
        };
        let file = evolve_paper(old.cloned(), &entry)?;
        let taken = entry.event.number_taken();
        draft.push(Record::from(entry), taken);
        Ok(file)
    }

    /// What an issued paper causes: an act on each hazard it names, all of them or the paper is not issued.
    ///
    /// An assignment order assigns what is on the list and waits; for a hazard that has been assigned before, the order is
    /// what a reassignment or a further order will cite.
    fn follow_up(
        &self,
        acts: Vec<(HazardId, Command)>,
        turn: &Turn<'_>,
        mut known: Known,
        draft: &mut Draft,
    ) -> Result<(), Stop> {
        for (id, command) in acts {
            let hazard = self.hazard(id, draft).map(|(_, hazard)| hazard);
            let version = hazard.map(Hazard::version);
            let reference = hazard
                .and_then(Hazard::number)
                .map(|number| HazardReference {
                    id,
                    number: *number,
                });
            let waits = hazard.is_none_or(|hazard| hazard.status() == Status::Listed);
            if matches!(command, Command::Assign(_)) && !waits {
                continue;
            }
            known.next = draft.next_numbers(self.county, turn);
            let caused = Turn {
                request: caused_by(turn.request, draft.lines.len())?,
                submission: turn.submission,
                occurred_on: turn.occurred_on,
                recorded_at: turn.recorded_at,
            };
            self.on_hazard(id, command, &caused, version, &known, draft)
                .map_err(|stop| match stop {
                    Stop::Refused(refused) => Stop::Refused(Refused {
                        item: reference,
                        ..refused
                    }),
                    Stop::Fault(fault) => Stop::Fault(fault),
                })?;
        }
        Ok(())
    }

    fn known_for(&self, id: HazardId, command: &Command, turn: &Turn<'_>, draft: &Draft) -> Known {
        let asks = command.asks();
        let reported = self.found.hazards.get(&id).map(|(_, hazard)| hazard);
        let duplicate = asks
            .duplicate_of
            .zip(reported)
            .and_then(|(key, hazard)| DuplicateDigest::of(&key, &hazard.file().report))
            .and_then(|digest| self.found.duplicates.get(&digest))
            .and_then(|open| open.iter().find(|(other, _)| **other != id));
        let order = asks.order.and_then(|id| self.found.orders.get(&id));
        let circular = asks.circular.and_then(|id| self.found.circulars.get(&id));
        let standing = asks
            .hazard
            .and_then(|id| Some((id, self.standing(id, turn.occurred_on, draft)?)));
        Known {
            evidence: asks
                .evidence
                .intersection(&self.found.evidence)
                .copied()
                .collect(),
            open_duplicate: duplicate.map(|(_, number)| *number),
            hazards: standing.into_iter().collect(),
            orders: order.and_then(issued).cloned().into_iter().collect(),
            circulars: circular.and_then(issued).cloned().into_iter().collect(),
            source_record_of: asks
                .source_record
                .and_then(|record| self.found.source_records.get(&record).copied()),
            next: draft.next_numbers(self.county, turn),
        }
    }

    fn context<'c>(
        &'c self,
        turn: &'c Turn<'_>,
        expected_version: Option<u32>,
        known: &'c Known,
    ) -> Context<'c> {
        Context {
            county: self.county,
            actor: &turn.submission.actor,
            occurred_on: turn.occurred_on,
            recorded_at: turn.recorded_at,
            expected_version,
            known,
        }
    }

    fn hazard<'d>(&'d self, id: HazardId, draft: &'d Draft) -> Option<&'d (Position, Hazard)> {
        draft
            .hazards
            .get(&id)
            .or_else(|| self.found.hazards.get(&id))
    }

    fn standing(&self, id: HazardId, on: NaiveDate, draft: &Draft) -> Option<HazardStanding> {
        self.hazard(id, draft).map(|(_, hazard)| HazardStanding {
            number: hazard.number().copied(),
            status: hazard.status(),
            overdue: hazard.days_overdue(on).is_some(),
        })
    }

    /// The draft becomes part of the desk, and the next act of the batch is decided on it.
    fn take_over(
        &mut self,
        draft: Draft,
        request: RequestId,
        fingerprint: Fingerprint,
        answer: &Answer,
    ) -> Result<(), Fault> {
        for line in &draft.lines {
            let body = line.record.to_body().map_err(Fault::internal)?;
            self.lines.push(NewLine {
                line: line.clone(),
                body,
                fingerprint,
            });
        }
        self.head = draft.head;
        self.numbers.extend(draft.numbers);
        for (id, (opened, hazard)) in draft.hazards {
            self.note_keys(&hazard);
            let old = self.found.hazards.insert(id, (opened, hazard));
            self.before.entry(id).or_insert(old);
        }
        self.found.orders.extend(draft.orders);
        self.found.circulars.extend(draft.circulars);
        self.answered.insert(request, (fingerprint, answer.clone()));
        Ok(())
    }

    /// What later acts of the same batch must know of a hazard that has just changed.
    fn note_keys(&mut self, hazard: &Hazard) {
        let id = hazard.id();
        let keys = Keys::of(hazard, self.county);
        for open in self.found.duplicates.values_mut() {
            open.remove(&id);
        }
        if let (Some(digest), Some(number)) = (keys.duplicate, hazard.number()) {
            let open = self.found.duplicates.entry(digest).or_default();
            open.insert(id, *number);
        }
        if let Some(record) = keys.source_record {
            let clue = hazard.file().clue;
            self.found.source_records.entry(record).or_insert(clue);
        }
    }

    /// What a refused actor is told: every reason, and the hazard as it stands, if he may see it; if he may not, only that
    /// it is not there, and of a paper only that it is not his to handle.
    fn shown(&self, refused: Refused, submission: &Submission) -> Refused {
        let scope = Scope::of(&submission.actor, self.county);
        let of_a_paper = |paper| {
            if scope.sees() == Sees::Everything {
                refused.clone()
            } else {
                Refused {
                    refusals: Refusal::PaperRole { paper }.into(),
                    present: None,
                    item: None,
                }
            }
        };
        let id = match &submission.deed {
            Deed::Hazard { id, .. } => id,
            Deed::Order { .. } => return of_a_paper(OrderContent::NAME),
            Deed::Circular { .. } => return of_a_paper(CircularContent::NAME),
        };
        let Some((_, hazard)) = self.found.hazards.get(id) else {
            return refused;
        };
        if scope.shows(&crate::scope::concerned(hazard, self.county)) {
            Refused {
                present: Some(scope.hazard(hazard.clone())),
                ..refused
            }
        } else {
            Refused {
                refusals: Refusal::HazardUnknown.into(),
                present: None,
                item: None,
            }
        }
    }
}

impl Turn<'_> {
    fn stamp(&self) -> Stamp {
        Stamp {
            actor: self.submission.actor.clone(),
            occurred_on: self.occurred_on,
            recorded_at: self.recorded_at,
        }
    }

    /// Numbers count from 1 in the year of the legal date.
    fn year(&self) -> u16 {
        u16::try_from(self.occurred_on.year()).unwrap_or(0)
    }
}

impl Draft {
    fn over(head: &Head) -> Self {
        Self {
            head: head.clone(),
            hazards: BTreeMap::new(),
            orders: BTreeMap::new(),
            circulars: BTreeMap::new(),
            lines: Vec::new(),
            numbers: Vec::new(),
        }
    }

    fn push(&mut self, record: Record, taken: Option<NumberTaken>) -> Position {
        let position = self.head.position.next();
        self.head.position = position;
        if let Some(taken) = taken {
            let numbers = &mut self.head.numbers;
            numbers.take(taken.series, taken.year, taken.serial);
            self.numbers.push((taken, position));
        }
        self.lines.push(Line { position, record });
        position
    }

    fn next_numbers(&self, county: &County, turn: &Turn<'_>) -> xiaohao_core::NextNumbers {
        self.head.numbers.next(county, turn.year())
    }
}

fn issued<P: Paper>(file: &PaperFile<P>) -> Option<&Issued<P>> {
    match &file.state {
        PaperState::Issued(issued) => Some(issued),
        PaperState::Draft { .. } | PaperState::Discarded => None,
    }
}

/// The version of the ids that the ledger makes itself; a client that sends one has it from an answer.
const MADE_BY_THE_LEDGER: usize = 5;

/// The request id of the act that an issued paper causes as its `number`th line: made from the request that issued it, so
/// that it is the same when one looks for it again.
pub(crate) fn caused_by(request: RequestId, number: usize) -> Result<RequestId, Refusals> {
    let id = Uuid::new_v5(&request.as_uuid(), number.to_string().as_bytes());
    // A UUID of version 5 is neither nil nor max.
    RequestId::new(id).map_err(|_| Refusal::RequestIdReused.into())
}

fn reused() -> Outcome {
    Outcome::Refused(Box::new(Refused {
        refusals: Refusal::RequestIdReused.into(),
        present: None,
        item: None,
    }))
}

fn lost() -> Stop {
    Stop::Fault(Fault::Internal(None))
}
