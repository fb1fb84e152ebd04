//! Sessions: listed, ended one by one or all at once, and a renewal token that was stolen.

use super::session::{PASSWORD, WHO, ask, code, open_on, renewing, signing_in, text};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_log::LogSigner;
use xiaohao_server::people;
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::Sql;
use xiaohao_tests::{approver, clerk, county_data, log_signer};

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

const LIST: &str = "{ sessions { id role device isCurrent openedAt renewedAt } }";

async fn opened(served: &Served, login: &str, device: &str) -> Value {
    let on = format!(", device: \"{device}\"");
    ask(served, None, &signing_in(login, PASSWORD, &on)).await.1
}

async fn is_in(served: &Served, token: &str) -> bool {
    ask(served, Some(token), WHO).await.0 != StatusCode::UNAUTHORIZED
}

async fn renewed(served: &Served, renewal: &str) -> Value {
    ask(served, None, &renewing(renewal)).await.1
}

fn login_of(served: &Served, who: &xiaohao_core::Actor) -> String {
    let directory = served.office.directory();
    let person = directory.person(who.person);
    person.unwrap().login.to_string()
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_good_once_more() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        let first = opened(&served, "office-clerk-1", "").await;
        let lost = renewed(&served, text(&first, "renewal")).await;
        let again = renewed(&served, text(&first, "renewal")).await;
        assert!(!is_in(&served, text(&lost, "token")).await, "{kind:?}");
        assert!(is_in(&served, text(&again, "token")).await);
        assert!(!is_in(&served, text(&first, "token")).await);
        // Of two that were sent at once it is the same.
        let both = text(&again, "renewal");
        let (one, other) = tokio::join!(renewed(&served, both), renewed(&served, both));
        let mut in_force = 0;
        for answer in [&one, &other] {
            in_force += u32::from(is_in(&served, text(answer, "token")).await);
        }
        assert_eq!(in_force, 1);
    }
}

#[tokio::test]
async fn a_token_that_is_over_keeps_nobody_from_getting_another() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    let first = opened(&served, "office-clerk-1", "").await;
    let lost = renewed(&served, text(&first, "renewal")).await;
    let over = Some(text(&first, "token"));
    let (status, again) = ask(&served, over, &renewing(text(&first, "renewal"))).await;
    assert_eq!(status, StatusCode::OK, "{again:#}");
    assert!(is_in(&served, text(&again, "token")).await);
    assert!(!is_in(&served, text(&lost, "token")).await);
    let (status, anew) = ask(&served, over, &signing_in("office-clerk-1", PASSWORD, "")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(is_in(&served, text(&anew, "token")).await);
    let (_, refused) = ask(
        &served,
        over,
        "mutation { openLink(secret: \"xhl_x\") { token } }",
    )
    .await;
    assert_eq!(code(&refused), "KEY_UNKNOWN");
    // Whatever else is asked for beside it, is asked by nobody.
    let beside = "mutation { openLink(secret: \"xhl_x\") { token } endSessions }";
    assert_eq!(ask(&served, over, beside).await.0, StatusCode::UNAUTHORIZED);
    let query = "query signIn { me { role } }";
    assert_eq!(ask(&served, over, query).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_stolen_renewal_ends_the_session_for_both() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        let owner = opened(&served, "office-clerk-1", "").await;
        let elsewhere = opened(&served, "office-clerk-1", "").await;
        let thief = renewed(&served, text(&owner, "renewal")).await;
        assert!(is_in(&served, text(&thief, "token")).await, "{kind:?}");
        let told = renewed(&served, text(&owner, "renewal")).await;
        assert_eq!(code(&told), "RENEWAL_REUSED");
        let message = told["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("修改密码"), "{message}");
        assert!(!is_in(&served, text(&thief, "token")).await);
        let late = renewed(&served, text(&thief, "renewal")).await;
        assert_eq!(code(&late), "RENEWAL_REUSED");
        assert!(is_in(&served, text(&elsewhere, "token")).await);

        // One that is older than the last ends it too, used or not.
        let first = text(&elsewhere, "renewal");
        let second = renewed(&served, first).await;
        let third = renewed(&served, text(&second, "renewal")).await;
        assert_eq!(code(&renewed(&served, first).await), "RENEWAL_REUSED");
        assert!(!is_in(&served, text(&third, "token")).await);
    }
}

#[tokio::test]
async fn one_sees_ones_sessions_and_ends_them() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let tablet = opened(&served, "office-clerk-1", "平板").await;
        office.set_clock(office.now() + chrono::TimeDelta::minutes(1));
        let desk = opened(&served, "office-clerk-1", "办公室电脑").await;
        opened(&served, &login_of(&served, &approver()), "").await;
        let token = Some(text(&desk, "token"));
        let (_, list) = ask(&served, token, LIST).await;
        let list = list["data"]["sessions"].as_array().unwrap().clone();
        let shown: Vec<_> = list
            .iter()
            .map(|one| (one["device"].as_str(), one["isCurrent"].as_bool()))
            .collect();
        let expected = [
            (Some("办公室电脑"), Some(true)),
            (Some("平板"), Some(false)),
        ];
        assert_eq!(shown, expected, "{kind:?}");
        assert!(list[1]["openedAt"].as_str() < list[0]["openedAt"].as_str());

        let end = |id: &Value| format!("mutation {{ endSession(id: {id}) }}");
        let (_, ended) = ask(&served, token, &end(&list[1]["id"])).await;
        assert_eq!(ended["data"]["endSession"], true, "{ended:#}");
        assert!(!is_in(&served, text(&tablet, "token")).await);
        let over = renewed(&served, text(&tablet, "renewal")).await;
        assert_eq!(code(&over), "SESSION_OVER");
        let (_, ended) = ask(&served, token, &end(&list[1]["id"])).await;
        assert_eq!(ended["data"]["endSession"], false);
        let (_, ended) = ask(&served, token, &end(&json!("no id at all"))).await;
        assert_eq!(ended["data"]["endSession"], false);

        let others = [
            opened(&served, "office-clerk-1", "").await,
            opened(&served, "office-clerk-1", "").await,
        ];
        let (_, ended) = ask(&served, token, "mutation { endSessions }").await;
        assert_eq!(ended["data"]["endSessions"], 2);
        for other in &others {
            assert!(!is_in(&served, text(other, "token")).await);
        }
        assert!(is_in(&served, text(&desk, "token")).await);
        let (_, nobody) = ask(&served, None, LIST).await;
        assert_eq!(code(&nobody), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn the_approver_ends_the_sessions_of_others_and_nobody_else_does() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    let theirs = opened(&served, "office-clerk-1", "平板").await;
    let id = ask(&served, Some(text(&theirs, "token")), LIST).await.1;
    let id = id["data"]["sessions"][0]["id"].clone();
    let person = clerk().person;
    let of_the_clerk = format!("{{ sessions(person: \"{person}\") {{ id device }} }}");
    let end = format!("mutation {{ endSession(id: {id}, person: \"{person}\") }}");
    let end_all = format!("mutation {{ endSessions(person: \"{person}\") }}");
    let unknown = of_the_clerk.replace(&person.to_string(), "00000000-0000-0000-0000-00000000ffff");

    for who in xiaohao_tests::everybody() {
        // A platform signs in by a key, with which nothing of sessions is asked.
        if who == approver() || who == clerk() || who == xiaohao_tests::platform() {
            continue;
        }
        let by = opened(&served, &login_of(&served, &who), "").await;
        let token = Some(text(&by, "token"));
        let (_, absent) = ask(&served, token, &unknown).await;
        let (_, hidden) = ask(&served, token, &of_the_clerk).await;
        assert_eq!(code(&hidden), "NOT_FOUND", "{who:?}: {hidden:#}");
        assert_eq!(
            hidden["errors"][0]["message"],
            absent["errors"][0]["message"]
        );
        for act in [&end, &end_all] {
            let (_, refused) = ask(&served, token, act).await;
            assert_eq!(code(&refused), "NOT_FOUND", "{who:?}: {refused:#}");
        }
        // Another's session is not ended as one's own either.
        let (_, own) = ask(
            &served,
            token,
            &format!("mutation {{ endSession(id: {id}) }}"),
        )
        .await;
        assert_eq!(own["data"]["endSession"], false, "{who:?}");
    }
    assert!(is_in(&served, text(&theirs, "token")).await);

    let by = opened(&served, &login_of(&served, &approver()), "").await;
    let token = Some(text(&by, "token"));
    let (_, list) = ask(&served, token, &of_the_clerk).await;
    assert_eq!(list["data"]["sessions"][0]["device"], "平板", "{list:#}");
    let (_, absent) = ask(&served, token, &unknown).await;
    assert_eq!(code(&absent), "NOT_FOUND");
    let (_, ended) = ask(&served, token, &end).await;
    assert_eq!(ended["data"]["endSession"], true, "{ended:#}");
    assert!(!is_in(&served, text(&theirs, "token")).await);
    let again = opened(&served, "office-clerk-1", "").await;
    let (_, ended) = ask(&served, token, &end_all).await;
    assert_eq!(ended["data"]["endSessions"], 1, "{ended:#}");
    assert!(!is_in(&served, text(&again, "token")).await);
}

#[tokio::test]
async fn a_device_has_a_name_that_can_be_shown() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    for name in ["x".repeat(101), "平\u{202e}板".to_owned()] {
        let refused = opened(&served, "office-clerk-1", &name).await;
        assert_eq!(code(&refused), "BAD_USER_INPUT", "{refused:#}");
    }
    let refused = signing_in("office-clerk-1", PASSWORD, ", device: null");
    assert!(
        is_in(
            &served,
            text(&ask(&served, None, &refused).await.1, "token")
        )
        .await
    );
}

#[tokio::test]
async fn a_session_that_was_written_or_changed_by_hand_lets_nobody_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let data = county_data(&office.county);
        let sealing = |signer| {
            let (store, own) = (office.cabinet.sql().clone(), office.clone());
            let clock = Arc::new(move || own.now());
            let evidence = office.cabinet.evidence();
            Served::signing(store, &data, &evidence, clock, signer).unwrap()
        };
        let served = sealing(log_signer());
        people::give_all(&served, PASSWORD).await.unwrap();
        let sql = Sql::connect(office.cabinet.location()).await;
        let id = |of: Uuid| {
            if sql.is_file() {
                format!("x'{}'", of.simple())
            } else {
                format!("'{of}'")
            }
        };
        let other = id(approver().person.as_uuid());
        for change in [
            format!("UPDATE session SET person = {other}"),
            "UPDATE session SET role = 'OFFICE_APPROVER'".to_owned(),
            "UPDATE session SET login = 'office-approver-1'".to_owned(),
            "UPDATE session SET seal = NULL".to_owned(),
            format!("UPDATE session SET person = {other}, seal = NULL"),
            "UPDATE session SET renewable_until = '2026-12-31T00:00:00+00:00'".to_owned(),
            "UPDATE session SET expires_at = '2026-12-31T00:00:00+00:00'".to_owned(),
            "UPDATE session SET acts = 'signOut'".to_owned(),
            "UPDATE session SET former = renewal, renewal = token".to_owned(),
            "UPDATE session SET former = NULL".to_owned(),
        ] {
            sql.run("DELETE FROM session").await;
            let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
            let (token, renewal) = (text(&opened, "token"), text(&opened, "renewal"));
            assert!(is_in(&served, token).await, "{kind:?}");
            let (_, renewed) = ask(&served, None, &renewing(renewal)).await;
            let (token, renewal) = (text(&renewed, "token"), text(&renewed, "renewal"));
            assert!(is_in(&served, token).await, "{kind:?}");
            sql.run(&change).await;
            assert!(!is_in(&served, token).await, "{kind:?}: {change}");
            let (_, again) = ask(&served, None, &renewing(renewal)).await;
            assert_eq!(code(&again), "SESSION_OVER", "{kind:?}: {change}");
        }
        let other = LogSigner::from_seed(log_signer().public().name().clone(), &[8; 32]);
        // Under another key of the log those of before are over, and so they are without one.
        let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
        let token = text(&opened, "token");
        assert!(is_in(&served, token).await);
        assert!(is_in(&sealing(log_signer()), token).await);
        assert!(!is_in(&sealing(other), token).await);
        assert!(!is_in(&office.served(), token).await);
    }
}
