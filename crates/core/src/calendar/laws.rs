//! Laws of counting, over random days of the shipped years.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::tests::{date, shipped};

/// A day of 2024 to 2026.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..1096_u64).prop_map(|n| date("2024-01-01") + Days::new(n))
}

/// A day so far from the edges that 60 working days stay inside the loaded years.
fn inner_day() -> impl Strategy<Value = NaiveDate> {
    (110..986_u64).prop_map(|n| date("2024-01-01") + Days::new(n))
}

proptest! {
    #[test]
    fn before_undoes_after_on_working_days(from in inner_day(), n in 0..60_u32) {
        let calendar = shipped();
        prop_assume!(calendar.day(from)?.is_working());
        let there = calendar.after(from, n)?.on;
        prop_assert_eq!(calendar.before(there, n)?.on, from);
        let there = calendar.before(from, n)?.on;
        prop_assert_eq!(calendar.after(there, n)?.on, from);
    }

    #[test]
    fn between_counts_what_after_walked(from in inner_day(), n in 1..60_u32) {
        let calendar = shipped();
        let counted = calendar.after(from, n)?;
        prop_assert!(calendar.day(counted.on)?.is_working());
        prop_assert_eq!(calendar.between(from, counted.on)?, n);
        // Each day on the way was either counted or passed over.
        let walked = (counted.on - from).num_days();
        prop_assert_eq!(walked, i64::from(n) + i64::try_from(counted.skipped.len())?);
    }

    #[test]
    fn a_later_start_or_a_longer_count_never_ends_earlier(
        from in inner_day(), days in 0..30_u64, n in 0..60_u32, more in 0..20_u32,
    ) {
        let calendar = shipped();
        let later = (from + Days::new(days)).min(date("2026-09-12"));
        prop_assume!(later >= from && n + more <= 60);
        prop_assert!(calendar.after(from, n)?.on <= calendar.after(later, n)?.on);
        prop_assert!(calendar.after(from, n)?.on <= calendar.after(from, n + more)?.on);
        prop_assert!(calendar.before(from, n)?.on <= calendar.before(later, n)?.on);
        prop_assert!(calendar.before(from, n + more)?.on <= calendar.before(from, n)?.on);
    }

    #[test]
    fn between_adds_up(a in any_day(), b in any_day(), c in any_day()) {
        let calendar = shipped();
        let mut days = [a, b, c];
        days.sort_unstable();
        let [a, b, c] = days;
        let parts = calendar.between(a, b)? + calendar.between(b, c)?;
        prop_assert_eq!(calendar.between(a, c)?, parts);
        prop_assert_eq!(calendar.between(c, a)?, 0);
    }

    #[test]
    fn no_day_of_the_shipped_years_is_uncovered(on in any_day()) {
        prop_assert!(shipped().day(on).is_ok());
    }
}
