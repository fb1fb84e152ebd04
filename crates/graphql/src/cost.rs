//! What a query costs as it is written, counted before the engine sees it: its brackets byte by byte, and then its fields, with each
//! fragment counted once.

use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use std::collections::HashMap;

/// The deepest nesting of brackets, outside of strings and comments; counted byte by byte, without recursion.
pub(crate) fn nesting(query: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' => after_string(rest),
            '#' => rest
                .find(['\n', '\r'])
                .and_then(|end| rest.get(end..))
                .unwrap_or_default(),
            '(' | '[' | '{' => {
                depth += 1;
                deepest = deepest.max(depth);
                rest.get(1..).unwrap_or_default()
            }
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                rest.get(1..).unwrap_or_default()
            }
            other => rest.get(other.len_utf8()..).unwrap_or_default(),
        };
    }
    deepest
}

/// What follows the string with which the text begins; nothing when it never ends.
fn after_string(text: &str) -> &str {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let mut rest = block;
        while let Some(at) = rest.find("\"\"\"") {
            let escaped = rest.get(..at).is_some_and(|before| before.ends_with('\\'));
            rest = rest.get(at + 3..).unwrap_or_default();
            if !escaped {
                return rest;
            }
        }
        return "";
    }
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '\n' | '\r' => return text.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

/// What a selection costs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) fields: u64,
    pub(crate) depth: u32,
    /// Histories within histories.
    pub(crate) histories: u32,
    pub(crate) aliases: u64,
    pub(crate) directives: u64,
}

impl Cost {
    /// Both, one beside the other.
    fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            histories: self.histories.max(other.histories),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
        }
    }
}

/// The field with all that was done to a hazard. Each line of it names its hazard: histories within histories would multiply.
const HISTORY: &str = "ledger";

/// Costs of fragments: none while being counted.
type Counted<'a> = HashMap<&'a Name, Option<Cost>>;

/// The cost of a document; none when its fragments go in a circle.
pub(crate) fn cost(document: &ExecutableDocument) -> Option<Cost> {
    let mut counted = Counted::new();
    let mut operations = document.operations.iter();
    operations.try_fold(Cost::default(), |sum, (_, operation)| {
        let set = &operation.node.selection_set.node;
        Some(sum.and(of_set(set, &document.fragments, &mut counted)?))
    })
}

fn of_set<'a>(
    set: &'a SelectionSet,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    counted: &mut Counted<'a>,
) -> Option<Cost> {
    let mut sum = Cost::default();
    for selection in &set.items {
        let cost = match &selection.node {
            Selection::Field(field) => {
                let within = of_set(&field.node.selection_set.node, fragments, counted)?;
                let is_history = field.node.name.node == HISTORY;
                let own = Cost {
                    fields: 1,
                    depth: within.depth.saturating_add(1),
                    histories: within.histories.saturating_add(is_history.into()),
                    aliases: field.node.alias.is_some().into(),
                    directives: field.node.directives.len() as u64,
                };
                within.and(own)
            }
            Selection::InlineFragment(inline) => {
                let within = of_set(&inline.node.selection_set.node, fragments, counted)?;
                within.and(Cost {
                    directives: inline.node.directives.len() as u64,
                    ..Cost::default()
                })
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let own = Cost {
                    directives: spread.node.directives.len() as u64,
                    ..Cost::default()
                };
                let within = match (counted.get(name), fragments.get(name)) {
                    (Some(known), _) => (*known)?,
                    // A fragment that is not there is for the validation to name, which writes out what spreads it: it costs like a field.
                    (None, None) => Cost {
                        fields: 1,
                        ..Cost::default()
                    },
                    (None, Some(fragment)) => {
                        counted.insert(name, None);
                        let cost = of_set(&fragment.node.selection_set.node, fragments, counted)?;
                        counted.insert(name, Some(cost));
                        cost
                    }
                };
                within.and(own)
            }
        };
        sum = sum.and(cost);
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn check(query: &str, deepest: usize) {
        assert_eq!(nesting(query), deepest, "{query}");
    }

    #[test]
    fn brackets_are_counted_outside_of_strings_and_comments() {
        check("{a}", 1);
        check("{a(b:[[1]]) {c}}", 4);
        check(r#"{a(b:"[[[[")}"#, 2);
        check(r#"{a(b:"\"[[[")}"#, 2);
        check("{a(b:\"\"\"[[ \\\"\"\" [[ \"\"\")}", 2);
        check("{a # [[[[\n}", 1);
        check("{a(b:\"中[\")}", 2);
        check("]]]{a}", 1);
        check("\"never ends [[[", 0);
    }

    #[test]
    fn doubling_fragments_are_counted_without_being_written_out() {
        let twice = |n: u32| format!(" fragment f{n} on Query {{...f{m} ...f{m}}}", m = n + 1);
        let fragments: String = (0..60).map(twice).collect();
        let query = format!("{{...f0}} fragment f60 on Query {{__typename}} {fragments}");
        let document = parse_query(query).unwrap();
        assert_eq!(cost(&document).unwrap().fields, 1 << 60);
        let nowhere = format!("{{...f0}} {fragments}");
        let document = parse_query(nowhere).unwrap();
        assert_eq!(cost(&document).unwrap().fields, 1 << 60);
    }

    #[test]
    fn histories_within_histories_are_counted_whatever_they_are_called_and_whoever_spreads_them() {
        let histories = |query: &str| cost(&parse_query(query).unwrap()).unwrap().histories;
        assert_eq!(histories("{a {ledger {b}} c {x: ledger {b}}}"), 1);
        let query = "{x: ledger {hazard {...f}}} fragment f on Hazard {y: ledger {seq}}";
        assert_eq!(histories(query), 2);
    }

    #[test]
    fn a_circle_of_fragments_has_no_cost() {
        let query = "{...a} fragment a on Query {...b} fragment b on Query {...a}";
        assert!(cost(&parse_query(query).unwrap()).is_none());
    }
}
