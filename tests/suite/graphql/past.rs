//! Looking back: what was answered of a day is answered again for ever, whatever comes later.

use super::{Client, error_code};
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_core::acts::LookBackResult;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// Everything that is told of hazards, with where `asOf` goes.
fn everything(as_of: &str) -> String {
    let figures = "ever deducted valid closed open overdue overdueOriginally inState(status: RECTIFYING) \
         closureRate { numerator denominator printed } reportedCompletionRate { printed } onTimeRate { printed } \
         onTimeRateOriginally { printed } byStatus { status count } byStage { stage count } \
         firstRoundPassRate { ratio { printed } counted of } extensionRate { counted of } reboundRate { counted of } \
         fiveElementsRate { counted of } supervisedClosureRate(level: COUNTY) { counted of } \
         underSupervision(level: COUNTY) underSuspension overdueHazards { hazardId dueOn days } verificationOverdue \
         plannedFunds { wan of } spentFunds { wan of } daysToComplete { mean median of } \
         members(of: VALID) { totalCount nodes { number status } } overdueOnes: members(of: OVERDUE) { totalCount }";
    let hazard = "id number version status stage title listedOn completedOn closedOn isSuspended supervisedAt \
         deadline { dueOn originalDueOn isOverdue daysOverdue } ledger { position event }";
    let (with, and) = if as_of.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("(asOf: {as_of})"), format!(", asOf: {as_of}"))
    };
    format!(
        "{{ closureStatistics{with} {{ on asOf {{ validOn knownAt position }} total {{ {figures} }} \
           byCommittee {{ figures {{ {figures} }} }} byTownship {{ figures {{ valid }} }} byLeadUnit {{ figures {{ valid }} }} \
           stock(from: \"2026-01-01\") {{ from to opening {{ count of }} new {{ count of }} struckOff {{ of }} \
           deducted {{ of }} closing {{ of }} balances }} \
           ranking(of: TOWNSHIPS) {{ rank code valid overdue closureRate {{ printed }} }} }} \
         hazards(first: 3, orderBy: NUMBER_ASCENDING{and}) {{ totalCount pageInfo {{ hasNextPage endCursor }} \
           nodes {{ {hazard} }} }} \
         late: hazards(filter: {{ overdue: true }}{and}) {{ totalCount }} \
         closureStatus(number: \"431123-2026-0001\"{and}) {{ isClosed closedOn stage }} \
         orders(first: 3{and}) {{ asOf {{ validOn position }} totalCount edges {{ cursor }} \
           nodes {{ id version status document isWithAct }} }} \
         circulars(first: 3{and}) {{ totalCount nodes {{ id version status document checkpoint }} }} }}"
    )
}

/// What is told as of a day and an instant, or as of now.
async fn told(client: &Client, as_of: Option<&Value>) -> Value {
    let as_of = as_of.map_or_else(String::new, |own| {
        format!(
            "{{ validOn: {}, position: {} }}",
            own["validOn"], own["position"]
        )
    });
    client.ask(&clerk(), &everything(&as_of), json!({})).await
}

#[tokio::test]
async fn what_was_told_of_a_day_is_told_again_for_ever() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let mut days = vec![told(&client, None).await];
        let hazards = office.report_several(5).await;
        office.advance(&hazards, Status::Listed).await;
        days.push(told(&client, None).await);
        office.pass_days(1);
        office.advance(&hazards[..4], Status::Rectifying).await;
        days.push(told(&client, None).await);
        office.pass_days(3);
        office.advance(&hazards[..2], Status::Closed).await;
        office.act(&signer(), hazards[2], sample::supervise()).await;
        days.push(told(&client, None).await);
        office.pass_days(120);
        days.push(told(&client, None).await);
        office.circulate(&hazards[..1]).await;
        office
            .act(
                &clerk(),
                hazards[0],
                sample::look_back(LookBackResult::Holds),
            )
            .await;
        office.pass_days(1);
        days.push(told(&client, None).await);

        for day in &days {
            let mut again = told(&client, Some(&day["closureStatistics"]["asOf"])).await;
            let known_at = day["closureStatistics"]["asOf"]["knownAt"].clone();
            again["closureStatistics"]["asOf"]["knownAt"] = known_at;
            assert_eq!(&again, day, "{kind:?}");
        }
        let figures =
            |day: usize, name: &str| days[day]["closureStatistics"]["total"][name].clone();
        assert_eq!(
            [
                figures(1, "valid"),
                figures(4, "closed"),
                figures(4, "overdue")
            ],
            [json!(5), json!(2), json!(2)]
        );
        assert_eq!(days[3]["closureStatistics"]["stock"]["balances"], true);
    }
}

#[tokio::test]
async fn what_was_recorded_late_belongs_to_its_day_from_when_it_was_known() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let first_day = office.today();
        let id = office.hazard_at(Status::Listed).await;
        let listed_on = office.today();
        office.pass_days(2);
        let before = office.now();
        office.pass_days(1);
        let late = office.saying(&approver(), id, sample::assign()).await;
        let late = but(late, |sent| {
            sent.occurred_on = Some(listed_on + chrono::TimeDelta::days(1));
        });
        office.do_now(&late).await;
        let status = async |known: chrono::DateTime<chrono::Utc>, on: chrono::NaiveDate| {
            let query = "query($id: ID!, $asOf: AsOf!) { hazard(by: { id: $id }, asOf: $asOf) { status version actions { allowed } } }";
            let as_of = json!({ "validOn": on, "knownAt": known });
            let told = client
                .ask(&clerk(), query, json!({ "id": id, "asOf": as_of }))
                .await;
            told["hazard"].clone()
        };
        let next_day = listed_on + chrono::TimeDelta::days(1);
        assert_eq!(status(before, next_day).await["status"], "LISTED");
        assert_eq!(status(office.now(), next_day).await["status"], "ASSIGNED");
        assert_eq!(status(office.now(), listed_on).await["status"], "LISTED");
        assert_eq!(
            status(office.now(), listed_on).await["actions"],
            json!([]),
            "nobody acts in the past"
        );
        let eve = first_day - chrono::TimeDelta::days(1);
        assert_eq!(
            status(office.now(), eve).await,
            json!(null),
            "nobody had reported it"
        );
    }
}

#[tokio::test]
async fn nobody_looks_into_the_future() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let tomorrow = office.today() + chrono::TimeDelta::days(1);
    let later = office.now() + chrono::TimeDelta::seconds(1);
    for as_of in [
        json!({ "validOn": tomorrow }),
        json!({ "knownAt": later }),
        json!({ "knownAt": office.now(), "position": 1 }),
    ] {
        let query = "query($asOf: AsOf!) { closureStatistics(asOf: $asOf) { on } }";
        let told = client
            .answer(&clerk(), query, json!({ "asOf": as_of }))
            .await;
        assert_eq!(error_code(&told), "BAD_USER_INPUT", "{as_of}");
    }
    let query =
        "{ closureStatistics { stock(from: \"2026-02-01\", to: \"2026-01-01\") { from } } }";
    let told = client.answer(&clerk(), query, json!({})).await;
    assert_eq!(error_code(&told), "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_a_query_makes_of_the_histories_of_the_county_has_its_measure() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    office.report().await;
    let aliased = |how_many: usize, field: &str| {
        let fields = (1..=how_many).map(|number| format!("a{number}: {field}"));
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    };
    let looking_back = format!(
        "closureStatistics(asOf: {{ validOn: \"{}\" }}) {{ total {{ ever }} }}",
        office.today()
    );
    let of_today = "closureStatistics { total { extensionRate { of } plannedFunds { wan } } }";
    let stock = "closureStatistics { stock(from: \"2026-01-01\") { new { count } } }";
    for field in [looking_back.as_str(), of_today, stock] {
        client.ask(&clerk(), &aliased(10, field), json!({})).await;
        let answer = client
            .answer(&clerk(), &aliased(11, field), json!({}))
            .await;
        assert_eq!(error_code(&answer), "QUERY_TOO_COSTLY", "{answer}");
    }
    let acts = "hazards(first: 100) { nodes { actions { name label mutation allowed refusals { code message nextStep } } } }";
    client.ask(&clerk(), &aliased(1, acts), json!({})).await;
    let answer = client.answer(&clerk(), &aliased(2, acts), json!({})).await;
    assert_eq!(error_code(&answer), "QUERY_TOO_COSTLY", "{answer}");
}
