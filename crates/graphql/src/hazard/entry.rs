//! A line of the ledger.

use super::Hazard;
use super::evidence::Evidence;
use crate::act::told_of;
use crate::directory::{Person, Unit};
use crate::error::fault;
use crate::in_turn::InTurn;
use crate::input::{Date, Instant};
use crate::limits::{length, of_page};
use crate::office::{Asked, Histories, asked};
use crate::vocabulary::{Vocabulary, Word, upper_snake};
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use std::borrow::Cow;
use std::sync::LazyLock;
use xiaohao_core::acts::Finding;
use xiaohao_core::{AdviceKind, Role, TRANSITIONS, advise, county_day};
use xiaohao_ledger::read::{AsOf, LineHead};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Fault, Line, Position, Record, SubjectKind};

/// The name of what happened.
#[derive(Clone, Copy, Debug)]
struct EventName {
    name: &'static str,
    chinese: &'static str,
    english: &'static str,
}

static EVENTS: LazyLock<Vec<EventName>> = LazyLock::new(|| {
    let of_hazards = TRANSITIONS.iter();
    let of_hazards = of_hazards.map(|line| (line.event, line.act.name(), told_of(line.act)));
    let of_papers = Record::PAPER_STEPS.iter().copied();
    let of_the_ledger = Record::UPKEEP.iter().copied();
    let all = of_hazards.chain(of_papers).chain(of_the_ledger);
    let mut all: Vec<_> = all
        .map(|(name, chinese, english)| EventName {
            name,
            chinese,
            english,
        })
        .collect();
    all.sort_by_key(|event| event.name);
    all
});

impl Vocabulary for EventName {
    const TYPE: &'static str = "LedgerEvent";
    const DESCRIPTION: &'static str = "台账记录的事项。What happened: an event of a hazard, a step in the life of a paper, or an act on the ledger itself.";
    fn all() -> &'static [Self] {
        &EVENTS
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Owned(upper_snake(self.name))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.chinese)
    }
    fn english(self) -> &'static str {
        self.english
    }
}

/// Every code of `LedgerEvent`.
#[must_use]
pub fn ledger_events() -> Vec<String> {
    EVENTS
        .iter()
        .map(|event| event.code().into_owned())
        .collect()
}

impl Vocabulary for SubjectKind {
    const TYPE: &'static str = "LedgerSubject";
    const DESCRIPTION: &'static str = "台账记录的对象。To what an act is done.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Borrowed(Self::code(self))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Hazard => "隐患",
            Self::Order => "交办单、挂牌督办通知书",
            Self::Circular => "通报",
            Self::Ledger => "台账本身",
        })
    }
    fn english(self) -> &'static str {
        match self {
            Self::Hazard => "A hazard.",
            Self::Order => "An order: an assignment order, or a notice of listed supervision.",
            Self::Circular => "A circular.",
            Self::Ledger => "The ledger itself.",
        }
    }
}

/// 台账的一条记录，不含所记内容。What was done, by whom and when, without what was said.
#[derive(SimpleObject)]
pub(crate) struct EntryHead {
    /// 在全县台账中的位置，从1起，没有缺号。Its place in the county's ledger, without gaps.
    position: u64,
    /// 在该隐患（或文书、台账本身）的记录中的序号。Its place in the history of its subject.
    seq: u32,
    /// 对象的种类。What kind of thing it was done to.
    subject_kind: Word<SubjectKind>,
    /// 对象的标识。The id of what it was done to.
    subject: ID,
    /// 事项。What happened.
    event: Word<EventName>,
    /// 办理日期，以此为准。The legal date.
    occurred_on: Date,
    /// 记入台账的时间。When it was recorded.
    recorded_at: Instant,
    /// 办理人。Who did it.
    actor: InTurn<Actor>,
}

/// 台账的一条记录。One line of the ledger; it is never changed.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct LedgerEntry {
    #[graphql(flatten)]
    head: EntryHead,
    /// 在全县防篡改日志中的叶子散列，base64，算法见 `docs/ledger-format.md`。
    ///
    /// The hash of its leaf in the county's log, in base64; by it can be proved later that it was recorded, and how.
    leaf_hash: String,
    #[graphql(skip)]
    record: Record,
}

#[ComplexObject]
impl LedgerEntry {
    /// 办理内容：办理人写明的理由、情况或者意见；只有所选、所填各项而没有文字的为空。其余各项见隐患的各个字段，全部内容见 `body`。
    ///
    /// What whoever acted has written in his own words: why, what he saw, or what he thinks. Null where an act has no words of its
    /// own; what else it says stands in the fields of the hazard, and all of it in `body`.
    async fn text(&self) -> Option<&str> {
        self.record
            .hazard()
            .and_then(|entry| entry.event.narrative())
    }

    /// 验收和到期核查对方案各条措施的结果；其他事项的为空列表。What a team has found for each measure of the plan; empty for all else.
    async fn findings(&self) -> Vec<MeasureFinding> {
        let entry = self.record.hazard();
        let findings = entry.map_or(&[][..], |entry| entry.event.findings());
        findings.iter().map(MeasureFinding::from).collect()
    }

    /// 补记和进展所更正的记录的序号；不是更正的为空。The `seq` of the line that a note or progress corrects; null where it corrects none.
    async fn corrects(&self) -> Option<u32> {
        self.record
            .hazard()
            .and_then(|entry| entry.event.corrects())
    }

    /// 所附的佐证材料。The files that it cites.
    async fn evidence(&self) -> Vec<Evidence> {
        self.record.hazard().map_or_else(Vec::new, Evidence::of)
    }

    /// 办理时虽不禁止、但请再核对的地方，按本县现行的规则和名册；没有的为空列表。
    ///
    /// What should be looked at again, although nothing forbids it: by the county's rules and directory as they are now.
    async fn advice(&self, ctx: &Context<'_>) -> Result<Vec<Advice>> {
        let Asked { office, .. } = asked(ctx)?;
        let county = office.ledger.county();
        let entry = self.record.hazard();
        let advised = entry.map_or_else(Vec::new, |entry| advise(entry, &county, office.today()));
        Ok(advised.into_iter().map(Advice::of).collect())
    }

    /// 隐患办完这一条以后的情况，此后的办理不计；不是隐患的记录为空。
    ///
    /// The hazard as this line left it, whatever has been done to it since; null for a line that is not of a hazard.
    async fn hazard(&self, ctx: &Context<'_>) -> Result<Option<Hazard>> {
        let Some(entry) = self.record.hazard() else {
            return Ok(None);
        };
        let histories = ctx.data::<DataLoader<Histories>>()?;
        let lines = histories.load_one(entry.hazard).await?.unwrap_or_default();
        let as_of = AsOf {
            valid_on: county_day(self.head.recorded_at.0),
            known: Position::new(self.head.position),
        };
        let stood = as_of.hazard(&lines).map_err(fault)?;
        Ok(stood.map(|(opened, hazard)| {
            let row = HazardRow::of(&hazard, opened);
            Hazard::past(row, hazard, as_of)
        }))
    }

    /// 记录全文，JSON 文本，格式见其中的 format；举报人信息只有举报受理岗可以看到，已经依法删除的个人信息显示为“（已依法删除）”。
    ///
    /// The whole line as JSON text, in the form that its `format` names; who reported is left out for all but the intake role,
    /// and （已依法删除） stands where personal data was erased.
    async fn body(&self) -> Result<String> {
        self.record
            .shown()
            .map_err(|error| fault(Fault::internal(error)))
    }
}

/// 一条措施的验收结果。What a team has found of one measure of the plan.
#[derive(SimpleObject)]
struct MeasureFinding {
    /// 措施编号，从1起。The number of the measure in the plan, from 1.
    measure: u16,
    /// 是否合格。Whether it was done.
    passed: bool,
    /// 说明；没有写的为空。What was seen; null where nothing was written.
    note: Option<String>,
}

impl From<&Finding> for MeasureFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            measure: finding.measure,
            passed: finding.passed,
            note: finding.note.as_ref().map(|note| note.as_str().to_owned()),
        }
    }
}

/// 一条提醒：事项已经办理，但请再核对。One piece of advice: the act is done all the same.
#[derive(SimpleObject)]
struct Advice {
    /// 种类。What is advised.
    kind: Word<AdviceKind>,
    /// 提醒的内容和怎样处理，可以直接给办事人员看。What it is about and what to do, fit to show.
    message: String,
}

impl Advice {
    fn of(advised: xiaohao_core::Advice) -> Self {
        Self {
            kind: Word(advised.kind),
            message: advised.message,
        }
    }
}

/// 办理人、岗位和单位。A person in the role and for the unit in which he acted.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Actor {
    /// 人员标识。The id of the person.
    person_id: ID,
    /// 岗位。The role in which he acted.
    role: Word<Role>,
    /// 单位标识。The id of the unit.
    unit_id: ID,
    #[graphql(skip)]
    of: xiaohao_core::Actor,
}

#[ComplexObject]
impl Actor {
    /// 人员；名册中没有的、以服务账号查看的为空。Null for one who is not in the directory, and for a program.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let asked = asked(ctx)?;
        let told = Some(self.of.person).filter(|_| asked.is_told_of_people());
        Ok(told.and_then(|person| Person::find(asked.office, person)))
    }

    /// 单位；名册中没有的为空。Null for one that is not in the directory.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        let Asked { office, .. } = asked(ctx)?;
        Ok(Unit::find(office, self.of.unit))
    }
}

impl EntryHead {
    /// What readers see of a line without its body.
    ///
    /// # Errors
    /// Where the database tells of an event that this program does not know.
    pub(crate) fn of(head: &LineHead) -> Result<Self> {
        let known = EVENTS.binary_search_by_key(&head.event.as_str(), |event| event.name);
        let event = known.ok().and_then(|place| EVENTS.get(place));
        let unknown = || {
            let (position, event) = (head.position, &head.event);
            let what = format!("line {position} is of the unknown event {event}");
            fault(Fault::damaged(what))
        };
        Ok(Self::new(head, *event.ok_or_else(unknown)?))
    }

    fn new(head: &LineHead, event: EventName) -> Self {
        Self {
            position: head.position.get(),
            seq: head.seq,
            subject_kind: Word(head.subject.kind()),
            subject: ID(head.subject.id().to_string()),
            event: Word(event),
            occurred_on: Date(head.occurred_on),
            recorded_at: Instant(head.recorded_at),
            actor: InTurn(Actor {
                person_id: ID(head.actor.person.to_string()),
                role: Word(head.actor.role),
                unit_id: ID(head.actor.unit.to_string()),
                of: head.actor.clone(),
            }),
        }
    }
}

impl LedgerEntry {
    pub(crate) fn of(line: &Line) -> Self {
        let event = EventName {
            name: line.record.event(),
            chinese: "",
            english: "",
        };
        Self {
            head: EntryHead::new(&LineHead::of(line), event),
            leaf_hash: line.leaf.to_string(),
            record: line.record.clone(),
        }
    }
}

/// Queries about the ledger itself.
#[derive(Default)]
pub(crate) struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// 全县台账中某个位置之后的记录，按位置排列，供各平台同步；无权查看的不在其中，仍按 readTo 续读。
    ///
    /// The lines after a place in the county's ledger, for whoever keeps a copy: in order, without gaps but for what this
    /// viewer may not see. Go on from `readTo`, never from the last line.
    #[graphql(complexity = "of_page(Some(first), None, child_complexity)")]
    async fn ledger_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "已读到的位置；从头读填0。The place read so far; 0 at first.")] after: u64,
        #[graphql(desc = "最多取多少条，1至500。How many to take at most, from 1 to 500.")]
        first: i32,
    ) -> Result<LedgerPage> {
        let asked = asked(ctx)?;
        let Asked { office, scope, .. } = &asked;
        let most = length(first, PAGE_MAX)?;
        let told = office.reader.lines_after(scope, Position::new(after), most);
        let (lines, read_to) = told.await.map_err(fault)?;
        if read_to <= Position::new(after) {
            asked.has_come_to(Position::new(after)).await?;
        }
        Ok(LedgerPage {
            // Places have no gaps, so a stretch that is not full was the last.
            may_have_more: read_to.get().saturating_sub(after) >= u64::from(most),
            read_to: read_to.get(),
            entries: lines
                .into_iter()
                .map(|line| LedgerEntry::of(&scope.line(line)))
                .collect(),
        })
    }
}

/// The most lines that are told at once.
const PAGE_MAX: u32 = 500;

/// 台账的一段。A stretch of the county's ledger.
#[derive(SimpleObject)]
struct LedgerPage {
    /// 记录。The lines, in order.
    entries: Vec<LedgerEntry>,
    /// 已读到的位置，下次从这里续读。How far this viewer has read; go on from here.
    read_to: u64,
    /// 后面是否可能还有记录。Whether there may be more.
    may_have_more: bool,
}
