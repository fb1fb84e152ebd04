//! The life of a paper: drafted, revised, issued, and from then on unchanged for ever (rule 20).
//!
//! Orders and circulars are papers. What one says and who may sign it is the paper's own; that a draft can be revised
//! or discarded and an issued paper cannot is said here once.

mod issued;
mod record;

pub use issued::Issued;
pub use record::{PAPER_FORMAT, PaperEntry, PaperFile, evolve_paper, replay_paper};

use crate::actor::Role;
use crate::context::{Context, Known};
use crate::dossier::IssuingBody;
use crate::order::HazardReference;
use crate::refusal::{Refusal, Refusals};
use crate::values::{PersonId, Reason, Series};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// What a kind of paper says, and what it adds to the life of all papers.
pub trait Paper:
    Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// By what one of its kind is known.
    type Id: Copy + Debug + Eq + Ord + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// What it is called.
    const NAME: &'static str;

    /// Its id, the same from the first draft on.
    fn id(&self) -> Self::Id;

    /// Every hazard that it names, in its order and as often as it names it.
    fn hazards(&self) -> Vec<HazardReference>;

    /// Whether this is what the other says, as far as it can still be told: what was erased of either is not compared.
    fn says_the_same(&self, other: &Self) -> bool {
        self == other
    }

    /// Who may sign it.
    fn signers(&self) -> &'static [Role];

    /// The series from which it takes its number when this body issues it.
    fn series(&self, issued_by: IssuingBody) -> Series;

    /// The rules of what it says, checked with every draft.
    fn judge_content(&self, no: &mut Refusals);

    /// The rules that hold on the day on which it is drafted or revised, beside those of every paper.
    fn judge_draft(&self, _ctx: &Context<'_>, _no: &mut Refusals) {}

    /// Whether the id in hand, under which there is no paper, is that of something that was issued without ever being one.
    fn is_taken(known: &Known) -> bool;

    /// The rules that hold on the day of issue.
    fn judge_issue(&self, ctx: &Context<'_>, no: &mut Refusals);
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
    Issued(Issued<P>),
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
    Issued(Issued<P>),
    /// It was discarded.
    Discarded(Reason),
}

/// Who may draft, revise and discard papers.
const DRAFTERS: &[Role] = &[
    Role::OfficeClerk,
    Role::OfficeApprover,
    Role::CommissionSigner,
];

/// A step in the life of a paper at which one says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PaperStep {
    /// 拟稿.
    Draft,
    /// 修改.
    Revise,
    /// 废弃.
    Discard,
}

/// Decides what one may do with a paper.
///
/// `file` is `None` for a paper that is not yet in the ledger; then only a draft is possible. Everything else says which
/// version it rests on, so that of two who revise one draft nobody overwrites the other's words in silence.
///
/// # Errors
/// Every refusal that stands in the way. Nothing has changed.
pub fn decide_paper<P: Paper>(
    file: Option<&PaperFile<P>>,
    command: PaperCommand<P>,
    ctx: &Context<'_>,
) -> Result<PaperEvent<P>, Refusals> {
    match command {
        PaperCommand::Draft(content) => {
            let mut no = before_paper_content(file, PaperStep::Draft, ctx)?;
            judge_written(&content, ctx, &mut no);
            no.or(|| Ok(PaperEvent::Drafted(content)))
        }
        PaperCommand::Revise(content) => {
            let mut no = before_paper_content(file, PaperStep::Revise, ctx)?;
            let is_another = file.is_some_and(|file| file.id != content.id());
            no.when(is_another, || Refusal::PaperIdChanged { paper: P::NAME });
            judge_written(&content, ctx, &mut no);
            no.or(|| Ok(PaperEvent::Revised(content)))
        }
        PaperCommand::Issue => {
            let draft = draft_seen(file, ctx)?;
            let mut no = gate::<P>(draft.signers(), ctx)?;
            draft.judge_content(&mut no);
            judge_hazards(draft, ctx, &mut no);
            draft.judge_issue(ctx, &mut no);
            no.or(|| Ok(PaperEvent::Issued(Issued::of(draft.clone(), ctx)?)))
        }
        PaperCommand::Discard(reason) => before_paper_content(file, PaperStep::Discard, ctx)?
            .or(|| Ok(PaperEvent::Discarded(reason))),
    }
}

/// What stands in the way of a step whatever one would say, and is told together with what is wrong with what one says.
///
/// # Errors
/// What ends the matter, and is told alone.
pub fn before_paper_content<P: Paper>(
    file: Option<&PaperFile<P>>,
    step: PaperStep,
    ctx: &Context<'_>,
) -> Result<Refusals, Refusals> {
    let paper = P::NAME;
    match (step, file.map(|file| &file.state)) {
        (PaperStep::Draft, Some(PaperState::Draft { .. })) => {
            Err(Refusal::PaperDrafted { paper }.into())
        }
        (PaperStep::Draft, Some(PaperState::Issued(_) | PaperState::Discarded)) => {
            Err(Refusal::PaperNotDraft { paper }.into())
        }
        (PaperStep::Draft, None) => {
            let mut no = gate::<P>(DRAFTERS, ctx)?;
            no.when(P::is_taken(ctx.known), || Refusal::PaperIdTaken { paper });
            Ok(no)
        }
        (PaperStep::Revise | PaperStep::Discard, _) => {
            draft_seen(file, ctx)?;
            Ok(gate::<P>(DRAFTERS, ctx)?)
        }
    }
}

/// What a draft says, as far as it can be told on the day on which it is written. Which state a hazard is in is told when the paper is
/// issued: a draft may be ahead of it.
fn judge_written<P: Paper>(content: &P, ctx: &Context<'_>, no: &mut Refusals) {
    content.judge_content(no);
    judge_hazards(content, ctx, no);
    content.judge_draft(ctx, no);
}

/// Every hazard that a paper names is there, under that number, which never becomes another.
fn judge_hazards<P: Paper>(content: &P, ctx: &Context<'_>, no: &mut Refusals) {
    for HazardReference { id, number } in content.hazards() {
        let standing = ctx.known.hazards.get(&id);
        let is_so = standing.is_some_and(|standing| standing.number == Some(number));
        no.when(!is_so, || Refusal::ItemUnknown { number });
    }
}

/// The draft, if it still says what the actor saw.
fn draft_seen<'f, P: Paper>(
    file: Option<&'f PaperFile<P>>,
    ctx: &Context<'_>,
) -> Result<&'f P, Refusal> {
    let paper = P::NAME;
    let file = file.ok_or_else(|| {
        if P::is_taken(ctx.known) {
            Refusal::PaperNotDraft { paper }
        } else {
            Refusal::PaperUnknown { paper }
        }
    })?;
    let expected = ctx.expected_version.ok_or(Refusal::VersionMissing)?;
    let actual = file.version;
    if expected != actual {
        return Err(Refusal::PaperStale {
            paper,
            expected,
            actual,
        });
    }
    match &file.state {
        PaperState::Draft { content, .. } => Ok(content),
        PaperState::Issued(_) | PaperState::Discarded => Err(Refusal::PaperNotDraft { paper }),
    }
}

/// What is asked whatever is done: the role ends the matter, the date is told together with the paper's own rules.
fn gate<P: Paper>(allowed: &[Role], ctx: &Context<'_>) -> Result<Refusals, Refusal> {
    let own_unit = match ctx.issuing_body() {
        IssuingBody::Commission => ctx.county.commission,
        IssuingBody::Office => ctx.county.office,
    };
    if !allowed.contains(&ctx.actor.role) || ctx.actor.unit != own_unit {
        return Err(Refusal::PaperRole { paper: P::NAME });
    }
    let mut no = Refusals::default();
    no.when(ctx.occurred_on > ctx.today(), || Refusal::OccurredInFuture);
    ctx.judge_year(&mut no);
    // A hazard's late entry may be consented to; a paper is out on the day on which it is signed, and numbered in that year.
    let late = ctx.entered_late(&mut no);
    no.when_some(late, |last_day| Refusal::PaperBackdated {
        paper: P::NAME,
        last_day,
    });
    Ok(no)
}
