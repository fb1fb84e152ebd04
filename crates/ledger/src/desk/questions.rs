//! What a batch must know of the ledger before it is decided.

use crate::line::Subject;
use crate::position::Position;
use crate::row::DuplicateDigest;
use crate::store::{Found, Wanted};
use crate::submission::{Deed, Submission};
use std::collections::BTreeSet;
use xiaohao_core::Command;
use xiaohao_core::acts::Report;
use xiaohao_core::paper::{Paper, PaperCommand, PaperFile, PaperState};
use xiaohao_core::upkeep::MOST_ERASED;
use xiaohao_core::values::HazardId;

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
            Deed::Ledger { command } => {
                let lines = command.erased().take(MOST_ERASED);
                wanted
                    .lines
                    .extend(lines.map(|place| Position::new(place.entry)));
                wanted.ledger = true;
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
            Deed::Order { .. } | Deed::Circular { .. } | Deed::Ledger { .. } => {}
        }
    }
    wanted.hazards.retain(|id| !found.hazards.contains_key(id));
    wanted
}

fn issues(deed: &Deed) -> bool {
    match deed {
        Deed::Hazard { .. } | Deed::Ledger { .. } => false,
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
            Deed::Hazard { .. }
            | Deed::Order { .. }
            | Deed::Circular { .. }
            | Deed::Ledger { .. } => None,
        })
}

/// The hazards that a paper names when it is drafted, revised or issued.
pub(super) fn named<P: Paper>(
    command: &PaperCommand<P>,
    file: Option<&PaperFile<P>>,
) -> Vec<HazardId> {
    match (command, file.map(|file| &file.state)) {
        (PaperCommand::Draft(content) | PaperCommand::Revise(content), _)
        | (PaperCommand::Issue, Some(PaperState::Draft { content, .. })) => {
            content.hazards().iter().map(|hazard| hazard.id).collect()
        }
        (PaperCommand::Issue | PaperCommand::Discard(_), _) => Vec::new(),
    }
}
