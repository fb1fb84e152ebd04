//! What a batch must know of the ledger before it is decided.

use crate::line::Subject;
use crate::position::Position;
use crate::row::DuplicateDigest;
use crate::scope::{Scope, Sees};
use crate::store::{Found, Wanted};
use crate::submission::{Deed, Submission, Unread};
use std::collections::BTreeSet;
use xiaohao_core::acts::Report;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::paper::{Paper, PaperCommand, PaperFile, PaperState};
use xiaohao_core::upkeep::MOST_ERASED;
use xiaohao_core::values::{DocumentNumber, HazardId};
use xiaohao_core::{Act, Command, County, NumberTaken, Who};

/// What the acts name, before anything is known of it; to whoever may not see it, it is as if it were not there, and nothing
/// is read of it, so that the clock tells him no more than the answer does.
pub(crate) fn first_questions(batch: &[&Submission], county: &County) -> Wanted {
    let mut wanted = Wanted::default();
    for submission in batch {
        wanted.requests.insert(submission.request);
        let is_of_the_office = is_of_the_office(submission, county);
        match &submission.deed {
            Deed::Hazard { id, command } => {
                hazard_of(submission, *id, command.act(), county, &mut wanted);
                let asks = command.asks();
                wanted.evidence.extend(asks.evidence);
                wanted.source_records.extend(asks.source_record);
                // Acts that rest on another hazard or on a paper are the office's; to others they are refused before that.
                if is_of_the_office {
                    wanted.hazards.extend(asks.hazard);
                    wanted.orders.extend(asks.order);
                    wanted.circulars.extend(asks.circular);
                }
            }
            Deed::Order { id, .. } | Deed::Unread(Unread::Order { id, .. }) => {
                wanted.orders.extend(is_of_the_office.then_some(*id));
            }
            Deed::Circular { id, .. } | Deed::Unread(Unread::Circular { id, .. }) => {
                wanted.circulars.extend(is_of_the_office.then_some(*id));
            }
            Deed::Ledger { command } => {
                let lines = command.erased().take(MOST_ERASED);
                wanted
                    .lines
                    .extend(lines.map(|place| Position::new(place.entry)));
                wanted.ledger = true;
            }
            Deed::Unread(Unread::Hazard { id, act }) => {
                hazard_of(submission, *id, *act, county, &mut wanted);
            }
        }
    }
    wanted
}

/// The hazard to which something is done, as far as whoever does it may see it.
fn hazard_of(
    submission: &Submission,
    id: HazardId,
    act: Act,
    county: &County,
    wanted: &mut Wanted,
) {
    // A report makes the hazard: whatever has its id stands in its way, whether or not he may see that.
    if act == Act::Report {
        wanted.hazards.insert(id);
        return;
    }
    match submission.scope(county).sees() {
        Sees::Everything => {
            wanted.hazards.insert(id);
        }
        Sees::From(viewpoint) => {
            wanted.hazards_seen_from.insert((id, viewpoint));
        }
        Sees::Nothing => {}
    }
    if is_done_unseen(submission, act) {
        wanted.hazards_unlisted.insert(id);
    }
}

/// Whether it can be done to a hazard that whoever does it is not shown, as long as that is not listed. Who could not do it
/// anyhow does not learn by trying that there is one.
pub(super) fn is_done_unseen(submission: &Submission, act: Act) -> bool {
    let could = |who: &Who| who.roles().contains(&submission.actor.role);
    submission.through.is_none() && act.is_by_power_of_law() && act.who().iter().any(could)
}

/// Whether whoever acts sees the whole ledger in his post, papers and all.
fn is_of_the_office(submission: &Submission, county: &County) -> bool {
    Scope::of(&submission.actor, county).sees() == Sees::Everything
}

/// What only shows when the first answers are there: the hazards that a paper names which is written or issued, and where the hazard
/// lies that is listed. The paper may be drafted, and the hazard reported, in this very batch.
pub(crate) fn second_questions(batch: &[&Submission], county: &County, found: &Found) -> Wanted {
    let mut wanted = Wanted::default();
    let naming: BTreeSet<Subject> = batch
        .iter()
        .filter(|submission| names(&submission.deed) && is_of_the_office(submission, county))
        .map(|submission| submission.deed.subject())
        .collect();
    for submission in batch {
        let is_named =
            naming.contains(&submission.deed.subject()) && is_of_the_office(submission, county);
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
            Deed::Order { id, command } if is_named => {
                wanted.hazards.extend(named(command, found.orders.get(id)));
            }
            Deed::Circular { id, command } if is_named => {
                let file = found.circulars.get(id);
                let named = named(command, file);
                // Also as it is drafted: it may be issued in the same batch.
                wanted.histories.extend(&named);
                wanted.hazards.extend(named);
                let corrected = said(command, file).into_iter().flat_map(corrected);
                wanted
                    .numbers
                    .extend(corrected.flat_map(NumberTaken::on_a_paper));
            }
            Deed::Order { .. } | Deed::Circular { .. } | Deed::Ledger { .. } | Deed::Unread(_) => {}
        }
    }
    let histories = &wanted.histories;
    wanted
        .hazards
        .retain(|id| histories.contains(id) || !found.hazards.contains_key(id));
    wanted
}

/// Whether it is a step on a paper at which the hazards are looked at that the paper names.
fn names(deed: &Deed) -> bool {
    match deed {
        Deed::Hazard { .. } | Deed::Ledger { .. } | Deed::Unread(_) => false,
        Deed::Order { command, .. } => !matches!(command, PaperCommand::Discard(_)),
        Deed::Circular { command, .. } => !matches!(command, PaperCommand::Discard(_)),
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
            Deed::Hazard { .. }
            | Deed::Order { .. }
            | Deed::Circular { .. }
            | Deed::Ledger { .. }
            | Deed::Unread(_) => None,
        })
}

/// The hazards that a paper names when it is drafted, revised or issued.
pub(super) fn named<P: Paper>(
    command: &PaperCommand<P>,
    file: Option<&PaperFile<P>>,
) -> Vec<HazardId> {
    let hazards = said(command, file).map_or(Vec::new(), Paper::hazards);
    hazards.iter().map(|hazard| hazard.id).collect()
}

/// The numbers of the circulars that this one corrects.
pub(super) fn corrected(content: &CircularContent) -> impl Iterator<Item = &DocumentNumber> {
    let corrected = content
        .items
        .iter()
        .filter_map(|item| item.corrects.as_ref());
    corrected.map(|corrected| &corrected.document)
}

/// What a paper says that is drafted, revised or issued.
pub(super) fn said<'p, P: Paper>(
    command: &'p PaperCommand<P>,
    file: Option<&'p PaperFile<P>>,
) -> Option<&'p P> {
    match (command, file.map(|file| &file.state)) {
        (PaperCommand::Draft(content) | PaperCommand::Revise(content), _)
        | (PaperCommand::Issue, Some(PaperState::Draft { content, .. })) => Some(content),
        (PaperCommand::Issue | PaperCommand::Discard(_), _) => None,
    }
}
