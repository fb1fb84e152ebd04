//! The example of `docs/ledger-format.md`, made again; and what is handed out, read by programs that are not ours.

use crate::encoding::{from_base64, to_base64};
use crate::samples::{log_signer, witness_signer};
use crate::{
    AddCheckpoint, Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, Origin, TlogProof,
    TreeHead, UnixTime, examine,
};
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};

const DOCUMENT: &str = include_str!("../../../docs/ledger-format.md");

/// The three entries of the example.
const ENTRIES: [&str; 3] = [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#];

fn leaves() -> Vec<Hash> {
    ENTRIES
        .map(|entry| Hash::of_leaf(entry.as_bytes()))
        .to_vec()
}

fn frontier(size: usize) -> Frontier {
    let mut frontier = Frontier::default();
    for leaf in leaves().into_iter().take(size) {
        frontier.append(leaf).unwrap();
    }
    frontier
}

/// The checkpoint over all three, with the cosignature of a witness that had seen the first two.
fn cosigned() -> (AddCheckpoint, TlogProof) {
    let signer = log_signer();
    let request = AddCheckpoint {
        old_size: 2,
        consistency: ConsistencyProof::of(2, &leaves()).unwrap(),
        checkpoint: Checkpoint::sign(frontier(3).head(), &signer),
    };
    let origin = Origin::from(signer.public().name());
    let keys = [signer.public().clone()];
    let accepted = examine(&request, &origin, &keys, frontier(2).head()).unwrap();
    let at = UnixTime::new(1_795_564_800).unwrap();
    let proof = TlogProof {
        extra: None,
        index: 1,
        inclusion: InclusionProof::of(1, &leaves()).unwrap(),
        checkpoint: request
            .checkpoint
            .clone()
            .with(witness_signer().cosign(&accepted, at)),
    };
    (request, proof)
}

#[test]
fn the_example_of_the_document_is_what_the_crate_makes() {
    let [a, b, c] = leaves()[..] else {
        panic!("three leaves");
    };
    let seed: Vec<_> = (0..32_u8).map(|n| format!("{n:02x}")).collect();
    let frontier: Vec<_> = frontier(3)
        .to_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (request, proof) = cosigned();
    let tree = format!(
        "leaf 0  {a}\nleaf 1  {b}\nleaf 2  {c}\nnode    {}\nroot    {}\n",
        Hash::of_node(a, b),
        Hash::of_node(Hash::of_node(a, b), c)
    );
    let signer = log_signer();
    let blocks = [
        ENTRIES.join("\n") + "\n",
        tree,
        frontier.concat() + "\n",
        format!(
            "seed    {}\nsecret  {}\npublic  {}\n",
            seed.concat(),
            signer.to_secret(),
            signer.public()
        ),
        request.checkpoint.to_string(),
        format!("{}\n", witness_signer().public()),
        request.to_string(),
        proof.to_string(),
    ];
    let fenced = blocks.map(|block| format!("```text\n{block}```\n"));
    let (_, missing): (Vec<_>, Vec<_>) = fenced
        .into_iter()
        .partition(|block| DOCUMENT.contains(block));
    assert!(
        missing.is_empty(),
        "docs/ledger-format.md lacks what the crate makes:\n{}",
        missing.concat()
    );
}

/// The crates `signed_note` and `tlog_tiles`, ports of Go's `sumdb/note` and `sumdb/tlog`.
#[test]
fn a_reader_that_is_not_ours_opens_our_checkpoints() {
    let key = log_signer().public().to_string();
    let (_, proof) = cosigned();
    let written = proof.checkpoint.to_string();
    let theirs = Note::from_bytes(written.as_bytes()).unwrap();
    let keys = VerifierList::new(vec![Box::new(StandardVerifier::new(&key).unwrap())]);
    let (signed, unknown) = theirs.verify(&keys).unwrap();
    assert_eq!((signed.len(), unknown.len()), (1, 1));
    assert_eq!(theirs.to_bytes(), written.as_bytes());
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!(checkpoint.origin(), log_signer().public().name().as_str());
    let head = TreeHead {
        size: checkpoint.size(),
        root: Hash::new(checkpoint.hash().0),
    };
    assert_eq!(head, frontier(3).head());
    let changed = written.replacen("\n3\n", "\n2\n", 1);
    let theirs = Note::from_bytes(changed.as_bytes()).unwrap();
    assert!(theirs.verify(&keys).is_err());
}

/// A witness as `c2sp.org/tlog-cosignature` specifies it, on the Ed25519 and the key ids of `signed_note`.
struct Cosigner {
    name: String,
    id: u32,
    ed25519: StandardVerifier,
}

impl Cosigner {
    fn new(key: &str) -> Self {
        let (name, rest) = key.split_once('+').unwrap();
        let typed = from_base64(rest.split_once('+').unwrap().1).unwrap();
        // `signed_note` knows no cosignatures: it is given the same 32 bytes as a key that signs notes.
        let as_log = [&[1], &typed[1..]].concat();
        let id = signed_note::key_id(name, &as_log);
        let ed25519 = StandardVerifier::new(&format!("{name}+{id:08x}+{}", to_base64(&as_log)));
        Self {
            name: name.to_owned(),
            id: signed_note::key_id(name, &typed),
            ed25519: ed25519.unwrap(),
        }
    }
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let (time, signature) = signature.split_at(8);
        let time = u64::from_be_bytes(time.try_into().unwrap());
        let head = format!("cosignature/v1\ntime {time}\n");
        let message = [head.as_bytes(), text].concat();
        self.ed25519.verify(&message, signature)
    }
}

#[test]
fn a_reader_that_is_not_ours_accepts_our_cosignatures() {
    let witness = witness_signer().public().to_string();
    let (_, proof) = cosigned();
    let written = proof.checkpoint.to_string();
    let keys = || -> VerifierList { VerifierList::new(vec![Box::new(Cosigner::new(&witness))]) };
    let theirs = Note::from_bytes(written.as_bytes()).unwrap();
    let (signed, unknown) = theirs.verify(&keys()).unwrap();
    assert_eq!((signed.len(), unknown.len()), (1, 1));
    assert_eq!(signed[0].name(), witness_signer().public().name().as_str());
    let changed = written.replacen("\n3\n", "\n2\n", 1);
    let theirs = Note::from_bytes(changed.as_bytes()).unwrap();
    assert!(theirs.verify(&keys()).is_err());
}
