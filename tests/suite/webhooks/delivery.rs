//! Every line, once where nothing goes wrong, again where something does, and never out of order.

use super::receiver::{Answer, Got, OLD_SECRET, Receiver, SECRET, taken};
use super::{AtWork, quick, table};
use async_graphql::Request;
use serde_json::Value;
use std::time::{Duration, Instant};
use xiaohao_core::Status;
use xiaohao_ledger::Position;
use xiaohao_server::webhook::Patience;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const CLERK: &str = "login = \"office-clerk-1\"";
const FROM_THE_FIRST: &str = "login = \"office-clerk-1\"\nfrom = 1";

const ON_DISK: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

#[tokio::test(flavor = "multi_thread")]
async fn each_line_comes_once_in_order_and_as_the_api_tells_it() {
    for kind in ON_DISK {
        let office = Office::on(kind).await;
        let opened = office.now().timestamp();
        office.hazard_at(Status::Closed).await;
        let served = office.served();
        let receiver = Receiver::start();
        let old = format!("secret = [\"{SECRET}\", \"{OLD_SECRET}\"]");
        let text = table(&receiver, "police", FROM_THE_FIRST);
        let text = text.replace(&format!("secret = \"{SECRET}\""), &old);
        let at_work = AtWork::on(&served, &text, quick()).await;
        // The last line of the ledger that is there, and then what comes while it is told.
        office.hazard_at(Status::Assigned).await;
        let last = office.reader().known_at(&office.everything(), None).await;
        let last = last.unwrap().get();
        let places = receiver.until_taken(usize::try_from(last).unwrap());
        assert_eq!(places, (1..=last).collect::<Vec<_>>(), "{kind:?}");

        let query = "{ ledgerEntries(after: 0, first: 100) { entries { position seq subjectKind subject event occurredOn \
                     recordedAt actor { personId role unitId } hazard { id number status } } } }";
        let request = served.office.asked_by(clerk(), "", Request::new(query));
        let told = served.api.execute(request).await.into_result().unwrap();
        let told = told.data.into_json().unwrap()["ledgerEntries"]["entries"].clone();
        let got = receiver.got();
        let bodies: Vec<Value> = got.iter().map(Got::body).collect();
        assert_eq!(Value::from(bodies), told);
        for message in &got {
            assert_eq!(message.id, format!("431123-{}", message.position()));
            assert_eq!(message.content_type, "application/json");
            assert_eq!(message.path, "/hook");
            assert!((opened..=office.now().timestamp()).contains(&message.at));
            for secret in [SECRET, OLD_SECRET] {
                assert!(message.is_signed_with(secret), "{message:?}");
            }
        }
        assert_eq!(
            got[0].body()["hazard"]["status"],
            "REPORTED",
            "as the line left it"
        );
        at_work.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_receiver_begins_at_the_end_and_one_who_was_told_goes_on_where_he_was() {
    for kind in ON_DISK {
        let office = Office::on(kind).await;
        office.report_several(3).await;
        let receiver = Receiver::start();
        let beyond = Receiver::start();
        let text = table(&receiver, "police", CLERK)
            + &table(&beyond, "beyond", &FROM_THE_FIRST.replace("= 1", "= 99"));
        let at_work = AtWork::on(&office.served(), &text, quick()).await;
        office.report().await;
        receiver.until_taken(1);
        at_work.stop().await;
        let office = office.reopened().await;
        office.report_several(2).await;
        let at_work = AtWork::on(&office.served(), &text, quick()).await;
        assert_eq!(receiver.until_taken(3), [4, 5, 6], "{kind:?}");
        assert_eq!(
            beyond.until_taken(3),
            [4, 5, 6],
            "as if it began at the end"
        );
        at_work.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_2xx_is_sent_again_and_nothing_overtakes_it() {
    for kind in ON_DISK {
        let office = Office::on(kind).await;
        let elsewhere = Receiver::start();
        let failing = [
            Answer::CutOff,
            Answer::Status(500),
            Answer::Redirect(elsewhere.url()),
            Answer::Status(404),
            Answer::Status(200),
            Answer::Status(429),
            Answer::CutOff,
        ];
        let receiver = Receiver::answering(failing);
        let served = office.served();
        let text = table(&receiver, "police", CLERK);
        let at_work = AtWork::on(&served, &text, quick()).await;
        office.report_several(4).await;
        assert_eq!(receiver.until_taken(4), [1, 2, 3, 4], "{kind:?}");
        let got = receiver.got();
        let came: Vec<_> = got.iter().map(Got::position).collect();
        assert_eq!(came, [1, 1, 1, 1, 1, 2, 2, 2, 3, 4]);
        for again in &got[1..5] {
            assert_eq!((&again.id, &again.text), (&got[0].id, &got[0].text));
            assert!(again.is_signed_with(SECRET), "each time anew");
        }
        assert_eq!(elsewhere.got().len(), 0, "a redirect was followed");
        at_work.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_while_a_receiver_is_down_comes_when_he_is_up() {
    let office = Office::on(Kind::Sqlite).await;
    let receiver = Receiver::answering(vec![Answer::CutOff; 1000]);
    let text = table(&receiver, "police", CLERK);
    let at_work = AtWork::on(&office.served(), &text, quick()).await;
    office.report_several(30).await;
    receiver.until(|got| got.len() > 3);
    receiver.answers_well();
    assert_eq!(receiver.until_taken(30), (1..=30).collect::<Vec<_>>());
    at_work.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_does_not_answer_holds_neither_the_others_nor_those_who_act() {
    let office = Office::on(Kind::Sqlite).await;
    let (dead, well) = (
        Receiver::answering(vec![Answer::Never; 1000]),
        Receiver::start(),
    );
    let text = table(&dead, "dead", CLERK) + &table(&well, "well", CLERK);
    let patience = Patience {
        answer: Duration::from_hours(1),
        ..quick()
    };
    let at_work = AtWork::on(&office.served(), &text, patience).await;
    office.report().await;
    dead.until(|got| got.len() == 1);
    office.report_several(20).await;
    assert_eq!(well.until_taken(21).len(), 21);
    assert_eq!(dead.got().len(), 1);
    drop(at_work);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_is_too_slow_is_sent_the_line_again() {
    let office = Office::on(Kind::Sqlite).await;
    let receiver = Receiver::answering([Answer::Never]);
    let patience = Patience {
        answer: Duration::from_millis(100),
        ..quick()
    };
    let text = table(&receiver, "police", CLERK);
    let at_work = AtWork::on(&office.served(), &text, patience).await;
    office.report().await;
    assert_eq!(receiver.until_taken(1), [1]);
    assert_eq!(receiver.got()[0].answer, Answer::Never);
    at_work.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_an_answer() {
    let office = Office::on(Kind::Sqlite).await;
    let receiver = Receiver::answering([Answer::Endless, Answer::Endless]);
    let text = table(&receiver, "police", CLERK);
    let patience = Patience::default();
    let begun = Instant::now();
    let at_work = AtWork::on(
        &office.served(),
        &text,
        Patience {
            tick: quick().tick,
            ..patience
        },
    )
    .await;
    office.report_several(3).await;
    assert_eq!(receiver.until_taken(3), [1, 2, 3]);
    assert!(begun.elapsed() < patience.answer, "it was waited for");
    at_work.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_is_gone_is_left_alone_until_it_is_started_again() {
    let office = Office::on(Kind::Sqlite).await;
    let receiver = Receiver::answering([Answer::Status(204), Answer::Status(410)]);
    let text = table(&receiver, "police", CLERK);
    let at_work = AtWork::on(&office.served(), &text, quick()).await;
    office.report_several(3).await;
    // Nobody has told it to stop.
    at_work.ended().await;
    assert_eq!(receiver.got().len(), 2);
    let at_work = AtWork::on(&office.served(), &text, quick()).await;
    assert_eq!(receiver.until_taken(3), [1, 2, 3]);
    at_work.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_sent_again_from_where_it_is_asked_for_while_it_is_sent() {
    for kind in ON_DISK {
        let office = Office::on(kind).await;
        let receiver = Receiver::answering([204, 204, 204].map(Answer::Status));
        receiver.answers([Answer::Held]);
        let text = table(&receiver, "police", CLERK);
        let at_work = AtWork::on(&office.served(), &text, quick()).await;
        office.report_several(5).await;
        receiver.until(|got| got.len() == 4);
        // Line 4 is under way when somebody asks for everything from line 2 on; that it is taken then must not undo this.
        let store = office.cabinet.sql();
        let code = office.county.code;
        let moved = store.send_again(code, "webhook:police", Position::new(1));
        moved.await.unwrap();
        receiver.lets_go();
        assert_eq!(
            receiver.until_taken(8),
            [1, 2, 3, 4, 2, 3, 4, 5],
            "{kind:?}"
        );
        at_work.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_asks_for_some_events_is_sent_those() {
    let office = Office::on(Kind::Sqlite).await;
    let receiver = Receiver::start();
    let some = format!("{FROM_THE_FIRST}\nevents = [\"HAZARD_LISTED\", \"HAZARD_STRUCK_OFF\"]");
    office.hazard_at(Status::Closed).await;
    let served = office.served();
    let at_work = AtWork::on(&served, &table(&receiver, "police", &some), quick()).await;
    let got = receiver.until(|got| taken(got).len() == 2);
    let events: Vec<_> = got.iter().map(|own| own.body()["event"].clone()).collect();
    assert_eq!(events, ["HAZARD_LISTED", "HAZARD_STRUCK_OFF"]);
    // What is not sent is behind him all the same.
    let last = office
        .reader()
        .known_at(&office.everything(), None)
        .await
        .unwrap();
    let is_noted = async {
        let (store, code) = (office.cabinet.sql(), office.county.code);
        while store.sent_up_to(code, "webhook:police").await.unwrap() != Some(last) {}
    };
    let noted = tokio::time::timeout(Duration::from_secs(20), is_noted).await;
    assert!(noted.is_ok());
    at_work.stop().await;
}
