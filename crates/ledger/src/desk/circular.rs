//! What the items of a circular rest on: the circulars that they correct, and what the figures of its as-of day count.

use super::Desk;
use super::questions::{corrected, said};
use crate::fault::Fault;
use crate::line::{Line, Record, Subject};
use crate::position::Position;
use crate::read::AsOf;
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::circular::{CircularContent, Counted, Item, ItemKind, PublishedCircular};
use xiaohao_core::paper::{PaperCommand, PaperEvent, PaperFile};
use xiaohao_core::values::{DocumentNumber, HazardId};

impl Desk<'_> {
    /// The published circulars that one corrects.
    pub(super) fn corrected(
        &self,
        command: &PaperCommand<CircularContent>,
        old: Option<&PaperFile<CircularContent>>,
    ) -> Vec<PublishedCircular> {
        let named: BTreeSet<&DocumentNumber> =
            said(command, old).into_iter().flat_map(corrected).collect();
        let of_batch = self.lines.iter().map(|new| &new.line);
        let lines = self.found.lines.values().chain(of_batch);
        let published = lines.filter_map(|line| match &line.record {
            Record::Circular(entry) => match &entry.event {
                PaperEvent::Issued(published) => Some(published),
                PaperEvent::Drafted(_) | PaperEvent::Revised(_) | PaperEvent::Discarded(_) => None,
            },
            Record::Hazard(_) | Record::Order(_) | Record::Ledger(_) => None,
        });
        let is_named = |published: &&PublishedCircular| named.contains(published.document());
        published.filter(is_named).cloned().collect()
    }

    /// As what the figures of a circular that is to be issued count what it names. Its items may say what was known both when the
    /// figures were made and now: nothing that they do not count, and nothing that has proved wrong since.
    pub(super) fn counted(
        &self,
        command: &PaperCommand<CircularContent>,
        old: Option<&PaperFile<CircularContent>>,
    ) -> Result<BTreeMap<HazardId, Counted>, Fault> {
        let PaperCommand::Issue = command else {
            return Ok(BTreeMap::new());
        };
        let Some(content) = said(command, old) else {
            return Ok(BTreeMap::new());
        };
        let (on, last) = (content.as_of, self.head.position);
        let made_at = content.ledger_position.map_or(last, Position::new);
        let is_judged = |item: &&Item| matches!(item.kind, ItemKind::Closure | ItemKind::Overdue);
        let judged = content.items.iter().filter(is_judged);
        judged
            .map(|item| {
                let id = item.hazard.id;
                let mut lines = self.found.histories.get(&id).cloned().unwrap_or_default();
                let of_batch = self.lines.iter().map(|new| &new.line);
                let own = |line: &&Line| line.record.subject() == Subject::Hazard(id);
                lines.extend(of_batch.filter(own).cloned());
                let counted = |known| {
                    let as_of = AsOf {
                        valid_on: on,
                        known,
                    };
                    let then = as_of.hazard(&lines)?;
                    Ok(then.map_or_else(Counted::default, |(_, then)| Counted::of(&then, on)))
                };
                let (when_made, now) = (counted(made_at)?, counted(last)?);
                let both = Counted {
                    closed: when_made.closed && now.closed,
                    overdue: when_made.overdue && now.overdue,
                };
                Ok((id, both))
            })
            .collect()
    }
}
