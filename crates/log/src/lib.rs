//! The log of a county's ledger: by it anyone can check that no entry was changed, removed or slipped in, without
//! believing whoever runs the server.
//!
//! The entries are the leaves of a hash tree (RFC 6962, RFC 9162). Its *head*, a size and a root, stands for all of
//! them; the log signs it as a *checkpoint*. An *inclusion proof* shows that an entry is under a head, a *consistency
//! proof* that a head continues an earlier one. Who keeps an earlier head is a *witness*, and may cosign the later one.
//! Everything that is handed out has the form that [C2SP](https://c2sp.org) specifies, so that programs which are not
//! ours can check it.
//!
//! The crate is pure: no I/O, no clock, no randomness; seeds, salts and times are parameters. Of an entry it knows the
//! envelope; what is done in a county it does not. `docs/ledger-format.md` is the same for readers who write a program of
//! their own.
//!
//! | To | Use |
//! |---|---|
//! | say what an entry is | [`Envelope`], bound to its content by [`Salt::commit`] |
//! | add it | [`Frontier::append`], with [`Envelope::leaf`] |
//! | sign what there is | [`Frontier::head`], [`Checkpoint::sign`] |
//! | prove something about it | [`InclusionProof::gather`], [`ConsistencyProof::gather`], and one walk over the leaf hashes |
//! | hand out a proof | [`TlogProof`] |
//! | check what was handed out | [`TlogProof::verify`], [`Checkpoint::open`], [`ConsistencyProof::verify`] |
//! | be a witness | [`AddCheckpoint`], [`examine`], `WitnessSigner::cosign` |

mod checkpoint;
mod climb;
mod consistency;
mod cosignature;
mod encoding;
mod entry;
#[cfg(test)]
mod format_tests;
mod frontier;
mod gathering;
mod hash;
mod head;
mod inclusion;
mod key;
mod note;
#[cfg(test)]
mod samples;
mod tlog_proof;
#[cfg(test)]
mod tree_tests;
mod witness;

pub use checkpoint::{Checkpoint, InvalidCheckpoint, Origin, UntrustedCheckpoint};
pub use consistency::{ConsistencyProof, Inconsistent};
pub use cosignature::{NotCosigned, UnixTime};
pub use entry::{Envelope, InvalidEnvelope, Salt};
pub use frontier::{Frontier, LogFull, UnreadableFrontier};
pub use gathering::{Gathering, WrongLeaves};
pub use hash::{Hash, InvalidHash};
pub use head::{MAX_SIZE, TreeHead};
pub use inclusion::{InclusionProof, NotIncluded};
pub use key::{InvalidKey, KeyId, KeyName, LogKey, LogSigner, SECRET, WitnessKey, WitnessSigner};
pub use note::{InvalidNote, NoteText, Signature, SignedNote, Unsigned};
pub use tlog_proof::{InvalidProof, TlogProof, UntrustedProof};
pub use witness::{Accepted, AddCheckpoint, InvalidRequest, Refusal, examine};
