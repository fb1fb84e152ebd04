//! Circulars: their period, their items and their corrections.

use super::Provocation;
use super::papers::{check_draft, check_issue, draft, period, refused};
use xiaohao_core::circular::{CircularContent, CorrectedItem, Counted, Item, ItemKind};
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::values::DocumentNumber;
use xiaohao_core::{Refusal, Refusals, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("CIRCULAR_PERIOD_WRONG", || {
        let content = period("2026-03-01", "2026-03-02", "2026-03-01");
        refused(None, &clerk(), PaperCommand::Draft(content))
    }),
    ("CORRECTION_NAMES_NOTHING", || {
        let content = but(circular(ItemKind::Correction), |content| {
            content.items[0].corrects = None;
        });
        refused(None, &clerk(), PaperCommand::Draft(content))
    }),
    ("CORRECTED_ITEM_UNKNOWN", || {
        refused(None, &clerk(), PaperCommand::Draft(correcting(1, 4)))
    }),
    ("CIRCULAR_WITHOUT_RECIPIENTS", || {
        let content = but(circular(ItemKind::Praise), |content| {
            content.recipients.clear();
        });
        refused(Some(&draft(content)), &approver(), PaperCommand::Issue)
    }),
    ("ITEM_NOT_CLOSED", || refused_issue(ItemKind::Closure)),
    ("ITEM_NOT_OVERDUE", || refused_issue(ItemKind::Overdue)),
    ("ITEM_UNKNOWN", || {
        let unknown = but(circular(ItemKind::Praise), |content| {
            content.items[0].hazard.id = sample::hazard(3);
        });
        refused(Some(&draft(unknown)), &approver(), PaperCommand::Issue)
    }),
];

fn refused_issue(kind: ItemKind) -> Refusals {
    refused(
        Some(&draft(circular(kind))),
        &approver(),
        PaperCommand::Issue,
    )
}

fn circular(kind: ItemKind) -> CircularContent {
    Case::new().circular_content(sample::circular(1), kind)
}

/// A correction of an item of the office's circular of this number.
fn correcting(document: u32, item: u16) -> CircularContent {
    but(circular(ItemKind::Correction), |content| {
        let document = DocumentNumber::parse(&format!("双安办通〔2026〕{document}号")).unwrap();
        content.items[0].corrects = Some(CorrectedItem { document, item });
    })
}

/// Makes it a correction of what was said of the other hazard.
fn of_the_other(item: &mut Item) {
    item.hazard.id = sample::hazard(2);
    item.corrects.as_mut().unwrap().item = 2;
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
fn a_hazard_stands_once_for_each_kind_and_correction_in_a_circular() {
    let two = |change: fn(&mut Item)| {
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
    check_draft(two(of_the_other), &[]);
    check_draft(
        two(|item| {
            item.kind = ItemKind::Praise;
            item.corrects = None;
        }),
        &[],
    );
    check_draft(two(|item| item.corrects.as_mut().unwrap().item = 3), &[]);
    let apart = but(two(|_| ()), |content| {
        let other = but(content.items[0].clone(), of_the_other);
        content.items.insert(1, other);
    });
    check_draft(apart, &["ITEM_TWICE"]);
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
    check_draft(as_of("2026-03-02"), &[]);
    check_draft(as_of("2026-03-03"), refusal);
    let field = |content| {
        let refusals = refused(None, &clerk(), PaperCommand::Draft(content));
        let field = refusals.iter().next().and_then(Refusal::field);
        field.unwrap()
    };
    assert_eq!(field(as_of("2026-03-03")), "asOf");
    assert_eq!(field(as_of("2026-02-27")), "asOf");
    let backwards = period("2026-02-02", "2026-02-01", "2026-02-02");
    assert_eq!(field(backwards), "periodTo");
}

#[test]
fn a_correction_names_what_it_corrects_and_nothing_else_does() {
    let refusal: &[&str] = &["CORRECTION_NAMES_NOTHING"];
    let corrected = CorrectedItem {
        document: DocumentNumber::parse("双安办通〔2026〕1号").unwrap(),
        item: 1,
    };
    for kind in ItemKind::ALL.iter().copied() {
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
fn a_correction_is_of_an_item_of_a_published_circular_on_the_same_hazard() {
    let refusal: &[&str] = &["CORRECTED_ITEM_UNKNOWN"];
    for (document, item, expected) in [
        (1, 1, &[] as &[&str]),
        (1, 2, refusal),
        (1, 3, &[]),
        (1, 4, refusal),
        (1, 0, refusal),
        (99, 1, refusal),
    ] {
        let content = || correcting(document, item);
        check_draft(content(), expected);
        check_issue(&Case::new(), &approver(), content(), expected);
    }
}

/// A hazard that stands so on the day of issue, and was counted so on 2026-03-01.
fn standing(status: Status, closed_on: Option<&str>, counted: Counted) -> Case {
    but(Case::new(), |case| {
        let standing = case.known.hazards.get_mut(&sample::hazard(1)).unwrap();
        (standing.status, standing.closed_on) = (status, closed_on.map(date));
        case.known.counted.insert(sample::hazard(1), counted);
    })
}

const STRUCK_OFF: Counted = Counted {
    closed: true,
    overdue: false,
};

const LATE: Counted = Counted {
    closed: false,
    overdue: true,
};

#[test]
fn an_item_of_closure_waits_for_the_circular_since_the_day_of_its_figures() {
    let closure = || circular(ItemKind::Closure);
    let refusal: &[&str] = &["ITEM_NOT_CLOSED"];
    for status in Status::ALL {
        let case = standing(*status, Some("2026-03-01"), STRUCK_OFF);
        let is_closed = *status == Status::Closed;
        let expected = if is_closed { &[] } else { refusal };
        check_issue(&case, &approver(), closure(), expected);
        for kind in [ItemKind::Praise, ItemKind::Criticism] {
            check_issue(&case, &approver(), circular(kind), &[]);
        }
    }
    let closed = |on, counted| standing(Status::Closed, on, counted);
    let again = closed(Some("2026-03-03"), STRUCK_OFF);
    check_issue(&again, &approver(), closure(), refusal);
    let counted_open = closed(Some("2026-03-01"), Counted::default());
    check_issue(&counted_open, &approver(), closure(), refusal);
}

#[test]
fn an_item_of_what_is_overdue_is_of_the_day_of_its_figures() {
    let overdue = || circular(ItemKind::Overdue);
    for status in Status::ALL {
        let late = standing(*status, None, LATE);
        check_issue(&late, &approver(), overdue(), &[]);
        let in_time = standing(*status, None, Counted::default());
        check_issue(&in_time, &approver(), overdue(), &["ITEM_NOT_OVERDUE"]);
    }
}

#[test]
fn an_item_names_a_hazard_that_is_there() {
    let case = Case::new();
    let kinds = ItemKind::ALL.iter().copied();
    for kind in kinds.filter(|kind| *kind != ItemKind::Correction) {
        let circular = but(circular(kind), |content| {
            content.items[0].hazard.id = sample::hazard(3);
        });
        check_issue(&case, &approver(), circular, &["ITEM_UNKNOWN"]);
    }
}
