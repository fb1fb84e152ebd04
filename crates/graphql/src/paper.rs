//! Papers: what orders and circulars have in common when they are drafted, revised, issued and discarded.

use crate::error::{ErrorCode, coded, fault};
use crate::guard::{Guard, Sent, Submitted, submit};
use crate::input::{Arguments, DateInput, Reading, RequestIdInput, Said, Take, taken};
use crate::limits::length;
use crate::office::Asked;
use crate::refusal::Refusal;
use async_graphql::{Context, Enum, ID, InputObject, Result};
use uuid::Uuid;
use xiaohao_core::values::RequestId;
use xiaohao_ledger::{Answer, Deed, Position, SubjectKind};

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
    request_id: RequestIdInput,
    /// 办理日期，默认为今天。The legal date; today by default.
    occurred_on: Option<DateInput>,
}

impl PaperActInput {
    /// The paper, as the client named it.
    pub(crate) fn paper_id(&self) -> &str {
        &self.paper_id
    }

    /// The request, where it is one.
    pub(crate) fn request(&self) -> Option<RequestId> {
        taken(&[], self.request_id.clone()).value.ok()
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
    says: Said<T>,
    deed: impl FnOnce(Id, T) -> Deed,
) -> Result<Came>
where
    ID: Take<Id>,
    Id: ToString,
{
    let sent = Sent {
        mutation: ctx.field().name(),
        arguments: &Arguments::default(),
    };
    Ok(match submit(ctx, sent, act, says, deed).await? {
        Submitted::Done { answer, replayed } => Came::Done(answer, replayed),
        Submitted::Refused { reasons, .. } => Came::Refused(reasons),
    })
}

/// Papers on a page, where nobody says how many, and the most.
const USUAL: u32 = 20;
const MOST: u32 = 100;

/// Which papers are on a page, the newest first.
pub(crate) struct PaperPage {
    ids: Vec<Uuid>,
    pub(crate) has_next: bool,
    pub(crate) end_cursor: Option<String>,
}

impl PaperPage {
    /// # Errors
    /// `BAD_USER_INPUT` for a size beyond the bounds, `CURSOR_UNKNOWN` for a cursor that no page has.
    pub(crate) async fn read(
        asked: &Asked<'_>,
        kind: SubjectKind,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let first = first.map_or(Ok(USUAL), |first| length(first, MOST))?;
        let before = after
            .map(|after| after.parse().map(Position::new))
            .transpose();
        let before = before.map_err(|_| {
            let message = "游标不属于本列表，请从第一页重新开始。";
            coded(ErrorCode::CursorUnknown, message)
        })?;
        // One more than the page shows whether there is more.
        let reader = &asked.office.reader;
        let told = reader.papers_before(&asked.scope, kind, before, first + 1);
        let mut told = told.await.map_err(fault)?;
        let has_next = told.len() > first as usize;
        told.truncate(first as usize);
        Ok(Self {
            has_next,
            end_cursor: told.last().map(|(place, _)| place.get().to_string()),
            ids: told.into_iter().map(|(_, id)| id).collect(),
        })
    }

    /// The ids of what is on it.
    pub(crate) fn ids<Id, E>(&self, id: impl Fn(Uuid) -> Result<Id, E>) -> Vec<Id> {
        self.ids.iter().filter_map(|own| id(*own).ok()).collect()
    }
}
