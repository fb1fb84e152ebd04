//! Limits on what a query may cost, judged before anything is parsed or run.
//!
//! Two attacks stop a server whatever limits `async-graphql` itself is given: values nested so deep that its parser
//! overflows the stack, and fragments that each spread the one before twice, whose expansion is exponential. So the
//! nesting is counted in the bytes before parsing, and the cost of a document is counted with each fragment once before
//! anything expands it.

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextParseQuery, NextRequest,
};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Response, ServerError, ServerResult, Value, Variables};
use std::collections::HashMap;
use std::sync::Arc;

/// How much one query may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the query's text.
    pub query_bytes: usize,
    /// Brackets within brackets, of any kind.
    pub nesting: usize,
    /// Fields within fields.
    pub depth: u32,
    /// Fields altogether, fragments written out.
    pub fields: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes: 16 * 1024,
            nesting: 64,
            depth: 15,
            fields: 2000,
        }
    }
}

impl ExtensionFactory for Limits {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(*self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Limits {
    /// Gives a code to what the engine itself finds wrong with a query: one that never ran, or a value in it.
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        let uncoded = |error: &&mut ServerError| {
            let known = error.extensions.as_ref();
            known.is_none_or(|known| known.get("code").is_none())
        };
        for error in response.errors.iter_mut().filter(uncoded) {
            let code = if error.path.is_empty() {
                "QUERY_INVALID"
            } else {
                "BAD_USER_INPUT"
            };
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", Value::from(code));
        }
        response
    }

    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        if query.len() > self.query_bytes {
            return Err(refused(
                "QUERY_TOO_LONG",
                format!("查询文本不能超过{}字节。", self.query_bytes),
            ));
        }
        if nesting(query) > self.nesting {
            return Err(refused(
                "QUERY_TOO_DEEP",
                format!("括号嵌套不能超过{}层。", self.nesting),
            ));
        }
        // Parsed here as well as in `next.run`, which expands fragments before it answers.
        let document =
            parse_query(query).map_err(|error| coded(error.into(), "QUERY_MALFORMED"))?;
        let cost = cost(&document)
            .ok_or_else(|| refused("FRAGMENT_CYCLE", "片段不能循环引用。".to_owned()))?;
        if cost.depth > self.depth {
            return Err(refused(
                "QUERY_TOO_DEEP",
                format!("字段嵌套不能超过{}层。", self.depth),
            ));
        }
        if cost.fields > self.fields {
            return Err(refused(
                "QUERY_TOO_COSTLY",
                format!("一次查询不能超过{}个字段，请分次查询。", self.fields),
            ));
        }
        next.run(ctx, query, variables)
            .await
            .map_err(|error| coded(error, "QUERY_TOO_DEEP"))
    }
}

/// An error with its code, which clients branch on.
fn refused(code: &str, message: String) -> ServerError {
    coded(ServerError::new(message, None), code)
}

fn coded(mut error: ServerError, code: &str) -> ServerError {
    error
        .extensions
        .get_or_insert_default()
        .set("code", Value::from(code));
    error
}

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
struct Cost {
    fields: u64,
    depth: u32,
}

/// Costs of fragments: none while being counted.
type Counted<'a> = HashMap<&'a Name, Option<Cost>>;

/// The cost of a document; none when its fragments go in a circle.
fn cost(document: &ExecutableDocument) -> Option<Cost> {
    let mut counted = Counted::new();
    let operations = document.operations.iter();
    operations
        .into_iter()
        .try_fold(Cost::default(), |sum, (_, operation)| {
            let cost = of_set(
                &operation.node.selection_set.node,
                &document.fragments,
                &mut counted,
            )?;
            Some(Cost {
                fields: sum.fields.saturating_add(cost.fields),
                depth: sum.depth.max(cost.depth),
            })
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
                Cost {
                    fields: within.fields.saturating_add(1),
                    depth: within.depth.saturating_add(1),
                }
            }
            Selection::InlineFragment(inline) => {
                of_set(&inline.node.selection_set.node, fragments, counted)?
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                match (counted.get(name), fragments.get(name)) {
                    (Some(known), _) => (*known)?,
                    // A fragment that is not there is for the validation to name.
                    (None, None) => Cost::default(),
                    (None, Some(fragment)) => {
                        counted.insert(name, None);
                        let cost = of_set(&fragment.node.selection_set.node, fragments, counted)?;
                        counted.insert(name, Some(cost));
                        cost
                    }
                }
            }
        };
        sum.fields = sum.fields.saturating_add(cost.fields);
        sum.depth = sum.depth.max(cost.depth);
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn a_circle_of_fragments_has_no_cost() {
        let query = "{...a} fragment a on Query {...b} fragment b on Query {...a}";
        assert!(cost(&parse_query(query).unwrap()).is_none());
    }
}
