//! By which keys the log of a ledger is signed, as its own history tells.

use crate::fault::Fault;
use crate::line::{Line, Record};
use crate::position::Position;
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_log::LogKey;

/// The keys by which a log was signed and is, each from the line on that records it.
#[derive(Clone, Debug, Default)]
pub struct SigningKeys {
    /// The first one, where there has been another.
    first: Option<LogKey>,
    others: Vec<(Position, LogKey)>,
}

impl SigningKeys {
    /// What the ledger's own history says of them.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where a line names what is no key.
    pub fn recorded(lines: &[Line]) -> Result<Self, Fault> {
        let mut keys = Self::default();
        for line in lines {
            let Record::Ledger(entry) = &line.record else {
                continue;
            };
            let UpkeepEvent::SigningKeyRotated(says) = &entry.event else {
                continue;
            };
            let read = |text: &str| {
                text.parse().map_err(|error| {
                    let what = format!("line {} names no signing key: {error}", line.position);
                    Fault::damaged(what)
                })
            };
            if keys.first.is_none() {
                keys.first = Some(read(says.from.as_str())?);
            }
            keys.others.push((line.position, read(says.to.as_str())?));
        }
        Ok(keys)
    }

    /// The key that signs a log of so many lines; none where there has been but one, which the ledger does not name.
    #[must_use]
    pub fn at(&self, size: u64) -> Option<&LogKey> {
        let others = self.others.iter().rev();
        let mut since = others.filter(|(line, _)| line.get() <= size);
        since.next().map(|(_, key)| key).or(self.first.as_ref())
    }

    /// Whether a key is one of them, or may be: where there has been but one, the ledger does not name it.
    #[must_use]
    pub fn may_be(&self, key: &LogKey) -> bool {
        let mut others = self.others.iter().map(|(_, other)| other);
        self.first.as_ref().is_none_or(|first| first == key) || others.any(|other| other == key)
    }

    /// The key that signs now, likewise.
    #[must_use]
    pub fn present(&self) -> Option<&LogKey> {
        self.others.last().map(|(_, key)| key)
    }

    /// The lines that record another key, each with the key that signed until then.
    pub fn changes(&self) -> impl Iterator<Item = (Position, &LogKey)> {
        let former = self
            .first
            .iter()
            .chain(self.others.iter().map(|(_, key)| key));
        let lines = self.others.iter().map(|(line, _)| *line);
        lines.zip(former)
    }

    /// The line that records the present key.
    #[must_use]
    pub fn since(&self) -> Option<Position> {
        self.others.last().map(|(line, _)| *line)
    }
}
