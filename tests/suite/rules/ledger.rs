//! Rules 1–8: numbers, the list, the ledger, supervision, orders and plans.

use super::check;
use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde_json::Value;
use xiaohao_core::acts::{Assign, Element, List, Plan, PlanParts};
use xiaohao_core::order::{OrderBody, OrderContent};
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::refusal::Missing;
use xiaohao_core::values::{Basis, Level, SupervisionLevel};
use xiaohao_core::{Act, Hazard, Refusal, Status, TRANSITIONS, decide, replay, replay_to};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Whether what is said can still be read without one of its fields; `a/b` is a field of a field.
fn readable_without<T: DeserializeOwned>(says: &impl serde::Serialize, field: &str) -> bool {
    let mut value = json(says);
    let (path, name) = field.rsplit_once('/').unwrap_or(("", field));
    let mut at: &mut Value = &mut value;
    for step in path.split('/').filter(|step| !step.is_empty()) {
        at = at.get_mut(step).unwrap();
    }
    let removed = at.as_object_mut().unwrap().remove(name);
    assert!(removed.is_some(), "{field} is not there");
    serde_json::from_value::<T>(value).is_ok()
}

#[test]
fn rule_01_a_hazard_gets_its_number_when_it_is_listed_and_at_no_other_time() {
    for act in Act::ALL.iter().filter(|act| **act != Act::Report) {
        for from in act.transition().from {
            let case = Case::at(*from);
            for by in everybody() {
                let mut after = case.clone();
                let says = case.fitting(*act, &by);
                if after.act(&by, says).is_ok() && *act != Act::List {
                    assert_eq!(after.hazard().number(), case.hazard().number(), "{act:?}");
                }
            }
        }
    }
    let mut case = Case::at(Status::Reported);
    let next = case.known.next.hazard;
    assert_eq!(case.hazard().number(), None);
    case.step(&clerk(), sample::list());
    assert_eq!(case.hazard().number().copied(), next);
}

#[test]
fn rule_01_a_number_is_kept_by_what_was_annulled_or_merged() {
    for ends in [Status::Annulled, Status::Merged] {
        let mut case = Case::at(Status::Listed);
        let number = case.hazard().number().copied();
        if ends == Status::Annulled {
            case.step(&clerk(), sample::propose_annulment());
            case.step(&approver(), sample::annul());
        } else {
            case.step(&clerk(), sample::merge());
        }
        assert!(number.is_some());
        assert_eq!(case.hazard().number().copied(), number);
    }
}

#[test]
fn rule_02_listing_needs_a_valid_basis_a_committee_and_an_accident_type() {
    let case = Case::at(Status::Reported);
    check(&case, &clerk(), sample::list(), &[]);
    let mut found_earlier = Case::new();
    let report = but(sample::report(), |says| says.found_on = date("2023-05-14"));
    found_earlier.step(&inspector(), report);
    let refusal: &[&str] = &["BASIS_NOT_IN_FORCE"];
    check(&found_earlier, &clerk(), sample::list(), refusal);
    let harmless = but(sample::list(), |says| says.accident_types.clear());
    check(&case, &clerk(), harmless, &["ACCIDENT_TYPE_MISSING"]);
    let ordinary = but(sample::list(), |says| says.level = Level::Ordinary);
    check(&case, &clerk(), ordinary, &["NOT_MAJOR"]);
    for field in ["basis", "committee", "lead_unit", "accident_types"] {
        assert!(!readable_without::<List>(&sample::list(), field), "{field}");
    }
    let basis = sample::basis();
    assert!(!readable_without::<Basis>(&basis, "clause"));
    assert!(!readable_without::<Basis>(&basis, "in_force"));
    let decision = Basis::Research(xiaohao_core::values::ResearchBasis::new(
        sample::line("双安委会纪〔2026〕3号"),
        date("2026-03-04"),
        sample::prose("研究认定为重大隐患。"),
    ));
    assert!(!readable_without::<Basis>(&decision, "minutes_no"));
}

#[test]
fn rule_03_what_is_not_in_the_table_is_refused_with_state_and_version_and_changes_nothing() {
    for status in Status::ALL {
        let case = Case::at(*status);
        let version = case.hazard().version();
        for act in Act::ALL {
            if act.transition().from.contains(status) {
                continue;
            }
            for by in everybody() {
                let mut desk = case.clone();
                let refusals = desk.act(&by, case.fitting(*act, &by)).unwrap_err();
                let told: Vec<&Refusal> = refusals.iter().collect();
                let refusal = Refusal::NotAllowedInState {
                    act: *act,
                    status: *status,
                    version,
                };
                assert_eq!(told, [&refusal]);
                assert_eq!(desk.hazard, case.hazard);
            }
        }
    }
}

#[test]
fn rule_03_the_state_after_an_act_is_the_tables() {
    for line in TRANSITIONS {
        for from in line.from {
            let case = Case::at(*from);
            for by in everybody() {
                let mut after = case.clone();
                if after.act(&by, case.fitting(line.act, &by)).is_ok() {
                    assert_eq!(after.status(), line.to.unwrap_or(*from), "{:?}", line.act);
                }
            }
        }
    }
}

#[test]
fn rule_04_every_act_appends_one_entry_that_says_who_when_and_in_which_role() {
    let mut case = Case::at(Status::Rectifying);
    case.pass_days(2);
    let before = case.history.clone();
    let (by, occurred_on) = (factory(), case.today - TimeDelta::days(1));
    case.act_on(&by, occurred_on, sample::apply(60)).unwrap();
    assert_eq!(case.history[..before.len()], before[..]);
    assert_eq!(case.history.len(), before.len() + 1);
    let stored = serde_json::to_value(case.history.last().unwrap()).unwrap();
    let stamp = &stored["stamp"];
    assert_eq!(stamp["actor"]["person"], json(&by.person));
    assert_eq!(stamp["actor"]["role"], json(&by.role));
    assert_eq!(stamp["actor"]["unit"], json(&by.unit));
    assert_eq!(stamp["occurred_on"], json(&occurred_on));
    assert_eq!(stored["seq"], json(&case.hazard().version()));
    assert!(stamp["recorded_at"].is_string());
}

#[test]
fn rule_04_a_history_with_an_entry_deleted_doubled_or_moved_is_noticed() {
    let case = Case::at(Status::Circulated);
    let history = &case.history;
    for place in 0..history.len() - 1 {
        let mut deleted = history.clone();
        deleted.remove(place);
        assert!(replay(&deleted).is_err(), "entry {place} deleted");
        let mut doubled = history.clone();
        doubled.insert(place, history[place].clone());
        assert!(replay(&doubled).is_err(), "entry {place} doubled");
        let mut moved = history.clone();
        moved.swap(place, place + 1);
        assert!(replay(&moved).is_err(), "entry {place} moved");
    }
    let mut of_another = history.clone();
    of_another[3].hazard = sample::hazard(9);
    assert!(replay(&of_another).is_err());
    assert!(replay(history).is_ok());
}

#[test]
fn rule_05_the_replay_to_a_day_is_the_hazard_of_that_day() {
    let mut case = Case::at(Status::Reported);
    let mut lived: Vec<(chrono::NaiveDate, Hazard)> = vec![(case.today, case.hazard().clone())];
    for status in [
        Status::Listed,
        Status::Assigned,
        Status::Acknowledged,
        Status::Rectifying,
        Status::AwaitingVerification,
        Status::Verified,
        Status::Closed,
        Status::Circulated,
    ] {
        case.advance_to(status);
        lived.push((case.today, case.hazard().clone()));
    }
    let first = lived[0].0;
    let before = replay_to(&case.history, first - TimeDelta::days(1)).unwrap();
    assert_eq!(before, None);
    for (day, then) in &lived {
        // Between two acts nothing changes: they are three days apart.
        for later in 0..3 {
            let on = *day + TimeDelta::days(later);
            let made_again = replay_to(&case.history, on).unwrap();
            assert_eq!(made_again.as_ref(), Some(then), "{on}");
        }
    }
}

#[test]
fn rule_05_a_note_that_comes_in_late_does_not_change_the_state_of_its_day() {
    let mut case = Case::at(Status::Circulated);
    let days: Vec<_> = case
        .history
        .iter()
        .map(|entry| entry.stamp.occurred_on)
        .collect();
    let statuses = |case: &Case| {
        let status =
            |day: &chrono::NaiveDate| replay_to(&case.history, *day).unwrap().unwrap().status();
        days.iter().map(status).collect::<Vec<_>>()
    };
    let before = statuses(&case);
    for day in &days {
        case.act_on(&inspector(), *day, sample::note()).unwrap();
    }
    let found_on = case.hazard().file().report.found_on;
    case.act_on(&inspector(), found_on, sample::note()).unwrap();
    assert_eq!(statuses(&case), before);
    let eve = found_on.pred_opt().unwrap();
    assert_eq!(replay_to(&case.history, eve).unwrap(), None);
}

#[test]
fn rule_05_progress_that_comes_in_when_the_work_is_over_belongs_to_its_day() {
    let mut case = Case::at(Status::Rectifying);
    let planned_on = case.today;
    case.advance_to(Status::AwaitingVerification);
    case.step(&factory(), sample::withdraw());
    case.act_on(&factory(), planned_on, sample::progress(30))
        .unwrap();
    case.advance_to(Status::Verified);
    let on = |day| replay_to(&case.history, day).unwrap().unwrap();
    let of_the_day = on(planned_on);
    let progress = of_the_day.work().unwrap().last_progress().unwrap();
    assert_eq!(progress.percent.get(), 30);
    assert_eq!(of_the_day.status(), Status::Rectifying);
    assert_eq!(on(case.today), *case.hazard());
}

#[test]
fn rule_06_only_the_commission_supervises_for_the_county() {
    let case = Case::at(Status::Listed);
    for by in everybody() {
        let expected: &[&str] = if by == signer() {
            &[]
        } else {
            &["NOT_YOUR_ROLE"]
        };
        check(&case, &by, sample::supervise(), expected);
        let notice = case.drafted(OrderContent {
            id: sample::order(3),
            signatory: sample::name("签发戊"),
            requirements: sample::prose("按期整改到位。"),
            body: OrderBody::Supervision {
                items: vec![case.reference()],
            },
        });
        let issued = notice.dry_run(PaperCommand::Issue, &case.context(&by));
        assert_eq!(issued.is_ok(), by == signer(), "{:?}", by.role);
    }
}

#[test]
fn rule_06_supervision_from_above_is_entered_with_the_higher_bodys_document() {
    let case = Case::at(Status::Listed);
    for level in [SupervisionLevel::City, SupervisionLevel::Province] {
        let with = sample::supervise_from_above(level);
        let without = but(with.clone(), |says| says.higher_document = None);
        check(&case, &signer(), with, &[]);
        check(&case, &signer(), without, &["HIGHER_DOCUMENT_MISSING"]);
    }
}

#[test]
fn rule_07_an_order_names_its_unit_and_a_deadline_after_its_issue() {
    for field in [
        "order",
        "terms/parties",
        "terms/parties/responsible",
        "terms/parties/assigner",
        "terms/parties/coordinator",
        "terms/due_on",
    ] {
        assert!(
            !readable_without::<Assign>(&sample::assign(), field),
            "{field}"
        );
    }
    let case = Case::at(Status::Listed);
    assert_eq!(
        case.hazard().entry().unwrap().listing.lead_unit,
        unit(FIRE_BRIGADE)
    );
    let township = case.hazard().file().report.township;
    assert_eq!(case.county.townships[&township], unit(LONGBO));
    let due = |days: i64| {
        but(sample::assign(), |says| {
            says.terms = sample::terms(case.today + TimeDelta::days(days));
        })
    };
    check(&case, &approver(), due(-1), &["DEADLINE_NOT_AFTER_ISSUE"]);
    check(&case, &approver(), due(0), &["DEADLINE_NOT_AFTER_ISSUE"]);
    check(&case, &approver(), due(1), &[]);
}

#[test]
fn rule_08_work_begins_with_a_plan_of_five_elements_within_the_deadline() {
    let into_work: Vec<Act> = TRANSITIONS
        .iter()
        .filter(|line| line.to == Some(Status::Rectifying))
        .map(|line| line.act)
        .collect();
    // The others come back from an application, before which the plan was filed.
    assert_eq!(
        into_work,
        [
            Act::FilePlan,
            Act::FailVerification,
            Act::RefuseStrikeOff,
            Act::WithdrawApplication
        ]
    );
    let parts = || sample::plan_parts(date("2026-06-20"));
    let missing = |change: fn(&mut PlanParts), element: Element| {
        let refusal = Plan::new(but(parts(), change)).err();
        let missing = Missing(vec![element]);
        assert_eq!(refusal, Some(Refusal::PlanIncomplete { missing }));
    };
    missing(|parts| parts.responsibility = None, Element::Responsibility);
    missing(|parts| parts.measures.clear(), Element::Measures);
    missing(|parts| parts.funds = None, Element::Funds);
    missing(|parts| parts.ends_on = None, Element::Deadline);
    missing(|parts| parts.contingency = None, Element::Contingency);
    let case = Case::at(Status::Acknowledged);
    let ends = |on: &str| sample::plan(date(on));
    check(&case, &factory(), ends("2026-06-30"), &[]);
    let refusal: &[&str] = &["PLAN_ENDS_AFTER_DEADLINE"];
    check(&case, &factory(), ends("2026-07-01"), refusal);
}

#[test]
fn rule_08_the_deadline_of_a_plan_is_the_one_in_effect() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    case.step(&approver(), sample::reassign(date("2026-07-31")));
    case.step(&market(), sample::acknowledge(case.today));
    let ends = |on: &str| sample::plan(date(on));
    check(&case, &market(), ends("2026-07-31"), &[]);
    let refusal: &[&str] = &["PLAN_ENDS_AFTER_DEADLINE"];
    check(&case, &market(), ends("2026-08-01"), refusal);
}

#[test]
fn rule_03_the_same_question_has_the_same_answer() {
    let case = Case::at(Status::Listed);
    let by = approver();
    let ask = || {
        decide(
            case.hazard.as_ref(),
            sample::assign().into(),
            &case.context(&by),
        )
    };
    assert_eq!(ask(), ask());
}
