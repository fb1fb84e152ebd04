//! What is handed out about a ledger so that others need not believe it. The key and where the ledger is kept are behind
//! this port.

use crate::fault::Fault;
use crate::position::Position;
use async_trait::async_trait;
use xiaohao_core::values::HazardNumber;
use xiaohao_log::ConsistencyProof;

/// Whether a proof shows the names that it vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// They are shown.
    Shown,
    /// They are withheld: what commits to them proves as much, and tells nobody.
    Withheld,
}

/// Signs what a county's ledger has come to, and proves it.
#[async_trait]
pub trait Notary: Send + Sync {
    /// The checkpoint over everything that is recorded: the last one, or where the ledger has grown a new one. Before it is
    /// signed, what was recorded since is read again, and where it is not what was logged nothing is signed.
    ///
    /// # Errors
    /// [`Fault::Damaged`] names what is wrong.
    async fn checkpoint(&self) -> Result<String, Fault>;

    /// The first checkpoint over a line, if there is one yet.
    ///
    /// # Errors
    /// [`Fault`].
    async fn checkpoint_over(&self, line: Position) -> Result<Option<String>, Fault>;

    /// What proves that a hazard was struck off, as JSON; none where it is not closed.
    ///
    /// # Errors
    /// [`Fault`].
    async fn closure_proof(
        &self,
        hazard: HazardNumber,
        names: Names,
    ) -> Result<Option<String>, Fault>;

    /// What proves that the log of one size goes on from that of another; none where there is no such size.
    ///
    /// # Errors
    /// [`Fault`].
    async fn consistency(&self, from: u64, to: u64) -> Result<Option<ConsistencyProof>, Fault>;
}
