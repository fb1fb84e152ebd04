//! Why a date is this one: kept with the date for ever, and told to the clerk in one sentence.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Anchor, Limit, PolicyRef, Source, SourceKind, Unit};
use crate::calendar::{InChinese, Rest, Skipped};

/// The whole computation of a date, so that it can be checked by hand and made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The limit.
    pub limit: Limit,
    /// Which end of its window.
    pub edge: Edge,
    /// The policy and its revision.
    pub policy: PolicyRef,
    /// The event that governed.
    pub anchor: Anchor,
    /// Its date.
    pub anchor_on: NaiveDate,
    /// How many units from there; negative lies before.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
    /// Who says so.
    pub source: Source,
    /// The calendar's editions, if working days were counted.
    pub calendar_version: Option<String>,
    /// Days passed over in the count, earliest first.
    pub skipped: Vec<Skipped>,
    /// Make-up days that were counted, earliest first.
    pub made_up: Vec<NaiveDate>,
}

/// An end of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Edge {
    /// The first day.
    Opens,
    /// The last day.
    Closes,
}

/// Days the shortest month has: a later day may be missing.
const SHORTEST_MONTH: u32 = 28;

impl Edge {
    /// The name in Chinese.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opens => "起始日",
            Self::Closes => "截止日",
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}的{}，即", self.limit.name(), self.edge.name())?;
        self.write_distance(f)?;
        self.write_passed_over(f)?;
        self.write_made_up(f)?;
        let source = &self.source;
        match source.kind {
            SourceKind::Own => write!(f, "；来源：自定（{source}）。"),
            SourceKind::Source | SourceKind::Law => write!(f, "；依据：{source}。"),
        }
    }
}

impl Explanation {
    fn write_distance(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}（{}）", self.anchor, InChinese(self.anchor_on))?;
        let count = self.amount.unsigned_abs();
        let side = if self.amount < 0 { "之前" } else { "之后" };
        match self.unit {
            Unit::WorkingDays => write!(f, "{side}的第{count}个工作日"),
            Unit::Days if self.amount == 0 => f.write_str("当日"),
            Unit::Days => write!(f, "{side}的第{count}日"),
            Unit::Months => write!(f, "{side}满{count}个月之日"),
            Unit::DayOfNextMonth if count > SHORTEST_MONTH => {
                write!(f, "的次月{count}日（该月无此日的，为其最后一日）")
            }
            Unit::DayOfNextMonth => write!(f, "的次月{count}日"),
            Unit::Circulars => write!(f, "{side}第{count}期通报的印发时限"),
        }
    }

    fn write_passed_over(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.skipped.is_empty() {
            return Ok(());
        }
        f.write_str("，其间不计")?;
        let weekend_days = self
            .skipped
            .iter()
            .filter(|day| day.why == Rest::Weekend)
            .count();
        let mut separator = "";
        if weekend_days > 0 {
            write!(f, "周末{weekend_days}天")?;
            separator = "、";
        }
        for holiday in holidays(&self.skipped) {
            write!(f, "{separator}{holiday}")?;
            separator = "、";
        }
        Ok(())
    }

    fn write_made_up(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.made_up.is_empty() {
            return Ok(());
        }
        f.write_str("，调休上班的")?;
        for (n, on) in self.made_up.iter().enumerate() {
            let separator = if n == 0 { "" } else { "、" };
            write!(f, "{separator}{}", MonthDay(*on))?;
        }
        f.write_str("照计")
    }
}

/// Neighbouring days of one holiday.
struct Span<'a> {
    name: &'a str,
    from: NaiveDate,
    to: NaiveDate,
}

fn holidays(skipped: &[Skipped]) -> Vec<Span<'_>> {
    let mut spans: Vec<Span<'_>> = Vec::new();
    for Skipped { on, why } in skipped {
        let name = match why {
            Rest::Weekend => continue,
            Rest::Holiday { name } => name,
        };
        match spans.last_mut() {
            Some(span) if span.name == name && span.to.succ_opt() == Some(*on) => span.to = *on,
            Some(_) | None => spans.push(Span {
                name,
                from: *on,
                to: *on,
            }),
        }
    }
    spans
}

impl fmt::Display for Span<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { name, from, to } = self;
        if from == to {
            write!(f, "{name}（{}）", MonthDay(*from))
        } else {
            write!(f, "{name}（{}至{}）", MonthDay(*from), MonthDay(*to))
        }
    }
}

struct MonthDay(NaiveDate);

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}月{}日", self.0.month(), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ComputedDate;
    use super::super::seeds::{changed, policy};
    use super::*;
    use crate::calendar::tests::{date, shipped as calendar};

    #[test]
    fn a_date_explains_itself_to_a_clerk() {
        #[track_caller]
        fn check(id: &str, limit: Limit, anchor: Anchor, anchor_on: &str, expected: &str) {
            let due = policy(id).due(limit, &[(anchor, date(anchor_on))], &calendar());
            assert_eq!(due.expect("computed").to_string(), expected);
        }
        check(
            "qingdao",
            Limit::ExtensionApplication,
            Anchor::Deadline,
            "2026-09-30",
            "2026年9月2日为申请延期的截止日，即整改期限届满之日（2026年9月30日）之前的第20个工作日，\
             其间不计周末5天、中秋节（9月25日至9月27日），调休上班的9月20日照计；\
             依据：青岛市“3+X”制度（2012年报载）：整改期限届满20个工作日前申请延期。",
        );
        check(
            "shuangpai",
            Limit::Receipt,
            Anchor::Assigned,
            "2026-06-15",
            "2026年6月17日为签收的截止日，即交办之日（2026年6月15日）之后的第2个工作日；\
             来源：自定（程序默认值，待县安委会确认）。",
        );
        check(
            "hubei",
            Limit::Verification,
            Anchor::Deadline,
            "2026-09-30",
            "2026年10月10日为验收的截止日，即整改期限届满之日（2026年9月30日）之后的第10日；\
             依据：鄂安〔2010〕20号：到达整改期限或申请验收之日起10日内验收。",
        );
        check(
            "hubei",
            Limit::LookBack,
            Anchor::StruckOff,
            "2026-11-30",
            "2027年2月28日为回头看的截止日，即销号之日（2026年11月30日）之后满3个月之日；\
             来源：自定（沿用默认值，本地文件未作规定或未查到）。",
        );
        check(
            "hubei",
            Limit::YearlyStatistics,
            Anchor::YearEnd,
            "2026-12-31",
            "2027年1月31日为年度统计的截止日，即年度末日（2026年12月31日）的次月31日（该月无此日的，\
             为其最后一日）；来源：自定（沿用默认值，本地文件未作规定或未查到）。",
        );
        check(
            "hubei",
            Limit::Criticism,
            Anchor::Deadline,
            "2026-09-15",
            "2026年10月10日为通报批评的截止日，即整改期限届满之日（2026年9月15日）之后第1期通报的印发时限；\
             来源：自定（沿用默认值，本地文件未作规定或未查到）。",
        );
        check(
            "hubei",
            Limit::Progress,
            Anchor::PeriodEnd,
            "2026-09-30",
            "2026年9月30日为报告整改进展的截止日，即报告期末日（2026年9月30日）当日；\
             来源：自定（沿用默认值，本地文件未作规定或未查到）。",
        );
    }

    #[test]
    fn a_stored_explanation_is_read_back_as_it_was() {
        let anchors = [(Anchor::Deadline, date("2026-09-28"))];
        let changed = changed(
            Limit::ExtensionApplication,
            "window",
            json!({ "closes": { "amount": -6, "unit": "WORKING_DAYS" } }),
        );
        let due = changed
            .due(Limit::ExtensionApplication, &anchors, &calendar())
            .expect("computed");
        let stored = serde_json::to_value(&due).expect("JSON");
        let holiday =
            |on: &str| json!({ "on": on, "why": { "kind": "HOLIDAY", "name": "中秋节" } });
        assert_eq!(
            stored,
            json!({
                "on": "2026-09-18",
                "because": {
                    "limit": "L-EXT-APPLY", "edge": "CLOSES",
                    "policy": { "id": "shuangpai", "revision": 1 },
                    "anchor": "DEADLINE", "anchor_on": "2026-09-28",
                    "amount": -6, "unit": "WORKING_DAYS",
                    "source": {
                        "kind": "SOURCE", "key": "YHPC",
                        "text": "宁波市事故隐患督办通知书格式：整改期限届满15个工作日前申请延期",
                    },
                    "calendar_version": "2024.1+2025.1+2026.1",
                    "skipped": [
                        { "on": "2026-09-19", "why": { "kind": "WEEKEND" } },
                        holiday("2026-09-25"), holiday("2026-09-26"), holiday("2026-09-27"),
                    ],
                    "made_up": ["2026-09-20"],
                },
            })
        );
        assert_eq!(
            serde_json::from_value::<ComputedDate>(stored).expect("read back"),
            due
        );
    }
}
