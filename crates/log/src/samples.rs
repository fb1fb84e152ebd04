//! A small log with its key and its witness, on which everything is tried.

use crate::checkpoint::{Checkpoint, Origin};
use crate::consistency::ConsistencyProof;
use crate::frontier::Frontier;
use crate::hash::Hash;
use crate::head::TreeHead;
use crate::key::{KeyName, LogSigner, WitnessSigner};
use crate::note::SignedNote;
use crate::witness::{Accepted, AddCheckpoint, examine};

/// The hashes of so many leaves, all different.
pub(crate) fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect()
}

/// The frontier over them.
pub(crate) fn frontier(size: u64) -> Frontier {
    let mut frontier = Frontier::default();
    for leaf in leaves(size) {
        frontier.append(leaf).unwrap();
    }
    frontier
}

/// The head over them.
pub(crate) fn head(size: u64) -> TreeHead {
    frontier(size).head()
}

pub(crate) fn log_signer() -> LogSigner {
    let name = KeyName::new("aq.example.gov.cn/431123").unwrap();
    LogSigner::from_seed(name, &std::array::from_fn(|n| u8::try_from(n).unwrap()))
}

pub(crate) fn witness_signer() -> WitnessSigner {
    let name = KeyName::new("witness.example.gov.cn/4311").unwrap();
    WitnessSigner::from_seed(name, &[7; 32])
}

/// The checkpoint of a log of three, and that a witness which saw nothing before accepts it.
pub(crate) fn accepted() -> (SignedNote, Accepted) {
    let signer = log_signer();
    let checkpoint = Checkpoint::sign(head(3), &signer);
    let request = AddCheckpoint {
        old_size: 0,
        consistency: ConsistencyProof::of(0, &leaves(3)).unwrap(),
        checkpoint: checkpoint.clone(),
    };
    let origin = Origin::from(signer.public().name());
    let keys = [signer.public().clone()];
    let accepted = examine(&request, &origin, &keys, TreeHead::EMPTY).unwrap();
    (checkpoint, accepted)
}

/// The bytes with one bit changed, for each of their bits.
pub(crate) fn every_bit_changed(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(move |bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}
