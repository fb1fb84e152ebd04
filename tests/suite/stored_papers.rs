//! The stored form of the lines of orders and circulars, as golden files: what is written once must be readable for
//! ever.
//!
//! A golden that changes is a change of the stored form: check old reader, new reader and old writer first, and raise
//! `PAPER_FORMAT`.

use crate::stored_form::objects;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xiaohao_core::circular::{CommitteesFiled, Counted, ItemKind, Ranking, RankingRow, Totals};
use xiaohao_core::figures::Ratio;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::{
    PAPER_FORMAT, Paper, PaperCommand, PaperEntry, PaperEvent, PaperFile, replay_paper,
};
use xiaohao_core::statistics::Ranked;
use xiaohao_core::{HazardStanding, Status};
use xiaohao_ledger::Record;
use xiaohao_tests::sample::but;
use xiaohao_tests::{Case, clerk, date, sample, signer};

/// A line of each kind: a paper that is drafted, revised and issued, and the end of one that is discarded instead.
fn lines<P: Paper>(case: &Case, content: &P) -> Vec<PaperEntry<P>> {
    let (clerk, signer) = (clerk(), signer());
    let mut sheet = case.drafted(content.clone());
    sheet.step(PaperCommand::Revise(content.clone()), &case.context(&clerk));
    let mut other = sheet.clone();
    sheet.step(PaperCommand::Issue, &case.context(&signer));
    let reason = sample::prose("内容有误，另行拟稿。");
    other.step(PaperCommand::Discard(reason), &case.context(&clerk));
    let mut lines = sheet.history;
    lines.extend(other.history.pop());
    lines
}

fn check<P: Paper>(name: &str, case: &Case, content: &P) {
    let lines = lines(case, content);
    insta::assert_json_snapshot!(name, lines);
    for line in lines {
        let stored = serde_json::to_value(&line).unwrap();
        let read: PaperEntry<P> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(read, line, "{name} is not read back as it was");
        for path in objects(&stored) {
            let mut swollen = stored.clone();
            swollen.pointer_mut(&path).unwrap()["unheard_of"] = json!(1);
            let read = serde_json::from_value::<PaperEntry<P>>(swollen);
            assert!(read.is_err(), "{name} swallows a field in {path}");
        }
    }
}

#[test]
fn every_stored_form_of_a_paper_there_ever_was_is_still_read() {
    for format in 1..=PAPER_FORMAT {
        let golden = env!("CARGO_MANIFEST_DIR");
        let path = format!("{golden}/golden/paper-entry-v{format}.json");
        let stored: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let history: Vec<PaperEntry<OrderContent>> =
            serde_json::from_value(stored.clone()).unwrap();
        assert!(history.iter().all(|line| line.format == format));
        assert!(matches!(
            history.last().unwrap().event,
            PaperEvent::Issued(_)
        ));
        replay_paper(&history).unwrap().unwrap();
        let written = serde_json::to_value(&history).unwrap();
        assert_eq!(written, stored, "what is read is written again as it was");
    }
}

#[test]
fn a_paper_as_it_stands_is_read_back_as_it_was() {
    let case = Case::at(Status::Listed);
    let lines = lines(&case, &notice(&case));
    for length in 1..=3 {
        let file = replay_paper(&lines[..length]).unwrap().unwrap();
        let stored = serde_json::to_value(&file).unwrap();
        let read: PaperFile<OrderContent> = serde_json::from_value(stored).unwrap();
        assert_eq!(read, file);
    }
}

fn order(case: &Case) -> OrderContent {
    sample::assignment_order(7, sample::assign().terms, &[case.reference()])
}

fn notice(case: &Case) -> OrderContent {
    sample::supervision_notice(8, &[case.reference()])
}

/// Every line of every kind of paper.
pub(crate) fn all_lines() -> Vec<Record> {
    let case = Case::at(Status::Listed);
    let closed = closed();
    let circular = closed.circular_content(sample::circular(7), ItemKind::Closure);
    let orders = [order(&case), notice(&case)];
    let orders = orders.iter().flat_map(|content| lines(&case, content));
    let circulars = lines(&closed, &circular).into_iter().map(Record::from);
    orders.map(Record::from).chain(circulars).collect()
}

#[test]
fn what_happens_to_an_assignment_order_is_stored_as_agreed() {
    let case = Case::at(Status::Listed);
    check("assignment_order", &case, &order(&case));
}

#[test]
fn what_happens_to_a_supervision_notice_is_stored_as_agreed() {
    let case = Case::at(Status::Listed);
    check("supervision_notice", &case, &notice(&case));
}

#[test]
fn what_cites_a_paper_is_stored_as_agreed() {
    let mut case = Case::at(Status::Listed);
    let papers = [order(&case), notice(&case)];
    case.known.orders = papers.map(|paper| case.issued(&signer(), paper)).into();
    let assign = but(sample::assign(), |says| says.order = sample::order(7));
    let supervise = but(sample::supervise(), |says| {
        says.order = Some(sample::order(8));
    });
    let events = [
        case.dry_run(&signer(), assign).unwrap(),
        case.dry_run(&signer(), supervise).unwrap(),
    ];
    insta::assert_json_snapshot!("citing", events);
}

/// A hazard that was struck off, as a circular must know it.
fn closed() -> Case {
    let mut case = Case::at(Status::Closed);
    let standing = HazardStanding {
        number: Some(case.reference().number),
        status: Status::Closed,
        closed_on: Some(date("2026-03-01")),
        ordered_units: BTreeSet::new(),
        rectified_by: BTreeSet::new(),
        found_on: date("2026-03-02"),
        due_on: None,
        suspended: true,
        supervised_at: None,
    };
    case.known.hazards.insert(sample::hazard(1), standing);
    let counted = Counted {
        closed: true,
        overdue: false,
    };
    case.known.counted.insert(sample::hazard(1), counted);
    case
}

#[test]
fn what_happens_to_a_circular_is_stored_as_agreed() {
    let case = closed();
    let content = case.circular_content(sample::circular(7), ItemKind::Closure);
    check("circular", &case, &content);
    let ratio = |numerator, denominator| Ratio {
        numerator,
        denominator,
    };
    let row = |name, rank, closure, due| RankingRow {
        name: sample::line(name),
        rank,
        closure,
        overdue: ratio(0, closure.denominator - closure.numerator),
        on_time: ratio(due, due),
    };
    let counted = but(content, |says| {
        says.totals = Some(Totals {
            ever: 4,
            deducted: 1,
            struck_off: 1,
            open: 2,
            overdue: 0,
            extended: 1,
        });
        says.rankings = vec![Ranking {
            of: Ranked::Townships,
            rows: vec![
                row("泷泊镇", Some(1), ratio(1, 2), 1),
                row("五里牌镇", None, ratio(0, 1), 0),
            ],
        }];
    });
    check("circular_that_ranks", &case, &counted);
    let filed = but(counted, |says| {
        says.committees_filed = Some(Box::new(CommitteesFiled {
            from: date("2026-02-01"),
            until: date("2026-02-28"),
            committees: 3,
            filed: 2,
            zero: vec![sample::line("农林专委会")],
            late: vec![sample::line("道路交通专委会")],
            missing: vec![sample::line("消防专委会")],
        }));
    });
    check("circular_that_tells_who_filed", &case, &filed);
}
