//! A hazard with everything that is told of it: what its state guarantees, its orders, its deadline, what is due.

use super::Client;
use super::acts::fitting;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::{Act, Status};
use xiaohao_ledger::Deed;
use xiaohao_tests::office::{Kind, Office, subject};
use xiaohao_tests::*;

/// The schema, as it tells of itself.
pub(crate) struct Told(BTreeMap<String, Value>);

impl Told {
    pub(crate) async fn by(client: &Client) -> Self {
        let of = "name kind ofType { name kind ofType { name kind ofType { name kind } } }";
        let query = format!(
            "{{ __schema {{ types {{ name kind possibleTypes {{ name }} \
             fields(includeDeprecated: true) {{ name type {{ {of} }} args {{ defaultValue type {{ kind }} }} }} }} }} }}"
        );
        let mut told = client.ask(&clerk(), &query, json!({})).await;
        let types = told["__schema"]["types"].take();
        let own = |of: &Value| (of["name"].as_str().unwrap().to_owned(), of.clone());
        Self(types.as_array().unwrap().iter().map(own).collect())
    }

    /// Every field of every object but those at which one begins, such as `Hazard.number`.
    pub(crate) fn fields_of_objects(&self) -> impl Iterator<Item = String> {
        const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];
        let objects = self.0.iter().filter(|(name, of)| {
            of["kind"] == "OBJECT" && !name.starts_with("__") && !ROOTS.contains(&name.as_str())
        });
        objects.flat_map(|(name, of)| {
            let fields = of["fields"].as_array().unwrap().iter();
            fields.map(move |field| format!("{name}.{}", field["name"].as_str().unwrap()))
        })
    }

    /// Everything that can be asked of a type, but for types that it is itself inside of.
    pub(crate) fn everything(&self, name: &str, inside: &BTreeSet<String>) -> Option<String> {
        let of = &self.0[name];
        let mut inside = inside.clone();
        let is_new = inside.insert(name.to_owned());
        match of["kind"].as_str().unwrap() {
            "SCALAR" | "ENUM" => Some(String::new()),
            _ if !is_new => None,
            "UNION" => {
                let types = of["possibleTypes"].as_array().unwrap().iter();
                let types = types.map(|each| {
                    let name = each["name"].as_str().unwrap();
                    let fields = self.everything(name, &inside).unwrap();
                    // Layers of different states have fields of the same name and another type.
                    format!("...on {name} {fields}")
                });
                Some(format!("{{ __typename {} }}", types.collect::<String>()))
            }
            _ => {
                let fields = of["fields"].as_array().unwrap().iter();
                let asked = fields.filter_map(|field| {
                    let mut own = &field["type"];
                    while !own["ofType"].is_null() {
                        own = &own["ofType"];
                    }
                    let name = field["name"].as_str().unwrap();
                    let inner = self.everything(own["name"].as_str().unwrap(), &inside)?;
                    Some(format!("{name} {inner}"))
                });
                let asked: Vec<_> = asked.collect();
                Some(format!("{{ {} }}", asked.join(" ")))
            }
        }
    }
}

#[tokio::test]
async fn everything_is_told_of_a_hazard_after_whatever_act() {
    let mut reached = BTreeSet::new();
    for act in Act::ALL.iter().filter(|act| **act != Act::CirculateClosure) {
        let office = Office::on(Kind::Memory).await;
        let client = Client::of(&office);
        let everything = Told::by(&client)
            .await
            .everything("Hazard", &BTreeSet::new());
        let query = format!(
            "query($id: ID!) {{ hazard(by: {{ id: $id }}) {} }}",
            everything.unwrap()
        );
        let sent = fitting(&office, *act).await;
        let id = match sent.deed {
            // It is named already, by the circular that was published for it.
            Deed::Hazard { id, .. } if *act == Act::MentionInCircular => id,
            _ => subject(&office.do_now(&sent).await),
        };
        let told = client.ask(&clerk(), &query, json!({ "id": id })).await;
        let (told, hazard) = (&told["hazard"], office.hazard(id).await);
        let state = told["state"]["__typename"].as_str().unwrap();
        let expected = format!("{:?}State", hazard.status());
        assert_eq!(state, expected, "{act:?}");
        assert_eq!(told["parties"].is_null(), hazard.assignment().is_none());
        let in_force = told["orders"].as_array().unwrap().iter();
        let in_force = in_force.filter(|order| order["isInForce"] == true).count();
        let further = hazard.entry().map_or(0, |entry| {
            entry
                .cycle
                .further
                .iter()
                .filter(|further| further.is_unanswered())
                .count()
        });
        let status = hazard.status();
        let stands = status.is_open() && hazard.assignment().is_some();
        let waits = if status.is_off_list() { 0 } else { further };
        assert_eq!(in_force, waits + usize::from(stands), "{act:?}");
        reached.insert(hazard.status());
    }
    reached.insert(Status::Circulated);
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), Status::ALL);
}

#[tokio::test]
async fn what_is_told_of_a_state_is_what_was_done() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Circulated).await;
    let query = "query($id: ID!) { hazard(by: { id: $id }) { state { ...on CirculatedState { \
        listing { number cycle holder { name } basis { name clause isResearch } } \
        assignment { order { document issuedBy parties { responsible { name } assigner { person } } } dueOn } \
        receipt { receivedOn signedBy } \
        work { plannedFunds measures { no text dueOn } percent } \
        application { appliedOn basis } acceptance { document round opinion team { personId name unitId unitName role } } \
        closure { sheet closedOn lookBacks } circulation { item circulatedOn } } } } }";
    let told = client.ask(&clerk(), query, json!({ "id": id })).await;
    let team = told["hazard"]["state"]["acceptance"]["team"]
        .as_array()
        .unwrap()
        .clone();
    let signed = sample::team();
    assert_eq!(team.len(), signed.len());
    for (told, member) in team.iter().zip(&signed) {
        assert_eq!(told["personId"], member.person.to_string());
        assert_eq!(told["name"], member.name.to_string());
        assert_eq!(told["unitId"], member.unit.to_string());
        assert_eq!(told["unitName"], member.unit_name.to_string());
    }
    insta::assert_json_snapshot!(told["hazard"]["state"]);
}

#[tokio::test]
async fn a_deadline_tells_where_it_is_from_and_how_much_of_it_is_left() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Rectifying).await;
    let query = "query($id: ID!) { hazard(by: { id: $id }) { \
        deadline { dueOn daysOverdue workingDaysLeft explanation extensions { untilOn } } } }";
    let told = async || {
        let told = client.ask(&clerk(), query, json!({ "id": id })).await;
        told["hazard"]["deadline"].clone()
    };
    let term = office.hazard(id).await.term().unwrap();
    let mut all = vec![told().await];
    office.turn_to(term.due_on);
    all.push(told().await);
    office.pass_days(3);
    all.push(told().await);
    let photo = xiaohao_tests::office::fresh_photo(&office.hazard(id).await);
    office.act(&factory(), id, sample::apply(photo)).await;
    all.push(told().await);
    office.advance(&[id], Status::Verified).await;
    all.push(told().await);
    insta::assert_json_snapshot!(all);
}

#[tokio::test]
async fn a_deadline_is_told_for_ever_also_of_what_has_left_the_list() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let ids = office.report_several(4).await;
        office.advance(&ids, Status::Rectifying).await;
        let [merged, goes_on, downgraded, transferred] = ids[..] else {
            panic!("{ids:?}");
        };
        let term = office.hazard(merged).await.term().unwrap();
        let into = sample::but(sample::merge(), |says| says.into = goes_on);
        office.act(&second_clerk(), merged, into).await;
        let today = office.today();
        office
            .act(&approver(), downgraded, sample::downgrade())
            .await;
        office
            .act(&approver(), transferred, sample::transfer(today))
            .await;
        office.pass_days(400);
        for id in [merged, downgraded, transferred] {
            let number = office.hazard(id).await.number().unwrap().to_string();
            let query = "query($id: ID!, $number: String!) { \
                hazard(by: { id: $id }) { status deadline { dueOn originalDueOn isOverdue workingDaysLeft explanation } } \
                closureStatus(number: $number) { dueOn isOverdue } }";
            let told = client
                .ask(&clerk(), query, json!({ "id": id, "number": number }))
                .await;
            let deadline = &told["hazard"]["deadline"];
            assert_eq!(deadline["dueOn"], json!(term.due_on), "{kind:?}: {told:#}");
            assert_eq!(deadline["originalDueOn"], json!(term.original_due_on));
            assert_eq!(deadline["isOverdue"], false);
            assert_eq!(deadline["workingDaysLeft"], json!(null));
            let explanation = deadline["explanation"].as_str().unwrap();
            assert!(explanation.contains("由双安交〔2026〕"), "{explanation}");
            let end = "。这条隐患已不在单，期限不再计算。";
            assert!(explanation.ends_with(end), "{explanation}");
            let status = json!({ "dueOn": term.due_on, "isOverdue": false });
            assert_eq!(told["closureStatus"], status, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn an_extension_is_told_with_the_deadline_that_it_moved() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = fitting(&office, Act::GrantExtension).await;
    let id = subject(&office.do_now(&sent).await);
    let query = "query($id: ID!) { hazard(by: { id: $id }) { \
        deadline { dueOn originalDueOn explanation extensions { document askedOn fromOn untilOn } } } }";
    let told = client.ask(&clerk(), query, json!({ "id": id })).await;
    let deadline = &told["hazard"]["deadline"];
    let extensions = deadline["extensions"].as_array().unwrap();
    assert_eq!(extensions.len(), 1);
    assert_eq!(extensions[0]["untilOn"], deadline["dueOn"]);
    assert_eq!(extensions[0]["fromOn"], deadline["originalDueOn"]);
    let said = deadline["explanation"].as_str().unwrap();
    let document = extensions[0]["document"].as_str().unwrap();
    assert!(
        said.starts_with("原期限为") && said.contains(&format!("经{document}批准延至")),
        "{said}"
    );
}

#[tokio::test]
async fn an_order_that_another_replaced_is_told_and_no_longer_in_force() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = subject(&office.do_now(&fitting(&office, Act::Reassign).await).await);
    let query = "query($id: ID!) { hazard(by: { id: $id }) { \
        orders { orderedAs isInForce terms { document } } parties { responsible { name } } } }";
    let told = client.ask(&clerk(), query, json!({ "id": id })).await;
    let orders = told["hazard"]["orders"].as_array().unwrap();
    let told: Vec<_> = orders
        .iter()
        .map(|order| (&order["orderedAs"], &order["isInForce"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("ASSIGNMENT"), &json!(false)),
            (&json!("REASSIGNMENT"), &json!(true))
        ]
    );
    assert_ne!(
        orders[0]["terms"]["document"],
        orders[1]["terms"]["document"]
    );
}

#[tokio::test]
async fn a_further_order_is_in_force_until_it_is_answered() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = subject(
        &office
            .do_now(&fitting(&office, Act::OrderFurther).await)
            .await,
    );
    office.advance(&[id], Status::Verified).await;
    let query = "query($id: ID!) { hazard(by: { id: $id }) { orders { orderedAs isInForce } } }";
    let in_force = async || {
        let told = client.ask(&clerk(), query, json!({ "id": id })).await;
        let orders = told["hazard"]["orders"].as_array().unwrap().clone();
        let further = |order: &&serde_json::Value| order["orderedAs"] == "FURTHER";
        orders.iter().find(further).unwrap()["isInForce"].clone()
    };
    assert_eq!(in_force().await, true, "the strike-off waits for it");
    let case = office.case(id).await;
    let by = market();
    let answer = case.fitting(Act::AnswerFurtherOrder, &by);
    office.act(&by, id, answer).await;
    assert_eq!(in_force().await, false);
}

#[tokio::test]
async fn only_who_may_strike_off_now_is_told_that_he_can() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Verified).await;
    let query = "query($id: ID!) { hazard(by: { id: $id }) { viewerCanStrikeOff duties { what who dueOn isLate } } }";
    for (viewer, can) in [
        (approver(), true),
        (clerk(), false),
        (factory(), false),
        (lead(), false),
    ] {
        let told = client.ask(&viewer, query, json!({ "id": id })).await;
        assert_eq!(told["hazard"]["viewerCanStrikeOff"], can, "{viewer:?}");
        let duties = &told["hazard"]["duties"];
        assert_eq!(duties[0]["what"], "STRIKE");
        assert_eq!(duties[0]["who"], json!(["县安委办审批人"]));
        assert_eq!(duties[0]["isLate"], false);
    }
    office.pass_days(60);
    let told = client.ask(&clerk(), query, json!({ "id": id })).await;
    assert_eq!(told["hazard"]["duties"][0]["isLate"], true);
    office.act(&approver(), id, sample::strike_off()).await;
    let told = client.ask(&approver(), query, json!({ "id": id })).await;
    assert_eq!(told["hazard"]["viewerCanStrikeOff"], false);
}

#[tokio::test]
async fn anything_is_found_by_its_id_alone_by_whoever_may_see_it() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Listed).await;
        let order = office.order(&[hazard]).await;
        office.draft(&order).await;
        let circular = office.circular(&[]).await;
        office.draft(&circular).await;
        let (clerk, stranger) = (clerk(), stranger());
        let ids = json!([
            hazard,
            order.id,
            circular.id,
            clerk.unit,
            clerk.person,
            office.new_hazard(),
            hazard
        ]);
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let told = client.ask(&clerk, query, json!({ "ids": ids })).await;
        let types = |told: &Value| {
            let nodes = told["nodes"].as_array().unwrap().iter();
            let types = nodes.map(|node| node["__typename"].clone());
            types.collect::<Vec<_>>()
        };
        let expected = json!([
            "Hazard", "Order", "Circular", "Unit", "Person", null, "Hazard"
        ]);
        assert_eq!(json!(types(&told)), expected, "{kind:?}");
        let told = client.ask(&stranger, query, json!({ "ids": ids })).await;
        assert_eq!(types(&told)[0], Value::Null, "{kind:?}");
        let one = "query($id: ID!) { node(id: $id) { id ...on Hazard { number status } } }";
        let told = client.ask(&clerk, one, json!({ "id": hazard })).await;
        assert_eq!(told["node"]["status"], "LISTED");
    }
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let ids: Vec<_> = (0..51).map(|_| office.new_hazard()).collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let answer = client.answer(&clerk(), query, json!({ "ids": ids })).await;
    assert_eq!(super::error_code(&answer), "BAD_USER_INPUT");
    // What can be no id is told in its place, and takes nothing from the others.
    let ids = json!([clerk().unit, "x", office.new_hazard(), "", clerk().person]);
    let answer = client.answer(&clerk(), query, json!({ "ids": ids })).await;
    let (unit, person) = (json!({ "id": ids[0] }), json!({ "id": ids[4] }));
    assert_eq!(
        answer["data"],
        json!({ "nodes": [unit, null, null, null, person] })
    );
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{answer:#}");
    for (error, place) in errors.iter().zip([1, 3]) {
        assert_eq!(error["path"], json!(["nodes", place]));
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(
            error["extensions"]["field"],
            json!(["ids", place.to_string()])
        );
    }
}
