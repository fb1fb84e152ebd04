//! Every field at which one can begin to ask or to act, but the acts on a hazard, tried in every role from every place and
//! by somebody who has not signed in. A field that is new in the schema must be tried here.

use super::{Cell, OUTSIDE, PLACES, county_of_newcomers, legend, newcomer, table};
use crate::filing::committee;
use crate::graphql::{Client, circulars, orders};
use async_graphql::{Request, Variables};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use xiaohao_core::acts::Reporter;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::posts::{Appoint, ChangePosts, PostName};
use xiaohao_core::upkeep::{UpkeepCommand, operator};
use xiaohao_core::values::{CircularId, HazardId, OrderId, Phone};
use xiaohao_core::{Actor, Role, Status};
use xiaohao_graphql::Admitted;
use xiaohao_ledger::{Deed, Pace};
use xiaohao_server::entering;
use xiaohao_tests::office::{Cabinet, Kind, Office, subject};
use xiaohao_tests::sample::{self, but};
use xiaohao_tests::*;

const PHONE: &str = "13800138000";

/// A field, what is asked of it, and where in the answer it stands what one wants to know.
pub(super) type Question = (&'static str, &'static str, &'static str);

pub(super) const QUERIES: &[Question] = &[
    (
        "hazard",
        "query($hazard: ID!) { hazard(by: { id: $hazard }) { id } }",
        "/hazard",
    ),
    ("hazards", "{ hazards { nodes { id } } }", "/hazards/nodes"),
    (
        "closureStatus",
        "query($number: String!) { closureStatus(number: $number) { isClosed } }",
        "/closureStatus",
    ),
    (
        "ledgerEntries",
        "{ ledgerEntries(after: 0, first: 9) { entries { position } } }",
        "/ledgerEntries/entries",
    ),
    (
        "latestCheckpoint",
        "{ latestCheckpoint }",
        "/latestCheckpoint",
    ),
    (
        "consistencyProof",
        "{ consistencyProof(from: 1, to: 2) }",
        "/consistencyProof",
    ),
    (
        "publicHazard",
        "query($number: String!) { of: publicHazard(number: $number) { number } __typename }",
        "/__typename",
    ),
    (
        "node",
        "query($hazard: ID!) { node(id: $hazard) { id } }",
        "/node",
    ),
    (
        "nodes",
        "query($order: ID!, $circular: ID!) { nodes(ids: [$order, $circular]) { id } }",
        "/nodes",
    ),
    (
        "order",
        "query($order: ID!) { order(id: $order) { id } }",
        "/order",
    ),
    ("orders", "{ orders { nodes { id } } }", "/orders/nodes"),
    (
        "circular",
        "query($circular: ID!) { circular(id: $circular) { id } }",
        "/circular",
    ),
    (
        "circulars",
        "{ circulars { nodes { id } } }",
        "/circulars/nodes",
    ),
    (
        "paper",
        "query($document: String!) { paper(document: $document) { document } }",
        "/paper",
    ),
    (
        "personalData",
        "query($phone: String!) { personalData(value: $phone, after: 0) { pieces { entry } } }",
        "/personalData/pieces",
    ),
    (
        "closureStatistics",
        "{ closureStatistics { total { ever } } }",
        "/closureStatistics/total/ever",
    ),
    (
        "committees",
        "{ of: committees { id } __typename }",
        "/__typename",
    ),
    ("units", "{ units { id } }", "/units"),
    ("regions", "{ regions { code } }", "/regions"),
    ("townships", "{ townships { code } }", "/townships"),
    ("people", "{ people { id } }", "/people"),
    ("viewer", "{ viewer { role } }", "/viewer"),
    (
        "sessions",
        "query($clerk: ID!) { of: sessions(person: $clerk) { id } __typename }",
        "/__typename",
    ),
    (
        "keys",
        "query($clerk: ID!) { of: keys(person: $clerk) { id } __typename }",
        "/__typename",
    ),
    (
        "recoveryCodesLeft",
        "{ of: recoveryCodesLeft __typename }",
        "/__typename",
    ),
    (
        "refusedAttempts",
        "{ of: refusedAttempts { hasNextPage } __typename }",
        "/__typename",
    ),
    ("statuses", "{ statuses { name } }", "/statuses"),
    ("acts", "{ acts { name } }", "/acts"),
    ("refusals", "{ refusals { code } }", "/refusals"),
    ("policies", "{ policies { name } }", "/policies"),
    (
        "timeLimitWindow",
        "{ timeLimitWindow(limit: ASSIGN, anchors: []) { problem } }",
        "/timeLimitWindow",
    ),
    (
        "postChanges",
        "{ postChanges { position } }",
        "/postChanges",
    ),
    (
        "committeeFilings",
        "{ committeeFilings { committees { standing } } }",
        "/committeeFilings/committees",
    ),
    (
        "accidentTypes",
        "{ accidentTypes { name } }",
        "/accidentTypes",
    ),
    (
        "creditCode",
        "{ creditCode(code: \"91431123DEMA00064M\") { code } }",
        "/creditCode",
    ),
];

pub(super) const SUBSCRIPTIONS: &[Question] = &[
    (
        "ledgerAppended",
        "subscription { ledgerAppended(after: 0) { position } }",
        "/ledgerAppended",
    ),
    (
        "hazardChanged",
        "subscription($hazard: ID!) { hazardChanged(hazardId: $hazard, after: 0) { position } }",
        "/hazardChanged",
    ),
];

pub(super) const PAPERS: &[(&str, &str)] = &[
    ("draftOrder", "OrderContentInput"),
    ("reviseOrder", "OrderContentInput"),
    ("issueOrder", ""),
    ("discardOrder", "ReasonInput"),
    ("draftCircular", "CircularContentInput"),
    ("reviseCircular", "CircularContentInput"),
    ("publishCircular", ""),
    ("discardCircular", "ReasonInput"),
];

pub(super) const OTHERS: &[Question] = &[
    (
        "submitActs",
        "mutation($act: ActInput!) { done: submitActs(acts: [{ act: $act, input: { recordProgress: { percent: 50, text: \"已更换风管。\" } } }]) { error { code } payload { entry { position } userErrors { code } } } }",
        "/done/0/payload/entry",
    ),
    (
        "erasePersonalData",
        "mutation($request: UUID!) { done: erasePersonalData(act: { requestId: $request }, input: { places: [{ entry: 1, field: \"/event/data/says/reporter/phone\" }], ground: CONSENT_WITHDRAWN, reason: \"依第1号申请。\" }) { entry { position } userErrors { code } } }",
        "/done/entry",
    ),
    (
        "filePeriod",
        "mutation($request: UUID!, $committee: ID!, $today: Date!) { done: filePeriod(act: { requestId: $request }, input: { committee: $committee, day: $today, keyWork: \"排查商场。\", carriedOut: \"未发现重大隐患。\", found: 0 }) { filing { found } userErrors { code } } }",
        "/done/filing",
    ),
    (
        "appointToPost",
        "mutation($request: UUID!, $stranger: ID!, $line: ID!, $today: Date!) { done: appointToPost(act: { requestId: $request }, input: { person: $stranger, post: { role: INSPECTOR, unit: $line }, from: $today, reason: \"双安任〔2026〕2号。\" }) { entry { position } userErrors { code } } }",
        "/done/entry",
    ),
    (
        "handOverPosts",
        "mutation($request: UUID!, $stranger: ID!, $market: ID!, $today: Date!) { done: handOverPosts(act: { requestId: $request }, input: { from: $market, to: $stranger, posts: [], on: $today, reason: \"双安交接〔2026〕1号。\" }) { entry { position } userErrors { code } } }",
        "/done/entry",
    ),
    (
        "endPosts",
        "mutation($request: UUID!, $stranger: ID!, $today: Date!) { done: endPosts(act: { requestId: $request }, input: { person: $stranger, posts: [], lastOn: $today, leavesVacant: false, reason: \"双安免〔2026〕1号。\" }) { entry { position } userErrors { code } } }",
        "/done/entry",
    ),
    (
        "signIn",
        "mutation { signIn(login: \"x\", password: \"x\") { token } }",
        "/signIn",
    ),
    (
        "renewSession",
        "mutation { renewSession(renewal: \"x\") { token } }",
        "/renewSession",
    ),
    (
        "changePassword",
        "mutation { changePassword(login: \"x\", password: \"x\", newPassword: \"x\") }",
        "/changePassword",
    ),
    (
        "beginSecondFactor",
        "mutation { beginSecondFactor(login: \"x\", password: \"x\") { uri } }",
        "/beginSecondFactor",
    ),
    (
        "confirmSecondFactor",
        "mutation { confirmSecondFactor(login: \"x\", password: \"x\", code: \"x\") }",
        "/confirmSecondFactor",
    ),
    (
        "endSecondFactor",
        "mutation { endSecondFactor(login: \"x\", password: \"x\", code: \"x\") }",
        "/endSecondFactor",
    ),
    (
        "enrolDevice",
        "mutation { enrolDevice(name: \"x\") { code } }",
        "/enrolDevice",
    ),
    (
        "redeemDeviceCode",
        "mutation { redeemDeviceCode(code: \"x\") { key } }",
        "/redeemDeviceCode",
    ),
    (
        "signInByKey",
        "mutation { signInByKey(key: \"x\") { token } }",
        "/signInByKey",
    ),
    (
        "openLink",
        "mutation { openLink(secret: \"x\") { token } }",
        "/openLink",
    ),
    (
        "endKey",
        "mutation($clerk: ID!) { of: endKey(id: \"x\", person: $clerk) __typename }",
        "/__typename",
    ),
    ("signOut", "mutation { signOut }", "/signOut"),
    (
        "endSession",
        "mutation($clerk: ID!) { endSession(id: \"01900000-0000-7000-8000-000000000000\", person: $clerk) }",
        "/endSession",
    ),
    (
        "endSessions",
        "mutation($clerk: ID!) { of: endSessions(person: $clerk) __typename }",
        "/__typename",
    ),
];

/// What everybody is told who has signed in, whatever his post: who there is in the county, how it works, and what proves
/// nothing but the log as a whole. Nothing else has an answer for those who stand outside.
const FOR_ALL: &[&str] = &[
    "latestCheckpoint",
    "consistencyProof",
    "committees",
    "units",
    "regions",
    "townships",
    "people",
    "viewer",
    "recoveryCodesLeft",
    "enrolDevice",
    "statuses",
    "acts",
    "refusals",
    "policies",
    "timeLimitWindow",
    "accidentTypes",
    "creditCode",
    "signOut",
];

/// An office with everything that one could ask for.
pub(super) struct Desk {
    pub(super) office: Office,
    client: Client,
    pub(super) hazard: HazardId,
    pub(super) order: OrderId,
    pub(super) circular: CircularId,
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::on(Kind::Sqlite).await
    }

    pub(super) async fn on(kind: Kind) -> Self {
        let cabinet = Cabinet::new(kind).await;
        let office = Office::open(cabinet, county_of_newcomers(), Pace::default()).await;
        let says = but(sample::report(), |says| {
            says.reporter = Some(Reporter {
                name: Some(sample::private_name("某知情人")),
                phone: Phone::new(PHONE).ok(),
            });
        });
        let reported = office.do_now(&office.reporting(&intake(), says)).await;
        let hazard = subject(&reported);
        office.advance(&[hazard], Status::Listed).await;
        let order = office.order(&[hazard]).await;
        office.issue(&approver(), &order).await;
        office.advance(&[hazard], Status::Rectifying).await;
        let circular = office.circular(&[(hazard, ItemKind::Praise)]).await;
        office.draft(&circular).await;
        let data = county_data(&office.county);
        entering::enter(&office.ledger, &data).await.unwrap();
        let appointed = ChangePosts::Appoint(Appoint {
            person: stranger().person,
            newcomer: None,
            post: PostName {
                role: Role::Lead,
                unit: stranger().unit,
            },
            from: office.today(),
            until: None,
            reason: sample::prose("双安任〔2026〕1号。"),
        });
        let command = UpkeepCommand::ChangePosts(Box::new(appointed));
        let by = operator(&office.county);
        office
            .do_now(&office.submission(&by, Deed::Ledger { command }))
            .await;
        let client = Client::of(&office);
        Self {
            hazard,
            order: order.id,
            circular: circular.id,
            office,
            client,
        }
    }

    /// The same things, asked for at another office.
    pub(super) fn seen_from(&self, office: Office) -> Self {
        let client = Client::of(&office);
        Self {
            office,
            client,
            ..*self
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) async fn variables(&self) -> Value {
        let number = *self.office.hazard(self.hazard).await.number().unwrap();
        let (reader, all) = (self.office.reader(), self.office.everything());
        let orders = reader.orders(&all, &[self.order], None).await.unwrap();
        let document = orders[0].file.issued().unwrap().document();
        let request = self.office.request();
        json!({
            "hazard": self.hazard, "number": number.to_string(), "order": self.order, "circular": self.circular,
            "document": document.to_string(),
            "phone": PHONE, "clerk": clerk().person, "request": request.as_uuid(),
            "today": self.office.today(), "stranger": stranger().person, "market": market().person, "line": inspector().unit,
            "committee": committee().unit,
            "act": { "hazardId": self.hazard, "requestId": request.as_uuid() },
        })
    }

    /// What somebody is answered who came in otherwise than by himself, and the first thing that he is pushed.
    pub(super) async fn ask_as(&self, admitted: &Admitted, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let request = self.client.office.asked_as(admitted.clone(), "", request);
        let mut answers = Box::pin(self.client.api.execute_stream(request));
        serde_json::to_value(answers.next().await.unwrap()).unwrap()
    }

    /// What this person is answered, or nobody.
    pub(super) async fn ask(&self, by: Option<&Actor>, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let request = match by {
            Some(by) => self.client.office.asked_by(by.clone(), "", request),
            None => request,
        };
        serde_json::to_value(self.client.api.execute(request).await).unwrap()
    }

    /// The first thing that this person is pushed, if anything is while he listens.
    pub(super) async fn listen(&self, by: Option<&Actor>, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let request = match by {
            Some(by) => self.client.office.asked_by(by.clone(), "", request),
            None => request,
        };
        let mut pushed = Box::pin(self.client.api.execute_stream(request));
        let first = tokio::time::timeout(Duration::from_secs(1), pushed.next()).await;
        match first {
            Ok(answer) => serde_json::to_value(answer.unwrap()).unwrap(),
            Err(_) => json!({ "data": { "ledgerAppended": null, "hazardChanged": null } }),
        }
    }

    /// What is sent to take a step in the life of a paper over this hazard; the paper is ready for it.
    pub(super) async fn paper(&self, name: &str, input: &str, listed: HazardId) -> (String, Value) {
        let office = &self.office;
        let is_drafted = !name.starts_with("draft");
        let version = is_drafted.then_some(1);
        let (id, says) = if name.ends_with("Order") {
            let order = office.order(&[listed]).await;
            if is_drafted {
                office.draft(&order).await;
            }
            (json!(order.id), orders::says(&order))
        } else {
            let circular = office.circular(&[(listed, ItemKind::Praise)]).await;
            if is_drafted {
                office.draft(&circular).await;
            }
            let mut says = circulars::says(office, listed).await;
            says["items"][0]["kind"] = json!("PRAISE");
            (json!(circular.id), says)
        };
        let act = json!({ "paperId": id, "requestId": office.request().as_uuid(), "expectedVersion": version });
        let (declares, passes, says) = match input {
            "" => (String::new(), "", Value::Null),
            "ReasonInput" => (
                format!(", $input: {input}!"),
                ", input: $input",
                json!({ "reason": "不再需要。" }),
            ),
            _ => (format!(", $input: {input}!"), ", input: $input", says),
        };
        let query = format!(
            "mutation($act: PaperActInput!{declares}) {{ done: {name}(act: $act{passes}) {{ entries {{ position }} userErrors {{ code }} }} }}"
        );
        (query, json!({ "act": act, "input": says }))
    }
}

/// Everybody, row by row, and one who has not signed in.
fn row(nobody: &Cell, rows: &[(Role, Vec<Cell>)], field: &str) -> String {
    let nobody = match nobody {
        Cell::Yes => "told",
        Cell::Nothing => "told that there is nothing",
        Cell::No(code) => code,
    };
    format!("\n{field}\n  not signed in: {nobody}\n{}", table(rows))
}

/// Asks the same of all.
async fn asked_of_all(desk: &Desk, (field, query, at): Question, is_pushed: bool) -> String {
    let cell = async |by: Option<Actor>| {
        let variables = desk.variables().await;
        let answer = if is_pushed {
            desk.listen(by.as_ref(), query, variables).await
        } else {
            desk.ask(by.as_ref(), query, variables).await
        };
        Cell::of(&answer, at)
    };
    let mut rows = Vec::new();
    for role in Role::ALL {
        let everywhere = PLACES
            .iter()
            .map(|(_, unit)| cell(Some(newcomer(*role, *unit))));
        let cells = futures_util::future::join_all(everywhere).await;
        let places = PLACES.iter().map(|(_, unit)| unit);
        for (unit, cell) in places.zip(&cells) {
            let is_outside = OUTSIDE.contains(unit) && !FOR_ALL.contains(&field);
            assert!(
                !is_outside || *cell != Cell::Yes,
                "{field}, {role:?} of {unit}"
            );
        }
        rows.push((*role, cells));
    }
    row(&cell(None).await, &rows, field)
}

#[tokio::test]
async fn every_question_is_answered_to_those_who_may_ask_it_and_to_nobody_else() {
    let desk = Desk::new().await;
    let mut told = legend();
    for question in QUERIES {
        told += &asked_of_all(&desk, *question, false).await;
    }
    for question in SUBSCRIPTIONS {
        told += &asked_of_all(&desk, *question, true).await;
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn papers_sessions_and_erasure_are_for_those_who_may_and_for_nobody_else() {
    let desk = Desk::new().await;
    let mut told = legend();
    for (name, input) in PAPERS {
        let mut listed = desk.office.hazard_at(Status::Listed).await;
        let mut cell = async |by: Option<Actor>| {
            let (query, variables) = desk.paper(name, input, listed).await;
            let answer = desk.ask(by.as_ref(), &query, variables).await;
            let cell = Cell::of(&answer, "/done/entries/0");
            if cell == Cell::Yes {
                listed = desk.office.hazard_at(Status::Listed).await;
            }
            cell
        };
        let mut rows = Vec::new();
        for role in Role::ALL {
            let mut cells = Vec::new();
            for (_, unit) in PLACES {
                cells.push(cell(Some(newcomer(*role, *unit))).await);
            }
            rows.push((*role, cells));
        }
        told += &row(&cell(None).await, &rows, name);
    }
    for question in OTHERS {
        told += &asked_of_all(&desk, *question, false).await;
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn no_field_of_the_schema_is_left_untried() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let fields = "{ fields { name } }";
    let query = format!(
        "{{ acts {{ mutation }} __schema {{ queryType {fields} mutationType {fields} subscriptionType {fields} }} }}"
    );
    let told = client.ask(&clerk(), &query, json!({})).await;
    let names = |all: &Value, name: &str| -> BTreeSet<String> {
        let all = all.as_array().unwrap().iter();
        all.map(|one| one[name].as_str().unwrap().to_owned())
            .collect()
    };
    let of = |root: &str| names(&told["__schema"][root]["fields"], "name");
    let tried = |questions: &[Question]| -> BTreeSet<String> {
        questions
            .iter()
            .map(|(field, ..)| (*field).to_owned())
            .collect()
    };
    assert_eq!(of("queryType"), tried(QUERIES));
    assert_eq!(of("subscriptionType"), tried(SUBSCRIPTIONS));
    let mut mutations = names(&told["acts"], "mutation");
    mutations.extend(tried(OTHERS));
    mutations.extend(PAPERS.iter().map(|(name, _)| (*name).to_owned()));
    assert_eq!(of("mutationType"), mutations);
}
