//! What one answer tells is of one moment, whatever is done while it is made.

use super::acts::{guard, mutation_of, says};
use super::{Client, mutation};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use xiaohao_core::Status;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// Everything of a hazard that follows from its history, in what comes of an act.
const WHOLE: &str = "hazard { status version ledger { event seq } latest { event seq } evidence { digest } orders { isInForce } \
                     deadline { dueOn } state { __typename } actions { name allowed } duties { dueOn } pendingAnnulment { __typename } }";

#[tokio::test]
async fn an_act_that_is_sent_again_is_answered_as_it_was_and_with_nothing_of_later() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let id = office.hazard_at(Status::Listed).await;
        let mut answered: Vec<(_, Value)> = Vec::new();
        for _ in 0..6 {
            let step = office.ordinary_step(&office.hazard(id).await);
            let (act, input) = says(&step);
            let name = mutation_of(&client, act).await;
            let query = mutation(&client, &name).await;
            let query = query.replace("hazard { id number status version }", WHOLE);
            let sent = json!({ "act": guard(&step), "input": input });
            let told = client.ask(&step.actor, &query, sent.clone()).await;
            assert_eq!(told["done"]["userErrors"], json!([]), "{name}: {told:#}");
            answered.push(((step.actor, query, sent), told));
        }
        for ((actor, query, sent), first) in answered {
            let mut again = client.ask(&actor, &query, sent).await;
            assert_eq!(again["done"]["replayed"], true);
            again["done"]["replayed"] = json!(false);
            assert_eq!(again, first, "{kind:?}");
        }
    }
}

/// What is answered when this is asked again and again, while somebody writes all the time.
async fn told_meanwhile(client: &Client, query: &str, write: impl AsyncFn()) -> Vec<Value> {
    let is_done = AtomicBool::new(false);
    let writing = async {
        while !is_done.load(Ordering::Relaxed) {
            write().await;
        }
    };
    let asking = async {
        let mut told = Vec::new();
        for _ in 0..30 {
            told.push(client.ask(&clerk(), query, json!({})).await);
        }
        is_done.store(true, Ordering::Relaxed);
        told
    };
    tokio::join!(asking, writing).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn figures_and_lists_are_of_the_moment_that_they_name_while_others_write() {
    let figures = "{ closureStatistics { asOf { position validOn } total { inState(status: REPORTED) \
                   members(of: IN_STATUS, status: REPORTED, first: 1) { totalCount } } } \
                   hazards(first: 1) { totalCount asOf { position validOn } } }";
    let then = "query($asOf: AsOf!) { closureStatistics(asOf: $asOf) { total { inState(status: REPORTED) } } \
                hazards(first: 1, asOf: $asOf) { totalCount } }";
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let write = async || drop(office.report_several(3).await);
        let told = told_meanwhile(&client, figures, write).await;
        for now in told {
            let total = &now["closureStatistics"]["total"];
            let (figure, listed) = (&total["inState"], &total["members"]["totalCount"]);
            assert_eq!(figure, listed, "{kind:?}: {now:#}");
            for (place, counted) in [
                ("closureStatistics", figure),
                ("hazards", &now["hazards"]["totalCount"]),
            ] {
                let as_of = json!({ "asOf": now[place]["asOf"] });
                let again = client.ask(&clerk(), then, as_of).await;
                let made_again = match place {
                    "hazards" => &again["hazards"]["totalCount"],
                    _ => &again["closureStatistics"]["total"]["inState"],
                };
                assert_eq!(made_again, counted, "{kind:?}, {place}: {now:#}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_of_papers_is_of_the_moment_that_it_names_while_others_draft() {
    let now = "{ orders(first: 100) { nodes { id } totalCount asOf { position validOn } } }";
    let then =
        "query($asOf: AsOf!) { orders(first: 100, asOf: $asOf) { nodes { id } totalCount } }";
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let listed = office.hazard_at(Status::Listed).await;
        let draft = async || {
            let order = office.order(&[listed]).await;
            office.draft(&order).await;
        };
        let told = told_meanwhile(&client, now, draft).await;
        for now in told {
            let as_of = json!({ "asOf": now["orders"]["asOf"] });
            let again = client.ask(&clerk(), then, as_of).await;
            for told in ["nodes", "totalCount"] {
                assert_eq!(
                    again["orders"][told], now["orders"][told],
                    "{kind:?}: {now:#}"
                );
            }
        }
    }
}
