//! Single values: texts, ids, numbers, dates.

use super::{Reading, Take};
use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;
use xiaohao_core::acts::Percent;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{
    AccidentType, CampaignId, CircularId, DeviceId, Digest, DocumentNumber, Fen, HazardId,
    HazardNumber, IndustryCode, Invalid, Latitude, Line, LinkId, Longitude, Name, OrderId,
    PersonId, Phone, Prose, RequestId, TownshipCode, UnitId, Uscc,
};
use xiaohao_core::{PersonName, PrivateName};

/// A civil date in the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// 日期，按北京时间，写作 2026-11-20，年份为四位。
///
/// A civil date in the county (Asia/Shanghai), as in ISO 8601: `2026-11-20`, with four digits for the year.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        date(text)
            .map(Self)
            .ok_or_else(|| InputValueError::custom("日期不正确，应写作 2026-11-20。"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An instant, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

/// 时刻，带时区，写作 2026-11-20T08:30:00+08:00；答复中一律为协调世界时（+00:00）。
///
/// An instant with its offset, as in RFC 3339: `2026-11-20T08:30:00+08:00`; what is told is in UTC.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339"
)]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        instant(text).map(Self).ok_or_else(|| {
            InputValueError::custom("时刻不正确，应写作 2026-11-20T08:30:00+08:00。")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

/// Declares how a client writes something whose form is looked at where it is taken and not before: what is wrong with it is
/// told with its field, beside everything else that is wrong, and of several acts it keeps that one alone from being done. The
/// schema knows it by the name of what it becomes.
macro_rules! written {
    ($($(#[$doc:meta])* $Input:ident as $name:literal $(of $url:literal)? => $Core:ty, by $make:expr;)*) => { $(
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) struct $Input(pub(crate) String);

        $(#[$doc])*
        #[Scalar(name = $name $(, specified_by_url = $url)?)]
        impl ScalarType for $Input {
            fn parse(value: Value) -> InputValueResult<Self> {
                if let Value::String(text) = value {
                    Ok(Self(text))
                } else {
                    Err(InputValueError::expected_type(value))
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl Take<$Core> for $Input {
            fn take(self, at: &mut Reading) -> Option<$Core> {
                let make: fn(&str) -> Result<$Core, Invalid> = $make;
                at.accept(make(&self.0))
            }
        }
    )* };
}

/// The names under which the schema knows something as it is written and as it is told.
pub(crate) const WRITTEN: [&str; 2] = ["Date", "DateTime"];

written! {
    /// A civil date in the county, as it is written.
    DateInput as "Date" of "https://scalars.graphql.org/andimarek/local-date.html" => NaiveDate, by |text| date(text).ok_or(Invalid::Malformed {
        expected: "年-月-日，例如2026-11-20",
    });
    /// 操作编号，写作 UUID，例如 0193a5f0-0000-7000-8000-000000000001。
    ///
    /// A UUID, as in RFC 9562: `0193a5f0-0000-7000-8000-000000000001`.
    RequestIdInput as "UUID" of "https://www.rfc-editor.org/rfc/rfc9562.html" => RequestId, by |text| {
        let id = Uuid::parse_str(text).map_err(|_| Invalid::Malformed {
            expected: "UUID，例如0193a5f0-0000-7000-8000-000000000001",
        });
        id.and_then(RequestId::new)
    };
    /// 金额，以万元计，写作十进制文本，最多六位小数：`12.5`。
    ///
    /// Money in 万元 (ten thousand yuan), as a decimal text with at most six decimals.
    Wan as "Wan" => Fen, by Fen::from_wan;
    /// An instant, as it is written.
    InstantInput as "DateTime" of "https://datatracker.ietf.org/doc/html/rfc3339" => DateTime<Utc>, by |text| {
        instant(text).ok_or(Invalid::Malformed {
            expected: "带时区的时刻，例如2026-11-20T08:30:00+08:00",
        })
    };
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok();
    instant.map(|instant| instant.to_utc())
}

/// A date in its one form, of four digits for the year: `2026-1-2` and `+12026-01-02` are read by the parser, and are not of it.
fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    date.filter(|date| (1..=9999).contains(&date.year()) && date.to_string() == *text)
}

/// Declares what is made of one plain input by one function, and how it is then accepted.
macro_rules! plain {
    ($accept:ident: $($Input:ty => $Core:ty, by $make:expr;)*) => { $(
        impl Take<$Core> for $Input {
            fn take(self, at: &mut Reading) -> Option<$Core> {
                let make: fn($Input) -> Result<$Core, Invalid> = $make;
                at.$accept(make(self))
            }
        }
    )* };
}

plain! {
    accept_known:
    String => PersonName, by |text| PersonName::new(&text);
    String => HazardNumber, by |text| HazardNumber::parse(&text);
    String => Digest, by |text| Digest::parse(&text);
    i32 => u16, by |number| within(number, i32::from(u16::MAX));
    ID => UnitId, by |id| UnitId::parse(&id);
}

plain! {
    accept:
    String => String, by Ok;
    String => Name, by |text| Name::new(&text);
    String => PrivateName, by |text| PrivateName::new(&text);
    String => Phone, by |text| Phone::new(&text);
    String => Uscc, by |text| Uscc::parse(&text);
    String => Longitude, by |text| Longitude::parse(&text);
    String => Latitude, by |text| Latitude::parse(&text);
    String => DocumentNumber, by |text| DocumentNumber::parse(&text);
    String => TownshipCode, by |text| TownshipCode::parse(&text);
    String => AccidentType, by |text| AccidentType::parse(&text);
    String => IndustryCode, by |text| IndustryCode::parse(&text);
    i32 => u32, by |number| within(number, i32::MAX);
    i32 => Percent, by |number| Percent::new(u8::try_from(number).unwrap_or(u8::MAX));
    u64 => u64, by Ok;
    bool => bool, by Ok;
    ID => HazardId, by |id| HazardId::parse(&id);
    ID => OrderId, by |id| OrderId::parse(&id);
    ID => CircularId, by |id| CircularId::parse(&id);
    String => Login, by |text| Login::parse(&text);
    ID => PersonId, by |id| PersonId::parse(&id);
    ID => DeviceId, by |id| DeviceId::parse(&id);
    ID => LinkId, by |id| LinkId::parse(&id);
    ID => CampaignId, by |id| CampaignId::parse(&id);
    ID => TownshipCode, by |code| TownshipCode::parse(&code);
}

/// A number that counts from 0.
fn within<T: TryFrom<i32>>(number: i32, max: i32) -> Result<T, Invalid> {
    let max = i64::from(max);
    T::try_from(number).map_err(|_| Invalid::OutOfRange { min: 0, max })
}

impl<const MAX: usize> Take<Line<MAX>> for String {
    fn take(self, at: &mut Reading) -> Option<Line<MAX>> {
        at.accept(Line::new(&self))
    }
}

impl<const MAX: usize> Take<Prose<MAX>> for String {
    fn take(self, at: &mut Reading) -> Option<Prose<MAX>> {
        at.accept(Prose::new(&self))
    }
}

impl<I: Take<T>, T> Take<Option<T>> for Option<I> {
    fn take(self, at: &mut Reading) -> Option<Option<T>> {
        match self {
            None => Some(None),
            Some(input) => input.take(at).map(Some),
        }
    }
}

impl<I: Take<T>, T> Take<Vec<T>> for Vec<I> {
    fn take(self, at: &mut Reading) -> Option<Vec<T>> {
        at.items(self)
    }
}

impl<I: Take<T>, T: Ord> Take<BTreeSet<T>> for Vec<I> {
    fn take(self, at: &mut Reading) -> Option<BTreeSet<T>> {
        let items = at.items(self)?;
        let many = items.len();
        let set: BTreeSet<T> = items.into_iter().collect();
        at.accept(if set.len() == many {
            Ok(set)
        } else {
            Err(Invalid::Duplicate)
        })
    }
}

impl<I: Take<T>, T> Take<T> for Box<I> {
    fn take(self, at: &mut Reading) -> Option<T> {
        (*self).take(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_one_form() {
        for text in ["0001-01-01", "2026-11-20", "2028-02-29", "9999-12-31"] {
            assert_eq!(
                date(text).map(|date| date.to_string()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "-0001-01-01",
            "0000-01-01",
            "10000-01-01",
            "+10000-01-01",
            "+2026-11-20",
            "2026-1-2",
            "2026-02-29",
            "26-11-20",
            " 2026-11-20",
            "20261120",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
