//! A hazard, as it is shown to one viewer.

mod action;
mod deadline;
mod entry;
mod evidence;
mod layer;
mod list;
mod order;
mod query;
mod standing;
mod state;

pub(crate) use deadline::HazardDuty;
pub use entry::ledger_events;
pub(crate) use entry::{LedgerEntry, LedgerQuery};
pub(crate) use list::{
    DaysInput, FilterInput, HazardConnection, OrderInput, ask, days, ids, words,
};
pub(crate) use order::PartiesShown;
pub(crate) use query::{HazardQuery, row};

use crate::directory::{Committee, Township, Unit};
use crate::error::{ErrorCode, coded, fault};
use crate::in_turn::{AllInTurn, InTurn};
use crate::input::Date;
use crate::limits::{FEW, length, of_page};
use crate::link::HazardLink;
use crate::office::{Asked, Counties, Histories, LastOf, Latest, Office, asked};
use crate::reference::StageOrOff;
use crate::vocabulary::Word;
use action::HazardAction;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use deadline::Deadline;
use entry::EntryHead;
use evidence::Evidence;
use order::{IssuedOrder, SupervisionShown};
use standing::{Annulment, Place, Source as Feed, Suspension};
use state::HazardState;
use std::sync::Arc;
use tokio::sync::OnceCell;
use xiaohao_core::acts::ListingFlag;
use xiaohao_core::duties::duties;
use xiaohao_core::values::{HazardCategory, KeyField, Name, Source, SupervisionLevel};
use xiaohao_core::{Act, Action, Context as ActContext, County, Known, Status, actions};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{After, Line, Position};
use xiaohao_ledger::{
    Names,
    read::{AsOf, LineHead},
};

/// How many of its last lines a list shows of a hazard at most; whoever wants more reads the whole of them.
const MOST_OF_LATEST: u32 = 20;
/// The most entries of a ledger that are told at once where somebody says how many.
const MOST_OF_LEDGER: u32 = 500;

/// A hazard: what lists show of it is there at once, the rest is loaded when it is asked for, all of a page together. Whatever is
/// done to it in the meantime, all of it is shown as it stands in one version: an act that is sent again is answered as it was.
pub(crate) struct Hazard {
    row: HazardRow,
    /// Loaded once, however many fields ask for it.
    history: OnceCell<Arc<Vec<Line>>>,
    /// Replayed once, likewise.
    file: OnceCell<Box<xiaohao_core::Hazard>>,
    /// As of when it is shown, where not as of now.
    past: Option<AsOf>,
}

impl Hazard {
    /// As a list has it.
    pub(crate) fn listed(row: HazardRow) -> Self {
        Self {
            row,
            history: OnceCell::new(),
            file: OnceCell::new(),
            past: None,
        }
    }

    /// As an act left it, or met it.
    pub(crate) fn whole(hazard: xiaohao_core::Hazard) -> Self {
        // The place of its first line is for lists; nothing that is shown of a hazard depends on it.
        let row = HazardRow::of(&hazard, Position::START);
        Self {
            row,
            history: OnceCell::new(),
            file: OnceCell::new_with(Some(Box::new(hazard))),
            past: None,
        }
    }

    /// As it stood.
    pub(crate) fn past(row: HazardRow, hazard: xiaohao_core::Hazard, as_of: AsOf) -> Self {
        Self {
            row,
            history: OnceCell::new(),
            file: OnceCell::new_with(Some(Box::new(hazard))),
            past: Some(as_of),
        }
    }

    /// The day on which it is looked at.
    fn day(&self, office: &Office) -> NaiveDate {
        self.past
            .map_or_else(|| office.today(), |as_of| as_of.valid_on)
    }

    /// The county on that day, by whose time limits and calendar what is due is counted.
    pub(super) async fn county(&self, ctx: &Context<'_>) -> Result<Arc<County>> {
        let Some(as_of) = self.past else {
            return Ok(asked(ctx)?.office.ledger.county());
        };
        let counties = ctx.data::<DataLoader<Counties>>()?;
        counties.load_one(as_of).await?.ok_or_else(gone)
    }

    /// The effective and the original deadline. Off the list they are in no row, and in the record for ever.
    pub(super) async fn time_allowed(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<(NaiveDate, NaiveDate)>> {
        if !self.row.status.is_off_list() {
            return Ok(self.row.due_on.zip(self.row.original_due_on));
        }
        let term = self.file(ctx).await?.time_allowed();
        Ok(term.map(|term| (term.due_on, term.original_due_on)))
    }

    async fn file(&self, ctx: &Context<'_>) -> Result<&xiaohao_core::Hazard> {
        let replayed = self.file.get_or_try_init(async || {
            let lines = self.history(ctx).await?;
            let after = After::history(&lines).map_err(fault)?;
            let hazard = after.and_then(After::hazard).ok_or_else(gone)?;
            Ok::<_, async_graphql::Error>(Box::new(hazard))
        });
        replayed.await.map(Box::as_ref)
    }

    async fn history(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Line>>> {
        let loaded = self.history.get_or_try_init(async || {
            let histories = ctx.data::<DataLoader<Histories>>()?;
            let lines = histories.load_one(self.row.id).await?.ok_or_else(gone)?;
            let is_shown = |line: &&Line| match self.past {
                None => line.record.seq() <= self.row.version,
                Some(as_of) => as_of.holds(line),
            };
            Ok::<_, async_graphql::Error>(if lines.iter().all(|line| is_shown(&line)) {
                lines
            } else {
                Arc::new(lines.iter().filter(is_shown).cloned().collect())
            })
        });
        loaded.await.cloned()
    }

    /// Its last lines, the newest first; none where they go on beyond what is shown of it.
    async fn last_lines(&self, ctx: &Context<'_>, most: u32) -> Result<Option<Arc<Vec<LineHead>>>> {
        if self.past.is_some() {
            return Ok(None);
        }
        let hazard = self.row.id;
        let latest = ctx.data::<DataLoader<Latest>>()?;
        let heads = latest.load_one(LastOf { hazard, most }).await?;
        let heads = heads.ok_or_else(gone)?;
        let newest = heads.first().map(|head| head.seq);
        Ok((newest == Some(self.row.version)).then_some(heads))
    }
}

impl Hazard {
    /// Every act, judged for whoever asks; none in the past.
    async fn allowed(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        if self.past.is_some() {
            return Ok(Vec::new());
        }
        let file = self.file(ctx).await?;
        let Asked {
            office, actor, by, ..
        } = asked(ctx)?;
        let county = office.ledger.county();
        let guard = ActContext {
            county: &county,
            actor,
            link: by.through().map(|through| through.link),
            occurred_on: office.today(),
            now: (office.clock)(),
            expected_version: Some(file.version()),
            known: &Known::default(),
        };
        Ok(actions(file, &guard))
    }
}

pub(crate) fn gone() -> async_graphql::Error {
    coded(ErrorCode::NotFound, "没有这条隐患，或者您无权查看。")
}

/// 隐患。A hazard, from the first report on and through every cycle.
#[Object]
impl Hazard {
    /// 标识，由上报的客户端生成。Made by the client that reported it.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// 隐患编号，列单时取得，永不重复使用；列单前为空。
    ///
    /// Printed on every document, given at listing, never reused: `431123-2026-0001`. Null before listing.
    async fn number(&self) -> Option<String> {
        self.row.number.map(|number| number.to_string())
    }

    /// 销号证明，JSON 文本，用 `xiaohao ledger check` 凭公钥即可核验，不必联网；未销号的、没有签名密钥的为空。
    ///
    /// What proves that it was struck off, as JSON text that `xiaohao ledger check` checks with the public key alone. Null while
    /// it is not closed, and where this server has no signing key.
    #[graphql(complexity = 1000)]
    async fn closure_proof(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Asked { office, .. } = asked(ctx)?;
        // Of one that was shown as it stood before, the proof tells what he need not see who saw it then.
        let is_struck_off = self.past.is_none() && self.row.status.is_struck_off();
        match (&office.notary, self.row.number) {
            (Some(notary), Some(number)) if is_struck_off => {
                let proof = notary.closure_proof(number, Names::Shown);
                proof.await.map_err(fault)
            }
            (Some(_) | None, _) => Ok(None),
        }
    }

    /// 线索编号，上报时取得。The number of the clue, given at the report.
    async fn clue(&self) -> String {
        self.row.clue.to_string()
    }

    /// 台账条数；办理时须以此为准。The number of its ledger entries, which an act must have seen.
    async fn version(&self) -> u32 {
        self.row.version
    }

    /// “一单四制”的阶段；列单前为空。The official stage; null before listing.
    async fn stage(&self) -> Option<Word<StageOrOff>> {
        StageOrOff::of(self.row.status).map(Word)
    }

    /// 状态。The fine state.
    async fn status(&self) -> Word<Status> {
        Word(self.row.status)
    }

    /// 隐患名称。What the hazard is called.
    async fn title(&self) -> &str {
        self.row.title.as_str()
    }

    /// 基本情况。What was found.
    async fn description(&self, ctx: &Context<'_>) -> Result<String> {
        let file = self.file(ctx).await?;
        Ok(file.file().report.description.as_str().to_owned())
    }

    /// 隐患地址。Where the hazard is.
    async fn place(&self) -> &str {
        self.row.place.as_str()
    }

    /// 属地。The township in which it lies; null where the directory has none of that code.
    async fn township(&self, ctx: &Context<'_>) -> Result<Option<Township>> {
        let Asked { office, .. } = asked(ctx)?;
        Ok(Township::find(&office.directory(), self.row.township))
    }

    /// 隐患单位名称；不明的为空。The name of the unit that holds it, as listed, else as reported.
    async fn holder_name(&self) -> Option<&str> {
        self.row.holder_name.as_ref().map(Name::as_str)
    }

    /// 专委会；列单前为空。Null before listing.
    async fn committee(&self, ctx: &Context<'_>) -> Result<Option<InTurn<Committee>>> {
        let Asked { office, .. } = asked(ctx)?;
        let unit = self.row.committee;
        let directory = office.directory();
        Ok(unit
            .and_then(|unit| Committee::find(&directory, unit))
            .map(InTurn))
    }

    /// 牵头责任单位；列单前为空。Null before listing.
    async fn lead_unit(&self, ctx: &Context<'_>) -> Result<Option<InTurn<Unit>>> {
        let Asked { office, .. } = asked(ctx)?;
        let unit = self.row.lead_unit;
        Ok(unit.and_then(|unit| Unit::find(office, unit)).map(InTurn))
    }

    /// 隐患来源。From where the hazard became known.
    async fn source(&self) -> Word<Source> {
        Word(self.row.source)
    }

    /// 重点领域。The key field of the county's plan; null where it is in none.
    async fn key_field(&self) -> Option<Word<KeyField>> {
        self.row.key_field.map(Word)
    }

    /// 隐患类别；列单前为空。The category of GB/T 13861-2022; null before listing.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<Word<HazardCategory>>> {
        let file = self.file(ctx).await?;
        Ok(file.entry().map(|entry| Word(entry.listing.category)))
    }

    /// 配合单位；列单前为空，名册中没有的不在其中。The units that co-operate; empty before listing.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn co_units(&self, ctx: &Context<'_>) -> Result<Vec<Unit>> {
        let Asked { office, .. } = asked(ctx)?;
        let entry = self.file(ctx).await?.entry();
        let units = entry.map(|entry| &entry.listing.co_units);
        let units = units.into_iter().flatten();
        Ok(units.filter_map(|unit| Unit::find(office, *unit)).collect())
    }

    /// 列单事项。The boxes that were ticked on the list entry; none before listing.
    async fn flags(&self, ctx: &Context<'_>) -> Result<Vec<Word<ListingFlag>>> {
        let entry = self.file(ctx).await?.entry();
        let flags = entry.map(|entry| &entry.listing.flags);
        Ok(flags.into_iter().flatten().copied().map(Word).collect())
    }

    /// 专项行动的标识，列单时所填；没有的为空。In which campaign it was found, by the id that was given at listing.
    async fn campaign(&self) -> Option<ID> {
        self.row.campaign.map(|id| ID(id.to_string()))
    }

    /// 坐标；没有填的为空。Where it is on the map; null where nobody said.
    async fn coordinates(&self, ctx: &Context<'_>) -> Result<Option<Place>> {
        let coordinates = self.file(ctx).await?.file().report.coordinates;
        Ok(coordinates.map(Into::into))
    }

    /// 发现人；没有填的、以服务账号查看的为空，已经依法删除的，为表示删除的字样。
    ///
    /// Who found it, as the report says; null where it does not and for a program, and the words that say so where it was erased.
    async fn found_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let is_told = asked(ctx)?.is_told_of_people();
        let found_by = self.file(ctx).await?.file().report.found_by.as_ref();
        Ok(found_by.filter(|_| is_told).map(ToString::to_string))
    }

    /// 推送这条线索的平台及其记录编号；不是平台推送的为空。The platform's record from which it came; null where none.
    async fn source_record(&self, ctx: &Context<'_>) -> Result<Option<Feed>> {
        let record = self.file(ctx).await?.file().report.source_record.as_ref();
        Ok(record.map(Into::into))
    }

    /// 发现日期。The day on which it was found.
    async fn found_on(&self) -> Date {
        Date(self.row.found_on)
    }

    /// 上报日期。The day on which it was reported.
    async fn reported_on(&self) -> Date {
        Date(self.row.reported_on)
    }

    /// 首次列单日期。The day of the first listing.
    async fn listed_on(&self) -> Option<Date> {
        self.row.listed_on.map(Date)
    }

    /// 整改完成日期：申请验收且验收合格的，按申请日期。The day of the application that passed.
    async fn completed_on(&self) -> Option<Date> {
        self.row.completed_on.map(Date)
    }

    /// 销号日期；未销号的为空。Null while it is not struck off.
    async fn closed_on(&self) -> Option<Date> {
        self.row.closed_on.map(Date)
    }

    /// 当前状态下必有的内容。What its state guarantees; in there nothing is null that the state has.
    async fn state(&self, ctx: &Context<'_>) -> Result<HazardState> {
        Ok(self.file(ctx).await?.into())
    }

    /// 整改期限；首次交办前为空，不在单以后为离开清单时的期限，不再计算。
    ///
    /// The deadline of the present cycle, and off the list the one with which it left; null before its first order.
    async fn deadline(&self, ctx: &Context<'_>) -> Result<Option<InTurn<Deadline<'_>>>> {
        let Asked { office, .. } = asked(ctx)?;
        let dates = self.time_allowed(ctx).await?;
        Ok(dates.map(|(due_on, original_due_on)| {
            InTurn(Deadline {
                hazard: self,
                due_on,
                original_due_on,
                day: self.day(office),
            })
        }))
    }

    /// 待办：接下来由谁在何时之前办理什么，最早到期的在前。What is due next, the earliest first.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<HazardDuty>> {
        let Asked { office, .. } = asked(ctx)?;
        let (county, day) = (self.county(ctx).await?, self.day(office));
        let due = duties(self.file(ctx).await?, &county, day);
        Ok(due.iter().map(|duty| HazardDuty::of(duty, day)).collect())
    }

    /// 三方责任：现行交办单所定的治理责任单位、交办单位和协调督办单位；没有现行交办单的为空。
    ///
    /// The parties of the order that stands; null where none does.
    async fn parties(&self, ctx: &Context<'_>) -> Result<Option<PartiesShown>> {
        let assignment = self.file(ctx).await?.assignment();
        Ok(assignment.map(|assignment| (&assignment.order.terms.parties).into()))
    }

    /// 历次交办、改派和追加交办，按先后排列。Every order upon it, first things first.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn orders(&self, ctx: &Context<'_>) -> Result<Vec<IssuedOrder>> {
        let lines = self.history(ctx).await?;
        Ok(IssuedOrder::all(&lines, self.file(ctx).await?))
    }

    /// 历次挂牌督办，现行的和已经解除的。Listed supervision, in force and lifted, first things first.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn supervision(&self, ctx: &Context<'_>) -> Result<Vec<SupervisionShown>> {
        let entry = self.file(ctx).await?.entry();
        let supervision = entry.map(|entry| &entry.supervision);
        Ok(supervision.into_iter().flatten().map(Into::into).collect())
    }

    /// 挂牌督办的最高级别；没有挂牌的为空。The highest level of supervision in force.
    async fn supervised_at(&self) -> Option<Word<SupervisionLevel>> {
        self.row.supervised_at.map(Word)
    }

    /// 是否在停产停业。Whether an order that stops operation is in force.
    async fn is_suspended(&self) -> bool {
        self.row.suspended
    }

    /// 历次责令停产停业等现场处理措施，现行的和已经解除的，按先后排列。Stops in force and lifted, first things first.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn suspensions(&self, ctx: &Context<'_>) -> Result<Vec<Suspension>> {
        let Asked { office, .. } = asked(ctx)?;
        let on = self.day(office);
        let hazard = self.file(ctx).await?;
        let closed_on = hazard.closure().map(|closure| closure.closed_on);
        let suspensions = hazard.file().suspensions.iter();
        let suspensions = suspensions.map(|own| Suspension::of(own, on, closed_on));
        Ok(suspensions.collect())
    }

    /// 待复核的作废申请；没有的为空。An annulment that waits for the second person; null where none does.
    async fn pending_annulment(&self, ctx: &Context<'_>) -> Result<Option<Annulment>> {
        let proposal = self.file(ctx).await?.pending_annulment();
        Ok(proposal.map(Annulment::from))
    }

    /// 当前登录人可以办理的事项；不能办理的说明理由；回溯查询时为空。
    ///
    /// Every act, with whether this viewer may do it now; by the very guard by which the mutation decides. None of a hazard as
    /// it stood: nobody acts in the past.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn actions(&self, ctx: &Context<'_>) -> Result<Vec<HazardAction>> {
        let actions = self.allowed(ctx).await?;
        Ok(actions.iter().map(HazardAction::from).collect())
    }

    /// 当前登录人现在是否可以销号。Whether this viewer may strike it off now.
    async fn viewer_can_strike_off(&self, ctx: &Context<'_>) -> Result<bool> {
        let strikes_off = |action: &Action| action.act == Act::StrikeOff && action.allowed();
        Ok(self.allowed(ctx).await?.iter().any(strikes_off))
    }

    /// 发放过的办理链接，按先后排列，过期和收回的也在内；通过办理链接查看的，只有本人的；以服务账号查看的没有。
    ///
    /// The links that were handed out, first things first, those that are over among them; through a link only those of its person,
    /// and none for a program.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<HazardLink>> {
        let asked = asked(ctx)?;
        let file = self.file(ctx).await?;
        Ok(HazardLink::all(file, self.day(asked.office), &asked))
    }

    /// 佐证材料：各次办理所附的全部文件，按先后排列。The files that its acts cite, first things first.
    #[graphql(complexity = "of_page(Some(FEW), None, child_complexity)")]
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<Evidence>> {
        let lines = self.history(ctx).await?;
        let entries = lines.iter().filter_map(|line| line.record.hazard());
        Ok(entries.flat_map(Evidence::of).collect())
    }

    /// 最近的办理记录，最新的在前，供列表使用。What was done to it last, the newest first, as lists show it.
    #[graphql(complexity = "of_page(Some(first), None, child_complexity)")]
    async fn latest(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "最多取多少条，1至20，默认5。How many at most, from 1 to 20; 5 by default.",
            default = 5
        )]
        first: i32,
    ) -> Result<AllInTurn<EntryHead>> {
        let most = length(first, MOST_OF_LATEST)?;
        if let Some(heads) = self.last_lines(ctx, most).await? {
            let heads: Result<_> = heads.iter().map(EntryHead::of).collect();
            return heads.map(AllInTurn);
        }
        let lines = self.history(ctx).await?;
        let latest = lines.iter().rev().take(most as usize);
        let heads: Result<_> = latest
            .map(|line| EntryHead::of(&LineHead::of(line)))
            .collect();
        heads.map(AllInTurn)
    }

    /// 台账：该隐患的办理记录，按先后排列；不说 first 的为全部。
    ///
    /// What was done to it, first things first; everything where no `first` is said.
    #[graphql(complexity = "of_page(first, None, child_complexity)")]
    async fn ledger(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "最多取多少条，1至500；不说的为全部。How many at most, from 1 to 500; all where it is not said."
        )]
        first: Option<i32>,
        #[graphql(
            desc = "从哪一条之后取起，即上一条的 seq；默认从第一条起。After which entry, by its `seq`; from the first by default.",
            default = 0
        )]
        after: u32,
    ) -> Result<Vec<InTurn<LedgerEntry>>> {
        let most = first
            .map(|first| length(first, MOST_OF_LEDGER))
            .transpose()?;
        let lines = self.history(ctx).await?;
        let later = lines.iter().filter(|line| line.record.seq() > after);
        let most = most.map_or(usize::MAX, |most| most as usize);
        let told = later.take(most).map(LedgerEntry::of);
        Ok(told.map(InTurn).collect())
    }
}
