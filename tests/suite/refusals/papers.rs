//! Papers: who drafts and signs, what an order may say, and that nothing issued changes.

use super::Provocation;
use chrono::NaiveDate;
use xiaohao_core::circular::{CircularContent, ItemKind};
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperEvent, PaperFile, PaperState, decide_paper};
use xiaohao_core::values::{HazardNumber, Series};
use xiaohao_core::{Actor, Context, Refusal, Refusals, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("PAPER_UNKNOWN", || {
        refused::<OrderContent>(None, &signer(), PaperCommand::Issue)
    }),
    ("PAPER_STALE", || {
        let seen = Some(1);
        let file = but(draft(order(&[1])), |file| file.version = 2);
        revised(&file, seen, order(&[1])).unwrap_err()
    }),
    ("PAPER_NOT_DRAFT", || {
        refused(
            Some(&standing(PaperState::Discarded)),
            &clerk(),
            PaperCommand::Revise(order(&[1])),
        )
    }),
    ("PAPER_DRAFTED", || {
        refused(
            Some(&draft(order(&[1]))),
            &clerk(),
            PaperCommand::Draft(order(&[1])),
        )
    }),
    ("PAPER_ID_TAKEN", || {
        let mut case = Case::new();
        case.known.orders_taken.insert(order(&[1]).id);
        let by = clerk();
        let draft = PaperCommand::Draft(order(&[1]));
        decide_paper(None, draft, &case.context(&by)).unwrap_err()
    }),
    ("PAPER_ROLE", || {
        refused(None, &factory(), PaperCommand::Draft(order(&[1])))
    }),
    ("PAPER_ID_CHANGED", || {
        let other = but(order(&[1]), |content| content.id = sample::order(2));
        revised(&draft(order(&[1])), Some(1), other).unwrap_err()
    }),
    ("PAPER_BACKDATED", || {
        backdated("2026-02-20", PaperCommand::Draft(order(&[1]))).unwrap_err()
    }),
    ("ITEMS_OUT_OF_BOUNDS", || {
        refused(None, &clerk(), PaperCommand::Draft(order(&[])))
    }),
    ("ORDER_ITEM_NOT_OPEN", || {
        let draft = draft(order_with(vec![item(1)]));
        let case = standing_at(Status::Merged);
        decide(&case, Some(&draft), &approver(), PaperCommand::Issue).unwrap_err()
    }),
    ("ITEM_TWICE", || {
        refused(None, &clerk(), PaperCommand::Draft(order(&[1, 1])))
    }),
];

pub(super) fn refused<P: Paper>(
    file: Option<&PaperFile<P>>,
    by: &Actor,
    command: PaperCommand<P>,
) -> Refusals {
    match decide(&Case::new(), file, by, command) {
        Ok(event) => panic!("not refused: {event:?}"),
        Err(refusals) => refusals,
    }
}

/// A step on the clerk's desk of 2026-03-02 that is dated otherwise.
fn backdated(
    on: &str,
    command: PaperCommand<OrderContent>,
) -> Result<PaperEvent<OrderContent>, Refusals> {
    let (case, by) = (Case::new(), clerk());
    let ctx = Context {
        occurred_on: date(on),
        ..case.context(&by)
    };
    decide_paper(None, command, &ctx)
}

#[test]
fn a_paper_is_dated_back_by_no_more_than_the_days_of_late_entry() {
    for (on, expected) in [
        ("2026-02-26", &["PAPER_BACKDATED"] as &[&str]),
        ("2026-02-27", &[]),
        ("2026-03-02", &[]),
    ] {
        let told = backdated(on, PaperCommand::Draft(order(&[1])));
        let refusals = told.err().unwrap_or_default();
        let codes: Vec<_> = refusals.iter().map(Refusal::code).collect();
        assert_eq!(codes, expected, "{on}");
    }
}

/// The first draft, by the clerk.
pub(super) fn draft<P: Paper>(content: P) -> PaperFile<P> {
    PaperFile {
        id: content.id(),
        version: 1,
        state: PaperState::Draft {
            content,
            drafted_by: clerk().person,
        },
    }
}

/// An order that has come to this.
fn standing(state: PaperState<OrderContent>) -> PaperFile<OrderContent> {
    PaperFile {
        id: sample::order(1),
        version: 2,
        state,
    }
}

/// Decides for somebody who has seen the last version.
fn decide<P: Paper>(
    case: &Case,
    file: Option<&PaperFile<P>>,
    by: &Actor,
    command: PaperCommand<P>,
) -> Result<PaperEvent<P>, Refusals> {
    let ctx = Context {
        expected_version: file.map(|file| file.version),
        ..case.context(by)
    };
    decide_paper(file, command, &ctx)
}

/// Revises for a clerk who has seen this version.
fn revised<P: Paper>(
    file: &PaperFile<P>,
    seen: Option<u32>,
    content: P,
) -> Result<PaperEvent<P>, Refusals> {
    let (case, by) = (Case::new(), clerk());
    let ctx = Context {
        expected_version: seen,
        ..case.context(&by)
    };
    decide_paper(Some(file), PaperCommand::Revise(content), &ctx)
}

fn codes<P: Paper>(
    case: &Case,
    file: Option<&PaperFile<P>>,
    by: &Actor,
    command: PaperCommand<P>,
) -> Vec<&'static str> {
    match decide(case, file, by, command) {
        Ok(_) => Vec::new(),
        Err(refusals) => refusals.iter().map(Refusal::code).collect(),
    }
}

/// What stands in the way of a draft by the clerk, where every hazard that it names is there.
pub(super) fn check_draft<P: Paper>(content: P, expected: &[&str]) {
    let mut case = Case::new();
    let open = case.known.hazards[&sample::hazard(1)].clone();
    for HazardReference { id, number } in content.hazards() {
        let number = Some(number);
        let there = but(open.clone(), |standing| standing.number = number);
        case.known.hazards.insert(id, there);
    }
    check_draft_in(&case, content, expected);
}

fn check_draft_in<P: Paper>(case: &Case, content: P, expected: &[&str]) {
    let drafted = codes(case, None, &clerk(), PaperCommand::Draft(content.clone()));
    assert_eq!(drafted, expected, "drafted");
    let state = draft(content.clone());
    let revised = codes(case, Some(&state), &clerk(), PaperCommand::Revise(content));
    assert_eq!(revised, expected, "revised");
}

pub(super) fn check_issue<P: Paper>(case: &Case, by: &Actor, content: P, expected: &[&str]) {
    let issued = codes(case, Some(&draft(content)), by, PaperCommand::Issue);
    assert_eq!(issued, expected, "issued by {:?}", by.role);
}

#[test]
fn a_paper_names_hazards_by_their_own_numbers() {
    let case = Case::new();
    let number = HazardNumber::parse("431123-2026-0002").unwrap();
    let misnamed = |hazard: &mut HazardReference| hazard.number = number;
    let order = but(order_with(vec![item(1), item(2)]), |order| {
        if let OrderBody::Assignment { items, .. } = &mut order.body {
            misnamed(&mut items[1].hazard);
        }
    });
    check_draft_in(&case, order.clone(), &["ITEM_UNKNOWN"]);
    check_issue(&case, &approver(), order, &["ITEM_UNKNOWN"]);
    let notice = but(notice(&[1]), |order| {
        if let OrderBody::Supervision { items } = &mut order.body {
            misnamed(&mut items[0]);
        }
    });
    check_draft_in(&case, notice.clone(), &["ITEM_UNKNOWN"]);
    check_issue(&case, &signer(), notice, &["ITEM_UNKNOWN"]);
    for kind in [ItemKind::Praise, ItemKind::Criticism, ItemKind::Correction] {
        let content = case.circular_content(sample::circular(1), kind);
        let circular = but(content, |content| misnamed(&mut content.items[0].hazard));
        check_draft_in(&case, circular.clone(), &["ITEM_UNKNOWN"]);
        check_issue(&case, &approver(), circular, &["ITEM_UNKNOWN"]);
    }
    let unlisted = but(case, |case| {
        for standing in case.known.hazards.values_mut() {
            standing.number = None;
        }
    });
    let order = order_with(vec![item(1)]);
    check_draft_in(&unlisted, order.clone(), &["ITEM_UNKNOWN"]);
    check_issue(&unlisted, &approver(), order, &["ITEM_UNKNOWN"]);
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

pub(super) fn period(from: &str, to: &str, as_of: &str) -> CircularContent {
    but(
        Case::new().circular_content(sample::circular(1), ItemKind::Praise),
        |content| {
            content.period_from = date(from);
            content.period_to = date(to);
            content.as_of = date(as_of);
            content.items.clear();
        },
    )
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
    let states = [standing(issued), standing(PaperState::Discarded)];
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
    assert_eq!(told, ["PAPER_DRAFTED"]);
}

#[test]
fn who_changes_a_draft_has_seen_what_he_changes() {
    let file = but(draft(order(&[1])), |file| file.version = 2);
    let issued = PaperState::Issued(Case::new().issued(&approver(), order(&[1])));
    let by = approver();
    for command in [
        PaperCommand::Revise(order(&[1, 2])),
        PaperCommand::Issue,
        PaperCommand::Discard(sample::prose("重复拟稿。")),
    ] {
        let told = |file: &PaperFile<OrderContent>, seen: Option<u32>| {
            let case = Case::new();
            let ctx = Context {
                expected_version: seen,
                ..case.context(&by)
            };
            decide_paper(Some(file), command.clone(), &ctx)
        };
        let stale = |expected| Refusal::PaperStale {
            paper: OrderContent::NAME,
            expected,
            actual: 2,
        };
        assert!(told(&file, Some(2)).is_ok());
        assert_eq!(told(&file, Some(1)), Err(stale(1).into()));
        assert_eq!(told(&file, Some(3)), Err(stale(3).into()));
        assert_eq!(told(&file, None), Err(Refusal::VersionMissing.into()));
        // Who saw the draft and finds it issued hears first that it moved on.
        let issued = standing(issued.clone());
        assert_eq!(told(&issued, Some(1)), Err(stale(1).into()));
    }
}

#[test]
fn of_two_who_revise_one_draft_the_second_is_told() {
    let case = Case::new();
    let (clerk, second) = (clerk(), second_clerk());
    let mut sheet = case.drafted(order(&[1]));
    let seen = sheet.clone();
    sheet.step(PaperCommand::Revise(order(&[1, 2])), &case.context(&clerk));
    let file = sheet.file.as_ref().unwrap();
    let late = PaperCommand::Revise(order(&[2]));
    assert!(seen.dry_run(late.clone(), &case.context(&second)).is_ok());
    let ctx = Context {
        expected_version: seen.file.map(|file| file.version),
        ..case.context(&second)
    };
    let refusals = decide_paper(Some(file), late, &ctx).unwrap_err();
    assert_eq!(refusals.first().unwrap().code(), "PAPER_STALE");
}

#[test]
fn a_revision_stays_the_same_paper() {
    let file = draft(order(&[1]));
    assert!(revised(&file, Some(1), order(&[2])).is_ok());
    let other = but(order(&[]), |content| content.id = sample::order(2));
    let refusals = revised(&file, Some(1), other).unwrap_err();
    let codes: Vec<_> = refusals.iter().map(Refusal::code).collect();
    assert_eq!(codes, ["PAPER_ID_CHANGED", "ITEMS_OUT_OF_BOUNDS"]);
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
    let mut sheet = case.drafted(order(&[1]));
    sheet.step(discard(), &case.context(&clerk()));
    let after = sheet.file.map(|file| file.state);
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
fn a_hazard_stands_once_on_an_order() {
    check_draft(order(&[1, 2, 1]), &["ITEM_TWICE"]);
    check_draft(notice(&[1, 1]), &["ITEM_TWICE"]);
    check_draft(order(&[1, 2]), &[]);
}

#[test]
fn every_item_of_an_order_has_its_plan_by_its_deadline() {
    let due = |due: &str, plan: &str| order_due(date(due), date(plan));
    check_draft(due("2026-06-01", "2026-06-01"), &[]);
    let refusal: &[&str] = &["PLAN_DUE_AFTER_DEADLINE"];
    check_draft(due("2026-06-01", "2026-06-02"), refusal);
}

#[test]
fn an_overdue_hazard_is_reassigned_by_a_paper_as_by_an_act() {
    let due_on = date("2026-06-30");
    let mut case = but(Case::at(Status::Rectifying), |case| {
        case.on("2026-07-10");
    });
    let ordered = |plan_due_on: &str| {
        let says = but(sample::reassign(due_on), |says| {
            says.terms.plan_due_on = date(plan_due_on);
        });
        let order = sample::assignment_order(2, says.terms.clone(), &[case.reference()]);
        (order, says)
    };
    let (early, _) = ordered("2026-07-09");
    check_draft_in(&case, early.clone(), &[]);
    check_issue(&case, &approver(), early, &["PLAN_DUE_BEFORE_ISSUE"]);
    let (order, says) = ordered("2026-07-15");
    check_draft_in(&case, order.clone(), &[]);
    check_issue(&case, &approver(), order.clone(), &[]);
    case.known.orders = vec![case.issued(&approver(), order)];
    case.pass_days(1);
    assert_eq!(case.verdict(&approver(), says), [""; 0]);
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
        series(decide(&case, Some(&state), by, PaperCommand::Issue).map(drop))
    };
    assert_eq!(issue(&approver(), order(&[1])), Series::AssignmentOrder);
    assert_eq!(issue(&signer(), notice(&[1])), Series::SupervisionOrder);
    let publish = |by: &Actor| {
        let state = draft(empty());
        series(decide(&case, Some(&state), by, PaperCommand::Issue).map(drop))
    };
    assert_eq!(publish(&approver()), Series::OfficeCircular);
    assert_eq!(publish(&signer()), Series::CommissionCircular);
}

#[test]
fn a_signer_signs_for_the_commission_and_not_for_the_office() {
    let elsewhere = actor(4, Role::CommissionSigner, OFFICE);
    check_issue(&Case::new(), &elsewhere, order(&[1]), &["PAPER_ROLE"]);
    let elsewhere = actor(3, Role::OfficeApprover, COMMISSION);
    check_issue(&Case::new(), &elsewhere, order(&[1]), &["PAPER_ROLE"]);
}

/// The first hazard in this state.
fn standing_at(status: Status) -> Case {
    but(Case::new(), |case| {
        let standing = case.known.hazards.get_mut(&sample::hazard(1));
        standing.unwrap().status = status;
    })
}

#[test]
fn nothing_is_ordered_where_nothing_is_left_to_do() {
    for status in Status::ALL {
        let told: &[&str] = if status.is_open() {
            &[]
        } else {
            &["ORDER_ITEM_NOT_OPEN"]
        };
        let order = order_with(vec![item(1)]);
        check_issue(&standing_at(*status), &approver(), order, told);
    }
}
