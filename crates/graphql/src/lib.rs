//! The GraphQL API: what the office knows and does, as types and resolvers.
//!
//! | Room | What is in it |
//! |---|---|
//! | `act` | the acts: one mutation for each, and nothing else that writes |
//! | `batch` | several acts at once, each with an outcome of its own |
//! | `guard` | what guards an act, and the one way in which it goes to the ledger |
//! | `input` | what a client wrote, taken as values of the core |
//! | `attendant` | who attends a request: how much of it may be had, and what came of it |
//! | `refusal`, `error`, `engine` | why an act is not done; why nothing could be answered; what the engine itself finds wrong, in words |
//! | `argument` | where in the arguments of a query a value stands that the engine found wrong |
//! | `hazard` | a hazard, lists of hazards, whether one is closed |
//! | `paper`, `order`, `circular` | papers; 交办单 and 挂牌督办通知书; 通报 with its figures computed |
//! | `erasure` | personal data: where it stands, and the act that erases it |
//! | `connection`, `in_order` | pages of lists; the fields of an answer in the order of the query |
//! | `shape`, `kinds`, `nulls` | the types of what is answered; of which type an object is; null where a field failed, as far up as its type says |
//! | `fragments` | fragments on a union inside of one of its types, which the engine leaves out |
//! | `as_of` | what was so on a day, as far as it was known at an instant |
//! | `live` | subscriptions: the ledger as it grows |
//! | `statistics` | the figures of a day, each with what it counts |
//! | `directory` | who there is: units, committees, townships, people |
//! | `published` | what the public is shown |
//! | `session` | signing in and out |
//! | `locksmith`, `ways_in` | passwords, second factors and keys, as people change them |
//! | `link` | the secrets of links by which one hazard is handled |
//! | `attempt` | what somebody tried and was refused |
//! | `reference` | the lifecycle, the refusals, the time limits, the codes |
//! | [`Api`] | the API as it is served |
//! | [`ErrorCode`] | every code of an error, documented |
//! | [`Office`] | what the API works on, and who asks |
//! | [`ledger_events`] | the codes of what the ledger records |
//! | [`Limits`], `cost` | what a query may cost; what it costs as it is written |
//! | [`Glance`] | what a query is about, seen before it runs |
//! | `operation` | operations that came before, of which all that follows from their text is known |
//!
//! `async-graphql` stops here: no other room but the server, which carries requests, sees it. Resolvers are thin; what
//! they answer is computed in the core. Descriptions are the schema's text: Chinese first, English after.

mod act;
mod api;
mod argument;
mod as_of;
mod attempt;
mod attendant;
mod batch;
mod circular;
mod connection;
mod cost;
mod directory;
mod engine;
mod erasure;
mod error;
mod filing;
mod fragments;
mod glance;
mod guard;
mod hazard;
mod in_order;
mod in_turn;
mod input;
mod kinds;
mod limits;
mod link;
mod live;
mod locksmith;
mod node;
mod nulls;
mod office;
mod operation;
mod order;
mod paper;
mod posts;
mod proof;
mod published;
mod reference;
mod refusal;
mod session;
mod shape;
mod statistics;
mod together;
mod vocabulary;
mod ways_in;

pub use act::{act_mutations, cites_files};
pub use api::Api;
pub use attempt::Attempts;
pub use attendant::{Attendant, Demand, RefusedAttempt};
pub use error::{Again, ErrorCode};
pub use glance::{Glance, Kind};
pub use hazard::ledger_events;
pub use limits::Limits;
pub use locksmith::{Enrolled, Key, KeyMade, Locksmith, SecondFactorMade, Secrets};
pub use office::{Admitted, By, Office};
pub use published::PublicView;
pub use reference::Reference;
pub use session::{
    Device, Door, Open, Opened, Owner, PROVIDER_AWAY, PostAsked, RENEWAL_REUSED, SESSION_OVER,
    Shut, Untold,
};

use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};

// In groups: the future of an answer lies as deep as the parts of a list are many, and an optimised build follows it no deeper than 128.
/// 查询。What can be asked.
#[derive(async_graphql::MergedObject, Default)]
pub(crate) struct Query(Recorded, Papers, OfTheOffice, Vocabulary);

/// What is recorded of hazards, and how it is proved.
#[derive(async_graphql::MergedObject, Default)]
struct Recorded(
    hazard::HazardQuery,
    hazard::LedgerQuery,
    proof::ProofQuery,
    published::PublishedQuery,
    node::NodeQuery,
);

/// Papers, and what they and the record say of people.
#[derive(async_graphql::MergedObject, Default)]
struct Papers(
    order::OrderQuery,
    circular::CircularQuery,
    paper::PaperQuery,
    erasure::ErasureQuery,
);

/// The office: its people and figures, and who has come in.
#[derive(async_graphql::MergedObject, Default)]
struct OfTheOffice(
    filing::FilingQuery,
    posts::PostsQuery,
    statistics::StatisticsQuery,
    directory::DirectoryQuery,
    session::SessionQuery,
    ways_in::WaysInQuery,
    attempt::AttemptQuery,
);

/// The vocabulary and the time limits.
#[derive(async_graphql::MergedObject, Default)]
struct Vocabulary(
    reference::LifecycleQuery,
    reference::DatesQuery,
    reference::CodesQuery,
);

/// 办理。Acts: one mutation for each.
#[derive(async_graphql::MergedObject, Default)]
pub(crate) struct Mutation(
    act::HazardMutation,
    batch::BatchMutation,
    order::OrderMutation,
    circular::CircularMutation,
    erasure::ErasureMutation,
    filing::FilingMutation,
    posts::PostsMutation,
    session::SessionMutation,
    ways_in::WaysInMutation,
);

fn roots() -> SchemaBuilder<Query, Mutation, live::Live> {
    Schema::build_with_ignore_name_conflicts(
        Query::default(),
        Mutation::default(),
        live::Live,
        input::WRITTEN,
    )
    .disable_suggestions()
}

/// The schema's text, as committed in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .include_specified_by()
        .use_space_ident();
    format!("{}\n", roots().finish().sdl_with_options(options).trim())
}
