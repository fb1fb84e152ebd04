//! Null where a field failed, and as far up as the schema promises a value, as the specification asks (§6.4.4, handling execution errors).
//!
//! The engine leaves out the field that failed, and answers null for an object of which every field did, whatever its type is. So
//! the answer is gone through once more along what went wrong: where the schema has no null, what is around it becomes null. An answer
//! of which nothing went wrong is not looked at.

use crate::argument::AsWritten;
use crate::glance::that_would_run;
use crate::kinds::KIND;
use crate::shape::{AtPlace, SHAPE, base, root, select, typename};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Directive, ExecutableDocument, SelectionSet, Type};
use async_graphql::{Name, PathSegment, Positioned, Response, ServerError, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Puts null where something failed while an operation was carried out that was written so. Of a field that was asked for twice, and
/// failed twice, it is said once.
pub(crate) fn put(response: &mut Response, written: &AsWritten) {
    let wrong = Wrong::of(&response.errors);
    if wrong.within.is_empty() {
        // It never ran.
        return;
    }
    let mut said = BTreeSet::new();
    response.errors.retain(|error| {
        let way: Vec<_> = error.path.iter().map(segment).collect();
        said.insert((way, error.message.clone()))
    });
    let Some((document, asked)) = written.read() else {
        return;
    };
    let Some((_, own)) = that_would_run(&document, asked) else {
        return;
    };
    let (set, of) = (&own.node.selection_set.node, root(own.node.ty));
    let answer = Answer {
        written,
        document: &document,
    };
    let data = std::mem::take(&mut response.data);
    let told = answer.object(of, &[(set, of)], data, &wrong);
    response.data = told.unwrap_or_default();
}

/// Where something went wrong: here, and within, by the name of the field or the place in the list.
#[derive(Debug, Default)]
struct Wrong {
    here: bool,
    within: BTreeMap<String, Wrong>,
}

impl Wrong {
    fn of(errors: &[ServerError]) -> Self {
        let mut wrong = Self::default();
        for error in errors.iter().filter(|error| !error.path.is_empty()) {
            let mut at = &mut wrong;
            for own in &error.path {
                at = at.within.entry(segment(own)).or_default();
            }
            at.here = true;
        }
        wrong
    }
}

fn segment(of: &PathSegment) -> String {
    match of {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(place) => place.to_string(),
    }
}

/// What is selected of one object, each part with the type of which it is selected.
type Sets<'d> = [(&'d SelectionSet, &'d str)];

/// An answer to an operation as it is gone through.
struct Answer<'d> {
    written: &'d AsWritten,
    document: &'d ExecutableDocument,
}

impl Answer<'_> {
    /// An object of this type with nulls where its fields failed; none where one of them cannot be null.
    fn object(&self, of: &str, sets: &Sets<'_>, told: Value, wrong: &Wrong) -> Option<Value> {
        let mut fields = match told {
            Value::Object(fields) => fields,
            // Everything in it failed.
            Value::Null => IndexMap::new(),
            other @ (Value::Number(_)
            | Value::String(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_)
            | Value::List(_)) => return Some(other),
        };
        let kind = kind_of(of, &fields);
        let counts = |directives: &[Positioned<Directive>], on: Option<&str>| {
            self.is_included(directives) && on.is_none_or(|on| SHAPE.is(&kind, on))
        };
        let mut place = AtPlace::new();
        for (set, of) in sets {
            select(set, of, self.document, &counts, &mut place);
        }
        for (name, wrong) in &wrong.within {
            let selected = place.get(name.as_str());
            let Some((first, selected)) = selected.and_then(|own| Some((own.first()?, own))) else {
                continue;
            };
            let Some(of) = SHAPE.field(&kind, &first.field.name.node) else {
                continue;
            };
            let sets = selected.iter().map(|own| &own.field.selection_set.node);
            let sets: Vec<_> = sets.map(|set| (set, base(of))).collect();
            let own = fields.get_mut(name.as_str()).map(std::mem::take);
            let own = self.value(of, &sets, own.unwrap_or_default(), wrong)?;
            fields.insert(Name::new(name), own);
        }
        Some(Value::Object(fields))
    }

    /// What stands where this type is; none where it is null and cannot be.
    fn value(&self, of: &Type, sets: &Sets<'_>, told: Value, wrong: &Wrong) -> Option<Value> {
        let told = match (&of.base, told) {
            _ if wrong.here => Value::Null,
            (BaseType::List(of), Value::List(told)) => {
                let own = |(place, told): (usize, Value)| match wrong.within.get(&place.to_string())
                {
                    Some(wrong) => self.value(of, sets, told, wrong),
                    None => Some(told),
                };
                let told: Option<Vec<_>> = told.into_iter().enumerate().map(own).collect();
                told.map_or(Value::Null, Value::List)
            }
            // One of its places failed, and the engine forgot the others.
            (BaseType::List(_), _) => Value::Null,
            (BaseType::Named(of), told) if SHAPE.has_fields(of) => {
                self.object(of, sets, told, wrong).unwrap_or_default()
            }
            (BaseType::Named(_), told) => told,
        };
        (of.nullable || told != Value::Null).then_some(told)
    }

    /// Whether `@skip` and `@include` leave this in.
    fn is_included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|own| {
            let wanted = match own.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let told = own.node.get_argument("if").map(|own| own.node.clone());
            let told = told.and_then(|told| {
                let given = |name: Name| self.written.variable(self.document, &name).ok_or(());
                told.into_const_with(given).ok()
            });
            told == Some(Value::Boolean(wanted))
        })
    }
}

/// Of what type an object is that stands where this type is.
fn kind_of(of: &str, fields: &IndexMap<Name, Value>) -> String {
    let told = [Name::new(KIND), typename()];
    let told = told.iter().find_map(|name| match fields.get(name) {
        Some(Value::String(kind)) => Some(kind),
        Some(_) | None => None,
    });
    let told = told.filter(|kind| SHAPE.is(kind, of));
    told.map_or_else(|| of.to_owned(), Clone::clone)
}
