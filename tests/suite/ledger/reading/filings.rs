//! What committees have filed, of one period, for those whom it concerns.

use crate::filing::{committee, filing, office_that_files, other_lead, submission};
use xiaohao_core::filing::FilePeriod;
use xiaohao_ledger::{Line, Outcome};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    what_was_filed_is_told_in_one_statement_to_those_whom_it_concerns
    it_is_filed_once_however_often_it_is_sent
}

fn of_today(office: &Office) -> FilePeriod {
    but(filing(), |says| says.day = office.today())
}

async fn what_was_filed_is_told_in_one_statement_to_those_whom_it_concerns(on: Kind) {
    let office = office_that_files(on).await;
    let committees = office.county.directory.committees();
    let period = office.county.filing_period(office.today());
    let mut made = Vec::new();
    let other = committees.iter().find(|one| !one.is_of(lead().unit));
    let other = other.unwrap();
    for (by, committee, day) in [
        (lead(), &committee(), office.today()),
        // Of the period before, which is not asked for.
        (lead(), &committee(), period.from.pred_opt().unwrap()),
        (other_lead(), other, office.today()),
    ] {
        let says = but(of_today(&office), |says| {
            (says.committee, says.day) = (committee.unit, day);
        });
        let answer = office.do_now(&submission(&office, &by, says)).await;
        made.push((committee.unit, answer.lines[0].position));
        office.report().await;
    }
    let corrects = but(of_today(&office), |says| {
        (says.found, says.correction) = (1, Some(sample::prose("漏报一处。")));
    });
    let corrected = office.do_now(&submission(&office, &lead(), corrects)).await;
    let corrected = (committee().unit, corrected.lines[0].position);
    let reader = office.reader();
    let places = |lines: Vec<Line>| {
        let told = lines.into_iter().map(|line| {
            let says = line.record.period_filed().unwrap();
            assert_eq!(says.period(), period);
            (says.committee, line.position)
        });
        told.collect::<Vec<_>>()
    };
    let own = vec![made[0], corrected];
    let all = vec![made[0], made[2], corrected];
    for (viewer, expected) in [
        (clerk(), &all),
        (auditor(), &all),
        (signer(), &all),
        (lead(), &own),
        // Of the same unit.
        (inspector(), &own),
        (stranger(), &vec![made[2]]),
        (factory(), &vec![]),
        (township(), &vec![]),
        (platform(), &vec![]),
        (public(), &vec![]),
    ] {
        let sent = office.cabinet.statements();
        let seen = office.seen_by(&viewer);
        let told = reader.filings(&seen, committees, period);
        assert_eq!(places(told.await.unwrap()), *expected, "{viewer:?}");
        let cost = office.cabinet.statements() - sent;
        assert!(cost <= 1, "{viewer:?}: {cost}");
    }
    let all = office.everything();
    let of_none = reader.filings(&all, &[], period);
    assert_eq!(places(of_none.await.unwrap()), []);
}

async fn it_is_filed_once_however_often_it_is_sent(on: Kind) {
    let office = office_that_files(on).await;
    let sent = submission(&office, &lead(), of_today(&office));
    let first = office.do_now(&sent).await;
    let again = office.ledger.execute(sent).await.unwrap();
    let Outcome::Done { answer, replayed } = again else {
        panic!("{again:?}");
    };
    assert!(replayed);
    assert_eq!(*answer, first);
    // Two who press the button at once.
    let before = but(of_today(&office), |says| {
        let from = office.county.filing_period(says.day).from;
        says.day = from.pred_opt().unwrap();
    });
    let both = [(); 2].map(|()| submission(&office, &lead(), before.clone()));
    let [one, other] = both.map(|sent| office.ledger.execute(sent));
    let (one, other) = tokio::join!(one, other);
    let done = [one.unwrap(), other.unwrap()].map(|came| matches!(came, Outcome::Done { .. }));
    assert_ne!(done[0], done[1]);
}
