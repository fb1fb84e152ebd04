//! One act decided, with everything that it causes.

use super::Desk;
use super::draft::{Draft, Turn};
use super::questions::{is_done_unseen, named};
use crate::answer::{After, Refused};
use crate::fault::Fault;
use crate::line::Record;
use crate::position::Position;
use crate::row::DuplicateDigest;
use crate::store::{Erasure, NewLine, WayInKept};
use crate::submission::{Deed, Unread};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use xiaohao_core::order::HazardReference;
use xiaohao_core::paper::{
    PAPER_FORMAT, Paper, PaperCommand, PaperEntry, PaperEvent, PaperFile, PaperState,
    before_paper_content, decide_paper, evolve_paper,
};
use xiaohao_core::record::{BrokenHistory, EVENT_FORMAT};
use xiaohao_core::upkeep::{
    UPKEEP_FORMAT, UpkeepCommand, UpkeepEntry, decide_upkeep, evolve_upkeep,
};
use xiaohao_core::values::{HazardId, OrderId, RequestId};
use xiaohao_core::ways_in::ChangeWaysIn;
use xiaohao_core::{
    Act, Command, Context, Entry, Hazard, HazardStanding, Known, Refusal, Refusals, Status,
    before_content, decide, evolve,
};

/// Why an act of the batch is not done.
pub(super) enum Stop {
    Refused(Refused),
    Fault(Fault),
}

impl From<Refusals> for Stop {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals.into())
    }
}

impl From<BrokenHistory> for Stop {
    fn from(error: BrokenHistory) -> Self {
        Self::Fault(Fault::internal(error))
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What an act on the ledger itself keeps beside the record, or takes away there.
fn kept_beside(command: &UpkeepCommand, at: DateTime<Utc>) -> Option<WayInKept> {
    match command {
        UpkeepCommand::ChangeWaysIn(says) => Some(WayInKept {
            says: ChangeWaysIn::clone(says),
            at,
        }),
        UpkeepCommand::ErasePersonalData(_)
        | UpkeepCommand::RotateSigningKey(_)
        | UpkeepCommand::EnterCountyData(_)
        | UpkeepCommand::ChangePosts(_)
        | UpkeepCommand::StateSettings(_)
        | UpkeepCommand::FilePeriod(_) => None,
    }
}

impl Desk<'_> {
    pub(super) fn act(&self, turn: &Turn<'_>, draft: &mut Draft) -> Result<After, Stop> {
        match &turn.submission.deed {
            Deed::Hazard { id, command } => {
                self.may_know(*id, command.act(), turn)?;
                let known = self.known_for(*id, command, turn, draft);
                let version = turn.submission.expected_version;
                self.on_hazard(*id, command.clone(), turn, version, &known, draft)?;
                let (_, hazard) = self.hazard(*id, draft).ok_or_else(lost)?;
                Ok(After::Hazard(Box::new(hazard.clone())))
            }
            Deed::Order { id, command } => {
                let old = self.found.orders.get(id);
                let known = Known {
                    orders_taken: self.taken(*id).into_iter().collect(),
                    ..Known::default()
                };
                let file = self.on_paper(*id, old, command, turn, known, draft)?;
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
                let known = Known {
                    circulars: self.corrected(command, old),
                    counted: self.counted(command, old)?,
                    ..Known::default()
                };
                let file = self.on_paper(*id, old, command, turn, known, draft)?;
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
            Deed::Ledger { command } => self.on_ledger(command, turn, draft),
            Deed::Unread(unread) => Err(self.unread(unread, turn, draft)?),
        }
    }

    /// Refuses what is done to a hazard that whoever does it may not know of.
    fn may_know(&self, id: HazardId, act: Act, turn: &Turn<'_>) -> Result<(), Stop> {
        match self.hidden(id, turn.submission) {
            Some(hazard) if !is_done_unseen(turn.submission, act) || hazard.entry().is_some() => {
                Err(Refusals::from(Refusal::HazardUnknown).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What stands in the way of something of which nobody could read what it says, as long as nothing ends the matter.
    fn unread(&self, unread: &Unread, turn: &Turn<'_>, draft: &Draft) -> Result<Stop, Stop> {
        let known = Known {
            orders_taken: match unread {
                Unread::Order { id, .. } => self.taken(*id).into_iter().collect(),
                Unread::Hazard { .. } | Unread::Circular { .. } => BTreeSet::new(),
            },
            ..Known::default()
        };
        let ctx = self.context(turn, turn.submission.expected_version, &known);
        let refusals = match unread {
            Unread::Hazard { id, act } => {
                self.may_know(*id, *act, turn)?;
                let hazard = self.hazard(*id, draft).map(|(_, hazard)| hazard);
                before_content(hazard, *act, &ctx)
            }
            Unread::Order { id, step } => {
                before_paper_content(self.found.orders.get(id), *step, &ctx)
            }
            Unread::Circular { id, step } => {
                before_paper_content(self.found.circulars.get(id), *step, &ctx)
            }
        }?;
        Ok(Stop::Refused(Refused {
            comes_to_content: true,
            ..refusals.into()
        }))
    }

    /// One act on the ledger itself; an erasure takes with it what is kept beside earlier lines.
    fn on_ledger(
        &self,
        command: &UpkeepCommand,
        turn: &Turn<'_>,
        draft: &mut Draft,
    ) -> Result<After, Stop> {
        let (mut pieces, mut numbers) = (BTreeMap::new(), Vec::new());
        for place in command.erased() {
            let line = Position::new(place.entry);
            let found = self.found.lines.get(&line).map(|line| line.record.pieces());
            let found = found.transpose().map_err(Fault::internal)?;
            for (number, (field, standing)) in (1..).zip(found.into_iter().flatten()) {
                if field == place.field.as_str() {
                    pieces.insert(place.clone(), standing);
                    numbers.push((line, number));
                }
            }
        }
        let known = Known {
            pieces,
            ..Known::default()
        };
        let ctx = self.context(turn, turn.submission.expected_version, &known);
        let old = self.found.ledger.clone();
        let event = decide_upkeep(old.as_ref(), command.clone(), &ctx)?;
        let entry = UpkeepEntry {
            format: UPKEEP_FORMAT,
            seq: old
                .as_ref()
                .map_or(0, |file| file.version)
                .saturating_add(1),
            request: turn.request,
            stamp: turn.stamp(),
            event,
        };
        let file = evolve_upkeep(old, &entry)?;
        draft.ways_in.extend(kept_beside(command, self.now));
        let by = self.record(Record::Ledger(Box::new(entry)), turn, draft)?;
        let erasure = |(line, number)| Erasure { line, number, by };
        draft.erasures.extend(numbers.into_iter().map(erasure));
        draft.ledger = Some(file.clone());
        Ok(After::Ledger(file))
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
        let position = self.record(Record::Hazard(Box::new(entry)), turn, draft)?;
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
        known: Known,
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
                .filter_map(|id| Some((id, self.standing(id, draft)?)))
                .collect(),
            next: draft.next_numbers(self.county, turn),
            ..known
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
        self.record(Record::from(entry), turn, draft)?;
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
                fingerprint: turn.fingerprint,
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

    /// A line of the draft, at the next place.
    fn record(&self, record: Record, turn: &Turn<'_>, draft: &mut Draft) -> Result<Position, Stop> {
        let position = draft.head.position.next();
        let (county, fingerprint) = (self.county.code, turn.fingerprint);
        let new = NewLine::sealed(county, position, record, fingerprint, self.salts);
        let new = new.map_err(|error| Stop::Fault(Fault::internal(error)))?;
        let pushed = draft.push(new);
        pushed.map_err(|error| Stop::Fault(Fault::internal(error)))
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
            .and_then(|id| Some((id, self.standing(id, draft)?)));
        Known {
            evidence: asks
                .evidence
                .intersection(&self.found.evidence)
                .copied()
                .collect(),
            open_duplicate: duplicate.map(|(_, number)| *number),
            hazards: standing.into_iter().collect(),
            counted: BTreeMap::new(),
            orders: order
                .and_then(PaperFile::issued)
                .cloned()
                .into_iter()
                .collect(),
            orders_taken: asks
                .order
                .and_then(|id| self.taken(id))
                .into_iter()
                .collect(),
            circulars: circular
                .and_then(PaperFile::issued)
                .cloned()
                .into_iter()
                .collect(),
            source_record_of: asks
                .source_record
                .and_then(|record| self.found.source_records.get(&record).copied()),
            pieces: BTreeMap::new(),
            next: draft.next_numbers(self.county, turn),
        }
    }

    /// The id of an order, if it cannot be that of a new one and no issued paper has it.
    fn taken(&self, order: OrderId) -> Option<OrderId> {
        let taken = match self.found.orders.get(&order) {
            Some(file) => file.issued().is_none(),
            None => self.found.orders_with_acts.contains(&order),
        };
        taken.then_some(order)
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
            link: turn.submission.through.map(|through| through.link),
            occurred_on: turn.occurred_on,
            now: self.now,
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

    fn standing(&self, id: HazardId, draft: &Draft) -> Option<HazardStanding> {
        self.hazard(id, draft).map(|(_, hazard)| HazardStanding {
            number: hazard.number().copied(),
            status: hazard.status(),
            closed_on: hazard.closure().map(|closure| closure.closed_on),
            ordered_units: hazard.ordered_units(),
            rectified_by: hazard.file().rectified_by().collect(),
            found_on: hazard.file().report.found_on,
            due_on: hazard.time_allowed().map(|term| term.due_on),
            suspended: hazard.file().suspension_in_force().is_some(),
            supervised_at: hazard
                .entry()
                .and_then(xiaohao_core::dossier::ListEntry::supervised_at),
        })
    }
}

/// The request id of the act that an issued paper causes as its `number`th line: made from the request that issued it, so
/// that it is the same when one looks for it again.
pub(crate) fn caused_by(request: RequestId, number: usize) -> Result<RequestId, Refusals> {
    let id = Uuid::new_v5(&request.as_uuid(), number.to_string().as_bytes());
    // A UUID of version 5 is neither nil nor max.
    RequestId::new(id).map_err(|_| Refusal::RequestIdReused.into())
}

fn lost() -> Stop {
    Stop::Fault(Fault::Internal(None))
}
