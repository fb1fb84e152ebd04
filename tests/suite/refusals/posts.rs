//! Posts that change hands: by whom, whose, of what unit and on which days.

use super::Provocation;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{Directory, DirectoryParts, Login, Post, UnitKind};
use xiaohao_core::posts::{
    Appoint, ChangePosts, EndPosts, HandOver, Newcomer, PostName, PostsChanged,
};
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, UpkeepEvent, decide_upkeep, operator};
use xiaohao_core::values::PersonId;
use xiaohao_core::{Actor, Refusals, Role};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("POSTS_ROLE", || refused(&clerk(), ending())),
    ("OWN_POSTS", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.person = approver().person)),
        )
    }),
    ("COUNTY_DATA_MISSING", || {
        let case = Case::new();
        let command = UpkeepCommand::ChangePosts(Box::new(ending()));
        let by = approver();
        decide_upkeep(None, command, &case.context(&by)).unwrap_err()
    }),
    ("PERSON_UNKNOWN", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.person = person(900))),
        )
    }),
    ("PERSON_THERE_ALREADY", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| {
                says.newcomer = Some(newcomer("new-1"));
            })),
        )
    }),
    ("PERSON_NAMESAKE", || {
        refused(&approver(), named(&namesake_of(market().person), None))
    }),
    ("POST_UNIT_UNKNOWN", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.post.unit = unit(999))),
        )
    }),
    ("POST_WITHOUT_RIGHT", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.post.role = Role::OfficeClerk)),
        )
    }),
    ("POST_HELD_ALREADY", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.post = post(&market()))),
        )
    }),
    ("POST_NOT_THEIRS", || {
        refused(
            &approver(),
            ChangePosts::End(but(end(), |says| says.posts = [post(&lead())].into())),
        )
    }),
    ("POST_BACKWARDS", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.until = says.from.pred_opt())),
        )
    }),
    ("POST_IN_THE_PAST", || {
        refused(
            &approver(),
            ChangePosts::Appoint(but(appoint(), |says| says.from = days(-1))),
        )
    }),
    ("POST_LEFT_VACANT", || {
        refused(
            &approver(),
            ChangePosts::End(but(end(), |says| says.person = signer().person)),
        )
    }),
];

fn today() -> NaiveDate {
    let (case, by) = (Case::new(), approver());
    case.context(&by).today()
}

/// So many days from today.
fn days(away: i64) -> NaiveDate {
    today() + chrono::TimeDelta::days(away)
}

fn post(of: &Actor) -> PostName {
    let (role, unit) = (of.role, of.unit);
    PostName { role, unit }
}

fn newcomer(login: &str) -> Newcomer {
    Newcomer {
        login: Login::parse(login).unwrap(),
        name: sample::name("新人甲"),
        namesake: None,
    }
}

/// The head of the other enterprise becomes an inspector.
fn appoint() -> Appoint {
    Appoint {
        person: market().person,
        newcomer: None,
        post: post(&inspector()),
        from: today(),
        until: None,
        reason: sample::prose("双安任〔2026〕1号。"),
    }
}

/// Somebody new under this name becomes an inspector.
fn named(name: &str, namesake: Option<&str>) -> ChangePosts {
    ChangePosts::Appoint(but(appoint(), |says| {
        says.person = person(900);
        says.newcomer = Some(but(newcomer("new-1"), |new| {
            new.name = sample::name(name);
            new.namesake = namesake.map(sample::prose);
        }));
    }))
}

#[test]
fn nobody_new_looks_like_another_on_paper_unless_it_is_said_that_he_is_not_he() {
    let by = approver();
    let own = name_of(market().person).to_string();
    for name in [own, namesake_of(market().person)] {
        assert_eq!(
            codes(&by, named(&name, None)),
            ["PERSON_NAMESAKE"],
            "{name}"
        );
        let changed = decided(&by, named(&name, Some("印发文书时注明单位。"))).unwrap();
        assert_eq!(
            changed.namesake,
            Some(sample::prose("印发文书时注明单位。"))
        );
    }
    assert!(codes(&by, named("新人乙", None)).is_empty());
}

#[test]
fn whoever_reads_everything_and_acts_on_nothing_has_his_post_in_the_task_force_too() {
    let by = approver();
    let in_unit = |of: UnitKind| {
        let mut data = county_data(&county());
        let mut parts = DirectoryParts::from(data.directory.clone());
        let force = parts.units.iter_mut().find(|one| one.id == market().unit);
        force.unwrap().kind = of;
        data.directory = Directory::new(parts).unwrap();
        let file = LedgerFile {
            version: 1,
            county_data: Some(Box::new(data)),
            ..LedgerFile::default()
        };
        let says = but(appoint(), |says| {
            says.person = stranger().person;
            (says.post.role, says.post.unit) = (Role::Auditor, market().unit);
        });
        let case = Case::new();
        let command = UpkeepCommand::ChangePosts(Box::new(ChangePosts::Appoint(says)));
        let decided = decide_upkeep(Some(&file), command, &case.context(&by));
        decided.err().map(|no| no.first().unwrap().code())
    };
    assert_eq!(in_unit(UnitKind::TaskForce), None);
    assert_eq!(in_unit(UnitKind::Department), Some("POST_WITHOUT_RIGHT"));
}

fn end() -> EndPosts {
    EndPosts {
        person: market().person,
        posts: BTreeSet::new(),
        last_on: today(),
        leaves_vacant: false,
        reason: sample::prose("双安免〔2026〕1号。"),
    }
}

fn ending() -> ChangePosts {
    ChangePosts::End(end())
}

fn hand_over(from: PersonId, to: PersonId, on: NaiveDate) -> ChangePosts {
    ChangePosts::HandOver(HandOver {
        from,
        to,
        posts: BTreeSet::new(),
        on,
        reason: sample::prose("双安交接〔2026〕1号。"),
    })
}

fn decided(by: &Actor, says: ChangePosts) -> Result<PostsChanged, Refusals> {
    let case = Case::new();
    let file = LedgerFile {
        version: 1,
        county_data: Some(Box::new(county_data(&county()))),
        ..LedgerFile::default()
    };
    let command = UpkeepCommand::ChangePosts(Box::new(says));
    match decide_upkeep(Some(&file), command, &case.context(by))? {
        UpkeepEvent::PostsChanged(changed) => Ok(*changed),
        other => panic!("{other:?}"),
    }
}

fn refused(by: &Actor, says: ChangePosts) -> Refusals {
    decided(by, says).unwrap_err()
}

fn codes(by: &Actor, says: ChangePosts) -> Vec<&'static str> {
    let refusals = decided(by, says).err().unwrap_or_default();
    refusals.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn the_approver_of_the_office_and_whoever_runs_the_program_change_posts_and_nobody_else() {
    for by in everybody() {
        let expected: &[_] = match by {
            _ if by == approver() => &[],
            _ => &["POSTS_ROLE"],
        };
        assert_eq!(codes(&by, ending()), expected, "{by:?}");
    }
    assert!(codes(&operator(&county()), ending()).is_empty());
    let elsewhere = but(approver(), |by| by.unit = factory().unit);
    let called_so = actor(900, Role::Operator, OFFICE);
    for by in [elsewhere, called_so] {
        assert_eq!(codes(&by, ending()), ["POSTS_ROLE"], "{by:?}");
    }
}

#[test]
fn nobody_gives_takes_or_hands_over_his_own_posts_and_whoever_runs_the_program_does_it_for_him() {
    let (own, other) = (approver().person, second_clerk().person);
    let own_appointment = ChangePosts::Appoint(but(appoint(), |says| says.person = own));
    for says in [
        own_appointment,
        ChangePosts::End(but(end(), |says| says.person = own)),
        hand_over(own, other, days(1)),
        hand_over(other, own, days(1)),
    ] {
        assert!(codes(&approver(), says).contains(&"OWN_POSTS"));
    }
    let program = operator(&county());
    assert!(codes(&program, hand_over(own, other, days(1))).is_empty());
}

#[test]
fn a_right_is_given_from_today_on_and_ends_at_once_at_the_earliest() {
    let by = approver();
    for (away, expected) in [(-1, &["POST_IN_THE_PAST"][..]), (0, &[]), (9, &[])] {
        let says = ChangePosts::Appoint(but(appoint(), |says| says.from = days(away)));
        assert_eq!(codes(&by, says), expected, "{away}");
        let says = hand_over(market().person, lead().person, days(away));
        assert_eq!(codes(&by, says), expected, "{away}");
        let says = ChangePosts::End(but(end(), |says| says.last_on = days(away - 1)));
        assert_eq!(codes(&by, says), expected, "{away}");
    }
}

#[test]
fn a_post_that_has_not_begun_is_taken_back_and_was_never_held() {
    let by = approver();
    let own = post(&market());
    let given = post(&inspector());
    for from in [0, 12] {
        let says = ChangePosts::Appoint(but(appoint(), |says| says.from = days(from)));
        let before = county_data(&county());
        let data = decided(&by, says).unwrap().applied(&before).unwrap();
        let file = LedgerFile {
            version: 2,
            county_data: Some(Box::new(data.clone())),
            ..LedgerFile::default()
        };
        let case = Case::new();
        let end_of = |posts: &[PostName], last_on| {
            let says = but(end(), |says| {
                says.posts = posts.iter().copied().collect();
                says.last_on = last_on;
            });
            let command = UpkeepCommand::ChangePosts(Box::new(ChangePosts::End(says)));
            let event = decide_upkeep(Some(&file), command, &case.context(&by));
            event.map(|event| match event {
                UpkeepEvent::PostsChanged(changed) => changed.applied(&data).unwrap(),
                other => panic!("{other:?}"),
            })
        };
        let held = |data: &CountyData| -> Vec<PostName> {
            let person = data.directory.person(market().person).unwrap();
            let of = |post: &Post| PostName {
                role: post.role,
                unit: post.unit,
            };
            person.posts.iter().map(of).collect()
        };
        assert_eq!(held(&data), [own, given]);
        for last_on in [days(-1), days(from - 1)] {
            let after = end_of(&[given], last_on).unwrap();
            assert_eq!(after, before, "as if it had never been given");
        }
        // Out at once is out of all that he is in. What is not named and begins in time to come is another matter.
        let after = end_of(&[], days(-1)).unwrap();
        let left: &[PostName] = if from == 0 { &[own] } else { &[own, given] };
        assert_eq!(held(&after), left);
        let person = after.directory.person(market().person).unwrap();
        assert_eq!(person.posts[0].until, Some(days(-1)));
        let elsewhere = end_of(&[post(&lead())], days(-1)).unwrap_err();
        assert_eq!(elsewhere.first().unwrap().code(), "POST_NOT_THEIRS");
    }
}

#[test]
fn a_newcomer_who_was_appointed_by_mistake_is_out_again_at_once() {
    let by = approver();
    let says = ChangePosts::Appoint(but(appoint(), |says| {
        (says.person, says.newcomer) = (person(900), Some(newcomer("new-1")));
    }));
    let data = decided(&by, says).unwrap();
    let data = data.applied(&county_data(&county())).unwrap();
    let file = LedgerFile {
        version: 2,
        county_data: Some(Box::new(data.clone())),
        ..LedgerFile::default()
    };
    let says = but(end(), |says| {
        (says.person, says.last_on) = (person(900), days(-1));
    });
    let command = UpkeepCommand::ChangePosts(Box::new(ChangePosts::End(says)));
    let case = Case::new();
    let event = decide_upkeep(Some(&file), command, &case.context(&by)).unwrap();
    let UpkeepEvent::PostsChanged(changed) = event else {
        panic!("{event:?}");
    };
    let after = changed.applied(&data).unwrap();
    assert_eq!(after.directory.person(person(900)).unwrap().posts, []);
}

#[test]
fn a_post_is_held_once_at_a_time() {
    let by = approver();
    let mut data = county_data(&county());
    let until = days(30);
    let changed = decided(
        &by,
        ChangePosts::End(but(end(), |says| says.last_on = until)),
    );
    data = changed.unwrap().applied(&data).unwrap();
    let file = LedgerFile {
        version: 2,
        county_data: Some(Box::new(data)),
        ..LedgerFile::default()
    };
    let (case, again) = (Case::new(), post(&market()));
    let code = |from: NaiveDate, last: Option<NaiveDate>| {
        let says = but(appoint(), |says| {
            (says.post, says.from, says.until) = (again, from, last);
        });
        let command = UpkeepCommand::ChangePosts(Box::new(ChangePosts::Appoint(says)));
        let decided = decide_upkeep(Some(&file), command, &case.context(&by));
        decided.err().map(|no| no.first().unwrap().code())
    };
    assert_eq!(code(until, None), Some("POST_HELD_ALREADY"));
    assert_eq!(code(days(31), None), None);
    assert_eq!(code(days(1), Some(days(2))), Some("POST_HELD_ALREADY"));
}

#[test]
fn whoever_takes_a_post_over_must_not_hold_it_and_whoever_gives_it_up_must() {
    let by = approver();
    let (one, other) = (clerk().person, second_clerk().person);
    assert_eq!(
        codes(&by, hand_over(one, other, days(1))),
        ["POST_HELD_ALREADY"]
    );
    assert_eq!(
        codes(&by, hand_over(one, one, days(1))),
        ["POST_HELD_ALREADY"]
    );
    assert_eq!(
        codes(&by, hand_over(person(900), one, days(1))),
        ["PERSON_UNKNOWN"]
    );
    assert_eq!(
        codes(&by, hand_over(market().person, person(900), days(1))),
        ["PERSON_UNKNOWN"]
    );
}

#[test]
fn a_post_without_which_the_county_cannot_work_is_left_vacant_only_where_that_is_said() {
    let by = approver();
    let vacant = but(end(), |says| says.person = signer().person);
    let said = but(vacant.clone(), |says| says.leaves_vacant = true);
    assert_eq!(codes(&by, ChangePosts::End(vacant)), ["POST_LEFT_VACANT"]);
    assert!(decided(&by, ChangePosts::End(said)).unwrap().leaves_vacant);
    // There is another clerk, and nobody is left vacant; so it is not said, whatever was sent.
    let clerks = but(end(), |says| {
        (says.person, says.leaves_vacant) = (clerk().person, true);
    });
    assert!(
        !decided(&by, ChangePosts::End(clerks))
            .unwrap()
            .leaves_vacant
    );
}

#[test]
fn a_newcomer_has_an_id_and_a_login_of_his_own() {
    let by = approver();
    let code = |id, login| {
        let says = but(appoint(), |says| {
            (says.person, says.newcomer) = (id, Some(newcomer(login)));
        });
        codes(&by, ChangePosts::Appoint(says))
    };
    assert!(code(person(900), "new-1").is_empty());
    let taken = county().directory.people()[0].login.to_string();
    assert_eq!(code(person(900), &taken), ["PERSON_THERE_ALREADY"]);
    assert_eq!(code(PersonId::OPERATOR, "new-1"), ["PERSON_THERE_ALREADY"]);
}
