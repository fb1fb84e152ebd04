//! A clock that ran ahead and was set right: nobody is kept out by what was noted under it.

use super::session::{PASSWORD, WHO, ask, code, open_on, signing_in, text};
use super::vouched::{believing, good};
use super::ways_in::{KINDS, secretly, shown, signed_in, with_second_factor};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use xiaohao_server::served::Served;
use xiaohao_tests::approver;
use xiaohao_tests::issuer::Key;
use xiaohao_tests::office::Office;

const CLERK: &str = "office-clerk-1";

/// Sets the clock ahead; what it should be.
fn ahead(office: &Office) -> DateTime<Utc> {
    let right = office.now();
    office.set_clock(right + TimeDelta::days(10));
    right
}

async fn is_in(served: &Served, token: &str) -> bool {
    ask(served, Some(token), WHO).await.0 == StatusCode::OK
}

#[tokio::test]
async fn a_right_password_makes_nobody_wait_and_a_wrong_one_no_longer_than_the_longest() {
    let (office, served) = open_on(KINDS[0]).await;
    let right = ahead(&office);
    assert_eq!(code(&signed_in(&served, None).await), "");
    let directory = served.office.directory();
    let guessed = &directory.person(approver().person).unwrap().login;
    for _ in 0..6 {
        let wrong = signing_in(guessed.as_str(), "wrong password", "");
        ask(&served, None, &wrong).await;
    }
    office.set_clock(right);
    assert_eq!(code(&signed_in(&served, None).await), "");
    let other = signing_in(guessed.as_str(), PASSWORD, "");
    let (_, waits) = ask(&served, None, &other).await;
    assert_eq!(code(&waits), "TOO_MANY_TRIES");
    office.set_clock(right + TimeDelta::minutes(15));
    let (_, opened) = ask(&served, None, &other).await;
    assert_eq!(code(&opened), "", "{opened:#}");
}

#[tokio::test]
async fn the_code_that_is_shown_now_is_taken_whatever_was_taken_then_and_once() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let right = ahead(&office);
        let (secret, _) = with_second_factor(&office, &served).await;
        office.set_clock(right);
        let now = shown(&office, &secret);
        let opened = signed_in(&served, Some(&now)).await;
        assert_eq!(code(&opened), "", "{kind:?}: {opened:#}");
        let again = signed_in(&served, Some(&now)).await;
        assert_eq!(code(&again), "SECOND_FACTOR_WRONG", "{kind:?}");
        let changed = secretly(&served, "endSecondFactor", ", code: \"000000\"", "").await;
        assert_eq!(code(&changed), "SECOND_FACTOR_WRONG");
    }
}

#[tokio::test]
async fn tokens_of_the_provider_that_are_issued_now_are_good_and_its_keys_are_asked_for() {
    for kind in KINDS {
        let (first, second) = (Key::es256("k1"), Key::es256("k2"));
        let (office, served, issuer) = believing(kind, &first).await;
        let right = ahead(&office);
        assert!(is_in(&served, &first.token(&good(&issuer, office.now()))).await);
        let opened = ask(&served, None, &signing_in(CLERK, PASSWORD, "")).await.1;
        let own = text(&opened, "token");
        ask(&served, Some(own), "mutation { endSessions }").await;
        office.set_clock(right);
        issuer.publishes(&[&second]);
        let before = second.token(&good(&issuer, right));
        office.set_clock(right + TimeDelta::seconds(1));
        assert!(!is_in(&served, &before).await, "{kind:?}");
        office.set_clock(right + TimeDelta::seconds(2));
        assert!(!is_in(&served, &before).await, "{kind:?}");
        let after = second.token(&good(&issuer, office.now()));
        assert!(is_in(&served, &after).await, "{kind:?}");
    }
}
