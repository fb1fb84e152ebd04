//! What a viewer may do with a hazard now, and if not, why.

use crate::act::mutation_of;
use crate::refusal::Refusal;
use crate::vocabulary::Word;
use async_graphql::SimpleObject;
use xiaohao_core::{Act, Action};

/// 可以办理的事项，或者不能办理的理由。An act, with what stands in its way.
#[derive(SimpleObject)]
pub(crate) struct HazardAction {
    /// 事项。The act.
    name: Word<Act>,
    /// 中文名称。Its name in Chinese, as it stands on screen.
    label: &'static str,
    /// 办理该事项的 mutation。The mutation that does it.
    mutation: &'static str,
    /// 现在是否可以办理。Whether this viewer may do it now.
    allowed: bool,
    /// 不能办理的理由，按先后排列。Every reason why he may not, first things first; empty where he may.
    refusals: Vec<Refusal>,
}

impl From<&Action> for HazardAction {
    fn from(action: &Action) -> Self {
        Self {
            name: Word(action.act),
            label: action.act.name(),
            mutation: mutation_of(action.act),
            allowed: action.allowed(),
            refusals: action.refusals.iter().map(Refusal::from).collect(),
        }
    }
}
