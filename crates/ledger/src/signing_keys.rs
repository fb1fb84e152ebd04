//! By which keys the log of a ledger is signed, as its own history tells.

use crate::fault::Fault;
use crate::line::Line;
use crate::position::Position;
use xiaohao_core::upkeep::RotateSigningKey;
use xiaohao_log::{InvalidKey, LogKey};

/// Why what an entry says of two keys is no change of the key of a log.
#[derive(Debug, thiserror::Error)]
pub enum NoChange {
    /// One of them is none.
    #[error("one of them is no signing key: {0}")]
    Key(#[from] InvalidKey),
    /// They are one key, or those of two logs.
    #[error("they are one key, or those of two logs")]
    Unlike,
    /// It does not follow on the changes before.
    #[error(
        "a key follows on the one that signed until then, and signs never again once it was replaced"
    )]
    Unchained,
}

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
            let Some(says) = line.record.key_change() else {
                continue;
            };
            let damaged = |why: NoChange| {
                let (line, from, to) = (line.position, &says.from, &says.to);
                Fault::damaged(format!(
                    "line {line} puts the key {to} in place of {from}, which cannot be: {why}"
                ))
            };
            let (from, to) = Self::change(says).map_err(damaged)?;
            let follows = keys.present().is_none_or(|present| *present == from);
            if !follows || keys.has(&to) {
                return Err(damaged(NoChange::Unchained));
            }
            keys.first.get_or_insert(from);
            keys.others.push((line.position, to));
        }
        Ok(keys)
    }

    /// The key before and the key after: two of one log.
    ///
    /// # Errors
    /// [`NoChange`].
    pub fn change(says: &RotateSigningKey) -> Result<(LogKey, LogKey), NoChange> {
        let (from, to): (LogKey, LogKey) = (says.from.as_str().parse()?, says.to.as_str().parse()?);
        if from == to || from.name() != to.name() {
            return Err(NoChange::Unlike);
        }
        Ok((from, to))
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
        // To open all that was signed takes its time, and where no key was changed there is nothing to vouch for.
        self.since()?;
        let (mut last, mut reach) = (by, signed(by));
        let mut vouched = reach;
        for ((line, former), (_, to)) in self.changes().zip(&self.others) {
            if former == last && line.get() <= reach {
                (last, reach) = (to, signed(to));
                vouched = vouched.max(reach);
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
