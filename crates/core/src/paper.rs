//! The life of a paper: drafted, revised, issued, and from then on unchanged for ever (rule 20).
//!
//! Orders and circulars are papers. What one says and who may sign it is the paper's own; that a draft can be revised
//! or discarded and an issued paper cannot is said here once.

use crate::actor::Role;
use crate::context::Context;
use crate::dossier::IssuingBody;
use crate::refusal::{Refusal, Refusals};
use crate::values::{PersonId, Reason};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a kind of paper adds to its life.
pub trait Paper: Clone + Serialize + DeserializeOwned {
    /// The paper once issued.
    type Issued: Clone + Serialize + DeserializeOwned;

    /// What it is called.
    const NAME: &'static str;

    /// Who may sign it.
    fn signers(&self) -> &'static [Role];

    /// The rules of what it says, checked with every draft.
    fn judge_content(&self, no: &mut Refusals);

    /// The rules that hold on the day of issue.
    fn judge_issue(&self, ctx: &Context<'_>, no: &mut Refusals);

    /// The issued paper, with its number.
    ///
    /// # Errors
    /// [`Refusal::NumberUnavailable`] when the ledger provided none.
    fn issue(self, ctx: &Context<'_>) -> Result<Self::Issued, Refusal>;
}

/// Where a paper is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "status",
    content = "paper",
    rename_all = "SCREAMING_SNAKE_CASE",
    bound = "P: Paper"
)]
pub enum PaperState<P: Paper> {
    /// 草稿.
    Draft {
        /// What it says so far.
        content: P,
        /// Who drafted it first.
        drafted_by: PersonId,
    },
    /// 已签发.
    Issued(P::Issued),
    /// 已废弃: a draft that was never issued.
    Discarded,
}

/// What one does with a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "act",
    content = "says",
    rename_all = "SCREAMING_SNAKE_CASE",
    bound = "P: Paper"
)]
pub enum PaperCommand<P: Paper> {
    /// 拟稿.
    Draft(P),
    /// 修改.
    Revise(P),
    /// 签发.
    Issue,
    /// 废弃.
    Discard(Reason),
}

/// What happened to a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "data",
    rename_all = "SCREAMING_SNAKE_CASE",
    deny_unknown_fields,
    bound = "P: Paper"
)]
pub enum PaperEvent<P: Paper> {
    /// It was drafted.
    Drafted(P),
    /// It was revised.
    Revised(P),
    /// It was issued.
    Issued(P::Issued),
    /// It was discarded.
    Discarded(Reason),
}

/// Who may draft, revise and discard papers.
const DRAFTERS: &[Role] = &[
    Role::OfficeClerk,
    Role::OfficeApprover,
    Role::CommissionSigner,
];

/// Decides what one may do with a paper.
///
/// # Errors
/// Every refusal that stands in the way.
pub fn decide_paper<P: Paper>(
    state: Option<&PaperState<P>>,
    command: PaperCommand<P>,
    ctx: &Context<'_>,
) -> Result<PaperEvent<P>, Refusals> {
    let mut no = Refusals::default();
    let draft = match (state, &command) {
        (None, PaperCommand::Draft(_)) => None,
        (None, _) => return Err(Refusal::PaperUnknown { paper: P::NAME }.into()),
        (
            Some(PaperState::Draft { content, .. }),
            PaperCommand::Revise(_) | PaperCommand::Issue | PaperCommand::Discard(_),
        ) => Some(content),
        (Some(_), _) => return Err(Refusal::PaperNotDraft { paper: P::NAME }.into()),
    };
    let allowed = match (&command, draft) {
        (PaperCommand::Issue, Some(content)) => content.signers(),
        _ => DRAFTERS,
    };
    let own_unit = match ctx.issuing_body() {
        IssuingBody::Commission => ctx.county.commission,
        IssuingBody::Office => ctx.county.office,
    };
    if !allowed.contains(&ctx.actor.role) || ctx.actor.unit != own_unit {
        return Err(Refusal::PaperRole { paper: P::NAME }.into());
    }
    no.when(ctx.occurred_on > ctx.today(), || Refusal::OccurredInFuture);
    match (command, draft) {
        (PaperCommand::Draft(content), _) => {
            content.judge_content(&mut no);
            no.or(|| Ok(PaperEvent::Drafted(content)))
        }
        (PaperCommand::Revise(content), _) => {
            content.judge_content(&mut no);
            no.or(|| Ok(PaperEvent::Revised(content)))
        }
        (PaperCommand::Issue, Some(content)) => {
            content.judge_content(&mut no);
            content.judge_issue(ctx, &mut no);
            no.or(|| Ok(PaperEvent::Issued(content.clone().issue(ctx)?)))
        }
        (PaperCommand::Discard(reason), _) => no.or(|| Ok(PaperEvent::Discarded(reason))),
        (PaperCommand::Issue, None) => Err(Refusal::PaperUnknown { paper: P::NAME }.into()),
    }
}

/// The paper after one more event; `None` where the event cannot follow on what came before.
#[must_use]
pub fn evolve_paper<P: Paper>(
    state: Option<PaperState<P>>,
    event: &PaperEvent<P>,
    by: PersonId,
) -> Option<PaperState<P>> {
    match (state, event) {
        (None, PaperEvent::Drafted(content)) => Some(PaperState::Draft {
            content: content.clone(),
            drafted_by: by,
        }),
        (Some(PaperState::Draft { drafted_by, .. }), PaperEvent::Revised(content)) => {
            Some(PaperState::Draft {
                content: content.clone(),
                drafted_by,
            })
        }
        (Some(PaperState::Draft { .. }), PaperEvent::Issued(issued)) => {
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
