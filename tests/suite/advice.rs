//! What a clerk is told although nothing forbids the act.

use xiaohao_core::acts::Assign;
use xiaohao_core::values::{Holder, HolderKind, HolderParts, Uscc};
use xiaohao_core::{Advice, Command, Status, advise};
use xiaohao_tests::{Case, approver, sample, unit};

fn codes(case: &Case, command: impl Into<Command>) -> Vec<&'static str> {
    let advice = advise(&command.into(), &case.county, case.today);
    advice.iter().map(Advice::code).collect()
}

/// A holder whose code is right, and whose older inner code is right or not.
fn holder(uscc: &str) -> Holder {
    Holder::new(HolderParts {
        unit: unit(40),
        name: sample::line("某厂（化名）"),
        kind: HolderKind::Enterprise,
        uscc: Some(Uscc::parse(uscc).unwrap()),
        head: None,
        contact: None,
        phone: None,
    })
    .unwrap()
}

fn assign(case: &Case, due_in_days: i64) -> Assign {
    let due_on = case.today + chrono::TimeDelta::days(due_in_days);
    let mut terms = sample::terms(due_on);
    terms.parties.responsible = holder("91110000600037341L");
    Assign {
        order: sample::order(1),
        terms,
    }
}

#[test]
fn a_deadline_of_more_than_a_year_is_advised_against_and_accepted() {
    let mut case = Case::at(Status::Listed);
    assert!(codes(&case, assign(&case, 365)).is_empty());
    let longer = assign(&case, 366);
    assert_eq!(codes(&case, longer.clone()), ["DEADLINE_BEYOND_CAP"]);
    let advice = advise(&longer.clone().into(), &case.county, case.today);
    insta::assert_snapshot!(advice[0]);
    case.step(&approver(), longer);
    assert_eq!(case.status(), Status::Assigned);
}

#[test]
fn a_doubtful_inner_code_is_pointed_out() {
    let case = Case::at(Status::Reported);
    let mut list = sample::list();
    list.holder = holder("91110000600037341L");
    assert!(codes(&case, list.clone()).is_empty());
    // The ninth character of the body is not what GB 11714 gives; the outer check is right all the same.
    list.holder = holder("91110000600037351M");
    assert_eq!(codes(&case, list), ["ORGANISATION_CODE_DOUBTFUL"]);
}
