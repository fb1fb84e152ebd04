//! The erasure of personal data: who does it, and what cannot be erased.

use super::Provocation;
use std::collections::BTreeSet;
use xiaohao_core::upkeep::{
    ErasePersonalData, ErasureGround, MOST_ERASED, PersonalPlace, PieceStanding, UpkeepCommand,
    decide_upkeep,
};
use xiaohao_core::{Actor, Refusals};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("ERASURE_ROLE", || refused(&clerk(), &erasable(1))),
    ("ERASURE_OUT_OF_BOUNDS", || refused(&approver(), &[])),
    ("PERSONAL_DATA_UNKNOWN", || refused(&approver(), &[None])),
    ("PERSONAL_DATA_KEPT", || {
        refused(&approver(), &[Some(PieceStanding::Kept)])
    }),
    ("PERSONAL_DATA_ERASED", || {
        refused(&approver(), &[Some(PieceStanding::Erased)])
    }),
    ("PERSONAL_DATA_HASHED", || {
        refused(&approver(), &[Some(PieceStanding::Hashed)])
    }),
];

fn erasable(many: usize) -> Vec<Option<PieceStanding>> {
    vec![Some(PieceStanding::Erasable); many]
}

/// The erasure of as many pieces, with which it stands so.
fn decided(by: &Actor, standings: &[Option<PieceStanding>]) -> Result<(), Refusals> {
    let mut case = Case::new();
    let mut places = BTreeSet::new();
    for (entry, standing) in (1..).zip(standings) {
        let field = sample::line("/event/data/says/found_by");
        let place = PersonalPlace { entry, field };
        if let Some(standing) = standing {
            case.known.pieces.insert(place.clone(), *standing);
        }
        places.insert(place);
    }
    let says = ErasePersonalData {
        places,
        ground: ErasureGround::ConsentWithdrawn,
        reason: sample::prose("依第1号申请。"),
    };
    let ctx = case.context(by);
    decide_upkeep(None, UpkeepCommand::ErasePersonalData(says), &ctx).map(drop)
}

fn refused(by: &Actor, standings: &[Option<PieceStanding>]) -> Refusals {
    decided(by, standings).unwrap_err()
}

fn codes(by: &Actor, standings: &[Option<PieceStanding>]) -> Vec<&'static str> {
    let decided = decided(by, standings).err().unwrap_or_default();
    decided.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn the_approver_of_the_office_erases_and_nobody_else() {
    for by in everybody() {
        let is_he = by == approver();
        let expected: &[&str] = if is_he { &[] } else { &["ERASURE_ROLE"] };
        assert_eq!(codes(&by, &erasable(1)), expected, "{by:?}");
    }
    let elsewhere = but(approver(), |by| by.unit = factory().unit);
    assert_eq!(codes(&elsewhere, &erasable(1)), ["ERASURE_ROLE"]);
    // Of what is there he is told nothing.
    assert_eq!(codes(&clerk(), &[None]), ["ERASURE_ROLE"]);
}

#[test]
fn one_act_erases_something_and_no_more_than_two_hundred_pieces() {
    assert!(codes(&approver(), &erasable(MOST_ERASED)).is_empty());
    let beyond = codes(&approver(), &erasable(MOST_ERASED + 1));
    assert_eq!(beyond, ["ERASURE_OUT_OF_BOUNDS"]);
}

#[test]
fn each_piece_that_cannot_be_erased_is_told() {
    let mut standings = erasable(1);
    standings.extend([None, Some(PieceStanding::Kept), None]);
    let refused = refused(&approver(), &standings).to_string();
    for told in ["第2项", "台账第2条", "第3项", "台账第3条", "第4项"] {
        assert!(refused.contains(told), "{refused}");
    }
    assert!(!refused.contains("台账第1条"), "{refused}");
}
