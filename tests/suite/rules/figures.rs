//! Rules 23–25: figures, evidence and units.

use super::check;
use xiaohao_core::Status;
use xiaohao_core::figures::{Ratio, Stock, StockParts};
use xiaohao_core::values::{EvidenceKind, Holder, HolderKind, HolderParts, Uscc};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn rule_23_a_stock_balances_or_is_not_made() {
    let parts = StockParts {
        opening: 20,
        new: 8,
        reopened: 1,
        struck_off: 15,
        deducted: 2,
        closing: 12,
    };
    assert!(Stock::new(parts).is_ok());
    for change in [
        |parts: &mut StockParts| parts.opening += 1,
        |parts: &mut StockParts| parts.new += 1,
        |parts: &mut StockParts| parts.reopened += 1,
        |parts: &mut StockParts| parts.struck_off += 1,
        |parts: &mut StockParts| parts.deducted += 1,
        |parts: &mut StockParts| parts.closing += 1,
    ] {
        assert!(Stock::new(but(parts, change)).is_err());
    }
}

#[test]
fn rule_23_a_percentage_shows_what_it_was_made_of_and_a_dash_of_nothing() {
    let printed = |numerator, denominator| {
        let ratio = Ratio {
            numerator,
            denominator,
        };
        ratio.to_string()
    };
    assert_eq!(printed(15, 27), "15/27（55.6%）");
    assert_eq!(printed(0, 27), "0/27（0.0%）");
    assert_eq!(printed(0, 0), "0/0（—）");
}

#[test]
fn rule_24_a_photo_counts_only_when_its_hash_is_verified() {
    let refusal: &[&str] = &["EVIDENCE_NOT_RECEIVED"];
    let without = |case: &Case, number| {
        but(case.clone(), |case| {
            assert!(case.known.evidence.remove(&file(number)));
        })
    };
    let work = Case::at(Status::Rectifying);
    check(&work, &factory(), sample::apply(60), &[]);
    for number in [60, 61, 62] {
        let case = without(&work, number);
        check(&case, &factory(), sample::apply(60), refusal);
    }
    let case = without(&work, 60);
    check(&case, &lead(), sample::apply_shutdown(60), refusal);
    let awaiting = without(&Case::at(Status::AwaitingVerification), 70);
    let today = awaiting.today;
    check(&awaiting, &inspector(), sample::pass(today, 70), refusal);
    check(&awaiting, &inspector(), sample::fail(today, 70), refusal);
}

#[test]
fn rule_24_a_note_may_cite_what_is_still_on_its_way() {
    let case = Case::at(Status::Rectifying);
    let says = but(sample::note(), |says| {
        says.evidence = sample::files(EvidenceKind::Site, &[251]);
    });
    check(&case, &factory(), says, &[]);
}

#[test]
fn rule_25_a_credit_code_is_taken_only_with_the_right_check_character() {
    for right in ["91110000600037341L", "91350100M000100Y43"] {
        assert!(Uscc::parse(right).is_ok(), "{right}");
        let body = &right[..17];
        let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        let taken = alphabet
            .chars()
            .filter(|check| Uscc::parse(&format!("{body}{check}")).is_ok());
        assert_eq!(taken.count(), 1);
    }
    assert!(Uscc::parse("91110000600037342L").is_err());
}

#[test]
fn rule_25_only_people_and_public_facilities_have_no_credit_code() {
    for kind in HolderKind::ALL {
        let without = Holder::new(HolderParts {
            unit: unit(FACTORY),
            name: sample::line("某单位"),
            kind: *kind,
            uscc: None,
            head: None,
            contact: None,
            phone: None,
        });
        let may = matches!(kind, HolderKind::NaturalPerson | HolderKind::PublicFacility);
        assert_eq!(without.is_ok(), may, "{kind:?}");
    }
}
