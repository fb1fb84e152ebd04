//! What is told first where nobody could read what an act says: what ends the matter, as for what could be read.

use super::acts::{fitting, guard, mutation_of, says};
use super::{Client, circulars, mutate, orders, paper_step};
use serde_json::{Value, json};
use xiaohao_core::values::HazardId;
use xiaohao_core::{Act, Actor, Status};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// What is wrong with what an act says: with which field, and what is told of it.
type Spoiled = (Act, fn(&mut Value), &'static [&'static str]);

const SPOILED: [Spoiled; 4] = [
    (
        Act::FilePlan,
        |input| {
            input.as_object_mut().unwrap().remove("funds");
        },
        &["input PLAN_INCOMPLETE"],
    ),
    (
        Act::FilePlan,
        |input| {
            input["funds"]["planned"] = json!("abc");
            input["endsOn"] = json!("2026-1-2");
        },
        &["input.funds.planned MALFORMED", "input.endsOn MALFORMED"],
    ),
    (
        Act::Assign,
        |input| input["terms"]["dueOn"] = json!("2026-02-30"),
        &["input.terms.dueOn MALFORMED"],
    ),
    (
        Act::PassVerification,
        |input| input["inspection"]["findings"][0]["measure"] = json!(-1),
        &["input.inspection.findings.0.measure OUT_OF_RANGE"],
    ),
];

/// The refusals of an answer, each with the field that it is about.
fn told(answer: &Value) -> Vec<String> {
    let errors = answer["userErrors"].as_array().unwrap().iter();
    let one = |error: &Value| {
        let field = error["field"].as_array().map(|field| {
            let names = field.iter().map(|name| name.as_str().unwrap());
            names.collect::<Vec<_>>().join(".") + " "
        });
        field.unwrap_or_default() + error["code"].as_str().unwrap()
    };
    errors.map(one).collect()
}

/// An act that cannot be read, and the hazard that it could be done to.
struct Unread<'o> {
    office: &'o Office,
    client: Client,
    mutation: String,
    by: Actor,
    guard: Value,
    input: Value,
}

impl<'o> Unread<'o> {
    async fn of(office: &'o Office, act: Act, spoil: fn(&mut Value)) -> Self {
        let client = Client::of(office);
        let sent = fitting(office, act).await;
        let (_, mut input) = says(&sent);
        spoil(&mut input);
        Self {
            office,
            mutation: mutation_of(&client, act).await,
            client,
            by: sent.actor.clone(),
            guard: guard(&sent),
            input,
        }
    }

    /// Holds what is told to this person against what should be, where one thing of the guard is as it is here: alone and as one of
    /// several acts. In each case the hazard is shown as it stands, if it is to be.
    async fn check(&self, by: &Actor, but: (&str, Value), expected: &[&str], on: Option<HazardId>) {
        let (field, value) = but;
        let mut act = self.guard.clone();
        if !field.is_empty() {
            act[field] = value;
        }
        let answer = mutate(
            &self.client,
            by,
            &self.mutation,
            act.clone(),
            self.input.clone(),
        )
        .await;
        let why = format!("{} {act} by {by:?}: {answer:#}", self.mutation);
        assert_eq!(told(&answer), expected, "{why}");
        let hazard = match on {
            Some(id) => {
                let hazard = self.office.hazard(id).await;
                json!({ "version": hazard.version(), "id": hazard.id() })
            }
            None => Value::Null,
        };
        let shown = |answer: &Value| match &answer["hazard"] {
            Value::Null => Value::Null,
            hazard => json!({ "version": hazard["version"], "id": hazard["id"] }),
        };
        assert_eq!(shown(&answer), hazard, "{why}");
        let several = "mutation($acts: [SubmittedActInput!]!) { submitActs(acts: $acts) { payload { \
                       hazard { id version } userErrors { code field } } } }";
        let one = json!({ "act": act, "input": { self.mutation.as_str(): self.input } });
        let answer = self.client.ask(by, several, json!({ "acts": [one] })).await;
        let payload = &answer["submitActs"][0]["payload"];
        let place = |one: &&str| {
            let (way, code) = one.split_once(' ').unwrap_or(("", one));
            match way.split_once('.').unwrap_or((way, "")) {
                ("", _) => (*one).to_owned(),
                ("input", "") => format!("acts.0.input.{} {code}", self.mutation),
                ("input", rest) => format!("acts.0.input.{}.{rest} {code}", self.mutation),
                _ => format!("acts.0.{one}"),
            }
        };
        let expected: Vec<String> = expected.iter().map(place).collect();
        assert_eq!(told(payload), expected, "{why}");
        assert_eq!(shown(payload), hazard, "{why}");
    }
}

#[tokio::test]
async fn what_ends_the_matter_is_told_alone_whatever_an_act_says() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        for (act, spoil, mistakes) in SPOILED {
            let office = Office::on(kind).await;
            let unread = Unread::of(&office, act, spoil).await;
            let id: HazardId = unread.guard["hazardId"]
                .as_str()
                .map(HazardId::parse)
                .unwrap()
                .unwrap();
            let elsewhere = office.hazard_at(Status::Reported).await;
            let known = office.lines().await[0].record.request();
            let before = office.kept().await;
            let (by, none) = (&unread.by, office.new_hazard());
            let nothing = || ("", Value::Null);
            let unknown = ["act.hazardId HAZARD_UNKNOWN"];
            unread
                .check(by, ("hazardId", json!(none)), &unknown, None)
                .await;
            unread.check(&market(), nothing(), &unknown, None).await;
            let reused = ["act.requestId REQUEST_ID_REUSED"];
            unread
                .check(by, ("requestId", json!(known)), &reused, None)
                .await;
            let stale = ["act.expectedVersion STALE_VERSION"];
            unread
                .check(by, ("expectedVersion", json!(0)), &stale, Some(id))
                .await;
            let missing = ["act.expectedVersion VERSION_MISSING"];
            unread
                .check(by, ("expectedVersion", Value::Null), &missing, Some(id))
                .await;
            let role = ["NOT_YOUR_ROLE"];
            unread.check(&auditor(), nothing(), &role, Some(id)).await;
            // What does not end the matter is told together with what is wrong with the content.
            let tomorrow = json!(office.today().succ_opt());
            let mut gathered = vec!["act.occurredOn OCCURRED_IN_FUTURE"];
            gathered.extend(mistakes);
            unread
                .check(by, ("occurredOn", tomorrow), &gathered, Some(id))
                .await;
            unread.check(by, nothing(), mistakes, Some(id)).await;
            let mut elsewhere_on = unread;
            elsewhere_on.guard["hazardId"] = json!(elsewhere);
            elsewhere_on.guard["expectedVersion"] = json!(1);
            elsewhere_on
                .check(
                    &auditor(),
                    nothing(),
                    &["NOT_ALLOWED_IN_STATE"],
                    Some(elsewhere),
                )
                .await;
            assert_eq!(office.kept().await, before, "{kind:?}");
        }
    }
}

/// A paper, and of every step in its life a content that cannot be read.
struct UnreadPaper<'o> {
    office: &'o Office,
    client: Client,
    paper: &'static str,
    id: Value,
    says: Value,
}

impl UnreadPaper<'_> {
    fn guard(&self, version: Option<u32>) -> Value {
        let request = self.office.request();
        json!({ "paperId": self.id, "requestId": request.as_uuid(), "expectedVersion": version })
    }

    /// What is told of a step, and the version of the paper that is shown.
    async fn step(&self, by: &Actor, does: &str, act: Value) -> (String, Option<u64>) {
        let mut spoiled = self.says.clone();
        spoiled["signatory"] = json!("");
        let input = match does {
            "issue" | "publish" => None,
            "discard" => Some(json!({ "reason": "" })),
            _ => Some(spoiled),
        };
        self.saying(by, does, act, input).await
    }

    async fn saying(
        &self,
        by: &Actor,
        does: &str,
        act: Value,
        input: Option<Value>,
    ) -> (String, Option<u64>) {
        let paper = self.paper;
        let name = format!("{}{}", paper[..1].to_uppercase(), &paper[1..]);
        let of = match does {
            "discard" => "ReasonInput".to_owned(),
            _ => format!("{name}ContentInput"),
        };
        let input = input.map(|input| (of.as_str(), input));
        let selected = format!("{paper} {{ version }} userErrors {{ code field }}");
        let mutation = (&*format!("{does}{name}"), &*selected);
        let came = paper_step(&self.client, by, mutation, act, input).await;
        (told(&came).join(" "), came[paper]["version"].as_u64())
    }
}

async fn papers(office: &Office) -> [UnreadPaper<'_>; 2] {
    let closed = office.hazard_at(Status::Closed).await;
    let listed = office.hazard_at(Status::Listed).await;
    let order = office.order(&[listed]).await;
    let order = ("order", json!(order.id), orders::says(&order));
    let circular = circulars::says(office, closed).await;
    let circular = ("circular", json!(office.new_circular()), circular);
    [order, circular].map(|(paper, id, says)| UnreadPaper {
        client: Client::of(office),
        office,
        paper,
        id,
        says,
    })
}

#[tokio::test]
async fn what_ends_the_matter_of_a_paper_is_told_alone_and_the_paper_as_it_stands() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        for paper in papers(&office).await {
            let why = format!("{kind:?}: {}", paper.paper);
            let issue = match paper.paper {
                "order" => "issue",
                _ => "publish",
            };
            let check = async |by: Actor, does, act, code: &str, shown| {
                let came = paper.step(&by, does, act).await;
                assert_eq!(came, (code.to_owned(), shown), "{why}: {does}");
            };
            let (draft, empty) = (paper.guard(None), "input.signatory EMPTY");
            check(clerk(), "draft", draft.clone(), empty, None).await;
            let says = Some(paper.says.clone());
            let drafted = paper.saying(&clerk(), "draft", draft.clone(), says).await;
            assert_eq!(drafted, (String::new(), Some(1)), "{why}");
            let before = office.kept().await;
            let reused = "act.requestId REQUEST_ID_REUSED";
            check(clerk(), "draft", draft, reused, None).await;
            let mut elsewhere = paper.guard(Some(1));
            elsewhere["paperId"] = json!(office.request().as_uuid());
            check(clerk(), "revise", elsewhere, "PAPER_UNKNOWN", None).await;
            let stale = "act.expectedVersion PAPER_STALE";
            for (by, does, version, code, shown) in [
                (market(), "revise", Some(1), "PAPER_ROLE", None),
                (market(), issue, Some(1), "PAPER_ROLE", None),
                (auditor(), "discard", Some(1), "PAPER_ROLE", Some(1)),
                (clerk(), "draft", None, "PAPER_DRAFTED", Some(1)),
                (clerk(), "revise", Some(7), stale, Some(1)),
                (clerk(), "discard", Some(7), stale, Some(1)),
                (approver(), issue, Some(7), stale, Some(1)),
                (clerk(), "revise", Some(1), empty, Some(1)),
                (clerk(), "discard", Some(1), "input.reason EMPTY", Some(1)),
            ] {
                check(by, does, paper.guard(version), code, shown).await;
            }
            assert_eq!(office.kept().await, before, "{why}");
        }
    }
}
