//! The files that one act cites, each once.

use serde::{Deserialize, Serialize};

use super::{Digest, Evidence, EvidenceKind, Invalid};

/// The evidence of one act: 0 to 200 files in the order of their digests, each once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Evidence>", into = "Vec<Evidence>")]
pub struct EvidenceSet(Vec<Evidence>);

impl EvidenceSet {
    /// Most files in a set.
    pub const MAX: usize = 200;

    /// Takes the files in any order.
    ///
    /// # Errors
    /// `TooMany` above 200, `Duplicate` if a file stands twice, even with another kind.
    pub fn new(mut items: Vec<Evidence>) -> Result<Self, Invalid> {
        if items.len() > Self::MAX {
            return Err(Invalid::TooMany {
                max: Self::MAX,
                actual: items.len(),
            });
        }
        items.sort_by_key(Evidence::digest);
        if items.is_sorted_by(|one, next| one.digest() < next.digest()) {
            Ok(Self(items))
        } else {
            Err(Invalid::Duplicate)
        }
    }

    /// The set without files.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The files, in the order of their digests.
    pub fn iter(&self) -> std::slice::Iter<'_, Evidence> {
        self.0.iter()
    }

    /// Whether there is a photo among them.
    #[must_use]
    pub fn has_photo(&self) -> bool {
        self.iter().any(|evidence| evidence.kind().is_photo())
    }

    /// The files of one kind.
    pub fn of_kind(&self, kind: EvidenceKind) -> impl Iterator<Item = &Evidence> {
        self.iter().filter(move |item| item.kind() == kind)
    }

    /// The digests, ascending.
    pub fn digests(&self) -> impl Iterator<Item = Digest> + '_ {
        self.iter().map(Evidence::digest)
    }

    /// Whether the file is in the set.
    #[must_use]
    pub fn contains(&self, digest: Digest) -> bool {
        self.0
            .binary_search_by_key(&digest, Evidence::digest)
            .is_ok()
    }
}

impl<'set> IntoIterator for &'set EvidenceSet {
    type Item = &'set Evidence;
    type IntoIter = std::slice::Iter<'set, Evidence>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<Evidence>> for EvidenceSet {
    type Error = Invalid;

    fn try_from(items: Vec<Evidence>) -> Result<Self, Invalid> {
        Self::new(items)
    }
}

impl From<EvidenceSet> for Vec<Evidence> {
    fn from(set: EvidenceSet) -> Self {
        set.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::unreadable;
    use super::*;

    fn photo(number: u8, kind: EvidenceKind) -> Evidence {
        Evidence::new(Digest::new([number; 32]), kind)
    }

    fn set(numbers: impl IntoIterator<Item = u8>) -> EvidenceSet {
        let photos = numbers
            .into_iter()
            .map(|number| photo(number, EvidenceKind::After));
        EvidenceSet::new(photos.collect()).unwrap()
    }

    fn check(numbers: impl IntoIterator<Item = u8>, expected: Option<&Invalid>) {
        let photos = numbers
            .into_iter()
            .map(|number| photo(number, EvidenceKind::After));
        assert_eq!(EvidenceSet::new(photos.collect()).err().as_ref(), expected);
    }

    #[test]
    fn a_set_holds_up_to_200_different_files() {
        check([], None);
        check([3, 1, 2], None);
        check([3, 1, 3], Some(&Invalid::Duplicate));
        check(0..200, None);
        check(
            0..=200,
            Some(&Invalid::TooMany {
                max: 200,
                actual: 201,
            }),
        );
        let both = vec![
            photo(1, EvidenceKind::Before),
            photo(1, EvidenceKind::After),
        ];
        assert_eq!(EvidenceSet::new(both), Err(Invalid::Duplicate));
        assert!(EvidenceSet::empty().is_empty());
        assert!(!set([1]).is_empty());
    }

    #[test]
    fn files_are_found_by_kind_and_digest() {
        let files = vec![
            photo(2, EvidenceKind::After),
            photo(1, EvidenceKind::Before),
        ];
        let set = EvidenceSet::new(files).unwrap();
        assert_eq!(set.of_kind(EvidenceKind::After).count(), 1);
        assert_eq!(set.of_kind(EvidenceKind::Report).count(), 0);
        assert!(set.contains(Digest::new([1; 32])));
        assert!(!set.contains(Digest::new([3; 32])));
        assert_eq!(set.digests().next(), Some(Digest::new([1; 32])));
    }

    #[test]
    fn a_stored_set_is_a_list_and_is_checked_again() {
        let item = |pair: &str| json!({"digest": pair.repeat(32), "kind": "AFTER"});
        assert_eq!(
            serde_json::to_value(set([2, 1])).unwrap(),
            json!([item("01"), item("02")])
        );
        let read: EvidenceSet = serde_json::from_value(json!([item("02"), item("01")])).unwrap();
        assert_eq!(read, set([1, 2]));
        unreadable::<EvidenceSet>(json!([item("01"), item("01")]), &Invalid::Duplicate);
    }

    proptest! {
        #[test]
        fn the_order_of_files_does_not_matter(numbers in files()) {
            let descending = set(numbers.iter().rev().copied());
            prop_assert!(descending.digests().is_sorted());
            prop_assert_eq!(descending, set(numbers));
        }
    }

    fn files() -> impl Strategy<Value = BTreeSet<u8>> {
        proptest::collection::btree_set(any::<u8>(), 0..=100)
    }
}
