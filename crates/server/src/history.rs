//! The past of the example county: what was done, by whom and when, done again through the API on a clock of its own.
//!
//! Nothing is written beside the ledger: each act is an operation of the API by a person of the county, decided by the same
//! guard as anybody's. Each has its own request id, so a past that was interrupted is gone through again from its beginning.

use crate::entering::{self, Unentered};
use crate::files::Untaken;
use crate::served::{Served, Unserved};
use crate::upload::Upload;
use async_graphql::{Request, Response, Variables};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::Login;
use xiaohao_core::values::Digest;
use xiaohao_core::{Actor, Role, county_day};
use xiaohao_store::SqlStore;

/// What was done in a county, first things first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The files that acts cite, as texts; each is known by its SHA-256.
    files: Vec<String>,
    acts: Vec<Done>,
}

/// One operation, and who sent it when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    at: DateTime<Utc>,
    by: Login,
    role: Role,
    /// The mutation.
    #[serde(rename = "do")]
    mutation: String,
    act: Value,
    input: Option<Value>,
}

/// A past that cannot be gone through.
#[derive(Debug, thiserror::Error)]
pub enum BrokenHistory {
    /// The county cannot be served.
    #[error(transparent)]
    Unserved(#[from] Unserved),
    /// The data of the county cannot be entered.
    #[error(transparent)]
    Unentered(#[from] Unentered),
    /// A file cannot be kept.
    #[error("file {number} cannot be kept")]
    File {
        /// Which, from 1.
        number: usize,
        /// Why not.
        source: Untaken,
    },
    /// Nobody in the county is who did it.
    #[error("act {number}: nobody is {login} in the role {role}")]
    Nobody {
        /// Which act, from 1.
        number: usize,
        /// The login.
        login: Login,
        /// The role.
        role: Role,
    },
    /// It was refused.
    #[error("act {number}, {mutation} by {login} at {at}, was not done: {why}")]
    Refused {
        /// Which act, from 1.
        number: usize,
        /// The mutation.
        mutation: String,
        /// Who sent it.
        login: Login,
        /// When.
        at: DateTime<Utc>,
        /// What the API answered.
        why: String,
    },
}

impl History {
    /// The last day on which anything was done; none where nothing was.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.acts.iter().map(|done| county_day(done.at)).max()
    }

    /// Does everything in the ledger of this county, and tells after each act how many are done, of how many.
    ///
    /// # Errors
    /// [`BrokenHistory`] names the first act that could not be done; those before it are.
    pub async fn play(
        &self,
        store: &SqlStore,
        data: &CountyData,
        evidence: &Path,
        told: impl Fn(usize, usize) + Send,
    ) -> Result<(), BrokenHistory> {
        let hands = Arc::new(Mutex::new(DateTime::<Utc>::MIN_UTC));
        let clock = Arc::clone(&hands);
        let clock = Arc::new(move || *clock.lock().unwrap_or_else(PoisonError::into_inner));
        let turn_to = |at| *hands.lock().unwrap_or_else(PoisonError::into_inner) = at;
        if let Some(first) = self.acts.first() {
            turn_to(first.at);
        }
        let served = Served::of(store.clone(), data, evidence, clock)?;
        entering::enter(&served.office.ledger, data).await?;
        for (text, number) in self.files.iter().zip(1..) {
            let digest = Digest::new(Sha256::digest(text).into());
            let mut upload = Upload::new(text.clone(), Duration::from_mins(1));
            let taken = served.files.take(digest, &mut upload).await;
            taken.map_err(|source| BrokenHistory::File { number, source })?;
        }
        let inputs = inputs(&served).await;
        for (done, number) in self.acts.iter().zip(1..) {
            turn_to(done.at);
            let actor = done.actor(data).ok_or_else(|| BrokenHistory::Nobody {
                number,
                login: done.by.clone(),
                role: done.role,
            })?;
            let request = served.office.asked_by(actor, "", done.request(&inputs));
            let response = served.api.execute(request).await;
            if let Some(why) = not_done(response) {
                return Err(BrokenHistory::Refused {
                    number,
                    mutation: done.mutation.clone(),
                    login: done.by.clone(),
                    at: done.at,
                    why,
                });
            }
            told(number, self.acts.len());
        }
        Ok(())
    }
}

impl Done {
    /// Who did it, in the post that he holds in this role.
    fn actor(&self, data: &CountyData) -> Option<Actor> {
        let mut people = data.directory.people().iter();
        let person = people.find(|person| person.login == self.by)?;
        let post = person.posts.iter().find(|post| post.role == self.role)?;
        Some(Actor {
            person: person.id,
            role: post.role,
            unit: post.unit,
        })
    }

    fn request(&self, inputs: &BTreeMap<String, Vec<(String, String)>>) -> Request {
        let of = inputs.get(&self.mutation).map_or(&[][..], Vec::as_slice);
        let declared: Vec<String> = of
            .iter()
            .map(|(name, of)| format!("${name}: {of}!"))
            .collect();
        let passed: Vec<String> = of
            .iter()
            .map(|(name, _)| format!("{name}: ${name}"))
            .collect();
        let query = format!(
            "mutation({}) {{ done: {}({}) {{ userErrors {{ code message }} }} }}",
            declared.join(", "),
            self.mutation,
            passed.join(", ")
        );
        let variables = json!({ "act": self.act, "input": self.input });
        Request::new(query).variables(Variables::from_json(variables))
    }
}

/// The arguments of each mutation with their types.
async fn inputs(served: &Served) -> BTreeMap<String, Vec<(String, String)>> {
    let query =
        "{ __schema { mutationType { fields { name args { name type { ofType { name } } } } } } }";
    let told = served.api.execute(query.into()).await;
    let told = told.data.into_json().unwrap_or_default();
    let list = |of: &Value, at: &str| {
        let list = of.pointer(at).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let text = |of: &Value, at: &str| {
        let text = of.pointer(at).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let fields = list(&told, "/__schema/mutationType/fields").into_iter();
    fields
        .map(|field| {
            let arguments = list(&field, "/args").into_iter();
            let typed = |own| (text(&own, "/name"), text(&own, "/type/ofType/name"));
            (text(&field, "/name"), arguments.map(typed).collect())
        })
        .collect()
}

/// Why it was not done; none where it was.
fn not_done(response: Response) -> Option<String> {
    if let Some(error) = response.errors.first() {
        return Some(error.message.clone());
    }
    let told = response.data.into_json().unwrap_or_default();
    let refusals = told.pointer("/done/userErrors");
    let is_done = refusals
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty);
    (!is_done).then(|| told.to_string())
}
