//! 整改期限, and what must be done next by when.

use super::Hazard;
use crate::input::Date;
use crate::vocabulary::{Vocabulary, Word};
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::sync::LazyLock;
use xiaohao_core::acts::GrantedExtension;
use xiaohao_core::duties::{Duty, What};
use xiaohao_core::policy::Limit;
use xiaohao_core::{is_overdue, working_days_left};

/// The deadline of a hazard, as it stands on a day.
pub(super) struct Deadline<'a> {
    pub(super) hazard: &'a Hazard,
    pub(super) due_on: NaiveDate,
    pub(super) original_due_on: NaiveDate,
    pub(super) day: NaiveDate,
}

impl Deadline<'_> {
    /// 0 while it is not overdue.
    fn days_late(&self) -> i64 {
        let running = self.hazard.row.running_due_on;
        let passed = running.filter(|due_on| is_overdue(*due_on, self.day));
        passed.map_or(0, |due_on| {
            self.day.signed_duration_since(due_on).num_days()
        })
    }
}

/// 整改期限。The time allowed.
#[Object]
impl Deadline<'_> {
    /// 现期限：须在当日结束前整改完毕。The effective deadline: rectify before the end of this day.
    async fn due_on(&self) -> Date {
        Date(self.due_on)
    }

    /// 原期限；延期后仍保留。Kept for ever.
    async fn original_due_on(&self) -> Date {
        Date(self.original_due_on)
    }

    /// 今天是否超期；期限当日不算超期。The day itself is not overdue.
    async fn is_overdue(&self) -> bool {
        self.days_late() > 0
    }

    /// 已超期天数。Calendar days.
    async fn days_overdue(&self) -> i64 {
        self.days_late()
    }

    /// 今天之后还剩的工作日数，超期的为0；期限不再计算的（已在期限内申请验收、已经销号等），或者该时段的工作日历尚未载入的，为空。
    ///
    /// Working days after today, 0 once overdue; null while no deadline runs, or where the calendar does not reach so far.
    async fn working_days_left(&self, ctx: &Context<'_>) -> Result<Option<u32>> {
        let county = self.hazard.county(ctx).await?;
        let running = self.hazard.row.running_due_on;
        Ok(running.and_then(|due_on| working_days_left(due_on, self.day, &county.calendar)))
    }

    /// 期限的由来和现状，一段完整的话。Where it was set, how it was extended, and how much of it is left.
    async fn explanation(&self, ctx: &Context<'_>) -> Result<String> {
        let county = self.hazard.county(ctx).await?;
        let file = self.hazard.file(ctx).await?;
        let told = file.deadline_told(self.day, &county.calendar);
        Ok(told.map(|told| told.to_string()).unwrap_or_default())
    }

    /// 批准的各次延期。The extensions that were granted, first to last.
    async fn extensions(&self, ctx: &Context<'_>) -> Result<Vec<Extension>> {
        let file = self.hazard.file(ctx).await?;
        let grants = file.entry().map(|entry| &entry.cycle.grants);
        Ok(grants.into_iter().flatten().map(Extension::from).collect())
    }
}

/// 一次批准的延期。An extension that was granted.
#[derive(SimpleObject)]
#[graphql(name = "DeadlineExtension")]
struct Extension {
    /// 延期审批意见书的文号。The document number of the decision on the extension.
    document: String,
    /// 申请日期。The day on which it was asked for.
    asked_on: Date,
    /// 批准日期。The day on which it was granted.
    granted_on: Date,
    /// 延期前的期限。The deadline before the extension.
    from_on: Date,
    /// 延期后的期限。The deadline after the extension.
    until_on: Date,
    /// 延期期间的防控措施。What keeps people safe until the new deadline.
    interim_measures: String,
}

impl From<&GrantedExtension> for Extension {
    fn from(grant: &GrantedExtension) -> Self {
        Self {
            document: grant.document.to_string(),
            asked_on: Date(grant.asked_on),
            granted_on: Date(grant.granted_on),
            from_on: Date(grant.from_on),
            until_on: Date(grant.until_on),
            interim_measures: grant.interim_measures.as_str().to_owned(),
        }
    }
}

static DUTIES: LazyLock<Vec<What>> = LazyLock::new(|| {
    let limits = Limit::ALL.iter().copied().map(What::Limited);
    limits
        .chain([
            What::Rectify,
            What::RectifyAgain,
            What::InspectAtExpiry,
            What::Resume,
            What::AnswerFurtherOrder,
            What::Reopen,
        ])
        .collect()
});

impl Vocabulary for What {
    const TYPE: &'static str = "HazardDutyKind";
    const DESCRIPTION: &'static str = "待办事项。What is due.";
    fn all() -> &'static [Self] {
        &DUTIES
    }
    fn code(self) -> Cow<'static, str> {
        match self {
            Self::Limited(limit) => Vocabulary::code(limit),
            Self::Rectify => Cow::Borrowed("RECTIFY"),
            Self::RectifyAgain => Cow::Borrowed("RECTIFY_AGAIN"),
            Self::InspectAtExpiry => Cow::Borrowed("INSPECT_AT_EXPIRY"),
            Self::Resume => Cow::Borrowed("RESUME"),
            Self::AnswerFurtherOrder => Cow::Borrowed("ANSWER_FURTHER_ORDER"),
            Self::Reopen => Cow::Borrowed("REOPEN"),
        }
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }
    fn english(self) -> &'static str {
        self.meaning_in_english()
    }
}

/// 待办：这处隐患接下来由谁在何时之前办理什么。Who must do what next with a hazard, and by when.
#[derive(SimpleObject)]
pub(crate) struct HazardDuty {
    /// 事项。What is due.
    what: Word<What>,
    /// 由谁办理，任何一个均可；有权办理的另有他人的，以 `actions` 为准。On whom it falls, any of them; who else may do it, `actions` says.
    who: Vec<&'static str>,
    /// 办理期限，当日结束前有效；无法推算的为空。Null where it cannot be computed; it is never guessed.
    due_on: Option<Date>,
    /// 是否逾期；期限当日不算逾期。Whether it is late; on the day itself it is not.
    is_late: bool,
    /// 由谁、办理什么、何时之前、依据什么，一段完整的话；期限无法推算的说明原因。All of it in words.
    explanation: String,
}

impl HazardDuty {
    pub(crate) fn of(duty: &Duty, on: NaiveDate) -> Self {
        Self {
            what: Word(duty.what),
            who: duty.who.iter().map(|who| who.name()).collect(),
            due_on: duty.due.as_ref().ok().map(|due| Date(due.on())),
            is_late: duty.is_late(on),
            explanation: duty.to_string(),
        }
    }
}
