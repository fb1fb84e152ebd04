//! Who may do what, by role and by unit.

use super::{Provocation, check, refused};
use xiaohao_core::acts::LookBackResult;
use xiaohao_core::values::SupervisionLevel;
use xiaohao_core::{Act, Actor, Refusal, Role, Status, may};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("NOT_YOUR_ROLE", || {
        refused(&Case::at(Status::Listed), &factory(), sample::assign())
    }),
    ("NOT_YOUR_CASE", || {
        refused(
            &Case::at(Status::Assigned),
            &market(),
            sample::acknowledge(date("2026-03-08")),
        )
    }),
];

/// Whether somebody is entitled to the act: `""` or the code with which he is not.
fn entitled(case: &Case, by: &Actor, act: Act, expected: &str) {
    let refusals = may(case.hazard(), act, &case.context(by));
    let code = refusals
        .first()
        .map(Refusal::code)
        .filter(|code| code.starts_with("NOT_YOUR"));
    assert_eq!(code.unwrap_or(""), expected, "{act:?} by {by:?}");
}

const ROLE: &str = "NOT_YOUR_ROLE";
const CASE: &str = "NOT_YOUR_CASE";

#[test]
fn an_inspector_acts_in_his_line_or_his_township() {
    let mut case = Case::at(Status::Reported);
    entitled(&case, &stranger(), Act::AddNote, "");
    case.step(
        &clerk(),
        but(sample::list(), |says| {
            says.co_units.insert(unit(WULIPAI));
        }),
    );
    case.advance_to(Status::Rectifying);
    let of = |of| actor(15, Role::Inspector, of);
    for (by, expected) in [
        (of(FIRE_BRIGADE), ""),
        (of(LONGBO), ""),
        (of(WULIPAI), ""),
        (of(HOUSING_BUREAU), CASE),
        (of(FACTORY), CASE),
    ] {
        entitled(&case, &by, Act::RecordProgress, expected);
    }
    entitled(&case, &clerk(), Act::RecordProgress, ROLE);
}

#[test]
fn the_lead_unit_is_the_one_of_the_listing_and_no_co_unit() {
    let mut case = Case::at(Status::Reported);
    let of = |of| actor(6, Role::Lead, of);
    entitled(&case, &of(HOUSING_BUREAU), Act::Suspend, "");
    case.step(
        &clerk(),
        but(sample::list(), |says| {
            says.co_units.insert(unit(HOUSING_BUREAU));
        }),
    );
    entitled(&case, &of(FIRE_BRIGADE), Act::Suspend, "");
    entitled(&case, &of(HOUSING_BUREAU), Act::Suspend, CASE);
    entitled(&case, &inspector(), Act::Suspend, ROLE);
}

#[test]
fn a_township_acts_where_the_hazard_lies() {
    let mut case = Case::at(Status::Closed);
    case.pass_days(1);
    entitled(&case, &township(), Act::LookBack, "");
    let other = actor(8, Role::Township, WULIPAI);
    entitled(&case, &other, Act::LookBack, CASE);
    entitled(&case, &factory(), Act::LookBack, ROLE);
}

#[test]
fn who_rectifies_is_whoever_the_order_names_of_whatever_kind() {
    for (role, of) in [
        (Role::Unit, FACTORY),
        (Role::Township, LONGBO),
        (Role::Lead, HOUSING_BUREAU),
    ] {
        let mut case = Case::at(Status::Listed);
        let order = but(sample::assign(), |says| {
            says.terms.parties.responsible = sample::holder(of);
        });
        case.step(&approver(), order);
        entitled(&case, &actor(70, role, of), Act::Acknowledge, "");
        entitled(&case, &actor(70, role, MARKET), Act::Acknowledge, CASE);
        entitled(
            &case,
            &actor(70, Role::Inspector, of),
            Act::Acknowledge,
            ROLE,
        );
    }
}

#[test]
fn the_contractor_rectifies_but_does_not_sign_for_the_unit() {
    let mut case = Case::at(Status::Acknowledged);
    let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
        parts.responsibility.as_mut().unwrap().contractor = Some(unit(CONTRACTOR));
    });
    case.step(&factory(), xiaohao_core::acts::Plan::new(parts).unwrap());
    entitled(
        &case,
        &actor(70, Role::Unit, CONTRACTOR),
        Act::ApplyVerification,
        CASE,
    );
    entitled(&case, &factory(), Act::ApplyVerification, "");
}

#[test]
fn a_further_order_is_answered_by_its_addressee_and_once() {
    let mut case = Case::at(Status::Rectifying);
    entitled(&case, &market(), Act::AnswerFurtherOrder, CASE);
    case.step(&approver(), sample::order_further(date("2026-05-10")));
    entitled(&case, &market(), Act::AnswerFurtherOrder, "");
    entitled(&case, &factory(), Act::AnswerFurtherOrder, CASE);
    entitled(&case, &clerk(), Act::AnswerFurtherOrder, ROLE);
    case.step(&market(), sample::answer_further(case.today));
    entitled(&case, &market(), Act::AnswerFurtherOrder, CASE);
}

#[test]
fn who_hands_out_a_link_has_not_handled_the_hazard_by_that() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&township(), sample::hand_out_link(case.today));
    // Whoever works for the unit in another post is asked whether it had a hand in the work.
    let of = |of| actor(70, Role::Lead, of);
    entitled(&case, &of(LONGBO), Act::AddNote, CASE);
    entitled(&case, &of(FACTORY), Act::AddNote, "");
}

#[test]
fn office_and_commission_act_for_their_own_bodies_only() {
    let reported = Case::at(Status::Reported);
    let clerk_of = |of| actor(1, Role::OfficeClerk, of);
    entitled(&reported, &clerk_of(OFFICE), Act::List, "");
    entitled(&reported, &clerk_of(COMMISSION), Act::List, CASE);
    entitled(&reported, &inspector(), Act::List, ROLE);

    let verified = Case::at(Status::Verified);
    let approver_of = |of| actor(3, Role::OfficeApprover, of);
    entitled(&verified, &approver_of(OFFICE), Act::StrikeOff, "");
    entitled(&verified, &approver_of(COMMISSION), Act::StrikeOff, CASE);
    entitled(&verified, &clerk(), Act::StrikeOff, ROLE);
    entitled(&verified, &signer(), Act::StrikeOff, ROLE);

    let listed = Case::at(Status::Listed);
    let signer_of = |of| actor(4, Role::CommissionSigner, of);
    entitled(&listed, &signer_of(COMMISSION), Act::Supervise, "");
    entitled(&listed, &signer_of(OFFICE), Act::Supervise, CASE);
    entitled(&listed, &approver(), Act::Supervise, ROLE);
}

#[test]
fn an_extension_is_decided_by_the_body_that_issued_the_order() {
    let wrong_approver = actor(3, Role::OfficeApprover, COMMISSION);
    let wrong_signer = actor(4, Role::CommissionSigner, OFFICE);
    let asked = |mut case: Case| {
        case.step(&factory(), sample::request_extension(date("2026-07-31")));
        case
    };
    for act in [Act::GrantExtension, Act::RefuseExtension] {
        let by_office = asked(Case::at(Status::Rectifying));
        entitled(&by_office, &approver(), act, "");
        entitled(&by_office, &wrong_approver, act, CASE);
        entitled(&by_office, &signer(), act, CASE);
        entitled(&by_office, &clerk(), act, ROLE);

        let mut by_commission = Case::at(Status::Listed);
        by_commission.step(&signer(), sample::assign());
        by_commission.advance_to(Status::Rectifying);
        let by_commission = asked(by_commission);
        entitled(&by_commission, &signer(), act, "");
        entitled(&by_commission, &wrong_signer, act, CASE);
        entitled(&by_commission, &approver(), act, CASE);

        // The deadline is the commission's, whoever replaced its order; and what it has issued is its own, whoever set the deadline.
        for (first, second) in [(signer(), approver()), (approver(), signer())] {
            let mut case = Case::at(Status::Listed);
            case.step(&first, sample::assign());
            let mut returned = case.clone();
            returned.step(&factory(), sample::return_assignment());
            let again = but(sample::assign(), |says| says.order = sample::order(8));
            returned.step(&second, again);
            returned.advance_to(Status::Rectifying);
            let returned = asked(returned);

            case.advance_to(Status::Acknowledged);
            case.step(&second, sample::reassign(date("2026-06-30")));
            case.step(&market(), sample::acknowledge(case.today));
            case.step(&market(), sample::plan(date("2026-06-20")));
            case.step(&market(), sample::request_extension(date("2026-07-31")));
            for case in [case, returned] {
                entitled(&case, &signer(), act, "");
                entitled(&case, &approver(), act, CASE);
            }
        }

        let mut supervised = by_office.clone();
        supervised.step(&signer(), sample::supervise());
        entitled(&supervised, &signer(), act, "");
        entitled(&supervised, &approver(), act, CASE);
        supervised.step(
            &signer(),
            sample::lift_supervision(SupervisionLevel::County),
        );
        entitled(&supervised, &approver(), act, "");
    }
}

#[test]
fn who_rectified_does_not_verify_whatever_his_role_now() {
    let case = Case::at(Status::AwaitingVerification);
    for (by, expected) in [
        (inspector(), ""),
        (lead(), ""),
        (town_inspector(), ""),
        (clerk(), ""),
        (stranger(), CASE),
        (actor(5, Role::Inspector, FIRE_BRIGADE), CASE),
        (factory(), ROLE),
    ] {
        entitled(&case, &by, Act::PassVerification, expected);
    }
}

#[test]
fn an_inspector_of_the_rectifying_side_does_not_verify() {
    let mut case = Case::at(Status::Listed);
    let order = but(sample::assign(), |says| {
        says.terms.parties.responsible = sample::holder(LONGBO);
    });
    case.step(&approver(), order);
    case.step(&township(), sample::acknowledge(case.today));
    let further = but(sample::order_further(date("2026-05-10")), |says| {
        says.terms.parties.responsible = sample::holder(FIRE_BRIGADE);
    });
    case.step(&approver(), further);
    case.step(&township(), sample::plan(date("2026-06-20")));
    case.step(&township(), sample::apply(60));
    // Of the responsible township, and of the lead unit that has a further order.
    entitled(&case, &town_inspector(), Act::PassVerification, CASE);
    entitled(&case, &inspector(), Act::PassVerification, CASE);
    entitled(&case, &clerk(), Act::PassVerification, "");
}

#[test]
fn an_application_is_withdrawn_by_the_side_that_made_it() {
    let by_unit = Case::at(Status::AwaitingVerification);
    let mut by_lead = Case::at(Status::Rectifying);
    by_lead.step(&lead(), sample::apply_shutdown(60));
    let act = Act::WithdrawApplication;
    let lead_of = |of| actor(6, Role::Lead, of);
    entitled(&by_unit, &factory(), act, "");
    entitled(&by_unit, &market(), act, CASE);
    entitled(&by_unit, &lead(), act, CASE);
    entitled(&by_lead, &lead(), act, "");
    entitled(&by_lead, &lead_of(HOUSING_BUREAU), act, CASE);
    entitled(&by_lead, &actor(6, Role::Township, FIRE_BRIGADE), act, CASE);
    entitled(&by_lead, &factory(), act, CASE);
    entitled(&by_lead, &clerk(), act, ROLE);
}

#[test]
fn anybody_of_these_roles_reports_and_nobody_else() {
    let case = Case::new();
    for by in everybody() {
        let says = case.fitting(Act::Report, &by);
        let may_report = matches!(
            by.role,
            Role::Inspector
                | Role::Lead
                | Role::Township
                | Role::Unit
                | Role::OfficeClerk
                | Role::Intake
                | Role::Platform
        );
        let expected: &[&str] = if may_report { &[] } else { &[ROLE] };
        check(&case, &by, says, expected);
    }
    let clerk_elsewhere = actor(1, Role::OfficeClerk, FIRE_BRIGADE);
    check(&case, &clerk_elsewhere, sample::report(), &[CASE]);
}

#[test]
fn the_refusal_names_those_who_may() {
    let refusals = refused(&Case::at(Status::Listed), &factory(), sample::assign());
    assert_eq!(
        refusals.first(),
        Some(&Refusal::NotYourRole {
            act: Act::Assign,
            who: "县安委办审批人、县安委会签发人".to_owned()
        })
    );
    let mut case = Case::at(Status::Closed);
    case.pass_days(1);
    let refusals = refused(&case, &stranger(), sample::look_back(LookBackResult::Holds));
    assert_eq!(
        refusals.first(),
        Some(&Refusal::NotYourCase {
            act: Act::LookBack,
            who: "检查人员、牵头责任单位、属地乡镇、县安委办经办人".to_owned()
        })
    );
}
