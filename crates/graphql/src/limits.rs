//! Limits on what a query may cost, judged before anything is parsed or run; and what it did cost, told with the answer.
//!
//! Two attacks stop a server whatever limits `async-graphql` itself is given: values nested so deep that its parser
//! overflows the stack, and fragments that each spread the one before twice, whose expansion is exponential. So the
//! nesting is counted in the bytes before parsing, and the cost of a document is counted with each fragment once before
//! anything expands it. How much it may ask of the ledger, its fields times the length of the pages that they stand on, the
//! engine itself counts, once it knows that the query fits the schema.

use crate::argument::AsWritten;
use crate::cost::{cost, nesting};
use crate::engine;
use crate::error::{self, ErrorCode};
use crate::glance::that_would_run;
use crate::live::Live;
use crate::{Mutation, Query, roots};
use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery, NextRequest,
    NextValidation,
};
use async_graphql::parser::types::{
    ExecutableDocument, OperationType, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{
    Positioned, Request, Response, Schema, ServerError, ServerResult, ValidationResult, Value,
    Variables, value,
};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

/// How much one query may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the query's text.
    pub query_bytes: usize,
    /// Brackets within brackets, of any kind.
    pub nesting: usize,
    /// Fields within fields.
    pub depth: u32,
    /// Fields altogether, fragments written out.
    pub fields: u64,
    /// Fields with another name than their own.
    pub aliases: u64,
    /// `@skip` and `@include`.
    pub directives: u64,
    /// Fields, each as often as the page that it stands on is long.
    pub complexity: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes: 16 * 1024,
            nesting: 64,
            depth: 15,
            fields: 2000,
            aliases: 50,
            directives: 50,
            complexity: 20_000,
        }
    }
}

/// What a page adds to the complexity of a query: its fields, as often as it is long. A length that no page can have is refused
/// by the page itself.
pub(crate) fn of_page(first: Option<i32>, last: Option<i32>, fields: usize) -> usize {
    const USUAL: usize = 20;
    const LONGEST: usize = 500;
    let length = first.or(last).map_or(USUAL, |length| {
        usize::try_from(length).unwrap_or_default().min(LONGEST)
    });
    length.saturating_mul(fields).saturating_add(1)
}

/// What a list adds that comes whole: of a hazard so many orders or files, of a county so many units.
pub(crate) const FEW: i32 = 5;
pub(crate) const MANY: i32 = 100;

/// What is found by replaying the histories of the county adds as much as a page of whole hazards.
pub(crate) const REPLAYED: usize = 1000;

/// What is found in what was replayed adds as much as naming some hazards.
pub(crate) const FOUND: usize = 50;

/// How often one query may have the histories of the county replayed.
const MOST_REPLAYS: u32 = 10;

/// How often a query has had them replayed.
#[derive(Debug, Default)]
pub(crate) struct Replays(AtomicU32);

impl Replays {
    /// # Errors
    /// `QUERY_TOO_COSTLY` where it has been often enough.
    pub(crate) fn once_more(&self) -> async_graphql::Result<()> {
        if self.0.fetch_add(1, Ordering::Relaxed) < MOST_REPLAYS {
            return Ok(());
        }
        let message = format!(
            "一次查询最多有{MOST_REPLAYS}处须按台账重新计算（回溯查询、存量增减、排名等），请分次查询。"
        );
        Err(error::coded(ErrorCode::QueryTooCostly, message))
    }
}

/// How many are asked for, from one to so many.
///
/// # Errors
/// `BAD_USER_INPUT` for any other number.
pub(crate) fn length(first: i32, most: u32) -> async_graphql::Result<u32> {
    let asked = u32::try_from(first).ok();
    let asked = asked.filter(|asked| (1..=most).contains(asked));
    asked.ok_or_else(|| error::bad_input(["first"], format!("一次可取1至{most}条，请修改。")))
}

/// What judges operations before they are carried out.
#[derive(Clone, Copy)]
pub(crate) struct Gate(Limits);

/// Where the engine judges and counts, and nothing is carried out: the same for all gates, each of which has limits of its own.
static JUDGING: LazyLock<Schema<Query, Mutation, Live>> =
    LazyLock::new(|| roots().extension(Judges).finish());

impl Gate {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self(limits)
    }

    /// What an operation costs that may be carried out.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub(crate) async fn judge(&self, request: &mut Request) -> Result<Judged, Box<Response>> {
        let refused = |error| Box::new(Response::from_errors(vec![error]));
        self.0.keep(request).map_err(refused)?;
        let mut asked = Request::new("").variables(request.variables.clone());
        asked.operation_name.clone_from(&request.operation_name);
        if let Ok(document) = request.parsed_query() {
            all_given(document, &asked).map_err(refused)?;
            asked.set_parsed_query(document.clone());
        }
        let mut judged = JUDGING.execute(asked).await;
        let complexity = match judged.extensions.remove("complexity") {
            Some(Value::Number(number)) => number.as_u64(),
            Some(_) | None => None,
        };
        let most = self.0.complexity;
        let cost = complexity.map(|complexity| Judged { complexity, most });
        if judged.is_ok() {
            let cost = cost.unwrap_or(Judged {
                complexity: 0,
                most,
            });
            match cost.is_too_much() {
                None => return Ok(cost),
                Some(error) => judged.errors.push(error),
            }
        }
        if let Some(cost) = cost {
            judged.extensions.insert("cost".to_owned(), cost.told());
        }
        Self::code(&mut judged, None);
        Err(Box::new(judged))
    }

    /// Gives a code and words to what the engine itself finds wrong with a query: one that never ran, or a value in it. Where in
    /// the query that value stands is found in how it was written.
    pub(crate) fn code(response: &mut Response, written: Option<&AsWritten>) {
        let uncoded = |error: &&mut ServerError| {
            let known = error.extensions.as_ref();
            known.is_none_or(|known| known.get("code").is_none())
        };
        for error in response.errors.iter_mut().filter(uncoded) {
            let code = if error.path.is_empty() {
                ErrorCode::QueryInvalid
            } else {
                ErrorCode::BadUserInput
            };
            let ways = written.map_or_else(Vec::new, |written| written.wrong(error));
            engine::in_words(error, &ways);
            code.mark(error);
        }
    }
}

/// What an operation costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    /// Its fields, each as often as the page that it stands on is long.
    pub(crate) complexity: u64,
    most: u64,
}

impl Judged {
    /// That it costs more than it may, where it does.
    fn is_too_much(self) -> Option<ServerError> {
        let Self { complexity, most } = self;
        (complexity > most).then(|| {
            let message = format!(
                "这次查询的复杂度为{complexity}，超过上限{most}：请减少每页条数（first、last），或者少选字段，分次查询。"
            );
            refused(ErrorCode::QueryTooCostly, message)
        })
    }

    /// As it is told with the answer.
    pub(crate) fn told(self) -> Value {
        value!({ "complexity": self.complexity, "most": self.most })
    }
}

impl Limits {
    /// What can be told of a query before the engine sees it.
    ///
    /// # Errors
    /// The first limit that it breaks.
    fn keep(&self, request: &mut Request) -> ServerResult<()> {
        if request.query.len() > self.query_bytes {
            return Err(refused(
                ErrorCode::QueryTooLong,
                format!("查询文本不能超过{}字节。", self.query_bytes),
            ));
        }
        if nesting(&request.query) > self.nesting {
            return Err(refused(
                ErrorCode::QueryTooDeep,
                format!("括号嵌套不能超过{}层。", self.nesting),
            ));
        }
        let document = request.parsed_query();
        let document = document.map_err(|error| coded(error, ErrorCode::QueryMalformed))?;
        let cost = cost(document)
            .ok_or_else(|| refused(ErrorCode::FragmentCycle, "片段不能循环引用。".to_owned()))?;
        if cost.depth > self.depth {
            return Err(refused(
                ErrorCode::QueryTooDeep,
                format!("字段嵌套不能超过{}层。", self.depth),
            ));
        }
        if cost.histories > 1 {
            let message = "台账（ledger）里所列的隐患不能再取台账，请分次查询。".to_owned();
            return Err(refused(ErrorCode::QueryTooDeep, message));
        }
        if cost.fields > self.fields {
            return Err(refused(
                ErrorCode::QueryTooCostly,
                format!("一次查询不能超过{}个字段，请分次查询。", self.fields),
            ));
        }
        for (what, count, most) in [
            ("别名", cost.aliases, self.aliases),
            ("指令", cost.directives, self.directives),
        ] {
            if count > most {
                let message = format!("一次查询不能超过{most}个{what}，请分次查询。");
                return Err(refused(ErrorCode::QueryTooCostly, message));
            }
        }
        // So few fields by now that writing its fragments out is no danger.
        if subscribes_to_several(document) {
            let message = "一次订阅只能有一个字段，请分开订阅。".to_owned();
            return Err(refused(ErrorCode::QueryInvalid, message));
        }
        Ok(())
    }
}

/// Whether a subscription has more than the one field at its root that the language lets it have.
fn subscribes_to_several(document: &ExecutableDocument) -> bool {
    fn fields(set: &SelectionSet, document: &ExecutableDocument) -> usize {
        let selections = set.items.iter().map(|selection| match &selection.node {
            Selection::Field(_) => 1,
            Selection::InlineFragment(inline) => fields(&inline.node.selection_set.node, document),
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or(0, |own| fields(&own.node.selection_set.node, document))
            }
        });
        selections.fold(0, usize::saturating_add)
    }
    document.operations.iter().any(|(_, operation)| {
        operation.node.ty == OperationType::Subscription
            && fields(&operation.node.selection_set.node, document) > 1
    })
}

/// Whether every variable is given that has to be. The engine would find out when it comes to it, with the acts before it done.
///
/// # Errors
/// The first that is not.
fn all_given(document: &ExecutableDocument, asked: &Request) -> ServerResult<()> {
    let Some((_, own)) = that_would_run(document, asked.operation_name.as_deref()) else {
        return Ok(());
    };
    let lacks = |definition: &&Positioned<VariableDefinition>| {
        let VariableDefinition {
            name,
            var_type,
            default_value,
            ..
        } = &definition.node;
        let is_given = match asked.variables.get(&name.node) {
            Some(value) => *value != Value::Null,
            None => default_value.is_some(),
        };
        !var_type.node.nullable && !is_given
    };
    match own.node.variable_definitions.iter().find(lacks) {
        None => Ok(()),
        Some(lacking) => {
            let VariableDefinition { name, var_type, .. } = &lacking.node;
            let message = format!(
                "变量 ${} 没有给出，它的类型是 {}，请在 variables 中给出。",
                name.node, var_type.node
            );
            let error = ServerError::new(message, Some(lacking.pos));
            Err(coded(error, ErrorCode::QueryInvalid))
        }
    }
}

/// Makes what listens to the engine judge one query.
struct Judges;

impl ExtensionFactory for Judges {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Judge::default())
    }
}

/// Listens to the engine judge one query, and stops it there.
#[derive(Default)]
struct Judge {
    /// What it came to, where it got so far.
    complexity: OnceLock<u64>,
}

#[async_graphql::async_trait::async_trait]
impl Extension for Judge {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut judged = next.run(ctx).await;
        if let Some(complexity) = self.complexity.get() {
            let complexity = Value::from(*complexity);
            judged
                .extensions
                .insert("complexity".to_owned(), complexity);
        }
        judged
    }

    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let read = next.run(ctx, query, variables).await;
        read.map_err(|error| coded(error, ErrorCode::QueryTooDeep))
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let valid = next.run(ctx).await?;
        self.complexity.get_or_init(|| valid.complexity as u64);
        Ok(valid)
    }

    /// It was judged; what carries it out is another schema.
    async fn execute(
        &self,
        _: &ExtensionContext<'_>,
        _: Option<&str>,
        _: NextExecute<'_>,
    ) -> Response {
        Response::default()
    }
}

/// An error with its code, which clients branch on.
fn refused(code: ErrorCode, message: String) -> ServerError {
    coded(ServerError::new(message, None), code)
}

fn coded(mut error: ServerError, code: ErrorCode) -> ServerError {
    code.mark(&mut error);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_has_one_field_at_its_root() {
        let is_refused = |query: &str| {
            let kept = Limits::default().keep(&mut Request::new(query));
            kept.is_err()
        };
        assert!(!is_refused("subscription {a {b c}}"));
        assert!(!is_refused("{a b}"));
        assert!(is_refused("subscription {a {b} c {d}}"));
        let spread =
            "subscription {...f ...f} fragment f on Subscription {...on Subscription {a {b}}}";
        assert!(is_refused(spread));
        // What ends nowhere is not written out first to count it.
        let twice = |n: u32| {
            format!(
                "fragment f{n} on Subscription {{...f{m} ...f{m}}}",
                m = n + 1
            )
        };
        let doubling: String = (0..60).map(twice).collect();
        assert!(is_refused(&format!("subscription {{...f0}} {doubling}")));
    }
}
