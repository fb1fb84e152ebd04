//! One paper on a desk: it is drafted, revised and issued, each time by somebody on some day.

use crate::sample;
use xiaohao_core::paper::{
    Issued, PAPER_FORMAT, Paper, PaperCommand, PaperEntry, PaperEvent, PaperFile, PaperState,
    decide_paper, evolve_paper,
};
use xiaohao_core::{Context, Refusals, Stamp};

/// A paper.
#[derive(Clone, Debug)]
pub struct Sheet<P: Paper> {
    /// The lines so far.
    pub history: Vec<PaperEntry<P>>,
    /// What they come to.
    pub file: Option<PaperFile<P>>,
    id: P::Id,
}

impl<P: Paper> Sheet<P> {
    /// A blank one.
    pub fn new(id: P::Id) -> Self {
        Self {
            history: Vec::new(),
            file: None,
            id,
        }
    }

    /// Decides without doing, for somebody who has seen the last version.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn dry_run(
        &self,
        command: PaperCommand<P>,
        ctx: &Context<'_>,
    ) -> Result<PaperEvent<P>, Refusals> {
        let ctx = Context {
            expected_version: self.file.as_ref().map(|file| file.version),
            ..*ctx
        };
        decide_paper(self.file.as_ref(), command, &ctx)
    }

    /// Does what must succeed.
    pub fn step(&mut self, command: PaperCommand<P>, ctx: &Context<'_>) -> &PaperEvent<P> {
        let event = match self.dry_run(command, ctx) {
            Ok(event) => event,
            Err(refusals) => panic!("{} was refused: {refusals:#?}", P::NAME),
        };
        let entry = self.next_line(event, ctx);
        self.file = Some(evolve_paper(self.file.take(), &entry).unwrap());
        self.history.push(entry);
        &self.history.last().unwrap().event
    }

    /// The line that comes next, if this happens.
    pub fn next_line(&self, event: PaperEvent<P>, ctx: &Context<'_>) -> PaperEntry<P> {
        let seq = u32::try_from(self.history.len()).unwrap() + 1;
        PaperEntry {
            format: PAPER_FORMAT,
            paper: self.id,
            seq,
            request: sample::request(900 + u128::from(seq)),
            stamp: Stamp {
                actor: ctx.actor.clone(),
                occurred_on: ctx.occurred_on,
                recorded_at: ctx.now,
            },
            event,
        }
    }

    /// The paper as issued; panics when it is not.
    pub fn issued(&self) -> &Issued<P> {
        match self.file.as_ref().map(|file| &file.state) {
            Some(PaperState::Issued(issued)) => issued,
            other => panic!("{} was not issued: {other:?}", P::NAME),
        }
    }
}
