//! Numbers and files: those that the file tells, and made-up ones where it tells none.

use super::Replay;
use crate::sample;
use serde_json::Value;
use std::collections::BTreeMap;
use xiaohao_core::values::*;
use xiaohao_core::{Command, NextNumbers};

impl Replay {
    /// The numbers that the file tells; where it tells none, the next of their series.
    pub(super) fn next_numbers(&mut self, event: &Value, command: &Command) -> NextNumbers {
        let told = event["doc"].as_str();
        let series = match command {
            Command::Report(_) => Series::Clue,
            Command::List(_) => Series::Hazard,
            Command::Assign(_) => Series::AssignmentOrder,
            Command::Supervise(says) if says.order.is_some() => Series::SupervisionOrder,
            Command::FailVerification(_) | Command::PassVerification(_) => {
                Series::VerificationOpinion
            }
            Command::GrantExtension(_) | Command::RefuseExtension(_) => Series::ExtensionOpinion,
            Command::StrikeOff(_) => Series::StrikeOffSheet,
            _ => return NextNumbers::default(),
        };
        match series {
            Series::Clue => NextNumbers {
                clue: Some(ClueNumber::new(self.county.code, 2026, self.serial(series)).unwrap()),
                ..NextNumbers::default()
            },
            Series::Hazard => NextNumbers {
                hazard: told.map(|told| HazardNumber::parse(told).unwrap()),
                ..NextNumbers::default()
            },
            _ => {
                let document = match told {
                    Some(told) => DocumentNumber::parse(told).unwrap(),
                    None => self.document(series),
                };
                NextNumbers {
                    documents: BTreeMap::from([(series, document)]),
                    ..NextNumbers::default()
                }
            }
        }
    }

    pub(super) fn serial(&mut self, series: Series) -> u32 {
        let used = self.used.entry(series).or_default();
        *used += 1;
        *used
    }

    /// The next number of a series that the file does not tell.
    pub(super) fn document(&mut self, series: Series) -> DocumentNumber {
        let word = match series {
            Series::VerificationOpinion => "双安验",
            Series::ExtensionOpinion => "双安延",
            Series::StrikeOffSheet => "双安销",
            Series::EscalationLetter => "双安函",
            // 市级 supervision: the notice of 永州市安委会, which the file does not number.
            Series::SupervisionOrder => "永安督",
            other => panic!("the file tells the numbers of {other:?}"),
        };
        let word = DocumentWord::new(word).unwrap();
        DocumentNumber::new(word, 2026, self.serial(series)).unwrap()
    }

    /// A file that nobody has handed in before, which the server now holds.
    pub(super) fn file(&mut self) -> Digest {
        self.made += 1;
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&self.made.to_be_bytes());
        let digest = Digest::new(bytes);
        self.known.evidence.insert(digest);
        digest
    }

    pub(super) fn files(&mut self, kind: EvidenceKind, number: u64) -> EvidenceSet {
        let files = (0..number).map(|_| Evidence::new(self.file(), kind));
        EvidenceSet::new(files.collect()).unwrap()
    }

    pub(super) fn order(&mut self) -> OrderId {
        self.made += 1;
        sample::order(self.made.into())
    }
}
