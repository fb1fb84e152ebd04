//! Pages of lists, as Relay's connections have them: what is asked for, and what every page tells.

use crate::error::{ErrorCode, bad_input, coded};
use crate::hazard::Hazard;
use async_graphql::{OutputType, Result, SimpleObject};
use std::sync::Arc;
use xiaohao_ledger::read::{BadPage, Page, Stretch};

/// Which page is asked for, as a connection asks for it.
pub(crate) struct Paging {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl Paging {
    /// The stretch of the list: `usual` where nobody says how many, and at most `most`.
    ///
    /// # Errors
    /// `BAD_USER_INPUT`: what is asked for contradicts itself, or goes beyond the bounds; says which. `CURSOR_UNKNOWN` for a cursor
    /// that cannot be read.
    pub(crate) fn stretch<C: Copy>(
        self,
        usual: u32,
        most: u32,
        read: impl Fn(&str) -> Option<C>,
    ) -> Result<Stretch<C>> {
        let size = |asked: Option<i32>| {
            asked.map_or(usual, |asked| u32::try_from(asked).unwrap_or_default())
        };
        let cursor = |text: Option<String>| {
            let read = text.map(|text| read(&text).ok_or_else(cursor_unknown));
            read.transpose()
        };
        match (self.first, self.after, self.last, self.before) {
            (first, after, None, None) => {
                let stretch = Stretch::first(size(first), cursor(after)?, most);
                stretch.map_err(|bad| bad_page("first", bad))
            }
            (None, None, last, before) => {
                let stretch = Stretch::last(size(last), cursor(before)?, most);
                stretch.map_err(|bad| bad_page("last", bad))
            }
            _ => {
                let message = "first 和 after 向后翻页，last 和 before 向前翻页，不能混用。";
                Err(coded(ErrorCode::BadUserInput, message))
            }
        }
    }
}

/// Why there is no page as long as this argument says, or none from that cursor.
pub(crate) fn bad_page(length: &str, error: BadPage) -> async_graphql::Error {
    match error {
        BadPage::Size { most } => bad_input([length], format!("每页可取1至{most}条，请修改。")),
        BadPage::Cursor(_) => cursor_unknown(),
    }
}

pub(crate) fn cursor_unknown() -> async_graphql::Error {
    coded(
        ErrorCode::CursorUnknown,
        "游标不属于本列表的这种排列顺序，请从第一页重新开始。",
    )
}

/// 前后页。Where a page stands in its list.
#[derive(Clone, SimpleObject)]
pub(crate) struct PageInfo {
    /// 后面是否还有。Whether more come after this page.
    pub(crate) has_next_page: bool,
    /// 前面是否还有。Whether any come before this page.
    has_previous_page: bool,
    /// 本页第一条的游标。The cursor of the first one on the page; null where the page is empty.
    start_cursor: Option<String>,
    /// 本页最后一条的游标。The cursor of the last one on the page; null where the page is empty.
    pub(crate) end_cursor: Option<String>,
}

impl PageInfo {
    pub(crate) fn of<T, C: ToString>(page: &Page<T, C>) -> Self {
        let cursor = |(cursor, _): &(C, T)| cursor.to_string();
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.items.first().map(cursor),
            end_cursor: page.items.last().map(cursor),
        }
    }
}

/// What is on a page, each with its cursor: as edges and as nodes.
pub(crate) struct Items<T>(Vec<(String, Arc<T>)>);

impl<T: OutputType> Items<T> {
    pub(crate) fn new(items: impl IntoIterator<Item = (String, T)>) -> Self {
        let items = items.into_iter();
        Self(items.map(|(at, item)| (at, Arc::new(item))).collect())
    }

    pub(crate) fn edges(&self) -> Vec<Edge<T>> {
        let edge = |(cursor, node): &(String, Arc<T>)| Edge {
            cursor: cursor.clone(),
            node: Arc::clone(node),
        };
        self.0.iter().map(edge).collect()
    }

    pub(crate) fn nodes(&self) -> Vec<Arc<T>> {
        self.0.iter().map(|(_, node)| Arc::clone(node)).collect()
    }
}

/// 列表中的一条及其游标。One of a list, with its place.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "HazardEdge", params(Hazard)),
    concrete(name = "OrderEdge", params(crate::order::Order)),
    concrete(name = "CircularEdge", params(crate::circular::Circular)),
    concrete(name = "RefusedAttemptEdge", params(crate::attempt::Shown))
)]
pub(crate) struct Edge<T: OutputType> {
    /// 游标。Its place in the list, for `after` and `before`.
    cursor: String,
    /// 这一条。What stands there.
    node: Arc<T>,
}
