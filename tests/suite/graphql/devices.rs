//! Devices: the lines that their codes and their keys leave, and codes that are not what was recorded.

use super::session::{ask, code, open_on, text};
use super::ways_in::{KINDS, enrolled, enrolment, redeemed, signed_in};
use futures_util::future::join_all;
use xiaohao_ledger::Store as _;
use xiaohao_tests::clerk;
use xiaohao_tests::office::Office;
use xiaohao_tests::place::Sql;

/// The lines of the ledger's own history about devices, and who is behind each.
async fn of_devices(office: &Office) -> Vec<(&'static str, xiaohao_core::Actor)> {
    let store = office.cabinet.sql();
    let own = store.own_lines_after(office.county.code, 0).await.unwrap();
    let said = own.iter().map(|line| {
        let record = &line.record;
        (record.event(), record.stamp().actor.clone())
    });
    said.filter(|(name, _)| *name != "PasswordsSet").collect()
}

#[tokio::test]
async fn a_code_of_a_device_and_the_key_that_it_gets_for_it_each_leave_a_line() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let code_of = enrolment(&served, token, "平板").await;
        let issued = ("DeviceCodeIssued", clerk());
        assert_eq!(
            of_devices(&office).await,
            std::slice::from_ref(&issued),
            "{kind:?}"
        );
        let told = async || {
            let findings = office.cabinet.sql().check(&office.county, |_| ()).await;
            findings.unwrap().told
        };
        assert_eq!(told().await, [""; 0], "{kind:?}");
        assert_eq!(code(&redeemed(&served, "0000-0000").await), "KEY_UNKNOWN");
        // Of two who bring it at once one gets a key.
        let both = join_all([&code_of, &code_of].map(|code| redeemed(&served, code))).await;
        let mut codes: Vec<_> = both.iter().map(code).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["", "KEY_UNKNOWN"], "{kind:?}");
        let key = ("KeyIssued", clerk());
        assert_eq!(of_devices(&office).await, [issued, key], "{kind:?}");
        assert_eq!(told().await, [""; 0], "{kind:?}");
        let sql = Sql::connect(office.cabinet.location()).await;
        assert_eq!(sql.number("SELECT COUNT(*) FROM enrolment").await, 0);
    }
}

#[tokio::test]
async fn a_code_of_a_device_that_was_written_by_hand_gets_no_key_and_is_told() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let code_of = enrolment(&served, token, "平板").await;
        let sql = Sql::connect(office.cabinet.location()).await;
        let (uuid, salt) = if sql.is_file() {
            ("randomblob(16)", "zeroblob(16)")
        } else {
            ("gen_random_uuid()", "decode(repeat('00', 16), 'hex')")
        };
        let told = async || {
            let findings = office.cabinet.sql().check(&office.county, |_| ()).await;
            findings.unwrap().told
        };
        for hand in [
            format!("UPDATE enrolment SET id = {uuid}"),
            "UPDATE enrolment SET person = (SELECT person FROM account WHERE login <> 'office-clerk-1' LIMIT 1)".to_owned(),
            format!("UPDATE enrolment SET salt = {salt}"),
        ] {
            sql.run("CREATE TABLE kept AS SELECT * FROM enrolment").await;
            sql.run(&hand).await;
            let found = told().await;
            assert_eq!(found.len(), 1, "{kind:?}: {hand}: {found:#?}");
            assert!(found[0].contains("is not what was recorded"), "{found:#?}");
            assert_eq!(code(&redeemed(&served, &code_of).await), "KEY_UNKNOWN", "{kind:?}: {hand}");
            sql.run("DELETE FROM enrolment; INSERT INTO enrolment SELECT * FROM kept; DROP TABLE kept").await;
        }
        assert_eq!(told().await, [""; 0], "{kind:?}");
        assert_eq!(code(&redeemed(&served, &code_of).await), "", "{kind:?}");
    }
}

#[tokio::test]
async fn devices_that_stayed_where_the_county_was_carried_from_leave_room_for_others() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        for _ in 0..10 {
            enrolled(&served, token, "平板").await;
        }
        let enrol = "mutation { enrolDevice(name: \"平板\") { code } }";
        let refused = ask(&served, Some(token), enrol).await.1;
        assert_eq!(code(&refused), "DEVICES_TOO_MANY", "{kind:?}");
        let sql = Sql::connect(office.cabinet.location()).await;
        sql.run("DELETE FROM access_key").await;
        let enrolled = ask(&served, Some(token), enrol).await.1;
        assert_eq!(code(&enrolled), "", "{kind:?}");
        let of = of_devices(&office).await.into_iter();
        let ended = of.filter(|(name, _)| *name == "KeyEnded").count();
        assert_eq!(ended, 10, "{kind:?}");
    }
}
