//! Who there is in the county: units, committees, townships, people.

use crate::error::{ErrorCode, bad_input, coded};
use crate::input::Date;
use crate::limits::{MANY, length, of_page};
use crate::office::{Asked, By, Office, asked, asked_at_large, asked_in_person};
use crate::vocabulary::Word;
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;
use xiaohao_core::Role;
use xiaohao_core::directory as core;
use xiaohao_core::directory::{Comparison, GoalKind, MeasureTag, UnitKind};
use xiaohao_core::values::{PersonId, RegionCode, RegionLevel, TownshipCode, UnitId};
use xiaohao_ledger::Sees;

/// Queries about who there is.
#[derive(Default)]
pub(crate) struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// 本县的专委会，按任务清单的顺序。
    ///
    /// The committees, in the order of the county's plan.
    async fn committees(&self, ctx: &Context<'_>) -> Result<Vec<Committee>> {
        let Asked { office, .. } = asked_in_person(ctx)?;
        let directory = office.directory();
        let committees = directory.committees().iter();
        Ok(committees
            .map(|own| Committee::of(own, &directory))
            .collect())
    }

    /// 本县的单位，可以按类别筛选。The units, all or of these kinds.
    #[graphql(complexity = "of_page(Some(MANY), None, child_complexity)")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "类别；不填的和填空列表的为全部。Of which kinds; all where none is named."
        )]
        kinds: Option<Vec<Word<UnitKind>>>,
    ) -> Result<Vec<Unit>> {
        let Asked { office, .. } = asked_at_large(ctx)?;
        let wanted = |unit: &&core::Unit| {
            let kinds = kinds.as_ref().filter(|kinds| !kinds.is_empty());
            kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind.0 == unit.kind))
        };
        let directory = office.directory();
        let units = directory.units().iter();
        Ok(units.filter(wanted).map(Unit::of).collect())
    }

    /// 行政区划：本县所在的省和市、本县及其乡镇，上级在前。The places that the county lies in, itself, and its townships, what holds others first.
    async fn regions(&self, ctx: &Context<'_>) -> Result<Vec<Region>> {
        let county = asked_at_large(ctx)?.office.ledger.county();
        Ok(county.regions().all().iter().map(Region::of).collect())
    }

    /// 本县的乡镇、林场和管理局。The township-level areas.
    async fn townships(&self, ctx: &Context<'_>) -> Result<Vec<Township>> {
        let Asked { office, .. } = asked_at_large(ctx)?;
        let directory = office.directory();
        let townships = directory.townships().keys();
        Ok(townships
            .filter_map(|code| Township::find(&directory, *code))
            .collect())
    }

    /// 本县参与办理的人员，可以只列今天在某单位任职的。The people who act, all or those who hold a post in a unit today.
    #[graphql(complexity = "of_page(Some(MANY), None, child_complexity)")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "单位，不填为全部。In which unit; all by default.")] unit: Option<ID>,
    ) -> Result<Vec<Person>> {
        let Asked { office, .. } = asked_in_person(ctx)?;
        let unit = unit.map(|id| UnitId::parse(&id)).transpose();
        let unit = unit.map_err(|invalid| bad_input(["unit"], invalid))?;
        let today = office.today();
        let is_there = |person: &&core::Person| {
            unit.is_none_or(|unit| person.posts_on(today).any(|post| post.unit == unit))
        };
        let directory = office.directory();
        let people = directory.people().iter();
        Ok(people.filter(is_there).map(Person::of).collect())
    }
}

/// 单位。A unit.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Unit {
    /// 标识。The id of the unit.
    #[graphql(owned)]
    pub(crate) id: ID,
    /// 单位代码。The unit's code in the directory.
    code: String,
    /// 名称。The name of the unit.
    name: String,
    /// 类别。What kind of unit it is.
    kind: Word<UnitKind>,
    #[graphql(skip)]
    of: UnitId,
}

/// The most units that one asks for below another at once.
const CHILDREN_MAX: u32 = 500;

/// The directory is in this process: nothing is loaded for what a unit belongs to.
#[ComplexObject]
impl Unit {
    /// 隶属单位；没有的为空。The unit that it belongs to; null for one that belongs to none.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let directory = asked(ctx)?.office.directory();
        let parent = directory.unit(self.of).and_then(|unit| unit.parent);
        Ok(parent
            .and_then(|parent| directory.unit(parent))
            .map(Self::of))
    }

    /// 下属单位，按名册的顺序；多于所取的，从最后一个之后续取。通过办理链接查看的为空表。
    ///
    /// The units that belong to it, in the order of the directory; where there are more, go on after the last of them. None through a link.
    #[graphql(complexity = "of_page(Some(first), None, child_complexity)")]
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "最多取多少个，1至500。How many at most.", default = 100)] first: i32,
        #[graphql(
            desc = "从这个下属单位之后取起；名册中没有的单位，报错（`CURSOR_UNKNOWN`）。Those after this one; an error where there is no such unit."
        )]
        after: Option<ID>,
    ) -> Result<Vec<Self>> {
        let most = length(first, CHILDREN_MAX)?;
        let most = usize::try_from(most).unwrap_or_default();
        let after = after.map(|id| UnitId::parse(&id)).transpose();
        let after = after.map_err(|invalid| bad_input(["after"], invalid))?;
        let Asked { office, by, .. } = asked(ctx)?;
        let directory = office.directory();
        let own = directory.units().iter();
        // Whoever came in for one hazard does not walk through the whole directory.
        let is_shown = !matches!(by, By::Link(_));
        let mut own = own.filter(|unit| is_shown && unit.parent == Some(self.of));
        if let Some(after) = after {
            if is_shown && directory.unit(after).is_none() {
                let message = "after：名册中没有这个单位，请不填 after，从头取起。";
                return Err(coded(ErrorCode::CursorUnknown, message));
            }
            // Of the units of a list, it belongs to one.
            let _ = own.any(|unit| unit.id == after);
        }
        Ok(own.take(most).map(Self::of).collect())
    }

    /// 所在行政区划；资料没有注明的为空。Where it is; null where the data of the county do not say.
    async fn region(&self, ctx: &Context<'_>) -> Result<Option<Region>> {
        let county = asked(ctx)?.office.ledger.county();
        Ok(county.regions().of(self.of).as_ref().map(Region::of))
    }
}

impl Unit {
    fn of(unit: &core::Unit) -> Self {
        Self {
            id: ID(unit.id.to_string()),
            code: unit.code.to_string(),
            name: unit.name.to_string(),
            kind: Word(unit.kind),
            of: unit.id,
        }
    }

    /// The unit with this id, if it is in the directory; whoever holds a hazard need not be.
    pub(crate) fn find(office: &Office, id: UnitId) -> Option<Self> {
        Self::within(&office.directory(), id)
    }

    /// The same in the directory of any day.
    pub(crate) fn within(directory: &core::Directory, id: UnitId) -> Option<Self> {
        directory.unit(id).map(Self::of)
    }
}

/// 行政区划：省、市、县和乡镇。A place of the tree of divisions: province, city, county or township.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Region {
    /// 行政区划代码：省、市、县6位，乡镇9位。Its division code: 6 digits, of a township 9.
    code: ID,
    /// 名称。The name of the place.
    name: String,
    /// 级别。How high it stands.
    level: Word<RegionLevel>,
    #[graphql(skip)]
    of: RegionCode,
}

/// Ten townships and more lie in a county, and nothing else lies in more than one.
const PLACES_BELOW: i32 = 15;

#[ComplexObject]
impl Region {
    /// 上级行政区划；资料没有注明的为空。The place that it lies in; null where the data of the county do not say.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let county = asked(ctx)?.office.ledger.county();
        Ok(county.regions().above(self.of).as_ref().map(Self::of))
    }

    /// 下级行政区划，限于本县资料所列的。The places that lie in it, as far as the data of the county go.
    #[graphql(complexity = "of_page(Some(PLACES_BELOW), None, child_complexity)")]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        let county = asked(ctx)?.office.ledger.county();
        Ok(county
            .regions()
            .below(self.of)
            .iter()
            .map(Self::of)
            .collect())
    }
}

impl Region {
    fn of(region: &core::Region) -> Self {
        Self {
            code: ID(region.code.to_string()),
            name: region.name.to_string(),
            level: Word(region.code.level()),
            of: region.code,
        }
    }
}

/// 专委会。A committee of the county's plan (附件6-1).
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Committee {
    /// 标识，即该专委会作为单位的标识。Its id as a unit.
    id: ID,
    /// 在任务清单中的顺序，从1起。Its place in the plan.
    seq: u16,
    /// 任务清单所印的序号；五个没有序号。The serial number that the plan prints; five rows print none.
    seq_in_plan: Option<u16>,
    /// 名称。The name of the committee.
    name: String,
    /// 英文名称。Its name in English.
    name_en: String,
    /// 目标是否包括非生产经营性事故。Whether its goals also count accidents outside of production.
    includes_non_production_accidents: bool,
    /// 目标范围的注。The note on the scope of its goals.
    scope_note: Option<String>,
    #[graphql(skip)]
    unit: UnitId,
    /// Of which day it is told.
    #[graphql(skip)]
    directory: Arc<core::Directory>,
}

/// Its goals and measures are long, and most lists do not ask for them.
#[ComplexObject]
impl Committee {
    /// 工作目标。The goals that the plan sets it.
    async fn goals(&self) -> Vec<Goal> {
        let own = self.directory.committee(self.unit).into_iter();
        own.flat_map(|own| &own.goals).map(Goal::of).collect()
    }

    /// 工作措施。The measures that the plan asks of it.
    async fn measures(&self) -> Vec<Measure> {
        let own = self.directory.committee(self.unit).into_iter();
        own.flat_map(|own| &own.measures).map(Measure::of).collect()
    }

    /// 牵头责任单位。The lead unit.
    async fn lead_unit(&self) -> Option<Unit> {
        let own = self.directory.committee(self.unit)?;
        Unit::within(&self.directory, own.lead_unit)
    }
}

impl Committee {
    pub(crate) fn of(own: &core::Committee, directory: &Arc<core::Directory>) -> Self {
        let unit = directory.unit(own.unit);
        Self {
            id: ID(own.unit.to_string()),
            seq: own.seq,
            seq_in_plan: own.seq_in_plan,
            name: unit.map(|unit| unit.name.to_string()).unwrap_or_default(),
            name_en: own.name_en.to_string(),
            includes_non_production_accidents: own.includes_non_production_accidents,
            scope_note: own.scope_note.as_ref().map(ToString::to_string),
            unit: own.unit,
            directory: Arc::clone(directory),
        }
    }

    /// The committee that is this unit, in the directory of any day.
    pub(crate) fn find(directory: &Arc<core::Directory>, unit: UnitId) -> Option<Self> {
        let own = directory.committee(unit)?;
        Some(Self::of(own, directory))
    }
}

/// 工作目标。A goal.
#[derive(SimpleObject)]
#[graphql(name = "CommitteeGoal")]
struct Goal {
    /// 序号。Its number in the plan.
    no: u16,
    /// 原文。As the plan words it.
    text: String,
    /// 可以统计的类别。What it says, in terms that can be counted.
    kinds: Vec<Word<GoalKind>>,
}

impl Goal {
    fn of(goal: &core::Goal) -> Self {
        Self {
            no: goal.no,
            text: goal.text.to_string(),
            kinds: goal.kinds.iter().copied().map(Word).collect(),
        }
    }
}

/// 工作措施。A measure.
#[derive(SimpleObject)]
#[graphql(name = "CommitteeMeasure")]
struct Measure {
    /// 序号。Its number in the plan.
    no: u16,
    /// 原文。As the plan words it.
    text: String,
    /// 类别。What it is about.
    tags: Vec<Word<MeasureTag>>,
    /// 数字指标。The numbers that it is held to.
    targets: Vec<NumericTarget>,
}

impl Measure {
    fn of(measure: &core::Measure) -> Self {
        Self {
            no: measure.no,
            text: measure.text.to_string(),
            tags: measure.tags.iter().copied().map(Word).collect(),
            targets: measure.targets.iter().map(NumericTarget::of).collect(),
        }
    }
}

/// 数字指标。A numeric target.
#[derive(SimpleObject)]
struct NumericTarget {
    /// 指标。What is counted.
    metric: String,
    /// 比较方式。How the count must compare with the target.
    comparison: Word<Comparison>,
    /// 目标值，十进制文本。The target, as a decimal text.
    value: String,
    /// 计量单位。In which unit the target is given.
    unit: String,
    /// 是否为“力争”的目标。Aimed at, not demanded.
    aspirational: bool,
}

impl NumericTarget {
    fn of(target: &core::NumericTarget) -> Self {
        Self {
            metric: target.metric.to_string(),
            comparison: Word(target.comparison),
            value: target.value.to_string(),
            unit: target.unit.to_string(),
            aspirational: target.aspirational,
        }
    }
}

/// 乡镇、林场或管理局。A township-level area.
#[derive(SimpleObject)]
pub(crate) struct Township {
    /// 9位区划代码。Its division code, 9 digits.
    code: ID,
    /// 名称。The name of the township.
    name: String,
    /// 作为单位。The township as a unit.
    unit: Unit,
}

impl Township {
    /// The township of this code, in the directory of any day.
    pub(crate) fn find(directory: &core::Directory, code: TownshipCode) -> Option<Self> {
        let unit = *directory.townships().get(&code)?;
        let unit = Unit::within(directory, unit)?;
        Some(Self {
            code: ID(code.to_string()),
            name: unit.name.clone(),
            unit,
        })
    }
}

/// 人员。A person who acts.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Person {
    /// 标识。The id of the person.
    #[graphql(owned)]
    pub(crate) id: ID,
    /// 姓名。The name of the person.
    name: String,
    #[graphql(skip)]
    of: PersonId,
}

#[ComplexObject]
impl Person {
    /// 岗位。本人和可以查看全县台账的岗位看到历任、现任和将任的全部岗位，其他岗位看到今天担任的。
    ///
    /// His posts: all that he has had, has and will have, for himself and whoever sees the whole ledger; those of today for others.
    async fn posts(&self, ctx: &Context<'_>) -> Result<Vec<Post>> {
        let Asked {
            office,
            actor,
            scope,
            ..
        } = asked(ctx)?;
        let sees_all = scope.sees() == Sees::Everything || actor.person == self.of;
        let (directory, today) = (office.directory(), office.today());
        let person = directory.person(self.of);
        let posts = person.map_or(&[][..], |person| &person.posts);
        let shown = posts.iter().filter(|post| sees_all || post.is_held(today));
        Ok(shown.map(|post| Post::of(post, office)).collect())
    }
}

impl Person {
    pub(crate) fn of(person: &core::Person) -> Self {
        Self {
            id: ID(person.id.to_string()),
            name: person.name.to_string(),
            of: person.id,
        }
    }

    pub(crate) fn find(office: &Office, id: PersonId) -> Option<Self> {
        office.directory().person(id).map(Self::of)
    }
}

/// 岗位。A post: a role in a unit, from a day to a day.
#[derive(SimpleObject)]
pub(crate) struct Post {
    /// 岗位。The role of the post.
    role: Word<Role>,
    /// 单位。The unit; null for one that is not in the directory.
    unit: Option<Unit>,
    /// 任职日期。The first day; null for one who has always held it.
    from: Option<Date>,
    /// 离任日期。The last day; null while he holds it.
    until: Option<Date>,
}

impl Post {
    pub(crate) fn of(post: &core::Post, office: &Office) -> Self {
        Self {
            role: Word(post.role),
            unit: Unit::find(office, post.unit),
            from: post.from.map(Date),
            until: post.until.map(Date),
        }
    }
}
