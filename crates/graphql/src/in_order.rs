//! The fields of an answer in the order in which the query names them, as the specification asks (§7.2.2, serialized map ordering).
//!
//! The engine answers the fields of an object at the same time, and puts each in its place when it comes; so the same question would be
//! answered in another order each time.

use crate::glance::that_would_run;
use crate::kinds::KIND;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Request, Value};

/// The fields of an object, in their order, each with those of what it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct InOrder {
    fields: IndexMap<Name, InOrder>,
    /// Whether the object tells its type beside them, which goes out again.
    tells_its_kind: bool,
}

impl InOrder {
    /// As the operation names them that this request would have carried out. Its fragments do not go in circles, and it has no more
    /// fields than are allowed: it was judged. Objects of it may have been asked for their type.
    pub(crate) fn of(request: &mut Request, kinds_are_asked: bool) -> Self {
        let mut fields = Self::default();
        let name = request.operation_name.clone();
        if let Ok(document) = request.parsed_query()
            && let Some((_, own)) = that_would_run(document, name.as_deref())
        {
            let set = &own.node.selection_set.node;
            fields.take(set, document, kinds_are_asked);
        }
        fields
    }

    /// How many fields there are, those of fields among them.
    pub(crate) fn count(&self) -> usize {
        let within = self.fields.values().map(Self::count);
        self.fields.len() + within.sum::<usize>()
    }

    fn take(&mut self, set: &SelectionSet, document: &ExecutableDocument, kinds_are_asked: bool) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let name = &field.response_key().node;
                    if kinds_are_asked && name == KIND {
                        self.tells_its_kind = true;
                        continue;
                    }
                    let within = self.fields.entry(name.clone()).or_default();
                    within.take(&field.selection_set.node, document, kinds_are_asked);
                }
                Selection::InlineFragment(inline) => {
                    let set = &inline.node.selection_set.node;
                    self.take(set, document, kinds_are_asked);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    if let Some(fragment) = fragment {
                        let set = &fragment.node.selection_set.node;
                        self.take(set, document, kinds_are_asked);
                    }
                }
            }
        }
    }

    /// Puts an answer in order.
    pub(crate) fn put(&self, answer: &mut Value) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else holds fields")]
        match answer {
            _ if self.fields.is_empty() => {}
            Value::List(answers) => answers.iter_mut().for_each(|answer| self.put(answer)),
            Value::Object(fields) => {
                if self.tells_its_kind {
                    fields.shift_remove(KIND);
                }
                let mut rest = self.fields.keys();
                if !fields.keys().all(|name| rest.any(|own| own == name)) {
                    fields.sort_by_cached_key(|name, _| self.fields.get_index_of(name));
                }
                let mut rest = self.fields.iter();
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
        InOrder::of(&mut Request::new(query), false).put(&mut answer);
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
