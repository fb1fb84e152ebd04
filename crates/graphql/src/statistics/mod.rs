//! 销号统计: the figures of today or of any earlier day, each with what it counts.

mod among;
mod figures;
mod members;
mod stock;

use crate::as_of::{AsOfInput, Day, ResolvedAsOf};
use crate::directory::{Committee, Township, Unit};
use crate::error::fault;
use crate::input::Date;
use crate::limits::{REPLAYED, of_page};
use crate::office::{asked, asked_by_no_program};
use crate::vocabulary::Word;
use among::AmongInput;
use async_graphql::{Context, Object, Result, SimpleObject};
use figures::Figures;
pub(crate) use figures::Ratio;
use std::collections::BTreeMap;
use std::sync::Arc;
use stock::{Placed, Stock};
use xiaohao_core::statistics::{Ranked, Scope};
use xiaohao_core::values::{TownshipCode, UnitId};
use xiaohao_ledger::tally::{Cell, ClosureFigures, Counts};

/// Queries about figures.
#[derive(Default)]
pub(crate) struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// 销号统计：全县，并按专委会、牵头责任单位和乡镇分列；只统计当前登录人可以查看的隐患。以前某日的，各单位按当日的名称和名册分列。
    ///
    /// The closure statistics of what this viewer may see. Those of today are kept with every act and equal a recount at every
    /// moment; those of an earlier day are made again from the acts, and stand under the names of that day.
    async fn closure_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "回溯到哪一天；不填的为今天。To which day to look back; today by default."
        )]
        as_of: Option<AsOfInput>,
        #[graphql(
            desc = "统计哪些隐患；不填的为全部。填了的，各项数据按台账重新统计。Of which hazards; of all by default. Otherwise all is made \
                    again from the acts."
        )]
        among: Option<AmongInput>,
    ) -> Result<ClosureStatistics> {
        let asked = asked_by_no_program(ctx)?;
        let day = match among {
            None => Day::of(&asked, as_of)?,
            Some(among) => Day::of_those(&asked, as_of, among.read()?)?,
        };
        let cells = if day.is_past {
            day.standing(&asked).await?.closure()
        } else {
            day.hold(&asked, ctx.field(), (GROUPS, COUNTED)).await?;
            let cells = day.reader(&asked).closure(&asked.scope, day.on).await;
            cells.map_err(fault)?
        };
        Ok(ClosureStatistics {
            day: Arc::new(day),
            cells,
        })
    }
}

/// In what the figures of groups stand, and what the counters answer by themselves.
const GROUPS: &[&str] = &[
    "total",
    "byCommittee",
    "byLeadUnit",
    "byTownship",
    "figures",
];
const COUNTED: &[&str] = &[
    "__typename",
    "on",
    "committee",
    "unit",
    "township",
    "ever",
    "deducted",
    "valid",
    "closed",
    "open",
    "overdue",
    "overdueOriginally",
    "inState",
    "byStatus",
    "byStage",
    "closureRate",
    "reportedCompletionRate",
    "onTimeRate",
    "onTimeRateOriginally",
];

/// 销号统计。The closure statistics of a day.
struct ClosureStatistics {
    day: Arc<Day>,
    cells: BTreeMap<Cell, Counts>,
}

impl ClosureStatistics {
    /// The figures of cells that have the same key, in the order of the keys; none of those that have none.
    fn by<K: Ord>(&self, key: impl Fn(&Cell) -> Option<K>) -> BTreeMap<K, ClosureFigures> {
        let mut groups: BTreeMap<K, ClosureFigures> = BTreeMap::new();
        for (cell, counts) in &self.cells {
            if let Some(key) = key(cell) {
                groups.entry(key).or_default().add(cell, counts);
            }
        }
        groups
    }

    fn figures(&self, counted: ClosureFigures, of: Scope) -> Figures {
        Figures {
            day: Arc::clone(&self.day),
            counted,
            of,
        }
    }
}

/// What was counted by unit, in the order in which the county's data name the units; what they do not name any more comes last.
fn in_order(
    groups: BTreeMap<UnitId, ClosureFigures>,
    place: impl Fn(UnitId) -> Option<usize>,
) -> Vec<(UnitId, ClosureFigures)> {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_cached_key(|(unit, _)| place(*unit).unwrap_or(usize::MAX));
    groups
}

/// 销号统计。The closure statistics of a day.
#[Object]
impl ClosureStatistics {
    /// 统计日期。The day at whose end the figures are taken.
    async fn on(&self) -> Date {
        Date(self.day.on)
    }

    /// 实际采用的日期、时刻和台账位置。The day, instant and place in the ledger that were looked at.
    async fn as_of(&self, ctx: &Context<'_>) -> Result<ResolvedAsOf> {
        self.day.resolved(&asked(ctx)?).await
    }

    /// 合计。The figures of all hazards that this viewer may see.
    async fn total(&self) -> Figures {
        let total = self.by(|_| Some(())).remove(&());
        self.figures(total.unwrap_or_default(), Scope::County)
    }

    /// 按专委会分列，按任务清单的顺序；没有隐患的专委会不在其中。
    ///
    /// By committee, in the order of the county's plan; those without a hazard are left out.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn by_committee(&self, ctx: &Context<'_>) -> Result<Vec<OfCommittee>> {
        let directory = self.day.directory(&asked(ctx)?).await?;
        let in_plan = |unit| {
            directory
                .committees()
                .iter()
                .position(|own| own.unit == unit)
        };
        let groups = in_order(self.by(|cell| cell.committee), in_plan);
        let row = |(unit, figures): (UnitId, _)| OfCommittee {
            committee: Committee::find(&directory, unit),
            figures: self.figures(figures, Scope::Committee(unit)),
        };
        Ok(groups.into_iter().map(row).collect())
    }

    /// 按牵头责任单位分列，按名册的顺序。By lead unit, in the order of the directory.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn by_lead_unit(&self, ctx: &Context<'_>) -> Result<Vec<OfUnit>> {
        let directory = self.day.directory(&asked(ctx)?).await?;
        let groups = in_order(self.by(|cell| cell.lead_unit), |unit| directory.place(unit));
        let row = |(unit, figures): (UnitId, _)| OfUnit {
            unit: Unit::within(&directory, unit),
            figures: self.figures(figures, Scope::LeadUnit(unit)),
        };
        Ok(groups.into_iter().map(row).collect())
    }

    /// 按乡镇分列，按区划代码的顺序。By township-level area, in the order of their codes.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn by_township(&self, ctx: &Context<'_>) -> Result<Vec<OfTownship>> {
        let directory = self.day.directory(&asked(ctx)?).await?;
        let groups = self.by(|cell| Some(cell.township));
        let row = |(code, figures): (TownshipCode, _)| OfTownship {
            township: Township::find(&directory, code),
            figures: self.figures(figures, Scope::Township(code)),
        };
        Ok(groups.into_iter().map(row).collect())
    }

    /// 存量增减：期初加新增加重新列单减销号减核减等于期末，不平的不能公布。
    ///
    /// How the stock moved in a period that ends by the day of these figures; each term is found on its own.
    #[graphql(complexity = "REPLAYED + child_complexity")]
    async fn stock(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统计期间的第一天。The first day of the period that it reports on.")] from: Date,
        #[graphql(
            desc = "统计期间的最后一天，默认为统计日期。The last day of the period; the day of the figures by default."
        )]
        to: Option<Date>,
    ) -> Result<Stock> {
        let to = to.map_or(self.day.on, |date| date.0);
        Stock::read(&asked(ctx)?, &self.day, from.0, to).await
    }

    /// 排名：先按销号率从高到低，再按超期数从少到多，再按按期整改率从高到低；相同的并列，无到期隐患的不排名。
    ///
    /// The ranking, by rates as fractions and not as they are printed; where nothing is due there is no rank.
    #[graphql(complexity = "REPLAYED + of_page(None, None, child_complexity)")]
    async fn ranking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "对谁排名。Who is ranked.")] of: Word<Ranked>,
    ) -> Result<Vec<Placed>> {
        let asked = asked(ctx)?;
        stock::ranking(&asked, &self.day, of.0).await
    }
}

/// 一个专委会的数据。The figures of one committee.
#[derive(SimpleObject)]
#[graphql(name = "CommitteeFigures")]
struct OfCommittee {
    /// 专委会；名册中没有的为空。The committee; null for one that is not in the directory.
    committee: Option<Committee>,
    /// 数据。Its figures.
    figures: Figures,
}

/// 一个牵头责任单位的数据。The figures of one lead unit.
#[derive(SimpleObject)]
#[graphql(name = "LeadUnitFigures")]
struct OfUnit {
    /// 牵头责任单位；名册中没有的为空。The lead unit; null for one that is not in the directory.
    unit: Option<Unit>,
    /// 数据。Its figures.
    figures: Figures,
}

/// 一个乡镇的数据。The figures of one township.
#[derive(SimpleObject)]
#[graphql(name = "TownshipFigures")]
struct OfTownship {
    /// 乡镇；名册中没有的为空。The township; null for one that is not in the directory.
    township: Option<Township>,
    /// 数据。Its figures.
    figures: Figures,
}
