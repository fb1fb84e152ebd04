//! Who attends what somebody asks, as data of the request: he says how much of it may be had now, and hears what came of it.

use crate::error::{ErrorCode, again_after};
use async_graphql::{Context, Request, Result, ServerError};
use std::any::TypeId;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use xiaohao_core::Actor;
use xiaohao_core::directory::Login;

/// Attends a request. Where none does, everything may be had and nobody hears of it.
pub trait Attendant: Send + Sync {
    /// Takes what is demanded out of what may be had.
    ///
    /// # Errors
    /// How long to wait where there is not so much left.
    fn admits(&self, demand: Demand) -> Result<(), Duration>;

    /// From which address it is asked, where that is known.
    fn address(&self) -> Option<IpAddr>;

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
    /// By which field of the schema, or by which path.
    pub tried: String,
    /// On what, by its id; of several by the first.
    pub subject: Option<String>,
    /// Whose session it was, where it is of another than whoever asks now.
    pub of: Option<Actor>,
    /// As whom somebody wanted to be let in, where there is such a login.
    pub login: Option<Login>,
    /// Why not.
    pub codes: Vec<&'static str>,
    /// How often, or of how many things.
    pub times: u32,
}

impl RefusedAttempt {
    /// Something that was tried once, of which nothing more is known.
    #[must_use]
    pub fn once(tried: impl Into<String>, codes: Vec<&'static str>) -> Self {
        Self {
            tried: tried.into(),
            subject: None,
            of: None,
            login: None,
            codes,
            times: 1,
        }
    }
}

/// Whoever attends this request.
pub(crate) fn attendant<'a>(ctx: &'a Context<'_>) -> Option<&'a dyn Attendant> {
    ctx.data_opt::<Arc<dyn Attendant>>().map(AsRef::as_ref)
}

/// Notes that somebody asked for things by what they are called and was told that there are none. They are there and not for
/// him, or they are not there: both are noted alike, or a note would tell the one from the other.
pub(crate) fn not_shown(ctx: &Context<'_>, first: Option<String>, times: usize) {
    let (Some(attendant), Ok(times @ 1..)) = (attendant(ctx), u32::try_from(times)) else {
        return;
    };
    attendant.refused(RefusedAttempt {
        subject: first,
        times,
        ..RefusedAttempt::once(ctx.field().name(), vec![ErrorCode::NotFound.code()])
    });
}

/// From which address it is asked, where that is known.
pub(crate) fn address(ctx: &Context<'_>) -> Option<IpAddr> {
    attendant(ctx)?.address()
}

/// Goes on where so much may be had.
///
/// # Errors
/// `TOO_MANY_REQUESTS` where it may not.
pub(crate) fn admitted(ctx: &Context<'_>, demand: Demand) -> Result<()> {
    admit(attendant(ctx), demand)
}

/// The same, by whoever attends the request.
///
/// # Errors
/// Likewise.
pub(crate) fn admit(attendant: Option<&dyn Attendant>, demand: Demand) -> Result<()> {
    attendant.map_or(Ok(()), |own| own.admits(demand).map_err(too_many))
}

/// Whoever attends the answers to a request, one or one after the other, and how much each of them costs.
pub(crate) struct Answers {
    attendant: Option<Arc<dyn Attendant>>,
    complexity: u64,
}

impl Answers {
    pub(crate) fn of(request: &Request, complexity: u64) -> Self {
        let attendant = request.data.get(&TypeId::of::<Arc<dyn Attendant>>());
        let attendant = attendant.and_then(|data| data.downcast_ref::<Arc<dyn Attendant>>());
        Self {
            attendant: attendant.cloned(),
            complexity,
        }
    }

    /// Goes on where one more may be had.
    ///
    /// # Errors
    /// The error that is answered in its place.
    pub(crate) fn admit(&self) -> Result<(), ServerError> {
        let demand = Demand::Answer(self.complexity);
        let admitted = self
            .attendant
            .as_ref()
            .map_or(Ok(()), |one| one.admits(demand));
        admitted.map_err(|wait| too_many(wait).into_server_error(async_graphql::Pos::default()))
    }
}

/// There is not so much left for now.
fn too_many(wait: Duration) -> async_graphql::Error {
    let seconds = wait.as_secs().saturating_add(1);
    let message = format!("操作过于频繁，请{seconds}秒后再试；平板同步请放慢重发。");
    again_after(ErrorCode::TooManyRequests, message, seconds)
}
