//! All refusals of one act, first things first.

use super::Refusal;
use std::fmt;

impl Refusal {
    /// Its place in the order of precedence; the smallest comes first.
    fn rank(&self) -> usize {
        Self::CODES
            .iter()
            .position(|code| *code == self.code())
            .unwrap_or(usize::MAX)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.message(), self.next_step())
    }
}

impl std::error::Error for Refusal {}

/// All refusals of one act, in order of precedence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Refuses when it is so.
    pub(crate) fn when(&mut self, is_so: bool, refusal: impl FnOnce() -> Refusal) {
        if is_so {
            self.add(refusal());
        }
    }

    /// Refuses when there is something that stands in the way.
    pub(crate) fn when_some<T>(&mut self, what: Option<T>, refusal: impl FnOnce(T) -> Refusal) {
        if let Some(what) = what {
            self.add(refusal(what));
        }
    }

    /// Refuses.
    pub(crate) fn add(&mut self, refusal: Refusal) {
        if !self.0.contains(&refusal) {
            let place = self
                .0
                .partition_point(|other| other.rank() <= refusal.rank());
            self.0.insert(place, refusal);
        }
    }

    /// Takes over the refusals of another, if there are any.
    pub(crate) fn append(&mut self, others: Option<Self>) {
        for refusal in others.into_iter().flat_map(|others| others.0) {
            self.add(refusal);
        }
    }

    /// That there is no number is no fault of the act; it is said where nothing else stands in the way.
    pub(crate) fn without_idle_numbers(mut self) -> Self {
        if self.0.len() > 1 {
            self.0
                .retain(|refusal| !matches!(refusal, Refusal::NumberUnavailable { .. }));
        }
        self
    }

    /// What was to be done, unless something stands in the way.
    pub(crate) fn or<T>(self, done: impl FnOnce() -> Result<T, Self>) -> Result<T, Self> {
        if self.0.is_empty() { done() } else { Err(self) }
    }

    /// The most important one.
    #[must_use]
    pub fn first(&self) -> Option<&Refusal> {
        self.0.first()
    }

    /// All of them, first things first.
    pub fn iter(&self) -> std::slice::Iter<'_, Refusal> {
        self.0.iter()
    }

    /// Whether nothing stands in the way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Refusal> for Refusals {
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl<'a> IntoIterator for &'a Refusals {
    type Item = &'a Refusal;
    type IntoIter = std::slice::Iter<'a, Refusal>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for refusal in self {
            write!(f, "{refusal}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusals {}
