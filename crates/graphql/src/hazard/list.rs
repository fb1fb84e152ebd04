//! Lists of hazards: filters, orders, pages.

use super::Hazard;
use crate::as_of::{Day, ResolvedAsOf};
use crate::connection::{Edge, Items, PageInfo, Paging, bad_page};
use crate::error::{bad_input, fault};
use crate::in_turn::InTurn;
use crate::input::{Date, Reading, Take};
use crate::office::{Asked, asked};
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, Result};
use std::collections::BTreeSet;
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_core::values::{Invalid, KeyField, Source, SupervisionLevel};
use xiaohao_ledger::read::{
    Cursor, Days, HazardFilter, HazardOrder, PAGE_MAX, Page, PageAsk, SearchText, SortBy,
    Supervised,
};
use xiaohao_ledger::row::HazardRow;

/// 筛选条件，同时满足；每项列出多个值的，满足其一即可，标识和代码每项最多100个；不填的和填空列表的不作限制。
///
/// Conditions that must all hold; of several values, one. A list has 100 ids at most. What is left out, and a list of nothing, asks
/// for nothing.
#[derive(Default, InputObject)]
#[graphql(name = "HazardFilter")]
pub(crate) struct FilterInput {
    /// 阶段。In any of these official stages.
    stages: Option<Vec<Word<StageOrOff>>>,
    /// 状态。In any of these states.
    statuses: Option<Vec<Word<Status>>>,
    /// 专委会。In the line of any of these committees, by their ids.
    committees: Option<Vec<ID>>,
    /// 牵头责任单位。Under any of these lead units, by their ids.
    lead_units: Option<Vec<ID>>,
    /// 属地：9位乡镇区划代码。Townships, by their division codes of 9 digits.
    townships: Option<Vec<ID>>,
    /// 隐患单位或治理责任单位。The unit that holds it or must rectify it.
    units: Option<Vec<ID>>,
    /// 今天是否超期。Whether it is overdue today, by the effective deadline.
    overdue: Option<bool>,
    /// 挂牌督办；按级别的，以现行的最高级别为准。没有解除的都算现行，已经销号的也算。
    ///
    /// Whether it is under listed supervision, or at which level: the highest in force. What was not lifted is in force, on a hazard that
    /// is struck off as well; name the stages beside it to leave those out.
    supervised: Option<SupervisedInput>,
    /// 是否在停产停业。没有解除的都算，按关闭取缔等销号的也算。
    ///
    /// Whether an order that stops operation is in force. What was not lifted is, on a hazard as well that was struck off because its
    /// unit was shut down; name the stages beside it to leave those out.
    suspended: Option<bool>,
    /// 重点领域。In any of these key fields.
    key_fields: Option<Vec<Word<KeyField>>>,
    /// 专项行动：列单时所填的标识。Found in any of these campaigns, by the ids that were given at listing.
    campaigns: Option<Vec<ID>>,
    /// 隐患来源。From any of these sources.
    sources: Option<Vec<Word<Source>>>,
    /// 上报日期。Reported between these days.
    reported: Option<DaysInput>,
    /// 发现日期。Found between these days.
    found: Option<DaysInput>,
    /// 列单日期。First listed between these days.
    listed: Option<DaysInput>,
    /// 现期限。With an effective deadline between these days.
    due: Option<DaysInput>,
    /// 销号日期。Struck off between these days.
    closed: Option<DaysInput>,
    /// 名称、地址、单位、编号中的文字，空格分开的各词都要出现；最多8个词、100个字。
    ///
    /// Words in title, place, unit and number, each of which must occur: at most 8 of them, and 100 characters in all.
    text: Option<String>,
}

/// 挂牌督办的条件，二者选一。A condition on listed supervision; one of the two.
#[derive(OneofObject)]
enum SupervisedInput {
    /// 是否挂牌督办。Under a notice of any level, or under none.
    Any(bool),
    /// 最高级别为该级。The highest notice in force is of this level.
    Level(Word<SupervisionLevel>),
}

/// 起止日期，首尾两日都在内，止不能早于起；没有该日期的隐患不在任何起止日期之内。
///
/// Both ends within, the last day not before the first; an open end has no bound.
#[derive(Clone, Copy, InputObject)]
#[graphql(name = "DayRange")]
pub(crate) struct DaysInput {
    /// 起。The first day; without it there is no lower bound.
    from: Option<Date>,
    /// 止。The last day; without it there is no upper bound.
    to: Option<Date>,
}

/// No hazard lies within days that end before they begin: whoever asks for them has mistaken one for the other.
impl Take<Days> for DaysInput {
    fn take(self, at: &mut Reading) -> Option<Days> {
        let (from, to) = (self.from.map(|day| day.0), self.to.map(|day| day.0));
        let is_backwards = from.zip(to).is_some_and(|(from, to)| to < from);
        at.accept(if is_backwards {
            Err(Invalid::EndsBeforeStart)
        } else {
            Ok(Days { from, to })
        })
    }
}

impl FilterInput {
    /// The filter of the core, for today.
    pub(crate) fn read(self, today: chrono::NaiveDate) -> Result<HazardFilter> {
        let mut at = Reading::of("filter");
        let committees = ids(&mut at, "committees", self.committees);
        let lead_units = ids(&mut at, "lead_units", self.lead_units);
        let townships = ids(&mut at, "townships", self.townships);
        let units = ids(&mut at, "units", self.units);
        let campaigns = ids(&mut at, "campaigns", self.campaigns);
        let reported = days(&mut at, "reported", self.reported);
        let found = days(&mut at, "found", self.found);
        let listed = days(&mut at, "listed", self.listed);
        let due = days(&mut at, "due", self.due);
        let closed = days(&mut at, "closed", self.closed);
        at.finished()?;
        Ok(HazardFilter {
            statuses: statuses(self.stages, self.statuses),
            committees,
            lead_units,
            townships,
            units,
            overdue: self.overdue.map(|overdue| (today, overdue)),
            supervised: self.supervised.map(|supervised| match supervised {
                SupervisedInput::Any(true) => Supervised::AtAnyLevel,
                SupervisedInput::Any(false) => Supervised::No,
                SupervisedInput::Level(level) => Supervised::At(level.0),
            }),
            suspended: self.suspended,
            key_fields: words(self.key_fields),
            campaigns,
            sources: words(self.sources),
            reported,
            found,
            listed,
            due,
            closed,
            counted: None,
            text: self.text.as_deref().map(sought).transpose()?.flatten(),
        })
    }
}

/// What is searched for; none where nothing is left of it.
///
/// # Errors
/// `BAD_USER_INPUT` for more than is searched for at once: what is cut off would be missed by nobody, and nothing would be found.
fn sought(text: &str) -> Result<Option<SearchText>> {
    let text = text.trim();
    let (max, actual) = (SearchText::CHARS_MAX, text.chars().count());
    if actual > max {
        let too_long = Invalid::TooLong { max, actual };
        return Err(bad_input(["filter", "text"], too_long));
    }
    let (most, words) = (SearchText::WORDS_MAX, text.split_whitespace().count());
    if words > most {
        let message = format!("最多查找{most}个词，现有{words}个，请删减。");
        return Err(bad_input(["filter", "text"], message));
    }
    Ok(SearchText::new(text))
}

/// Ids of a filter; a value that stands twice stands once.
pub(crate) fn ids<T: Ord>(at: &mut Reading, name: &str, given: Option<Vec<ID>>) -> BTreeSet<T>
where
    ID: Take<T>,
{
    let taken: Option<BTreeSet<T>> = at.field(name, Several(given.unwrap_or_default()));
    taken.unwrap_or_default()
}

/// Ids of which a hazard need have one.
struct Several(Vec<ID>);

/// How many a list may have.
const SEVERAL: usize = 100;

impl<T: Ord> Take<BTreeSet<T>> for Several
where
    ID: Take<T>,
{
    fn take(self, at: &mut Reading) -> Option<BTreeSet<T>> {
        let (max, actual) = (SEVERAL, self.0.len());
        if actual > max {
            return at.accept(Err(Invalid::TooMany { max, actual }));
        }
        let taken: Option<Vec<T>> = self.0.take(at);
        taken.map(|all| all.into_iter().collect())
    }
}

/// The days between which something must lie; any day where none are given.
pub(crate) fn days(at: &mut Reading, name: &str, given: Option<DaysInput>) -> Days {
    let taken: Option<Option<Days>> = at.field(name, given);
    taken.flatten().unwrap_or_default()
}

pub(crate) fn words<T: Ord>(given: Option<Vec<Word<T>>>) -> BTreeSet<T> {
    given
        .unwrap_or_default()
        .into_iter()
        .map(|word| word.0)
        .collect()
}

/// The states that are asked for by stage and by name: both, where both are given; any, where neither is.
fn statuses(
    stages: Option<Vec<Word<StageOrOff>>>,
    statuses: Option<Vec<Word<Status>>>,
) -> Option<BTreeSet<Status>> {
    let (by_stage, by_name) = (stages.unwrap_or_default(), words(statuses));
    if by_stage.is_empty() && by_name.is_empty() {
        return None;
    }
    let in_stage = |status: &Status| {
        let stage = StageOrOff::of(*status);
        by_stage.is_empty() || by_stage.iter().any(|wanted| Some(wanted.0) == stage)
    };
    let named = |status: &Status| by_name.is_empty() || by_name.contains(status);
    let all = Status::ALL.iter().copied();
    Some(all.filter(in_stage).filter(named).collect())
}

/// 排列顺序。By what hazards are ordered; those alike stand in the order in which they came in.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "HazardOrder")]
pub(crate) enum OrderInput {
    /// 最新上报的在前。The newest first.
    Newest,
    /// 最早上报的在前。The oldest first.
    Oldest,
    /// 期限近的在前，没有期限的在后。By deadline, the nearest first; those without one last.
    DueFirst,
    /// 期限远的在前，没有期限的在最前。By deadline, the furthest first; those without one before them.
    DueLast,
    /// 编号小的在前，没有编号的在后。By number, the lowest first; those without one last.
    NumberAscending,
    /// 编号大的在前，没有编号的在最前。By number, the highest first; those without one before them.
    NumberDescending,
}

impl From<OrderInput> for HazardOrder {
    fn from(order: OrderInput) -> Self {
        let (by, descending) = match order {
            OrderInput::Newest => (SortBy::Opened, true),
            OrderInput::Oldest => (SortBy::Opened, false),
            OrderInput::DueFirst => (SortBy::Due, false),
            OrderInput::DueLast => (SortBy::Due, true),
            OrderInput::NumberAscending => (SortBy::Number, false),
            OrderInput::NumberDescending => (SortBy::Number, true),
        };
        Self { by, descending }
    }
}

/// Hazards on a page, where nobody says how many.
const USUAL: u32 = 20;

/// The page of hazards that is asked for, in this order.
///
/// # Errors
/// As [`Paging::stretch`].
pub(crate) fn ask(paging: Paging, order: HazardOrder) -> Result<PageAsk> {
    let stretch = paging.stretch(USUAL, PAGE_MAX, |text| Cursor::parse(order, text).ok())?;
    PageAsk::along(order, stretch).map_err(|bad| bad_page("first", bad))
}

/// 隐患列表的一页。One page of a list of hazards.
pub(crate) struct HazardConnection {
    page: Page<HazardRow>,
    filter: HazardFilter,
    day: Arc<Day>,
}

/// What a page says by itself.
pub(super) const ON_THE_PAGE: &[&str] = &["__typename", "edges", "nodes", "pageInfo"];

impl HazardConnection {
    pub(crate) async fn of_day(
        asked: &Asked<'_>,
        day: &Arc<Day>,
        filter: HazardFilter,
        page: PageAsk,
    ) -> Result<Self> {
        let page = if day.is_past {
            day.standing(asked).await?.page(&filter, &page)
        } else {
            let page = day.reader(asked).hazards(&asked.scope, &filter, &page);
            page.await.map_err(fault)?
        };
        Ok(Self {
            page,
            filter,
            day: Arc::clone(day),
        })
    }

    /// What is on the page, each with its place.
    async fn items(&self, ctx: &Context<'_>) -> Result<Items<Hazard>> {
        let past = if self.day.is_past {
            Some(self.day.standing(&asked(ctx)?).await?)
        } else {
            None
        };
        let shown = |row: &HazardRow| match past.and_then(|past| Some((past, past.hazard(row.id)?)))
        {
            Some((past, (_, hazard))) => Hazard::past(row.clone(), hazard.clone(), past.as_of()),
            None => Hazard::listed(row.clone()),
        };
        let items = self.page.items.iter();
        Ok(Items::new(
            items.map(|(cursor, row)| (cursor.to_string(), shown(row))),
        ))
    }
}

/// 隐患列表的一页。One page of a list of hazards.
#[Object]
impl HazardConnection {
    /// 各条及其游标。The hazards of the page, each with its cursor.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<Edge<Hazard>>> {
        Ok(self.items(ctx).await?.edges())
    }

    /// 各条。The hazards of the page.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<InTurn<Arc<Hazard>>>> {
        let nodes = self.items(ctx).await?.nodes();
        Ok(nodes.into_iter().map(InTurn).collect())
    }

    /// 实际采用的日期、时刻和台账位置。The day, instant and place in the ledger that were looked at.
    async fn as_of(&self, ctx: &Context<'_>) -> Result<ResolvedAsOf> {
        self.day.resolved(&asked(ctx)?).await
    }

    /// 前后页。Where the page stands in its list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// 符合条件的总数；只在查询时才统计。How many pass the filter; counted only when it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let asked = asked(ctx)?;
        if self.day.is_past {
            return Ok(self.day.standing(&asked).await?.count(&self.filter));
        }
        let reader = self.day.reader(&asked);
        let count = reader.count_hazards(&asked.scope, &self.filter);
        count.await.map_err(fault)
    }
}
