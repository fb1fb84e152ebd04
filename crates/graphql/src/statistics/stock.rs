//! 存量 and 排名.

use super::figures::Ratio;
use super::members::{CountedAs, Wanted, members};
use crate::as_of::Day;
use crate::error::bad_input;
use crate::hazard::HazardConnection;
use crate::input::Date;
use crate::limits::of_page;
use crate::office::Asked;
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use chrono::NaiveDate;
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_core::statistics::{Flow, Period, Ranked, Row, Scope, ranked};
use xiaohao_core::values::HazardId;

/// 存量增减，各项附所计的隐患；一处增减几次的出现几次。How the stock moved, with what each term counts.
#[derive(SimpleObject)]
pub(super) struct Stock {
    /// 统计期间的第一天。The first day of the period.
    from: Date,
    /// 统计期间的最后一天。The last day of the period.
    to: Date,
    /// 期初存量。Open at the end of the day before the period.
    opening: Term,
    /// 新增：期间首次列单的。First listed in the period.
    new: Term,
    /// 重新列单。Reopened in the period.
    reopened: Term,
    /// 销号。Struck off in the period.
    struck_off: Term,
    /// 核减：期间并案、降级、移交、作废的。Left the list otherwise.
    deducted: Term,
    /// 期末存量。Open at the end of the period.
    closing: Term,
    /// 延期：期间同意过延期的，一处只计一次，不是增减的一项。Granted an extension in the period, each once; no term of the identity.
    extended: Term,
    /// 各项是否相平。Whether the identity holds; if not, nothing may be published.
    balances: bool,
}

/// 存量的一项。One term of the stock.
#[derive(SimpleObject)]
#[graphql(name = "StockTerm")]
struct Term {
    /// 数量。How many hazards.
    count: usize,
    /// 所计的隐患。The ids of the hazards that it counts.
    of: Vec<ID>,
}

impl From<Vec<HazardId>> for Term {
    fn from(of: Vec<HazardId>) -> Self {
        Self {
            count: of.len(),
            of: of.iter().map(|id| ID(id.to_string())).collect(),
        }
    }
}

impl Stock {
    pub(super) async fn read(
        asked: &Asked<'_>,
        day: &Day,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Self> {
        let period = Period::new(from, to).filter(|_| to <= day.on);
        let Some(period) = period else {
            let message =
                "统计期间的第一天不得晚于最后一天，最后一天不得晚于统计日期，请修改 from 或 to。";
            return Err(bad_input(["from"], message));
        };
        let flow = day.flow(asked, period).await?;
        let flow = match day.those(asked).await? {
            None => flow,
            Some(those) => flow.only(|id| those.hazard(id).is_some()),
        };
        let balances = flow.stock().is_ok();
        let Flow {
            opening,
            new,
            reopened,
            struck_off,
            deducted,
            closing,
            extended,
        } = flow;
        Ok(Self {
            from: Date(from),
            to: Date(to),
            opening: opening.into(),
            new: new.into(),
            reopened: reopened.into(),
            struck_off: struck_off.into(),
            deducted: deducted.into(),
            closing: closing.into(),
            extended: extended.into(),
            balances,
        })
    }
}

/// 排名的一行。One line of the ranking.
#[derive(SimpleObject)]
#[graphql(name = "Rank", complex)]
pub(super) struct Placed {
    #[graphql(skip)]
    day: Arc<Day>,
    #[graphql(skip)]
    of: Scope,
    /// 名次；没有到期隐患的不排名，为空。Null where nothing is due.
    rank: Option<u32>,
    /// 乡镇的区划代码，或者专委会、单位的标识。The division code of a township, or the id of a committee or unit.
    code: String,
    /// 名称。The name, in Chinese.
    name: String,
    /// 列单总数减核减；数量少的，名次参考意义有限。Few make a rank misleading.
    valid: usize,
    /// 销号率。The closure rate.
    closure_rate: Ratio,
    /// 超期未整改的数量。How many are overdue.
    overdue: usize,
    /// 按期整改率，按现期限。The on-time rate, by the effective deadline.
    on_time_rate: Ratio,
}

#[ComplexObject]
impl Placed {
    /// 这一行各项数据所统计的隐患，数量与该项数据一致。The hazards that a figure of this line counts, as many as it says.
    #[graphql(complexity = "of_page(first, None, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统计口径。Which figure's hazards are to be listed.")] of: CountedAs,
        #[graphql(
            desc = "状态，只在口径为 IN_STATUS 时填写。The state, where `of` is `IN_STATUS`."
        )]
        status: Option<Word<Status>>,
        #[graphql(desc = "阶段，只在口径为 IN_STAGE 时填写。The stage, where `of` is `IN_STAGE`.")]
        stage: Option<Word<StageOrOff>>,
        #[graphql(
            desc = "向后取多少条，1至100，默认20。How many to take forward, from 1 to 100; 20 by default."
        )]
        first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。Take those after this cursor.")] after: Option<String>,
    ) -> Result<HazardConnection> {
        let wanted = Wanted { of, status, stage };
        members(ctx, &self.day, self.of, wanted, (first, after)).await
    }
}

/// Everybody of a kind in the directory of that day, ranked.
pub(super) async fn ranking(asked: &Asked<'_>, day: &Arc<Day>, of: Ranked) -> Result<Vec<Placed>> {
    let standing = day.standing(asked).await?;
    let directory = day.directory(asked).await?;
    let row = |row: Row<Scope>| Placed {
        day: Arc::clone(day),
        of: row.scope,
        rank: row.rank,
        code: match row.scope {
            Scope::County => String::new(),
            Scope::Committee(unit) | Scope::LeadUnit(unit) => unit.to_string(),
            Scope::Township(code) => code.to_string(),
        },
        name: row
            .scope
            .unit(&directory)
            .map_or_else(String::new, |unit| unit.name.to_string()),
        valid: row.valid.len(),
        closure_rate: row.closure.ratio().into(),
        overdue: row.overdue.len(),
        on_time_rate: row.on_time.ratio().into(),
    };
    let rows = ranked(of, &standing.snapshot(), &directory).into_iter();
    Ok(rows.map(row).collect())
}
