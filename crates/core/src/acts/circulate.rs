//! T20 通报: a published circular names the hazard. Only an item of kind CLOSURE changes its state (rule 19).

use super::prelude::*;
use crate::circular::{ItemKind, PublishedCircular};
use crate::dossier::{Circulation, ListEntry, Mention};

/// Where in which circular a hazard is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircularReference {
    /// The circular.
    pub circular: CircularId,
    /// Its document number.
    pub document: DocumentNumber,
    /// The item's number, from 1.
    pub item: u16,
}

/// 通报销号: the strike-off appears in a published circular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CirculateClosure {
    /// The published circular.
    pub circular: CircularId,
    /// The item's number, from 1.
    pub item: u16,
}

/// T20: the closure is circulated and the file is archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosureCirculated {
    /// The item.
    pub reference: CircularReference,
}

/// Nothing is circulated before the circular is out.
fn judge_day(circular: CircularId, ctx: &Context<'_>, no: &mut Refusals) {
    let published = ctx.known.circular(circular);
    let issued_on = published.map(PublishedCircular::issued_on);
    no.when_some(issued_on.filter(|on| ctx.occurred_on < *on), |issued_on| {
        Refusal::BeforeCircular { issued_on }
    });
}

/// A strike-off that came undone is told as nothing done (rule 21).
fn judge_standing(entry: &ListEntry, no: &mut Refusals) {
    let came_back_on = entry.cycle.came_back_on;
    no.when_some(came_back_on, |on| Refusal::ClosureCameBack { on });
}

/// The item of the published circular that names this hazard.
fn reference<S: InFile>(
    state: &S,
    circular: CircularId,
    item: u16,
    ctx: &Context<'_>,
) -> Result<(CircularReference, ItemKind), Refusal> {
    let published = ctx
        .known
        .circular(circular)
        .ok_or(Refusal::NotInPublishedCircular)?;
    let kind = published
        .kind_of(item, state.file().id)
        .ok_or(Refusal::NotInPublishedCircular)?;
    Ok((
        CircularReference {
            circular,
            document: published.document().clone(),
            item,
        },
        kind,
    ))
}

impl Rules<Closed> for CirculateClosure {
    type Event = ClosureCirculated;

    fn judge(&self, state: &Closed, ctx: &Context<'_>, no: &mut Refusals) {
        judge_day(self.circular, ctx, no);
        // A circular of a day before the strike-off, or one that told an earlier one that came undone, does not tell this one.
        let published = ctx.known.circular(self.circular);
        let as_of = published.map(|circular| circular.content().as_of);
        let of_before = as_of.is_some_and(|as_of| as_of < state.closure.closed_on);
        let past = state.entry.past_cycles.iter();
        let mut told = past.filter_map(|past| past.circulated.as_ref());
        let has_told = told.any(|told| told.circular == self.circular);
        no.when(of_before || has_told, || Refusal::NotInPublishedCircular);
        judge_standing(&state.entry, no);
        match reference(state, self.circular, self.item, ctx) {
            Ok((_, kind)) => no.when(kind != ItemKind::Closure, || Refusal::CircularItemKind),
            Err(refusal) => no.add(refusal),
        }
    }

    fn event(self, state: &Closed, ctx: &Context<'_>) -> Result<ClosureCirculated, Refusals> {
        let (reference, _) = reference(state, self.circular, self.item, ctx)?;
        Ok(ClosureCirculated { reference })
    }
}

impl Evolves<Closed> for ClosureCirculated {
    type Next = Circulated;

    fn evolve(&self, state: Closed, stamp: &Stamp) -> Circulated {
        let Closed {
            file,
            entry,
            assignment,
            receipt,
            work,
            application,
            acceptance,
            closure,
        } = state;
        let circulation = Circulation {
            item: self.reference.clone(),
            circulated_on: stamp.occurred_on,
        };
        Circulated {
            file,
            entry,
            assignment,
            receipt,
            work,
            application,
            acceptance,
            closure,
            circulation,
        }
    }
}

/// 通报提及: overdue, praise, criticism or correction; the state stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionInCircular {
    /// The published circular.
    pub circular: CircularId,
    /// The item's number, from 1.
    pub item: u16,
}

/// T20: the hazard is named in a circular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionedInCircular {
    /// The item.
    pub reference: CircularReference,
    /// As what it is named.
    pub kind: ItemKind,
}

impl<S: OnceListed> Rules<S> for MentionInCircular {
    type Event = MentionedInCircular;

    fn standing(state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        // No circular can name what never had a number.
        no.when(state.entry_if_any().is_none(), || {
            Refusal::NotInPublishedCircular
        });
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_day(self.circular, ctx, no);
        let Some(entry) = state.entry_if_any() else {
            return;
        };
        match reference(state, self.circular, self.item, ctx) {
            Ok((reference, kind)) => {
                no.when(kind == ItemKind::Closure, || Refusal::CircularItemKind);
                if kind == ItemKind::Praise {
                    judge_standing(entry, no);
                }
                // Said again, it would be taken for what a later circular said.
                let mut mentions = entry.mentions.iter();
                no.when(mentions.any(|told| told.reference == reference), || {
                    Refusal::AlreadyMentioned
                });
            }
            Err(refusal) => no.add(refusal),
        }
    }

    fn event(self, state: &S, ctx: &Context<'_>) -> Result<MentionedInCircular, Refusals> {
        let (reference, kind) = reference(state, self.circular, self.item, ctx)?;
        Ok(MentionedInCircular { reference, kind })
    }
}

impl<S: OnceListed> Evolves<S> for MentionedInCircular {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let (kind, reference) = (self.kind, self.reference.clone());
        let on = stamp.occurred_on;
        if let Some(entry) = state.entry_if_any_mut() {
            entry.mentions.push(Mention {
                kind,
                reference,
                on,
            });
        }
        state
    }
}
