//! The history of a paper: what its lines come to, and that a damaged one is noticed.

use xiaohao_core::circular::{CircularContent, ItemKind};
use xiaohao_core::order::{HazardReference, OrderContent};
use xiaohao_core::paper::{
    PAPER_FORMAT, Paper, PaperCommand, PaperEntry, PaperFile, PaperState, evolve_paper,
    replay_paper,
};
use xiaohao_core::record::BrokenHistory;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// A notice of supervision for two hazards.
fn notice() -> OrderContent {
    let second = HazardReference {
        id: sample::hazard(2),
        ..Case::new().reference()
    };
    sample::supervision_notice(7, &[Case::new().reference(), second])
}

/// The notice drafted by a clerk, revised by another, issued by the commission.
fn lived() -> (Sheet<OrderContent>, Vec<PaperFile<OrderContent>>) {
    let case = Case::new();
    let (second, signer) = (second_clerk(), signer());
    let mut sheet = case.drafted(notice());
    let mut states = vec![sheet.file.clone().unwrap()];
    let revised = but(notice(), |content| {
        content.requirements = sample::prose("按期整改到位，逐日报送。");
    });
    sheet.step(PaperCommand::Revise(revised), &case.context(&second));
    states.extend(sheet.file.clone());
    sheet.step(PaperCommand::Issue, &case.context(&signer));
    states.extend(sheet.file.clone());
    (sheet, states)
}

#[test]
fn a_paper_replayed_is_the_paper_lived() {
    let (sheet, states) = lived();
    assert_eq!(replay_paper::<OrderContent>(&[]), Ok(None));
    for (then, version) in states.iter().zip(1u32..) {
        let made_again = replay_paper(&sheet.history[..version as usize]).unwrap();
        assert_eq!(made_again.as_ref(), Some(then));
        assert_eq!((then.id, then.version), (sample::order(7), version));
    }
}

#[test]
fn a_draft_keeps_who_drafted_it_first_and_says_what_was_revised_last() {
    let (sheet, states) = lived();
    let PaperState::Draft {
        content,
        drafted_by,
    } = &states[1].state
    else {
        panic!("not a draft");
    };
    assert_eq!(*drafted_by, clerk().person);
    assert_eq!(content.requirements.as_str(), "按期整改到位，逐日报送。");
    assert_eq!(sheet.issued().content(), content);
}

/// What is said of the notice's history when its last line is changed.
fn complaint(change: impl FnOnce(&mut PaperEntry<OrderContent>)) -> BrokenHistory {
    let (mut sheet, _) = lived();
    change(sheet.history.last_mut().unwrap());
    replay_paper(&sheet.history).unwrap_err()
}

#[test]
fn a_damaged_history_of_a_paper_is_noticed() {
    let (sheet, _) = lived();
    for at in 0..2 {
        let cut = but(sheet.history.clone(), |history| drop(history.remove(at)));
        let expected = u32::try_from(at).unwrap() + 1;
        let found = expected + 1;
        let error = BrokenHistory::OutOfOrder { expected, found };
        assert_eq!(replay_paper(&cut), Err(error));
    }
    let (expected, seq) = (3, 3);
    for found in [2, 4] {
        let error = BrokenHistory::OutOfOrder { expected, found };
        assert_eq!(complaint(|line| line.seq = found), error);
    }
    let found = 3;
    let foreign = complaint(|line| line.paper = sample::order(8));
    assert_eq!(foreign, BrokenHistory::OutOfOrder { expected, found });
    for format in [0, PAPER_FORMAT + 1] {
        let error = BrokenHistory::UnknownFormat { seq, format };
        assert_eq!(complaint(|line| line.format = format), error);
    }
}

#[test]
fn a_paper_begins_with_its_draft_and_is_drafted_once() {
    let (sheet, _) = lived();
    let paper = OrderContent::NAME;
    let [drafted, revised, issued] = sheet.history.try_into().unwrap();
    for line in [revised, issued] {
        let first = but(line, |line| line.seq = 1);
        let error = BrokenHistory::IllegalPaper { seq: 1, paper };
        assert_eq!(evolve_paper(None, &first), Err(error));
    }
    let file = evolve_paper(None, &drafted).unwrap();
    let again = but(drafted, |line| line.seq = 2);
    let error = BrokenHistory::IllegalPaper { seq: 2, paper };
    assert_eq!(evolve_paper(Some(file), &again), Err(error));
}

#[test]
fn a_line_that_says_what_another_paper_says_is_noticed() {
    let paper = OrderContent::NAME;
    let (own, _) = lived();
    for (at, seq) in [(0, 1), (1, 2), (2, 3)] {
        // Every line but this one calls the paper by the id that it has.
        let history = but(own.history.clone(), |history| {
            history.truncate(at + 1);
            let text = serde_json::to_string(&history[at].event).unwrap();
            let other = text.replace(&sample::order(7).to_string(), &sample::order(8).to_string());
            history[at].event = serde_json::from_str(&other).unwrap();
        });
        let error = BrokenHistory::IllegalPaper { seq, paper };
        assert_eq!(replay_paper(&history), Err(error));
    }
}

#[test]
fn a_paper_names_every_hazard_on_it() {
    let both = [sample::hazard(1), sample::hazard(2)];
    let named = |paper: Vec<HazardReference>| paper.into_iter().map(|hazard| hazard.id);
    assert!(named(notice().hazards()).eq(both));
    let circular = but(
        Case::new().circular_content(sample::circular(1), ItemKind::Praise),
        |content: &mut CircularContent| {
            let second = but(content.items[0].clone(), |item| {
                item.hazard.id = sample::hazard(2);
            });
            content.items.push(second);
        },
    );
    assert!(named(circular.hazards()).eq(both));
}
