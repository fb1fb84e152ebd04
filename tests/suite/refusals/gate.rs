//! Whether an act can be decided at all: the hazard, its version and its state.

use super::{Provocation, check, refused};
use xiaohao_core::{Act, Actor, Command, Context, Refusal, Refusals, Role, Status, decide};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    // Whether an operation id is used is known where requests are kept, outside of the core; its sentence is here.
    ("REQUEST_ID_REUSED", || Refusal::RequestIdReused.into()),
    ("POST_OVER", || Refusal::PostOver.into()),
    ("HAZARD_UNKNOWN", || {
        refused(&Case::new(), &clerk(), sample::list())
    }),
    ("STALE_VERSION", || {
        seeing(
            Some(1),
            &Case::at(Status::Listed),
            &approver(),
            sample::assign(),
        )
        .unwrap_err()
    }),
    ("NOT_ALLOWED_IN_STATE", || {
        refused(&Case::at(Status::Reported), &approver(), sample::assign())
    }),
    ("VERSION_MISSING", || {
        let case = Case::at(Status::Listed);
        seeing(None, &case, &approver(), sample::assign()).unwrap_err()
    }),
];

fn seeing(
    version: Option<u32>,
    case: &Case,
    by: &Actor,
    says: impl Into<Command>,
) -> Result<xiaohao_core::Event, Refusals> {
    let ctx = Context {
        expected_version: version,
        ..case.context(by)
    };
    decide(case.hazard.as_ref(), says.into(), &ctx)
}

#[test]
fn nothing_but_a_report_can_be_done_to_a_hazard_that_is_not_there() {
    let case = Case::new();
    for act in Act::ALL.iter().filter(|act| **act != Act::Report) {
        // A fitting content asks for a hazard, so it is taken from a desk that has one.
        let says = Case::at(Status::Rectifying).fitting(*act, &clerk());
        check(&case, &clerk(), says, &["HAZARD_UNKNOWN"]);
    }
    check(&case, &inspector(), sample::report(), &[]);
}

#[test]
fn a_hazard_that_is_there_cannot_be_reported() {
    for status in Status::ALL {
        let case = Case::at(*status);
        let now = case.hazard().version();
        let refusal = Refusal::NotAllowedInState {
            act: Act::Report,
            status: *status,
            version: now,
        };
        // A report rests on no version; one that comes with it hears the same.
        for version in [None, Some(0), Some(now)] {
            let refusals = seeing(version, &case, &inspector(), sample::report()).unwrap_err();
            assert_eq!(refusals, refusal.clone().into(), "{status:?}");
        }
    }
}

#[test]
fn an_act_on_another_version_than_the_one_seen_is_refused() {
    let case = Case::at(Status::Listed);
    let codes = |version| {
        seeing(version, &case, &approver(), sample::assign())
            .map_err(|refusals| refusals.first().unwrap().code())
            .err()
    };
    assert_eq!(codes(Some(1)), Some("STALE_VERSION"));
    assert_eq!(codes(Some(2)), None);
    assert_eq!(codes(Some(3)), Some("STALE_VERSION"));
    assert_eq!(codes(None), Some("VERSION_MISSING"));
}

#[test]
fn an_act_is_not_stale_for_what_was_only_added_since() {
    let mut case = Case::at(Status::Listed);
    let seen = case.hazard().version();
    case.step(&inspector(), sample::note());
    case.step(&clerk(), sample::confirm_backdating(case.today));
    assert!(seeing(Some(seen), &case, &approver(), sample::assign()).is_ok());
    case.step(&signer(), sample::supervise());
    let refusals = seeing(Some(seen), &case, &signer(), sample::assign()).unwrap_err();
    assert_eq!(refusals.first().unwrap().code(), "STALE_VERSION");
}

#[test]
fn a_stale_act_hears_the_present_state_and_version_and_nothing_else() {
    let case = Case::at(Status::Listed);
    let refusals = seeing(Some(1), &case, &public(), sample::strike_off()).unwrap_err();
    let told: Vec<&Refusal> = refusals.iter().collect();
    assert_eq!(
        told,
        [&Refusal::StaleVersion {
            expected: 1,
            actual: 2,
            status: Status::Listed
        }]
    );
}

#[test]
fn whoever_has_seen_more_than_the_ledger_holds_hears_that_it_may_have_been_restored() {
    let case = Case::at(Status::Listed);
    let told = seeing(Some(9), &case, &approver(), sample::assign()).unwrap_err();
    let ahead = told.first().unwrap();
    assert_eq!(ahead.code(), "STALE_VERSION");
    assert!(ahead.message().contains("恢复过备份"), "{ahead}");
    assert!(ahead.next_step().contains("系统管理员"), "{ahead}");
    let told = seeing(Some(1), &case, &approver(), sample::assign()).unwrap_err();
    assert!(!told.first().unwrap().message().contains("备份"), "{told}");
    let paper = |expected| Refusal::PaperStale {
        paper: "通报",
        expected,
        actual: 2,
    };
    assert!(paper(3).message().contains("恢复过备份"));
    assert!(!paper(1).message().contains("备份"));
}

#[test]
fn notes_and_progress_never_go_stale() {
    let case = Case::at(Status::Rectifying);
    assert!(seeing(Some(1), &case, &factory(), sample::progress(10)).is_ok());
    assert!(seeing(Some(1), &case, &factory(), sample::note()).is_ok());
    assert!(seeing(Some(1), &case, &factory(), sample::apply(60)).is_err());
}

#[test]
fn a_wrong_state_is_told_with_state_and_version() {
    let refusals = refused(&Case::at(Status::Closed), &approver(), sample::assign());
    assert_eq!(
        refusals.first(),
        Some(&Refusal::NotAllowedInState {
            act: Act::Assign,
            status: Status::Closed,
            version: 8
        })
    );
}

#[test]
fn what_may_be_done_is_told_of_every_act_but_the_report() {
    let told: Vec<Act> = Case::at(Status::Listed)
        .actions(&clerk())
        .iter()
        .map(|action| action.act)
        .collect();
    let done_to_one = Act::ALL.iter().copied().filter(|act| *act != Act::Report);
    assert_eq!(told, done_to_one.collect::<Vec<_>>());
}

#[test]
fn who_is_out_of_order_hears_that_before_anything_about_his_role_or_his_date() {
    let mut case = Case::at(Status::Closed);
    let tomorrow = case.today.succ_opt().unwrap();
    // Wrong state, wrong role, a date in the future, a deadline in the past.
    let says = but(sample::assign(), |says| {
        says.terms.due_on = date("2026-01-01");
    });
    assert_eq!(
        case.verdict_on(&factory(), tomorrow, says.clone()),
        ["NOT_ALLOWED_IN_STATE"]
    );
    case = Case::at(Status::Listed);
    assert_eq!(
        case.verdict_on(&factory(), tomorrow, says.clone()),
        ["NOT_YOUR_ROLE"]
    );
    assert_eq!(
        case.verdict_on(
            &actor(3, Role::OfficeApprover, FIRE_BRIGADE),
            tomorrow,
            says
        ),
        ["NOT_YOUR_CASE"]
    );
}

#[test]
fn several_reasons_come_together_in_order_of_precedence() {
    let mut case = Case::at(Status::Listed);
    case.step(&signer(), sample::supervise());
    let says = but(sample::assign(), |says| {
        says.terms.due_on = case.today;
        says.terms.plan_due_on = date("2026-04-10");
    });
    let tomorrow = case.today.succ_opt().unwrap();
    assert_eq!(
        case.verdict_on(&approver(), tomorrow, says),
        [
            "OCCURRED_IN_FUTURE",
            "COMMISSION_MUST_SIGN",
            "DEADLINE_NOT_AFTER_ISSUE",
            "PLAN_DUE_AFTER_DEADLINE"
        ]
    );

    let awaiting = Case::at(Status::AwaitingVerification);
    let says = but(sample::pass(awaiting.today, 60), |says| {
        let inspection = &mut says.inspection;
        inspection.members.truncate(1);
        inspection.members[0].role = xiaohao_core::acts::TeamRole::Member;
        inspection.on_site_on = date("2026-03-01");
        inspection.findings.remove(0);
        inspection.findings[0].passed = false;
        inspection.evidence = sample::files(xiaohao_core::values::EvidenceKind::Site, &[250]);
    });
    check(
        &awaiting,
        &lead(),
        says,
        &[
            "EVIDENCE_NOT_RECEIVED",
            "TEAM_TOO_SMALL",
            "TEAM_LEADER_NOT_OFFICE",
            "ACTOR_NOT_ON_TEAM",
            "ON_SITE_DATE_WRONG",
            "MEASURE_NOT_JUDGED",
            "MEASURE_FAILED",
        ],
    );
}

#[test]
fn a_refused_act_changes_nothing() {
    for status in Status::ALL {
        let before = Case::at(*status);
        for by in everybody() {
            for act in Act::ALL {
                let mut case = before.clone();
                let says = case.fitting(*act, &by);
                if case.act(&by, says).is_err() {
                    assert_eq!(case.hazard, before.hazard, "{act:?}");
                    assert_eq!(case.history, before.history, "{act:?}");
                }
            }
        }
    }
}

#[test]
fn a_unit_that_was_replaced_still_hands_in_its_notes() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    check(&case, &factory(), sample::note(), &[]);
    case.step(&market(), sample::acknowledge(case.today));
    case.step(&market(), sample::plan(date("2026-06-20")));
    check(&case, &factory(), sample::note(), &[]);
    case.step(&clerk(), sample::merge());
    check(&case, &factory(), sample::note(), &[]);
    let elsewhere = actor(17, Role::Unit, CONTRACTOR);
    check(&case, &elsewhere, sample::note(), &["NOT_YOUR_CASE"]);
}

#[test]
fn whoever_found_a_hazard_adds_to_it_whosever_line_it_was_listed_in() {
    let finder = actor(81, Role::Inspector, EMERGENCY_BUREAU);
    let mut case = Case::new();
    case.step(&finder, sample::report());
    check(&case, &finder, sample::note(), &[]);
    case.pass_days(1);
    case.step(&clerk(), sample::list());
    check(&case, &finder, sample::note(), &[]);
    let fellow = actor(82, Role::Lead, EMERGENCY_BUREAU);
    check(&case, &fellow, sample::note(), &[]);
    let other = actor(83, Role::Inspector, HOUSING_BUREAU);
    check(&case, &other, sample::note(), &["NOT_YOUR_CASE"]);
}
