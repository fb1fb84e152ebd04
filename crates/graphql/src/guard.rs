//! What guards an act apart from what it says, and the one way in which an act goes to the ledger.

use crate::attendant::{Demand, RefusedAttempt, admitted, attendant};
use crate::error::fault;
use crate::input::{DateInput, Problem, Reading, RequestIdInput, Take, taken};
use crate::office::{Asked, asked};
use async_graphql::{Context, Result};
use chrono::NaiveDate;
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

/// Sends an act to the ledger, as the person who asks; the mutation is what it is counted as.
pub(crate) async fn submit<Id: ToString, T>(
    ctx: &Context<'_>,
    mutation: &str,
    act: impl Take<Guard<Id>>,
    says: Result<T, Vec<Problem>>,
    deed: impl FnOnce(Id, T) -> Deed,
) -> Result<Submitted> {
    let asked = asked(ctx)?;
    asked.may_send(mutation)?;
    let Asked { office, actor, .. } = asked;
    admitted(ctx, Demand::Act)?;
    let heard = |outcome, subject: Option<String>, codes: Vec<&'static str>| {
        let Some(attendant) = attendant(ctx) else {
            return;
        };
        attendant.came_to(mutation, outcome);
        if !codes.is_empty() {
            attendant.refused(RefusedAttempt {
                tried: mutation.to_owned(),
                subject,
                login: None,
                codes,
            });
        }
    };
    let (guard, says) = match (taken::<Guard<Id>>("act", act), says) {
        (Ok(guard), Ok(says)) => (guard, says),
        (guard, says) => {
            let mut problems = guard.err().unwrap_or_default();
            problems.extend(says.err().unwrap_or_default());
            let codes = problems.iter().map(Problem::code).collect();
            heard("malformed", None, codes);
            return Ok(Submitted::Malformed(problems));
        }
    };
    let subject = Some(guard.subject.to_string()).filter(|subject| !subject.is_empty());
    let submission = Submission {
        request: guard.request,
        actor: actor.clone(),
        occurred_on: guard.occurred_on,
        expected_version: guard.expected_version,
        deed: deed(guard.subject, says),
    };
    let outcome = office.ledger.execute(submission).await;
    let (came_to, codes) = match &outcome {
        Ok(Outcome::Done {
            replayed: false, ..
        }) => ("done", Vec::new()),
        Ok(Outcome::Done { replayed: true, .. }) => ("replayed", Vec::new()),
        Ok(Outcome::Refused(refused)) => {
            let codes = refused.refusals.iter().map(xiaohao_core::Refusal::code);
            ("refused", codes.collect())
        }
        Err(fault) => (fault.code(), Vec::new()),
    };
    heard(came_to, subject, codes);
    outcome.map(Submitted::Settled).map_err(fault)
}
