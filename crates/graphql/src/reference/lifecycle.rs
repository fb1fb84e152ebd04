//! The lifecycle: states, acts, refusals.

use crate::act::{mutation_of, told_of};
use crate::vocabulary::{Vocabulary, Word, upper_snake};
use async_graphql::{Object, SimpleObject};
use std::borrow::Cow;
use xiaohao_core::refusal::CatalogueEntry;
use xiaohao_core::{Act, Refusal, Role, Stage, Status};

impl Vocabulary for Status {
    const TYPE: &'static str = "HazardStatus";
    const DESCRIPTION: &'static str = "隐患的十四种状态。The fourteen states of a hazard.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Borrowed(Self::code(self))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }
    fn english(self) -> &'static str {
        self.meaning_in_english()
    }
}

/// The official stage, or off the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StageOrOff {
    On(Stage),
    OffList,
}

impl StageOrOff {
    /// The stage of a state; none before listing.
    pub(crate) fn of(status: Status) -> Option<Self> {
        let off = status.is_off_list().then_some(Self::OffList);
        status.stage().map(Self::On).or(off)
    }
}

impl Vocabulary for StageOrOff {
    const TYPE: &'static str = "HazardStage";
    const DESCRIPTION: &'static str = "“一单四制”五个阶段：清单、交办、台账、销号、通报；OFF_LIST 为未经整改离开清单。\
        The official stages; OFF_LIST: taken off the list without rectification.";
    fn all() -> &'static [Self] {
        const {
            &[
                Self::On(Stage::Listed),
                Self::On(Stage::Assigned),
                Self::On(Stage::Tracked),
                Self::On(Stage::Closed),
                Self::On(Stage::Circulated),
                Self::OffList,
            ]
        }
    }
    fn code(self) -> Cow<'static, str> {
        match self {
            Self::On(stage) => Cow::Owned(upper_snake(&format!("{stage:?}"))),
            Self::OffList => Cow::Borrowed("OFF_LIST"),
        }
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::On(stage) => stage.name(),
            Self::OffList => "离开清单（不予认定、降级、并案、移交、作废）",
        })
    }
    fn english(self) -> &'static str {
        match self {
            Self::On(stage) => stage.meaning_in_english(),
            Self::OffList => "Off the list: rejected, downgraded, merged, transferred or annulled.",
        }
    }
}

impl Vocabulary for Act {
    const TYPE: &'static str = "HazardActName";
    const DESCRIPTION: &'static str = "对隐患办理的事项。The acts that are done to a hazard.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Owned(upper_snake(&format!("{self:?}")))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Owned(format!("{} {}", self.transition().no, self.name()))
    }
    fn english(self) -> &'static str {
        told_of(self)
    }
}

impl Vocabulary for Role {
    const TYPE: &'static str = "Role";
    const DESCRIPTION: &'static str = "岗位。The roles in which a person acts.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Borrowed(Self::code(self))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }
    fn english(self) -> &'static str {
        self.meaning_in_english()
    }
}

/// Queries about the lifecycle.
#[derive(Default)]
pub(crate) struct LifecycleQuery;

#[Object]
impl LifecycleQuery {
    /// 隐患的状态与阶段。
    ///
    /// The states of a hazard, in the order of its life, the off-ramps last.
    async fn statuses(&self) -> Vec<StatusEntry> {
        Status::ALL
            .iter()
            .map(|status| StatusEntry::of(*status))
            .collect()
    }

    /// 隐患可以办理的事项：从哪些状态、由谁办理、办理后的状态。
    ///
    /// The acts: from which states, by whom, into which state.
    async fn acts(&self) -> Vec<ActEntry> {
        Act::ALL.iter().map(|act| ActEntry::of(*act)).collect()
    }

    /// 拒绝办理的情形，按优先顺序排列。
    ///
    /// Every refusal, in order of precedence.
    async fn refusals(&self) -> Vec<RefusalEntry> {
        Refusal::CATALOGUE.iter().map(RefusalEntry::of).collect()
    }
}

/// 状态。A state.
#[derive(SimpleObject)]
#[graphql(name = "StatusEntry")]
struct StatusEntry {
    /// 代码。The state, by its stable code.
    status: Word<Status>,
    /// 名称。The Chinese term, as it stands on screen and on paper.
    name: String,
    /// 所属阶段；列单以前没有阶段。The stage; null before listing.
    stage: Option<Word<StageOrOff>>,
    /// 是否在册未验收。Whether the hazard is open in this state.
    is_open: bool,
}

impl StatusEntry {
    fn of(status: Status) -> Self {
        Self {
            status: Word(status),
            name: status.name().to_owned(),
            stage: StageOrOff::of(status).map(Word),
            is_open: status.is_open(),
        }
    }
}

/// 事项。An act.
#[derive(SimpleObject)]
#[graphql(name = "ActEntry")]
struct ActEntry {
    /// 代码。The act, by its stable code.
    act: Word<Act>,
    /// 流转编号，T01 至 T31；X 开头的不改变状态。Number of the transition.
    no: String,
    /// 名称。The Chinese term, as it stands on screen and on paper.
    name: String,
    /// 办理该事项的 mutation。The mutation that does it.
    mutation: &'static str,
    /// 可以办理的状态；上报时还没有隐患。The states it may start from; empty for the report.
    from: Vec<Word<Status>>,
    /// 办理后的状态；不改变状态的为空。The state it leads to; null where the state stays.
    to: Option<Word<Status>>,
    /// 由谁办理。Who does it, in words.
    done_by: Vec<String>,
    /// 可以办理的岗位。The roles in which one may do it.
    roles: Vec<Word<Role>>,
    /// 是否为补充记录：不受先后和版本限制。Whether it only adds to the record.
    is_additive: bool,
}

impl ActEntry {
    fn of(act: Act) -> Self {
        let line = act.transition();
        let may = |role: &&Role| act.who().iter().any(|who| who.roles().contains(role));
        Self {
            act: Word(act),
            no: line.no.to_owned(),
            name: act.name().to_owned(),
            mutation: mutation_of(act),
            from: line.from.iter().copied().map(Word).collect(),
            to: line.to.map(Word),
            done_by: act.who().iter().map(|who| who.name().to_owned()).collect(),
            roles: Role::ALL.iter().filter(may).copied().map(Word).collect(),
            is_additive: act.is_additive(),
        }
    }
}

/// 拒绝办理的情形。A refusal.
#[derive(SimpleObject)]
#[graphql(name = "RefusalEntry")]
struct RefusalEntry {
    /// 代码；不改名，不重复使用。The stable code.
    code: &'static str,
    /// 有问题的输入字段；因事项不同而不止一个的为空。The input field at fault; null where it is not always the same one.
    field: Option<&'static str>,
    /// 提示语，花括号为待填内容。The sentence, with its blanks in braces.
    message: &'static str,
    /// 依据。The clause or rule.
    legal_basis: &'static str,
    /// 下一步。What to do next.
    next_step: &'static str,
}

impl RefusalEntry {
    fn of(entry: &CatalogueEntry) -> Self {
        Self {
            code: entry.code,
            field: match entry.fields {
                [one] => Some(*one),
                _ => None,
            },
            message: entry.message,
            legal_basis: entry.legal_basis,
            next_step: entry.next_step,
        }
    }
}
