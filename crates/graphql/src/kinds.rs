//! Of what type an object is, asked of it beside what the query asks, where the answer could not be told rightly without.
//!
//! The engine answers null for an object of which nothing was selected in the end, which is no less an object; and of an
//! interface or a union it does not say which of its types it answered. Only where either may come does the object tell its type, under
//! a name that goes out of the answer again. Other operations are carried out as they were written.

use crate::glance::that_would_run;
use crate::shape::{AtPlace, SHAPE, base, root, select, typename};
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Request};
use std::collections::BTreeSet;

/// The name under which an object tells its type. Names that begin so are the language's own; whoever uses this one for something else has
/// it, and his objects tell no more than he asks.
pub(crate) const KIND: &str = "__kind";

/// Where in an operation objects are to tell their type.
#[derive(Default)]
struct Places {
    root: bool,
    /// The fields at which they stand, by where in the text these are.
    at: BTreeSet<Pos>,
    /// Whether the name is used for something else.
    is_taken: bool,
}

/// Has the objects of an operation tell their type wherever that may be needed. Whether there are any.
pub(crate) fn ask(request: &mut Request) -> bool {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else {
        return false;
    };
    let places = Places::of(document, name.as_deref());
    if places.is_taken || (!places.root && places.at.is_empty()) {
        return false;
    }
    let mut document = document.clone();
    places.put(&mut document, name.as_deref());
    request.set_parsed_query(document);
    true
}

impl Places {
    fn of(document: &ExecutableDocument, asked: Option<&str>) -> Self {
        let mut places = Self::default();
        if let Some((_, own)) = that_would_run(document, asked) {
            let (set, of) = (&own.node.selection_set.node, root(own.node.ty));
            // What is pushed has the one field at its root.
            let is_pushed = own.node.ty == OperationType::Subscription;
            places.root = !is_pushed && !is_never_empty(set, document);
            places.look(&[(set, of)], document);
        }
        places
    }

    /// Looks at a place where all of this is selected.
    fn look<'d>(&mut self, sets: &[(&'d SelectionSet, &'d str)], document: &'d ExecutableDocument) {
        let mut place = AtPlace::new();
        for (set, of) in sets {
            select(set, of, document, &|_, _| true, &mut place);
        }
        for (key, selected) in place {
            self.is_taken |= key == KIND;
            let mut within: Vec<(&SelectionSet, &str)> = Vec::new();
            for own in &selected {
                let set = &own.field.selection_set.node;
                let of = SHAPE.field(own.of, &own.field.name.node).map(base);
                let Some(of) = of.filter(|_| !set.items.is_empty()) else {
                    continue;
                };
                within.push((set, of));
                // Of what is selected twice the engine forgets one part where the other came to nothing.
                let is_again = selected.iter().any(|other| {
                    let apart = !SHAPE.is_abstract(own.of) && !SHAPE.is_abstract(other.of);
                    !(std::ptr::eq(own, other) || apart && own.of != other.of)
                });
                if !tells(set)
                    && (is_again || SHAPE.is_abstract(of) || !is_never_empty(set, document))
                {
                    self.at.insert(own.at);
                }
            }
            self.look(&within, document);
        }
    }

    fn put(&self, document: &mut ExecutableDocument, asked: Option<&str>) {
        match &mut document.operations {
            DocumentOperations::Single(own) => self.put_at_root(own),
            DocumentOperations::Multiple(all) => {
                for (name, own) in all {
                    // Of several the one that is asked for runs.
                    if asked.is_none_or(|asked| name == asked) {
                        self.put_at_root(own);
                    }
                }
            }
        }
        for own in document.fragments.values_mut() {
            self.put_within(&mut own.node.selection_set.node);
        }
    }

    fn put_at_root(&self, own: &mut Positioned<OperationDefinition>) {
        let set = &mut own.node.selection_set.node;
        self.put_within(set);
        if self.root {
            set.items.push(kind());
        }
    }

    fn put_within(&self, set: &mut SelectionSet) {
        for item in &mut set.items {
            match &mut item.node {
                Selection::Field(field) => {
                    let set = &mut field.node.selection_set.node;
                    self.put_within(set);
                    if self.at.contains(&item.pos) {
                        set.items.push(kind());
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.put_within(&mut inline.node.selection_set.node);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

/// `__kind: __typename`.
fn kind() -> Positioned<Selection> {
    let here = |name| Positioned::new(name, Pos::default());
    let field = Field {
        alias: Some(here(Name::new(KIND))),
        name: here(typename()),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet::default(), Pos::default()),
    };
    let field = Positioned::new(field, Pos::default());
    Positioned::new(Selection::Field(field), Pos::default())
}

/// Whether an object of which this is selected tells its type as it is.
fn tells(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            field.name.node == typename() && field.alias.is_none() && field.directives.is_empty()
        }
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
    })
}

/// Whether something is selected of every object of one type, whatever the variables say.
fn is_never_empty(set: &SelectionSet, document: &ExecutableDocument) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => field.node.directives.is_empty(),
        Selection::InlineFragment(inline) => {
            let inline = &inline.node;
            inline.directives.is_empty() && is_never_empty(&inline.selection_set.node, document)
        }
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            spread.node.directives.is_empty()
                && fragment
                    .is_some_and(|own| is_never_empty(&own.node.selection_set.node, document))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many objects are to tell their type.
    fn check(query: &str, places: usize) {
        let mut request = Request::new(query);
        let asked = ask(&mut request);
        let written = format!("{:?}", request.parsed_query().unwrap());
        assert_eq!(written.matches(KIND).count(), places, "{query}");
        assert_eq!(asked, places > 0, "{query}");
    }

    #[test]
    fn objects_are_asked_for_their_type_where_it_may_be_needed_and_nowhere_else() {
        let hazard = |within: &str| {
            format!(
                "query($is: Boolean!) {{ hazards {{ nodes {{ {within} }} }} }} fragment f on Hazard {{ title }}"
            )
        };
        check(&hazard("id title leadUnit { name }"), 0);
        check(&hazard("...f ... on Hazard { id }"), 0);
        check(
            &hazard("state { __typename ... on ClosedState { closure { sheet } } }"),
            0,
        );
        // Of another state nothing is selected.
        check(
            &hazard("state { ... on ClosedState { closure { sheet } } }"),
            1,
        );
        // By the variables nothing may be.
        check(&hazard("leadUnit { name @skip(if: $is) }"), 1);
        check(&hazard("...f @include(if: $is)"), 1);
        check("query($is: Boolean!) { viewer @skip(if: $is) { role } }", 1);
        // Selected twice, at one place and at two.
        check(&hazard("leadUnit { name } ... { leadUnit { id } }"), 2);
        let apart = "a: hazards { nodes { id } } b: hazards { nodes { id } }";
        check(&format!("{{ {apart} }}"), 0);
        check("{ node(id: \"1\") { id } }", 1);
        check("{ __type(name: \"Node\") { ... on __Type { name } } }", 0);
        let taken = "{ node(id: \"1\") { id __kind: id } }";
        assert!(!ask(&mut Request::new(taken)));
        check(
            "subscription($is: Boolean!) { ledgerAppended @skip(if: $is) { seq } }",
            0,
        );
    }
}
