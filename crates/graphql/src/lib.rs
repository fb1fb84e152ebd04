//! The GraphQL API: what the office knows and does, as types and resolvers.
//!
//! `async-graphql` stops here: no other room but the server, which carries requests, sees it. Resolvers are thin; what
//! they answer is computed in the core. Descriptions are the schema's text: Chinese first, English after.

mod limits;
mod reference;
mod vocabulary;

pub use limits::Limits;
pub use reference::Reference;

use async_graphql::{EmptyMutation, EmptySubscription, SDLExportOptions, Schema};

/// The schema as it is served.
pub type ApiSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// 查询。Queries.
#[derive(async_graphql::MergedObject, Default)]
pub struct Query(
    reference::LifecycleQuery,
    reference::DatesQuery,
    reference::CodesQuery,
);

/// Builds the schema on the county's reference data.
#[must_use]
pub fn schema(reference: Reference, limits: Limits) -> ApiSchema {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .data(reference)
        .extension(limits)
        .disable_suggestions()
        .finish()
}

/// The schema's text, as committed in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let schema = Schema::new(Query::default(), EmptyMutation, EmptySubscription);
    let sdl = schema.sdl_with_options(
        SDLExportOptions::new()
            .include_specified_by()
            .use_space_ident(),
    );
    format!("{}\n", sdl.trim())
}
