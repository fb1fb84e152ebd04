//! Posts that change hands: how it is recorded, that every process goes on with it at once, and that what was signed and who is
//! bound by it stay with the person.

use crate::carrying::Elsewhere;
use crate::rebuild::program::{finds, is_clean, said};
use crate::rebuild::{Kept, WITH_ROWS};
use crate::upkeep;
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::Login;
use xiaohao_core::posts::{
    Appoint, ChangePosts, EndPosts, HandOver, Newcomer, PostName, PostsChange, PostsChanged,
};
use xiaohao_core::record::BrokenHistory;
use xiaohao_core::upkeep::{UpkeepCommand, UpkeepEntry, UpkeepEvent, evolve_upkeep, operator};
use xiaohao_core::{Actor, County, Role, Status};
use xiaohao_ledger::{Deed, Outcome, Pace, Record, Salts, SubjectKind, Submission};
use xiaohao_log::Salt;
use xiaohao_server::entering;
use xiaohao_store::SqlStore;
use xiaohao_tests::office::{Cabinet, Kind, Office, codes};
use xiaohao_tests::*;

fn post(of: &Actor) -> PostName {
    let (role, unit) = (of.role, of.unit);
    PostName { role, unit }
}

pub(crate) fn hand_over(from: &Actor, to: &Actor, on: NaiveDate) -> ChangePosts {
    ChangePosts::HandOver(HandOver {
        from: from.person,
        to: to.person,
        posts: BTreeSet::new(),
        on,
        reason: sample::prose("双安交接〔2026〕1号。"),
    })
}

fn appoint(who: &Actor, to: PostName, from: NaiveDate) -> ChangePosts {
    ChangePosts::Appoint(Appoint {
        person: who.person,
        newcomer: None,
        post: to,
        from,
        until: None,
        reason: sample::prose("双安任〔2026〕1号。"),
    })
}

fn submission(office: &Office, by: &Actor, says: ChangePosts) -> Submission {
    let command = UpkeepCommand::ChangePosts(Box::new(says));
    office.submission(by, Deed::Ledger { command })
}

/// Changes posts, by the hand of whoever runs the program.
pub(crate) async fn change(office: &Office, says: ChangePosts) {
    let by = operator(&office.county);
    office.do_now(&submission(office, &by, says)).await;
}

pub(crate) async fn enter(office: &Office) {
    let data = county_data(&office.county);
    entering::enter(&office.ledger, &data).await.unwrap();
}

/// The same person in another post.
fn in_post(who: &Actor, of: &Actor) -> Actor {
    Actor {
        person: who.person,
        role: of.role,
        unit: of.unit,
    }
}

fn entry(seq: u32, event: UpkeepEvent) -> UpkeepEntry {
    upkeep::entry(&approver(), seq, event)
}

fn changed() -> PostsChanged {
    let [from, until] = ["2026-03-02", "2026-03-01"].map(date);
    let ended = xiaohao_core::posts::PostEnded {
        person: market().person,
        role: market().role,
        unit: market().unit,
        until,
    };
    let begun = xiaohao_core::posts::PostBegun {
        person: person(900),
        role: market().role,
        unit: market().unit,
        from,
        until: None,
    };
    PostsChanged {
        change: PostsChange::Handover,
        joined: Some(xiaohao_core::directory::Person {
            id: person(900),
            login: Login::parse("new-1").unwrap(),
            name: sample::name("新人甲"),
            posts: Vec::new(),
        }),
        namesake: None,
        ended: vec![ended],
        begun: vec![begun],
        leaves_vacant: false,
        reason: sample::prose("双安交接〔2026〕1号。"),
    }
}

#[test]
fn a_change_of_posts_is_stored_as_agreed_and_names_nobody_in_its_body() {
    let record = entry(2, UpkeepEvent::PostsChanged(Box::new(changed())));
    let stored = serde_json::to_value(&record).unwrap();
    let agreed = json!({
        "kind": "POSTS_CHANGED",
        "data": {
            "change": "HANDOVER",
            "joined": { "id": person(900), "login": "new-1", "name": "新人甲", "posts": [] },
            "ended": [{ "person": market().person, "role": "UNIT", "unit": market().unit, "until": "2026-03-01" }],
            "begun": [{ "person": person(900), "role": "UNIT", "unit": market().unit, "from": "2026-03-02" }],
            "reason": "双安交接〔2026〕1号。",
        },
    });
    assert_eq!(stored["event"], agreed);
    let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
    assert_eq!(read, record);
    let record = Record::Ledger(Box::new(record));
    let salts: Salts = Arc::new(|| Salt::new([7; 16]));
    let (body, beside) = record.sealed(&salts).unwrap();
    assert!(
        !body.contains("new-1") && !body.contains("新人甲"),
        "{body}"
    );
    let values: Vec<_> = beside.into_iter().map(|one| Some(one.value)).collect();
    assert_eq!(values.len(), 2);
    let read = Record::from_body(SubjectKind::Ledger, &body, &values).unwrap();
    assert_eq!(read, record);
}

#[test]
fn a_change_that_does_not_follow_on_the_data_is_a_broken_history() {
    let first = entry(1, UpkeepEvent::PostsChanged(Box::new(changed())));
    let broken = evolve_upkeep(None, &first).unwrap_err();
    assert_eq!(broken, BrokenHistory::IllegalPosts { seq: 1 });
    let data = county_data(&county());
    let entered = entry(1, UpkeepEvent::CountyDataEntered(Box::new(data)));
    let file = evolve_upkeep(None, &entered).unwrap();
    let second = entry(2, UpkeepEvent::PostsChanged(Box::new(changed())));
    let file = evolve_upkeep(Some(file), &second).unwrap();
    let known = file.county_data.clone().unwrap();
    let held = |of| {
        known
            .directory
            .person(of)
            .unwrap()
            .posts_on(date("2026-03-02"))
            .count()
    };
    assert_eq!((held(market().person), held(person(900))), (0, 1));
    let twice = entry(3, UpkeepEvent::PostsChanged(Box::new(changed())));
    let broken = evolve_upkeep(Some(file), &twice).unwrap_err();
    assert_eq!(broken, BrokenHistory::IllegalPosts { seq: 3 });
}

/// The data of the county as they are kept.
async fn kept_data(store: &SqlStore) -> CountyData {
    let kept = store.counties().await.unwrap();
    CountyData::read(&kept[0].1).unwrap()
}

#[tokio::test]
async fn a_ledger_with_changes_of_posts_is_verified_made_anew_and_carried() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let office = &kept.office;
        change(office, hand_over(&market(), &stranger(), office.today())).await;
        let new = Actor {
            person: person(900),
            ..market()
        };
        let newcomer = ChangePosts::Appoint(Appoint {
            person: new.person,
            newcomer: Some(Newcomer {
                login: Login::parse("new-1").unwrap(),
                name: sample::name("新人甲"),
                namesake: None,
            }),
            post: post(&market()),
            from: office.today(),
            until: None,
            reason: sample::prose("双安任〔2026〕2号。"),
        });
        change(office, newcomer).await;
        let now = kept_data(kept.store()).await;
        let county = now.county().unwrap();
        assert!(!county.is_held(&market(), office.today()), "{kind:?}");
        assert!(county.is_held(&in_post(&stranger(), &market()), office.today()));
        assert!(county.is_held(&new, office.today()), "{kind:?}");
        assert!(
            county.is_held(&stranger(), office.today()),
            "he keeps his own"
        );
        is_clean(&kept.run(&["rebuild", "--check"]));
        is_clean(&kept.run(&["ledger", "verify"]));

        kept.by_hand("UPDATE county SET data = replace(data, '\"until\"', '\"from\"')")
            .await;
        finds(&kept.run(&["rebuild", "--check"]), "is not what line");
        is_clean(&kept.run(&["rebuild"]));
        assert_eq!(kept_data(kept.store()).await, now, "{kind:?}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("county.jsonl");
        is_clean(&kept.run(&["ledger", "export", file.to_str().unwrap()]));
        for other in WITH_ROWS {
            let elsewhere = Elsewhere::on(other);
            elsewhere.migrated().await;
            let import = ["ledger", "import", file.to_str().unwrap()];
            is_clean(&elsewhere.run(&import));
            let there = SqlStore::open(&elsewhere.location).await.unwrap();
            assert_eq!(kept_data(&there).await, now, "{kind:?} to {other:?}");
        }
    }
}

/// Another process over the same ledger, which has not heard of anything since it began.
pub(crate) fn another_process(office: &Office) -> Office {
    let store = Arc::new(office.cabinet.sql().clone());
    office.clone().over(store, Pace::default())
}

#[tokio::test]
async fn nobody_acts_by_a_right_that_has_ended_in_whichever_process() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        enter(&office).await;
        let other = another_process(&office);
        let id = other.hazard_at(Status::Reported).await;
        let before = office.lines().await.len();
        change(&office, hand_over(&clerk(), &lead(), office.today())).await;
        for process in [&office, &other] {
            let list = process.saying(&clerk(), id, sample::list()).await;
            let refused = process.refuse(&list).await;
            assert_eq!(codes(&refused), ["POST_OVER"], "{kind:?}");
            assert_eq!(refused.present, None);
        }
        assert_eq!(office.lines().await.len(), before + 1, "{kind:?}");
        let successor = in_post(&lead(), &clerk());
        other.act(&successor, id, sample::list()).await;
    }
}

#[tokio::test]
async fn what_is_sent_at_the_same_moment_is_decided_by_the_right_of_its_turn() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        enter(&office).await;
        let id = office.hazard_at(Status::Reported).await;
        let change = submission(
            &office,
            &approver(),
            hand_over(&clerk(), &lead(), office.today()),
        );
        let before = office.saying(&clerk(), id, sample::note()).await;
        let after = office.saying(&clerk(), id, sample::note()).await;
        let outcomes = office.at_once(&[before, change, after]).await;
        let done: Vec<_> = outcomes
            .iter()
            .map(|outcome| matches!(outcome, Outcome::Done { .. }))
            .collect();
        assert_eq!(done, [true, true, false], "{kind:?}");
    }
}

#[tokio::test]
async fn an_act_that_was_done_before_the_post_ended_is_answered_again_as_it_was() {
    let office = Office::on(Kind::Sqlite).await;
    enter(&office).await;
    let id = office.hazard_at(Status::Reported).await;
    let list = office.saying(&clerk(), id, sample::list()).await;
    let first = office.do_now(&list).await;
    let says = hand_over(&clerk(), &lead(), office.today());
    let handing = submission(&office, &approver(), says);
    let handed = office.do_now(&handing).await;
    let Outcome::Done { answer, replayed } = office.execute(&list).await else {
        panic!("it was done");
    };
    assert!(replayed);
    assert_eq!(*answer, first);
    let signed = first.lines[0].record.stamp().actor.person;
    assert_eq!(signed, clerk().person, "what was signed stays");
    let Outcome::Done { answer, replayed } = office.execute(&handing).await else {
        panic!("it was done");
    };
    assert!(replayed);
    assert_eq!(*answer, handed);
}

#[tokio::test]
async fn how_long_a_link_may_be_good_is_said_by_whoever_runs_the_program_also_after_a_change_of_posts()
 {
    let county = County {
        link_days: 3,
        ..county_with(&everybody())
    };
    let cabinet = Cabinet::new(Kind::Sqlite).await;
    let office = Office::open(cabinet, county, Pace::default()).await;
    enter(&office).await;
    let says = appoint(&clerk(), post(&approver()), office.today());
    change(&office, says).await;
    let present = office.ledger.county();
    let posts = &present.directory.person(clerk().person).unwrap().posts;
    assert_eq!((posts.len(), present.link_days), (2, 3));
}

#[tokio::test]
async fn whoever_takes_a_post_over_is_free_and_whoever_gave_it_up_stays_bound_in_another() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        enter(&office).await;
        // The clerk leads the team that verifies.
        let id = office.hazard_at(Status::Verified).await;
        change(&office, hand_over(&clerk(), &lead(), office.today())).await;
        for who in [&clerk(), &lead()] {
            let says = appoint(who, post(&approver()), office.today());
            change(&office, says).await;
        }
        let bound = in_post(&clerk(), &approver());
        let act = office.saying(&bound, id, sample::strike_off()).await;
        let refused = office.refuse(&act).await;
        assert_eq!(codes(&refused), ["APPROVER_ON_TEAM"], "{kind:?}");
        let free = in_post(&lead(), &approver());
        office.act(&free, id, sample::strike_off()).await;
    }
}

#[tokio::test]
async fn a_post_that_ends_with_today_is_held_today_and_not_tomorrow() {
    let office = Office::on(Kind::Sqlite).await;
    enter(&office).await;
    let says = ChangePosts::End(EndPosts {
        person: clerk().person,
        posts: [post(&clerk())].into(),
        last_on: office.today(),
        leaves_vacant: false,
        reason: sample::prose("双安免〔2026〕1号。"),
    });
    let answer = office.do_now(&submission(&office, &approver(), says)).await;
    assert_eq!(answer.lines[0].record.event(), "PostsChanged");
    let id = office.report().await;
    office.act(&clerk(), id, sample::note()).await;
    office.pass_days(1);
    let note = office.saying(&clerk(), id, sample::note()).await;
    assert_eq!(codes(&office.refuse(&note).await), ["POST_OVER"]);
    assert_eq!(clerk().role, Role::OfficeClerk);
}

/// The program on a database of its own, told this on the command line.
struct Operator {
    folder: tempfile::TempDir,
    kept: Vec<String>,
}

impl Operator {
    fn both() -> [Self; 2] {
        let folder = || tempfile::tempdir().unwrap();
        let (in_file, on_server) = (folder(), folder());
        let data = in_file.path().to_str().unwrap().to_owned();
        [
            Self {
                folder: in_file,
                kept: vec!["--data".to_owned(), data],
            },
            Self {
                folder: on_server,
                kept: vec!["--database-url".to_owned(), postgres::database()],
            },
        ]
    }

    fn run(&self, arguments: &[&str]) -> std::process::Output {
        let program = env!("CARGO_BIN_EXE_xiaohao-under-test");
        let mut program = std::process::Command::new(program);
        program.args(arguments).args(&self.kept).output().unwrap()
    }

    fn init(&self, from: &std::path::Path, more: &[&str]) -> std::process::Output {
        let key = self.folder.path().join("key");
        let from = from.to_str().unwrap();
        let mut says = vec![
            "init",
            "--from",
            from,
            "--signing-key",
            key.to_str().unwrap(),
        ];
        says.extend(more);
        self.run(&says)
    }
}

#[test]
fn the_operator_changes_posts_and_init_does_not_undo_it_unless_it_is_told_to() {
    for operator in Operator::both() {
        let files = operator.folder.path().join("files");
        std::fs::create_dir(&files).unwrap();
        for name in ["county.json", "committees.json", "people.json"] {
            let seed = format!(
                "{}/../seeds/county/shuangpai/{name}",
                env!("CARGO_MANIFEST_DIR")
            );
            std::fs::copy(seed, files.join(name)).unwrap();
        }
        is_clean(&operator.init(&files, &[]));
        let today = xiaohao_core::county_day(xiaohao_server::clock::now()).to_string();
        let end = |login: &str| {
            let reason = ["--reason", "双安免〔2026〕1号。"];
            let day = ["--last-on", &today];
            operator.run(&[&["post", "end", login][..], &day, &reason].concat())
        };
        is_clean(&end("clerk2"));
        finds(&end("approver"), "将无人担任");
        finds(&end("nobody"), "has the login nobody");
        finds(&operator.init(&files, &[]), "other posts for clerk2");
        let export = operator.run(&["user", "export"]);
        is_clean(&export);
        std::fs::write(files.join("people.json"), &export.stdout).unwrap();
        let unchanged = operator.init(&files, &[]);
        is_clean(&unchanged);
        assert!(
            said(&unchanged).contains("is what was entered last"),
            "{}",
            said(&unchanged)
        );

        let taken = operator.run(&[
            "post",
            "appoint",
            "new-1",
            "--name",
            "新人甲",
            "--role",
            "OFFICE_CLERK",
            "--unit",
            "nowhere",
            "--from",
            &today,
            "--reason",
            "双安任〔2026〕1号。",
        ]);
        finds(&taken, "there is no unit nowhere");
        let undone = std::fs::read_to_string(files.join("people.json")).unwrap();
        let undone = undone.replace(&format!("\"until\": \"{today}\""), "\"until\": null");
        std::fs::write(files.join("people.json"), undone).unwrap();
        finds(&operator.init(&files, &[]), "other posts for clerk2");
        let people = std::fs::read_to_string(files.join("people.json")).unwrap();
        let mut without: Vec<serde_json::Value> = serde_json::from_str(&people).unwrap();
        without.retain(|person| person["login"] != "intake");
        let without = serde_json::to_string(&without).unwrap();
        std::fs::write(files.join("people.json"), without).unwrap();
        let left_out = operator.init(&files, &["--posts-of-file"]);
        finds(&left_out, "may name: person intake; keep it");
        std::fs::write(files.join("people.json"), people).unwrap();
        is_clean(&operator.init(&files, &["--posts-of-file"]));
        is_clean(&operator.run(&["rebuild", "--check"]));
    }
}
