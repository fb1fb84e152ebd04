//! Signed notes (`c2sp.org/signed-note`): a text, an empty line, and a line for each signature.
//!
//! The text means nothing until a signature of a key that is trusted has been checked, so it is handed out only then.
//! Signatures of keys that are not known are ignored, as the specification demands: a note may be signed by keys of
//! which one reader knows some and another others.

use crate::encoding::{from_base64, to_base64};
use crate::key::{KeyId, KeyName, LogKey, LogSigner};
use ed25519_dalek::{Signer as _, VerifyingKey};
use std::fmt;

/// A text that can be signed: lines, each ended, without other control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText(String);

/// A text with signatures under it, none of which has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: NoteText,
    signatures: Vec<Signature>,
}

/// A signature: by whom it says that it is, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(crate) name: KeyName,
    pub(crate) id: KeyId,
    pub(crate) bytes: Vec<u8>,
}

/// What is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNote {
    /// It is longer than any note that is read.
    #[error("a note has at most {MAX_BYTES} bytes, not {0}")]
    TooLong(usize),
    /// It is not UTF-8.
    #[error("a note is written in UTF-8")]
    NotUtf8,
    /// There is a control character that does not end a line.
    #[error("a note has no control characters but those that end its lines")]
    ControlCharacter,
    /// The text does not end with a line.
    #[error("every line of a note is ended, the last too")]
    Unended,
    /// There are no signatures.
    #[error("an empty line and at least one signature follow on the text of a note")]
    NoSignatures,
    /// A line after the text is no signature.
    #[error(
        "line {0} of the signatures is no signature: em dash, space, name, space, base64 of id and signature"
    )]
    Signature(usize),
    /// There are more than are read.
    #[error("a note has at most {MAX_SIGNATURES} signatures")]
    TooManySignatures,
}

/// Why the text of a note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// No key that is trusted has signed it.
    #[error("no key that is trusted has signed the note")]
    ByNobodyKnown,
    /// A signature says that it is by a key that is trusted, and is not.
    #[error("the signature by {name}+{id} is not by that key, or not under this text")]
    Forged {
        /// The name of the key.
        name: KeyName,
        /// The id of the key.
        id: KeyId,
    },
}

/// Longer notes are not read, nor those with more signatures; Go's `sumdb/note` has the same limit of signatures.
const MAX_BYTES: usize = 1_000_000;
const MAX_SIGNATURES: usize = 100;

/// What a line with a signature begins with.
const DASH: &str = "\u{2014} ";

impl NoteText {
    /// The text that consists of these lines.
    ///
    /// # Errors
    /// [`InvalidNote`] for what the text of a note cannot be.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidNote> {
        let text = text.into();
        if text.len() > MAX_BYTES {
            return Err(InvalidNote::TooLong(text.len()));
        }
        if text.contains(|sign: char| sign < ' ' && sign != '\n') {
            return Err(InvalidNote::ControlCharacter);
        }
        if !text.ends_with('\n') {
            return Err(InvalidNote::Unended);
        }
        Ok(Self(text))
    }

    /// The text of these lines, which the caller knows to be without control characters.
    pub(crate) fn of_lines(lines: &[String]) -> Self {
        Self(lines.join("\n") + "\n")
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Signature {
    /// Reads a line without its end.
    fn from_line(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = from_base64(base64)?;
        let (id, signature) = bytes.split_first_chunk::<{ KeyId::LENGTH }>()?;
        if signature.is_empty() {
            return None;
        }
        Some(Self {
            name: KeyName::new(name).ok()?,
            id: KeyId::new(*id),
            bytes: signature.to_vec(),
        })
    }

    /// Whether it says that it is by this key.
    fn is_of(&self, name: &KeyName, id: KeyId) -> bool {
        self.name == *name && self.id == id
    }

    /// The reason why a signature by a key that is trusted is none.
    pub(crate) fn forged(&self) -> Unsigned {
        Unsigned::Forged {
            name: self.name.clone(),
            id: self.id,
        }
    }
}

/// The line, without its end; what a witness answers is a list of such lines.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes(), &self.bytes[..]].concat();
        write!(f, "{DASH}{} {}", self.name, to_base64(&bytes))
    }
}

impl SignedNote {
    /// The text, signed by a log.
    #[must_use]
    pub fn new(text: NoteText, signer: &LogSigner) -> Self {
        let note = Self {
            text,
            signatures: Vec::new(),
        };
        note.signed_too(signer)
    }

    /// The note, signed by one more key of a log.
    #[must_use]
    pub fn signed_too(self, signer: &LogSigner) -> Self {
        let public = signer.public();
        let signature = Signature {
            name: public.name().clone(),
            id: public.id(),
            bytes: signer.key.sign(self.text.0.as_bytes()).to_bytes().to_vec(),
        };
        self.with(signature)
    }

    /// Reads a note, and checks none of its signatures.
    ///
    /// # Errors
    /// [`InvalidNote`] for bytes that are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidNote> {
        let note = std::str::from_utf8(bytes).map_err(|_| InvalidNote::NotUtf8)?;
        let note = NoteText::new(note)?.0;
        // The text may have empty lines itself; the last one divides.
        let (text, signatures) = note
            .rsplit_once("\n\n")
            .filter(|(_, signatures)| !signatures.is_empty())
            .ok_or(InvalidNote::NoSignatures)?;
        let lines: Vec<_> = signatures.split_terminator('\n').collect();
        if lines.len() > MAX_SIGNATURES {
            return Err(InvalidNote::TooManySignatures);
        }
        let read =
            |(line, number)| Signature::from_line(line).ok_or(InvalidNote::Signature(number));
        let signatures = lines.into_iter().zip(1..).map(read);
        Ok(Self {
            signatures: signatures.collect::<Result<_, _>>()?,
            text: NoteText(format!("{text}\n")),
        })
    }

    /// The note with one more signature under it, if it was not there already.
    #[must_use]
    pub fn with(mut self, signature: Signature) -> Self {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
        self
    }

    /// Its signatures, none of which has been checked.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The text, if one of the keys has signed it.
    ///
    /// # Errors
    /// [`Unsigned`] if none has, or if a signature says that it is by one of them and is not.
    pub fn signed_by(&self, keys: &[LogKey]) -> Result<&NoteText, Unsigned> {
        let mut is_signed = false;
        for key in keys {
            for signature in self.signatures_of(key.name(), key.id()) {
                if !verifies(&key.key, self.text.0.as_bytes(), &signature.bytes) {
                    return Err(signature.forged());
                }
                is_signed = true;
            }
        }
        if is_signed {
            Ok(&self.text)
        } else {
            Err(Unsigned::ByNobodyKnown)
        }
    }

    /// Those that say that they are by a key.
    pub(crate) fn signatures_of(
        &self,
        name: &KeyName,
        id: KeyId,
    ) -> impl Iterator<Item = &Signature> {
        let signatures = self.signatures.iter();
        signatures.filter(move |signature| signature.is_of(name, id))
    }

    /// The text, although nobody has said that it is to be believed.
    pub(crate) const fn unverified(&self) -> &NoteText {
        &self.text
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text.0)?;
        let mut signatures = self.signatures.iter();
        signatures.try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// Whether the key has signed the message (RFC 8032 §5.1.7, without the signatures that can be changed into others).
pub(crate) fn verifies(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    let signature = ed25519_dalek::Signature::from_slice(signature);
    signature.is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{every_bit_changed, log_signer};
    use proptest::prelude::*;

    /// The example of `c2sp.org/signed-note`, and its key.
    const SPECIFIED: &str = "This is an example message.\n\n\
        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    const SPECIFIED_KEY: &str =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    /// The example of the documentation of Go's `sumdb/note`: a text, two signatures, and the keys.
    const QUOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const PETERS: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    const ENOCHS: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
    const PETERS_SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const ENOCHS_KEY: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";

    fn note(text: &str) -> SignedNote {
        SignedNote::from_bytes(text.as_bytes()).unwrap()
    }

    fn peter() -> LogSigner {
        LogSigner::from_secret(PETERS_SECRET).unwrap()
    }

    #[test]
    fn the_specified_note_is_signed_by_the_specified_key() {
        let key: LogKey = SPECIFIED_KEY.parse().unwrap();
        let note = note(SPECIFIED);
        let text = note.signed_by(&[key]).unwrap();
        assert_eq!(text.as_str(), "This is an example message.\n");
        assert_eq!(note.to_string(), SPECIFIED);
    }

    #[test]
    fn the_note_of_gos_documentation_is_made_again_byte_for_byte() {
        let signed = SignedNote::new(NoteText::new(QUOTE).unwrap(), &peter());
        assert_eq!(signed.to_string(), format!("{QUOTE}\n{PETERS}"));
        let enochs = note(&format!("{QUOTE}\n{ENOCHS}"));
        let both = signed.with(enochs.signatures()[0].clone());
        assert_eq!(both.to_string(), format!("{QUOTE}\n{PETERS}{ENOCHS}"));
        let enochs_key: LogKey = ENOCHS_KEY.parse().unwrap();
        let peters_key = peter().public().clone();
        for keys in [
            vec![enochs_key.clone()],
            vec![peters_key.clone()],
            vec![peters_key, enochs_key],
        ] {
            assert_eq!(both.signed_by(&keys).unwrap().as_str(), QUOTE);
        }
    }

    #[test]
    fn signatures_of_keys_that_are_not_known_are_ignored() {
        let key = peter().public().clone();
        // The same name with another id, the same id with another name, and a kind that nobody knows.
        let same_name = ENOCHS.replace("EnochRoot", "PeterNeumann");
        let same_id = PETERS.replace("PeterNeumann", "Paul");
        let unknown = "— neu AAAAAAE=\n";
        let strangers = format!("{same_name}{same_id}{unknown}");
        let among = note(&format!("{QUOTE}\n{strangers}{PETERS}"));
        assert!(among.signed_by(std::slice::from_ref(&key)).is_ok());
        let alone = note(&format!("{QUOTE}\n{strangers}"));
        assert_eq!(alone.signed_by(&[key]), Err(Unsigned::ByNobodyKnown));
        assert_eq!(among.signed_by(&[]), Err(Unsigned::ByNobodyKnown));
    }

    #[test]
    fn a_forged_signature_of_a_known_key_spoils_the_note() {
        let key = peter().public().clone();
        let other = SignedNote::new(NoteText::new("other\n").unwrap(), &peter());
        let forged = note(&format!("{QUOTE}\n{PETERS}{}\n", other.signatures()[0]));
        let reason = forged.signed_by(std::slice::from_ref(&key)).unwrap_err();
        assert_eq!(reason, forged.signatures()[1].forged());
        let short = note(&format!("{QUOTE}\n— PeterNeumann x08gowE=\n"));
        assert_eq!(
            short.signed_by(&[key]).unwrap_err(),
            short.signatures()[0].forged()
        );
    }

    #[test]
    fn no_bit_of_a_signed_note_can_be_changed() {
        let text = NoteText::new("双牌县\n\n四\n").unwrap();
        let signer = log_signer();
        let written = SignedNote::new(text, &signer).to_string();
        let keys = [signer.public().clone()];
        for changed in every_bit_changed(written.as_bytes()) {
            let read = SignedNote::from_bytes(&changed);
            let is_signed = read.is_ok_and(|note| note.signed_by(&keys).is_ok());
            assert!(!is_signed, "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn what_is_no_note_is_refused_with_the_reason() {
        let check = |bytes: &[u8], reason: InvalidNote| {
            let read = SignedNote::from_bytes(bytes);
            assert_eq!(read, Err(reason), "{}", String::from_utf8_lossy(bytes));
        };
        let signature = PETERS;
        check(b"", InvalidNote::Unended);
        check(b"text\n", InvalidNote::NoSignatures);
        check(b"text\n\n", InvalidNote::NoSignatures);
        check(
            format!("text\n{signature}").as_bytes(),
            InvalidNote::NoSignatures,
        );
        check(
            format!("\n{signature}").as_bytes(),
            InvalidNote::NoSignatures,
        );
        check(
            format!("text\n\n{}", signature.trim_end()).as_bytes(),
            InvalidNote::Unended,
        );
        check(
            format!("te\txt\n\n{signature}").as_bytes(),
            InvalidNote::ControlCharacter,
        );
        check(
            format!("text\r\n\n{signature}").as_bytes(),
            InvalidNote::ControlCharacter,
        );
        check(b"\xff\n\n", InvalidNote::NotUtf8);
        check(
            &vec![b'\n'; MAX_BYTES + 1],
            InvalidNote::TooLong(MAX_BYTES + 1),
        );
        for line in [
            "text",
            "—",
            "— name",
            "— name ",
            "- name AAAAAAE=",
            "—name AAAAAAE=",
            "—  name AAAAAAE=",
            "— name  AAAAAAE=",
            "— na+me AAAAAAE=",
            "— name AAAAAAE",
            "— name AAAAAAF=",
            "— name AAAAAA==",
            "— name AAAAAAE= ",
        ] {
            let bytes = format!("text\n\n{signature}{line}\n");
            check(bytes.as_bytes(), InvalidNote::Signature(2));
        }
    }

    #[test]
    fn a_note_may_have_a_hundred_signatures_and_no_more() {
        let hundred = format!("text\n\n{}", PETERS.repeat(MAX_SIGNATURES));
        assert_eq!(note(&hundred).signatures().len(), MAX_SIGNATURES);
        let more = format!("{hundred}{PETERS}");
        assert_eq!(
            SignedNote::from_bytes(more.as_bytes()),
            Err(InvalidNote::TooManySignatures)
        );
    }

    proptest! {
        #[test]
        fn of_any_bytes_only_notes_are_read(bytes in any::<Vec<u8>>()) {
            if let Ok(note) = SignedNote::from_bytes(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn of_anything_like_a_note_only_notes_are_read(note in "[a\n ]{0,5}\n\n(— [a+ ]{1,3} [AEI=]{4,12}\n){0,3}") {
            if let Ok(read) = SignedNote::from_bytes(note.as_bytes()) {
                prop_assert_eq!(read.to_string(), note);
            }
        }

        #[test]
        fn what_is_signed_is_read_back(text in "([^\u{0}-\u{1f}]{0,9}\n){1,4}") {
            let signer = log_signer();
            let text = NoteText::new(text).unwrap();
            let signed = SignedNote::new(text.clone(), &signer);
            let read = SignedNote::from_bytes(signed.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&read, &signed);
            prop_assert_eq!(read.signed_by(&[signer.public().clone()]), Ok(&text));
        }
    }
}
