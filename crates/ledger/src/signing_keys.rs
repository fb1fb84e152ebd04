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
    /// [`Fault::Damaged`] where a line names what is no key, or is no link of their chain: each takes the place of the one that signed
    /// until then, bears its name, and was never one of them before.
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
            let (from, to) = (read(says.from.as_str())?, read(says.to.as_str())?);
            let follows = keys.present().is_none_or(|present| *present == from);
            let is_new = to != from && to.name() == from.name();
            if !follows || !is_new || keys.has(&to) {
                let what = format!(
                    "line {} puts {to} in place of {from}, which cannot be: a key follows on the one that signed until then, under its \
                     name, and signs never again once it was replaced",
                    line.position
                );
                return Err(Fault::damaged(what));
            }
            keys.first.get_or_insert(from);
            keys.others.push((line.position, to));
        }
        Ok(keys)
    }

    fn has(&self, key: &LogKey) -> bool {
        let mut others = self.others.iter().map(|(_, other)| other);
        self.first.as_ref() == Some(key) || others.any(|other| other == key)
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
        self.first.is_none() || self.has(key)
    }

    /// The first line that records another key, and for which the key `by` does not stand: neither it has signed a checkpoint over that
    /// line, nor a key that it has handed over to. `signed` is over how many lines the last checkpoint is that a key has signed. Without
    /// this, whoever has no key of the log could write another past, sign it himself, and have the present key follow on his own.
    pub fn unvouched(&self, by: &LogKey, signed: impl Fn(&LogKey) -> u64) -> Option<Position> {
        let (mut last, mut vouched) = (by, signed(by));
        for ((line, former), (_, to)) in self.changes().zip(&self.others) {
            if former == last && line.get() <= signed(former) {
                last = to;
                vouched = vouched.max(signed(to));
            }
        }
        let mut lines = self.others.iter().map(|(line, _)| *line);
        lines.find(|line| line.get() > vouched)
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
