//! The API as it is served: an operation is judged, then carried out.
//!
//! The engine calls whatever extends a schema at every field of an answer, some thousands of times for a page. So what judges
//! extends a schema of its own, on which nothing is carried out, and nothing extends the one that answers.

use crate::argument::AsWritten;
use crate::attempt::Attempts;
use crate::attendant::admitted_answer;
use crate::in_order::InOrder;
use crate::live::Live;
use crate::locksmith::Locksmith;
use crate::office::Office;
use crate::reference::Reference;
use crate::session::Door;
use crate::together::Together;
use crate::{Limits, Mutation, Query, fragments, kinds, limits::Gate, nulls, roots};
use async_graphql::{Request, Response, Schema, ValidationMode, Value};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use std::sync::Arc;

/// The API on a county's ledger.
#[derive(Clone)]
pub struct Api {
    gate: Gate,
    schema: Schema<Query, Mutation, Live>,
    office: Office,
}

impl Api {
    /// The API on the reference data and on a county's ledger.
    #[must_use]
    pub fn new(
        reference: Reference,
        office: Office,
        door: Arc<dyn Door>,
        locksmith: Arc<dyn Locksmith>,
        attempts: Arc<dyn Attempts>,
        limits: Limits,
    ) -> Self {
        let schema = roots()
            .data(reference)
            .data(office.clone())
            .data(door)
            .data(locksmith)
            .data(attempts)
            // What comes here fits the schema: it was judged.
            .validation_mode(ValidationMode::Fast)
            .finish();
        let gate = Gate::new(limits);
        Self {
            gate,
            schema,
            office,
        }
    }

    /// An operation that may be carried out, and for which there is enough left of what whoever asks may have; with its cost.
    ///
    /// # Errors
    /// The answer that refuses it.
    async fn admitted(&self, request: Request) -> Result<(Request, Value), Box<Response>> {
        let (request, cost) = self.gate.judge(request).await?;
        match admitted_answer(&request, cost.complexity) {
            Ok(()) => Ok((request, cost.told())),
            Err(error) => Err(Box::new(Response::from_errors(vec![error]))),
        }
    }

    /// Carries out what is answered once.
    pub async fn execute(&self, request: Request) -> Response {
        let (request, cost) = match self.admitted(request).await {
            Ok(judged) => judged,
            Err(refused) => return *refused,
        };
        let (begin, mut together) = Together::new();
        let mut request = self.office.loading(request, &begin);
        let asked = Asking::of(&mut request, cost);
        let response = together.answer(self.schema.execute(request)).await;
        asked.told(response)
    }

    /// Carries out what is answered again and again.
    #[must_use = "nothing is done unless somebody listens"]
    pub fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        let api = self.clone();
        let answers = async move {
            let (request, cost) = match api.admitted(request).await {
                Ok(judged) => judged,
                Err(refused) => return stream::iter([*refused]).boxed(),
            };
            let (begin, together) = Together::new();
            let mut request = api.office.loading(request, &begin);
            let asked = Asking::of(&mut request, cost);
            let answers = together.answers(api.schema.execute_stream(request));
            answers.map(move |answer| asked.told(answer)).boxed()
        };
        answers.flatten_stream().boxed()
    }
}

/// What was asked, as far as the answer is told by it.
struct Asking {
    fields: InOrder,
    written: AsWritten,
    cost: Value,
}

impl Asking {
    /// From here on the request asks what it has to so that its answer can be told.
    fn of(request: &mut Request, cost: Value) -> Self {
        let written = AsWritten::of(request);
        fragments::settle(request);
        let kinds_are_asked = kinds::ask(request);
        Self {
            fields: InOrder::of(request, kinds_are_asked),
            written,
            cost,
        }
    }

    /// An answer as it is sent: its fields in order, null where one is missing that failed, what is wrong in words, and what it cost.
    fn told(&self, mut response: Response) -> Response {
        if response.is_err() {
            nulls::put(&mut response, &self.written);
            Gate::code(&mut response, Some(&self.written));
        }
        self.fields.put(&mut response.data);
        let cost = self.cost.clone();
        response.extensions.insert("cost".to_owned(), cost);
        response
    }
}
