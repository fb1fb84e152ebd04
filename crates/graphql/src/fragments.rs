//! Fragments on a union that stand inside of one of its types.
//!
//! The engine knows of which interfaces an object is, and not of which unions: there it leaves such a fragment out, without a word. So what it
//! selects is put in its place. Other operations are carried out as they were written.

use crate::shape::{SHAPE, base, root};
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment,
    OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Request};
use std::collections::HashMap;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Puts what such fragments select in their place. Whether there are any. They do not go in circles: the request was judged.
pub(crate) fn settle(request: &mut Request) -> bool {
    let Ok(document) = request.parsed_query() else {
        return false;
    };
    if !has_any(document) {
        return false;
    }
    let mut document = document.clone();
    let fragments = document.fragments.clone();
    match &mut document.operations {
        DocumentOperations::Single(own) => settle_operation(&mut own.node, &fragments),
        DocumentOperations::Multiple(all) => {
            for own in all.values_mut() {
                settle_operation(&mut own.node, &fragments);
            }
        }
    }
    for own in document.fragments.values_mut() {
        let FragmentDefinition {
            type_condition,
            selection_set,
            ..
        } = &mut own.node;
        settle_set(
            &mut selection_set.node,
            &type_condition.node.on.node,
            &fragments,
        );
    }
    request.set_parsed_query(document);
    true
}

fn settle_operation(own: &mut OperationDefinition, fragments: &Fragments) {
    settle_set(&mut own.selection_set.node, root(own.ty), fragments);
}

fn settle_set(set: &mut SelectionSet, of: &str, fragments: &Fragments) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                if let Some(of) = type_of(&field.node, of) {
                    settle_set(&mut field.node.selection_set.node, of, fragments);
                }
            }
            Selection::InlineFragment(inline) => {
                let inline = &mut inline.node;
                let on = inline.type_condition.as_ref();
                let on = on.map_or_else(|| of.to_owned(), |own| own.node.on.node.to_string());
                if is_left_out(of, &on) {
                    inline.type_condition = None;
                }
                settle_set(&mut inline.selection_set.node, within(of, &on), fragments);
            }
            Selection::FragmentSpread(spread) => {
                let fragment = fragments.get(&spread.node.fragment_name.node);
                let Some(fragment) = fragment.map(|own| &own.node) else {
                    continue;
                };
                if is_left_out(of, &fragment.type_condition.node.on.node) {
                    let mut selection_set = fragment.selection_set.clone();
                    settle_set(&mut selection_set.node, of, fragments);
                    let inline = InlineFragment {
                        type_condition: None,
                        directives: std::mem::take(&mut spread.node.directives),
                        selection_set,
                    };
                    let inline = Positioned::new(inline, spread.pos);
                    item.node = Selection::InlineFragment(inline);
                }
            }
        }
    }
}

/// Whether a document has any such fragment.
fn has_any(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, own)| {
        let own = &own.node;
        (&own.selection_set.node, root(own.ty))
    });
    let fragments = document.fragments.values().map(|own| {
        let own = &own.node;
        let of = own.type_condition.node.on.node.as_str();
        (&own.selection_set.node, of)
    });
    let mut sets = operations.chain(fragments);
    sets.any(|(set, of)| has(set, of, document))
}

fn has(set: &SelectionSet, of: &str, document: &ExecutableDocument) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => type_of(&field.node, of)
            .is_some_and(|of| has(&field.node.selection_set.node, of, document)),
        Selection::InlineFragment(inline) => {
            let on = inline.node.type_condition.as_ref();
            let on = on.map_or(of, |own| own.node.on.node.as_str());
            is_left_out(of, on) || has(&inline.node.selection_set.node, within(of, on), document)
        }
        // Its fragment is looked at by itself.
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.is_some_and(|own| is_left_out(of, &own.node.type_condition.node.on.node))
        }
    })
}

/// The type of what a field of this type holds; none where that has no fields, and where the schema itself is asked about.
fn type_of(field: &Field, of: &str) -> Option<&'static str> {
    let of = SHAPE.field(of, &field.name.node).map(base);
    of.filter(|_| !field.selection_set.node.items.is_empty())
}

/// Whether the engine leaves out a fragment on that where an object of this type stands.
fn is_left_out(of: &str, on: &str) -> bool {
    of != on && SHAPE.is_union(on) && SHAPE.is(of, on)
}

/// The type of what stands inside of a fragment on that.
fn within<'t>(of: &'t str, on: &'t str) -> &'t str {
    if SHAPE.is_abstract(of) { on } else { of }
}
