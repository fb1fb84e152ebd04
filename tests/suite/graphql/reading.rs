//! What is read through the API: one hazard, lists, whether one is closed.

use super::{Client, error_code};
use serde_json::{Value, json};
use xiaohao_core::acts::LookBackResult;
use xiaohao_core::values::ReopenReason;
use xiaohao_core::{Context, Known, Status, actions};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[tokio::test]
async fn a_hazard_is_found_by_its_id_and_its_numbers_by_whoever_may_see_it() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Rectifying).await;
    let query = "query($by: HazardKey!) { hazard(by: $by) { id number clue status stage title description \
                 deadline { dueOn isOverdue daysOverdue } ledger { seq event occurredOn actor { role } } } }";
    let by_id = client
        .ask(&clerk(), query, json!({ "by": { "id": id } }))
        .await;
    let hazard = &by_id["hazard"];
    assert_eq!(hazard["stage"], "TRACKED");
    assert_eq!(hazard["ledger"].as_array().unwrap().len(), 5);
    assert_eq!(hazard["ledger"][4]["event"], "PLAN_FILED");
    for by in ["number", "clue"] {
        let key = json!({ "by": { by: hazard[by] } });
        assert_eq!(client.ask(&clerk(), query, key.clone()).await, by_id);
        let stranger = client.ask(&stranger(), query, key).await;
        assert_eq!(stranger, json!({ "hazard": null }));
    }
    let answer = client
        .answer(
            &clerk(),
            query,
            json!({ "by": { "number": "431123-26-1" } }),
        )
        .await;
    assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
}

#[tokio::test]
async fn what_is_shown_as_allowed_is_what_the_guard_says() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    for status in [Status::Reported, Status::Rectifying, Status::Verified] {
        let id = office.hazard_at(status).await;
        let hazard = office.hazard(id).await;
        for viewer in everybody() {
            let query = "query($by: HazardKey!) { hazard(by: $by) { actions { label allowed refusals { code } } } }";
            let told = client
                .ask(&viewer, query, json!({ "by": { "id": id } }))
                .await;
            if told["hazard"].is_null() {
                continue;
            }
            let guard = Context {
                county: &office.county,
                actor: &viewer,
                link: None,
                occurred_on: office.today(),
                now: office.now(),
                expected_version: Some(hazard.version()),
                known: &Known::default(),
            };
            let expected: Vec<_> = actions(&hazard, &guard)
                .iter()
                .map(|action| {
                    let codes = action.refusals.iter();
                    let codes: Vec<_> = codes.map(|one| json!({ "code": one.code() })).collect();
                    json!({ "label": action.act.name(), "allowed": action.allowed(), "refusals": codes })
                })
                .collect();
            assert_eq!(told["hazard"]["actions"], json!(expected), "{viewer:?}");
        }
    }
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_and_counted_when_asked() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let ids = office.report_several(5).await;
    let query = "query($first: Int, $after: String) { hazards(first: $first, after: $after, orderBy: OLDEST) { \
                 totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";
    let mut seen = Vec::new();
    let mut after = json!(null);
    loop {
        let page = client
            .ask(&clerk(), query, json!({ "first": 2, "after": after }))
            .await;
        let page = &page["hazards"];
        assert_eq!(page["totalCount"], 5);
        seen.extend(
            page["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["id"].clone()),
        );
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen, ids.iter().map(|id| json!(id)).collect::<Vec<_>>());
    for (first, after, code) in [
        (json!(0), json!(null), "BAD_USER_INPUT"),
        (json!(101), json!(null), "BAD_USER_INPUT"),
        (json!(2), json!("x"), "CURSOR_UNKNOWN"),
    ] {
        let answer = client
            .answer(&clerk(), query, json!({ "first": first, "after": after }))
            .await;
        assert_eq!(error_code(&answer), code, "{answer:#}");
    }
}

#[tokio::test]
async fn a_cursor_is_of_use_in_the_order_in_which_it_was_given_and_in_no_other() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    office.report_several(2).await;
    let orders = "{ __type(name: \"HazardOrder\") { enumValues { name } } }";
    let told = client.ask(&clerk(), orders, json!({})).await;
    let orders = told["__type"]["enumValues"].as_array().unwrap();
    assert_eq!(orders.len(), 6);
    let query = "query($order: HazardOrder!, $first: Int, $after: String, $last: Int, $before: String) { \
                 hazards(orderBy: $order, first: $first, after: $after, last: $last, before: $before) { \
                 nodes { id } pageInfo { endCursor } } }";
    for own in orders {
        let first = json!({ "order": own["name"], "first": 1 });
        let page = client.ask(&clerk(), query, first).await;
        let cursor = page["hazards"]["pageInfo"]["endCursor"].as_str().unwrap();
        // As former versions gave it, for both directions.
        let former = cursor.replace(['U', 'D'], "");
        assert_ne!(former, cursor);
        for order in orders.iter().map(|order| &order["name"]) {
            for (from, is_taken) in [(cursor, *order == own["name"]), (&former, false)] {
                for ask in [
                    json!({ "order": order, "first": 1, "after": from }),
                    json!({ "order": order, "last": 1, "before": from }),
                ] {
                    let answer = client.answer(&clerk(), query, ask).await;
                    if is_taken {
                        assert_eq!(answer.get("errors"), None, "{own} {answer:#}");
                    } else {
                        assert_eq!(error_code(&answer), "CURSOR_UNKNOWN", "{own} {order}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn filters_narrow_a_list() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let listed = office.hazard_at(Status::Listed).await;
    office.report().await;
    let count = async |filter: serde_json::Value| {
        let query =
            "query($filter: HazardFilter) { hazards(filter: $filter) { totalCount nodes { id } } }";
        let told = client
            .ask(&clerk(), query, json!({ "filter": filter }))
            .await;
        told["hazards"]["totalCount"].as_u64().unwrap()
    };
    assert_eq!(count(json!({})).await, 2);
    assert_eq!(count(json!({ "stages": ["LISTED"] })).await, 1);
    assert_eq!(count(json!({ "statuses": ["REPORTED"] })).await, 1);
    let both = |stage: &str| json!({ "stages": [stage], "statuses": ["LISTED"] });
    assert_eq!(count(both("LISTED")).await, 1);
    assert_eq!(count(both("CLOSED")).await, 0);
    assert_eq!(
        count(json!({ "stages": ["LISTED"], "text": "除尘" })).await,
        1
    );
    assert_eq!(count(json!({ "text": "没有这样的词" })).await, 0);
    assert_eq!(
        count(json!({ "committees": [unit(FIRE_COMMITTEE)] })).await,
        1
    );
    assert_eq!(count(json!({ "overdue": true })).await, 0);
    assert_eq!(count(json!({ "supervised": { "any": false } })).await, 2);
    let listed = office.hazard(listed).await;
    let number = listed.number().unwrap().to_string();
    assert_eq!(count(json!({ "text": number })).await, 1);
}

#[tokio::test]
async fn whether_a_hazard_is_closed_is_told_by_its_number() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Verified).await;
    let number = office.hazard(id).await.number().unwrap().to_string();
    let query = "query($number: String!) { closureStatus(number: $number) { number isClosed closedOn isCirculated circularDocument cycle stage } }";
    let told = client
        .ask(&clerk(), query, json!({ "number": number }))
        .await;
    assert_eq!(told["closureStatus"]["isClosed"], false);
    office.advance(&[id], Status::Closed).await;
    let told = client
        .ask(&clerk(), query, json!({ "number": number }))
        .await;
    assert_eq!(told["closureStatus"]["isClosed"], true);
    assert_eq!(told["closureStatus"]["closedOn"], json!(office.today()));
    let closed_on = office.today();
    assert_eq!(told["closureStatus"]["circularDocument"], json!(null));
    assert_eq!(told["closureStatus"]["cycle"], 1);
    office.pass_days(1);
    office.circulate(&[id]).await;
    let circulated = office.hazard(id).await;
    let document = circulated.circulation().unwrap().item.document.to_string();
    let told = client
        .ask(&clerk(), query, json!({ "number": number }))
        .await;
    assert_eq!(told["closureStatus"]["circularDocument"], json!(document));
    let before = query.replace("(number: $number)", "(number: $number, asOf: $asOf)");
    let before = before.replace("($number: String!)", "($number: String!, $asOf: AsOf)");
    let as_of = json!({ "number": number, "asOf": { "validOn": closed_on } });
    let told = client.ask(&clerk(), &before, as_of).await;
    assert_eq!(told["closureStatus"]["isClosed"], true);
    assert_eq!(told["closureStatus"]["circularDocument"], json!(null));
    let none = client
        .ask(&clerk(), query, json!({ "number": "431123-2026-0999" }))
        .await;
    assert_eq!(none["closureStatus"], json!(null));
}

#[tokio::test]
async fn that_a_closed_hazard_has_come_back_is_told_until_it_is_listed_again() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Circulated).await;
    let number = office.hazard(id).await.number().unwrap().to_string();
    let query =
        "query($number: String!) { closureStatus(number: $number) { isClosed cameBackOn cycle } }";
    let told = async || {
        client
            .ask(&clerk(), query, json!({ "number": number }))
            .await
    };
    let status = |closed, on, cycle| json!({ "closureStatus": { "isClosed": closed, "cameBackOn": on, "cycle": cycle } });
    assert_eq!(told().await, status(true, json!(null), 1));
    office.pass_days(1);
    let found = sample::look_back(LookBackResult::CameBack);
    office.act(&town_inspector(), id, found).await;
    assert_eq!(told().await, status(true, json!(office.today()), 1));
    office
        .act(&clerk(), id, sample::reopen(ReopenReason::Rebound))
        .await;
    assert_eq!(told().await, status(false, json!(null), 2));
}

#[tokio::test]
async fn a_list_of_nothing_in_a_filter_asks_for_nothing() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        office.report_several(2).await;
        let lists = "{ __type(name: \"HazardFilter\") { inputFields { name type { kind } } } }";
        let told = client.ask(&clerk(), lists, json!({})).await;
        let fields = told["__type"]["inputFields"].as_array().unwrap().iter();
        let lists = fields.filter(|field| field["type"]["kind"] == "LIST");
        let names: Vec<_> = lists.map(|field| field["name"].as_str().unwrap()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            let query = format!("{{ hazards(filter: {{ {name}: [] }}) {{ totalCount }} }}");
            let told = client.ask(&clerk(), &query, json!({})).await;
            assert_eq!(told["hazards"]["totalCount"], 2, "{name}");
        }
        let query = "{ all: units { id } named: units(kinds: []) { id } }";
        let told = client.ask(&clerk(), query, json!({})).await;
        assert_eq!(told["named"], told["all"]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_value_is_told_with_the_way_to_it() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let days = json!({ "found": { "from": "2026-01-01" }, "due": { "to": "31.12.2026" } });
    let several = json!({ "closed": { "to": "x" }, "due": { "to": "31.12.2026" } });
    let backwards = json!({ "due": { "from": "2026-02-01", "to": "2026-01-01" } });
    let by_variable = "query($of: HazardFilter) { hazards(filter: $of) { totalCount } }";
    let nothing = || json!({});
    for (query, variables, field) in [
        (by_variable, json!({ "of": days }), "filter.due.to"),
        (by_variable, json!({ "of": several }), "filter.closed.to"),
        (by_variable, json!({ "of": backwards }), "filter.due"),
        (
            "{ of: hazards(filter: { found: { from: \"1.1.2026\" }, text: \"1.1.2026\" }) { totalCount } }",
            nothing(),
            "filter.found.from",
        ),
        (
            "{ ...of } fragment of on Query { ledgerEntries(after: -1, first: 1) { readTo } }",
            nothing(),
            "after",
        ),
        (
            "{ hazards(asOf: { position: -1 }) { totalCount } }",
            nothing(),
            "asOf.position",
        ),
        (
            "{ hazards(asOf: { validOn: \"2099-01-01\" }) { totalCount } }",
            nothing(),
            "asOf",
        ),
        (
            "query($at: DateTime!) { hazards(asOf: { knownAt: $at }) { totalCount } }",
            json!({ "at": "2026-11-20" }),
            "asOf.knownAt",
        ),
        (
            "{ closureStatus(number: \"1\") { number } }",
            nothing(),
            "number",
        ),
        (
            "{ hazard(by: { number: \"1\" }) { number } }",
            nothing(),
            "by.number",
        ),
        ("{ node(id: \"zz\") { id } }", nothing(), "id"),
        (
            "query($id: ID!) { nodes(ids: [$id, \"zz\"]) { id } }",
            json!({ "id": inspector().person }),
            "ids.1",
        ),
        (
            by_variable,
            json!({ "of": { "text": "煤".repeat(101) } }),
            "filter.text",
        ),
        (
            by_variable,
            json!({ "of": { "text": "煤 ".repeat(9) } }),
            "filter.text",
        ),
        (
            "{ closureStatistics { stock(from: \"2026\") { balances } } }",
            nothing(),
            "from",
        ),
        (
            "{ hazards(asOf: { validOn: \"-0001-01-01\" }) { totalCount } }",
            nothing(),
            "asOf.validOn",
        ),
        (
            by_variable,
            json!({ "of": { "due": { "to": "+10000-01-01" } } }),
            "filter.due.to",
        ),
        (
            "mutation($act: ActInput!, $input: PlanInput!) { filePlan(act: $act, input: $input) { replayed } }",
            json!({
                "act": {
                    "hazardId": inspector().person, "expectedVersion": 1, "requestId": inspector().person,
                    "occurredOn": "2026-04-01",
                },
                "input": {
                    "measures": [], "funds": { "planned": 18.6, "source": "自筹" },
                },
            }),
            "input.funds.planned",
        ),
    ] {
        let answer = client.answer(&clerk(), query, variables).await;
        assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{query} {answer:#}");
        let told = &answer["errors"][0];
        let way: Vec<&str> = field.split('.').collect();
        assert_eq!(told["extensions"]["field"], json!(way), "{answer:#}");
        let message = told["message"].as_str().unwrap();
        assert!(message.starts_with(field), "{message}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_query_has_a_code() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    for (query, expected) in [
        ("{ hazards { nodes { colour } } }", "QUERY_INVALID"),
        (
            "{ hazards(orderBy: SIDEWAYS) { totalCount } }",
            "QUERY_INVALID",
        ),
        (
            "{ hazards(filter: { due: { from: \"20.11.2026\" } }) { totalCount } }",
            "BAD_USER_INPUT",
        ),
        (
            "query($d: Date) { hazards(filter: { due: { from: $d } }) { totalCount } }",
            "BAD_USER_INPUT",
        ),
        (
            "{ hazards(filter: { committees: [\"x\"] }) { totalCount } }",
            "BAD_USER_INPUT",
        ),
        (
            "{ hazards(first: 1, last: 1) { totalCount } }",
            "BAD_USER_INPUT",
        ),
        (
            "{ hazard(by: { id: \"x\", number: \"y\" }) { id } }",
            "QUERY_INVALID",
        ),
        ("{", "QUERY_MALFORMED"),
    ] {
        let answer = client
            .answer(&clerk(), query, json!({ "d": "2026-13-01" }))
            .await;
        assert_eq!(error_code(&answer), expected, "{query}: {answer:#}");
    }
}

#[tokio::test]
async fn the_ledger_is_read_on_from_where_one_stopped_by_each_for_what_he_may_see() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    office.hazard_at(Status::Rectifying).await;
    office.hazard_at(Status::Listed).await;
    let query = "query($after: Int!) { ledgerEntries(after: $after, first: 3) { readTo mayHaveMore \
                 entries { position event body } } }";
    for (viewer, sees) in [(clerk(), 7), (public(), 0)] {
        let (mut seen, mut after) = (Vec::new(), json!(0));
        loop {
            let told = client.ask(&viewer, query, json!({ "after": after })).await;
            let page = &told["ledgerEntries"];
            seen.extend(page["entries"].as_array().unwrap().clone());
            after = page["readTo"].clone();
            if page["mayHaveMore"] == false {
                break;
            }
        }
        assert_eq!((seen.len(), after), (sees, json!(7)), "{viewer:?}");
        for (place, entry) in seen.iter().enumerate() {
            assert_eq!(entry["position"], json!(place + 1));
            let body: serde_json::Value =
                serde_json::from_str(entry["body"].as_str().unwrap()).unwrap();
            assert_eq!(
                body["format"],
                xiaohao_core::record::EVENT_FORMAT,
                "{body:#}"
            );
        }
    }
    let most = "{ ledgerEntries(after: 0, first: 501) { readTo } }";
    let answer = client.answer(&clerk(), most, json!({})).await;
    assert_eq!(error_code(&answer), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_line_tells_the_hazard_as_it_left_it() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let id = office.hazard_at(Status::Circulated).await;
        let query = "{ ledgerEntries(after: 0, first: 50) { entries { seq subjectKind hazard { id version status } } } }";
        let told = client.ask(&clerk(), query, json!({})).await;
        let entries = told["ledgerEntries"]["entries"].as_array().unwrap();
        let of_hazard = entries.iter().filter(|own| own["subjectKind"] == "HAZARD");
        let statuses = of_hazard.map(|own| {
            assert_eq!(
                (&own["hazard"]["id"], &own["hazard"]["version"]),
                (&json!(id), &own["seq"])
            );
            own["hazard"]["status"].as_str().unwrap()
        });
        let statuses: Vec<_> = statuses.collect();
        assert_eq!(
            statuses[..4],
            ["REPORTED", "LISTED", "ASSIGNED", "ACKNOWLEDGED"],
            "{kind:?}"
        );
        assert_eq!(statuses.last(), Some(&"CIRCULATED"));
        let mut papers = entries.iter().filter(|own| own["subjectKind"] != "HAZARD");
        assert!(papers.all(|own| own["hazard"].is_null()));
    }
}

#[tokio::test]
async fn a_list_shows_of_each_hazard_what_was_done_last() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = office.report_several(3).await;
        office.advance(&hazards[..2], Status::Rectifying).await;
        let query = "{ hazards { nodes { latest(first: 2) { seq event position actor { role } } \
                     ledger { seq event position actor { role } } } } }";
        let told = client.ask(&clerk(), query, json!({})).await;
        let mut lengths = Vec::new();
        for hazard in told["hazards"]["nodes"].as_array().unwrap() {
            let ledger = hazard["ledger"].as_array().unwrap();
            let last: Vec<_> = ledger.iter().rev().take(2).cloned().collect();
            assert_eq!(hazard["latest"], json!(last), "{kind:?}");
            lengths.push(last.len());
        }
        assert_eq!(lengths, [1, 2, 2], "{kind:?}");
        // Of what it was, the last that was known then.
        let past = "query($by: HazardKey!, $at: DateTime) { hazard(by: $by, asOf: { knownAt: $at }) { \
                    latest { seq } ledger { seq recordedAt } } }";
        let by = json!({ "id": hazards[0] });
        let whole = client.ask(&clerk(), past, json!({ "by": by })).await;
        let at = &whole["hazard"]["ledger"][1]["recordedAt"];
        let then = client
            .ask(&clerk(), past, json!({ "by": by, "at": at }))
            .await;
        let shown = then["hazard"]["ledger"].as_array().unwrap();
        let newest: Vec<_> = shown
            .iter()
            .rev()
            .map(|line| json!({ "seq": line["seq"] }))
            .collect();
        assert_eq!(
            then["hazard"]["latest"],
            json!(newest[..5.min(newest.len())])
        );
        for first in [0, 21, -1] {
            let query = format!("{{ hazards {{ nodes {{ latest(first: {first}) {{ seq }} }} }} }}");
            let answer = client.answer(&clerk(), &query, json!({})).await;
            assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer}");
        }
    }
}

/// On several threads, as the server has them: what loads for a page must not run off while others still ask.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_of_whole_hazards_takes_as_many_statements_whatever_its_length() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = office.report_several(70).await;
        office.advance(&hazards, Status::Listed).await;
        let whole = "query($first: Int) { hazards(first: $first) { nodes { description category \
                     actions { allowed } latest { event } ledger { event } state { __typename } deadline { explanation } \
                     orders { isInForce } supervision { level } duties { dueOn } } } }";
        let listed =
            "query($first: Int) { hazards(first: $first) { nodes { id latest { event } } } }";
        for (query, expected) in [(whole, 3), (listed, 2)] {
            let mut statements = Vec::new();
            for first in [1, 9, 70] {
                let before = office.cabinet.statements();
                client.ask(&clerk(), query, json!({ "first": first })).await;
                statements.push(office.cabinet.statements() - before);
            }
            assert_eq!(statements, [expected; 3], "{kind:?}: {query}");
        }
    }
}

#[tokio::test]
async fn a_unit_that_only_signed_for_an_order_sees_nothing_more_once_another_has_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Listed).await;
        let order = but(sample::assign(), |says| {
            says.terms.parties.responsible = sample::holder(MARKET);
        });
        let due_on = order.terms.due_on;
        office.act(&approver(), hazard, order).await;
        let receipt = sample::acknowledge(office.today());
        office.act(&market(), hazard, receipt).await;
        let seen = async || {
            let query = "query($id: ID!) { hazard(by: { id: $id }) { status } }";
            let told = client.ask(&market(), query, json!({ "id": hazard })).await;
            told["hazard"]["status"].clone()
        };
        assert_eq!(seen().await, "ACKNOWLEDGED", "{kind:?}");
        let back = but(sample::reassign(due_on), |says| {
            says.terms.parties.responsible = sample::holder(FACTORY);
        });
        office.act(&approver(), hazard, back).await;
        assert_eq!(seen().await, Value::Null, "{kind:?}");
    }
}
