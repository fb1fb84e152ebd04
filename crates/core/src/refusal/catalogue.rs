//! How a refusal is declared: once, for what a program goes by and for what a clerk reads.

macro_rules! refusals {
    ($(
        $(#[doc = $doc:literal])*
        $code:literal $refusal:ident $({ $($(#[$field_doc:meta])* $part:ident: $of:ty),* })?
        $(at $field:literal $(or $other:literal)* $(of $which:ident)? $(nth $place:ident)?)?
        : $message:literal; $basis:literal; $next:literal
    )*) => {
        /// A refusal: data, not a fault.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Refusal { $(
            $(#[doc = $doc])*
            $refusal $({ $($(#[$field_doc])* #[doc = "See the sentence."] $part: $of),* })?
        ),* }

        impl Refusal {
            /// Every code, in order of precedence.
            pub const CODES: &[&str] = &[$($code),*];

            /// The stable code.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$refusal $({ $($part: _),* })? => $code),* }
            }

            /// The input field at fault, the first where the catalogue has several.
            const fn usual_field(&self) -> Option<&'static str> {
                match self { $(Self::$refusal $({ $($part: _),* })? => refusals!(@field $($field)?)),* }
            }

            /// Which element of the field it is about, where that is a list and it is about one of them.
            #[must_use]
            pub fn element(&self) -> Option<Which> {
                match self { $(
                    Self::$refusal { $($($which,)?)? $($($place,)?)? .. } => refusals!(@element $($($which)?)?; $($($place)?)?)
                ),* }
            }

            /// The sentence as the catalogue has it.
            #[expect(unused_variables, reason = "a unit that is not there has no name by which a sentence could call it")]
            fn usual_message(&self) -> String {
                match self { $(Self::$refusal $({ $($part),* })? => {
                    $($(let $part = Blank($part).said();)*)?
                    format!($message)
                })* }
            }

            /// 依据: the clause or rule it rests on.
            #[must_use]
            pub const fn legal_basis(&self) -> &'static str {
                match self { $(Self::$refusal $({ $($part: _),* })? => $basis),* }
            }

            /// What to do, as the catalogue has it.
            const fn usual_next_step(&self) -> &'static str {
                match self { $(Self::$refusal $({ $($part: _),* })? => $next),* }
            }

            /// Every refusal with its code, field, basis and next step, for documents.
            pub const CATALOGUE: &[CatalogueEntry] = {
                static ALL: [CatalogueEntry; Refusal::CODES.len()] = [$(CatalogueEntry {
                    code: $code,
                    name: stringify!($refusal),
                    reason: concat!($($doc),*).trim_ascii(),
                    fields: &[$($field $(, $other)*)?],
                    message: $message,
                    legal_basis: $basis,
                    next_step: $next,
                }),*];
                &ALL
            };
        }
    };
    (@field) => { None };
    (@field $field:literal) => { Some($field) };
    (@element ;) => { None };
    (@element $which:ident;) => { Some(Which::Saying($which.to_string())) };
    (@element ; $place:ident) => { Some(Which::Nth(*$place)) };
}

/// How an element of a list is found in what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that says this: the id, the number, the name or the digest of what it is about.
    Saying(String),
    /// The one at this place, from 1.
    Nth(usize),
}

/// One line of the catalogue of refusals; `message` has its blanks in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The stable code.
    pub code: &'static str,
    /// The name of the variant.
    pub name: &'static str,
    /// The reason in English, for those who write a client.
    pub reason: &'static str,
    /// The input field at fault; several where it depends on the act, or on what is wrong.
    pub fields: &'static [&'static str],
    /// The sentence, with its blanks.
    pub message: &'static str,
    /// The clause or rule.
    pub legal_basis: &'static str,
    /// What to do.
    pub next_step: &'static str,
}

pub(super) use refusals;
