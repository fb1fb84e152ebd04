//! 通报: what it names is written, what it counts is computed; published, it acts on every hazard that it names.

mod members;
mod shown;

use crate::as_of::{AsOfInput, Day};
use crate::attendant::not_shown;
use crate::connection::Paging;
use crate::error::{ErrorCode, bad_input, coded, fault};
use crate::guard::Submitted;
use crate::hazard::LedgerEntry;
use crate::input::{
    Arguments, CircularContentInput, CircularParts, Problem, ReasonInput, Said, Written, taken,
};
use crate::limits::{REPLAYED, of_page};
use crate::office::{Asked, asked, asked_by_no_program};
use crate::paper::{PaperActInput, PaperConnection, PaperPage, step};
use crate::refusal::Refusal;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
pub(crate) use shown::Circular;
use xiaohao_core::circular::{CircularContent, CommitteesFiled, Figure, Ranking, Totals};
use xiaohao_core::figures::{Stock, StockParts};
use xiaohao_core::paper::{PaperCommand, PaperEvent, PaperStep};
use xiaohao_core::policy::DateError;
use xiaohao_core::statistics::Period;
use xiaohao_core::values::{CircularId, Reason, RequestId};
use xiaohao_ledger::read::committees_filed;
use xiaohao_ledger::{Deed, Record, SubjectKind, Told, Unread};

/// Steps in the life of circulars.
#[derive(Default)]
pub(crate) struct CircularMutation;

/// What is done to a circular, or was to be where nobody could read what is said.
fn deed<T>(
    step: PaperStep,
    command: fn(T) -> PaperCommand<CircularContent>,
) -> impl FnOnce(CircularId, Option<T>) -> Option<Deed> {
    move |id, says| {
        Some(match says.map(command) {
            Some(command) => Deed::Circular { id, command },
            None => Deed::Unread(Unread::Circular { id, step }),
        })
    }
}

/// Drafts a circular, or revises the draft: computes what it counts, and sends it to the ledger.
async fn write(
    ctx: &Context<'_>,
    act: PaperActInput,
    input: CircularContentInput,
    own: PaperStep,
    command: fn(CircularContent) -> PaperCommand<CircularContent>,
) -> Result<CircularPayload> {
    let Said { value, written } = taken::<CircularParts>(&Arguments::default().input, input);
    let value = match (value, CircularId::parse(act.paper_id())) {
        (Ok(parts), Ok(id)) => {
            let request = act.request();
            computed(&asked(ctx)?, id, request, parts, &written).await?
        }
        (Err(problems), _) => Err(problems),
        // What is wrong with the id is told of the guard.
        (Ok(_), Err(_)) => Err(Vec::new()),
    };
    let says = Said { value, written };
    let came = step(ctx, act, says, deed(own, command)).await?;
    Ok(CircularPayload::of(came))
}

#[Object]
impl CircularMutation {
    /// 起草通报：事项由起草人填写，存量和各项数据由台账统计，不能手填。
    ///
    /// Drafts a circular. What it counts is computed from the ledger, never typed.
    #[graphql(complexity = "REPLAYED + child_complexity")]
    async fn draft_circular(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "内容。What the circular says.")] input: CircularContentInput,
    ) -> Result<CircularPayload> {
        write(ctx, act, input, PaperStep::Draft, PaperCommand::Draft).await
    }

    /// 修改草稿，内容整份替换，数据重新统计。Revises a draft: all of it anew, and its figures made again.
    #[graphql(complexity = "REPLAYED + child_complexity")]
    async fn revise_circular(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "内容。What the circular says.")] input: CircularContentInput,
    ) -> Result<CircularPayload> {
        write(ctx, act, input, PaperStep::Revise, PaperCommand::Revise).await
    }

    /// 签发通报：取得文号，并对所列的每处隐患记入通报；销号事项使已销号的隐患归档。
    ///
    /// Publishes a circular: it takes its number and acts on every hazard that it names. Nothing in it changes any more.
    async fn publish_circular(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
    ) -> Result<CircularPayload> {
        let came = step(ctx, act, Said::nothing(), |id, _| {
            let command = PaperCommand::Issue;
            Some(Deed::Circular { id, command })
        })
        .await?;
        if let (Submitted::Done { .. }, Some(notary)) = (&came, &asked(ctx)?.office.notary) {
            // It is published, whether or not it can be signed now; the next checkpoint is over it too.
            if let Err(fault) = notary.checkpoint().await {
                tracing::error!(error = %Told(&fault), "a circular is published without a checkpoint");
            }
        }
        Ok(CircularPayload::of(came))
    }

    /// 废弃草稿。Discards a draft; it stays on record.
    async fn discard_circular(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理凭据。What guards the act: on what, from which version, under which request id."
        )]
        act: PaperActInput,
        #[graphql(desc = "理由。Why the draft is given up.")] input: ReasonInput,
    ) -> Result<CircularPayload> {
        let says = taken::<Reason>(&Arguments::default().input, input);
        let came = step(
            ctx,
            act,
            says,
            deed(PaperStep::Discard, PaperCommand::Discard),
        );
        Ok(CircularPayload::of(came.await?))
    }
}

/// What a circular says, with its figures, or what is wrong with what is to be counted. A request that was sent before has those that were made then, or it would not be
/// known for the same.
async fn computed(
    asked: &Asked<'_>,
    id: CircularId,
    request: Option<RequestId>,
    parts: CircularParts,
    written: &Written,
) -> Result<Result<CircularContent, Vec<Problem>>> {
    let before = said_before(asked, id, request).await?;
    let counted = match before {
        Some(said) => Counted {
            stock: said.stock,
            totals: said.totals,
            figures: said.figures,
            rankings: said.rankings,
            committees_filed: said.committees_filed,
            ledger_position: said.ledger_position,
        },
        None => match counted(asked, &parts, written).await? {
            Ok(counted) => counted,
            Err(problems) => return Ok(Err(problems)),
        },
    };
    Ok(Ok(CircularContent {
        id,
        title: parts.title,
        period_from: parts.period_from,
        period_to: parts.period_to,
        as_of: parts.as_of,
        ledger_position: counted.ledger_position,
        signatory: parts.signatory,
        recipients: parts.recipients,
        copies: parts.copies,
        sections: parts.sections,
        stock: counted.stock,
        totals: counted.totals,
        rankings: counted.rankings,
        committees_filed: counted.committees_filed,
        figures: counted.figures,
        items: parts.items,
    }))
}

/// What this request said of this circular, if it was done before.
async fn said_before(
    asked: &Asked<'_>,
    id: CircularId,
    request: Option<RequestId>,
) -> Result<Option<CircularContent>> {
    let ids = [id.as_uuid()];
    let told = asked
        .office
        .reader
        .histories_of(&asked.scope, SubjectKind::Circular, &ids);
    let lines = told.await.map_err(fault)?.into_values().flatten();
    let mut said = lines.filter_map(|line| match line.record {
        Record::Circular(entry) if Some(entry.request) == request => match entry.event {
            PaperEvent::Drafted(content) | PaperEvent::Revised(content) => Some(content),
            PaperEvent::Issued(_) | PaperEvent::Discarded(_) => None,
        },
        Record::Circular(_) | Record::Hazard(_) | Record::Order(_) | Record::Ledger(_) => None,
    });
    Ok(said.next())
}

/// What is counted for a circular, and how far the ledger had come.
struct Counted {
    stock: Stock,
    totals: Option<Totals>,
    figures: Vec<Figure>,
    rankings: Vec<Ranking>,
    committees_filed: Option<Box<CommitteesFiled>>,
    ledger_position: Option<u64>,
}

/// What is counted of the day that the circular names, or every figure for which nobody is there.
async fn counted(
    asked: &Asked<'_>,
    parts: &CircularParts,
    written: &Written,
) -> Result<Result<Counted, Vec<Problem>>> {
    let period = Period::new(parts.period_from, parts.period_to);
    let period = period.filter(|period| period.to_on() <= parts.as_of);
    let period = period.filter(|_| parts.as_of <= asked.office.today());
    // What is wrong with the days is the ledger's to refuse; nothing is counted then.
    let Some(period) = period else {
        let nothing = Stock::new(StockParts::default()).map_err(out_of_balance)?;
        return Ok(Ok(Counted {
            stock: nothing,
            totals: None,
            figures: Vec::new(),
            rankings: Vec::new(),
            committees_filed: None,
            ledger_position: None,
        }));
    };
    let day = Day::of(asked, Some(AsOfInput::on(parts.as_of)))?;
    let known = day.as_of(asked).await?.known;
    let flow = day.flow(asked, period).await?;
    let stock = flow.stock().map_err(out_of_balance)?;
    let snapshot = day.standing(asked).await?.snapshot();
    let directory = day.directory(asked).await?;
    let (mut figures, mut problems) = (Vec::new(), Vec::new());
    for (place, own) in parts.figures.iter().enumerate() {
        match own.of(&snapshot, &directory) {
            Ok(figure) => figures.push(figure),
            Err(what) => problems.push(written.problem_in("figures", place, what)),
        }
    }
    let mut rankings = Vec::new();
    for of in parts.rankings.iter().flatten() {
        match Ranking::of(*of, &snapshot, &directory) {
            Ok(ranking) => rankings.push(ranking),
            Err(invalid) => problems.push(written.problem_in("rankings", 0, invalid.into())),
        }
    }
    let mut own_filed = None;
    if parts.committees_filed == Some(true) {
        match filed(asked, &day, parts.period_to).await? {
            Ok(filed) => own_filed = Some(Box::new(filed)),
            Err(error) => {
                let what = xiaohao_core::Refusal::DateNotComputable { error };
                problems.push(written.problem_in("committees_filed", 0, what.into()));
            }
        }
    }
    Ok(if problems.is_empty() {
        Ok(Counted {
            stock,
            totals: Some(Totals::of(&snapshot, &flow)),
            figures,
            rankings,
            committees_filed: own_filed,
            ledger_position: Some(known.get()),
        })
    } else {
        Err(problems)
    })
}

/// How the committees stood with the period of filings in which a day lies.
async fn filed(
    asked: &Asked<'_>,
    day: &Day,
    period_to: NaiveDate,
) -> Result<Result<CommitteesFiled, DateError>> {
    let county = day.county(asked).await?;
    let as_of = day.as_of(asked).await?;
    let period = county.filing_period(period_to);
    let filed = committees_filed(day.reader(asked), &asked.scope, &county, as_of, period);
    filed.await.map_err(fault)
}

fn out_of_balance(error: xiaohao_core::figures::OutOfBalance) -> async_graphql::Error {
    tracing::error!(%error, "the stock does not balance");
    coded(ErrorCode::StockOutOfBalance, error.to_string())
}

/// 办理结果。What came of a step in the life of a circular.
#[derive(SimpleObject)]
struct CircularPayload {
    /// 办理后的通报；未办理的为通报现状，没有这份通报或者无权查看的为空。The circular after the step; as it
    /// stands, where the step was refused, and null where there is none for this viewer.
    circular: Option<Circular>,
    /// 记入台账的全部记录：通报一条，签发时所列隐患各一条。The circular's own line, and those that its publication caused.
    entries: Vec<LedgerEntry>,
    /// 是否为重发的请求。Whether this request was done before.
    replayed: bool,
    /// 未办理的全部理由。Every reason why it was not done.
    user_errors: Vec<Refusal>,
}

impl CircularPayload {
    fn of(came: Submitted) -> Self {
        match came {
            Submitted::Done { answer, replayed } => Self {
                entries: answer.lines.iter().map(LedgerEntry::of).collect(),
                circular: answer.after.circular().as_ref().map(Circular::of),
                replayed,
                user_errors: Vec::new(),
            },
            Submitted::Refused { reasons, present } => Self {
                circular: present
                    .and_then(|present| present.circular())
                    .as_ref()
                    .map(Circular::of),
                entries: Vec::new(),
                replayed: false,
                user_errors: reasons,
            },
        }
    }
}

/// Queries about circulars.
#[derive(Default)]
pub(crate) struct CircularQuery;

#[Object]
impl CircularQuery {
    /// 一份通报；没有或者无权查看的为空。One circular; null where there is none, or none for this viewer.
    async fn circular(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The id.")] id: ID,
    ) -> Result<Option<Circular>> {
        let Asked { office, scope, .. } = asked_by_no_program(ctx)?;
        let id = CircularId::parse(&id).map_err(|invalid| bad_input(["id"], invalid))?;
        let found = office.reader.circulars(&scope, &[id], None).await;
        let found = found.map_err(fault)?;
        let circular = found.get(&id).map(|(_, file)| Circular::of(file));
        if circular.is_none() {
            not_shown(ctx, Some(id.to_string()), 1);
        }
        Ok(circular)
    }

    /// 通报列表，最近起草的在前。已印发的，本县各单位在岗人员都看得到；草稿和已废弃的只有县安委办、县安委会看得到。
    ///
    /// Circulars, the newest first: those that are issued, for whoever acts for an office or unit of the county; drafts and what was
    /// discarded for 县安委办 and 县安委会 alone.
    #[graphql(complexity = "of_page(first, last, child_complexity)")]
    async fn circulars(
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
    ) -> Result<PaperConnection<Circular>> {
        let asked = asked_by_no_program(ctx)?;
        let paging = Paging {
            first,
            after,
            last,
            before,
        };
        let page = PaperPage::read(&asked, SubjectKind::Circular, as_of, paging).await?;
        let (ids, scope) = (page.ids(CircularId::new), &asked.scope);
        let found = page.reader.circulars(scope, &ids, page.as_of()).await;
        let found = found.map_err(fault)?.into_values();
        let placed = |(opened, file)| (opened, Circular::of(&file));
        Ok(page.with(found.map(placed)))
    }
}
