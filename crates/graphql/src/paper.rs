//! Papers: what orders and circulars have in common when they are drafted, revised, issued and discarded.

use crate::as_of::{AsOfInput, Day, ResolvedAsOf};
use crate::attendant::not_shown;
use crate::circular::Circular;
use crate::connection::{Edge, Items, PageInfo, Paging};
use crate::error::{bad_input, fault};
use crate::guard::{Guard, Sent, Submitted, submit};
use crate::input::{Arguments, Date, DateInput, Reading, RequestIdInput, Said, Take, taken};
use crate::office::{Asked, asked, asked_by_no_program};
use crate::order::Order;
use async_graphql::{Context, Enum, ID, InputObject, Interface, Object, OutputType, Result};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::values::{DocumentNumber, RequestId};
use xiaohao_ledger::read::{AsOf, FoundPaper, PAGE_MAX, Page, PaperList, Reader};
use xiaohao_ledger::{Deed, Position, SubjectKind};

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

/// Takes a step in the life of a paper, as the person who asks; where nobody could read what he says, there is the step alone.
pub(crate) async fn step<Id, T>(
    ctx: &Context<'_>,
    act: PaperActInput,
    says: Said<T>,
    deed: impl FnOnce(Id, Option<T>) -> Option<Deed>,
) -> Result<Submitted>
where
    ID: Take<Id>,
    Id: ToString,
{
    let sent = Sent {
        mutation: ctx.field().name(),
        arguments: &Arguments::default(),
    };
    submit(ctx, sent, act, says, deed).await
}

/// 交办单、挂牌督办通知书和通报都有的内容。What orders and circulars have in common.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "标识。The id."),
    field(
        name = "version",
        ty = "&u32",
        desc = "记录条数；办理时须以此为准。How many entries its history has; an act must have seen the last of them."
    ),
    field(
        name = "status",
        ty = "&PaperStatus",
        desc = "状态。Where it is in its life."
    ),
    field(
        name = "document",
        ty = "&Option<String>",
        desc = "文号；签发前为空。The document number; null before it is issued."
    ),
    field(
        name = "issued_by",
        ty = "&Option<&'static str>",
        desc = "发文机关；签发前为空。The body that issued it; null before it is issued."
    ),
    field(
        name = "issued_on",
        ty = "&Option<Date>",
        desc = "签发日期；签发前为空。The day of issue; null before it is issued."
    )
)]
enum Paper {
    Order(Order),
    Circular(Circular),
}

/// Queries about papers of either kind.
#[derive(Default)]
pub(crate) struct PaperQuery;

#[Object]
impl PaperQuery {
    /// 按文号查找交办单、挂牌督办通知书或通报，随办理直接下达的也在其中；没有这个文号的和无权查看的为空，不成文号的报错（`BAD_USER_INPUT`）。
    /// 验收意见书、延期审批意见书、销号单随隐患记载，不在其中。
    ///
    /// The order or the circular that bears a document number, orders that went out together with an act among them; null where there is
    /// none, or none for this viewer, as `order` and `circular` answer it. A text that can be no such number is refused
    /// (`BAD_USER_INPUT`). Opinions and strike-off sheets are told with their hazards and not found here.
    async fn paper(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "文号，照文书填写；括号用〔〕、[]、（）都可以，全角、半角不限。The document number as it is printed, such as `双安督〔2026〕9号`; any brackets and widths do."
        )]
        document: String,
    ) -> Result<Option<Paper>> {
        let Asked { office, scope, .. } = asked_by_no_program(ctx)?;
        let document = DocumentNumber::typed(&document);
        let document = document.map_err(|invalid| bad_input(["document"], invalid))?;
        let found = office.reader.paper(&scope, &document).await;
        let found = found.map_err(fault)?.map(|paper| match paper {
            FoundPaper::Order(order) => Paper::Order(Order::found(&order)),
            FoundPaper::Circular(file) => Paper::Circular(Circular::of(&file)),
        });
        if found.is_none() {
            not_shown(ctx, Some(document.to_string()), 1);
        }
        Ok(found)
    }
}

/// Papers on a page, where nobody says how many.
const USUAL: u32 = 20;

/// One page of a list of papers.
pub(crate) struct PaperConnection<T: OutputType> {
    items: Items<T>,
    page_info: PageInfo,
    list: PaperList,
    day: Day,
}

/// One page of a list of papers before the papers themselves are read.
pub(crate) struct PaperPage {
    page: Page<Uuid, Position>,
    list: PaperList,
    day: Day,
    /// Of whom the papers are to be asked: of one moment, for list, papers and all that is told of them are several looks.
    pub(crate) reader: Arc<dyn Reader>,
}

impl PaperPage {
    /// Reads which papers are on the page.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a day or a page that cannot be asked for, `CURSOR_UNKNOWN` for a cursor that no page has.
    pub(crate) async fn read(
        asked: &Asked<'_>,
        kind: SubjectKind,
        as_of: Option<AsOfInput>,
        paging: Paging,
    ) -> Result<Self> {
        let place = |text: &str| text.parse().ok().map(Position::new);
        let stretch = paging.stretch(USUAL, PAGE_MAX, place)?;
        let day = Day::of(asked, as_of)?;
        let as_of = if day.is_past {
            Some(day.as_of(asked).await?)
        } else {
            None
        };
        day.hold_all(asked).await?;
        let list = PaperList { kind, as_of };
        let reader = day.own_reader(asked);
        let page = reader.papers(&asked.scope, list, &stretch).await;
        Ok(Self {
            page: page.map_err(fault)?,
            list,
            day,
            reader,
        })
    }

    /// As they stood on which day; as they are where none was named.
    pub(crate) fn as_of(&self) -> Option<AsOf> {
        self.list.as_of
    }

    /// Their ids.
    pub(crate) fn ids<Id, E>(&self, id: impl Fn(Uuid) -> Result<Id, E>) -> Vec<Id> {
        let ids = self.page.items.iter();
        ids.filter_map(|(_, of)| id(*of).ok()).collect()
    }

    /// The page with its papers, by their places.
    pub(crate) fn with<T: OutputType>(
        self,
        papers: impl Iterator<Item = (Position, T)>,
    ) -> PaperConnection<T> {
        let mut papers: HashMap<Position, T> = papers.collect();
        let items = self.page.items.iter();
        let shown =
            |(place, _): &(Position, Uuid)| Some((place.to_string(), papers.remove(place)?));
        PaperConnection {
            items: Items::new(items.filter_map(shown)),
            page_info: PageInfo::of(&self.page),
            list: self.list,
            day: self.day,
        }
    }
}

/// 文书列表的一页。One page of papers.
#[Object(
    concrete(name = "OrderConnection", params(Order)),
    concrete(name = "CircularConnection", params(Circular))
)]
impl<T: OutputType> PaperConnection<T>
where
    Edge<T>: OutputType,
{
    /// 各份及其游标。What is on the page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<T>> {
        self.items.edges()
    }

    /// 各份。What is on the page.
    async fn nodes(&self) -> Vec<Arc<T>> {
        self.items.nodes()
    }

    /// 实际采用的日期、时刻和台账位置。The day, instant and place in the ledger that were looked at.
    async fn as_of(&self, ctx: &Context<'_>) -> Result<ResolvedAsOf> {
        self.day.resolved(&asked(ctx)?).await
    }

    /// 前后页。Where the page stands in its list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// 总数；只在查询时才统计。How many are on the list; counted only when it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let asked = asked(ctx)?;
        let reader = self.day.reader(&asked);
        let count = reader.count_papers(&asked.scope, self.list).await;
        count.map_err(fault)
    }

    /// 后面是否还有。Whether more come after this page.
    #[graphql(
        deprecation = "改用 pageInfo，2027年12月1日起不再提供。Use pageInfo; goes on 2027-12-01."
    )]
    async fn has_next_page(&self) -> bool {
        self.page_info.has_next_page
    }

    /// 本页最后一份的游标。The cursor of the last one on the page; null where the page is empty.
    #[graphql(
        deprecation = "改用 pageInfo，2027年12月1日起不再提供。Use pageInfo; goes on 2027-12-01."
    )]
    async fn end_cursor(&self) -> Option<&str> {
        self.page_info.end_cursor.as_deref()
    }
}
