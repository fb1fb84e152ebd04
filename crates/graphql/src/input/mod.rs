//! What a client wrote, taken as values of the core.
//!
//! An input of the schema is declared together with the struct of the core that it becomes, field by field; nothing is
//! copied by hand. Everything that is wrong with an input is found at once, and each finding says which field it is about:
//! a form shows all its mistakes, not the first. What the core refuses later names its field by one word; where that field
//! stands in what this client wrote is told by the [`Written`] that the reading leaves behind.

mod acts;
mod circulars;
mod papers;
mod parts;
mod plain;
mod written;

pub(crate) use acts::*;
pub(crate) use circulars::{CircularContentInput, CircularParts};
pub(crate) use papers::{HazardReferenceInput, OrderContentInput, ReasonInput};
pub(crate) use parts::*;
pub(crate) use plain::{Date, DateInput, Instant, InstantInput, RequestIdInput, WRITTEN, Wan};
pub(crate) use written::{Arguments, Said, Written};

use crate::error::bad_input;
use xiaohao_core::Refusal;
use xiaohao_core::values::Invalid;

/// What is wrong with one field.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The way to the field from the arguments, with the places in lists from 0.
    pub(crate) field: Vec<String>,
    /// Which bound it broke.
    pub(crate) what: Wrong,
}

impl Problem {
    /// The code by which it is told.
    pub(crate) fn code(&self) -> &'static str {
        match &self.what {
            Wrong::Value(invalid) => invalid.code(),
            Wrong::Act(refusal) => refusal.code(),
        }
    }
}

/// What a field broke.
#[derive(Clone, Debug)]
pub(crate) enum Wrong {
    /// The bound of a value.
    Value(Invalid),
    /// A demand of the act that stands before all others: a plan with its five elements.
    Act(Refusal),
}

/// What a value that is made of several fields broke: the one of them at fault, where it is one.
#[derive(Debug)]
pub(crate) struct Misfit {
    field: Option<&'static str>,
    what: Wrong,
}

impl Misfit {
    /// What the field of this name in Rust broke, or lacks.
    fn of(field: &'static str) -> impl FnOnce(Invalid) -> Self {
        move |invalid| Self {
            field: Some(field),
            what: invalid.into(),
        }
    }
}

impl<W: Into<Wrong>> From<W> for Misfit {
    fn from(what: W) -> Self {
        Self {
            field: None,
            what: what.into(),
        }
    }
}

impl From<Invalid> for Wrong {
    fn from(invalid: Invalid) -> Self {
        Self::Value(invalid)
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Act(refusal)
    }
}

/// An input being read: where it is, and what was found so far.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    written: Written,
    at: Option<written::Place>,
    problems: Vec<Problem>,
}

/// What can be taken as a value of the core.
pub(crate) trait Take<T> {
    /// The value; none where something is wrong with it, which is then noted.
    fn take(self, at: &mut Reading) -> Option<T>;
}

/// An argument of a mutation, by the way to it, as a value of the core, or everything that is wrong with it.
pub(crate) fn taken<T>(argument: &[String], input: impl Take<T>) -> Said<T> {
    let mut at = Reading {
        written: Written::below(argument),
        ..Reading::default()
    };
    let value = input.take(&mut at);
    Said {
        value: value.ok_or(at.problems),
        written: at.written,
    }
}

impl Reading {
    /// Of an argument by its name.
    pub(crate) fn of(argument: &str) -> Self {
        Self {
            written: Written::below(&[argument.to_owned()]),
            ..Self::default()
        }
    }

    /// Takes a field by its name in Rust.
    pub(crate) fn field<T>(&mut self, name: &str, input: impl Take<T>) -> Option<T> {
        let above = self.at;
        self.at = Some(self.written.step(above, camel(name)));
        let value = input.take(self);
        self.at = above;
        value
    }

    /// Ends the reading of what a query asks for, where everything must be as it should be.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for the first field that is not.
    pub(crate) fn finished(self) -> async_graphql::Result<()> {
        let Some(problem) = self.problems.into_iter().next() else {
            return Ok(());
        };
        Err(bad_input(
            problem.field,
            match problem.what {
                Wrong::Value(invalid) => invalid.to_string(),
                Wrong::Act(refusal) => refusal.message(),
            },
        ))
    }

    /// Takes the elements of a list, all of them, so that everything that is wrong is found.
    fn items<T>(&mut self, items: Vec<impl Take<T>>) -> Option<Vec<T>> {
        let taken: Vec<Option<T>> = items
            .into_iter()
            .enumerate()
            .map(|(place, item)| self.field(&place.to_string(), item))
            .collect();
        taken.into_iter().collect()
    }

    /// Takes a value by which a refusal may know the element of a list that it is about.
    fn accept_known<T: ToString>(&mut self, value: Result<T, Invalid>) -> Option<T> {
        let value = self.accept(value)?;
        self.written.says(self.at, &value);
        Some(value)
    }

    /// Takes what a value of the core was made from, or notes why it could not be.
    pub(crate) fn accept<T>(&mut self, value: Result<T, impl Into<Misfit>>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(wrong) => {
                let Misfit { field, what } = wrong.into();
                let named = match &what {
                    Wrong::Value(_) => {
                        field.and_then(|field| self.written.find(self.at, &camel(field)))
                    }
                    Wrong::Act(refusal) => self.written.place_of(self.at, refusal),
                };
                let field = self.written.way(named.or(self.at));
                self.problems.push(Problem { field, what });
                None
            }
        }
    }
}

/// `due_on` as `dueOn`, the way the schema writes it.
pub(crate) fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        whole.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        whole.push_str(letters.as_str());
    }
    whole
}

/// Declares inputs, each with the struct of the core that it becomes; a field has the name that it has there.
macro_rules! inputs {
    ($(
        $(#[$meta:meta])*
        $Input:ident => $($Core:ident)::+ { $( $(#[$field_meta:meta])* $field:ident: $of:ty, )* }
    )*) => { $(
        $(#[$meta])*
        #[derive(async_graphql::InputObject)]
        pub(crate) struct $Input { $( $(#[$field_meta])* pub(crate) $field: $of, )* }

        impl $crate::input::Take<$($Core)::+> for $Input {
            fn take(self, at: &mut $crate::input::Reading) -> Option<$($Core)::+> {
                // All fields before any is given up, so that everything that is wrong is found.
                $( let $field = at.field(stringify!($field), self.$field); )*
                Some($($Core)::+ { $( $field: $field?, )* })
            }
        }
    )* };
}
pub(crate) use inputs;

#[cfg(test)]
mod tests {
    use super::*;
    use xiaohao_core::acts::Reporter;

    #[test]
    fn everything_wrong_is_found_at_once_and_named_by_its_field() {
        let input = ReporterInput {
            name: Some("\u{7}".to_owned()),
            phone: Some("12".to_owned()),
        };
        let problems = taken::<Reporter>(&Arguments::default().input, input);
        let problems = problems.value.unwrap_err();
        let found = problems.iter().map(|problem| problem.field.join("."));
        let found: Vec<_> = found.collect();
        assert_eq!(found, ["input.name", "input.phone"]);
    }

    #[test]
    fn a_field_is_named_as_the_schema_writes_it() {
        assert_eq!(camel("plan_due_on"), "planDueOn");
        assert_eq!(camel("title"), "title");
    }
}
