//! Objects of which a page has many, and most of whose fields are there at once.
//!
//! The engine sees to the fields of an object at the same time, for which it makes each a task of its own with memory of its own. That is
//! worth it where they wait for different things. Where they do not wait, it takes several times as long as to answer them one
//! after the other, as is done here; and what does wait in an object waits with the same field of the others on its page.

use async_graphql::futures_util::future::BoxFuture;
use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
};
use std::borrow::Cow;

/// An object whose fields are answered one after the other; in the schema it is what it holds.
pub(crate) struct InTurn<T>(pub(crate) T);

/// Such objects in a list, they too one after the other; none of their fields may wait.
pub(crate) struct AllInTurn<T>(pub(crate) Vec<T>);

impl<T: ContainerType + Send + Sync> OutputType for InTurn<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        // In memory of its own, so that what holds it does not grow by all that it may hold.
        let answered: BoxFuture<'_, Value> = Box::pin(answered(&self.0, ctx));
        Ok(answered.await)
    }
}

impl<T: ContainerType + Send + Sync> OutputType for AllInTurn<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut all = Vec::with_capacity(self.0.len());
        for (place, one) in self.0.iter().enumerate() {
            all.push(answered(one, &ctx.with_index(place)).await);
        }
        Ok(Value::List(all))
    }
}

/// What is asked of an object, answered in the order of the query.
async fn answered<T: ContainerType>(object: &T, ctx: &ContextSelectionSet<'_>) -> Value {
    let mut asked = Vec::with_capacity(ctx.item.node.items.len());
    add_asked::<T>(ctx, &ctx.item.node, &mut asked);
    let mut answers = IndexMap::with_capacity(asked.len());
    for field in asked {
        let ctx = ctx.with_field(field);
        let name = field.node.response_key().node.clone();
        let answer = if field.node.name.node == "__typename" {
            Ok(Some(Value::from(T::type_name())))
        } else {
            object.resolve_field(&ctx).await
        };
        match answer {
            Ok(answer) => add(&mut answers, name, answer.unwrap_or_default()),
            Err(error) => ctx.add_error(error),
        }
    }
    Value::Object(answers)
}

/// Adds the fields that a selection asks of an object of this type, those of its fragments that are of this type among them.
fn add_asked<'a, T: ContainerType>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    asked: &mut Vec<&'a Positioned<Field>>,
) {
    for selection in &set.items {
        let (on, within) = match &selection.node {
            Selection::Field(field) => {
                asked.push(field);
                continue;
            }
            Selection::InlineFragment(inline) => {
                let inline = &inline.node;
                (inline.type_condition.as_ref(), &inline.selection_set)
            }
            Selection::FragmentSpread(spread) => {
                let fragments = &ctx.query_env.fragments;
                let Some(fragment) = fragments.get(&spread.node.fragment_name.node) else {
                    continue;
                };
                let fragment = &fragment.node;
                (Some(&fragment.type_condition), &fragment.selection_set)
            }
        };
        let (registry, own) = (&ctx.schema_env.registry, T::type_name());
        let is_of = |on: &str| {
            let interfaces = registry.implements.get(&*own);
            own == on || interfaces.is_some_and(|interfaces| interfaces.contains(on))
        };
        if on.is_none_or(|on| is_of(&on.node.on.node)) {
            add_asked::<T>(ctx, &within.node, asked);
        }
    }
}

/// Adds an answer; of a field that is asked twice, what is asked of it each time.
fn add(answers: &mut IndexMap<Name, Value>, name: Name, answer: Value) {
    match answers.entry(name) {
        Entry::Vacant(place) => {
            place.insert(answer);
        }
        Entry::Occupied(mut there) => join(there.get_mut(), answer),
    }
}

fn join(there: &mut Value, more: Value) {
    match (there, more) {
        (Value::Object(there), Value::Object(more)) => {
            for (name, answer) in more {
                add(there, name, answer);
            }
        }
        (Value::List(there), Value::List(more)) => {
            for (there, more) in there.iter_mut().zip(more) {
                join(there, more);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, Object, Schema};
    use async_graphql::{Error, Interface, Result, SimpleObject};

    /// A leaf of a branch.
    #[derive(SimpleObject, Clone)]
    #[graphql(complex)]
    struct Leaf {
        number: u32,
        id: String,
    }

    #[ComplexObject]
    impl Leaf {
        async fn greater(&self, than: u32) -> Result<u32> {
            if self.number > than {
                Ok(self.number - than)
            } else {
                Err(Error::new("not greater"))
            }
        }

        async fn next(&self) -> Option<InTurn<Leaf>> {
            let next = leaf(self.number.checked_sub(1)?);
            Some(InTurn(next))
        }
    }

    #[derive(Interface)]
    #[graphql(field(name = "id", ty = "&String"))]
    enum Node {
        Leaf(Leaf),
    }

    fn leaf(number: u32) -> Leaf {
        let id = format!("leaf {number}");
        Leaf { number, id }
    }

    struct Query;

    #[Object]
    impl Query {
        async fn leaf(&self) -> InTurn<Leaf> {
            InTurn(leaf(2))
        }
        async fn leaves(&self) -> AllInTurn<Leaf> {
            AllInTurn(vec![leaf(1), leaf(2)])
        }
        async fn every(&self) -> Vec<InTurn<Leaf>> {
            vec![InTurn(leaf(1)), InTurn(leaf(2))]
        }
        async fn node(&self) -> Node {
            Node::Leaf(leaf(0))
        }
    }

    /// The same as the engine answers it by itself.
    struct Plain;

    #[Object(name = "Query")]
    impl Plain {
        async fn leaf(&self) -> Leaf {
            leaf(2)
        }
        async fn leaves(&self) -> Vec<Leaf> {
            vec![leaf(1), leaf(2)]
        }
        async fn every(&self) -> Vec<Leaf> {
            vec![leaf(1), leaf(2)]
        }
        async fn node(&self) -> Node {
            Node::Leaf(leaf(0))
        }
    }

    #[tokio::test]
    async fn the_same_is_answered_as_by_the_engine_and_in_the_order_of_the_query() {
        let own = Schema::new(Query, EmptyMutation, EmptySubscription);
        let plain = Schema::new(Plain, EmptyMutation, EmptySubscription);
        assert_eq!(own.sdl(), plain.sdl());
        let selections = [
            "number id",
            "id number __typename",
            "a: number b: number number next { id next { number } }",
            "... { id } ... on Leaf { number } ... on Node { x: id }",
            "...f id ...g",
            "next { id } next { number, n: next { id } }",
            "number greater(than: 1)",
            "next { greater(than: 9) id } id",
        ];
        for selection in selections {
            let fragments = [("f", "Leaf"), ("g", "Node")].map(|(name, on)| {
                let is_spread = selection.contains(&format!("...{name}"));
                let fragment = format!(" fragment {name} on {on} {{ own: id }}");
                if is_spread { fragment } else { String::new() }
            });
            for field in ["leaf", "leaves", "every"] {
                let query = format!("{{ {field} {{ {selection} }} }}{}", fragments.concat());
                let mut answers = [own.execute(&query).await, plain.execute(&query).await];
                for answer in &mut answers {
                    answer.errors.sort_by_key(|error| error.path.len());
                }
                let [own, plain] = answers;
                assert_eq!(own.data, plain.data, "{query}");
                assert_eq!(own.errors, plain.errors, "{query}");
            }
        }
        let answer = own.execute("{ leaf { next { id } number id } }").await;
        let answer = serde_json::to_string(&answer.data).unwrap();
        let ordered = r#"{"leaf":{"next":{"id":"leaf 1"},"number":2,"id":"leaf 2"}}"#;
        assert_eq!(answer, ordered);
    }
}
