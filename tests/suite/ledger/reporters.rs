//! 举报人: who reported a hazard is shown to the intake role and to nobody else, by whatever way the hazard is come by.

use crate::rebuild::WITH_ROWS;
use sea_orm::ConnectionTrait;
use xiaohao_core::Actor;
use xiaohao_core::acts::Reporter;
use xiaohao_core::values::{Phone, Source};
use xiaohao_ledger::read::HazardKey;
use xiaohao_ledger::{After, Position, Subject};
use xiaohao_tests::office::{Kind, replayed};
use xiaohao_tests::place::{connect, url};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    who_reported_is_for_the_intake_role_alone
    what_the_public_reports_is_kept_from_the_unit_that_it_is_about_until_it_is_listed
}

const NAME: &str = "秘密举报者";
const PHONE: &str = "13800138000";

/// Whether the reporter stands in it.
fn tells(said: &str) -> bool {
    said.contains(NAME) || said.contains(PHONE)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

async fn who_reported_is_for_the_intake_role_alone(on: Kind) {
    let office = Office::on(on).await;
    let says = but(sample::report(), |says| {
        says.holder = Some(sample::holder(FACTORY));
        says.reporter = Some(Reporter {
            name: Some(sample::private_name(NAME)),
            phone: Some(Phone::new(PHONE).unwrap()),
        });
    });
    let reporting = office.reporting(&intake(), says);
    let answer = office.do_now(&reporting).await;
    assert!(tells(&json(&answer)), "whoever took it in sees it");
    let id = office::subject(&answer);
    let reader = office.reader();
    for viewer in everybody() {
        let scope = office.seen_by(&viewer);
        let may = viewer.role == xiaohao_core::Role::Intake;
        let files = reader.files(&scope, &[id]).await.unwrap();
        let histories = reader.histories(&scope, &[id]).await.unwrap();
        let (lines, _) = reader
            .lines_after(&scope, Position::START, 100)
            .await
            .unwrap();
        let row = reader.hazard(&scope, HazardKey::Id(id)).await.unwrap();
        let ways = [
            json(&files.values().collect::<Vec<_>>()),
            json(&histories.values().collect::<Vec<_>>()),
            json(&lines),
        ];
        for way in ways {
            let seen = row.is_some() && may;
            assert_eq!(tells(&way), seen, "{viewer:?}: {way}");
        }
        assert!(!tells(&format!("{row:?}")));
    }
    let list = office.saying(&clerk(), id, sample::list()).await;
    let listed = office.do_now(&list).await;
    assert!(!tells(&json(&listed)), "an answer to the office");
    let again = replayed(office.execute(&list).await);
    assert!(!tells(&json(&again)), "the same answer again");
    let After::Hazard(hazard) = &listed.after else {
        panic!("not a hazard");
    };
    assert!(hazard.file().report.reporter.is_none());
    let stale = office
        .saying(&factory(), id, sample::acknowledge(office.today()))
        .await;
    let refused = office.refuse(&stale).await;
    assert!(refused.present.is_some(), "the unit may see the hazard");
    assert!(!tells(&format!("{refused:?}")), "a refusal");
}

async fn what_the_public_reports_is_kept_from_the_unit_that_it_is_about_until_it_is_listed(
    on: Kind,
) {
    let office = Office::on(on).await;
    let reader = office.reader();
    let unit = office.seen_by(&factory());
    let shown = async |id| {
        let row = reader.hazard(&unit, HazardKey::Id(id)).await.unwrap();
        let files = reader.files(&unit, &[id]).await.unwrap();
        let (lines, _) = reader
            .lines_after(&unit, Position::START, 100)
            .await
            .unwrap();
        let is_of_it = |line: &xiaohao_ledger::Line| line.record.subject() == Subject::Hazard(id);
        let shown = [row.is_some(), !files.is_empty(), lines.iter().any(is_of_it)];
        assert!(
            shown.iter().all(|one| *one == shown[0]),
            "{on:?}: {shown:?}"
        );
        shown[0]
    };
    let reported = async |by: &Actor, source| {
        let says = but(sample::report(), |says| {
            says.source = source;
            says.holder = Some(sample::holder(FACTORY));
        });
        office::subject(&office.do_now(&office.reporting(by, says)).await)
    };
    let [recognised, rejected] = [
        reported(&township(), Source::PublicReport).await,
        reported(&intake(), Source::Exposure).await,
    ];
    let found = reported(&township(), Source::Exposure).await;
    assert!(shown(found).await, "{on:?}: found by an office");
    assert!(!shown(recognised).await && !shown(rejected).await, "{on:?}");
    office.act(&clerk(), recognised, sample::list()).await;
    office.act(&clerk(), rejected, sample::reject()).await;
    assert!(shown(recognised).await, "{on:?}: the office's own finding");
    assert!(!shown(rejected).await, "{on:?}");
}

/// What an earlier version has written of from where a hazard is seen stands there until a rebuild.
#[tokio::test]
async fn what_was_reported_before_the_upgrade_is_listed_all_the_same() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let says = but(sample::report(), |says| {
            says.source = Source::PublicReport;
            says.holder = Some(sample::holder(FACTORY));
        });
        let id = office::subject(&office.do_now(&office.reporting(&township(), says)).await);
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let holder = unit(FACTORY).as_uuid();
        let holder = match kind {
            Kind::Postgres => format!("UUID '{holder}'"),
            _ => format!("x'{}'", holder.simple()),
        };
        let as_before = format!(
            "INSERT INTO hazard_unit (county, unit, opened) SELECT county, {holder}, opened FROM hazard"
        );
        hand.execute_unprepared(&as_before).await.unwrap();
        office.act(&clerk(), id, sample::list()).await;
        let row = office
            .reader()
            .hazard(&office.seen_by(&factory()), HazardKey::Id(id))
            .await;
        assert!(row.unwrap().is_some(), "{kind:?}");
    }
}
