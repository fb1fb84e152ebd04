//! What guards an act apart from what it says, and the one way in which an act goes to the ledger.

use crate::attendant::{Demand, RefusedAttempt, admitted, attendant};
use crate::error::fault;
use crate::input::{Arguments, DateInput, Problem, Reading, RequestIdInput, Said, Take, taken};
use crate::office::{Asked, asked};
use crate::refusal::Refusal;
use async_graphql::{Context, Result};
use chrono::NaiveDate;
use xiaohao_core::values::RequestId;
use xiaohao_ledger::{After, Answer, Deed, Fault, Outcome, Submission};

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
    /// It is done, now or before.
    Done {
        /// The answer of the ledger.
        answer: Box<Answer>,
        /// Whether it was done before.
        replayed: bool,
    },
    /// It is not done, because it could not be read or because the ledger refused it.
    Refused {
        /// Every reason why, each with the field that it is about, as the client wrote it.
        reasons: Vec<Refusal>,
        /// The hazard or paper as it stands, where the ledger tells.
        present: Option<Box<After>>,
    },
}

/// What a mutation is sent as, and where its arguments stand in the request.
pub(crate) struct Sent<'a> {
    /// What it is counted as.
    pub(crate) mutation: &'a str,
    /// Where its arguments stand.
    pub(crate) arguments: &'a Arguments,
}

/// Sends an act to the ledger, as the person who asks. What cannot be read is sent as well, where there is a deed for it: what
/// the ledger says of the act whatever it says, comes before what is wrong with its content.
pub(crate) async fn submit<Id: ToString, T>(
    ctx: &Context<'_>,
    sent: Sent<'_>,
    act: impl Take<Guard<Id>>,
    says: Said<T>,
    deed: impl FnOnce(Id, Option<T>) -> Option<Deed>,
) -> Result<Submitted> {
    let asked = asked(ctx)?;
    asked.may_send(sent.mutation)?;
    let Asked {
        office, actor, by, ..
    } = asked;
    admitted(ctx, Demand::Act)?;
    let guard = taken::<Guard<Id>>(&sent.arguments.act, act);
    let written = [guard.written, says.written];
    let (says, mut mistakes) = match says.value {
        Ok(says) => (Some(says), Vec::new()),
        Err(problems) => (None, problems),
    };
    let unread = |problems: Vec<Problem>| {
        let codes = problems.iter().map(Problem::code).collect();
        note(ctx, sent.mutation, "malformed", None, codes);
        Ok(Submitted::Refused {
            reasons: problems.into_iter().map(Refusal::from).collect(),
            present: None,
        })
    };
    let guard = match guard.value {
        Ok(guard) => guard,
        Err(mut problems) => {
            problems.append(&mut mistakes);
            return unread(problems);
        }
    };
    let subject = Some(guard.subject.to_string()).filter(|subject| !subject.is_empty());
    let Some(deed) = deed(guard.subject, says) else {
        return unread(mistakes);
    };
    let submission = Submission {
        request: guard.request,
        actor: actor.clone(),
        through: by.through(),
        occurred_on: guard.occurred_on,
        expected_version: guard.expected_version,
        deed,
    };
    let outcome = office.ledger.execute(submission).await;
    if let Ok(Outcome::Refused(refused)) = &outcome
        && !refused.comes_to_content
    {
        mistakes.clear();
    }
    let (came_to, codes) = came_to(&outcome, &mistakes);
    note(ctx, sent.mutation, came_to, subject, codes);
    Ok(match outcome.map_err(fault)? {
        Outcome::Done { answer, replayed } => Submitted::Done { answer, replayed },
        Outcome::Refused(refused) => Submitted::Refused {
            reasons: {
                let reasons = Refusal::all(&refused, &written).into_iter();
                let mistakes = mistakes.into_iter().map(Refusal::from);
                reasons.chain(mistakes).collect()
            },
            present: refused.present,
        },
    })
}

/// What an act came to, as it is counted, and the codes with which it was refused.
fn came_to(
    outcome: &Result<Outcome, Fault>,
    mistakes: &[Problem],
) -> (&'static str, Vec<&'static str>) {
    match outcome {
        Ok(Outcome::Done { replayed, .. }) => {
            (if *replayed { "replayed" } else { "done" }, Vec::new())
        }
        Ok(Outcome::Refused(refused)) => {
            let codes = refused.refusals.iter().map(xiaohao_core::Refusal::code);
            let codes = codes.chain(mistakes.iter().map(Problem::code));
            let is_malformed = refused.comes_to_content;
            let came_to = if is_malformed { "malformed" } else { "refused" };
            (came_to, codes.collect())
        }
        Err(fault) => (fault.code(), Vec::new()),
    }
}

/// Tells whoever attends the request what an act came to, and keeps it as an attempt where it was refused.
fn note(
    ctx: &Context<'_>,
    mutation: &str,
    came_to: &'static str,
    subject: Option<String>,
    codes: Vec<&'static str>,
) {
    let Some(attendant) = attendant(ctx) else {
        return;
    };
    attendant.came_to(mutation, came_to);
    if !codes.is_empty() {
        attendant.refused(RefusedAttempt {
            subject,
            ..RefusedAttempt::once(mutation, codes)
        });
    }
}
