//! One batch of acts, decided one after the other on what was looked up, each with its own outcome.
//!
//! Nothing here does I/O: what a batch would write is gathered and handed back. An act is decided on a [`Draft`] over the
//! desk; only if it is done, with everything it causes, does the draft become part of the desk, so that an act that is
//! refused leaves nothing behind, not even a number.

mod act;
mod circular;
mod draft;
mod questions;

pub(crate) use act::caused_by;
pub(crate) use questions::{first_questions, second_questions};

use crate::answer::{After, Answer, Outcome, Refused};
use crate::fault::Fault;
use crate::head::{Head, to_the_microsecond};
use crate::line::Subject;
use crate::position::Position;
use crate::row::{HazardRow, Keys};
use crate::scope::Sees;
use crate::seal::Salts;
use crate::store::{CarryOver, Erasure, Found, NewLine, WayInKept, Written, WrittenHazard};
use crate::submission::{Deed, Said, Submission, Unread};
use crate::tally::{Once, Tally};
use act::Stop;
use chrono::{DateTime, Utc};
use draft::{Draft, Turn};
use std::borrow::Cow;
use std::collections::BTreeMap;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::Paper;
use xiaohao_core::upkeep::LedgerFile;
use xiaohao_core::values::{HazardId, RequestId};
use xiaohao_core::{County, Hazard, NumberTaken, Refusal, Refusals, county_day};

/// What comes of one act of the batch.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Done, or refused.
    Settled(Outcome),
    /// Done before: the answer lies in the ledger, under this request, for this subject.
    DoneBefore(RequestId, Subject),
}

/// A batch under way.
pub(crate) struct Desk<'a> {
    county: &'a County,
    now: DateTime<Utc>,
    salts: &'a Salts,
    head: Head,
    found: Found,
    /// What was answered in this very batch.
    answered: BTreeMap<RequestId, (Said, Answer)>,
    before: BTreeMap<HazardId, Option<(Position, Hazard)>>,
    lines: Vec<NewLine>,
    numbers: Vec<(NumberTaken, Position)>,
    erasures: Vec<Erasure>,
    ways_in: Vec<WayInKept>,
    own: Option<LedgerFile>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        county: &'a County,
        head: Head,
        found: Found,
        now: DateTime<Utc>,
        salts: &'a Salts,
    ) -> Self {
        Self {
            county,
            now: to_the_microsecond(now),
            salts,
            head,
            found,
            answered: BTreeMap::new(),
            before: BTreeMap::new(),
            lines: Vec::new(),
            numbers: Vec::new(),
            erasures: Vec::new(),
            ways_in: Vec::new(),
            own: None,
        }
    }

    /// Decides one act.
    pub(crate) fn decide(&mut self, submission: &Submission) -> Result<Verdict, Fault> {
        let said = submission.said().map_err(Fault::internal)?;
        if submission.request.as_uuid().get_version_num() == MADE_BY_THE_LEDGER {
            return Ok(Verdict::Settled(reused()));
        }
        if let Some((first, answer)) = self.answered.get(&submission.request) {
            let by = answer.lines.first().map(|line| &line.record.stamp().actor);
            let again = by.map_or(Cow::Borrowed(submission), |by| submission.as_by(by));
            let said = again.said().map_err(Fault::internal)?;
            return Ok(Verdict::Settled(if *first == said {
                Outcome::Done {
                    answer: Box::new(answer.clone()),
                    replayed: true,
                }
            } else {
                reused()
            }));
        }
        if let Some(first) = self.found.requests.get(&submission.request) {
            let again = submission.as_by(&first.actor);
            let said = again.said().map_err(Fault::internal)?;
            let old = || again.before_format_2().map_err(Fault::internal);
            return Ok(if said.is(first) || old()? == first.fingerprint {
                Verdict::DoneBefore(submission.request, submission.deed.subject())
            } else {
                Verdict::Settled(reused())
            });
        }
        // Days are those of the server's clock: the instants of the record stay ahead of it once it was wrong.
        let today = county_day(self.now);
        // The right is that of this transaction, whatever it was when he was let in.
        if !self.county.is_held(&submission.actor, today) {
            return Ok(Verdict::Settled(refused(Refusal::PostOver)));
        }
        let recorded_at = self.head.next_instant(self.now);
        let turn = Turn {
            request: submission.request,
            fingerprint: said.fingerprint,
            submission,
            occurred_on: submission.occurred_on.unwrap_or(today),
            recorded_at,
        };
        let mut draft = Draft::over(&self.head);
        draft.head.recorded_at = Some(recorded_at);
        match self.act(&turn, &mut draft) {
            Ok(after) => {
                let answer = Answer {
                    lines: draft.lines.iter().map(|new| new.line.clone()).collect(),
                    after,
                };
                self.take_over(draft, submission.request, said, &answer);
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
            erasures: self.erasures,
            ways_in: self.ways_in,
            ledger: self.own,
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

    /// The draft becomes part of the desk, and the next act of the batch is decided on it.
    fn take_over(&mut self, draft: Draft, request: RequestId, said: Said, answer: &Answer) {
        let issued = draft.lines.iter();
        let issued = issued.filter_map(|new| new.line.record.order_with_act());
        self.found.orders_with_acts.extend(issued);
        self.lines.extend(draft.lines);
        self.head = draft.head;
        self.numbers.extend(draft.numbers);
        for (id, (opened, hazard)) in draft.hazards {
            self.note_keys(&hazard);
            let old = self.found.hazards.insert(id, (opened, hazard));
            self.before.entry(id).or_insert(old);
        }
        self.found.orders.extend(draft.orders);
        self.found.circulars.extend(draft.circulars);
        if let Some(file) = draft.ledger {
            self.found.ledger = Some(file.clone());
            self.own = Some(file);
        }
        self.erasures.extend(draft.erasures);
        self.ways_in.extend(draft.ways_in);
        self.answered.insert(request, (said, answer.clone()));
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

    /// What a refused actor is told: every reason, and the hazard or paper as it stands, if he may see it; of a paper or of the
    /// ledger itself, who may not see it, only that it is not his to handle.
    fn shown(&self, refused: Refused, submission: &Submission) -> Refused {
        let scope = submission.scope(self.county);
        let is_of_the_office = scope.sees() == Sees::Everything;
        let instead = match &submission.deed {
            Deed::Order { .. } | Deed::Unread(Unread::Order { .. }) if !is_of_the_office => {
                Refusal::PaperRole {
                    paper: OrderContent::NAME,
                }
            }
            Deed::Circular { .. } | Deed::Unread(Unread::Circular { .. }) if !is_of_the_office => {
                Refusal::PaperRole {
                    paper: CircularContent::NAME,
                }
            }
            Deed::Ledger { command }
                if !is_of_the_office && !command.is_for(&submission.actor, self.county) =>
            {
                command.not_his()
            }
            Deed::Hazard { .. }
            | Deed::Order { .. }
            | Deed::Circular { .. }
            | Deed::Ledger { .. }
            | Deed::Unread(_) => {
                return Refused {
                    present: self.present(submission).map(Box::new),
                    ..refused
                };
            }
        };
        Refusals::from(instead).into()
    }

    /// That to which something was to be done, as it stands, for whoever may see it.
    fn present(&self, submission: &Submission) -> Option<After> {
        let found = &self.found;
        match submission.deed.subject() {
            Subject::Hazard(id) if self.hidden(id, submission).is_some() => None,
            Subject::Hazard(id) => found.hazards.get(&id).map(|(_, hazard)| {
                let shown = submission.scope(self.county).hazard(hazard.clone());
                After::Hazard(Box::new(shown))
            }),
            Subject::Order(id) => found
                .orders
                .get(&id)
                .cloned()
                .map(Box::new)
                .map(After::Order),
            Subject::Circular(id) => {
                let file = found.circulars.get(&id).cloned();
                file.map(Box::new).map(After::Circular)
            }
            Subject::Ledger => None,
        }
    }

    /// The hazard, if it is there and its actor may not see it.
    fn hidden(&self, id: HazardId, submission: &Submission) -> Option<&Hazard> {
        let scope = submission.scope(self.county);
        if scope.sees() == Sees::Everything {
            return None;
        }
        let (_, hazard) = self.found.hazards.get(&id)?;
        let is_shown = scope.shows(&crate::scope::seen_from(hazard, self.county));
        (!is_shown).then_some(hazard)
    }
}

/// The version of the ids that the ledger makes itself; a client that sends one has it from an answer.
const MADE_BY_THE_LEDGER: usize = 5;

fn reused() -> Outcome {
    refused(Refusal::RequestIdReused)
}

fn refused(why: Refusal) -> Outcome {
    Outcome::Refused(Box::new(Refusals::from(why).into()))
}
