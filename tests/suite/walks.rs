//! Random walks: whoever does whatever in whatever order, the laws hold at every step.

use crate::guard::agree;
use proptest::prelude::*;
use xiaohao_core::record::BrokenHistory;
use xiaohao_core::{Act, Event, Hazard, Status, replay, replay_to};
use xiaohao_tests::{Case, everybody};

/// One step: who, what, and how many days later.
pub(crate) fn step() -> impl Strategy<Value = (usize, usize, i64)> {
    (
        0..everybody().len(),
        0..Act::ALL.len(),
        prop_oneof![5 => 0i64..4, 1 => 4i64..60],
    )
}

/// Walks; most steps pick among what is allowed, so that walks get far.
pub(crate) fn walk(steps: &[(usize, usize, i64)], mut at_each: impl FnMut(&Case, &Case)) -> Case {
    let people = everybody();
    let mut case = Case::at(Status::Reported);
    for (who, what, days) in steps {
        let before = case.clone();
        case.pass_days(*days);
        if case.today > xiaohao_tests::date("2026-11-30") {
            break;
        }
        case.publish_circulars();
        let choices: Vec<_> = people
            .iter()
            .cycle()
            .skip(*who)
            .take(people.len())
            .flat_map(|by| {
                case.actions(by)
                    .into_iter()
                    .filter(xiaohao_core::Action::allowed)
                    .map(move |a| (by, a.act))
            })
            .collect();
        let Some((by, act)) = choices.get(what % choices.len().max(1)).copied() else {
            continue;
        };
        let command = case.fitting(act, by);
        case.step(by, command);
        at_each(&before, &case);
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_replayed_is_the_walk_lived(steps in prop::collection::vec(step(), 1..40)) {
        let mut lived: Vec<Hazard> = Vec::new();
        let case = walk(&steps, |_, after| lived.push(after.hazard().clone()));
        prop_assert_eq!(replay(&case.history).unwrap(), case.hazard.clone());
        for (place, then) in lived.iter().enumerate() {
            // The first line is the report, which the walk began with.
            let made_again = replay(&case.history[..place + 2]).unwrap();
            prop_assert_eq!(made_again.as_ref(), Some(then));
        }
    }

    #[test]
    fn the_state_of_a_day_does_not_change_with_what_comes_later(steps in prop::collection::vec(step(), 1..40)) {
        let mut days = Vec::new();
        let case = walk(&steps, |_, after| days.push((after.today, after.hazard().clone())));
        for (place, (day, then)) in days.iter().enumerate() {
            let last_of_the_day = days.get(place + 1).is_none_or(|(next, _)| next > day);
            if last_of_the_day {
                let made_again = replay_to(&case.history, *day).unwrap();
                prop_assert_eq!(made_again.as_ref(), Some(then));
            }
        }
    }

    #[test]
    fn the_guard_has_one_mind_wherever_a_walk_ends(steps in prop::collection::vec(step(), 1..30)) {
        let mut case = walk(&steps, |_, _| {});
        case.publish_circulars();
        for by in everybody() {
            agree(&case, &by);
        }
    }

    #[test]
    fn nothing_given_is_ever_taken_back(steps in prop::collection::vec(step(), 1..40)) {
        walk(&steps, |before, after| {
            let (before, after) = (before.hazard(), after.hazard());
            assert_eq!(after.version(), before.version() + 1);
            assert!(after.file().spent.is_superset(&before.file().spent));
            assert!(after.file().moved_on >= before.file().moved_on);
            if let (Some(old), Some(new)) = (before.entry(), after.entry()) {
                assert_eq!(old.number, new.number);
                assert!(new.cycle.number >= old.cycle.number);
                if new.cycle.number == old.cycle.number {
                    assert!(new.cycle.void_rounds >= old.cycle.void_rounds);
                    let term = |of: &Hazard| of.assignment().map(|a| a.term).or(of.entry()?.cycle.returned);
                    if let (Some(old), Some(new)) = (term(before), term(after)) {
                        assert_eq!(old.original_due_on, new.original_due_on);
                        assert_eq!(old.assigned_on, new.assigned_on);
                        assert!(old.due_on <= new.due_on);
                    }
                }
            }
            assert!(before.number().is_none() || before.number() == after.number());
        });
    }

    #[test]
    fn nobody_closes_what_he_verified_or_rectified(steps in prop::collection::vec(step(), 10..60)) {
        let case = walk(&steps, |_, _| {});
        for (place, entry) in case.history.iter().enumerate() {
            if let Event::HazardStruckOff(_) = entry.event {
                let approver = entry.stamp.actor.person;
                for earlier in &case.history[..place] {
                    let team = match &earlier.event {
                        Event::VerificationPassed(e) => e.verdict.team.members(),
                        Event::VerificationFailed(e) => e.verdict.team.members(),
                        _ => &[],
                    };
                    prop_assert!(team.iter().all(|member| member.person != approver));
                    if matches!(earlier.event, Event::PlanFiled(_) | Event::VerificationApplied(_)) {
                        prop_assert!(earlier.stamp.actor.person != approver);
                    }
                }
            }
        }
    }

    #[test]
    fn a_damaged_history_is_noticed(steps in prop::collection::vec(step(), 5..30), at in 0usize..30) {
        let case = walk(&steps, |_, _| {});
        let at = at % case.history.len();
        let mut cut = case.history.clone();
        cut.remove(at);
        if at < case.history.len() - 1 {
            let seq = case.history[at].seq;
            prop_assert_eq!(replay(&cut), Err(BrokenHistory::OutOfOrder { expected: seq, found: seq + 1 }));
        }
        let mut newer = case.history.clone();
        newer[at].format += 1;
        let unknown = matches!(replay(&newer), Err(BrokenHistory::UnknownFormat { .. }));
        prop_assert!(unknown);
    }
}
