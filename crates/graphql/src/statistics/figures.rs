//! The figures of one group of hazards on one day.

use super::members::{CountedAs, Wanted, members};
use crate::as_of::Day;
use crate::hazard::HazardConnection;
use crate::input::Date;
use crate::limits::{FOUND, of_page};
use crate::office::asked;
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::collections::BTreeMap;
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_core::duties::{What, duties};
use xiaohao_core::policy::Limit;
use xiaohao_core::statistics::{Deadline, Scope, Snapshot};
use xiaohao_core::values::{HazardId, SupervisionLevel};
use xiaohao_ledger::tally::ClosureFigures;

/// 一组数据。Figures of one group of hazards.
pub(super) struct Figures {
    pub(super) day: Arc<Day>,
    pub(super) counted: ClosureFigures,
    pub(super) of: Scope,
}

impl Figures {
    /// Makes a figure of the group's hazards as they stood.
    async fn made<T>(
        &self,
        ctx: &Context<'_>,
        figure: impl FnOnce(&Snapshot<'_>) -> T + Send,
    ) -> Result<T> {
        let standing = self.day.standing(&asked(ctx)?).await?;
        Ok(figure(&standing.snapshot().within(self.of)))
    }
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
        self.counted.overdue(Deadline::Effective)
    }

    /// 超期未整改，按原期限。Overdue by the original deadline.
    async fn overdue_originally(&self) -> u32 {
        self.counted.overdue(Deadline::Original)
    }

    /// 处于某个状态的数量。How many are in a state.
    async fn in_state(
        &self,
        #[graphql(desc = "状态。The state to count.")] status: Word<Status>,
    ) -> u32 {
        self.counted.in_state(status.0)
    }

    /// 销号率：已销号除以列单总数减核减。The closure rate: struck off, of those ever listed and not deducted.
    async fn closure_rate(&self) -> Ratio {
        self.counted.closure_rate().into()
    }

    /// 整改完成率（报告口径）：已验收、已销号和待验收的除以列单总数减核减。As the units themselves report it.
    async fn reported_completion_rate(&self) -> Ratio {
        self.counted.reported_completion_rate().into()
    }

    /// 按期整改率，按现期限。On time by the present deadline.
    async fn on_time_rate(&self) -> Ratio {
        self.counted.on_time_rate(Deadline::Effective).into()
    }

    /// 按期整改率，按原期限。On time by the original deadline.
    async fn on_time_rate_originally(&self) -> Ratio {
        self.counted.on_time_rate(Deadline::Original).into()
    }

    /// 所统计的隐患，数量与该项数据一致。The hazards that a figure counts, as many as it says.
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

    /// 各状态的数量；没有隐患的状态不在其中。By state; states without a hazard are left out.
    async fn by_status(&self) -> Vec<OfStatus> {
        let all = Status::ALL.iter().map(|status| OfStatus {
            status: Word(*status),
            count: self.counted.in_state(*status),
        });
        all.filter(|own| own.count > 0).collect()
    }

    /// 各阶段的数量；没有隐患的阶段不在其中，未列单的不属任何阶段。By official stage; what is not yet listed is in none.
    async fn by_stage(&self) -> Vec<OfStage> {
        let mut stages: BTreeMap<StageOrOff, u32> = BTreeMap::new();
        for status in Status::ALL {
            if let Some(stage) = StageOrOff::of(*status) {
                let count = stages.entry(stage).or_default();
                *count = count.saturating_add(self.counted.in_state(*status));
            }
        }
        let all = stages.into_iter().map(|(stage, count)| OfStage {
            stage: Word(stage),
            count,
        });
        all.filter(|own| own.count > 0).collect()
    }

    /// 一次验收合格率：首轮验收合格的除以至少验收过一轮的；到期核查也算一轮。First round passed, of those with a decided round; an inspection at the deadline is one.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn first_round_pass_rate(&self, ctx: &Context<'_>) -> Result<Rate> {
        self.made(ctx, |day| day.first_round_pass_rate().into())
            .await
    }

    /// 延期率：至少同意过一次延期的除以列单总数减核减。With at least one extension granted.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn extension_rate(&self, ctx: &Context<'_>) -> Result<Rate> {
        self.made(ctx, |day| day.extension_rate().into()).await
    }

    /// 反弹率：重新列单次数除以回头看次数；虚假整改、验收不实等未经回头看的重新列单也计入分子，因此可能超过100%；后来核减的隐患不计。Reopenings
    /// by look-backs done, each counted every time, of what was not deducted since. A reopening without a look-back counts too, so that it
    /// can exceed 100 %.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn rebound_rate(&self, ctx: &Context<'_>) -> Result<Rate> {
        self.made(ctx, |day| day.rebound_rate().into()).await
    }

    /// 五落实率：已备案方案的除以应当备案的。Plans filed, of those that must be.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn five_elements_rate(&self, ctx: &Context<'_>) -> Result<Rate> {
        self.made(ctx, |day| day.five_elements_rate().into()).await
    }

    /// 挂牌督办销号率：曾在该级挂牌督办的，已销号的所占比例。Struck off, of those ever under supervision at that level.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn supervised_closure_rate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "督办级别。The level of supervision.")] level: Word<SupervisionLevel>,
    ) -> Result<Rate> {
        self.made(ctx, |day| day.supervised_closure_rate(level.0).into())
            .await
    }

    /// 挂牌督办中：未销号、在该级挂牌督办的；同时在两级挂牌督办的，两级都有，而 `hazards` 的 `supervised` 以最高级别为准。
    ///
    /// Open and under a notice of that level. What is under two levels is told at both, where `supervised` of `hazards` goes by the
    /// highest.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn under_supervision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "督办级别。The level of supervision.")] level: Word<SupervisionLevel>,
    ) -> Result<Vec<ID>> {
        self.made(ctx, |day| ids(&day.under_supervision(level.0)))
            .await
    }

    /// 停产停业中：未销号、停产停业尚未解除的。Open and suspended.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn under_suspension(&self, ctx: &Context<'_>) -> Result<Vec<ID>> {
        self.made(ctx, |day| ids(&day.under_suspension())).await
    }

    /// 超期未整改的各处及其超期天数，按现期限。Each that is overdue, with its days.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn overdue_hazards(&self, ctx: &Context<'_>) -> Result<Vec<Overdue>> {
        let each = |own: xiaohao_core::statistics::Overdue| Overdue {
            hazard_id: ID(own.hazard.to_string()),
            due_on: Date(own.due_on),
            days: own.days,
        };
        let overdue = |day: &Snapshot<'_>| day.overdue(Deadline::Effective);
        let overdue = self.made(ctx, overdue).await?.into_iter();
        Ok(overdue.map(each).collect())
    }

    /// 验收超时：申请验收后超过规定时限仍未验收的；时限自申请或者整改期限起算的，以先到的为准。Applications that lie beyond the limit of the policy, which may count
    /// from the application or from the deadline, whichever is first.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn verification_overdue(&self, ctx: &Context<'_>) -> Result<Vec<ID>> {
        let asked = asked(ctx)?;
        let on = self.day.on;
        let county = self.day.county(&asked).await?;
        let verify = What::Limited(Limit::Verification);
        let lies = |hazard: &xiaohao_core::Hazard| {
            hazard.status() == Status::AwaitingVerification
                && duties(hazard, &county, on)
                    .iter()
                    .any(|own| own.what == verify && own.is_late(on))
        };
        let hazards = self.day.standing(&asked).await?.hazards();
        let late = hazards.filter(|hazard| self.of.holds(hazard) && lies(hazard));
        Ok(late.map(|hazard| ID(hazard.id().to_string())).collect())
    }

    /// 落实治理资金：现行方案的计划资金合计，万元。The planned funds of the plans in force, in ten thousand yuan.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn planned_funds(&self, ctx: &Context<'_>) -> Result<Option<Amount>> {
        let planned = |day: &Snapshot<'_>| day.planned_funds().map(Amount::from);
        self.made(ctx, planned).await
    }

    /// 实际投入资金：各处本轮最近一次报告（进展或者申请验收）的已投入资金合计，万元。What was last stated as spent, in ten thousand yuan.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn spent_funds(&self, ctx: &Context<'_>) -> Result<Option<Amount>> {
        let spent = |day: &Snapshot<'_>| day.spent_funds().map(Amount::from);
        self.made(ctx, spent).await
    }

    /// 整改天数：已销号的，从交办到完成整改；没有的为空。From the order to completion, of what is struck off.
    #[graphql(complexity = "FOUND + child_complexity")]
    async fn days_to_complete(&self, ctx: &Context<'_>) -> Result<Option<Days>> {
        let days = |days: xiaohao_core::statistics::Days| Days {
            mean: tenths(days.mean_tenths()),
            median: tenths(days.median_tenths()),
            of: ids(days.of()),
        };
        self.made(ctx, |day| day.days_to_complete().map(days)).await
    }
}

/// 一个状态的数量。How many hazards are in one state.
#[derive(SimpleObject)]
#[graphql(name = "StatusFigure")]
struct OfStatus {
    /// 状态。The state.
    status: Word<Status>,
    /// 数量。How many hazards.
    count: u32,
}

/// 一个阶段的数量。How many hazards are in one official stage.
#[derive(SimpleObject)]
#[graphql(name = "StageFigure")]
struct OfStage {
    /// 阶段。The official stage.
    stage: Word<StageOrOff>,
    /// 数量。How many hazards.
    count: u32,
}

/// 一处超期的隐患。A hazard that is overdue.
#[derive(SimpleObject)]
#[graphql(name = "OverdueHazard")]
struct Overdue {
    /// 隐患标识。The id of the hazard.
    hazard_id: ID,
    /// 现期限。The effective deadline that has passed.
    due_on: Date,
    /// 超期天数。Calendar days since the deadline.
    days: u32,
}

/// 金额合计。A sum of money, with the hazards that it is made of.
#[derive(SimpleObject)]
struct Amount {
    /// 万元。In ten thousand yuan.
    wan: String,
    /// 计入的隐患。The ids of the hazards that are counted.
    of: Vec<ID>,
}

impl From<xiaohao_core::statistics::Amount> for Amount {
    fn from(funds: xiaohao_core::statistics::Amount) -> Self {
        Self {
            wan: funds.total().to_wan(),
            of: ids(funds.of()),
        }
    }
}

/// 天数的平均数和中位数，保留一位小数。The mean and the median of days, to one decimal.
#[derive(SimpleObject)]
#[graphql(name = "DaysToComplete")]
struct Days {
    /// 平均数。The mean, in days.
    mean: f64,
    /// 中位数。The median, in days.
    median: f64,
    /// 计入的隐患。The ids of the hazards that are counted.
    of: Vec<ID>,
}

/// 比率，附分子分母及其各处隐患；按次数计的，一处可以出现多次。A ratio with its members; one that counts twice stands twice.
#[derive(SimpleObject)]
struct Rate {
    /// 比率。The ratio itself.
    ratio: Ratio,
    /// 分子所计的隐患。The ids of the hazards in the numerator.
    counted: Vec<ID>,
    /// 分母所计的隐患。The ids of the hazards in the denominator.
    of: Vec<ID>,
}

impl From<xiaohao_core::statistics::Rate> for Rate {
    fn from(rate: xiaohao_core::statistics::Rate) -> Self {
        Self {
            ratio: rate.ratio().into(),
            counted: ids(rate.counted()),
            of: ids(rate.of()),
        }
    }
}

fn ids(hazards: &[HazardId]) -> Vec<ID> {
    hazards.iter().map(|id| ID(id.to_string())).collect()
}

fn tenths(tenths: u64) -> f64 {
    u32::try_from(tenths).map_or(f64::MAX, |tenths| f64::from(tenths) / 10.0)
}

/// 比率，附分子分母。A ratio that shows what it was made of.
#[derive(Clone, SimpleObject)]
pub(crate) struct Ratio {
    /// 分子。The numerator.
    numerator: u32,
    /// 分母。The denominator.
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
