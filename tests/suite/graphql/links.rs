//! 办理链接 over HTTP: handed out by an act, opened for one hazard, and over the moment that the ledger says so.

use super::session::{PASSWORD, ask, code, open_on, renewing, signing_in, text};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use xiaohao_core::values::{HazardId, LinkId};
use xiaohao_core::{Actor, Status};
use xiaohao_ledger::Through;
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// The token of somebody who signs in by his password.
async fn token_of(served: &Served, who: &Actor) -> String {
    let directory = served.office.directory();
    let person = directory.person(who.person).unwrap();
    let (_, opened) = ask(
        served,
        None,
        &signing_in(person.login.as_str(), PASSWORD, ""),
    )
    .await;
    text(&opened, "token").to_owned()
}

/// What is sent to hand the factory a link to a hazard for so many days.
fn handing_out(office: &Office, id: HazardId, link: LinkId, days: i64) -> String {
    let (request, until) = (
        office.request().as_uuid(),
        office.today() + TimeDelta::days(days),
    );
    format!(
        "mutation {{ done: handOutLink(act: {{ hazardId: \"{id}\", requestId: \"{request}\" }}, \
         input: {{ link: \"{link}\", person: \"{}\", expiresOn: \"{until}\" }}) \
         {{ linkSecret replayed userErrors {{ code field }} hazard {{ links {{ id inForce person {{ id }} expiresOn }} }} }} }}",
        factory().person
    )
}

fn taking_back(office: &Office, id: HazardId, link: LinkId) -> String {
    let request = office.request().as_uuid();
    format!(
        "mutation {{ done: takeBackLink(act: {{ hazardId: \"{id}\", requestId: \"{request}\" }}, \
         input: {{ link: \"{link}\" }}) {{ linkSecret userErrors {{ code }} hazard {{ links {{ inForce takenBackOn }} }} }} }}"
    )
}

fn noting(office: &Office, id: HazardId) -> String {
    let request = office.request().as_uuid();
    format!(
        "mutation {{ done: addNote(act: {{ hazardId: \"{id}\", requestId: \"{request}\" }}, \
         input: {{ text: \"风管已到货。\", evidence: [] }}) {{ entry {{ actor {{ personId unitId role }} }} userErrors {{ code }} }} }}"
    )
}

/// Opens a link.
async fn opening(served: &Served, secret: &str) -> Value {
    let query = format!(
        "mutation {{ opened: openLink(secret: \"{secret}\") {{ token renewal expiresAt renewableUntil \
         viewer {{ role hazardId unit {{ id }} person {{ id }} posts {{ role }} }} }} }}"
    );
    ask(served, None, &query).await.1
}

/// A link that the second clerk hands to the factory, and what opens it.
async fn handed_out(office: &Office, served: &Served, id: HazardId, days: i64) -> (LinkId, String) {
    let link = LinkId::new(office.request().as_uuid()).unwrap();
    let clerk = token_of(served, &second_clerk()).await;
    let query = handing_out(office, id, link, days);
    let (_, done) = ask(served, Some(&clerk), &query).await;
    let secret = done["data"]["done"]["linkSecret"].as_str();
    let secret = secret.unwrap_or_else(|| panic!("{done:#}")).to_owned();
    (link, secret)
}

/// What came of what was sent: the code of its first refusal, or nothing.
fn refused(answer: &Value) -> &str {
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    answer["data"]["done"]["userErrors"][0]["code"]
        .as_str()
        .unwrap_or_default()
}

async fn is_in(served: &Served, token: &str) -> bool {
    ask(served, Some(token), "{ viewer { role } }").await.0 != StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn a_link_opens_one_hazard_for_its_person_and_nothing_else() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        // Another of the same unit, which the head of the factory sees when he signs in himself.
        let other = office.hazard_at(Status::Acknowledged).await;
        let (_, secret) = handed_out(&office, &served, id, 7).await;
        assert!(secret.starts_with("xhl_"), "{secret}");
        let opened = opening(&served, &secret).await;
        let expected = json!({
            "role": "UNIT", "hazardId": id, "unit": { "id": factory().unit },
            "person": { "id": factory().person }, "posts": [{ "role": "UNIT" }],
        });
        assert_eq!(opened["data"]["opened"]["viewer"], expected, "{opened:#}");
        let token = Some(text(&opened, "token"));
        let own = token_of(&served, &factory()).await;
        let count = "{ hazards { totalCount nodes { id } } closureStatistics { total { ever } } \
                     ledgerEntries(after: 0, first: 100) { entries { hazard { id } } } }";
        let (_, all) = ask(&served, Some(&own), count).await;
        assert_eq!(all["data"]["hazards"]["totalCount"], 2, "{all:#}");
        let (_, seen) = ask(&served, token, count).await;
        let seen = &seen["data"];
        let expected = json!({ "totalCount": 1, "nodes": [{ "id": id }] });
        assert_eq!(seen["hazards"], expected, "{kind:?}: {seen:#}");
        assert_eq!(seen["closureStatistics"]["total"]["ever"], 1);
        let lines = seen["ledgerEntries"]["entries"].as_array().unwrap();
        assert!(!lines.is_empty() && lines.iter().all(|line| line["hazard"]["id"] == json!(id)));
        let elsewhere = format!(
            "{{ hazard(by: {{ id: \"{other}\" }}) {{ id }} node(id: \"{other}\") {{ id }} who: node(id: \"{}\") {{ id }} }}",
            clerk().person
        );
        let (_, nothing) = ask(&served, token, &elsewhere).await;
        assert_eq!(
            nothing["data"],
            json!({ "hazard": null, "node": null, "who": null })
        );

        let (_, done) = ask(&served, token, &noting(&office, id)).await;
        let by = json!({ "personId": factory().person, "unitId": factory().unit, "role": "UNIT" });
        assert_eq!(done["data"]["done"]["entry"]["actor"], by, "{done:#}");
        let (_, no) = ask(&served, token, &noting(&office, other)).await;
        assert_eq!(refused(&no), "HAZARD_UNKNOWN");
        let (_, again) = ask(
            &served,
            token,
            &handing_out(&office, id, sample::link(9), 1),
        )
        .await;
        assert_eq!(refused(&again), "NOT_BY_LINK");
        let shown =
            format!("{{ hazard(by: {{ id: \"{id}\" }}) {{ actions {{ name allowed }} }} }}");
        let (_, shown) = ask(&served, token, &shown).await;
        let actions = shown["data"]["hazard"]["actions"].as_array().unwrap();
        let allowed = actions.iter().filter(|action| action["allowed"] == true);
        let allowed: Vec<_> = allowed
            .map(|action| action["name"].as_str().unwrap())
            .collect();
        assert_eq!(allowed, ["FILE_PLAN", "ADD_NOTE"]);
    }
}

#[tokio::test]
async fn whoever_came_in_by_a_link_reaches_no_accounts_no_directory_and_no_papers() {
    let (office, served) = open_on(Kind::Sqlite).await;
    let id = office.hazard_at(Status::Acknowledged).await;
    let (_, secret) = handed_out(&office, &served, id, 7).await;
    let opened = opening(&served, &secret).await;
    let token = Some(text(&opened, "token"));
    let request = office.request().as_uuid();
    let erasing = format!(
        "mutation {{ erasePersonalData(act: {{ requestId: \"{request}\" }}, input: {{ places: [], ground: CONSENT_WITHDRAWN, \
         reason: \"无\" }}) {{ userErrors {{ code }} }} }}"
    );
    for beyond in [
        "{ sessions { id } }",
        "{ keys { id } }",
        "{ recoveryCodesLeft }",
        "{ people { id } }",
        "{ units { id } }",
        "{ regions { code } }",
        "{ townships { code } }",
        "{ committees { id } }",
        "mutation { endSessions }",
        "mutation { endSession(id: \"x\") }",
        "mutation { endKey(id: \"x\") }",
        "mutation { enrolDevice(name: \"x\") { code } }",
        &erasing,
    ] {
        let (_, told) = ask(&served, token, beyond).await;
        assert_eq!(code(&told), "KEY_LIMITED", "{beyond}: {told:#}");
    }
    let as_key = format!("mutation {{ signInByKey(key: \"{secret}\") {{ token }} }}");
    assert_eq!(code(&ask(&served, None, &as_key).await.1), "KEY_UNKNOWN");
    let own = token_of(&served, &factory()).await;
    let enrol = "mutation { enrolDevice(name: \"平板\") { code } }";
    let (_, enrolled) = ask(&served, Some(&own), enrol).await;
    let redeem = format!(
        "mutation {{ redeemDeviceCode(code: {}) {{ key }} }}",
        enrolled["data"]["enrolDevice"]["code"]
    );
    let (_, device) = ask(&served, None, &redeem).await;
    let device = device["data"]["redeemDeviceCode"]["key"].as_str().unwrap();
    assert_eq!(code(&opening(&served, device).await), "KEY_UNKNOWN");
    assert_eq!(code(&opening(&served, "xhl_nothing").await), "KEY_UNKNOWN");
    let (_, out) = ask(&served, token, "mutation { signOut }").await;
    assert_eq!(out["data"]["signOut"], true);
    assert!(!is_in(&served, text(&opened, "token")).await);
}

#[tokio::test]
async fn the_same_request_again_is_answered_alike_and_never_says_a_secret_twice() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        let clerk = token_of(&served, &second_clerk()).await;
        let link = sample::link(1);
        let query = handing_out(&office, id, link, 7);
        let (_, first) = ask(&served, Some(&clerk), &query).await;
        let secret = first["data"]["done"]["linkSecret"].as_str().unwrap();
        let (_, again) = ask(&served, Some(&clerk), &query).await;
        let again = &again["data"]["done"];
        assert_eq!(
            (&again["replayed"], &again["linkSecret"]),
            (&json!(true), &json!(null))
        );
        assert_eq!(again["hazard"], first["data"]["done"]["hazard"]);
        assert_eq!(code(&opening(&served, secret).await), "");

        // As after a crash between the act and its key: the act stands, nothing opens it, and the same request makes the key.
        let through = Through { hazard: id, link };
        served
            .store
            .end_link(office.county.code, through)
            .await
            .unwrap();
        assert_eq!(code(&opening(&served, secret).await), "KEY_UNKNOWN");
        let (_, repaired) = ask(&served, Some(&clerk), &query).await;
        let new = repaired["data"]["done"]["linkSecret"].as_str();
        let new = new.unwrap_or_else(|| panic!("{kind:?}: {repaired:#}"));
        assert_ne!(new, secret);
        assert_eq!(code(&opening(&served, new).await), "");

        // Once it is taken back no request makes one any more.
        let (_, gone) = ask(&served, Some(&clerk), &taking_back(&office, id, link)).await;
        assert_eq!(refused(&gone), "");
        let (_, late) = ask(&served, Some(&clerk), &query).await;
        assert_eq!(late["data"]["done"]["linkSecret"], json!(null), "{late:#}");
    }
}

#[tokio::test]
async fn a_link_that_is_taken_back_or_whose_order_is_over_is_over_at_once() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        for taken_back in [true, false] {
            let id = office.hazard_at(Status::Acknowledged).await;
            let (link, secret) = handed_out(&office, &served, id, 7).await;
            let opened = opening(&served, &secret).await;
            let token = text(&opened, "token");
            assert!(is_in(&served, token).await);
            if taken_back {
                let lead = token_of(&served, &lead()).await;
                let (_, done) = ask(&served, Some(&lead), &taking_back(&office, id, link)).await;
                let today = office.today();
                let links = json!([{ "inForce": false, "takenBackOn": today }]);
                assert_eq!(done["data"]["done"]["hazard"]["links"], links, "{done:#}");
            } else {
                let due_on = office.hazard(id).await.term().unwrap().due_on;
                let mut says = sample::reassign(due_on);
                says.order = office.new_order();
                office.act(&approver(), id, says).await;
            }
            assert!(!is_in(&served, token).await, "{kind:?}");
            let (_, note) = ask(&served, Some(token), &noting(&office, id)).await;
            assert_eq!(code(&note), "SESSION_OVER", "{note:#}");
            let (_, renewed) = ask(&served, None, &renewing(text(&opened, "renewal"))).await;
            assert_eq!(code(&renewed), "SESSION_OVER", "{renewed:#}");
            assert_eq!(code(&opening(&served, &secret).await), "KEY_UNKNOWN");
        }
    }
}

#[tokio::test]
async fn an_act_that_overtakes_the_look_at_the_session_is_refused_by_the_ledger() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        let says = sample::hand_out_link(office.today());
        office.act(&second_clerk(), id, says).await;
        let mut note = office.saying(&factory(), id, sample::note()).await;
        note.through = Some(Through {
            hazard: id,
            link: sample::link(1),
        });
        office.do_now(&note).await;
        office.pass_days(8);
        note.request = office.request();
        let refused = office.refuse(&note).await;
        assert_eq!(refused.refusals.iter().next().unwrap().code(), "LINK_OVER");
        office.act(&clerk(), id, sample::take_back_link()).await;
        note.request = office.request();
        let refused = office.refuse(&note).await;
        assert_eq!(
            refused.refusals.iter().next().unwrap().code(),
            "HAZARD_UNKNOWN"
        );
        assert_eq!(refused.present, None, "{kind:?}");
    }
}

#[tokio::test]
async fn nothing_that_a_link_opens_outlasts_its_last_day() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        let (_, secret) = handed_out(&office, &served, id, 0).await;
        let midnight = office.today().and_hms_opt(16, 0, 0).unwrap().and_utc();
        office.set_clock(midnight - TimeDelta::minutes(5));
        let opened = opening(&served, &secret).await;
        for field in ["expiresAt", "renewableUntil"] {
            let until: DateTime<Utc> = text(&opened, field).parse().unwrap();
            assert_eq!(until, midnight, "{kind:?} {field}");
        }
        office.set_clock(midnight - TimeDelta::seconds(1));
        let (_, renewed) = ask(&served, None, &renewing(text(&opened, "renewal"))).await;
        let token = text(&renewed, "token");
        assert!(is_in(&served, token).await);
        office.set_clock(midnight);
        assert!(!is_in(&served, token).await);
        assert_eq!(code(&opening(&served, &secret).await), "KEY_UNKNOWN");
    }
}

#[tokio::test]
async fn the_renewal_of_a_link_rotates_and_ends_where_it_was_stolen() {
    let (office, served) = open_on(Kind::Sqlite).await;
    let id = office.hazard_at(Status::Acknowledged).await;
    let (_, secret) = handed_out(&office, &served, id, 7).await;
    let opened = opening(&served, &secret).await;
    let (_, renewed) = ask(&served, None, &renewing(text(&opened, "renewal"))).await;
    let token = text(&renewed, "token");
    let (_, viewer) = ask(
        &served,
        Some(token),
        "{ viewer { hazardId } people { id } }",
    )
    .await;
    assert_eq!(code(&viewer), "KEY_LIMITED", "it is still that of a link");
    assert!(!is_in(&served, text(&opened, "token")).await);
    let (_, stolen) = ask(&served, None, &renewing(text(&opened, "renewal"))).await;
    assert_eq!(code(&stolen), "RENEWAL_REUSED");
    assert!(!is_in(&served, token).await);
}

#[tokio::test]
async fn the_person_and_the_approver_see_a_link_and_end_it() {
    for (kind, by) in [(Kind::Sqlite, factory()), (Kind::Postgres, approver())] {
        let (office, served) = open_on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        let (_, secret) = handed_out(&office, &served, id, 7).await;
        let opened = opening(&served, &secret).await;
        let who = token_of(&served, &by).await;
        let of = format!("(person: \"{}\")", factory().person);
        let list = format!(
            "{{ keys{of} {{ id name hazardId usedAt }} sessions{of} {{ hazardId device }} }}"
        );
        let (_, listed) = ask(&served, Some(&who), &list).await;
        let key = &listed["data"]["keys"][0];
        assert_eq!(key["hazardId"], json!(id), "{listed:#}");
        assert!(
            key["usedAt"].is_string()
                && key["name"].as_str().unwrap().starts_with("办理链接 431123")
        );
        let sessions = listed["data"]["sessions"].as_array().unwrap();
        assert!(
            sessions
                .iter()
                .any(|session| session["hazardId"] == json!(id))
        );
        let end = format!(
            "mutation {{ endKey(id: {}, person: \"{}\") }}",
            key["id"],
            factory().person
        );
        assert_eq!(
            ask(&served, Some(&who), &end).await.1["data"]["endKey"],
            true
        );
        assert!(!is_in(&served, text(&opened, "token")).await);
        assert_eq!(code(&opening(&served, &secret).await), "KEY_UNKNOWN");
        // The approver takes it back on its hazard; whoever has it may not, and gives up what opens it.
        let is_taken_back = by == approver();
        let links =
            format!("{{ hazard(by: {{ id: \"{id}\" }}) {{ links {{ inForce takenBackOn }} }} }}");
        let (_, hazard) = ask(&served, Some(&who), &links).await;
        let link = &hazard["data"]["hazard"]["links"][0];
        assert_eq!(link["inForce"], !is_taken_back, "{hazard:#}");
        assert_eq!(link["takenBackOn"].is_string(), is_taken_back);
        let clerk = token_of(&served, &second_clerk()).await;
        let link = LinkId::new(office.request().as_uuid()).unwrap();
        let (_, anew) = ask(&served, Some(&clerk), &handing_out(&office, id, link, 7)).await;
        let expected = if is_taken_back { "" } else { "LINK_IN_FORCE" };
        assert_eq!(refused(&anew), expected, "{kind:?}: {anew:#}");
    }
}

#[tokio::test]
async fn the_people_of_a_unit_are_told_to_whom_a_link_can_be_handed() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    let clerk = token_of(&served, &clerk()).await;
    let of = format!("{{ people(unit: \"{}\") {{ id }} }}", factory().unit);
    let (_, people) = ask(&served, Some(&clerk), &of).await;
    assert_eq!(
        people["data"]["people"],
        json!([{ "id": factory().person }])
    );
    let (_, wrong) = ask(&served, Some(&clerk), "{ people(unit: \"x\") { id } }").await;
    assert_eq!(code(&wrong), "BAD_USER_INPUT");
}
