//! Acts that rest on a paper of before: the unit has the order from the act on, and a paper of an earlier cycle is about what was struck
//! off since.

use super::check;
use xiaohao_core::Status;
use xiaohao_core::acts::Assign;
use xiaohao_core::values::ReopenReason;
use xiaohao_tests::*;

/// A hazard that was listed again, and a paper that named it before.
pub(super) fn with_paper_of_earlier_cycle() -> (Case, Assign) {
    let mut case = Case::at(Status::Rectifying);
    let terms = sample::terms(date("2026-08-31"));
    let paper = sample::assignment_order(6, terms.clone(), &[case.reference()]);
    case.known.orders = vec![case.issued(&approver(), paper)];
    case.advance_to(Status::Closed);
    case.pass_days(1);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    let order = sample::order(6);
    (case, Assign { order, terms })
}

#[test]
fn an_order_that_waited_on_its_paper_is_not_signed_for_before_the_unit_has_it() {
    let mut case = Case::at(Status::Acknowledged);
    let says = sample::reassign(date("2026-06-30"));
    let paper = sample::assignment_order(2, says.terms.clone(), &[case.reference()]);
    case.known.orders = vec![case.issued(&approver(), paper)];
    let issued_on = case.today;
    case.pass_days(5);
    case.step(&approver(), says);
    let refusal: &[&str] = &["RECEIPT_DATE_WRONG"];
    let received = sample::acknowledge;
    check(&case, &market(), received(issued_on), refusal);
    check(&case, &market(), received(case.today), &[]);
}

#[test]
fn a_paper_of_before_a_hazard_was_listed_again_assigns_it_no_more() {
    let (mut case, paper) = with_paper_of_earlier_cycle();
    let refusal: &[&str] = &["ORDER_OF_EARLIER_CYCLE"];
    check(&case, &approver(), paper.clone(), refusal);
    let content = sample::assignment_order(7, paper.terms.clone(), &[case.reference()]);
    case.known.orders = vec![case.issued(&approver(), content)];
    let order = sample::order(7);
    check(&case, &approver(), Assign { order, ..paper }, &[]);
}
