//! Places for those who are told what happens, as it happens: so many in all, and of one person no more than a part of them, so that
//! nobody takes those of all others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xiaohao_core::values::PersonId;

/// All of them.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    all: Arc<Semaphore>,
    each: usize,
    taken: Arc<Mutex<BTreeMap<PersonId, usize>>>,
}

/// One of them, as long as somebody listens.
#[derive(Debug)]
pub(crate) struct Place {
    _one: OwnedSemaphorePermit,
    /// Whose it is.
    of: Option<PersonId>,
    places: Places,
}

impl Places {
    /// So many in all; of one person a tenth, and ten where that is fewer.
    pub(crate) fn new(all: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            each: all.checked_div(10).unwrap_or_default().max(10),
            taken: Arc::default(),
        }
    }

    /// Takes one; none where there is none left, or none for this person.
    pub(crate) fn take(&self, of: Option<PersonId>) -> Option<Place> {
        let one = Arc::clone(&self.all).try_acquire_owned().ok()?;
        if let Some(person) = of {
            let mut taken = self.taken();
            let own = taken.entry(person).or_default();
            if *own >= self.each {
                return None;
            }
            *own = own.saturating_add(1);
        }
        Some(Place {
            _one: one,
            of,
            places: self.clone(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<PersonId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(person) = self.of else {
            return;
        };
        let mut taken = self.places.taken();
        if let Some(own) = taken.get_mut(&person) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nobody_takes_the_places_of_all_others() {
        let places = Places::new(200);
        let [one, other] = [1, 2].map(|id| PersonId::new(Uuid::from_u128(id)).ok());
        let mut own: Vec<_> = (0..20).map(|_| places.take(one).unwrap()).collect();
        assert!(places.take(one).is_none());
        assert!(places.take(other).is_some());
        own.pop();
        own.push(places.take(one).unwrap());
        assert!(places.take(one).is_none());
        drop(own);
        assert!(places.taken().is_empty());
        // Of few one person may have ten, or all there are.
        let few = Places::new(4);
        let all: Vec<_> = (0..4).map(|_| few.take(one).unwrap()).collect();
        assert!(few.take(other).is_none());
        drop(all);
    }
}
