//! The tree against what is published about it, against its definition, and against trees that are not ours.

use crate::samples::{every_bit_changed, head, leaves};
use crate::{
    ConsistencyProof, Frontier, Hash, InclusionProof, Inconsistent, NotIncluded, TreeHead,
};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use tlog_tiles::tlog;

/// Up to this size everything is tried.
const ALL: u64 = 300;

/// The entries of the reference tree of the Certificate Transparency projects.
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// Its roots, from the size 0 on.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Its inner nodes that are named in the published proofs.
const LEAF_0: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
const LEAF_1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const NODE_0_2: &str = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
const NODE_2_4: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const NODE_4_6: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const NODE_6_8: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const NODE_0_4: &str = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
const NODE_4_8: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

fn hex(hash: &Hash) -> String {
    hash.as_bytes()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

fn all_hex(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(hex).collect()
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}

fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.append(*leaf).unwrap();
    }
    frontier.root()
}

fn reference() -> Vec<Hash> {
    ENTRIES.map(Hash::of_leaf).to_vec()
}

fn first(size: u64, leaves: &[Hash]) -> &[Hash] {
    &leaves[..usize::try_from(size).unwrap()]
}

#[test]
fn the_reference_tree_has_its_published_roots() {
    for (size, published) in (0..).zip(ROOTS) {
        assert_eq!(hex(&root(first(size, &reference()))), published, "{size}");
    }
}

#[test]
fn the_reference_tree_has_its_published_inclusion_proofs() {
    let check = |index: u64, size: u64, published: &[&str]| {
        let leaves = reference();
        let proof = InclusionProof::of(index, first(size, &leaves)).unwrap();
        assert_eq!(all_hex(proof.hashes()), published, "{index} of {size}");
    };
    check(0, 1, &[]);
    check(0, 8, &[LEAF_1, NODE_2_4, NODE_4_8]);
    check(5, 8, &[LEAF_4, NODE_6_8, NODE_0_4]);
    check(2, 3, &[NODE_0_2]);
    check(1, 5, &[LEAF_0, NODE_2_4, LEAF_4]);
}

#[test]
fn the_reference_tree_has_its_published_consistency_proofs() {
    let check = |old: u64, new: u64, published: &[&str]| {
        let leaves = reference();
        let proof = ConsistencyProof::of(old, first(new, &leaves)).unwrap();
        assert_eq!(all_hex(proof.hashes()), published, "{old} to {new}");
    };
    check(1, 1, &[]);
    check(1, 8, &[LEAF_1, NODE_2_4, NODE_4_8]);
    check(6, 8, &[NODE_4_6, NODE_6_8, NODE_0_4]);
    check(2, 5, &[NODE_2_4, LEAF_4]);
}

/// The appendix "Subtree Test Vectors" of draft-ietf-plants-merkle-tree-certs folds the hashes of all subtrees of the
/// tree of 130 leaves 00, 01, …, and all inclusion proofs in them, into two hashes.
#[test]
fn the_trees_up_to_130_fold_into_the_published_hashes() {
    let leaves: Vec<_> = (0..130_u8).map(|n| Hash::of_leaf(&[n])).collect();
    let (mut of_roots, mut of_proofs) = (Sha256::new(), Sha256::new());
    for end in 1..=leaves.len() {
        for start in (0..end).filter(|start| start % (end - start).next_power_of_two() == 0) {
            let subtree = &leaves[start..end];
            of_roots.update(format!("[{start}, {end}) {}\n", hex(&root(subtree))));
            for (index, place) in (start..end).zip(0..) {
                let proof = InclusionProof::of(place, subtree).unwrap();
                let words = [
                    vec![format!("{index} [{start}, {end})")],
                    all_hex(proof.hashes()),
                ];
                of_proofs.update(words.concat().join(" ") + "\n");
            }
        }
    }
    let folded = |hasher: Sha256| hex(&Hash::new(hasher.finalize().into()));
    assert_eq!(
        folded(of_roots),
        "94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f"
    );
    assert_eq!(
        folded(of_proofs),
        "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"
    );
}

/// The definitions of RFC 6962 §2.1, word for word; every hash is kept, so that all sizes can be asked for.
struct Definition {
    leaves: Vec<Hash>,
    known: HashMap<Range<u64>, Hash>,
}

impl Definition {
    fn new(size: u64) -> Self {
        Self {
            leaves: leaves(size),
            known: HashMap::new(),
        }
    }

    /// `MTH`.
    fn root(&mut self, of: Range<u64>) -> Hash {
        if of.is_empty() {
            return Hash::OF_NOTHING;
        }
        if of.end - of.start == 1 {
            return self.leaves[usize::try_from(of.start).unwrap()];
        }
        if let Some(hash) = self.known.get(&of) {
            return *hash;
        }
        let k = Self::k(&of);
        let left = self.root(of.start..of.start + k);
        let right = self.root(of.start + k..of.end);
        let hash = Hash::of_node(left, right);
        self.known.insert(of, hash);
        hash
    }

    /// The largest power of two smaller than the number of leaves.
    fn k(of: &Range<u64>) -> u64 {
        let mut k = 1;
        while k * 2 < of.end - of.start {
            k *= 2;
        }
        k
    }

    /// `PATH(m, D)`.
    fn path(&mut self, m: u64, of: Range<u64>) -> Vec<Hash> {
        if of.end - of.start == 1 {
            return Vec::new();
        }
        let k = Self::k(&of);
        let middle = of.start + k;
        if m < k {
            let mut path = self.path(m, of.start..middle);
            path.push(self.root(middle..of.end));
            path
        } else {
            let mut path = self.path(m - k, middle..of.end);
            path.push(self.root(of.start..middle));
            path
        }
    }

    /// `SUBPROOF(m, D, b)`.
    fn subproof(&mut self, m: u64, of: Range<u64>, b: bool) -> Vec<Hash> {
        if m == of.end - of.start {
            return if b { Vec::new() } else { vec![self.root(of)] };
        }
        let k = Self::k(&of);
        let middle = of.start + k;
        if m <= k {
            let mut proof = self.subproof(m, of.start..middle, b);
            proof.push(self.root(middle..of.end));
            proof
        } else {
            let mut proof = self.subproof(m - k, middle..of.end, false);
            proof.push(self.root(of.start..middle));
            proof
        }
    }
}

#[test]
fn every_root_is_the_defined_one() {
    let mut definition = Definition::new(ALL);
    let mut frontier = Frontier::default();
    for size in 0..=ALL {
        let defined = TreeHead {
            size,
            root: definition.root(0..size),
        };
        assert_eq!(frontier.head(), defined);
        assert_eq!(frontier.size(), size);
        let leaf = Hash::of_leaf(&size.to_be_bytes());
        assert_eq!(frontier.append(leaf), Ok(size));
    }
}

#[test]
fn every_inclusion_proof_is_the_defined_one_and_shows_its_leaf() {
    let mut definition = Definition::new(ALL);
    let leaves = leaves(ALL);
    for size in 1..=ALL {
        let root = definition.root(0..size);
        let head = TreeHead { size, root };
        for index in 0..size {
            let proof = InclusionProof::of(index, first(size, &leaves)).unwrap();
            assert_eq!(proof.hashes(), definition.path(index, 0..size));
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert_eq!(proof.verify(index, leaf, head), Ok(()), "{index} {size}");
        }
    }
}

#[test]
fn every_consistency_proof_is_the_defined_one_and_shows_the_trees() {
    let mut definition = Definition::new(ALL);
    let leaves = leaves(ALL);
    for new_size in 0..=ALL {
        for old_size in 0..=new_size {
            let proof = ConsistencyProof::of(old_size, first(new_size, &leaves)).unwrap();
            let defined = if old_size == 0 {
                Vec::new()
            } else {
                definition.subproof(old_size, 0..new_size, true)
            };
            assert_eq!(proof.hashes(), defined, "{old_size} {new_size}");
            let mut head = |size| TreeHead {
                size,
                root: definition.root(0..size),
            };
            let (old, new) = (head(old_size), head(new_size));
            assert_eq!(proof.verify(old, new), Ok(()), "{old_size} {new_size}");
        }
    }
}

/// The hashes with one bit changed, for each of their bits; and with one too few and one too many.
fn changed(hashes: &[Hash]) -> Vec<Vec<Hash>> {
    let bytes = bytes(hashes);
    let read = |bytes: Vec<u8>| {
        let (hashes, _) = bytes.as_chunks();
        hashes.iter().copied().map(Hash::new).collect()
    };
    let mut all: Vec<Vec<Hash>> = every_bit_changed(&bytes).map(read).collect();
    for place in 0..hashes.len() {
        let mut fewer = hashes.to_vec();
        fewer.remove(place);
        all.push(fewer);
    }
    for place in 0..=hashes.len() {
        let mut more = hashes.to_vec();
        more.insert(place, hashes.first().copied().unwrap_or(Hash::OF_NOTHING));
        all.push(more);
    }
    all
}

#[test]
fn no_inclusion_proof_can_be_changed_or_said_of_another_leaf_or_tree() {
    for size in 1..=17 {
        let (leaves, head) = (leaves(size), head(size));
        for (index, leaf) in (0..).zip(&leaves) {
            let proof = InclusionProof::of(index, &leaves).unwrap();
            for hashes in changed(proof.hashes()) {
                let changed = InclusionProof::from(hashes);
                assert!(changed.verify(index, *leaf, head).is_err());
            }
            for (other, other_leaf) in (0..).zip(&leaves).filter(|(other, _)| *other != index) {
                assert!(proof.verify(other, *leaf, head).is_err());
                let of_another = proof.verify(index, *other_leaf, head);
                assert_eq!(of_another, Err(NotIncluded::OtherRoot));
            }
            for bytes in every_bit_changed(head.root.as_bytes()) {
                let root = Hash::try_from(&bytes[..]).unwrap();
                let changed = proof.verify(index, *leaf, TreeHead { size, root });
                assert_eq!(changed, Err(NotIncluded::OtherRoot));
            }
        }
    }
}

#[test]
fn no_consistency_proof_can_be_changed_or_said_of_other_trees() {
    for new_size in 1..=17 {
        for old_size in 1..=new_size {
            let proof = ConsistencyProof::of(old_size, &leaves(new_size)).unwrap();
            let (old, new) = (head(old_size), head(new_size));
            for hashes in changed(proof.hashes()) {
                let changed = ConsistencyProof::from(hashes);
                assert!(changed.verify(old, new).is_err(), "{old_size} {new_size}");
            }
            for bytes in every_bit_changed(old.root.as_bytes()) {
                let root = Hash::try_from(&bytes[..]).unwrap();
                assert!(proof.verify(TreeHead { root, ..old }, new).is_err());
                assert!(proof.verify(old, TreeHead { root, ..new }).is_err());
            }
            for size in (1..=new_size).filter(|size| *size != old_size) {
                assert!(proof.verify(head(size), new).is_err(), "{size} {new_size}");
            }
        }
    }
}

#[test]
fn what_cannot_be_proved_is_not_begun() {
    let (index, size) = (3, 3);
    let refused = InclusionProof::gather(index, size).unwrap_err();
    assert_eq!(refused, NotIncluded::NoSuchLeaf { index, size });
    let beyond = InclusionProof::from(vec![]).verify(index, Hash::OF_NOTHING, head(size));
    assert_eq!(beyond, Err(NotIncluded::NoSuchLeaf { index, size }));
    let shrinking = Inconsistent::Smaller { old: 3, new: 2 };
    assert_eq!(ConsistencyProof::gather(3, 2).unwrap_err(), shrinking);
    let proof = ConsistencyProof::from(vec![]);
    assert_eq!(proof.verify(head(3), head(2)), Err(shrinking));
}

#[test]
fn a_head_of_nothing_has_one_root_and_everything_continues_it() {
    let proof = ConsistencyProof::from(vec![]);
    assert_eq!(head(0), TreeHead::EMPTY);
    assert_eq!(proof.verify(TreeHead::EMPTY, head(5)), Ok(()));
    assert_eq!(proof.verify(TreeHead::EMPTY, TreeHead::EMPTY), Ok(()));
    let lie = TreeHead {
        root: Hash::of_leaf(b""),
        ..TreeHead::EMPTY
    };
    let old = Err(Inconsistent::OtherOldRoot);
    assert_eq!(proof.verify(lie, head(5)), old);
    assert_eq!(proof.verify(lie, lie), old);
    let new = Err(Inconsistent::OtherNewRoot);
    assert_eq!(proof.verify(TreeHead::EMPTY, lie), new);
}

/// The tree of the crate `ct-merkle`, which shares no line with ours.
#[test]
fn a_tree_that_is_not_ours_has_the_same_roots_and_proofs() {
    let mut theirs = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let leaves = leaves(100);
    for size in 1..=100_u64 {
        theirs.push((size - 1).to_be_bytes());
        let root = head(size).root;
        assert_eq!(theirs.root().as_bytes().as_slice(), root.as_bytes());
        for n in 0..size {
            let place = usize::try_from(n).unwrap();
            let ours = InclusionProof::of(n, first(size, &leaves)).unwrap();
            let same = theirs.prove_inclusion(place);
            assert_eq!(same.as_bytes(), bytes(ours.hashes()));
            let ours = ConsistencyProof::of(size - n, first(size, &leaves)).unwrap();
            let same = theirs.prove_consistency(place);
            assert_eq!(same.as_bytes(), bytes(ours.hashes()));
        }
    }
}

/// The crate `tlog_tiles`, a port of Go's `sumdb/tlog`.
#[test]
fn a_checker_that_is_not_ours_accepts_our_proofs() {
    let theirs = |hash: Hash| tlog::Hash(*hash.as_bytes());
    let all = |hashes: &[Hash]| hashes.iter().map(|hash| theirs(*hash)).collect::<Vec<_>>();
    let leaves = leaves(70);
    for size in 1..=70 {
        let root = theirs(head(size).root);
        for (index, leaf) in (0..size).zip(&leaves) {
            let ours = InclusionProof::of(index, first(size, &leaves)).unwrap();
            let proof = all(ours.hashes());
            tlog::check_record(&proof, size, root, index, theirs(*leaf)).unwrap();
            let old = index + 1;
            let ours = ConsistencyProof::of(old, first(size, &leaves)).unwrap();
            let proof = all(ours.hashes());
            tlog::check_tree(&proof, size, root, old, theirs(head(old).root)).unwrap();
        }
    }
}
