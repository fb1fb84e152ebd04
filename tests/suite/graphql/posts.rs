//! Posts that change hands through the API: by the approver of the office, with what is left to do, and at once for everybody who
//! is signed in.

use super::session::{PASSWORD, WHO, ask, code, renewing, signing_in, text};
use axum::http::StatusCode;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use xiaohao_core::directory::Person;
use xiaohao_core::{Actor, Status};
use xiaohao_ledger::Pace;
use xiaohao_server::served::Served;
use xiaohao_server::{entering, people};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::*;

use super::Client;

const WITH_ROWS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

const HAND_OVER: &str = "mutation($act: LedgerActInput!, $input: HandOverPostsInput!) { done: handOverPosts(act: $act, input: $input) { \
     entry { position event body } replayed userErrors { code field message nextStep } \
     change { change occurredOn reason begun { person { name } role unit { name } from until } \
     ended { person { id } role until openDuties(first: 2) { mayHaveMore readTo hazards { hazard { clue } duties { what dueOn } } } } } } }";

async fn office_on(kind: Kind) -> Office {
    let office = Office::on(kind).await;
    let data = county_data(&office.county);
    entering::enter(&office.ledger, &data).await.unwrap();
    office
}

fn handing(office: &Office, from: &Actor, to: &Actor) -> Value {
    json!({
        "act": { "requestId": office.request().as_uuid() },
        "input": { "from": from.person, "to": to.person, "posts": [], "on": office.today(), "reason": "双安交接〔2026〕1号。" },
    })
}

fn login(office: &Office, of: &Actor) -> String {
    let person: Option<&Person> = office.county.directory.person(of.person);
    person.unwrap().login.to_string()
}

#[tokio::test]
async fn a_handover_lists_what_is_left_to_do_page_by_page_and_is_answered_again_as_it_was() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = office_on(kind).await;
        let ids = office.report_several(3).await;
        let client = Client::of(&office);
        let says = handing(&office, &clerk(), &lead());
        let refused = client.ask(&clerk(), HAND_OVER, says.clone()).await;
        assert_eq!(refused["done"]["userErrors"][0]["code"], "POSTS_ROLE");
        assert_eq!(refused["done"]["change"], Value::Null);
        let done = client.ask(&approver(), HAND_OVER, says.clone()).await;
        let done = &done["done"];
        assert_eq!(done["userErrors"], json!([]), "{done:#}");
        assert_eq!(done["entry"]["event"], "POSTS_CHANGED");
        let change = &done["change"];
        assert_eq!(change["change"], "HANDOVER");
        assert_eq!(change["begun"][0]["role"], "OFFICE_CLERK");
        assert_eq!(change["begun"][0]["from"], json!(office.today()));
        let ended = &change["ended"][0];
        assert_eq!(ended["person"]["id"], json!(clerk().person));
        let duties = &ended["openDuties"];
        assert_eq!(duties["hazards"].as_array().unwrap().len(), 2, "{duties:#}");
        assert_eq!(duties["hazards"][0]["duties"][0]["what"], "RECOG");
        assert_eq!(duties["mayHaveMore"], true);
        let next = "query($after: String) { postChanges { ended { openDuties(first: 2, after: $after) { mayHaveMore hazards { hazard { id } } } } } }";
        let next = client
            .ask(&approver(), next, json!({ "after": duties["readTo"] }))
            .await;
        let page = &next["postChanges"][0]["ended"][0]["openDuties"];
        assert_eq!(
            page["hazards"][0]["hazard"]["id"],
            json!(ids[0]),
            "{page:#}"
        );
        assert_eq!(page["mayHaveMore"], false);
        let again = client.ask(&approver(), HAND_OVER, says).await;
        assert_eq!(again["done"]["replayed"], true);
        assert_eq!(again["done"]["change"]["begun"], change["begun"]);
        assert_eq!(again["done"]["entry"], done["entry"]);
    }
}

#[tokio::test]
async fn what_is_left_to_do_in_a_post_is_what_falls_to_its_unit() {
    let office = office_on(Kind::Sqlite).await;
    let id = office.hazard_at(Status::Assigned).await;
    let client = Client::of(&office);
    for (from, is_his) in [(factory(), true), (market(), false)] {
        let says = handing(&office, &from, &stranger());
        let done = client.ask(&approver(), HAND_OVER, says).await;
        let duties = &done["done"]["change"]["ended"][0]["openDuties"]["hazards"];
        let many = duties.as_array().unwrap().len();
        assert_eq!(many, usize::from(is_his), "{done:#}");
        if is_his {
            let whats = duties[0]["duties"].as_array().unwrap().iter();
            let whats: Vec<_> = whats.map(|duty| duty["what"].as_str().unwrap()).collect();
            assert!(whats.contains(&"SIGN"), "{id:?}: {whats:?}");
        }
    }
}

#[tokio::test]
async fn posts_are_shown_with_their_days_and_those_that_are_over_to_the_office_and_to_himself() {
    let office = office_on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let says = handing(&office, &market(), &stranger());
    client.ask(&approver(), HAND_OVER, says).await;
    let query = "{ people { id posts { role from until } } }";
    let posts_of = |told: &Value, who: &Actor| {
        let all = told["people"].as_array().unwrap().iter();
        let mut own = all.filter(|one| one["id"] == json!(who.person));
        own.next().unwrap()["posts"].clone()
    };
    let yesterday = office.today().pred_opt();
    let told = client.ask(&clerk(), query, json!({})).await;
    let over = json!([{ "role": "UNIT", "from": null, "until": yesterday }]);
    assert_eq!(posts_of(&told, &market()), over);
    let both = posts_of(&told, &stranger());
    assert_eq!(
        both[1],
        json!({ "role": "UNIT", "from": office.today(), "until": null })
    );
    let told = client.ask(&township(), query, json!({})).await;
    assert_eq!(posts_of(&told, &market()), json!([]));
    let changes = "query($of: ID) { postChanges(person: $of) { position reason } }";
    let of = |who: Actor| json!({ "of": who.person });
    let told = client.ask(&auditor(), changes, of(market())).await;
    assert_eq!(told["postChanges"][0]["reason"], "双安交接〔2026〕1号。");
    let told = client.ask(&auditor(), changes, of(lead())).await;
    assert_eq!(told["postChanges"], json!([]));
    let told = client.ask(&market(), changes, of(market())).await;
    assert_eq!(told["postChanges"], json!([]));
}

#[tokio::test]
async fn a_page_of_changes_takes_as_many_statements_whatever_its_length() {
    for kind in WITH_ROWS {
        let office = office_on(kind).await;
        let client = Client::of(&office);
        for (from, to) in [
            (market(), stranger()),
            (factory(), market()),
            (clerk(), lead()),
        ] {
            let says = handing(&office, &from, &to);
            client.ask(&approver(), HAND_OVER, says).await;
        }
        let query = "query($first: Int!, $of: ID) { postChanges(first: $first, person: $of) { position \
                     begun { person { name } unit { name } } ended { person { name } unit { name } } } }";
        let mut costs = Vec::new();
        for (first, of, many) in [(1, None, 1), (3, None, 3), (20, Some(market()), 2)] {
            let before = office.cabinet.statements();
            let of = of.map(|who| who.person);
            let told = client
                .ask(&auditor(), query, json!({ "first": first, "of": of }))
                .await;
            costs.push(office.cabinet.statements() - before);
            assert_eq!(
                told["postChanges"].as_array().unwrap().len(),
                many,
                "{told:#}"
            );
        }
        assert_eq!(costs, [1; 3], "{kind:?}");
    }
}

/// Two servers of one county, each a process of its own.
fn two(office: &Office) -> [Served; 2] {
    [office.served(), office.served()]
}

#[tokio::test]
async fn whoever_has_given_his_post_up_is_out_at_his_next_request_on_every_server() {
    for kind in WITH_ROWS {
        let office = office_on(kind).await;
        let servers = two(&office);
        people::give_all(&servers[0], PASSWORD).await.unwrap();
        let sign_in = signing_in(&login(&office, &clerk()), PASSWORD, "");
        let (_, opened) = ask(&servers[1], None, &sign_in).await;
        let token = text(&opened, "token").to_owned();
        let is_in = async |served: &Served| {
            let (status, told) = ask(served, Some(&token), WHO).await;
            status == StatusCode::OK && told["data"]["viewer"]["role"] == "OFFICE_CLERK"
        };
        assert!(is_in(&servers[0]).await && is_in(&servers[1]).await);
        let request = async_graphql::Request::new("subscription { ledgerAppended { position } }");
        let request = servers[0].office.asked_by(clerk(), &token, request);
        let mut pushed = Box::pin(servers[0].api.execute_stream(request));
        let silent = tokio::time::timeout(Duration::from_millis(300), pushed.next()).await;
        assert!(silent.is_err(), "{silent:?}");

        let says = handing(&office, &clerk(), &lead());
        let by = approver();
        let request = async_graphql::Request::new(HAND_OVER)
            .variables(async_graphql::Variables::from_json(says));
        let done = servers[0]
            .api
            .execute(servers[0].office.asked_by(by, "", request))
            .await;
        let done = serde_json::to_value(done).unwrap();
        assert_eq!(done["data"]["done"]["userErrors"], json!([]), "{done:#}");

        for served in &servers {
            let (status, told) = ask(served, Some(&token), WHO).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{told:#}");
            let renewal = renewing(text(&opened, "renewal"));
            let (_, renewed) = ask(served, None, &renewal).await;
            assert_eq!(code(&renewed), "SESSION_OVER", "{renewed:#}");
            let (_, again) = ask(served, None, &sign_in).await;
            assert!(!code(&again).is_empty(), "{again:#}");
        }
        let ended = tokio::time::timeout(Duration::from_secs(8), pushed.next()).await;
        let ended = serde_json::to_value(ended.unwrap().unwrap()).unwrap();
        assert_eq!(ended["errors"][0]["extensions"]["code"], "SESSION_OVER");

        // And whoever has taken it over is let in to it, also where he was let in before.
        let more = ", role: OFFICE_CLERK";
        let sign_in = signing_in(&login(&office, &lead()), PASSWORD, more);
        let (_, opened) = ask(&servers[1], None, &sign_in).await;
        assert_eq!(opened["data"]["opened"]["viewer"]["role"], "OFFICE_CLERK");
    }
}

#[tokio::test]
async fn a_newcomer_is_in_the_directory_at_once_and_signs_in_with_the_password_that_he_is_given() {
    for kind in WITH_ROWS {
        let office = office_on(kind).await;
        let [one, other] = two(&office);
        let query = "mutation($act: LedgerActInput!, $input: AppointToPostInput!) { done: appointToPost(act: $act, input: $input) { \
                     entry { body } change { joined { name } } userErrors { code } } }";
        let says = json!({
            "act": { "requestId": office.request().as_uuid() },
            "input": {
                "person": person(900), "newcomer": { "login": "new-1", "name": "新人甲" },
                "post": { "role": "INSPECTOR", "unit": inspector().unit }, "from": office.today(), "reason": "双安任〔2026〕1号。",
            },
        });
        let request =
            async_graphql::Request::new(query).variables(async_graphql::Variables::from_json(says));
        let done = one
            .api
            .execute(one.office.asked_by(approver(), "", request))
            .await;
        let done = serde_json::to_value(done).unwrap();
        assert_eq!(
            done["data"]["done"]["change"]["joined"]["name"], "新人甲",
            "{done:#}"
        );
        let county = other.office.ledger.county_now().await.unwrap();
        let new = county.directory.person(person(900)).unwrap();
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        let new = [new.clone()];
        other.door.give(&new, &secret).await.unwrap();
        let (_, opened) = ask(&one, None, &signing_in("new-1", PASSWORD, "")).await;
        let viewer = &opened["data"]["opened"]["viewer"];
        assert_eq!(viewer["role"], "INSPECTOR", "{opened:#}");
        assert_eq!(viewer["person"]["name"], "新人甲");
    }
}

#[tokio::test]
async fn a_county_that_was_never_entered_is_told_to_be_entered_first() {
    let cabinet = Cabinet::new(Kind::Memory).await;
    let office = Office::open(cabinet, county(), Pace::default()).await;
    let client = Client::of(&office);
    let says = handing(&office, &clerk(), &lead());
    let told = client.ask(&approver(), HAND_OVER, says).await;
    assert_eq!(told["done"]["userErrors"][0]["code"], "COUNTY_DATA_MISSING");
}
