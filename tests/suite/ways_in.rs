//! 登录凭据变动: its stored form, which lets nobody in, and what is kept beside the record held against it.

use crate::rebuild::WITH_ROWS;
use crate::upkeep;
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::upkeep::{UpkeepEntry, UpkeepEvent, evolve_upkeep, operator};
use xiaohao_core::values::Line;
use xiaohao_core::ways_in::{
    DeviceCode, DeviceCodeIssued, KeyEnded, KeyIssued, KeyUse, LinkOpened, WayIn,
};
use xiaohao_graphql::Locksmith as _;
use xiaohao_ledger::{Record, Salts, Store as _};
use xiaohao_log::Salt;
use xiaohao_server::served::Served;
use xiaohao_store::Findings;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::{self, connect, url};
use xiaohao_tests::*;

/// The key of a device of the clerk's.
pub(crate) fn issued() -> KeyIssued {
    KeyIssued {
        key: Uuid::from_u128(7),
        kind: KeyUse::Device,
        person: clerk().person,
        name: sample::line::<Line<100>>("某某的平板").into(),
        acts: None,
        opens: None,
        expires_at: "2027-03-01T00:00:00Z".parse().unwrap(),
        secret: file(1),
        code: Some(device_code()),
    }
}

/// The code for which it got its key.
fn device_code() -> DeviceCode {
    DeviceCode {
        id: Uuid::from_u128(70),
        secret: file(2),
    }
}

pub(crate) fn code_issued() -> DeviceCodeIssued {
    DeviceCodeIssued {
        code: device_code(),
        person: clerk().person,
        name: sample::line::<Line<100>>("某某的平板").into(),
        expires_at: case::forenoon(date("2026-03-02")) + chrono::TimeDelta::minutes(10),
    }
}

/// That of a platform's program.
pub(crate) fn of_program() -> KeyIssued {
    KeyIssued {
        key: Uuid::from_u128(8),
        kind: KeyUse::Service,
        person: platform().person,
        acts: Some(vec![sample::line("reportHazard")]),
        code: None,
        ..issued()
    }
}

/// That of a link of the factory's.
pub(crate) fn of_link() -> KeyIssued {
    KeyIssued {
        key: Uuid::from_u128(6),
        kind: KeyUse::Link,
        person: factory().person,
        code: None,
        opens: Some(LinkOpened {
            hazard: sample::hazard(1),
            link: sample::link(1),
        }),
        ..issued()
    }
}

fn entry(seq: u32, way: WayIn) -> UpkeepEntry {
    upkeep::entry(&clerk(), seq, UpkeepEvent::WaysInChanged(Box::new(way)))
}

#[test]
fn a_key_is_stored_with_its_rights_and_without_its_name_and_what_lets_in() {
    let record = entry(1, WayIn::KeyIssued(of_program()));
    let stored = serde_json::to_value(&record).unwrap();
    let agreed = json!({
        "kind": "WAYS_IN_CHANGED",
        "data": { "kind": "KEY_ISSUED", "says": {
            "key": "00000000-0000-0000-0000-000000000008",
            "kind": "SERVICE",
            "person": platform().person,
            "name": "某某的平板",
            "acts": ["reportHazard"],
            "expires_at": "2027-03-01T00:00:00Z",
            "secret": file(1),
        } },
    });
    assert_eq!(stored["event"], agreed);
    let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
    assert_eq!(read, record);
    // Whoever named his device wrote what he liked: it stands beside the body, and can be erased.
    let salts: Salts = Arc::new(|| Salt::new([1; 16]));
    let (body, beside) = Record::Ledger(Box::new(record)).sealed(&salts).unwrap();
    assert!(!body.contains("平板"), "{body}");
    assert_eq!(beside.len(), 1);
}

#[test]
fn a_code_of_a_device_is_stored_without_the_code_and_the_key_names_it() {
    let says = WayIn::DeviceCodeIssued(code_issued());
    let stored = serde_json::to_value(entry(1, says)).unwrap();
    let code = json!({ "id": "00000000-0000-0000-0000-000000000046", "secret": file(2) });
    let agreed = json!({
        "kind": "WAYS_IN_CHANGED",
        "data": { "kind": "DEVICE_CODE_ISSUED", "says": {
            "code": code,
            "person": clerk().person,
            "name": "某某的平板",
            "expires_at": code_issued().expires_at,
        } },
    });
    assert_eq!(stored["event"], agreed);
    let stored = serde_json::to_value(entry(1, WayIn::KeyIssued(issued()))).unwrap();
    assert_eq!(stored["event"]["data"]["says"]["code"], code);
    // A line from before says none, and is read.
    let mut stored = stored;
    let says = stored["event"]["data"]["says"].as_object_mut().unwrap();
    says.remove("code");
    let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
    let file = evolve_upkeep(None, &read).unwrap();
    assert_eq!(file.ways_in.keys.len(), 1);
}

#[test]
fn a_key_stands_in_the_ledgers_own_file_until_it_is_ended() {
    let first = entry(1, WayIn::KeyIssued(issued()));
    let file = evolve_upkeep(None, &first).unwrap();
    assert_eq!(file.ways_in.keys.get(&issued().key), Some(&issued()));
    let end = KeyEnded {
        key: issued().key,
        person: issued().person,
    };
    let file = evolve_upkeep(Some(file), &entry(2, WayIn::KeyEnded(end))).unwrap();
    assert!(file.ways_in.keys.is_empty() && file.ways_in.keys_are_known);
}

/// A key that is issued to the platform, by its id.
async fn with_key(served: &Served) -> Uuid {
    let directory = served.office.directory();
    let person = directory.person(platform().person).unwrap().clone();
    let acts = ["reportHazard".to_owned()];
    let lasts = chrono::TimeDelta::days(30);
    let issued = served
        .door
        .issue(&person, sample::line("消防平台"), &acts, lasts);
    issued.await.unwrap();
    let keys = served.door.keys(person.id).await.unwrap();
    keys[0].id
}

/// What is told of the rows beside the record.
pub(crate) async fn told(office: &Office) -> Vec<String> {
    looked_at(office).await.told
}

async fn looked_at(office: &Office) -> Findings {
    let findings = office.cabinet.sql().check(&office.county, |_| ()).await;
    findings.unwrap()
}

#[tokio::test]
async fn a_key_that_was_changed_by_hand_is_told_by_its_name() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        let id = with_key(&served).await;
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let (uuid, day, secret) = match kind {
            Kind::Postgres => (
                "gen_random_uuid()",
                "TIMESTAMPTZ '2099-01-01T00:00:00Z'",
                "decode(repeat('cd', 32), 'hex')",
            ),
            _ => (
                "randomblob(16)",
                "'2099-01-01T00:00:00+00:00'",
                "randomblob(32)",
            ),
        };
        for (column, value, named) in [
            ("acts", "'reportHazard,strikeOffHazard'", "the acts"),
            ("acts", "NULL", "the acts"),
            ("person", uuid, "the person"),
            ("expires_at", day, "its end"),
            ("secret", secret, "what lets in"),
            ("kind", "'DEVICE'", "what it is for"),
        ] {
            let keep = "CREATE TABLE kept AS SELECT * FROM access_key";
            hand.execute_unprepared(keep).await.unwrap();
            let change = format!("UPDATE access_key SET {column} = {value}");
            hand.execute_unprepared(&change).await.unwrap();
            let found = told(&office).await;
            let expected = format!(
                "the key {id} (消防平台) is not what was recorded: {named} was changed by hand"
            );
            assert_eq!(found, [expected], "{kind:?}: {column}");
            for back in [
                "DELETE FROM access_key",
                "INSERT INTO access_key SELECT * FROM kept",
                "DROP TABLE kept",
            ] {
                hand.execute_unprepared(back).await.unwrap();
            }
        }
        // One that nobody issued.
        let slip = format!(
            "INSERT INTO access_key (county, id, kind, secret, person, name, made_at, expires_at) \
             SELECT county, {uuid}, 'DEVICE', {secret}, person, '添加的', made_at, expires_at FROM access_key"
        );
        hand.execute_unprepared(&slip).await.unwrap();
        let found = told(&office).await;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].contains("(添加的) lets somebody in, and no line"),
            "{found:#?}"
        );
    }
}

/// A key as a program left it that recorded none.
fn left_over(kind: Kind) -> String {
    let of = platform().person.as_uuid().simple().to_string();
    let bytes = |hex: &str| place::bytes(kind != Kind::Postgres, hex);
    let id = "0000000000000000000000000000002a";
    let (id, of) = match kind {
        Kind::Postgres => (format!("'{id}'"), format!("'{of}'")),
        _ => (bytes(id), bytes(&of)),
    };
    let secret = bytes(&"ab".repeat(32));
    format!(
        "INSERT INTO access_key (county, id, kind, secret, person, name, acts, made_at, expires_at) VALUES \
         ('431123', {id}, 'SERVICE', {secret}, {of}, '早先的', 'reportHazard,addNote', \
         '2026-01-01T00:00:00+00:00', '2026-12-01T00:00:00+00:00')"
    )
}

#[tokio::test]
async fn what_there_was_before_is_taken_in_by_one_line_and_once() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        assert!(!served.door.take_in().await.unwrap(), "there is nothing");
        let hand = connect(&url(office.cabinet.location()), 1).await;
        hand.execute_unprepared(&left_over(kind)).await.unwrap();
        // Nothing is recorded yet with which it could be compared.
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        assert!(served.door.take_in().await.unwrap());
        assert!(!served.door.take_in().await.unwrap(), "once");
        assert_eq!(told(&office).await, [""; 0]);
        let store = office.cabinet.sql();
        let own = store.own_lines_after(office.county.code, 0).await.unwrap();
        let Record::Ledger(entry) = &own[0].record else {
            panic!("{own:?}")
        };
        let UpkeepEvent::WaysInChanged(way) = &entry.event else {
            panic!("{own:?}")
        };
        let WayIn::Found(found) = &**way else {
            panic!("{own:?}")
        };
        let acts = ["reportHazard", "addNote"].map(sample::line);
        assert_eq!(found.keys[0].acts.as_deref(), Some(&acts[..]));
        assert_eq!(own[0].record.event(), "WaysInFound");
        let more = "UPDATE access_key SET acts = 'reportHazard'";
        hand.execute_unprepared(more).await.unwrap();
        assert_eq!(told(&office).await.len(), 1);
    }
}

#[tokio::test]
async fn a_key_is_kept_with_the_line_that_issues_it_and_goes_with_the_one_that_ends_it() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        let id = with_key(&served).await;
        let by = operator(&office.county);
        let of = platform().person;
        assert!(!served.door.end_key(&by, clerk().person, id).await.unwrap());
        assert!(served.door.end_key(&by, of, id).await.unwrap());
        assert!(!served.door.end_key(&by, of, id).await.unwrap());
        assert!(served.door.keys(of).await.unwrap().is_empty());
        let store = office.cabinet.sql();
        let own = store.own_lines_after(office.county.code, 0).await.unwrap();
        let events: Vec<_> = own.iter().map(|line| line.record.event()).collect();
        assert_eq!(events, ["KeyIssued", "KeyEnded"], "{kind:?}");
        assert_eq!(
            store
                .own_lines_after(office.county.code, 1)
                .await
                .unwrap()
                .len(),
            1
        );
        assert!(own.iter().all(|line| line.record.stamp().actor == by));
        assert_eq!(told(&office).await, [""; 0]);
    }
}

#[tokio::test]
async fn ways_in_are_as_good_as_ever_after_a_line_under_a_clock_that_was_ahead() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let (served, right) = (office.served(), office.now());
        office.pass_days(3650);
        office.report().await;
        office.set_clock(right);
        let named = || sample::line("平板");
        let first = served.door.enrol(&clerk(), named()).await.unwrap();
        served.door.enrol(&approver(), named()).await.unwrap();
        // The second code is recorded in 2036, and the first is good until ten minutes from now all the same.
        let made = served.door.redeem(&first.code).await.unwrap();
        assert!(right < made.expires_at);
        let keys = served.door.keys(clerk().person).await.unwrap();
        assert_eq!(keys[0].made_at, right, "{kind:?}");
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
    }
}

#[tokio::test]
async fn a_password_or_a_key_that_was_taken_away_by_hand_is_told() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        xiaohao_server::people::give_all(&served, "long enough")
            .await
            .unwrap();
        let id = with_key(&served).await;
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let run = async |sql: &str| hand.execute_unprepared(sql).await.unwrap();
        run("DELETE FROM account WHERE login = 'office-clerk-1'").await;
        run("DELETE FROM access_key").await;
        let clerk = clerk().person;
        let expected = [
            format!(
                "the password of person {clerk} was recorded and is not kept: it was taken away by hand"
            ),
            format!(
                "the key {id} (消防平台) was recorded and is not kept: it was taken away by hand"
            ),
        ];
        assert_eq!(told(&office).await, expected, "{kind:?}");
        // Where nothing is kept of what was recorded, the county may have been carried here, or not.
        let sound = looked_at(&office).await;
        assert_eq!(sound.remarks, [""; 0], "{kind:?}");
        run("DELETE FROM account").await;
        let gone = looked_at(&office).await;
        assert_eq!(gone.told, [""; 0], "{kind:?}");
        let remark =
            "no password or key is kept of those that were recorded, and nobody can sign in";
        assert!(gone.remarks[0].starts_with(remark), "{gone:?}");
    }
}
