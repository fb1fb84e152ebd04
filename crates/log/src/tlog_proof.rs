//! A proof that anyone can check without asking anybody (`c2sp.org/tlog-proof`, version 1; files end in `.tlog-proof`):
//! the checkpoint of a log, and the way from an entry to its root.

use crate::checkpoint::{Checkpoint, Origin, UntrustedCheckpoint};
use crate::encoding::{InvalidHashes, from_base64, from_decimal, hash_lines, to_base64};
use crate::hash::Hash;
use crate::inclusion::{InclusionProof, NotIncluded};
use crate::key::LogKey;
use crate::note::{InvalidNote, SignedNote};
use std::fmt;

/// A proof that an entry is in a log. The entry itself is handed out beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Whatever is to go with it; it is not part of what is proved, and not to be believed.
    pub extra: Option<Vec<u8>>,
    /// The place of the entry in the log, from 0.
    pub index: u64,
    /// The way from the entry to the root.
    pub inclusion: InclusionProof,
    /// The checkpoint with that root; witnesses may have cosigned it.
    pub checkpoint: SignedNote,
}

/// What is no proof of this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProof {
    /// It does not begin as it must.
    #[error("a proof begins with the line `{HEADER}`")]
    Header,
    /// What goes with it cannot be read.
    #[error("what follows on `extra` is base64, with padding")]
    Extra,
    /// The index is missing or no number.
    #[error("a proof has a line `index` with a decimal number without leading zeroes")]
    Index,
    /// The hashes cannot be read.
    #[error("the way to the root cannot be read")]
    Hashes(#[source] InvalidHashes),
    /// The checkpoint cannot be read.
    #[error("the checkpoint cannot be read")]
    Checkpoint(#[source] InvalidNote),
}

/// Why a proof does not show that the entry is in the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UntrustedProof {
    /// The checkpoint is not to be believed.
    #[error("the checkpoint in the proof is not to be believed")]
    Checkpoint(#[source] UntrustedCheckpoint),
    /// The entry is not shown to be under it.
    #[error("the entry is not shown to be in the log")]
    NotIncluded(#[source] NotIncluded),
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";
const INDEX: &str = "index ";

impl TlogProof {
    /// Reads a proof, and checks nothing of what it says.
    ///
    /// # Errors
    /// [`InvalidProof`] for bytes that are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidProof> {
        let not_utf8 = InvalidProof::Checkpoint(InvalidNote::NotUtf8);
        let text = std::str::from_utf8(bytes).map_err(|_| not_utf8)?;
        let (header, text) = text.split_once('\n').ok_or(InvalidProof::Header)?;
        if header != HEADER {
            return Err(InvalidProof::Header);
        }
        let (mut line, mut text) = text.split_once('\n').ok_or(InvalidProof::Index)?;
        let mut extra = None;
        if let Some(base64) = line.strip_prefix(EXTRA) {
            extra = Some(from_base64(base64).ok_or(InvalidProof::Extra)?);
            (line, text) = text.split_once('\n').ok_or(InvalidProof::Index)?;
        }
        let index = line.strip_prefix(INDEX).and_then(from_decimal);
        let index = index.ok_or(InvalidProof::Index)?;
        let (hashes, text) = hash_lines(text).map_err(InvalidProof::Hashes)?;
        let checkpoint = SignedNote::from_bytes(text.as_bytes());
        Ok(Self {
            extra,
            index,
            inclusion: hashes.into(),
            checkpoint: checkpoint.map_err(InvalidProof::Checkpoint)?,
        })
    }

    /// Whether it shows that the entry with this leaf hash is in the log of this origin, whose keys these are; the
    /// checkpoint says in which tree. How many witnesses must have cosigned that, the caller decides.
    ///
    /// # Errors
    /// [`UntrustedProof`] when it does not.
    pub fn verify(
        &self,
        leaf: Hash,
        origin: &Origin,
        keys: &[LogKey],
    ) -> Result<Checkpoint, UntrustedProof> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, keys);
        let checkpoint = checkpoint.map_err(UntrustedProof::Checkpoint)?;
        let included = self.inclusion.verify(self.index, leaf, checkpoint.head());
        included.map_err(UntrustedProof::NotIncluded)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "{EXTRA}{}", to_base64(extra))?;
        }
        writeln!(f, "{INDEX}{}", self.index)?;
        for hash in self.inclusion.hashes() {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Unsigned;
    use crate::samples::{every_bit_changed, head, leaves, log_signer};
    use proptest::prelude::*;

    fn proof(index: u64, size: u64) -> TlogProof {
        TlogProof {
            extra: None,
            index,
            inclusion: InclusionProof::of(index, &leaves(size)).unwrap(),
            checkpoint: Checkpoint::sign(head(size), &log_signer()),
        }
    }

    fn verify(proof: &TlogProof, leaf: Hash) -> Result<Checkpoint, UntrustedProof> {
        let key = log_signer().public().clone();
        proof.verify(leaf, &Origin::from(key.name()), &[key])
    }

    #[test]
    fn a_proof_has_the_specified_form() {
        let (h1, h2) = (Hash::of_leaf(b"hash1"), Hash::of_leaf(b"hash2"));
        let checkpoint = Checkpoint::sign(head(5), &log_signer());
        let mut proof = TlogProof {
            extra: None,
            index: 5,
            inclusion: vec![h1, h2].into(),
            checkpoint: checkpoint.clone(),
        };
        let form = format!("c2sp.org/tlog-proof@v1\nindex 5\n{h1}\n{h2}\n\n{checkpoint}");
        assert_eq!(proof.to_string(), form);
        proof.extra = Some(b"extra information".to_vec());
        proof.inclusion = vec![].into();
        proof.index = 0;
        let form = format!(
            "c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 0\n\n{checkpoint}"
        );
        assert_eq!(proof.to_string(), form);
        assert_eq!(TlogProof::from_bytes(form.as_bytes()), Ok(proof));
    }

    #[test]
    fn a_proof_shows_its_entry_and_no_other() {
        for (index, size) in [(0, 1), (0, 5), (4, 5), (6, 9)] {
            let written = proof(index, size).to_string();
            let read = TlogProof::from_bytes(written.as_bytes()).unwrap();
            let of = |index: u64| leaves(size)[usize::try_from(index).unwrap()];
            assert_eq!(verify(&read, of(index)).unwrap().head(), head(size));
            let other = verify(&read, of((index + 1) % size));
            let same_leaf = size == 1;
            assert_eq!(other.is_ok(), same_leaf);
            assert_eq!(
                verify(&read, Hash::OF_NOTHING),
                Err(UntrustedProof::NotIncluded(NotIncluded::OtherRoot))
            );
            let stranger = read.verify(of(index), &Origin::new("x").unwrap(), &[]);
            let unsigned = UntrustedCheckpoint::Unsigned(Unsigned::ByNobodyKnown);
            assert_eq!(stranger, Err(UntrustedProof::Checkpoint(unsigned)));
        }
    }

    #[test]
    fn no_bit_of_a_proof_can_be_changed() {
        let written = proof(2, 5).to_string();
        let leaf = leaves(5)[2];
        for changed in every_bit_changed(written.as_bytes()) {
            let read = TlogProof::from_bytes(&changed);
            let is_believed = read.is_ok_and(|proof| verify(&proof, leaf).is_ok());
            assert!(!is_believed, "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn what_is_no_proof_is_refused_with_the_reason() {
        let good = proof(2, 3).to_string();
        let check = |text: &str, reason: InvalidProof| {
            assert_eq!(
                TlogProof::from_bytes(text.as_bytes()),
                Err(reason),
                "{text}"
            );
        };
        check("", InvalidProof::Header);
        check(HEADER, InvalidProof::Header);
        check(&good.replace("@v1", "@v2"), InvalidProof::Header);
        check(&format!("{HEADER}\n"), InvalidProof::Index);
        check(&good.replace("index 2\n", ""), InvalidProof::Index);
        check(&good.replace("index 2", "index 02"), InvalidProof::Index);
        check(&good.replace("index 2", "index -2"), InvalidProof::Index);
        check(
            &good.replace("index", "extra AAA\nindex"),
            InvalidProof::Extra,
        );
        check(
            &good.replace("index", "extra AAAA\nextra AAAA\nindex"),
            InvalidProof::Index,
        );
        let unended = InvalidProof::Hashes(InvalidHashes::Unended);
        check(&format!("{HEADER}\nindex 2\n"), unended);
        let cut = InvalidProof::Checkpoint(InvalidNote::Unended);
        check(&format!("{HEADER}\nindex 2\n\n"), cut);
        check(good.trim_end(), cut);
        assert_eq!(
            TlogProof::from_bytes(b"\xff"),
            Err(InvalidProof::Checkpoint(InvalidNote::NotUtf8))
        );
    }

    proptest! {
        #[test]
        fn of_anything_like_a_proof_only_proofs_are_read(
            begin in "(c2sp.org/tlog-proof@v1\n)?(extra [A=]{0,4}\n)?(index [0-9]{0,2}\n)?([AE=]{40,44}\n){0,2}\n?",
            rest in any::<Vec<u8>>(),
            is_whole in any::<bool>(),
        ) {
            let rest = if is_whole { proof(0, 1).checkpoint.to_string().into_bytes() } else { rest };
            let bytes = [begin.as_bytes(), &rest].concat();
            if let Ok(proof) = TlogProof::from_bytes(&bytes) {
                prop_assert_eq!(proof.to_string().into_bytes(), bytes);
            }
        }
    }
}
