//! Operations that came before. A client sends the same few texts again and again: what follows from the text alone is found out the first time.
//!
//! What the engine holds against the schema follows from the text and from the form of the variables, which is everything about them but the words:
//! of a word it looks only at whether it stands where one may stand, and of a name of an enum at which it is. So an operation that was
//! admitted once is admitted again with other words, and whoever may not ask it is refused while it is carried out, as before.
//!
//! No word that somebody sends is kept: a text in which words stand is not remembered, and of variables only names that the schema itself has.

use crate::glance::Glance;
use crate::in_order::InOrder;
use crate::limits::Judged;
use crate::shape::SHAPE;
use crate::{fragments, kinds};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Request, ServerResult, Value, Variables};
use lru::LruCache;
use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// In how many forms of its variables an operation is remembered.
const FORMS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// The longest text and the longest form that are remembered, in bytes.
const LONGEST_TEXT: usize = 4096;
const LONGEST_FORM: usize = 1024;

/// How much all operations together may weigh. Each weighs as many as it may have fields, as they are written and as they are answered, some hundred bytes
/// each; and as much again as a hundred of them for itself and for its forms.
const MOST: usize = 64 * 1024;
const ITSELF: usize = 100;

/// An operation, without its variables.
pub(crate) struct Operation {
    pub(crate) glance: Glance,
    /// As it is carried out.
    pub(crate) document: ExecutableDocument,
    /// The fields of its answer.
    pub(crate) fields: InOrder,
    /// Its variables.
    variables: Vec<Name>,
    /// What it costs, by the form of its variables.
    judged: Mutex<LruCache<String, Judged>>,
    /// None where it is not remembered.
    weight: Option<usize>,
}

impl Operation {
    /// The operation that a request sends, which was judged.
    ///
    /// # Errors
    /// Where its text cannot be read.
    fn of(request: &mut Request) -> ServerResult<Self> {
        let glance = Glance::at(request);
        let is_settled = fragments::settle(request);
        let kinds_are_asked = kinds::ask(request);
        let fields = InOrder::of(request, kinds_are_asked);
        let text = request.query.len();
        let document = request.parsed_query()?.clone();
        let defined = document.operations.iter();
        let defined = defined.flat_map(|(_, own)| &own.node.variable_definitions);
        Ok(Self {
            glance,
            // What settled fragments have become may be far larger than their text.
            weight: (!is_settled).then(|| ITSELF + text / 2 + fields.count()),
            variables: defined.map(|own| own.node.name.node.clone()).collect(),
            judged: Mutex::new(LruCache::new(FORMS)),
            document,
            fields,
        })
    }

    /// Everything about its variables but the words in them; none where that is too long.
    fn form(&self, given: &Variables) -> Option<String> {
        let mut form = String::new();
        for name in &self.variables {
            if let Some(value) = given.get(name) {
                add_named(name, value, &mut form)?;
            }
        }
        Some(form)
    }
}

/// A text, and which of its operations is sent.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    query: String,
    operation: Option<String>,
}

impl Key {
    /// None of a text that is not remembered.
    fn of(request: &Request) -> Option<Self> {
        let (query, operation) = (&request.query, &request.operation_name);
        let name = operation.as_ref().map_or(0, String::len);
        let is_short = query.len().saturating_add(name) <= LONGEST_TEXT;
        (is_short && !query.contains('"')).then(|| Self {
            query: query.clone(),
            operation: operation.clone(),
        })
    }
}

/// The operations that came before and could be carried out, the latest of them.
pub(crate) struct Operations(Mutex<Remembered>);

struct Remembered {
    latest: LruCache<Key, Arc<Operation>>,
    weight: usize,
}

impl Operations {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Remembered {
            latest: LruCache::unbounded(),
            weight: 0,
        }))
    }

    /// The operation that a request sends, where it came before.
    pub(crate) fn known(&self, request: &Request) -> Option<Arc<Operation>> {
        let key = Key::of(request)?;
        locked(&self.0).latest.get(&key).cloned()
    }

    /// What a request costs, where it came before with variables of the same form.
    pub(crate) fn judged(&self, request: &Request) -> Option<(Arc<Operation>, Judged)> {
        let operation = self.known(request)?;
        let form = operation.form(&request.variables)?;
        let judged = locked(&operation.judged).get(&form).copied();
        Some((operation, judged?))
    }

    /// What a request sends that was just judged, remembered with what it costs.
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
        if let Some(form) = operation.form(&request.variables) {
            locked(&operation.judged).put(form, judged);
            if let Some((key, weight)) = Key::of(request).zip(operation.weight) {
                // What goes is let go of when nobody waits for the lock any more.
                let _gone = locked(&self.0).put(key, Arc::clone(&operation), weight);
            }
        }
        Ok(operation)
    }
}

impl Remembered {
    /// Puts an operation among them. The answer is what had to go for it.
    fn put(&mut self, key: Key, operation: Arc<Operation>, weight: usize) -> Vec<Arc<Operation>> {
        let before = self.latest.put(key, operation);
        let mut gone: Vec<_> = before.into_iter().collect();
        let weighed = |gone: &Arc<Operation>| gone.weight.unwrap_or_default();
        self.weight = (self.weight + weight).saturating_sub(gone.iter().map(weighed).sum());
        while self.weight > MOST
            && let Some((_, oldest)) = self.latest.pop_lru()
        {
            self.weight = self.weight.saturating_sub(weighed(&oldest));
            gone.push(oldest);
        }
        gone
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// None where the form has become too long.
fn add_named(name: &str, value: &Value, form: &mut String) -> Option<()> {
    // Whatever stands in a name, where it ends is said before.
    add(form, format_args!("{}:{name}", name.len()));
    add_value(value, form)
}

fn add_value(value: &Value, form: &mut String) -> Option<()> {
    match value {
        Value::Null => form.push('0'),
        Value::Boolean(is) => add(form, format_args!("?{is}")),
        Value::Number(number) => add(form, format_args!("#{number}")),
        Value::Enum(name) => add(form, format_args!("={name}")),
        Value::String(name) if SHAPE.is_name(name) => add(form, format_args!("'{name}")),
        Value::String(_) => form.push('"'),
        Value::Binary(_) => form.push('*'),
        Value::List(items) => {
            form.push('[');
            for item in items {
                add_value(item, form)?;
            }
            form.push(']');
        }
        Value::Object(fields) => {
            form.push('{');
            for (name, value) in fields {
                add_named(name, value, form)?;
            }
            form.push('}');
        }
    }
    form.push(',');
    (form.len() <= LONGEST_FORM).then_some(())
}

fn add(form: &mut String, what: fmt::Arguments<'_>) {
    // Into text nothing fails to be written.
    form.write_fmt(what).unwrap_or_default();
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
    async fn what_is_remembered_is_bounded_and_holds_no_word() {
        let gate = Gate::new(Limits::default());
        let operations = Operations::new();
        let send = async |query: &str, variables| {
            let mut request = request(query, variables);
            let judged = gate.judge(&mut request).await.unwrap();
            let own = operations.remember(&mut request, judged).unwrap();
            (own, operations.judged(&request).is_some())
        };
        let is_remembered = async |query: &str, variables| send(query, variables).await.1;
        assert!(is_remembered("{ viewer { role } }", json!({})).await);
        let long = format!("{{ viewer {{ role }} }} # {}", "x".repeat(LONGEST_TEXT));
        assert!(!is_remembered(&long, json!({})).await);
        assert!(!is_remembered("{ node(id: \"secret\") { id } }", json!({})).await);
        let settled = "{ hazards { nodes { state { ...f } } } } \
             fragment f on ReportedState { ... on HazardState { __typename } }";
        assert!(!is_remembered(settled, json!({})).await);

        let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert!(!is_remembered(ids, json!({ "ids": vec![""; LONGEST_FORM] })).await);
        for length in 0..=FORMS.get() {
            assert!(is_remembered(ids, json!({ "ids": vec![""; length] })).await);
        }
        // What is no variable of its own makes no other form.
        let beside = json!({ "ids": [], "x": [1, 2, 3] });
        let (last, _) = send(ids, json!({ "ids": [] })).await;
        assert!(operations.judged(&request(ids, beside)).is_some());
        assert_eq!(locked(&last.judged).len(), FORMS.get());

        let sign_in =
            "mutation($l: String!, $p: String!) { signIn(login: $l, password: $p) { token } }";
        let secret = json!({ "l": "zhangsan", "p": "Sunflower2026x" });
        let (own, is_known) = send(sign_in, secret).await;
        assert!(is_known);
        let form = locked(&own.judged).iter().next().unwrap().0.clone();
        assert_eq!(form, "1:l\",1:p\",");

        let (mut last, many) = (0, "role ".repeat(500));
        for number in 0..100 {
            let query = format!("{{ viewer {{ a{number}: role {many} }} }}");
            let (own, is_known) = send(&query, json!({})).await;
            assert!(is_known);
            last = own.weight.unwrap();
        }
        // However short they are.
        for number in 0..1000 {
            let short = format!("{{ viewer {{ a{number}: role }} }}");
            assert!(is_remembered(&short, json!({})).await);
        }
        let remembered = locked(&operations.0);
        assert!(remembered.latest.len() < MOST / ITSELF);
        let weights = remembered.latest.iter().map(|(_, own)| own.weight.unwrap());
        assert_eq!(remembered.weight, weights.sum::<usize>());
        assert!(remembered.weight <= MOST && remembered.weight > MOST - 2 * last);
    }

    #[test]
    fn forms_differ_in_all_but_words() {
        let variables = ["a", "b", "a:#1,1:b"].map(Name::new);
        let operation = Operation {
            variables: variables.to_vec(),
            ..Operation::of(&mut request("{ viewer { role } }", json!({}))).unwrap()
        };
        let form = |variables| operation.form(&Variables::from_json(variables)).unwrap();
        let one = json!({ "a": "two words", "b": ["word", 1, true, null, "LISTED"] });
        let same = json!({ "a": "", "b": ["2026-11-20", 1, true, null, "LISTED"] });
        assert_eq!(form(one), form(same));
        let others = [
            json!({}),
            json!({ "a": null }),
            json!({ "a": "word" }),
            json!({ "a": "LISTED" }),
            json!({ "a": "TRACKED" }),
            json!({ "a": true }),
            json!({ "a": 1 }),
            json!({ "a": 1.0 }),
            json!({ "a": [] }),
            json!({ "a": [[]] }),
            json!({ "a": {} }),
            json!({ "a": { "b": 1 } }),
            json!({ "a": 1, "b": 1 }),
            json!({ "a:#1,1:b": 1 }),
            json!({ "a": ["LISTED", "TRACKED"] }),
            json!({ "a": [["LISTED"], "TRACKED"] }),
        ];
        let forms: std::collections::BTreeSet<_> = others.iter().cloned().map(form).collect();
        assert_eq!(forms.len(), others.len());
    }
}
