//! Who attends what somebody asks, as data of the request: he says how much of it may be had now, and hears what came of it.

use crate::error::{ErrorCode, again_after};
use async_graphql::{Context, Request, Result, ServerError};
use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;
use xiaohao_core::directory::Login;

/// Attends a request. Where none does, everything may be had and nobody hears of it.
pub trait Attendant: Send + Sync {
    /// Takes what is demanded out of what may be had.
    ///
    /// # Errors
    /// How long to wait where there is not so much left.
    fn admits(&self, demand: Demand) -> Result<(), Duration>;

    /// An act by this mutation came to this: `done`, `replayed`, `refused`, `malformed`, or the code of what stood in the way.
    fn came_to(&self, mutation: &str, outcome: &'static str);

    /// Something was refused.
    fn refused(&self, attempt: RefusedAttempt);
}

/// What somebody demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// To be let in by what only one knows: a password, a code.
    SignIn,
    /// To act once.
    Act,
    /// An answer of this complexity.
    Answer(u64),
}

/// What was tried in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAttempt {
    /// By which mutation.
    pub tried: String,
    /// On what, by its id.
    pub subject: Option<String>,
    /// The login with which somebody wanted to sign in, where there is such a login.
    pub login: Option<Login>,
    /// Why not.
    pub codes: Vec<&'static str>,
}

/// Whoever attends this request.
pub(crate) fn attendant<'a>(ctx: &'a Context<'_>) -> Option<&'a dyn Attendant> {
    ctx.data_opt::<Arc<dyn Attendant>>().map(AsRef::as_ref)
}

/// Goes on where so much may be had.
///
/// # Errors
/// `TOO_MANY_REQUESTS` where it may not.
pub(crate) fn admitted(ctx: &Context<'_>, demand: Demand) -> Result<()> {
    let Some(attendant) = attendant(ctx) else {
        return Ok(());
    };
    attendant.admits(demand).map_err(too_many)
}

/// Goes on where an answer of this complexity may be had.
///
/// # Errors
/// The error that is answered in its place.
pub(crate) fn admitted_answer(request: &Request, complexity: u64) -> Result<(), ServerError> {
    let attendant = request.data.get(&TypeId::of::<Arc<dyn Attendant>>());
    let attendant = attendant.and_then(|data| data.downcast_ref::<Arc<dyn Attendant>>());
    let admitted = attendant.map_or(Ok(()), |one| one.admits(Demand::Answer(complexity)));
    admitted.map_err(|wait| too_many(wait).into_server_error(async_graphql::Pos::default()))
}

/// There is not so much left for now.
fn too_many(wait: Duration) -> async_graphql::Error {
    let seconds = wait.as_secs().saturating_add(1);
    let message = format!("操作过于频繁，请{seconds}秒后再试；平板同步请放慢重发。");
    again_after(ErrorCode::TooManyRequests, message, seconds)
}
