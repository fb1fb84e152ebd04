//! The hazards that a figure counts, as many as it says.

use crate::as_of::Day;
use crate::connection::Paging;
use crate::error::bad_input;
use crate::hazard::{HazardConnection, OrderInput, ask};
use crate::office::asked;
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use async_graphql::{Context, Enum, Result};
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_core::statistics::{Deadline, Scope};
use xiaohao_ledger::read::{Counted, HazardFilter};

/// 统计口径，用于列出所统计的隐患。What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum CountedAs {
    /// 列单总数（ever）。Ever listed.
    Ever,
    /// 核减（deducted）。Of those, merged, downgraded, transferred or annulled since.
    Deducted,
    /// 列单总数减核减（valid），多数比率的分母。Ever listed and not deducted: the denominator of most rates.
    Valid,
    /// 在册未销号（open）。Of those, not struck off.
    Open,
    /// 已销号（closed），销号率的分子。Of those, struck off: the numerator of the closure rate.
    Closed,
    /// 整改完成率（报告口径）的分子：已验收、已销号和待验收的。The numerator of the rate that units report of themselves.
    ReportedComplete,
    /// 超期未整改，按现期限（overdue）。Overdue by the present deadline on the day of the figures.
    Overdue,
    /// 超期未整改，按原期限（overdueOriginally）。The same, by the original deadline.
    OverdueOriginally,
    /// 按期整改率的分子，按现期限：已经验收，完成日期不晚于期限的。Verified, and completed by the present deadline.
    OnTime,
    /// 按期整改率的分子，按原期限。The same, by the original deadline.
    OnTimeOriginally,
    /// 按期整改率的分母，按现期限：已经验收的和超期未整改的。Verified or overdue, by the present deadline.
    Due,
    /// 按期整改率的分母，按原期限。The same, by the original deadline.
    DueOriginally,
    /// 处于某个状态的（inState、byStatus），须填 status。In the state that `status` names.
    InStatus,
    /// 处于某个阶段的（byStage），须填 stage。In the official stage that `stage` names.
    InStage,
}

/// Of which figure the hazards are wanted.
pub(super) struct Wanted {
    pub(super) of: CountedAs,
    pub(super) status: Option<Word<Status>>,
    pub(super) stage: Option<Word<StageOrOff>>,
}

impl Wanted {
    /// The states of what the figure counts, or what else it counts by.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` where the state or the stage is wanting, or is given for another figure.
    fn narrowed(&self, filter: &HazardFilter, day: &Day) -> Result<HazardFilter> {
        let Self { of, status, stage } = self;
        if status.is_some() != (*of == CountedAs::InStatus) {
            let message = "of 为 IN_STATUS 的须填 status，其他口径不填，请修改。";
            return Err(bad_input(["status"], message));
        }
        if stage.is_some() != (*of == CountedAs::InStage) {
            let message = "of 为 IN_STAGE 的须填 stage，其他口径不填，请修改。";
            return Err(bad_input(["stage"], message));
        }
        let in_states = |keep: &dyn Fn(Status) -> bool| HazardFilter {
            statuses: Some(Status::ALL.iter().copied().filter(|s| keep(*s)).collect()),
            ..filter.clone()
        };
        let on_the_list = |status: Status| status != Status::Reported && !status.is_off_list();
        let counted = |counted: Counted| HazardFilter {
            counted: Some(counted),
            ..filter.clone()
        };
        Ok(match of {
            CountedAs::Ever => counted(Counted::EverListed),
            CountedAs::Deducted => HazardFilter {
                counted: Some(Counted::EverListed),
                ..in_states(&Status::is_off_list)
            },
            CountedAs::Valid => in_states(&on_the_list),
            CountedAs::Open => in_states(&|own| on_the_list(own) && !own.is_struck_off()),
            CountedAs::Closed => in_states(&Status::is_struck_off),
            CountedAs::ReportedComplete => in_states(&|own| {
                let waits = [Status::AwaitingVerification, Status::Verified];
                own.is_struck_off() || waits.contains(&own)
            }),
            CountedAs::Overdue => counted(Counted::Overdue(Deadline::Effective, day.on)),
            CountedAs::OverdueOriginally => counted(Counted::Overdue(Deadline::Original, day.on)),
            CountedAs::OnTime => counted(Counted::OnTime(Deadline::Effective)),
            CountedAs::OnTimeOriginally => counted(Counted::OnTime(Deadline::Original)),
            CountedAs::Due => counted(Counted::Due(Deadline::Effective, day.on)),
            CountedAs::DueOriginally => counted(Counted::Due(Deadline::Original, day.on)),
            CountedAs::InStatus => {
                let named = status.map(|word| word.0);
                in_states(&|own| Some(own) == named)
            }
            CountedAs::InStage => {
                let named = stage.map(|word| word.0);
                in_states(&|own| named.is_some() && StageOrOff::of(own) == named)
            }
        })
    }
}

/// By which a list finds the hazards of a group.
fn of_group(of: Scope) -> HazardFilter {
    let mut filter = HazardFilter::default();
    match of {
        Scope::County => {}
        Scope::Committee(unit) => drop(filter.committees.insert(unit)),
        Scope::LeadUnit(unit) => drop(filter.lead_units.insert(unit)),
        Scope::Township(code) => drop(filter.townships.insert(code)),
    }
    filter
}

/// One page of what a figure of a group counts on a day.
///
/// # Errors
/// As [`Wanted::narrowed`] and [`ask`], and faults.
pub(super) async fn members(
    ctx: &Context<'_>,
    day: &Arc<Day>,
    group: Scope,
    wanted: Wanted,
    (first, after): (Option<i32>, Option<String>),
) -> Result<HazardConnection> {
    let paging = Paging {
        first,
        after,
        last: None,
        before: None,
    };
    let page = ask(paging, OrderInput::NumberAscending.into())?;
    let filter = wanted.narrowed(&of_group(group), day)?;
    HazardConnection::of_day(&asked(ctx)?, day, filter, page).await
}
