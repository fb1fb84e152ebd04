//! What can be wrong with calendar files, told to whoever writes them.

use chrono::NaiveDate;
use thiserror::Error;

use super::{Edition, InChinese};

/// Why a year, or a set of years, is not a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// Revisions count from 1.
    #[error("{}年日历的版次为0，版次应从1起编", edition.year)]
    RevisionZero {
        /// The file at fault.
        edition: Edition,
    },
    /// Number, title or holiday name is blank.
    #[error("{edition}版日历缺少{what}，请按国务院办公厅通知原文补齐")]
    Blank {
        /// The file at fault.
        edition: Edition,
        /// The blank field in Chinese.
        what: &'static str,
    },
    /// A notice is published in the year before, or in the year itself.
    #[error(
        "{edition}版日历的通知公布日期{}不在上一年或当年之内，请核对",
        InChinese(*published_on)
    )]
    PublishedElsewhen {
        /// The file at fault.
        edition: Edition,
        /// The date given.
        published_on: NaiveDate,
    },
    /// Without holidays every weekday would silently count as a working day.
    #[error("{edition}版日历没有任何节假日，不能据以推算，请按通知补齐")]
    NoHolidays {
        /// The file at fault.
        edition: Edition,
    },
    /// A date belongs into another year's file.
    #[error(
        "{edition}版日历中{what}的日期{}不在本年之内，跨年的部分请写入那一年的日历文件",
        InChinese(*on)
    )]
    OutsideYear {
        /// The file at fault.
        edition: Edition,
        /// The holiday's name, or 调休上班日.
        what: String,
        /// The date at fault.
        on: NaiveDate,
    },
    /// A holiday ends before it begins.
    #[error("{edition}版日历中{name}的结束日期早于开始日期，请核对")]
    EndsBeforeStart {
        /// The file at fault.
        edition: Edition,
        /// The holiday.
        name: String,
    },
    /// A holiday does not lie after the one before it in the file.
    #[error("{edition}版日历中{name}与{former}重叠或次序颠倒，节假日应按日期先后排列且互不重叠")]
    HolidaysOverlap {
        /// The file at fault.
        edition: Edition,
        /// The earlier entry of the file.
        former: String,
        /// The later entry of the file.
        name: String,
    },
    /// Make-up days are listed in order, each once.
    #[error(
        "{edition}版日历的调休上班日{}重复或次序颠倒，请按日期先后排列",
        InChinese(*on)
    )]
    WorkdaysUnordered {
        /// The file at fault.
        edition: Edition,
        /// The date at fault.
        on: NaiveDate,
    },
    /// Monday to Friday need no make-up.
    #[error(
        "{edition}版日历的调休上班日{}不是星期六或星期日，请核对",
        InChinese(*on)
    )]
    WorkdayOnWeekday {
        /// The file at fault.
        edition: Edition,
        /// The date at fault.
        on: NaiveDate,
    },
    /// One day cannot be off and on.
    #[error(
        "{edition}版日历的调休上班日{}落在{name}假期之内，请核对",
        InChinese(*on)
    )]
    WorkdayInHoliday {
        /// The file at fault.
        edition: Edition,
        /// The date at fault.
        on: NaiveDate,
        /// The holiday it lies in.
        name: String,
    },
    /// The same year and revision were given twice.
    #[error("{edition}版日历载入了两次，修订后的日历应另编版次")]
    Twice {
        /// The edition given twice.
        edition: Edition,
    },
    /// A later revision cannot be older than the one it replaces.
    #[error("{edition}版日历的通知公布日期早于它所替代的{former}，请核对版次或公布日期")]
    PublishedBeforeFormer {
        /// The later revision.
        edition: Edition,
        /// The revision it replaces.
        former: Edition,
    },
}

impl CalendarError {
    /// The file at fault.
    #[must_use]
    pub const fn edition(&self) -> Edition {
        match self {
            Self::RevisionZero { edition }
            | Self::Blank { edition, .. }
            | Self::PublishedElsewhen { edition, .. }
            | Self::NoHolidays { edition }
            | Self::OutsideYear { edition, .. }
            | Self::EndsBeforeStart { edition, .. }
            | Self::HolidaysOverlap { edition, .. }
            | Self::WorkdaysUnordered { edition, .. }
            | Self::WorkdayOnWeekday { edition, .. }
            | Self::WorkdayInHoliday { edition, .. }
            | Self::Twice { edition }
            | Self::PublishedBeforeFormer { edition, .. } => *edition,
        }
    }
}
