//! What guards an act apart from what it says, and the one way in which an act goes to the ledger.

use crate::error::fault;
use crate::input::{DateInput, Problem, Reading, RequestIdInput, Take, taken};
use crate::office::{Asked, asked};
use async_graphql::{Context, Result};
use chrono::NaiveDate;
use std::sync::Arc;
use xiaohao_core::values::RequestId;
use xiaohao_ledger::{Deed, Outcome, Submission};

/// What guards an act on something.
pub(crate) struct Guard<Id> {
    subject: Id,
    expected_version: Option<u32>,
    request: RequestId,
    occurred_on: Option<NaiveDate>,
}

impl<Id> Guard<Id> {
    /// Takes what every guard has, beside what is acted on.
    pub(crate) fn take(
        at: &mut Reading,
        subject: Option<Id>,
        expected_version: Option<i32>,
        request_id: RequestIdInput,
        occurred_on: Option<DateInput>,
    ) -> Option<Self> {
        let expected_version = at.field("expected_version", expected_version);
        let request = at.field("request_id", request_id);
        let occurred_on = at.field("occurred_on", occurred_on);
        Some(Self {
            subject: subject?,
            expected_version: expected_version?,
            request: request?,
            occurred_on: occurred_on?,
        })
    }
}

/// What came of something that was sent.
pub(crate) enum Submitted {
    /// It could not be read; this is everything that is wrong with it.
    Malformed(Vec<Problem>),
    /// The ledger has settled it.
    Settled(Outcome),
}

/// Counts acts, as data of a request: it is told what each came to.
pub trait Witness: Send + Sync {
    /// An act by this mutation came to this: `done`, `replayed`, `refused`, or the code of what stood in the way.
    fn came_to(&self, mutation: &str, outcome: &'static str);
}

/// Sends an act to the ledger, as the person who asks; the mutation is what it is counted as.
pub(crate) async fn submit<Id, T>(
    ctx: &Context<'_>,
    mutation: &str,
    act: impl Take<Guard<Id>>,
    says: Result<T, Vec<Problem>>,
    deed: impl FnOnce(Id, T) -> Deed,
) -> Result<Submitted> {
    let Asked { office, actor, .. } = asked(ctx)?;
    let (guard, says) = match (taken::<Guard<Id>>("act", act), says) {
        (Ok(guard), Ok(says)) => (guard, says),
        (guard, says) => {
            let mut problems = guard.err().unwrap_or_default();
            problems.extend(says.err().unwrap_or_default());
            return Ok(Submitted::Malformed(problems));
        }
    };
    let submission = Submission {
        request: guard.request,
        actor: actor.clone(),
        occurred_on: guard.occurred_on,
        expected_version: guard.expected_version,
        deed: deed(guard.subject, says),
    };
    let outcome = office.ledger.execute(submission).await;
    if let Some(witness) = ctx.data_opt::<Arc<dyn Witness>>() {
        let came_to = match &outcome {
            Ok(Outcome::Done {
                replayed: false, ..
            }) => "done",
            Ok(Outcome::Done { replayed: true, .. }) => "replayed",
            Ok(Outcome::Refused(_)) => "refused",
            Err(fault) => fault.code(),
        };
        witness.came_to(mutation, came_to);
    }
    outcome.map(Submitted::Settled).map_err(fault)
}
