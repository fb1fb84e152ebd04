//! 统计范围: of which hazards figures are made, beside whose they are.

use crate::hazard::{DaysInput, days, ids, words};
use crate::input::Reading;
use crate::vocabulary::Word;
use async_graphql::{ID, InputObject, Result};
use xiaohao_core::values::{KeyField, Source};
use xiaohao_ledger::read::HazardFilter;

/// 统计范围，同时满足；每项列出多个值的，满足其一即可，标识每项最多100个；不填的和填空列表的不作限制。
///
/// Conditions that must all hold; of several values, one. A list has 100 ids at most. What is left out, and a list of nothing, asks
/// for nothing.
#[derive(Default, InputObject)]
#[graphql(name = "FiguresAmong")]
pub(super) struct AmongInput {
    /// 首次列单日期；今年以来的，填 from 为1月1日。First listed between these days.
    listed: Option<DaysInput>,
    /// 专项行动：列单时所填的标识。Found in any of these campaigns, by the ids that were given at listing.
    campaigns: Option<Vec<ID>>,
    /// 重点领域。In any of these key fields.
    key_fields: Option<Vec<Word<KeyField>>>,
    /// 隐患来源。From any of these sources.
    sources: Option<Vec<Word<Source>>>,
}

impl AmongInput {
    /// The filter of the core.
    pub(super) fn read(self) -> Result<HazardFilter> {
        let mut at = Reading::of("among");
        let listed = days(&mut at, "listed", self.listed);
        let campaigns = ids(&mut at, "campaigns", self.campaigns);
        at.finished()?;
        Ok(HazardFilter {
            listed,
            campaigns,
            key_fields: words(self.key_fields),
            sources: words(self.sources),
            ..HazardFilter::default()
        })
    }
}
