//! Numbers, bytes and lists of hashes as the C2SP formats write them: each value in one way only.

use crate::hash::{Hash, InvalidHash};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Base64 with padding (RFC 4648 §4).
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads it; `None` where the padding is missing, bits are left over or a sign is foreign.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads a number in decimal without sign and without leading zeroes.
pub(crate) fn from_decimal(text: &str) -> Option<u64> {
    let is_one_way =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_one_way { text.parse().ok() } else { None }
}

/// A list of hashes that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHashes {
    /// No empty line ends the list.
    #[error("an empty line ends the hashes of a proof, and there is none")]
    Unended,
    /// It is longer than the proof of any tree.
    #[error("a proof has at most {MAX_HASHES} hashes")]
    TooMany,
    /// A line is not a hash.
    #[error("line {line} of the hashes of a proof is no hash")]
    Hash {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        source: InvalidHash,
    },
}

/// The longest proof: a tree has at most 2^63 - 1 leaves, and `c2sp.org/tlog-witness` allows no more.
pub(crate) const MAX_HASHES: usize = 63;

/// Reads hashes, each on a line, up to the empty line that ends them; also gives what comes after it.
pub(crate) fn hash_lines(text: &str) -> Result<(Vec<Hash>, &str), InvalidHashes> {
    let mut hashes = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').ok_or(InvalidHashes::Unended)?;
        if line.is_empty() {
            return Ok((hashes, after));
        }
        if hashes.len() == MAX_HASHES {
            return Err(InvalidHashes::TooMany);
        }
        let number = hashes.len().saturating_add(1);
        let hash = line.parse().map_err(|source| InvalidHashes::Hash {
            line: number,
            source,
        })?;
        hashes.push(hash);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way() {
        for (text, number) in [
            ("0", 0),
            ("7", 7),
            ("10", 10),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(from_decimal(text), Some(number));
        }
        for text in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1\n",
            "0x1",
            "１",
            "1_0",
            "18446744073709551616",
        ] {
            assert_eq!(from_decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn hashes_end_with_an_empty_line() {
        let hash = Hash::of_leaf(b"");
        let line = format!("{hash}\n");
        assert_eq!(hash_lines("\nrest"), Ok((vec![], "rest")));
        assert_eq!(hash_lines(&format!("{line}\n")), Ok((vec![hash], "")));
        assert_eq!(hash_lines(""), Err(InvalidHashes::Unended));
        assert_eq!(hash_lines(&line), Err(InvalidHashes::Unended));
        let longest = format!("{}\n", line.repeat(MAX_HASHES));
        assert_eq!(hash_lines(&longest).unwrap().0.len(), MAX_HASHES);
        let longer = format!("{line}{longest}");
        assert_eq!(hash_lines(&longer), Err(InvalidHashes::TooMany));
        let source = InvalidHash::Length(3);
        let bad = format!("{line}AAAA\n\n");
        assert_eq!(
            hash_lines(&bad),
            Err(InvalidHashes::Hash { line: 2, source })
        );
    }
}
