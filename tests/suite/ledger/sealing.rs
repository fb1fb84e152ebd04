//! Every line is a leaf of the county's log, from the moment at which it is a line.

use xiaohao_ledger::{Answer, NewLine, Submission};
use xiaohao_log::Frontier;
use xiaohao_tests::office::{Kind, done, refused};
use xiaohao_tests::*;

on_every_store! {
    every_answer_tells_the_leaf_that_is_in_the_log
    what_is_refused_leaves_no_leaf
}

/// The frontier that is kept.
async fn log(office: &Office) -> Frontier {
    let batch = office.cabinet.store().begin(office.county.code).await;
    let batch = batch.unwrap();
    batch.head().frontier.clone()
}

/// The lines of an answer, each with the leaf that follows from what was sent and recorded.
async fn check(office: &Office, sent: &Submission, answer: &Answer, log: &mut Frontier) {
    let requests: Vec<_> = answer
        .lines
        .iter()
        .map(|line| line.record.request())
        .collect();
    let store = office.cabinet.store();
    let stored = store.lines_of_requests(office.county.code, &requests);
    let stored = stored.await.unwrap();
    assert_eq!(stored.len(), answer.lines.len());
    for (line, told) in stored.iter().zip(&answer.lines) {
        let sealed = NewLine::sealed(
            office.county.code,
            line.position,
            line.record.clone(),
            sent.said().unwrap().fingerprint,
            &salts(),
        );
        assert_eq!(sealed.unwrap().line.leaf, line.leaf);
        assert_eq!(told.leaf, line.leaf);
        let index = log.append(line.leaf).unwrap();
        assert_eq!(index + 1, line.position.get());
    }
}

async fn every_answer_tells_the_leaf_that_is_in_the_log(on: Kind) {
    let office = Office::on(on).await;
    let mut expected = Frontier::default();
    assert_eq!(log(&office).await, expected);
    let reports = [
        office.report_anew(),
        office.report_anew(),
        office.report_anew(),
    ];
    let mut hazards = Vec::new();
    for (sent, outcome) in reports.iter().zip(office.at_once(&reports).await) {
        let answer = done(outcome);
        hazards.push(office::subject(&answer));
        check(&office, sent, &answer, &mut expected).await;
    }
    assert_eq!(log(&office).await, expected);
    for id in &hazards {
        let list = office.saying(&clerk(), *id, sample::list()).await;
        let answer = office.do_now(&list).await;
        check(&office, &list, &answer, &mut expected).await;
    }
    let order = office.order(&hazards).await;
    let draft = office.draft(&order).await;
    expected.append(draft.lines[0].leaf).unwrap();
    assert_eq!(log(&office).await, expected);
    let issue = office.issuing(&approver(), &order).await;
    let answer = office.do_now(&issue).await;
    assert_eq!(answer.lines.len(), 4, "the order, and what it causes");
    check(&office, &issue, &answer, &mut expected).await;
    assert_eq!(log(&office).await, expected);
}

async fn what_is_refused_leaves_no_leaf(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let before = log(&office).await;
    assert_eq!(before.size(), 1);
    let listing = office.saying(&inspector(), id, sample::list()).await;
    let outcomes = office.at_once(&[listing, office.report_anew()]).await;
    let [refusal, report] = outcomes.try_into().unwrap();
    refused(refusal);
    assert_eq!(done(report).lines[0].position.get(), 2);
    assert_eq!(log(&office).await.size(), 2);
}
