//! 销号统计: the figures of today, each with what it counts.

use crate::directory::{Committee, Township, Unit};
use crate::error::fault;
use crate::hazard::{HazardConnection, OrderInput, Paging};
use crate::input::Date;
use crate::office::{Asked, asked};
use crate::vocabulary::Word;
use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use xiaohao_core::Status;
use xiaohao_core::values::{TownshipCode, UnitId};
use xiaohao_ledger::read::HazardFilter;
use xiaohao_ledger::tally::{By, Cell, ClosureFigures, Counts};

/// Queries about figures.
#[derive(Default)]
pub(crate) struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// 今天的销号统计：全县，并按专委会、牵头责任单位和乡镇分列；只统计当前登录人可以查看的隐患。
    ///
    /// The closure statistics of today, of what this viewer may see. They are kept with every act and equal a recount at every
    /// moment.
    async fn closure_statistics(&self, ctx: &Context<'_>) -> Result<ClosureStatistics> {
        let Asked { office, scope, .. } = asked(ctx)?;
        let on = office.today();
        let cells = office.reader.closure(&scope, on).await.map_err(fault)?;
        Ok(ClosureStatistics { on, cells })
    }
}

/// 销号统计。The closure statistics of a day.
struct ClosureStatistics {
    on: NaiveDate,
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

    fn figures(&self, figures: ClosureFigures, filter: HazardFilter) -> Figures {
        Figures {
            on: self.on,
            counted: figures,
            filter,
        }
    }
}

/// 销号统计。The closure statistics of a day.
#[Object]
impl ClosureStatistics {
    /// 统计日期。
    async fn on(&self) -> Date {
        Date(self.on)
    }

    /// 合计。
    async fn total(&self) -> Figures {
        let total = self.by(|_| Some(())).remove(&());
        self.figures(total.unwrap_or_default(), HazardFilter::default())
    }

    /// 按专委会分列；没有隐患的专委会不在其中。By committee; those without a hazard are left out.
    async fn by_committee(&self, ctx: &Context<'_>) -> Result<Vec<OfCommittee>> {
        let Asked { office, .. } = asked(ctx)?;
        let groups = self.by(|cell| cell.committee).into_iter();
        let row = |(unit, figures): (UnitId, _)| OfCommittee {
            committee: Committee::find(office, unit),
            figures: self.figures(
                figures,
                HazardFilter {
                    committees: [unit].into(),
                    ..HazardFilter::default()
                },
            ),
        };
        Ok(groups.map(row).collect())
    }

    /// 按牵头责任单位分列。By lead unit.
    async fn by_lead_unit(&self, ctx: &Context<'_>) -> Result<Vec<OfUnit>> {
        let Asked { office, .. } = asked(ctx)?;
        let groups = self.by(|cell| cell.lead_unit).into_iter();
        let row = |(unit, figures): (UnitId, _)| OfUnit {
            unit: Unit::find(office, unit),
            figures: self.figures(
                figures,
                HazardFilter {
                    lead_units: [unit].into(),
                    ..HazardFilter::default()
                },
            ),
        };
        Ok(groups.map(row).collect())
    }

    /// 按乡镇分列。By township-level area.
    async fn by_township(&self, ctx: &Context<'_>) -> Result<Vec<OfTownship>> {
        let Asked { office, .. } = asked(ctx)?;
        let groups = self.by(|cell| Some(cell.township)).into_iter();
        let row = |(code, figures): (TownshipCode, _)| OfTownship {
            township: Township::find(office, code),
            figures: self.figures(
                figures,
                HazardFilter {
                    townships: [code].into(),
                    ..HazardFilter::default()
                },
            ),
        };
        Ok(groups.map(row).collect())
    }
}

/// 一个专委会的数据。
#[derive(SimpleObject)]
#[graphql(name = "CommitteeFigures")]
struct OfCommittee {
    /// 专委会；名册中没有的为空。
    committee: Option<Committee>,
    /// 数据。
    figures: Figures,
}

/// 一个牵头责任单位的数据。
#[derive(SimpleObject)]
#[graphql(name = "LeadUnitFigures")]
struct OfUnit {
    /// 牵头责任单位；名册中没有的为空。
    unit: Option<Unit>,
    /// 数据。
    figures: Figures,
}

/// 一个乡镇的数据。
#[derive(SimpleObject)]
#[graphql(name = "TownshipFigures")]
struct OfTownship {
    /// 乡镇；名册中没有的为空。
    township: Option<Township>,
    /// 数据。
    figures: Figures,
}

/// 统计口径，用于列出所统计的隐患。What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum CountedAs {
    /// 列单总数减核减。Ever listed and not deducted.
    Valid,
    /// 在册未销号。Of those, not struck off.
    Open,
    /// 已销号。Of those, struck off.
    Closed,
    /// 超期未整改。Overdue today.
    Overdue,
}

impl CountedAs {
    fn narrowed(self, filter: &HazardFilter, on: NaiveDate) -> HazardFilter {
        let on_the_list = |status: &Status| *status != Status::Reported && !status.is_off_list();
        let statuses = Status::ALL.iter().copied().filter(on_the_list);
        let of = |keep: fn(&Status) -> bool| HazardFilter {
            statuses: statuses.clone().filter(keep).collect(),
            ..filter.clone()
        };
        match self {
            Self::Valid => of(|_| true),
            Self::Open => of(|status| !status.is_struck_off()),
            Self::Closed => of(|status| status.is_struck_off()),
            Self::Overdue => HazardFilter {
                overdue: Some((on, true)),
                ..filter.clone()
            },
        }
    }
}

/// 一组数据。Figures of one group of hazards.
struct Figures {
    on: NaiveDate,
    counted: ClosureFigures,
    filter: HazardFilter,
}

/// 一组数据。Figures of one group of hazards.
#[Object]
impl Figures {
    /// 列单总数：曾经列入清单的。Ever listed.
    async fn ever(&self) -> u32 {
        self.counted.ever()
    }

    /// 核减：并案、降级、移交、作废的。Deducted: merged, downgraded, transferred or annulled since.
    async fn deducted(&self) -> u32 {
        self.counted.deducted()
    }

    /// 列单总数减核减。Ever listed and not deducted.
    async fn valid(&self) -> u32 {
        self.counted.valid()
    }

    /// 已销号。Struck off.
    async fn closed(&self) -> u32 {
        self.counted.struck_off()
    }

    /// 在册未销号。Not struck off.
    async fn open(&self) -> u32 {
        self.counted.open()
    }

    /// 超期未整改，按现期限。Overdue by the present deadline.
    async fn overdue(&self) -> u32 {
        self.counted.overdue(By::Deadline)
    }

    /// 超期未整改，按原期限。Overdue by the original deadline.
    async fn overdue_originally(&self) -> u32 {
        self.counted.overdue(By::OriginalDeadline)
    }

    /// 处于某个状态的数量。How many are in a state.
    async fn in_state(&self, #[graphql(desc = "状态。")] status: Word<Status>) -> u32 {
        self.counted.in_state(status.0)
    }

    /// 销号率：已销号除以列单总数减核减。
    async fn closure_rate(&self) -> Ratio {
        self.counted.closure_rate().into()
    }

    /// 整改完成率（报告口径）：已验收、已销号和待验收的除以列单总数减核减。As the units themselves report it.
    async fn reported_completion_rate(&self) -> Ratio {
        self.counted.reported_completion_rate().into()
    }

    /// 按期整改率，按现期限。On time by the present deadline.
    async fn on_time_rate(&self) -> Ratio {
        self.counted.on_time_rate(By::Deadline).into()
    }

    /// 按期整改率，按原期限。On time by the original deadline.
    async fn on_time_rate_originally(&self) -> Ratio {
        self.counted.on_time_rate(By::OriginalDeadline).into()
    }

    /// 所统计的隐患，数量与该项数据一致。The hazards that a figure counts, as many as it says.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统计口径。")] of: CountedAs,
        #[graphql(desc = "向后取多少条，1至100，默认20。")] first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。")] after: Option<String>,
    ) -> Result<HazardConnection> {
        let paging = Paging {
            first,
            after,
            last: None,
            before: None,
        };
        let page = paging.ask(OrderInput::NumberAscending.into())?;
        let filter = of.narrowed(&self.filter, self.on);
        HazardConnection::read(&asked(ctx)?, filter, page).await
    }
}

/// 比率，附分子分母。A ratio that shows what it was made of.
#[derive(SimpleObject)]
struct Ratio {
    /// 分子。
    numerator: u32,
    /// 分母。
    denominator: u32,
    /// 百分数，保留一位小数，四舍五入；分母为0时为空。Rounded half up to one decimal; null when the denominator is 0.
    percent: Option<f64>,
    /// 按文书打印的百分数；分母为0时为“—”。As printed.
    printed: String,
}

impl From<xiaohao_core::figures::Ratio> for Ratio {
    fn from(ratio: xiaohao_core::figures::Ratio) -> Self {
        let tenths = ratio.tenths().and_then(|tenths| u32::try_from(tenths).ok());
        Self {
            numerator: ratio.numerator,
            denominator: ratio.denominator,
            percent: tenths.map(|tenths| f64::from(tenths) / 10.0),
            printed: ratio.percentage(),
        }
    }
}
