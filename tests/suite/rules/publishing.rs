//! Rules 19, 20 and 22: circulars, and what is merged.

use super::check;
use xiaohao_core::circular::{CircularContent, ItemKind};
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperEvent, decide_paper, evolve_paper};
use xiaohao_core::record::BrokenHistory;
use xiaohao_core::{Act, Command, Status, TRANSITIONS};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn rule_19_only_an_item_of_closure_in_a_published_circular_archives_a_hazard() {
    let into_circulated: Vec<_> = TRANSITIONS
        .iter()
        .filter(|line| line.to == Some(Status::Circulated))
        .map(|line| line.act)
        .collect();
    assert_eq!(into_circulated, [Act::CirculateClosure]);
    let case = Case::at(Status::Closed);
    check(&case, &approver(), sample::circulate(), &[]);
    let unpublished = but(case.clone(), |case| case.known.circulars.clear());
    let refusal: &[&str] = &["NOT_IN_PUBLISHED_CIRCULAR"];
    check(&unpublished, &approver(), sample::circulate(), refusal);
    for kind in [
        ItemKind::Overdue,
        ItemKind::Praise,
        ItemKind::Criticism,
        ItemKind::Correction,
    ] {
        let mut case = case.clone();
        case.known.circulars = vec![case.published(sample::circular(1), kind)];
        let refusal: &[&str] = &["CIRCULAR_ITEM_KIND"];
        check(&case, &approver(), sample::circulate(), refusal);
        let mention = but(sample::mention(), |says| {
            says.circular = sample::circular(1);
        });
        case.step(&approver(), mention);
        assert_eq!(case.status(), Status::Closed);
    }
}

#[test]
fn rule_19_a_circular_causes_what_its_items_say() {
    let case = Case::at(Status::Closed);
    for (kind, act) in [
        (ItemKind::Closure, Act::CirculateClosure),
        (ItemKind::Overdue, Act::MentionInCircular),
        (ItemKind::Praise, Act::MentionInCircular),
        (ItemKind::Criticism, Act::MentionInCircular),
        (ItemKind::Correction, Act::MentionInCircular),
    ] {
        let mut case = case.clone();
        let published = case.published(sample::circular(5), kind);
        let [(hazard, command)] = published.follow_ups().try_into().unwrap();
        assert_eq!((hazard, command.act()), (sample::hazard(1), act));
        case.known.circulars = vec![published];
        check(&case, &approver(), command, &[]);
    }
}

#[test]
fn rule_20_a_published_circular_never_changes() {
    let case = but(Case::at(Status::Closed), |case| {
        let standing = case.known.hazards.get_mut(&sample::hazard(1));
        standing.unwrap().status = Status::Closed;
    });
    let approver = approver();
    let ctx = case.context(&approver);
    let mut circular = case.drafted(case.circular_content(sample::circular(1), ItemKind::Praise));
    let issued = circular.step(PaperCommand::Issue, &ctx).clone();
    let other = case.circular_content(sample::circular(1), ItemKind::Criticism);
    let reason = sample::prose("更换文稿。");
    for command in [
        PaperCommand::Draft(other.clone()),
        PaperCommand::Revise(other.clone()),
        PaperCommand::Issue,
        PaperCommand::Discard(reason.clone()),
    ] {
        let told = circular.dry_run(command, &ctx);
        let code = told.unwrap_err().first().unwrap().code();
        assert_eq!(code, "PAPER_NOT_DRAFT");
    }
    for event in [
        PaperEvent::Drafted(other.clone()),
        PaperEvent::Revised(other),
        issued,
        PaperEvent::Discarded(reason),
    ] {
        let line = circular.next_line(event, &ctx);
        let after = evolve_paper(circular.file.clone(), &line);
        let (seq, paper) = (3, CircularContent::NAME);
        assert_eq!(after, Err(BrokenHistory::IllegalPaper { seq, paper }));
    }
}

#[test]
fn rule_20_a_correction_names_the_item_that_it_corrects() {
    let case = Case::new();
    let codes = |content: CircularContent| {
        let told = decide_paper(None, PaperCommand::Draft(content), &case.context(&clerk()));
        told.err().map(|no| no.first().unwrap().code())
    };
    let correction = case.circular_content(sample::circular(1), ItemKind::Correction);
    let nameless = but(correction.clone(), |content| {
        content.items[0].corrects = None;
    });
    assert_eq!(codes(correction), None);
    assert_eq!(codes(nameless), Some("CORRECTION_NAMES_NOTHING"));
}

#[test]
fn rule_22_a_hazard_is_merged_neither_into_itself_nor_into_a_merged_one() {
    let into = |number| but(sample::merge(), |says| says.into = sample::hazard(number));
    for status in [
        Status::Reported,
        Status::Listed,
        Status::AwaitingVerification,
    ] {
        let mut case = Case::at(status);
        check(&case, &clerk(), into(1), &["MERGE_INTO_ITSELF"]);
        check(&case, &clerk(), into(2), &[]);
        // No chain of mergers closes to a cycle: what is merged is never a target.
        let target = case.known.hazards.get_mut(&sample::hazard(2));
        target.unwrap().status = Status::Merged;
        check(&case, &clerk(), into(2), &["MERGE_TARGET_MERGED"]);
    }
}

#[test]
fn rule_22_a_merged_hazard_counts_nowhere_any_more() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&clerk(), sample::merge());
    let status = case.status();
    assert!(status.is_off_list());
    assert!(!status.is_open() && !status.is_struck_off());
    assert_eq!(case.hazard().stage(), None);
    assert_eq!(case.hazard().days_overdue(date("2030-01-01")), None);
}

#[test]
fn rule_20_an_issued_order_causes_on_each_hazard_just_what_it_says() {
    let mut case = Case::at(Status::Listed);
    let terms = sample::terms(date("2026-06-30"));
    let item = |number: u128, due_on: &str| AssignmentItem {
        hazard: HazardReference {
            id: sample::hazard(number),
            ..case.reference()
        },
        due_on: date(due_on),
        plan_due_on: terms.plan_due_on,
    };
    let body = OrderBody::Assignment {
        parties: Box::new(terms.parties.clone()),
        report_every: terms.report_every,
        interim_measures: terms.interim_measures.clone(),
        items: vec![item(1, "2026-06-30"), item(2, "2026-09-30")],
    };
    let notice = OrderBody::Supervision {
        items: vec![case.reference()],
    };
    let content = |number: u128, body: OrderBody| OrderContent {
        id: sample::order(number),
        signatory: terms.signatory.clone(),
        requirements: terms.requirements.clone(),
        body,
    };
    let order = case.issued(&signer(), content(1, body));
    let notice = case.issued(&signer(), content(3, notice));
    case.known.orders = vec![order.clone(), notice.clone()];

    let assigned = |number: u128, due_on: &str| {
        let says = but(sample::assign(), |says| {
            says.terms.due_on = date(due_on);
        });
        (sample::hazard(number), Command::from(says))
    };
    let expected = [assigned(1, "2026-06-30"), assigned(2, "2026-09-30")];
    assert_eq!(order.follow_ups(), expected);
    let [(hazard, supervise)] = notice.follow_ups().try_into().unwrap();
    assert_eq!(
        (hazard, supervise.act()),
        (sample::hazard(1), Act::Supervise)
    );
    case.step(&signer(), supervise);
    case.step(&signer(), expected[0].1.clone());
    let assignment = case.hazard().assignment().unwrap();
    assert_eq!(assignment.order.document, *order.document());
    let supervision = &case.hazard().entry().unwrap().supervision;
    assert_eq!(
        supervision[0].document.to_string(),
        notice.document().to_string()
    );
}
