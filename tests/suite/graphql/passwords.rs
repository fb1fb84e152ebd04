//! Passwords and second factors: their stored form, the line that each of them leaves, and what is kept held against it.

use super::session::{PASSWORD, ask, open_on, signing_in};
use crate::rebuild::WITH_ROWS;
use crate::upkeep;
use crate::ways_in::{code_issued, issued, of_link, of_program, told};
use serde_json::json;
use std::slice::from_ref;
use std::sync::Arc;
use xiaohao_core::Actor;
use xiaohao_core::directory::{Directory, DirectoryParts, Login, Person};
use xiaohao_core::upkeep::{UpkeepEntry, UpkeepEvent, operator};
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{
    PasswordSet, PasswordsFound, PasswordsSet, SecondFactorEnded, SecondFactorSet, WayIn, WaysIn,
};
use xiaohao_ledger::Store as _;
use xiaohao_server::served::Served;
use xiaohao_tests::office::Office;
use xiaohao_tests::place::{Sql, bytes};
use xiaohao_tests::*;

const SECRET: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo";
const CLERK: &str = "office-clerk-1";

fn set(of: &[PersonId]) -> WayIn {
    let passwords = of.iter().map(|person| PasswordSet {
        person: *person,
        secret: file(3),
    });
    WayIn::PasswordsSet(PasswordsSet {
        passwords: passwords.collect(),
    })
}

#[test]
fn passwords_and_second_factors_are_stored_as_whose_they_are_and_a_commitment() {
    let person = clerk().person;
    let one = json!({ "person": person, "secret": file(3) });
    let factor = SecondFactorSet {
        person,
        secret: file(4),
        codes: vec![file(5)],
    };
    let factor_said = json!({ "person": person, "secret": file(4), "codes": [file(5)] });
    let found = PasswordsFound {
        passwords: vec![PasswordSet {
            person,
            secret: file(3),
        }],
        second_factors: vec![factor.clone()],
    };
    for (way, kind, says) in [
        (
            set(&[person]),
            "PASSWORDS_SET",
            json!({ "passwords": [one] }),
        ),
        (
            WayIn::SecondFactorSet(factor),
            "SECOND_FACTOR_SET",
            factor_said.clone(),
        ),
        (
            WayIn::SecondFactorEnded(SecondFactorEnded { person }),
            "SECOND_FACTOR_ENDED",
            json!({ "person": person }),
        ),
        (
            WayIn::PasswordsFound(found),
            "PASSWORDS_FOUND",
            json!({ "passwords": [one], "second_factors": [factor_said] }),
        ),
    ] {
        let event = UpkeepEvent::WaysInChanged(Box::new(way));
        let record = upkeep::entry(&clerk(), 1, event);
        let stored = serde_json::to_value(&record).unwrap();
        let agreed = json!({ "kind": "WAYS_IN_CHANGED", "data": { "kind": kind, "says": says } });
        assert_eq!(stored["event"], agreed);
        let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
        assert_eq!(read, record);
    }
}

#[test]
fn a_new_password_ends_the_keys_of_devices_in_the_record_too() {
    let mut ways = WaysIn::default();
    for key in [issued(), of_program(), of_link()] {
        ways.take_in(&WayIn::KeyIssued(key));
    }
    ways.take_in(&WayIn::DeviceCodeIssued(code_issued()));
    assert!(!ways.passwords_are_known);
    let set = set(&[clerk(), platform(), factory()].map(|who| who.person));
    ways.take_in(&set);
    assert!(ways.device_codes.is_empty());
    assert!(ways.passwords_are_known);
    let left: Vec<_> = ways.keys.keys().copied().collect();
    assert_eq!(left, [of_link().key, of_program().key]);
}

/// A person of the directory.
pub(super) fn somebody(served: &Served, who: &Actor) -> Person {
    let directory = served.office.directory();
    directory.person(who.person).unwrap().clone()
}

async fn hand(office: &Office) -> Sql {
    Sql::connect(office.cabinet.location()).await
}

/// The names of the lines of the ledger's own history, and who is behind each.
async fn lines(office: &Office) -> Vec<(&'static str, Actor)> {
    let store = office.cabinet.sql();
    let own = store.own_lines_after(office.county.code, 0).await.unwrap();
    let said = own.iter().map(|line| {
        let record = &line.record;
        (record.event(), record.stamp().actor.clone())
    });
    said.collect()
}

#[tokio::test]
async fn a_password_that_was_changed_copied_or_slipped_in_by_hand_is_told_by_its_login() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        let [one, other] = [clerk(), approver()].map(|who| somebody(&served, &who));
        served.door.give(from_ref(&one), SECRET).await.unwrap();
        let its_own = SECRET.replace("c2Fs", "c2Ft");
        served.door.give(from_ref(&other), &its_own).await.unwrap();
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let sql = hand(&office).await;
        let login = &other.login;
        // The clerk knows his own, and would come in as the approver.
        let change = |secret: &str| {
            format!("UPDATE account SET secret = '{secret}' WHERE login = '{login}'")
        };
        sql.run(&change(SECRET)).await;
        let changed = format!(
            "the password of {login} is not the one that was recorded: it was changed by hand"
        );
        assert_eq!(told(&office).await, [changed.as_str()], "{kind:?}");
        sql.run(&change(&its_own)).await;
        // Or he would make his own account that of the approver.
        let give = |from: &Person, to: &Person| {
            format!(
                "UPDATE account SET person = (SELECT person FROM account WHERE login = '{}') WHERE login = '{}'",
                to.login, from.login
            )
        };
        sql.run(&give(&one, &other)).await;
        let found = told(&office).await;
        let changed = changed.replace(login.as_str(), one.login.as_str());
        assert_eq!(found, [changed.as_str()], "{kind:?}");
        sql.run(&format!(
            "DELETE FROM account WHERE login = '{}'",
            one.login
        ))
        .await;
        assert_eq!(told(&office).await, [""; 0], "it lets in nobody");
        let third = somebody(&served, &signer());
        sql.keep_password(office.county.code, &third, SECRET).await;
        let expected = format!(
            "the password of {} lets somebody in, and no line says that it was set",
            third.login
        );
        assert_eq!(told(&office).await, [expected], "{kind:?}");
    }
}

/// The second factor of the clerk, by the API; the codes for whoever loses it.
async fn with_second_factor(office: &Office, served: &Served) -> Vec<String> {
    let made = secretly(served, "beginSecondFactor", "", "{ secret }").await;
    let secret = made["data"]["done"]["secret"].as_str().unwrap();
    let code = format!(", code: \"{}\"", sample::totp(secret, office.now()));
    let confirmed = secretly(served, "confirmSecondFactor", &code, "").await;
    let codes = confirmed["data"]["done"].as_array();
    let codes = codes.unwrap_or_else(|| panic!("{confirmed:#}")).iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

async fn secretly(served: &Served, mutation: &str, more: &str, select: &str) -> serde_json::Value {
    let query = format!(
        "mutation {{ done: {mutation}(login: \"{CLERK}\", password: \"{PASSWORD}\"{more}) {select} }}"
    );
    ask(served, None, &query).await.1
}

#[tokio::test]
async fn each_password_and_second_factor_leaves_a_line_and_signing_in_leaves_none() {
    for kind in WITH_ROWS {
        let (office, served) = open_on(kind).await;
        let operator = operator(&office.county);
        let set_for_all = ("PasswordsSet", operator.clone());
        assert_eq!(
            lines(&office).await,
            std::slice::from_ref(&set_for_all),
            "{kind:?}"
        );
        ask(&served, None, &signing_in(CLERK, PASSWORD, "")).await;
        ask(&served, None, &signing_in(CLERK, "wrong password", "")).await;
        assert_eq!(lines(&office).await.len(), 1, "{kind:?}");
        let codes = with_second_factor(&office, &served).await;
        let by_code = format!(", code: \"{}\"", codes[0]);
        ask(&served, None, &signing_in(CLERK, PASSWORD, &by_code)).await;
        let by_code = format!(", code: \"{}\"", codes[1]);
        let ended = secretly(&served, "endSecondFactor", &by_code, "").await;
        assert_eq!(ended["data"]["done"], true, "{ended:#}");
        with_second_factor(&office, &served).await;
        let person = somebody(&served, &clerk());
        assert!(served.door.forget_second_factor(&person).await.unwrap());
        assert!(!served.door.forget_second_factor(&person).await.unwrap());
        let new = ", newPassword: \"another long one\"";
        let changed = secretly(&served, "changePassword", new, "").await;
        assert_eq!(changed["data"]["done"], true, "{changed:#}");
        let expected = [
            set_for_all,
            ("SecondFactorSet", clerk()),
            ("SecondFactorEnded", clerk()),
            ("SecondFactorSet", clerk()),
            ("SecondFactorEnded", operator),
            ("PasswordsSet", clerk()),
        ];
        assert_eq!(lines(&office).await, expected, "{kind:?}");
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        // Nothing by which anybody could come in, or try what would.
        let sql = hand(&office).await;
        let bodies = "SELECT COUNT(*) FROM ledger_entry WHERE body LIKE '%argon2%'";
        assert_eq!(sql.number(bodies).await, 0);
    }
}

#[tokio::test]
async fn passwords_from_before_are_taken_in_by_one_line_and_once() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let served = office.served();
        assert!(!served.door.take_in().await.unwrap(), "there is nothing");
        let [one, other] = [clerk(), approver()].map(|who| somebody(&served, &who));
        let sql = hand(&office).await;
        let code = office.county.code;
        sql.keep_password(code, &one, SECRET).await;
        // What was recorded of keys says nothing of passwords, and they are taken in all the same.
        let acts = ["reportHazard".to_owned()];
        let lasts = chrono::TimeDelta::days(30);
        let platform = somebody(&served, &platform());
        let name = sample::line("消防平台");
        served
            .door
            .issue(&platform, name, &acts, lasts)
            .await
            .unwrap();
        let secret = "ab".repeat(20);
        let bytes = bytes(sql.is_file(), &secret);
        let at = if sql.is_file() {
            "'2026-01-01T00:00:00+00:00'"
        } else {
            "TIMESTAMPTZ '2026-01-01T00:00:00Z'"
        };
        let login = &one.login;
        sql.run(&format!(
            "INSERT INTO second_factor (county, login, secret, confirmed_at, step) VALUES ('{code}', '{login}', {bytes}, {at}, 0)"
        ))
        .await;
        // Nothing is recorded yet with which it could be compared.
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        assert!(served.door.take_in().await.unwrap());
        assert!(!served.door.take_in().await.unwrap(), "once");
        assert_eq!(told(&office).await, [""; 0]);
        let by = operator(&office.county);
        let expected = [("KeyIssued", by.clone()), ("PasswordsFound", by)];
        assert_eq!(lines(&office).await, expected);
        sql.keep_password(code, &other, SECRET).await;
        sql.run("DELETE FROM second_factor").await;
        let found = told(&office).await;
        assert_eq!(found.len(), 2, "{kind:?}: {found:#?}");
        assert!(!served.door.take_in().await.unwrap(), "nor later");
    }
}

#[tokio::test]
async fn a_second_factor_goes_with_its_person_to_another_login() {
    for kind in WITH_ROWS {
        let (office, served) = open_on(kind).await;
        with_second_factor(&office, &served).await;
        let renamed = Person {
            login: Login::parse("another-name").unwrap(),
            ..somebody(&served, &clerk())
        };
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        served.door.give(from_ref(&renamed), &secret).await.unwrap();
        let signed_in = async |login: &str| {
            let query = signing_in(login, PASSWORD, "");
            let (_, told) = ask(&served, None, &query).await;
            told["errors"][0]["extensions"]["code"].clone()
        };
        assert_eq!(signed_in("another-name").await, "SECOND_FACTOR_NEEDED");
        assert_eq!(signed_in(CLERK).await, "SIGN_IN_FAILED", "{kind:?}");
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let sql = hand(&office).await;
        let left = "SELECT COUNT(*) FROM recovery_code WHERE login = 'another-name'";
        assert_eq!(sql.number(left).await, 10);
    }
}

#[tokio::test]
async fn a_second_factor_that_stayed_where_the_county_was_carried_from_is_ended_by_the_next_password()
 {
    for kind in WITH_ROWS {
        let (office, served) = open_on(kind).await;
        with_second_factor(&office, &served).await;
        let sql = hand(&office).await;
        sql.run("DELETE FROM second_factor; DELETE FROM account")
            .await;
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let person = somebody(&served, &clerk());
        served.door.give(from_ref(&person), SECRET).await.unwrap();
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
        let names: Vec<_> = lines(&office).await.iter().map(|line| line.0).collect();
        let expected = [
            "PasswordsSet",
            "SecondFactorSet",
            "SecondFactorEnded",
            "PasswordsSet",
        ];
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn who_is_called_by_the_login_of_another_is_not_let_in_by_what_let_that_one_in() {
    for kind in WITH_ROWS {
        let (office, served) = open_on(kind).await;
        with_second_factor(&office, &served).await;
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        let heir = Person {
            login: Login::parse(CLERK).unwrap(),
            ..somebody(&served, &approver())
        };
        let refused = served.door.give(from_ref(&heir), &secret).await;
        let why = refused.unwrap_err().to_string();
        assert!(why.contains("is still kept under the login"), "{why}");
        let signed_in = async |served: &Served| {
            let query = signing_in(CLERK, PASSWORD, "");
            let (_, told) = ask(served, None, &query).await;
            told["errors"][0]["extensions"]["code"].clone()
        };
        assert_eq!(signed_in(&served).await, "SECOND_FACTOR_NEEDED");

        // Whoever had the login has left, and another one is called by it.
        let mut data = county_data(&office.county);
        let mut parts: DirectoryParts = data.directory.into();
        parts.people.retain(|one| one.id != clerk().person);
        for one in &mut parts.people {
            if one.id == heir.id {
                one.login = heir.login.clone();
            }
        }
        data.directory = Directory::new(parts).unwrap();
        let (store, evidence) = (office.cabinet.sql().clone(), office.cabinet.evidence());
        let clock = office.clone();
        let later = Served::of(store, &data, &evidence, Arc::new(move || clock.now())).unwrap();
        let refused = later.door.give(from_ref(&heir), &secret).await;
        let why = refused.unwrap_err().to_string();
        assert!(why.contains("was that of somebody who has left"), "{why}");
        assert_eq!(signed_in(&served).await, "SECOND_FACTOR_NEEDED");
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");

        // Whoever had it and has a password under another one has left it.
        let renamed = Person {
            login: Login::parse("another-name").unwrap(),
            ..somebody(&served, &clerk())
        };
        served.door.give(from_ref(&renamed), &secret).await.unwrap();
        served.door.give(from_ref(&heir), &secret).await.unwrap();
        assert_eq!(signed_in(&served).await, json!(null), "{kind:?}");
        assert_eq!(told(&office).await, [""; 0], "{kind:?}");
    }
}
