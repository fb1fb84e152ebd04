//! Where in the arguments of a query a value stands that the engine found wrong.
//!
//! The engine tells the type of the value and where in the text its argument begins, not which of the argument's fields it is.
//! So the argument is gone through once more, along the types of the schema, for the values of which the same is wrong.

use crate::glance::that_would_run;
use crate::input::{Date, Instant};
use crate::roots;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, InputValueDefinition, Selection, SelectionSet, Type,
    TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Pos, Positioned, Request, ScalarType, ServerError, Value, Variables};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The way to a value from the arguments of its field, with the places in lists from 0.
pub(crate) type Way = Vec<String>;

/// A query as it came, kept while it is carried out: what is wrong with it is found by its text.
#[derive(Clone, Debug)]
pub(crate) struct AsWritten {
    query: String,
    operation: Option<String>,
    variables: Variables,
}

impl AsWritten {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            query: request.query.clone(),
            operation: request.operation_name.clone(),
            variables: request.variables.clone(),
        }
    }

    /// The query, read; with the name of the operation that was carried out of it.
    pub(crate) fn read(&self) -> Option<(ExecutableDocument, Option<&str>)> {
        let document = async_graphql::parser::parse_query(&self.query).ok()?;
        Some((document, self.operation.as_deref()))
    }

    /// The ways to everything in the argument that this is about of which the same is wrong; none where it cannot be told.
    pub(crate) fn wrong(&self, error: &ServerError) -> Vec<Way> {
        let found = Broken::of(&error.message).zip(error.locations.first());
        let document = async_graphql::parser::parse_query(&self.query).ok();
        match (found, document) {
            (Some((broken, at)), Some(document)) => self.ways(&document, &broken, *at),
            (Some(_) | None, _) => Vec::new(),
        }
    }

    fn ways(&self, document: &ExecutableDocument, broken: &Broken<'_>, at: Pos) -> Vec<Way> {
        let operations = document.operations.iter().map(|(_, own)| &own.node);
        let fragments = document.fragments.values().map(|own| &own.node);
        let mut sets = operations
            .map(|own| &own.selection_set.node)
            .chain(fragments.map(|own| &own.selection_set.node));
        let given = |name: &Name| self.variable(document, name).unwrap_or(Value::Null);
        let Some((field, argument, value)) = sets.find_map(|set| argument(set, at, &given)) else {
            return Vec::new();
        };
        let key = (field.to_string(), argument.to_string());
        let types = TYPES.arguments.get(&key).into_iter().flatten();
        let mut ways = BTreeSet::new();
        for name in types {
            broken.find(name, &value, &mut vec![argument.to_string()], &mut ways);
        }
        ways.into_iter().collect()
    }

    pub(crate) fn variable(&self, document: &ExecutableDocument, name: &Name) -> Option<Value> {
        let given = self.variables.get(name);
        given.cloned().or_else(|| {
            let (_, own) = that_would_run(document, self.operation.as_deref())?;
            let mut variables = own.node.variable_definitions.iter();
            let variable = variables.find(|own| own.node.name.node == *name)?;
            let default = variable.node.default_value.as_ref()?;
            Some(default.node.clone())
        })
    }
}

/// The argument whose value begins there, with the name of its field; what variables stand for is given.
fn argument<'d>(
    set: &'d SelectionSet,
    at: Pos,
    given: &impl Fn(&Name) -> Value,
) -> Option<(&'d Name, &'d Name, Value)> {
    set.items
        .iter()
        .find_map(|selection| match &selection.node {
            Selection::Field(field) => {
                let Field {
                    name,
                    arguments,
                    selection_set,
                    ..
                } = &field.node;
                let own = arguments.iter().find(|(_, value)| value.pos == at);
                let Some((argument_name, value)) = own else {
                    return argument(&selection_set.node, at, given);
                };
                let value = value.node.clone();
                let value = value.into_const_with(|name| Ok::<_, ()>(given(&name)));
                Some((&name.node, &argument_name.node, value.ok()?))
            }
            Selection::InlineFragment(inline) => {
                argument(&inline.node.selection_set.node, at, given)
            }
            // Its fragment is looked at by itself.
            Selection::FragmentSpread(_) => None,
        })
}

/// What the engine says is wrong with a value of a type.
struct Broken<'e> {
    of: &'e str,
    how: How<'e>,
}

enum How<'e> {
    /// It is of another type, and written so.
    Another(&'e str),
    /// It is no whole number between these, or none from 0.
    Beyond(Option<(i64, i64)>),
    /// It has not the form of its type.
    Malformed,
}

impl<'e> Broken<'e> {
    fn of(message: &'e str) -> Option<Self> {
        let own = message.split(" (occurred while parsing ").next()?;
        if let Some(rest) = own.strip_prefix("Expected input type \"") {
            let (of, found) = rest.split_once("\", found ")?;
            let how = How::Another(found.strip_suffix('.')?);
            return Some(Self { of, how });
        }
        let (of, why) = own.strip_prefix("Failed to parse \"")?.split_once("\": ")?;
        let bounds = why.strip_prefix("Only integers from ").and_then(|rest| {
            let (from, rest) = rest.split_once(" to ")?;
            let (to, _) = rest.split_once(' ')?;
            from.parse().ok().zip(to.parse().ok())
        });
        let how = if bounds.is_some() || why == "Invalid number" {
            How::Beyond(bounds)
        } else {
            How::Malformed
        };
        Some(Self { of, how })
    }

    fn is_about(&self, of: &str, value: &Value) -> bool {
        of == self.of
            && match self.how {
                How::Another(found) => value.to_string() == found,
                How::Beyond(bounds) => match (value, bounds) {
                    (Value::Number(number), Some((from, to))) => {
                        number.as_i64().is_none_or(|own| own < from || own > to)
                    }
                    (Value::Number(number), None) => number.as_u64().is_none(),
                    (_, _) => false,
                },
                How::Malformed => match of {
                    "Date" => Date::parse(value.clone()).is_err(),
                    "DateTime" => Instant::parse(value.clone()).is_err(),
                    _ => false,
                },
            }
    }

    /// Notes the ways to the values of which this is said, in a value of the type with this name.
    fn find(&self, of: &str, value: &Value, way: &mut Way, ways: &mut BTreeSet<Way>) {
        match (value, TYPES.inputs.get(of)) {
            (Value::List(items), _) => {
                for (place, item) in items.iter().enumerate() {
                    way.push(place.to_string());
                    self.find(of, item, way, ways);
                    way.pop();
                }
            }
            (Value::Object(fields), Some(types)) => {
                for (name, value) in fields {
                    if let Some(of) = types.get(name.as_str()) {
                        way.push(name.to_string());
                        self.find(of, value, way, ways);
                        way.pop();
                    }
                }
            }
            (_, _) if self.is_about(of, value) => {
                ways.insert(way.clone());
            }
            (_, _) => {}
        }
    }
}

/// The types of what can be written, by name: those of the fields of inputs, and those of arguments. Lists go by what is in them.
#[derive(Default)]
struct Types {
    inputs: BTreeMap<String, BTreeMap<String, String>>,
    arguments: BTreeMap<(String, String), BTreeSet<String>>,
}

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let mut types = Types::default();
    // The schema writes itself down; where it could not be read, an error would only lack the way.
    let Ok(document) = parse_schema(roots().finish().sdl()) else {
        return types;
    };
    for definition in document.definitions {
        let TypeSystemDefinition::Type(own) = definition else {
            continue;
        };
        let (name, kind) = (own.node.name.node.to_string(), own.node.kind);
        match kind {
            TypeKind::InputObject(input) => {
                let fields = input.fields.iter().map(typed).collect();
                types.inputs.insert(name, fields);
            }
            TypeKind::Object(object) => {
                for field in object.fields {
                    for argument in &field.node.arguments {
                        let (argument, of) = typed(argument);
                        let key = (field.node.name.node.to_string(), argument);
                        types.arguments.entry(key).or_default().insert(of);
                    }
                }
            }
            TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) | TypeKind::Enum(_) => {}
        }
    }
    types
});

fn typed(input: &Positioned<InputValueDefinition>) -> (String, String) {
    fn base(of: &Type) -> &Name {
        match &of.base {
            BaseType::Named(name) => name,
            BaseType::List(of) => base(of),
        }
    }
    let InputValueDefinition { name, ty, .. } = &input.node;
    (name.node.to_string(), base(&ty.node).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn check(query: &str, variables: Json, message: &str, ways: &[&str]) {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let document = async_graphql::parser::parse_query(query).unwrap();
        let (_, operation) = that_would_run(&document, None).unwrap();
        let root = operation.node.selection_set.node.items.first().unwrap();
        let Selection::Field(field) = &root.node else {
            panic!("{query}")
        };
        let found = field.node.arguments.iter().flat_map(|(_, value)| {
            let error = ServerError::new(message, Some(value.pos));
            AsWritten::of(&request).wrong(&error)
        });
        let found: Vec<String> = found.map(|way| way.join(".")).collect();
        assert_eq!(found, ways, "{query}");
    }

    #[test]
    fn every_value_of_which_the_same_is_wrong_is_found_and_no_other() {
        let date = "Failed to parse \"Date\": 日期不正确。 (occurred while parsing \"DayRange\")";
        check(
            "{ hazards(filter: { found: { from: \"2026-01-01\" }, due: { to: \"31.12.2026\" }, text: \"31.12.2026\" }) { totalCount } }",
            json!({}),
            date,
            &["filter.due.to"],
        );
        check(
            "query($f: HazardFilter) { hazards(filter: $f) { totalCount } }",
            json!({ "f": { "due": { "to": "2026-1-1" }, "closed": { "from": "x" } } }),
            date,
            &["filter.closed.from", "filter.due.to"],
        );
        check(
            "query($d: Date = \"x\") { hazards(filter: { due: { to: $d } }) { totalCount } }",
            json!({}),
            date,
            &["filter.due.to"],
        );
        let number = "Failed to parse \"Int\": Invalid number";
        check(
            "{ ledgerEntries(after: -1, first: 1) { readTo } }",
            json!({}),
            number,
            &["after"],
        );
        let wan =
            "Expected input type \"Wan\", found 18.6. (occurred while parsing \"FundsInput\")";
        check(
            "mutation { filePlan(input: { funds: { planned: 18.6 } }) { replayed } }",
            json!({}),
            wan,
            &["input.funds.planned"],
        );
        check(
            "{ hazards(first: 1) { totalCount } }",
            json!({}),
            "Unknown field \"nope\".",
            &[],
        );
    }
}
