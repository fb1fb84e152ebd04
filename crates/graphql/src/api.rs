//! The API as it is served: an operation is judged, then carried out.
//!
//! The engine calls whatever extends a schema at every field of an answer, some thousands of times for a page. So what judges
//! extends a schema of its own, on which nothing is carried out, and nothing extends the one that answers.

use crate::argument::AsWritten;
use crate::attempt::Attempts;
use crate::attendant::Answers;
use crate::live::Live;
use crate::locksmith::Locksmith;
use crate::office::Office;
use crate::operation::{Operation, Operations};
use crate::reference::Reference;
use crate::session::Door;
use crate::together::Together;
use crate::{Glance, Limits, Mutation, Query, limits::Gate, nulls, roots};
use async_graphql::{Request, Response, Schema, ValidationMode, Value};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use std::sync::Arc;

/// The API on a county's ledger.
#[derive(Clone)]
pub struct Api {
    gate: Gate,
    operations: Arc<Operations>,
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
            operations: Arc::new(Operations::new()),
            schema,
            office,
        }
    }

    /// What a request is about.
    #[must_use]
    pub fn glance(&self, request: &mut Request) -> Glance {
        match self.operations.known(request) {
            Some(known) => known.glance.clone(),
            None => Glance::at(request),
        }
    }

    /// An operation that may be carried out, and for which there is enough left of what whoever asks may have.
    ///
    /// # Errors
    /// The answer that refuses it.
    async fn admitted(&self, mut request: Request) -> Result<(Request, Asking), Box<Response>> {
        let refused = |error| Box::new(Response::from_errors(vec![error]));
        let (operation, cost) = if let Some(known) = self.operations.judged(&request) {
            known
        } else {
            let cost = self.gate.judge(&mut request).await?;
            let operation = self.operations.remember(&mut request, cost);
            (operation.map_err(refused)?, cost)
        };
        let answers = Answers::of(&request, cost.complexity);
        answers.admit().map_err(refused)?;
        let asked = Asking {
            answers,
            written: AsWritten::of(&request),
            cost: cost.told(),
            operation,
        };
        request.set_parsed_query(asked.operation.document.clone());
        Ok((request, asked))
    }

    /// Carries out what is answered once.
    pub async fn execute(&self, request: Request) -> Response {
        let (request, asked) = match self.admitted(request).await {
            Ok(admitted) => admitted,
            Err(refused) => return *refused,
        };
        let (begin, mut together) = Together::new();
        let request = self.office.loading(request, &begin);
        let response = together.answer(self.schema.execute(request)).await;
        asked.told(response)
    }

    /// Carries out what is answered again and again.
    #[must_use = "nothing is done unless somebody listens"]
    pub fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        let api = self.clone();
        let answers = async move {
            let (request, asked) = match api.admitted(request).await {
                Ok(admitted) => admitted,
                Err(refused) => return stream::iter([*refused]).boxed(),
            };
            let (begin, together) = Together::new();
            let request = api.office.loading(request, &begin);
            let answers = together.answers(api.schema.execute_stream(request));
            // Each costs what it costs to ask for it once; whoever has none of that left goes on later from where he was.
            let told = answers.scan(false, move |is_over, answer| {
                let told = (!*is_over).then(|| match asked.answers.admit() {
                    Ok(()) => asked.told(answer),
                    Err(error) => {
                        *is_over = true;
                        Response::from_errors(vec![error])
                    }
                });
                std::future::ready(told)
            });
            told.boxed()
        };
        answers.flatten_stream().boxed()
    }
}

/// What was asked, as far as the answer is told by it.
struct Asking {
    answers: Answers,
    operation: Arc<Operation>,
    written: AsWritten,
    cost: Value,
}

impl Asking {
    /// An answer as it is sent: its fields in order, null where one is missing that failed, what is wrong in words, and what it cost.
    fn told(&self, mut response: Response) -> Response {
        if response.is_err() {
            nulls::put(&mut response, &self.written);
            Gate::code(&mut response, Some(&self.written));
        }
        self.operation.fields.put(&mut response.data);
        let cost = self.cost.clone();
        response.extensions.insert("cost".to_owned(), cost);
        response
    }
}
