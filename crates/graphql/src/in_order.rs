//! The fields of an answer in the order in which the query names them, as the specification asks (§7.2.2, serialized map ordering).
//!
//! The engine answers the fields of an object at the same time, and puts each in its place when it comes; so the same question would be
//! answered in another order each time.

use crate::glance::that_would_run;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Request, Value};

/// The fields of an object, in their order, each with those of what it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct InOrder(IndexMap<Name, InOrder>);

impl InOrder {
    /// As the operation names them that this request would have carried out. Its fragments do not go in circles, and it has no more
    /// fields than are allowed: it was judged.
    pub(crate) fn of(request: &mut Request) -> Self {
        let mut fields = Self::default();
        let name = request.operation_name.clone();
        if let Ok(document) = request.parsed_query()
            && let Some((_, own)) = that_would_run(document, name.as_deref())
        {
            fields.take(&own.node.selection_set.node, document);
        }
        fields
    }

    fn take(&mut self, set: &SelectionSet, document: &ExecutableDocument) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let within = self.0.entry(field.response_key().node.clone());
                    within
                        .or_default()
                        .take(&field.selection_set.node, document);
                }
                Selection::InlineFragment(inline) => {
                    self.take(&inline.node.selection_set.node, document);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    if let Some(fragment) = fragment {
                        self.take(&fragment.node.selection_set.node, document);
                    }
                }
            }
        }
    }

    /// Puts an answer in order.
    pub(crate) fn put(&self, answer: &mut Value) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else holds fields")]
        match answer {
            _ if self.0.is_empty() => {}
            Value::List(answers) => answers.iter_mut().for_each(|answer| self.put(answer)),
            Value::Object(fields) => {
                let mut rest = self.0.keys();
                if !fields.keys().all(|name| rest.any(|own| own == name)) {
                    fields.sort_by_cached_key(|name, _| self.0.get_index_of(name));
                }
                let mut rest = self.0.iter();
                for (name, value) in fields {
                    if let Some((_, within)) = rest.find(|(own, _)| *own == name) {
                        within.put(value);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::value;

    fn check(query: &str, mut answer: Value, ordered: &str) {
        InOrder::of(&mut Request::new(query)).put(&mut answer);
        assert_eq!(serde_json::to_string(&answer).unwrap(), ordered, "{query}");
    }

    #[test]
    fn fields_come_as_the_query_names_them_whatever_it_is_made_of() {
        let answer = value!({ "c": 1, "b": [{ "e": 2, "d": 3 }, null], "a": { "y": 1, "x": 2 } });
        let ordered = r#"{"a":{"x":2,"y":1},"b":[{"d":3,"e":2},null],"c":1}"#;
        check("{a{x y} b{d e} c}", answer.clone(), ordered);
        // By its other name, in fragments, twice, and not at all.
        let query = "{...f b{d} z c b{e} ... on Query {a{y}}} fragment f on Query {a: q {x}}";
        check(query, answer.clone(), ordered);
        // What a field holds that has none of its own stays as it is.
        let whole = r#"{"a":{"y":1,"x":2},"b":[{"e":2,"d":3},null],"c":1}"#;
        check("{a b c}", answer, whole);
    }
}
