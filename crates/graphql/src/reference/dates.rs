//! Time limits: what they are, and the date that follows from one, with its explanation.

use super::Reference;
use crate::error::bad_input;
use crate::input::Date;
use crate::office::Office;
use crate::vocabulary::{Vocabulary, Word, upper_snake};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{Datelike, NaiveDate};
use std::borrow::Cow;
use xiaohao_core::policy::{Anchor, ComputedDate, DateError, Limit, Policy, Window};
use xiaohao_core::values::NUMBERED_YEARS;

impl Vocabulary for Limit {
    const TYPE: &'static str = "TimeLimit";
    const DESCRIPTION: &'static str = "时限。The time limits of the policy table.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        // `L-EXT-APPLY` is no name in GraphQL.
        Cow::Owned(Self::code(self).trim_start_matches("L-").replace('-', "_"))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Owned(format!("{}（{}）", self.name(), Self::code(self)))
    }
    fn english(self) -> &'static str {
        self.meaning_in_english()
    }
}

impl Vocabulary for Anchor {
    const TYPE: &'static str = "LimitAnchor";
    const DESCRIPTION: &'static str = "时限的起算日。The events that time limits are counted from.";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Owned(upper_snake(&format!("{self:?}")))
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }
    fn english(self) -> &'static str {
        self.meaning_in_english()
    }
}

/// Queries about dates.
#[derive(Default)]
pub(crate) struct DatesQuery;

#[Object]
impl DatesQuery {
    /// 已载入的时限规则。
    ///
    /// The policies that are loaded, the county's own first.
    async fn policies(&self, ctx: &Context<'_>) -> Result<Vec<PolicyEntry>> {
        let reference = ctx.data::<Reference>()?;
        let county = ctx.data::<Office>()?.ledger.county();
        let own = &county.policy;
        let own_id = own.reference().id.as_str();
        let shipped = reference.policies.iter();
        let others = shipped.filter(|(id, _)| id.as_str() != own_id);
        let others = others.map(|(_, policy)| PolicyEntry::of(policy, false));
        Ok(std::iter::once(PolicyEntry::of(own, true))
            .chain(others)
            .collect())
    }

    /// 推算时限的起止日期，并说明推算过程。
    ///
    /// The window of a time limit, each date with its explanation. A date that cannot be computed is said, never guessed.
    async fn time_limit_window(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "时限。The time limit.")] limit: Word<Limit>,
        #[graphql(desc = "起算日。The dates it counts from.")] anchors: Vec<AnchorDate>,
        #[graphql(desc = "时限规则，默认为本县规则。Id of a policy; the county's own by default.")]
        policy: Option<String>,
    ) -> Result<TimeLimitWindow> {
        let reference = ctx.data::<Reference>()?;
        let county = ctx.data::<Office>()?.ledger.county();
        let own_id = county.policy.reference().id.as_str();
        let id = policy.as_deref().unwrap_or(own_id);
        let own = (id == own_id).then_some(&county.policy);
        let Some(policy) = own.or_else(|| reference.policies.get(id)) else {
            return Ok(TimeLimitWindow::not_computable(format!(
                "没有载入名为“{id}”的时限规则，请先查询 policies。"
            )));
        };
        let anchors: Vec<_> = anchors
            .iter()
            .enumerate()
            .map(|(place, anchor)| anchor.day(place))
            .collect::<Result<_>>()?;
        let window = policy.window(limit.0, &anchors, &county.calendar);
        Ok(TimeLimitWindow::of(window))
    }
}

/// 起算日。A date that a limit counts from.
#[derive(InputObject)]
struct AnchorDate {
    /// 事件。What happened on that day.
    anchor: Word<Anchor>,
    /// 日期，在2000年至2099年之间。The day on which it happened, in the years from 2000 to 2099.
    on: Date,
}

impl AnchorDate {
    /// The day, in the years in which anything can be done; what it would come to in others nobody means, and before the calendar
    /// was what it is, or in years of five digits, it would be wrong.
    fn day(&self, place: usize) -> Result<(Anchor, NaiveDate)> {
        let on = self.on.0;
        let is_meant = u16::try_from(on.year()).is_ok_and(|year| NUMBERED_YEARS.contains(&year));
        if is_meant {
            Ok((self.anchor.0, on))
        } else {
            let (first, last) = (NUMBERED_YEARS.start(), NUMBERED_YEARS.end());
            let way = ["anchors".to_owned(), place.to_string(), "on".to_owned()];
            let message = format!("起算日应在{first}年至{last}年之间，请核对日期。");
            Err(bad_input(way, message))
        }
    }
}

/// 时限规则。A policy.
#[derive(SimpleObject)]
#[graphql(name = "PolicyEntry")]
struct PolicyEntry {
    /// 标识和版本。Id and revision.
    reference: String,
    /// 名称。The name of the policy, in Chinese.
    name: String,
    /// 是否为本县规则。Whether it is the county's own.
    is_own: bool,
    /// 各项时限的来源。The limits with their sources.
    limits: Vec<LimitEntry>,
}

/// 一项时限。One limit.
#[derive(SimpleObject)]
#[graphql(name = "LimitEntry")]
struct LimitEntry {
    /// 时限。The time limit.
    limit: Word<Limit>,
    /// 名称。What the limit is about, in Chinese.
    name: String,
    /// 来源。Where the limit is written down.
    source: String,
}

impl PolicyEntry {
    fn of(policy: &Policy, is_own: bool) -> Self {
        let limit = |limit: &Limit| LimitEntry {
            limit: Word(*limit),
            name: limit.name().to_owned(),
            source: policy.rule(*limit).source().text.clone(),
        };
        Self {
            reference: policy.reference().to_string(),
            name: policy.name().to_owned(),
            is_own,
            limits: Limit::ALL.iter().map(limit).collect(),
        }
    }
}

/// 时限的起止。A window of time.
#[derive(SimpleObject)]
pub(crate) struct TimeLimitWindow {
    /// 起始日；没有限制的为空。The first day; null where nothing opens it.
    opens: Option<ExplainedDate>,
    /// 截止日。The last day; null with a problem.
    closes: Option<ExplainedDate>,
    /// 无法推算的原因。Why it cannot be computed.
    problem: Option<String>,
}

impl TimeLimitWindow {
    pub(crate) fn of(window: Result<Window, DateError>) -> Self {
        match window {
            Ok(window) => Self {
                opens: window.opens.as_ref().map(ExplainedDate::of),
                closes: Some(ExplainedDate::of(&window.closes)),
                problem: None,
            },
            Err(error) => Self::not_computable(error.to_string()),
        }
    }

    fn not_computable(problem: String) -> Self {
        Self {
            opens: None,
            closes: None,
            problem: Some(problem),
        }
    }
}

/// 附说明的日期。A date that explains itself.
#[derive(SimpleObject)]
struct ExplainedDate {
    /// 日期。The day.
    on: Date,
    /// 推算说明。How it was computed, in one sentence.
    explanation: String,
    /// 所用工作日历的版本；未按工作日推算的为空。Version of the calendar, where working days were counted.
    calendar_version: Option<String>,
}

impl ExplainedDate {
    fn of(date: &ComputedDate) -> Self {
        Self {
            on: Date(date.on),
            explanation: date.to_string(),
            calendar_version: date.because.calendar_version.clone(),
        }
    }
}
