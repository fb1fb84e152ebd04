//! A circular as it is shown.

use super::members::{MadeAgain, Members};
use crate::error::fault;
use crate::input::Date;
use crate::limits::REPLAYED;
use crate::office::{Asked, asked};
use crate::paper::PaperStatus;
use crate::statistics::Ratio;
use crate::vocabulary::Word;
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use std::sync::Arc;
use xiaohao_core::circular::{self, CircularContent, CorrectedItem, ItemKind, Printed};
use xiaohao_core::paper::{PaperFile, PaperState};
use xiaohao_core::statistics::Ranked;
use xiaohao_core::values::{CircularId, Name};
use xiaohao_ledger::{Line, SubjectKind};

/// 通报。A circular.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Circular {
    /// 标识。The id of the circular.
    #[graphql(owned)]
    pub(crate) id: ID,
    /// 记录条数；办理时须以此为准。How many entries its history has; an act must have seen the last of them.
    pub(crate) version: u32,
    /// 状态。Where it is in its life.
    pub(crate) status: PaperStatus,
    /// 文号；签发前为空。Null before it is published.
    pub(crate) document: Option<String>,
    /// 发文机关；签发前为空。The body that issued it; null before it is issued.
    pub(crate) issued_by: Option<&'static str>,
    /// 签发日期；签发前为空。The day of issue; null before it is issued.
    pub(crate) issued_on: Option<Date>,
    /// 内容；已废弃的为空。Null for one that was discarded.
    content: Option<Content>,
    #[graphql(skip)]
    of: CircularId,
}

/// 通报的内容。What a circular says.
#[derive(SimpleObject)]
#[graphql(name = "CircularContent")]
struct Content {
    /// 标题。The title.
    title: String,
    /// 统计期间的第一天。The first day of the period that it reports on.
    period_from: Date,
    /// 统计期间的最后一天。The last day of the period that it reports on.
    period_to: Date,
    /// 截至日期：各项数据为当日终了时的情况。The day at whose end every figure is taken.
    as_of: Date,
    /// 统计时全县台账的位置：以此可以重新得出同样的数据。How far the ledger had come when the figures were made.
    ledger_position: Option<u64>,
    /// 签发人，按文书打印。Who signs, as printed on the paper.
    signatory: String,
    /// 主送。To whom it is addressed.
    recipients: Vec<String>,
    /// 抄送。To whom copies go.
    copies: Vec<String>,
    /// 正文各部分。The sections of its text, in order.
    sections: Vec<String>,
    /// 期初存量。Hazards open when the period began.
    opening: u32,
    /// 新增。First listed in the period.
    new: u32,
    /// 重新列单。Listed again in the period.
    reopened: u32,
    /// 销号。Struck off in the period.
    struck_off: u32,
    /// 核减。Left the list otherwise in the period: merged, downgraded, transferred or annulled.
    deducted: u32,
    /// 期末存量。Hazards open when the period ended.
    closing: u32,
    /// 总体情况；没有统计的早期通报为空。How the whole list stands; null for a circular from before it was counted.
    totals: Option<Totals>,
    /// 各项数据。The figures that it prints.
    figures: Vec<PrintedFigure>,
    /// 排名，每类一张表。The rankings that it prints, one table for each kind.
    rankings: Vec<Ranking>,
    /// 专委会报送情况；没有公布的为空。Who had filed; null where it is not printed.
    committees_filed: Option<CommitteesFiled>,
    /// 事项。The items, each a hazard and why it is named.
    items: Vec<Item>,
}

/// 通报的总体情况：截至日期的台账，以及统计期间的延期。各项所计的隐患，按同一日期和台账位置用 `closureStatistics` 查询。
///
/// How the whole list stands at the end of the as-of day, and what was extended in the period. What each counts is told by
/// `closureStatistics` of the same day and place in the ledger.
#[derive(SimpleObject)]
#[graphql(name = "CircularTotals")]
struct Totals {
    /// 累计列入。Ever listed.
    ever: u32,
    /// 累计核减：并案、降级、移交、作废的。Deducted: merged, downgraded, transferred or annulled since.
    deducted: u32,
    /// 列单总数减核减，等于已销号与未销号之和。Ever listed and not deducted.
    valid: u32,
    /// 已销号。Struck off.
    closed: u32,
    /// 在册未销号，包括超期未整改的。Not struck off, overdue or not.
    open: u32,
    /// 超期未整改，按现期限。Overdue by the present deadline.
    overdue: u32,
    /// 延期：统计期间同意过延期的，一处只计一次。Granted an extension in the period, each once.
    extended: u32,
}

/// 通报中的专委会报送情况，为截至日期当日终了时的。各专委会历次报送的内容，按同一日期和台账位置用 `committeeFilings` 查询。
///
/// Who had filed at the end of the as-of day. What each has filed is told by `committeeFilings` of the same day and place in the ledger.
#[derive(SimpleObject)]
struct CommitteesFiled {
    /// 报送期间的第一天。The first day of the period.
    from: Date,
    /// 报送期间的最后一天。The last day of the period.
    until: Date,
    /// 专委会数。How many committees there were.
    committees: u32,
    /// 已报送的专委会数，逾期报送的计算在内。How many of them had filed, in time or late.
    filed: u32,
    /// 零报告的专委会名称。Who had filed that nothing was found, by name.
    zero: Vec<String>,
    /// 逾期报送的专委会名称。Who had filed late.
    late: Vec<String>,
    /// 逾期未报的专委会名称。Who had not filed, and was late with it.
    missing: Vec<String>,
}

impl CommitteesFiled {
    fn of(own: &circular::CommitteesFiled) -> Self {
        let names = |names: &[Name]| names.iter().map(ToString::to_string).collect();
        Self {
            from: Date(own.from),
            until: Date(own.until),
            committees: own.committees,
            filed: own.filed,
            zero: names(&own.zero),
            late: names(&own.late),
            missing: names(&own.missing),
        }
    }
}

/// 通报中的一张排名表。A ranking as it is printed.
#[derive(SimpleObject)]
#[graphql(name = "CircularRanking")]
struct Ranking {
    /// 对谁排名。Who is ranked.
    of: Word<Ranked>,
    /// 各行，名次高的在前，无到期隐患而不排名的在后。Its lines, the best first, and last those where nothing is due.
    rows: Vec<RankingRow>,
}

/// 排名表的一行。One line of it.
#[derive(SimpleObject)]
#[graphql(name = "CircularRankingRow")]
struct RankingRow {
    /// 名次，相同的并列；没有到期隐患的不排名，为空。The rank, shared by equals; null where nothing is due.
    rank: Option<u32>,
    /// 名称，当日的。The name on that day, in Chinese.
    name: String,
    /// 销号率；分母为列单总数减核减，数量少的，名次参考意义有限。The closure rate; few in its denominator make a rank misleading.
    closure_rate: PrintedFigure,
    /// 超期未整改占比；分子为超期未整改的数量。What is overdue, of what is not struck off.
    overdue: PrintedFigure,
    /// 按期整改率，按现期限。The on-time rate, by the effective deadline.
    on_time_rate: PrintedFigure,
}

/// 通报中的一项数据。One printed figure.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CircularFigure", complex)]
struct PrintedFigure {
    /// 名称。The name of the figure, in Chinese.
    name: String,
    /// 范围：全县、专委会、乡镇或牵头责任单位。Of whom it speaks: the county, a committee, a township or a lead unit.
    scope: String,
    /// 比率。The ratio.
    ratio: Ratio,
    #[graphql(skip)]
    place: usize,
    #[graphql(skip)]
    again: Arc<MadeAgain>,
}

#[ComplexObject]
impl PrintedFigure {
    /// 分子、分母所计的隐患，按通报的截至日期和台账位置重新统计，与所印的一致，以后的办理不改变。凡能看到这份通报的都能看到，与事项一样：
    /// 标识不含单位、地点和姓名，凭标识只能查到本人有权查看的隐患。没有记下台账位置的通报为空，所印的名称已无法对应的为空。
    ///
    /// The hazards in the numerator and in the denominator, made again at the day and the place in the ledger that the circular names: as
    /// many as it prints, whatever was done since. They are told to whoever reads the circular, as its items are: an id tells of no
    /// unit, place or name, and finds its hazard for those alone who may see it. Null where the circular names no place, and where nobody
    /// can tell any more what its words stand for.
    #[graphql(complexity = "REPLAYED + child_complexity")]
    async fn members(&self, ctx: &Context<'_>) -> Result<Option<Members>> {
        self.again.members(asked(ctx)?, self.place).await
    }
}

/// 通报中的一个事项。One item of a circular.
#[derive(SimpleObject)]
#[graphql(name = "CircularItem")]
struct Item {
    /// 隐患标识。The id of the hazard.
    hazard_id: ID,
    /// 隐患编号。The hazard number, such as `431123-2026-0001`.
    hazard_number: String,
    /// 事项类别。As what the hazard is named.
    kind: Word<ItemKind>,
    /// 内容。What the circular says of it.
    text: String,
    /// 所更正的；不是更正事项的为空。What a correction corrects.
    corrects: Option<Corrected>,
}

/// 所更正的事项。The item of an earlier circular that is corrected.
#[derive(SimpleObject)]
#[graphql(name = "CorrectedItem")]
struct Corrected {
    /// 该通报的文号。The document number of that circular.
    document: String,
    /// 该事项的序号，从1起。The place of that item, from 1.
    item: u16,
}

impl Circular {
    pub(crate) fn of(file: &PaperFile<CircularContent>) -> Self {
        let (status, content, issued) = match &file.state {
            PaperState::Draft { content, .. } => (PaperStatus::Draft, Some(content), None),
            PaperState::Issued(issued) => {
                (PaperStatus::Issued, Some(issued.content()), Some(issued))
            }
            PaperState::Discarded => (PaperStatus::Discarded, None, None),
        };
        Self {
            id: ID(file.id.to_string()),
            version: file.version,
            status,
            document: issued.map(|issued| issued.document().to_string()),
            issued_by: issued.map(|issued| issued.issued_by().name()),
            issued_on: issued.map(|issued| Date(issued.issued_on())),
            content: content.map(Content::of),
            of: file.id,
        }
    }
}

#[ComplexObject]
impl Circular {
    /// 签发后的第一个检查点，可随通报印发：凭它以后可以证明台账没有改动。签发前的、没有签名密钥的为空。
    ///
    /// The first checkpoint over its publication, to be printed with it: whoever keeps it can show later that nothing was
    /// changed. Null before it is published, and where this server has no signing key.
    #[graphql(complexity = 100)]
    async fn checkpoint(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Asked { office, scope, .. } = asked(ctx)?;
        let (Some(notary), Some(_)) = (&office.notary, &self.document) else {
            return Ok(None);
        };
        let ids = [self.of.as_uuid()];
        let histories = office
            .reader
            .histories_of(&scope, SubjectKind::Circular, &ids);
        let lines = histories
            .await
            .map_err(fault)?
            .remove(&self.of.as_uuid())
            .unwrap_or_default();
        let is_issue = |line: &&Line| line.record.number_taken().is_some();
        match lines.iter().find(is_issue) {
            Some(line) => notary.checkpoint_over(line.position).await.map_err(fault),
            None => Ok(None),
        }
    }
}

impl From<circular::Totals> for Totals {
    fn from(own: circular::Totals) -> Self {
        Self {
            ever: own.ever,
            deducted: own.deducted,
            valid: own.ever.saturating_sub(own.deducted),
            closed: own.struck_off,
            open: own.open,
            overdue: own.overdue,
            extended: own.extended,
        }
    }
}

impl RankingRow {
    fn of((row, figures): (&circular::RankingRow, [PrintedFigure; 3])) -> Self {
        let [closure_rate, overdue, on_time_rate] = figures;
        Self {
            rank: row.rank,
            name: row.name.to_string(),
            closure_rate,
            overdue,
            on_time_rate,
        }
    }
}

impl Content {
    fn of(content: &CircularContent) -> Self {
        let stock = content.stock.parts();
        let again = Arc::new(MadeAgain::of(content));
        let placed = |(place, own): (usize, &Printed)| PrintedFigure {
            name: own.name.clone(),
            scope: own.scope.clone(),
            ratio: own.ratio.into(),
            place,
            again: Arc::clone(&again),
        };
        let mut figures: Vec<_> = again.figures().iter().enumerate().map(placed).collect();
        let ranked = figures.split_off(content.figures.len());
        let (ranked, _) = ranked.as_chunks();
        let mut ranked = ranked.iter().cloned();
        let ranking = |own: &circular::Ranking| Ranking {
            of: Word(own.of),
            rows: own
                .rows
                .iter()
                .zip(ranked.by_ref())
                .map(RankingRow::of)
                .collect(),
        };
        let corrected = |own: &CorrectedItem| Corrected {
            document: own.document.to_string(),
            item: own.item,
        };
        let item = |own: &circular::Item| Item {
            hazard_id: ID(own.hazard.id.to_string()),
            hazard_number: own.hazard.number.to_string(),
            kind: Word(own.kind),
            text: own.text.as_str().to_owned(),
            corrects: own.corrects.as_ref().map(corrected),
        };
        let lines = |lines: &[xiaohao_core::values::Line<100>]| {
            lines.iter().map(ToString::to_string).collect()
        };
        let sections = content.sections.iter();
        Self {
            title: content.title.to_string(),
            period_from: Date(content.period_from),
            period_to: Date(content.period_to),
            as_of: Date(content.as_of),
            ledger_position: content.ledger_position,
            signatory: content.signatory.to_string(),
            recipients: lines(&content.recipients),
            copies: lines(&content.copies),
            sections: sections.map(|own| own.as_str().to_owned()).collect(),
            opening: stock.opening,
            new: stock.new,
            reopened: stock.reopened,
            struck_off: stock.struck_off,
            deducted: stock.deducted,
            closing: stock.closing,
            totals: content.totals.map(Totals::from),
            figures,
            rankings: content.rankings.iter().map(ranking).collect(),
            committees_filed: content.committees_filed.as_deref().map(CommitteesFiled::of),
            items: content.items.iter().map(item).collect(),
        }
    }
}
