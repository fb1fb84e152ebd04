//! One line of a paper's history, and a paper made again from its lines.
//!
//! A paper has a history of its own beside those of the hazards that it names; `crate::record` is the same for a hazard.

use super::{Issued, Paper, PaperEvent, PaperState};
use crate::record::{BrokenHistory, HistoryLine, Stamp};
use crate::values::RequestId;
use serde::{Deserialize, Serialize};

/// The version of the stored form of a paper's event that this program writes. In the first, which is read as well,
/// personal data stood in the body.
pub const PAPER_FORMAT: u16 = 2;

/// One line of a paper's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "P: Paper")]
pub struct PaperEntry<P: Paper> {
    /// Version of the stored form; a reader refuses one it does not know.
    pub format: u16,
    /// The paper.
    pub paper: P::Id,
    /// Its place in the paper's history, from 1 without a gap; the paper's version after it.
    pub seq: u32,
    /// The client's operation id.
    pub request: RequestId,
    /// Who and when.
    pub stamp: Stamp,
    /// What happened.
    pub event: PaperEvent<P>,
}

/// A paper as it stands, with the number of its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "P: Paper")]
pub struct PaperFile<P: Paper> {
    /// Its id.
    pub id: P::Id,
    /// Number of the lines of its history; what one who revises it must have seen.
    pub version: u32,
    /// Where it is in its life.
    pub state: PaperState<P>,
}

impl<P: Paper> PaperFile<P> {
    /// What was issued; nothing before it is, and of one that was discarded.
    #[must_use]
    pub fn issued(&self) -> Option<&Issued<P>> {
        match &self.state {
            PaperState::Issued(issued) => Some(issued),
            PaperState::Draft { .. } | PaperState::Discarded => None,
        }
    }
}

/// The paper after one more line.
///
/// # Errors
/// [`BrokenHistory`] when the line cannot follow on what came before.
pub fn evolve_paper<P: Paper>(
    file: Option<PaperFile<P>>,
    entry: &PaperEntry<P>,
) -> Result<PaperFile<P>, BrokenHistory> {
    let (seq, before) = (entry.seq, file.as_ref());
    HistoryLine {
        seq,
        format: entry.format,
        is_own: before.is_none_or(|file| file.id == entry.paper),
    }
    .judge(before.map_or(0, |file| file.version), PAPER_FORMAT)?;
    let state = receive(file.map(|file| file.state), entry);
    let state = state.ok_or(BrokenHistory::IllegalPaper {
        seq,
        paper: P::NAME,
    })?;
    Ok(PaperFile {
        id: entry.paper,
        version: seq,
        state,
    })
}

/// The paper that a whole history comes to; none of an empty one.
///
/// # Errors
/// [`BrokenHistory`] at the first line that cannot follow on what came before.
pub fn replay_paper<P: Paper>(
    history: &[PaperEntry<P>],
) -> Result<Option<PaperFile<P>>, BrokenHistory> {
    history
        .iter()
        .try_fold(None, |file, entry| evolve_paper(file, entry).map(Some))
}

/// The state after the entry; `None` where the paper cannot receive it, or where it says what another paper says.
fn receive<P: Paper>(state: Option<PaperState<P>>, entry: &PaperEntry<P>) -> Option<PaperState<P>> {
    let own = |content: &P| content.id() == entry.paper;
    match (state, &entry.event) {
        (None, PaperEvent::Drafted(content)) if own(content) => Some(PaperState::Draft {
            content: content.clone(),
            drafted_by: entry.stamp.actor.person,
        }),
        (Some(PaperState::Draft { drafted_by, .. }), PaperEvent::Revised(content))
            if own(content) =>
        {
            Some(PaperState::Draft {
                content: content.clone(),
                drafted_by,
            })
        }
        // What is issued is what the last draft says, to the last figure, but for what was erased of either.
        (Some(PaperState::Draft { content, .. }), PaperEvent::Issued(issued))
            if issued.content().says_the_same(&content) =>
        {
            Some(PaperState::Issued(issued.clone()))
        }
        (Some(PaperState::Draft { .. }), PaperEvent::Discarded(_)) => Some(PaperState::Discarded),
        (
            _,
            PaperEvent::Drafted(_)
            | PaperEvent::Revised(_)
            | PaperEvent::Issued(_)
            | PaperEvent::Discarded(_),
        ) => None,
    }
}
