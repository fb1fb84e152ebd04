//! Pages: in an order that is whole, from a place that stays where it is while hazards come and go.

use crate::position::Position;
use crate::row::HazardRow;
use chrono::NaiveDate;
use std::fmt;

/// By what hazards are ordered; those alike stand in the order in which they came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The order in which they came in.
    Opened,
    /// 现期限; those without one come last in rising order.
    Due,
    /// 隐患编号; those without one come last in rising order.
    Number,
}

/// An order of hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HazardOrder {
    /// By what.
    pub by: SortBy,
    /// From the last to the first.
    pub descending: bool,
}

impl HazardOrder {
    /// The newest first.
    pub const NEWEST: Self = Self {
        by: SortBy::Opened,
        descending: true,
    };
}

/// Where a hazard stands in an order: the value it is ordered by, and the place of its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    by: u8,
    value: i64,
    opened: Position,
}

/// A cursor that was not given out by this program, or for another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list; begin again without one")]
pub struct BadCursor;

impl SortBy {
    const fn letter(self) -> u8 {
        match self {
            Self::Opened => b'o',
            Self::Due => b'd',
            Self::Number => b'n',
        }
    }

    /// The value by which a hazard is ordered; what has none comes last.
    #[must_use]
    pub fn value(self, row: &HazardRow) -> i64 {
        match self {
            Self::Opened => 0,
            Self::Due => row.due_on.map_or(i64::from(i32::MAX), day),
            Self::Number => row.number.map_or(i64::MAX, |number| {
                i64::from(number.year()) * 1_000_000_000 + i64::from(number.serial())
            }),
        }
    }
}

/// A day as a number: days from the first of January of the year 1.
fn day(on: NaiveDate) -> i64 {
    use chrono::Datelike;
    i64::from(on.num_days_from_ce())
}

impl Cursor {
    /// Where a hazard stands.
    #[must_use]
    pub fn of(by: SortBy, row: &HazardRow) -> Self {
        Self {
            by: by.letter(),
            value: by.value(row),
            opened: row.opened,
        }
    }

    /// Reads one that was given out for this order.
    ///
    /// # Errors
    /// [`BadCursor`] for anything else.
    pub fn parse(by: SortBy, text: &str) -> Result<Self, BadCursor> {
        let rest = text
            .strip_prefix(char::from(by.letter()))
            .ok_or(BadCursor)?;
        let (value, opened) = rest.split_once('.').ok_or(BadCursor)?;
        let hex = |text: &str| {
            let plain = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            u64::from_str_radix(text, 16).ok().filter(|_| plain)
        };
        let number = |text: &str| hex(text).and_then(|number| i64::try_from(number).ok());
        let value = number(value).ok_or(BadCursor)?;
        let opened = number(opened).ok_or(BadCursor)?;
        Ok(Self {
            by: by.letter(),
            value,
            opened: Position::new(opened.unsigned_abs()),
        })
    }

    /// The value it is ordered by.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.value
    }

    /// The place of the first line.
    #[must_use]
    pub const fn opened(self) -> Position {
        self.opened
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = char::from(self.by);
        write!(f, "{by}{:x}.{:x}", self.value, self.opened.get())
    }
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageAsk {
    order: HazardOrder,
    size: u32,
    from: Option<Cursor>,
    backward: bool,
}

/// The most hazards on a page.
const SIZE_MAX: u32 = 100;

/// A page that nobody can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPage {
    /// It is too long, or empty.
    #[error("a page has from 1 to {most} items")]
    Size {
        /// The most items on a page.
        most: u32,
    },
    /// Its place was given out for another order.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
}

impl PageAsk {
    /// The first `size` after a place, or from the beginning.
    ///
    /// # Errors
    /// [`BadPage`] for a size of 0 or above 100, and for a place in another order.
    pub fn first(size: u32, after: Option<Cursor>, order: HazardOrder) -> Result<Self, BadPage> {
        Self::new(size, after, order, false)
    }

    /// The last `size` before a place, or before the end.
    ///
    /// # Errors
    /// [`BadPage`] for a size of 0 or above 100, and for a place in another order.
    pub fn last(size: u32, before: Option<Cursor>, order: HazardOrder) -> Result<Self, BadPage> {
        Self::new(size, before, order, true)
    }

    fn new(
        size: u32,
        from: Option<Cursor>,
        order: HazardOrder,
        backward: bool,
    ) -> Result<Self, BadPage> {
        if !(1..=SIZE_MAX).contains(&size) {
            return Err(BadPage::Size { most: SIZE_MAX });
        }
        if from.is_some_and(|from| from.by != order.by.letter()) {
            return Err(BadCursor.into());
        }
        Ok(Self {
            order,
            size,
            from,
            backward,
        })
    }

    /// In which order the page is shown.
    #[must_use]
    pub const fn order(&self) -> HazardOrder {
        self.order
    }

    /// How many at most.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// From where, exclusively.
    #[must_use]
    pub const fn from(&self) -> Option<Cursor> {
        self.from
    }

    /// Whether one walks from high values to low ones to fill the page.
    #[must_use]
    pub const fn walks_down(&self) -> bool {
        self.order.descending != self.backward
    }

    /// Makes the page of all the rows that there are.
    #[must_use]
    pub fn of_rows(&self, mut rows: Vec<HazardRow>) -> Page<HazardRow> {
        let by = self.order.by;
        let beyond = |row: &HazardRow| {
            self.from.is_none_or(|from| {
                let (own, from) = (Cursor::of(by, row), (from.value, from.opened));
                let own = (own.value, own.opened);
                if self.walks_down() {
                    own < from
                } else {
                    own > from
                }
            })
        };
        rows.retain(beyond);
        rows.sort_by_key(|row| (by.value(row), row.opened));
        if self.walks_down() {
            rows.reverse();
        }
        let one_more = usize::try_from(self.size).map_or(usize::MAX, |size| size.saturating_add(1));
        rows.truncate(one_more);
        self.page(rows, |row| Cursor::of(by, row))
    }

    /// Makes the page of what was met on the walk, of which one more than the size shows that there is more.
    #[must_use]
    pub fn page<T>(&self, mut met: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = met.len() > size;
        met.truncate(size);
        if self.backward {
            met.reverse();
        }
        let behind = self.from.is_some();
        Page {
            items: met.into_iter().map(|item| (cursor(&item), item)).collect(),
            has_previous: if self.backward { more } else { behind },
            has_next: if self.backward { behind } else { more },
        }
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it, each with its place.
    pub items: Vec<(Cursor, T)>,
    /// Whether something comes before it; after a place, that which the place was.
    pub has_previous: bool,
    /// Whether something comes after it; before a place, that which the place was.
    pub has_next: bool,
}
