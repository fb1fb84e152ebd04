//! Errors at the top of an answer: nothing could be answered, or not to this person. What an act is refused for is data,
//! not an error.

use async_graphql::{Error, ErrorExtensions};
use xiaohao_ledger::{Fault, Told};

/// An error with its code.
pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// Nobody has signed in.
pub(crate) fn unauthenticated() -> Error {
    coded("UNAUTHENTICATED", "请先登录。")
}

/// The ledger could not answer. Its causes are for the log, not for the client.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
pub(crate) fn fault(fault: Fault) -> Error {
    tracing::error!(error = %Told(&fault), code = fault.code(), "the ledger could not answer");
    coded(fault.code(), fault.message())
}
