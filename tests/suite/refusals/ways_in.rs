//! Ways in that are opened and closed: by whom, and what stands so already.

use super::Provocation;
use crate::ways_in::{code_issued, issued, of_link, of_program};
use uuid::Uuid;
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, decide_upkeep, operator};
use xiaohao_core::ways_in::{
    ChangeWaysIn, Kept, KeyEnded, KeyIssued, PasswordSet, PasswordsFound, PasswordsSet,
    SecondFactorEnded, SecondFactorSet, Shown, WayIn, WaysInFound,
};
use xiaohao_core::{Actor, Refusals, Role};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("WAYS_IN_ROLE", || {
        decided(&clerk(), &[], WayIn::KeyIssued(of_program())).unwrap_err()
    }),
    ("WAYS_IN_UNCHANGED", || {
        decided(&clerk(), &[], ended(&issued())).unwrap_err()
    }),
    ("DEVICE_CODE_UNKNOWN", || {
        decided_after(&clerk(), &[], WayIn::KeyIssued(issued())).unwrap_err()
    }),
    ("DEVICES_AT_MOST", || {
        let before: Vec<_> = (1..=10).map(numbered_code).collect();
        decided_after(&clerk(), &before, numbered_code(11)).unwrap_err()
    }),
    ("PASSWORD_CHANGED", || {
        let before = [password_set(3)];
        shown_by(Some(shown(4, false)), &clerk(), &before, password_set(5)).unwrap_err()
    }),
];

fn shown(number: u8, code: bool) -> Shown {
    let password = file(number);
    Shown { password, code }
}

/// The clerk has this password from now on.
fn password_set(number: u8) -> WayIn {
    let set = PasswordSet {
        person: clerk().person,
        secret: file(number),
    };
    WayIn::PasswordsSet(PasswordsSet {
        passwords: vec![set],
    })
}

/// A code of a device of the clerk's.
fn numbered_code(number: u128) -> WayIn {
    let code = but(code_issued(), |says| says.code.id = Uuid::from_u128(number));
    WayIn::DeviceCodeIssued(code)
}

fn ended(key: &KeyIssued) -> WayIn {
    WayIn::KeyEnded(KeyEnded {
        key: key.key,
        person: key.person,
    })
}

/// What comes of it where these keys were issued before, and a code for another device.
fn decided(by: &Actor, before: &[KeyIssued], way: WayIn) -> Result<(), Refusals> {
    let keys = before.iter().cloned().map(WayIn::KeyIssued);
    let code = WayIn::DeviceCodeIssued(code_issued());
    decided_after(by, &keys.chain([code]).collect::<Vec<_>>(), way)
}

fn decided_after(by: &Actor, before: &[WayIn], way: WayIn) -> Result<(), Refusals> {
    shown_by(None, by, before, way)
}

/// The same, for whoever is known by the password of this commitment.
fn shown_by(
    shown: Option<Shown>,
    by: &Actor,
    before: &[WayIn],
    way: WayIn,
) -> Result<(), Refusals> {
    let case = Case::new();
    let mut file = LedgerFile::default();
    for way in before {
        file.ways_in.take_in(way);
    }
    let says = ChangeWaysIn {
        way,
        kept: Kept::Nothing,
        shown,
    };
    let command = UpkeepCommand::ChangeWaysIn(Box::new(says));
    decide_upkeep(Some(&file), command, &case.context(by)).map(drop)
}

fn codes(by: &Actor, before: &[KeyIssued], way: WayIn) -> Vec<&'static str> {
    let decided = decided(by, before, way).err().unwrap_or_default();
    decided.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn everybody_opens_his_own_ways_in_alone_and_closes_no_others_but_as_the_approver() {
    let operator = operator(&county());
    let another = but(issued(), |key| key.key = Uuid::from_u128(9));
    for by in everybody().into_iter().chain([operator.clone()]) {
        let check = |way: WayIn, is_his: bool| {
            let expected: &[&str] = if is_his { &[] } else { &["WAYS_IN_ROLE"] };
            let known = [issued(), of_program(), of_link()];
            assert_eq!(codes(&by, &known, way.clone()), expected, "{by:?}: {way:?}");
        };
        let is_operator = by == operator;
        let is_own = by.person == issued().person;
        check(WayIn::KeyIssued(another.clone()), is_own);
        let program = but(of_program(), |key| key.key = Uuid::from_u128(10));
        check(WayIn::KeyIssued(program), is_operator);
        let link = but(of_link(), |key| {
            key.key = Uuid::from_u128(11);
            key.opens = key.opens.map(|opens| {
                let link = sample::link(77);
                but(opens, |opens| opens.link = link)
            });
        });
        let hands_out = [Role::OfficeClerk, Role::Lead, Role::Township].contains(&by.role);
        check(WayIn::KeyIssued(link), hands_out);
        check(ended(&issued()), is_own || is_operator || by == approver());
    }
    let elsewhere = but(approver(), |by| by.unit = factory().unit);
    assert_eq!(
        codes(&elsewhere, &[issued()], ended(&issued())),
        ["WAYS_IN_ROLE"]
    );
    let found = || WayIn::Found(WaysInFound { keys: Vec::new() });
    assert_eq!(codes(&approver(), &[], found()), ["WAYS_IN_ROLE"]);
    assert!(decided_after(&operator, &[], found()).is_ok());
}

#[test]
fn a_key_is_issued_once_and_ended_once_and_a_link_has_one() {
    let unchanged = ["WAYS_IN_UNCHANGED"];
    let own = WayIn::KeyIssued(issued());
    assert!(codes(&clerk(), &[], own.clone()).is_empty());
    assert_eq!(codes(&clerk(), &[issued()], own), unchanged);
    assert_eq!(codes(&clerk(), &[], ended(&issued())), unchanged);
    let of_another = WayIn::KeyEnded(KeyEnded {
        key: issued().key,
        person: approver().person,
    });
    assert_eq!(codes(&approver(), &[issued()], of_another), unchanged);
    let second = but(of_link(), |key| key.key = Uuid::from_u128(9));
    let second = WayIn::KeyIssued(second);
    assert_eq!(codes(&second_clerk(), &[of_link()], second), unchanged);
    let found = WayIn::Found(WaysInFound { keys: Vec::new() });
    let by = operator(&county());
    assert_eq!(codes(&by, &[issued()], found), unchanged);
}

fn password(of: &Actor) -> PasswordSet {
    PasswordSet {
        person: of.person,
        secret: file(3),
    }
}

fn set(of: &[&Actor]) -> WayIn {
    let passwords = of.iter().map(|of| password(of)).collect();
    WayIn::PasswordsSet(PasswordsSet { passwords })
}

fn second_factor(of: &Actor) -> WayIn {
    WayIn::SecondFactorSet(SecondFactorSet {
        person: of.person,
        secret: file(4),
        codes: vec![file(5)],
    })
}

fn without_second_factor(of: &Actor) -> WayIn {
    WayIn::SecondFactorEnded(SecondFactorEnded { person: of.person })
}

#[test]
fn everybody_sets_his_own_password_and_second_factor_and_whoever_runs_the_program_those_of_others()
{
    let operator = operator(&county());
    for by in everybody().into_iter().chain([operator.clone()]) {
        let is_operator = by == operator;
        let is_own = by.person == clerk().person;
        for (before, way, is_his) in [
            (vec![], set(&[&clerk()]), is_own || is_operator),
            (vec![], set(&[&clerk(), &signer()]), is_operator),
            (vec![], second_factor(&clerk()), is_own),
            (
                vec![second_factor(&clerk())],
                without_second_factor(&clerk()),
                is_own || is_operator,
            ),
            (
                vec![],
                WayIn::PasswordsFound(PasswordsFound::default()),
                is_operator,
            ),
        ] {
            let decided = decided_after(&by, &before, way.clone()).err();
            let decided = decided.unwrap_or_default();
            let found: Vec<_> = decided.iter().map(xiaohao_core::Refusal::code).collect();
            let expected: &[&str] = if is_his { &[] } else { &["WAYS_IN_ROLE"] };
            assert_eq!(found, expected, "{by:?}: {way:?}");
        }
    }
}

#[test]
fn a_second_factor_is_taken_once_and_given_up_once_and_passwords_are_found_once() {
    let by = operator(&county());
    let found = || WayIn::PasswordsFound(PasswordsFound::default());
    for (by, before, way) in [
        (
            clerk(),
            vec![second_factor(&clerk())],
            second_factor(&clerk()),
        ),
        (
            clerk(),
            vec![second_factor(&signer())],
            without_second_factor(&clerk()),
        ),
        (by.clone(), vec![], set(&[])),
        (by.clone(), vec![found()], found()),
        (by.clone(), vec![set(&[&clerk()])], found()),
    ] {
        let decided = decided_after(&by, &before, way.clone()).unwrap_err();
        let codes: Vec<_> = decided.iter().map(xiaohao_core::Refusal::code).collect();
        assert_eq!(codes, ["WAYS_IN_UNCHANGED"], "{way:?}");
    }
    // Keys that were recorded before say nothing about passwords.
    let before = [WayIn::KeyIssued(issued())];
    assert!(decided_after(&by, &before, found()).is_ok());
}

#[test]
fn a_device_gets_its_key_for_a_code_of_its_owners_that_is_out_and_for_nothing_else() {
    let out = || WayIn::DeviceCodeIssued(code_issued());
    let key = |change: fn(&mut KeyIssued)| WayIn::KeyIssued(but(issued(), change));
    let told = |before: &[WayIn], way: WayIn| {
        let decided = decided_after(&clerk(), before, way).err();
        let decided = decided.unwrap_or_default();
        decided
            .iter()
            .map(xiaohao_core::Refusal::code)
            .collect::<Vec<_>>()
    };
    let unknown = ["DEVICE_CODE_UNKNOWN"];
    assert!(told(&[out()], key(|_| ())).is_empty());
    assert_eq!(told(&[out()], key(|key| key.code = None)), unknown);
    // Another code that somebody wrote beside the record under the id of one that is out.
    let other = key(|key| key.code.as_mut().unwrap().secret = file(9));
    assert_eq!(told(&[out()], other), unknown);
    let over = but(code_issued(), |code| {
        code.expires_at -= chrono::TimeDelta::hours(1);
    });
    assert_eq!(told(&[WayIn::DeviceCodeIssued(over)], key(|_| ())), unknown);
    let of_another = but(code_issued(), |code| code.person = signer().person);
    let of_another = WayIn::DeviceCodeIssued(of_another);
    assert_eq!(told(&[of_another], key(|_| ())), unknown);
    let spent = [out(), key(|key| key.key = Uuid::from_u128(9))];
    assert_eq!(told(&spent, key(|_| ())), unknown);
    for ended in [set(&[&clerk()]), second_factor(&clerk())] {
        assert_eq!(told(&[out(), ended], key(|_| ())), unknown);
    }
    assert_eq!(told(&[out()], out()), ["WAYS_IN_UNCHANGED"]);
}

#[test]
fn somebody_has_ten_devices_of_which_each_code_that_is_out_is_one() {
    let told = |before: &[WayIn]| {
        let decided = decided_after(&clerk(), before, numbered_code(99)).err();
        let decided = decided.unwrap_or_default();
        decided
            .iter()
            .map(xiaohao_core::Refusal::code)
            .collect::<Vec<_>>()
    };
    let device = |number: u128| {
        WayIn::KeyIssued(but(issued(), |key| {
            key.key = Uuid::from_u128(number);
        }))
    };
    let nine = (1..=5).map(device).chain((6..=9).map(numbered_code));
    let nine: Vec<_> = nine.collect();
    assert!(told(&nine).is_empty());
    let with = |way: WayIn| [nine.clone(), vec![way]].concat();
    assert_eq!(told(&with(device(10))), ["DEVICES_AT_MOST"]);
    assert_eq!(told(&with(numbered_code(10))), ["DEVICES_AT_MOST"]);
    for way in [WayIn::KeyIssued(of_program()), WayIn::KeyIssued(of_link())] {
        assert!(told(&with(way)).is_empty());
    }
    let over = but(issued(), |key| {
        key.key = Uuid::from_u128(10);
        key.expires_at = "2026-03-01T00:00:00Z".parse().unwrap();
    });
    assert!(told(&with(WayIn::KeyIssued(over))).is_empty());
    let over = but(code_issued(), |code| {
        code.expires_at -= chrono::TimeDelta::hours(1);
    });
    assert!(told(&with(WayIn::DeviceCodeIssued(over))).is_empty());
}

#[test]
fn whoever_shows_a_password_shows_the_present_one_and_a_code_where_one_is_asked_for() {
    let person = clerk().person;
    let factor = WayIn::SecondFactorSet(SecondFactorSet {
        person,
        secret: file(9),
        codes: Vec::new(),
    });
    let ends = || WayIn::SecondFactorEnded(SecondFactorEnded { person });
    let told = |shown, before: &[WayIn], way| {
        let decided = shown_by(shown, &clerk(), before, way).err();
        let decided = decided.unwrap_or_default();
        decided
            .iter()
            .map(xiaohao_core::Refusal::code)
            .collect::<Vec<_>>()
    };
    let alone = [password_set(3)];
    let with_code = [password_set(3), factor.clone()];
    let changed = ["PASSWORD_CHANGED"];
    assert_eq!(
        told(Some(shown(3, false)), &alone, password_set(5)),
        [""; 0]
    );
    assert_eq!(told(Some(shown(3, false)), &alone, factor.clone()), [""; 0]);
    assert_eq!(told(Some(shown(4, true)), &alone, factor.clone()), changed);
    for way in [ends(), password_set(5)] {
        assert_eq!(told(Some(shown(3, true)), &with_code, way.clone()), [""; 0]);
        assert_eq!(
            told(Some(shown(3, false)), &with_code, way.clone()),
            changed
        );
        assert_eq!(told(None, &with_code, way), [""; 0]);
    }
    assert_eq!(
        told(Some(shown(3, false)), &with_code, factor),
        ["WAYS_IN_UNCHANGED"]
    );
}
