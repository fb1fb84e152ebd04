//! T20, T21 and T30: circulation, look-back and reopening.

use super::{Provocation, check, refused};
use xiaohao_core::Status;
use xiaohao_core::acts::{LookBack, LookBackResult};
use xiaohao_core::circular::ItemKind;
use xiaohao_core::values::{EvidenceKind, EvidenceSet, ReopenReason};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("NOT_IN_PUBLISHED_CIRCULAR", || {
        let case = but(Case::at(Status::Closed), |case| {
            case.known.circulars.clear();
        });
        refused(&case, &approver(), sample::circulate())
    }),
    ("ALREADY_MENTIONED", || {
        let mut case = Case::at(Status::Closed);
        case.step(&approver(), sample::mention());
        refused(&case, &approver(), sample::mention())
    }),
    ("BEFORE_CIRCULAR", || {
        let mut case = Case::at(Status::Closed);
        case.pass_days(2);
        case.publish_circulars();
        case.pass_days(-1);
        refused(&case, &approver(), sample::mention())
    }),
    ("CIRCULAR_ITEM_KIND", || {
        let says = but(sample::circulate(), |says| {
            says.circular = sample::circular(2);
        });
        refused(&Case::at(Status::Closed), &approver(), says)
    }),
    ("LOOK_BACK_NEEDED", || {
        refused(
            &Case::at(Status::Closed),
            &clerk(),
            sample::reopen(ReopenReason::Rebound),
        )
    }),
    ("LOOK_BACK_TOO_EARLY", || {
        let says = sample::look_back(LookBackResult::Holds);
        refused(&Case::at(Status::Closed), &town_inspector(), says)
    }),
    ("LOOK_BACK_LEADER_SIGNED", || {
        let says = look_back_by(7, FIRE_BRIGADE);
        refused(&day_after_closure(), &inspector(), says)
    }),
    ("LOOK_BACK_LEADER_UNREGISTERED", || {
        let says = look_back_by(99, LONGBO);
        refused(&day_after_closure(), &clerk(), says)
    }),
    ("CLOSURE_CAME_BACK", || {
        refused(&come_back(Status::Closed), &approver(), sample::circulate())
    }),
    ("LOOK_BACK_BY_RECTIFIER", || {
        let says = look_back_by(66, FACTORY);
        refused(&day_after_closure(), &clerk(), says)
    }),
];

fn day_after_closure() -> Case {
    but(Case::at(Status::Closed), |case| case.pass_days(1))
}

fn look_back_by(leader: u128, of: u128) -> LookBack {
    but(sample::look_back(LookBackResult::Holds), |says| {
        says.leader = person(leader);
        says.leader_name = name_of(person(leader));
        says.unit = unit(of);
    })
}

/// Struck off, and found to have come back.
fn come_back(status: Status) -> Case {
    but(Case::at(status), |case| {
        case.pass_days(1);
        case.step(
            &town_inspector(),
            sample::look_back(LookBackResult::CameBack),
        );
    })
}

#[test]
fn what_came_back_is_told_as_struck_off_nowhere() {
    let undone: &[&str] = &["CLOSURE_CAME_BACK"];
    for status in [Status::Closed, Status::Circulated] {
        let mut case = come_back(status);
        if status == Status::Closed {
            check(&case, &approver(), sample::circulate(), undone);
        }
        for (kind, told) in [(ItemKind::Praise, undone), (ItemKind::Criticism, &[])] {
            case.known.circulars = vec![case.published(sample::circular(2), kind)];
            check(&case, &approver(), sample::mention(), told);
        }
        case.step(&clerk(), sample::reopen(ReopenReason::Rebound));
        case.known.circulars = vec![case.published(sample::circular(2), ItemKind::Criticism)];
        check(&case, &approver(), sample::mention(), &[]);
    }
}

#[test]
fn a_hazard_is_listed_again_from_the_day_on_which_it_was_found_to_have_come_back() {
    let mut case = come_back(Status::Closed);
    let found_on = case.today;
    case.pass_days(2);
    for (on, told) in [
        (
            found_on.pred_opt().unwrap(),
            &["BEFORE_PREVIOUS_ACT"] as &[&str],
        ),
        (found_on, &[]),
        (case.today, &[]),
    ] {
        let says = sample::reopen(ReopenReason::Rebound);
        assert_eq!(case.verdict_on(&clerk(), on, says), told, "{on}");
    }
}

#[test]
fn what_came_back_did_so_on_the_first_day_on_which_it_was_found_whichever_is_recorded_first() {
    let mut case = day_after_closure();
    let first = case.today;
    case.pass_days(2);
    let last = case.today;
    let came_back = || sample::look_back(LookBackResult::CameBack);
    let reopened_on_the_first = |case: &Case| {
        let says = sample::reopen(ReopenReason::Rebound);
        case.verdict_on(&clerk(), first, says)
    };
    let by = town_inspector();
    case.act_on(&by, last, came_back()).unwrap();
    assert_eq!(reopened_on_the_first(&case), ["BEFORE_PREVIOUS_ACT"]);
    case.act_on(&by, first, came_back()).unwrap();
    assert!(reopened_on_the_first(&case).is_empty());
    case.act_on(&by, last, came_back()).unwrap();
    assert!(reopened_on_the_first(&case).is_empty());
}

#[test]
fn who_leads_a_look_back_is_who_he_is_said_to_be() {
    let case = day_after_closure();
    let unknown: &[&str] = &["LOOK_BACK_LEADER_UNREGISTERED"];
    check(&case, &clerk(), look_back_by(9, LONGBO), &[]);
    check(&case, &clerk(), look_back_by(9, WULIPAI), unknown);
    check(&case, &clerk(), look_back_by(99, LONGBO), unknown);
    let misnamed = but(look_back_by(9, LONGBO), |says| {
        says.leader_name = name_of(inspector().person);
    });
    check(&case, &clerk(), misnamed, unknown);
}

#[test]
fn a_circular_that_does_not_name_it_there_moves_no_hazard() {
    let case = Case::at(Status::Closed);
    let refusal: &[&str] = &["NOT_IN_PUBLISHED_CIRCULAR"];
    let naming = |circular, item| {
        but(sample::circulate(), |says| {
            says.circular = sample::circular(circular);
            says.item = item;
        })
    };
    check(&case, &approver(), naming(1, 1), &[]);
    check(&case, &approver(), naming(1, 0), refusal);
    check(&case, &approver(), naming(1, 2), refusal);
    check(&case, &approver(), naming(9, 1), refusal);
    let mention = but(sample::mention(), |says| says.item = 2);
    check(&case, &approver(), mention, refusal);
}

#[test]
fn an_item_about_another_hazard_moves_this_one_nowhere() {
    let mut case = Case::at(Status::Closed);
    let mut content = case.circular_content(sample::circular(1), ItemKind::Praise);
    content.items[0].hazard.id = sample::hazard(2);
    case.known.circulars = vec![case.issued(&approver(), content)];
    let says = but(sample::mention(), |says| {
        says.circular = sample::circular(1);
    });
    check(&case, &approver(), says, &["NOT_IN_PUBLISHED_CIRCULAR"]);
}

#[test]
fn only_an_item_of_closure_archives_and_no_other_mentions() {
    let refusal: &[&str] = &["CIRCULAR_ITEM_KIND"];
    let mut case = Case::at(Status::Closed);
    for kind in [
        ItemKind::Overdue,
        ItemKind::Praise,
        ItemKind::Criticism,
        ItemKind::Correction,
    ] {
        case.known.circulars = vec![
            case.published(sample::circular(1), ItemKind::Closure),
            case.published(sample::circular(2), kind),
        ];
        let archive = |circular| {
            but(sample::circulate(), |says| {
                says.circular = sample::circular(circular);
            })
        };
        let mention = |circular| {
            but(sample::mention(), |says| {
                says.circular = sample::circular(circular);
            })
        };
        check(&case, &approver(), archive(1), &[]);
        check(&case, &approver(), archive(2), refusal);
        check(&case, &approver(), mention(1), refusal);
        check(&case, &approver(), mention(2), &[]);
    }
}

#[test]
fn a_relapse_is_found_by_a_look_back_and_a_false_closure_is_not() {
    let reasons = [
        (ReopenReason::Rebound, true),
        (ReopenReason::Relapse, true),
        (ReopenReason::FalseRectification, false),
        (ReopenReason::FalseVerification, false),
    ];
    assert_eq!(reasons.len(), ReopenReason::ALL.len());
    for status in [Status::Closed, Status::Circulated] {
        for (reason, needs_look_back) in reasons {
            let mut case = Case::at(status);
            let refusal: &[&str] = &["LOOK_BACK_NEEDED"];
            let expected = if needs_look_back { refusal } else { &[] };
            check(&case, &clerk(), sample::reopen(reason), expected);
            case.pass_days(10);
            let holds = sample::look_back(LookBackResult::Holds);
            case.step(&town_inspector(), holds);
            check(&case, &clerk(), sample::reopen(reason), expected);
            let came_back = sample::look_back(LookBackResult::CameBack);
            case.step(&town_inspector(), came_back);
            check(&case, &clerk(), sample::reopen(reason), &[]);
        }
    }
}

#[test]
fn a_look_back_comes_the_day_after_the_strike_off_at_the_earliest() {
    let mut case = Case::at(Status::Closed);
    let says = || sample::look_back(LookBackResult::Holds);
    let refusal: &[&str] = &["LOOK_BACK_TOO_EARLY"];
    check(&case, &town_inspector(), says(), refusal);
    case.pass_days(1);
    check(&case, &town_inspector(), says(), &[]);
}

#[test]
fn who_signed_the_pass_does_not_lead_the_look_back() {
    let case = day_after_closure();
    let refusal: &[&str] = &["LOOK_BACK_LEADER_SIGNED"];
    for number in [1, 7, 60] {
        let says = look_back_by(number, FIRE_BRIGADE);
        check(&case, &clerk(), says, refusal);
    }
    check(&case, &clerk(), look_back_by(6, FIRE_BRIGADE), &[]);
}

#[test]
fn who_sat_on_a_team_that_failed_it_may_lead_the_look_back() {
    let mut case = Case::at(Status::AwaitingVerification);
    let says = but(sample::fail(case.today, 60), |says| {
        says.inspection.members[2] =
            sample::member(61, EMERGENCY_BUREAU, xiaohao_core::acts::TeamRole::Expert);
    });
    case.step(&inspector(), says);
    case.advance_to(Status::Closed);
    case.pass_days(1);
    check(&case, &clerk(), look_back_by(61, EMERGENCY_BUREAU), &[]);
}

#[test]
fn who_rectified_does_not_look_back_at_himself() {
    let case = day_after_closure();
    let refusal: &[&str] = &["LOOK_BACK_BY_RECTIFIER"];
    check(&case, &clerk(), look_back_by(66, FACTORY), refusal);
    check(&case, &clerk(), look_back_by(5, FIRE_BRIGADE), refusal);
}

#[test]
fn a_rectifying_township_does_not_record_its_own_look_back() {
    let mut case = Case::at(Status::Listed);
    let order = but(sample::assign(), |says| {
        says.terms.parties.responsible = sample::holder(LONGBO);
    });
    case.step(&approver(), order);
    case.step(&township(), sample::acknowledge(case.today));
    case.step(&township(), sample::plan(date("2026-06-20")));
    case.step(&township(), sample::apply(60));
    case.advance_to(Status::Closed);
    case.pass_days(1);
    let says = look_back_by(6, FIRE_BRIGADE);
    let refusal: &[&str] = &["LOOK_BACK_BY_RECTIFIER"];
    check(&case, &town_inspector(), says.clone(), refusal);
    check(&case, &clerk(), says, &[]);
}

#[test]
fn photos_of_a_look_back_count_when_the_server_holds_them() {
    let case = day_after_closure();
    let with = |evidence: EvidenceSet| {
        but(sample::look_back(LookBackResult::Holds), |says| {
            says.evidence = evidence;
        })
    };
    let refusal: &[&str] = &["EVIDENCE_NOT_RECEIVED"];
    let missing = sample::files(EvidenceKind::Site, &[200]);
    check(&case, &town_inspector(), with(missing), refusal);
    check(&case, &town_inspector(), with(EvidenceSet::empty()), &[]);
}

#[test]
fn whoever_had_a_further_order_does_not_look_back_at_its_own_work() {
    let mut case = Case::at(Status::Rectifying);
    let further = but(sample::order_further(date("2026-05-10")), |says| {
        says.terms.parties.responsible = sample::holder(LONGBO);
    });
    case.step(&approver(), further);
    case.step(&township(), sample::answer_further(case.today));
    case.advance_to(Status::Closed);
    case.pass_days(2);
    let says = sample::look_back(xiaohao_core::acts::LookBackResult::Holds);
    check(
        &case,
        &town_inspector(),
        says.clone(),
        &["LOOK_BACK_BY_RECTIFIER"],
    );
    check(&case, &clerk(), says, &["LOOK_BACK_BY_RECTIFIER"]);
}
