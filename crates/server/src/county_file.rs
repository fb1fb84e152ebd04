//! The file in which a whole county travels, line by line; `docs/county-file.md` tells its form.
//!
//! Each line ends with a sum over it and everything before it, so that whatever is changed on the way is found in its own
//! line. The sums are made by whoever writes the file; that he did not make up what is in it, the log shows.

use crate::hex::{from_hex, to_hex};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead, Read, Write};
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Fingerprint, Line, Position, Record, Salted, SubjectKind, UnreadableBody};
use xiaohao_log::{Hash, InvalidHash, Salt, TreeHead};
use xiaohao_store::{AsWritten, CarriedLine, PersonalData, Piece, Signed};

/// The form of the file.
pub(crate) const FORM: &str = "xiaohao-county/v1";

/// What a line of the file says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Item {
    /// The first line.
    Begin {
        form: String,
        county: CountyCode,
        lines: u64,
    },
    /// The data of the county.
    County { data: String },
    /// A line of the ledger.
    Line {
        position: u64,
        kind: String,
        fingerprint: String,
        salt: String,
        leaf: String,
        body: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        personal: Vec<Personal>,
    },
    /// What was signed over the lines before it.
    Checkpoint {
        note: String,
        signed_at: DateTime<Utc>,
    },
    /// A file of evidence that the server holds.
    Evidence {
        digest: Digest,
        received_at: DateTime<Utc>,
    },
    /// How far a receiver was sent the ledger.
    Consumer { name: String, sent: u64 },
    /// The last line.
    End { root: String },
}

/// A piece of personal data, as it stands in the line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Personal {
    /// What it says, with its salt.
    Kept { value: String, salt: String },
    /// The line that ordered its erasure.
    Erased { erased_by: u64 },
}

/// Why an item is not a piece of a county.
#[derive(Debug, thiserror::Error)]
pub enum NoPiece {
    /// It is of a kind that is not there.
    #[error("there is no kind {0:?} of lines of the ledger")]
    Kind(String),
    /// Salt or fingerprint is no hexadecimal of its length.
    #[error("the {0} of the line is not written as it should be")]
    Hex(&'static str),
    /// The leaf is no hash.
    #[error("the leaf of the line is no hash")]
    Leaf(#[from] InvalidHash),
    /// The body cannot be read.
    #[error("what was recorded {0}")]
    Body(UnreadableBody),
    /// It belongs elsewhere in the file.
    #[error("it has no place here")]
    Misplaced,
}

impl Item {
    pub(crate) fn begin(county: CountyCode, lines: u64) -> Self {
        Self::Begin {
            form: FORM.to_owned(),
            county,
            lines,
        }
    }

    pub(crate) fn end(head: TreeHead) -> Self {
        Self::End {
            root: head.root.to_string(),
        }
    }

    pub(crate) fn of(piece: Piece) -> Self {
        match piece {
            Piece::County(data) => Self::County { data },
            Piece::Line(carried) => {
                let CarriedLine { written, personal } = *carried;
                Self::Line {
                    position: written.line.position.get(),
                    kind: written.line.record.subject().kind().code().to_owned(),
                    fingerprint: to_hex(written.fingerprint.as_bytes()),
                    salt: to_hex(written.salt.as_bytes()),
                    leaf: written.line.leaf.to_string(),
                    body: written.body,
                    personal: personal.into_iter().map(Personal::of).collect(),
                }
            }
            Piece::Checkpoint(Signed { note, signed_at }) => Self::Checkpoint { note, signed_at },
            Piece::Evidence {
                digest,
                received_at,
            } => Self::Evidence {
                digest,
                received_at,
            },
            Piece::Consumer { name, sent } => Self::Consumer {
                name,
                sent: sent.get(),
            },
        }
    }

    /// What is carried by the line; the first line and the last carry nothing.
    pub(crate) fn piece(self) -> Result<Piece, NoPiece> {
        Ok(match self {
            Self::Begin { .. } | Self::End { .. } => return Err(NoPiece::Misplaced),
            Self::County { data } => Piece::County(data),
            Self::Line {
                position,
                kind,
                fingerprint,
                salt,
                leaf,
                body,
                personal,
            } => {
                let kind = SubjectKind::from_code(&kind).ok_or(NoPiece::Kind(kind))?;
                let fingerprint = from_hex(&fingerprint).ok_or(NoPiece::Hex("fingerprint"))?;
                let salt = from_hex(&salt).ok_or(NoPiece::Hex("salt"))?;
                let personal = personal.into_iter().map(Personal::data);
                let personal = personal.collect::<Result<Vec<_>, NoPiece>>()?;
                let values: Vec<_> = personal.iter().map(PersonalData::value).collect();
                let line = Line {
                    position: Position::new(position),
                    leaf: leaf.parse::<Hash>()?,
                    record: Record::from_body(kind, &body, &values).map_err(NoPiece::Body)?,
                };
                let written = AsWritten {
                    line,
                    body,
                    fingerprint: Fingerprint::new(fingerprint),
                    salt: Salt::new(salt),
                };
                Piece::Line(Box::new(CarriedLine { written, personal }))
            }
            Self::Checkpoint { note, signed_at } => Piece::Checkpoint(Signed { note, signed_at }),
            Self::Evidence {
                digest,
                received_at,
            } => Piece::Evidence {
                digest,
                received_at,
            },
            Self::Consumer { name, sent } => Piece::Consumer {
                name,
                sent: Position::new(sent),
            },
        })
    }
}

impl Personal {
    fn of(data: PersonalData) -> Self {
        match data {
            PersonalData::Kept(Salted { value, salt }) => Self::Kept {
                value,
                salt: to_hex(salt.as_bytes()),
            },
            PersonalData::Erased { by } => Self::Erased {
                erased_by: by.get(),
            },
        }
    }

    fn data(self) -> Result<PersonalData, NoPiece> {
        Ok(match self {
            Self::Kept { value, salt } => {
                let salt = from_hex(&salt).ok_or(NoPiece::Hex("salt of personal data"))?;
                let salt = Salt::new(salt);
                PersonalData::Kept(Salted { value, salt })
            }
            Self::Erased { erased_by } => PersonalData::Erased {
                by: Position::new(erased_by),
            },
        })
    }
}

/// The sum of a line: over the sum of the line before, 32 zeros before the first, and its own text up to the sum.
fn sum(before: [u8; 32], text: &[u8]) -> [u8; 32] {
    let hasher = Sha256::new().chain_update(before).chain_update(text);
    hasher.finalize().into()
}

/// What stands between the text of a line and the digits of its sum, and after them.
const SUM: &[u8] = b",\"sum\":\"";
const CLOSED: &[u8] = b"\"}\n";

/// A file that is being written.
pub(crate) struct Writing<W> {
    to: W,
    sum: [u8; 32],
}

impl<W: Write> Writing<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, sum: [0; 32] }
    }

    pub(crate) fn write(&mut self, item: &Item) -> io::Result<()> {
        let text = serde_json::to_string(item)?;
        // The sum takes the place of the last bracket, which comes after it.
        let text = text.strip_suffix('}').unwrap_or(&text);
        self.sum = sum(self.sum, text.as_bytes());
        self.to.write_all(text.as_bytes())?;
        self.to.write_all(SUM)?;
        self.to.write_all(to_hex(&self.sum).as_bytes())?;
        self.to.write_all(CLOSED)
    }

    pub(crate) fn into_inner(self) -> W {
        self.to
    }
}

/// Why a line cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Misread {
    /// The disk says so.
    #[error("it cannot be read")]
    Disk(#[from] io::Error),
    /// It is longer than any line that was written.
    #[error("it is longer than {MOST_BYTES} bytes")]
    TooLong,
    /// It has no end, or no sum.
    #[error("it does not end as a line of such a file does")]
    CutOff,
    /// It, or what stands before it, was changed.
    #[error("it is not what was written: its sum is another")]
    OtherSum,
    /// It says what no line says.
    #[error("it is none of the lines of such a file")]
    Form(#[source] serde_json::Error),
}

/// The longest line: the data of a county and the body of a circular have some hundred thousand bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Reading<R> {
    from: R,
    sum: [u8; 32],
    line: u64,
}

impl<R: BufRead> Reading<R> {
    pub(crate) fn new(from: R) -> Self {
        Self {
            from,
            sum: [0; 32],
            line: 0,
        }
    }

    /// Which line was read last, or tried to be.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next line; none at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, Misread> {
        self.line = self.line.saturating_add(1);
        let mut bytes = Vec::new();
        let most = MOST_BYTES.saturating_add(1);
        let read = self.from.by_ref().take(most).read_until(b'\n', &mut bytes);
        if read? == 0 {
            return Ok(None);
        }
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(Misread::TooLong);
        }
        let text = self.without_sum(&bytes)?;
        let whole = [text, b"}"].concat();
        serde_json::from_slice(&whole)
            .map(Some)
            .map_err(Misread::Form)
    }

    fn without_sum<'b>(&mut self, line: &'b [u8]) -> Result<&'b [u8], Misread> {
        let digits = Sha256::output_size().saturating_mul(2);
        let rest = line.strip_suffix(CLOSED).ok_or(Misread::CutOff)?;
        let (rest, said) = rest
            .len()
            .checked_sub(digits)
            .and_then(|at| rest.split_at_checked(at))
            .ok_or(Misread::CutOff)?;
        let text = rest.strip_suffix(SUM).ok_or(Misread::CutOff)?;
        self.sum = sum(self.sum, text);
        if to_hex(&self.sum).as_bytes() == said {
            Ok(text)
        } else {
            Err(Misread::OtherSum)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const PAPER: &str = include_str!("../../../docs/county-file.md");

    /// One item of each kind, with all that it can hold. A new kind stops the build here.
    fn every_kind() -> Vec<Item> {
        let next = |item: &Item| match item {
            Item::Begin { .. } => Some(Item::County {
                data: String::new(),
            }),
            Item::County { .. } => Some(Item::Line {
                position: 1,
                kind: String::new(),
                fingerprint: String::new(),
                salt: String::new(),
                leaf: String::new(),
                body: String::new(),
                personal: vec![
                    Personal::Kept {
                        value: String::new(),
                        salt: String::new(),
                    },
                    Personal::Erased { erased_by: 1 },
                ],
            }),
            Item::Line { .. } => Some(Item::Checkpoint {
                note: String::new(),
                signed_at: DateTime::UNIX_EPOCH,
            }),
            Item::Checkpoint { .. } => Some(Item::Evidence {
                digest: Digest::new([0; 32]),
                received_at: DateTime::UNIX_EPOCH,
            }),
            Item::Evidence { .. } => Some(Item::Consumer {
                name: String::new(),
                sent: 1,
            }),
            Item::Consumer { .. } => Some(Item::End {
                root: String::new(),
            }),
            Item::End { .. } => None,
        };
        let first = Item::begin(CountyCode::parse("431123").unwrap(), 1);
        std::iter::successors(Some(first), next).collect()
    }

    /// The ways to all fields of a value, without the places in lists.
    fn fields(value: &Value, way: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(own) => {
                for (name, value) in own {
                    let way = format!("{way}.{name}");
                    fields(value, &way, found);
                    found.insert(way.trim_start_matches('.').to_owned());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| fields(item, way, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
        }
    }

    #[test]
    fn every_field_of_the_file_is_documented_and_no_other() {
        let mut written = BTreeSet::new();
        for item in every_kind() {
            fields(&serde_json::to_value(&item).unwrap(), "", &mut written);
        }
        written.retain(|way| way.contains('.'));
        let rows = PAPER.lines().filter_map(|line| line.strip_prefix("| `"));
        let told = rows.filter_map(|row| row.split('`').next());
        let told = told.filter(|way| way.contains('.')).map(str::to_owned);
        assert_eq!(told.collect::<BTreeSet<_>>(), written);
    }
}
