//! 交办单 and 挂牌督办通知书: one order may carry several hazards; issued, it acts on each of them, or on none.

use crate::as_of::AsOfInput;
use crate::attendant::not_shown;
use crate::connection::Paging;
use crate::error::{bad_input, fault};
use crate::guard::Submitted;
use crate::hazard::{LedgerEntry, PartiesShown};
use crate::input::{Arguments, Date, OrderContentInput, ReasonInput, Said, taken};
use crate::limits::of_page;
use crate::office::{Asked, asked_by_no_program};
use crate::paper::{PaperActInput, PaperConnection, PaperPage, PaperStatus, step};
use crate::refusal::Refusal;
use crate::vocabulary::Word;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use std::collections::BTreeSet;
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::paper::{PaperCommand, PaperFile, PaperState, PaperStep};
use xiaohao_core::values::{OrderId, Reason, ReportPeriod};
use xiaohao_ledger::read::FoundOrder;
use xiaohao_ledger::{Deed, Line, SubjectKind, Unread};

/// Steps in the life of orders.
#[derive(Default)]
pub(crate) struct OrderMutation;

/// What is done to an order, or was to be where nobody could read what is said.
fn deed<T>(
    step: PaperStep,
    command: fn(T) -> PaperCommand<OrderContent>,
) -> impl FnOnce(OrderId, Option<T>) -> Option<Deed> {
    move |id, says| {
        Some(match says.map(command) {
            Some(command) => Deed::Order { id, command },
            None => Deed::Unread(Unread::Order { id, step }),
        })
    }
}

/// Drafts an order, or revises the draft.
async fn write(
    ctx: &Context<'_>,
    act: PaperActInput,
    input: OrderContentInput,
    own: PaperStep,
    command: fn(OrderContent) -> PaperCommand<OrderContent>,
) -> Result<OrderPayload> {
    let says = OrderContentInput::read(&act, input);
    let came = step(ctx, act, says, deed(own, command));
    Ok(OrderPayload::of(came.await?))
}

#[Object]
impl OrderMutation {
    /// 起草交办单或挂牌督办通知书，一份可以列多处隐患。
    ///
    /// Drafts an order.
    async fn draft_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "内容。What the order says.")] input: OrderContentInput,
    ) -> Result<OrderPayload> {
        write(ctx, act, input, PaperStep::Draft, PaperCommand::Draft).await
    }

    /// 修改草稿，内容整份替换。Revises a draft: all of it anew.
    async fn revise_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "内容。What the order says.")] input: OrderContentInput,
    ) -> Result<OrderPayload> {
        write(ctx, act, input, PaperStep::Revise, PaperCommand::Revise).await
    }

    /// 签发：取得文号，并对所列的每处隐患办理交办或挂牌督办；有一处不能办理的，整份不签发。已经交办过的，交办单签发后另行以改派或者追加交办引用，
    /// 列在 `stillToBeActedOn` 中。
    ///
    /// Issues an order: it takes its number and acts on every hazard that it lists, or is not issued. Where one had an order before, a
    /// reassignment or a further order is to cite an assignment order: `stillToBeActedOn` tells which.
    async fn issue_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
    ) -> Result<OrderPayload> {
        let came = step(ctx, act, Said::nothing(), |id, _| {
            let command = PaperCommand::Issue;
            Some(Deed::Order { id, command })
        });
        Ok(OrderPayload::of(came.await?))
    }

    /// 废弃草稿。Discards a draft; it stays on record.
    async fn discard_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "理由。Why the draft is given up.")] input: ReasonInput,
    ) -> Result<OrderPayload> {
        let says = taken::<Reason>(&Arguments::default().input, input);
        let came = step(
            ctx,
            act,
            says,
            deed(PaperStep::Discard, PaperCommand::Discard),
        );
        Ok(OrderPayload::of(came.await?))
    }
}

/// 办理结果。What came of a step in the life of an order.
#[derive(SimpleObject)]
struct OrderPayload {
    /// 办理后的文书；未办理的为文书现状，没有这份文书或者无权查看的为空。The order after the step; as it
    /// stands, where the step was refused, and null where there is none for this viewer.
    order: Option<Order>,
    /// 记入台账的全部记录：文书一条，签发时所列隐患各一条。The order's own line, and those that its issue caused.
    entries: Vec<LedgerEntry>,
    /// 签发后尚待另行办理的各处：签发前已经交办过，须以改派或者追加交办引用这份文书；没有签发的为空列表。
    ///
    /// Of what was issued, that which nothing was done on by it: each had an order before, and a reassignment or a further order is
    /// to cite this one. Empty where nothing was issued.
    still_to_be_acted_on: Vec<OrderItem>,
    /// 是否为重发的请求。Whether this request was done before.
    replayed: bool,
    /// 未办理的全部理由。Every reason why it was not done.
    user_errors: Vec<Refusal>,
}

impl OrderPayload {
    fn of(came: Submitted) -> Self {
        match came {
            Submitted::Done { answer, replayed } => {
                let (lines, order) = (&answer.lines, answer.after.order());
                Self {
                    still_to_be_acted_on: left_by(order.as_ref(), lines),
                    entries: lines.iter().map(LedgerEntry::of).collect(),
                    order: order.as_ref().map(Order::of),
                    replayed,
                    user_errors: Vec::new(),
                }
            }
            Submitted::Refused { reasons, present } => Self {
                order: present
                    .and_then(|present| present.order())
                    .as_ref()
                    .map(Order::of),
                entries: Vec::new(),
                still_to_be_acted_on: Vec::new(),
                replayed: false,
                user_errors: reasons,
            },
        }
    }
}

/// What an order lists that was issued, and none of its lines is of.
fn left_by(order: Option<&PaperFile<OrderContent>>, lines: &[Line]) -> Vec<OrderItem> {
    let Some(PaperState::Issued(issued)) = order.map(|file| &file.state) else {
        return Vec::new();
    };
    let lines = lines.iter().filter_map(|line| line.record.hazard());
    let acted_on: BTreeSet<_> = lines.map(|entry| entry.hazard.to_string()).collect();
    let listed = OrderSays::from(issued.content()).items.into_iter();
    let left = listed.filter(|item| !acted_on.contains(item.hazard_id.as_str()));
    left.collect()
}

/// Queries about orders.
#[derive(Default)]
pub(crate) struct OrderQuery;

#[Object]
impl OrderQuery {
    /// 一份交办单或挂牌督办通知书；没有或者无权查看的为空。
    ///
    /// One order; null where there is none, or none for this viewer.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The id.")] id: ID,
    ) -> Result<Option<Order>> {
        let Asked { office, scope, .. } = asked_by_no_program(ctx)?;
        let id = OrderId::parse(&id).map_err(|invalid| bad_input(["id"], invalid))?;
        let found = office.reader.orders(&scope, &[id], None).await;
        let found = found.map_err(fault)?;
        if found.is_empty() {
            not_shown(ctx, Some(id.to_string()), 1);
        }
        Ok(found.first().map(Order::found))
    }

    /// 交办单和挂牌督办通知书的列表，最近的在前：先起草、后签发的（草稿和已废弃的也在其中），以及随交办、改派、追加交办、挂牌督办直接
    /// 下达的。
    ///
    /// Orders, the newest first: those that are drafted before they are issued, drafts among them, and those that went out together
    /// with an act.
    #[graphql(complexity = "of_page(first, last, child_complexity)")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "回溯到哪一天；不填的为现在。To which day to look back; now by default.")]
        as_of: Option<AsOfInput>,
        #[graphql(
            desc = "向后取多少份，1至100，默认20。How many to take forward, from 1 to 100; 20 by default."
        )]
        first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。Take those after this cursor.")] after: Option<String>,
        #[graphql(desc = "向前取多少份，1至100。How many to take backward, from 1 to 100.")]
        last: Option<i32>,
        #[graphql(desc = "从这个游标之前取。Take those before this cursor.")] before: Option<
            String,
        >,
    ) -> Result<PaperConnection<Order>> {
        let asked = asked_by_no_program(ctx)?;
        let paging = Paging {
            first,
            after,
            last,
            before,
        };
        let page = PaperPage::read(&asked, SubjectKind::Order, as_of, paging).await?;
        let (ids, scope) = (page.ids(OrderId::new), &asked.scope);
        let found = page.reader.orders(scope, &ids, page.as_of()).await;
        let found = found.map_err(fault)?;
        let placed = |order: &FoundOrder| (order.opened, Order::found(order));
        Ok(page.with(found.iter().map(placed)))
    }
}

/// 文书的种类。The two kinds of order.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum OrderKind {
    /// 交办单。An assignment order.
    Assignment,
    /// 挂牌督办通知书。A notice of listed supervision.
    Supervision,
}

/// 交办单或挂牌督办通知书。An order.
#[derive(SimpleObject)]
pub(crate) struct Order {
    /// 标识。The id of the order.
    #[graphql(owned)]
    pub(crate) id: ID,
    /// 记录条数；办理时须以此为准。How many entries its history has; an act must have seen the last of them.
    pub(crate) version: u32,
    /// 状态。Where it is in its life.
    pub(crate) status: PaperStatus,
    /// 文号；签发前为空。Null before it is issued.
    pub(crate) document: Option<String>,
    /// 发文机关；签发前为空。The body that issued it; null before it is issued.
    pub(crate) issued_by: Option<&'static str>,
    /// 签发日期；签发前为空。The day of issue; null before it is issued.
    pub(crate) issued_on: Option<Date>,
    #[graphql(flatten)]
    says: OrderSays,
    /// 是否随办理直接下达：没有草稿，只列一处隐患，版本为1，不能再修改。Whether it went out together with an act, without a draft.
    is_with_act: bool,
}

/// 文书的内容，签发前后都有；已废弃的没有。What an order says, drafted or issued; nothing where it was discarded.
#[derive(SimpleObject, Default)]
struct OrderSays {
    /// 种类；已废弃的为空。Null for one that was discarded.
    kind: Option<OrderKind>,
    /// 签发人，按文书打印。Who signs, as printed on the paper; null for one that was discarded.
    signatory: Option<String>,
    /// 三方责任，对所列隐患一致；挂牌督办通知书和已废弃的没有。
    ///
    /// The three parties, the same for every hazard; null on a notice of supervision, and for one that was discarded.
    parties: Option<PartiesShown>,
    /// 要求。What it demands; null for one that was discarded.
    requirements: Option<String>,
    /// 整改期间的防控措施；挂牌督办通知书和已废弃的没有。
    ///
    /// What keeps people safe until it is rectified; null on a notice of supervision, and for one that was discarded.
    interim_measures: Option<String>,
    /// 进展报送周期；挂牌督办通知书和已废弃的没有。
    ///
    /// How often progress must be reported; null on a notice of supervision, and for one that was discarded.
    report_every: Option<Word<ReportPeriod>>,
    /// 所列的隐患。The hazards on it; none for one that was discarded.
    items: Vec<OrderItem>,
}

impl From<&OrderContent> for OrderSays {
    fn from(content: &OrderContent) -> Self {
        let signed = Self {
            signatory: Some(content.signatory.to_string()),
            requirements: Some(content.requirements.as_str().to_owned()),
            ..Self::default()
        };
        match &content.body {
            OrderBody::Assignment {
                parties,
                report_every,
                interim_measures,
                items,
            } => Self {
                kind: Some(OrderKind::Assignment),
                parties: Some((&**parties).into()),
                interim_measures: Some(interim_measures.as_str().to_owned()),
                report_every: Some(Word(*report_every)),
                items: items.iter().map(OrderItem::assigned).collect(),
                ..signed
            },
            OrderBody::Supervision { items } => Self {
                kind: Some(OrderKind::Supervision),
                items: items.iter().map(OrderItem::supervised).collect(),
                ..signed
            },
        }
    }
}

/// 所列的一处隐患。A hazard on an order.
#[derive(SimpleObject)]
struct OrderItem {
    /// 隐患标识。The id of the hazard.
    hazard_id: ID,
    /// 隐患编号。The hazard number, such as `431123-2026-0001`.
    hazard_number: String,
    /// 整改期限；挂牌督办通知书没有。Null on a notice of supervision.
    due_on: Option<Date>,
    /// 方案报送期限；挂牌督办通知书没有。The day by which the plan must be filed; null on a notice of supervision.
    plan_due_on: Option<Date>,
}

impl OrderItem {
    fn assigned(item: &AssignmentItem) -> Self {
        Self {
            due_on: Some(Date(item.due_on)),
            plan_due_on: Some(Date(item.plan_due_on)),
            ..Self::supervised(&item.hazard)
        }
    }

    fn supervised(hazard: &HazardReference) -> Self {
        Self {
            hazard_id: ID(hazard.id.to_string()),
            hazard_number: hazard.number.to_string(),
            due_on: None,
            plan_due_on: None,
        }
    }
}

impl Order {
    /// One as a reader finds it.
    pub(crate) fn found(order: &FoundOrder) -> Self {
        Self {
            is_with_act: order.with_act,
            ..Self::of(&order.file)
        }
    }

    /// One that is a paper.
    fn of(file: &PaperFile<OrderContent>) -> Self {
        let (status, content, issued) = match &file.state {
            PaperState::Draft { content, .. } => (PaperStatus::Draft, Some(content), None),
            PaperState::Issued(issued) => {
                (PaperStatus::Issued, Some(issued.content()), Some(issued))
            }
            PaperState::Discarded => (PaperStatus::Discarded, None, None),
        };
        Self {
            id: ID(file.id.to_string()),
            version: file.version,
            status,
            document: issued.map(|issued| issued.document().to_string()),
            issued_by: issued.map(|issued| issued.issued_by().name()),
            issued_on: issued.map(|issued| Date(issued.issued_on())),
            says: content.map_or_else(OrderSays::default, Into::into),
            is_with_act: false,
        }
    }
}
