//! Requests that are right, before they are spoiled: acts that would be done, and questions that would be answered.

use crate::graphql::acts::{fitting, guard, says};
use serde_json::{Value, json};
use xiaohao_core::{Act, Actor};
use xiaohao_tests::clerk;
use xiaohao_tests::office::Office;

/// A request, and who sends it.
pub(super) struct Right {
    pub(super) by: Actor,
    pub(super) query: String,
    pub(super) variables: Value,
    /// Whether it brings a hazard of its own, and so can be done again and again.
    pub(super) is_report: bool,
}

/// The acts of the main path and some beside it.
const ACTS: &[(Act, &str)] = &[
    (Act::Report, "reportHazard"),
    (Act::List, "listHazard"),
    (Act::Assign, "assignHazard"),
    (Act::Acknowledge, "acknowledgeOrder"),
    (Act::FilePlan, "filePlan"),
    (Act::RecordProgress, "recordProgress"),
    (Act::Supervise, "superviseHazard"),
    (Act::RequestExtension, "requestExtension"),
    (Act::ApplyVerification, "applyVerification"),
    (Act::PassVerification, "passVerification"),
    (Act::StrikeOff, "strikeOffHazard"),
    (Act::LookBack, "lookBack"),
    (Act::AddNote, "addNote"),
];

/// All of them, on an office that is brought to where each act is next.
pub(super) async fn corpus(office: &Office) -> Vec<Right> {
    let mut corpus: Vec<Right> = QUESTIONS.iter().map(|query| question(query)).collect();
    for (act, mutation) in ACTS {
        let sent = fitting(office, *act).await;
        let (_, input) = says(&sent);
        let query = format!(
            "mutation Do($act: ActInput!, $input: {}!) {{ done: {mutation}(act: $act, input: $input) \
             {{ hazard {{ id version status }} entry {{ position }} replayed userErrors {{ code field message }} }} }}",
            input_of(mutation)
        );
        corpus.push(Right {
            variables: json!({ "act": guard(&sent), "input": input }),
            by: sent.actor,
            query,
            is_report: *act == Act::Report,
        });
    }
    corpus.push(several(office));
    corpus
}

/// Two acts on one hazard that are sent at once.
fn several(office: &Office) -> Right {
    let sent = office.report_anew();
    let note =
        json!({ "act": guard(&sent), "input": { "addNote": { "text": "现场已拉警戒线。" } } });
    let report = json!({ "act": guard(&sent), "input": { "reportHazard": says(&sent).1 } });
    Right {
        variables: json!({ "acts": [report, note] }),
        by: sent.actor,
        query: "mutation Do($acts: [SubmittedActInput!]!) { done: submitActs(acts: $acts) { mutation blockedBy \
                error { code } payload { hazard { id version } entry { position } userErrors { code field message } } } }"
            .to_owned(),
        is_report: true,
    }
}

/// The type of what a mutation takes.
fn input_of(mutation: &str) -> String {
    let sdl = xiaohao_graphql::sdl();
    let (_, rest) = sdl.split_once(&format!("\n  {mutation}(")).unwrap();
    let (_, rest) = rest.split_once("\n    input: ").unwrap();
    rest.split_once('!').unwrap().0.to_owned()
}

fn question(query: &str) -> Right {
    Right {
        by: clerk(),
        query: query.to_owned(),
        variables: json!({
            "first": 5,
            "after": null,
            "filter": { "statuses": ["REPORTED", "LISTED"], "overdue": false, "reported": { "from": "2026-01-01" } },
            "order": "DUE_FIRST",
            "id": "00000000-0000-0000-0000-0000000033e8",
            "limit": "EXT_APPLY",
            "anchors": [{ "anchor": "DEADLINE", "on": "2026-09-30" }],
            "code": "91110000600037341L",
            "number": "431123-2026-0001",
        }),
        is_report: false,
    }
}

const QUESTIONS: &[&str] = &[
    "query($first: Int, $after: String, $filter: HazardFilter, $order: HazardOrder) { hazards(filter: $filter, \
     orderBy: $order, first: $first, after: $after) { edges { cursor } nodes { id number title deadline { dueOn isOverdue } \
     ledger { event occurredOn body } } pageInfo { endCursor hasNextPage } totalCount } }",
    "query($id: ID!) { hazard(by: { id: $id }) { number state: status stage actions { mutation allowed \
     refusals { code message } } } }",
    "query($number: String!) { hazard(by: { number: $number }) { id } closureStatus(number: $number) { isClosed } }",
    "query($first: Int!) { ledgerEntries(after: 0, first: $first) { entries { position body actor { role } } readTo } }",
    "query($limit: TimeLimit!, $anchors: [AnchorDate!]!) { timeLimitWindow(limit: $limit, anchors: $anchors) \
     { opens { on } closes { on explanation } problem } }",
    "query($code: String!) { creditCode(code: $code) { code problem } viewer { role posts { role } } }",
    "query($id: ID!) { order(id: $id) { id } committees { name goals { text } } units(kinds: [TOWNSHIP]) { id name } }",
    "{ closureStatistics { on total { __typename } } acts { act no from to } __type(name: \"Hazard\") { fields { name } } }",
];
