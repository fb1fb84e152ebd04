//! Papers: what orders and circulars have in common when they are drafted, revised, issued and discarded.

use crate::guard::{Guard, Submitted, submit};
use crate::input::{Date, Problem, Reading, Take};
use crate::refusal::Refusal;
use async_graphql::{Context, Enum, ID, InputObject, Result};
use uuid::Uuid;
use xiaohao_ledger::{Answer, Deed, Outcome};

/// 文书办理凭据：对哪份文书、以哪个版本为准、操作编号、办理日期。
///
/// What guards a step in the life of an order or a circular.
#[derive(InputObject)]
pub(crate) struct PaperActInput {
    /// 文书标识；起草时由客户端生成（UUIDv7）。For a first draft, made by the client.
    paper_id: ID,
    /// 办理人所见的版本；首次起草可以不填。The version that the actor saw; a first draft has none.
    expected_version: Option<i32>,
    /// 操作编号，由客户端生成；重发时沿用原编号，不会重复办理。The same id sent twice has one effect.
    request_id: Uuid,
    /// 办理日期，默认为今天。The legal date; today by default.
    occurred_on: Option<Date>,
}

impl PaperActInput {
    /// The paper, as the client named it.
    pub(crate) fn paper_id(&self) -> &str {
        &self.paper_id
    }
}

impl<Id> Take<Guard<Id>> for PaperActInput
where
    ID: Take<Id>,
{
    fn take(self, at: &mut Reading) -> Option<Guard<Id>> {
        let subject = at.field("paper_id", self.paper_id);
        Guard::take(
            at,
            subject,
            self.expected_version,
            self.request_id,
            self.occurred_on,
        )
    }
}

/// 文书的状态。Where a paper is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum PaperStatus {
    /// 草稿。A draft, which can be revised and discarded.
    Draft,
    /// 已签发，不再改动。Issued; nothing in it changes any more.
    Issued,
    /// 已废弃。A draft that was never issued.
    Discarded,
}

/// What came of a step: the answer, or every reason why it was not taken.
pub(crate) enum Came {
    Done(Box<Answer>, bool),
    Refused(Vec<Refusal>),
}

/// Takes a step in the life of a paper, as the person who asks.
pub(crate) async fn step<Id, T>(
    ctx: &Context<'_>,
    act: PaperActInput,
    says: Result<T, Vec<Problem>>,
    deed: impl FnOnce(Id, T) -> Deed,
) -> Result<Came>
where
    ID: Take<Id>,
{
    Ok(match submit(ctx, act, says, deed).await? {
        Submitted::Malformed(problems) => {
            Came::Refused(problems.into_iter().map(Refusal::from).collect())
        }
        Submitted::Settled(Outcome::Done { answer, replayed }) => Came::Done(answer, replayed),
        Submitted::Settled(Outcome::Refused(refused)) => Came::Refused(Refusal::all(&refused)),
    })
}
