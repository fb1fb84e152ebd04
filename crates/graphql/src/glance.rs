//! What a query is about, seen before it runs: what whoever carries it goes by.

use crate::cost::nesting;
use crate::limits::Limits;
use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Request};

/// What an operation is meant to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks.
    Query,
    /// It acts.
    Mutation,
    /// It wants to be told again and again.
    Subscription,
}

impl Kind {
    fn of(operation: &OperationDefinition) -> Self {
        match operation.ty {
            OperationType::Query => Self::Query,
            OperationType::Mutation => Self::Mutation,
            OperationType::Subscription => Self::Subscription,
        }
    }
}

/// What a query is about. Of one that cannot be read nothing is seen: it will not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Whether nothing in it could change anything.
    pub only_reads: bool,
    /// What the operation that would run is meant to do.
    pub kind: Kind,
    /// Whether it asks about the schema itself.
    pub introspects: bool,
    /// The name of the operation that would run, where it has one.
    pub operation: Option<String>,
    /// The first field that it asks for.
    pub root: Option<String>,
    /// Whether it asks for nothing but to be let in, which no token is needed for, nor a good one.
    pub lets_in: bool,
}

/// By which fields one is let in who shows something else than a token.
const LETS_IN: [&str; 5] = [
    "signIn",
    "signInByKey",
    "redeemDeviceCode",
    "openLink",
    "renewSession",
];

impl Glance {
    /// Looks at a request; what was parsed for that need not be parsed again.
    #[must_use]
    pub fn at(request: &mut Request) -> Self {
        let nothing = Self {
            only_reads: true,
            kind: Kind::Query,
            introspects: false,
            operation: None,
            root: None,
            lets_in: false,
        };
        // Whoever parses recurses as deep as a query is nested.
        if nesting(&request.query) > Limits::default().nesting {
            return nothing;
        }
        let operation = request.operation_name.clone();
        let Ok(document) = request.parsed_query() else {
            return nothing;
        };
        let operations = || document.operations.iter();
        let own = that_would_run(document, operation.as_deref());
        let fragments = document.fragments.values();
        let fragments = fragments.map(|fragment| &fragment.node.selection_set.node);
        let mut sets = operations()
            .map(|(_, operation)| &operation.node.selection_set.node)
            .chain(fragments);
        Self {
            only_reads: operations().all(|(_, each)| Kind::of(&each.node) == Kind::Query),
            kind: own.map_or(Kind::Query, |(_, own)| Kind::of(&own.node)),
            introspects: sets.any(introspects),
            operation: own.and_then(|(name, _)| name).map(ToString::to_string),
            root: own.and_then(|(_, own)| root(&own.node.selection_set.node)),
            lets_in: own.is_some_and(|(_, own)| lets_in(&own.node)),
        }
    }
}

/// The operation of a document that would run where this one is asked for, with its name.
pub(crate) fn that_would_run<'d>(
    document: &'d ExecutableDocument,
    asked: Option<&str>,
) -> Option<(Option<&'d Name>, &'d Positioned<OperationDefinition>)> {
    let mut operations = document.operations.iter();
    match asked {
        Some(asked) => operations.find(|(name, _)| name.is_some_and(|name| name == asked)),
        None => operations.next(),
    }
}

/// Whether all that it asks for lets somebody in.
fn lets_in(operation: &OperationDefinition) -> bool {
    let mut asked = operation.selection_set.node.items.iter();
    operation.ty == OperationType::Mutation
        && asked.all(|selection| match &selection.node {
            Selection::Field(field) => LETS_IN.contains(&field.node.name.node.as_str()),
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
        })
}

/// The first field of a selection.
fn root(set: &SelectionSet) -> Option<String> {
    set.items
        .iter()
        .find_map(|selection| match &selection.node {
            Selection::Field(field) => Some(field.node.name.node.to_string()),
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
        })
}

/// Names that begin so are the language's own, wherever they stand.
fn introspects(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            matches!(field.node.name.node.as_str(), "__schema" | "__type")
                || introspects(&field.node.selection_set.node)
        }
        Selection::InlineFragment(inline) => introspects(&inline.node.selection_set.node),
        // Its fragment is looked at by itself.
        Selection::FragmentSpread(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(query: &str, asked: Option<&str>) -> Glance {
        let mut request = Request::new(query);
        request.operation_name = asked.map(ToOwned::to_owned);
        Glance::at(&mut request)
    }

    fn check(query: &str, asked: Option<&str>, seen: (bool, bool, Option<&str>)) {
        let Glance {
            only_reads,
            introspects,
            operation,
            kind: _,
            root: _,
            lets_in: _,
        } = at(query, asked);
        assert_eq!(
            (only_reads, introspects, operation.as_deref()),
            seen,
            "{query}"
        );
    }

    #[test]
    fn what_changes_something_is_seen_wherever_it_stands() {
        check("{a}", None, (true, false, None));
        check("mutation M {a}", None, (false, false, Some("M")));
        check(
            "query Q {a} mutation M {b}",
            Some("Q"),
            (false, false, Some("Q")),
        );
        check("query Q {a}", Some("other"), (true, false, None));
        check("{ never closed", None, (true, false, None));
    }

    #[test]
    fn what_would_run_tells_what_it_is_meant_to_do() {
        let kind = |query, asked| at(query, asked).kind;
        assert_eq!(kind("{a}", None), Kind::Query);
        assert_eq!(kind("mutation {a}", None), Kind::Mutation);
        assert_eq!(kind("subscription {a}", None), Kind::Subscription);
        let several = "query Q {a} subscription S {b}";
        assert_eq!(kind(several, Some("S")), Kind::Subscription);
        assert_eq!(kind(several, Some("Q")), Kind::Query);
    }

    #[test]
    fn a_question_about_the_schema_is_seen_however_it_is_put() {
        for query in [
            "{__schema{types{name}}}",
            "{x: __type(name:\"Query\"){name}}",
            "{...on Query{...f}} fragment f on Query{__schema{types{name}}}",
        ] {
            check(query, None, (true, true, None));
        }
        check("{__typename a(b:\"__schema\")}", None, (true, false, None));
    }
}
