//! Pages: in every order, forward and backward, they put together make the whole list, whoever looks.

use super::another_county;
use super::stock::{MANY, Stock};
use std::collections::BTreeSet;
use xiaohao_core::Status;
use xiaohao_core::values::HazardId;
use xiaohao_ledger::read::{
    BadCursor, BadPage, Cursor, HazardFilter, HazardOrder, Page, PageAsk, SearchText, SortBy,
};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Pace, Scope};
use xiaohao_tests::office::{Cabinet, Kind};
use xiaohao_tests::*;

on_every_store! {
    pages_forward_and_backward_make_the_whole_list_in_every_order
    a_page_holds_its_place_while_hazards_come_in
    a_cursor_written_down_finds_the_same_place
    what_has_no_deadline_and_no_number_comes_last
}

pub(super) fn orders() -> impl Iterator<Item = HazardOrder> {
    let by = [SortBy::Opened, SortBy::Due, SortBy::Number];
    by.into_iter()
        .flat_map(|by| [false, true].map(|descending| HazardOrder { by, descending }))
}

/// The whole list, put in order by hand.
pub(super) fn in_order(mut rows: Vec<HazardRow>, order: HazardOrder) -> Vec<HazardRow> {
    rows.sort_by_key(|row| (order.by.value(row), row.opened));
    if order.descending {
        rows.reverse();
    }
    rows
}

async fn page(
    office: &Office,
    scope: &Scope,
    filter: &HazardFilter,
    ask: &PageAsk,
) -> Page<HazardRow> {
    office.reader().hazards(scope, filter, ask).await.unwrap()
}

/// The whole list page by page, from its beginning or from its end.
async fn pages(
    office: &Office,
    (scope, filter): (&Scope, &HazardFilter),
    (order, size, backward): (HazardOrder, u32, bool),
) -> Vec<HazardRow> {
    let (mut list, mut from): (Vec<HazardRow>, _) = (Vec::new(), None);
    loop {
        let ask = if backward {
            PageAsk::last(size, from, order)
        } else {
            PageAsk::first(size, from, order)
        };
        let page = page(office, scope, filter, &ask.unwrap()).await;
        let behind = if backward {
            page.has_next
        } else {
            page.has_previous
        };
        assert_eq!(behind, from.is_some());
        assert!(page.items.len() <= size as usize);
        let edge = if backward {
            page.items.first()
        } else {
            page.items.last()
        };
        from = edge.map(|(cursor, _)| *cursor);
        let more = if backward {
            page.has_previous
        } else {
            page.has_next
        };
        let rows = page.items.into_iter().map(|(_, row)| row);
        let place = if backward { 0 } else { list.len() };
        list.splice(place..place, rows);
        if !more {
            return list;
        }
    }
}

async fn pages_forward_and_backward_make_the_whole_list_in_every_order(on: Kind) {
    let stock = Stock::on(on).await;
    let office = &stock.office;
    let everything = HazardFilter::default();
    let text = HazardFilter {
        text: SearchText::new("消防"),
        ..HazardFilter::default()
    };
    for (viewer, filter) in [
        (clerk(), &everything),
        (clerk(), &text),
        (township(), &everything),
        (factory(), &text),
        (public(), &everything),
    ] {
        let scope = office.seen_by(&viewer);
        let mut shown = stock.shown(scope);
        shown.retain(|row| filter.passes(row));
        for order in orders() {
            let expected = in_order(shown.clone(), order);
            for (size, backward) in [(7, false), (7, true), (100, false), (100, true)] {
                let what = (&scope, filter);
                let list = pages(office, what, (order, size, backward)).await;
                assert_eq!(list, expected, "{order:?} {size} {backward}");
            }
        }
    }
}

fn ids<'r>(rows: impl IntoIterator<Item = &'r (Cursor, HazardRow)>) -> Vec<HazardId> {
    rows.into_iter().map(|(_, row)| row.id).collect()
}

async fn a_page_holds_its_place_while_hazards_come_in(on: Kind) {
    let cabinet = Cabinet::new(on).await;
    for (number, order) in (10..).zip(orders()) {
        let county = another_county(number);
        let office = Office::open(cabinet.clone(), county, Pace::default()).await;
        let all = office.everything();
        let there = office.report_several(10).await;
        office.advance(&there[3..8], Status::Assigned).await;
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let ask = PageAsk::first(2, after, order).unwrap();
            let page = page(&office, &all, &HazardFilter::default(), &ask).await;
            seen.extend(ids(&page.items));
            after = page.items.last().map(|(cursor, _)| *cursor).or(after);
            if !page.has_next || seen.len() > 30 {
                break;
            }
            office.report().await;
        }
        let distinct: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "one came twice: {order:?}");
        assert!(there.iter().all(|id| distinct.contains(id)), "{order:?}");
    }
}

async fn a_cursor_written_down_finds_the_same_place(on: Kind) {
    let stock = Stock::on(on).await;
    let (office, all) = (&stock.office, stock.office.everything());
    let filter = HazardFilter::default();
    for order in orders() {
        let whole = in_order(stock.shown(all), order);
        for place in [0, 1, MANY / 2, MANY - 1] {
            let written = Cursor::of(order, &whole[place]).to_string();
            let cursor = Cursor::parse(order, &written).unwrap();
            for other in orders().filter(|other| *other != order) {
                let elsewhere = PageAsk::first(100, Some(cursor), other);
                assert_eq!(elsewhere.unwrap_err(), BadPage::Cursor(BadCursor));
                assert_eq!(Cursor::parse(other, &written), Err(BadCursor));
            }
            let after = PageAsk::first(100, Some(cursor), order).unwrap();
            let before = PageAsk::last(100, Some(cursor), order).unwrap();
            let after = page(office, &all, &filter, &after).await;
            let before = page(office, &all, &filter, &before).await;
            let expected: Vec<_> = whole.iter().map(|row| row.id).collect();
            assert_eq!(ids(&before.items), expected[..place], "{order:?}");
            assert_eq!(ids(&after.items), expected[place + 1..], "{order:?}");
        }
    }
}

async fn what_has_no_deadline_and_no_number_comes_last(on: Kind) {
    let stock = Stock::on(on).await;
    let office = &stock.office;
    for by in [SortBy::Due, SortBy::Number] {
        let order = HazardOrder {
            by,
            descending: false,
        };
        let what = (&office.everything(), &HazardFilter::default());
        let list = pages(office, what, (order, 100, false)).await;
        let has = |row: &HazardRow| match by {
            SortBy::Due => row.due_on.is_some(),
            SortBy::Number => row.number.is_some(),
            SortBy::Opened => true,
        };
        let with = list.iter().take_while(|row| has(row)).count();
        assert!((1..MANY).contains(&with));
        assert!(list[with..].iter().all(|row| !has(row)));
    }
}
