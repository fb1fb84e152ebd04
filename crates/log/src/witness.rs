//! What a witness does (`c2sp.org/tlog-witness`): it remembers the last head of a log that it has cosigned, and cosigns
//! the next only if that continues it.
//!
//! A log that shows different people different entries, or takes entries back, cannot get both versions past one witness.

use crate::checkpoint::{Checkpoint, Origin, UntrustedCheckpoint};
use crate::consistency::{ConsistencyProof, Inconsistent};
use crate::encoding::{InvalidHashes, from_decimal, hash_lines};
use crate::head::TreeHead;
use crate::key::LogKey;
use crate::note::{InvalidNote, NoteText, SignedNote};
use std::fmt;

/// What a log asks of a witness: the body of an `add-checkpoint` request, and the form in which a consistency proof is
/// handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the last tree that the witness has cosigned; 0 for none.
    pub old_size: u64,
    /// That the checkpoint continues it.
    pub consistency: ConsistencyProof,
    /// What is to be cosigned.
    pub checkpoint: SignedNote,
}

/// What is no such request; over HTTP it is answered with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// It does not begin with the old size.
    #[error("a request begins with a line `old` and a decimal number without leading zeroes")]
    OldSize,
    /// The hashes cannot be read.
    #[error("the consistency proof cannot be read")]
    Hashes(#[source] InvalidHashes),
    /// The checkpoint cannot be read.
    #[error("the checkpoint cannot be read")]
    Checkpoint(#[source] InvalidNote),
}

/// A checkpoint that continues the last one which the witness cosigned. Only [`examine`] makes one, and nothing else is
/// cosigned.
///
/// The witness must record its head as the last before the cosignature leaves it, and must have read the last one in the
/// same transaction: else two requests at once could bring it to cosign a tree and then a smaller one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    checkpoint: Checkpoint,
    text: NoteText,
}

/// Why a witness does not cosign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not to be believed; over HTTP 403, and 404 for another log.
    #[error("the checkpoint is not to be believed")]
    Untrusted(#[source] UntrustedCheckpoint),
    /// The tree would shrink; over HTTP 400.
    #[error("a checkpoint of {new} entries cannot follow on one of {old}")]
    Smaller {
        /// What the request says that the witness knows.
        old: u64,
        /// The size of the tree to be cosigned.
        new: u64,
    },
    /// The proof begins elsewhere; over HTTP 409, with the size that the witness knows.
    #[error(
        "the last checkpoint that was cosigned has {known} entries, not {asked}; send the proof from there"
    )]
    OtherOldSize {
        /// The size that the witness knows.
        known: u64,
        /// The size that the request begins from.
        asked: u64,
    },
    /// The log signed two roots for one size: it shows two versions of itself; over HTTP 409.
    #[error("the log has signed two different roots over {size} entries")]
    TwoRoots {
        /// The size of both trees.
        size: u64,
    },
    /// The tree is not shown to continue the last; over HTTP 422.
    #[error("the checkpoint is not shown to continue the last that was cosigned")]
    Inconsistent(#[source] Inconsistent),
}

const OLD: &str = "old ";

impl AddCheckpoint {
    /// Reads a request, and checks nothing of what it says.
    ///
    /// # Errors
    /// [`InvalidRequest`] for bytes that are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidRequest> {
        let not_utf8 = InvalidRequest::Checkpoint(InvalidNote::NotUtf8);
        let text = std::str::from_utf8(bytes).map_err(|_| not_utf8)?;
        let (line, text) = text.split_once('\n').ok_or(InvalidRequest::OldSize)?;
        let old_size = line.strip_prefix(OLD).and_then(from_decimal);
        let old_size = old_size.ok_or(InvalidRequest::OldSize)?;
        let (hashes, text) = hash_lines(text).map_err(InvalidRequest::Hashes)?;
        let checkpoint = SignedNote::from_bytes(text.as_bytes());
        Ok(Self {
            old_size,
            consistency: hashes.into(),
            checkpoint: checkpoint.map_err(InvalidRequest::Checkpoint)?,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{OLD}{}", self.old_size)?;
        for hash in self.consistency.hashes() {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl Accepted {
    /// What the log says.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// What is cosigned.
    pub(crate) const fn text(&self) -> &NoteText {
        &self.text
    }
}

/// Whether a witness may cosign a checkpoint of the log of this origin, whose keys these are, when `last` is the head
/// that it cosigned last; [`TreeHead::EMPTY`] if it never did.
///
/// # Errors
/// [`Refusal`] when it may not.
pub fn examine(
    request: &AddCheckpoint,
    origin: &Origin,
    keys: &[LogKey],
    last: TreeHead,
) -> Result<Accepted, Refusal> {
    let checkpoint = Checkpoint::open(&request.checkpoint, origin, keys);
    let checkpoint = checkpoint.map_err(Refusal::Untrusted)?;
    let new = checkpoint.head();
    if request.old_size > new.size {
        return Err(Refusal::Smaller {
            old: request.old_size,
            new: new.size,
        });
    }
    if request.old_size != last.size {
        return Err(Refusal::OtherOldSize {
            known: last.size,
            asked: request.old_size,
        });
    }
    if last.size == new.size && last.root != new.root {
        return Err(Refusal::TwoRoots { size: new.size });
    }
    let is_continued = request.consistency.verify(last, new);
    is_continued.map_err(Refusal::Inconsistent)?;
    Ok(Accepted {
        checkpoint,
        text: request.checkpoint.unverified().clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;
    use crate::key::{KeyName, LogSigner};
    use crate::note::Unsigned;
    use crate::samples::{every_bit_changed, head, leaves, log_signer};
    use proptest::prelude::*;

    fn request(old: u64, new: u64) -> AddCheckpoint {
        AddCheckpoint {
            old_size: old,
            consistency: ConsistencyProof::of(old, &leaves(new)).unwrap(),
            checkpoint: Checkpoint::sign(head(new), &log_signer()),
        }
    }

    fn asked(request: &AddCheckpoint, last: TreeHead) -> Result<TreeHead, Refusal> {
        let key = log_signer().public().clone();
        let accepted = examine(request, &Origin::from(key.name()), &[key], last);
        accepted.map(|accepted| accepted.checkpoint().head())
    }

    #[test]
    fn a_log_that_only_grows_is_cosigned_from_the_first_checkpoint_on() {
        let mut last = TreeHead::EMPTY;
        for size in [0, 1, 1, 4, 5, 12] {
            let sent = request(last.size, size).to_string();
            let read = AddCheckpoint::from_bytes(sent.as_bytes()).unwrap();
            last = asked(&read, last).unwrap();
            assert_eq!(last, head(size));
        }
    }

    #[test]
    fn a_smaller_tree_is_not_cosigned_however_it_is_asked_for() {
        let honest_about_the_last = AddCheckpoint {
            old_size: 5,
            ..request(3, 4)
        };
        assert_eq!(
            asked(&honest_about_the_last, head(5)),
            Err(Refusal::Smaller { old: 5, new: 4 })
        );
        for old in 0..=4 {
            assert_eq!(
                asked(&request(old, 4), head(5)),
                Err(Refusal::OtherOldSize {
                    known: 5,
                    asked: old
                })
            );
        }
    }

    #[test]
    fn a_second_root_for_one_size_is_not_cosigned() {
        let last = TreeHead {
            root: Hash::of_leaf(b"another version"),
            ..head(5)
        };
        let refused = asked(&request(5, 5), last);
        assert_eq!(refused, Err(Refusal::TwoRoots { size: 5 }));
    }

    #[test]
    fn a_tree_that_does_not_continue_the_last_is_not_cosigned() {
        let last = TreeHead {
            root: Hash::of_leaf(b"another version"),
            ..head(3)
        };
        assert_eq!(
            asked(&request(3, 5), last),
            Err(Refusal::Inconsistent(Inconsistent::OtherOldRoot))
        );
        let without_proof = AddCheckpoint {
            consistency: vec![].into(),
            ..request(3, 5)
        };
        let length = Inconsistent::Length { old: 3, new: 5 };
        assert_eq!(
            asked(&without_proof, head(3)),
            Err(Refusal::Inconsistent(length))
        );
        let with_proof_from_nothing = AddCheckpoint {
            consistency: vec![Hash::OF_NOTHING].into(),
            ..request(0, 5)
        };
        let length = Inconsistent::Length { old: 0, new: 5 };
        assert_eq!(
            asked(&with_proof_from_nothing, TreeHead::EMPTY),
            Err(Refusal::Inconsistent(length))
        );
    }

    #[test]
    fn what_the_log_did_not_sign_is_not_cosigned() {
        let name = log_signer().public().name().clone();
        let thief = LogSigner::from_seed(name, &[9; 32]);
        let stolen = AddCheckpoint {
            checkpoint: Checkpoint::sign(head(5), &thief),
            ..request(3, 5)
        };
        let unsigned = UntrustedCheckpoint::Unsigned(Unsigned::ByNobodyKnown);
        assert_eq!(asked(&stolen, head(3)), Err(Refusal::Untrusted(unsigned)));
        let elsewhere = KeyName::new("elsewhere").unwrap();
        let signer = LogSigner::from_seed(elsewhere, &[1; 32]);
        let keys = [signer.public().clone()];
        let of_another = AddCheckpoint {
            checkpoint: Checkpoint::sign(head(5), &signer),
            ..request(3, 5)
        };
        let origin = Origin::new("here").unwrap();
        let refused = examine(&of_another, &origin, &keys, head(3)).unwrap_err();
        let other = UntrustedCheckpoint::OtherOrigin(Origin::new("elsewhere").unwrap());
        assert_eq!(refused, Refusal::Untrusted(other));
    }

    #[test]
    fn no_bit_of_a_request_can_be_changed() {
        let sent = request(3, 7).to_string();
        for changed in every_bit_changed(sent.as_bytes()) {
            let read = AddCheckpoint::from_bytes(&changed);
            let is_accepted = read.is_ok_and(|request| asked(&request, head(3)).is_ok());
            assert!(!is_accepted, "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn what_is_no_request_is_refused_with_the_reason() {
        let good = request(3, 7).to_string();
        let check = |text: &str, reason: InvalidRequest| {
            assert_eq!(
                AddCheckpoint::from_bytes(text.as_bytes()),
                Err(reason),
                "{text}"
            );
        };
        check("", InvalidRequest::OldSize);
        check(&good.replace("old 3", "old 03"), InvalidRequest::OldSize);
        check(&good.replace("old 3", "new 3"), InvalidRequest::OldSize);
        check("old 3\n", InvalidRequest::Hashes(InvalidHashes::Unended));
        check(
            good.trim_end(),
            InvalidRequest::Checkpoint(InvalidNote::Unended),
        );
        assert_eq!(
            AddCheckpoint::from_bytes(b"\xff"),
            Err(InvalidRequest::Checkpoint(InvalidNote::NotUtf8))
        );
    }

    proptest! {
        #[test]
        fn of_anything_like_a_request_only_requests_are_read(
            begin in "(old [0-9]{0,2}\n)?([AE=]{40,44}\n){0,2}\n?",
            rest in any::<Vec<u8>>(),
            is_whole in any::<bool>(),
        ) {
            let rest = if is_whole { request(0, 1).checkpoint.to_string().into_bytes() } else { rest };
            let bytes = [begin.as_bytes(), &rest].concat();
            if let Ok(request) = AddCheckpoint::from_bytes(&bytes) {
                prop_assert_eq!(request.to_string().into_bytes(), bytes);
            }
        }
    }
}
