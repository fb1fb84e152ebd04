//! X02 补记: a note or photo from the field, accepted in any state and any order (spec §2.5).
//!
//! What a tablet could not hand in as an act, because the hazard had moved on, is kept as a note: nothing is lost.

use super::prelude::*;
use crate::dossier::File;

/// A note with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// What there is to say.
    pub text: Description,
    /// Photos and papers; they may still be on their way.
    pub evidence: EvidenceSet,
    /// The tablet, where it was one.
    pub device: Option<DeviceId>,
    /// The ledger entry that this one corrects; the old one stays.
    pub corrects: Option<u32>,
}

/// X02: the note is on record.
pub type NoteAdded = AddNote;

impl<S: InFile> Rules<S> for AddNote {
    type Event = NoteAdded;

    fn judge(&self, state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        corrected(self.corrects, state.file(), no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<NoteAdded, Refusals> {
        Ok(self)
    }
}

/// The line of the history that is corrected, if there is one; another cannot be.
pub(crate) fn corrected(corrects: Option<u32>, file: &File, no: &mut Refusals) -> Option<u32> {
    let is_there = |seq: &u32| (1..=file.version).contains(seq);
    no.when_some(corrects.filter(|seq| !is_there(seq)), |seq| {
        Refusal::CorrectsUnknownEntry { seq }
    });
    corrects.filter(is_there)
}

impl<S: InFile> Evolves<S> for NoteAdded {
    type Next = S;

    fn evolve(&self, state: S, _stamp: &Stamp) -> S {
        state
    }
}
