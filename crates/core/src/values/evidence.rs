//! The files that an act rests on: photos, reports, signatures.
//!
//! The bytes and whether the server holds them are deliberately not here (rule 24); a value only
//! names a file by its digest.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::vocabulary::vocabulary;
use super::{Coordinates, DeviceId, Digest, Invalid, PersonId};

vocabulary! {
    /// What a file shows.
    EvidenceKind "证据类别" {
        /// A photo of the hazard before the work.
        Before "BEFORE" "整改前照片",
        /// A photo of the work.
        During "DURING" "整改中照片",
        /// A photo after the work; one for each measure is needed to apply for verification.
        After "AFTER" "整改后照片",
        /// A photo of the verifiers' or inspectors' own visit.
        Site "SITE" "现场核查照片",
        /// An assessment or test report.
        Report "REPORT" "评价或检测报告",
        /// A handwritten signature or its scan.
        Signature "SIGNATURE" "签字",
        /// Any other paper: plan, decision, minutes, receipt.
        Document "DOCUMENT" "文书材料",
    }
}

impl EvidenceKind {
    /// Whether it is a photo, and not a paper.
    #[must_use]
    pub const fn is_photo(self) -> bool {
        matches!(self, Self::Before | Self::During | Self::After | Self::Site)
    }
}

/// One file and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Evidence {
    digest: Digest,
    kind: EvidenceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<u16>,
    #[serde(skip_serializing_if = "Taken::is_unknown")]
    taken: Taken,
}

/// Where a photo comes from, as far as it is known. All of it is the device's claim; the file's bytes are the proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// 拍摄时间, by the device's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// 拍摄地点.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Coordinates>,
    /// 拍摄设备.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// 拍摄人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
}

impl Taken {
    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

impl Evidence {
    /// Evidence of a kind, not yet bound to a measure, of unknown origin.
    #[must_use]
    pub fn new(digest: Digest, kind: EvidenceKind) -> Self {
        Self {
            digest,
            kind,
            measure: None,
            taken: Taken::default(),
        }
    }

    /// The same, showing the measure of this number in the plan, counted from 1.
    ///
    /// # Errors
    /// `OutOfRange` for 0.
    pub fn of_measure(self, number: u16) -> Result<Self, Invalid> {
        if number == 0 {
            return Err(Invalid::OutOfRange {
                min: 1,
                max: i64::from(u16::MAX),
            });
        }
        Ok(Self {
            measure: Some(number),
            ..self
        })
    }

    /// The same, with where it comes from.
    #[must_use]
    pub fn taken(self, taken: Taken) -> Self {
        Self { taken, ..self }
    }

    /// The file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What it shows.
    #[must_use]
    pub fn kind(&self) -> EvidenceKind {
        self.kind
    }

    /// Number of the plan's measure that it shows, from 1.
    #[must_use]
    pub fn measure(&self) -> Option<u16> {
        self.measure
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Taken {
        &self.taken
    }
}

/// The stored form, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    digest: Digest,
    kind: EvidenceKind,
    measure: Option<u16>,
    #[serde(default)]
    taken: Taken,
}

impl TryFrom<Written> for Evidence {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        let Written {
            digest,
            kind,
            measure,
            taken,
        } = written;
        let bare = Self::new(digest, kind).taken(taken);
        match measure {
            Some(number) => bare.of_measure(number),
            None => Ok(bare),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Datum;
    use super::super::checks::{stored, unreadable};
    use super::*;

    #[test]
    fn stored_evidence_leaves_out_what_is_not_known() {
        let digest = Digest::new([0xAB; 32]);
        let bare = Evidence::new(digest, EvidenceKind::Report);
        stored(&bare, &json!({"digest": "ab".repeat(32), "kind": "REPORT"}));

        let id = "00000000-0000-7000-8000-000000000001";
        let taken = Taken {
            at: Some("2026-10-26T01:30:00Z".parse().unwrap()),
            place: Some(Coordinates::parse("111.5", "25.5", Datum::Wgs84).unwrap()),
            device: Some(DeviceId::parse(id).unwrap()),
            by: Some(PersonId::parse(id).unwrap()),
        };
        let full = Evidence::new(digest, EvidenceKind::After)
            .of_measure(3)
            .unwrap()
            .taken(taken.clone());
        stored(
            &full,
            &json!({
                "digest": "ab".repeat(32), "kind": "AFTER", "measure": 3,
                "taken": {
                    "at": "2026-10-26T01:30:00Z",
                    "place": {"longitude": "111.5000000", "latitude": "25.5000000", "datum": "WGS84"},
                    "device": id, "by": id,
                },
            }),
        );
        assert_eq!(
            (full.digest(), full.kind(), full.measure()),
            (digest, EvidenceKind::After, Some(3))
        );
        assert_eq!(full.origin(), &taken);
    }

    #[test]
    fn measures_are_counted_from_one() {
        let json = json!({"digest": "ab".repeat(32), "kind": "AFTER", "measure": 0});
        unreadable::<Evidence>(
            json,
            &Invalid::OutOfRange {
                min: 1,
                max: 65_535,
            },
        );
    }
}
