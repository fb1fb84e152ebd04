//! Queries about hazards.

use super::Hazard;
use super::list::{FilterInput, HazardConnection, ON_THE_PAGE, OrderInput, ask};
use crate::as_of::{AsOfInput, Day};
use crate::attendant::not_shown;
use crate::connection::Paging;
use crate::error::{bad_input, fault};
use crate::in_turn::InTurn;
use crate::input::Date;
use crate::limits::of_page;
use crate::office::{Asked, asked};
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{ComplexObject, Context, ID, Object, OneofObject, Result, SimpleObject};
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_core::values::{ClueNumber, HazardId, HazardNumber, Invalid};
use xiaohao_ledger::read::{AsOf, HazardKey};
use xiaohao_ledger::row::HazardRow;

/// 查找一个隐患的依据，三者选一。By what one hazard is found.
#[derive(OneofObject)]
#[graphql(name = "HazardKey")]
enum KeyInput {
    /// 标识。By its id.
    Id(ID),
    /// 隐患编号。By its hazard number, such as `431123-2026-0001`.
    Number(String),
    /// 线索编号。By the number of its clue, such as `431123-XS-2026-000031`.
    Clue(String),
}

impl KeyInput {
    fn read(self) -> Result<HazardKey> {
        let (name, key) = match self {
            Self::Id(id) => ("id", HazardId::parse(&id).map(HazardKey::Id)),
            Self::Number(number) => {
                let number = HazardNumber::parse(&number).map(HazardKey::Number);
                ("number", number)
            }
            Self::Clue(clue) => ("clue", ClueNumber::parse(&clue).map(HazardKey::Clue)),
        };
        key.map_err(|invalid: Invalid| bad_input(["by", name], invalid))
    }
}

/// Queries about hazards.
#[derive(Default)]
pub(crate) struct HazardQuery;

#[Object]
impl HazardQuery {
    /// 一个隐患；没有或者无权查看的为空。
    ///
    /// One hazard; null where there is none, or none for this viewer.
    async fn hazard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查找依据。By what it is found.")] by: KeyInput,
        #[graphql(
            desc = "回溯到哪一天；不填的为现在。当时尚未上报的为空。To which day to look back; now by default. Null where it was not yet reported."
        )]
        as_of: Option<AsOfInput>,
    ) -> Result<Option<InTurn<Hazard>>> {
        let asked = asked(ctx)?;
        let day = Day::of(&asked, as_of)?;
        let Some(row) = row(ctx, &asked, by.read()?).await? else {
            return Ok(None);
        };
        if !day.is_past {
            return Ok(Some(InTurn(Hazard::listed(row))));
        }
        let past = |(as_of, row, hazard)| InTurn(Hazard::past(row, hazard, as_of));
        Ok(stood(&asked, &day, row.id).await?.map(past))
    }

    /// 隐患列表，分页查询。
    ///
    /// Hazards, page by page; the newest first unless another order is asked for. Only those that this viewer may see.
    #[graphql(complexity = "of_page(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of a Relay connection"
    )]
    async fn hazards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件。Conditions that every hazard of the list meets.")]
        filter: Option<FilterInput>,
        #[graphql(desc = "回溯到哪一天；不填的为现在。To which day to look back; now by default.")]
        as_of: Option<AsOfInput>,
        #[graphql(
            desc = "排列顺序，默认最新上报的在前。In which order; the newest report first by default."
        )]
        order_by: Option<OrderInput>,
        #[graphql(
            desc = "向后取多少条，1至100，默认20。How many to take forward, from 1 to 100; 20 by default."
        )]
        first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。Take those after this cursor.")] after: Option<String>,
        #[graphql(desc = "向前取多少条，1至100。How many to take backward, from 1 to 100.")]
        last: Option<i32>,
        #[graphql(desc = "从这个游标之前取。Take those before this cursor.")] before: Option<
            String,
        >,
    ) -> Result<HazardConnection> {
        let asked = asked(ctx)?;
        let order = order_by.unwrap_or(OrderInput::Newest).into();
        let paging = Paging {
            first,
            after,
            last,
            before,
        };
        let day = Arc::new(Day::of(&asked, as_of)?);
        let filter = filter.unwrap_or_default().read(day.on)?;
        day.hold(&asked, ctx.field(), (&[], ON_THE_PAGE)).await?;
        HazardConnection::of_day(&asked, &day, filter, ask(paging, order)?).await
    }

    /// 这个隐患销号了没有。没有这个编号或者无权查看的为空；不含个人信息。
    ///
    /// Is this hazard closed? Null where there is no such number for this viewer; no personal data.
    async fn closure_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隐患编号。The hazard number, such as `431123-2026-0001`.")]
        number: String,
        #[graphql(
            desc = "回溯到哪一天；不填的为现在。当时尚未列单的为空。To which day to look back; now by default. Null where it was not yet listed."
        )]
        as_of: Option<AsOfInput>,
    ) -> Result<Option<ClosureStatus>> {
        let asked = asked(ctx)?;
        let day = Day::of(&asked, as_of)?;
        let number = HazardNumber::parse(&number).map(HazardKey::Number);
        let number = number.map_err(|invalid| bad_input(["number"], invalid))?;
        let Some(row) = row(ctx, &asked, number).await? else {
            return Ok(None);
        };
        if !day.is_past {
            return Ok(ClosureStatus::of(Hazard::listed(row), day.on));
        }
        let past = |(as_of, row, hazard)| Hazard::past(row, hazard, as_of);
        let stood = stood(&asked, &day, row.id).await?.map(past);
        Ok(stood.and_then(|hazard| ClosureStatus::of(hazard, day.on)))
    }
}

/// A hazard as it stood, and since when one looks at it; none where it was not yet reported, or not yet known.
async fn stood(
    asked: &Asked<'_>,
    day: &Day,
    id: HazardId,
) -> Result<Option<(AsOf, HazardRow, xiaohao_core::Hazard)>> {
    let as_of = day.as_of(asked).await?;
    let told = asked.office.reader.histories(&asked.scope, &[id]).await;
    let told = told.map_err(fault)?;
    let lines = told.get(&id).map_or(&[][..], Vec::as_slice);
    let stood = as_of.hazard(lines).map_err(fault)?;
    Ok(stood.map(|(opened, hazard)| (as_of, HazardRow::of(&hazard, opened), hazard)))
}

/// One hazard as it is listed. That there is none for whoever asks is noted.
pub(crate) async fn row(
    ctx: &Context<'_>,
    asked: &Asked<'_>,
    by: HazardKey,
) -> Result<Option<HazardRow>> {
    let called = match &by {
        HazardKey::Id(id) => id.to_string(),
        HazardKey::Number(number) => number.to_string(),
        HazardKey::Clue(clue) => clue.to_string(),
    };
    let row = asked.office.reader.hazard(&asked.scope, by).await;
    let row = row.map_err(fault)?;
    if row.is_none() {
        not_shown(ctx, Some(called), 1);
    }
    Ok(row)
}

/// 是否已经销号。Whether a hazard is closed.
#[derive(SimpleObject)]
#[graphql(complex)]
struct ClosureStatus {
    #[graphql(skip)]
    hazard: Hazard,
    /// 隐患编号。The hazard number, such as `431123-2026-0001`.
    number: String,
    /// 是否已经销号。Whether it is struck off.
    is_closed: bool,
    /// 销号日期。The day on which it was struck off; null while it is not.
    closed_on: Option<Date>,
    /// 是否已经通报。Whether the closure has appeared in a circular.
    is_circulated: bool,
    /// 阶段。The official stage; null before listing.
    stage: Option<Word<StageOrOff>>,
    /// 状态。The fine state.
    status: Word<Status>,
    /// 今天是否超期。Whether it is overdue today, by the effective deadline.
    is_overdue: bool,
}

#[ComplexObject]
impl ClosureStatus {
    /// 现期限；不在单以后为离开清单时的期限。The effective deadline, and off the list the one with which it left; null before the first
    /// order.
    async fn due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let allowed = self.hazard.time_allowed(ctx).await?;
        Ok(allowed.map(|(due_on, _)| Date(due_on)))
    }

    /// 所载通报的文号；没有通报的为空。The document number of the circular in which the closure appeared; null before.
    async fn circular_document(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let circulation = self.hazard.file(ctx).await?.circulation();
        Ok(circulation.map(|own| own.item.document.to_string()))
    }

    /// 销号以后回头看发现已反弹的日期；没有反弹的、已经重新列单的为空。有日期的，`isClosed`虽为真，隐患已经重新出现，县安委办须立即重新列单。
    ///
    /// The day on which a look-back found that it has come back; null where it has not, and once it is listed again. Where there is a day, what `isClosed` tells is undone,
    /// and the office must list the hazard again at once.
    async fn came_back_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let entry = self.hazard.file(ctx).await?.entry();
        Ok(entry.and_then(|entry| entry.cycle.came_back_on).map(Date))
    }

    /// 第几次列单，从1起；重新列单的加一，此前的销号不再算数。
    ///
    /// 1, and one more with each reopening, which undoes the closure before it.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<u32>> {
        let entry = self.hazard.file(ctx).await?.entry();
        Ok(entry.map(|entry| entry.cycle.number))
    }
}

impl ClosureStatus {
    fn of(hazard: Hazard, today: chrono::NaiveDate) -> Option<Self> {
        let row = &hazard.row;
        Some(Self {
            number: row.number?.to_string(),
            is_closed: row.closed_on.is_some(),
            closed_on: row.closed_on.map(Date),
            is_circulated: row.status == Status::Circulated,
            stage: StageOrOff::of(row.status).map(Word),
            status: Word(row.status),
            is_overdue: row.is_overdue(today),
            hazard,
        })
    }
}
