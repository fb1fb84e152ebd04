//! Checkpoints (`c2sp.org/tlog-checkpoint`): the head of a log's tree, signed by the log.

use crate::encoding::from_decimal;
use crate::hash::{Hash, InvalidHash};
use crate::head::{MAX_SIZE, TreeHead};
use crate::key::{KeyName, LogKey, LogSigner};
use crate::note::{NoteText, SignedNote, Unsigned};
use std::fmt;

/// Which log it is: the first line of its checkpoints, and the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// The head of a tree as its log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    head: TreeHead,
    /// Lines without a meaning here. Ours have none; those of other logs may.
    extensions: Vec<String>,
}

/// A text that is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCheckpoint {
    /// It has not its three lines, or an empty one.
    #[error("a checkpoint has a line for its origin, its size and its root, and no empty lines")]
    Lines,
    /// The size is no number of entries.
    #[error("the size is a decimal number without leading zeroes, {MAX_SIZE} at most")]
    Size,
    /// The root is no hash.
    #[error("the root is no hash")]
    Root(#[source] InvalidHash),
    /// The root is not that of the only tree of its size.
    #[error("a tree of no entries has another root")]
    RootOfNothing,
    /// The origin is not a line.
    #[error("an origin is a line that is not empty and has no control characters")]
    Origin,
}

/// Why a checkpoint is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UntrustedCheckpoint {
    /// No key of the log has signed it.
    #[error("the checkpoint is not signed by the log")]
    Unsigned(#[source] Unsigned),
    /// The log signed something else.
    #[error("what the log signed is no checkpoint")]
    Invalid(#[source] InvalidCheckpoint),
    /// It is that of another log.
    #[error("the checkpoint is of the log `{0}`, not of the one that was asked for")]
    OtherOrigin(Origin),
}

impl Origin {
    /// The origin with this text.
    ///
    /// # Errors
    /// [`InvalidCheckpoint::Origin`] for what is not one line.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidCheckpoint> {
        let text = text.into();
        if text.is_empty() || text.contains(|sign: char| sign < ' ') {
            return Err(InvalidCheckpoint::Origin);
        }
        Ok(Self(text))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A log signs by the name of its origin.
impl From<&KeyName> for Origin {
    fn from(name: &KeyName) -> Self {
        Self(name.as_str().to_owned())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Checkpoint {
    /// Signs a head as that of the log whose name the key has.
    ///
    /// A log must never sign a head that does not continue every head which it signed before; whoever calls this has
    /// computed the head from the entries as they are stored, and compared it with the last one.
    #[must_use]
    pub fn sign(head: TreeHead, signer: &LogSigner) -> SignedNote {
        let checkpoint = Self {
            origin: signer.public().name().into(),
            head,
            extensions: Vec::new(),
        };
        SignedNote::new(checkpoint.to_text(), signer)
    }

    /// Opens a checkpoint that a key of the log has signed.
    ///
    /// # Errors
    /// [`UntrustedCheckpoint`] when it is not to be believed.
    pub fn open(
        note: &SignedNote,
        origin: &Origin,
        keys: &[LogKey],
    ) -> Result<Self, UntrustedCheckpoint> {
        let text = note
            .signed_by(keys)
            .map_err(UntrustedCheckpoint::Unsigned)?;
        let checkpoint = Self::from_text(text).map_err(UntrustedCheckpoint::Invalid)?;
        if checkpoint.origin != *origin {
            return Err(UntrustedCheckpoint::OtherOrigin(checkpoint.origin));
        }
        Ok(checkpoint)
    }

    /// Opens a checkpoint that one key has signed, of the log whose name the key bears.
    ///
    /// # Errors
    /// Likewise.
    pub fn signed_by(note: &SignedNote, key: &LogKey) -> Result<Self, UntrustedCheckpoint> {
        Self::open(note, &Origin::from(key.name()), std::slice::from_ref(key))
    }

    /// What a note says that its log comes to, for whoever has just signed it. It is not to be believed.
    ///
    /// # Errors
    /// [`InvalidCheckpoint`] when it is none.
    pub fn claimed_head(note: &SignedNote) -> Result<TreeHead, InvalidCheckpoint> {
        Self::from_text(note.unverified()).map(|checkpoint| checkpoint.head)
    }

    /// Reads the text of a checkpoint.
    pub(crate) fn from_text(text: &NoteText) -> Result<Self, InvalidCheckpoint> {
        let mut lines = text.as_str().split_terminator('\n');
        let mut next = || {
            let line = lines.next().filter(|line| !line.is_empty());
            line.ok_or(InvalidCheckpoint::Lines)
        };
        let (origin, size, root) = (next()?, next()?, next()?);
        let size = from_decimal(size).filter(|size| *size <= MAX_SIZE);
        let head = TreeHead {
            size: size.ok_or(InvalidCheckpoint::Size)?,
            root: root.parse().map_err(InvalidCheckpoint::Root)?,
        };
        if head.size == 0 && head.root != Hash::OF_NOTHING {
            return Err(InvalidCheckpoint::RootOfNothing);
        }
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(InvalidCheckpoint::Lines);
        }
        Ok(Self {
            origin: Origin::new(origin)?,
            head,
            extensions,
        })
    }

    /// The text of a checkpoint.
    fn to_text(&self) -> NoteText {
        let head = self.head;
        let first = [
            self.origin.to_string(),
            head.size.to_string(),
            head.root.to_string(),
        ];
        NoteText::of_lines(&[&first, &self.extensions[..]].concat())
    }

    /// Of which log it is.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The size of the tree and its root.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// The lines that follow on the root; whoever wrote the log knows what they mean.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{every_bit_changed, head, log_signer};
    use proptest::prelude::*;

    /// The example of `c2sp.org/tlog-checkpoint`; it was signed by Go's checksum database under another name.
    const SPECIFIED: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn read(text: &str) -> Result<Checkpoint, InvalidCheckpoint> {
        Checkpoint::from_text(&NoteText::new(text).unwrap())
    }

    #[test]
    fn the_specified_checkpoint_is_read() {
        let checkpoint = read(SPECIFIED).unwrap();
        assert_eq!(checkpoint.origin().as_str(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.head().size, 20_852_163);
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        assert_eq!(checkpoint.head().root.to_string(), root);
        assert!(checkpoint.extensions().is_empty());
        let extended = read(&format!("{SPECIFIED}one\ntwo\n")).unwrap();
        assert_eq!(extended.extensions(), ["one", "two"]);
        assert_eq!(extended.head(), checkpoint.head());
    }

    #[test]
    fn what_a_log_signs_is_opened_by_its_key_and_origin_alone() {
        let signer = log_signer();
        let keys = [signer.public().clone()];
        let origin = Origin::from(signer.public().name());
        for size in [0, 1, 5] {
            let note = Checkpoint::sign(head(size), &signer);
            let note = SignedNote::from_bytes(note.to_string().as_bytes()).unwrap();
            let checkpoint = Checkpoint::open(&note, &origin, &keys).unwrap();
            assert_eq!(checkpoint.head(), head(size));
            let other = Origin::new("another log").unwrap();
            assert_eq!(
                Checkpoint::open(&note, &other, &keys),
                Err(UntrustedCheckpoint::OtherOrigin(origin.clone()))
            );
            assert_eq!(
                Checkpoint::open(&note, &origin, &[]),
                Err(UntrustedCheckpoint::Unsigned(Unsigned::ByNobodyKnown))
            );
        }
        let text = NoteText::new("no checkpoint\n").unwrap();
        let note = SignedNote::new(text, &signer);
        assert_eq!(
            Checkpoint::open(&note, &origin, &keys),
            Err(UntrustedCheckpoint::Invalid(InvalidCheckpoint::Lines))
        );
    }

    #[test]
    fn no_bit_of_a_checkpoint_can_be_changed() {
        let signer = log_signer();
        let origin = Origin::from(signer.public().name());
        let keys = [signer.public().clone()];
        let written = Checkpoint::sign(head(5), &signer).to_string();
        for changed in every_bit_changed(written.as_bytes()) {
            let note = SignedNote::from_bytes(&changed);
            let opened = note.map(|note| Checkpoint::open(&note, &origin, &keys));
            assert!(!matches!(opened, Ok(Ok(_))));
        }
    }

    #[test]
    fn what_is_no_checkpoint_is_refused_with_the_reason() {
        let root = Hash::OF_NOTHING;
        let check = |text: String, reason: InvalidCheckpoint| {
            assert_eq!(read(&text), Err(reason), "{text:?}");
        };
        check("\n".into(), InvalidCheckpoint::Lines);
        check("log\n".into(), InvalidCheckpoint::Lines);
        check("log\n1\n".into(), InvalidCheckpoint::Lines);
        check(format!("\n1\n{root}\n"), InvalidCheckpoint::Lines);
        check(format!("log\n\n{root}\n"), InvalidCheckpoint::Lines);
        check(format!("log\n1\n{root}\n\n"), InvalidCheckpoint::Lines);
        check(
            format!("log\n1\n{root}\na\n\nb\n"),
            InvalidCheckpoint::Lines,
        );
        for size in ["01", "+1", "1 ", "0x1", "9223372036854775808"] {
            check(format!("log\n{size}\n{root}\n"), InvalidCheckpoint::Size);
        }
        let short = InvalidHash::Length(3);
        check("log\n1\nAAAA\n".into(), InvalidCheckpoint::Root(short));
        let other = Hash::of_leaf(b"");
        check(
            format!("log\n0\n{other}\n"),
            InvalidCheckpoint::RootOfNothing,
        );
        assert!(read(&format!("log\n{MAX_SIZE}\n{root}\n")).is_ok());
        for origin in ["", "two\nlines", "a\u{1}"] {
            assert_eq!(Origin::new(origin), Err(InvalidCheckpoint::Origin));
        }
    }

    proptest! {
        #[test]
        fn of_any_lines_only_a_checkpoint_is_read(text in "([a\u{2028}]?\n)?([0-9]{0,3}\n)?([AE=]{40,44}\n)?([a]?\n)?") {
            if let Ok(note) = NoteText::new(text)
                && let Ok(checkpoint) = Checkpoint::from_text(&note)
            {
                prop_assert_eq!(checkpoint.to_text(), note);
            }
        }
    }
}
