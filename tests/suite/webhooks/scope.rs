//! Who is told what: what the API would tell the same person, and nothing else.

use super::receiver::{Got, Receiver};
use super::{AtWork, quick, table};
use crate::posts::{another_process, change, enter, hand_over};
use std::time::Duration;
use xiaohao_core::Status;
use xiaohao_core::acts::Reporter;
use xiaohao_core::values::{Phone, TownshipCode};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// Everything that is sent to somebody of a ledger up to its last line.
async fn sent_to(office: &Office, login: &str) -> Vec<Got> {
    let receiver = Receiver::start();
    let more = format!("login = \"{login}\"\nfrom = 1");
    let at_work = AtWork::on(&office.served(), &table(&receiver, login, &more), quick()).await;
    let last = office.reader().known_at(&office.everything(), None).await;
    let last = last.unwrap();
    let consumer = format!("webhook:{login}");
    let is_noted = async {
        let (store, code) = (office.cabinet.sql(), office.county.code);
        while store.sent_up_to(code, &consumer).await.unwrap() != Some(last) {}
    };
    let noted = tokio::time::timeout(Duration::from_secs(20), is_noted).await;
    assert!(noted.is_ok(), "{login}");
    at_work.stop().await;
    receiver.got()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_of_a_township_is_told_what_concerns_it_and_nothing_else() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let here = office.hazard_at(Status::Assigned).await;
        let elsewhere = but(sample::report(), |says| {
            says.township = TownshipCode::parse("431123102").unwrap();
            says.place = sample::line("别处的除尘系统");
        });
        office
            .do_now(&office.reporting(&inspector(), elsewhere))
            .await;
        office.report().await;
        let all = sent_to(&office, "office-clerk-1").await;
        assert_eq!(places(&all), (1..=all.len() as u64).collect::<Vec<_>>());
        let own = sent_to(&office, "township-8").await;
        let other = places(&all)
            .into_iter()
            .filter(|place| !places(&own).contains(place));
        assert_eq!(other.collect::<Vec<_>>(), [4], "{kind:?}");
        assert_eq!(own[0].body()["subject"], here.to_string());
        assert_eq!(sent_to(&office, "unit-14").await.len(), 0);
    }
}

fn places(got: &[Got]) -> Vec<u64> {
    got.iter().map(Got::position).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_a_hazard_is_sent_to_nobody() {
    const NAME: &str = "秘密举报者";
    const PHONE: &str = "13800138000";
    let office = Office::on(Kind::Sqlite).await;
    let says = but(sample::report(), |says| {
        says.reporter = Some(Reporter {
            name: Some(sample::private_name(NAME)),
            phone: Some(Phone::new(PHONE).unwrap()),
        });
    });
    office.do_now(&office.reporting(&intake(), says)).await;
    for login in ["intake-10", "office-clerk-1"] {
        let got = sent_to(&office, login).await;
        assert_eq!(got.len(), 1, "{login}");
        assert!(
            !got[0].text.contains(NAME) && !got[0].text.contains(PHONE),
            "{}",
            got[0].text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_as_somebody_whose_post_has_ended_in_whichever_process() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        enter(&office).await;
        let (former, well) = (Receiver::start(), Receiver::start());
        let text = table(&former, "former", "login = \"office-clerk-1\"")
            + &table(&well, "well", "login = \"office-approver-3\"");
        let served = office.served();
        let other = another_process(&office);
        change(&other, hand_over(&clerk(), &lead(), other.today())).await;
        let at_work = AtWork::on(&served, &text, quick()).await;
        for lines in 1..=5 {
            other.report().await;
            well.until_taken(lines);
        }
        at_work.stop().await;
        assert_eq!(former.got().len(), 0, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_as_somebody_in_a_post_that_he_does_not_hold() {
    let office = Office::on(Kind::Sqlite).await;
    let (none, well) = (Receiver::start(), Receiver::start());
    let login = "login = \"office-clerk-1\"";
    let text = table(&none, "none", &format!("{login}\nrole = \"AUDITOR\""))
        + &table(&well, "well", login);
    let at_work = AtWork::on(&office.served(), &text, quick()).await;
    for lines in 1..=5 {
        office.report().await;
        well.until_taken(lines);
    }
    at_work.stop().await;
    assert_eq!(none.got().len(), 0);
}
