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

    /// What a cursor of this order begins with. Those of former versions have a digit in the second place, as they did not say
    /// in which direction they lead: they are of no order.
    const fn mark(self) -> [char; 2] {
        let by = match self.by {
            SortBy::Opened => 'o',
            SortBy::Due => 'd',
            SortBy::Number => 'n',
        };
        [by, if self.descending { 'D' } else { 'U' }]
    }
}

/// Where a hazard stands in an order: the value it is ordered by, and the place of its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    order: HazardOrder,
    value: i64,
    opened: Position,
}

/// A cursor that was not given out by this program, or for another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list; begin again without one")]
pub struct BadCursor;

impl SortBy {
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
    pub fn of(order: HazardOrder, row: &HazardRow) -> Self {
        Self {
            order,
            value: order.by.value(row),
            opened: row.opened,
        }
    }

    /// Reads one that was given out for this order.
    ///
    /// # Errors
    /// [`BadCursor`] for anything else.
    pub fn parse(order: HazardOrder, text: &str) -> Result<Self, BadCursor> {
        let [by, direction] = order.mark();
        let rest = text.strip_prefix(by);
        let rest = rest.and_then(|rest| rest.strip_prefix(direction));
        let rest = rest.ok_or(BadCursor)?;
        let (value, opened) = rest.split_once('.').ok_or(BadCursor)?;
        let hex = |text: &str| {
            let plain = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            u64::from_str_radix(text, 16).ok().filter(|_| plain)
        };
        let number = |text: &str| hex(text).and_then(|number| i64::try_from(number).ok());
        let value = number(value).ok_or(BadCursor)?;
        let opened = number(opened).ok_or(BadCursor)?;
        Ok(Self {
            order,
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
        let [by, direction] = self.order.mark();
        let (value, opened) = (self.value, self.opened.get());
        write!(f, "{by}{direction}{value:x}.{opened:x}")
    }
}

/// A stretch of a list: so many that come after a place, or before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<C> {
    size: u32,
    from: Option<C>,
    backward: bool,
}

impl<C: Copy> Stretch<C> {
    /// The first `size` after a place, or from the beginning.
    ///
    /// # Errors
    /// [`BadPage::Size`] for a size of 0 or above `most`.
    pub fn first(size: u32, after: Option<C>, most: u32) -> Result<Self, BadPage> {
        Self::new(size, after, most, false)
    }

    /// The last `size` before a place, or before the end.
    ///
    /// # Errors
    /// [`BadPage::Size`] for a size of 0 or above `most`.
    pub fn last(size: u32, before: Option<C>, most: u32) -> Result<Self, BadPage> {
        Self::new(size, before, most, true)
    }

    fn new(size: u32, from: Option<C>, most: u32, backward: bool) -> Result<Self, BadPage> {
        if !(1..=most).contains(&size) {
            return Err(BadPage::Size { most });
        }
        Ok(Self {
            size,
            from,
            backward,
        })
    }

    /// From where, exclusively.
    #[must_use]
    pub const fn from(&self) -> Option<C> {
        self.from
    }

    /// Whether one walks from the end of the list towards its beginning.
    #[must_use]
    pub const fn is_backward(&self) -> bool {
        self.backward
    }

    /// How many are to be met on the walk: one more than the page has shows that there is more.
    #[must_use]
    pub const fn met(&self) -> u32 {
        self.size.saturating_add(1)
    }

    /// Makes the page of what was met on the walk.
    #[must_use]
    pub fn page<T>(&self, mut met: Vec<T>, cursor: impl Fn(&T) -> C) -> Page<T, C> {
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

/// Which page of hazards, in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageAsk {
    order: HazardOrder,
    stretch: Stretch<Cursor>,
}

/// The most hazards or papers on a page.
pub const PAGE_MAX: u32 = 100;

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
        Self::along(order, Stretch::first(size, after, PAGE_MAX)?)
    }

    /// The last `size` before a place, or before the end.
    ///
    /// # Errors
    /// [`BadPage`] for a size of 0 or above 100, and for a place in another order.
    pub fn last(size: u32, before: Option<Cursor>, order: HazardOrder) -> Result<Self, BadPage> {
        Self::along(order, Stretch::last(size, before, PAGE_MAX)?)
    }

    /// A stretch of the hazards in an order.
    ///
    /// # Errors
    /// [`BadPage::Cursor`] for a place in another order.
    pub fn along(order: HazardOrder, stretch: Stretch<Cursor>) -> Result<Self, BadPage> {
        let fits = |from: Cursor| from.order == order;
        if stretch.from.is_none_or(fits) {
            Ok(Self { order, stretch })
        } else {
            Err(BadCursor.into())
        }
    }

    /// In which order the page is shown.
    #[must_use]
    pub const fn order(&self) -> HazardOrder {
        self.order
    }

    /// Which stretch of them.
    #[must_use]
    pub const fn stretch(&self) -> &Stretch<Cursor> {
        &self.stretch
    }

    /// Whether one walks from high values to low ones to fill the page.
    #[must_use]
    pub const fn walks_down(&self) -> bool {
        self.order.descending != self.stretch.backward
    }

    /// Makes the page of all the rows that there are.
    #[must_use]
    pub fn of_rows(&self, mut rows: Vec<HazardRow>) -> Page<HazardRow> {
        let by = self.order.by;
        let beyond = |row: &HazardRow| {
            self.stretch.from.is_none_or(|from| {
                let (own, from) = ((by.value(row), row.opened), (from.value, from.opened));
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
        rows.truncate(usize::try_from(self.stretch.met()).unwrap_or(usize::MAX));
        self.page(rows)
    }

    /// Makes the page of what was met on the walk.
    #[must_use]
    pub fn page(&self, met: Vec<HazardRow>) -> Page<HazardRow> {
        self.stretch.page(met, |row| Cursor::of(self.order, row))
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C = Cursor> {
    /// What is on it, each with its place.
    pub items: Vec<(C, T)>,
    /// Whether something comes before it; after a place, that which the place was.
    pub has_previous: bool,
    /// Whether something comes after it; before a place, that which the place was.
    pub has_next: bool,
}

impl<T, C> Page<T, C> {
    /// The page with something else in place of each.
    #[must_use]
    pub fn map<U>(self, other: impl Fn(T) -> U) -> Page<U, C> {
        let items = self.items.into_iter();
        Page {
            items: items.map(|(at, item)| (at, other(item))).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}
