//! T05–T08 and X07: orders, receipts, returns and reassignments.

use super::older_papers::with_paper_of_earlier_cycle;
use super::{Provocation, check, refused};
use chrono::{Months, NaiveDate};
use xiaohao_core::acts::{Assign, Parties, Reassign};
use xiaohao_core::county_data::CountyData;
use xiaohao_core::order::HazardReference;
use xiaohao_core::values::{EvidenceKind, Holder, ReopenReason, SupervisionLevel};
use xiaohao_core::{Refusals, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("JUDGE_WOULD_RECTIFY", || {
        let says = but(sample::assign(), |says| {
            says.terms.parties.responsible = held_by(OFFICE);
        });
        refused(&Case::at(Status::Listed), &approver(), says)
    }),
    ("COMMISSION_MUST_SIGN", || {
        refused(&supervised(Status::Listed), &approver(), sample::assign())
    }),
    ("DEADLINE_NOT_AFTER_ISSUE", || {
        refused(
            &Case::at(Status::Listed),
            &approver(),
            due(date("2026-03-05")),
        )
    }),
    ("DEADLINE_BEYOND_CAP", || {
        let case = where_no_deadline_is_longer_than_a_year(Status::Listed);
        refused(&case, &approver(), due(date("2027-06-30")))
    }),
    ("PLAN_DUE_AFTER_DEADLINE", || {
        refused(
            &Case::at(Status::Listed),
            &approver(),
            plan_due(date("2026-07-01")),
        )
    }),
    ("PLAN_DUE_BEFORE_ISSUE", || {
        refused(
            &Case::at(Status::Listed),
            &approver(),
            plan_due(date("2026-03-04")),
        )
    }),
    ("ASSIGNER_UNKNOWN", || {
        let says = but(sample::assign(), |says| {
            says.terms.parties.assigner.unit = unit(999);
        });
        refused(&Case::at(Status::Listed), &approver(), says)
    }),
    ("COORDINATOR_UNKNOWN", || {
        let says = but(sample::assign(), |says| {
            says.terms.parties.coordinator.unit = unit(999);
        });
        refused(&Case::at(Status::Listed), &approver(), says)
    }),
    ("ASSIGNER_NOT_ISSUER", || {
        refused(
            &Case::at(Status::Listed),
            &approver(),
            assigned_by_the_commission(),
        )
    }),
    ("RESPONSIBLE_NAMED_OTHERWISE", || {
        refused_naming(|parties| parties.responsible = named_otherwise())
    }),
    ("ASSIGNER_NAMED_OTHERWISE", || {
        refused_naming(|parties| parties.assigner.name = sample::line("县应急管理局"))
    }),
    ("COORDINATOR_NAMED_OTHERWISE", || {
        refused_naming(|parties| parties.coordinator.name = sample::line("县应急管理局"))
    }),
    ("ORDER_DOES_NOT_LIST", || {
        let case = with_order(Case::at(Status::Listed), 2);
        refused(&case, &approver(), sample::assign())
    }),
    ("ORDER_OF_EARLIER_CYCLE", || {
        let (case, paper) = with_paper_of_earlier_cycle();
        refused(&case, &approver(), paper)
    }),
    ("ORDER_ALREADY_USED", || {
        let mut case = Case::at(Status::Rectifying);
        let says = sample::order_further(date("2026-05-10"));
        case.step(&approver(), says.clone());
        refused(&case, &approver(), says)
    }),
    ("ORDER_ID_TAKEN", || {
        refused(
            &taken(Case::at(Status::Listed), 1),
            &approver(),
            sample::assign(),
        )
    }),
    ("RECEIPT_DATE_WRONG", || {
        let says = sample::acknowledge(date("2026-03-07"));
        refused(&Case::at(Status::Assigned), &factory(), says)
    }),
    ("RETURN_TOO_LATE", || {
        let mut case = Case::at(Status::Assigned);
        refused(
            case.on("2026-03-11"),
            &factory(),
            sample::return_assignment(),
        )
    }),
    ("SAME_UNIT", || {
        refused(
            &Case::at(Status::Rectifying),
            &approver(),
            reassign_to(FACTORY),
        )
    }),
    ("DEADLINE_MOVED", || {
        let says = sample::reassign(date("2026-07-01"));
        refused(&Case::at(Status::Rectifying), &approver(), says)
    }),
    ("FURTHER_ORDER_UNKNOWN", || {
        let says = but(sample::answer_further(date("2026-03-14")), |says| {
            says.order = sample::order(9);
        });
        refused(&with_further(), &market(), says)
    }),
];

fn supervised(status: Status) -> Case {
    let mut case = Case::at(status);
    case.step(&signer(), sample::supervise());
    case
}

/// An order that says that the commission assigns.
fn assigned_by_the_commission() -> Assign {
    but(sample::assign(), |says| {
        let assigner = &mut says.terms.parties.assigner;
        assigner.unit = unit(COMMISSION);
        assigner.name = sample::line("县安委会");
    })
}

#[test]
fn what_the_commission_assigns_the_commission_signs() {
    let case = Case::at(Status::Listed);
    let refusal: &[&str] = &["ASSIGNER_NOT_ISSUER"];
    check(&case, &approver(), assigned_by_the_commission(), refusal);
    check(&case, &signer(), assigned_by_the_commission(), &[]);
}

/// The factory under another name.
fn named_otherwise() -> Holder {
    sample::holder_called(FACTORY, "癸酉竹木制品厂（化名）")
}

fn refused_naming(change: fn(&mut Parties)) -> Refusals {
    let says = but(sample::assign(), |says| change(&mut says.terms.parties));
    refused(&Case::at(Status::Listed), &approver(), says)
}

#[test]
fn whoever_is_in_the_directory_bears_its_name_on_an_order_of_any_kind() {
    let otherwise = ["RESPONSIBLE_NAMED_OTHERWISE"];
    let reassign = but(reassign_to(MARKET), |says| {
        says.terms.parties.responsible = sample::holder_called(MARKET, "某市场（化名）");
    });
    check(
        &Case::at(Status::Rectifying),
        &approver(),
        reassign,
        &otherwise,
    );
    let further = but(sample::order_further(date("2026-05-10")), |says| {
        says.terms.parties.responsible = sample::holder_called(MARKET, "某市场（化名）");
    });
    check(
        &Case::at(Status::Rectifying),
        &approver(),
        further,
        &otherwise,
    );
    let nobody = but(sample::assign(), |says| {
        says.terms.parties.responsible = sample::holder_called(998, "某厂（化名）");
    });
    check(&Case::at(Status::Listed), &approver(), nobody, &[]);
}

#[test]
fn the_commission_and_its_office_may_be_called_in_short_and_no_other_unit() {
    let mut case = Case::at(Status::Listed);
    let text = county_data(&case.county).written().unwrap();
    let long = text.replacen(
        "\"name\":\"县安委办\"",
        "\"name\":\"双牌县安全生产委员会办公室\"",
        1,
    );
    assert_ne!(text, long);
    let data = CountyData::read(&long).unwrap();
    case.county = data.county().unwrap();
    let naming = |assigner: &str| {
        but(sample::assign(), |says| {
            says.terms.parties.assigner.name = sample::line(assigner);
        })
    };
    for name in ["县安委办", "双牌县安全生产委员会办公室"] {
        check(&case, &approver(), naming(name), &[]);
    }
    for name in ["县安委会", "县应急办"] {
        check(
            &case,
            &approver(),
            naming(name),
            &["ASSIGNER_NAMED_OTHERWISE"],
        );
    }
}

fn due(on: NaiveDate) -> Assign {
    but(sample::assign(), |says| says.terms = sample::terms(on))
}

fn plan_due(on: NaiveDate) -> Assign {
    but(sample::assign(), |says| says.terms.plan_due_on = on)
}

fn reassign_to(number: u128) -> Reassign {
    but(sample::reassign(date("2026-06-30")), |says| {
        says.terms.parties.responsible = sample::holder(number);
    })
}

fn with_further() -> Case {
    let mut case = Case::at(Status::Rectifying);
    case.step(&approver(), sample::order_further(date("2026-05-10")));
    case
}

/// The desk with the order 1 issued by the office for one hazard, on the terms of the sample.
fn with_order(mut case: Case, hazard: u128) -> Case {
    let terms = sample::terms(date("2026-06-30"));
    let hazard = HazardReference {
        id: sample::hazard(hazard),
        ..case.reference()
    };
    let content = sample::assignment_order(1, terms, &[hazard]);
    case.known.orders = vec![case.issued(&approver(), content)];
    case
}

#[test]
fn an_order_is_on_a_hazard_once_in_all_its_cycles() {
    let returned = but(Case::at(Status::Assigned), |case| {
        case.step(&factory(), sample::return_assignment());
    });
    let reopened = but(Case::at(Status::Closed), |case| {
        case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    });
    for case in [returned, reopened] {
        let again = |order| {
            but(sample::assign(), |says| {
                says.order = order;
                says.terms = sample::asking_from(sample::terms(date("2026-06-30")), case.today);
            })
        };
        let used: &[&str] = &["ORDER_ALREADY_USED"];
        let first = sample::assign().order;
        check(&case, &approver(), again(first), used);
        check(&case, &approver(), again(sample::order(70)), &[]);
    }
}

#[test]
fn what_is_supervised_is_assigned_by_the_commission() {
    let case = supervised(Status::Listed);
    let refusal: &[&str] = &["COMMISSION_MUST_SIGN"];
    check(&case, &approver(), sample::assign(), refusal);
    check(&case, &signer(), sample::assign(), &[]);
    for status in [Status::Acknowledged, Status::Rectifying] {
        let case = supervised(status);
        let says = sample::reassign(date("2026-06-30"));
        check(&case, &approver(), says.clone(), refusal);
        check(&case, &signer(), says.clone(), &[]);
        check(&Case::at(status), &approver(), says, &[]);
    }
}

#[test]
fn once_supervision_is_lifted_the_office_assigns_again() {
    let mut case = supervised(Status::Listed);
    let lift = sample::lift_supervision(SupervisionLevel::County);
    case.step(&signer(), lift);
    check(&case, &approver(), sample::assign(), &[]);
}

#[test]
fn a_deadline_lies_after_the_day_of_issue() {
    let case = Case::at(Status::Listed);
    let refusal: &[&str] = &["DEADLINE_NOT_AFTER_ISSUE"];
    check(&case, &approver(), due(case.today), refusal);
    let next = case.today.succ_opt().unwrap();
    check(&case, &approver(), due(next), &[]);
    let work = Case::at(Status::Rectifying);
    let further = |due_on| sample::order_further(due_on);
    check(&work, &approver(), further(work.today), refusal);
    let next = work.today.succ_opt().unwrap();
    check(&work, &approver(), further(next), &[]);
}

fn where_no_deadline_is_longer_than_a_year(status: Status) -> Case {
    let mut case = Case::at(status);
    case.county.policy = policy("qingdao");
    case
}

#[test]
fn a_deadline_lies_within_the_cap_where_the_county_has_one() {
    let in_a_year = |case: &Case| case.today.checked_add_months(Months::new(12)).unwrap();
    let beyond = |case: &Case| in_a_year(case).succ_opt().unwrap();
    let refusal: &[&str] = &["DEADLINE_BEYOND_CAP"];
    let case = where_no_deadline_is_longer_than_a_year(Status::Listed);
    check(&case, &approver(), due(in_a_year(&case)), &[]);
    check(&case, &approver(), due(beyond(&case)), refusal);
    let further = |due_on| sample::order_further(due_on);
    let work = where_no_deadline_is_longer_than_a_year(Status::Rectifying);
    check(&work, &approver(), further(in_a_year(&work)), &[]);
    check(&work, &approver(), further(beyond(&work)), refusal);
    // Elsewhere whoever sets it is advised.
    let shuangpai = Case::at(Status::Listed);
    check(&shuangpai, &approver(), due(date("2030-06-30")), &[]);
}

#[test]
fn a_plan_is_due_by_the_deadline() {
    let case = Case::at(Status::Listed);
    check(&case, &approver(), plan_due(date("2026-06-30")), &[]);
    let late = plan_due(date("2026-07-01"));
    check(&case, &approver(), late, &["PLAN_DUE_AFTER_DEADLINE"]);
    let work = Case::at(Status::Rectifying);
    let late = but(sample::order_further(date("2026-05-10")), |says| {
        says.terms.plan_due_on = date("2026-05-11");
    });
    check(&work, &approver(), late, &["PLAN_DUE_AFTER_DEADLINE"]);
}

#[test]
fn an_issued_order_is_used_only_for_what_it_says() {
    let refusal: &[&str] = &["ORDER_DOES_NOT_LIST"];
    let of_another = with_order(Case::at(Status::Listed), 2);
    check(&of_another, &approver(), sample::assign(), refusal);
    let case = with_order(Case::at(Status::Listed), 1);
    check(&case, &approver(), sample::assign(), &[]);
    check(&case, &approver(), due(date("2026-06-29")), refusal);
    check(&case, &approver(), plan_due(date("2026-04-11")), refusal);
    let other_order = but(due(date("2026-06-29")), |says| {
        says.order = sample::order(7);
    });
    check(&case, &approver(), other_order, &[]);

    let both: &[&str] = &["ORDER_DOES_NOT_LIST", "ORDER_ALREADY_USED"];
    let work = with_order(Case::at(Status::Rectifying), 1);
    let reassign = but(sample::reassign(date("2026-06-30")), |says| {
        says.order = sample::order(1);
    });
    check(&work, &approver(), reassign, both);
    let further = |order: u128| {
        but(sample::order_further(date("2026-05-10")), |says| {
            says.order = sample::order(order);
        })
    };
    check(&work, &approver(), further(1), both);
    let of_another = with_order(Case::at(Status::Rectifying), 6);
    check(&of_another, &approver(), further(6), &[]);
}

#[test]
fn a_plan_is_asked_for_from_the_day_of_the_order_on() {
    let early: &[&str] = &["PLAN_DUE_BEFORE_ISSUE"];
    let case = Case::at(Status::Listed);
    let yesterday = case.today.pred_opt().unwrap();
    check(&case, &approver(), plan_due(yesterday), early);
    check(&case, &approver(), plan_due(case.today), &[]);
    let work = Case::at(Status::Rectifying);
    let (day_before, today) = (work.today.pred_opt().unwrap(), work.today);
    for (plan_due_on, told) in [(day_before, early), (today, &[])] {
        let further = but(sample::order_further(date("2026-05-10")), |says| {
            says.terms.plan_due_on = plan_due_on;
        });
        check(&work, &approver(), further, told);
    }
    // Another unit takes over the deadline as it was, and is given time for a plan of its own, also where the deadline has passed.
    for day in [work.today, date("2026-07-20")] {
        let work = but(work.clone(), |case| case.today = day);
        for (plan_due_on, told) in [(day.pred_opt().unwrap(), early), (day, &[])] {
            let kept = but(sample::reassign(date("2026-06-30")), |says| {
                says.terms.plan_due_on = plan_due_on;
            });
            check(&work, &approver(), kept, told);
        }
    }
    // A paper that is out already is cited as it is.
    let mut cited = with_order(Case::at(Status::Rectifying), 1);
    cited.on("2026-04-20");
    let says = but(sample::order_further(date("2026-06-30")), |says| {
        says.order = sample::order(1);
        says.terms.plan_due_on = date("2026-04-10");
    });
    let told = cited.refusal_codes(&approver(), says);
    assert!(!told.contains(&early[0]), "{told:?}");
}

#[test]
fn who_assigns_and_who_coordinates_is_in_the_directory_and_who_rectifies_need_not_be() {
    let both: &[&str] = &["ASSIGNER_UNKNOWN", "COORDINATOR_UNKNOWN"];
    let nobody = |terms: &mut xiaohao_core::acts::OrderTerms| {
        terms.parties.assigner.unit = unit(999);
        terms.parties.coordinator.unit = unit(998);
    };
    let assign = but(sample::assign(), |says| nobody(&mut says.terms));
    check(&Case::at(Status::Listed), &approver(), assign, both);
    let work = Case::at(Status::Rectifying);
    let reassign = but(sample::reassign(date("2026-06-30")), |says| {
        nobody(&mut says.terms);
    });
    check(&work, &approver(), reassign, both);
    let further = but(sample::order_further(date("2026-05-10")), |says| {
        nobody(&mut says.terms);
    });
    check(&work, &approver(), further, both);
    let stranger = but(sample::assign(), |says| {
        says.terms.parties.responsible = sample::holder(997);
    });
    check(&Case::at(Status::Listed), &approver(), stranger, &[]);
}

/// The id of this order is that of another one.
fn taken(mut case: Case, order: u128) -> Case {
    case.known.orders_taken.insert(sample::order(order));
    case
}

#[test]
fn an_order_has_an_id_of_its_own_whatever_it_is_issued_with() {
    let told: &[&str] = &["ORDER_ID_TAKEN"];
    let listed = taken(Case::at(Status::Listed), 1);
    check(&listed, &approver(), sample::assign(), told);
    let other = but(sample::assign(), |says| says.order = sample::order(2));
    check(&listed, &approver(), other, &[]);
    let supervise = sample::supervise();
    let notice = supervise.order.unwrap();
    let mut case = Case::at(Status::Listed);
    check(&case, &signer(), supervise.clone(), &[]);
    case.known.orders_taken.insert(notice);
    check(&case, &signer(), supervise, told);
    let work = taken(Case::at(Status::Rectifying), 6);
    let reassign = |order| {
        but(sample::reassign(date("2026-06-30")), |says| {
            says.order = sample::order(order);
        })
    };
    check(&work, &approver(), reassign(6), told);
    let further = |order| {
        but(sample::order_further(date("2026-05-10")), |says| {
            says.order = sample::order(order);
        })
    };
    check(&work, &approver(), further(6), told);
    // Of one that is on this hazard already nothing more is said.
    let own = taken(Case::at(Status::Rectifying), 1);
    check(&own, &approver(), reassign(1), &["ORDER_ALREADY_USED"]);
    check(&own, &approver(), further(1), &["ORDER_ALREADY_USED"]);
}

#[test]
fn a_further_order_is_used_once_even_when_it_is_answered() {
    let mut case = with_further();
    let same = sample::order_further(date("2026-05-10"));
    check(&case, &approver(), same.clone(), &["ORDER_ALREADY_USED"]);
    case.step(&market(), sample::answer_further(case.today));
    check(&case, &approver(), same.clone(), &["ORDER_ALREADY_USED"]);
    let next = but(same, |says| says.order = sample::order(5));
    check(&case, &approver(), next, &[]);
}

#[test]
fn a_receipt_is_dated_between_the_issue_and_the_act() {
    let mut case = Case::at(Status::Assigned);
    case.pass_days(2);
    let received = |on: &str| sample::acknowledge(date(on));
    let refusal: &[&str] = &["RECEIPT_DATE_WRONG"];
    check(&case, &factory(), received("2026-03-07"), refusal);
    check(&case, &factory(), received("2026-03-08"), &[]);
    check(&case, &factory(), received("2026-03-10"), &[]);
    check(&case, &factory(), received("2026-03-11"), refusal);

    let mut case = with_further();
    case.pass_days(2);
    let received = |on: &str| sample::answer_further(date(on));
    check(&case, &market(), received("2026-03-13"), refusal);
    check(&case, &market(), received("2026-03-14"), &[]);
    check(&case, &market(), received("2026-03-16"), &[]);
    check(&case, &market(), received("2026-03-17"), refusal);
}

#[test]
fn an_order_is_returned_within_the_time_for_signing() {
    // Issued on a Sunday: the two working days are Monday and Tuesday.
    let mut case = Case::at(Status::Assigned);
    case.on("2026-03-10");
    check(&case, &factory(), sample::return_assignment(), &[]);
    case.on("2026-03-11");
    let refusal: &[&str] = &["RETURN_TOO_LATE"];
    check(&case, &factory(), sample::return_assignment(), refusal);
}

#[test]
fn an_order_goes_to_another_unit_than_the_one_that_rectifies() {
    let case = Case::at(Status::Rectifying);
    let refusal: &[&str] = &["SAME_UNIT"];
    check(&case, &approver(), reassign_to(FACTORY), refusal);
    check(&case, &approver(), reassign_to(MARKET), &[]);
    let further = but(sample::order_further(date("2026-05-10")), |says| {
        says.terms.parties.responsible = sample::holder(FACTORY);
    });
    check(&case, &approver(), further, refusal);
}

#[test]
fn reassignment_moves_the_deadline_neither_back_nor_forth() {
    let refusal: &[&str] = &["DEADLINE_MOVED"];
    for status in [Status::Acknowledged, Status::Rectifying] {
        let case = Case::at(status);
        let due = |on: &str| sample::reassign(date(on));
        check(&case, &approver(), due("2026-06-29"), refusal);
        check(&case, &approver(), due("2026-06-30"), &[]);
        check(&case, &approver(), due("2026-07-01"), refusal);
    }
}

#[test]
fn a_further_order_is_answered_by_its_addressee_under_its_own_number() {
    let mut case = with_further();
    let second = but(sample::order_further(date("2026-05-10")), |says| {
        says.order = sample::order(5);
        says.terms.parties.responsible = sample::holder(WULIPAI);
    });
    case.step(&approver(), second);
    let answer = |order| {
        but(sample::answer_further(case.today), |says| {
            says.order = sample::order(order);
        })
    };
    let refusal: &[&str] = &["FURTHER_ORDER_UNKNOWN"];
    check(&case, &market(), answer(4), &[]);
    check(&case, &market(), answer(5), refusal);
    check(&case, &market(), answer(6), refusal);
}

#[test]
fn what_is_supervised_is_not_assigned_by_a_paper_that_the_office_issued() {
    let mut case = with_order(Case::at(Status::Listed), 1);
    check(&case, &signer(), sample::assign(), &[]);
    case.step(&signer(), sample::supervise());
    check(
        &case,
        &signer(),
        sample::assign(),
        &["COMMISSION_MUST_SIGN"],
    );
}

#[test]
fn an_assignment_bears_the_day_of_its_paper_and_is_not_dated_before_it() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(2);
    let mut case = with_order(case, 1);
    let issued_on = case.today;
    let day_before = issued_on - chrono::TimeDelta::days(1);
    let before = case.verdict_on(&approver(), day_before, sample::assign());
    assert_eq!(before, ["BEFORE_PREVIOUS_ACT"]);
    assert_eq!(
        case.verdict_on(&approver(), issued_on, sample::assign()),
        [""; 0]
    );
    case.pass_days(2);
    case.step(&approver(), sample::assign());
    let order = &case.hazard().assignment().unwrap().order;
    assert_eq!(order.issued_on, issued_on);
}

#[test]
fn a_reassigned_unit_files_its_plan_before_the_deadline_that_is_still_to_come() {
    let mut case = Case::at(Status::Rectifying);
    let planning = |on: &str| {
        but(sample::reassign(date("2026-06-30")), |says| {
            says.terms.plan_due_on = date(on);
        })
    };
    check(&case, &approver(), planning("2026-06-30"), &[]);
    check(
        &case,
        &approver(),
        planning("2026-07-01"),
        &["PLAN_DUE_AFTER_DEADLINE"],
    );
    case.on("2026-06-30");
    check(
        &case,
        &approver(),
        planning("2026-07-01"),
        &["PLAN_DUE_AFTER_DEADLINE"],
    );
    case.on("2026-07-01");
    check(&case, &approver(), planning("2026-07-11"), &[]);
}

#[test]
fn a_receipt_counts_when_the_server_holds_it() {
    let case = Case::at(Status::Assigned);
    let unheld = but(sample::acknowledge(case.today), |says| {
        says.receipt = sample::files(EvidenceKind::Document, &[201]);
    });
    check(&case, &factory(), unheld, &["EVIDENCE_NOT_RECEIVED"]);
    let mut further = with_further();
    further.pass_days(1);
    let unheld = but(sample::answer_further(further.today), |says| {
        says.evidence = sample::files(EvidenceKind::Document, &[201]);
    });
    check(&further, &market(), unheld, &["EVIDENCE_NOT_RECEIVED"]);
}

#[test]
fn the_office_orders_nobody_further_where_the_commission_supervises() {
    let mut case = Case::at(Status::Rectifying);
    let further = sample::order_further(date("2026-05-10"));
    check(&case, &approver(), further.clone(), &[]);
    case.step(&signer(), sample::supervise());
    check(
        &case,
        &approver(),
        further.clone(),
        &["COMMISSION_MUST_SIGN"],
    );
    check(&case, &signer(), further, &[]);
}

#[test]
fn a_superseded_order_does_not_come_back() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    case.step(&market(), sample::acknowledge(case.today));
    let back = |order: u128| {
        but(sample::reassign(date("2026-06-30")), |says| {
            says.order = sample::order(order);
            says.terms.parties.responsible = sample::holder(FACTORY);
        })
    };
    check(&case, &approver(), back(1), &["ORDER_ALREADY_USED"]);
    check(&case, &approver(), back(2), &["ORDER_ALREADY_USED"]);
    check(&case, &approver(), back(3), &[]);
}

/// A unit of the county as one that holds a hazard, under its own name.
fn held_by(number: u128) -> xiaohao_core::values::Holder {
    let county = county();
    let own = county.directory.unit(unit(number)).unwrap();
    sample::holder_called(number, own.name.as_str())
}

#[test]
fn who_judges_rectifies_nothing() {
    let judge: &[&str] = &["JUDGE_WOULD_RECTIFY"];
    let reported = Case::at(Status::Reported);
    let listed = Case::at(Status::Listed);
    let signed = Case::at(Status::Acknowledged);
    let work = Case::at(Status::Rectifying);
    for (number, told) in [(OFFICE, judge), (COMMISSION, judge), (LONGBO, &[])] {
        let list = but(sample::list(), |says| says.holder = held_by(number));
        check(&reported, &clerk(), list, told);
        let assign = but(sample::assign(), |says| {
            says.terms.parties.responsible = held_by(number);
        });
        check(&listed, &approver(), assign, told);
        let further = but(sample::order_further(date("2026-05-10")), |says| {
            says.terms.parties.responsible = held_by(number);
        });
        check(&work, &approver(), further, told);
        let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
            parts.responsibility.as_mut().unwrap().contractor = Some(unit(number));
        });
        let plan = xiaohao_core::acts::Plan::new(parts).unwrap();
        let told: &[&str] = &["CONTRACTOR_IS_AUTHORITY"];
        check(&signed, &factory(), plan.clone(), told);
        let revised = but(sample::revise_plan(date("2026-06-20")), |says| {
            says.plan = plan;
        });
        check(&work, &factory(), revised, told);
    }
}
