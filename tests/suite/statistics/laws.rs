//! What holds for any hazards, on any day, in any order.

use super::{EXAMPLE, as_of, everything, key, keys, stood};
use chrono::TimeDelta;
use proptest::prelude::*;
use std::collections::BTreeSet;
use xiaohao_core::statistics::*;
use xiaohao_core::values::SupervisionLevel;
use xiaohao_core::{Entry, Hazard, replay_to};
use xiaohao_tests::date;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_for_any_hazards_on_any_day(
        chosen in prop::collection::btree_set(1u64..=30, 0..30),
        after in 0i64..330,
    ) {
        let on = date("2026-02-15") + TimeDelta::days(after);
        let hazards: Vec<Hazard> = chosen
            .iter()
            .filter_map(|key| replay_to(&EXAMPLE.histories[key], on).unwrap())
            .collect();
        let day = Snapshot::new(&hazards, on);
        let [ever, deducted, valid] = [day.ever(), day.deducted(), day.valid()].map(|s| keys(&s));
        let [closed, done, open] = [day.struck_off(), day.done(), day.open()].map(|s| keys(&s));
        let overdue: BTreeSet<u64> = day.overdue(Deadline::Effective).iter().map(|o| key(o.hazard)).collect();
        prop_assert_eq!(&ever - &deducted, valid.clone());
        prop_assert!(deducted.is_subset(&ever));
        prop_assert_eq!(&closed | &open, valid.clone());
        prop_assert!(closed.is_disjoint(&open));
        prop_assert!(closed.is_subset(&done) && done.is_subset(&valid));
        prop_assert!(overdue.is_subset(&open) && overdue.is_disjoint(&done));
        let share = day.overdue_share();
        prop_assert_eq!((keys(share.counted()), keys(share.of())), (overdue.clone(), open.clone()));
        let statuses: usize = day.by_status().values().map(Vec::len).sum();
        prop_assert_eq!(statuses, hazards.len());
        let due = day.on_time_rate(Deadline::Effective);
        prop_assert_eq!(keys(due.of()), &done | &overdue);
        // An extension makes nobody late: by the original deadline at most as many are on time.
        let original = day.on_time_rate(Deadline::Original);
        prop_assert!(keys(original.counted()).is_subset(&keys(due.counted())));
        prop_assert!(keys(original.of()).is_superset(&keys(due.of())));
        for rate in [
            day.closure_rate(), day.reported_completion_rate(), due, original,
            day.first_round_pass_rate(), day.extension_rate(),
            day.supervised_closure_rate(SupervisionLevel::County), day.five_elements_rate(), share,
        ] {
            let ratio = rate.ratio();
            prop_assert_eq!(ratio.numerator as usize, rate.counted().len());
            prop_assert_eq!(ratio.denominator as usize, rate.of().len());
            // Nobody is counted twice, and who counts is among those looked at.
            prop_assert_eq!(keys(rate.of()).len(), rate.of().len());
            prop_assert!(keys(rate.counted()).is_subset(&keys(rate.of())));
            prop_assert!(keys(rate.of()).is_subset(&valid));
        }
        prop_assert_eq!(day.days_to_complete().map_or(0, |days| days.of().len()), closed.len());
    }

    #[test]
    fn the_order_of_the_hazards_does_not_matter(order in Just((0..30usize).collect::<Vec<_>>()).prop_shuffle()) {
        let hazards = stood(as_of());
        let shuffled = order.iter().map(|place| &hazards[*place]);
        prop_assert_eq!(
            everything(&Snapshot::new(shuffled, as_of())),
            everything(&Snapshot::new(&hazards, as_of()))
        );
    }

    #[test]
    fn the_stock_balances_for_any_hazards_in_any_period(
        chosen in prop::collection::btree_set(1u64..=30, 0..30),
        from in 0i64..330,
        length in 0i64..200,
    ) {
        let from = date("2026-02-01") + TimeDelta::days(from);
        let period = Period::new(from, from + TimeDelta::days(length)).unwrap();
        let histories: Vec<&[Entry]> = chosen.iter().map(|key| EXAMPLE.histories[key].as_slice()).collect();
        let flow = Flow::during(&histories, period).unwrap();
        prop_assert!(flow.stock().is_ok(), "{:?}", flow);
    }

    #[test]
    fn a_better_rank_is_never_below_a_worse_one(
        scopes in prop::collection::vec(0u8..6, 30),
        after in 0i64..300,
    ) {
        let on = date("2026-03-01") + TimeDelta::days(after);
        let hazards = stood(on);
        let scope_of = |hazard: &Hazard| scopes[usize::try_from(key(hazard.id())).unwrap() - 1];
        let day = Snapshot::new(&hazards, on);
        let group = |scope: u8| (scope, day.only(|hazard| scope_of(hazard) == scope));
        let rows = rank((0..6).map(group).collect());
        let ranked = rows.iter().take_while(|row| row.rank.is_some()).count();
        prop_assert!(rows[ranked..].iter().all(|row| row.rank.is_none() && row.on_time.of().is_empty()));
        prop_assert!(rows[ranked..].is_sorted_by_key(|row| row.scope));
        for (place, row) in rows[..ranked].iter().enumerate() {
            prop_assert!(!row.on_time.of().is_empty());
            let value = |row: &Row<u8>| {
                let [closure, on_time] = [&row.closure, &row.on_time].map(|rate| {
                    f64::from(rate.ratio().numerator) / f64::from(rate.ratio().denominator)
                });
                (closure, -f64::from(u32::try_from(row.overdue.len()).unwrap()), on_time)
            };
            if place == 0 {
                prop_assert_eq!(row.rank, Some(1));
            } else {
                let above = &rows[place - 1];
                let (better, worse) = (value(above), value(row));
                prop_assert!(better >= worse, "{:?} {:?}", better, worse);
                // Equal scopes share a rank and stand by code; after them a rank is skipped for each.
                if better == worse {
                    prop_assert_eq!(row.rank, above.rank);
                    prop_assert!(above.scope < row.scope);
                } else {
                    prop_assert_eq!(row.rank, Some(u32::try_from(place).unwrap() + 1));
                }
            }
        }
    }
}
