//! Which tools ask, in which version: the one place in which they are named. What a tool itself brings along is its own choice.

/// A package of Python, which gets an environment of its own: some of them do not go together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Python {
    /// Its name, and that of its folder.
    pub(super) name: &'static str,
    /// The version.
    pub(super) version: &'static str,
}

/// Makes up operations by the schema, and judges every answer.
pub(super) const SCHEMATHESIS: Python = python("schemathesis", "4.32.5");
/// Recovers a schema that is not told from what a server says about wrong guesses.
pub(super) const CLAIRVOYANCE: Python = python("clairvoyance", "2.5.5");
/// Reads a schema as somebody does who looks for a way in, and lists its cycles.
pub(super) const INQL: Python = python("inql", "4.0.5");
/// Chains operations to one another, and tries what one person was given as another.
pub(super) const GRAPHQLER: Python = python("graphqler", "2.1.9");
/// Writes SQL into whatever is sent.
pub(super) const SQLMAP: Python = python("sqlmap", "1.10.10");

/// The packages of npm, which share one folder: `graphql` is what the others read schemas with.
pub(super) const NPM: &[(&str, &str)] = &[
    ("@graphql-inspector/cli", "7.0.0"),
    ("relay-compiler", "21.0.1"),
    ("graphql", "16.15.0"),
];

/// Looks at what the program is built from; a program of Rust, built once.
pub(super) const CARGO_DENY: &str = "0.20.2";

const fn python(name: &'static str, version: &'static str) -> Python {
    Python { name, version }
}
