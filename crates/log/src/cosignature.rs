//! Cosignatures (`c2sp.org/tlog-cosignature`, Ed25519, `cosignature/v1`): a witness says that a checkpoint continues
//! every one of that log which it saw before, and when it said so.

use crate::key::{KeyId, KeyName, WitnessKey, WitnessSigner};
use crate::note::{NoteText, Signature, SignedNote, Unsigned, verifies};
use crate::witness::Accepted;
use ed25519_dalek::Signer as _;

/// An instant in whole seconds since the beginning of 1970, as POSIX counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

/// Why a witness has not cosigned a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCosigned {
    /// There is no signature that says that it is by this witness.
    #[error("the witness {name}+{id} has not cosigned the checkpoint")]
    Missing {
        /// The name of the witness.
        name: KeyName,
        /// The id of its key.
        id: KeyId,
    },
    /// There is one, and it is not by the witness, or under another checkpoint.
    #[error("a cosignature is not what it says")]
    Forged(#[source] Unsigned),
}

impl UnixTime {
    /// The instant so many seconds after 1970 began; `None` after 2^63 - 1, the last that the format has.
    #[must_use]
    pub const fn new(seconds: u64) -> Option<Self> {
        if seconds > i64::MAX.unsigned_abs() {
            return None;
        }
        Some(Self(seconds))
    }

    /// Its seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

impl WitnessSigner {
    /// Cosigns a checkpoint that the witness has accepted, and by now recorded as the last it saw.
    #[must_use]
    pub fn cosign(&self, accepted: &Accepted, at: UnixTime) -> Signature {
        let signature = self.key.sign(message(accepted.text(), at).as_bytes());
        let public = self.public();
        Signature {
            name: public.name().clone(),
            id: public.id(),
            bytes: [&at.0.to_be_bytes()[..], &signature.to_bytes()].concat(),
        }
    }
}

impl WitnessKey {
    /// When the witness cosigned the checkpoint; the last time, if it did so more than once.
    ///
    /// # Errors
    /// [`NotCosigned`] if it has not, or if something says so that is not true.
    pub fn cosigned(&self, note: &SignedNote) -> Result<UnixTime, NotCosigned> {
        let mut last = None;
        for signature in note.signatures_of(self.name(), self.id()) {
            let at = self.cosigned_by(note.unverified(), signature);
            let at = at.ok_or_else(|| NotCosigned::Forged(signature.forged()))?;
            last = last.max(Some(at));
        }
        last.ok_or_else(|| NotCosigned::Missing {
            name: self.name().clone(),
            id: self.id(),
        })
    }

    fn cosigned_by(&self, text: &NoteText, signature: &Signature) -> Option<UnixTime> {
        let (seconds, signature) = signature.bytes.split_first_chunk()?;
        let at = UnixTime::new(u64::from_be_bytes(*seconds))?;
        let message = message(text, at);
        verifies(&self.key, message.as_bytes(), signature).then_some(at)
    }
}

/// What is signed: it names the time, and cannot be taken for a note that a log signs.
fn message(text: &NoteText, at: UnixTime) -> String {
    format!("cosignature/v1\ntime {}\n{}", at.0, text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Checkpoint, Origin};
    use crate::key::LogKey;
    use crate::samples::{accepted, every_bit_changed, witness_signer};

    /// A checkpoint of a log in public service, and what four witnesses in public service said of it.
    const IN_SERVICE: &str = "\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
";
    const LOG: &str = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
    const WITNESSES: [&str; 4] = [
        "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
        "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
        "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    ];

    #[test]
    fn what_witnesses_in_public_service_cosigned_is_cosigned() {
        let note = SignedNote::from_bytes(IN_SERVICE.as_bytes()).unwrap();
        assert_eq!(note.to_string(), IN_SERVICE);
        let log: LogKey = LOG.parse().unwrap();
        let origin = Origin::from(log.name());
        let checkpoint = Checkpoint::open(&note, &origin, &[log]).unwrap();
        assert_eq!(checkpoint.head().size, 1_432_088_532);
        for witness in WITNESSES {
            let key: WitnessKey = witness.parse().unwrap();
            assert_eq!(key.cosigned(&note), Ok(UnixTime(1_779_573_024)));
        }
        let smaller = IN_SERVICE.replace("1432088532", "1432088531");
        let smaller = SignedNote::from_bytes(smaller.as_bytes()).unwrap();
        for witness in WITNESSES {
            let key: WitnessKey = witness.parse().unwrap();
            let refused = key.cosigned(&smaller);
            assert!(
                matches!(refused, Err(NotCosigned::Forged(_))),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn the_specified_message_is_what_is_signed() {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let message = message(&NoteText::new(text).unwrap(), UnixTime(1_679_315_147));
        assert_eq!(message, format!("cosignature/v1\ntime 1679315147\n{text}"));
    }

    #[test]
    fn a_cosignature_tells_its_time_and_cannot_be_changed() {
        let signer = witness_signer();
        let key = signer.public();
        let (note, accepted) = accepted();
        let missing = key.cosigned(&note);
        assert!(matches!(missing, Err(NotCosigned::Missing { .. })));
        let cosigned = |seconds| signer.cosign(&accepted, UnixTime(seconds));
        let note = note.with(cosigned(9));
        assert_eq!(key.cosigned(&note), Ok(UnixTime(9)));
        let twice = note.clone().with(cosigned(12)).with(cosigned(5));
        assert_eq!(key.cosigned(&twice), Ok(UnixTime(12)));
        let [.., cosignature] = note.signatures() else {
            panic!("no cosignature");
        };
        for bytes in every_bit_changed(&cosignature.bytes) {
            let changed = Signature {
                bytes,
                ..cosignature.clone()
            };
            let refused = key.cosigned(&note.clone().with(changed));
            assert!(matches!(refused, Err(NotCosigned::Forged(_))));
        }
    }

    #[test]
    fn a_time_has_an_end() {
        let last = i64::MAX.unsigned_abs();
        assert_eq!(UnixTime::new(last).map(UnixTime::seconds), Some(last));
        assert_eq!(UnixTime::new(last + 1), None);
    }
}
