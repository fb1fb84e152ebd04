//! The lines that a receiver is told: asked of the API as whoever he is told as, so that what is sent and what is shown are
//! one thing.

use super::courier::Message;
use crate::served::Served;
use async_graphql::{Request, Variables};
use serde::Deserialize;
use serde_json::{Value, json};
use xiaohao_core::Actor;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::Position;

/// What is asked; an entry of the answer is the body of a message.
const QUERY: &str = "query Webhook($after: Int!, $first: Int!) { ledgerEntries(after: $after, first: $first) { readTo entries { \
                     position seq subjectKind subject event occurredOn recordedAt actor { personId role unitId } \
                     hazard { id number status } } } }";

/// The lines that are asked for at once.
const AT_ONCE: u32 = 20;

/// A stretch of the ledger.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    read_to: u64,
}

/// A line, as it is sent.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Entry {
    pub(super) position: Position,
    pub(super) event: String,
    body: Value,
}

/// The API did not answer. What it says of its errors is for people; the code tells the operator.
#[derive(Debug, thiserror::Error)]
#[error("the ledger cannot be read: {0}")]
pub(super) struct Unanswered(String);

impl Page {
    /// The lines after a place that this person may see.
    pub(super) async fn after(
        served: &Served,
        as_whom: Actor,
        place: Position,
    ) -> Result<Self, Unanswered> {
        let asked = json!({ "after": place.get(), "first": AT_ONCE });
        let request = Request::new(QUERY).variables(Variables::from_json(asked));
        let request = served.office.asked_by(as_whom, "", request);
        let answer = served.api.execute(request).await;
        let unanswered = |error: &dyn ToString| Unanswered(error.to_string());
        if let Some(error) = answer.errors.first() {
            let code = error.extensions.as_ref().and_then(|own| own.get("code"));
            return Err(code.map_or_else(|| unanswered(&error.message), |code| unanswered(code)));
        }
        let told: Value = answer
            .data
            .into_json()
            .map_err(|error| unanswered(&error))?;
        let page = told.get("ledgerEntries").cloned().unwrap_or_default();
        serde_json::from_value(page).map_err(|error| unanswered(&error))
    }

    /// How far was read, whatever of it may be seen.
    pub(super) fn read_to(&self) -> Position {
        Position::new(self.read_to)
    }
}

impl Entry {
    pub(super) fn message(self, county: CountyCode) -> Message {
        Message {
            id: format!("{county}-{}", self.position.get()),
            body: self.body.to_string().into_bytes(),
        }
    }
}

impl TryFrom<Value> for Entry {
    type Error = &'static str;

    fn try_from(body: Value) -> Result<Self, Self::Error> {
        let position = body.get("position").and_then(Value::as_u64);
        let event = body.get("event").and_then(Value::as_str);
        Ok(Self {
            position: Position::new(position.ok_or("a line without its place")?),
            event: event.ok_or("a line without what happened")?.to_owned(),
            body,
        })
    }
}
