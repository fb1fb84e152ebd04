//! The key of a county's log, and what is signed and proved with it at the terminal and over HTTP.

use crate::rebuild::program::said;
use crate::rebuild::{Kept, WITH_ROWS};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::sync::Arc;
use tower::ServiceExt;
use xiaohao_log::{AddCheckpoint, Checkpoint, LogKey, Origin, SignedNote, TreeHead, examine};
use xiaohao_server::config::Requests;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, signing};
use xiaohao_tests::*;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");
const COUNTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/county/shuangpai");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// What a checkpoint says, once it is found to be signed by this key.
fn opened(note: &[u8], key: &LogKey) -> TreeHead {
    let note = SignedNote::from_bytes(note).unwrap();
    let opened = Checkpoint::signed_by(&note, key);
    opened.unwrap().head()
}

#[test]
fn a_county_gets_a_key_that_nobody_else_can_read_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let made = run(&["init", "--from", COUNTY, "--data", data]);
    assert!(made.status.success(), "{}", said(&made));
    let file = folder.path().join("ledger.key");
    let permissions = fs::metadata(&file).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let secret = fs::read_to_string(&file).unwrap();
    assert!(secret.starts_with("PRIVATE+KEY+xiaohao/431123+"));
    let public = signing::read(&file).unwrap().public().to_string();
    assert!(said(&made).contains(&public), "{}", said(&made));
    assert!(!said(&made).contains("PRIVATE"), "{}", said(&made));

    let again = ["init", "--from", COUNTY, "--data", data];
    let renamed = run(&[&again[..], &["--origin", "another.name/431123"]].concat());
    assert!(!renamed.status.success());
    let complaint = "is the key of the log xiaohao/431123, not of another.name/431123";
    assert!(said(&renamed).contains(complaint), "{}", said(&renamed));
    let again = run(&again);
    assert!(again.status.success(), "{}", said(&again));
    assert_eq!(fs::read_to_string(&file).unwrap(), secret);

    let checkpoint = run(&["ledger", "checkpoint", "--data", data]);
    assert!(checkpoint.status.success(), "{}", said(&checkpoint));
    let key = public.parse().unwrap();
    assert_eq!(opened(&checkpoint.stdout, &key).size, 1, "its county");

    fs::write(&file, "PRIVATE+KEY+broken").unwrap();
    let broken = run(&["ledger", "checkpoint", "--data", data]);
    assert!(
        said(&broken).contains("holds no signing key"),
        "{}",
        said(&broken)
    );
    assert!(!said(&broken).contains("PRIVATE"), "{}", said(&broken));
}

#[test]
fn a_key_that_is_lost_is_had_from_its_copy_and_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let file = folder.path().join("ledger.key");
    let named = ["init", "--from", COUNTY, "--data", data];
    let init = |more: &[&str]| run(&[&named[..], more].concat());
    let ledger = |what: &str| run(&["ledger", what, "--data", data]);
    assert!(
        init(&["--origin", "aq.example.gov.cn/431123"])
            .status
            .success()
    );
    // Its name is asked of nobody twice, before anything is signed and after.
    assert!(init(&[]).status.success());
    let checkpoint = ledger("checkpoint");
    assert!(checkpoint.status.success(), "{}", said(&checkpoint));
    assert!(init(&[]).status.success());
    let copy = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    for output in [ledger("checkpoint"), ledger("key"), init(&[])] {
        assert!(!output.status.success());
        let said = said(&output);
        for part in ["log aq.example.gov.cn/431123 is signed", "--lost-key KEY"] {
            assert!(said.contains(part), "{said}");
        }
        assert!(!file.exists());
    }
    let other = signing::made(&file, "aq.example.gov.cn/431123").unwrap();
    for output in [ledger("checkpoint"), ledger("key")] {
        let said = said(&output);
        assert!(said.contains("is not signed by the key in"), "{said}");
        assert!(!said.contains(&other.to_string()), "{said}");
    }
    fs::write(&file, copy).unwrap();
    assert!(ledger("checkpoint").status.success());
    assert!(init(&[]).status.success());
}

#[test]
fn a_county_on_a_server_must_be_told_where_its_key_is() {
    let url = postgres::database();
    let nowhere = run(&["init", "--from", COUNTY, "--database-url", &url]);
    assert!(!nowhere.status.success());
    assert!(
        said(&nowhere).contains("--signing-key FILE"),
        "{}",
        said(&nowhere)
    );
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("of-the-county.key");
    let key = key.to_str().unwrap();
    let origin = "aq.example.gov.cn/431123";
    let made = run(&[
        "init",
        "--from",
        COUNTY,
        "--database-url",
        &url,
        "--signing-key",
        key,
        "--origin",
        origin,
    ]);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains(origin), "{}", said(&made));
}

#[tokio::test]
async fn a_closure_is_proved_at_one_terminal_and_checked_at_another() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let key = signing::made(&file, "aq.example.gov.cn/431123").unwrap();
        let with_key = |arguments: &[&str]| {
            kept.run(&[arguments, &["--signing-key", file.to_str().unwrap()]].concat())
        };
        let number = |status: &str| {
            let select = format!(
                "SELECT CAST(number % 1000000000 AS text) FROM hazard WHERE status = '{status}'"
            );
            let kept = &kept;
            async move {
                let serial = kept.texts(&select).await.remove(0);
                format!("431123-2026-{:04}", serial.parse::<u32>().unwrap())
            }
        };
        let (closed, open) = (number("CIRCULATED").await, number("RECTIFYING").await);

        let proof = with_key(&["ledger", "prove", &closed]);
        assert!(proof.status.success(), "{}", said(&proof));
        let paper = folder.path().join("proof.json");
        fs::write(&paper, &proof.stdout).unwrap();
        let check = [
            "ledger",
            "check",
            paper.to_str().unwrap(),
            "--key",
            &key.to_string(),
        ];
        let checked = run(&check);
        assert!(checked.status.success(), "{}", said(&checked));
        for printed in [
            format!("hazard {closed}, "),
            "was struck off with sheet 双安销〔2026〕1号 on 2026-".to_owned(),
            format!(" by {} (person ", name_of(&approver())),
            " as OFFICE_APPROVER of ".to_owned(),
        ] {
            assert!(said(&checked).contains(&printed), "{}", said(&checked));
        }

        let checkpoint = with_key(&["ledger", "checkpoint"]);
        let lines = kept.office.lines().await.len() as u64;
        assert_eq!(opened(&checkpoint.stdout, &key).size, lines);

        for (number, complaint) in [
            (&*open, "is not struck off"),
            ("431123-2026-9999", "there is no hazard 431123-2026-9999"),
            ("431124-2026-0001", "no number of a hazard"),
        ] {
            let told = with_key(&["ledger", "prove", number]);
            assert!(!told.status.success());
            assert!(said(&told).contains(complaint), "{}", said(&told));
        }
        let text = fs::read_to_string(&paper).unwrap();
        let parts: serde_json::Value = serde_json::from_str(&text).unwrap();
        let list = parts.as_object().unwrap().values().collect::<Vec<_>>();
        for (spoiled, told) in [
            (
                text.replace("HAZARD_STRUCK_OFF", "HAZARD_REOPENED"),
                "proves nothing: it shows a body that is not that of the entry",
            ),
            (
                text.replace(&name_of(&approver()), "张三"),
                "proves nothing: it says that “张三” stands at “/event/data/prints/approver”, and",
            ),
            (
                serde_json::to_string(&list).unwrap(),
                "proves nothing: it is no proof of an entry: it does not begin with a brace",
            ),
        ] {
            fs::write(&paper, spoiled).unwrap();
            let checked = run(&check);
            assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
            assert!(said(&checked).contains(told), "{}", said(&checked));
        }

        // Whoever does not want to show the name leaves it out.
        let mut nameless = parts.clone();
        nameless.as_object_mut().unwrap().remove("personal");
        fs::write(&paper, nameless.to_string()).unwrap();
        let checked = run(&check);
        assert!(checked.status.success(), "{}", said(&checked));
        assert!(!said(&checked).contains(&name_of(&approver())));
        let unnamed = " by one whose name is not shown (person ";
        assert!(said(&checked).contains(unnamed), "{}", said(&checked));
    }
}

/// What somebody is called.
fn name_of(who: &xiaohao_core::Actor) -> String {
    let county = county();
    county
        .directory
        .person(who.person)
        .unwrap()
        .name
        .to_string()
}

#[tokio::test]
async fn whoever_asks_over_http_is_given_the_checkpoint() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let key = signing::made(&file, "aq.example.gov.cn/431123").unwrap();
        let clock = kept.office.clone();
        let served = Served::signing(
            kept.store().clone(),
            &county_data(&kept.office.county),
            &kept.office.cabinet.evidence(),
            Arc::new(move || clock.now()),
            signing::read(&file).unwrap(),
        )
        .unwrap();
        let get_at = async |served: &Served, path: &str| {
            let app = http::app(served.clone(), Requests::default(), UnderWay::default());
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = app.oneshot(request).await.unwrap();
            let status = answer.status();
            (
                status,
                answer.into_body().collect().await.unwrap().to_bytes(),
            )
        };
        let get = async |served: &Served| get_at(served, "/ledger/checkpoint").await;
        let (status, note) = get(&served).await;
        assert_eq!(status, StatusCode::OK);
        let lines = kept.office.lines().await.len() as u64;
        assert_eq!(opened(&note, &key).size, lines);
        for since in [0, 5, lines] {
            let path = format!("/ledger/checkpoint?since={since}");
            let (status, asked) = get_at(&served, &path).await;
            assert_eq!(status, StatusCode::OK);
            let asked = AddCheckpoint::from_bytes(&asked).unwrap();
            assert_eq!(
                (asked.old_size, asked.checkpoint.to_string().as_bytes()),
                (since, &note[..])
            );
            let last = kept.head(usize::try_from(since).unwrap()).await;
            let accepted = examine(
                &asked,
                &Origin::from(key.name()),
                std::slice::from_ref(&key),
                last,
            );
            assert_eq!(accepted.unwrap().checkpoint().head().size, lines);
        }
        for (since, refused) in [
            (&*(lines + 1).to_string(), StatusCode::NOT_FOUND),
            ("all", StatusCode::BAD_REQUEST),
            ("-1", StatusCode::BAD_REQUEST),
        ] {
            let path = format!("/ledger/checkpoint?since={since}");
            assert_eq!(get_at(&served, &path).await.0, refused, "{since}");
        }
        // Whoever has seen more is shown what is signed over what there is.
        let path = format!("/ledger/checkpoint?since={}", lines + 1);
        assert_eq!(get_at(&served, &path).await.1, note);
        let (status, _) = get(&kept.office.served()).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        kept.unguard().await;
        kept.by_hand("UPDATE checkpoint SET note = 'x'").await;
        let (status, told) = get(&served).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told:?}");
    }
}
