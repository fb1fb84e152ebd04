//! T11, T12, T26, T27, T31, X02, X05: facts beside the state.

use super::{OPEN, entry, has_part, then};
use xiaohao_core::acts::EscalationGround;
use xiaohao_core::dossier::Part;
use xiaohao_core::values::{EscalationKind, ReopenReason, Series, SupervisionLevel};
use xiaohao_core::{Act, Context, Event, Role, Status, decide};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// What must be so before an act can be done, beyond the state.
pub(super) fn prepared(mut case: Case, act: Act) -> Case {
    match act {
        Act::GrantExtension | Act::RefuseExtension => {
            return but(Case::at(Status::Rectifying), |prepared| {
                prepared.step(&factory(), sample::request_extension(date("2026-07-31")));
                prepared.advance_to(case.status());
            });
        }
        Act::Annul => case.step(&clerk(), sample::propose_annulment()),
        Act::LookBack => case.pass_days(1),
        Act::InspectAtExpiry => drop(case.on("2026-07-01")),
        Act::Resume => return suspended_before(case.status()),
        Act::LiftSupervision => return supervised_before(case.status()),
        Act::MentionInCircular => {
            return but(supervised_before(case.status()), Case::publish_circulars);
        }
        Act::AnswerFurtherOrder if case.status() == Status::Verified => {
            return but(Case::at(Status::Rectifying), |prepared| {
                prepared.step(&approver(), sample::order_further(date("2026-05-10")));
                prepared.advance_to(Status::Verified);
            });
        }
        Act::AnswerFurtherOrder => {
            case.step(&approver(), sample::order_further(date("2026-05-10")));
        }
        Act::TakeBackLink => {
            return but(Case::at(Status::Assigned), |prepared| {
                let says = sample::hand_out_link(prepared.today);
                prepared.step(&second_clerk(), says);
                if prepared.status() != case.status() {
                    prepared.advance_to(case.status());
                }
            });
        }
        _ => {}
    }
    case
}

/// Brought on or off the list with a suspension in force.
fn suspended_before(status: Status) -> Case {
    let mut case = Case::at(Status::Reported);
    case.step(&lead(), sample::suspend());
    leave_to(case, status)
}

/// Brought on or off the list with the county's supervision in force.
fn supervised_before(status: Status) -> Case {
    let mut case = Case::at(Status::Listed);
    case.step(&signer(), sample::supervise());
    if matches!(
        status,
        Status::Listed
            | Status::Downgraded
            | Status::Merged
            | Status::Transferred
            | Status::Annulled
    ) {
        return leave_to(case, status);
    }
    case.step(&signer(), sample::assign());
    leave_to(case, status)
}

fn leave_to(mut case: Case, status: Status) -> Case {
    let today = case.today;
    match status {
        Status::Rejected => case.step(&clerk(), sample::reject()),
        Status::Downgraded if case.hazard().entry().is_some() => {
            case.step(&clerk(), sample::downgrade());
        }
        Status::Downgraded => case.step(&clerk(), sample::downgrade_at_review()),
        Status::Merged => case.step(&clerk(), sample::merge()),
        Status::Transferred => case.step(&clerk(), sample::transfer(today)),
        Status::Annulled => {
            case.step(&clerk(), sample::propose_annulment());
            case.step(&approver(), sample::annul());
        }
        on_the_way => case.advance_to(on_the_way),
    }
    case.publish_circulars();
    case
}

#[test]
fn t11_the_highest_level_in_force_is_the_level_of_the_hazard() {
    for status in OPEN {
        let mut case = Case::at(status);
        case.step(&signer(), sample::supervise());
        let city = sample::supervise_from_above(SupervisionLevel::City);
        case = then(case, &signer(), city, status);
        assert_eq!(entry(&case).supervised_at(), Some(SupervisionLevel::City));
        assert!(entry(&case).is_supervised_from_above());
        assert_eq!(
            entry(&case).supervision[1].document.to_string(),
            "永安督〔2026〕5号"
        );
    }
}

#[test]
fn t11_the_countys_notice_bears_the_countys_number_whatever_else_is_cited() {
    let given = Case::at(Status::Listed);
    let document = given.known.next.documents[&Series::SupervisionOrder].to_string();
    let says = but(sample::supervise(), |says| {
        says.higher_document = Some(sample::line("永安督〔2026〕5号"));
    });
    let case = then(given, &signer(), says, Status::Listed);
    assert_eq!(entry(&case).supervision[0].document.to_string(), document);
}

#[test]
fn x05_a_lifted_level_leaves_the_next_lower_one_in_force() {
    let mut case = Case::at(Status::Listed);
    case.step(&signer(), sample::supervise());
    let city = sample::supervise_from_above(SupervisionLevel::City);
    case.step(&signer(), city);
    case.pass_days(1);
    let lift = sample::lift_supervision(SupervisionLevel::City);
    let mut case = then(case, &signer(), lift, Status::Listed);
    assert_eq!(entry(&case).supervised_at(), Some(SupervisionLevel::County));
    assert_eq!(entry(&case).supervision[0].lifted_on, None);
    assert_eq!(entry(&case).supervision[1].lifted_on, Some(case.today));
    let lifted_on = case.today;
    case.pass_days(1);
    let lift = sample::lift_supervision(SupervisionLevel::County);
    let case = then(case, &signer(), lift, Status::Listed);
    assert_eq!(entry(&case).supervised_at(), None);
    assert_eq!(entry(&case).supervision[1].lifted_on, Some(lifted_on));
}

#[test]
fn x05_supervision_of_a_hazard_that_left_the_list_is_lifted_there() {
    for status in [
        Status::Downgraded,
        Status::Merged,
        Status::Transferred,
        Status::Annulled,
        Status::Closed,
        Status::Circulated,
    ] {
        let given = supervised_before(status);
        let lift = sample::lift_supervision(SupervisionLevel::County);
        let case = then(given, &signer(), lift, status);
        assert_eq!(entry(&case).supervised_at(), None);
    }
}

#[test]
fn x05_what_was_never_listed_was_never_supervised() {
    for status in [
        Status::Downgraded,
        Status::Merged,
        Status::Transferred,
        Status::Annulled,
    ] {
        let lift = sample::lift_supervision(SupervisionLevel::County);
        let told = Case::at(status).verdict(&signer(), lift);
        assert_eq!(told, ["NOT_SUPERVISED"]);
    }
}

#[test]
fn t12_a_suspension_is_in_force_from_its_day_and_names_its_department() {
    for status in [Status::Reported].into_iter().chain(OPEN) {
        let given = Case::at(status);
        let case = then(given, &lead(), sample::suspend(), status);
        let suspension = case.hazard().file().suspension_in_force().unwrap();
        assert_eq!(suspension.order, sample::suspend());
        assert_eq!(suspension.by, unit(FIRE_BRIGADE));
        assert_eq!(suspension.from_on, case.today);
        assert_eq!(suspension.lifted_on, None);
        assert!(has_part(&case, 6, Part::Tracked));
    }
}

#[test]
fn t27_what_resumes_is_lifted_on_its_day_and_stays_on_record() {
    let mut case = suspended_before(Status::Verified);
    case.pass_days(1);
    let resumer = actor(66, Role::Lead, FIRE_BRIGADE);
    let case = then(case, &resumer, sample::resume(), Status::Verified);
    let file = case.hazard().file();
    assert_eq!(file.suspension_in_force(), None);
    assert_eq!(file.suspensions.len(), 1);
    assert_eq!(file.suspensions[0].lifted_on, Some(case.today));
    assert!(has_part(&case, 66, Part::Tracked));
}

#[test]
fn t27_one_decision_is_lifted_and_the_other_stays_in_force() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&lead(), sample::suspend());
    let second = but(sample::suspend(), |says| {
        says.decision = sample::line("双应急现决〔2026〕7号");
    });
    case.step(&lead(), second.clone());
    case.advance_to(Status::Verified);
    let case = then(case, &lead(), sample::resume(), Status::Verified);
    let in_force = case.hazard().file().suspension_in_force().unwrap();
    assert_eq!(in_force.order.decision, second.decision);
}

#[test]
fn t26_an_escalation_is_on_record_and_moves_nothing() {
    for status in OPEN {
        let given = Case::at(status);
        let says = sample::escalate(EscalationKind::Urge, EscalationGround::Reminder);
        let deadline = given.hazard().running_deadline();
        let case = then(given, &clerk(), says.clone(), status);
        let [escalation] = entry(&case).escalations.as_slice() else {
            panic!("{:?}", entry(&case).escalations);
        };
        assert_eq!(escalation.step, says);
        assert_eq!(escalation.on, case.today);
        assert_eq!(case.hazard().running_deadline(), deadline);
    }
}

#[test]
fn t31_a_referral_is_on_record_and_moves_nothing() {
    for status in [Status::Reported, Status::Rectifying, Status::Circulated] {
        let given = Case::at(status);
        let says = sample::refer(given.today);
        let case = then(given, &lead(), says.clone(), status);
        assert_eq!(case.hazard().file().referrals, [says]);
    }
}

#[test]
fn x02_a_note_is_accepted_in_every_state_however_stale_and_old_it_is_since_the_hazard_was_found() {
    for status in Status::ALL {
        let mut case = Case::at(*status);
        let moved_on = case.hazard().file().moved_on;
        let before = case.hazard().clone();
        let by = inspector();
        let ctx = Context {
            expected_version: Some(77),
            occurred_on: case.hazard().file().report.found_on,
            ..case.context(&by)
        };
        let noted = decide(case.hazard.as_ref(), sample::note().into(), &ctx);
        assert!(matches!(noted, Ok(Event::NoteAdded(_))), "{noted:?}");
        let found_on = before.file().report.found_on;
        case.act_on(&by, found_on, sample::note()).unwrap();
        assert_eq!(case.status(), *status);
        assert_eq!(case.hazard().file().moved_on, moved_on);
        assert_eq!(case.hazard().entry(), before.entry());
        assert_eq!(case.hazard().version(), before.version() + 1);
    }
}

#[test]
fn x02_a_note_cites_evidence_that_is_still_on_its_way() {
    let case = Case::at(Status::Rectifying);
    let on_its_way = sample::note().evidence.digests().next().unwrap();
    assert!(!case.known.evidence.contains(&on_its_way));
    then(case, &factory(), sample::note(), Status::Rectifying);
}

#[test]
fn t11_a_reopened_hazard_gets_a_new_notice_and_the_old_one_ends_with_it() {
    let mut case = Case::at(Status::Listed);
    case.step(&signer(), sample::supervise());
    assert_eq!(
        case.verdict(&signer(), sample::supervise()),
        ["ALREADY_SUPERVISED"]
    );
    case.step(&signer(), sample::assign());
    case.advance_to(Status::Closed);
    case.pass_days(5);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    assert_eq!(entry(&case).supervised_at(), Some(SupervisionLevel::County));
    let again = but(sample::supervise(), |says| {
        says.order = Some(sample::order(9));
    });
    case.step(&signer(), again);
    let lifted: Vec<_> = entry(&case)
        .supervision
        .iter()
        .map(|s| s.lifted_on)
        .collect();
    assert_eq!(lifted, [Some(case.today), None]);
}

#[test]
fn x10_an_exposure_is_on_record_and_changes_no_state() {
    let given = Case::at(Status::Rectifying);
    let today = given.today;
    let case = then(given, &lead(), sample::expose(today), Status::Rectifying);
    assert_eq!(entry(&case).exposures, [sample::expose(today)]);
}
