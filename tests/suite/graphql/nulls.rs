//! Where something in an answer failed: null there, and as far up as the schema promises a value.

use super::acts::{fitting, guard, says};
use super::{Client, error_code};
use async_graphql::Request;
use fastrand::Rng;
use futures_util::StreamExt;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use xiaohao_core::{Act, Status};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

async fn office() -> (Office, Client) {
    let office = Office::on(Kind::Memory).await;
    for status in [Status::Listed, Status::Rectifying, Status::Circulated] {
        office.hazard_at(status).await;
    }
    let client = Client::of(&office);
    (office, client)
}

#[tokio::test]
async fn what_fails_is_null_as_far_up_as_the_schema_promises_a_value() {
    let (_, client) = office().await;
    let check = async |query: &str, data: Value, ways: Value| {
        let answer = client.answer(&clerk(), query, json!({})).await;
        assert_eq!(answer["data"], data, "{query}: {answer:#}");
        let errors = answer["errors"].as_array().unwrap().iter();
        let paths: BTreeSet<String> = errors.map(|error| error["path"].to_string()).collect();
        let ways = ways.as_array().unwrap().iter();
        let ways: BTreeSet<String> = ways.map(ToString::to_string).collect();
        assert_eq!(paths, ways, "{query}");
    };
    // Promised all the way up.
    let query = "{ hazards(first: 1) { nodes { title ledger(first: 5000) { position } } } }";
    check(
        query,
        json!(null),
        json!([["hazards", "nodes", 0, "ledger"]]),
    )
    .await;
    let query = "{ viewer { role } hazards(first: 0) { totalCount } }";
    check(query, json!(null), json!([["hazards"]])).await;
    let query = "{ closureStatistics { total { members(of: IN_STATUS) { totalCount } } } }";
    check(
        query,
        json!(null),
        json!([["closureStatistics", "total", "members"]]),
    )
    .await;
    // As far as what may be null, by whatever name; what stands beside it stays.
    let query =
        "{ is: viewer { role unit { at: children(first: 0) { id } name } } statuses { status } }";
    let statuses = client
        .ask(&clerk(), "{ statuses { status } }", json!({}))
        .await;
    let data =
        json!({ "is": { "role": "OFFICE_CLERK", "unit": null }, "statuses": statuses["statuses"] });
    check(query, data, json!([["is", "unit", "at"]])).await;
    // In a list, a place that may be null becomes it alone.
    let nodes = format!("nodes(ids: [\"{}\", \"{}\"])", clerk().unit, clerk().person);
    let query = format!("{{ {nodes} {{ id ... on Unit {{ children(first: 0) {{ id }} }} }} }}");
    let data = json!({ "nodes": [null, { "id": clerk().person }] });
    check(&query, data, json!([["nodes", 0, "children"]])).await;
    // Selected in two parts of which one failed altogether, in whichever order.
    let (fails, stays) = (
        "viewer { unit { children(first: 0) { id } } }",
        "viewer { role }",
    );
    for (one, other) in [(fails, stays), (stays, fails)] {
        let query = format!("{{ {one} ...f }} fragment f on Query {{ {other} }}");
        let answer = client.answer(&clerk(), &query, json!({})).await;
        let data = json!({ "viewer": { "unit": null, "role": "OFFICE_CLERK" } });
        assert_eq!(answer["data"], data, "{query}: {answer:#}");
    }
    // Asked for twice, it fails once.
    let query =
        "{ viewer { role } hazards(first: 0) { totalCount } hazards(first: 0) { totalCount } }";
    let answer = client.answer(&clerk(), query, json!({})).await;
    assert_eq!(
        answer["errors"].as_array().map(Vec::len),
        Some(1),
        "{answer:#}"
    );
}

#[tokio::test]
async fn an_object_of_which_nothing_is_selected_is_an_object() {
    let (_, client) = office().await;
    let query =
        "{ hazards { nodes { status state { ... on ListedState { listing { cycle } } } } } }";
    let told = client.ask(&clerk(), query, json!({})).await;
    for node in told["hazards"]["nodes"].as_array().unwrap() {
        let expected = match node["status"].as_str() {
            Some("LISTED") => json!({ "listing": { "cycle": 1 } }),
            _ => json!({}),
        };
        assert_eq!(node["state"], expected, "{node:#}");
    }
    let query = "query($no: Boolean!) { viewer { unit { name @include(if: $no) } } }";
    let told = client.ask(&clerk(), query, json!({ "no": false })).await;
    assert_eq!(told, json!({ "viewer": { "unit": {} } }));
    let query = "query($no: Boolean!) { viewer @include(if: $no) { role } }";
    let told = client.ask(&clerk(), query, json!({ "no": false })).await;
    assert_eq!(told, json!({}));
    // What is null itself stays it.
    let query = format!(
        "{{ node(id: \"{}\") {{ ... on Order {{ document }} }} }}",
        clerk().unit
    );
    let told = client.ask(&clerk(), &query, json!({})).await;
    assert_eq!(told, json!({ "node": {} }));
    let query = format!(
        "{{ node(id: \"{}\") {{ ... on Order {{ document }} }} }}",
        person(999)
    );
    let told = client.ask(&clerk(), &query, json!({})).await;
    assert_eq!(told, json!({ "node": null }));
}

#[tokio::test]
async fn a_fragment_on_a_union_counts_inside_of_one_of_its_types() {
    let (_, client) = office().await;
    let told = async |state: &str| {
        let fragments = "fragment of on HazardState { ...in } \
                         fragment in on HazardState { __typename ... on ListedState { ...listed } } \
                         fragment listed on ListedState { listing { cycle } ... on HazardState { kind: __typename } }";
        let query = format!(
            "query($yes: Boolean!) {{ hazards {{ nodes {{ state {{ {state} }} }} }} }} {fragments}"
        );
        let told = client.ask(&clerk(), &query, json!({ "yes": true })).await;
        let nodes = told["hazards"]["nodes"].as_array().unwrap().iter();
        let states = nodes.map(|node| node["state"].clone());
        states.collect::<Vec<_>>()
    };
    let listed =
        json!({ "__typename": "ListedState", "listing": { "cycle": 1 }, "kind": "ListedState" });
    let expected = [json!({}), json!({}), listed];
    assert_eq!(
        told("... on ListedState { ...of @include(if: $yes) }").await,
        expected
    );
    assert_eq!(
        told("... on ListedState { ... on HazardState @include(if: $yes) { ...of } }").await,
        expected
    );
    assert_eq!(
        told("... on ListedState { ...of @skip(if: $yes) }").await,
        [json!({}), json!({}), json!({})]
    );
}

#[tokio::test]
async fn each_event_is_told_as_any_answer_is() {
    let (_, client) = office().await;
    let query = "subscription { ledgerAppended(after: 0) { event hazard { id ledger(first: 0) { seq } } } }";
    let request = client.office.asked_by(clerk(), "", Request::new(query));
    let mut pushed = client.api.execute_stream(request);
    for _ in 0..2 {
        let answer = serde_json::to_value(pushed.next().await.unwrap()).unwrap();
        assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
        let told = &answer["data"]["ledgerAppended"];
        assert_eq!(told["hazard"], json!(null), "{answer:#}");
        assert!(told["event"].is_string(), "{answer:#}");
    }
}

#[tokio::test]
async fn an_act_whose_answer_failed_is_done_and_is_told_of_when_it_is_sent_again() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let sent = fitting(&office, Act::AddNote).await;
        let (_, input) = says(&sent);
        let asking = |selected: &str| {
            format!(
                "mutation($act: ActInput!, $input: AddNoteInput!) {{ addNote(act: $act, input: $input) {{ {selected} }} }}"
            )
        };
        let says = json!({ "act": guard(&sent), "input": input });
        let fails = asking("replayed userErrors { code } hazard { id ledger(first: 0) { seq } }");
        let answer = client.answer(&sent.actor, &fails, says.clone()).await;
        assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
        let told = json!({ "addNote": { "replayed": false, "userErrors": [], "hazard": null } });
        assert_eq!(answer["data"], told, "{answer:#}");
        let again = asking("replayed userErrors { code } entry { seq }");
        let again = client.ask(&sent.actor, &again, says).await;
        assert_eq!(again["addNote"]["replayed"], true, "{again:#}");
        assert_eq!(again["addNote"]["userErrors"], json!([]));
    }
}

/// The schema, as it tells of itself: the fields of its objects and interfaces, and what may stand where an interface or a union is.
struct Schema {
    fields: BTreeMap<String, Vec<Value>>,
    members: BTreeMap<String, Vec<String>>,
}

impl Schema {
    async fn of(client: &Client) -> Self {
        let of = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let query = format!(
            "{{ __schema {{ types {{ name kind possibleTypes {{ name }} \
             fields {{ name type {{ {of} }} args {{ name defaultValue type {{ kind }} }} }} }} }} }}"
        );
        let told = client.ask(&clerk(), &query, json!({})).await;
        let types = || told["__schema"]["types"].as_array().unwrap().iter();
        let name = |of: &Value| of["name"].as_str().unwrap().to_owned();
        let fields = types().filter_map(|own| Some((name(own), own["fields"].as_array()?.clone())));
        let members = types().filter_map(|own| {
            let members = own["possibleTypes"].as_array()?.iter().map(name);
            Some((name(own), members.collect()))
        });
        Self {
            fields: fields.collect(),
            members: members.collect(),
        }
    }

    fn field(&self, of: &str, name: &str) -> &Value {
        let mut fields = self.fields[of].iter();
        fields.find(|field| field["name"] == name).unwrap()
    }
}

/// The type that a type is made of.
fn base(of: &Value) -> &str {
    match &of["ofType"] {
        Value::Null => of["name"].as_str().unwrap(),
        of => base(of),
    }
}

/// The name under which every object tells its type where nothing is to fail.
const OWN: &str = "own_type";

/// A query that fails here and there, and the same that does not; under each name of a field stands its own after `_`.
#[derive(Clone, Default)]
struct Asked {
    fails: String,
    serves: String,
}

impl Asked {
    fn both(&mut self, text: &str) {
        self.fails.push_str(text);
        self.serves.push_str(text);
    }
}

/// Makes up what is asked.
struct Making<'s> {
    schema: &'s Schema,
    dice: Rng,
    names: usize,
    left: usize,
}

impl Making<'_> {
    /// A selection of this type, in braces.
    fn set(&mut self, of: &str, depth: usize, asked: &mut Asked) {
        asked.both(" {");
        write!(asked.serves, " {OWN}: __typename").unwrap();
        self.selections(of, depth, asked);
        asked.both(" }");
    }

    fn selections(&mut self, of: &str, depth: usize, asked: &mut Asked) {
        let members = self.schema.members.get(of).cloned().unwrap_or_default();
        let mut selected = 0;
        let wanted = self.dice.usize(1..=3);
        for _ in 0..12 {
            if selected == wanted {
                break;
            }
            if !members.is_empty() && self.dice.u8(..3) > 0 {
                let on = self.dice.choice(&members).unwrap();
                asked.both(&format!(" ... on {on} {{"));
                self.selections(on, depth, asked);
                asked.both(" }");
                selected += 1;
            } else if self.schema.fields.contains_key(of) && self.field(of, depth, asked) {
                selected += 1;
            }
        }
        if selected == 0 {
            asked.both(" plain_type: __typename");
        }
    }

    /// A field, if the dice hit one that can be asked for here.
    fn field(&mut self, of: &str, depth: usize, asked: &mut Asked) -> bool {
        let field = self.dice.choice(&self.schema.fields[of]).unwrap().clone();
        let args = field["args"].as_array().unwrap();
        let is_needed =
            |arg: &&Value| arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null();
        let base = base(&field["type"]).to_owned();
        let is_plain =
            !self.schema.fields.contains_key(&base) && !self.schema.members.contains_key(&base);
        if args.iter().any(|arg| is_needed(&arg)) || (depth == 0 && !is_plain) || self.left == 0 {
            return false;
        }
        self.left -= 1;
        let name = field["name"].as_str().unwrap();
        self.names += 1;
        let directive = match self.dice.u8(..12) {
            0 => " @skip(if: $yes)",
            1 => " @include(if: $yes)",
            _ => "",
        };
        let (mut fails, mut serves) = ("", "");
        if args.iter().any(|arg| arg["name"] == "first") {
            serves = "(first: 2)";
            fails = if self.dice.bool() {
                "(first: 0)"
            } else {
                serves
            };
        }
        // Some are asked for twice, each time with something else in it.
        let times = if !is_plain && self.dice.u8(..5) == 0 {
            2
        } else {
            1
        };
        for _ in 0..times {
            let key = format!(" a{}_{name}: {name}", self.names);
            write!(asked.fails, "{key}{fails}{directive}").unwrap();
            write!(asked.serves, "{key}{serves}{directive}").unwrap();
            if !is_plain {
                self.set(&base, depth - 1, asked);
            }
        }
        true
    }
}

/// What failed, by its way.
type Failed = BTreeSet<Vec<String>>;

/// What the specification makes of an answer when this failed; an error where it is null and cannot be.
fn told(
    schema: &Schema,
    of: &Value,
    value: &Value,
    way: &mut Vec<String>,
    failed: &Failed,
) -> Result<Value, ()> {
    if of["kind"] == "NON_NULL" {
        let told = told(schema, &of["ofType"], value, way, failed)?;
        return if told.is_null() { Err(()) } else { Ok(told) };
    }
    if failed.contains(way) {
        return Ok(Value::Null);
    }
    let step = |key: String, of: &Value, value: &Value, way: &mut Vec<String>| {
        way.push(key);
        let told = told(schema, of, value, way, failed);
        way.pop();
        told
    };
    let inner = match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items =
                items.map(|(place, item)| step(place.to_string(), &of["ofType"], item, way));
            items.collect::<Result<Vec<_>, ()>>().map(Value::from)
        }
        Value::Object(fields) => {
            let own = fields[OWN].as_str().unwrap();
            let fields = fields.iter().filter(|(key, _)| *key != OWN);
            let fields = fields.map(|(key, value)| {
                let (_, name) = key.split_once('_').unwrap();
                let told = match name {
                    "type" => value.clone(),
                    name => step(key.clone(), &schema.field(own, name)["type"], value, way)?,
                };
                Ok((key.clone(), told))
            });
            fields.collect::<Result<Map<_, _>, ()>>().map(Value::from)
        }
        plain => Ok(plain.clone()),
    };
    Ok(inner.unwrap_or_default())
}

#[tokio::test]
async fn whatever_fails_the_answer_is_what_the_specification_makes_of_it() {
    let (_, client) = office().await;
    let schema = Schema::of(&client).await;
    let (mut compared, mut emptied) = (0, 0);
    for seed in 0..2500 {
        let mut making = Making {
            schema: &schema,
            dice: Rng::with_seed(seed),
            names: 0,
            left: 30,
        };
        let mut asked = Asked::default();
        asked.both("query($yes: Boolean!)");
        making.set("Query", 6, &mut asked);
        let yes = json!({ "yes": true });
        let whole = client.answer(&clerk(), &asked.serves, yes.clone()).await;
        if whole.get("errors").is_some() {
            continue;
        }
        let answer = client.answer(&clerk(), &asked.fails, yes).await;
        let errors = answer["errors"].as_array().into_iter().flatten();
        let paths = errors.map(|error| {
            assert_eq!(
                error["extensions"]["code"], "BAD_USER_INPUT",
                "{}: {error:#}",
                asked.fails
            );
            let path = error["path"].as_array().unwrap().iter();
            path.map(|own| {
                own.as_str()
                    .map_or_else(|| own.to_string(), ToOwned::to_owned)
            })
            .collect()
        });
        let failed: Failed = paths.collect();
        let root = json!({ "kind": "OBJECT", "name": "Query" });
        let expected = told(&schema, &root, &whole["data"], &mut Vec::new(), &failed);
        assert_eq!(
            Ok(&answer["data"]),
            expected.as_ref(),
            "seed {seed}: {}\n{failed:?}",
            asked.fails
        );
        compared += usize::from(!failed.is_empty());
        emptied += usize::from(answer["data"].to_string().contains("{}"));
    }
    assert!(compared > 200 && emptied > 100, "{compared} {emptied}");
}
