//! A line of the ledger.

use crate::directory::{Person, Unit};
use crate::input::Date;
use crate::office::{Asked, asked};
use crate::vocabulary::{Vocabulary, Word, upper_snake};
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use xiaohao_core::{Role, TRANSITIONS};
use xiaohao_ledger::{Line, Record, SubjectKind};

/// The name of what happened.
#[derive(Clone, Copy, Debug)]
struct EventName {
    name: &'static str,
    means: &'static str,
}

static EVENTS: LazyLock<Vec<EventName>> = LazyLock::new(|| {
    let of_hazards = TRANSITIONS.iter();
    let of_hazards = of_hazards.map(|line| (line.event, line.act.name()));
    let of_papers = Record::PAPER_STEPS.iter().copied();
    let all: BTreeMap<_, _> = of_hazards.chain(of_papers).collect();
    all.into_iter()
        .map(|(name, means)| EventName { name, means })
        .collect()
});

impl Vocabulary for EventName {
    const TYPE: &'static str = "LedgerEvent";
    const DESCRIPTION: &'static str =
        "台账记录的事项。What happened: an event of a hazard, or a step in the life of a paper.";
    fn all() -> &'static [Self] {
        &EVENTS
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Owned(upper_snake(self.name))
    }
    fn meaning(self) -> String {
        format!("{}。", self.means)
    }
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
    fn meaning(self) -> String {
        match self {
            Self::Hazard => "隐患。",
            Self::Order => "交办单、挂牌督办通知书。",
            Self::Circular => "通报。",
        }
        .to_owned()
    }
}

/// 台账的一条记录。One line of the ledger; it is never changed.
#[derive(SimpleObject)]
pub(crate) struct LedgerEntry {
    /// 在全县台账中的位置，从1起，没有缺号。Its place in the county's ledger, without gaps.
    position: u64,
    /// 在该隐患（或文书）台账中的序号。Its place in the history of its subject.
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
    recorded_at: DateTime<Utc>,
    /// 办理人。Who did it.
    actor: Actor,
}

/// 办理人、岗位和单位。A person in the role and for the unit in which he acted.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Actor {
    /// 人员标识。
    person_id: ID,
    /// 岗位。
    role: Word<Role>,
    /// 单位标识。
    unit_id: ID,
    #[graphql(skip)]
    of: xiaohao_core::Actor,
}

#[ComplexObject]
impl Actor {
    /// 人员；名册中没有的为空。Null for one who is not in the directory.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Asked { office, .. } = asked(ctx)?;
        Ok(Person::find(office, self.of.person))
    }

    /// 单位；名册中没有的为空。Null for one that is not in the directory.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        let Asked { office, .. } = asked(ctx)?;
        Ok(Unit::find(office, self.of.unit))
    }
}

impl LedgerEntry {
    pub(crate) fn of(line: &Line) -> Self {
        let stamp = line.record.stamp();
        let subject = line.record.subject();
        Self {
            position: line.position.get(),
            seq: line.record.seq(),
            subject_kind: Word(subject.kind()),
            subject: ID(subject.id().to_string()),
            event: Word(EventName {
                name: line.record.event(),
                means: "",
            }),
            occurred_on: Date(stamp.occurred_on),
            recorded_at: stamp.recorded_at,
            actor: Actor {
                person_id: ID(stamp.actor.person.to_string()),
                role: Word(stamp.actor.role),
                unit_id: ID(stamp.actor.unit.to_string()),
                of: stamp.actor.clone(),
            },
        }
    }
}
