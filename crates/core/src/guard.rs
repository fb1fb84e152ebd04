//! The one guard, with its faces: `decide` does, `actions` says what may be done and, if not, why.
//!
//! Both ask the same functions in the same order, so no button is ever dead and no refusal comes as a surprise:
//! an act is shown as allowed exactly when something could be said with which it would be done (where it cites a paper,
//! once that paper is out).

use crate::acts;
use crate::authority;
use crate::context::Context;
use crate::hazard::Hazard;
use crate::lifecycle::{Act, Command, Event, is_legal, judge, stand};
use crate::rectifying::stands_apart;
use crate::refusal::{Refusal, Refusals};

/// Decides a command: the event that happens, or every reason why it does not.
///
/// `hazard` is `None` for a hazard that is not yet in the ledger; then only the report is possible.
///
/// # Errors
/// All refusals, in order of precedence. Nothing has changed.
pub fn decide(
    hazard: Option<&Hazard>,
    command: Command,
    ctx: &Context<'_>,
) -> Result<Event, Refusals> {
    let act = command.act();
    let no = gate(hazard, act, ctx)?;
    let decided = match (hazard, command) {
        (None, Command::Report(says)) => Some(acts::report(*says, ctx).map(Event::from)),
        (None, _) => None,
        (Some(hazard), command) => judge(hazard, command, ctx),
    };
    match decided {
        None => Err(not_allowed(hazard, act)),
        Some(Ok(event)) => no.or(|| Ok(event)),
        Some(Err(mut refusals)) => {
            refusals.append(Some(no));
            Err(refusals.without_idle_numbers())
        }
    }
}

/// What one viewer may do with one hazard now, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The act.
    pub act: Act,
    /// What stands in the way, first things first; empty when it may be done.
    pub refusals: Refusals,
}

impl Action {
    /// Whether it may be done.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.refusals.is_empty()
    }
}

/// Every act, with whether this viewer may do it on this hazard now, whatever he would say.
///
/// The report is not among them: it makes a hazard and is not done to one.
#[must_use]
pub fn actions(hazard: &Hazard, ctx: &Context<'_>) -> Vec<Action> {
    let done_to_one = Act::ALL.iter().copied().filter(|act| *act != Act::Report);
    done_to_one
        .map(|act| Action {
            act,
            refusals: may(hazard, act, ctx),
        })
        .collect()
}

/// What stands in the way of one act on one hazard, whatever it would say; nothing when it may be done.
#[must_use]
pub fn may(hazard: &Hazard, act: Act, ctx: &Context<'_>) -> Refusals {
    before_content(Some(hazard), act, ctx).unwrap_or_else(|refusals| refusals)
}

/// What stands in the way of one act whatever it would say, and is told together with what is wrong with what it says.
///
/// # Errors
/// What ends the matter, and is told alone.
pub fn before_content(
    hazard: Option<&Hazard>,
    act: Act,
    ctx: &Context<'_>,
) -> Result<Refusals, Refusals> {
    let mut no = gate(hazard, act, ctx)?;
    no.append(hazard.and_then(|hazard| stand(hazard, act, ctx)));
    Ok(no)
}

/// What is asked of every act. The first three end the matter: who is stale, out of order or not entitled hears that
/// and nothing more. The dates are told together with what the act's own rules find.
fn gate(hazard: Option<&Hazard>, act: Act, ctx: &Context<'_>) -> Result<Refusals, Refusals> {
    let Some(hazard) = hazard else {
        if act != Act::Report {
            return Err(Refusal::HazardUnknown.into());
        }
        authority::may(act, None, ctx)?;
        let mut no = Refusals::default();
        no.when(ctx.occurred_on > ctx.today(), || Refusal::OccurredInFuture);
        ctx.judge_year(&mut no);
        return Ok(no);
    };
    // A report has seen no version; on a hazard that is there it hears what that one has come to.
    let rests_on_a_version = !act.is_additive() && act != Act::Report;
    if ctx.expected_version.is_none() && rests_on_a_version {
        return Err(Refusal::VersionMissing.into());
    }
    // Acts that only add to the record since then have changed nothing that the actor relied on.
    let (moved, now) = (hazard.file().moved_version, hazard.version());
    let stale = ctx
        .expected_version
        .filter(|expected| *expected < moved || *expected > now);
    if let (Some(expected), true) = (stale, rests_on_a_version) {
        let (actual, status) = (hazard.version(), hazard.status());
        return Err(Refusal::StaleVersion {
            expected,
            actual,
            status,
        }
        .into());
    }
    if !is_legal(hazard.status(), act) {
        return Err(not_allowed(Some(hazard), act));
    }
    authority::may(act, Some(hazard), ctx)?;
    let mut no = Refusals::default();
    ctx.judge_dates(hazard.file(), act.is_additive(), &mut no);
    no.append(stands_apart(act, hazard, ctx).map(Refusals::from));
    Ok(no)
}

fn not_allowed(hazard: Option<&Hazard>, act: Act) -> Refusals {
    hazard
        .map_or(Refusal::HazardUnknown, |hazard| {
            Refusal::NotAllowedInState {
                act,
                status: hazard.status(),
                version: hazard.version(),
            }
        })
        .into()
}
