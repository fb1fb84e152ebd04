//! Which hazards pass a filter: those of which everything holds that it says, on every store.

use super::pages::{in_order, orders};
use super::stock::{MANY, Stock};
use super::{for_all, one_thread};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use std::collections::BTreeSet;
use xiaohao_core::Status;
use xiaohao_core::statistics::Deadline;
use xiaohao_ledger::read::{
    Counted, Cursor, Days, HazardFilter, HazardOrder, PageAsk, SearchText, SortBy, Supervised,
};
use xiaohao_ledger::row::HazardRow;
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

on_every_store! {
    an_empty_filter_asks_for_nothing
    each_thing_that_a_filter_says_leaves_some_in_and_some_out
    a_span_of_deadlines_holds_its_first_and_its_last_day_in_every_order
}

on_every_store! { laws:
    those_that_pass_are_those_of_which_everything_holds
}

async fn an_empty_filter_asks_for_nothing(on: Kind) {
    let office = Office::on(on).await;
    let all = office.everything();
    let nothing = HazardFilter::default();
    assert_eq!(office.rows(&all, &nothing).await, []);
    let hazards = office.report_several(3).await;
    let rows = office.rows(&all, &nothing).await;
    assert!(rows.iter().map(|row| row.id).eq(hazards));
}

/// How many things a filter can say.
const ASPECTS: usize = 18;

/// What a filter says once more: that some hazard is wanted because of one of its traits.
#[derive(Clone, Copy, Debug)]
struct Trait {
    aspect: usize,
    row: usize,
    /// How exactly.
    how: usize,
}

fn traits() -> impl Strategy<Value = Vec<Trait>> {
    let one = (0..ASPECTS, 0..MANY, 0..12usize);
    let one = one.prop_map(|(aspect, row, how)| Trait { aspect, row, how });
    prop::collection::vec(one, 1..5)
}

/// A span about a day, open at either end or at none.
fn about(day: Option<NaiveDate>, how: usize) -> Days {
    let day = day.unwrap_or(date("2026-04-01"));
    let days = |days: usize| TimeDelta::days(i64::try_from(days).unwrap());
    Days {
        from: (how % 3 != 1).then_some(day - days(how / 3)),
        to: (how % 3 != 2).then_some(day + days(how / 3)),
    }
}

/// A part of what is searched of a hazard, as somebody might type it.
fn part(row: &HazardRow, how: usize) -> String {
    let mut fields = vec![row.title.as_str(), row.place.as_str()];
    let (clue, number) = (row.clue.to_string(), row.number.map(|n| n.to_string()));
    fields.push(&clue);
    fields.extend(number.as_deref());
    fields.extend(
        row.holder_name
            .as_ref()
            .map(xiaohao_core::values::Name::as_str),
    );
    let chars: Vec<char> = fields[how % fields.len()].chars().collect();
    let first = (how * 5) % chars.len();
    let part: String = chars.iter().skip(first).take(1 + how / 3).collect();
    if how.is_multiple_of(2) {
        part.to_uppercase()
    } else {
        part
    }
}

fn say(filter: &mut HazardFilter, aspect: usize, row: &HazardRow, how: usize) {
    match aspect {
        0 => drop(filter.statuses.get_or_insert_default().insert(row.status)),
        1 => filter.committees.extend(row.committee),
        2 => filter.lead_units.extend(row.lead_unit),
        3 => drop(filter.townships.insert(row.township)),
        4 => filter.units.extend(if how.is_multiple_of(2) {
            row.holder
        } else {
            row.responsible
        }),
        5 => {
            let on = row.due_on.unwrap_or(date("2026-05-15"));
            let days = i64::try_from(how / 2).unwrap();
            filter.overdue = Some((on + TimeDelta::days(days), how.is_multiple_of(2)));
        }
        6 => {
            filter.supervised = Some(match (how % 3, row.supervised_at) {
                (0, _) => Supervised::No,
                (1, Some(level)) => Supervised::At(level),
                (_, _) => Supervised::AtAnyLevel,
            });
        }
        7 => filter.suspended = Some(!how.is_multiple_of(4)),
        8 => filter.key_fields.extend(row.key_field),
        9 => filter.campaigns.extend(row.campaign),
        10 => drop(filter.sources.insert(row.source)),
        11 => filter.reported = about(Some(row.reported_on), how),
        12 => filter.found = about(Some(row.found_on), how),
        13 => filter.listed = about(row.listed_on, how),
        14 => filter.due = about(row.due_on, how),
        15 => filter.closed = about(row.closed_on, how),
        16 => {
            let text = [part(row, how), part(row, how / 2)];
            let several = how.is_multiple_of(4);
            filter.text = SearchText::new(&text[..=usize::from(several)].join(" "));
        }
        17 => {
            let on = row.due_on.unwrap_or(date("2026-05-15"));
            let on = on + TimeDelta::days(i64::try_from(how / 4).unwrap());
            let by = Deadline::ALL[(how / 4) % 2];
            filter.counted = Some(match how % 4 {
                0 => Counted::EverListed,
                1 => Counted::Overdue(by, on),
                2 => Counted::OnTime(by),
                _ => Counted::Due(by, on),
            });
        }
        beyond => panic!("no filter says {beyond}"),
    }
}

async fn each_thing_that_a_filter_says_leaves_some_in_and_some_out(on: Kind) {
    let stock = Stock::on(on).await;
    let all = stock.office.everything();
    for aspect in 0..ASPECTS {
        let mut found = BTreeSet::new();
        for row in stock.kept.rows.iter().step_by(7) {
            for how in 0..4 {
                let mut filter = HazardFilter::default();
                say(&mut filter, aspect, row, how);
                let rows = stock.office.rows(&all, &filter).await;
                found.insert(rows.len());
            }
        }
        let some = found.iter().any(|many| (1..MANY).contains(many));
        assert!(some, "aspect {aspect} only finds {found:?}");
    }
    let off_list = HazardFilter {
        statuses: Some(BTreeSet::from([Status::Merged, Status::Annulled])),
        ..HazardFilter::default()
    };
    let rows = stock.office.rows(&all, &off_list).await;
    assert!(rows.len() > 4 && rows.iter().all(|row| row.status.is_off_list()));
    // What must be in no state is not there, for whoever looks, whether a page is asked for or a number.
    let in_no_state = HazardFilter {
        statuses: Some(BTreeSet::new()),
        ..HazardFilter::default()
    };
    for scope in [all, stock.office.seen_by(&township())] {
        let rows = stock.office.rows(&scope, &in_no_state).await;
        let reader = stock.office.reader();
        let count = reader.count_hazards(&scope, &in_no_state).await.unwrap();
        assert_eq!((rows.len(), count), (0, 0));
    }
}

async fn a_span_of_deadlines_holds_its_first_and_its_last_day_in_every_order(on: Kind) {
    let stock = Stock::on(on).await;
    let all = stock.office.everything();
    let days: BTreeSet<_> = stock.kept.rows.iter().map(|row| row.due_on).collect();
    let days: Vec<_> = days.into_iter().flatten().collect();
    assert!(days.len() > 2, "{days:?}");
    for (first, last) in days.iter().zip(days.iter().skip(1)) {
        for (from, to) in [(first, first), (first, last), (last, last)] {
            let (from, to) = (Some(*from), Some(*to));
            let filter = HazardFilter {
                due: Days { from, to },
                ..HazardFilter::default()
            };
            let mut expected = stock.kept.rows.clone();
            expected.retain(|row| row.due_on.is_some() && from <= row.due_on && row.due_on <= to);
            for order in orders() {
                let ask = PageAsk::first(100, None, order).unwrap();
                let page = stock.office.reader().hazards(&all, &filter, &ask).await;
                let items = page.unwrap().items.into_iter();
                let found: Vec<_> = items.map(|(_, row)| row).collect();
                let expected = in_order(expected.clone(), order);
                assert_eq!(found, expected, "{from:?} {to:?} {order:?}");
            }
        }
    }
}

fn those_that_pass_are_those_of_which_everything_holds(on: Kind) {
    let runtime = one_thread();
    let stock = runtime.block_on(Stock::on(on));
    let (office, people) = (&stock.office, everybody());
    let inputs = (traits(), 0..people.len() * 2, asks());
    for_all(on.cases(400), &inputs, |(traits, viewer, ask)| {
        let mut filter = HazardFilter::default();
        for Trait { aspect, row, how } in traits {
            say(&mut filter, aspect, &stock.kept.rows[row], how);
        }
        // Half of them are looked at by the ledger itself.
        let scope = people
            .get(viewer)
            .map_or(office.everything(), |viewer| office.seen_by(viewer));
        let mut expected = stock.shown(scope);
        expected.retain(|row| filter.passes(row));
        runtime.block_on(async {
            assert_eq!(office.rows(&scope, &filter).await, expected, "{filter:?}");
            let count = office.reader().count_hazards(&scope, &filter).await;
            assert_eq!(count.unwrap(), expected.len() as u64);
            let (rows, ends) = ask.expected(&stock, expected);
            let page = ask.of(&stock);
            let page = office.reader().hazards(&scope, &filter, &page).await;
            let page = page.unwrap();
            assert_eq!((page.has_previous, page.has_next), ends, "{filter:?}");
            let found: Vec<_> = page.items.into_iter().map(|(_, row)| row).collect();
            assert_eq!(found, rows, "{filter:?} {ask:?}");
        });
    });
}

/// A page from the place of any hazard, also of one that does not pass.
#[derive(Clone, Copy, Debug)]
struct Ask {
    order: HazardOrder,
    size: u32,
    from: Option<usize>,
    backward: bool,
}

fn asks() -> impl Strategy<Value = Ask> {
    let by = prop::sample::select(vec![SortBy::Opened, SortBy::Due, SortBy::Number]);
    let order = (by, any::<bool>()).prop_map(|(by, descending)| HazardOrder { by, descending });
    let from = prop::option::weighted(0.7, 0..MANY);
    let ask = (order, 1..6u32, from, any::<bool>());
    ask.prop_map(|(order, size, from, backward)| Ask {
        order,
        size,
        from,
        backward,
    })
}

impl Ask {
    fn of(self, stock: &Stock) -> PageAsk {
        let from = self.from.map(|row| &stock.kept.rows[row]);
        let from = from.map(|row| Cursor::of(self.order, row));
        let ask = if self.backward {
            PageAsk::last(self.size, from, self.order)
        } else {
            PageAsk::first(self.size, from, self.order)
        };
        ask.unwrap()
    }

    /// What is on the page of this list, and whether something is said to come before it and after it.
    fn expected(self, stock: &Stock, list: Vec<HazardRow>) -> (Vec<HazardRow>, (bool, bool)) {
        let key = |row: &HazardRow| (self.order.by.value(row), row.opened);
        let mut list = in_order(list, self.order);
        if self.backward {
            list.reverse();
        }
        let rising = self.order.descending == self.backward;
        if let Some(from) = self.from.map(|row| key(&stock.kept.rows[row])) {
            list.retain(|row| {
                if rising {
                    key(row) > from
                } else {
                    key(row) < from
                }
            });
        }
        let (behind, more) = (self.from.is_some(), list.len() > self.size as usize);
        list.truncate(self.size as usize);
        if self.backward {
            list.reverse();
            (list, (more, behind))
        } else {
            (list, (behind, more))
        }
    }
}
