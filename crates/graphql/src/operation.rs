//! Operations that came before. A client sends the same few texts again and again: what follows from the text alone is found out the first time.
//!
//! What the engine holds against the schema follows from the text and from the form of the variables, which is everything about them but the words:
//! of a word it looks only at whether it stands where one may stand, and of a name of an enum at which it is. So an operation that was
//! admitted once is admitted again with other words, and whoever may not ask it is refused while it is carried out, as before.

use crate::glance::Glance;
use crate::in_order::InOrder;
use crate::limits::Judged;
use crate::{fragments, kinds};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, ServerResult, Value, Variables};
use lru::LruCache;
use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many operations are remembered, and each in how many forms of its variables.
const OPERATIONS: NonZeroUsize = NonZeroUsize::new(256).unwrap();
const FORMS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// The longest text and the longest form that are remembered, in bytes: whoever sends other ones each time fills no more than so much.
const LONGEST_TEXT: usize = 4096;
const LONGEST_FORM: usize = 1024;

/// An operation, without its variables.
pub(crate) struct Operation {
    pub(crate) glance: Glance,
    /// As it is carried out.
    pub(crate) document: ExecutableDocument,
    /// The fields of its answer.
    pub(crate) fields: InOrder,
    /// What it costs, by the form of its variables.
    judged: Mutex<LruCache<String, Judged>>,
}

impl Operation {
    /// The operation that a request sends, which was judged.
    ///
    /// # Errors
    /// Where its text cannot be read.
    fn of(request: &mut Request) -> ServerResult<Self> {
        let glance = Glance::at(request);
        fragments::settle(request);
        let kinds_are_asked = kinds::ask(request);
        Ok(Self {
            glance,
            fields: InOrder::of(request, kinds_are_asked),
            document: request.parsed_query()?.clone(),
            judged: Mutex::new(LruCache::new(FORMS)),
        })
    }
}

/// A text, and which of its operations is sent.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    query: String,
    operation: Option<String>,
}

impl Key {
    fn of(request: &Request) -> Self {
        Self {
            query: request.query.clone(),
            operation: request.operation_name.clone(),
        }
    }
}

/// The operations that came before and could be carried out, the latest of them.
pub(crate) struct Operations(Mutex<LruCache<Key, Arc<Operation>>>);

impl Operations {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(OPERATIONS)))
    }

    /// The operation that a request sends, where it came before.
    pub(crate) fn known(&self, request: &Request) -> Option<Arc<Operation>> {
        locked(&self.0).get(&Key::of(request)).cloned()
    }

    /// What a request costs, where it came before with variables of the same form.
    pub(crate) fn judged(&self, request: &Request) -> Option<(Arc<Operation>, Judged)> {
        let operation = self.known(request)?;
        let judged = locked(&operation.judged)
            .get(&form(&request.variables))
            .copied();
        Some((operation, judged?))
    }

    /// Remembers what a request sends that was just judged, and what it costs.
    ///
    /// # Errors
    /// Where its text cannot be read.
    pub(crate) fn remember(
        &self,
        request: &mut Request,
        judged: Judged,
    ) -> ServerResult<Arc<Operation>> {
        let operation = match self.known(request) {
            Some(known) => known,
            None => Arc::new(Operation::of(request)?),
        };
        let form = form(&request.variables);
        if request.query.len() <= LONGEST_TEXT && form.len() <= LONGEST_FORM {
            locked(&operation.judged).put(form, judged);
            locked(&self.0).put(Key::of(request), Arc::clone(&operation));
        }
        Ok(operation)
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything about variables but the words in them; what could be the name of an enum is no word.
fn form(of: &Variables) -> String {
    let mut form = String::new();
    for (name, value) in of.iter() {
        add_named(name, value, &mut form);
    }
    form
}

fn add_named(name: &str, value: &Value, form: &mut String) {
    // Whatever stands in a name, where it ends is said before.
    add(form, format_args!("{}:{name}", name.len()));
    add_value(value, form);
}

fn add_value(value: &Value, form: &mut String) {
    match value {
        Value::Null => form.push('0'),
        Value::Boolean(is) => add(form, format_args!("?{is}")),
        Value::Number(number) => add(form, format_args!("#{number}")),
        Value::Enum(name) => add(form, format_args!("={name}")),
        Value::String(name) if is_name(name) => add(form, format_args!("'{name}")),
        Value::String(_) => form.push('"'),
        Value::Binary(_) => form.push('*'),
        Value::List(items) => {
            form.push('[');
            for item in items {
                add_value(item, form);
            }
            form.push(']');
        }
        Value::Object(fields) => {
            form.push('{');
            for (name, value) in fields {
                add_named(name, value, form);
            }
            form.push('}');
        }
    }
    form.push(',');
}

fn add(form: &mut String, what: fmt::Arguments<'_>) {
    // Into text nothing fails to be written.
    form.write_fmt(what).unwrap_or_default();
}

/// Whether a word could be the name of an enum.
fn is_name(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with(|first: char| first.is_ascii_digit())
        && word.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::limits::Gate;
    use serde_json::json;

    fn request(query: &str, variables: serde_json::Value) -> Request {
        Request::new(query).variables(Variables::from_json(variables))
    }

    #[tokio::test]
    async fn what_came_before_is_judged_as_if_it_had_not() {
        let gate = Gate::new(Limits::default());
        let operations = Operations::new();
        let query = "query($text: String, $by: HazardOrder, $stages: [HazardStage!], $due: DayRange, $first: Int, $is: Boolean!) { \
             hazards(filter: { text: $text, stages: $stages, due: $due }, orderBy: $by, first: $first) { \
             nodes { number @include(if: $is) ...f } } } fragment f on Hazard { title }";
        let values = [
            json!(null),
            json!(true),
            json!(7),
            json!(300),
            json!(5_000_000_000_u64),
            json!(1.5),
            json!("两个 字"),
            json!("other words"),
            json!("2026-11-20"),
            json!("true"),
            json!("LISTED"),
            json!("TRACKED"),
            json!("DUE_FIRST"),
            json!("NOPE"),
            json!([]),
            json!(["LISTED"]),
            json!(["LISTED", "TRACKED"]),
            json!(["two words"]),
            json!({}),
            json!({ "from": "2026-11-20" }),
            json!({ "from": "no day" }),
            json!({ "from": 5 }),
            json!({ "nope": "2026-11-20" }),
            json!({ "from\":5,": "2026-11-20" }),
        ];
        let (mut remembered, mut refused) = (0, 0);
        for _ in 0..2 {
            for name in ["text", "by", "stages", "due", "first", "is", "none"] {
                for value in &values {
                    let mut variables = json!({ "is": true });
                    variables[name] = value.clone();
                    let mut request = request(query, variables.clone());
                    let before = operations.judged(&request);
                    let judged = gate.judge(&mut request).await;
                    match (before, judged) {
                        (Some((_, before)), Ok(judged)) => {
                            assert_eq!(before.complexity, judged.complexity, "{variables}");
                            remembered += 1;
                        }
                        (Some(_), Err(_)) => panic!("{variables} is refused by who sees it first"),
                        (None, Ok(judged)) => {
                            operations.remember(&mut request, judged).unwrap();
                        }
                        (None, Err(_)) => refused += 1,
                    }
                }
            }
        }
        assert!(remembered > 20 && refused > 100, "{remembered}, {refused}");
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let gate = Gate::new(Limits::default());
        let operations = Operations::new();
        let send = async |query: String, variables| {
            let mut request = request(&query, variables);
            let judged = gate.judge(&mut request).await.unwrap();
            let own = operations.remember(&mut request, judged).unwrap();
            (own, operations.judged(&request).is_some())
        };
        let long = format!("{{ viewer {{ role }} }} # {}", "x".repeat(LONGEST_TEXT));
        assert!(!send(long, json!({})).await.1);
        let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let long = vec!["a_name"; LONGEST_FORM / 6];
        assert!(!send(ids.to_owned(), json!({ "ids": long })).await.1);
        let mut last = None;
        for length in 0..=FORMS.get() {
            let ids = vec![""; length];
            last = Some(
                send(
                    "query($ids: [ID!]!) { nodes(ids: $ids) { id } }".to_owned(),
                    json!({ "ids": ids }),
                )
                .await
                .0,
            );
        }
        let last = last.unwrap();
        assert_eq!(locked(&last.judged).len(), FORMS.get());
        for number in 0..=OPERATIONS.get() {
            let query = format!("{{ viewer {{ a{number}: role }} }}");
            assert!(send(query, json!({})).await.1);
        }
        assert_eq!(locked(&operations.0).len(), OPERATIONS.get());
    }

    #[test]
    fn forms_differ_in_all_but_words() {
        let form = |variables| form(&Variables::from_json(variables));
        let one = json!({ "a": "two words", "b": ["-", 1, true, null, "NAME"] });
        let same = json!({ "a": "", "b": ["2026-11-20", 1, true, null, "NAME"] });
        assert_eq!(form(one), form(same));
        let others = [
            json!({}),
            json!({ "a": null }),
            json!({ "a": "0" }),
            json!({ "a": "NAME" }),
            json!({ "a": "OTHER" }),
            json!({ "a": "null" }),
            json!({ "a": "true" }),
            json!({ "a": true }),
            json!({ "a": 1 }),
            json!({ "a": 1.0 }),
            json!({ "a": [] }),
            json!({ "a": [[]] }),
            json!({ "a": {} }),
            json!({ "a": { "b": 1 } }),
            json!({ "a": 1, "b": 1 }),
            json!({ "a:#1,1:b": 1 }),
            json!({ "a": ["NAME", "OTHER"] }),
            json!({ "a": [["NAME"], "OTHER"] }),
        ];
        let forms: std::collections::BTreeSet<_> = others.iter().cloned().map(form).collect();
        assert_eq!(forms.len(), others.len());
    }
}
