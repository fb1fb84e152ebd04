//! Every act by its mutation, and what is wrong with what was sent.

use super::{Client, as_input, error_code, mutate};
use crate::stored_form::prior;
use serde_json::{Value, json};
use xiaohao_core::acts::MentionInCircular;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Act, Actor, Command, Status};
use xiaohao_ledger::{Deed, Outcome, Submission};
use xiaohao_tests::office::{Kind, Office, codes};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// What is sent by whoever can do the act, on a hazard on which it can be done.
pub(crate) async fn fitting(office: &Office, act: Act) -> Submission {
    if act == Act::Report {
        return office.report_anew();
    }
    let id = ready_for(office, act).await;
    fitting_on(office, act, id).await
}

/// A hazard on which the act can be done.
pub(super) async fn ready_for(office: &Office, act: Act) -> HazardId {
    let (status, before, days) = prior(act);
    let id = office.hazard_at(status).await;
    if let Some(before) = before {
        let submission = fitting_on(office, before, id).await;
        office.do_now(&submission).await;
    }
    if act == Act::Resume {
        office.advance(&[id], Status::Verified).await;
    }
    office.pass_days(days + 1);
    id
}

async fn fitting_on(office: &Office, act: Act, id: HazardId) -> Submission {
    let case = office.case(id).await;
    let by = match act {
        Act::Merge => clerk(),
        // What is published circulates the closures it names; by hand there is nothing left to do.
        Act::MentionInCircular | Act::CirculateClosure => approver(),
        _ => {
            let can = |by: &Actor| case.dry_run(by, case.fitting(act, by)).is_ok();
            let by = everybody().into_iter().find(can);
            by.unwrap_or_else(|| panic!("nobody can do {act:?} in {:?}", case.status()))
        }
    };
    let command = fitting_by(office, &case, act, &by).await;
    office.saying(&by, id, command).await
}

/// What this person would say who did the act on the hazard of this case.
pub(super) async fn fitting_by(office: &Office, case: &Case, act: Act, by: &Actor) -> Command {
    match act {
        Act::Merge => {
            let into = office.hazard_at(Status::Listed).await;
            but(sample::merge(), |says| says.into = into).into()
        }
        Act::MentionInCircular => {
            let praised = [(case.hazard().id(), ItemKind::Praise)];
            let content = office.circular(&praised).await;
            office.issue(&approver(), &content).await;
            let circular = content.id;
            MentionInCircular { circular, item: 1 }.into()
        }
        _ => case.fitting(act, by),
    }
}

/// The mutation that does an act, as the API tells it.
pub(super) async fn mutation_of(client: &Client, act: Act) -> String {
    let told = client
        .ask(&clerk(), "{ acts { no name mutation } }", json!({}))
        .await;
    let acts = told["acts"].as_array().unwrap();
    let entry = acts
        .iter()
        .find(|entry| entry["name"] == act.name())
        .unwrap();
    entry["mutation"].as_str().unwrap().to_owned()
}

pub(crate) fn guard(sent: &Submission) -> Value {
    json!({
        "hazardId": sent.deed.subject().id(),
        "requestId": sent.request.as_uuid(),
        "expectedVersion": sent.expected_version,
        "occurredOn": sent.occurred_on,
    })
}

pub(crate) fn says(sent: &Submission) -> (Act, Value) {
    let Deed::Hazard { command, .. } = &sent.deed else {
        panic!("{sent:?} is not about a hazard")
    };
    let written = serde_json::to_value(command).unwrap();
    (Command::act(command), as_input(written["says"].clone()))
}

#[tokio::test]
async fn every_act_is_taken_by_its_mutation_to_the_last_field() {
    for act in Act::ALL {
        let office = Office::on(Kind::Memory).await;
        let client = Client::of(&office);
        let sent = fitting(&office, *act).await;
        let outcome = office.execute(&sent).await;
        let (_, input) = says(&sent);
        let name = mutation_of(&client, *act).await;
        let answer = mutate(&client, &sent.actor, &name, guard(&sent), input).await;
        match outcome {
            // The same request again is known by all that it said: had one field been lost or changed on the way, it would
            // be another.
            Outcome::Done { .. } => {
                assert_eq!(answer["replayed"], true, "{name}: {answer:#}");
                assert_eq!(answer["userErrors"], json!([]), "{name}");
            }
            Outcome::Refused(refused) => {
                let told = answer["userErrors"].as_array().unwrap();
                let told: Vec<_> = told
                    .iter()
                    .map(|one| one["code"].as_str().unwrap())
                    .collect();
                assert_eq!(told, codes(&refused), "{name}");
                // What a circular says of a hazard is done as it is published.
                let by_circular = [Act::CirculateClosure, Act::MentionInCircular];
                assert!(by_circular.contains(act), "{name}: {told:?}");
            }
        }
    }
}

#[tokio::test]
async fn everything_wrong_with_what_was_sent_is_told_at_once_by_its_field() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = office.report_anew();
    let (_, mut input) = says(&sent);
    input["title"] = json!("");
    input["township"] = json!("43112");
    input["holder"] =
        json!({ "unit": "x", "name": "厂", "kind": "ENTERPRISE", "uscc": "91110000600037342L" });
    input["foundOn"] = json!("2026-1-2");
    input["evidence"] = json!([{ "digest": "zz", "kind": "SITE", "measure": 0, "taken": { "at": "2026-03-02 09:00" } }]);
    let act = json!({ "hazardId": "h", "requestId": "1", "occurredOn": "2026-02-30" });
    let answer = mutate(&client, &inspector(), "reportHazard", act, input).await;
    let told = answer["userErrors"].as_array().unwrap();
    let path = |one: &Value| {
        let field = one["field"].as_array().unwrap().iter();
        field
            .map(|part| part.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(".")
    };
    let told: Vec<_> = told
        .iter()
        .map(|one| format!("{} {}", path(one), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "act.hazardId MALFORMED",
            "act.requestId MALFORMED",
            "act.occurredOn MALFORMED",
            "input.title EMPTY",
            "input.township MALFORMED",
            "input.holder.unit MALFORMED",
            "input.holder.uscc WRONG_CHECK_CHARACTER",
            "input.foundOn MALFORMED",
            "input.evidence.0.digest MALFORMED",
            "input.evidence.0.taken.at MALFORMED",
        ]
    );
    assert_eq!(office.audit().await.lines.len(), 0, "nothing was written");
}

#[tokio::test]
async fn what_should_be_looked_at_again_is_told_with_the_act_and_to_whoever_reads_its_line_later() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = fitting(&office, Act::Assign).await;
    let (_, mut input) = says(&sent);
    input["terms"]["dueOn"] = json!(office.today() + chrono::TimeDelta::days(400));
    let query =
        "mutation($act: ActInput!, $input: AssignInput!) { assignHazard(act: $act, input: $input) {
                   entry { position advice { kind message } } userErrors { code } } }";
    let vars = json!({ "act": guard(&sent), "input": input });
    let mut done = client.ask(&sent.actor, query, vars).await;
    let done = done["assignHazard"].take();
    assert_eq!(done["userErrors"], json!([]));
    let advice = &done["entry"]["advice"];
    assert_eq!(advice[0]["kind"], "DEADLINE_BEYOND_CAP", "{done:#}");
    let message = advice[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("整改期限较长，请确认确有必要"),
        "{message}"
    );
    // By somebody else, from the ledger.
    let query = "query($after: Int!) { ledgerEntries(after: $after, first: 1) { entries { advice { kind message } } } }";
    let position = done["entry"]["position"].as_i64().unwrap();
    let later = client
        .ask(&clerk(), query, json!({ "after": position - 1 }))
        .await;
    assert_eq!(&later["ledgerEntries"]["entries"][0]["advice"], advice);
}

#[tokio::test]
async fn nobody_acts_who_has_not_signed_in() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let query = "mutation { addNote(act: { hazardId: \"x\", requestId: \"019a0000-0000-7000-8000-000000000001\" }, \
                 input: { text: \"x\" }) { replayed } }";
    let answer = client.answer_to_nobody(query).await;
    assert_eq!(error_code(&answer), "UNAUTHENTICATED", "{answer:#}");
    let answer = client
        .answer_to_nobody("{ hazards { nodes { id } } }")
        .await;
    assert_eq!(error_code(&answer), "UNAUTHENTICATED", "{answer:#}");
}

/// The ways to the fields that the refusals of an answer are about, each with its code.
fn ways(answer: &Value) -> Vec<String> {
    let errors = answer["userErrors"].as_array().unwrap().iter();
    let way = |one: &Value| {
        let field = one["field"].as_array().map(|field| {
            let names = field.iter().map(|name| name.as_str().unwrap());
            names.collect::<Vec<_>>().join(".")
        });
        format!(
            "{} {}",
            field.unwrap_or_default(),
            one["code"].as_str().unwrap()
        )
    };
    errors.map(way).collect()
}

#[tokio::test]
async fn what_the_core_refuses_points_at_the_field_as_the_client_wrote_it() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let mut spoiled = Vec::new();
    // A field in parts of an input that several acts have in common.
    let sent = fitting(&office, Act::Assign).await;
    let (_, mut input) = says(&sent);
    input["terms"]["dueOn"] = json!(office.today());
    input["terms"]["planDueOn"] = json!(office.today().succ_opt());
    spoiled.extend(ways(
        &mutate(&client, &sent.actor, "assignHazard", guard(&sent), input).await,
    ));
    // What guards the act.
    let (_, input) = says(&sent);
    let mut stale = guard(&sent);
    stale["expectedVersion"] = json!(1);
    spoiled.extend(ways(
        &mutate(&client, &sent.actor, "assignHazard", stale, input).await,
    ));
    // The verification of a team.
    let sent = fitting(&office, Act::PassVerification).await;
    let (_, mut input) = says(&sent);
    input["inspection"]["findings"] = json!([]);
    input["inspection"]["members"] = json!([input["inspection"]["members"][0]]);
    let answer = mutate(
        &client,
        &sent.actor,
        "passVerification",
        guard(&sent),
        input,
    );
    spoiled.extend(ways(&answer.await));
    // Elements of lists, by their place or by what they say.
    let (_, mut input) = says(&sent);
    let inspection = &mut input["inspection"];
    inspection["findings"][0]["passed"] = json!(false);
    let second = inspection["members"][1].clone();
    let members = inspection["members"].as_array_mut().unwrap();
    members.insert(1, second);
    members[2]["conflict"] = json!("近亲属在该企业任职");
    members[2]["name"] = json!("周某某");
    let answer = mutate(
        &client,
        &sent.actor,
        "passVerification",
        guard(&sent),
        input,
    );
    assert_eq!(
        ways(&answer.await),
        [
            "input.inspection.members.2 TEAM_MEMBER_TWICE",
            "input.inspection.members.2 TEAM_MEMBER_MISNAMED",
            "input.inspection.members.2 TEAM_MEMBER_CONFLICTED",
            "input.inspection.findings.0 MEASURE_FAILED",
        ]
    );
    // A plan is the whole input of one act, and one field of the other; what it lacks is found before it goes to the core.
    for (act, name) in [(Act::FilePlan, "filePlan"), (Act::RevisePlan, "revisePlan")] {
        let sent = fitting(&office, act).await;
        let (_, mut input) = says(&sent);
        let plan = match act {
            Act::FilePlan => &mut input,
            _ => &mut input["plan"],
        };
        plan["endsOn"] = json!("2027-12-31");
        let answer = mutate(&client, &sent.actor, name, guard(&sent), input.clone()).await;
        spoiled.extend(ways(&answer));
        let plan = match act {
            Act::FilePlan => &mut input,
            _ => &mut input["plan"],
        };
        plan["measures"][0]["dueOn"] = json!("2028-01-01");
        let answer = mutate(&client, &sent.actor, name, guard(&sent), input).await;
        spoiled.extend(ways(&answer));
    }
    spoiled.dedup();
    assert_eq!(
        spoiled,
        [
            "input.terms.dueOn DEADLINE_NOT_AFTER_ISSUE",
            "input.terms.planDueOn PLAN_DUE_AFTER_DEADLINE",
            "act.expectedVersion STALE_VERSION",
            "input.inspection.members TEAM_TOO_SMALL",
            "input.inspection.findings MEASURE_NOT_JUDGED",
            "input.endsOn PLAN_ENDS_AFTER_DEADLINE",
            "input.measures.0 MEASURE_AFTER_PLAN_END",
            "input.plan.endsOn PLAN_ENDS_AFTER_DEADLINE",
            "input.plan.measures.0 MEASURE_AFTER_PLAN_END",
        ]
    );
}

#[tokio::test]
async fn every_field_that_a_refusal_names_is_one_that_a_client_writes() {
    let office = Office::on(Kind::Memory).await;
    let query = "{ __schema { types { kind name inputFields { name } } } }";
    let told = Client::of(&office).ask(&clerk(), query, json!({})).await;
    let types = told["__schema"]["types"].as_array().unwrap().iter();
    let fields: Vec<_> = types
        .filter_map(|one| one["inputFields"].as_array())
        .flatten()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    for entry in xiaohao_core::Refusal::CATALOGUE {
        // A plan is the whole input of the act that files it; the key of the log is changed on the server.
        let elsewhere = [
            "PLAN_INCOMPLETE",
            "SIGNING_KEY_NOT_PRESENT",
            "SIGNING_KEY_USED",
        ];
        if !elsewhere.contains(&entry.code) {
            for field in entry.fields {
                assert!(fields.contains(field), "{}: {field}", entry.code);
            }
        }
    }
}
