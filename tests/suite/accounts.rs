//! Logins and sessions, as they are kept.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_store::{Account, Ended, Renewal, Session, Shown, SqlStore, Tokens};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

fn tokens(office: &Office, number: u8) -> Tokens {
    Tokens {
        token: file(number),
        renewal: file(number + 1),
        expires_at: office.now() + TimeDelta::minutes(15),
    }
}

/// A session with the tokens `number` and `number + 1`.
fn session(office: &Office, of: &str, number: u8) -> Session {
    Session {
        id: Uuid::from_u128(number.into()),
        tokens: tokens(office, number),
        used: false,
        login: login(of),
        actor: clerk(),
        device: Some(sample::line("平板")),
        key: None,
        acts: None,
        through: None,
        opened_at: office.now(),
        renewed_at: office.now(),
        renewable_until: office.now() + TimeDelta::hours(12),
        former: None,
        stolen_at: None,
        seal: None,
    }
}

/// The account of the clerk.
async fn account(office: &Office) -> Account {
    let served = office.served();
    let directory = served.office.directory();
    let person = directory.person(clerk().person).unwrap().clone();
    let people = std::slice::from_ref(&person);
    served.door.give(people, "one").await.unwrap();
    let (store, code) = (office.cabinet.sql(), office.county.code);
    store.account(code, &person.login).await.unwrap().unwrap()
}

/// Opens a session for whoever has shown the password of this account.
async fn open(office: &Office, account: &Account, session: &Session) {
    open_at(office, account, session, office.now()).await;
}

async fn open_at(office: &Office, account: &Account, session: &Session, now: DateTime<Utc>) {
    let shown = Shown::Password {
        account,
        code: false,
    };
    let (store, code) = (office.cabinet.sql(), office.county.code);
    let opened = store.open_session(code, session, shown, now).await;
    assert!(opened.unwrap());
}

/// The session of a token.
async fn session_of(store: &SqlStore, code: CountyCode, token: Digest) -> Option<Session> {
    let kept = store.session(code, token).await.unwrap();
    kept.map(|(session, _)| session)
}

#[tokio::test]
async fn a_login_keeps_its_secret_and_a_new_one_ends_what_the_old_one_opened() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let served = office.served();
        let (store, code) = (office.cabinet.sql(), office.county.code);
        let directory = served.office.directory();
        let person = directory.person(clerk().person).unwrap().clone();
        let kept = async |code| store.account(code, &person.login).await.unwrap();
        assert_eq!(kept(code).await, None);
        let give = async |secret| {
            let people = [person.clone()];
            served.door.give(&people, secret).await.unwrap();
        };
        give("one").await;
        assert_eq!(kept(code).await.unwrap().secret, "one");
        assert_eq!(kept(CountyCode::parse("431124").unwrap()).await, None);
        let own = session(&office, person.login.as_str(), 1);
        let others = Session {
            actor: approver(),
            ..session(&office, "approver", 3)
        };
        let account = kept(code).await.unwrap();
        for one in [&own, &others] {
            open(&office, &account, one).await;
        }
        assert_eq!(
            session_of(store, code, own.tokens.token).await,
            Some(own.clone()),
            "{kind:?}"
        );
        give("two").await;
        let second = kept(code).await.unwrap();
        let expected = Account {
            login: person.login.clone(),
            person: person.id,
            secret: "two".to_owned(),
            changed_at: second.changed_at,
        };
        assert_eq!(second, expected);
        assert_eq!(session_of(store, code, own.tokens.token).await, None);
        assert_eq!(
            session_of(store, code, others.tokens.token).await,
            Some(others)
        );
    }
}

#[tokio::test]
async fn a_session_is_renewed_used_and_ended() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        let first = session(&office, "clerk", 1);
        let account = account(&office).await;
        open(&office, &account, &first).await;
        let renew = async |renewal, number, may: bool| {
            let new = tokens(&office, number);
            let now = office.now();
            let renewed = store.renew_session(code, renewal, new, now, |_| may, |_| None);
            renewed.await.unwrap()
        };
        let unheard_of = renew(file(99), 11, true).await;
        assert_eq!(unheard_of, Renewal::Over, "{kind:?}");
        assert_eq!(renew(first.tokens.renewal, 11, false).await, Renewal::Over);
        let second = Session {
            tokens: tokens(&office, 3),
            former: Some(first.tokens.renewal),
            ..first.clone()
        };
        let renewed = renew(first.tokens.renewal, 3, true).await;
        assert_eq!(renewed, Renewal::Renewed(second.clone()));
        let gone = session_of(store, code, first.tokens.token).await;
        assert_eq!(gone, None);
        let kept = session_of(store, code, second.tokens.token).await;
        assert_eq!(kept, Some(second.clone()));
        store.session_used(code, &second).await.unwrap();
        let used = Session {
            used: true,
            ..second.clone()
        };
        let kept = session_of(store, code, second.tokens.token).await;
        assert_eq!(kept, Some(used.clone()));
        let stolen = renew(first.tokens.renewal, 5, true).await;
        let ended = Session {
            stolen_at: Some(office.now()),
            ..used
        };
        assert_eq!(stolen, Renewal::Stolen(ended.clone()));
        // It is remembered why it ended, and nothing goes on by it.
        let kept = session_of(store, code, second.tokens.token).await;
        assert_eq!(kept, Some(ended.clone()));
        let again = renew(second.tokens.renewal, 7, true).await;
        assert_eq!(again, Renewal::Stolen(ended.clone()));
        let of = ended.actor.person;
        let listed = store.sessions(code, of, office.now()).await.unwrap();
        assert_eq!(listed, []);
        let others = store.end_sessions(code, of, Ended::AllBut(file(98), office.now()));
        assert_eq!(others.await.unwrap(), 0);
        let late = Session {
            id: Uuid::from_u128(77),
            tokens: tokens(&office, 21),
            ..first.clone()
        };
        let after = ended.renewable_until + TimeDelta::seconds(1);
        open_at(&office, &account, &late, after).await;
        let gone = session_of(store, code, second.tokens.token).await;
        assert_eq!(gone, None);
        open(&office, &account, &first).await;
        store
            .end_session_of(code, first.tokens.token)
            .await
            .unwrap();
        let gone = session_of(store, code, first.tokens.token).await;
        assert_eq!(gone, None);
    }
}

#[tokio::test]
async fn what_can_no_longer_be_renewed_goes_when_the_next_session_is_opened() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        let old = session(&office, "clerk", 1);
        let account = account(&office).await;
        open(&office, &account, &old).await;
        office.pass_days(1);
        assert_eq!(
            session_of(store, code, old.tokens.token).await,
            Some(old.clone()),
            "{kind:?}"
        );
        let new = session(&office, "clerk2", 3);
        open(&office, &account, &new).await;
        assert_eq!(session_of(store, code, old.tokens.token).await, None);
        assert_eq!(session_of(store, code, new.tokens.token).await, Some(new));
    }
}
