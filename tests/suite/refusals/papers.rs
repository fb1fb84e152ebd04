//! Orders and circulars: who drafts and signs, what they may say, and that nothing issued changes.

use super::Provocation;
use chrono::NaiveDate;
use xiaohao_core::circular::{CircularContent, CorrectedItem, ItemKind};
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperState, decide_paper, evolve_paper};
use xiaohao_core::values::{DocumentNumber, Series};
use xiaohao_core::{Actor, Context, HazardStanding, Refusal, Refusals, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("PAPER_UNKNOWN", || {
        refused::<OrderContent>(None, &signer(), PaperCommand::Issue)
    }),
    ("PAPER_NOT_DRAFT", || {
        refused(
            Some(&PaperState::Discarded),
            &clerk(),
            PaperCommand::Revise(order(&[1])),
        )
    }),
    ("PAPER_ROLE", || {
        refused(None, &factory(), PaperCommand::Draft(order(&[1])))
    }),
    ("ITEMS_OUT_OF_BOUNDS", || {
        refused(None, &clerk(), PaperCommand::Draft(order(&[])))
    }),
    ("ITEM_TWICE", || {
        refused(None, &clerk(), PaperCommand::Draft(order(&[1, 1])))
    }),
    ("CIRCULAR_PERIOD_WRONG", || {
        let content = period("2026-03-02", "2026-03-01", "2026-03-02");
        refused(None, &clerk(), PaperCommand::Draft(content))
    }),
    ("CORRECTION_NAMES_NOTHING", || {
        let content = but(circular(ItemKind::Correction), |content| {
            content.items[0].corrects = None;
        });
        refused(None, &clerk(), PaperCommand::Draft(content))
    }),
    ("ITEM_NOT_CLOSED", || refused_issue(ItemKind::Closure)),
    ("ITEM_NOT_OVERDUE", || refused_issue(ItemKind::Overdue)),
    ("ITEM_UNKNOWN", || refused_issue(ItemKind::Praise)),
];

fn refused<P: Paper>(
    state: Option<&PaperState<P>>,
    by: &Actor,
    command: PaperCommand<P>,
) -> Refusals
where
    xiaohao_core::paper::PaperEvent<P>: std::fmt::Debug,
{
    match decide_paper(state, command, &Case::new().context(by)) {
        Ok(event) => panic!("not refused: {event:?}"),
        Err(refusals) => refusals,
    }
}

fn refused_issue(kind: ItemKind) -> Refusals {
    refused(
        Some(&draft(circular(kind))),
        &approver(),
        PaperCommand::Issue,
    )
}

fn draft<P: Paper>(content: P) -> PaperState<P> {
    PaperState::Draft {
        content,
        drafted_by: clerk().person,
    }
}

fn codes<P: Paper>(
    case: &Case,
    state: Option<&PaperState<P>>,
    by: &Actor,
    command: PaperCommand<P>,
) -> Vec<&'static str> {
    match decide_paper(state, command, &case.context(by)) {
        Ok(_) => Vec::new(),
        Err(refusals) => refusals.iter().map(Refusal::code).collect(),
    }
}

fn check_draft<P: Paper>(content: P, expected: &[&str]) {
    let case = Case::new();
    let drafted = codes(&case, None, &clerk(), PaperCommand::Draft(content.clone()));
    assert_eq!(drafted, expected, "drafted");
    let state = draft(content.clone());
    let revised = codes(&case, Some(&state), &clerk(), PaperCommand::Revise(content));
    assert_eq!(revised, expected, "revised");
}

fn check_issue<P: Paper>(case: &Case, by: &Actor, content: P, expected: &[&str]) {
    let issued = codes(case, Some(&draft(content)), by, PaperCommand::Issue);
    assert_eq!(issued, expected, "issued by {:?}", by.role);
}

fn reference(number: u128) -> HazardReference {
    HazardReference {
        id: sample::hazard(number),
        ..Case::new().reference()
    }
}

fn item(number: u128) -> AssignmentItem {
    AssignmentItem {
        hazard: reference(number),
        due_on: date("2026-06-30"),
        plan_due_on: date("2026-04-10"),
    }
}

fn order_of(body: OrderBody) -> OrderContent {
    OrderContent {
        id: sample::order(1),
        signatory: sample::name("签发戊"),
        requirements: sample::prose("按期整改到位。"),
        body,
    }
}

fn order_with(items: Vec<AssignmentItem>) -> OrderContent {
    let terms = sample::terms(date("2026-06-30"));
    order_of(OrderBody::Assignment {
        parties: Box::new(terms.parties),
        report_every: terms.report_every,
        interim_measures: terms.interim_measures,
        items,
    })
}

fn order(hazards: &[u128]) -> OrderContent {
    order_with(hazards.iter().map(|number| item(*number)).collect())
}

fn order_due(due_on: NaiveDate, plan_due_on: NaiveDate) -> OrderContent {
    order_with(vec![
        item(1),
        AssignmentItem {
            due_on,
            plan_due_on,
            ..item(2)
        },
    ])
}

fn notice(hazards: &[u128]) -> OrderContent {
    order_of(OrderBody::Supervision {
        items: hazards.iter().map(|number| reference(*number)).collect(),
    })
}

fn circular(kind: ItemKind) -> CircularContent {
    Case::new().circular_content(sample::circular(1), kind)
}

fn period(from: &str, to: &str, as_of: &str) -> CircularContent {
    but(circular(ItemKind::Praise), |content| {
        content.period_from = date(from);
        content.period_to = date(to);
        content.as_of = date(as_of);
        content.items.clear();
    })
}

#[test]
fn what_was_not_drafted_is_neither_revised_nor_issued_nor_discarded() {
    let case = Case::new();
    let unknown = ["PAPER_UNKNOWN"];
    let reason = sample::prose("重复拟稿。");
    for command in [
        PaperCommand::Revise(order(&[1])),
        PaperCommand::Issue,
        PaperCommand::Discard(reason),
    ] {
        assert_eq!(codes(&case, None, &signer(), command), unknown);
    }
}

#[test]
fn a_paper_is_drafted_once_and_after_issue_or_discard_never_changes() {
    let case = Case::new();
    let issued = PaperState::Issued(case.issued(&approver(), order(&[1])));
    let states = [issued, PaperState::Discarded];
    let reason = sample::prose("重复拟稿。");
    for state in &states {
        for command in [
            PaperCommand::Draft(order(&[1])),
            PaperCommand::Revise(order(&[1])),
            PaperCommand::Issue,
            PaperCommand::Discard(reason.clone()),
        ] {
            let told = codes(&case, Some(state), &signer(), command);
            assert_eq!(told, ["PAPER_NOT_DRAFT"]);
        }
    }
    let again = PaperCommand::Draft(order(&[1]));
    let told = codes(&case, Some(&draft(order(&[1]))), &clerk(), again);
    assert_eq!(told, ["PAPER_NOT_DRAFT"]);
}

#[test]
fn a_draft_is_discarded_by_those_who_draft() {
    let case = Case::new();
    let discard = || PaperCommand::Discard(sample::prose("重复拟稿。"));
    let state = draft(order(&[1]));
    assert_eq!(codes(&case, Some(&state), &clerk(), discard()), [""; 0]);
    assert_eq!(
        codes(&case, Some(&state), &lead(), discard()),
        ["PAPER_ROLE"]
    );
    let decided = decide_paper(Some(&state), discard(), &case.context(&clerk())).unwrap();
    let after = evolve_paper(Some(state), &decided, clerk().person);
    assert_eq!(after, Some(PaperState::Discarded));
}

#[test]
fn office_and_commission_draft_and_nobody_else() {
    let case = Case::new();
    for by in everybody() {
        let drafts = matches!(
            by.role,
            Role::OfficeClerk | Role::OfficeApprover | Role::CommissionSigner
        );
        let expected: &[&str] = if drafts { &[] } else { &["PAPER_ROLE"] };
        let command = PaperCommand::Draft(order(&[1]));
        assert_eq!(codes(&case, None, &by, command), expected, "{:?}", by.role);
    }
}

#[test]
fn a_role_held_elsewhere_drafts_and_signs_nothing_here() {
    let case = Case::new();
    for role in [
        Role::OfficeClerk,
        Role::OfficeApprover,
        Role::CommissionSigner,
    ] {
        let by = actor(3, role, FIRE_BRIGADE);
        let command = PaperCommand::Draft(order(&[1]));
        assert_eq!(codes(&case, None, &by, command), ["PAPER_ROLE"]);
        check_issue(&case, &by, order(&[1]), &["PAPER_ROLE"]);
    }
}

#[test]
fn the_commission_alone_signs_a_notice_of_supervision() {
    let case = Case::new();
    let refusal: &[&str] = &["PAPER_ROLE"];
    check_issue(&case, &signer(), notice(&[1]), &[]);
    check_issue(&case, &approver(), notice(&[1]), refusal);
    check_issue(&case, &clerk(), notice(&[1]), refusal);
    check_issue(&case, &signer(), order(&[1]), &[]);
    check_issue(&case, &approver(), order(&[1]), &[]);
    check_issue(&case, &clerk(), order(&[1]), refusal);
    let empty = period("2026-03-01", "2026-03-01", "2026-03-01");
    check_issue(&case, &signer(), empty.clone(), &[]);
    check_issue(&case, &approver(), empty.clone(), &[]);
    check_issue(&case, &clerk(), empty, refusal);
}

#[test]
fn an_order_names_one_to_two_hundred_hazards() {
    let refusal: &[&str] = &["ITEMS_OUT_OF_BOUNDS"];
    let numbers = |last: u128| (1..=last).collect::<Vec<_>>();
    for (last, expected) in [(0, refusal), (1, &[]), (200, &[]), (201, refusal)] {
        check_draft(order(&numbers(last)), expected);
        check_draft(notice(&numbers(last)), expected);
    }
    check_issue(&Case::new(), &approver(), order(&[]), refusal);
}

#[test]
fn a_circular_has_two_thousand_items_at_most() {
    let with = |number: u128| {
        but(circular(ItemKind::Praise), |content| {
            let item = content.items[0].clone();
            let items = (1..=number)
                .map(|number| but(item.clone(), |item| item.hazard.id = sample::hazard(number)));
            content.items = items.collect();
        })
    };
    check_draft(with(0), &[]);
    check_draft(with(2000), &[]);
    check_draft(with(2001), &["ITEMS_OUT_OF_BOUNDS"]);
}

#[test]
fn a_hazard_stands_once_on_an_order() {
    check_draft(order(&[1, 2, 1]), &["ITEM_TWICE"]);
    check_draft(notice(&[1, 1]), &["ITEM_TWICE"]);
    check_draft(order(&[1, 2]), &[]);
}

#[test]
fn a_hazard_stands_once_for_each_kind_and_correction_in_a_circular() {
    let two = |change: fn(&mut xiaohao_core::circular::Item)| {
        but(circular(ItemKind::Correction), |content| {
            let second = but(content.items[0].clone(), change);
            content.items.push(second);
        })
    };
    check_draft(two(|_| ()), &["ITEM_TWICE"]);
    check_draft(
        two(|item| item.text = sample::prose("另一说明。")),
        &["ITEM_TWICE"],
    );
    check_draft(two(|item| item.hazard.id = sample::hazard(2)), &[]);
    check_draft(
        two(|item| {
            item.kind = ItemKind::Praise;
            item.corrects = None;
        }),
        &[],
    );
    check_draft(two(|item| item.corrects.as_mut().unwrap().item = 2), &[]);
    let apart = but(two(|_| ()), |content| {
        let other = but(content.items[0].clone(), |item| {
            item.hazard.id = sample::hazard(2);
        });
        content.items.insert(1, other);
    });
    check_draft(apart, &["ITEM_TWICE"]);
}

#[test]
fn every_item_of_an_order_has_its_plan_by_its_deadline() {
    let due = |due: &str, plan: &str| order_due(date(due), date(plan));
    check_draft(due("2026-06-01", "2026-06-01"), &[]);
    let refusal: &[&str] = &["PLAN_DUE_AFTER_DEADLINE"];
    check_draft(due("2026-06-01", "2026-06-02"), refusal);
}

#[test]
fn every_deadline_of_an_order_lies_after_its_issue() {
    let case = Case::new();
    let due = |on: &str| order_due(date(on), date("2026-03-02"));
    check_issue(&case, &approver(), due("2026-03-03"), &[]);
    let refusal: &[&str] = &["DEADLINE_NOT_AFTER_ISSUE"];
    check_issue(&case, &approver(), due("2026-03-02"), refusal);
    check_draft(due("2026-03-02"), &[]);
}

#[test]
fn a_circulars_period_begins_ends_and_is_counted_before_it_is_issued() {
    let refusal: &[&str] = &["CIRCULAR_PERIOD_WRONG"];
    check_draft(period("2026-02-01", "2026-02-01", "2026-02-01"), &[]);
    check_draft(period("2026-02-02", "2026-02-01", "2026-02-02"), refusal);
    check_draft(period("2026-02-01", "2026-02-28", "2026-02-27"), refusal);
    let case = Case::new();
    let as_of = |on: &str| period("2026-02-01", "2026-02-28", on);
    check_issue(&case, &approver(), as_of("2026-03-02"), &[]);
    check_issue(&case, &approver(), as_of("2026-03-03"), refusal);
    check_draft(as_of("2026-03-03"), &[]);
}

#[test]
fn a_paper_is_not_dated_in_the_future() {
    let case = Case::new();
    let told = |days: i64| {
        let by = clerk();
        let ctx = Context {
            occurred_on: case.today + chrono::TimeDelta::days(days),
            ..case.context(&by)
        };
        decide_paper(None, PaperCommand::Draft(order(&[1])), &ctx).is_ok()
    };
    assert!(told(0) && !told(1));
}

#[test]
fn a_correction_names_what_it_corrects_and_nothing_else_does() {
    let refusal: &[&str] = &["CORRECTION_NAMES_NOTHING"];
    let corrected = CorrectedItem {
        document: DocumentNumber::parse("双安办通〔2026〕1号").unwrap(),
        item: 1,
    };
    for kind in [
        ItemKind::Closure,
        ItemKind::Overdue,
        ItemKind::Praise,
        ItemKind::Criticism,
        ItemKind::Correction,
    ] {
        let naming = |corrects: Option<CorrectedItem>| {
            but(circular(kind), |content| {
                content.items[0].corrects = corrects;
            })
        };
        let is_correction = kind == ItemKind::Correction;
        let (named, unnamed) = if is_correction {
            (&[] as &[&str], refusal)
        } else {
            (refusal, &[] as &[&str])
        };
        check_draft(naming(Some(corrected.clone())), named);
        check_draft(naming(None), unnamed);
    }
}

#[test]
fn an_item_says_what_is_so_on_the_day_of_issue() {
    let standing = |status, overdue| {
        but(Case::new(), |case| {
            let standing = HazardStanding { status, overdue };
            case.known.hazards.insert(sample::hazard(1), standing);
        })
    };
    for status in Status::ALL {
        let case = standing(*status, false);
        let expected: &[&str] = if *status == Status::Closed {
            &[]
        } else {
            &["ITEM_NOT_CLOSED"]
        };
        check_issue(&case, &approver(), circular(ItemKind::Closure), expected);
        for kind in [ItemKind::Praise, ItemKind::Criticism, ItemKind::Correction] {
            check_issue(&case, &approver(), circular(kind), &[]);
        }
    }
    let overdue = || circular(ItemKind::Overdue);
    let late = standing(Status::Rectifying, true);
    check_issue(&late, &approver(), overdue(), &[]);
    let in_time = standing(Status::Rectifying, false);
    check_issue(&in_time, &approver(), overdue(), &["ITEM_NOT_OVERDUE"]);
}

#[test]
fn an_item_names_a_hazard_that_is_there() {
    let case = Case::new();
    for (kind, refusal) in [
        (ItemKind::Closure, "ITEM_NOT_CLOSED"),
        (ItemKind::Overdue, "ITEM_NOT_OVERDUE"),
        (ItemKind::Praise, "ITEM_UNKNOWN"),
        (ItemKind::Criticism, "ITEM_UNKNOWN"),
        (ItemKind::Correction, "ITEM_UNKNOWN"),
    ] {
        check_issue(&case, &approver(), circular(kind), &[refusal]);
    }
}

#[test]
fn a_paper_waits_for_its_number() {
    let case = but(Case::new(), |case| case.known.next.documents.clear());
    let empty = || period("2026-03-01", "2026-03-01", "2026-03-01");
    let series = |told: Result<_, Refusals>| match told {
        Ok(()) => panic!("issued without a number"),
        Err(refusals) => match refusals.first() {
            Some(Refusal::NumberUnavailable { series }) => *series,
            other => panic!("{other:?}"),
        },
    };
    let issue = |by: &Actor, content: OrderContent| {
        let state = draft(content);
        series(decide_paper(Some(&state), PaperCommand::Issue, &case.context(by)).map(drop))
    };
    assert_eq!(issue(&approver(), order(&[1])), Series::AssignmentOrder);
    assert_eq!(issue(&signer(), notice(&[1])), Series::SupervisionOrder);
    let publish = |by: &Actor| {
        let state = draft(empty());
        series(decide_paper(Some(&state), PaperCommand::Issue, &case.context(by)).map(drop))
    };
    assert_eq!(publish(&approver()), Series::OfficeCircular);
    assert_eq!(publish(&signer()), Series::CommissionCircular);
}
