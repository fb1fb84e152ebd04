//! Circulars through the API: what they count is computed, and publishing them acts on what they name.

use super::{Client, paper_step};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::circular::Figure;
use xiaohao_core::directory::{Directory, DirectoryParts};
use xiaohao_core::figures::Ratio;
use xiaohao_core::record::Entry;
use xiaohao_core::statistics::{Deadline, Rate, Scope, Snapshot, as_they_stood};
use xiaohao_core::values::{CircularId, HazardId, Name, TownshipCode};
use xiaohao_core::{Actor, Hazard, Status};
use xiaohao_ledger::{Pace, Record};
use xiaohao_tests::office::{self, Cabinet, Kind, Office};
use xiaohao_tests::*;

const CIRCULAR: &str = "circular { id version status document issuedBy issuedOn checkpoint content { title asOf ledgerPosition \
     opening new reopened struckOff deducted closing figures { name scope ratio { numerator denominator printed } } \
     items { hazardNumber kind text } } } entries { event } replayed userErrors { code field message }";

pub(super) async fn step(
    client: &Client,
    by: &Actor,
    name: &str,
    act: Value,
    input: Option<Value>,
) -> Value {
    let input = input.map(|input| ("CircularContentInput", input));
    paper_step(client, by, (name, CIRCULAR), act, input).await
}

pub(super) fn guard(office: &Office, id: CircularId, version: Option<u32>) -> Value {
    json!({ "paperId": id, "requestId": office.request().as_uuid(), "expectedVersion": version })
}

/// A circular of this month that names a hazard as struck off.
pub(super) async fn says(office: &Office, hazard: HazardId) -> Value {
    let number = office.hazard(hazard).await.number().unwrap().to_string();
    let today = office.today();
    json!({
        "title": "关于重大隐患整改情况的通报", "periodFrom": "2026-01-01", "periodTo": today, "asOf": today,
        "signatory": "签发戊", "recipients": ["各乡镇人民政府"], "copies": [], "sections": ["总体情况。"],
        "figures": [
            { "measure": "CLOSURE_RATE" },
            { "measure": "ON_TIME_RATE", "of": { "committee": unit(FIRE_COMMITTEE) } },
            { "measure": "CLOSURE_RATE", "of": { "township": "431123102" } },
        ],
        "items": [{ "hazard": { "id": hazard, "number": number }, "kind": "CLOSURE", "text": "已销号。" }],
    })
}

#[tokio::test]
async fn a_circular_prints_what_the_ledger_counts_and_archives_what_it_names() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = office.report_several(3).await;
        office.advance(&hazards, Status::Rectifying).await;
        office.advance(&hazards[..1], Status::Closed).await;
        let id = office.new_circular();
        let draft = guard(&office, id, None);
        let content = says(&office, hazards[0]).await;
        let drafted = step(
            &client,
            &clerk(),
            "draftCircular",
            draft.clone(),
            Some(content.clone()),
        )
        .await;
        assert_eq!(drafted["userErrors"], json!([]), "{drafted:#}");
        let told = &drafted["circular"]["content"];
        let stock =
            ["opening", "new", "struckOff", "deducted", "closing"].map(|term| told[term].clone());
        assert_eq!(stock, [json!(0), json!(3), json!(1), json!(0), json!(2)]);
        let printed = told["figures"].as_array().unwrap().iter();
        let printed: Vec<_> = printed
            .map(|own| {
                (
                    own["name"].as_str().unwrap(),
                    own["ratio"]["printed"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            printed,
            [
                ("销号率", "33.3%"),
                ("按期整改率", "100.0%"),
                ("销号率", "—")
            ]
        );
        let position = told["ledgerPosition"].as_u64().unwrap();
        assert_eq!(
            position,
            office.lines().await.len() as u64 - 1,
            "the draft came after what it counts"
        );

        // The figures have moved since, and yet the same request is the same.
        office.advance(&hazards[1..2], Status::Closed).await;
        let again = step(
            &client,
            &clerk(),
            "draftCircular",
            draft,
            Some(content.clone()),
        )
        .await;
        assert_eq!(
            (&again["replayed"], &again["circular"]),
            (&json!(true), &drafted["circular"])
        );
        let revise = guard(&office, id, Some(1));
        let content = says(&office, hazards[0]).await;
        let revised = step(&client, &clerk(), "reviseCircular", revise, Some(content)).await;
        assert_eq!(revised["circular"]["content"]["closing"], 1);

        let refused = step(
            &client,
            &clerk(),
            "publishCircular",
            guard(&office, id, Some(2)),
            None,
        )
        .await;
        let code = &refused["userErrors"][0]["code"];
        assert_eq!(code, "PAPER_ROLE", "the clerk does not sign");
        assert_eq!(refused["circular"], revised["circular"]);
        let published = step(
            &client,
            &approver(),
            "publishCircular",
            guard(&office, id, Some(2)),
            None,
        )
        .await;
        assert_eq!(
            published["circular"]["document"], "双安办通〔2026〕1号",
            "{published:#}"
        );
        let events: Vec<_> = published["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| &own["event"])
            .collect();
        assert_eq!(events, ["ISSUED", "CLOSURE_CIRCULATED"]);
        assert_eq!(office.hazard(hazards[0]).await.status(), Status::Circulated);
    }
}

#[tokio::test]
async fn a_circular_is_printed_with_the_first_checkpoint_over_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Closed).await;
        let id = office.new_circular();
        let (draft, content) = (guard(&office, id, None), says(&office, hazard).await);
        let drafted = step(&client, &clerk(), "draftCircular", draft, Some(content)).await;
        assert_eq!(drafted["circular"]["checkpoint"], json!(null));
        let publish = guard(&office, id, Some(1));
        let published = step(&client, &approver(), "publishCircular", publish, None).await;
        let checkpoint = &published["circular"]["checkpoint"];
        let lines = office.lines().await.len() as u64;
        assert_eq!(super::proofs::opened(checkpoint).size, lines);
        office.report().await;
        let later = client
            .ask(&clerk(), "{ latestCheckpoint }", json!({}))
            .await;
        assert_ne!(&later["latestCheckpoint"], checkpoint);
        let query = "query($id: ID!) { circular(id: $id) { checkpoint } }";
        let again = client.ask(&clerk(), query, json!({ "id": id })).await;
        assert_eq!(&again["circular"]["checkpoint"], checkpoint);
    }
}

#[tokio::test]
async fn circulars_are_listed_page_by_page_drafts_and_discarded_ones_among_them() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Closed).await;
        let id = office.new_circular();
        let content = says(&office, hazard).await;
        step(
            &client,
            &clerk(),
            "draftCircular",
            guard(&office, id, None),
            Some(content),
        )
        .await;

        let other = office.new_circular();
        let content = says(&office, hazard).await;
        step(
            &client,
            &clerk(),
            "draftCircular",
            guard(&office, other, None),
            Some(content),
        )
        .await;
        let why = Some(("ReasonInput", json!({ "reason": "并入下期。" })));
        let gone = paper_step(
            &client,
            &clerk(),
            ("discardCircular", CIRCULAR),
            guard(&office, other, Some(1)),
            why,
        )
        .await;
        assert_eq!(gone["circular"]["status"], "DISCARDED");
        let list = "query($after: String) { circulars(first: 1, after: $after) { nodes { id status } pageInfo { hasNextPage endCursor } totalCount } }";
        let first = client.ask(&clerk(), list, json!({})).await;
        let first = &first["circulars"];
        assert_eq!(
            (
                &first["nodes"][0]["id"],
                &first["pageInfo"]["hasNextPage"],
                &first["totalCount"]
            ),
            (&json!(other), &json!(true), &json!(2))
        );
        let rest = client
            .ask(
                &clerk(),
                list,
                json!({ "after": first["pageInfo"]["endCursor"] }),
            )
            .await;
        assert_eq!(
            rest["circulars"]["nodes"],
            json!([{ "id": id, "status": "DRAFT" }])
        );
        assert_eq!(rest["circulars"]["pageInfo"]["hasNextPage"], false);
        let hidden = client.ask(&public(), list, json!({})).await;
        assert_eq!(hidden["circulars"]["nodes"], json!([]));
    }
}

#[tokio::test]
async fn what_a_circular_cannot_count_is_told_by_its_field() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazard = office.hazard_at(Status::Closed).await;
    let id = office.new_circular();
    let mut content = says(&office, hazard).await;
    content["periodTo"] = json!("2025-12-31");
    let told = step(
        &client,
        &clerk(),
        "draftCircular",
        guard(&office, id, None),
        Some(content),
    )
    .await;
    assert_eq!(
        told["userErrors"][0]["code"], "CIRCULAR_PERIOD_WRONG",
        "{told:#}"
    );
    assert_eq!(told["userErrors"][0]["field"], json!(["input", "periodTo"]));
    // Of a day to come nothing can be counted, and a hazard that is not there cannot be named.
    let tomorrow = office.today().succ_opt().unwrap();
    for (at, value, code, field) in [
        (
            "/asOf",
            json!(tomorrow),
            "CIRCULAR_PERIOD_WRONG",
            json!(["input", "asOf"]),
        ),
        (
            "/items/0/hazard/number",
            json!("431123-2026-0999"),
            "ITEM_UNKNOWN",
            json!(["input", "items", "0"]),
        ),
        (
            "/items/0/hazard/id",
            json!(office.new_hazard()),
            "ITEM_UNKNOWN",
            json!(["input", "items", "0"]),
        ),
    ] {
        let mut content = says(&office, hazard).await;
        *content.pointer_mut(at).unwrap() = value;
        let act = guard(&office, id, None);
        let told = step(&client, &clerk(), "draftCircular", act, Some(content)).await;
        assert_eq!(told["userErrors"][0]["code"], code, "{at}: {told:#}");
        assert_eq!(told["userErrors"][0]["field"], field, "{at}: {told:#}");
    }
    let mut content = says(&office, hazard).await;
    content["title"] = json!("");
    content["items"][0]["hazard"]["number"] = json!("x");
    let told = step(
        &client,
        &clerk(),
        "draftCircular",
        guard(&office, id, None),
        Some(content),
    )
    .await;
    let fields = told["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["field"].to_string());
    let fields: Vec<_> = fields.collect();
    assert_eq!(
        fields,
        [
            r#"["input","title"]"#,
            r#"["input","items","0","hazard","number"]"#
        ]
    );
}

#[tokio::test]
async fn a_figure_of_nobody_in_the_directory_is_refused_by_its_field() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Closed).await;
        let id = office.new_circular();
        let well = says(&office, hazard).await;
        let mut content = well.clone();
        let nobody = Uuid::from_u128(7);
        content["figures"][0]["of"] = json!({ "leadUnit": nobody });
        content["figures"][1]["of"] = json!({ "committee": nobody });
        content["figures"][2]["of"] = json!({ "township": "431123999" });
        let told = |came: &Value| {
            let errors = came["userErrors"].as_array().unwrap().iter();
            let told = errors.map(|one| json!([one["code"], one["field"]]));
            Value::Array(told.collect())
        };
        let unknown = json!([
            [
                "LEAD_UNIT_UNKNOWN",
                ["input", "figures", "0", "of", "leadUnit"]
            ],
            [
                "COMMITTEE_UNKNOWN",
                ["input", "figures", "1", "of", "committee"]
            ],
            [
                "PLACE_OUTSIDE_COUNTY",
                ["input", "figures", "2", "of", "township"]
            ],
        ]);
        let draft = async |by: Actor, version, content: &Value| {
            let (act, name) = match version {
                None => (guard(&office, id, None), "draftCircular"),
                Some(_) => (guard(&office, id, version), "reviseCircular"),
            };
            step(&client, &by, name, act, Some(content.clone())).await
        };
        let refused = draft(clerk(), None, &content).await;
        assert_eq!(told(&refused), unknown, "{kind:?}: {refused:#}");
        let refused = draft(auditor(), None, &content).await;
        assert_eq!(told(&refused), json!([["PAPER_ROLE", null]]), "{kind:?}");
        let drafted = draft(clerk(), None, &well).await;
        assert_eq!(told(&drafted), json!([]), "{kind:?}: {drafted:#}");
        let revised = draft(clerk(), Some(1), &content).await;
        assert_eq!(told(&revised), unknown, "{kind:?}: {revised:#}");
        assert_eq!(revised["circular"], drafted["circular"], "{kind:?}");
    }
}

const MEMBERS: &str = "query($id: ID!) { circular(id: $id) { content { asOf ledgerPosition figures { name scope \
     ratio { numerator denominator } members { counted of } } } } }";

/// What the figures of a circular list, each with what it is called.
async fn listed(client: &Client, by: &Actor, id: CircularId) -> Vec<Value> {
    let told = client.ask(by, MEMBERS, json!({ "id": id })).await;
    let figures = &told["circular"]["content"]["figures"];
    figures.as_array().unwrap().clone()
}

/// The county as its histories say that it stood, as far as they were known.
async fn stood(office: &Office, known: u64, on: NaiveDate) -> Vec<Hazard> {
    let mut histories: BTreeMap<HazardId, Vec<Entry>> = BTreeMap::new();
    for line in office.lines().await {
        if let (true, Record::Hazard(entry)) = (line.position.get() <= known, line.record) {
            histories.entry(entry.hazard).or_default().push(*entry);
        }
    }
    let histories: Vec<&[Entry]> = histories.values().map(Vec::as_slice).collect();
    as_they_stood(&histories, on).unwrap()
}

#[tokio::test]
async fn every_figure_of_a_circular_lists_what_it_counted_whatever_is_done_since() {
    type Counts = fn(&Snapshot<'_>) -> Rate;
    let measures: [(&str, Counts); 9] = [
        ("CLOSURE_RATE", |day| day.closure_rate()),
        ("REPORTED_COMPLETION_RATE", |day| {
            day.reported_completion_rate()
        }),
        ("ON_TIME_RATE", |day| day.on_time_rate(Deadline::Effective)),
        ("ON_TIME_RATE_ORIGINALLY", |day| {
            day.on_time_rate(Deadline::Original)
        }),
        ("FIRST_ROUND_PASS_RATE", |day| day.first_round_pass_rate()),
        ("EXTENSION_RATE", |day| day.extension_rate()),
        ("REBOUND_RATE", |day| day.rebound_rate()),
        ("FIVE_ELEMENTS_RATE", |day| day.five_elements_rate()),
        ("OVERDUE_SHARE", |day| day.overdue_share()),
    ];
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = office.report_several(5).await;
        office.advance(&hazards[..4], Status::Rectifying).await;
        office.advance(&hazards[..2], Status::Closed).await;
        office
            .advance(&hazards[2..3], Status::AwaitingVerification)
            .await;
        let first = office.hazard(hazards[0]).await;
        let (lead, township) = (
            first.entry().unwrap().listing.lead_unit,
            first.file().report.township,
        );
        let scopes = [
            (Scope::County, Value::Null),
            (
                Scope::Committee(unit(FIRE_COMMITTEE)),
                json!({ "committee": unit(FIRE_COMMITTEE) }),
            ),
            (Scope::LeadUnit(lead), json!({ "leadUnit": lead })),
            (Scope::Township(township), json!({ "township": township })),
        ];
        let mut content = says(&office, hazards[0]).await;
        let mut asked = Vec::new();
        for (_, of) in &scopes {
            for (measure, _) in measures {
                asked.push(json!({ "measure": measure, "of": of }));
            }
        }
        let mut costs = async |figures: &[Value]| {
            let id = office.new_circular();
            content["figures"] = json!(figures);
            let (draft, says) = (guard(&office, id, None), Some(content.clone()));
            let drafted = step(&client, &clerk(), "draftCircular", draft, says).await;
            assert_eq!(drafted["userErrors"], json!([]), "{drafted:#}");
            let before = office.cabinet.statements();
            let listed = listed(&client, &clerk(), id).await;
            (id, listed, office.cabinet.statements() - before)
        };
        let (_, one, of_one) = costs(&asked[..1]).await;
        let (id, told, of_all) = costs(&asked).await;
        assert_eq!(of_one, of_all, "{kind:?}: one replay is for all of them");
        assert_eq!(one[0]["members"], told[0]["members"]);
        let own = &told[0]["members"];
        assert_eq!(own["counted"], json!(hazards[..2]), "{kind:?}");
        assert_eq!(own["of"], json!(hazards[..4]), "{kind:?}");

        let publish = guard(&office, id, Some(1));
        step(&client, &approver(), "publishCircular", publish, None).await;
        office.advance(&hazards[2..4], Status::Closed).await;
        office.advance(&hazards[4..], Status::Listed).await;
        // A circular says the same to whoever reads it.
        for viewer in [clerk(), factory(), stranger()] {
            let again = listed(&client, &viewer, id).await;
            assert_eq!(again, told, "{kind:?}, {:?}", viewer.role);
        }
        let counted = client.ask(&clerk(), MEMBERS, json!({ "id": id })).await;
        let counted = &counted["circular"]["content"];
        let known = counted["ledgerPosition"].as_u64().unwrap();
        let hazards = stood(&office, known, office.today()).await;
        let day = Snapshot::new(&hazards, office.today());
        let rates = scopes
            .iter()
            .flat_map(|(scope, _)| measures.map(|(_, rate)| rate(&day.within(*scope))));
        let rates: Vec<Rate> = rates.collect();
        assert_eq!(rates.len(), told.len());
        for (figure, rate) in told.iter().zip(rates) {
            let members = json!({ "counted": rate.counted(), "of": rate.of() });
            assert_eq!(figure["members"], members, "{kind:?}: {figure:#}");
            for (term, list) in [("numerator", "counted"), ("denominator", "of")] {
                let ids = figure["members"][list].as_array().unwrap();
                assert_eq!(figure["ratio"][term], ids.len(), "{kind:?}: {figure:#}");
            }
        }
    }
}

#[tokio::test]
async fn a_figure_that_cannot_be_made_again_lists_nothing() {
    let county = sample::but(county(), |county| {
        let mut parts: DirectoryParts = (*county.directory).clone().into();
        for own in &mut parts.units {
            if own.id == unit(WULIPAI) {
                own.name = Name::new("泷泊镇").unwrap();
            }
        }
        county.directory = Directory::new(parts).unwrap().into();
    });
    let cabinet = Cabinet::new(Kind::Memory).await;
    let office = Office::open(cabinet, county, Pace::default()).await;
    let client = Client::of(&office);
    for township in ["431123100", "431123102"] {
        let says = sample::but(sample::report(), |says| {
            says.township = TownshipCode::parse(township).unwrap();
        });
        let reported = office.do_now(&office.reporting(&clerk(), says)).await;
        let hazards = [office::subject(&reported)];
        office.advance(&hazards, Status::Listed).await;
    }
    let known = office.lines().await.len() as u64;
    let figure = |name: &str, scope: &str, denominator| Figure {
        name: sample::line(name),
        scope: sample::line(scope),
        ratio: Ratio {
            numerator: 0,
            denominator,
        },
    };
    let figures = vec![
        figure("销号率", "全县", 2),
        figure("销号率", "全县", 3),
        figure("上报率", "全县", 2),
        figure("销号率", "没有的单位", 2),
        // Two are called so: each has one hazard, of which neither is due.
        figure("销号率", "泷泊镇", 1),
        figure("按期整改率", "泷泊镇", 0),
    ];
    for (known, expected) in [(Some(known), true), (None, false)] {
        let circular = sample::but(office.circular(&[]).await, |says| {
            says.figures.clone_from(&figures);
            says.ledger_position = known;
        });
        office.draft(&circular).await;
        let told = listed(&client, &clerk(), circular.id).await;
        let is_told: Vec<bool> = told.iter().map(|own| !own["members"].is_null()).collect();
        let all = [expected, false, false, false, false, expected];
        assert_eq!(is_told, all, "{told:#?}");
    }
}
