//! PostgreSQL with two roles, as `docs/operations.md` has them: one owns the tables, the other serves and has no right to change what
//! is recorded.

use super::session::{PASSWORD, ask, code, renewing, signing_in, text};
use super::ways_in::{enrolled, enrolment};
use crate::rebuild::Kept;
use crate::rebuild::program::is_clean;
use std::fs;
use xiaohao_graphql::Locksmith as _;
use xiaohao_ledger::{Pace, Position};
use xiaohao_server::{people, signing};
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::place::Sql;
use xiaohao_tests::*;

/// The statements that the paper has the owner run after each migration.
fn grants() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let mut blocks = page.split("```sql no-run\n").skip(1);
    let block = blocks.find(|block| block.contains("GRANT ")).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// The same database, for whoever serves.
fn as_whoever_serves(place: &Location) -> Location {
    match place {
        Location::Url(url) => Location::Url(url.replace("//xiaohao@", "//ledger_server@")),
        Location::File(_) => panic!("a file has no roles"),
    }
}

#[tokio::test]
async fn whoever_serves_needs_no_right_to_change_what_is_recorded() {
    let place = Cabinet::new(Kind::Postgres).await.location().clone();
    let owner = Sql::connect(&place).await;
    owner.run("CREATE ROLE ledger_server LOGIN").await;
    owner.run(&grants()).await;
    let served_at = as_whoever_serves(&place);
    let cabinet = Cabinet::at(served_at.clone()).await;
    let kept = Kept::of(Office::open(cabinet, county(), Pace::default()).await).await;
    let office = &kept.office;

    // After whole lives and papers, the data of the county, personal data erased, and passwords.
    kept.keep_county().await;
    kept.erase(Position::new(1), "/event/data/says/holder/phone")
        .await;
    let served = office.served();
    people::give_all(&served, PASSWORD).await.unwrap();
    served.readiness.check().await.unwrap();
    // Ways in, and what was refused.
    let signed_in = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    let renewed = ask(&served, None, &renewing(text(&signed_in.1, "renewal"))).await;
    let token = text(&renewed.1, "token");
    enrolled(&served, token, "平板").await;
    enrolment(&served, token, "另一台").await;
    let keys = served.door.keys(clerk().person).await.unwrap();
    let ended = served
        .door
        .end_key(&clerk(), clerk().person, keys[0].id)
        .await;
    assert!(ended.unwrap());
    let wrong = ask(&served, None, &signing_in("office-clerk-1", "wrong", "")).await;
    assert_eq!(code(&wrong.1), "SIGN_IN_FAILED");
    let out = ask(&served, Some(token), "mutation { signOut }").await;
    assert_eq!(out.1["data"]["signOut"], true);
    // How far receivers have come.
    let store = kept.store();
    let of = office.county.code;
    let begun = store.begin_sending(of, "platform", Position::START);
    begun.await.unwrap();
    let sent = store.sent(of, "platform", Position::START, Position::new(2));
    assert!(sent.await.unwrap());
    // The log is signed and everything looked at, by the program.
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    signing::made(&key, "aq.example.gov.cn/431123").unwrap();
    let key = ["--signing-key", key.to_str().unwrap()];
    is_clean(&kept.run(&[&["ledger", "checkpoint"][..], &key].concat()));
    is_clean(&kept.run(&["ledger", "verify"]));
    is_clean(&kept.run(&["rebuild", "--check"]));

    let rebuilt = kept.run(&["rebuild"]);
    let complaint = String::from_utf8_lossy(&rebuilt.stderr);
    assert!(
        !rebuilt.status.success() && complaint.contains("the role of the URL"),
        "{complaint}"
    );

    // What is recorded he cannot change, nor how the tables are; and nothing of his own stands before them, nor does the guard look at it.
    let hand = Sql::connect(&served_at).await;
    let own_entry = "CREATE TEMP TABLE ledger_entry AS SELECT county, 999999999::bigint AS position, \
         'LEDGER'::text AS subject_kind, 'PersonalDataErased'::text AS event FROM personal_value LIMIT 1";
    assert!(hand.refuses(own_entry).await);
    let erase = "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 999999999 WHERE value IS NOT NULL";
    assert!(owner.refuses(&format!("{own_entry}; {erase}")).await);
    for table in [
        "ledger_entry",
        "checkpoint",
        "number_taken",
        "order_with_act",
        "evidence",
    ] {
        for change in [
            format!("UPDATE {table} SET county = county"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            assert!(hand.refuses(&change).await, "{change}");
        }
    }
    for change in [
        "DELETE FROM personal_value",
        "UPDATE refused_attempt SET county = county",
        "DELETE FROM seaql_migrations",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_entry_no_update ON ledger_entry",
        "CREATE TABLE another (id int)",
    ] {
        assert!(hand.refuses(change).await, "{change}");
    }
    // Who has not the owner's rights does not migrate.
    owner
        .run("DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)")
        .await;
    let refused = SqlStore::migrate(&served_at).await.unwrap_err();
    assert_eq!(refused.code(), "DATABASE_READ_ONLY");
}
