//! What somebody who works on a ledger writes down at once, so that it can be held against the ledger afterwards, whatever
//! has become of him.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use xiaohao_ledger::Answer;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// The ledger is open, or could not be opened, with the code of what stood in the way.
    Opened(Result<(), String>),
    /// This request is about to be sent.
    Sent(Uuid),
    /// It was acknowledged, with these lines.
    Done(Uuid, Vec<Written>),
    /// It was refused.
    Refused(Uuid),
    /// This checkpoint was signed.
    Signed(String),
    /// It came to this fault; it is sent again.
    Fault(Uuid, String),
    /// Whether an act could be recorded, and if not, the code of what stands in the way; written down when it changes.
    Ready(Result<(), String>),
    /// Whether what is there can be read, likewise.
    Reading(Result<(), String>),
}

/// A line that was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its place in the ledger.
    pub position: u64,
    /// Its request: that of the act, or one made from it.
    pub request: Uuid,
    /// To what it was done.
    pub subject: Uuid,
    /// Its place in the history of that.
    pub seq: u32,
    /// The hash of its leaf in the county's log.
    pub leaf: [u8; 32],
}

impl Word {
    /// An acknowledgement.
    pub fn done(request: Uuid, answer: &Answer) -> Self {
        let written = |line: &xiaohao_ledger::Line| Written {
            position: line.position.get(),
            request: line.record.request().as_uuid(),
            subject: line.record.subject().id(),
            seq: line.record.seq(),
            leaf: *line.leaf.as_bytes(),
        };
        Self::Done(request, answer.lines.iter().map(written).collect())
    }
}

/// What all entries come to.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    /// Requests that were sent.
    pub sent: BTreeSet<Uuid>,
    /// Requests that were acknowledged, and their lines.
    pub done: Vec<(Uuid, Vec<Written>)>,
    /// Requests that were refused.
    pub refused: BTreeSet<Uuid>,
    /// Checkpoints that were signed.
    pub signed: Vec<String>,
    /// Requests that were sent and neither acknowledged nor refused.
    pub open: BTreeSet<Uuid>,
}

impl Diary {
    /// Takes in an entry.
    pub fn note(&mut self, word: Word) {
        match word {
            Word::Sent(request) => {
                if self.sent.insert(request) {
                    self.open.insert(request);
                }
            }
            Word::Done(request, lines) => {
                self.open.remove(&request);
                self.done.push((request, lines));
            }
            Word::Refused(request) => {
                self.open.remove(&request);
                self.refused.insert(request);
            }
            Word::Signed(note) => self.signed.push(note),
            Word::Opened(_) | Word::Fault(..) | Word::Ready(_) | Word::Reading(_) => {}
        }
    }
}
