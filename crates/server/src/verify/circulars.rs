//! The circulars of a ledger, their figures counted again.

use crate::progress::Bar;
use std::collections::BTreeMap;
use xiaohao_core::County;
use xiaohao_core::circular::PublishedCircular;
use xiaohao_core::paper::PaperEvent;
use xiaohao_core::values::CircularId;
use xiaohao_ledger::read::{Reader, recounted};
use xiaohao_ledger::{Fault, Line, Position, Record};
use xiaohao_store::{Findings, Progress};

/// The circulars that were issued, as one comes past their lines.
#[derive(Default)]
pub(super) struct Circulars {
    /// Where each was drafted last, and with that its figures were made.
    drafted: BTreeMap<CircularId, Position>,
    issued: Vec<Published>,
}

/// One that was issued.
struct Published {
    drafted: Position,
    issued: Position,
    circular: PublishedCircular,
}

impl Circulars {
    /// Takes in a line.
    pub(super) fn look_at(&mut self, line: &Line) {
        let Record::Circular(entry) = &line.record else {
            return;
        };
        match &entry.event {
            PaperEvent::Drafted(content) | PaperEvent::Revised(content) => {
                self.drafted.insert(content.id, line.position);
            }
            PaperEvent::Issued(circular) => {
                let issued = line.position;
                let drafted = self.drafted.remove(&circular.id());
                self.issued.push(Published {
                    drafted: drafted.unwrap_or(issued),
                    issued,
                    circular: circular.clone(),
                });
            }
            PaperEvent::Discarded(_) => {}
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.issued.len()
    }

    /// Counts again what they print, one after the other; the whole county is in memory once. Where the record is not what it was, or
    /// rows are missing by which it is found, figures would be told that only follow from that.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn recount(
        &self,
        reader: &dyn Reader,
        county: &County,
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        if self.issued.is_empty() {
            return Ok(());
        }
        if !findings.is_clean() {
            let skipped =
                "the figures of the circulars are counted again when nothing else is found";
            findings.remarks.push(skipped.to_owned());
            return Ok(());
        }
        let bar = Bar::of(county.code, "circulars");
        let of = self.issued.len() as u64;
        for (done, published) in (1..).zip(&self.issued) {
            published.recount(reader, county, findings).await?;
            bar.show(Progress { done, of });
        }
        bar.end();
        Ok(())
    }
}

impl Published {
    async fn recount(
        &self,
        reader: &dyn Reader,
        county: &County,
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let (content, document) = (self.circular.content(), self.circular.document());
        let (drafted, issued) = (self.drafted, self.issued);
        let Some(known) = content.ledger_position.map(Position::new) else {
            findings.remarks.push(format!(
                "the circular {document}, issued in line {issued}, names no line up to which its figures were made: nobody can make them again"
            ));
            return Ok(());
        };
        if known >= drafted {
            findings.differ_at(issued, || {
                format!(
                    "the circular {document}, issued in line {issued}, says that its figures were made of the lines up to {known}, and was \
                     drafted in line {drafted}"
                )
            });
            return Ok(());
        }
        for contradiction in recounted(reader, county, content, known).await? {
            findings.differ_at(issued, || {
                format!("the circular {document}, issued in line {issued}: {contradiction}, by the lines up to {known}")
            });
        }
        Ok(())
    }
}
