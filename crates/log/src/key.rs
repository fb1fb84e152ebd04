//! Keys that sign notes, and the text by which they are handed from one to another.
//!
//! A key is a name, an Ed25519 key (RFC 8032), and what it signs, which is part of its id and of its type here: a log's
//! key cannot be taken for a witness's. The text of a verifier's key is that of `c2sp.org/signed-note` (`0x01`) and
//! `c2sp.org/tlog-cosignature` (`0x04`); that of a signer's key is what Go's `golang.org/x/mod/sumdb/note` reads.

use crate::encoding::{from_base64, to_base64};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

const LOG: u8 = 0x01;
const WITNESS: u8 = 0x04;

/// The key by which what a log signed is checked.
pub type LogKey = VerifierKey<LOG>;
/// The key by which a log signs.
pub type LogSigner = SignerKey<LOG>;
/// The key by which what a witness cosigned is checked.
pub type WitnessKey = VerifierKey<WITNESS>;
/// The key by which a witness cosigns.
pub type WitnessSigner = SignerKey<WITNESS>;

/// The name of a key; by recommendation an address without scheme, such as `aq.example.gov.cn/431123`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// The beginning of a hash over a key, its name and its type: enough to find the key, not to trust it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; Self::LENGTH]);

/// The public half of a key that signs notes of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey<const TYPE: u8> {
    name: KeyName,
    id: KeyId,
    pub(crate) key: VerifyingKey,
}

/// The secret half of a key that signs notes of one type.
#[derive(Clone)]
pub struct SignerKey<const TYPE: u8> {
    pub(crate) key: SigningKey,
    public: VerifierKey<TYPE>,
}

/// What cannot be a key, or the name of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// The name is empty or has a sign that would end it.
    #[error("the name of a key is not empty and has no spaces, no `+` and no control characters")]
    Name,
    /// The text has not its parts.
    #[error(
        "a key is written as its name, its id in 8 hexadecimal digits and its base64, with `+` between them"
    )]
    Form,
    /// The text is not that of a secret key.
    #[error("the key of a signer begins with `{SECRET}`")]
    NotSecret,
    /// The key is one for something else, or has another length.
    #[error("is not an Ed25519 key for {}", purpose(*.0))]
    Type(u8),
    /// The id belongs to another name or key.
    #[error("the id is not that of the name and the key; a sign was lost or changed")]
    Id,
    /// The bytes are no key, or one under which anything would seem to be signed.
    #[error("is not a point of the curve that can be a public key")]
    Unsafe,
}

/// How the text of a secret begins, and nothing that may be shown.
pub const SECRET: &str = "PRIVATE+KEY+";

fn purpose(of_type: u8) -> &'static str {
    if of_type == WITNESS {
        "the cosignatures of a witness (0x04)"
    } else {
        "the notes of a log (0x01)"
    }
}

impl KeyName {
    /// The name with this text.
    ///
    /// # Errors
    /// [`InvalidKey::Name`] for what could not stand in a signature line (`c2sp.org/signed-note`).
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidKey> {
        let text = text.into();
        let ends_it = |sign: char| sign.is_whitespace() || sign < ' ' || sign == '+';
        if text.is_empty() || text.contains(ends_it) {
            return Err(InvalidKey::Name);
        }
        Ok(Self(text))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeyId {
    /// How many bytes it has.
    pub(crate) const LENGTH: usize = 4;

    /// The id of a key: `SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]`.
    fn of(name: &KeyName, of_type: u8, key: &[u8]) -> Self {
        let hasher = Sha256::new().chain_update(name.as_str()).chain_update("\n");
        let hash: [u8; 32] = hasher
            .chain_update([of_type])
            .chain_update(key)
            .finalize()
            .into();
        let [a, b, c, d, ..] = hash;
        Self([a, b, c, d])
    }

    /// The id with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl<const TYPE: u8> VerifierKey<TYPE> {
    /// The key with this name and these 32 bytes.
    ///
    /// # Errors
    /// [`InvalidKey::Unsafe`] for bytes that are no key.
    pub fn new(name: KeyName, key: &[u8; 32]) -> Result<Self, InvalidKey> {
        let key = VerifyingKey::from_bytes(key).map_err(|_| InvalidKey::Unsafe)?;
        if key.is_weak() {
            return Err(InvalidKey::Unsafe);
        }
        Ok(Self::of(name, key))
    }

    fn of(name: KeyName, key: VerifyingKey) -> Self {
        let id = KeyId::of(&name, TYPE, key.as_bytes());
        Self { name, id, key }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }
}

/// The text that is handed to those who check: name, id and base64 of type and key.
impl<const TYPE: u8> fmt::Display for VerifierKey<TYPE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::<TYPE>(&self.name, self.id, self.key.as_bytes()))
    }
}

impl<const TYPE: u8> FromStr for VerifierKey<TYPE> {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let (name, id, key) = parts::<TYPE>(text)?;
        let key = Self::new(name, &key)?;
        if key.id.to_string() == id {
            Ok(key)
        } else {
            Err(InvalidKey::Id)
        }
    }
}

impl<const TYPE: u8> SignerKey<TYPE> {
    /// The key with this name that follows from a seed; whoever knows the seed can sign.
    #[must_use]
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = VerifierKey::of(name, key.verifying_key());
        Self { key, public }
    }

    /// Reads the text of [`SignerKey::to_secret`].
    ///
    /// # Errors
    /// [`InvalidKey`] for any other text.
    pub fn from_secret(text: &str) -> Result<Self, InvalidKey> {
        let after = text.strip_prefix(SECRET).ok_or(InvalidKey::NotSecret)?;
        let (name, id, seed) = parts::<TYPE>(after)?;
        let key = Self::from_seed(name, &seed);
        if key.public.id.to_string() == id {
            Ok(key)
        } else {
            Err(InvalidKey::Id)
        }
    }

    /// The text in which the signer keeps it. It is the secret itself.
    #[must_use]
    pub fn to_secret(&self) -> String {
        let public = &self.public;
        let text = text::<TYPE>(&public.name, public.id, self.key.as_bytes());
        format!("{SECRET}{text}")
    }

    /// The half that others may have.
    #[must_use]
    pub const fn public(&self) -> &VerifierKey<TYPE> {
        &self.public
    }
}

/// The secret stays out of what is logged.
impl<const TYPE: u8> fmt::Debug for SignerKey<TYPE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.public)
    }
}

fn text<const TYPE: u8>(name: &KeyName, id: KeyId, key: &[u8; 32]) -> String {
    let typed = [&[TYPE], &key[..]].concat();
    format!("{name}+{id}+{}", to_base64(&typed))
}

/// The name, the id as it is written and the 32 bytes. A name has no `+`, base64 may.
fn parts<const TYPE: u8>(text: &str) -> Result<(KeyName, &str, [u8; 32]), InvalidKey> {
    let (name, after) = text.split_once('+').ok_or(InvalidKey::Form)?;
    let (id, key) = after.split_once('+').ok_or(InvalidKey::Form)?;
    let name = KeyName::new(name)?;
    let typed = from_base64(key).ok_or(InvalidKey::Form)?;
    let key = match typed.split_first() {
        Some((of_type, key)) if *of_type == TYPE => key.try_into().ok(),
        Some(_) | None => None,
    };
    Ok((name, id, key.ok_or(InvalidKey::Type(TYPE))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the example of `c2sp.org/signed-note`.
    const SPECIFIED: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    /// The keys of the documentation of Go's `sumdb/note`.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PETERS_SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    /// The key of a witness that is in public service.
    const WITNESS_IN_SERVICE: &str =
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

    #[test]
    fn published_keys_are_read_and_written_as_they_are() {
        // The last has a `+` in its base64.
        let plus = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6";
        for text in [SPECIFIED, PETER, plus] {
            assert_eq!(text.parse::<LogKey>().unwrap().to_string(), text);
        }
        let witness: WitnessKey = WITNESS_IN_SERVICE.parse().unwrap();
        assert_eq!(witness.to_string(), WITNESS_IN_SERVICE);
        let peter = LogSigner::from_secret(PETERS_SECRET).unwrap();
        assert_eq!(peter.to_secret(), PETERS_SECRET);
        assert_eq!(peter.public().to_string(), PETER);
    }

    #[test]
    fn a_key_for_one_purpose_is_none_for_another() {
        assert_eq!(SPECIFIED.parse::<WitnessKey>(), Err(InvalidKey::Type(4)));
        assert_eq!(
            WITNESS_IN_SERVICE.parse::<LogKey>(),
            Err(InvalidKey::Type(1))
        );
        let secret = WitnessSigner::from_secret(PETERS_SECRET).unwrap_err();
        assert_eq!(secret, InvalidKey::Type(4));
        let [of_log, of_witness] = [1, 4].map(|of_type| InvalidKey::Type(of_type).to_string());
        assert!(of_log.contains("a log (0x01)"), "{of_log}");
        assert!(of_witness.contains("a witness (0x04)"), "{of_witness}");
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_reason() {
        let check = |text: &str, reason: InvalidKey| {
            assert_eq!(text.parse::<LogKey>(), Err(reason), "{text}");
        };
        check("", InvalidKey::Form);
        check("example.com/foo", InvalidKey::Form);
        check("example.com/foo+530d903a", InvalidKey::Form);
        check("example.com/foo+530d903a+?", InvalidKey::Form);
        check("example.com/foo+530d903a+", InvalidKey::Type(1));
        check("example.com/foo+530d903a+AQ==", InvalidKey::Type(1));
        check(&SPECIFIED.replace("foo", "foo bar"), InvalidKey::Name);
        check(&SPECIFIED.replace("example.com/foo", ""), InvalidKey::Name);
        check(&SPECIFIED.replace("foo", "fop"), InvalidKey::Id);
        check(&SPECIFIED.replace("530d903a", "530D903A"), InvalidKey::Id);
        check(&SPECIFIED.replace("530d903a", "30d903a"), InvalidKey::Id);
        check(&SPECIFIED.replace("3U2k", "3U2l"), InvalidKey::Id);
        let secret = |text: &str| LogSigner::from_secret(text).unwrap_err();
        assert_eq!(secret(PETER), InvalidKey::NotSecret);
        assert_eq!(secret(&PETERS_SECRET.replace("a3+", "a4+")), InvalidKey::Id);
    }

    #[test]
    fn a_key_under_which_anything_is_signed_is_refused() {
        let name = || KeyName::new("weak").unwrap();
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for bytes in [neutral, [0; 32]] {
            let key = LogKey::new(name(), &bytes);
            assert_eq!(key, Err(InvalidKey::Unsafe));
        }
        // No point of the curve has this ordinate.
        let mut no_point = [0; 32];
        no_point[0] = 2;
        assert_eq!(LogKey::new(name(), &no_point), Err(InvalidKey::Unsafe));
    }

    #[test]
    fn a_secret_is_not_in_what_is_logged() {
        let peter = LogSigner::from_secret(PETERS_SECRET).unwrap();
        assert_eq!(format!("{peter:?}"), format!("SignerKey({PETER})"));
    }

    #[test]
    fn a_name_has_nothing_that_would_end_it() {
        for bad in [
            "",
            "a b",
            "a+b",
            "a\nb",
            "a\u{1}b",
            "a\u{3000}b",
            "a\u{a0}b",
        ] {
            assert_eq!(KeyName::new(bad), Err(InvalidKey::Name), "{bad:?}");
        }
        assert_eq!(KeyName::new("双牌县/台账").unwrap().as_str(), "双牌县/台账");
    }
}
