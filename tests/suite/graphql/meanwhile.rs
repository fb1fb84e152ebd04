//! What ends while somebody is being let in by it: nobody is in by it afterwards, and of two who change it at once one has.

use super::passwords::somebody;
use super::session::{PASSWORD, ask, code, open_on, signing_in, text};
use super::ways_in::{
    KINDS, by_key, enrolment, redeemed, secretly, shown, signed_in, with_second_factor,
};
use futures_util::future::{join, join_all};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::slice::from_ref;
use xiaohao_core::directory::{Login, Person};
use xiaohao_server::served::Served;
use xiaohao_store::{Session, Shown};
use xiaohao_tests::office::Office;
use xiaohao_tests::*;

/// The sessions that are open for somebody.
async fn open(office: &Office, of: &Person) -> Vec<Session> {
    let (store, code) = (office.cabinet.sql(), office.county.code);
    store.sessions(code, of.id, office.now()).await.unwrap()
}

async fn told(served: &Served, query: &str) -> Value {
    ask(served, None, query).await.1
}

fn changing(login: &Login, new: &str) -> String {
    let old = format!("login: \"{login}\", password: \"{PASSWORD}\"");
    format!("mutation {{ done: changePassword({old}, newPassword: \"{new}\") }}")
}

#[tokio::test]
async fn nobody_is_in_by_a_password_that_was_changed_while_he_was_let_in() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        for who in [clerk(), approver(), signer()] {
            let person = somebody(&served, &who);
            let signs_in = signing_in(person.login.as_str(), PASSWORD, "");
            let new_one = changing(&person.login, "another long one");
            let is_changed = Cell::new(false);
            let keeps_signing_in = async || {
                while !is_changed.get() {
                    told(&served, &signs_in).await;
                }
            };
            let change = async {
                let changed = told(&served, &new_one).await;
                is_changed.set(true);
                changed
            };
            let tries = join_all((0..3).map(|_| keeps_signing_in()));
            let (_, changed) = join(tries, change).await;
            assert_eq!(changed["data"]["done"], true, "{kind:?}: {changed:#}");
            assert_eq!(open(&office, &person).await, [], "{kind:?}");
        }
    }
}

#[tokio::test]
async fn of_two_who_change_a_password_at_once_one_has() {
    for kind in KINDS {
        let (_, served) = open_on(kind).await;
        for who in [clerk(), approver()] {
            let login = somebody(&served, &who).login;
            let news = ["another long one", "and yet another one"];
            let both = news.map(|new| changing(&login, new));
            let both = join_all(both.iter().map(|change| told(&served, change))).await;
            let done: Vec<_> = both
                .iter()
                .map(|told| told["data"]["done"] == true)
                .collect();
            assert!(done[0] != done[1], "{kind:?}: {both:#?}");
            for (new, done) in news.iter().zip(done) {
                let signs_in = told(&served, &signing_in(login.as_str(), new, "")).await;
                assert_eq!(code(&signs_in).is_empty(), done, "{kind:?}: {signs_in:#}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_is_in_by_a_key_that_was_ended_while_he_was_let_in() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        for device in ["一号", "二号", "三号"] {
            let made = redeemed(&served, &enrolment(&served, token, device).await).await;
            let made = &made["data"]["made"];
            let end = format!("mutation {{ done: endKey(id: {}) }}", made["id"]);
            let key = made["key"].as_str().unwrap();
            let lets_in = join_all((0..8).map(|_| by_key(&served, key)));
            let ends = ask(&served, Some(token), &end);
            let (_, (_, ended)) = join(lets_in, ends).await;
            assert_eq!(ended["data"]["done"], true, "{kind:?}: {ended:#}");
            let left = open(&office, &somebody(&served, &clerk())).await;
            assert!(left.iter().all(|left| left.key.is_none()), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn what_was_shown_before_it_was_changed_opens_no_session() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let (store, county) = (office.cabinet.sql(), office.county.code);
        let person = somebody(&served, &clerk());
        let account = async || store.account(county, &person.login).await.unwrap().unwrap();
        signed_in(&served, None).await;
        let session = open(&office, &person).await.remove(0);
        let opens = async |shown: Shown<'_>| {
            store
                .end_session_of(county, session.tokens.token)
                .await
                .unwrap();
            let opened = store.open_session(county, &session, shown, office.now());
            opened.await.unwrap()
        };
        let by_password = |account, code| Shown::Password { account, code };
        let former = account().await;
        assert!(opens(by_password(&former, false)).await, "{kind:?}");
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        served.door.give(from_ref(&person), &secret).await.unwrap();
        assert!(!opens(by_password(&former, false)).await, "{kind:?}");
        let present = account().await;
        assert!(opens(by_password(&present, false)).await);
        // A second factor that was confirmed since is asked for.
        with_second_factor(&office, &served).await;
        assert!(!opens(by_password(&present, false)).await);
        assert!(opens(by_password(&present, true)).await);
    }
}

#[tokio::test]
async fn a_second_factor_is_not_taken_by_a_password_that_was_changed_meanwhile() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let person = somebody(&served, &clerk());
        let made = secretly(&served, "beginSecondFactor", "", "{ secret }").await;
        let secret = made["data"]["done"]["secret"].as_str().unwrap();
        let code_of = format!(", code: \"{}\"", shown(&office, secret));
        let new_one = changing(&person.login, "another long one");
        let confirms = secretly(&served, "confirmSecondFactor", &code_of, "");
        let (confirmed, changed) = join(confirms, told(&served, &new_one)).await;
        // Whichever came first: the password is the new one, or there is a second factor and it is the old one.
        let is_confirmed = confirmed["data"]["done"].is_array();
        let new = signing_in(person.login.as_str(), "another long one", "");
        let expected = match (is_confirmed, changed["data"]["done"] == true) {
            (false, true) => "",
            (true, true) => "SECOND_FACTOR_NEEDED",
            (true, false) => "SIGN_IN_FAILED",
            (false, false) => panic!("{kind:?}: {confirmed:#} {changed:#}"),
        };
        assert_eq!(code(&told(&served, &new).await), expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_second_factor_that_was_confirmed_meanwhile_is_not_begun_anew() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let person = somebody(&served, &clerk());
        let (secret, _) = with_second_factor(&office, &served).await;
        let (store, county) = (office.cabinet.sql(), office.county.code);
        let begun = store.begin_second_factor(county, &person.login, vec![7; 20]);
        begun.await.unwrap();
        office.pass_days(1);
        let shown = shown(&office, &secret);
        let opened = signed_in(&served, Some(&shown)).await;
        assert_eq!(code(&opened), "", "{kind:?}: {opened:#}");
    }
}

#[tokio::test]
async fn whoever_is_called_otherwise_by_now_is_ended_and_helped_all_the_same() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let (_, codes) = with_second_factor(&office, &served).await;
        let person = somebody(&served, &clerk());
        let opened = signed_in(&served, Some(&codes[0])).await;
        assert_eq!(code(&opened), "");
        let renamed = Person {
            login: Login::parse("another-name").unwrap(),
            ..person.clone()
        };
        // He signs in as before until he gets a password under the new name.
        let forgotten = served.door.forget_second_factor(&renamed).await;
        assert!(forgotten.unwrap(), "{kind:?}");
        assert_eq!(code(&signed_in(&served, None).await), "");
        assert_eq!(open(&office, &person).await.len(), 2);
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        served.door.give(from_ref(&renamed), &secret).await.unwrap();
        assert_eq!(open(&office, &person).await, [], "{kind:?}");
        let findings = office.cabinet.sql().check(&office.county, |_| ()).await;
        assert_eq!(findings.unwrap().told, [""; 0], "{kind:?}");
    }
}

#[tokio::test]
async fn whoever_is_thrown_out_by_a_new_password_has_no_code_for_a_device_left() {
    for kind in KINDS {
        let (_, served) = open_on(kind).await;
        let login = somebody(&served, &clerk()).login;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let new_one = changing(&login, "another long one");
        let is_changed = Cell::new(false);
        let codes = RefCell::new(Vec::new());
        let keeps_enrolling = async || {
            let enrols = "mutation { enrolDevice(name: \"平板\") { code } }";
            while !is_changed.get() {
                let (_, told) = ask(&served, Some(token), enrols).await;
                let code = told["data"]["enrolDevice"]["code"].as_str();
                codes.borrow_mut().extend(code.map(ToOwned::to_owned));
            }
        };
        let change = async {
            let changed = told(&served, &new_one).await;
            is_changed.set(true);
            changed
        };
        let tries = join_all((0..3).map(|_| keeps_enrolling()));
        let (_, changed) = join(tries, change).await;
        assert_eq!(changed["data"]["done"], true, "{kind:?}: {changed:#}");
        for code_of in codes.into_inner() {
            let told = redeemed(&served, &code_of).await;
            assert_eq!(code(&told), "KEY_UNKNOWN", "{kind:?}");
        }
    }
}
