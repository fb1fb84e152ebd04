//! The same request has one effect and one answer, for as long as there is a ledger (rule 24).

use std::collections::BTreeSet;
use xiaohao_core::acts::List;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::{Refusal, Role, Status};
use xiaohao_ledger::{Answer, Deed, Submission};
use xiaohao_tests::office::papers::Filed;
use xiaohao_tests::office::{Kind, codes, done, refused, replayed};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    whatever_was_done_is_answered_again_bit_for_bit
    a_request_that_waits_twice_is_done_once
    a_request_id_is_not_used_again_for_anything_else
    a_request_id_is_not_used_again_within_the_moment_either
    in_which_of_his_posts_somebody_sends_it_again_makes_no_other_request_of_it
    what_an_issued_paper_caused_has_request_ids_of_its_own
    a_request_that_was_refused_is_decided_anew
}

fn bytes(answer: &Answer) -> String {
    serde_json::to_string(answer).unwrap()
}

/// What was sent, and the first answer to it.
struct Sent(Vec<(Submission, String)>);

impl Sent {
    async fn send(&mut self, office: &Office, submission: Submission) -> Answer {
        let answer = office.do_now(&submission).await;
        self.0.push((submission, bytes(&answer)));
        answer
    }

    async fn check(&self, office: &Office) {
        let before = office.kept().await;
        for (submission, first) in &self.0 {
            let again = replayed(office.execute(submission).await);
            assert_eq!(&bytes(&again), first);
        }
        let kept = office.kept().await;
        assert_eq!((kept.lines, kept.hazards), (before.lines, before.hazards));
    }
}

/// Three hazards from their reports to a circular, by acts, by an order and by a notice; every request of it.
async fn everything_sent(office: &Office) -> Sent {
    let mut sent = Sent(Vec::new());
    let mut hazards = Vec::new();
    for _ in 0..3 {
        let answer = sent.send(office, office.report_anew()).await;
        hazards.push(office::subject(&answer));
    }
    office.pass_days(1);
    for id in &hazards {
        let list = office.saying(&clerk(), *id, sample::list()).await;
        sent.send(office, list).await;
    }
    office.pass_days(1);
    let order = office.order(&hazards).await;
    let draft = PaperCommand::Draft(order.clone());
    let draft = office.filing(&clerk(), order.id, draft).await;
    sent.send(office, draft).await;
    let revised = but(order.clone(), |order| {
        order.requirements = sample::prose("逐日报送。");
    });
    let revise = PaperCommand::Revise(revised);
    let revise = office.filing(&second_clerk(), order.id, revise).await;
    sent.send(office, revise).await;
    let issue = office.issuing(&approver(), &order).await;
    assert_eq!(sent.send(office, issue).await.lines.len(), 4);
    let notice = office.notice(&hazards[..2]).await;
    let draft = PaperCommand::Draft(notice.clone());
    let draft = office.filing(&clerk(), notice.id, draft).await;
    sent.send(office, draft).await;
    let issue = office.issuing(&signer(), &notice).await;
    assert_eq!(sent.send(office, issue).await.lines.len(), 3);
    for _ in 0..5 {
        office.pass_days(2);
        let step = office.ordinary_step(&office.hazard(hazards[2]).await);
        sent.send(office, step).await;
    }
    let items = [
        (hazards[2], ItemKind::Closure),
        (hazards[0], ItemKind::Praise),
    ];
    let circular = office.circular(&items).await;
    let draft = PaperCommand::Draft(circular.clone());
    let draft = office.filing(&clerk(), circular.id, draft).await;
    sent.send(office, draft).await;
    let issue = office.issuing(&approver(), &circular).await;
    assert_eq!(sent.send(office, issue).await.lines.len(), 3);
    sent
}

async fn whatever_was_done_is_answered_again_bit_for_bit(on: Kind) {
    let office = Office::on(on).await;
    let sent = everything_sent(&office).await;
    // None of them named its day, and the day is another one now.
    office.pass_days(40);
    sent.check(&office).await;
    let office = office.reopened().await;
    sent.check(&office).await;
    let again: Vec<_> = sent.0.iter().map(|(sent, _)| sent.clone()).collect();
    let outcomes = office.at_once(&again).await;
    for (outcome, (_, first)) in outcomes.into_iter().zip(&sent.0) {
        assert_eq!(&bytes(&replayed(outcome)), first);
    }
    office.audit().await;
}

async fn a_request_that_waits_twice_is_done_once(on: Kind) {
    let office = Office::on(on).await;
    let report = office.report_anew();
    let id = office::subject(&office.do_now(&report).await);
    let listed = office.hazard_at(Status::Listed).await;
    let order = office.order(&[listed]).await;
    office.draft(&order).await;
    let list = office.saying(&clerk(), id, sample::list()).await;
    let issue = office.issuing(&approver(), &order).await;
    let batch = [&list, &issue, &list, &report, &issue, &list].map(Clone::clone);
    let before = office.lines().await.len();
    let outcomes = office.at_once(&batch).await;
    let [
        list,
        issue,
        list_again,
        report_again,
        issue_again,
        list_thrice,
    ] = outcomes.try_into().unwrap();
    replayed(report_again);
    let (list, issue) = (done(list), done(issue));
    for again in [list_again, list_thrice] {
        assert_eq!(bytes(&replayed(again)), bytes(&list));
    }
    assert_eq!(bytes(&replayed(issue_again)), bytes(&issue));
    assert_eq!(office.audit().await.lines.len(), before + 3);
}

/// Everything that differs from a listing in one thing that was sent, the request id being the same.
async fn differing(office: &Office, list: &Submission) -> Vec<Submission> {
    let Deed::Hazard { id, .. } = list.deed else {
        panic!("a hazard is listed");
    };
    let other = office.report().await;
    let listed = office.hazard_at(Status::Listed).await;
    let order = office.order(&[listed]).await;
    let deed = |id, says: List| Deed::Hazard {
        id,
        command: says.into(),
    };
    let recognised = but(sample::list(), |says| {
        says.recognised_by = sample::name("认定丙");
    });
    let file = OrderContent::deed(order.id, PaperCommand::Draft(order));
    vec![
        but(list.clone(), |sent| sent.deed = deed(id, recognised)),
        but(list.clone(), |sent| sent.deed = deed(other, sample::list())),
        but(list.clone(), |sent| sent.deed = file),
        but(list.clone(), |sent| sent.actor = second_clerk()),
        but(list.clone(), |sent| sent.expected_version = Some(2)),
        but(list.clone(), |sent| sent.expected_version = None),
        but(list.clone(), |sent| sent.occurred_on = Some(office.today())),
    ]
}

async fn a_request_id_is_not_used_again_for_anything_else(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let list = office.saying(&clerk(), id, sample::list()).await;
    office.do_now(&list).await;
    let differing = differing(&office, &list).await;
    let before = office.kept().await;
    for other in differing {
        let refused = office.refuse(&other).await;
        assert_eq!(codes(&refused), ["REQUEST_ID_REUSED"], "{other:?}");
        assert_eq!(refused.present, None);
    }
    assert_eq!(office.kept().await, before);
    replayed(office.execute(&list).await);
}

async fn in_which_of_his_posts_somebody_sends_it_again_makes_no_other_request_of_it(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let note = office.saying(&inspector(), id, sample::note()).await;
    let in_another = but(note.clone(), |sent| sent.actor.role = Role::Township);
    let batch = [note.clone(), in_another.clone()];
    let mut outcomes = office.at_once(&batch).await.into_iter();
    let first = done(outcomes.next().unwrap());
    assert_eq!(bytes(&replayed(outcomes.next().unwrap())), bytes(&first));
    let again = replayed(office.execute(&in_another).await);
    assert_eq!(bytes(&again), bytes(&first));
    // Said otherwise it is another one there too, and so it is by anybody else.
    for other in [
        but(in_another.clone(), |sent| sent.expected_version = Some(2)),
        but(in_another, |sent| sent.actor = clerk()),
    ] {
        assert_eq!(codes(&office.refuse(&other).await), ["REQUEST_ID_REUSED"]);
    }
}

async fn a_request_id_is_not_used_again_within_the_moment_either(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let list = office.saying(&clerk(), id, sample::list()).await;
    let mut batch = differing(&office, &list).await;
    let before = office.lines().await.len();
    batch.insert(0, list);
    let mut outcomes = office.at_once(&batch).await.into_iter();
    done(outcomes.next().unwrap());
    for outcome in outcomes {
        assert_eq!(codes(&refused(outcome)), ["REQUEST_ID_REUSED"]);
    }
    assert_eq!(office.audit().await.lines.len(), before + 1);
}

async fn what_an_issued_paper_caused_has_request_ids_of_its_own(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(3).await;
    office.advance(&hazards, Status::Listed).await;
    let order = office.order(&hazards).await;
    let lines = office.issue(&approver(), &order).await.lines;
    let requests: BTreeSet<_> = lines.iter().map(|line| line.record.request()).collect();
    assert_eq!(requests.len(), 4);
    for request in requests {
        let taken = but(office.report_anew(), |sent| sent.request = request);
        assert_eq!(
            office.refuse(&taken).await.refusals,
            Refusal::RequestIdReused.into()
        );
    }
}

async fn a_request_that_was_refused_is_decided_anew(on: Kind) {
    let office = Office::on(on).await;
    let report = office.report_anew();
    let Deed::Hazard { id, .. } = report.deed else {
        panic!("a hazard is reported");
    };
    let list = but(office.saying(&clerk(), id, sample::list()).await, |sent| {
        sent.expected_version = Some(1);
    });
    assert_eq!(codes(&office.refuse(&list).await), ["HAZARD_UNKNOWN"]);
    // At one moment: refused while there is nothing to list, and done as soon as there is.
    let outcomes = office.at_once(&[list.clone(), report, list.clone()]).await;
    let [too_early, reported, listed] = outcomes.try_into().unwrap();
    assert_eq!(codes(&refused(too_early)), ["HAZARD_UNKNOWN"]);
    done(reported);
    let first = done(listed);
    assert_eq!(bytes(&replayed(office.execute(&list).await)), bytes(&first));
}
