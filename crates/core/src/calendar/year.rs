//! One year of the calendar as one State Council notice published it: the file's shape and its checks.
//!
//! A file covers its own calendar year only. A notice that also moves days of the year before (the
//! notice for 2019 made Monday 2018-12-31 a holiday) is entered as a new revision of that other year.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CalendarError;

/// One revision of one year: what a notice of the State Council's office ordered for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "YearFile")]
pub struct CalendarYear {
    edition: Edition,
    notice: Notice,
    holidays: Vec<Holiday>,
    workdays: Vec<NaiveDate>,
}

/// Which year, and which revision of it. Prints as `2026.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edition {
    /// Calendar year.
    pub year: i32,
    /// 1 for the first notice of the year, higher for each notice that changes it.
    pub revision: u32,
}

/// The notice (国务院办公厅通知) a revision is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Document number, such as 国办发明电〔2025〕7号.
    pub number: String,
    /// Title as printed.
    pub title: String,
    /// The day the public could know of it.
    pub published_on: NaiveDate,
}

/// A span of days off, both ends included; the weekends in it belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Name as in the notice, such as 国庆节、中秋节.
    pub name: String,
    /// First day off.
    pub from: NaiveDate,
    /// Last day off.
    pub to: NaiveDate,
}

impl CalendarYear {
    /// Year and revision.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// The notice this revision is taken from.
    #[must_use]
    pub fn notice(&self) -> &Notice {
        &self.notice
    }

    /// Days off, in order, not overlapping.
    #[must_use]
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// Saturdays and Sundays that are worked (调休上班), in order.
    #[must_use]
    pub fn workdays(&self) -> &[NaiveDate] {
        &self.workdays
    }

    /// Everything that is wrong with a year whose document is of the form of one; where it is not of that form there is nothing to
    /// look at.
    #[must_use]
    pub fn faults(document: &Value) -> Vec<CalendarError> {
        let file = YearFile::deserialize(document);
        file.map_or_else(|_| Vec::new(), |file| Self::of(file).own_faults().collect())
    }

    fn own_faults(&self) -> impl Iterator<Item = CalendarError> {
        let checks = [
            self.check_notice(),
            self.check_holidays(),
            self.check_workdays(),
        ];
        checks.into_iter().filter_map(Result::err)
    }

    fn of(file: YearFile) -> Self {
        let YearFile {
            year,
            revision,
            notice,
            holidays,
            workdays,
        } = file;
        Self {
            edition: Edition { year, revision },
            notice,
            holidays,
            workdays,
        }
    }

    fn check_notice(&self) -> Result<(), CalendarError> {
        let edition = self.edition;
        if edition.revision == 0 {
            return Err(CalendarError::RevisionZero { edition });
        }
        for (text, what) in [
            (&self.notice.number, "通知文号"),
            (&self.notice.title, "通知标题"),
        ] {
            if text.trim().is_empty() {
                return Err(CalendarError::Blank { edition, what });
            }
        }
        let published_on = self.notice.published_on;
        // A notice comes out in the year before its own, or early in it.
        let years_ahead = i64::from(edition.year) - i64::from(published_on.year());
        if !(0..=1).contains(&years_ahead) {
            return Err(CalendarError::PublishedElsewhen {
                edition,
                published_on,
            });
        }
        Ok(())
    }

    fn check_holidays(&self) -> Result<(), CalendarError> {
        let edition = self.edition;
        if self.holidays.is_empty() {
            return Err(CalendarError::NoHolidays { edition });
        }
        let mut former: Option<&Holiday> = None;
        for holiday in &self.holidays {
            let name = holiday.name.clone();
            if name.trim().is_empty() {
                return Err(CalendarError::Blank {
                    edition,
                    what: "节假日名称",
                });
            }
            self.check_in_year(holiday.from, &name)?;
            self.check_in_year(holiday.to, &name)?;
            if holiday.to < holiday.from {
                return Err(CalendarError::EndsBeforeStart { edition, name });
            }
            if let Some(former) = former.filter(|former| holiday.from <= former.to) {
                let former = former.name.clone();
                return Err(CalendarError::HolidaysOverlap {
                    edition,
                    former,
                    name,
                });
            }
            former = Some(holiday);
        }
        Ok(())
    }

    fn check_workdays(&self) -> Result<(), CalendarError> {
        let edition = self.edition;
        let mut former: Option<NaiveDate> = None;
        for &on in &self.workdays {
            self.check_in_year(on, "调休上班日")?;
            if former.is_some_and(|former| on <= former) {
                return Err(CalendarError::WorkdaysUnordered { edition, on });
            }
            if !is_weekend(on) {
                return Err(CalendarError::WorkdayOnWeekday { edition, on });
            }
            if let Some(holiday) = self.holidays.iter().find(|h| h.from <= on && on <= h.to) {
                let name = holiday.name.clone();
                return Err(CalendarError::WorkdayInHoliday { edition, on, name });
            }
            former = Some(on);
        }
        Ok(())
    }

    fn check_in_year(&self, on: NaiveDate, what: &str) -> Result<(), CalendarError> {
        if on.year() == self.edition.year {
            Ok(())
        } else {
            Err(CalendarError::OutsideYear {
                edition: self.edition,
                what: what.to_owned(),
                on,
            })
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.year, self.revision)
    }
}

/// The JSON of `seeds/calendar/*.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i32,
    revision: u32,
    notice: Notice,
    holidays: Vec<Holiday>,
    workdays: Vec<NaiveDate>,
}

impl TryFrom<YearFile> for CalendarYear {
    type Error = CalendarError;

    fn try_from(file: YearFile) -> Result<Self, CalendarError> {
        let year = Self::of(file);
        let first = year.own_faults().next();
        first.map_or(Ok(year), Err)
    }
}

pub(super) fn is_weekend(on: NaiveDate) -> bool {
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A sound year with one part replaced; the answer is the error, or `ok`.
    #[track_caller]
    fn check(path: &str, value: Value, expected: &str) {
        let mut file = json!({
            "year": 2026, "revision": 1,
            "notice": { "number": "国办发明电〔2025〕7号", "title": "通知", "published_on": "2025-11-04" },
            "holidays": [
                { "name": "劳动节", "from": "2026-05-01", "to": "2026-05-05" },
                { "name": "国庆节", "from": "2026-10-01", "to": "2026-10-07" },
            ],
            "workdays": ["2026-05-09", "2026-10-10"],
        });
        *file.pointer_mut(path).expect("path of the file") = value;
        let answer = match serde_json::from_value::<CalendarYear>(file) {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(answer.contains(expected), "{path}: {answer}");
    }

    #[test]
    fn a_year_is_checked_when_it_is_read() {
        check("/revision", json!(2), "ok");
        check("/revision", json!(0), "版次应从1起编");
        check("/notice/number", json!(" "), "2026.1版日历缺少通知文号");
        check("/notice/title", json!(""), "2026.1版日历缺少通知标题");
        check(
            "/notice/published_on",
            json!("2205-11-04"),
            "2205年11月4日不在上一年或当年",
        );
        check(
            "/notice/published_on",
            json!("2024-12-31"),
            "不在上一年或当年",
        );
        check("/notice/published_on", json!("2026-01-27"), "ok");
        check("/holidays", json!([]), "没有任何节假日");
        check("/holidays/0/name", json!(""), "缺少节假日名称");
        check(
            "/holidays/1/to",
            json!("2027-01-01"),
            "国庆节的日期2027年1月1日不在本年之内",
        );
        check(
            "/holidays/0/from",
            json!("2025-12-31"),
            "劳动节的日期2025年12月31日不在本年之内",
        );
        check(
            "/holidays/0/to",
            json!("2026-04-30"),
            "劳动节的结束日期早于开始日期",
        );
        check("/holidays/0/to", json!("2026-10-01"), "国庆节与劳动节重叠");
        check("/holidays/1/from", json!("2026-09-30"), "ok");
        check(
            "/workdays/1",
            json!("2027-01-02"),
            "调休上班日的日期2027年1月2日不在本年之内",
        );
        check("/workdays/1", json!("2026-05-09"), "2026年5月9日重复");
        check("/workdays/1", json!("2026-02-14"), "次序颠倒");
        check(
            "/workdays/1",
            json!("2026-10-09"),
            "2026年10月9日不是星期六或星期日",
        );
        check(
            "/workdays/1",
            json!("2026-10-04"),
            "2026年10月4日落在国庆节假期之内",
        );
        check("/workdays", json!([]), "ok");
    }

    #[test]
    fn unknown_fields_are_refused() {
        check(
            "/notice",
            json!({ "number": "1", "title": "t", "published_on": "2025-11-04", "x": 1 }),
            "unknown field `x`",
        );
        check(
            "/holidays/0",
            json!({ "name": "n", "from": "2026-05-01", "to": "2026-05-05", "x": 1 }),
            "unknown field `x`",
        );
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        check("/workdays/0", json!("2026-02-30"), "input is out of range");
    }
}
