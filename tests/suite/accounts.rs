//! Logins and sessions, as they are kept.

use chrono::TimeDelta;
use xiaohao_core::directory::Login;
use xiaohao_core::values::CountyCode;
use xiaohao_store::{Account, Session};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

fn account(office: &Office, of: &str, secret: &str) -> Account {
    Account {
        login: login(of),
        person: clerk().person,
        secret: secret.to_owned(),
        changed_at: office.now(),
    }
}

/// A session with the tokens `number` and `number + 1`.
fn session(office: &Office, of: &str, number: u8) -> Session {
    Session {
        token: file(number),
        renewal: file(number + 1),
        login: login(of),
        actor: clerk(),
        expires_at: office.now() + TimeDelta::minutes(15),
        renewable_until: office.now() + TimeDelta::hours(12),
    }
}

#[tokio::test]
async fn a_login_keeps_its_secret_and_a_new_one_ends_what_the_old_one_opened() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        assert_eq!(store.account(code, &login("clerk")).await.unwrap(), None);
        let first = account(&office, "clerk", "one");
        store.keep_account(code, &first).await.unwrap();
        assert_eq!(
            store.account(code, &login("clerk")).await.unwrap(),
            Some(first)
        );
        assert_eq!(
            store
                .account(CountyCode::parse("431124").unwrap(), &login("clerk"))
                .await
                .unwrap(),
            None
        );
        let (own, others) = (session(&office, "clerk", 1), session(&office, "clerk2", 3));
        for open in [&own, &others] {
            store.open_session(code, open, office.now()).await.unwrap();
        }
        assert_eq!(
            store.session(code, own.token).await.unwrap(),
            Some(own.clone()),
            "{kind:?}"
        );
        let second = account(&office, "clerk", "two");
        store.keep_account(code, &second).await.unwrap();
        assert_eq!(
            store.account(code, &login("clerk")).await.unwrap(),
            Some(second)
        );
        assert_eq!(store.session(code, own.token).await.unwrap(), None);
        assert_eq!(
            store.session(code, others.token).await.unwrap(),
            Some(others)
        );
    }
}

#[tokio::test]
async fn a_session_is_renewed_once_and_ends() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        let (first, second) = (session(&office, "clerk", 1), session(&office, "clerk", 3));
        store
            .open_session(code, &first, office.now())
            .await
            .unwrap();
        let found = store.session_to_renew(code, first.renewal).await.unwrap();
        assert_eq!(found, Some(first.clone()), "{kind:?}");
        assert!(
            store
                .renew_session(code, first.token, &second)
                .await
                .unwrap()
        );
        assert_eq!(store.session(code, first.token).await.unwrap(), None);
        let third = session(&office, "clerk", 5);
        assert!(
            !store
                .renew_session(code, first.token, &third)
                .await
                .unwrap()
        );
        assert_eq!(store.session(code, third.token).await.unwrap(), None);
        assert_eq!(
            store.session(code, second.token).await.unwrap(),
            Some(second.clone())
        );
        store.end_session(code, second.token).await.unwrap();
        assert_eq!(store.session(code, second.token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_can_no_longer_be_renewed_goes_when_the_next_session_is_opened() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        let old = session(&office, "clerk", 1);
        store.open_session(code, &old, office.now()).await.unwrap();
        office.pass_days(1);
        assert_eq!(
            store.session(code, old.token).await.unwrap(),
            Some(old.clone()),
            "{kind:?}"
        );
        let new = session(&office, "clerk2", 3);
        store.open_session(code, &new, office.now()).await.unwrap();
        assert_eq!(store.session(code, old.token).await.unwrap(), None);
        assert_eq!(store.session(code, new.token).await.unwrap(), Some(new));
    }
}
