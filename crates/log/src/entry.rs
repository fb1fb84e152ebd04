//! The bytes of an entry: what a leaf of the log says of an act that was recorded.
//!
//! They say where an entry stands and to what it was done, and are bound to what was done by a hash over it and a salt.
//! Whoever has the bytes alone learns nothing of a person from them, not even by trying what is likely; whoever is shown
//! the salt and the body sees that these are what was recorded. Should a body have to be taken away, the log still holds.

use crate::hash::Hash;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// What an entry says openly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The code of the county, six digits.
    pub county: &'a str,
    /// Its place in the county's ledger, from 1.
    pub position: u64,
    /// To what kind of thing it was done, in capitals.
    pub kind: &'a str,
    /// To which.
    pub subject: Uuid,
    /// Its place in the history of that thing, from 1.
    pub seq: u64,
    /// The request that it answers.
    pub request: Uuid,
    /// The legal date.
    pub occurred_on: NaiveDate,
    /// When it was recorded, to the microsecond.
    pub recorded_at: DateTime<Utc>,
    /// What it is bound to: see [`Salt::commit`].
    pub content: Hash,
}

/// Bytes by chance, of each entry its own, without which what an entry is bound to cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; Self::LENGTH]);

/// Text that is no envelope of this version, to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the bytes of an entry, which are nine lines, the first of them {VERSION}")]
pub struct InvalidEnvelope;

/// The first line.
const VERSION: &str = "xiaohao-entry/v1";

/// What is hashed before a piece of personal data, so that its commitment is that of nothing else.
const PERSONAL: &[u8] = b"xiaohao-personal/v1\n";

const DAY: &str = "%Y-%m-%d";
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

impl Envelope<'_> {
    /// The hash of its leaf.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        Hash::of_leaf(self.to_string().as_bytes())
    }
}

/// The bytes of the entry.
impl fmt::Display for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}")?;
        writeln!(f, "county {}", self.county)?;
        writeln!(f, "position {}", self.position)?;
        writeln!(f, "subject {} {}", self.kind, self.subject)?;
        writeln!(f, "seq {}", self.seq)?;
        writeln!(f, "request {}", self.request)?;
        writeln!(f, "occurred {}", self.occurred_on.format(DAY))?;
        writeln!(f, "recorded {}", self.recorded_at.format(INSTANT))?;
        writeln!(f, "content {}", self.content)
    }
}

impl<'a> Envelope<'a> {
    /// Reads the bytes of an entry; what could have been written otherwise is refused.
    ///
    /// # Errors
    /// [`InvalidEnvelope`].
    pub fn parse(text: &'a str) -> Result<Self, InvalidEnvelope> {
        let read = Self::read(text).filter(|read| read.to_string() == text);
        read.ok_or(InvalidEnvelope)
    }

    fn read(text: &'a str) -> Option<Self> {
        let mut lines = text.strip_prefix(VERSION)?.strip_prefix('\n')?.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let county = next("county")?;
        let position = next("position")?.parse().ok()?;
        let (kind, subject) = next("subject")?.split_once(' ')?;
        let seq = next("seq")?.parse().ok()?;
        let request = next("request")?.parse().ok()?;
        let occurred_on = NaiveDate::parse_from_str(next("occurred")?, DAY).ok()?;
        let recorded_at = NaiveDateTime::parse_from_str(next("recorded")?, INSTANT).ok()?;
        let content = next("content")?.parse().ok()?;
        let is_code = county.len() == 6 && county.bytes().all(|byte| byte.is_ascii_digit());
        let is_kind = kind.bytes().all(|byte| byte.is_ascii_uppercase());
        (is_code && is_kind && !kind.is_empty()).then_some(Self {
            county,
            position,
            kind,
            subject: subject.parse().ok()?,
            seq,
            request,
            occurred_on,
            recorded_at: recorded_at.and_utc(),
            content,
        })
    }
}

impl Salt {
    /// How many bytes it has.
    pub const LENGTH: usize = 16;

    /// The salt with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// What an entry is bound to: `SHA-256(salt ‖ fingerprint ‖ body)`. The fingerprint of the request is within, because
    /// it could be guessed too: it is a hash of what was sent, without a salt. Of personal data neither says more than
    /// [`Self::commit_personal`].
    #[must_use]
    pub fn commit(&self, fingerprint: &[u8; 32], body: &str) -> Hash {
        let hasher = Sha256::new().chain_update(self.0);
        let hasher = hasher.chain_update(fingerprint).chain_update(body);
        Hash::new(hasher.finalize().into())
    }
}

impl Salt {
    /// What stands in a body for a piece of personal data: `SHA-256(domain ‖ salt ‖ value)`. Once salt and value are
    /// gone nobody can tell what it was, and the body is still the one that was logged.
    #[must_use]
    pub fn commit_personal(&self, value: &str) -> Hash {
        let hasher = Sha256::new().chain_update(PERSONAL).chain_update(self.0);
        Hash::new(hasher.chain_update(value).finalize().into())
    }
}

/// It is as secret as the body.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(content: Hash) -> Envelope<'static> {
        Envelope {
            county: "431123",
            position: 17,
            kind: "HAZARD",
            subject: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
            seq: 3,
            request: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002),
            occurred_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            recorded_at: DateTime::from_timestamp_micros(1_772_413_200_000_001).unwrap(),
            content,
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let envelope = sample(Salt::new([7; 16]).commit(&[8; 32], "{}"));
        let text = envelope.to_string();
        assert_eq!(Envelope::parse(&text), Ok(envelope));
        for (from, to) in [
            ("entry/v1", "entry/v2"),
            ("county 431123", "county 43112"),
            ("county 431123", "county 43112x"),
            ("position 17", "position 017"),
            ("position 17", "position +17"),
            ("position 17", "position  17"),
            ("HAZARD", "hazard"),
            ("HAZARD 0", "HAZARD  0"),
            ("0199", "0199-"),
            ("seq 3", "seq 3 "),
            ("2026-03-02\n", "2026-3-2\n"),
            (".000001Z", ".0000010Z"),
            (".000001Z", ".000001+00:00"),
            ("=\n", "=\n\n"),
            ("=\n", "="),
            ("\nseq", "\r\nseq"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            assert_eq!(
                Envelope::parse(&changed),
                Err(InvalidEnvelope),
                "{from} {to}"
            );
        }
    }

    #[test]
    fn every_part_of_what_is_bound_counts() {
        let bound = Salt::new([7; 16]).commit(&[8; 32], "{}");
        assert_ne!(bound, Salt::new([6; 16]).commit(&[8; 32], "{}"));
        assert_ne!(bound, Salt::new([7; 16]).commit(&[9; 32], "{}"));
        assert_ne!(bound, Salt::new([7; 16]).commit(&[8; 32], "{ }"));
        assert_ne!(sample(bound).leaf(), sample(Hash::OF_NOTHING).leaf());
    }

    #[test]
    fn a_piece_of_personal_data_is_bound_by_its_own_salt_in_its_own_domain() {
        let bound = Salt::new([7; 16]).commit_personal("张三");
        assert_ne!(bound, Salt::new([6; 16]).commit_personal("张三"));
        assert_ne!(bound, Salt::new([7; 16]).commit_personal("李四"));
        let hashed = [&b"xiaohao-personal/v1\n"[..], &[7; 16], "张三".as_bytes()].concat();
        assert_eq!(bound, Hash::new(Sha256::digest(hashed).into()));
    }
}
