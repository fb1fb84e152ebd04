//! Whoever guesses learns nothing from how he is refused, nor from what is done for it meanwhile: he is told the same, after as many
//! statements to the database, and as many passwords looked at. Times are measured elsewhere; what takes the time is counted here.

use super::Client;
use super::session::open_on;
use chrono::TimeDelta;
use serde_json::{Value, json};
use xiaohao_core::{Actor, Status};
use xiaohao_graphql::{Door, Locksmith, PostAsked, Secrets};
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// What was done meanwhile: statements, and passwords looked at.
type Work = (u64, u64);

async fn working<T>(office: &Office, served: &Served, does: impl Future<Output = T>) -> (T, Work) {
    let done = || {
        (
            office.cabinet.statements(),
            served.door.passwords_looked_at(),
        )
    };
    let before = done();
    let told = does.await;
    let after = done();
    (told, (after.0 - before.0, after.1 - before.1))
}

#[tokio::test]
async fn an_unknown_login_takes_as_much_work_as_a_wrong_password() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let refused = async |login: &str| {
            let secrets = Secrets {
                login,
                password: "wrong password",
                code: None,
            };
            let signing_in = served.door.sign_in(secrets, PostAsked::default(), None);
            let (refused, work) = working(&office, &served, signing_in).await;
            (format!("{:?}", refused.unwrap_err()), work)
        };
        let known = refused("office-clerk-1").await;
        assert_eq!(known, ("WrongSecret".to_owned(), (1, 1)), "{kind:?}");
        assert_eq!(refused("nobody").await, known, "{kind:?}");
        // Whoever waits is not looked at, whether there is such a login or not.
        for login in ["office-clerk-1", "nobody"] {
            for _ in 0..4 {
                refused(login).await;
            }
            let (why, work) = refused(login).await;
            assert!(why.starts_with("TooManyTries"), "{why}");
            assert_eq!(work, (0, 0), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_over_takes_as_much_work_as_one_that_never_was() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let by = clerk();
        let enrol = async || {
            let name = sample::line("平板");
            served.door.enrol(&by, name).await.unwrap().code
        };
        let redeemed = async |code: &str| {
            let (told, work) = working(&office, &served, served.door.redeem(code)).await;
            (told.map_err(|shut| format!("{shut:?}")), work)
        };
        let by_key = async |key: &str| {
            let signing_in = served.door.sign_in_by_key(key, PostAsked::default());
            let (told, work) = working(&office, &served, signing_in).await;
            (format!("{:?}", told.unwrap_err()), work)
        };
        let of_no_code = redeemed("0000-0000").await;
        let of_no_code = (of_no_code.0.unwrap_err(), of_no_code.1);
        let spent = enrol().await;
        let key = redeemed(&spent).await.0.unwrap();
        let again = redeemed(&spent).await;
        assert_eq!((again.0.unwrap_err(), again.1), of_no_code, "{kind:?}");
        let late = enrol().await;
        office.set_clock(office.now() + TimeDelta::minutes(11));
        let over = redeemed(&late).await;
        assert_eq!((over.0.unwrap_err(), over.1), of_no_code, "{kind:?}");

        let of_no_key = by_key("xhd_guessed").await;
        assert_eq!(of_no_key, ("NoSuchKey".to_owned(), (1, 0)), "{kind:?}");
        let other = enrol().await;
        let other = redeemed(&other).await.0.unwrap();
        assert!(served.door.end_key(by.person, other.id).await.unwrap());
        assert_eq!(by_key(&other.key).await, of_no_key, "ended, {kind:?}");
        office.set_clock(office.now() + TimeDelta::days(366));
        assert_eq!(by_key(&key.key).await, of_no_key, "over, {kind:?}");
    }
}

/// What a stranger can ask of a hazard, and how he could act on it.
const QUESTIONS: &[&str] = &[
    "query($id: ID!) { hazard(by: { id: $id }) { id title ledger { body } } }",
    "query($id: ID!) { node(id: $id) { id } }",
    "query($id: ID!) { nodes(ids: [$id, $id]) { id } }",
    "query($number: String!) { closureStatus(number: $number) { isClosed } }",
    "mutation($id: ID!, $request: UUID!) { addNote(act: { hazardId: $id, requestId: $request, expectedVersion: 1 }, \
     input: { text: \"一\", evidence: [] }) { entry { position } userErrors { code message } } }",
];

#[tokio::test]
async fn a_hazard_that_one_may_not_see_takes_as_many_statements_as_none() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Rectifying).await;
        let number = office.hazard(hazard).await.number().unwrap().to_string();
        let there = (hazard.to_string(), number);
        let nowhere = (
            office.new_hazard().to_string(),
            "431123-2026-9999".to_owned(),
        );
        let stranger = market();
        let asked = async |by: &Actor, query: &str, (id, number): &(String, String)| {
            let variables =
                json!({ "id": id, "number": number, "request": office.request().as_uuid() });
            working(
                &office,
                &served,
                Box::pin(client.answer(by, query, variables)),
            )
            .await
        };
        for query in QUESTIONS {
            // What is prepared once is prepared.
            asked(&stranger, query, &nowhere).await;
            let to_none = asked(&stranger, query, &nowhere).await;
            let told: (Value, Work) = asked(&stranger, query, &there).await;
            assert_eq!(told, to_none, "{kind:?}: {query}");
            let to_the_clerk = asked(&clerk(), query, &there).await;
            assert_ne!(to_the_clerk.0, to_none.0, "{kind:?}: {query}");
        }
    }
}
