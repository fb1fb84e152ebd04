//! Operations that are ready to be run, from the report of a hazard to its circular: for a newcomer in GraphiQL.
//!
//! The first line of each says its title, and as whom one signs in for it. What stands in double braces in the variables is
//! filled in where it is run: ids that are made there, days counted from today, digests of files that were sent.

/// An operation that is ready to be run.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The name of its files.
    pub name: &'static str,
    /// Its text.
    pub query: &'static str,
    /// Its variables, as JSON.
    pub variables: &'static str,
}

macro_rules! operation {
    ($name:literal) => {
        Operation {
            name: $name,
            query: include_str!(concat!("../assets/operations/", $name, ".graphql")),
            variables: include_str!(concat!("../assets/operations/", $name, ".json")),
        }
    };
}

/// The operations, in the order in which a hazard's life goes.
pub const OPERATIONS: &[Operation] = &[
    operation!("01-report"),
    operation!("02-list"),
    operation!("03-assign"),
    operation!("04-acknowledge"),
    operation!("05-plan"),
    operation!("06-progress"),
    operation!("07-apply"),
    operation!("08-verify"),
    operation!("09-strike-off"),
    operation!("10-draft-circular"),
    operation!("11-publish-circular"),
    operation!("12-hazard"),
    operation!("13-statistics"),
];
