//! The API on a ledger: what is sent, what comes back, to whom.

pub(crate) mod acts;
mod alike;
mod attempts;
mod batches;
mod circulars;
mod described;
mod devices;
mod directory;
mod erasure;
mod example;
mod filing;
mod likeness;
mod links;
mod live;
mod meanwhile;
mod members;
mod moments;
mod names;
mod narrated;
mod nulls;
mod orders;
mod passwords;
mod past;
mod permission;
mod posts;
mod proofs;
mod published;
mod ran_ahead;
mod rankings;
mod reading;
mod roles;
mod session;
mod sessions;
mod standing;
mod statistics;
mod traces;
mod unread;
mod values;
mod vouched;
mod ways_in;
mod whole;

use async_graphql::{Request, Variables};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::values::PersonId;
use xiaohao_graphql::{
    Admitted, Api, Attempts, Device, Door, Enrolled, Key, KeyMade, Limits, Locksmith, Open, Opened,
    PostAsked, SecondFactorMade, Secrets, Shut, Untold,
};
use xiaohao_ledger::read::{Page, Stretch};
use xiaohao_ledger::{Attempt, Fault, Notary, Through, Whose};
use xiaohao_server::seeds;
use xiaohao_server::signing::CountyNotary;
use xiaohao_tests::as_input::as_input;
use xiaohao_tests::clerk;
use xiaohao_tests::office::{Cabinet, Office};

/// A door for those who are in already.
struct Walled;

#[async_trait]
impl Door for Walled {
    async fn sign_in(
        &self,
        _: Secrets<'_>,
        _: PostAsked,
        _: Option<Device>,
    ) -> Result<Opened, Shut> {
        Err(Shut::WrongSecret)
    }

    async fn renew(&self, _: &str) -> Result<Opened, Shut> {
        Err(Shut::SessionOver)
    }

    async fn who(&self, _: &str) -> Result<Option<Admitted>, Untold> {
        Ok(Some(Admitted::in_person(clerk())))
    }

    async fn sign_out(&self, _: &str) -> Result<(), Shut> {
        Ok(())
    }

    async fn sessions(&self, _: PersonId, _: &str) -> Result<Vec<Open>, Fault> {
        Ok(Vec::new())
    }

    async fn end(&self, _: PersonId, _: Uuid) -> Result<bool, Fault> {
        Ok(false)
    }

    async fn end_all(&self, _: PersonId, _: &str) -> Result<u64, Fault> {
        Ok(0)
    }
}

#[async_trait]
impl Locksmith for Walled {
    async fn change_password(&self, _: Secrets<'_>, _: &str) -> Result<(), Shut> {
        Err(Shut::WrongSecret)
    }

    async fn begin_second_factor(&self, _: Secrets<'_>) -> Result<SecondFactorMade, Shut> {
        Err(Shut::WrongSecret)
    }

    async fn confirm_second_factor(&self, _: Secrets<'_>) -> Result<Vec<String>, Shut> {
        Err(Shut::WrongSecret)
    }

    async fn end_second_factor(&self, _: Secrets<'_>) -> Result<bool, Shut> {
        Err(Shut::WrongSecret)
    }

    async fn recovery_codes(&self, _: PersonId) -> Result<Option<u32>, Fault> {
        Ok(None)
    }

    async fn enrol(&self, _: &Actor, _: Device) -> Result<Enrolled, Shut> {
        Ok(Enrolled {
            code: "0000-0000".to_owned(),
            expires_at: DateTime::UNIX_EPOCH,
        })
    }

    async fn redeem(&self, _: &str) -> Result<KeyMade, Shut> {
        Err(Shut::NoSuchKey)
    }

    async fn sign_in_by_key(&self, _: &str, _: PostAsked) -> Result<Opened, Shut> {
        Err(Shut::NoSuchKey)
    }

    async fn hand_out(
        &self,
        _: &Actor,
        _: Through,
        _: PersonId,
        _: &str,
        _: NaiveDate,
    ) -> Result<Option<String>, Fault> {
        Ok(None)
    }

    async fn take_back(&self, _: Through) -> Result<(), Fault> {
        Ok(())
    }

    async fn open_link(&self, _: &str) -> Result<Opened, Shut> {
        Err(Shut::NoSuchLink)
    }

    async fn keys(&self, _: PersonId) -> Result<Vec<Key>, Fault> {
        Ok(Vec::new())
    }

    async fn end_key(&self, _: &Actor, _: PersonId, _: Uuid) -> Result<bool, Fault> {
        Ok(false)
    }
}

#[async_trait]
impl Attempts for Walled {
    async fn attempts(
        &self,
        _: Option<&Whose>,
        stretch: &Stretch<Uuid>,
    ) -> Result<Page<Attempt, Uuid>, Fault> {
        Ok(stretch.page(Vec::new(), |attempt: &Attempt| attempt.id))
    }

    async fn count_attempts(&self, _: Option<&Whose>) -> Result<u64, Fault> {
        Ok(0)
    }
}

/// Whoever signs the log of an office, where it lies in a database.
fn notary(office: &Office) -> Option<Arc<dyn Notary>> {
    if let Cabinet::Memory(_) = office.cabinet {
        return None;
    }
    let (store, county) = (office.cabinet.sql().clone(), office.county.code);
    let clock = office.clone();
    let clock = Arc::new(move || clock.now());
    Some(Arc::new(CountyNotary::new(
        store,
        county,
        xiaohao_tests::log_signer(),
        clock,
    )))
}

/// The API of an office, as a client meets it.
struct Client {
    api: Api,
    office: xiaohao_graphql::Office,
}

impl Client {
    fn of(office: &Office) -> Self {
        let clock = office.clone();
        let reference = seeds::reference().unwrap();
        let office = xiaohao_graphql::Office {
            ledger: office.ledger.clone(),
            notary: notary(office),
            reader: office.reader(),
            clock: Arc::new(move || clock.now()),
        };
        let limits = Limits::default();
        let api = Api::new(
            reference,
            office.clone(),
            Arc::new(Walled),
            Arc::new(Walled),
            Arc::new(Walled),
            limits,
        );
        Self { api, office }
    }

    /// What this person is answered, errors and all.
    async fn answer(&self, by: &Actor, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let request = self.office.asked_by(by.clone(), "", request);
        serde_json::to_value(self.api.execute(request).await).unwrap()
    }

    /// What this person is answered, where nothing may go wrong.
    async fn ask(&self, by: &Actor, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(by, query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// What somebody is answered who has not signed in.
    async fn answer_to_nobody(&self, query: &str) -> Value {
        serde_json::to_value(self.api.execute(Request::new(query)).await).unwrap()
    }
}

/// The code of the first error of an answer.
fn error_code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
}

/// What is sent to do an act by its mutation.
async fn mutation(client: &Client, name: &str) -> String {
    let types = client
        .ask(
            &clerk(),
            "{ __type(name: \"Mutation\") { fields { name args { name type { ofType { name } } } } } }",
            json!({}),
        )
        .await;
    let fields = types["__type"]["fields"].as_array().unwrap();
    let field = fields.iter().find(|field| field["name"] == name).unwrap();
    let input_type = field["args"][1]["type"]["ofType"]["name"].as_str().unwrap();
    format!(
        "mutation($act: ActInput!, $input: {input_type}!) {{ done: {name}(act: $act, input: $input) {{ \
         hazard {{ id number status version }} entry {{ position seq event occurredOn actor {{ personId role unitId }} }} \
         replayed userErrors {{ code field message legalBasis nextStep }} }} }}"
    )
}

/// Does an act by its mutation, with these arguments.
async fn mutate(client: &Client, by: &Actor, name: &str, act: Value, input: Value) -> Value {
    let query = mutation(client, name).await;
    let mut answer = client
        .ask(by, &query, json!({ "act": act, "input": input }))
        .await;
    answer["done"].take()
}

/// Takes a step in the life of a paper, and tells what was selected of what came of it.
async fn paper_step(
    client: &Client,
    by: &Actor,
    (name, selected): (&str, &str),
    act: Value,
    input: Option<(&str, Value)>,
) -> Value {
    let (declares, passes) = match &input {
        Some((of, _)) => (format!(", $input: {of}!"), ", input: $input"),
        None => (String::new(), ""),
    };
    let query = format!(
        "mutation($act: PaperActInput!{declares}) {{ done: {name}(act: $act{passes}) {{ {selected} }} }}"
    );
    let input = input.map(|(_, value)| value);
    let mut told = client
        .ask(by, &query, json!({ "act": act, "input": input }))
        .await;
    told["done"].take()
}
