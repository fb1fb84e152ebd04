//! 专委会报送: what committees file each month, and who has not.

use crate::as_of::{AsOfInput, Day, ResolvedAsOf};
use crate::directory::Committee;
use crate::erasure::{LedgerActInput, TheLedger};
use crate::error::fault;
use crate::guard::{Sent, Submitted, submit};
use crate::hazard::LedgerEntry;
use crate::input::{Arguments, Date, DateInput, inputs, taken};
use crate::limits::of_page;
use crate::office::{Asked, asked_in_person};
use crate::reference::TimeLimitWindow;
use crate::refusal::Refusal;
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use std::sync::Arc;
use xiaohao_core::directory as core;
use xiaohao_core::filing::{FilePeriod, FilingStanding, PeriodFiled};
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_ledger::{Deed, Line};

inputs! {
    /// 专委会报送的内容；其中不得写入姓名、电话等个人信息。What a committee files for a period; nobody is named in it.
    FilePeriodInput => FilePeriod {
        /// 专委会。Which committee.
        committee: ID,
        /// 报送期间内的任何一天，例如期末的日期；期间的长短按时限规则，一般为一个月。Any day of the period.
        day: DateInput,
        /// 工作要点，最多4000字。The key work of the period.
        key_work: String,
        /// 落实情况，最多4000字。How it was carried out.
        carried_out: String,
        /// 本期排查发现的重大隐患数；没有发现的填0，即零报告。How many major hazards were found; 0 is said too.
        found: i32,
        /// 更正理由；首次报送不填，更正已经报送的内容必须填写，原报送内容仍然保留。Why it takes the place of what was filed before; for a correction alone.
        correction: Option<String>,
    }
}

/// What committees file.
#[derive(Default)]
pub(crate) struct FilingMutation;

#[Object]
impl FilingMutation {
    /// 专委会报送：专委会的牵头责任单位每月报送工作要点、落实情况和排查发现的重大隐患数，没有发现的也要报（零报告）；报送日期为实际报送的当天，不能倒填。
    ///
    /// A committee files for a period, nought included, on the day on which it does so. For whoever leads it alone.
    async fn file_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办理凭据。What guards the act.")] act: LedgerActInput,
        #[graphql(desc = "内容。What is filed.")] input: FilePeriodInput,
    ) -> Result<FilingPayload> {
        let arguments = Arguments::default();
        let says = taken::<FilePeriod>(&arguments.input, input);
        let deed = |_: TheLedger, says: Option<_>| {
            says.map(|says| Deed::Ledger {
                command: UpkeepCommand::FilePeriod(Box::new(says)),
            })
        };
        let sent = Sent {
            mutation: ctx.field().name(),
            arguments: &arguments,
        };
        let came = submit(ctx, sent, act, says, deed).await?;
        Ok(FilingPayload::of(came))
    }
}

/// 办理结果。What came of a filing.
#[derive(SimpleObject)]
struct FilingPayload {
    /// 报送的内容；未办理的为空。What was filed; null where it was refused.
    filing: Option<Filing>,
    /// 是否为重发的请求。Whether this request was done before.
    replayed: bool,
    /// 未办理的全部理由。Every reason why it was not done.
    user_errors: Vec<Refusal>,
}

impl FilingPayload {
    fn of(came: Submitted) -> Self {
        let (filing, replayed, user_errors) = match came {
            Submitted::Done { answer, replayed } => {
                let filing = answer.lines.first().and_then(Filing::of);
                (filing, replayed, Vec::new())
            }
            Submitted::Refused { reasons, .. } => (None, false, reasons),
        };
        Self {
            filing,
            replayed,
            user_errors,
        }
    }
}

/// Queries about what committees file.
#[derive(Default)]
pub(crate) struct FilingQuery;

#[Object]
impl FilingQuery {
    /// 专委会报送台账：一个报送期间内各专委会是否报送、何时报送、是否逾期。县安委办、县安委会和工作专班可以查看各专委会的，牵头责任单位可以查看本单位牵头的专委会的，其他岗位得到空表。
    ///
    /// Who has filed for a period, when, and who has not: all committees for whoever sees the whole county, its own for a unit that leads
    /// them, and nothing for others.
    async fn committee_filings(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "报送期间内的任何一天，不填的为 asOf 当天。Any day of the period; the day that is looked at by default."
        )]
        day: Option<Date>,
        #[graphql(
            desc = "回溯到哪一天；不填的为今天。To which day to look back; today by default."
        )]
        as_of: Option<AsOfInput>,
    ) -> Result<PeriodFilings> {
        let asked = asked_in_person(ctx)?;
        let looked_at = Day::of(&asked, as_of)?;
        // What is due, what was filed and as of when are of one moment.
        looked_at.hold_all(&asked).await?;
        let county = looked_at.county(&asked).await?;
        let day = day.map_or(looked_at.on, |day| day.0);
        let period = county.filing_period(day);
        let window = county.filing_window(period);
        let due_on = window.as_ref().ok().map(|window| window.closes.on);
        let Asked { scope, .. } = &asked;
        let committees = county.directory.committees();
        let told = looked_at.reader(&asked);
        let told = told.filings(scope, committees, period).await;
        let mut lines = told.map_err(fault)?;
        let as_of = looked_at.as_of(&asked).await?;
        lines.retain(|line| as_of.holds(line));
        let shown = scope.filings_among(committees);
        let shown = committees.iter().filter(|own| shown.contains(&own.unit));
        let own = |committee: &core::Committee| {
            let filed = lines.iter().filter(|line| {
                let says = line.record.period_filed();
                says.is_some_and(|says| says.committee == committee.unit)
            });
            let filings: Vec<Filing> = filed.filter_map(Filing::of).collect();
            CommitteeFilings::of(
                committee,
                &county.directory,
                filings,
                (as_of.valid_on, due_on),
            )
        };
        Ok(PeriodFilings {
            from: Date(period.from),
            until: Date(period.until),
            due: TimeLimitWindow::of(window),
            as_of: looked_at.resolved(&asked).await?,
            committees: shown.map(own).collect(),
        })
    }
}

/// 一个报送期间的报送台账。Who has filed for a period.
#[derive(SimpleObject)]
struct PeriodFilings {
    /// 期间的第一天。The first day of the period.
    from: Date,
    /// 期间的最后一天。The last day of the period.
    until: Date,
    /// 报送的起止日期（时限规则 L-FILING）。From when and until when it is filed in time.
    due: TimeLimitWindow,
    /// 实际采用的日期、时刻和台账位置。The day, instant and place in the ledger that were looked at.
    as_of: ResolvedAsOf,
    /// 各专委会，按任务清单的顺序。The committees, in the order of the county's plan.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    committees: Vec<CommitteeFilings>,
}

/// 一个专委会在一个期间的报送情况。How a committee stands with a period.
#[derive(SimpleObject)]
struct CommitteeFilings {
    /// 专委会。The committee.
    committee: Committee,
    /// 报送情况；报送期限无法推算的为空。How it stands; null where the last day for it cannot be computed.
    standing: Option<Word<FilingStanding>>,
    /// 首次报送的日期；未报送的为空。When it first filed; null where it has not.
    filed_on: Option<Date>,
    /// 是否为零报告，以最近一次报送为准；未报送的为空。Whether it found nothing, by what was filed last; null where it has not filed.
    is_zero: Option<bool>,
    /// 历次报送，首次的在前，其后为更正；未报送的为空表。What was filed, the first first, and then what corrects it.
    filings: Vec<Filing>,
}

impl CommitteeFilings {
    fn of(
        committee: &core::Committee,
        directory: &Arc<core::Directory>,
        filings: Vec<Filing>,
        (day, due_on): (NaiveDate, Option<NaiveDate>),
    ) -> Self {
        let filed_on = filings.first().map(|filing| filing.filed_on.0);
        let standing = due_on.map(|due_on| FilingStanding::on(day, due_on, filed_on));
        Self {
            committee: Committee::of(committee, directory),
            standing: standing.map(Word),
            filed_on: filed_on.map(Date),
            is_zero: filings.last().map(|filing| filing.found == 0),
            filings,
        }
    }
}

/// 一次报送。What a committee filed once.
#[derive(SimpleObject)]
struct Filing {
    /// 报送日期。The day on which it was filed.
    filed_on: Date,
    /// 工作要点。The key work of the period.
    key_work: String,
    /// 落实情况。How it was carried out.
    carried_out: String,
    /// 本期排查发现的重大隐患数；0为零报告。How many major hazards were found.
    found: u32,
    /// 更正理由；首次报送的为空。Why it takes the place of what was filed before; null for the first.
    correction: Option<String>,
    /// 台账记录。Its entry in the ledger.
    entry: LedgerEntry,
}

impl Filing {
    fn of(line: &Line) -> Option<Self> {
        let PeriodFiled {
            committee: _,
            from: _,
            until: _,
            key_work,
            carried_out,
            found,
            correction,
        } = line.record.period_filed()?;
        Some(Self {
            filed_on: Date(line.record.stamp().occurred_on),
            key_work: key_work.to_string(),
            carried_out: carried_out.to_string(),
            found: *found,
            correction: correction.as_ref().map(ToString::to_string),
            entry: LedgerEntry::of(line),
        })
    }
}
