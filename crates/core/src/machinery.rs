//! What the lifecycle table is turned into.

/// Turns the table of `lifecycle.rs` into the enums of acts, commands and events, the bound [`On`](crate::On), and the
/// arms of `judge`, `stand` and `apply`.
macro_rules! lifecycle {
    ($($no:literal $act:ident $name:literal $from:tt => $to:ident : $event:ident;)*) => {
        lifecycle!(@expand [] $({ $no $act $name $from $to $event })*);
    };
    // Groups of states, written out.
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal new $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name [] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal open $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Listed Assigned Acknowledged Rectifying AwaitingVerification] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal reported_or_open $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Reported Listed Assigned Acknowledged Rectifying AwaitingVerification] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal assigned_and_open $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Assigned Acknowledged Rectifying AwaitingVerification] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal assigned_to_verified $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Assigned Acknowledged Rectifying AwaitingVerification Verified] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal on_the_list $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
            $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal reported_or_on_the_list $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Reported Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated]
            $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal verified_or_off_list $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Verified Rejected Downgraded Merged Transferred Annulled] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal once_listed $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated
             Downgraded Merged Transferred Annulled] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal any $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name
            [Reported Listed Assigned Acknowledged Rectifying AwaitingVerification Verified Closed Circulated
             Rejected Downgraded Merged Transferred Annulled] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*] { $no:literal $act:ident $name:literal [$($from:ident)*] $to:ident $event:ident } $($rest:tt)*) => {
        lifecycle!(@expand [$($done)* { $no $act $name [$($from)*] $to $event }] $($rest)*);
    };
    (@expand [$($done:tt)*]) => { lifecycle!(@generate $($done)*); };

    // The state after the act.
    (@type $from:ident same) => { crate::hazard::$from };
    (@type $from:ident $to:ident) => { crate::hazard::$to };
    (@status same) => { None };
    (@status $to:ident) => { Some(Status::$to) };

    (@generate $({ $no:literal $act:ident $name:literal [$($from:ident)*] $to:ident $event:ident })*) => {
        use crate::context::Context;
        use crate::hazard::{self, Hazard};
        use crate::machinery::{attempt, standing, Evolves, Sealed};
        use crate::record::Stamp;
        use crate::refusal::Refusals;
        use crate::status::Status;
        use crate::{acts, On};
        use serde::{Deserialize, Serialize};

        /// An act, by name: what a person does to a hazard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Act { $(
            #[doc = concat!($no, " ", $name, ".")]
            $act
        ),* }

        /// An act with what it says, not yet decided.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "act", content = "says", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Command { $(
            #[doc = concat!($no, " ", $name, ".")]
            $act(Box<acts::$act>)
        ),* }

        /// An act that happened: one line of the ledger.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(
            tag = "kind",
            content = "data",
            rename_all = "SCREAMING_SNAKE_CASE",
            deny_unknown_fields
        )]
        pub enum Event { $(
            #[doc = concat!($no, " ", $name, ".")]
            $event(Box<acts::$event>)
        ),* }

        /// One line of the table.
        #[derive(Clone, Copy, Debug)]
        pub struct Transition {
            /// `T01` … `T31`, or `X…` for an act beside them.
            pub no: &'static str,
            /// The act.
            pub act: Act,
            /// The states it may start from; none for the report, which makes the hazard.
            pub from: &'static [Status],
            /// The state it leads to; none where the state stays.
            pub to: Option<Status>,
            /// The name of the event.
            pub event: &'static str,
        }

        /// The table, as data for readers and documents.
        pub const TRANSITIONS: &[Transition] = &[$(Transition {
            no: $no,
            act: Act::$act,
            from: &[$(Status::$from),*],
            to: lifecycle!(@status $to),
            event: stringify!($event),
        }),*];

        impl Act {
            /// All acts, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$act),*];

            /// The Chinese term.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$act => $name),* }
            }

            /// The act's line of the table.
            #[must_use]
            pub fn transition(self) -> &'static Transition {
                match self { $(Self::$act => &const {
                    Transition {
                        no: $no,
                        act: Act::$act,
                        from: &[$(Status::$from),*],
                        to: lifecycle!(@status $to),
                        event: stringify!($event),
                    }
                }),* }
            }
        }

        impl std::fmt::Display for Act {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl Command {
            /// Which act it is.
            #[must_use]
            pub fn act(&self) -> Act {
                match self { $(Self::$act(_) => Act::$act),* }
            }
        }

        impl Event {
            /// Which act it came from.
            #[must_use]
            pub fn act(&self) -> Act {
                match self { $(Self::$event(_) => Act::$act),* }
            }
        }

        $(
            impl From<acts::$act> for Command {
                fn from(says: acts::$act) -> Self { Self::$act(Box::new(says)) }
            }
            impl From<acts::$event> for Event {
                fn from(data: acts::$event) -> Self { Self::$event(Box::new(data)) }
            }
            $(
                #[diagnostic::do_not_recommend]
                impl Sealed<acts::$event> for hazard::$from {}
                #[diagnostic::do_not_recommend]
                impl On<acts::$event> for hazard::$from {
                    type Next = lifecycle!(@type $from $to);
                }
                // The table and the act's own file must name the same next state.
                const _: fn(&acts::$event, hazard::$from, &Stamp) -> lifecycle!(@type $from $to) =
                    <acts::$event as Evolves<hazard::$from>>::evolve;
            )*
        )*

        /// Whether the state admits the act at all.
        pub(crate) fn is_legal(status: Status, act: Act) -> bool {
            act.transition().from.contains(&status)
        }

        /// The rules of an act that hold whatever it says; `None` where the state does not admit the act.
        pub(crate) fn stand(hazard: &Hazard, act: Act, ctx: &Context<'_>) -> Option<Refusals> {
            match (hazard, act) {
                $($((Hazard::$from(state), Act::$act) => {
                    Some(standing::<_, acts::$act>(&**state, ctx))
                })*)*
                _ => None,
            }
        }

        /// All rules of an act, and its event; `None` where the state does not admit the act.
        pub(crate) fn judge(
            hazard: &Hazard,
            command: Command,
            ctx: &Context<'_>,
        ) -> Option<Result<Event, Refusals>> {
            match (hazard, command) {
                $($((Hazard::$from(state), Command::$act(says)) => {
                    Some(attempt(&**state, *says, ctx))
                })*)*
                _ => None,
            }
        }

        /// The hazard after the event; `None` where the state cannot receive it.
        pub(crate) fn apply(hazard: Hazard, event: &Event, stamp: &Stamp) -> Option<Hazard> {
            match (hazard, event) {
                $($((Hazard::$from(state), Event::$event(data)) => {
                    Some(Evolves::evolve(&**data, *state, stamp).into())
                })*)*
                _ => None,
            }
        }
    };
}

use crate::context::Context;
use crate::lifecycle::Event;
use crate::record::Stamp;
use crate::refusal::Refusals;

/// "This state may receive that event": a legal move, of which there is one for each line and state of the table.
///
/// Sealed: no other crate can add a move, and an event that the state cannot receive does not compile.
#[diagnostic::on_unimplemented(
    message = "a hazard that is `{Self}` cannot receive `{E}`",
    label = "no line of the table allows this move",
    note = "the legal moves are the lines of the table in `lifecycle.rs` of xiaohao-core"
)]
pub trait On<E>: Sealed<E> {
    /// The state after the event.
    type Next;
}

/// Keeps [`On`] to the table.
#[diagnostic::on_unimplemented(
    message = "the move of `{Self}` by `{E}` is not in the table",
    label = "only the table of xiaohao-core makes a move legal"
)]
pub trait Sealed<E> {}

/// What the event does to the state.
pub(crate) trait Evolves<S> {
    type Next;
    fn evolve(&self, state: S, stamp: &Stamp) -> Self::Next;
}

/// What an act demands in one state. The same rules answer "may I?" and "do it".
pub(crate) trait Rules<S>: Sized {
    /// What happens when nothing stands in the way.
    type Event;

    /// The rules that hold whatever the act says; what `actions` shows before anything is filled in.
    fn standing(_state: &S, _ctx: &Context<'_>, _no: &mut Refusals) {}

    /// The rules about what the act says.
    fn judge(&self, _state: &S, _ctx: &Context<'_>, _no: &mut Refusals) {}

    /// The event.
    ///
    /// # Errors
    /// What the ledger failed to provide (a number, for instance).
    fn event(self, state: &S, ctx: &Context<'_>) -> Result<Self::Event, Refusals>;
}

/// The rules of an act that hold whatever it says.
pub(crate) fn standing<S, A: Rules<S>>(state: &S, ctx: &Context<'_>) -> Refusals {
    let mut no = Refusals::default();
    A::standing(state, ctx, &mut no);
    no
}

/// All rules of an act; then, and only from a state that may receive it, its event.
pub(crate) fn attempt<S, A>(state: &S, says: A, ctx: &Context<'_>) -> Result<Event, Refusals>
where
    A: Rules<S>,
    S: On<A::Event>,
    Event: From<A::Event>,
{
    let mut no = standing::<S, A>(state, ctx);
    says.judge(state, ctx, &mut no);
    no.or(|| says.event(state, ctx).map(Event::from))
}
