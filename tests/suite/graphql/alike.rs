//! Whoever guesses learns nothing from how he is refused, nor from what is done for it meanwhile: he is told the same, after as many
//! statements to the database, and as many passwords looked at. Times are measured elsewhere; what takes the time is counted here.

use super::Client;
use super::session::open_on;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use xiaohao_core::order::{HazardReference, OrderContent};
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Act, Actor, Status};
use xiaohao_graphql::{Door, Locksmith, PostAsked, Secrets};
use xiaohao_ledger::{Deed, Found, Pace, Submission, Unread};
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::watched::{Watch, Watched};
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
                from: None,
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
        assert!(served.door.end_key(&by, by.person, other.id).await.unwrap());
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

/// Counts the histories that are read for acts.
#[derive(Default)]
struct HistoriesRead(AtomicUsize);

impl HistoriesRead {
    fn so_far(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Watch for HistoriesRead {
    fn found(&self, found: &Found) {
        let histories = found.hazards.len() + found.orders.len() + found.circulars.len();
        self.0.fetch_add(histories, Ordering::Relaxed);
    }
}

/// An office on a store of which it is counted how many histories are read.
async fn watched_on(kind: Kind) -> (Office, Arc<HistoriesRead>) {
    let office = Office::on(kind).await;
    let read = Arc::new(HistoriesRead::default());
    let watched = Watched::new(office.cabinet.store(), &read);
    (office.over(watched, Pace::default()), read)
}

/// What came of an act, after how many statements and how many histories.
async fn acting(
    office: &Office,
    read: &HistoriesRead,
    submission: &Submission,
) -> (String, u64, usize) {
    let before = (office.cabinet.statements(), read.so_far());
    let came = format!("{:?}", office.execute(submission).await);
    let after = (office.cabinet.statements(), read.so_far());
    (came, after.0 - before.0, after.1 - before.1)
}

#[tokio::test]
async fn no_act_on_a_hazard_that_one_may_not_see_reads_more_than_on_none() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let (office, read) = watched_on(kind).await;
        let there = office.hazard_at(Status::Rectifying).await;
        let unlisted = office.report().await;
        let version = office.hazard(there).await.version();
        let case = Case::at(Status::Rectifying);
        for by in [market(), stranger(), public()] {
            for act in Act::ALL.iter().filter(|act| **act != Act::Report) {
                let command = case.fitting(*act, &clerk());
                let says = |id| {
                    let command = command.clone();
                    Deed::Hazard { id, command }
                };
                let unread = |id| Deed::Unread(Unread::Hazard { id, act: *act });
                let deeds: [&dyn Fn(HazardId) -> Deed; 2] = [&says, &unread];
                for deed in deeds {
                    let on = |id| {
                        but(office.submission(&by, deed(id)), |sent| {
                            sent.expected_version = Some(version);
                        })
                    };
                    let of_none = acting(&office, &read, &on(office.new_hazard())).await;
                    assert_eq!(of_none.2, 0, "{kind:?}: {act:?} by {by:?}");
                    for there in [there, unlisted] {
                        let of_there = acting(&office, &read, &on(there)).await;
                        assert_eq!(of_there, of_none, "{kind:?}: {act:?} by {by:?}");
                    }
                }
            }
        }
        // Whoever may see it takes as many statements and reads the one history.
        let on_it = |by: &Actor| {
            let command = case.fitting(Act::AddNote, &clerk());
            but(
                office.submission(by, Deed::Hazard { id: there, command }),
                |sent| sent.expected_version = Some(version),
            )
        };
        let (by_the_clerk, by_the_unit) = (on_it(&clerk()), on_it(&factory()));
        let by_the_clerk = acting(&office, &read, &by_the_clerk).await;
        let by_the_unit = acting(&office, &read, &by_the_unit).await;
        for (came, _, read) in [&by_the_clerk, &by_the_unit] {
            assert!(came.starts_with("Done"), "{kind:?}: {came}");
            assert_eq!(*read, 1, "{kind:?}");
        }
        assert_eq!(by_the_clerk.1, by_the_unit.1, "{kind:?}");
    }
}

#[tokio::test]
async fn no_step_on_a_paper_that_one_may_not_see_reads_more_than_on_none() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let (office, read) = watched_on(kind).await;
        let id = office.hazard_at(Status::Rectifying).await;
        let number = *office.hazard(id).await.number().unwrap();
        let hazards = [HazardReference { id, number }];
        let notice = |id| {
            but(sample::supervision_notice(1, &hazards), |order| {
                order.id = id;
            })
        };
        let there = notice(office.new_order());
        office.draft(&there).await;
        let none = notice(office.new_order());
        for step in [
            |order: OrderContent| PaperCommand::Draft(order),
            |order: OrderContent| PaperCommand::Revise(order),
            |_: OrderContent| PaperCommand::Issue,
        ] {
            let on = |order: &OrderContent| {
                let (id, command) = (order.id, step(order.clone()));
                but(
                    office.submission(&market(), Deed::Order { id, command }),
                    |sent| sent.expected_version = Some(1),
                )
            };
            let of_there = acting(&office, &read, &on(&there)).await;
            let of_none = acting(&office, &read, &on(&none)).await;
            assert_eq!(of_there, of_none, "{kind:?}");
            assert_eq!(of_there.2, 0, "{kind:?}");
        }
    }
}
